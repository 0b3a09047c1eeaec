"""Reports and forecasts as they come, by hour and place, and the noon that danger starts from.

Stations report every hour, every three, or once a day; rain comes as totals of 1 to 24 hours that
may overlap.  Everything is laid on whole hours, the finest total winning, and a day's noon is read
from that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain import weather
from sylvan.domain.codes import Coded

F8 = npt.NDArray[np.float64]
HOUR_S: Final = 3600.0
DEGREES_AN_HOUR: Final = 15.0
NOON_H: Final = 12.0

FIELDS: Final = ("temperature", "humidity", "dew_point", "wind", "wind_from", "rain", "snow")
"""°C, %, °C, km/h, degrees whence it blows, mm, m of depth."""
ROW: Final = np.dtype(
    [
        ("place", "i4"),
        ("at", "f8"),
        ("issued", "f8"),
        *((name, "f4") for name in FIELDS),
        ("rain_h", "f4"),
    ]
)
"""One hour of one place: ``place`` numbers :attr:`Reading.places`, times are epoch seconds,
``issued`` is NaN for what was measured, ``rain_h`` the hours that the rain fell in; unknown is NaN.
"""
Rows = npt.NDArray[np.void]


class PlaceKind(StrEnum):
    """What a place of weather is."""

    STATION = "station"
    GRID = "grid"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Place:
    """Where weather is told for."""

    code: str
    lon: float
    lat: float
    name: str = ""
    kind: PlaceKind = PlaceKind.STATION


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file or an answer told."""

    places: tuple[Place, ...]
    rows: Rows
    assumed: tuple[Coded, ...] = ()


def no_rows(number: int = 0) -> Rows:
    """Rows that tell nothing yet."""
    made = np.zeros(number, ROW)
    for name in ("issued", *FIELDS, "rain_h"):
        made[name] = np.nan
    return made


@dataclass(frozen=True, slots=True)
class NoonRules:
    """Which report is noon's, and when a day's rain is known."""

    near_h: float = 2.0
    # h between noon and a report that stands for it: three-hourly ones lie within 1.5
    rain_known_h: int = 18
    # h of the 24 before noon whose rain must be known; the others count as dry; engineering
    gap_h: float = 6.0
    # h between two forecast steps over which values are interpolated; engineering
    filled_km: float = 100.0
    # km from which neighbours may fill a missing noon: Lawson & Armitage 2008 ask for estimates
    # from nearby stations and name no distance; engineering
    filled_from: int = 4
    # neighbours at most


RULES: Final = NoonRules()


def zone_h(lon: float) -> int:
    """Hours by which local standard time is ahead of UTC: the nautical zone of a longitude."""
    return int(np.floor(lon / DEGREES_AN_HOUR + 0.5))


def local_day(moment: datetime, lon: float) -> date:
    """Calendar day by local standard time."""
    return (moment.astimezone(UTC) + timedelta(hours=zone_h(lon))).date()


def noon_utc(day: date, lon: float) -> float:
    """Noon of local standard time, epoch seconds."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    return midnight + (NOON_H - zone_h(lon)) * HOUR_S


class Hourly(NamedTuple):
    """Weather of one place on whole hours."""

    begins: int  # epoch hours of the first value
    values: dict[str, F8]  # by :data:`FIELDS`; rain is of the hour that ends then

    def __len__(self) -> int:
        return len(self.values["rain"])

    def window(self, begins: int, hours: int) -> "Hourly":
        """Some hours of it; NaN where it says nothing."""
        at = np.arange(begins, begins + hours) - self.begins
        inside = (at >= 0) & (at < len(self))
        spread = {
            name: np.where(inside, column[np.clip(at, 0, max(len(self) - 1, 0))], np.nan)
            if len(self)
            else np.full(hours, np.nan)
            for name, column in self.values.items()
        }
        return Hourly(begins, spread)

    def over(self, other: "Hourly") -> "Hourly":
        """The same hours, with another's values where this one says nothing."""
        under = other.window(self.begins, len(self)).values
        merged = {k: np.where(np.isnan(v), under[k], v) for k, v in self.values.items()}
        return Hourly(self.begins, merged)


def nothing(begins: int, hours: int) -> Hourly:
    """Hours of which nothing is known."""
    return Hourly(begins, {name: np.full(hours, np.nan) for name in FIELDS})


