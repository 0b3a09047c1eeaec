"""The active front: the parts of the edge where the latest passes saw fire.

The rest of the edge lies still, as far as is known: nobody saw it burn lately.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiLineString, MultiPolygon

from sylvan.domain import edge_front_kernel as kernel
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.edge_outline import HALF_TURN, TURN
from sylvan.domain.footprints import footprints, lengths_at

F8 = npt.NDArray[np.float64]
HOUR_S = 3600


@dataclass(frozen=True)
class FrontParameters:
    """Which part of the edge counts as burning."""

    version: str = "front-1"
    latest_s: int = 12 * HOUR_S
    # s before the last detection; the step of FEDS: every satellite has passed once by then
    line_km: float = 0.3125
    # km between a footprint and the edge; with half a VIIRS pixel 500 m: FEDS' fire-line buffer
    step_km: float = 0.1
    # km; the edge is looked at every so far; engineering


DEFAULT = FrontParameters()


class Plane(NamedTuple):
    """Kilometres around a place, and back."""

    lon: float
    lat: float
    east_km: float  # of a degree
    north_km: float

    def km(self, lon: F8, lat: F8) -> F8:
        """Degrees → km (n × 2); longitudes are those nearest to the place."""
        away = (lon - self.lon + HALF_TURN) % TURN - HALF_TURN
        return np.stack([away * self.east_km, (lat - self.lat) * self.north_km], axis=-1)


def plane_at(lon: float, lat: float) -> Plane:
    """The plane around a place."""
    return Plane(lon, lat, *lengths_at(lat))


def front_of(
    edge: MultiPolygon, rows: Detections, params: FrontParameters = DEFAULT
) -> MultiLineString | None:
    """Parts of an edge near the detections of the latest passes.

    Args:
        edge: WGS 84, cut at 180°.
        rows: the fire's detections; geostationary ones are left out where there are others.
        params: how late and how near.

    Returns:
        Lines on the edge; None where the latest detections lie inside, away from it.
    """
    if not len(rows) or edge.is_empty:
        return None
    corners, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(edge)), return_index=True
    )
    home = corners[0]  # not of the rows, whose order means nothing
    plane = plane_at(float(home[0]), float(home[1]))
    burning = _burning(_latest(rows, params), plane, params)
    size = np.array([plane.east_km, plane.north_km])
    step = params.step_km / float(size.max())
    lines: list[npt.NDArray[np.object_]] = []
    for one in np.split(corners, np.flatnonzero(np.diff(ring)) + 1):
        found, line = kernel.lines(one, burning, home, size, step)
        if len(found):
            lines.append(shapely.linestrings(found, indices=line))
    if not lines:
        return None
    front: MultiLineString = shapely.multilinestrings(shapely.normalize(np.concatenate(lines)))
    return front


def _latest(rows: Detections, params: FrontParameters) -> Detections:
    """Detections of the latest passes, the finer ones where there are any."""
    late = rows[rows["acq_at"] >= int(rows["acq_at"].max()) - params.latest_s]
    fine = late["instrument"] != Instrument.GEOSTATIONARY
    latest: Detections = late[fine] if fine.any() else late
    return latest


def _burning(latest: Detections, plane: Plane, params: FrontParameters) -> kernel.Burning:
    """Footprints on the plane as discs; those of one instrument are equally large."""
    seen = footprints(latest)
    x, y = plane.km(seen.lon, seen.lat).T
    half, instrument = seen.half_lat * plane.north_km, latest["instrument"]
    reach = np.empty(len(x))
    for one in set(instrument.tolist()):
        mine = instrument == one
        reach[mine] = _median(half[mine]) + params.line_km
    order = np.argsort(x)
    return kernel.Burning(x[order], y[order], reach[order])


def _median(values: F8) -> float:
    """As NumPy's own, which takes 0.1 ms for a handful."""
    ordered, n = np.sort(values), len(values)
    return float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2
