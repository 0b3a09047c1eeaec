"""Detections → groups: what is linked in space and time belongs to one fire.

Two levels, neither depending on the order of arrival: an *event* (links up to 20 days) is what we
call a fire, an *episode* (up to 5 days) a period of activity inside it.  Geostationary pixels,
kilometres wide, only confirm: they join the nearest group and never bridge two.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain import grouping_kernel as kernel
from sylvan.domain.detections import Detections, Instrument

I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]
F8 = npt.NDArray[np.float64]
NO_GROUP = -1
POLE, HALF_TURN = 90.0, 180.0  # degrees
DAY_S = 86_400  # seconds in a day


class Kind(IntEnum):
    """What decides a link's length: the size of the pixels at both ends."""

    FINE = 0  # VIIRS 375 m and finer
    COARSE = 1  # MODIS, AVHRR 1 km, and whatever we don't know
    GEOSTATIONARY = 2


class Level(IntEnum):
    """How long a silence may last inside one group."""

    EVENT = 1
    EPISODE = 2


_KIND_OF = np.full(max(Instrument) + 2, Kind.COARSE, np.uint8)  # the last one is of unknown ones
_KIND_OF[Instrument.VIIRS] = Kind.FINE
_KIND_OF[Instrument.OLI] = Kind.FINE
_KIND_OF[Instrument.GEOSTATIONARY] = Kind.GEOSTATIONARY


@dataclass(frozen=True)
class GroupingParameters:
    """Lengths of links. Changing one changes which fires exist: bump ``version``."""

    version: str = "group-1"
    fine_km: float = 1.0
    # km; between two VIIRS pixels: Chen et al. 2022 (FEDS), sleepers re-join within 1 km
    coarse_km: float = 1.5
    # km; where a MODIS pixel (1 km) takes part: 1 km + half the pixel's width
    geostationary_km: float = 3.2
    # km; half the diagonal of an AHI pixel at 62° N: 2 km × 2 km / cos 70° view angle
    event_s: int = 20 * DAY_S
    # s; a silent fire may wake up to 20 days later: Chen et al. 2022 (FEDS, "sleeper")
    episode_s: int = 5 * DAY_S
    # s; without a detection for 5 days a fire is inactive: Chen et al. 2022 (FEDS)
    ignition_min_age_s: int = DAY_S // 2
    # s; a spot seen so long before it met another is an ignition of its own: several passes saw
    # them apart.  Exact ages, not steps; as long as a step of Chen et al. 2022
    max_boxes: int = 256
    # boxes that one neighbour query may have; engineering: each costs one index descent

    def tau(self, level: Level) -> int:
        """Longest silence inside a group of this level, s."""
        return self.event_s if level == Level.EVENT else self.episode_s

    def radius_km(self, kind: Kind) -> float:
        """Longest link that a detection of this kind can have, km."""
        return self.geostationary_km if kind == Kind.GEOSTATIONARY else self.coarse_km


DEFAULT = GroupingParameters()


class Points(NamedTuple):
    """What grouping needs to know of detections, as columns of one length."""

    lon: F8  # degrees
    lat: F8  # degrees
    t: I8  # seconds since 1970-01-01 UTC
    instrument: npt.NDArray[np.int16]  # Instrument

    @property
    def kind(self) -> npt.NDArray[np.uint8]:
        """Kind of each detection; an unknown instrument counts as coarse."""
        return _KIND_OF[np.clip(self.instrument, -1, len(_KIND_OF) - 1)]

    @property
    def geostationary(self) -> npt.NDArray[np.bool_]:
        """Which of them only confirm."""
        return np.equal(self.kind, Kind.GEOSTATIONARY)

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp] | I8 | I4) -> "Points":
        """Some of them, by mask or by place."""
        return Points(self.lon[rows], self.lat[rows], self.t[rows], self.instrument[rows])


def points_of(rows: Detections) -> Points:
    """The columns of a batch that grouping needs."""
    return Points(rows["lon"], rows["lat"], rows["acq_at"], rows["instrument"])


