"""The land a scenario happens on: boundary, settlements, permanent heat sources, water.

Whoever calls the generator hands the geography in (a region pack, or an invented country), so
that nothing of any real region stands in the code. Longitudes of a region across 180° are given
continuously (170…190); positions that leave the generator are wrapped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from sylvan.scenario.fields import Floats, Plane, stream

SOURCE_KINDS = ("flare", "industry")
"""Kinds of permanent heat sources that the generator lets glow."""

_ROUNDS = 200
"""Rounds of throwing points at the boundary's box: enough where a thousandth of it is land."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where people live, report, and set fires."""

    name: Mapping[str, str]
    # by language
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class HeatSource:
    """A permanent source of heat: ``flare`` or ``industry``."""

    name: str
    lon: float
    lat: float
    kind: str = "flare"

    def __post_init__(self) -> None:
        if self.kind not in SOURCE_KINDS:
            raise ValueError(f"heat source {self.name!r}: kind must be one of {SOURCE_KINDS}")


@dataclass(frozen=True, slots=True)
class Geography:
    """A region as the generator needs it; geometries are WGS 84, valid, Polygon/MultiPolygon."""

    code: str
    boundary: BaseGeometry
    settlements: Sequence[Settlement] = ()
    heat_sources: Sequence[HeatSource] = ()
    water: BaseGeometry | None = None
    name: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.boundary.is_empty or self.boundary.geom_type not in {"Polygon", "MultiPolygon"}:
            raise ValueError(f"geography {self.code!r}: boundary must be a non-empty polygon")
        for part in (self.boundary, self.water):
            shapely.prepare(part)

    @property
    def plane(self) -> Plane:
        """The plane on which the region's random fields live."""
        west, south, east, north = self.boundary.bounds
        return Plane((west + east) / 2, (south + north) / 2)

    def on_land(self, lon: Floats, lat: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which points lie inside the boundary and outside the known water."""
        inside = shapely.contains_xy(self.boundary, lon, lat)
        if self.water is not None:
            inside &= ~shapely.contains_xy(self.water, lon, lat)
        return np.asarray(inside, "?")

    def land_over(self, lon: Floats, lat: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """The same for a grid with columns at ``lon`` and rows at ``lat``.

        Deep inland the grid's box answers for all its cells.
        """
        box = shapely.box(lon.min(), lat.min(), lon.max(), lat.max())
        dry = self.water is None or not self.water.intersects(box)
        if lon[0] < lon[-1] and dry and self.boundary.contains(box):
            return np.ones((lat.size, lon.size), "?")
        return self.on_land(*np.meshgrid(lon, lat))

    def draw(self, rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
        """``n`` points on land, uniform by area.

        Raises:
            ValueError: hardly any of the boundary's box is land.
        """
        west, south, east, north = self.boundary.bounds
        low, high = np.sin(np.radians(south)), np.sin(np.radians(north))
        lons, lats, missing = [np.empty(0)], [np.empty(0)], n
        for _ in range(_ROUNDS):
            lon = rng.uniform(west, east, 4 * missing + 16)
            sine = low + (high - low) * rng.random(lon.size)
            lat = np.degrees(np.arcsin(sine))
            keep = np.flatnonzero(self.on_land(lon, lat))[:missing]
            lons.append(lon[keep])
            lats.append(lat[keep])
            missing -= keep.size
            if missing == 0:
                return np.concatenate(lons), np.concatenate(lats)
        raise ValueError(f"geography {self.code!r}: hardly any burnable land inside the boundary")

    def as_geojson(self) -> dict[str, Any]:
        """One FeatureCollection with everything; :meth:`from_geojson` reads it back."""
        parts = [_feature(self.boundary, role="boundary", code=self.code, name=dict(self.name))]
        if self.water is not None:
            parts.append(_feature(self.water, role="water"))
        parts += [
            _feature(shapely.Point(s.lon, s.lat), role="settlement", name=dict(s.name))
            for s in self.settlements
        ]
        parts += [
            _feature(shapely.Point(h.lon, h.lat), role="heat", name=h.name, kind=h.kind)
            for h in self.heat_sources
        ]
        return {"type": "FeatureCollection", "features": parts}

    @classmethod
    def from_geojson(cls, body: Mapping[str, Any]) -> Self:
        """Read what :meth:`as_geojson` wrote; without a boundary raises ``ValueError``."""
        by_role: dict[str, list[Any]] = {}
        for feature in body["features"]:
            by_role.setdefault(feature["properties"]["role"], []).append(feature)
        if len(by_role.get("boundary", ())) != 1:
            raise ValueError("geography: exactly one feature with role 'boundary' is needed")
        boundary = by_role["boundary"][0]
        water = by_role.get("water")
        return cls(
            boundary["properties"]["code"],
            shape(boundary["geometry"]),
            tuple(Settlement(f["properties"]["name"], *_xy(f)) for f in by_role["settlement"])
            if "settlement" in by_role
            else (),
            tuple(
                HeatSource(f["properties"]["name"], *_xy(f), f["properties"]["kind"])
                for f in by_role.get("heat", ())
            ),
            shape(water[0]["geometry"]) if water else None,
            boundary["properties"].get("name", {}),
        )


def invented(
    box: tuple[float, float, float, float], seed: int = 1, settlements: int = 60, flares: int = 12
) -> Geography:
    """An invented country in a box (west, south, east, north), for tests and closed rooms."""
    rng = stream(seed, "geography")
    bare = Geography("invented", shapely.box(*box), name={"en": "Invented", "ru": "Выдуманный"})
    lon, lat = bare.draw(rng, settlements + flares)
    towns = tuple(
        Settlement({"en": f"Village {i + 1}", "ru": f"Село {i + 1}"}, float(x), float(y))
        for i, (x, y) in enumerate(zip(lon[:settlements], lat[:settlements], strict=True))
    )
    hot = tuple(
        HeatSource(f"Source {i + 1}", float(x), float(y), SOURCE_KINDS[i % 4 == 0])
        for i, (x, y) in enumerate(zip(lon[settlements:], lat[settlements:], strict=True))
    )
    return Geography(bare.code, bare.boundary, towns, hot, name=bare.name)


def _feature(geometry: BaseGeometry, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": mapping(geometry), "properties": properties}


def _xy(feature: Mapping[str, Any]) -> tuple[float, float]:
    lon, lat = feature["geometry"]["coordinates"][:2]
    return float(lon), float(lat)
