"""A page of features and the key after which the next one starts."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """Features (already in JSON form) and, where more may follow, the last row's key."""

    features: list[dict[str, Any]]
    after: tuple[Any, Any] | None = None


def feature(
    key: Any, geometry: dict[str, Any] | None, properties: dict[str, Any]
) -> dict[str, Any]:
    """An RFC 7946 feature."""
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


def point(lonlat: tuple[float, float]) -> dict[str, Any]:
    """An RFC 7946 point."""
    return {"type": "Point", "coordinates": [lonlat[0], lonlat[1]]}