def join(*parts: Points) -> Points:
    """All of them, one behind another."""
    return Points(
        np.concatenate([part.lon for part in parts]),
        np.concatenate([part.lat for part in parts]),
        np.concatenate([part.t for part in parts]),
        np.concatenate([part.instrument for part in parts]),
    )


def _compiled(points: Points) -> kernel.Points:
    """The kernel's one signature: contiguous, finite, in range, so that it compiles only once."""
    lon = np.ascontiguousarray(points.lon, np.float64)
    lat = np.ascontiguousarray(points.lat, np.float64)
    bad = ~((np.abs(lon) <= HALF_TURN) & (np.abs(lat) <= POLE))  # NaN is bad as well
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(f"detection {at}: longitude {lon[at]}, latitude {lat[at]} is no place")
    return kernel.Points(
        lon,
        lat,
        np.ascontiguousarray(points.t, np.int64),
        np.ascontiguousarray(points.kind, np.uint8),
    )


def _reach(kinds: npt.NDArray[np.uint8], params: GroupingParameters, level: Level) -> kernel.Reach:
    """The links among these kinds of detections."""
    present = np.flatnonzero(np.bincount(kinds, minlength=len(Kind)))
    return _reach_among(tuple(present.tolist()), params, level)


@cache
def _reach_among(
    present: tuple[int, ...], params: GroupingParameters, level: Level
) -> kernel.Reach:
    km = np.full((len(Kind), len(Kind)), params.coarse_km)
    km[Kind.FINE, Kind.FINE] = params.fine_km
    km[Kind.GEOSTATIONARY, :] = km[:, Kind.GEOSTATIONARY] = params.geostationary_km
    here = km[np.ix_(present, present)]
    return kernel.Reach(km**2, params.tau(level), float(here.min()), float(here.max()))


def _components(
    points: Points, params: GroupingParameters, level: Level, known: I8 | None = None
) -> I4:
    """Components over links of every length, geostationary or not; ``known`` are seeds."""
    if not len(points.lon):
        return np.empty(0, np.int32)
    compiled = _compiled(points)
    group = np.empty(0, np.int64) if known is None else np.ascontiguousarray(known, np.int64)
    groups = int(group.max(initial=-1)) + 1
    reach = _reach(compiled.kind, params, level)
    return kernel.components(compiled, kernel.length_table(), reach, group, groups)


def components(
    points: Points, params: GroupingParameters = DEFAULT, level: Level = Level.EVENT
) -> I4:
    """Group detections; exact, and independent of their order.

    Distances are equirectangular at the pair's middle latitude on the WGS 84 ellipsoid: up to 80°
    of latitude the relative error against the geodesic stays below 3e-6 for links up to 4 km (a
    few millimetres on 1 km); a link of exactly ε or τ counts.

    Args:
        points: n detections, in any order.
        params: lengths of the links.
        level: events or episodes.

    Returns:
        n labels: the place of the earliest member (by time, longitude, latitude, place) of the
        group, geostationary members counting only in groups that have no other.

    Raises:
        ValueError: a coordinate is out of range or not a number; names its place.
    """
    confirming = np.flatnonzero(points.geostationary)
    if not len(confirming):
        return _components(points, params, level)
    labels = np.empty(len(points.lon), np.int32)
    linking = np.flatnonzero(~points.geostationary)
    labels[linking] = linking[_components(points.take(linking), params, level)]
    asked, answering = points.take(confirming), points.take(linking)
    at, _ = nearest_links(asked, answering, params=params, level=level)
    attached = at != NO_GROUP
    labels[confirming[attached]] = labels[linking[at[attached]]]
    alone = confirming[~attached]
    labels[alone] = alone[_components(points.take(alone), params, level)]
    return labels


def joined_groups(
    points: Points, known: I8, params: GroupingParameters = DEFAULT, level: Level = Level.EVENT
) -> I4:
    """Components of links, where points of one ``known`` group (≥ 0) are together from the start.

    Geostationary points link like all others here: leave them out, or give nothing else.
    """
    return _components(points, params, level, known)


