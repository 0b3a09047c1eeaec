"""From text to detections: every value of every row is read strictly, or the row is rejected.

Columns are converted as wholes (numbers by Arrow, words by their few distinct values), so a
million rows take about as long as the disk needs to deliver them.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sylvan.domain.detections import (
    Detections,
    Instrument,
    Satellite,
    Stage,
    empty,
)
from sylvan.feeds import numbers, times, vocabulary
from sylvan.feeds.columns import Hints
from sylvan.feeds.options import DateOrder, ReadOptions
from sylvan.feeds.parsed import Reason
from sylvan.feeds.raw import RawTable, Source
from sylvan.feeds.verdicts import Remarks, Verdicts

T = TypeVar("T")
Ints = npt.NDArray[np.int64]

MISSING_CODES = (-999.0, -9999.0)
"""What FIRMS and HMS write where a power was not computed."""
GREAT_FRP_MW = 10_000.0  # rarely true; MODIS' largest pixels of great fires reach that far
GREATEST_PIXEL_KM = 100.0  # no active-fire product has larger ones
_DAY_S = 86_400
_LOST = np.iinfo(np.int64).min


class DateOrders:
    """The order of day and month in one file, found out when the first such date is met."""

    def __init__(self, source: Source, options: ReadOptions) -> None:
        self._source = source
        self._options = options
        self._order: DateOrder | None = options.date_order

    def __call__(self) -> DateOrder:
        """Decide once, on all dates of the file."""
        if self._order is None:
            self._order = times.order_of(self._dates(), self._options.now)
        return self._order

    def _dates(self) -> set[str]:
        found: set[str] = set()
        for table in self._source.tables():
            for field in ("date", "datetime"):
                if field in table.columns:
                    texts = pc.unique(numbers.plain(table.columns[field])).to_pylist()
                    found.update(day for t in texts if times.is_short(day := times.date_part(t)))
        return found


class Converter:
    """Converts the tables of one file; keeps the file's context and counts its remarks."""

    def __init__(self, source: Source, options: ReadOptions, hints: Hints) -> None:
        self.options = options
        self.hints = hints
        self.remarks = Remarks()
        self.precision = 0
        self._order = DateOrders(source, options)

    def convert(self, table: RawTable) -> tuple[Detections, Verdicts]:
        """Good rows of a table, and the verdicts on all of them."""
        verdicts = Verdicts(table)
        rows = empty(len(table))
        rows["line"] = table.line
        self._position(table, rows, verdicts)
        self._time(table, rows, verdicts)
        self._platform(table, rows, verdicts)
        self._measured(table, rows, verdicts)
        self._confidence(table, rows, verdicts)
        self._flags(table, rows, verdicts)
        self._plausible(table, rows, verdicts)
        good = verdicts.good
        kept = rows if good.all() else rows[good]
        self._tidy(kept)
        return kept, verdicts

    # -- place --------------------------------------------------------------------------------

    def _position(self, table: RawTable, rows: Detections, verdicts: Verdicts) -> None:
        for field, limit in (("lat", 90.0), ("lon", 180.0)):
            column = numbers.plain(self._text(table, field))
            found = numbers.parse(column)
            verdicts.fail(found.empty, Reason.EMPTY, field)
            verdicts.fail(found.comma, Reason.COMMA_DECIMAL, field)
            verdicts.fail(found.absent | found.infinite, Reason.NOT_FINITE, field)
            verdicts.fail(found.garbled, Reason.NOT_A_NUMBER, field)
            verdicts.fail(np.abs(found.value) > limit, Reason.OUT_OF_RANGE, field)
            good = np.isfinite(found.value)
            self.precision = max(self.precision, numbers.decimals(column, good))
            rows[field] = found.value
        if "conflict" in table.columns:
            conflict = _equals(table.columns["conflict"], "1")
            verdicts.fail(conflict, Reason.POSITION_CONFLICT, "lat")
        if self.options.bbox is not None:
            outside = ~_inside(rows["lon"], rows["lat"], self.options.bbox)
            verdicts.fail(outside, Reason.OUTSIDE_REQUEST, "lon")

    # -- time ---------------------------------------------------------------------------------

    def _time(self, table: RawTable, rows: Detections, verdicts: Verdicts) -> None:
        if "datetime" in table.columns or "datetime" in table.constants:
            offset = self.options.utc_offset_s
            text = self._text(table, "datetime")
            at = _numbered(text, lambda t: times.instant(t, self._order, offset))
            verdicts.fail(_equals(text, ""), Reason.EMPTY, "datetime")
            verdicts.fail(at == _LOST, Reason.BAD_TIME, "datetime")
            rows["acq_at"] = at
            return
        date_text, time_text = self._text(table, "date"), self._text(table, "time")
        day = _numbered(date_text, lambda t: times.day_number(t, self._order))
        second = _numbered(time_text, times.second_of_day)
        verdicts.fail(_equals(date_text, ""), Reason.EMPTY, "date")
        verdicts.fail(day == _LOST, Reason.BAD_DATE, "date")
        verdicts.fail(_equals(time_text, ""), Reason.EMPTY, "time")
        verdicts.fail(second == _LOST, Reason.BAD_TIME, "time")
        at = np.where(verdicts.good, day, 0) * _DAY_S + np.where(verdicts.good, second, 0)
        rows["acq_at"] = at - (self.options.utc_offset_s if table.kind == "table" else 0)

    # -- who and with what --------------------------------------------------------------------

    def _platform(self, table: RawTable, rows: Detections, verdicts: Verdicts) -> None:
        text = self._text(table, "satellite")
        rows["satellite"] = _coded(text, self._satellite)
        named = _coded(text, lambda t: vocabulary.instrument(t) or Instrument.OTHER)
        for field in ("instrument", "method"):
            if field in table.columns or field in table.constants:
                told = self._text(table, field)
                other = _coded(told, lambda t: vocabulary.instrument(t) or Instrument.OTHER)
                named = np.where(named == Instrument.OTHER, other, named)
        usual = np.array([vocabulary.INSTRUMENT_OF[s] for s in Satellite], np.int16)
        flown = usual[rows["satellite"]]
        clash = (named != Instrument.OTHER) & (flown != Instrument.OTHER) & (named != flown)
        verdicts.fail(clash, Reason.INSTRUMENT_CONFLICT, "satellite")
        instrument = np.where(named == Instrument.OTHER, flown, named)
        guess = self._guess(table)
        rows["instrument"] = np.where(instrument == Instrument.OTHER, guess, instrument)
        self._unnamed(text)

    def _satellite(self, text: str) -> Satellite:
        if not text.strip():
            return self.hints.satellite or Satellite.OTHER
        return vocabulary.satellite(text) or Satellite.OTHER

    def _guess(self, table: RawTable) -> Instrument:
        """The instrument where satellite and instrument are silent: by column, then by name."""
        if "bright_ti4" in table.names.get("bright", "").lower():
            return Instrument.VIIRS
        return self.hints.instrument or Instrument.OTHER

    def _unnamed(self, text: pa.Array) -> None:
        for value, count in _tally(text):
            if value.strip() and vocabulary.satellite(value) is None:
                self.remarks.add("remark.unknown_satellite", count, value=value.strip()[:20])
            elif not value.strip() and self.hints.satellite is None:
                self.remarks.add("remark.no_satellite", count)

    # -- what was measured --------------------------------------------------------------------

    def _measured(self, table: RawTable, rows: Detections, verdicts: Verdicts) -> None:
        for field in ("scan", "track", "frp", "bright", "bright_long"):
            if field not in table.columns and field not in table.constants:
                continue
            found = numbers.parse(numbers.plain(self._text(table, field)))
            verdicts.fail(found.comma, Reason.COMMA_DECIMAL, field)
            verdicts.fail(found.infinite, Reason.NOT_FINITE, field)
            verdicts.fail(found.garbled, Reason.NOT_A_NUMBER, field)
            self.remarks.add("remark.absent_value", int(found.absent.sum()), field=field)
            rows[field] = found.value
        for field in ("scan", "track"):
            size = rows[field]
            size[np.isin(size, MISSING_CODES)] = np.nan
            absurd = (size < 0) | (size > GREATEST_PIXEL_KM)
            verdicts.fail(absurd, Reason.OUT_OF_RANGE, field)

    def _confidence(self, table: RawTable, rows: Detections, verdicts: Verdicts) -> None:
        text = self._text(table, "confidence")
        index, words = _dictionary(text)
        read = [vocabulary.confidence(word) for word in words]
        known = [one or vocabulary.UNKNOWN_CONFIDENCE for one in read]
        unreadable = np.array([one is None for one in read], bool)[index]
        by_class = np.array([one.is_class for one in known], bool)[index]
        by_percent = np.array([one.is_percent for one in known], bool)[index]
        modis = rows["instrument"] == Instrument.MODIS
        viirs = rows["instrument"] == Instrument.VIIRS
        wrong = unreadable | (modis & by_class) | (viirs & by_percent)
        verdicts.fail(wrong, Reason.BAD_CONFIDENCE, "confidence")
        rows["confidence_native"] = np.array([one.native for one in known], np.int16)[index]
        rows["confidence"] = np.array([one.value for one in known], np.float32)[index]

    def _flags(self, table: RawTable, rows: Detections, verdicts: Verdicts) -> None:
        light = _numbered(self._text(table, "daynight"), vocabulary.daynight)
        verdicts.fail(light == _LOST, Reason.BAD_DAYNIGHT, "daynight")
        rows["daynight"] = np.where(light == _LOST, 0, light)
        kind = _numbered(self._text(table, "type"), vocabulary.kind)
        verdicts.fail(kind == _LOST, Reason.BAD_TYPE, "type")
        rows["type"] = np.where(kind == _LOST, -1, kind)
        self._version(table, rows)
        if "count" in table.columns:
            several = ~_equals(table.columns["count"], "1")
            verdicts.fail(several, Reason.AGGREGATE, "count")

    def _version(self, table: RawTable, rows: Detections) -> None:
        index, words = _dictionary(self._text(table, "version"))
        read = [vocabulary.version(word) for word in words]
        for place, (word, one) in enumerate(zip(words, read, strict=True)):
            if one is None:
                count = int((index == place).sum())
                self.remarks.add("remark.unknown_version", count, value=word.strip()[:20])
        known = [one or (Stage.UNKNOWN, 0) for one in read]
        stage = np.array([one[0] for one in known], np.int8)[index]
        collection = np.array([one[1] for one in known], np.int16)[index]
        silent = Stage.STANDARD if "type" in table.columns else self.hints.stage
        rows["stage"] = np.where(stage == Stage.UNKNOWN, silent, stage)
        rows["collection"] = np.where(collection == 0, self.hints.collection, collection)

    # -- the whole row ------------------------------------------------------------------------

    def _plausible(self, table: RawTable, rows: Detections, verdicts: Verdicts) -> None:
        field = "date" if "date" in table.names else "datetime"
        late = rows["acq_at"] > self.options.now + self.options.future_s
        verdicts.fail(late, Reason.FUTURE, field)
        launched = np.array([vocabulary.LAUNCH[s] for s in Satellite], np.int64)
        early = rows["acq_at"] < launched[rows["satellite"]]
        verdicts.fail(early, Reason.BEFORE_LAUNCH, field)

    def _tidy(self, rows: Detections) -> None:
        """Codes for *not computed* and impossible sizes become unknown, and are told."""
        frp = rows["frp"]
        missing = np.isin(frp, MISSING_CODES)
        self.remarks.add("remark.frp_missing", int(missing.sum()))
        negative = (frp < 0) & ~missing
        self.remarks.add("remark.frp_negative", int(negative.sum()))
        self.remarks.add("remark.frp_great", int((frp > GREAT_FRP_MW).sum()))
        frp[missing | negative] = np.nan
        for field in ("scan", "track"):
            zero = rows[field] == 0
            self.remarks.add("remark.pixel_zero", int(zero.sum()), field=field)
            rows[field][zero] = np.nan

    def _text(self, table: RawTable, field: str) -> pa.Array:
        """A column; the declared constant, or emptiness, where the table has none."""
        if field in table.columns:
            return table.columns[field]
        value = table.constants.get(field, "")
        indices = pa.array(np.zeros(len(table), np.int32))
        return pa.DictionaryArray.from_arrays(indices, pa.array([value], pa.string()))


