"""The ways of units that are under way: where from, by which legs, and when they should be there.

Reckoned from what is stored alone (order, stamps, reports, fire), so that every process and every
restart tells the same way.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, FieldError, Invalid, invalid
from sylvan.domain.command.orders import UNDER_WAY, Order, OrderStatus
from sylvan.domain.dispatch.candidates import movers
from sylvan.domain.forces.positions import Whereabouts, whereabouts
from sylvan.domain.forces.register import Station, Unit
from sylvan.domain.forces.status import Status
from sylvan.domain.instants import iso
from sylvan.domain.places import LonLat
from sylvan.domain.travel.legs import legs
from sylvan.domain.travel.matrix import TravelMatrix
from sylvan.domain.travel.movers import F8, Eta, Goal, Mover, Why
from sylvan.domain.travel.movers import told as why_told
from sylvan.domain.travel.progress import Course, course_of
from sylvan.services.base import Base
from sylvan.services.fires import found
from sylvan.services.forces_keeper import Keeper
from sylvan.services.travel import Travels
from sylvan.services.winds import Winds
from sylvan.store import orders, stations, unit_positions, units

HOUR: Final = timedelta(hours=1)
KEPT: Final = 2_000
"""Ways that are remembered: some seasons' days with many orders."""
_DECIMALS: Final = 5
COMING: Final = frozenset({OrderStatus.ORDERED, OrderStatus.DEPARTED})


Key = tuple[UUID, int]
"""Id and version of the order, or of the unit that goes home."""


@dataclass(frozen=True, slots=True)
class Way:
    """How one unit gets to where it is wanted."""

    eta: Eta
    course: Course
    departs_at: datetime
    """Told, or the order and the time to get ready."""

    @property
    def arrives_at(self) -> datetime:
        """When it should be able to work there."""
        return self.departs_at + self.course.hours * HOUR

    def place_at(self, moment: datetime) -> LonLat:
        """Where it should be."""
        return self.course.at((moment - self.departs_at) / HOUR)


@dataclass(frozen=True, slots=True)
class Task:
    """A unit that its order, or the way home, keeps under way."""

    unit: Unit
    way: Way | None
    goal: LonLat | None
    """The fire, or its base."""
    order: Order | None = None
    """``None``: it goes home."""


class Memory:
    """The last ways that were reckoned; for all threads of a process."""

    def __init__(self) -> None:
        self._ways: OrderedDict[Key, Reckoned] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> "Reckoned | None":
        """What is remembered, if anything."""
        with self._lock:
            return self._ways.get(key)

    def keep(self, key: Key, one: "Reckoned") -> None:
        """Remember one; the oldest is forgotten."""
        with self._lock:
            self._ways[key] = one
            while len(self._ways) > KEPT:
                self._ways.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a way is reckoned from."""

    key: Key
    movers: tuple[Mover, ...]
    start: LonLat
    goal: Goal
    begun: datetime
    """When it was ordered."""
    left: datetime | None
    """When it left, where that was told."""
    wind: tuple[F8, F8]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A way, and whither; both ``None`` where nothing is known."""

    way: Way | None
    goal: LonLat | None
    reasons: tuple[Coded, ...] = ()
    """Why there is no way, or what was assumed of the whole."""


NOTHING: Final = Reckoned(None, None, why_told(Why.NO_POSITION))