def nearest_links(
    query: Points,
    targets: Points,
    group: npt.ArrayLike | None = None,
    barred: npt.ArrayLike | None = None,
    params: GroupingParameters = DEFAULT,
    level: Level = Level.EVENT,
) -> tuple[I4, F8]:
    """For each query detection the nearest target that it is linked to.

    Args:
        query: n detections.
        targets: m detections.
        group: m numbers (default: all 0); of equally near targets the one of the smaller group is
            taken, then the one acquired earlier.
        barred: n groups, each query's to be passed over; −1 bars none.
        params: lengths of the links.
        level: events or episodes.

    Returns:
        n places of targets, −1 where nothing is linked, and n distances, km (infinite there).
    """
    n = len(query.lon)
    if not n or not len(targets.lon):
        return np.full(n, NO_GROUP, np.int32), np.full(n, np.inf)
    return kernel.nearest(
        _compiled(targets),
        np.zeros(len(targets.lon), np.int64) if group is None else np.array(group, np.int64),
        _compiled(query),
        np.full(n, NO_GROUP, np.int64) if barred is None else np.array(barred, np.int64),
        kernel.length_table(),
        _reach(np.concatenate([query.kind, targets.kind]), params, level),
    )


def ignitions(points: Points, params: GroupingParameters = DEFAULT) -> I4:
    """Which ignition each detection of *one fire* came from.

    Two spots that burnt apart for ``ignition_min_age_s`` before they met stay visible as parts of
    the merged fire.  It follows from times of acquisition alone, not from those of arrival.

    Returns:
        n labels: the place of the earliest detection of the ignition.
    """
    return _ignitions(points, params, exact=True)


FEW = 2000
"""Detections of a fire; of no more than these, pairs are compared sooner than they are sorted."""


def count_ignitions(points: Points, params: GroupingParameters = DEFAULT) -> int:
    """How many ignitions :func:`ignitions` tells apart; several times as fast."""
    return count_all_ignitions(points, np.array([0, len(points.lon)]), params)[0]


def count_all_ignitions(
    points: Points, starts: I8, params: GroupingParameters = DEFAULT
) -> list[int]:
    """:func:`count_ignitions` of many fires, which lie behind each other from ``starts`` on."""
    counts = np.diff(starts)
    found = np.minimum(counts, 1)
    small = (counts > 1) & (counts <= FEW)
    if small.any():
        some = points if small.all() else points.take(np.repeat(small, counts))
        fire = np.repeat(np.arange(small.sum()), counts[small])
        begins = np.append(0, np.cumsum(counts[small]))
        compiled, sequence, table, reach = _asked(some, params, fire)
        min_age = params.ignition_min_age_s
        found[small] = kernel.count_ignitions(compiled, sequence, begins, table, reach, min_age)
    for k in np.flatnonzero(counts > FEW).tolist():
        one = points.take(np.arange(starts[k], starts[k + 1]))
        found[k] = len(np.unique(_ignitions(one, params, exact=False)))
    told: list[int] = found.tolist()
    return told


def _ignitions(points: Points, params: GroupingParameters, *, exact: bool) -> I4:
    if not len(points.lon):
        return np.empty(0, np.int32)
    return kernel.ignitions(*_asked(points, params), params.ignition_min_age_s, exact=exact)


def _asked(
    points: Points, params: GroupingParameters, fire: I8 | None = None
) -> tuple[kernel.Points, I4, F8, kernel.Reach]:
    """Points, their order by fire and time, the table of lengths and the links."""
    compiled = _compiled(points)
    keys = (compiled.lat, compiled.lon, compiled.t, *(() if fire is None else (fire,)))
    sequence = np.lexsort(keys).astype(np.int32)
    return compiled, sequence, kernel.length_table(), _reach(compiled.kind, params, Level.EVENT)


def warm_up() -> None:
    """Compile everything, or load it from the cache, so that the first fire need not wait for it.

    Takes up to a minute once on a new machine, half a second later; safe in a thread.
    """
    one = Points(np.zeros(1), np.zeros(1), np.zeros(1, np.int64), np.zeros(1, np.int16))
    joined_groups(one, np.zeros(1, np.int64))
    nearest_links(one, one)
    ignitions(one)
    count_ignitions(join(one, one))
