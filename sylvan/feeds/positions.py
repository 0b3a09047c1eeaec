"""Positions of trackers and people: CSV, JSON or GeoJSON, each bad row told by line and field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sylvan.domain.forces.positions import Position, PositionSource
from sylvan.domain.worlds import CLOCK_SKEW
from sylvan.feeds.errors import FeedError
from sylvan.feeds.lightning import instant
from sylvan.feeds.tables import BadRow, Record, Table, number, place, read_table

UNIT: Final = ("unit", "code", "device", "id", "imei")
TIME: Final = ("at", "time", "timestamp", "datetime")
ACCURACY: Final = ("accuracy_m", "accuracy")
MOST_ACCURACY_M: Final = 100_000.0
"""A report that may be farther off says nothing."""


@dataclass(frozen=True, slots=True)
class Reported:
    """One usable row."""

    line: int
    unit: str
    position: Position


@dataclass(frozen=True, slots=True)
class ParsedPositions:
    """``rows + bad`` are all rows that hold anything."""

    rows: list[Reported]
    bad: list[BadRow]


def read_positions(name: str, body: bytes, now: datetime) -> ParsedPositions:
    """Read a batch.

    Args:
        name: of the batch or file.
        body: a list of records, GeoJSON points or a table with headings.
        now: of the world's clock; reports ahead of it are refused.

    Raises:
        FeedError: the body as a whole is no such table.
    """
    table = read_table(name, body)
    for names in (UNIT, TIME):
        if table.records and not set(table.columns) & set(names):
            raise FeedError("table.missing_column", file=name, column=names[0])
    return _parsed(table, now)


def _parsed(table: Table, now: datetime) -> ParsedPositions:
    rows: list[Reported] = []
    bad = list(table.bad)
    for record in table.records:
        if record.blank:
            continue
        found = _report(record, now)
        if isinstance(found, BadRow):
            bad.append(found)
        else:
            rows.append(found)
    return ParsedPositions(rows, sorted(bad, key=lambda one: one.line))


def _report(record: Record, now: datetime) -> Reported | BadRow:
    name, unit = record.first(UNIT)
    if not unit:
        return BadRow(record.line, name or UNIT[0], "row.empty", "")
    where = place(record)
    if isinstance(where, BadRow):
        return where
    at = _moment(record, now)
    if isinstance(at, BadRow):
        return at
    accuracy = _accuracy(record)
    if isinstance(accuracy, BadRow):
        return accuracy
    source = _source(record)
    if isinstance(source, BadRow):
        return source
    return Reported(record.line, unit, Position(at, where, accuracy, source))


def _moment(record: Record, now: datetime) -> datetime | BadRow:
    name, text = record.first(TIME)
    if not text:
        return BadRow(record.line, name or TIME[0], "row.empty", "")
    at = instant(text)
    if at is None:
        return BadRow(record.line, name, "row.bad_time", text[:80])
    if at > now + CLOCK_SKEW:
        return BadRow(record.line, name, "row.future", text[:80])
    return at


def _accuracy(record: Record) -> float | BadRow | None:
    name, text = record.first(ACCURACY)
    if not text:
        return None
    value = number(text)
    if value is None:
        return BadRow(record.line, name, "row.not_a_number", text[:80])
    if not 0 <= value <= MOST_ACCURACY_M:
        return BadRow(record.line, name, "row.out_of_range", text[:80])
    return value


def _source(record: Record) -> PositionSource | BadRow:
    name, text = record.first(("source",))
    words: Sequence[str] = [one for one in PositionSource if one is not PositionSource.STATION]
    if not text:
        return PositionSource.GNSS
    if text.lower() not in words:
        return BadRow(record.line, name, "forces.source", text[:80])
    return PositionSource(text.lower())
