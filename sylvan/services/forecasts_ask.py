"""What a forecast needs to know, gathered from the fire, the region's layers and the weather."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Protocol

import shapely
import structlog
from shapely.affinity import translate
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.detections import plain
from sylvan.domain.edge_kernel import Net
from sylvan.domain.fires import Fire
from sylvan.domain.forecasting import DEFAULT, ForecastingParameters, Question, begins, net_for
from sylvan.domain.spread_pace import Seen, looks
from sylvan.domain.spread_weather import HourlyWeather
from sylvan.services.geography import COVER, WATERS
from sylvan.store import detections, layers

log = structlog.get_logger()
HOUR: Final = timedelta(hours=1)
SATELLITE: Final = "satellite"
_TURN, _HALF_TURN = 360.0, 180.0  # degrees


class WeatherSeries(Protocol):
    """Whoever knows the weather."""

    def series(
        self,
        conn: Connection,
        actor: Actor,
        lon: float,
        lat: float,
        start: datetime,
        hours: int,
    ) -> HourlyWeather:
        """Weather by the hour at a place, from the hour of ``start`` on."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes questions of fires and places."""

    region: str
    weather: WeatherSeries
    params: ForecastingParameters = DEFAULT

    def about_fire(self, conn: Connection, actor: Actor, fire: Fire, now: datetime) -> Question:
        """What is to be asked about a fire: its edge, the part of it that burns, how it grew.

        People's edges say where the fire is, not where it burns: all of them may spread.
        """
        seen = fire.measured
        known_at = seen.edge_at or seen.last_seen
        start, reasons = begins(now, known_at, self.params)
        ground = seen.edge if seen.edge is not None and not seen.edge.is_empty else None
        by_satellite = seen.edge_source in (None, SATELLITE)
        grew = self._grew(conn, actor, fire) if by_satellite and ground is not None else None
        return self._question(
            conn,
            actor,
            Question(
                key=str(fire.id),
                now=now,
                start=start,
                net=_NOWHERE,
                burnt=ground or Point(seen.point),
                front=seen.front if by_satellite else None,
                seen=grew,
                seen_weather=grew and self._weather_then(conn, actor, grew, seen.point),
                hours=self.params.hours,
                members=self.params.members,
                reasons=reasons,
            ),
            seen.point,
        )

    def about_place(
        self,
        conn: Connection,
        actor: Actor,
        point: tuple[float, float],
        start: datetime,
        hours: int,
    ) -> Question:
        """What is to be asked about a fire that would begin at a place."""
        return self._question(
            conn,
            actor,
            Question(
                key=f"{point[0]:.5f},{point[1]:.5f}",
                now=start,
                start=start,
                net=_NOWHERE,
                burnt=Point(point),
                hours=hours,
                members=self.params.members_asked,
            ),
            point,
        )

    def _question(
        self, conn: Connection, actor: Actor, bare: Question, point: tuple[float, float]
    ) -> Question:
        """The question with weather, net, land cover and water."""
        weather = self._weather(conn, actor, bare, point)
        net, coarse = net_for(bare.burnt, weather, bare.start, bare.run_h, self.params)
        covers, waters = self._land(conn, net)
        return replace(
            bare,
            net=net,
            weather=weather,
            covers=covers,
            barriers=waters,
            reasons=(*bare.reasons, *coarse),
        )

    def _grew(self, conn: Connection, actor: Actor, fire: Fire) -> Seen | None:
        """What the fire did between two looks at it; nothing where that cannot be told."""
        try:
            with conn.begin_nested():
                stored = detections.of_fires(conn, actor.world.id, fire.ids)
            return looks(plain(stored))
        except Exception:  # a fire that nothing is learned from runs at the pace of any
            log.exception("forecast.growth_failed", fire=str(fire.id))
            return None

    def _weather_then(
        self, conn: Connection, actor: Actor, grew: Seen, point: tuple[float, float]
    ) -> HourlyWeather | None:
        """Weather of the hours in which a fire was seen to grow."""
        hours = ceil(grew.hours)
        try:
            with conn.begin_nested():
                found = self.weather.series(conn, actor, *point, grew.since, hours)
            return found.covering(grew.since, hours)
        except Exception:  # weather that is broken must not stop the forecast
            log.exception("forecast.weather_then_failed")
            return None

    def _weather(
        self, conn: Connection, actor: Actor, bare: Question, point: tuple[float, float]
    ) -> HourlyWeather | None:
        """Weather of the hours that are run; nothing, loudly, where whoever knows it fails."""
        lon, lat = point
        hours = bare.run_h + 1 + ceil(_minutes(bare.start))
        try:
            with conn.begin_nested():
                found = self.weather.series(conn, actor, lon, lat, bare.start, hours)
            found.covering(bare.start, bare.run_h)
        except Exception:  # weather that is broken must not stop the forecast
            log.exception("forecast.weather_failed", key=bare.key)
            return None
        return found

    def _land(
        self, conn: Connection, net: Net
    ) -> tuple[tuple[tuple[BaseGeometry, str], ...], tuple[BaseGeometry, ...]]:
        """What covers the land on a net, and the water on it."""
        covers: list[tuple[BaseGeometry, str]] = []
        waters: list[BaseGeometry] = []
        kinds = [COVER, *sorted(WATERS)]
        around = _box(net)
        for _, item in layers.features(conn, region_code=self.region, kinds=kinds, bbox=around):
            part = _clipped(item.geom, net)
            if part.is_empty:
                continue
            if item.kind == COVER:
                covers.append((part, str(item.props.get("cover", ""))))
            else:
                waters.append(part)
        return tuple(covers), tuple(waters)


_NOWHERE: Final = Net(0, 0, 1, 1, 1.0, 1.0)
"""Stands in a question until its net is known."""


def _minutes(start: datetime) -> float:
    """The part of an hour that has passed by a moment."""
    return (start.minute * 60 + start.second) / HOUR.total_seconds()


def _sides(net: Net) -> tuple[float, float, float, float]:
    west, south = net.west * net.width, net.south * net.height
    return west, south, west + net.columns * net.width, south + net.rows * net.height


def _box(net: Net) -> tuple[float, float, float, float]:
    """The net's box by RFC 7946: west > east where it crosses 180°."""
    west, south, east, north = _sides(net)
    return _wrapped(west), max(south, -90.0), _wrapped(east), min(north, 90.0)


def _wrapped(lon: float) -> float:
    return (lon + _HALF_TURN) % _TURN - _HALF_TURN


def _clipped(shape: BaseGeometry, net: Net) -> BaseGeometry:
    """The part of a shape that lies on a net: rivers are long, and travel to a helper."""
    west, south, east, north = _sides(net)
    turns = [0.0]
    if west < -_HALF_TURN or east > _HALF_TURN:
        turns = [-_TURN, 0.0, _TURN]
    moved = (translate(shape, turn) if turn else shape for turn in turns)
    parts = [shapely.clip_by_rect(one, west, south, east, north) for one in moved]
    return next((part for part in parts if not part.is_empty), parts[0])
