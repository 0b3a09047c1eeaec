"""A forecast as it is asked for and answered, with everything that had to be assumed.

From a fire's edge, what covers the land and the weather it leads to contours by the hour.  What is
known of the fire's place may be hours old.  The fire then runs from when it was seen, with the
weather since, so that "in six hours" always means six hours from now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from rasterio.features import rasterize
from rasterio.transform import Affine
from shapely.affinity import translate
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain.behaviour import Conditions, behaviour
from sylvan.domain.codes import Coded
from sylvan.domain.edge import cell_areas
from sylvan.domain.edge_kernel import Net, distances
from sylvan.domain.edge_outline import unrolled
from sylvan.domain.fuel import BEDS, COVERS, UNKNOWN, Bed, beds_of, season_of
from sylvan.domain.spread_ensemble import Ensemble, ensemble
from sylvan.domain.spread_ground import SpreadGround, net_over, touched
from sylvan.domain.spread_members import DEFAULT as FIFTY
from sylvan.domain.spread_pace import Pace, Seen, pace_of, prior
from sylvan.domain.spread_weather import HourlyWeather, climatology
from sylvan.domain.terrain import slope_and_aspect

F4 = npt.NDArray[np.float32]
I1 = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
HOUR: Final = timedelta(hours=1)
NOTHING_BURNS: Final = "forecast.nothing_burns"
"""Code that says that a fire starts on water or bare ground."""
_METRES = 1000.0  # per km
_KM_H = 0.06  # km/h in a m/min
_TURN = 360.0  # degrees
_PERCENT = 100.0


@dataclass(frozen=True)
class ForecastingParameters:
    """How a forecast is set up; all of it engineering where no source is named."""

    version: str = "forecast-2"
    hours: int = 24
    # h from now; the last of the horizons that duty officers plan by
    members: int = 20
    # runs of an automatic forecast: the tenth part is two of them
    members_asked: int = 50
    # runs of one that somebody waits for
    reach_km: tuple[float, float] = (3.0, 25.0)
    # km around the fire that are looked at, least and most; a fire that gets farther says so
    hurry: tuple[float, float] = (1.5, 3.0)
    # factor on the wind and FFMC added, with which the reach is reckoned: two standard deviations
    finest_m: float = 50.0
    # m; side of a cell around small and slow fires; land cover and weather know nothing finer
    most_cells: int = 500
    # cells from side to side: the size for which speed is promised
    coarse_m: float = 200.0
    # m; wider cells are told
    runs_on_h: float = 12.0
    # h; the edge of a fire that was not seen for longer is not run on: some edge stands for it
    front_cells: int = 2
    # cells around the active front that burn
    steps_h: tuple[int, ...] = tuple(range(1, 25))
    # h for which contours are drawn


DEFAULT: Final = ForecastingParameters()


@dataclass(frozen=True)
class Question:
    """Everything that a forecast needs; small enough to be handed to another process."""

    key: str
    """The fire's id, or the place: it makes the seed."""
    now: datetime
    start: datetime
    """From when it runs: since then its place is known."""
    net: Net
    burnt: BaseGeometry
    """The ground within the edge, or a point; degrees."""
    front: BaseGeometry | None = None
    """The part of the edge that burns; ``None``: all of it."""
    covers: tuple[tuple[BaseGeometry, str], ...] = ()
    """Areas and what covers them, words of :data:`sylvan.domain.fuel.COVERS`."""
    barriers: tuple[BaseGeometry, ...] = ()
    """Water."""
    weather: HourlyWeather | None = None
    seen: Seen | None = None
    """How the fire grew before; ``None``: nobody knows."""
    seen_weather: HourlyWeather | None = None
    """By the hour while it did; ``None``: a dry summer's day stands in."""
    hours: int = DEFAULT.hours
    """From now."""
    members: int = DEFAULT.members
    reasons: tuple[Coded, ...] = ()
    """What was assumed so far."""

    @property
    def lag_h(self) -> float:
        """Hours for which it has been running by now."""
        return (self.now - self.start) / HOUR

    @property
    def run_h(self) -> int:
        """Whole hours that a run takes."""
        return ceil(self.lag_h + self.hours)


class Contour(NamedTuple):
    """Ground that burns by an hour with some probability or more."""

    hour: int  # from now
    level: float  # 0…1
    shape: MultiPolygon
    area_ha: float


class Wind(NamedTuple):
    """Weather of one hour, as it was used."""

    at: datetime
    km_h: float
    from_deg: float
    ffmc: float


