"""What a fire does, read from its detections: seen when, by how many passes, how hot, how fast.

Everything here follows from the set of detections and the world's clock, never from the order in
which the data came.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain import activity_kernel as kernel
from sylvan.domain.detections import Detections, Satellite
from sylvan.domain.edge import Drawing, drawing_of
from sylvan.domain.together import Together, starts_of, together

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
HOUR_S = 3600  # seconds in an hour


@dataclass(frozen=True)
class ActivityParameters:
    """Windows in time."""

    version: str = "activity-1"
    pass_gap_s: int = 40 * 60
    # s; less than half an orbit of 101 minutes: one satellite's passes are never nearer
    growth_window_s: int = 24 * HOUR_S
    # s; a whole day, so that the daily course of fire and of passes evens out
    growth_least_s: int = HOUR_S
    # s; over less, the shift of pixels between two satellites looks like growth
    series_length: int = 24
    # passes that the series of fire power keeps; about two days of five satellites at 62° N


DEFAULT = ActivityParameters()


@dataclass(frozen=True)
class Activity:
    """The course of one fire."""

    first_seen: datetime
    last_seen: datetime
    n_detections: int
    n_passes: int
    sensors: tuple[str, ...]  # names of satellites, sorted
    frp_mw: float  # fire radiative power of the latest pass that measured it, MW; 0 if none did
    frp_series: tuple[tuple[datetime, float], ...]  # end of a pass, MW; ascending
    growth_ha_h: float | None  # over the last day; None where it can't be told


class Series(NamedTuple):
    """Fire radiative power of the latest passes of many fires, fire behind fire."""

    at: I8  # end of a pass, seconds since 1970; ascending within a fire
    mw: F8
    starts: I8  # where each fire begins, and where the last one ends


@dataclass(frozen=True)
class Courses:
    """The courses of many fires, a list a column; moments are seconds since 1970."""

    first: list[int]
    last: list[int]
    base: list[int]  # pass with which the last one is compared
    n_passes: list[int]
    sensors: list[tuple[str, ...]]  # names of satellites, sorted
    series: Series

    def growth_ha_h(
        self, which: int, drawing: Drawing, params: ActivityParameters = DEFAULT
    ) -> float | None:
        """Area gained since the last pass at least a day old (else the first one), ha per hour."""
        span = self.last[which] - self.base[which]
        if span < params.growth_least_s:
            return None
        return drawing.gained_ha(self.base[which]) * HOUR_S / span


def activity_of_rows(
    rows: Detections, params: ActivityParameters = DEFAULT, drawing: Drawing | None = None
) -> Activity:
    """The course of a fire.

    Args:
        rows: its detections, at least one.
        params: windows in time.
        drawing: its footprints on the raster, if they are known already.

    Raises:
        ValueError: there are no detections.
    """
    courses = courses_of(together([rows]), params)
    at, mw = courses.series.at.tolist(), courses.series.mw.tolist()
    return Activity(
        first_seen=_moment(courses.first[0]),
        last_seen=_moment(courses.last[0]),
        n_detections=len(rows),
        n_passes=courses.n_passes[0],
        sensors=courses.sensors[0],
        frp_mw=mw[-1] if mw else 0.0,
        frp_series=tuple((_moment(one), power) for one, power in zip(at, mw, strict=True)),
        growth_ha_h=courses.growth_ha_h(0, drawing or drawing_of(rows), params),
    )


def courses_of(fires: Together, params: ActivityParameters = DEFAULT) -> Courses:
    """The courses of fires, each with at least one detection.

    Raises:
        ValueError: one has none.
    """
    if not fires.counts.all():
        raise ValueError("a fire's activity needs at least one detection")
    at = fires.rows["acq_at"].astype(np.int64)
    number = _passes(fires, params)
    ends, fire = kernel.ends(number, fires.fire, at)
    n_passes = np.bincount(fire, minlength=len(fires))
    codes = np.bitwise_or.reduceat(1 << fires.rows["satellite"].astype(np.int64), fires.starts[:-1])
    return Courses(
        first=fires.least(at).tolist(),
        last=fires.most(at).tolist(),
        base=_bases(ends, fire, starts_of(n_passes), params).tolist(),
        n_passes=n_passes.tolist(),
        sensors=[_names(code) for code in codes.tolist()],
        series=_power(fires.rows, number, ends, fire, params.series_length),
    )


def passes_of(rows: Detections, params: ActivityParameters = DEFAULT) -> npt.NDArray[np.int64]:
    """Number of the pass in which each detection was made: same satellite, minutes apart.

    Passes are numbered from 0, satellite by satellite; a geostationary satellite that looks every
    ten minutes has one pass as long as it sees the fire.
    """
    return _passes(together([rows]), params)


def _passes(fires: Together, params: ActivityParameters) -> I8:
    """As :func:`passes_of`, numbered on from fire to fire."""
    rows = fires.rows
    order = np.lexsort((rows["acq_at"], rows["satellite"], fires.fire))
    satellite, t = rows["satellite"].astype(np.int64), rows["acq_at"].astype(np.int64)
    return kernel.passes(order, fires.fire, satellite, t, params.pass_gap_s)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@cache
def _names(codes: int) -> tuple[str, ...]:
    """Names of satellites, sorted, given a number with a bit for each."""
    return tuple(sorted(Satellite(k).name for k in range(codes.bit_length()) if codes >> k & 1))


def _bases(ends: I8, fire: I8, starts: I8, params: ActivityParameters) -> I8:
    """Of each fire the last pass at least a day before its last one, else its first one.

    Passes lie fire behind fire and begin at ``starts``.
    """
    last = np.maximum.reduceat(ends, starts[:-1])
    old = ends <= last[fire] - params.growth_window_s
    never = ends.min() - 1
    base = np.maximum.reduceat(np.where(old, ends, never), starts[:-1])
    return np.where(base == never, np.minimum.reduceat(ends, starts[:-1]), base)


def _power(rows: Detections, number: I8, ends: I8, fire: I8, most: int) -> Series:
    """Fire radiative power of the latest passes that measured any, in order of time."""
    mw = rows["frp"].astype(np.float64)
    order = np.argsort(mw)
    total = kernel.power(order[np.isfinite(mw[order])], number, mw, len(ends))
    known = np.flatnonzero(~np.isnan(total))
    known = known[np.lexsort((total[known], ends[known], fire[known]))]
    counts = np.bincount(fire[known], minlength=fire[-1] + 1)
    later = np.repeat(np.cumsum(counts), counts) - np.arange(len(known))  # from the last one: 1
    latest = known[later <= most]
    return Series(ends[latest], total[latest], starts_of(np.minimum(counts, most)))
