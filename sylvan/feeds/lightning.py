"""Lightning files: our own CSV, Blitzortung, ENTLN, WWLLN and whatever has a header like theirs.

Times carry their zone or are UTC, in milliseconds or nanoseconds too; a current in a column that
names no unit is in amperes where no stroke could have as many kiloamperes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from sylvan.domain.lightning import STROKE, Kind, Strokes, empty
from sylvan.domain.worlds import CLOCK_SKEW
from sylvan.feeds.errors import FeedError
from sylvan.feeds.tables import BadRow, Record, Table, number, of_records, place, read_table

TIME: Final = ("time", "at", "timestamp", "datetime", "date_time", "utc", "time_utc", "utc_time")
TIME_MORE: Final = ("strike_time", "stroke_time", "event_time", "observed_at", "lightning_time")
DATE: Final = ("date", "day")
PEAK: Final = ("peak_ka", "peak_current_ka", "current_ka", "amplitude_ka", "peakcurrent_ka", "ka")
PEAK_UNSURE: Final = ("peakcurrent", "peak_current", "current", "amplitude", "signal_ka", "i")
KIND: Final = ("kind", "type", "stroke_type", "cloud_indicator", "pulse_type", "cg_ic")
ERROR_KM: Final = ("error_km", "accuracy_km", "semi_major_km", "smaj", "semi_major_axis")
ERROR_M: Final = ("error_m", "accuracy_m")
POLARITY: Final = ("pol", "polarity")
SIGNS: Final = {"peak", "current", "stroke", "strike", "lightning", "polarity", "icheight", "mcg"}
"""Words that stand in no hotspot header."""
WWLLN: Final = ("date", "time", "lat", "lon", "residual_us", "stations", "energy_j", "error_j")
"""Columns of WWLLN's files, which have no header (wwlln.net, "A files" and "AE files")."""
STRONGEST_KA: Final = 1_000.0
"""kA; the strongest strokes measured have some 500 kA: a larger number is in amperes."""
FARTHEST_KM: Final = 100.0
"""km; an error beyond says that the network does not know."""
BEGINNING: Final = datetime(1990, 1, 1, tzinfo=UTC)
_CG, _IC = (
    {"cg", "g", "ground", "0", "+cg", "-cg", "return_stroke"},
    {"ic", "c", "cc", "cloud", "1"},
)


@dataclass(frozen=True, slots=True)
class ParsedStrokes:
    """``total = len(rows) + len(bad)``."""

    name: str
    rows: Strokes
    bad: list[BadRow]

    @property
    def total(self) -> int:
        """All rows, usable or not."""
        return len(self.rows) + len(self.bad)


def is_lightning(name: str, body: bytes) -> bool:
    """Whether a file in the drop folder holds strokes: by its columns, never by its name alone."""
    head = body[:4096].decode("utf-8-sig", "replace")
    first = head.lstrip().splitlines()[0].lower() if head.strip() else ""
    if first[:1] in {"{", "["}:
        words = head.lower()
        return any(f'"{sign}' in words for sign in ("peak_ka", "peak_current", "mcg", "icheight"))
    if "acq_" in first or "brightness" in first or "frp" in first:
        return False
    named = any(word in name.lower() for word in ("lightning", "stroke", "strike", "wwlln"))
    return any(sign in first for sign in SIGNS) or (named and _is_wwlln(first))


def _is_wwlln(first: str) -> bool:
    cells = [cell.strip() for cell in first.split(",")]
    return len(cells) >= 5 and cells[0][:4].isdigit() and ":" in cells[1]  # noqa: PLR2004 - its width


def read_strokes(name: str, body: bytes, now: datetime) -> ParsedStrokes:
    """Read a file of strokes.

    Raises:
        FeedError: the file as a whole is no such file; nothing of it is stored.
    """
    table = read_table(name, body, WWLLN)
    if table.records and not (set(table.columns) & {*TIME, *TIME_MORE, *DATE}):
        raise FeedError("table.missing_column", file=name, column="time")
    return _parsed(name, table, now)


def of_json(items: Sequence[Mapping[str, Any]], now: datetime) -> ParsedStrokes:
    """Strokes that came as JSON records."""
    return _parsed("json", of_records(items), now)


