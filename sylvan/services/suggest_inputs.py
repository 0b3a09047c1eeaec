"""What the suggestion needs to know, gathered from fires, forecasts, exposure, register, travel."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.command.constraints import Held, held
from sylvan.domain.command.orders import UNDER_WAY, Order, OrderStatus
from sylvan.domain.dispatch.attack import for_new_fires, large
from sylvan.domain.dispatch.candidates import candidate, movers
from sylvan.domain.dispatch.model import Floor, Problem
from sylvan.domain.dispatch.model import Unit as Candidate
from sylvan.domain.dispatch.need import Outlook, fire_of
from sylvan.domain.dispatch.outlooks import Near, Told, outlook_of
from sylvan.domain.dispatch.runcard import Cards, Response
from sylvan.domain.dispatch.whatif import Blow
from sylvan.domain.dispatch.words import obeying
from sylvan.domain.fires import Fire
from sylvan.domain.forces.capability import duty_norms
from sylvan.domain.forces.kinds import StationKind
from sylvan.domain.forces.register import Station, Unit
from sylvan.domain.lifecycle import Status
from sylvan.domain.places import LonLat
from sylvan.domain.travel.matrix import TravelMatrix
from sylvan.domain.travel.movers import Goal, Mover, Why, told
from sylvan.services import flight_hours
from sylvan.services.danger import Danger
from sylvan.services.forces_keeper import Keeper
from sylvan.services.forces_views import Teller
from sylvan.services.local_danger import danger_days
from sylvan.services.travel import Travels
from sylvan.services.winds import Winds
from sylvan.store import constraints, exposure, fires, forecasts, orders, stations, units
from sylvan.store.forecasts import Kept

HOUR: Final = timedelta(hours=1)
FOUGHT: Final = frozenset({Status.REGISTERED, Status.DISPATCHED, Status.FIGHTING})
"""Statuses in which line is needed."""
SUSPENDED: Final = frozenset({Status.SUSPENDED})
RESERVE_LEAST: Final = 3
"""Units of a kind from which on an air base keeps one (forces study, §7; unverified)."""
F8 = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gathered:
    """A problem with what stands behind its numbers."""

    problem: Problem
    fires: Mapping[str, Fire]
    units: Mapping[str, Unit]
    outlooks: Mapping[str, Outlook]
    told: Mapping[str, Told]
    """What the outlook of each fire was made from."""
    winds: Mapping[str, Blow]
    """At each fire."""
    held: Held
    """What dispatchers asked for."""
    assumed: Mapping[str, tuple[Coded, ...]]
    """Of each fire."""
    responses: Mapping[str, Response]
    """What the run cards say of each fire."""
    matrix: TravelMatrix | None
    row: Mapping[tuple[str, str], int]
    """Row of the matrix by which a unit is at a fire first."""
    column: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Asks everybody once."""

    keeper: Keeper
    travels: Travels
    cards: Cards
    winds: Winds
    danger: Danger

    def gather(
        self,
        conn: Connection,
        actor: Actor,
        at: datetime,
        real_now: datetime,
        without: Collection[str] = (),
    ) -> Gathered | None:
        """The problem of a moment; nothing where no fire is to be fought.

        Args:
            conn: a transaction that reads.
            actor: who asks.
            at: the world's time.
            real_now: real time.
            without: units that somebody excluded.
        """
        burning = [one for one in fires.current(conn, actor) if one.status in FOUGHT | SUSPENDED]
        if not any(one.status in FOUGHT for one in burning):
            return None
        near = {str(one.id): exposure.of_fire(conn, actor, one.id) or {} for one in burning}
        responses = self.responses(conn, actor, burning, near)
        outlooks, told_of, assumed = self._outlooks(conn, actor, burning, near, responses, at)
        known, candidates, ways, due = self._forces(conn, actor, at, real_now, without)
        goals = [Goal(str(one.id), LonLat(*one.measured.point)) for one in burning]
        blows = self.winds.at(conn, actor, [one.measured.point for one in burning], at)
        winds = {
            goal.key: Blow(one.from_deg, one.km_h) for goal, one in zip(goals, blows, strict=True)
        }
        matrix = self.matrix(conn, ways, goals, at, winds)
        ids = [one.id for one in candidates]
        eta, why, row = fastest(ids, goals, matrix)
        _as_promised(candidates, goals, {one: (told - at) / HOUR for one, told in due.items()}, eta)
        bases = stations.listed(conn, actor)
        limits = flight_hours.limited(bases)
        rows = np.array([[row.get((one, goal.key), -1) for goal in goals] for one in ids], np.int64)
        said = held(constraints.in_force(conn, actor, at), _goes_by(burning))
        problem = Problem(
            tuple(fire_of(outlooks[goal.key]) for goal in goals),
            tuple(_at_work(one, outlooks) for one in candidates),
            eta,
            floors=tuple(_floors(bases, known)),
            flight_h=flight_hours.flights_h(matrix, rows.reshape(eta.shape)) if limits else None,
            flight_left_h=flight_hours.left(
                conn,
                actor,
                limits,
                {one.card.code: one.card.station for one in known},
                frozenset(one.key for one in ways if one.flies),
                at,
            ),
            why=why,
        )
        return Gathered(
            obeying(problem, said),
            {str(one.id): one for one in burning},
            {one.card.code: one for one in known},
            outlooks,
            told_of,
            winds,
            said,
            assumed,
            responses,
            matrix,
            row,
            {goal.key: place for place, goal in enumerate(goals)},
        )

    def _forces(
        self,
        conn: Connection,
        actor: Actor,
        at: datetime,
        real_now: datetime,
        without: Collection[str],
    ) -> tuple[list[Unit], list[Candidate], list[Mover], dict[str, datetime]]:
        """Units by the base that they count for, as candidates, their ways to get about.

        And when those that are under way are expected, by their orders.
        """
        given = [one for one in orders.still_open(conn, actor) if one.status in UNDER_WAY]
        covers = {one.unit: one for one in given if one.station is not None}
        locked = {one.unit: one.eta_at for one in given if one.station is None}
        teller = self.keeper.teller(conn, actor, real_now)
        known, candidates, ways = [], [], []
        for unit in units.listed(conn, actor):
            if unit.card.code in without:
                continue
            cover = covers.get(unit.card.code)
            based = unit if cover is None else _based(unit, cover)
            norms = duty_norms(unit.card, self.keeper.rules)
            at_work = unit.card.code in locked
            known.append(based)
            candidates.append(
                candidate(based, teller.duty(unit), norms, self.keeper.rules, locked=at_work)
            )
            there = cover is not None and cover.status is OrderStatus.ARRIVED
            ways += self.ways(teller, based if there else unit, at)
        return known, candidates, ways, {unit: told for unit, told in locked.items() if told}

    def ways(self, teller: Teller, unit: Unit, at: datetime) -> list[Mover]:
        """How a unit may get about from where it is taken to be."""
        where = teller.where(unit)
        age = 0.0 if where is None or where.at is None else max((at - where.at) / HOUR, 0.0)
        return movers(unit, where, self.keeper.rules, age)

    def matrix(
        self,
        conn: Connection,
        ways: Sequence[Mover],
        goals: Sequence[Goal],
        at: datetime,
        winds: Mapping[str, Blow],
    ) -> TravelMatrix | None:
        """When each way leads to each fire."""
        if not ways:
            return None
        nan = float("nan")
        blows = [winds.get(goal.key, Blow()) for goal in goals]
        from_deg = np.array([nan if one.from_deg is None else one.from_deg for one in blows])
        km_h = np.array([nan if one.km_h is None else one.km_h for one in blows])
        return self.travels.matrix(conn, ways, goals, at, (from_deg, km_h))

    def responses(
        self,
        conn: Connection,
        actor: Actor,
        about: Sequence[Fire],
        near: Mapping[str, Mapping[str, Any]],
    ) -> dict[str, Response]:
        """What the cards say of each fire, by zone, today's class of danger and objects near."""
        days = danger_days(conn, actor, self.danger.today(conn, actor))
        classes = days.at([one.measured.point for one in about])
        return {
            str(fire.id): self.cards.response(
                fire.address.get("zone"), danger_class or None, _kinds(near[str(fire.id)])
            )
            for fire, danger_class in zip(about, classes, strict=True)
        }

    def _outlooks(
        self,
        conn: Connection,
        actor: Actor,
        burning: Sequence[Fire],
        bodies: Mapping[str, Mapping[str, Any]],
        responses: Mapping[str, Response],
        at: datetime,
    ) -> tuple[dict[str, Outlook], dict[str, Told], dict[str, tuple[Coded, ...]]]:
        ahead = {one.fire_id: one for one in forecasts.newest(conn, actor)}
        outlooks, told, assumed = {}, {}, {}
        for fire in burning:
            body = bodies[str(fire.id)]
            near = tuple(_near(one, at) for one in body.get("objects", ()))
            card = responses[str(fire.id)]
            seen = fire.measured
            forecast = ahead.get(fire.id)
            hours, grown = _grown(forecast)
            said = Told(
                str(fire.id),
                seen.area_ha,
                seen.growth_ha_h,
                hours,
                grown,
                near,
                body.get("priority", {}).get("score", 0.0),
                fire.status in SUSPENDED,
            )
            outlook, reasons = outlook_of(said, card.lines)
            outlooks[str(fire.id)] = outlook
            told[str(fire.id)] = said
            assumed[str(fire.id)] = (*reasons, *card.assumed)
        return outlooks, told, assumed


