"""From burnt cells to a polygon: rings, smoothed stairs, cut at 180°, canonical to the byte."""

from collections.abc import Sequence
from math import ceil

import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, box
from shapely.geometry.base import BaseGeometry

from sylvan.domain import edge_kernel as kernel
from sylvan.domain.edge_kernel import Net
from sylvan.domain.edge_trace_kernel import Rings, trace

HALF_TURN, TURN, POLE = 180.0, 360.0, 90.0  # degrees
POLYGON = shapely.GeometryType.POLYGON
Mask = npt.NDArray[np.bool_]
I8 = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]


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
    return outlines([mask], [net], [step], max_vertices, precision_deg)[0]


def outlines(
    masks: Sequence[Mask],
    nets: Sequence[Net],
    steps: Sequence[float],
    max_vertices: int,
    precision_deg: float,
) -> list[MultiPolygon]:
    """:func:`outline` of many, each step made for all of them at once."""
    smooth = _smoothed(masks, steps)
    for k in np.flatnonzero(shapely.get_num_coordinates(smooth) > max_vertices).tolist():
        smooth[k] = _coarser(smooth[k], masks[k], steps[k], max_vertices)
    corners, whose = shapely.get_coordinates(smooth, return_index=True)
    corner = np.array([(net.west, net.south) for net in nets])
    size = np.array([(net.width, net.height) for net in nets])
    moved = shapely.set_coordinates(smooth, (corners + corner[whose]) * size[whose])
    return cut_all_at_180(moved, precision_deg)


def cut_at_180(drawn: BaseGeometry, precision_deg: float) -> MultiPolygon:
    """Pieces on either side of 180°, each with its own longitudes (RFC 7946 §3.1.9), canonical.

    What lies beyond −180…180° is the neighbouring turn's.
    """
    return cut_all_at_180([drawn], precision_deg)[0]


def cut_all_at_180(
    drawn: Sequence[BaseGeometry] | Shapes, precision_deg: float
) -> list[MultiPolygon]:
    """:func:`cut_at_180` of many shapes."""
    bounds = shapely.bounds(drawn)
    beyond = (bounds[:, 0] < -HALF_TURN) | (bounds[:, 2] > HALF_TURN)
    pieces = [
        _turns(one) if far else [one] for one, far in zip(drawn, beyond.tolist(), strict=True)
    ]
    shape_of = np.repeat(np.arange(len(drawn)), [len(some) for some in pieces])
    snapped = shapely.set_precision([one for some in pieces for one in some], precision_deg)
    parts, piece = shapely.get_parts(snapped, return_index=True)
    kept = (shapely.get_type_id(parts) == POLYGON) & (shapely.area(parts) > 0.0)
    whole = _collected(parts[kept], shape_of[piece[kept]], len(drawn))
    polygons: list[MultiPolygon] = shapely.orient_polygons(shapely.normalize(whole)).tolist()
    return polygons


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


def _smoothed(masks: Sequence[Mask], steps: Sequence[float]) -> Shapes:
    """Polygons around cells, their stairs made slopes, in cells."""
    polygons, whose = _polygons(masks)
    smooth = _collected(shapely.simplify(polygons, np.array(steps)[whose]), whose, len(masks))
    for k in np.flatnonzero(~shapely.is_valid(smooth)).tolist():
        smooth[k] = shapely.union_all(shapely.make_valid(smooth[k]))
    return smooth


def _coarser(smooth: BaseGeometry, mask: Mask, step: float, max_vertices: int) -> BaseGeometry:
    """Polygons around cells with steps doubled until they have few enough corners."""
    while shapely.get_num_coordinates(smooth) > max_vertices:
        step *= 2
        closed = kernel.close_gaps(mask, float(ceil(step)))
        smooth = _smoothed([closed | mask], [step])[0]
    return smooth


def _collected(polygons: Shapes, whose: I8, n: int) -> Shapes:
    """Of each of ``n`` its polygons, which come in order, as one; maybe an empty one."""
    whole = np.full(n, MultiPolygon())
    return shapely.multipolygons(polygons, indices=whose, out=whole) if len(polygons) else whole


def _polygons(masks: Sequence[Mask]) -> tuple[Shapes, I8]:
    """One polygon for each part of the cells that is joined by sides, and the mask of each."""
    traced = [trace(mask) for mask in masks]
    corners = np.concatenate([one.corners for one in traced]).astype(np.float64)
    lengths = np.concatenate([np.diff(one.ends, prepend=0) for one in traced])
    hole = np.concatenate([one.hole for one in traced])
    part = np.concatenate([_parts(*both) for both in zip(masks, traced, strict=True)])
    mask_of = np.repeat(np.arange(len(masks)), [len(one.ends) for one in traced])
    if not len(corners):
        return np.empty(0, np.object_), mask_of
    rings = shapely.linearrings(corners, indices=np.repeat(np.arange(len(lengths)), lengths))
    order = np.lexsort((hole, part, mask_of))  # of each part the outer ring first
    first = np.flatnonzero(~hole[order])
    polygon = np.cumsum(~hole[order]) - 1
    return shapely.polygons(rings[order], indices=polygon), mask_of[order][first]


def _parts(mask: Mask, rings: Rings) -> I8:
    """Number of the part that each ring belongs to."""
    if not rings.hole.any():  # each is a part of its own
        return np.arange(len(rings.ends))
    return kernel.parts(mask).ravel()[rings.cells].astype(np.int64)


def _turns(drawn: BaseGeometry) -> list[BaseGeometry]:
    """What of an outline lies on each turn of longitudes that it may reach."""
    return [_in_turn(drawn, turn) for turn in (-TURN, 0.0, TURN)]


def _in_turn(drawn: BaseGeometry, turn: float) -> BaseGeometry:
    """What of an outline lies on one turn of longitudes, as longitudes of −180…180°."""
    world = box(turn - HALF_TURN, -POLE, turn + HALF_TURN, POLE)
    return translate(drawn.intersection(world), -turn)
