"""True fires: where and why they start, how long they live, and every cell that they burn."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.scenario.fields import Floats, Plane, stream
from sylvan.scenario.ground import Ground, trait
from sylvan.scenario.growth import grow
from sylvan.scenario.parameters import HOUR_S, ScenarioParameters
from sylvan.scenario.weather import Weather, saturation, solar_hour

Records = npt.NDArray[np.void]


class Cause(IntEnum):
    """Why a fire started. Codes are stored in the truth."""

    LIGHTNING = 1
    HUMAN = 2


IGNITION: Final = np.dtype(
    [
        ("fire", "i4"),  # number of the fire, from 1
        ("lon", "f8"),
        ("lat", "f8"),
        ("at", "f8"),  # epoch seconds
        ("cause", "i1"),  # Cause
        ("fuel", "i1"),  # Fuel at the place of ignition
        ("held_at", "f8"),  # epoch seconds, when the edge stops for good
        ("stroke_at", "f8"),  # epoch seconds of the stroke behind it, NaN
        ("complex", "i4"),  # fires of one complex share a grid and may meet
    ]
)
"""One row per true fire."""

CELL: Final = np.dtype(
    [
        ("fire", "i4"),
        ("lon", "f8"),  # centre
        ("lat", "f8"),
        ("at", "f8"),  # epoch seconds, when the front came
        ("row", "i4"),
        ("column", "i4"),  # place in the grid of the complex
        ("fuel", "i1"),
        ("patch", "f4"),  # factor on the energy of this cell
    ]
)
"""One row per burnt cell."""

_LIFE_FOLDS: Final = 3.5
"""Smouldering e-foldings after which a cell is cold to any sensor."""
_START_SIDE: Final = 96
"""Cells, first guess of a grid's side; doubled until the fire fits."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cell grid of one complex: column 0, row 0 is the south-western cell."""

    plane: Plane
    side: int
    cell_m: float

    def centres(self) -> tuple[Floats, Floats]:
        """Longitudes of the columns and latitudes of the rows."""
        offset = (np.arange(self.side, dtype="f8") - (self.side - 1) / 2) * self.cell_m / 1000.0
        return self.plane.lonlat(offset, offset)

    def cell(self, lon: Floats, lat: Floats) -> npt.NDArray[np.int64]:
        """Flat index of the cells at places (clipped to the grid)."""
        x, y = self.plane.xy(lon, lat)
        middle = (self.side - 1) / 2
        scale = 1000.0 / self.cell_m
        column = np.clip(np.rint(x * scale + middle), 0, self.side - 1)
        row = np.clip(np.rint(y * scale + middle), 0, self.side - 1)
        return np.asarray(row * self.side + column, np.int64)


@dataclass(frozen=True, slots=True)
class Fires:
    """All true fires of a scenario."""

    ignitions: Records  # IGNITION, by fire
    cells: Records  # CELL, by time
    grids: dict[int, Grid]  # by complex


def cell_power(cells: Records, at: float) -> Floats:
    """MW radiated by burnt cells at epoch second ``at``; 0 before the front and when cold."""
    fuel = cells["fuel"]
    age = (at - cells["at"]) / HOUR_S
    flaming = np.where(age < 1.0, trait("flaming_gj")[fuel] / HOUR_S, 0.0)
    fold = trait("smoulder_h")[fuel]
    smoulder = trait("smoulder_gj")[fuel] / (fold * HOUR_S) * np.exp(-np.maximum(age, 0) / fold)
    hour = solar_hour(cells["lon"], at)
    daily = 0.72 + 0.38 * np.cos(2 * np.pi * (hour - 15.0) / 24.0)
    glow = (flaming + smoulder) * 1000.0 * daily * cells["patch"]
    return np.where((age >= 0) & (age < _LIFE_FOLDS * fold), glow, 0.0)


def vigour(temperature: Floats, humidity: Floats, rain_24h: Floats) -> Floats:
    """Factor on the rate of spread from vapour pressure deficit and the last day's rain.

    An own, deliberately simple law (not the danger indices that the engine computes): 1 at about
    1.4 kPa, near 0 after 6 mm of rain.
    """
    deficit = saturation(temperature) * (1.0 - humidity / 100.0)
    return np.asarray(np.clip(deficit / 1.4, 0.0, 2.0) ** 1.1 * np.exp(-rain_24h / 2.2))


