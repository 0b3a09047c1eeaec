"""Signals whose truth is known: made-up seasons as a dispatcher would have seen them.

A season and the year before it happen on the same land with other weather and other fires; some
permanent sources are new. What stands around a signal is told as a map and a weather service
would tell it: with errors, and often not at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain import heat_learning, heat_tally
from sylvan.domain.detections import Detections, concatenate
from sylvan.domain.grouping import components, points_of
from sylvan.domain.heat import HeatKind, HeatRegister, HeatSource
from sylvan.domain.surroundings import LandCover, Stroke, Surroundings, Weather
from sylvan.scenario.fires import Fires, Records, burn
from sylvan.scenario.geography import Geography, invented
from sylvan.scenario.ground import Fuel, Ground, make_ground
from sylvan.scenario.ignitions import draw_ignitions
from sylvan.scenario.lightning import make_strokes
from sylvan.scenario.nuisance import SourceKind, make_nuisances
from sylvan.scenario.observe import observe
from sylvan.scenario.orbits import make_elements
from sylvan.scenario.parameters import (
    DAY_S,
    HOUR_S,
    Growth,
    Nuisance,
    PlannedIgnition,
    ScenarioParameters,
)
from sylvan.scenario.weather import Weather as TrueWeather
from sylvan.scenario.weather import make_weather

NORTH: Final = (118.0, 59.0, 136.0, 66.0)
SOUTH: Final = (108.0, 48.0, 124.0, 54.0)
"""Invented lands: one with light summer nights, one (every fifth seed) with dark ones."""
FIFTH: Final = 5
SOURCES, NEW_SOURCES = 24, 6
STARTS: Final = ((4, 28), (6, 8), (7, 20), (9, 1))
"""Month and day on which seasons begin, by seed: spring, early and high summer, autumn."""
YEAR: Final = 2025
FIRES: Final = (1.0, 2.5)
"""Fires that break out a day, in the year before and in the season judged."""
DAYS: Final = 32.0
LAST_YEAR: Final = 100_000
"""Added to the seed of the year before."""
MOMENTS_H: Final = (0.5, 12.0, 48.0, 24.0 * 60)
"""Hours after the first detection at which a signal is judged; the last is the season's end."""
FIRE_SHARE: Final = 0.2
"""Share of a signal's pixels from which it holds a true fire: flares smoulder beside some."""
UNKNOWN_SHARE: Final = 0.3
"""Share of facts around a signal that nobody knows."""
MAP_ERROR: Final = 0.1
"""Share of land cover that the map has wrong."""
KNOWN_INDUSTRY: Final = 0.6
"""Share of industrial sites that stand on the map."""
FARTHEST_KM: Final = 20.0
REACH_KM, REACH_H = 10.0, 240.0
STATIC_KINDS: Final = (SourceKind.FLARE, SourceKind.INDUSTRY)


class Signal(NamedTuple):
    """One group of detections as known at one moment."""

    group: int
    rows: Detections
    near: Surroundings
    fire: bool
    kind: str
    """What it really was: a fuel, or the kind of nuisance."""
    fires: tuple[int, ...]
    """Numbers of the true fires in it."""
    static_share: float
    """Share of pixels that the archive's ``type`` will call static."""
    days_seen: int
    """Days on which its 1 km cells were seen, the year before included."""
    glimpse: bool
    """Judged at the moment of a true fire's first or last pixel, for the sake of ``fires``."""


@dataclass(frozen=True, slots=True)
class World:
    """A season's signals, and the register that the year before has taught."""

    seed: int
    signals: tuple[Signal, ...]
    glimpses: tuple[Signal, ...]
    """Each group as known when one of its true fires was seen first, and when last."""
    register: HeatRegister


class Season(NamedTuple):
    """What one generated season published, with the truth row by row."""

    rows: Detections
    links: Records
    fires: Fires
    strokes: Records
    weather: TrueWeather
    ground: Ground
    geography: Geography
    known_industry: npt.NDArray[np.float64]


def world(seed: int, days: float = DAYS) -> World:
    """The signals of one seed."""
    land = invented(NORTH if seed % FIFTH else SOUTH, seed, settlements=60, flares=SOURCES)
    before = replace(land, heat_sources=land.heat_sources[:-NEW_SOURCES])
    past = _season(seed + LAST_YEAR, before, _start(seed, YEAR - 1), days, FIRES[0])
    now = _season(seed, land, _start(seed, YEAR), days, FIRES[1])
    learned = heat_learning.sources(heat_tally.tally(past.rows))
    register = HeatRegister(
        HeatSource(
            f"learned-{number}",
            HeatKind.OTHER,
            one.lon,
            one.lat,
            one.radius_km,
            one.months,
            one.hours,
            one.confidence,
        )
        for number, one in enumerate(learned)
    )
    seen = list(_signals(seed, now, past))
    signals = tuple(one for one in seen if not one.glimpse)
    return World(seed, signals, tuple(one for one in seen if one.glimpse), register)


def _start(seed: int, year: int) -> datetime:
    return datetime(year, *STARTS[seed % len(STARTS)], tzinfo=UTC)


