"""Small tables that are no hotspots (strokes, lists of plants): CSV, JSON or GeoJSON as records.

Every record keeps the line (text) or the number (JSON) that it has in its file, so that a bad one
can be told by place and field while the rest goes in.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sylvan.feeds.columns import normalise
from sylvan.feeds.containers import unpack
from sylvan.feeds.errors import FeedError
from sylvan.feeds.geometries import place_of
from sylvan.feeds.options import FILE_LIMITS
from sylvan.feeds.pages import refuse_error_page
from sylvan.feeds.records import as_text, parse_json

HEADER_LINES: Final = 30
"""Lines looked at for a header."""
DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Record:
    """One row under the file's own column names, made plain (``peak_current_ka``)."""

    line: int
    values: Mapping[str, str]

    def first(self, names: Sequence[str]) -> tuple[str, str]:
        """Name and value of the first of these columns that the record has; both may be empty."""
        for name in names:
            if self.values.get(name, "") != "":
                return name, self.values[name]
        return next((name for name in names if name in self.values), ""), ""

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it: spreadsheets export such rows by the thousand."""
        return not any(self.values.values())


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be used."""

    line: int
    field: str
    code: str
    value: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"line": self.line, "field": self.field, "code": self.code, "value": self.value}


@dataclass(frozen=True, slots=True)
class Table:
    """A file of records."""

    columns: tuple[str, ...]
    """Made plain."""
    records: list[Record]
    bad: list[BadRow]


def read_table(name: str, body: bytes, headless: Sequence[str] = ()) -> Table:
    """Read a file of records; ``headless`` are the columns of one without a header.

    Raises:
        FeedError: the file as a whole is no such table; ``params["file"]`` names it.
    """
    try:
        members = unpack(name, body, FILE_LIMITS)
        tables = [_table(member.body, headless) for member in members]
    except FeedError as error:
        raise error.named(name) from None
    columns = tuple(dict.fromkeys(column for table in tables for column in table.columns))
    return Table(
        columns,
        [record for table in tables for record in table.records],
        [row for table in tables for row in table.bad],
    )


def of_records(items: Sequence[Mapping[str, Any]]) -> Table:
    """Records that came as JSON already."""
    records = [
        Record(number, {normalise(str(k)): _text(v) for k, v in item.items()})
        for number, item in enumerate(items, 1)
    ]
    names = dict.fromkeys(column for record in records for column in record.values)
    return Table(tuple(names), records, [])