def _parsed(name: str, table: Table, now: datetime) -> ParsedStrokes:
    amperes = _in_amperes(table)
    records = [record for record in table.records if not record.blank]
    rows, good, bad = empty(len(records)), np.zeros(len(records), np.bool_), list(table.bad)
    for at, record in enumerate(records):
        wrong = _fill(rows, at, record, now, amperes=amperes)
        good[at] = wrong is None
        if wrong is not None:
            bad.append(wrong)
    return ParsedStrokes(name, rows[good], sorted(bad, key=lambda row: row.line))


def _in_amperes(table: Table) -> bool:
    """Whether currents without a unit must be amperes: some are beyond any stroke's kiloamperes."""
    values = (number(record.first(PEAK_UNSURE)[1]) for record in table.records)
    return any(value is not None and abs(value) > STRONGEST_KA for value in values)


def _fill(rows: Strokes, at: int, record: Record, now: datetime, *, amperes: bool) -> BadRow | None:
    """Put one record into its row, or say why not."""
    where = place(record)
    if isinstance(where, BadRow):
        return where
    when = _moment(record, now)
    if isinstance(when, BadRow):
        return when
    peak = _peak(record, amperes=amperes)
    if isinstance(peak, BadRow):
        return peak
    kind = _kind(record)
    if isinstance(kind, BadRow):
        return kind
    rows[at] = (when, *where, peak, _error_km(record), kind)
    return None


def _moment(record: Record, now: datetime) -> float | BadRow:
    name, text = record.first((*TIME, *TIME_MORE))
    day_name, day = record.first(DATE)
    if day and text and ":" in text and "-" not in text and "/" not in text:
        text = f"{day} {text}"
    name = name or day_name or TIME[0]
    if not text:
        return BadRow(record.line, name, "row.empty", "")
    found = instant(text)
    if found is None:
        return BadRow(record.line, name, "row.bad_time", text[:80])
    if found > now + CLOCK_SKEW:
        return BadRow(record.line, name, "row.future", text[:80])
    if found < BEGINNING:
        return BadRow(record.line, name, "row.bad_time", text[:80])
    return found.timestamp()


def instant(text: str) -> datetime | None:
    """A moment in ISO 8601 (UTC where it names no zone), or since 1970 in s, ms, µs or ns."""
    value = number(text)
    try:
        if value is not None:
            return _since_1970(value)
        found = datetime.fromisoformat(_iso(text))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # years 1 and 9999 in some zones
        return None


def _since_1970(value: float) -> datetime | None:
    for scale in (1.0, 1e3, 1e6, 1e9):
        seconds = value / scale
        if BEGINNING.timestamp() <= seconds < _END_S:
            return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    return None


_END_S: Final = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def _iso(text: str) -> str:
    """``2013/08/06 00:00:00.350194123 UTC`` as Python reads it: six decimals at most."""
    word = text.strip().replace("/", "-").removesuffix("UTC").removesuffix("GMT").strip()
    head, dot, rest = word.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[: min(digits, 6)]}{rest[digits:]}" if dot else head


def _peak(record: Record, *, amperes: bool) -> float | BadRow:
    """Signed peak current, kA; NaN where none is told."""
    name, text = record.first(PEAK)
    scale = 1.0
    if not text:
        name, text = record.first(PEAK_UNSURE)
        scale = 1e3 if amperes else 1.0
    if not text or text.lower() in {"nan", "null", "none", "na"}:
        return float("nan")
    value = number(text)
    if value is None:
        return BadRow(record.line, name, "row.not_a_number", text[:80])
    if abs(value / scale) > STRONGEST_KA:
        return BadRow(record.line, name, "row.out_of_range", text[:80])
    sign = number(record.first(POLARITY)[1])
    return value / scale if not sign else float(np.copysign(value / scale, sign))


def _kind(record: Record) -> int | BadRow:
    name, text = record.first(KIND)
    word = text.lower()
    if word in {"", "null", "none", "unknown"}:
        return Kind.UNKNOWN
    if word in _CG:
        return Kind.CG
    if word in _IC:
        return Kind.IC
    return BadRow(record.line, name, "row.bad_type", text[:80])


def _error_km(record: Record) -> float:
    """The network's error of the place, km; NaN where it tells none that makes sense."""
    value = number(record.first(ERROR_KM)[1])
    if value is None:
        metres = number(record.first(ERROR_M)[1])
        value = None if metres is None else metres / 1e3
    return value if value is not None and 0.0 <= value <= FARTHEST_KM else float("nan")


__all__ = ["STROKE", "ParsedStrokes", "is_lightning", "of_json", "read_strokes"]
