"""Passes: which satellites came over which places, when, and under which view angle.

Worked out from orbital elements alone, whether any data came or not: without it "nothing was seen"
cannot be told from "nobody looked". What became of each pass is told by :mod:`sylvan.domain.looks`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded
from sylvan.domain.detections import Satellite
from sylvan.domain.elements import Elements
from sylvan.domain.passes_geometry import (
    INSTRUMENT_OF,
    SCANNERS,
    Floats,
    grid,
    place_xyz,
    propagate,
    sights,
)

OVERFLIGHT: Final = np.dtype(
    [
        ("place", "i8"),  # index of the place
        ("satellite", "i2"),  # Satellite
        ("at", "f8"),  # epoch seconds at which the scan met the place
        ("scan_deg", "f8"),  # from straight down, negative left of the flight
        ("view_deg", "f8"),  # view zenith angle: between the place's zenith and the satellite
        ("covered", "?"),  # whether the place lay within the scan
    ]
)
"""One row per satellite rising over a place."""

Overflights = npt.NDArray[np.void]
"""A structured array of dtype :data:`OVERFLIGHT`, in order of time."""


@dataclass(frozen=True, slots=True)
class ElementRules:
    """How old elements may be."""

    warn: timedelta = timedelta(days=7)
    # validity arc of EUMETSAT's published elements for a like orbit: 600 m RMS, 2 km at most
    drop: timedelta = timedelta(days=30)
    # "similar accuracy for several weeks" beyond that arc (the same page), unless it was steered;
    # of NOAA-20, 47-day-old elements still put real hot spots into their granules
    ahead: timedelta = timedelta(days=1)
    # an epoch farther ahead of the world's clock comes from another time than the world's


ELEMENT_RULES: Final = ElementRules()


@dataclass(frozen=True, slots=True)
class Choice:
    """Elements to compute with, one set a satellite, and what is wrong with them."""

    sets: tuple[Elements, ...]
    remarks: tuple[Coded, ...]


def choose(
    known: Iterable[Elements],
    now: datetime,
    satellites: Iterable[Satellite] = INSTRUMENT_OF,
    rules: ElementRules = ELEMENT_RULES,
) -> Choice:
    """The newest set of each satellite that the world could have at ``now``.

    What cannot be used, or only with care, is told: sets too old, from the future, missing.
    """
    listed = list(known)
    if not listed:
        return Choice((), (Coded("passes.no_elements"),))
    sets: list[Elements] = []
    remarks: list[Coded] = []
    for satellite in satellites:
        mine = [one for one in listed if one.satellite == satellite]
        usable = [one for one in mine if one.epoch <= now + rules.ahead]
        newest = max(usable, key=lambda one: one.epoch, default=None)
        remark = _remark(satellite, mine, newest, now, rules)
        if newest and now - newest.epoch <= rules.drop:
            sets.append(newest)
        remarks += [remark] if remark else []
    return Choice(tuple(sets), tuple(remarks))


def _remark(
    satellite: Satellite,
    mine: list[Elements],
    newest: Elements | None,
    now: datetime,
    rules: ElementRules,
) -> Coded | None:
    """What has to be said about a satellite's newest elements."""
    name = satellite.name
    if not mine:
        return Coded("passes.no_elements_of", {"satellite": name})
    if newest is None:
        ahead = min(one.epoch for one in mine) - now
        return Coded("passes.elements_future", {"satellite": name, "count": _days(ahead)})
    age = now - newest.epoch
    if age > rules.drop:
        return Coded("passes.elements_unused", {"satellite": name, "count": _days(age)})
    if age > rules.warn:
        return Coded("passes.elements_old", {"satellite": name, "count": _days(age)})
    return None


def _days(span: timedelta) -> int:
    return round(span / timedelta(days=1))


def passes_over(
    elements: Sequence[Elements], lon: Floats, lat: Floats, since: datetime, until: datetime
) -> Overflights:
    """All overflights of places (degrees) in a span; not covered ones are those beside the swath.

    Args:
        elements: one set a satellite.
        lon: degrees east, (n,).
        lat: degrees north, (n,).
        since: earliest moment.
        until: latest moment.
    """
    start, end = since.timestamp(), until.timestamp()
    if not elements or not len(lon) or start >= end:
        return np.empty(0, OVERFLIGHT)
    places, ups = place_xyz(np.asarray(lon, "f8"), np.asarray(lat, "f8"))
    records = [one.record() for one in elements]
    orbits = propagate(records, grid(start, end))
    parts = []
    for one, record, orbit in zip(elements, records, orbits, strict=True):
        found = sights(record, orbit, places, ups)
        rows = np.empty(len(found.at), OVERFLIGHT)
        rows["place"], rows["satellite"], rows["at"] = found.place, one.satellite, found.at
        rows["scan_deg"], rows["view_deg"] = found.scan, found.zenith
        half = SCANNERS[INSTRUMENT_OF[one.satellite]].half_angle_deg
        rows["covered"] = np.abs(found.scan) <= half
        parts.append(rows[(found.at >= start) & (found.at <= end)])
    rows = np.concatenate(parts)
    return rows[np.lexsort((rows["satellite"], rows["at"]))]


@dataclass(frozen=True, slots=True)
class RegionPass:
    """A satellite's pass over a region."""

    satellite: Satellite
    since: datetime
    until: datetime
    share: float
    # of the region's places that are in the swath, 0…1


SAME_PASS: Final = timedelta(minutes=20)
"""Acquisition times within this of an overflight belong to it: granules last 6 minutes, a pass
over a region 15, and the same satellite comes again after 98 minutes at the earliest."""


def over_region(rows: Overflights, places: int) -> list[RegionPass]:
    """Overflights of a region's places, put together to passes, in order of time."""
    covered = rows[rows["covered"]]
    found: list[RegionPass] = []
    for satellite in np.unique(covered["satellite"]):
        mine = covered[covered["satellite"] == satellite]
        breaks = np.flatnonzero(np.diff(mine["at"]) > SAME_PASS.total_seconds()) + 1
        for part in np.split(mine, breaks):
            share = len(np.unique(part["place"])) / places
            first, last = (moment(part["at"][i]) for i in (0, -1))
            found.append(RegionPass(Satellite(satellite), first, last, share))
    return sorted(found, key=lambda one: one.since)


def moment(epoch_s: float) -> datetime:
    """A moment to the second."""
    return datetime.fromtimestamp(round(float(epoch_s)), UTC)
