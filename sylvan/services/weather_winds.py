"""The wind of the coming hours at many fires at once: three queries, however many they are."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.exposure import HourlyWind
from sylvan.domain.observed import HOUR_S, Rows, hourly
from sylvan.domain.places import earth_xyz
from sylvan.domain.spread_weather import DEFAULT as WEATHER
from sylvan.services.weather_series import FARTHEST_KM
from sylvan.store import weather as stored
from sylvan.store import weather_winds
from sylvan.store.weather_winds import WindIssue

F8 = npt.NDArray[np.float64]
HOUR: Final = timedelta(hours=1)
LAST_REPORT: Final = timedelta(hours=3)
"""A wind measured so long ago stands in where nothing is forecast: stations report three-hourly."""
PLACES: Final = 4
"""Nearest places that are asked, until one knows the wind."""


def at_places(
    conn: Connection,
    actor: Actor,
    points: npt.NDArray[np.float64],
    start: datetime,
    hours: int,
) -> list[HourlyWind | None]:
    """Wind from the nearest place within 150 km that tells any.

    Args:
        conn: the caller's transaction.
        actor: in whose world.
        points: (n, 2) longitude and latitude.
        start: within the first hour, with its time zone.
        hours: how many.

    Returns:
        For each point the hours that are known; ``None`` where no place near it tells any.
    """
    known = stored.known_places(conn, actor)
    if not known or not len(points):
        return [None] * len(points)
    numbers = np.array(list(known))
    lon, lat = np.array([(one.lon, one.lat) for one in known.values()], np.float64).T
    tree = cKDTree(earth_xyz(lon, lat))
    away, at = tree.query(
        earth_xyz(points[:, 0], points[:, 1]),
        k=[*range(1, min(PLACES, len(known)) + 1)],
        distance_upper_bound=FARTHEST_KM * 1e3,
    )
    near = np.unique(at[np.isfinite(away)])
    told = _told(conn, actor, numbers[near].tolist(), start, hours)
    return [
        next(
            (
                _from(told[number], float(metres) / 1e3)
                for number, metres in zip(
                    numbers[ways[np.isfinite(far)]].tolist(), far, strict=False
                )
                if number in told
            ),
            None,
        )
        for ways, far in zip(at, away, strict=True)
    ]


def _from(wind: HourlyWind, km: float) -> HourlyWind:
    """With how far away it was told."""
    place = Coded("weather.from_place", {"km": round(km)})
    return wind._replace(reasons=(place, *wind.reasons))


def _told(
    conn: Connection, actor: Actor, ids: list[int], start: datetime, hours: int
) -> dict[int, HourlyWind]:
    """The wind of each place that tells any: as forecast, else as measured last."""
    reports = stored.reports_between(conn, actor, start - LAST_REPORT, start, ids)
    issues = weather_winds.newest_issues(conn, actor, start, start + hours * HOUR, ids)
    found: dict[int, HourlyWind] = {}
    for number in ids:
        issue = issues.get(number)
        wind = _forecast(issue, start, hours) if issue is not None else None
        wind = wind or _measured(reports[reports["place"] == number], start)
        if wind is not None:
            found[number] = wind
    return found


def _forecast(issue: WindIssue, start: datetime, hours: int) -> HourlyWind | None:
    """The coming hours of an issue that it knows."""
    first = int(start.timestamp() // HOUR_S) - round(issue.begins.timestamp() / HOUR_S)
    asked = slice(max(first, 0), max(first + hours, 0))
    speed, bearing = issue.km_h[asked], issue.from_deg[asked]
    sound = np.isfinite(speed) & np.isfinite(bearing)
    if not sound.any():
        return None
    old = (start - issue.issued) / HOUR
    said = (Coded("spread.forecast_old", {"hours": round(old)}),) if old > WEATHER.old_h else ()
    return HourlyWind(speed[sound], bearing[sound], said)


def _measured(rows: Rows, start: datetime) -> HourlyWind | None:
    """The newest wind that was measured."""
    if not len(rows):
        return None
    back = round(LAST_REPORT / HOUR)
    first = int(start.timestamp() // HOUR_S) - back
    values = hourly(rows, first, back + 1).values
    sound = np.flatnonzero(np.isfinite(values["wind"]) & np.isfinite(values["wind_from"]))
    if not len(sound):
        return None
    last = sound[-1:]
    said = Coded("exposure.wind_measured", {"hours": int(back - last[0])})
    return HourlyWind(values["wind"][last], values["wind_from"][last], (said,))
