"""Weather by the hour at any place, from what the world has been sent, else from climatology."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.spread_weather import HourlyWeather, climatology
from sylvan.services.base import Base


@dataclass(frozen=True, slots=True)
class Weather(Base):
    """Use-cases about weather."""

    def series(
        self, conn: Connection, actor: Actor, lon: float, lat: float, start: datetime, hours: int
    ) -> HourlyWeather:
        """Weather of the hours from ``start`` on at a place, with what was assumed as codes.

        Args:
            conn: the caller's transaction.
            actor: in whose world.
            lon: degrees east.
            lat: degrees north.
            start: within the first hour, with its time zone.
            hours: how many.
        """
        del conn, actor, lat
        return climatology(start, hours, lon)
