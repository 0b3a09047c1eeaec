"""Columns of weather tables as stations, services and spreadsheets call them, and their units.

Units stand in names (``wind_ms``, ``осадки, мм``) or nowhere; what a file does not say is taken
from the values where they leave no doubt, else from the service's custom, and told either way.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sylvan.domain.weather import KELVIN, KMH_PER_MS

_SEPARATORS: Final = re.compile(r"[^0-9a-zа-яё]+")
_PERIOD: Final = re.compile(r"_(?:за_)?(\d{1,2})_?(?:hours|hour|hr|h|часов|часа|час|ч)(?=_|$)")

CODE: Final = ("station", "station_id", "code", "wmo", "wmo_id", "id", "станция", "индекс", "код")
NAME: Final = ("name", "station_name", "название", "пункт", "наименование")
LAT: Final = ("latitude", "lat", "y", "широта")
LON: Final = ("longitude", "lon", "lng", "long", "x", "долгота")
TIME: Final = (
    *("time", "at", "timestamp", "datetime", "date_time", "observed_at", "valid", "valid_time"),
    *("время", "дата_время", "дата_и_время", "срок", "hour", "час"),
)
DATE: Final = ("date", "day", "дата", "день")
ISSUED: Final = ("issued", "issued_at", "reference_time", "run", "выпуск", "выпущен")
ZONE: Final = (
    "utc_offset",
    "offset",
    "tz",
    "timezone",
    "time_zone",
    "zone",
    "пояс",
    "часовой_пояс",
)
RAIN_H: Final = ("rain_hours", "rain_h", "precip_hours", "период_осадков", "осадки_период")

_BASES: Final[Mapping[str, Sequence[str]]] = {
    "temperature": (
        *("temperature", "temp", "t", "ta", "tas", "t2m", "air_temperature", "temperature_2m"),
        *("температура", "температура_воздуха", "темп"),
    ),
    "humidity": (
        *("humidity", "rh", "relative_humidity", "hurs", "relative_humidity_2m"),
        *("влажность", "относительная_влажность", "влажность_воздуха"),
    ),
    "dew_point": ("dew_point", "dewpoint", "td", "dew_point_2m", "точка_росы"),
    "wind": (
        *("wind", "wind_speed", "ws", "ff", "sfcwind", "wind_speed_10m"),
        *("ветер", "скорость_ветра"),
    ),
    "wind_from": (
        *("wind_from", "wind_direction", "wind_dir", "wd", "dd", "wind_direction_10m"),
        *("направление_ветра", "направление"),
    ),
    "rain": (
        *("rain", "precip", "precipitation", "prec", "pr", "rr", "rain_sum"),
        *("precipitation_sum", "осадки", "дождь", "сумма_осадков"),
    ),
    "snow": ("snow", "snow_depth", "sd", "снег", "высота_снега", "глубина_снега"),
}
_UNITS: Final[Mapping[str, Mapping[str, str]]] = {
    "temperature": {"c": "°C", "degc": "°C", "с": "°C", "k": "K", "f": "°F", "degf": "°F"},
    "humidity": {"pct": "%", "percent": "%", "проц": "%"},
    "wind": {
        "ms": "m/s",
        "m_s": "m/s",
        "mps": "m/s",
        "м_с": "m/s",
        "мс": "m/s",
        "kmh": "km/h",
        "km_h": "km/h",
        "kph": "km/h",
        "км_ч": "km/h",
        "kt": "kn",
        "kn": "kn",
        "kts": "kn",
        "knots": "kn",
        "mph": "mph",
    },
    "wind_from": {"deg": "°", "degrees": "°", "град": "°"},
    "rain": {"mm": "mm", "мм": "mm", "cm": "cm", "in": "in", "m": "m"},
    "snow": {"cm": "cm", "см": "cm", "mm": "mm", "мм": "mm", "m": "m", "м": "m"},
}
CUSTOM: Final[Mapping[str, str]] = {
    "temperature": "°C",
    "humidity": "%",
    "dew_point": "°C",
    "wind": "m/s",
    "wind_from": "°",
    "rain": "mm",
    "snow": "cm",
}
"""Units of the national services' tables (WMO-No. 306), taken where a file names none."""
DOUBTFUL: Final = frozenset({"wind", "snow"})
"""Fields whose unit has to be told when it was taken by custom: others are used everywhere."""
_TO_OURS: Final[Mapping[str, tuple[float, float]]] = {
    "°C": (1.0, 0.0),
    "K": (1.0, -KELVIN),
    "°F": (5.0 / 9.0, -160.0 / 9.0),
    "%": (1.0, 0.0),
    "1": (100.0, 0.0),
    "°": (1.0, 0.0),
    "m/s": (KMH_PER_MS, 0.0),
    "km/h": (1.0, 0.0),
    "kn": (1.852, 0.0),
    "mph": (1.609344, 0.0),
}
_LENGTHS: Final[Mapping[str, float]] = {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "in": 0.0254}


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column that holds one of our fields."""

    column: str
    unit: str | None
    period_h: float | None = None


def plain(name: str) -> str:
    """``"Температура, °C"`` → ``температура_c``."""
    return _SEPARATORS.sub("_", name.strip().lower()).strip("_")


def value_columns(columns: Sequence[str]) -> dict[str, list[ValueColumn]]:
    """Which columns hold which field, in the file's order."""
    found: dict[str, list[ValueColumn]] = {}
    for column in columns:
        told = _understood(column)
        if told is not None:
            found.setdefault(told[0], []).append(told[1])
    return found


def _understood(column: str) -> tuple[str, ValueColumn] | None:
    if column in RAIN_H:
        return None
    period = _PERIOD.search(column)
    bare = column.replace(period[0], "", 1) if period else column
    for field, bases in _BASES.items():
        units = _UNITS["temperature" if field == "dew_point" else field]
        for base in bases:
            if bare == base:
                return field, ValueColumn(column, None, _hours(period))
            unit = units.get(bare.removeprefix(f"{base}_")) if bare.startswith(f"{base}_") else None
            if unit:
                return field, ValueColumn(column, unit, _hours(period))
    return None


def _hours(period: re.Match[str] | None) -> float | None:
    return float(period[1]) if period else None


def first(cells: Mapping[str, str], names: Sequence[str]) -> tuple[str, str]:
    """Name and value of the first of these columns that tells something; both may be empty."""
    for name in names:
        if cells.get(name, "") != "":
            return name, cells[name]
    return next((name for name in names if name in cells), names[0]), ""


def to_ours(field: str, unit: str) -> tuple[float, float]:
    """Factor and offset from a unit to the one of ``domain.observed.FIELDS``."""
    if unit in _LENGTHS:
        return _LENGTHS[unit] * (1e3 if field == "rain" else 1.0), 0.0
    return _TO_OURS[unit]