def _table(body: bytes, headless: Sequence[str]) -> Table:
    refuse_error_page(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise FeedError("file.encoding", encoding="?", line=line) from None
    if text.lstrip()[:1] in {"{", "["}:
        return _of_json(text)
    return _of_text(text, headless)


def _of_json(text: str) -> Table:
    lines = text.strip().splitlines()
    if len(lines) > 1 and _whole(lines[0]):
        return _of_items(_one_per_line(lines))
    data = parse_json(text)
    if isinstance(data, dict):
        inner = next((v for v in data.values() if isinstance(v, list) and v), None)
        data = data.get("features", inner if inner is not None else [data])
    if not isinstance(data, list):
        raise FeedError("file.json_shape", found=type(data).__name__)
    return _of_items(list(enumerate(data, 1)))


def _whole(line: str) -> bool:
    """Whether a line is a JSON object by itself."""
    try:
        return isinstance(json.loads(line, parse_constant=str), dict)
    except (ValueError, RecursionError):
        return False


def _one_per_line(lines: list[str]) -> list[tuple[int, Any]]:
    """JSON objects, one a line; a broken one is lost alone."""
    found: list[tuple[int, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            found.append((number, json.loads(line, parse_constant=str)))
        except (ValueError, RecursionError):
            found.append((number, line))
    return found


def _of_items(items: list[tuple[int, Any]]) -> Table:
    records, bad = [], []
    for number, item in items:
        if not isinstance(item, dict):
            bad.append(BadRow(number, "", "row.not_an_object", as_text(item)[:80]))
            continue
        values = item
        if "geometry" in item or "properties" in item:
            properties = item.get("properties")
            values = dict(properties) if isinstance(properties, dict) else {}
            try:
                place = place_of(item.get("geometry"))
            except ValueError:
                bad.append(BadRow(number, "geometry", "row.bad_geometry", as_text(item)[:80]))
                continue
            if place is not None:
                values |= {"lon": place.lon, "lat": place.lat}
        elif isinstance(item.get("point"), list) and len(item["point"]) >= 2:  # noqa: PLR2004 - a pair
            values = {**item, "lon": item["point"][0], "lat": item["point"][1]}
        records.append(Record(number, {normalise(str(k)): _text(v) for k, v in values.items()}))
    names = dict.fromkeys(column for record in records for column in record.values)
    return Table(tuple(names), records, bad)


def _text(value: Any) -> str:
    """The text that a value would have had in a table: lists by commas, names in one language."""
    if isinstance(value, list) and all(isinstance(one, int | float | str) for one in value):
        return ",".join(map(str, value))
    if isinstance(value, dict) and value.keys() <= {"ru", "en"}:
        return str(value.get("ru") or value.get("en") or "")
    return as_text(value)


def _of_text(text: str, headless: Sequence[str]) -> Table:
    if not text.strip():
        raise FeedError("file.empty")
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    first = next(rows, None)
    if first is None:
        raise FeedError("file.empty")
    line, names = first
    columns = tuple(normalise(name) for name in names)
    if headless and _is_place(names, headless):
        columns = tuple(headless[: len(names)])
        return _filled(columns, [(line, names), *rows])
    if not {"lat", "latitude", "y"} & set(columns):
        raise FeedError("file.no_header", begins=text.strip().splitlines()[0][:80])
    return _filled(columns, list(rows))


def _delimiter(text: str) -> str:
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda one: (head.count(one), -DELIMITERS.index(one)))


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their last line; comments and empty lines are none."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    try:
        for row in reader:
            if row and not (len(row) == 1 and not row[0].strip()) and row[0][:1] != "#":
                yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error as error:
        raise FeedError("table.broken", line=reader.line_num, detail=str(error)) from None


def _is_place(cells: list[str], headless: Sequence[str]) -> bool:
    """Whether the first row holds values where its columns say latitude and longitude."""
    try:
        for name in ("lat", "lon"):
            float(cells[list(headless).index(name)])
    except (ValueError, IndexError):
        return False
    return True


def _filled(columns: tuple[str, ...], rows: list[tuple[int, list[str]]]) -> Table:
    records, bad = [], []
    for line, cells in rows:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            bad.append(BadRow(line, "", "row.extra_fields", cells[len(columns)][:80]))
        elif len(cells) < len(columns) and any(cells):
            if len(cells) * 2 < len(columns):
                bad.append(BadRow(line, "", "row.missing_fields", "|".join(cells)[:80]))
            else:  # trailing empty columns are often left out
                padded = cells + [""] * (len(columns) - len(cells))
                records.append(Record(line, dict(zip(columns, padded, strict=True))))
        else:
            records.append(Record(line, dict(zip(columns, cells, strict=False))))
    return Table(columns, records, bad)


def number(text: str) -> float | None:
    """A finite number, or ``None``."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value - value == 0.0 else None


def place(record: Record) -> tuple[float, float] | BadRow:
    """Longitude and latitude of a record, or what is wrong with them."""
    found = []
    for names, limit in ((LON, 180.0), (LAT, 90.0)):
        name, text = record.first(names)
        value = number(text)
        if text == "":
            return BadRow(record.line, name or names[0], "row.empty", "")
        if value is None:
            code = "row.comma_decimal" if number(text.replace(",", ".")) else "row.not_a_number"
            return BadRow(record.line, name, code, text[:80])
        if abs(value) > limit:
            return BadRow(record.line, name, "row.out_of_range", text[:80])
        found.append(value)
    return found[0], found[1]


LON: Final = ("longitude", "lon", "lng", "long", "x")
LAT: Final = ("latitude", "lat", "y")
