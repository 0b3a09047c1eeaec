"""The active front: the parts of the edge where the latest passes saw fire.

The rest of the edge lies still, as far as is known: nobody saw it burn lately.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiLineString, MultiPolygon

from sylvan.domain import edge_front_kernel as kernel
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.edge_outline import HALF_TURN, TURN
from sylvan.domain.footprints import degree_lengths, footprints, lengths_at
from sylvan.domain.together import Together, together

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
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
    """Kilometres around a place, and back; or around one for each place that is asked for."""

    lon: float | F8
    lat: float | F8
    east_km: float | F8  # of a degree
    north_km: float | F8

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
    return fronts_of([edge], together([rows]), params)[0]


def fronts_of(
    edges: Sequence[MultiPolygon], fires: Together, params: FrontParameters = DEFAULT
) -> list[MultiLineString | None]:
    """:func:`front_of` of many fires, each with detections and an edge."""
    rings = _rings(edges)
    # homes are not of the rows, whose order means nothing
    first_ring = np.searchsorted(rings.fire, np.arange(len(edges)))
    homes = rings.corners[np.append(0, rings.ends)[first_ring]]
    planes = kernel.Planes(homes, np.stack(degree_lengths(homes[:, 1]), axis=-1))
    latest = _latest(fires, params)
    burning = _burning(latest, planes, params)
    found = kernel.fronts(rings, burning, latest.starts, planes, params.step_km)
    fronts: list[MultiLineString | None] = [None] * len(edges)
    if len(found.fire):
        lines = shapely.normalize(shapely.linestrings(found.corners, indices=found.line))
        burn = np.unique(found.fire)
        number = np.searchsorted(burn, found.fire)
        for fire, front in zip(burn, shapely.multilinestrings(lines, indices=number), strict=True):
            fronts[fire] = front
    return fronts


def _rings(edges: Sequence[MultiPolygon]) -> kernel.Rings:
    """All rings of edges, edge by edge."""
    parts, edge_of_part = shapely.get_parts(edges, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    corners, ring_of_corner = shapely.get_coordinates(rings, return_index=True)
    ends = np.append(np.flatnonzero(np.diff(ring_of_corner)) + 1, len(corners))
    return kernel.Rings(corners, ends, edge_of_part[part_of_ring])


def _latest(fires: Together, params: FrontParameters) -> Together:
    """Detections of the latest passes, the finer ones where there are any."""
    at = fires.rows["acq_at"].astype(np.int64)
    late = fires.where(at >= fires.most(at)[fires.fire] - params.latest_s)
    fine = late.rows["instrument"] != Instrument.GEOSTATIONARY
    some = late.most(fine.astype(np.int64)) > 0
    return late.where(fine | ~some[late.fire])


def _burning(latest: Together, planes: kernel.Planes, params: FrontParameters) -> kernel.Burning:
    """Footprints as discs, each on the plane of its fire; those of one instrument are as large."""
    seen, fire = footprints(latest.rows), latest.fire
    plane = Plane(*planes.home[fire].T, *planes.size[fire].T)
    x, y = plane.km(seen.lon, seen.lat).T
    half = _medians(seen.half_lat * plane.north_km, latest.rows["instrument"], fire)
    order = np.lexsort((x, fire))
    return kernel.Burning(x[order], y[order], half[order] + params.line_km)


def _medians(values: F8, kind: npt.NDArray[np.int16], fire: I8) -> F8:
    """For each value the median of its kind and fire."""
    order = np.lexsort((values, kind, fire))
    ordered, kind, fire = values[order], kind[order], fire[order]
    begins = np.append(True, (kind[1:] != kind[:-1]) | (fire[1:] != fire[:-1]))
    first = np.flatnonzero(begins)
    counts = np.diff(first, append=len(values))
    median = (ordered[first + (counts - 1) // 2] + ordered[first + counts // 2]) / 2
    found = np.empty(len(values))
    found[order] = np.repeat(median, counts)
    return found