def _as_promised(
    candidates: Sequence[Candidate], goals: Sequence[Goal], due_h: Mapping[str, float], eta: F8
) -> None:
    """Who was sent beyond its range comes all the same: when its order says."""
    column = {goal.key: place for place, goal in enumerate(goals)}
    for row, one in enumerate(candidates):
        at = column.get(one.task or "")
        if one.locked and at is not None and one.id in due_h and not np.isfinite(eta[row, at]):
            eta[row, at] = max(due_h[one.id], 0.0)


def keeping_some(gathered: Gathered, at: datetime) -> Gathered:
    """What the engine is asked: some units are kept for new fires, which run cards need not do."""
    begun = [one.registered_at or one.measured.first_seen for one in gathered.fires.values()]
    homes = Counter((one.card.station, one.card.kind.value) for one in gathered.units.values())
    quiet_h = max((at - max(begun)) / HOUR, 0.0)
    those = large(gathered.outlooks.values())
    return replace(gathered, problem=for_new_fires(gathered.problem, homes, those, quiet_h))


def _floors(bases: Sequence[Station], known: Sequence[Unit]) -> list[Floor]:
    """An air base with some of a kind keeps one."""
    by_air = {one.card.code for one in bases if one.card.kind is StationKind.AIR_BASE}
    count = Counter(
        (one.card.station, one.card.kind.value) for one in known if one.card.station in by_air
    )
    return [Floor(base, kind, 1) for (base, kind), n in sorted(count.items()) if n >= RESERVE_LEAST]


