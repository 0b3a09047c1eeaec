"""The address of a fire: in whose municipality, forestry and protection zone, near which village.

Built once from whatever layers are loaded, asked for thousands of points at a time. A layer that
is not loaded makes its part of the address *unknown*, which is not the same as *in none*; an
address that rests on sample layers says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from sylvan.domain.places import Floats, LonLat, bearings_deg, distances_m, earth_xyz

Indices = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

FULL_TURN: Final = 360.0  # degrees


class Part(StrEnum):
    """The parts of an address; the values are its keys in JSON."""

    REGION = "region"
    MUNICIPALITY = "municipality"
    FORESTRY = "forestry"
    SUBFORESTRY = "subforestry"
    COMPARTMENT = "compartment"
    STAND = "stand"
    ZONE = "zone"
    LAND_CATEGORY = "land_category"
    SETTLEMENT = "settlement"


class Zone(StrEnum):
    """How a protection zone is watched and answered."""

    GROUND = "ground"
    AVIATION = "aviation"
    CONTROL = "control"


PART_OF_LAYER: Final = {part.value: part for part in Part} | {
    "boundary": Part.REGION,
    "protection_zone": Part.ZONE,
}
"""Which part of an address a layer answers for, by the layer's kind."""

AREAS: Final = tuple(kind for kind in Part if kind is not Part.SETTLEMENT)
"""Kinds whose features are areas; settlements are places."""


class Item(Protocol):
    """A layer's feature, as the store hands it over."""

    @property
    def kind(self) -> str:
        """A key of :data:`PART_OF_LAYER`; layers of other kinds are ignored."""

    @property
    def code(self) -> str:
        """Stable within its layer."""

    @property
    def names(self) -> Mapping[str, str]:
        """By language."""

    @property
    def geom(self) -> BaseGeometry:
        """WGS 84, longitude first; areas across 180° split there (RFC 7946) or running past it."""

    @property
    def props(self) -> Mapping[str, Any]:
        """``zone`` of a protection zone, ``time_zone`` of a municipality or region."""

    @property
    def sample(self) -> bool:
        """Whether it only stands in for the real layer."""


@dataclass(frozen=True, slots=True)
class Named:
    """A unit of an address."""

    code: str
    names: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"code": self.code, "name": dict(self.names)}


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest settlement; the bearing leads *from it* to the fire, as people say it."""

    code: str
    names: Mapping[str, str]
    distance_km: float
    bearing_deg: float

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: distance to 100 m, bearing to a degree."""
        return {
            "code": self.code,
            "name": dict(self.names),
            "distance_km": round(self.distance_km, 1),
            "bearing_deg": round(self.bearing_deg) % 360,
        }


@dataclass(frozen=True, slots=True)
class Address:
    """Where a place is. ``None`` is unknown if its kind is in ``missing``, else "in none"."""

    units: Mapping[Part, Named] = field(default_factory=dict)
    zone: Zone | None = None
    nearest: Nearest | None = None
    time_zone: str | None = None
    missing: tuple[Part, ...] = tuple(Part)
    sample: bool = False
    beyond: tuple[str, ...] = ()
    """Who else reaches the place (`domain.sight`)."""

    @property
    def own(self) -> tuple[str, ...]:
        """Codes of the units that it lies in and that rights are given for, the widest first."""
        kinds = (Part.REGION, Part.MUNICIPALITY, Part.FORESTRY)
        return tuple(self.units[kind].code for kind in kinds if kind in self.units)

    @property
    def territories(self) -> tuple[str, ...]:
        """Marks of all who reach it, those that it lies in first."""
        return self.own + self.beyond

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that fires and reports carry."""
        plain = {
            kind.value: self.units[kind].as_dict() if kind in self.units else None
            for kind in AREAS
            if kind not in {Part.ZONE, Part.LAND_CATEGORY}
        }
        land = self.units.get(Part.LAND_CATEGORY)
        return plain | {
            "land_category": land.code if land else None,
            "zone": self.zone.value if self.zone else None,
            "nearest": self.nearest.as_dict() if self.nearest else None,
            "time_zone": self.time_zone,
            "missing": [kind.value for kind in self.missing],
            "sample": self.sample,
        }


class Areas:
    """Areas of one kind, to be asked for many points: which area is each point in?"""

    def __init__(self, items: Iterable[Item]) -> None:
        # The largest first, so that where areas overlap the smallest is written last and wins.
        self.items = sorted(items, key=lambda item: (-shapely.area(item.geom), item.code))
        self._shapes = np.array([item.geom for item in self.items], dtype=object)
        self._tree = shapely.STRtree(self._shapes)
        self._warm()

    def _warm(self) -> None:
        """Prepare now: the lazily built index inside is not safe to build from two threads."""
        shapely.prepare(self._shapes)
        for shape in self._shapes:
            inner = shape.representative_point()
            shapely.intersects_xy(shape, inner.x, inner.y)

    def of(self, lons: Floats, lats: Floats) -> Indices:
        """Number of the area of each point, −1 for none; a point on a border is inside."""
        found = np.full(len(lons), -1, dtype=np.intp)
        if not self.items:
            return found
        west, _, east, _ = shapely.total_bounds(self._shapes)
        for shift in (0.0, FULL_TURN, -FULL_TURN):
            turned = lons + shift
            rows = np.flatnonzero((turned >= west) & (turned <= east))
            if len(rows):
                self._mark(found, rows, turned[rows], lats[rows])
        return found

    def _mark(self, found: Indices, rows: Indices, lons: Floats, lats: Floats) -> None:
        """The tree proposes by box, prepared areas decide: 1 M points/s on 180 districts."""
        point, area = self._tree.query(shapely.points(lons, lats))
        true = shapely.intersects_xy(self._shapes[area], lons[point], lats[point])
        np.maximum.at(found, rows[point[true]], area[true])


class Margin:
    """Distance to the border of a region, for the rule "region and so many km around it"."""

    STEP_DEG: Final = 0.01
    """Degrees between border points; 1.1 km, so that 100 km are right to 3 m."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        borders = [shapely.segmentize(item.geom, self.STEP_DEG) for item in areas.items]
        points = shapely.get_coordinates(borders)
        self._tree = cKDTree(earth_xyz(points[:, 0], points[:, 1]))

    def holds(self, lons: Floats, lats: Floats, margin_km: float) -> Flags:
        """Whether each point is inside or within ``margin_km`` of the border."""
        held = self._areas.of(lons, lats) >= 0
        rest = np.flatnonzero(~held)
        if len(rest) and margin_km > 0:
            reach = margin_km * 1000.0
            away, _ = self._tree.query(
                earth_xyz(lons[rest], lats[rest]), distance_upper_bound=reach
            )
            held[rest] = np.isfinite(away)
        return held


