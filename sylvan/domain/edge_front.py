"""The active front: the parts of the edge where the latest passes saw fire.

The rest of the edge lies still, as far as is known: nobody saw it burn lately.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import MultiLineString, MultiPolygon

from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.edge_outline import HALF_TURN, TURN
from sylvan.domain.footprints import degree_lengths, footprints

F8 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
HOUR_S = 3600
STRAIGHT_DEG = 1e-9  # 0.1 mm


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
    east, north = degree_lengths(lat)
    return Plane(lon, lat, float(east), float(north))


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
    latest = _latest(rows, params)
    lon, lat = shapely.get_coordinates(edge)[0]  # not of the rows, whose order means nothing
    plane = plane_at(float(lon), float(lat))
    burning = _burning(latest, plane, params)
    lines = []
    for corners in _rings(edge, plane, params.step_km):
        near = _near(plane.km(*corners.T), burning)
        seam = np.abs(corners[:, 0]) == HALF_TURN
        burns = near[1:] & near[:-1] & ~(seam[1:] & seam[:-1])
        lines += list(_runs(corners, burns))
    if not lines:
        return None
    # the corners that were put in between go again
    return MultiLineString(list(shapely.simplify(shapely.normalize(lines), STRAIGHT_DEG)))


def _latest(rows: Detections, params: FrontParameters) -> Detections:
    """Detections of the latest passes, the finer ones where there are any."""
    late = rows[rows["acq_at"] >= int(rows["acq_at"].max()) - params.latest_s]
    fine = late["instrument"] != Instrument.GEOSTATIONARY
    latest: Detections = late[fine] if fine.any() else late
    return latest


def _rings(edge: MultiPolygon, plane: Plane, step_km: float) -> Iterator[F8]:
    """Rings of an edge as corners (n × 2), degrees, with others put in between."""
    step = step_km / max(plane.east_km, plane.north_km)
    corners, ring_of = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(edge)), return_index=True
    )
    rings = shapely.linearrings(corners, indices=ring_of)  # not on the grid of the edge's precision
    for ring in shapely.segmentize(rings, step):
        yield shapely.get_coordinates(ring)


def _burning(
    latest: Detections, plane: Plane, params: FrontParameters
) -> list[tuple[cKDTree, float]]:
    """Centres of footprints and how far they reach; those of one instrument are equally large."""
    burning = []
    for instrument in np.unique(latest["instrument"]):
        seen = footprints(latest[latest["instrument"] == instrument])
        half = float(np.median(seen.half_lat)) * plane.north_km
        burning.append((cKDTree(plane.km(seen.lon, seen.lat)), half + params.line_km))
    return burning


def _near(places: F8, burning: list[tuple[cKDTree, float]]) -> Mask:
    """Which places are near a footprint."""
    near = np.zeros(len(places), np.bool_)
    for centres, reach in burning:
        near |= np.isfinite(centres.query(places, distance_upper_bound=reach)[0])
    return near


def _runs(corners: F8, burns: Mask) -> Iterator[shapely.LineString]:
    """Lines along a ring where its sides burn; a run over the ring's beginning stays one."""
    if burns.all():
        yield shapely.LineString(corners)
        return
    first = int(np.flatnonzero(~burns)[0])  # begin where nothing burns
    sides = np.roll(burns, -first)
    ring = np.concatenate([np.roll(corners[:-1], -first, axis=0), corners[first : first + 1]])
    turns = np.diff(np.concatenate([[False], sides, [False]]).astype(np.int8))
    for begin, end in zip(np.flatnonzero(turns == 1), np.flatnonzero(turns == -1), strict=True):
        yield shapely.LineString(ring[begin : end + 1])
