"""How forces get to fires, on the ground that the region's layers tell of.

The ground is burned from the layers once, at first use, and again when they change: seven million
bytes for the 3 million km² around Yakutia in cells of 1 km, and about two seconds.  Searches on it
are kept for each season; a layer or a terrain model that is missing is told with every leg.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from threading import Lock
from typing import Final

import structlog
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine

from sylvan.domain.codes import Coded, Invalid
from sylvan.domain.places import LonLat
from sylvan.domain.travel.fields import Fields
from sylvan.domain.travel.matrix import TravelMatrix, travel_matrix
from sylvan.domain.travel.mobility import Features, Land, Mobility, land_of
from sylvan.domain.travel.movers import F8, Air, Goal, Mover
from sylvan.domain.travel.parameters import DEFAULT, Season, TravelParameters, season_of
from sylvan.domain.travel.plane import Plane
from sylvan.domain.travel.roads import road_graph
from sylvan.services.geography import COVER, LAKE, SETTLEMENT
from sylvan.services.terrain import Terrain, heights_on
from sylvan.store import layers
from sylvan.store.layers import Item

log = structlog.get_logger()
BOUNDARY: Final = "boundary"
RIVER: Final = "river"
ROAD: Final = "road"
AIRSTRIP: Final = "airstrip"
KINDS: Final = (BOUNDARY, COVER, RIVER, LAKE, ROAD, SETTLEMENT, AIRSTRIP)
WINTER: Final = "winter"
"""Value of a road's column ``type`` that makes it a winter road."""


@dataclass(frozen=True, slots=True)
class RasterParameters:
    """How fine the ground is."""

    cell_km: float = 1.0
    # km; a walk of 20 minutes: what decides an ETA is known no finer
    most_cells: int = 9_000_000
    # bytes of memory, twice that with slopes; a larger region gets wider cells, and that is told
    margin_km: float = 50.0
    # km around the region: neighbours' crews come from there


@dataclass(frozen=True, slots=True)
class Country:
    """What is known of the region at one stamp of its layers."""

    stamp: str
    features: Features
    land: Land
    fuel: tuple[LonLat, ...]
    """Airstrips: all of them are taken to have fuel."""
    seasons: dict[Season, Fields] = field(default_factory=dict)

    def fields(self, season: Season, params: TravelParameters) -> Fields:
        """The ground in a season, with what was searched on it; kept."""
        if season not in self.seasons:
            told = self.features
            roads = road_graph(self.land.plane, told.roads, told.winter_roads, season, params)
            self.seasons[season] = Fields(Mobility(self.land, season, params), roads)
        return self.seasons[season]


class Travels:
    """Answers who is where when; one for a process, since its fields are worth keeping."""

    def __init__(
        self,
        region: str,
        terrain: Terrain,
        params: TravelParameters = DEFAULT,
        raster: RasterParameters | None = None,
    ) -> None:
        self.region = region
        self.params = params
        self._terrain = terrain
        self._raster = raster or RasterParameters()
        self._lock = Lock()
        self._country: Country | None = None

    def get_ready(self, engine: Engine, at: datetime) -> None:
        """Make the ground of a day with no transaction open.

        The first time takes seconds, and the server ends whoever is idle in one.
        """
        with engine.connect() as conn:
            stamp, known = layers.stamp(conn, self.region), self._country
            is_new = known is None or known.stamp != stamp
            items = self._items(conn) if is_new else []
        with self._lock:
            if items:
                self._country = self._build(items, stamp)
            if self._country is not None:
                self._country.fields(self._season(self._country, at), self.params)

    def country(self, conn: Connection) -> Country:
        """The region's ground; built again when a layer was loaded since.

        Raises:
            Invalid: no layer tells where the region is.
        """
        stamp = layers.stamp(conn, self.region)
        with self._lock:
            if self._country is None or self._country.stamp != stamp:
                self._country = self._build(self._items(conn), stamp)
            return self._country

    def _season(self, country: Country, at: datetime) -> Season:
        return season_of(at.date(), country.land.plane.lat, self.params)

    def fields(self, conn: Connection, at: datetime) -> Fields:
        """The ground as it is on a day."""
        country = self.country(conn)
        with self._lock:
            return country.fields(self._season(country, at), self.params)

    def matrix(
        self,
        conn: Connection,
        movers: Sequence[Mover],
        goals: Sequence[Goal],
        at: datetime,
        wind: tuple[F8 | float, F8 | float] | None = None,
    ) -> TravelMatrix:
        """When each unit can work at each fire.

        Args:
            conn: to read layers from, if they changed.
            movers: units.
            goals: fires.
            at: when the order is given, by the world's clock.
            wind: whence it blows (degrees) and how fast (km/h), for all fires or for each;
                ``None``: nobody knows, which is told.
        """
        ground = self.fields(conn, at)
        from_deg, km_h = wind or (None, None)
        air = Air(at, self.country(conn).fuel, from_deg, km_h)
        return travel_matrix(movers, goals, ground, air)

    def _items(self, conn: Connection) -> list[Item]:
        return [one for _, one in layers.features(conn, region_code=self.region, kinds=KINDS)]

    def _build(self, items: Sequence[Item], stamp: str) -> Country:
        told = _features(items)
        plane, coarse = self._plane(_extent(items, self.region))
        heights, broken = heights_on(self._terrain.file(), plane)
        land = land_of(plane, told, heights)
        land = Land(plane, land.surface, land.slope_pct, (*land.reasons, *coarse, *broken))
        log.info("travel.ground_made", cells=land.surface.size, megabytes=round(land.megabytes))
        fuel = [one.geom.representative_point() for one in items if one.kind == AIRSTRIP]
        return Country(stamp, told, land, tuple(LonLat(one.x, one.y) for one in fuel))

    def _plane(self, shapes: Sequence[BaseGeometry]) -> tuple[Plane, tuple[Coded, ...]]:
        told = self._raster
        plane = Plane.over(shapes, told.margin_km, told.cell_km)
        cells = plane.rows * plane.columns
        if cells <= told.most_cells:
            return plane, ()
        wider = ceil(10 * told.cell_km * (cells / told.most_cells) ** 0.5 + 1) / 10
        coarse = Coded("travel.coarse", {"km": wider})
        return Plane.over(shapes, told.margin_km, wider), (coarse,)


def _extent(items: Sequence[Item], region: str) -> list[BaseGeometry]:
    """What the region reaches over: its boundary, or else everything that is known of it."""
    found = [one.geom for one in items if one.kind == BOUNDARY and not one.geom.is_empty]
    found = found or [one.geom for one in items if not one.geom.is_empty]
    if not found:
        raise Invalid("travel.no_layers", {"region": region})
    return found


def _features(items: Sequence[Item]) -> Features:
    def of(kind: str) -> list[BaseGeometry]:
        return [one.geom for one in items if one.kind == kind]

    winter = [one.geom for one in items if _is_winter(one)]
    roads = [one.geom for one in items if one.kind == ROAD and not _is_winter(one)]
    covers = [(one.geom, str(one.props.get("cover", ""))) for one in items if one.kind == COVER]
    return Features(covers, of(RIVER), of(LAKE), roads, winter, of(SETTLEMENT))


def _is_winter(item: Item) -> bool:
    return item.kind == ROAD and str(item.props.get("type", "")) == WINTER