def _season(seed: int, land: Geography, start: datetime, days: float, fires: float) -> Season:
    """Let the season happen and the satellites look; no files, no reports.

    ``fires`` break out a day.
    """
    made = ScenarioParameters(
        seed=seed,
        start=start,
        days=days,
        warm_hours=0.0,
        ignitions=round(fires * days),
        ongoing_share=0.0,
        planned=_trials(seed, land, days),
        growth=Growth(max_side=400, contained_remote_h=(40.0, 0.9)),
        nuisance=Nuisance(
            glint_per_pass=2.0, roofs_per_day=8.0, hits_per_pass=0.25, burns_per_day=4.0
        ),
    )
    weather, ground = make_weather(made, land.plane), make_ground(made, land)
    strokes = make_strokes(made, land, weather)
    starts = draw_ignitions(made, land, ground, weather, strokes)
    burnt = burn(made, ground, weather, starts)
    nuisances = make_nuisances(made, land, ground)
    seen = list(observe(made, land, weather, burnt, make_elements(start), nuisances))
    rng = np.random.default_rng(seed)
    plants = [(s.lon, s.lat) for s in land.heat_sources if s.kind == "industry"]
    known = np.array(plants).reshape(-1, 2)
    return Season(
        concatenate([one.rows for one in seen]),
        np.concatenate([one.links for one in seen]),
        burnt,
        strokes,
        weather,
        ground,
        land,
        known[rng.random(len(known)) < KNOWN_INDUSTRY],
    )


def _trials(seed: int, land: Geography, days: float) -> tuple[PlannedIgnition, ...]:
    """Fires that are easily taken for something else: beside flares and plants, weeks in peat."""
    rng = np.random.default_rng(seed + 1)
    beside = []
    for source in rng.choice(len(land.heat_sources), 5, replace=False):
        one = land.heat_sources[int(source)]
        away, turn = rng.uniform(0.3, 1.5) / 111.2, rng.uniform(0, 2 * np.pi)
        lon = one.lon + away * np.cos(turn) / np.cos(np.radians(one.lat))
        after = float(rng.uniform(0.1, 0.6) * days * 24)
        beside.append(
            PlannedIgnition(
                lon, one.lat + away * np.sin(turn), after, contained_after_h=96.0, fuel="dense"
            )
        )
    lon, lat = land.draw(rng, 4)
    peat = [
        PlannedIgnition(
            float(x), float(y), 24.0, contained_after_h=days * 24.0, fuel="peat", fuel_radius_km=3.0
        )
        for x, y in zip(lon, lat, strict=True)
    ]
    return (*beside, *peat)


def _signals(seed: int, now: Season, past: Season) -> Iterator[Signal]:
    """Each group at each moment at which it had changed."""
    labels = components(points_of(now.rows))
    order = np.lexsort([now.rows["acq_at"], labels])
    bounds = np.flatnonzero(np.diff(labels[order])) + 1
    seen = _Diary(now.rows, past.rows)
    for number, group in enumerate(np.split(order, bounds)):
        rng = np.random.default_rng((seed, number))
        near = _around(rng, now, now.rows[group])
        first = now.rows["acq_at"][group[0]]
        told = 0
        for hours in MOMENTS_H:
            known = group[now.rows["acq_at"][group] <= first + hours * HOUR_S]
            if len(known) > told:
                told = len(known)
                yield _signal(number, now, known, near, seen)
        for fire, at in _glimpses(now, group):
            known = group[now.rows["acq_at"][group] <= at]
            yield _signal(number, now, known, near, seen, fire)


