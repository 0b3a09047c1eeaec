"""Weather by content: a station table, a grid, or the answer of a forecast API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sylvan.domain.observed import Place
from sylvan.feeds import forecast_api, weather_grids
from sylvan.feeds.containers import GZIP_MAGIC, gunzip
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import FILE_LIMITS
from sylvan.feeds.weather_grids import Box
from sylvan.feeds.weather_tables import (
    ParsedWeather,
    looks_like_stations,
    read_stations,
    text_of,
)

_HEAD: Final = 4096


def is_weather(body: bytes) -> bool:
    """Whether a file in the drop folder holds weather: by its content, never by its name."""
    if weather_grids.is_grid(body) or forecast_api.is_forecast(body):
        return True
    lines = text_of(_plain(body)[:_HEAD]).splitlines()
    head = next((line for line in lines if line.strip() and line[:1] != "#"), "")
    return looks_like_stations(head)


def _plain(body: bytes) -> bytes:
    """Unpacked where it is gzip; anything broken stays as it is and is told by its reader."""
    if not body.startswith(GZIP_MAGIC):
        return body
    try:
        return gunzip(body, FILE_LIMITS)
    except FeedError:
        return body


def read_weather(
    name: str, body: bytes, known: Mapping[str, Place], box: Box | None, now: datetime
) -> ParsedWeather:
    """Read a file of weather.

    Args:
        name: of the file.
        body: its bytes; gzip is unpacked.
        known: places heard of before, by code.
        box: what matters of grids.
        now: by the world's clock.

    Raises:
        FeedError: the file as a whole can't be used; nothing of it is stored.
    """
    body = _plain(body)
    if weather_grids.is_grid(body):
        return weather_grids.read_grid(name, body, box, now)
    if forecast_api.is_forecast(body):
        return forecast_api.read_forecast(name, body, now)
    return read_stations(name, body, known, now)


__all__ = ["ParsedWeather", "is_weather", "read_weather"]