@dataclass(frozen=True, eq=False)
class Answer:
    """A forecast."""

    ensemble: Ensemble
    now: datetime
    contours: tuple[Contour, ...]
    wind: tuple[Wind, ...]
    wind_known: bool
    """Whether the wind's direction is known at all."""
    reasons: tuple[Coded, ...]


def begins(
    now: datetime,
    known_at: datetime | None,
    params: ForecastingParameters = DEFAULT,
) -> tuple[datetime, tuple[Coded, ...]]:
    """From when a fire is run whose place is known as of some moment, and what that assumes."""
    if known_at is None or known_at >= now:
        return now, ()
    age_h = (now - known_at) / HOUR
    if age_h <= params.runs_on_h:
        return known_at, ()
    return now, (Coded("forecast.edge_old", {"hours": round(age_h)}),)


def net_for(
    burnt: BaseGeometry,
    weather: HourlyWeather | None,
    start: datetime,
    hours: int,
    params: ForecastingParameters = DEFAULT,
) -> tuple[Net, tuple[Coded, ...]]:
    """Cells around a fire, as far as it may come and no finer than is needed.

    Args:
        burnt: ground within the edge, or a point.
        weather: by the hour; ``None``: a dry summer's day.
        start: from when it runs.
        hours: how long.
        params: how far, how fine.
    """
    west, south, east, north = unrolled(burnt).bounds
    reach = _reach_km(weather or climatology(start, hours + 1, west), params)
    extent = net_over((west, south, east, north), reach, params.finest_m)
    across = max(extent.columns, extent.rows) * params.finest_m
    cell = max(params.finest_m, across / params.most_cells)
    wide = cell > params.coarse_m
    reasons = (Coded("forecast.coarse", {"metres": round(cell)}),) if wide else ()
    return net_over((west, south, east, north), reach, cell), reasons


def _reach_km(weather: HourlyWeather, params: ForecastingParameters) -> float:
    """How far the fastest fuel would carry a fire in a strong and dry member."""
    strong = weather.altered(params.hurry[0], 0.0, params.hurry[1])
    beds = [BEDS[bed] for bed in Bed if bed is not Bed.NONE]
    found = behaviour(
        Conditions(
            fuel=np.array([row.fuel for row in beds], np.int8)[:, None],
            ffmc=strong.ffmc,
            bui=strong.bui,
            wind_km_h=strong.wind_km_h,
            wind_from_deg=strong.wind_from_deg,
            conifer_pct=np.array([row.conifer_pct for row in beds])[:, None],
            curing_pct=np.array([row.curing_pct for row in beds])[:, None],
        )
    )
    least, most = params.reach_km
    return float(np.clip(found.head_m_min.max(axis=0).sum() * _KM_H, least, most))


def answer(
    asked: Question, heights: F4 | None = None, params: ForecastingParameters = DEFAULT
) -> Answer:
    """The forecast.

    Args:
        asked: the question.
        heights: (rows, columns) of its net, m; NaN where unknown; ``None``: no terrain model.
        params: how it is made.
    """
    ground, burning = _ground(asked, heights, params)
    weather = asked.weather
    if weather is None:
        middle = (asked.net.west + asked.net.columns / 2) * asked.net.width
        weather = climatology(asked.start, asked.run_h + 1, middle)
    pace, learned = _pace(asked, ground, burning)
    settings = replace(FIFTY, members=asked.members, pace=pace)
    found = ensemble(asked.key, burning, ground, weather, asked.start, asked.run_h, settings)
    steps = [hour for hour in params.steps_h if hour <= asked.hours]
    contours = tuple(one for hour in steps for one in _contours(found, asked, hour))
    wind = _wind(weather, asked)
    reasons = tuple(dict.fromkeys((*asked.reasons, learned, *found.reasons)))
    return Answer(found, asked.now, contours, wind, weather.direction_known, reasons)


def _pace(asked: Question, ground: SpreadGround, burning: Mask) -> tuple[Pace, Coded]:
    """How fast the fire runs beside what FBP says, and from what that is known."""
    pace, seen = prior(), asked.seen
    if seen is not None:
        weather = asked.seen_weather
        if weather is None:
            middle = (asked.net.west + asked.net.columns / 2) * asked.net.width
            weather = climatology(seen.since, ceil(seen.hours), middle)
        pace = pace_of(seen, weather, asked.burnt, ground, burning)
    factor = round(pace.median, 2)
    if not pace.hours:
        return pace, Coded("forecast.pace_assumed", {"factor": factor})
    return pace, Coded("forecast.pace", {"factor": factor, "hours": round(pace.hours)})


