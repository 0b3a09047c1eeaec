"""Tables of weather stations, measured or forecast, as services and spreadsheets write them.

A row that can't be used is told by line, field and reason, and the rest goes in; a gap is no fault.
What the file does not say (zone, unit, hours that rain fell in) is assumed and told.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np

from sylvan.domain.codes import Coded
from sylvan.domain.observed import (
    AFTERNOON_H,
    FIELDS,
    ROW,
    Place,
    Reading,
    Rows,
    no_rows,
    warmest_hour,
)
from sylvan.domain.weather import LIMITS
from sylvan.feeds import weather_columns as columns
from sylvan.feeds.errors import FeedError
from sylvan.feeds.pages import refuse_error_page
from sylvan.feeds.tables import DELIMITERS, BadRow, number
from sylvan.feeds.weather_columns import ValueColumn, first
from sylvan.feeds.weather_times import Zones

NOTHING: Final = frozenset(
    {"", "-", "--", "nan", "null", "none", "na", "n/a", "/", "//", "нет", "-999", "-9999"}
    | {"-999.0", "-9999.0", "-999.9", "9999", "9999.0", "999.9", "-99.9"}
)
"""How gaps are written."""
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "temperature": LIMITS.temperature,
    "humidity": LIMITS.humidity,
    "dew_point": LIMITS.dew_point,
    "wind": LIMITS.wind,
    "wind_from": (0.0, 360.0),
    "rain": LIMITS.rain,
    "snow": (0.0, 12.0),
}
PERIODS_H: Final = (1.0, 3.0, 6.0, 12.0, 24.0)
_KELVINS: Final = 150.0
"""Median above which temperatures can only be kelvins; above 45 only degrees Fahrenheit."""
_FAHRENHEIT: Final = 45.0


@dataclass(frozen=True, slots=True)
class ParsedWeather:
    """``total`` rows, values or nodes; those that can't be used are named in ``bad``."""

    name: str
    reading: Reading
    bad: list[BadRow] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All rows."""
        return len(self.reading.rows) + len(self.bad)


@dataclass(slots=True)
class _Sheet:
    """A table cut into cells, with what its header says."""

    header: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]
    values: dict[str, list[ValueColumn]]
    bad: list[BadRow]
    comma: bool
    units: dict[str, str] = field(default_factory=dict)
    assumed: list[Coded] = field(default_factory=list)


def looks_like_stations(first_line: str) -> bool:
    """Whether a header is one of weather: a time, temperatures, and something else of weather."""
    if any(sign in first_line.lower() for sign in ("brightness", "bright_ti4", "frp", "acq_")):
        return False
    delimiter = max(DELIMITERS, key=first_line.count)
    names = [columns.plain(cell) for cell in first_line.split(delimiter)]
    found = columns.value_columns(names)
    timed = set(names) & {*columns.TIME, *columns.DATE}
    return bool(timed) and "temperature" in found and len(found) > 1


def text_of(body: bytes) -> str:
    """UTF-8, else the Windows code page that spreadsheets in Russia write."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1251", "replace")


def read_stations(
    name: str, body: bytes, known: Mapping[str, Place], now: datetime
) -> ParsedWeather:
    """Read a table.

    Args:
        name: of the file.
        body: its bytes.
        known: places heard of before by code, for tables without coordinates.
        now: by the world's clock; what is measured later lies in the future.

    Raises:
        FeedError: the file as a whole is no such table.
    """
    refuse_error_page(body)
    sheet = _cut(name, text_of(body))
    _settle_units(sheet)
    places: dict[str, Place] = {}
    numbers: dict[str, int] = {}
    kept: list[Rows] = []
    zone = Zones()
    for line, cells in sheet.rows:
        told = _row(sheet, line, cells, known, now, zone)
        if isinstance(told, BadRow):
            sheet.bad.append(told)
            continue
        place, row = told
        places.setdefault(place.code, place)
        row["place"] = numbers.setdefault(place.code, len(numbers))
        kept.append(row)
    rows = np.concatenate(kept) if kept else no_rows()
    if zone.assumed:
        sheet.assumed.append(Coded("weather.zone_assumed", {"rows": zone.assumed}))
    sheet.assumed += _rain_hours(rows)
    sheet.assumed += _doubtful_clocks(rows, list(places.values()))
    bad = sorted(sheet.bad, key=lambda one: one.line)
    return ParsedWeather(name, Reading(tuple(places.values()), rows, tuple(sheet.assumed)), bad)


