"""What others draw around points: the methods that stand beside ours.

All take points on a plane in km (n × 2) and answer a polygon.  Points of geostationary satellites
are kept from them, as they are from our edge: with those they would all be worse.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Delaunay, QhullError
from shapely.geometry.base import BaseGeometry

F8 = npt.NDArray[np.float64]
Method = Callable[[F8], BaseGeometry]
OUT_KM, BACK_KM = 0.75, 0.5  # the naive perimeter of the reference's own notes
ALPHA_KM = 1.0  # radius of the circle around a triangle: Chen et al. 2022 (FEDS)
PIXEL_KM = 0.1875  # half a VIIRS pixel: the same
RATIO = 0.3  # of the longest edge that a concave hull may keep; of 0.1 and 0.3 the better one here
LEAST = 4  # points that make more than one triangle


def convex_hull(points: F8) -> BaseGeometry:
    """The smallest convex polygon around the points."""
    return shapely.MultiPoint(points).convex_hull


def buffered_points(points: F8) -> BaseGeometry:
    """Points 750 m out, united, 500 m back."""
    out = shapely.union_all(shapely.buffer(shapely.points(points), OUT_KM))
    return out.buffer(-BACK_KM)


def concave_hull(points: F8) -> BaseGeometry:
    """Shapely's concave hull."""
    return shapely.concave_hull(shapely.MultiPoint(points), ratio=RATIO)


def alpha_shape(points: F8) -> BaseGeometry:
    """Delaunay triangles with a small circle around them, half a pixel out; no loop in Python."""
    places = np.unique(points, axis=0)
    alone = shapely.MultiPoint(places)
    if len(places) < LEAST:
        return alone.buffer(PIXEL_KM)
    try:
        triangles = Delaunay(places).simplices
    except QhullError:  # all on one line
        return alone.buffer(PIXEL_KM)
    kept = triangles[_circles(places[triangles]) < ALPHA_KM]
    sides = np.sort(np.concatenate([kept[:, [0, 1]], kept[:, [1, 2]], kept[:, [2, 0]]]), axis=1)
    once, times = np.unique(sides, axis=0, return_counts=True)
    border = shapely.linestrings(places[once[times == 1]])
    inside = shapely.build_area(shapely.GeometryCollection(list(border)))
    left = np.setdiff1d(np.arange(len(places)), kept)
    rest = shapely.MultiPoint(places[left])
    return shapely.union(inside.buffer(PIXEL_KM), rest.buffer(PIXEL_KM))


def _circles(corners: F8) -> F8:
    """Radius of the circle around each triangle (m × 3 × 2)."""
    a, b, c = (np.linalg.norm(corners[:, k] - corners[:, (k + 1) % 3], axis=1) for k in range(3))
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    twice = np.abs(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
    radius: F8 = a * b * c / (2 * np.maximum(twice, 1e-12))
    return radius


REFERENCES: dict[str, Method] = {
    "convex_hull": convex_hull,
    "buffered_points": buffered_points,
    "alpha_shape": alpha_shape,
    "concave_hull": concave_hull,
}
