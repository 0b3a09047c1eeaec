"""The field of a played world: invented crews carry out their orders, told as real ones tell it.

Each turn is worked out from what is stored (orders, stamps, reports), so that a killed process goes
on where it was, and steps and positions go through the doors of a crew's word and a tracker.  Only
units that are marked as invented move, and never in the live world.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Event
from typing import Final

import structlog

from sylvan.domain.actors import EVERYWHERE, Actor, Level, system
from sylvan.domain.codes import Refusal
from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.forces.kinds import UnitKind
from sylvan.domain.forces.positions import PositionSource
from sylvan.domain.forces.register import Unit
from sylvan.domain.forces.status import Status
from sylvan.domain.places import LonLat
from sylvan.domain.travel.progress import straight
from sylvan.domain.worlds import World
from sylvan.services.forces_units import Step
from sylvan.services.house import House
from sylvan.services.orders import OrderStep
from sylvan.services.ways import HOUR, Task

log = structlog.get_logger()
TURN_S: Final = 1.0
"""Real seconds between two looks at the world's clock."""
REPORT: Final = timedelta(minutes=5)
"""World time between two reports of a tracker under way: what GLONASS terminals of crew carriers
are set to (unverified)."""
REPORT_AT_WORK: Final = timedelta(minutes=30)
"""The same for one that stands."""
UNTRACKED: Final = frozenset({UnitKind.VILLAGE_TEAM, UnitKind.PARTNER_CREW})
"""Kinds without a tracker: they tell by radio that they are there."""
ACCURACY_M: Final = 15.0
HOME_KM_H: Final = 30.0
"""Where no way home is known (unverified)."""
HEADING: Final = "unit,at,lon,lat,accuracy_m,source"
DECIMALS: Final = 5


def keep(house: House, name: str, stop: Event) -> None:
    """Move the units of a played world until it is closed or the process stops."""
    while not stop.wait(TURN_S):
        world = next((one for one in house.worlds.listed() if one.name == name), None)
        if world is None:
            return
        turn(house, world)


def turn(house: House, world: World) -> None:
    """Everything that has become due: departures, reports, arrivals, the way home.

    Args:
        house: all use-cases.
        world: with its clock as it is now; nothing moves in the live one.
    """
    if world.is_live:
        return
    actor = system(world)
    now = world.now(house.worlds.clock())
    reports: list[str] = []
    for task in house.ways.tasks(actor):
        if not task.unit.card.sample:
            continue
        try:
            told = (
                _home(house, world, task, now)
                if task.order is None
                else _out(house, task, world, now)
            )
        except Refusal as refused:  # a person was faster: the next turn sees what they said
            log.info("field.refused", unit=task.unit.card.code, code=refused.code)
        else:
            reports += told
    if reports:
        body = "\n".join([HEADING, *reports]).encode()
        house.positions.take(actor, "field", body)


def _crew(unit: Unit, world: World) -> Actor:
    """The crew's own word."""
    return Actor(f"crew:{unit.card.code}", unit.card.code, Level.CREW, EVERYWHERE, world)


def _out(house: House, task: Task, world: World, now: datetime) -> Iterable[str]:
    """A unit for a fire: it leaves, is under way, arrives, works."""
    order, way = task.order, task.way
    if order is None or task.goal is None:
        return ()
    if order.status is OrderStatus.ARRIVED:
        there = order.at(OrderStatus.ARRIVED) or now
        return _at_work(task.unit, way.course.stops[-1].place if way else task.goal, there, now)
    if way is None:
        return ()  # sent where no way leads: a crew would stay as well
    crew = _crew(task.unit, world)
    if order.status is OrderStatus.ORDERED:
        if now >= way.departs_at:
            told = OrderStep(OrderStatus.DEPARTED, at=way.departs_at)
            house.orders.step(crew, order.id, told, order.version, None)
        return ()
    if now >= way.arrives_at:
        told = OrderStep(OrderStatus.ARRIVED, at=way.arrives_at)
        house.orders.step(crew, order.id, told, order.version, None)
        return ()  # the next turn reports from there
    return _under_way(task.unit, way.place_at(now), now)


def _home(house: House, world: World, task: Task, now: datetime) -> Iterable[str]:
    """A unit that was released."""
    unit, goal, since = task.unit, task.goal, task.unit.status_at
    if goal is None or since is None:
        return ()
    start = goal if unit.position is None else LonLat(*unit.position.point)
    if task.way is None:
        course, departs = straight(start, goal, HOME_KM_H), since
        if unit.position is not None and unit.position.at > since:
            departs = unit.position.at
    else:
        course, departs = task.way.course, task.way.departs_at
    arrives = departs + course.hours * HOUR
    if now < arrives:
        return _under_way(unit, course.at((now - departs) / HOUR), now)
    crew = _crew(unit, world)
    house.units.step(crew, unit.id, Step(Status.AVAILABLE, at=arrives), unit.version, None)
    return [_row(unit, goal, arrives, _source(unit))]


def _under_way(unit: Unit, place: LonLat, now: datetime) -> Iterable[str]:
    last = unit.position
    if unit.card.kind in UNTRACKED or (last is not None and now - last.at < REPORT):
        return ()
    return [_row(unit, place, now, PositionSource.GNSS)]


def _at_work(unit: Unit, place: LonLat, there: datetime, now: datetime) -> Iterable[str]:
    last = unit.position
    if last is None or last.at < there:
        return [_row(unit, place, there, _source(unit))]
    if unit.card.kind in UNTRACKED or now - last.at < REPORT_AT_WORK:
        return ()
    return [_row(unit, place, now, PositionSource.GNSS)]


def _source(unit: Unit) -> PositionSource:
    return PositionSource.PERSON if unit.card.kind in UNTRACKED else PositionSource.GNSS


def _row(unit: Unit, place: LonLat, at: datetime, source: PositionSource) -> str:
    lon, lat = (round(axis, DECIMALS) for axis in place)
    return f"{unit.card.code},{at.isoformat()},{lon},{lat},{ACCURACY_M},{source.value}"
