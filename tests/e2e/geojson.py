"""What RFC 7946 asks of an answer, checked by hand; shapely checks the geometries themselves."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from shapely.geometry import shape

Position = list[float]
MEMBERS = {"type", "features", "next"}


def rings(geometry: dict[str, Any]) -> Iterator[tuple[list[Position], bool]]:
    """Rings of polygons, and whether each is an outer one."""
    polygons = {"Polygon": [geometry.get("coordinates")], "MultiPolygon": geometry["coordinates"]}
    for polygon in polygons.get(geometry["type"], []):
        for number, ring in enumerate(polygon):
            yield ring, number == 0


def positions(coordinates: Any) -> Iterator[Position]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates
        return
    for part in coordinates:
        yield from positions(part)


def turns_left(ring: list[Position]) -> bool:
    """The shoelace formula: positive is counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) > 0


def check_geometry(geometry: dict[str, Any]) -> None:
    assert "crs" not in geometry  # §4
    for position in positions(geometry["coordinates"]):
        assert 2 <= len(position) <= 3  # §3.1.1
        lon, lat = position[:2]
        assert -180 <= lon <= 180, position
        assert -90 <= lat <= 90, position
    for ring, outer in rings(geometry):
        assert len(ring) >= 4  # §3.1.6
        assert ring[0] == ring[-1]
        assert turns_left(ring) == outer, "right-hand rule"
    # §3.1.9: nothing jumps over 180°
    for line in lines(geometry):
        assert all(abs(a[0] - b[0]) <= 180 for a, b in pairwise(line))
    assert shape(geometry).is_valid


def lines(geometry: dict[str, Any]) -> Iterator[list[Position]]:
    if geometry["type"] == "LineString":
        yield geometry["coordinates"]
    elif geometry["type"] == "MultiLineString":
        yield from geometry["coordinates"]
    else:
        yield from (ring for ring, _ in rings(geometry))


def check_collection(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The features of a collection that is what it says."""
    assert set(body) == MEMBERS
    assert body["type"] == "FeatureCollection"
    for feature in body["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        check_geometry(feature["geometry"])
    ids = [feature["id"] for feature in body["features"]]
    assert len(ids) == len(set(ids))
    features: list[dict[str, Any]] = body["features"]
    return features
