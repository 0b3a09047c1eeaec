"""Thunderstorms: strokes in drifting cells, most of them on afternoons under moist air."""

from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.scenario.fields import Floats, stream
from sylvan.scenario.geography import Geography
from sylvan.scenario.parameters import DAY_S, HOUR_S, ScenarioParameters
from sylvan.scenario.weather import Weather, solar_hour

STROKE: Final = np.dtype(
    [("at", "f8"), ("lon", "f8"), ("lat", "f8"), ("current_ka", "f4"), ("error_km", "f4")]
)
"""A stroke: epoch seconds, degrees, signed peak current (kA), the network's own error estimate."""

_CANDIDATES: Final = 6
"""Places tried per storm; the moistest afternoon wins often enough."""
_PEAK_HOUR: Final = 16.5
_STORM_H: Final = (0.4, 2.6)
_STORM_KM: Final = 9.0
_STORM_KMH: Final = 32.0
_SPREAD: Final = 0.9
_POSITIVE_SHARE: Final = 0.12
"""Positive strokes, which carry long currents and set most of the fires."""
_MEDIAN_KA: Final = 18.0
_NETWORK_KM: Final = 1.5
"""Median location error of a long-range network, km."""


def make_strokes(
    parameters: ScenarioParameters, geography: Geography, weather: Weather
) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """All strokes from the spin-up to the end, in order of time, as :data:`STROKE`."""
    rng = stream(parameters.seed, "lightning")
    t0, t1 = parameters.spin_up_at, parameters.t1
    storms = rng.poisson(parameters.storms_per_day * (t1 - t0) / DAY_S)
    if storms == 0:
        return np.empty(0, STROKE)
    at, lon, lat = _storms(rng, storms, geography, weather, (t0, t1))
    count: npt.NDArray[np.int64] = np.maximum(
        1,
        (parameters.strokes_per_storm * np.exp(_SPREAD * rng.standard_normal(storms))).astype(int),
    )
    strokes = _strokes(rng, np.repeat(np.stack([at, lon, lat]), count, axis=1), geography, count)
    strokes = strokes[(strokes["at"] < t1) & geography.on_land(strokes["lon"], strokes["lat"])]
    return np.sort(strokes, order="at")


def _storms(
    rng: np.random.Generator,
    n: int,
    geography: Geography,
    weather: Weather,
    span: tuple[float, float],
) -> tuple[Floats, Floats, Floats]:
    """Start and place of storms: the best of some candidates by moisture and hour."""
    lon, lat = geography.draw(rng, n * _CANDIDATES)
    at = rng.uniform(*span, lon.size)
    x, y = weather.plane.xy(lon, lat)
    hour = np.cos(2 * np.pi * (solar_hour(lon, at) - _PEAK_HOUR) / 24.0)
    score = weather.wetness(x, y, weather.hours(at)) + 1.2 * hour + rng.normal(0, 0.5, lon.size)
    best = np.argmax(score.reshape(n, _CANDIDATES), axis=1) + np.arange(n) * _CANDIDATES
    return at[best], lon[best], lat[best]


def _strokes(
    rng: np.random.Generator, storm: Floats, geography: Geography, count: npt.NDArray[np.int64]
) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    plane = geography.plane
    n = storm.shape[1]
    made = np.zeros(n, STROKE)
    life = np.repeat(rng.uniform(*_STORM_H, count.size), count)
    age = rng.uniform(0.0, 1.0, n) * life
    heading = np.repeat(rng.normal(0.0, 0.5, count.size), count)
    x, y = plane.xy(storm[1], storm[2])
    x = x + _STORM_KMH * age * np.cos(heading) + rng.normal(0, _STORM_KM, n)
    y = y + _STORM_KMH * age * np.sin(heading) + rng.normal(0, _STORM_KM, n)
    made["lon"], made["lat"] = plane.lonlat(x, y)
    made["at"] = np.round(storm[0] + age * HOUR_S, 3)
    sign = np.where(rng.random(n) < _POSITIVE_SHARE, 1.0, -1.0)
    made["current_ka"] = np.round(sign * _MEDIAN_KA * np.exp(0.6 * rng.standard_normal(n)), 1)
    made["error_km"] = np.round(_NETWORK_KM * np.exp(0.5 * rng.standard_normal(n)), 1)
    return made
