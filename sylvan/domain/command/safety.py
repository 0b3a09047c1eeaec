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


def check_ins(
    crews: Sequence[CrewAtFire], now: datetime, params: SafetyParameters = DEFAULT
) -> list[Warned]:
    """Crews that should have been heard by now."""
    limit = params.check_in_every + params.overdue_after
    return [
        Warned(one.unit, Coded("safety.silent", {"minutes": _minutes(now - one.heard_at)}))
        for one in crews
        if now - one.heard_at > limit
    ]


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

    Args:
        crews: those at the fire.
        contour: hours from now → ground that one of ten members reaches by then, degrees.
        now: the world's time.
        params: how near, how soon.
    """
    ground = contour(params.near_within_h)
    if ground is None or ground.is_empty:
        return []
    warned = []
    for one in crews:
        km = None if one.point is None else _km(one.point, ground)
        if km is not None and km <= params.near_km:
            told = {"km": round(km, 1), "hours": params.near_within_h}
            warned.append(Warned(one.unit, Coded("safety.edge_near", told)))
        if one.point_at is not None and now - one.point_at > params.stale_after:
            age = {"minutes": _minutes(now - one.point_at)}
            warned.append(Warned(one.unit, Coded("safety.position_old", age)))
    return warned


def _km(point: LonLat, ground: BaseGeometry) -> float:
    """From a place to ground in degrees; 0 inside."""
    between = shapely.shortest_line(Point(point), ground)
    return abs(GEOD.line_length(*between.xy)) / KM


def _minutes(age: timedelta) -> int:
    return round(age.total_seconds() / 60)