def hourly(rows: Rows, begins: int, hours: int, rules: NoonRules = RULES) -> Hourly:
    """Rows of one place, laid on whole hours.

    Between two rows values run straight if they lie at most ``rules.gap_h`` apart, directions as
    vectors; before the first and after the last nothing is known.

    Args:
        rows: of :data:`ROW`, one place, one issue.
        begins: epoch hours of the first value.
        hours: how many.
        rules: gaps.
    """
    rows = rows[np.argsort(rows["at"], kind="stable")]
    at, wanted = rows["at"] / HOUR_S, begins + np.arange(hours, dtype=np.float64)
    wind, turn = _known(rows["wind"]), np.radians(_known(rows["wind_from"]))
    told: dict[str, F8] = {}
    for name in ("temperature", "humidity", "dew_point", "wind", "snow"):
        gap = 24.0 if name == "snow" else rules.gap_h
        told[name] = _between(at, _known(rows[name]), wanted, gap)
    force = np.where(np.isnan(wind), 1.0, np.maximum(wind, 0.1))
    east = _between(at, force * np.sin(turn), wanted, rules.gap_h)
    north = _between(at, force * np.cos(turn), wanted, rules.gap_h)
    told["wind_from"] = np.degrees(np.arctan2(east, north)) % 360.0
    told["rain"] = rain_by_hour(rows, begins, hours)
    return Hourly(begins, {name: told[name] for name in FIELDS})


def _known(column: npt.NDArray[np.float32]) -> F8:
    return column.astype(np.float64)


def _between(at: F8, values: F8, wanted: F8, gap_h: float) -> F8:
    """Straight lines between known values that are not too far apart."""
    known = ~np.isnan(values)
    at, values = at[known], values[known]
    if not at.size:
        return np.full(wanted.shape, np.nan)
    after = np.clip(np.searchsorted(at, wanted), 0, at.size - 1)
    before = np.maximum(np.searchsorted(at, wanted, side="right") - 1, 0)
    # minutes around the hour are the hour's: reports are read at ten to
    near = np.minimum(np.abs(at[after] - wanted), np.abs(at[before] - wanted)) <= 0.5  # noqa: PLR2004 - h
    inside = (at[before] <= wanted) & (wanted <= at[after]) & (at[after] - at[before] <= gap_h)
    return np.where(inside | near, np.interp(wanted, at, values), np.nan)


def rain_by_hour(rows: Rows, begins: int, hours: int) -> F8:
    """Rain of each hour, mm: totals spread evenly over their hours, finer ones over coarser."""
    told = np.full(hours, np.nan)
    rained = rows[~np.isnan(rows["rain"]) & ~np.isnan(rows["rain_h"])]
    for row in rained[np.argsort(-rained["rain_h"], kind="stable")]:
        span = max(round(float(row["rain_h"])), 1)
        end = round(float(row["at"]) / HOUR_S) - begins + 1
        first, last = max(end - span, 0), min(end, hours)
        if first < last:
            told[first:last] = float(row["rain"]) / span
    return told


class NoonValues(NamedTuple):
    """One noon of one place; NaN where unknown."""

    temperature: float
    humidity: float
    dew_point: float
    wind: float
    rain: float
    snow: float


NOON_FIELDS: Final = NoonValues._fields


def noon_of(told: Hourly, day: date, lon: float, rules: NoonRules = RULES) -> NoonValues:
    """Noon of a day by local standard time, and the water of the 24 hours before.

    Each value is the one nearest to noon, at most ``rules.near_h`` away, the earlier of two.
    """
    at = round(noon_utc(day, lon) / HOUR_S)
    reach = int(rules.near_h)
    order = sorted(range(-reach, reach + 1), key=lambda shift: (abs(shift), shift))
    near = told.window(at - reach, 2 * reach + 1).values
    found = {
        name: next((v for s in order if not np.isnan(v := near[name][s + reach])), np.nan)
        for name in FIELDS
    }
    if np.isnan(found["humidity"]) and not np.isnan(found["dew_point"] + found["temperature"]):
        found["humidity"] = float(weather.humidity(found["temperature"], found["dew_point"]))
    rain = told.window(at - 23, 24).values["rain"]
    known = int((~np.isnan(rain)).sum())
    fallen = float(np.nansum(rain)) if known >= rules.rain_known_h else np.nan
    names = ("temperature", "humidity", "dew_point", "wind")
    t, share, dew, wind = (float(found[name]) for name in names)
    return NoonValues(t, share, dew, wind, fallen, float(found["snow"]))