def _dictionary(column: pa.Array) -> tuple[Ints, list[str]]:
    coded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    return coded.indices.to_numpy(zero_copy_only=False), coded.dictionary.to_pylist()


def _numbered(column: pa.Array, read: Callable[[str], int | None]) -> Ints:
    index, words = _dictionary(column)
    found = [_LOST if (number := read(word)) is None else number for word in words]
    return np.array(found, np.int64)[index] if words else np.zeros(len(index), np.int64)


def _coded(column: pa.Array, read: Callable[[str], int]) -> npt.NDArray[np.int16]:
    index, words = _dictionary(column)
    codes = np.array([read(word) for word in words], np.int16)
    return codes[index] if words else np.zeros(len(index), np.int16)


def _tally(column: pa.Array) -> list[tuple[str, int]]:
    index, words = _dictionary(column)
    counts = np.bincount(index, minlength=len(words))
    return [(word, int(n)) for word, n in zip(words, counts, strict=True) if n]


def _equals(column: pa.Array, value: str) -> npt.NDArray[np.bool_]:
    index, words = _dictionary(column)
    same = np.array([word.strip() == value for word in words], bool)
    return same[index] if words else np.zeros(len(index), bool)


def _inside(lon: Any, lat: Any, bbox: tuple[float, float, float, float]) -> Any:
    west, south, east, north = bbox
    across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    return across & (lat >= south) & (lat <= north)
