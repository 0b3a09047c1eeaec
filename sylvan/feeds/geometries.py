"""Points, and the footprints that GIS exports draw around them."""

import math
from typing import Any

import numpy as np
import shapely

from sylvan.feeds.records import Place

KM_PER_DEG = 111.195  # on a sphere of 6,371 km
_CORNERS = 4


def place_of(geometry: Any) -> Place | None:
    """The place of a GeoJSON geometry: of a point, or the middle of a polygon.

    Raises:
        ValueError: the geometry is broken or of another type.
    """
    if geometry is None:
        return None
    if not isinstance(geometry, dict):
        raise ValueError("not an object")  # noqa: TRY004 - a broken geometry, whatever its type
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Point":
        lon, lat = _pair(coordinates)
        return Place(lon, lat)
    if kind == "MultiPolygon" and isinstance(coordinates, list) and len(coordinates) == 1:
        kind, coordinates = "Polygon", coordinates[0]
    if kind == "Polygon" and isinstance(coordinates, list) and coordinates:
        return footprint([_pair(point) for point in coordinates[0]])
    raise ValueError(f"type {kind}")


def _pair(point: Any) -> tuple[float, float]:
    numbers = point[:2] if isinstance(point, list) else []
    if len(numbers) != 2 or not all(_is_finite(n) for n in numbers):  # noqa: PLR2004 - x and y
        raise ValueError("coordinates are no numbers")
    return float(numbers[0]), float(numbers[1])


def _is_finite(number: Any) -> bool:
    return (
        isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
    )


def footprint(ring: list[tuple[float, float]]) -> Place:
    """Centre and side lengths of a pixel drawn as a quadrangle; scan is the longer side.

    Raises:
        ValueError: the ring is open, too short or of no area.
    """
    if len(ring) <= _CORNERS - 1 or ring[0] != ring[-1]:
        raise ValueError("open ring")
    lon = np.array([p[0] for p in ring])
    lat = np.array([p[1] for p in ring])
    middle = math.cos(math.radians(float(lat.mean())))
    flat = np.column_stack((lon * KM_PER_DEG * middle, lat * KM_PER_DEG))
    polygon = shapely.Polygon(flat)
    if not polygon.is_valid or polygon.area == 0:
        raise ValueError("no area")
    centre = polygon.centroid
    box = np.asarray(shapely.minimum_rotated_rectangle(polygon).exterior.coords)
    sides = sorted(np.hypot(*np.diff(box[:3], axis=0).T))
    place = (centre.x / (KM_PER_DEG * middle), centre.y / KM_PER_DEG)
    reach = max(float(np.ptp(lon)), float(np.ptp(lat))) / 2
    return Place(place[0], place[1], float(sides[1]), float(sides[0]), reach)
