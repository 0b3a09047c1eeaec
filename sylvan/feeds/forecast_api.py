"""A public forecast API: answers shaped as Open-Meteo's, asked politely and judged value by value.

An answer holds one place or a list of them, each with hours, values and their units.  It names no
issue: what was asked for now counts as issued now.  A place whose lists do not fit together is left
out and told, the others go in.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import inf
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import numpy as np
import numpy.typing as npt
import structlog

from sylvan.domain.breaker import Backoff, Breaker, BreakerRules, BreakerState
from sylvan.domain.codes import Coded
from sylvan.domain.observed import FIELDS, Place, PlaceKind, Reading, Rows, no_rows
from sylvan.feeds.download import FetchLimits, fetch, is_success, make_client
from sylvan.feeds.errors import FeedError
from sylvan.feeds.heed import Desk, Heed, NoDesk
from sylvan.feeds.options import MIB
from sylvan.feeds.pages import refuse_error_page
from sylvan.feeds.records import parse_json
from sylvan.feeds.reporting import Careful, Report, Take
from sylvan.feeds.tables import BadRow
from sylvan.feeds.weather_columns import to_ours
from sylvan.feeds.weather_tables import RANGES, ParsedWeather

log = structlog.get_logger()
FEED: Final = "forecast-api"
KIND: Final = "weather"
VARIABLES: Final[Mapping[str, str]] = {
    "temperature": "temperature_2m",
    "humidity": "relative_humidity_2m",
    "dew_point": "dew_point_2m",
    "wind": "wind_speed_10m",
    "wind_from": "wind_direction_10m",
    "rain": "precipitation",
    "snow": "snow_depth",
}
"""Our fields and the API's names."""
UNITS: Final[Mapping[str, str]] = {
    **{unit: unit for unit in ("°C", "°F", "%", "km/h", "m/s", "mph", "kn", "°", "mm", "m", "cm")},
    "mp/h": "mph",
    "inch": "in",
    "ft": "ft",
}
MOST_PLACES: Final = 50
"""Places in one question; longer addresses are cut off by some proxies."""


def is_forecast(body: bytes) -> bool:
    """Whether a body is such an answer."""
    head = body[:4096].lstrip()
    return head[:1] in (b"{", b"[") and b'"hourly' in head and b'"latitude"' in head


def read_forecast(name: str, body: bytes, now: datetime) -> ParsedWeather:
    """Read an answer.

    Raises:
        FeedError: no JSON, or an error that the API tells.
    """
    try:
        told = parse_json(body.decode("utf-8-sig", "replace"))
    except FeedError as error:
        raise error.named(name) from None
    if isinstance(told, dict) and told.get("error"):
        raise FeedError("feed.upstream", detail=str(told.get("reason", ""))[:200])
    items = told if isinstance(told, list) else [told]
    places: list[Place] = []
    rows: list[Rows] = []
    bad: list[BadRow] = []
    for number, item in enumerate(items, 1):
        found = _place(item, number, now)
        if isinstance(found, BadRow):
            bad.append(found)
            continue
        place, mine = found
        mine["place"] = len(places)
        places.append(place)
        rows.append(mine)
    if not places and bad:
        raise FeedError("feed.upstream", detail=f"{bad[0].field}: {bad[0].value}"[:200])
    reading = Reading(tuple(places), np.concatenate(rows) if rows else no_rows())
    return ParsedWeather(name, reading, bad)


def _place(item: Any, number: int, now: datetime) -> tuple[Place, Rows] | BadRow:
    hourly = item.get("hourly") if isinstance(item, dict) else None
    if not isinstance(hourly, dict) or not isinstance(hourly.get("time"), list):
        return BadRow(number, "hourly", "row.not_an_object", "")
    lon, lat = (item.get(name) for name in ("longitude", "latitude"))
    if not isinstance(lon, int | float) or not isinstance(lat, int | float):
        return BadRow(number, "latitude", "row.not_a_number", f"{lat},{lon}"[:80])
    if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):  # noqa: PLR2004 - NaN fails too
        return BadRow(number, "latitude", "row.out_of_range", f"{lat},{lon}"[:80])
    moments = _moments(hourly["time"], item.get("utc_offset_seconds", 0))
    if moments is None:
        return BadRow(number, "hourly.time", "row.bad_time", str(hourly["time"][:1])[:80])
    rows = no_rows(len(moments))
    rows["at"], rows["issued"], rows["rain_h"] = moments, np.floor(now.timestamp()), 1.0
    units = item.get("hourly_units")
    for name in FIELDS:
        wrong = _column(hourly, units if isinstance(units, dict) else {}, name, rows)
        if wrong is not None:
            return BadRow(number, f"hourly.{VARIABLES[name]}", *wrong)
    code = f"point:{lat:.3f},{lon:.3f}"
    return Place(code, float(lon), float(lat), "", PlaceKind.POINT), rows


def _moments(told: list[Any], offset_s: Any) -> npt.NDArray[np.float64] | None:
    """Epoch seconds; hours without a zone are local by the answer's own offset."""
    shift = float(offset_s) if isinstance(offset_s, int | float) else 0.0
    made = []
    for one in told:
        if isinstance(one, int | float) and not isinstance(one, bool):
            made.append(float(one))
            continue
        try:
            moment = datetime.fromisoformat(str(one))
        except ValueError:
            return None
        naive = moment.tzinfo is None
        made.append(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - shift * naive)
    return np.array(made) if made else None


