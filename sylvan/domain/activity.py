"""What a fire does, read from its detections: seen when, by how many passes, how hot, how fast.

Everything here follows from the set of detections and the world's clock, never from the order in
which the data came.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from sylvan.domain import activity_kernel as kernel
from sylvan.domain.detections import Detections, Satellite
from sylvan.domain.edge import Drawing, drawing_of

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
    if not len(rows):
        raise ValueError("a fire's activity needs at least one detection")
    passes = passes_of(rows, params)
    ends = kernel.ends(passes, rows["acq_at"].astype(np.int64))
    series = _power(rows, passes, ends, params.series_length)
    return Activity(
        first_seen=_moment(rows["acq_at"].min()),
        last_seen=_moment(rows["acq_at"].max()),
        n_detections=len(rows),
        n_passes=len(ends),
        sensors=tuple(sorted(Satellite(int(code)).name for code in np.unique(rows["satellite"]))),
        frp_mw=series[-1][1] if series else 0.0,
        frp_series=tuple(series),
        growth_ha_h=_growth(drawing or drawing_of(rows), ends, params),
    )


def passes_of(rows: Detections, params: ActivityParameters = DEFAULT) -> npt.NDArray[np.int64]:
    """Number of the pass in which each detection was made: same satellite, minutes apart.

    Passes are numbered from 0, satellite by satellite; a geostationary satellite that looks every
    ten minutes has one pass as long as it sees the fire.
    """
    order = np.lexsort((rows["acq_at"], rows["satellite"]))
    satellite, t = rows["satellite"].astype(np.int64), rows["acq_at"].astype(np.int64)
    return kernel.passes(order, satellite, t, params.pass_gap_s)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _power(
    rows: Detections, passes: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], most: int
) -> list[tuple[datetime, float]]:
    """Fire radiative power of the latest passes that measured any, in order of time."""
    mw = rows["frp"].astype(np.float64)
    order = np.argsort(mw)
    total = kernel.power(order[np.isfinite(mw[order])], passes, mw, len(ends))
    known = np.flatnonzero(~np.isnan(total))
    latest = known[np.lexsort((total[known], ends[known]))[-most:]]
    return [(_moment(ends[k]), float(total[k])) for k in latest.tolist()]


def _growth(
    drawing: Drawing, ends: npt.NDArray[np.int64], params: ActivityParameters
) -> float | None:
    """Area gained since the last pass at least a day old (else the first one), ha per hour."""
    last = int(ends.max())
    before = ends[ends <= last - params.growth_window_s]
    base = int(before.max() if len(before) else ends.min())
    if last - base < params.growth_least_s:
        return None
    return drawing.gained_ha(base) * HOUR_S / (last - base)