@dataclass(frozen=True, slots=True)
class Ways(Base):
    """Use-cases about ways.

    What a way is reckoned from is read first, and the transaction ends: a search may take seconds
    where it is compiled or the ground is made.
    """

    keeper: Keeper
    travels: Travels
    winds: Winds
    memory: Memory = field(default_factory=Memory)

    def coming(self, actor: Actor) -> list[dict[str, Any]]:
        """The ways of all units that were ordered and are not there yet, the oldest order first."""
        found_ways = self._to_fires(actor, COMING)
        return [told(order, self._reckoned(asked)) for order, _, asked in found_ways]

    def of_order(self, actor: Actor, order: Order) -> dict[str, Any] | None:
        """The way of one unit that is coming; ``None`` where it is there, or was not sent."""
        if order.status not in COMING:
            return None
        with self.engine.connect() as conn:
            unit = units.of_codes(conn, actor, [order.unit]).get(order.unit)
            asked = self._asked_of(conn, actor, order, unit)
        return told(order, self._reckoned(asked))

    def arrivals(self, actor: Actor, fire_id: UUID, codes: Sequence[str]) -> list[dict[str, Any]]:
        """How units would get to a fire if they were sent now, or why no way is known.

        Raises:
            Invalid: there is no such unit, named by its place in the request.
        """
        at = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            known = units.of_codes(conn, actor, codes)
            errors = [
                FieldError(f"unit.{n}", "order.unit_unknown", {"unit": one})
                for n, one in enumerate(codes)
                if one not in known
            ]
            if errors:
                raise invalid(errors)
            goal = Goal(str(fire.id), LonLat(*fire.measured.point))
            asked = [
                self._asked(conn, actor, (known[one].id, 0), known[one], goal, (at, None))
                for one in codes
            ]
        found_ways = [one if isinstance(one, Reckoned) else self._fastest(one) for one in asked]
        return [
            {"unit": code}
            | _way_told(one.way)
            | {"reasons": [why.as_dict() for why in one.reasons]}
            for code, one in zip(codes, found_ways, strict=True)
        ]

    def tasks(self, actor: Actor) -> list[Task]:
        """All units that are under way for a fire, there, or on their way home."""
        tasks = []
        for order, unit, asked in self._to_fires(actor, UNDER_WAY):
            if unit is not None:
                known = self._reckoned(asked)
                tasks.append(Task(unit, known.way, known.goal, order))
        for unit, asked in self._homeward(actor):
            known = self._reckoned(asked)
            tasks.append(Task(unit, known.way, known.goal))
        return tasks

    def _to_fires(
        self, actor: Actor, statuses: frozenset[OrderStatus]
    ) -> list[tuple[Order, Unit | None, Asked | Reckoned]]:
        """Orders that hold a unit, and what their ways are reckoned from."""
        with self.engine.connect() as conn:
            mine = [one for one in orders.still_open(conn, actor) if one.status in statuses]
            known = units.of_codes(conn, actor, [one.unit for one in mine])
            return [
                (one, unit, self._asked_of(conn, actor, one, unit))
                for one in mine
                for unit in (known.get(one.unit),)
            ]

    def _asked_of(
        self, conn: Connection, actor: Actor, order: Order, unit: Unit | None
    ) -> Asked | Reckoned:
        key = order.id, order.version
        known = self.memory.get(key)
        begun, left = order.at(OrderStatus.ORDERED), order.at(OrderStatus.DEPARTED)
        if known is not None or unit is None or begun is None:
            return known or NOTHING
        fire = found(conn, actor, order.fire_id)
        goal = Goal(str(fire.id), LonLat(*fire.measured.point))
        return self._asked(conn, actor, key, unit, goal, (begun, left))

    def _homeward(self, actor: Actor) -> list[tuple[Unit, Asked | Reckoned]]:
        """Returning units, and what their ways are reckoned from."""
        with self.engine.connect() as conn:
            back = units.listed(conn, actor, statuses=[Status.RETURNING.value])
            bases = stations.of_codes(conn, actor, sorted({one.card.station for one in back}))
            return [
                (one, self._asked_home(conn, actor, one, bases.get(one.card.station)))
                for one in back
            ]

    def _asked_home(
        self, conn: Connection, actor: Actor, unit: Unit, base: Station | None
    ) -> Asked | Reckoned:
        key = unit.id, unit.version
        known, since = self.memory.get(key), unit.status_at
        if known is not None or base is None or since is None:
            return known or NOTHING
        place = LonLat(*base.card.point)
        return self._asked(
            conn, actor, key, unit, Goal(base.card.code, place, place), (since, since)
        )

    def _asked(
        self,
        conn: Connection,
        actor: Actor,
        key: Key,
        unit: Unit,
        goal: Goal,
        moments: tuple[datetime, datetime | None],
    ) -> Asked | Reckoned:
        """``moments``: of the order, and of the departure where it was told."""
        begun, left = moments
        start = self._where(conn, actor, unit, left or begun)
        if start is None or goal.point is None:
            return replace(NOTHING, goal=goal.point)
        age = 0.0 if start.at is None else max((begun - start.at) / HOUR, 0.0)
        ways = tuple(movers(unit, start, self.keeper.rules, age))
        blows = self.winds.at(conn, actor, [goal.point], left or begun)
        nan = float("nan")
        wind = (
            np.array([nan if one.from_deg is None else one.from_deg for one in blows]),
            np.array([nan if one.km_h is None else one.km_h for one in blows]),
        )
        return Asked(key, ways, LonLat(*start.point), goal, begun, left, wind)

    def _where(
        self, conn: Connection, actor: Actor, unit: Unit, at: datetime
    ) -> Whereabouts | None:
        """Where a unit stood when it started."""
        last = unit_positions.track(conn, actor, unit.id, since=None, until=at, limit=1)
        base = stations.of_codes(conn, actor, [unit.card.station]).get(unit.card.station)
        home = None if base is None else (base.card.code, base.card.point)
        stale = self.keeper.rules.of(unit.card.kind).stale_min
        return whereabouts(last[0] if last else None, home, (Status.AVAILABLE, at), at, stale)

    def _reckoned(self, asked: Asked | Reckoned) -> Reckoned:
        """The fastest way; kept under the id and version of what asks for it."""
        if isinstance(asked, Reckoned):
            return asked
        one = self._fastest(asked)
        self.memory.keep(asked.key, one)
        return one

    def _fastest(self, asked: Asked) -> Reckoned:
        """The fastest way within the unit's range, else beyond it: people sent it all the same."""
        try:
            matrix = self._matrix(asked, asked.movers)
        except Invalid as no_ground:  # no layer tells where the region is
            return Reckoned(None, asked.goal.point, (Coded(no_ground.code, no_ground.params),))
        assumed: tuple[Coded, ...] = ()
        limited = [one.range_km for one in asked.movers if one.range_km and not one.flies]
        if limited and not matrix.reached.any():
            farther = [one if one.flies else replace(one, range_km=None) for one in asked.movers]
            matrix = self._matrix(asked, farther)
            assumed = (Coded("travel.beyond_range", {"km": round(max(limited))}),)
        if not matrix.reached.any():
            reason = min(
                map(int, matrix.why[:, 0]),
                key=lambda why: _TELLING.index(Why(why)),
                default=Why.NO_POSITION,
            )
            return Reckoned(None, asked.goal.point, why_told(Why(reason)))
        eta = legs(matrix, int(np.argmin(matrix.hours[:, 0])), 0)
        course = course_of(eta.legs, asked.start, asked.goal.point or asked.start)
        departs_at = asked.left or asked.begun + course.ready_h * HOUR
        reasons = (*eta.reasons, *assumed)
        return Reckoned(Way(eta, course, departs_at), asked.goal.point, reasons)

    def _matrix(self, asked: Asked, movers: Sequence[Mover]) -> TravelMatrix:
        at = asked.left or asked.begun
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            return self.travels.matrix(conn, movers, [asked.goal], at, asked.wind)