def _column(
    hourly: Mapping[str, Any], units: Mapping[str, Any], name: str, into: Rows
) -> tuple[str, str] | None:
    """Put a field's values in; what they are instead, where they can't be used."""
    values = hourly.get(VARIABLES[name])
    if values is None:
        return None
    if not isinstance(values, list) or len(values) != len(into):
        return "row.missing_fields", str(type(values).__name__)
    told = str(units.get(VARIABLES[name], "")) or {"snow": "m"}.get(name, "")
    unit = UNITS.get(told) if told else {"wind": "km/h"}.get(name)
    if told and unit is None:
        return "row.bad_unit", told[:80]
    numbers = [one if isinstance(one, int | float) else np.nan for one in values]
    factor, offset = _scale(name, unit)
    ours = np.array(numbers, np.float64) * factor + offset
    low, high = RANGES[name]
    with np.errstate(invalid="ignore"):
        into[name] = np.where((ours < low) | (ours > high), np.nan, ours)
    return None


def _scale(name: str, unit: str | None) -> tuple[float, float]:
    if unit == "ft":
        return 0.3048, 0.0
    return to_ours(name, unit) if unit else (1.0, 0.0)


@dataclass(frozen=True)
class ForecastConfig:
    """Whom to ask, how often, for how long."""

    url: str
    # address of the API without its question
    every_s: float = 10_800.0
    # s between two questions; global models are issued every six hours
    days: int = 4
    # today and three more
    past_days: int = 1
    # so that the rain before today's noon is known
    limits: FetchLimits = field(default_factory=lambda: FetchLimits(body_bytes=64 * MIB))
    backoff: Backoff = field(default_factory=lambda: Backoff(base_s=60.0, cap_s=3600.0))
    breaker: BreakerRules = field(default_factory=BreakerRules)

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in {"http", "https"}:
            raise FeedError("feed.upstream", detail="forecast_url is no web address")

    def question(self, points: Sequence[tuple[float, float]]) -> str:
        """The address for some points (longitude, latitude)."""
        lat = ",".join(f"{point[1]:.3f}" for point in points)
        lon = ",".join(f"{point[0]:.3f}" for point in points)
        joint = "&" if "?" in self.url else "?"
        return (
            f"{self.url}{joint}latitude={lat}&longitude={lon}&hourly={','.join(VARIABLES.values())}"
            f"&wind_speed_unit=kmh&timezone=UTC&forecast_days={self.days}"
            f"&past_days={self.past_days}"
        )


@dataclass(frozen=True)
class ForecastState:
    """What the poller knows; times on its clock, in seconds."""

    breaker: Breaker
    next_at: float = 0.0
    last_data: float | None = None
    last_error: Coded | None = None


class ForecastPoller:
    """Asks for the forecast of some points when it is due and hands it over."""

    def __init__(
        self,
        config: ForecastConfig,
        points: Callable[[], Sequence[tuple[float, float]]],
        take: Take,
        report: Report,
        random: Random,
        *,
        desk: Desk | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._config = config
        self._heed = Heed(desk or NoDesk())
        self._points = points
        self._take = take
        self._report = Careful(report)
        self._random = random
        self._client = make_client(config.limits, transport)
        self.state = ForecastState(Breaker(config.breaker))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def poll(self, now: float) -> ForecastState:
        """Ask once; whatever goes wrong ends in the state, not in an exception."""
        if not self.state.breaker.allows(now) and not self._heed.asked(FEED):
            opened = self.state.breaker.opened_at or now
            self.state = replace(self.state, next_at=opened + self.state.breaker.pause_s)
            return self.state
        try:
            points = self._points()
            for first in range(0, len(points), MOST_PLACES):
                body = self._ask(points[first : first + MOST_PLACES])
                self._take(f"{FEED}-{first // MOST_PLACES + 1}.json", body, FEED)
        except FeedError as error:
            self.state = self._failed(error.as_coded(), now)
        except Exception:
            # the database is at fault: the forecast is asked for again, nothing is lost
            log.exception("forecast.take_failed")
            pause = self._config.backoff.delay_s(1, self._random)
            self.state = replace(self.state, next_at=now + pause)
        else:
            due = now + self._config.every_s * self._random.uniform(0.9, 1.1)
            self.state = ForecastState(self.state.breaker.succeeded(), due, now)
        return self.state

    def _ask(self, points: Sequence[tuple[float, float]]) -> bytes:
        answer = fetch(self._client, self._config.question(points), self._config.limits)
        refuse_error_page(answer.body)
        if not is_success(answer.status):
            raise FeedError("feed.upstream", detail=f"status {answer.status}")
        if not is_forecast(answer.body):
            raise FeedError("feed.upstream", detail="no forecast in the answer")
        return answer.body

    def _failed(self, error: Coded, now: float) -> ForecastState:
        breaker = self.state.breaker.failed(now)
        opened = breaker.state(now) is BreakerState.OPEN
        wait = max(
            breaker.pause_s if opened else 0.0,
            self._config.backoff.delay_s(breaker.failures, self._random),
        )
        log.warning("forecast.failed", code=error.code, opened=opened)
        self._report.failed(FEED, KIND, error, opened=opened)
        return replace(self.state, breaker=breaker, next_at=now + wait, last_error=error)

    def run(self, stop: threading.Event, clock: Callable[[], float]) -> None:
        """Poll until told to stop."""
        while not stop.is_set():
            self.turn(clock)
            soonest = inf if self._heed.paused(FEED) else self.state.next_at
            stop.wait(self._heed.wait_s(soonest, clock()))

    def turn(self, clock: Callable[[], float]) -> bool:
        """Ask if it is time, or if somebody wants it; whether it was."""
        self._heed.look(clock())
        due = self._heed.due(FEED, self.state.next_at, clock())
        if due:
            self.poll(clock())
            self._heed.done(FEED, KIND, self.state.next_at - clock(), self._config.every_s)
        return due
