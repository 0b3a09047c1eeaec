"""Where a fire's edge will be: arrival times from what burns now, fuel, terrain and weather.

The answer never fails for want of data: without a terrain model the ground is flat, without weather
it is a dry summer's day, and what was assumed stands beside the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from shapely.geometry import MultiPolygon

from sylvan.domain.behaviour import Behaviour, doubtful
from sylvan.domain.codes import Coded
from sylvan.domain.edge import cell_areas
from sylvan.domain.edge_kernel import Net
from sylvan.domain.edge_outline import outline
from sylvan.domain.fuel import Bed
from sylvan.domain.spread_ground import SpreadGround, Window
from sylvan.domain.spread_kernel import HOUR, REACH, Front, Ground, ellipses, solve
from sylvan.domain.spread_weather import HourlyWeather, climatology

F8 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_MINUTE = 60.0  # seconds


@dataclass(frozen=True)
class SpreadParameters:
    """How a forecast is made and drawn."""

    version: str = "spread-1"
    horizons_h: tuple[int, ...] = (1, 3, 6, 12, 24)
    # h; for which edges are shown: what duty officers plan by
    margin: int = 32
    # cells around the fire that are looked at first; doubled until it stays inside; engineering
    tolerance: float = 0.5
    # cells that an outline may move when its steps are smoothed; engineering
    max_vertices: int = 8000
    # of a polygon; above, it is drawn coarser; engineering: 200 kB as GeoJSON
    precision_deg: float = 1e-6
    # degrees; 0.1 m: RFC 7946 §11.2
    pace: float = 1.0
    # factor on all rates of spread: of the fire, see ``spread_pace``

    @property
    def longest_h(self) -> int:
        """The last of the horizons, h."""
        return max(self.horizons_h)


DEFAULT: Final = SpreadParameters()


class Run(NamedTuple):
    """One run of the solver, within a window of the ground."""

    window: Window
    minutes: F8  # since the start; infinite where it does not come in time
    found: Behaviour  # (classes of the window, hours)
    passed: float  # minutes of the first hour before the start
    margin: int  # cells around the fire that were looked at


@dataclass(frozen=True, eq=False)
class Forecast:
    """When a fire reaches each cell."""

    net: Net
    at: datetime
    """When it began to run."""
    hours: int
    minutes: F8
    """(rows, columns) minutes after ``at``; 0 where it burnt then, infinite where it will not."""
    reasons: tuple[Coded, ...]
    """What was assumed, and what is doubtful."""
    params: SpreadParameters = DEFAULT

    def burnt(self, hours: float) -> Mask:
        """Cells that burn within some hours."""
        return np.asarray(self.minutes <= hours * HOUR)

    def area_ha(self, hours: float) -> float:
        """Area of these cells, ha."""
        return float(self.burnt(hours).sum(axis=1) @ cell_areas(self.net))

    def edge(self, hours: float) -> MultiPolygon:
        """The outline after some hours, degrees."""
        return drawn(self.burnt(hours), self.net, self.params)


def forecast(
    burning: Mask,
    ground: SpreadGround,
    weather: HourlyWeather | None,
    at: datetime,
    hours: int = DEFAULT.longest_h,
    params: SpreadParameters = DEFAULT,
) -> Forecast:
    """Where the edge will be.

    Args:
        burning: (rows, columns) cells of the ground's net that burn now; one cell is a point.
        ground: fuel and terrain.
        weather: by the hour from ``at`` on; ``None``: a dry summer's day stands in.
        at: now, with its time zone.
        hours: how far to look.
        params: how it is made.

    Raises:
        ValueError: nothing burns, the shapes differ, or the weather does not begin in time.
    """
    given = weather_for(ground, weather, at, hours)
    run = run_once(burning, ground, given, at, hours, params)
    minutes = np.full(burning.shape, np.inf)
    paste(run, minutes)
    fastest = doubtful_rate(run)
    fast = [Coded("spread.fast_surface", {"rate": round(fastest, 1)})] if fastest else []
    reasons = (*given.reasons, *ground.assumed, *fast, *ends(minutes, burning))
    return Forecast(ground.net, at, hours, minutes, reasons, params)


def weather_for(
    ground: SpreadGround, weather: HourlyWeather | None, at: datetime, hours: int
) -> HourlyWeather:
    """The hours that a forecast needs, from the given weather or what stands in for it."""
    net = ground.net
    if weather is None:
        weather = climatology(at, hours + 1, (net.west + net.columns / 2) * net.width)
    passed = (at - weather.begins).total_seconds() / _MINUTE % HOUR
    return weather.covering(at, hours + ceil(passed / HOUR))


def run_once(
    burning: Mask,
    ground: SpreadGround,
    weather: HourlyWeather,
    at: datetime,
    hours: int,
    params: SpreadParameters = DEFAULT,
    swapped: Mapping[Bed, Bed] | None = None,
) -> Run:
    """Run the solver in a window that grows until the fire stays inside.

    Args:
        burning: cells that burn at the start.
        ground: fuel and terrain.
        weather: its first hour holds ``at``.
        at: the start.
        hours: how far to look.
        params: how it is made.
        swapped: beds that are taken for others.
    """
    if burning.shape != ground.bed.shape:
        raise ValueError(f"burning cells need the shape of the ground, {ground.bed.shape}")
    if not burning.any():
        raise ValueError("nothing burns")
    passed = (at - weather.begins).total_seconds() / _MINUTE
    until = passed + hours * HOUR
    start = np.pad(burning, REACH)
    margin = params.margin
    while True:
        window = ground.window(burning, margin)
        found = ground.behaviour(window.codes, weather, swapped).at_pace(params.pace)
        rates = ellipses(*found[:4])
        rows, columns = window.kind.shape
        lit = start[window.row : window.row + rows, window.column : window.column + columns]
        times = np.where(lit, passed, np.inf)
        front = Front(times, np.full((rows, columns, 2), np.nan))
        inside = solve(front, Ground(window.kind, window.east_m, window.north_m, rates), until)
        if inside or window.whole:
            minutes = np.where(times <= until, times - passed, np.inf)
            return Run(window, minutes, found, passed, margin)
        margin *= 2


def paste(run: Run, into: npt.NDArray[np.floating]) -> None:
    """Put a run's times into an array of the ground's shape."""
    rows, columns = run.minutes.shape
    top, left = run.window.row - REACH, run.window.column - REACH
    low, first = max(top, 0), max(left, 0)
    end, right = min(top + rows, into.shape[0]), min(left + columns, into.shape[1])
    into[low:end, first:right] = run.minutes[low - top : end - top, first - left : right - left]


def drawn(mask: Mask, net: Net, params: SpreadParameters = DEFAULT) -> MultiPolygon:
    """The polygon around cells, degrees."""
    if not mask.any():
        return MultiPolygon()
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    part = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    room = net._replace(
        west=net.west + int(columns[0]) - 1,
        south=net.south + int(rows[0]) - 1,
        rows=part.shape[0] + 2,
        columns=part.shape[1] + 2,
    )
    return outline(
        np.pad(part, 1), room, params.tolerance, params.max_vertices, params.precision_deg
    )


def ends(minutes: npt.NDArray[np.floating], burning: Mask) -> list[Coded]:
    """Tell it where a fire comes to the end of the ground."""
    came = np.isfinite(minutes) & ~burning
    rim = came[0].any() or came[-1].any() or came[:, 0].any() or came[:, -1].any()
    return [Coded("spread.ground_ends", {})] if rim else []


def doubtful_rate(run: Run) -> float:
    """The largest rate at which a run is faster on the ground than any fire seen, m/min; else 0."""
    came = np.isfinite(run.minutes) & (run.minutes > 0.0) & (run.window.kind >= 0)
    kind = run.window.kind[came]
    hour = ((run.minutes[came] + run.passed) / HOUR).astype(np.int64)
    hour = np.minimum(hour, run.found.head_m_min.shape[1] - 1)
    met = doubtful(run.found)[kind, hour]
    return float(run.found.head_m_min[kind, hour][met].max(initial=0.0))
