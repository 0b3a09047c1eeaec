"""A crew's call for help: who hears of it besides the dispatchers, and how it is worded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sylvan.domain.codes import Coded
from sylvan.domain.instants import iso
from sylvan.domain.places import GEOD, LonLat

GRADE: Final = 9
"""The highest: nothing else that is told of crews comes near."""


@dataclass(frozen=True, slots=True)
class DistressParameters:
    """Who is near, and how often a phone repeats its call."""

    neighbours_km: float = 30.0
    # crews that may be the first to arrive; an hour by all-terrain vehicle (unverified)
    repeat_s: int = 15
    # until somebody has seen it
    moved_m: float = 50.0
    # a caller who went farther is told anew


DEFAULT: Final = DistressParameters()


@dataclass(frozen=True, slots=True)
class Call:
    """A call for help, as a phone repeats it under one id."""

    id: UUID
    unit: str
    at: datetime | None = None
    """When the button was held, world time; ``None``: now."""
    point: LonLat | None = None
    accuracy_m: float | None = None
    doubtful: bool = False
    """Whether the phone's clock was wrong then."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another crew that may hear it."""

    unit: str
    fire_id: UUID | None
    point: LonLat | None


def neighbours(
    call: Call,
    fire_id: UUID | None,
    others: Iterable[Other],
    params: DistressParameters = DEFAULT,
) -> list[str]:
    """Codes of the crews at the same fire and of those near, the nearest first."""
    near: list[tuple[float, str]] = []
    for one in others:
        km = None if call.point is None or one.point is None else _km(call.point, one.point)
        same = fire_id is not None and one.fire_id == fire_id
        if one.unit != call.unit and (same or (km is not None and km <= params.neighbours_km)):
            near.append((km if km is not None else params.neighbours_km, one.unit))
    return [unit for _, unit in sorted(near)]


def worded(call: Call, at: datetime) -> Coded:
    """The call as a sentence; without a place it says so."""
    told = {"unit": call.unit, "at": iso(at)}
    if call.point is None:
        return Coded("sos.called_nowhere", told)
    told |= {"lat": f"{call.point.lat:.5f}", "lon": f"{call.point.lon:.5f}"}
    return Coded("sos.called", told | {"m": round(call.accuracy_m or 0)})


def assumed(call: Call) -> tuple[Coded, ...]:
    """What of it is not sure."""
    return (Coded("sos.clock_doubtful"),) if call.doubtful else ()


def moved(before: Coded, after: Coded, params: DistressParameters = DEFAULT) -> bool:
    """Whether the caller has gone so far that people must be told anew."""
    places: Sequence[LonLat | None] = (_place(before), _place(after))
    first, second = places
    if first is None or second is None:
        return second is not None
    return _km(first, second) * 1000 > params.moved_m


def _place(told: Coded) -> LonLat | None:
    if "lat" not in told.params:
        return None
    return LonLat(float(str(told.params["lon"])), float(str(told.params["lat"])))


def _km(one: LonLat, other: LonLat) -> float:
    away: float = GEOD.inv(one.lon, one.lat, other.lon, other.lat)[2]
    return abs(away) / 1000