def warmest_hour(rows: Rows, lon: float) -> float | None:
    """Local solar hour at which a place is warmest by its own reports; ``None`` if unclear.

    The phase of the daily wave.  Far from the afternoon it says that clocks or signs are wrong.
    """
    known = rows[~np.isnan(rows["temperature"])]
    days = np.floor(known["at"] / (24.0 * HOUR_S)).astype(np.int64)
    _, day, count = np.unique(days, return_inverse=True, return_counts=True)
    whole = count[day] >= _A_DAY
    known, day = known[whole], day[whole]
    if np.unique(day).size < _DAYS:
        return None
    turn = 2.0 * np.pi * (known["at"] / HOUR_S + lon / DEGREES_AN_HOUR) / 24.0
    warm = known["temperature"].astype(np.float64)
    swing = warm - (np.bincount(day, warm) / np.maximum(np.bincount(day), 1))[day]
    wave = np.column_stack([np.cos(turn), np.sin(turn)])
    (east, north), *_ = np.linalg.lstsq(wave, swing, rcond=None)
    if np.hypot(east, north) < _CLEAR_C:
        return None
    return float(np.degrees(np.arctan2(north, east)) / DEGREES_AN_HOUR % 24.0)


_A_DAY: Final = 6
"""Reports of a day that show its wave; days with fewer are left out."""
_DAYS: Final = 3
"""Such days from which a daily wave is believed."""
_CLEAR_C: Final = 2.0
"""°C, half the daily range below which no wave is believed."""
AFTERNOON_H: Final = (10.0, 19.0)
"""Solar hours between which the warmest may lie."""


@dataclass(frozen=True, slots=True)
class Table:
    """Noons of many places and days, with where each came from."""

    days: tuple[date, ...]
    values: F8
    # (days, places, 6), columns as :class:`NoonValues`
    origin: npt.NDArray[np.int8]
    # (days, places), of :class:`Origin`
    issued: F8 = field(default_factory=lambda: np.zeros((0, 0)))
    # (days, places), epoch seconds of the forecast; NaN


class Origin:
    """Where a noon came from."""

    UNKNOWN, MEASURED, FORECAST, NEIGHBOURS = 0, 1, 2, 3


def missing(values: F8) -> npt.NDArray[np.bool_]:
    """Noons of which the indices miss something: temperature, humidity, wind or rain."""
    return np.asarray(np.isnan(values[..., [0, 1, 3, 4]]).any(axis=-1))


def filled(
    values: F8, origin: npt.NDArray[np.int8], distance_km: F8, rules: NoonRules = RULES
) -> tuple[F8, npt.NDArray[np.int8]]:
    """Missing values of noons from neighbours on the same day, weighted by 1/d² (Shepard 1968).

    Lawson & Armitage 2008 ask for estimates from nearby stations rather than a day left out.

    Args:
        values: (days, places, 6).
        origin: (days, places).
        distance_km: (places, places).
        rules: how far neighbours may be.
    """
    values, origin = values.copy(), origin.copy()
    holes = missing(values)
    told = values.copy()
    for place in np.flatnonzero(holes.any(axis=0)):
        order = np.argsort(distance_km[place], kind="stable")
        near = [k for k in order if k != place and distance_km[place, k] <= rules.filled_km]
        near = near[: rules.filled_from]
        weight = 1.0 / np.maximum(distance_km[place, near], 1.0) ** 2
        for day in np.flatnonzero(holes[:, place]) if near else ():
            _fill(values, told[day, near], weight, (int(day), int(place)))
            if not missing(values[day, place]):
                origin[day, place] = Origin.NEIGHBOURS
    return values, origin


def _fill(values: F8, around: F8, weight: F8, at: tuple[int, int]) -> None:
    """One noon: each unknown column from those who know it."""
    for column in (0, 1, 2, 3, 4):
        known = ~np.isnan(around[:, column])
        if np.isnan(values[(*at, column)]) and known.any():
            values[(*at, column)] = np.average(around[known, column], weights=weight[known])


def days_between(first: date, last: date) -> tuple[date, ...]:
    """All days of a span, both ends included."""
    return tuple(first + timedelta(days=k) for k in range((last - first).days + 1))


def distances_km(lon: Sequence[float] | F8, lat: Sequence[float] | F8) -> F8:
    """Distances between all places on a sphere, km."""
    east, north = np.radians(np.asarray(lon, np.float64)), np.radians(np.asarray(lat, np.float64))
    flat = np.cos(north)
    axis = np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])
    chord = np.linalg.norm(axis[:, None] - axis[None], axis=-1)
    return np.asarray(2.0 * EARTH_KM * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0)))


EARTH_KM: Final = 6371.0
