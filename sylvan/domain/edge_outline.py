"""From burnt cells to a polygon: rings, smoothed stairs, cut at 180°, canonical to the byte."""

from math import ceil

import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, box
from shapely.geometry.base import BaseGeometry

from sylvan.domain import edge_kernel as kernel
from sylvan.domain.edge_kernel import Net
from sylvan.domain.edge_trace_kernel import trace

HALF_TURN, TURN, POLE = 180.0, 360.0, 90.0  # degrees
POLYGON = shapely.GeometryType.POLYGON
Mask = npt.NDArray[np.bool_]


def outline(
    mask: Mask, net: Net, step: float, max_vertices: int, precision_deg: float
) -> MultiPolygon:
    """The polygon around marked cells, in degrees.

    Args:
        mask: cells of ``net``.
        net: where they lie.
        step: how far the outline may move when its stairs are smoothed, cells.
        max_vertices: where it has more corners, it is drawn coarser.
        precision_deg: of the coordinates, degrees.
    """
    smooth = _smoothed(mask, step)
    while shapely.get_num_coordinates(smooth) > max_vertices:
        step *= 2
        closed = kernel.close_gaps(mask, float(ceil(step)))
        smooth = _smoothed(closed | mask, step)
    corner = np.array([net.west, net.south])
    size = np.array([net.width, net.height])
    return cut_at_180(shapely.transform(smooth, lambda xy: (xy + corner) * size), precision_deg)


def cut_at_180(drawn: BaseGeometry, precision_deg: float) -> MultiPolygon:
    """Pieces on either side of 180°, each with its own longitudes (RFC 7946 §3.1.9), canonical.

    What lies beyond −180…180° is the neighbouring turn's.
    """
    west, _, east, _ = drawn.bounds
    pieces = [drawn]
    if west < -HALF_TURN or east > HALF_TURN:
        pieces = [_in_turn(drawn, turn) for turn in (-TURN, 0.0, TURN)]
    snapped = shapely.get_parts(shapely.set_precision(pieces, precision_deg))
    parts = snapped[(shapely.get_type_id(snapped) == POLYGON) & (shapely.area(snapped) > 0.0)]
    whole: MultiPolygon = shapely.orient_polygons(shapely.normalize(shapely.multipolygons(parts)))
    return whole


def unrolled(drawn: BaseGeometry) -> BaseGeometry:
    """The same shape with longitudes that run on beyond 180°, if it lies on both sides."""
    west, _, east, _ = drawn.bounds
    if east - west <= HALF_TURN:
        return drawn
    moved = [
        translate(part, TURN) if part.bounds[2] <= 0.0 else part
        for part in shapely.get_parts(drawn)
    ]
    whole: BaseGeometry = shapely.union_all(moved)
    return whole


def _smoothed(mask: Mask, step: float) -> BaseGeometry:
    """Polygons around cells, their stairs made slopes, in cells."""
    smooth: BaseGeometry = shapely.multipolygons(shapely.simplify(_polygons(mask), step))
    return smooth if smooth.is_valid else shapely.union_all(shapely.make_valid(smooth))


def _polygons(mask: Mask) -> npt.NDArray[np.object_]:
    """One polygon for each part of the cells that is joined by sides."""
    corners, ends, cells, hole = trace(mask)
    ring_of = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    rings = shapely.linearrings(corners.astype(np.float64), indices=ring_of)
    polygons: npt.NDArray[np.object_]
    if not hole.any():
        polygons = shapely.polygons(rings)
        return polygons
    _, part = np.unique(kernel.parts(mask).ravel()[cells], return_inverse=True)
    order = np.lexsort((hole, part))  # of each part the outer ring first
    polygons = shapely.polygons(rings[order], indices=part[order])
    return polygons


def _in_turn(drawn: BaseGeometry, turn: float) -> BaseGeometry:
    """What of an outline lies on one turn of longitudes, as longitudes of −180…180°."""
    world = box(turn - HALF_TURN, -POLE, turn + HALF_TURN, POLE)
    return translate(drawn.intersection(world), -turn)