def _ground(
    asked: Question, heights: F4 | None, params: ForecastingParameters
) -> tuple[SpreadGround, Mask]:
    """What lies around, and the cells that count as burnt at the start."""
    net = asked.net
    bed, reasons = _beds(asked)
    burning = _within(asked.burnt, net)
    if asked.front is not None:
        lit = burning & (distances(touched(asked.front, net)) <= params.front_cells**2)
        if lit.any():
            bed[burning & ~lit] = Bed.NONE  # burnt out: nothing goes on from there
            reasons = (*reasons, Coded("forecast.front_only", {}))
    slope = aspect = None
    if not (bed[burning] != Bed.NONE).any():
        reasons = (*reasons, Coded(NOTHING_BURNS, {}))
    if heights is not None:
        slope, aspect = slope_and_aspect(heights, net)
        unknown = float(np.isnan(heights).mean())
        if unknown:
            percent = max(round(_PERCENT * unknown), 1)
            reasons = (*reasons, Coded("spread.dem_partly", {"percent": percent}))
    return SpreadGround(net, bed, slope, aspect, (*asked.reasons, *reasons)), burning


def _beds(asked: Question) -> tuple[I1, tuple[Coded, ...]]:
    """Fuel beds of the cells; water is none."""
    net = asked.net
    covers = np.full((net.rows, net.columns), UNKNOWN, np.int8)
    numbers = {str(cover): number for number, cover in enumerate(COVERS)}
    shapes = [(shape, numbers[word]) for shape, word in asked.covers if word in numbers]
    if shapes:
        _paint(shapes, net, covers, all_touched=False)
    water = np.zeros((net.rows, net.columns), np.int8)
    if asked.barriers:
        _paint([(shape, 1) for shape in asked.barriers], net, water, all_touched=True)
    wet = water > 0
    dry = covers[~wet]
    beds = np.full(covers.shape, Bed.NONE, np.int8)
    beds[~wet], reasons = beds_of(dry, season_of(asked.now.date()))
    return beds, reasons


def _paint(
    shapes: Sequence[tuple[BaseGeometry, int]], net: Net, into: I1, *, all_touched: bool
) -> None:
    """Write numbers into the cells of shapes, the later over the earlier ones."""
    transform = Affine(
        net.width, 0.0, net.west * net.width, 0.0, net.height, net.south * net.height
    )
    turns = [turn for turn in (-_TURN, 0.0, _TURN) if _meets(net, turn)]
    moved = [(translate(shape, turn), value) for shape, value in shapes for turn in turns]
    rasterize(moved, out=into, transform=transform, all_touched=all_touched)


def _meets(net: Net, turn: float) -> bool:
    """Whether a net has longitudes of one turn of the globe, as shapes are moved to it."""
    west, east = net.west * net.width, (net.west + net.columns) * net.width
    return west < turn + _TURN / 2 and east > turn - _TURN / 2


def _within(shape: BaseGeometry, net: Net) -> Mask:
    """Cells whose middles lie within a shape; those that it touches where it holds none."""
    cells = np.zeros((net.rows, net.columns), np.int8)
    if shape.area:
        _paint([(shape, 1)], net, cells, all_touched=False)
    return np.asarray(cells > 0) if cells.any() else touched(shapely.force_2d(shape), net)


def _contours(found: Ensemble, asked: Question, hour: int) -> list[Contour]:
    """The contours of one hour, the likeliest first."""
    run = asked.lag_h + hour
    share = found.probability(run)
    hectares = cell_areas(found.net)
    return [
        Contour(hour, level, shape, float((share >= np.float32(level)).sum(axis=1) @ hectares))
        for level, shape in sorted(found.contours(run).items(), reverse=True)
    ]


def _wind(weather: HourlyWeather, asked: Question) -> tuple[Wind, ...]:
    """Wind and dryness of the hours from now on."""
    used = weather.covering(asked.start, asked.run_h + 1)
    return tuple(
        Wind(used.begins + k * HOUR, float(km_h), float(from_deg), float(ffmc))
        for k, (km_h, from_deg, ffmc) in enumerate(
            zip(used.wind_km_h, used.wind_from_deg, used.ffmc, strict=True)
        )
        if used.begins + (k + 1) * HOUR > asked.now
    )
