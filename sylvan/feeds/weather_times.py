"""Times of weather tables: day and hour apart or together, with a zone, an offset, or neither."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from sylvan.domain.worlds import CLOCK_SKEW
from sylvan.feeds import weather_columns as columns
from sylvan.feeds.tables import BadRow
from sylvan.feeds.weather_columns import first

BEGINNING: Final = datetime(1990, 1, 1, tzinfo=UTC)
FURTHEST: Final = timedelta(days=16)
"""Longest lead of public forecasts."""
_RUSSIAN: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T]+(\d{1,2})(?::(\d{2}))?.*)?")
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*([+-]?)(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_DATE_ONLY: Final = 10  # characters of a date at most
Cells = Mapping[str, str]


class _Refused(Exception):  # noqa: N818 - carries an answer
    """A row's time can't be used."""

    def __init__(self, column: str, code: str, value: str) -> None:
        super().__init__(code)
        self.told = (column, code, value[:80])


@dataclass(slots=True)
class Zones:
    """Reads times; counts those that name no zone and were taken for UTC."""

    assumed: int = 0

    def moments(
        self, line: int, cells: Cells, now: datetime
    ) -> tuple[float, float | None] | BadRow:
        """When a row holds and, of a forecast, when that was made; epoch seconds."""
        try:
            at, column = self._held_at(cells)
            issued, told = self._issued(cells, at)
            _refuse_future(*((column, at) if issued is None else (told, issued)), now)
        except _Refused as why:
            return BadRow(line, *why.told)
        return at.timestamp(), None if issued is None else issued.timestamp()

    def _held_at(self, cells: Cells) -> tuple[datetime, str]:
        column, text = first(cells, columns.TIME)
        day_column, day = first(cells, columns.DATE)
        if day and (":" in text or text.isdigit()) and "-" not in text and "." not in text:
            text = f"{day} {text if ':' in text else f'{int(text):02d}:00'}"
        elif not text:
            column, text = day_column, f"{day} 12:00" if 0 < len(day) <= _DATE_ONLY else day
        _, zone = first(cells, columns.ZONE)
        if not text:
            raise _Refused(column, "row.empty", "")
        if zone and zone_of(zone) is None:
            raise _Refused(columns.ZONE[0], "row.bad_zone", zone)
        at = self._moment(text, zone)
        if at is None or at < BEGINNING:
            raise _Refused(column, "row.bad_time", text)
        return at, column

    def _issued(self, cells: Cells, at: datetime) -> tuple[datetime | None, str]:
        column, told = first(cells, columns.ISSUED)
        if not told:
            return None, column
        issued = self._moment(told, first(cells, columns.ZONE)[1])
        if issued is None or issued < BEGINNING or abs(at - issued) > FURTHEST:
            raise _Refused(column, "row.bad_time", told)
        return issued, column

    def _moment(self, text: str, zone: str) -> datetime | None:
        """A moment in UTC; one that names no zone is UTC and counted."""
        found = _naive_or_aware(text)
        if found is None:
            return None
        if found.tzinfo is None:
            told = zone_of(zone)
            self.assumed += told is None
            found = found.replace(tzinfo=told or UTC)
        try:
            return found.astimezone(UTC)
        except (OverflowError, ValueError):
            return None


def _refuse_future(column: str, moment: datetime, now: datetime) -> None:
    """What is measured, or issued, lies in the past."""
    if moment > now + CLOCK_SKEW:
        raise _Refused(column, "row.future", moment.isoformat())


def _naive_or_aware(text: str) -> datetime | None:
    russian = _RUSSIAN.fullmatch(text)
    try:
        if russian:
            day, month, year, hour, minute = (int(part or 0) for part in russian.groups())
            return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the zone follows
        word = text.strip().replace("/", "-")
        bare = word.removesuffix("UTC").removesuffix("GMT").strip()
        found = datetime.fromisoformat(bare)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if bare != word else found


def zone_of(text: str) -> timezone | ZoneInfo | None:
    """``+9``, ``UTC+09:00`` or ``Asia/Yakutsk``; ``None`` for anything else."""
    word = text.strip()
    if word.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    match = _OFFSET.fullmatch(word)
    if match:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
    try:
        return ZoneInfo(word) if word else None
    except (ValueError, OSError, KeyError):
        return None