def _glimpses(now: Season, group: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """True fires in a group, with the moments of their first and last pixels."""
    links = now.links[group]
    for fire in np.unique(links["source"][links["kind"] == SourceKind.FIRE]):
        of_it = (links["kind"] == SourceKind.FIRE) & (links["source"] == fire)
        at = now.rows["acq_at"][group][of_it]
        for moment in {int(at.min()), int(at.max())}:
            yield int(fire), moment


def _signal(
    number: int,
    now: Season,
    known: npt.NDArray[np.int64],
    near: Surroundings,
    seen: "_Diary",
    glimpsed: int = 0,
) -> Signal:
    links = now.links[known]
    burning = np.isin(links["kind"], (SourceKind.FIRE, SourceKind.BURN))
    real = bool(burning.mean() >= FIRE_SHARE)
    kinds = links["kind"][burning] if real else links["kind"][~burning]
    kind = SourceKind(int(np.bincount(kinds).argmax()))
    fires = np.unique(links["source"][links["kind"] == SourceKind.FIRE])
    name = _fuel(now.fires, int(fires[0])) if kind is SourceKind.FIRE else kind.name.lower()
    static = float(np.isin(links["kind"], STATIC_KINDS).mean())
    rows = now.rows[known]
    return Signal(
        number,
        rows,
        near,
        real,
        name,
        (glimpsed,) if glimpsed else tuple(fires.tolist()),
        static,
        seen.days(rows),
        bool(glimpsed),
    )


def _fuel(fires: Fires, number: int) -> str:
    fuel = int(fires.ignitions["fuel"][fires.ignitions["fire"] == number][0])
    return {Fuel.NONE: "other"}.get(Fuel(fuel), Fuel(fuel).name.lower())


class _Diary:
    """On how many days each 1 km cell was seen, in the year before and up to a moment."""

    def __init__(self, now: Detections, past: Detections) -> None:
        both = np.concatenate([now, past])
        pairs = np.unique(np.column_stack([self._cells(both), both["acq_at"] // DAY_S]), axis=0)
        self._cell, self._day = pairs[:, 0].astype(np.int64), pairs[:, 1]

    @staticmethod
    def _cells(rows: Detections) -> npt.NDArray[np.int64]:
        row = np.floor(rows["lat"] / 0.009)
        column = np.floor(rows["lon"] * np.cos(np.radians(row * 0.009)) / 0.009)
        return np.asarray(row * 100_000 + column, np.int64)

    def days(self, rows: Detections) -> int:
        """Of the cell that was seen most."""
        until = rows["acq_at"].max() // DAY_S
        most = 0
        for cell in np.unique(self._cells(rows))[:50]:
            low, high = np.searchsorted(self._cell, [cell, cell + 1])
            most = max(most, int((self._day[low:high] <= until).sum()))
        return most


def _around(rng: np.random.Generator, now: Season, rows: Detections) -> Surroundings:
    """What maps and services say of the place and time at which it was first seen."""
    lon, lat, at = float(rows["lon"][0]), float(rows["lat"][0]), float(rows["acq_at"][0])
    stroke, watched = _stroke(now.strokes, lon, lat, at), rng.random() > UNKNOWN_SHARE
    told = Surroundings(
        water_km=_water_km(now, lon, lat),
        land_cover=_cover(rng, now.ground, lon, lat),
        industry_km=_nearest_km(now.known_industry, lon, lat),
        settlement_km=_nearest_km(
            np.array([(town.lon, town.lat) for town in now.geography.settlements]), lon, lat
        ),
        snow=False,
        weather=_weather(rng, now.weather, lon, lat, at),
        lightning=stroke if watched else None,
        lightning_watched=watched,
    )
    names = ("water_km", "land_cover", "industry_km", "settlement_km", "snow", "weather")
    hidden: dict[str, Any] = {name: None for name in names if rng.random() < UNKNOWN_SHARE}
    return replace(told, **hidden)


def _km(places: npt.NDArray[np.float64], lon: float, lat: float) -> npt.NDArray[np.float64]:
    east = (places[:, 0] - lon) * np.cos(np.radians(lat))
    return np.asarray(np.hypot(east, places[:, 1] - lat) * 111.195)


def _nearest_km(places: npt.NDArray[np.float64], lon: float, lat: float) -> float:
    return float(min(_km(places, lon, lat), default=FARTHEST_KM))


def _water_km(now: Season, lon: float, lat: float) -> float:
    """By a ring of points; the map knows every lake."""
    for km in (0.0, 0.3, 0.6, 1.0, 2.0):
        turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        x = lon + km / 111.195 * np.cos(turn) / np.cos(np.radians(lat))
        y = lat + km / 111.195 * np.sin(turn)
        if now.ground.lake(x, y).any():
            return km
    return FARTHEST_KM


_COVERS: Final = {
    Fuel.NONE: LandCover.WATER,
    Fuel.GRASS: LandCover.GRASS,
    Fuel.PEAT: LandCover.PEAT,
}


def _cover(rng: np.random.Generator, ground: Ground, lon: float, lat: float) -> LandCover:
    if rng.random() < MAP_ERROR:
        return LandCover(rng.choice([one.value for one in LandCover]))
    fuel = Fuel(int(ground.fuel(np.array([lon]), np.array([lat]))[0]))
    return _COVERS.get(fuel, LandCover.FOREST)


def _weather(
    rng: np.random.Generator, true: TrueWeather, lon: float, lat: float, at: float
) -> Weather:
    """As a forecast has it: 2 °C, 10 %, half of the rain off."""
    here = np.full(24, lon), np.full(24, lat)
    hours = true.at(*here, np.asarray(at - HOUR_S * np.arange(24), np.float64))
    return Weather(
        float(hours.temperature[0] + rng.normal(0, 2.0)),
        float(np.clip(hours.humidity[0] + rng.normal(0, 10.0), 5.0, 100.0)),
        float(hours.rain.sum() * np.exp(rng.normal(0, 0.5))),
        float(hours.wind_speed[0]),
    )


def _stroke(strokes: Records, lon: float, lat: float, at: float) -> Stroke | None:
    low, high = np.searchsorted(strokes["at"], [at - REACH_H * HOUR_S, at])
    recent = strokes[low:high]
    away = _km(np.column_stack([recent["lon"], recent["lat"]]), lon, lat)
    hours = (at - recent["at"]) / HOUR_S
    score = (1 - away / REACH_KM) * (1 - hours / REACH_H)
    if not len(recent) or away.min() > REACH_KM:
        return None
    best = int(np.argmax(np.where(away <= REACH_KM, score, -1.0)))
    return Stroke(float(away[best]), float(hours[best]))
