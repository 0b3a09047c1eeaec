"""What really happened: the tables against which every part of the engine can be scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from rasterio.features import shapes
from rasterio.transform import Affine
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sylvan.scenario.fields import Floats
from sylvan.scenario.fires import CELL, IGNITION, Fires, Grid, Records
from sylvan.scenario.geography import Geography
from sylvan.scenario.lightning import STROKE
from sylvan.scenario.nuisance import SourceKind
from sylvan.scenario.observe import LINK, LOOK, PASS
from sylvan.scenario.orbits import Elements
from sylvan.scenario.parameters import HOUR_S, ScenarioParameters
from sylvan.scenario.reports import REPORT
from sylvan.scenario.weather import Weather

_HA_PER_M2: Final = 1e-4

WEATHER: Final = np.dtype(
    [
        ("at", "f8"),
        ("lon", "f4"),
        ("lat", "f4"),
        ("temperature", "f4"),  # °C
        ("humidity", "f4"),  # %
        ("wind_speed", "f4"),  # m/s
        ("wind_from", "f4"),  # degrees
        ("rain", "f4"),  # mm/h
        ("cloud", "f4"),  # 0…1
        ("pressure", "f4"),  # hPa
    ]
)
"""Weather at one node and moment."""

TABLES: Final = {
    "ignitions": IGNITION,
    "cells": CELL,
    "passes": PASS,
    "looks": LOOK,
    "links": LINK,
    "strokes": STROKE,
    "reports": REPORT,
    "weather": WEATHER,
}
"""Tables of the truth by name, with their columns."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that the receiver of the deliveries does not know."""

    fires: Fires
    passes: Records
    looks: Records
    links: Records
    strokes: Records
    reports: Records
    weather: Records
    elements: tuple[Elements, ...]

    def table(self, name: str) -> Records:
        """One of :data:`TABLES`."""
        owner = self.fires if name in ("ignitions", "cells") else self
        found: Records = getattr(owner, name)
        return found

    def area_ha(self, fire: int, at: datetime | None = None) -> float:
        """Area burnt by a fire until a moment (until the end without one), hectares."""
        cells = self._cells(fire, at)
        grid = self._grid(fire)
        return float(cells.size * grid.cell_m**2 * _HA_PER_M2)

    def burnt(self, fire: int, at: datetime) -> BaseGeometry:
        """True burnt ground of a fire at a moment, WGS 84, with holes and islands kept."""
        cells = self._cells(fire, at)
        if not cells.size:
            return shapely.MultiPolygon()
        return _outline(cells["row"], cells["column"], self._grid(fire))

    def areas(self, start: datetime, hours: int) -> npt.NDArray[np.float64]:
        """Burnt hectares per fire and hour, shape (fires, hours + 1)."""
        n = self.fires.ignitions.size
        bins = start.timestamp() + HOUR_S * np.arange(hours + 1)
        hour = np.searchsorted(bins, self.fires.cells["at"], side="left")
        inside = hour <= hours
        grown = np.zeros((n, hours + 1))
        side = next(iter(self.fires.grids.values())).cell_m if self.fires.grids else 0.0
        np.add.at(grown, (self.fires.cells["fire"][inside] - 1, hour[inside]), side**2 * _HA_PER_M2)
        return np.cumsum(grown, axis=1)

    def counts(self) -> dict[str, int]:
        """Published pixels by what they really were."""
        found = np.bincount(self.links["kind"], minlength=len(SourceKind))
        return {kind.name.lower(): int(found[kind]) for kind in SourceKind}

    def _cells(self, fire: int, at: datetime | None) -> Records:
        cells = self.fires.cells
        until = np.searchsorted(cells["at"], at.timestamp(), "right") if at else cells.size
        part = cells[:until]
        found: Records = part[part["fire"] == fire]
        return found

    def _grid(self, fire: int) -> Grid:
        which = self.fires.ignitions["fire"] == fire
        if not which.any():
            raise KeyError(f"no fire {fire} in this scenario")
        return self.fires.grids[int(self.fires.ignitions["complex"][which][0])]


def _outline(rows: npt.NDArray[Any], columns: npt.NDArray[Any], grid: Grid) -> BaseGeometry:
    """Polygon around cells of a grid."""
    r0, c0 = rows.min(), columns.min()
    mask = np.zeros((np.ptp(rows) + 1, np.ptp(columns) + 1), np.uint8)
    mask[rows - r0, columns - c0] = 1
    middle = (grid.side - 1) / 2
    step = grid.cell_m / 1000.0
    corner = Affine(step, 0, (c0 - middle - 0.5) * step, 0, step, (r0 - middle - 0.5) * step)
    found = [shape(body) for body, value in shapes(mask, mask == 1, 4, corner) if value]

    def to_degrees(xy: Floats) -> Floats:
        return np.column_stack(grid.plane.lonlat(xy[:, 0], xy[:, 1]))

    return shapely.transform(
        shapely.multipolygons([shapely.make_valid(p) for p in found]), to_degrees
    )


def weather_table(
    parameters: ScenarioParameters, geography: Geography, weather: Weather
) -> Records:
    """Weather at the nodes of a grid inside the region (and around its edge), step by step."""
    west, south, east, north = geography.boundary.bounds
    d = parameters.weather_node_deg
    lon, lat = np.meshgrid(
        np.arange(np.floor(west / d), np.ceil(east / d) + 1) * d,
        np.arange(np.floor(south / d), np.ceil(north / d) + 1) * d,
    )
    # Buffering every bend of a coast takes seconds, and the nodes around it need no such care.
    around = shapely.buffer(geography.boundary.simplify(d / 4), d)
    inside = shapely.contains_xy(around, lon.ravel(), lat.ravel())
    lon, lat = lon.ravel()[inside], lat.ravel()[inside]
    times = np.arange(parameters.t0, parameters.t1 + 1, parameters.weather_step_h * HOUR_S)
    parts = [_weather_at(weather, lon, lat, float(at)) for at in times]
    return np.concatenate(parts)


def _weather_at(weather: Weather, lon: Floats, lat: Floats, at: float) -> Records:
    now = weather.at(lon, lat, at)
    made = np.zeros(lon.size, WEATHER)
    made["at"], made["lon"], made["lat"] = at, lon, lat
    for name in (WEATHER.names or ())[3:]:
        made[name] = np.round(getattr(now, name), 2)
    return made


def joined(parts: Sequence[Records], kind: np.dtype[np.void]) -> Records:
    """Stack tables of a kind, also none of them."""
    return np.concatenate(parts) if parts else np.empty(0, kind)
