"""Crew safety: who has not checked in, where the wind turns on a crew, where the edge comes near.

Warnings, never orders: the crew's chief decides. A crew whose position is old or unknown is warned
for where it was last, and told so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded
from sylvan.domain.places import GEOD, LonLat

HALF_TURN: Final = 180.0
TURN: Final = 360.0
KM: Final = 1_000.0


@dataclass(frozen=True, slots=True)
class SafetyParameters:
    """When a crew is warned."""

    version: str = "safety-1"
    check_in_every: timedelta = timedelta(hours=2)
    # radio contact of crews on the line; usual practice, not a norm that was found (unverified)
    overdue_after: timedelta = timedelta(minutes=15)
    # grace before the dispatcher is alarmed (unverified)
    shift_deg: float = 45.0
    # turn of the wind that makes a flank the head; NWCG 18 watch-out situations name the shift only
    shift_least_km_h: float = 10.0
    # below this mean wind its direction drives no front (Beaufort 2)
    shift_within_h: int = 6
    # hours of forecast that are looked at
    near_km: float = 1.0
    # between a crew and ground that burns within the hours below (unverified)
    near_within_h: float = 3.0
    # hours; within these the 10 % contour is looked at
    stale_after: timedelta = timedelta(hours=1)
    # a position older than this is told with its age
    front_km: float = 3.0
    # a crew farther from the edge is in its camp: no turn of the wind brings the front to it soon
    clear_after: timedelta = timedelta(minutes=30)
    # a danger must be gone for so long: one that comes and goes is told once


DEFAULT: Final = SafetyParameters()


@dataclass(frozen=True, slots=True)
class CrewAtFire:
    """One crew that has arrived."""

    unit: str
    point: LonLat | None
    """Where it was last; ``None``: nobody knows."""
    point_at: datetime | None
    heard_at: datetime
    """When it was heard last: arrival, check-in, position or report."""


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning to one crew and its dispatcher."""

    unit: str
    reason: Coded
    grade: int = 0
    """How bad it is, within its kind."""
    assumed: tuple[Coded, ...] = ()


def check_ins(
    crews: Sequence[CrewAtFire], now: datetime, params: SafetyParameters = DEFAULT
) -> list[Warned]:
    """Crews that should have been heard by now; each further call that is missed is worse."""
    limit = params.check_in_every + params.overdue_after
    return [
        Warned(
            one.unit,
            Coded("safety.silent", {"minutes": _minutes(now - one.heard_at)}),
            (now - one.heard_at - limit) // params.check_in_every,
        )
        for one in crews
        if now - one.heard_at > limit
    ]


def near_front(
    crews: Sequence[CrewAtFire], edge: BaseGeometry | None, params: SafetyParameters = DEFAULT
) -> list[CrewAtFire]:
    """Crews that a turn of the wind concerns: close to the edge, or nobody knows where."""
    if edge is None or edge.is_empty:
        return list(crews)
    return [one for one in crews if one.point is None or _km(one.point, edge) <= params.front_km]


def wind_shift(
    from_deg: Sequence[float], km_h: Sequence[float], params: SafetyParameters = DEFAULT
) -> Coded | None:
    """The first hour in which the wind has turned, of a forecast that begins now.

    Args:
        from_deg: whence it blows hour by hour, degrees clockwise from north.
        km_h: its mean speed in the same hours.
        params: how far it must turn.
    """
    if not from_deg:
        return None
    for hour in range(1, min(len(from_deg), params.shift_within_h + 1)):
        turn = abs((from_deg[hour] - from_deg[0] + HALF_TURN) % TURN - HALF_TURN)
        if turn >= params.shift_deg and km_h[hour] >= params.shift_least_km_h:
            told = {
                "hours": hour,
                "deg": round(turn),
                "from_deg": round(from_deg[hour]) % round(TURN),
                "km_h": round(km_h[hour]),
            }
            return Coded("safety.wind_shift", told)
    return None


def edge_approach(
    crews: Sequence[CrewAtFire],
    contour: Callable[[float], BaseGeometry | None],
    now: datetime,
    params: SafetyParameters = DEFAULT,
) -> list[Warned]:
    """Crews that ground near them burns within the hours that are looked at.

    Whoever stands on such ground is warned again, after whoever has it near.

    Args:
        crews: those at the fire.
        contour: hours from now → ground that one of ten members reaches by then and that has not
            burnt yet, degrees.
        now: the world's time.
        params: how near, how soon.
    """
    ground = contour(params.near_within_h)
    if ground is None or ground.is_empty:
        return []
    warned = []
    for one in crews:
        km = None if one.point is None else _km(one.point, ground)
        if km is None or km > params.near_km:
            continue
        told = {"km": round(km, 1), "hours": params.near_within_h}
        reason = Coded("safety.edge_near" if km else "safety.edge_here", told)
        warned.append(Warned(one.unit, reason, 0 if km else 1, _age(one, now, params)))
    return warned


def _age(crew: CrewAtFire, now: datetime, params: SafetyParameters) -> tuple[Coded, ...]:
    """That a position is old, where it is."""
    if crew.point_at is None or now - crew.point_at <= params.stale_after:
        return ()
    return (Coded("safety.position_old", {"minutes": _minutes(now - crew.point_at)}),)


def _km(point: LonLat, ground: BaseGeometry) -> float:
    """From a place to ground in degrees; 0 inside."""
    between = shapely.shortest_line(Point(point), ground)
    return abs(GEOD.line_length(*between.xy)) / KM


def _minutes(age: timedelta) -> int:
    return round(age.total_seconds() / 60)