def _kinds(near: Mapping[str, Any]) -> list[str]:
    """Kinds of objects that a fire threatens."""
    return sorted({one["kind"] for one in near.get("objects", ())})


def _grown(one: Kept | None) -> tuple[float | None, tuple[float, float, float] | None]:
    """Last hour of a forecast, and its areas: almost surely, as likely as not, possibly."""
    if one is None or not one.areas:
        return None, None
    last = one.areas[-1]
    names = ("p90_ha", "p50_ha", "p10_ha")
    if any(last.get(name) is None for name in names):
        return None, None
    slow, likely, fast = (float(last[name]) for name in names)
    return float(last["hour"]), (slow, likely, fast)


def _near(body: Mapping[str, Any], at: datetime) -> Near:
    reach = body.get("reach") or {}
    moment = reach.get("p50_at")
    hours = None
    if moment is not None:
        hours = max((datetime.fromisoformat(moment) - at) / HOUR, 0.0)
    names = body.get("name") or {}
    return Near(
        f"{body['layer']}/{body['code']}",
        str(names.get("ru") or names.get("en") or body["code"]),
        body["kind"],
        float(body["km"]),
        body.get("downwind"),
        hours,
        int(body.get("people") or 0),
        body.get("bearing_deg"),
    )


def _at_work(one: Candidate, known: Mapping[str, Outlook]) -> Candidate:
    """A unit whose fire is not among those that are fought has no task here."""
    if one.task is None or one.task in known:
        return one
    return replace(one, task=None, locked=False, out=one.out or Coded("dispatch.at_another"))


def _based(unit: Unit, cover: Order) -> Unit:
    """A unit that covers another base counts for that one, from the order on."""
    return replace(unit, card=replace(unit.card, station=cover.station or unit.card.station))


def _goes_by(burning: Sequence[Fire]) -> dict[UUID, UUID]:
    """The fire that each id goes by now."""
    return {old: one.id for one in burning for old in one.ids}


def fastest(
    codes: Sequence[str], goals: Sequence[Goal], matrix: TravelMatrix | None
) -> tuple[F8, dict[tuple[str, str], Coded], dict[tuple[str, str], int]]:
    """Of each unit the way by which it is there first, or why it has none."""
    eta = np.full((len(codes), len(goals)), np.inf)
    why: dict[tuple[str, str], Coded] = {}
    row: dict[tuple[str, str], int] = {}
    place = {one: at for at, one in enumerate(codes)}
    ways: dict[str, list[int]] = {}
    for at, mover in enumerate(matrix.movers if matrix else ()):
        ways.setdefault(mover.key, []).append(at)
    for unit, u in place.items():
        mine = ways.get(unit, [])
        for f, goal in enumerate(goals):
            if matrix is None or not mine:
                why[unit, goal.key] = told(Why.NO_POSITION)[0]
                continue
            best = min(mine, key=lambda at: (matrix.hours[at, f], at))
            eta[u, f] = matrix.hours[best, f]
            row[unit, goal.key] = best
            if not np.isfinite(eta[u, f]):
                why[unit, goal.key] = told(Why(int(matrix.why[best, f])) or Why.OUT_OF_RANGE)[0]
    return eta, why, row


def ids_of(gathered: Gathered) -> tuple[UUID, ...]:
    """Fires of the problem."""
    return tuple(one.id for one in gathered.fires.values())
