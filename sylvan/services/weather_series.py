"""Weather of one place by the hour: put together from reports, forecasts, daily codes."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.ffmc_hourly import hourly_ffmc
from sylvan.domain.observed import (
    HOUR_S,
    RULES,
    Hourly,
    hourly,
    local_day,
    noon_utc,
    nothing,
)
from sylvan.domain.spread_weather import HourlyWeather, climatology
from sylvan.domain.weather import humidity
from sylvan.store import danger
from sylvan.store import weather as stored

F8 = npt.NDArray[np.float64]
FARTHEST_KM: Final = 150.0
"""km from a place whose weather is another's: air masses are wider, showers are not; engineering,
told by ``weather.from_place``."""
PLACES: Final = 4
"""Nearest places that are asked, each for what the nearer ones do not know."""
CODE_H: Final = 16.0
"""Local hour that the daily FFMC stands for (Van Wagner 1987)."""
LOOK_BACK: Final = timedelta(days=2)
"""How far before the first hour weather is read: since the last daily code, and a day more."""


class _Codes(NamedTuple):
    """Daily codes of the nearest place that has any."""

    ffmc: list[tuple[float, float]]  # epoch hours, code
    bui: list[tuple[float, float]]


def at_place(
    conn: Connection, actor: Actor, point: tuple[float, float], start: datetime, hours: int
) -> HourlyWeather | None:
    """Hours at a point; ``None`` where no place near it tells anything of them."""
    near = stored.nearest_places(conn, actor, *point, FARTHEST_KM, PLACES)
    if not near:
        return None
    first = int(start.timestamp() // HOUR_S)
    since = start - LOOK_BACK
    begins = int(since.timestamp() // HOUR_S)
    told, issued = _merged(conn, actor, near, (begins, first - begins + hours))
    asked = told.window(first, hours).values
    if np.isnan(asked["wind"]).all():
        return None
    codes = _codes(conn, actor, near, point[0], start, hours)
    return _as_hours(told, codes, (first, hours), point[0], near[0][1], issued)


def _merged(
    conn: Connection, actor: Actor, near: list[tuple[int, float]], span: tuple[int, int]
) -> tuple[Hourly, datetime | None]:
    """Hour by hour: measured before forecast, newer before older, nearer before farther."""
    begins, hours = span
    ids = [number for number, _ in near]
    since, until = (datetime.fromtimestamp(hour * HOUR_S, UTC) for hour in (begins, begins + hours))
    reports = stored.reports_between(conn, actor, since, until, ids)
    issues = stored.forecasts_over(conn, actor, since, until, ids)
    whole = nothing(begins, hours)
    issued: datetime | None = None
    for number in ids:
        whole = whole.over(hourly(reports[reports["place"] == number], begins, hours))
        for issue in issues:
            if issue.place != number:
                continue
            before = np.isnan(whole.values["wind"])
            first = round(issue.begins.timestamp() / HOUR_S)
            whole = whole.over(Hourly(first, issue.values))
            if issued is None and (before & ~np.isnan(whole.values["wind"])).any():
                issued = issue.issued
    return whole, issued


def _codes(
    conn: Connection,
    actor: Actor,
    near: list[tuple[int, float]],
    lon: float,
    start: datetime,
    hours: int,
) -> _Codes:
    """Daily codes around the asked hours, from the nearest place that knows them."""
    since = local_day(start - LOOK_BACK, lon)
    until = local_day(start + timedelta(hours=hours), lon)
    for number, _ in near:
        days = danger.codes_at(conn, actor, number, since, until)
        ffmc = [(_hour_of(day, lon, CODE_H), code) for day, code, _ in days if code == code]  # noqa: PLR0124 - NaN
        bui = [(_hour_of(day, lon, 0.0), code) for day, _, code in days if code == code]  # noqa: PLR0124 - NaN
        if ffmc and bui:
            return _Codes(ffmc, bui)
    return _Codes([], [])


def _hour_of(day: object, lon: float, hour: float) -> float:
    """Epoch hour of a local hour of a day."""
    return noon_utc(day, lon) / HOUR_S + hour - 12.0  # type: ignore[arg-type]


def _as_hours(
    told: Hourly,
    codes: _Codes,
    span: tuple[int, int],
    lon: float,
    km: float,
    issued: datetime | None,
) -> HourlyWeather:
    """What was found, completed by climatology where nothing was."""
    first, hours = span
    begins = datetime.fromtimestamp(first * HOUR_S, UTC)
    normal = climatology(begins, hours, lon)
    asked = told.window(first, hours).values
    reasons = [Coded("weather.from_place", {"km": round(km)})]
    unknown = np.isnan(asked["wind"])
    if unknown.any():
        reasons.append(Coded("weather.hours_assumed", {"hours": int(unknown.sum())}))
    ffmc, held = _fine_fuel(told, codes, first, hours, normal.ffmc)
    if not codes.ffmc:
        reasons.append(Coded("weather.no_codes"))
    elif held:
        reasons.append(Coded("weather.ffmc_held", {"hours": held}))
    turned = np.isnan(asked["wind_from"])
    return HourlyWeather(
        begins=begins,
        wind_km_h=np.where(unknown, normal.wind_km_h, asked["wind"]),
        wind_from_deg=np.where(turned, _last_known(asked["wind_from"]), asked["wind_from"]),
        ffmc=ffmc,
        bui=_by_day(codes.bui, first, hours, normal.bui),
        issued=issued,
        direction_known=not turned.all(),
        reasons=tuple(reasons),
    )


def _last_known(values: F8) -> F8:
    """The last value known until each hour, else the first that follows; 270° without any."""
    known = np.flatnonzero(~np.isnan(values))
    if not known.size:
        return np.full(values.shape, 270.0)
    at = np.searchsorted(known, np.arange(values.size), side="right") - 1
    return np.asarray(values[known[np.maximum(at, 0)]])


def _fine_fuel(told: Hourly, codes: _Codes, first: int, hours: int, normal: F8) -> tuple[F8, int]:
    """FFMC by the hour since the last daily code before the first hour; hours without weather."""
    if not codes.ffmc:
        return normal, 0
    before = [(hour, code) for hour, code in codes.ffmc if hour <= first]
    anchor, code = before[-1] if before else (float(first), codes.ffmc[0][1])
    begins = max(int(anchor), told.begins)
    run = told.window(begins, first - begins + hours).values
    share = np.where(
        np.isnan(run["humidity"]), humidity(run["temperature"], run["dew_point"]), run["humidity"]
    )
    # a shower that nobody told is no reason to hold the code: forecasts leave dry hours out
    rain = np.nan_to_num(run["rain"])
    found = hourly_ffmc(np.float64(code), run["temperature"], share, run["wind"], rain)
    unknown = np.isnan(run["temperature"] + share + run["wind"])[first - begins :]
    return found.ffmc[first - begins :], int(unknown.sum())


def _by_day(days: list[tuple[float, float]], first: int, hours: int, normal: F8) -> F8:
    """The value of each hour's day; the last known one goes on."""
    if not days:
        return normal
    starts = np.array([hour for hour, _ in days])
    at = np.searchsorted(starts, first + np.arange(hours) + 0.5, side="right") - 1
    values = np.array([code for _, code in days])
    return np.asarray(np.maximum(values[np.maximum(at, 0)], 0.0))


__all__ = ["FARTHEST_KM", "RULES", "at_place"]