def _cut(name: str, text: str) -> _Sheet:
    if not text.strip():
        raise FeedError("file.empty", file=name)
    head = next(line for line in text.splitlines() if line.strip())
    delimiter = max(DELIMITERS, key=lambda one: (head.count(one), -DELIMITERS.index(one)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    header: tuple[str, ...] = ()
    rows: list[tuple[int, dict[str, str]]] = []
    bad: list[BadRow] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells) or cells[0][:1] == "#":
                continue
            if not header:
                header = tuple(columns.plain(cell) for cell in cells)
            elif len(cells) > len(header) and any(cells[len(header) :]):
                bad.append(BadRow(reader.line_num, "", "row.extra_fields", cells[-1][:80]))
            elif len(cells) * 2 < len(header):
                bad.append(BadRow(reader.line_num, "", "row.missing_fields", "|".join(cells)[:80]))
            else:
                stripped = (cell.strip() for cell in cells)
                rows.append((reader.line_num, dict(zip(header, stripped, strict=False))))
    except csv.Error as error:
        raise FeedError(
            "table.broken", file=name, line=reader.line_num, detail=str(error)
        ) from None
    values = columns.value_columns(header)
    if not set(header) & {*columns.TIME, *columns.DATE}:
        raise FeedError("table.missing_column", file=name, column="time")
    if "temperature" not in values:
        raise FeedError("table.missing_column", file=name, column="temperature")
    return _Sheet(header, rows, values, bad, comma=delimiter != ",")


def _settle_units(sheet: _Sheet) -> None:
    """The unit of each column: named, or beyond doubt by its values, or the services' custom."""
    for name, found in sheet.values.items():
        for one in found:
            unit = one.unit or _by_values(sheet, name, one.column)
            if unit is None:
                unit = columns.CUSTOM[name]
                if name in columns.DOUBTFUL:
                    sheet.assumed.append(
                        Coded("weather.unit_assumed", {"field": name, "unit": unit})
                    )
            elif one.unit is None:
                sheet.assumed.append(Coded("weather.unit_found", {"field": name, "unit": unit}))
            sheet.units[one.column] = unit


def _by_values(sheet: _Sheet, name: str, column: str) -> str | None:
    told = [_number(sheet, cells.get(column, "")) for _, cells in sheet.rows]
    values = [one for one in told if one is not None]
    if not values:
        return None
    middle = float(np.median(values))
    if name in {"temperature", "dew_point"} and middle > _FAHRENHEIT:
        return "K" if middle > _KELVINS else "°F"
    if name == "humidity" and max(values) <= 1.0 and len(values) > 1:
        return "1"
    return None


def _number(sheet: _Sheet, text: str) -> float | None:
    if text.lower() in NOTHING:
        return None
    return number(text.replace(",", ".") if sheet.comma else text)


def _row(
    sheet: _Sheet,
    line: int,
    cells: Mapping[str, str],
    known: Mapping[str, Place],
    now: datetime,
    zone: Zones,
) -> tuple[Place, Rows] | BadRow:
    """One row of ours, or what is wrong with it."""
    place = _place(sheet, line, cells, known)
    if isinstance(place, BadRow):
        return place
    made = no_rows(1)
    moments = zone.moments(line, cells, now)
    if isinstance(moments, BadRow):
        return moments
    made["at"], made["issued"] = moments[0], np.nan if moments[1] is None else moments[1]
    for name in FIELDS:
        wrong = _value(sheet, line, cells, name, made)
        if wrong is not None:
            return wrong
    if all(np.isnan(made[name][0]) for name in FIELDS):
        return BadRow(line, "temperature", "row.empty", "")
    return place, made


def _place(
    sheet: _Sheet, line: int, cells: Mapping[str, str], known: Mapping[str, Place]
) -> Place | BadRow:
    _, code = first(cells, columns.CODE)
    _, name = first(cells, columns.NAME)
    spot: list[float] = []
    for names, limit in ((columns.LON, 180.0), (columns.LAT, 90.0)):
        column, text = first(cells, names)
        value = _number(sheet, text)
        if value is None and text.lower() not in NOTHING:
            return BadRow(line, column, "row.not_a_number", text[:80])
        if value is not None and abs(value) > limit:
            return BadRow(line, column, "row.out_of_range", text[:80])
        if value is not None:
            spot.append(value)
    code = code or name
    if len(spot) == 2:  # noqa: PLR2004 - longitude and latitude
        code = code or f"{spot[1]:.3f},{spot[0]:.3f}"
        return Place(code[:80], spot[0], spot[1], name[:200] or known_name(known, code))
    if code in known:
        return known[code]
    return BadRow(line, columns.CODE[0], "row.unknown_station", code[:80])


def known_name(known: Mapping[str, Place], code: str) -> str:
    """What a place is called, where that was told before."""
    return known[code].name if code in known else ""


def _value(
    sheet: _Sheet, line: int, cells: Mapping[str, str], name: str, into: Rows
) -> BadRow | None:
    """Put a field's value in; of several totals of rain the one of the fewest hours."""
    best: float | None = None
    for one in sheet.values.get(name, ()):
        text = cells.get(one.column, "")
        value = _number(sheet, text)
        if value is None:
            if text.lower() not in NOTHING:
                return BadRow(line, one.column, _why_no_number(text), text[:80])
            continue
        factor, offset = columns.to_ours(name, sheet.units[one.column])
        ours = value * factor + offset
        if name == "humidity" and 100.0 < ours <= _WET_SENSOR:  # noqa: PLR2004 - full
            ours = 100.0
        low, high = RANGES[name]
        if not low <= ours <= high:
            return BadRow(line, one.column, "row.out_of_range", text[:80])
        if name != "rain":
            into[name] = ours
            return None
        period = one.period_h or _number(sheet, first(cells, columns.RAIN_H)[1])
        if best is None or (period is not None and period < best):
            into["rain"], into["rain_h"] = ours, np.nan if period is None else period
            best = period
    return None


_WET_SENSOR: Final = 102.0
"""%, what humid sensors show in fog by their tolerance (WMO-No. 8: 2–3 %)."""


def _why_no_number(text: str) -> str:
    return "row.comma_decimal" if number(text.replace(",", ".")) is not None else "row.not_a_number"


def _rain_hours(rows: Rows) -> list[Coded]:
    """Totals that name no hours: as many as lie between the station's reports."""
    open_ones = ~np.isnan(rows["rain"]) & np.isnan(rows["rain_h"])
    told: dict[float, int] = {}
    for place in np.unique(rows["place"][open_ones]):
        mine = open_ones & (rows["place"] == place)
        at = np.unique(rows["at"][rows["place"] == place])
        step = float(np.median(np.diff(at))) / 3600.0 if at.size > 1 else PERIODS_H[-1]
        period = min(PERIODS_H, key=lambda one: abs(one - step))
        rows["rain_h"][mine] = period
        told[period] = told.get(period, 0) + int(mine.sum())
    return [
        Coded("weather.rain_hours_assumed", {"hours": int(hours), "rows": number_of})
        for hours, number_of in sorted(told.items())
    ]


def _doubtful_clocks(rows: Rows, places: Sequence[Place]) -> list[Coded]:
    """Stations that are warmest at night: their zone is wrong, or their longitude's sign."""
    wrong: list[tuple[str, float]] = []
    for number_of, place in enumerate(places):
        warmest = warmest_hour(rows[rows["place"] == number_of], place.lon)
        if warmest is not None and not AFTERNOON_H[0] <= warmest <= AFTERNOON_H[1]:
            wrong.append((place.code, warmest))
    if not wrong:
        return []
    example, hour = wrong[0]
    return [
        Coded(
            "weather.zone_doubtful",
            {"places": len(wrong), "example": example, "hour": round(hour)},
        )
    ]


__all__ = [
    "ROW", "ParsedWeather", "looks_like_stations", "read_stations", "text_of",
]  # fmt: skip
