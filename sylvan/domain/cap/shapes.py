"""Shapes as CAP takes them: few spots, closed, not crossing themselves nor the line of 180°.

What is told must not be smaller than what burns: outlines are widened by what simplifying may cut
off, holes are filled.
"""

import math
from typing import Final

import shapely
from shapely.affinity import scale
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain.cap.values import Circle, Ring, Spot
from sylvan.domain.edge_outline import cut_at_180, unrolled

MOST_SPOTS: Final = 60
"""Of one polygon: what SMS gateways, radio data and old receivers still take."""
MOST_POLYGONS: Final = 8
"""Of one area; more parts are told as their common hull."""
DECIMALS: Final = 4
"""Of degrees: about 10 m."""
FIRST_TOLERANCE: Final = 0.0005
"""Degrees of latitude, 55 m: less than half a satellite's pixel."""
WIDENED: Final = 1.3
"""Times the tolerance: simplifying takes 1, and corners of a widened shape reach 0.92 of theirs."""
ROUNDED: Final = 1.5e-4
"""Degrees that snapping and rounding may take off."""
COARSER: Final = 1.6
NEAR_POLE: Final = 0.05
"""The least cosine of a latitude that shapes are stretched by: 87°."""
LEAST_KM: Final = 1.0
"""Radius of a circle around a place that nobody knows better."""
HA_PER_KM2: Final = 100.0


def rings(shape: BaseGeometry) -> tuple[Ring, ...]:
    """The outlines of polygons (longitude, latitude in degrees, cut at 180° or not).

    Returns nothing for a shape without area.
    """
    plain = unrolled(shape)
    if plain.is_empty or plain.area == 0.0:
        return ()
    stretch = max(math.cos(math.radians(plain.centroid.y)), NEAR_POLE)
    flat = _few(scale(plain, stretch, 1.0, origin=(0.0, 0.0)))
    told = scale(flat, 1.0 / stretch, 1.0, origin=(0.0, 0.0))
    cut = cut_at_180(told, 10.0**-DECIMALS)
    return tuple(ring for part in cut.geoms for ring in _told(part))


def _few(shape: BaseGeometry) -> BaseGeometry:
    """The same shape or a little more, with few spots in few parts."""
    parts = [Polygon(one.exterior) for one in _polygons(shape)]
    filled = shapely.union_all(parts)
    if len(_polygons(filled)) > MOST_POLYGONS:
        filled = filled.convex_hull
    margin = filled.buffer(ROUNDED)
    tolerance = FIRST_TOLERANCE
    while True:
        wide = filled.buffer(tolerance * WIDENED, quad_segs=2).simplify(tolerance)
        told = [Polygon(one.exterior) for one in _polygons(wide)]
        if max((len(one.exterior.coords) for one in told), default=0) <= MOST_SPOTS:
            whole = shapely.union_all(told)
            if whole.covers(margin):
                return whole
        tolerance *= COARSER


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    if isinstance(shape, Polygon):
        return [shape] if not shape.is_empty else []
    parts = getattr(shape, "geoms", ())
    return [one for part in parts for one in _polygons(part)]


def _told(part: Polygon) -> list[Ring]:
    """A part's outline in round numbers; where rounding makes it cross itself, its hull."""
    whole = MultiPolygon([part]) if not part.is_empty else MultiPolygon()
    found = []
    for one in whole.geoms:
        ring = _ring(one)
        if ring is None:
            ring = _ring(one.convex_hull)
        if ring is not None:
            found.append(ring)
    return found


def _ring(shape: BaseGeometry) -> Ring | None:
    if not isinstance(shape, Polygon):
        return None
    spots = [Spot(_round(lat, 90.0), _round(lon, 180.0)) for lon, lat in shape.exterior.coords[:-1]]
    kept = [
        spot for spot, before in zip(spots, [spots[-1], *spots], strict=False) if spot != before
    ]
    if len(kept) < 3:  # noqa: PLR2004 - a triangle is the least
        return None
    closed = Polygon([(spot.lon, spot.lat) for spot in kept])
    return (*kept, kept[0]) if closed.is_valid and closed.area > 0.0 else None


def _round(value: float, most: float) -> float:
    return max(-most, min(most, round(value, DECIMALS))) + 0.0


def around(point: tuple[float, float], area_ha: float, accuracy_m: float = 0.0) -> Circle:
    """A circle that holds a fire of which only the place (longitude, latitude) is known."""
    radius = math.sqrt(max(area_ha, 0.0) / HA_PER_KM2 / math.pi) + accuracy_m / 1000.0
    lon, lat = point
    told = math.ceil(max(radius, LEAST_KM) * 10) / 10
    return Circle(Spot(_round(lat, 90.0), _round(lon, 180.0)), told)
