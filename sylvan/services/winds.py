"""The wind at many fires, for their sectors; what nobody knows is said and stops nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from sylvan.domain.actors import Actor
from sylvan.domain.exposure import UNKNOWN, Wind, wind_of
from sylvan.domain.exposure_rules import SectorRules
from sylvan.domain.spread_weather import HourlyWeather

log = structlog.get_logger()
FATAL: Final = (InterfaceError, InternalError, OperationalError)
"""The database can't go on, and neither can who asked."""
CELL_DEG: Final = 0.25
"""Fires of one quarter of a degree share a wind: finer than the grids that come as forecasts."""


class Series(Protocol):
    """Whoever knows the weather by the hour."""

    def series(
        self, conn: Connection, actor: Actor, lon: float, lat: float, start: datetime, hours: int
    ) -> HourlyWeather:
        """Weather of the hours from ``start`` on at a place."""
        ...


@dataclass(frozen=True, slots=True)
class Winds:
    """Asks the weather once for each quarter of a degree."""

    weather: Series
    rules: SectorRules

    def at(
        self, conn: Connection, actor: Actor, places: Sequence[tuple[float, float]], at: datetime
    ) -> list[Wind]:
        """The wind of the coming hours at each of some places (longitude, latitude)."""
        cells = [(round(lon / CELL_DEG), round(lat / CELL_DEG)) for lon, lat in places]
        first = dict(zip(reversed(cells), reversed(places), strict=True))
        try:
            with conn.begin_nested():
                known = {cell: self._at(conn, actor, place, at) for cell, place in first.items()}
        except FATAL:
            raise
        except Exception:
            log.exception("exposure.no_wind", places=len(first))
            known = {cell: self._alone(conn, actor, place, at) for cell, place in first.items()}
        return [known[cell] for cell in cells]

    def _at(self, conn: Connection, actor: Actor, place: tuple[float, float], at: datetime) -> Wind:
        hours = self.rules.hours
        return wind_of(self.weather.series(conn, actor, *place, at, hours), self.rules)

    def _alone(
        self, conn: Connection, actor: Actor, place: tuple[float, float], at: datetime
    ) -> Wind:
        """The wind of one place, unknown if it cannot be told: the others have theirs."""
        try:
            with conn.begin_nested():
                return self._at(conn, actor, place, at)
        except FATAL:
            raise
        except Exception:
            log.exception("exposure.no_wind_here", lon=place[0], lat=place[1])
            return UNKNOWN