class Settlements:
    """Settlements by nearness, true on the ellipsoid and across 180°."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = sorted(items, key=lambda item: item.code)
        spots = np.array([item.geom.representative_point().coords[0][:2] for item in self.items])
        self._lons, self._lats = np.ascontiguousarray(spots.T)
        self._tree = cKDTree(earth_xyz(self._lons, self._lats))

    def nearest(self, lons: Floats, lats: Floats) -> list[Nearest]:
        """The nearest settlement of each point."""
        _, row = self._tree.query(earth_xyz(lons, lats))
        starts = self._lons[row], self._lats[row]
        km = distances_m(*starts, lons, lats) / 1000.0
        bearing = bearings_deg(*starts, lons, lats)
        return [
            Nearest(self.items[at].code, self.items[at].names, float(far), float(turn))
            for at, far, turn in zip(row, km, bearing, strict=True)
        ]


class AddressIndex:
    """All loaded layers, ready to be asked. Immutable: build a new one when a layer changes."""

    def __init__(self, items: Iterable[Item]) -> None:
        by_kind: dict[Part, list[Item]] = {}
        for item in items:
            if item.kind in PART_OF_LAYER and not item.geom.is_empty:
                by_kind.setdefault(PART_OF_LAYER[item.kind], []).append(item)
        places = by_kind.pop(Part.SETTLEMENT, [])
        self._areas = {kind: Areas(by_kind[kind]) for kind in AREAS if kind in by_kind}
        self._settlements = Settlements(places) if places else None
        self._sample_places = any(item.sample for item in places)
        region = self._areas.get(Part.REGION)
        self._margin = Margin(region) if region else None
        loaded = {*self._areas, *([Part.SETTLEMENT] if places else [])}
        self.missing = tuple(kind for kind in Part if kind not in loaded)
        """Kinds without a layer: that part of every address is unknown."""

    def address_of(self, points: Sequence[LonLat | tuple[float, float]]) -> list[Address]:
        """Addresses of many points (longitude, latitude) at once."""
        if not points:
            return []
        lons, lats = np.ascontiguousarray(np.asarray(points, dtype=np.float64).T)
        found = {kind: areas.of(lons, lats) for kind, areas in self._areas.items()}
        near = self._settlements.nearest(lons, lats) if self._settlements else None
        return [
            self._address(
                {k: self._areas[k].items[at[row]] for k, at in found.items() if at[row] >= 0},
                near[row] if near else None,
            )
            for row in range(len(lons))
        ]

    def _address(self, units: dict[Part, Item], nearest: Nearest | None) -> Address:
        sample = any(item.sample for item in units.values())
        return Address(
            units={kind: Named(item.code, item.names) for kind, item in units.items()},
            zone=_zone(units.get(Part.ZONE)),
            nearest=nearest,
            time_zone=_time_zone(units),
            missing=self.missing,
            sample=sample or (nearest is not None and self._sample_places),
        )

    def inside(self, lons: Floats, lats: Floats, margin_km: float = 100.0) -> Flags:
        """Whether each point lies in the region or within ``margin_km`` of its border.

        Without a region layer everything is inside: no map must not mean no fires.
        """
        if self._margin is None:
            return np.ones(len(lons), dtype=np.bool_)
        return self._margin.holds(
            np.asarray(lons, np.float64), np.asarray(lats, np.float64), margin_km
        )

    def codes_of(self, part: Part, lons: Floats, lats: Floats) -> list[str]:
        """Code of the area of one kind that each point lies in; empty where in none."""
        areas = next((found for kind, found in self._areas.items() if kind is part), None)
        if areas is None:
            return [""] * len(lons)
        return [areas.items[at].code if at >= 0 else "" for at in areas.of(lons, lats).tolist()]

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the region as its layer has them; ``None`` without one."""
        region = self._areas.get(Part.REGION)
        if region is None:
            return None
        west, south, east, north = shapely.total_bounds([item.geom for item in region.items])
        return float(west), float(south), float(east), float(north)


def _zone(item: Item | None) -> Zone | None:
    if item is None:
        return None
    told = str(item.props.get("zone", item.code))
    return Zone(told) if told in set(Zone) else None


def _time_zone(units: Mapping[Part, Item]) -> str | None:
    """The municipality's time zone, else the region's."""
    for kind in (Part.MUNICIPALITY, Part.REGION):
        told = units[kind].props.get("time_zone") if kind in units else None
        if told:
            return str(told)
    return None