def burn(
    parameters: ScenarioParameters, ground: Ground, weather: Weather, starts: Records
) -> Fires:
    """Let all fires grow until the scenario's end."""
    parts, grids = [], {}
    for number in np.unique(starts["complex"]):
        group = starts[starts["complex"] == number]
        grids[int(number)], cells = _burn_complex(parameters, ground, weather, group)
        parts.append(cells)
    cells = np.concatenate(parts) if parts else np.empty(0, CELL)
    return Fires(starts, cells[np.argsort(cells["at"], kind="stable")], grids)


def _burn_complex(
    parameters: ScenarioParameters, ground: Ground, weather: Weather, group: Records
) -> tuple[Grid, Records]:
    g = parameters.growth
    plane = Plane(float(np.mean(group["lon"])), float(np.mean(group["lat"])))
    x, y = plane.xy(group["lon"], group["lat"])
    spread = int(2 * 1000 * max(np.ptp(x), np.ptp(y)) / g.cell_m)
    side = min(_START_SIDE + spread, g.max_side)
    hourly = _hourly(parameters, weather, plane)
    while True:
        grid = Grid(plane, side, g.cell_m)
        cells, touched = _run(parameters, ground, group, grid, hourly)
        if not touched or side >= g.max_side:
            return grid, cells
        side = min(2 * side, g.max_side)


def _run(
    parameters: ScenarioParameters,
    ground: Ground,
    group: Records,
    grid: Grid,
    hourly: tuple[Floats, Floats, Floats],
) -> tuple[Records, bool]:
    g = parameters.growth
    lon, lat = grid.centres()
    fuel = ground.fuel_over(lon, lat)
    side = (lat.size, lon.size)
    rng = stream(parameters.seed, "growth", int(group["fire"][0]), grid.side)
    shape = g.threshold_shape
    resistance = rng.standard_gamma(shape, side) / shape
    ember = np.where(rng.random(side) < g.spot_share, rng.integers(3, 9, side), 0)
    patch = np.exp(g.patchiness * rng.standard_normal(side) - g.patchiness**2 / 2)
    linger = trait("linger_h")[fuel] * np.exp(g.linger_spread * rng.standard_normal(side))
    seeds = grid.cell(group["lon"], group["lat"])
    arrival, owner, touched = grow(
        rate=(trait("rate_m_min") * 60.0).astype("f4")[fuel],
        resistance=resistance.astype("f4"),
        ember=ember.astype("f4"),
        linger=linger.astype("f4"),
        seeds=seeds,
        seed_h=(group["at"] - parameters.spin_up_at) / HOUR_S,
        stop_h=(group["held_at"] - parameters.spin_up_at) / HOUR_S,
        vigour=hourly[0],
        wind_u=hourly[1],
        wind_v=hourly[2],
        cell_m=g.cell_m,
        wind_response=g.wind_response,
        spot_rate=g.spot_rate_m_h,
    )
    row, column = np.nonzero(np.isfinite(arrival))
    cells = np.zeros(row.size, CELL)
    cells["fire"] = group["fire"][owner[row, column]]
    cells["lon"], cells["lat"] = lon[column], lat[row]
    cells["at"] = parameters.spin_up_at + arrival[row, column].astype("f8") * HOUR_S
    cells["row"], cells["column"] = row, column
    cells["fuel"], cells["patch"] = fuel[row, column], patch[row, column]
    return cells, touched


def _hourly(
    parameters: ScenarioParameters, weather: Weather, plane: Plane
) -> tuple[Floats, Floats, Floats]:
    """Vigour and wind per hour over a complex, from the spin-up to the end."""
    hours = int(np.ceil((parameters.t1 - parameters.spin_up_at) / HOUR_S))
    at = parameters.spin_up_at + HOUR_S * (np.arange(-24, hours, dtype="f8") + 0.5)
    here = np.ones(at.size)
    now = weather.at(here * plane.lon0, here * plane.lat0, at)
    total = np.concatenate([[0.0], np.cumsum(now.rain)])
    rain_24h = total[24:-1] - total[:-25]
    force = vigour(now.temperature[24:], now.humidity[24:], rain_24h)
    return force, np.ascontiguousarray(now.wind_u[24:]), np.ascontiguousarray(now.wind_v[24:])
