"""Weather stations of the made-up world, and forecasts that err the more the farther they look.

Tables as a service would send them: a line a day since the spring, three-hourly reports around the
scenario, and a forecast every six hours.  Stations stand at settlements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from sylvan.scenario.fields import Floats, stream
from sylvan.scenario.geography import Geography
from sylvan.scenario.parameters import DAY_S, HOUR_S, ScenarioParameters
from sylvan.scenario.weather import Weather

MOST_STATIONS: Final = 60
SPRING: Final = (4, 20)
"""Month and day from which stations report: before the snow goes."""
STEP_H: Final = 3
"""Hours between synoptic reports (WMO)."""
ISSUE_H, LEAD_H, LATE_H = 6, 96, 4
"""Hours between issues, hours that each looks ahead, hours until it is public; as global models."""
HEADER: Final = (
    "station,name,lat,lon,time,issued,temperature_c,humidity_pct,wind_ms,wind_from_deg,"
    "rain_mm,rain_hours"
)
_DEGREES_AN_HOUR: Final = 15.0


@dataclass(frozen=True, slots=True)
class Errors:
    """Standard deviations of a forecast's error a day ahead; they grow with the root of the lead.

    Orders of magnitude of global models' scores over land (ECMWF): 2 °C, 12 %, 1.5 m/s.
    """

    temperature_c: float = 1.5
    humidity_pct: float = 9.0
    wind: float = 0.25
    # of ln(wind)
    turn_deg: float = 25.0
    rain: float = 0.5
    # of ln(rain)


@dataclass(frozen=True, slots=True)
class Sent:
    """A table and when it became known."""

    at: datetime
    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Posts:
    code: list[str]
    name: list[str]
    lon: Floats
    lat: Floats


def weather_files(
    parameters: ScenarioParameters,
    geography: Geography,
    weather: Weather,
    errors: Errors | None = None,
) -> list[Sent]:
    """All tables of a scenario in order of time; none where nobody lives."""
    posts = _posts(geography)
    if not posts.code:
        return []
    errors = errors or Errors()
    start = parameters.start.astimezone(UTC)
    made = [_history(parameters, posts, weather)]
    begin, end = (_floor(moment, STEP_H) for moment in (start, parameters.end))
    at = begin + timedelta(hours=STEP_H)
    while at <= end:
        body = _table(posts, weather, [at.timestamp()], STEP_H)
        made.append(Sent(at + timedelta(minutes=20), f"weather_{at:%Y%m%dT%H}.csv", body))
        at += timedelta(hours=STEP_H)
    issued = _floor(start, ISSUE_H) - timedelta(hours=ISSUE_H)
    while issued <= end:
        public = max(issued + timedelta(hours=LATE_H), start)
        body = _forecast(parameters, posts, weather, issued, errors)
        made.append(Sent(public, f"weather_forecast_{issued:%Y%m%dT%H}.csv", body))
        issued += timedelta(hours=ISSUE_H)
    return sorted(made, key=lambda one: one.at)


def _floor(moment: datetime, hours: int) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(hours=moment.hour // hours * hours)


def _posts(geography: Geography) -> _Posts:
    """Settlements as evenly over the list as they come."""
    places = list(geography.settlements)
    step = max(len(places) / MOST_STATIONS, 1.0)
    chosen = [places[int(k * step)] for k in range(min(len(places), MOST_STATIONS))]
    names = [str(one.name.get("ru") or next(iter(one.name.values()), "")) for one in chosen]
    return _Posts(
        [f"post-{k + 1:03d}" for k in range(len(chosen))],
        [name.replace(",", " ").replace('"', "") for name in names],
        np.array([one.lon for one in chosen]),
        np.array([one.lat for one in chosen]),
    )


def _history(parameters: ScenarioParameters, posts: _Posts, weather: Weather) -> Sent:
    """A line a day at noon since the spring, and the last two days by three hours."""
    start = parameters.start.astimezone(UTC)
    spring = datetime(start.year, *SPRING, tzinfo=UTC)
    first = spring if spring < start else start - timedelta(days=10)
    lines = [HEADER]
    recent = start - timedelta(days=2)
    for lon in np.unique(_zones(posts)):
        mine = _zones(posts) == lon
        part = _only(posts, mine)
        days = np.arange(first.timestamp(), recent.timestamp(), DAY_S)
        noons = np.floor(days / DAY_S) * DAY_S + (12.0 - lon) * HOUR_S
        lines += _lines(part, weather, [float(at) for at in noons], 24)
    begin = _floor(recent, STEP_H).timestamp()
    steps = np.arange(begin, start.timestamp() + 1.0, STEP_H * HOUR_S)
    lines += _lines(posts, weather, [float(at) for at in steps], STEP_H)
    return Sent(start, "weather_before.csv", _bytes(lines))


def _zones(posts: _Posts) -> Floats:
    return np.floor(posts.lon / _DEGREES_AN_HOUR + 0.5)


def _only(posts: _Posts, mine: np.ndarray) -> _Posts:
    kept = np.flatnonzero(mine)
    return _Posts(
        [posts.code[k] for k in kept],
        [posts.name[k] for k in kept],
        posts.lon[kept],
        posts.lat[kept],
    )


def _table(posts: _Posts, weather: Weather, moments: Sequence[float], hours: int) -> bytes:
    return _bytes([HEADER, *_lines(posts, weather, moments, hours)])


def _bytes(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def _lines(posts: _Posts, weather: Weather, moments: Sequence[float], hours: int) -> list[str]:
    """Measured rows: instruments read without error, rain of the hours before."""
    lines: list[str] = []
    for at in moments:
        now = weather.at(posts.lon, posts.lat, at)
        rain = _rained(posts, weather, at, hours)
        told = (now.temperature, now.humidity, now.wind_speed, now.wind_from, rain)
        lines += _written(posts, at, "", told, hours)
    return lines


def _rained(posts: _Posts, weather: Weather, at: float, hours: int) -> Floats:
    """Rain of the hours before, mm, from the middle of each step."""
    step = 1.0 if hours <= STEP_H else 3.0
    middles = at - HOUR_S * (np.arange(0.0, hours, step) + step / 2)
    shape = (len(middles), len(posts.code))
    lon, lat = (np.broadcast_to(one, shape) for one in (posts.lon, posts.lat))
    fallen = weather.at(lon, lat, middles[:, None]).rain
    return np.asarray(fallen.sum(axis=0) * step)


def _forecast(
    parameters: ScenarioParameters,
    posts: _Posts,
    weather: Weather,
    issued: datetime,
    errors: Errors,
) -> bytes:
    """The truth with errors that belong together: one draw for each station and issue."""
    rng = stream(parameters.seed, "forecast", f"{issued:%Y%m%d%H}")
    draw = rng.standard_normal((5, len(posts.code)))
    lines = [HEADER]
    for lead in range(0, LEAD_H + 1, STEP_H):
        at = issued.timestamp() + lead * HOUR_S
        now = weather.at(posts.lon, posts.lat, at)
        grown = np.sqrt(lead / 24.0)
        told = (
            now.temperature + errors.temperature_c * grown * draw[0],
            np.clip(now.humidity + errors.humidity_pct * grown * draw[1], 5.0, 100.0),
            now.wind_speed * np.exp(errors.wind * grown * draw[2]),
            (now.wind_from + errors.turn_deg * grown * draw[3]) % 360.0,
            _rained(posts, weather, at, STEP_H) * np.exp(errors.rain * grown * draw[4]),
        )
        lines += _written(posts, at, f"{issued:%Y-%m-%dT%H:%MZ}", told, STEP_H)
    return _bytes(lines)


def _written(
    posts: _Posts, at: float, issued: str, told: Sequence[Floats], hours: int
) -> list[str]:
    moment = datetime.fromtimestamp(at, UTC)
    head = f"{moment:%Y-%m-%dT%H:%MZ},{issued}"
    return [
        f"{posts.code[k]},{posts.name[k]},{posts.lat[k]:.4f},{posts.lon[k]:.4f},{head},"
        f"{told[0][k]:.1f},{told[1][k]:.0f},{told[2][k]:.1f},{told[3][k]:.0f},"
        f"{told[4][k]:.1f},{hours}"
        for k in range(len(posts.code))
    ]
