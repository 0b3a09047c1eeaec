"""Where somebody is along a way: places with the hours at which they are passed.

What is reckoned here is an estimate for units that do not tell where they are, and the timetable
of units that only play.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final, NamedTuple

from sylvan.domain.places import GEOD, LonLat
from sylvan.domain.travel.movers import Leg, Step

STANDING: Final = frozenset({Step.TURNOUT, Step.WAIT})
"""Steps before the start: nobody has left yet."""
_KM: Final = 1_000.0
_PIECE_KM: Final = 40.0
"""Stretches are parted into pieces no longer than this, so that flights bend as the globe does."""


class Passed(NamedTuple):
    """A place of a way and when it is passed."""

    hours: float
    """Since the start."""
    place: LonLat


@dataclass(frozen=True, slots=True)
class Course:
    """A whole way in time."""

    ready_h: float
    """From the order to the start: turnout, and light where it is waited for."""
    stops: tuple[Passed, ...]
    """In order of time; the first at 0, the last when the unit can work."""

    @property
    def hours(self) -> float:
        """From the start to the end."""
        return self.stops[-1].hours

    def at(self, hours: float) -> LonLat:
        """Where the unit is so many hours after its start; it waits at both ends."""
        after = bisect_right(self.stops, hours, key=lambda stop: stop.hours)
        if after == 0:
            return self.stops[0].place
        if after == len(self.stops):
            return self.stops[-1].place
        before, then = self.stops[after - 1], self.stops[after]
        return _between(
            before.place, then.place, (hours - before.hours) / (then.hours - before.hours)
        )


def course_of(legs: Sequence[Leg], start: LonLat, goal: LonLat) -> Course:
    """The way of some legs in time.

    Args:
        legs: as they follow; one without a line stands still until it is over.
        start: where the unit stands.
        goal: where it is wanted; it is there at the end of the last leg.
    """
    ready = 0.0
    rest = list(legs)
    while rest and rest[0].step in STANDING:
        ready += rest.pop(0).hours
    stops = [Passed(0.0, start)]
    for leg in rest:
        stops += _passed(leg, stops[-1])
    return Course(ready, (*stops, Passed(stops[-1].hours, goal)))


def straight(start: LonLat, goal: LonLat, km_h: float) -> Course:
    """Straight over the globe at one speed, at once: where no way is known."""
    km = _km(start, goal)
    stops = _along([start, goal], Passed(0.0, start), km / km_h)
    return Course(0.0, (Passed(0.0, start), *stops, Passed(km / km_h, goal)))


def _passed(leg: Leg, last: Passed) -> list[Passed]:
    if len(leg.line) > 1:
        return _along([last.place, *leg.line], last, leg.hours)
    return [Passed(last.hours + leg.hours, leg.line[0] if leg.line else last.place)]


def _along(line: Sequence[LonLat], begun: Passed, hours: float) -> list[Passed]:
    """The places of a line after the first one, at one speed."""
    pieces = [place for a, b in pairwise(line) for place in _pieces(a, b)]
    steps = [_km(a, b) for a, b in pairwise([line[0], *pieces])]
    whole, gone, found = sum(steps), 0.0, []
    for step, place in zip(steps, pieces, strict=True):
        gone += step
        share = gone / whole if whole > 0 else 1.0
        found.append(Passed(begun.hours + share * hours, place))
    return found


def _pieces(a: LonLat, b: LonLat) -> list[LonLat]:
    count = ceil(_km(a, b) / _PIECE_KM)
    between = GEOD.npts(*a, *b, count - 1) if count > 1 else []
    return [*(LonLat(*one) for one in between), b]


def _km(a: LonLat, b: LonLat) -> float:
    return float(GEOD.inv(*a, *b)[2]) / _KM


def _between(a: LonLat, b: LonLat, share: float) -> LonLat:
    """A place on the short stretch between two; across 180° by the short way."""
    turn = (b.lon - a.lon + 180.0) % 360.0 - 180.0
    lon = (a.lon + share * turn + 180.0) % 360.0 - 180.0
    return LonLat(lon, a.lat + share * (b.lat - a.lat))