_TELLING: Final = [
    Why.NO_ROAD_OR_RIVER,
    Why.OUT_OF_RANGE,
    Why.FUEL,
    Why.DAYLIGHT,
    Why.WIND,
    Why.SEASON,
    Why.NO_SPEED,
    Why.NO_POSITION,
    Why.REACHED,
]
"""Of several means that all fail, the reason that says most about the place."""


def told(order: Order, reckoned: Reckoned) -> dict[str, Any]:
    """The JSON form; without a way, the order's own word on its arrival remains."""
    body: dict[str, Any] = {
        "order_id": str(order.id),
        "unit": order.unit,
        "fire_id": str(order.fire_id),
        "status": order.status.value,
    }
    body |= _way_told(reckoned.way)
    if reckoned.way is None:
        body["arrives_at"] = iso(order.eta_at)
    return body | {"reasons": [one.as_dict() for one in reckoned.reasons]}


def _way_told(way: Way | None) -> dict[str, Any]:
    if way is None:
        return {"departs_at": None, "arrives_at": None, "course": [], "legs": []}
    return {
        "departs_at": iso(way.departs_at),
        "arrives_at": iso(way.arrives_at),
        "course": [
            {
                "at": iso(way.departs_at + stop.hours * HOUR),
                "point": [round(axis, _DECIMALS) for axis in stop.place],
            }
            for stop in way.course.stops
        ],
        "legs": [one.as_dict() | {"line": []} for one in way.eta.legs],
    }
