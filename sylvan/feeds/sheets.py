"""Tables of a register as files: CSV and XLSX, read into text by heading and written from values.

Spreadsheets turn codes into numbers and moments into dates; whatever a cell holds becomes the text
that a person sees in it, so that both kinds of file are judged by the same rules.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from sylvan.feeds.errors import FeedError
from sylvan.feeds.pages import refuse_error_page

DELIMITERS: Final = (",", ";", "\t")
ZIP: Final = b"PK\x03\x04"
MOST_BYTES: Final = 16 << 20
"""Of a file; ten thousand units are two megabytes."""
MOST_UNPACKED: Final = 200_000_000
"""Bytes of a workbook's parts: a small file may unpack to anything."""
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
BROKEN: Final = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, OSError, EOFError, SyntaxError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError),
)
"""What the reader of workbooks raises for one that is damaged."""
_SEPARATORS: Final = re.compile(r"\W+")
_FORMULA: Final = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file."""

    name: str
    columns: tuple[str, ...]
    """Headings, made plain: ``name_ru``."""
    records: tuple[tuple[int, Mapping[str, str]], ...]
    """Line in the file and cells by heading; empty lines are none."""


class Out(Protocol):
    """A table to be written."""

    @property
    def name(self) -> str:
        """Of the sheet."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Headings."""

    @property
    def rows(self) -> Sequence[Mapping[str, str | float | None]]:
        """Values by heading."""


def read_sheets(name: str, body: bytes) -> list[Sheet]:
    """The tables of a CSV file or workbook, recognised by content.

    Raises:
        FeedError: too large, broken, without headings or rows; ``params["file"]`` names it.
    """
    if len(body) > MOST_BYTES:
        raise FeedError("sheet.too_large", file=name, most_mb=MOST_BYTES >> 20)
    try:
        sheets = _of_workbook(body) if body[:4] == ZIP else [_of_text(name, body)]
    except FeedError as error:
        raise error.named(name) from None
    if not any(sheet.records for sheet in sheets):
        raise FeedError("table.no_rows", file=name)
    return [sheet for sheet in sheets if sheet.records]


def _of_text(name: str, body: bytes) -> Sheet:
    refuse_error_page(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise FeedError("file.encoding", encoding="?", line=line) from None
    if not text.strip():
        raise FeedError("file.empty")
    head = next(line for line in text.splitlines() if line.strip())
    delimiter = max(DELIMITERS, key=lambda one: (head.count(one), -DELIMITERS.index(one)))
    return _table(name.rsplit("/", 1)[-1].rsplit(".", 1)[0], _lines(text, delimiter))


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise FeedError("table.broken", line=reader.line_num, detail=str(error)) from None


def _of_workbook(body: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise FeedError("sheet.too_large", most_mb=MOST_UNPACKED // 1_000_000)
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        return [_table(sheet.title, _cells(sheet)) for sheet in book.worksheets]
    except BROKEN as error:
        raise FeedError("sheet.broken", detail=str(error)[:200]) from None


def _cells(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        yield line, [_text(value) for value in row]


def _text(value: Any) -> str:
    """What a person sees in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # codes and counts come as floats
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _table(name: str, lines: Iterable[tuple[int, list[str]]]) -> Sheet:
    """The first line that holds anything is the headings; too many rows are no register."""
    columns: tuple[str, ...] = ()
    records: list[tuple[int, Mapping[str, str]]] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _headings(cells)
            continue
        if len(records) == MOST_ROWS:
            raise FeedError("sheet.too_many_rows", most=MOST_ROWS)
        if any(cell.strip() for cell in cells[len(columns) :]):
            raise FeedError("sheet.beyond_headings", line=line)
        told = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        records.append((line, told))
    return Sheet(name, columns, tuple(records))


def _headings(cells: Sequence[str]) -> tuple[str, ...]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    names = tuple(_SEPARATORS.sub("_", cell.strip().lower()).strip("_") for cell in cells)
    told = [name for name in names if name]
    twice = sorted({name for name in told if told.count(name) > 1})
    if twice:
        raise FeedError("sheet.twice", columns=", ".join(twice))
    return names


def write_csv(table: Out) -> bytes:
    """One table as CSV in UTF-8, with the mark that spreadsheets know it by."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_plain(row[name]) for name in table.columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(tables: Sequence[Out]) -> bytes:
    """All tables as one workbook; what begins like a formula stays text."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "A2"
        sheet.append(list(table.columns))
        for row in table.rows:
            sheet.append([_cell(sheet, row[name]) for name in table.columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: str | float | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(value).removesuffix(".0")


def _cell(sheet: Any, value: str | float | None) -> Any:
    if not isinstance(value, str) or not value.startswith(_FORMULA):
        return value if value != "" else None
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell
