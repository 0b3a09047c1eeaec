"""What the suggestion needs to know, gathered from fires, forecasts, exposure, register, travel."""

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
from sylvan.domain.command.orders import UNDER_WAY
from sylvan.domain.dispatch.candidates import candidate, movers
from sylvan.domain.dispatch.model import Floor, Problem
from sylvan.domain.dispatch.model import Unit as Candidate
from sylvan.domain.dispatch.need import Outlook, fire_of
from sylvan.domain.dispatch.outlooks import Near, Told, outlook_of
from sylvan.domain.dispatch.runcard import Cards
from sylvan.domain.fires import Fire
from sylvan.domain.forces.capability import duty_norms
from sylvan.domain.forces.kinds import StationKind
from sylvan.domain.forces.register import Unit
from sylvan.domain.lifecycle import Status
from sylvan.domain.places import LonLat
from sylvan.domain.travel.matrix import TravelMatrix
from sylvan.domain.travel.movers import Goal, Mover, Why, told
from sylvan.services.forces_keeper import Keeper
from sylvan.services.travel import Travels
from sylvan.services.winds import Winds
from sylvan.store import exposure, fires, forecasts, orders, stations, units
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
    assumed: Mapping[str, tuple[Coded, ...]]
    """Of each fire."""
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
        outlooks, assumed = self._outlooks(conn, actor, burning, at)
        known = [one for one in units.listed(conn, actor) if one.card.code not in without]
        held = {one.unit for one in orders.still_open(conn, actor) if one.status in UNDER_WAY}
        teller = self.keeper.teller(conn, actor, real_now)
        candidates, ways = [], []
        for unit in known:
            norms = duty_norms(unit.card, self.keeper.rules)
            candidates.append(
                candidate(
                    unit,
                    teller.duty(unit),
                    norms,
                    self.keeper.rules,
                    locked=unit.card.code in held,
                )
            )
            where = teller.where(unit)
            age = 0.0 if where is None or where.at is None else max((at - where.at) / HOUR, 0.0)
            ways += movers(unit, where, self.keeper.rules, age)
        goals = [Goal(str(one.id), LonLat(*one.measured.point)) for one in burning]
        matrix = self._matrix(conn, actor, ways, goals, at)
        eta, why, row = _fastest(candidates, goals, matrix)
        problem = Problem(
            tuple(fire_of(outlooks[goal.key]) for goal in goals),
            tuple(_at_work(one, outlooks) for one in candidates),
            eta,
            floors=tuple(self._floors(conn, actor, known)),
            why=why,
        )
        return Gathered(
            problem,
            {str(one.id): one for one in burning},
            {one.card.code: one for one in known},
            outlooks,
            assumed,
            matrix,
            row,
            {goal.key: place for place, goal in enumerate(goals)},
        )

    def _matrix(
        self,
        conn: Connection,
        actor: Actor,
        ways: Sequence[Mover],
        goals: Sequence[Goal],
        at: datetime,
    ) -> TravelMatrix | None:
        if not ways:
            return None
        blows = self.winds.at(conn, actor, [goal.point for goal in goals if goal.point], at)
        nan = float("nan")
        from_deg = np.array([nan if one.from_deg is None else one.from_deg for one in blows])
        km_h = np.array([nan if one.km_h is None else one.km_h for one in blows])
        return self.travels.matrix(conn, ways, goals, at, (from_deg, km_h))

    def _floors(self, conn: Connection, actor: Actor, known: Sequence[Unit]) -> list[Floor]:
        """An air base with some of a kind keeps one."""
        bases = {
            one.card.code
            for one in stations.listed(conn, actor)
            if one.card.kind is StationKind.AIR_BASE
        }
        count: dict[tuple[str, str], int] = {}
        for one in known:
            if one.card.station in bases:
                key = one.card.station, one.card.kind.value
                count[key] = count.get(key, 0) + 1
        return [
            Floor(base, kind, 1) for (base, kind), n in sorted(count.items()) if n >= RESERVE_LEAST
        ]

    def _outlooks(
        self, conn: Connection, actor: Actor, burning: Sequence[Fire], at: datetime
    ) -> tuple[dict[str, Outlook], dict[str, tuple[Coded, ...]]]:
        ahead = {one.fire_id: one for one in forecasts.newest(conn, actor)}
        outlooks, assumed = {}, {}
        for fire in burning:
            body = exposure.of_fire(conn, actor, fire.id) or {}
            near = tuple(_near(one, at) for one in body.get("objects", ()))
            kinds = sorted({one.kind for one in near})
            card = self.cards.response(fire.address.get("zone"), None, kinds)
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
            assumed[str(fire.id)] = reasons
        return outlooks, assumed


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
    )


def _at_work(one: Candidate, known: Mapping[str, Outlook]) -> Candidate:
    """A unit whose fire is not among those that are fought has no task here."""
    if one.task is None or one.task in known:
        return one
    return replace(one, task=None, locked=False, out=one.out or Coded("dispatch.at_another"))


def _fastest(
    candidates: Sequence[Candidate], goals: Sequence[Goal], matrix: TravelMatrix | None
) -> tuple[F8, dict[tuple[str, str], Coded], dict[tuple[str, str], int]]:
    """Of each unit the way by which it is there first, or why it has none."""
    eta = np.full((len(candidates), len(goals)), np.inf)
    why: dict[tuple[str, str], Coded] = {}
    row: dict[tuple[str, str], int] = {}
    place = {one.id: at for at, one in enumerate(candidates)}
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
