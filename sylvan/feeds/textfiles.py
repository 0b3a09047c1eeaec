"""CSV, TXT and TSV: header found by its words, rows checked for shape, the rest left to Arrow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from sylvan.feeds import columns
from sylvan.feeds.columns import Header
from sylvan.feeds.errors import FeedError
from sylvan.feeds.lines import Block, Mask, blocks, split_quoted
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parsed import EXCERPT_CHARS, Reason
from sylvan.feeds.raw import Lost, RawTable

BOM = b"\xef\xbb\xbf"
MARKERS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")
"""Lines that version control leaves in a file on a conflict."""
HEADER_LINES = 30  # lines looked at for a header, before the file is called headless
HEADER_BYTES = 1 << 20
_FEWEST_COLUMNS = 3  # latitude, longitude, time
_DELIMITERS = (",", "\t", "|")
_WORDS = ("satellite", "instrument", "confidence", "version", "daynight", "type", "date", "time")
_CODED = frozenset({*_WORDS, "method", "count"})
"""Fields with few distinct values: read as dictionaries."""


@dataclass(frozen=True)
class Opened:
    """Where the data begin and how they are separated."""

    header: Header
    delimiter: str
    start: int
    # byte after the header
    line: int
    # number of the line after the header
    markers: int


class TextFile:
    """A delimited text file; a :class:`sylvan.feeds.raw.Source`."""

    def __init__(self, body: bytes, options: ReadOptions) -> None:
        self._body = decoded(body)
        self._options = options
        self._opened = find_header(self._body, options)

    def tables(self) -> Iterator[RawTable]:
        """Pieces of the file; a new header in the middle begins a new layout."""
        opened = self._opened
        header, segments, first = opened.header, 1, True
        for block in blocks(self._body, opened.start, opened.line, opened.delimiter):
            cuts = _Cuts(block, opened, header, self._options)
            for piece, header in cuts.pieces():
                segments += header is not cuts.before
                cuts.before = header
                if segments > self._options.limits.segments:
                    raise FeedError("file.too_many_headers", limit=segments - 1)
                yield from self._read(block, piece, header)
            yield _counts(cuts.skipped, cuts.markers + first * opened.markers)
            first = False

    def _read(self, block: Block, lines: Mask, header: Header) -> Iterator[RawTable]:
        shape = _Shape(block, lines, header, self._options.limits.line_bytes)
        wanted = dict(header.index)
        names = {field: header.names[place].strip() for field, place in wanted.items()}
        empty = RawTable(header.kind, {}, names, np.zeros(0, np.int32))
        if shape.plain.any():
            body = block.only(shape.plain)
            yield replace(
                empty,
                columns=_arrow(body, header, self._opened.delimiter),
                line=_numbers(block, shape.plain),
                constants=header.constants,
            )
        rows, line, broken = shape.unquote(self._opened.delimiter)
        if rows:
            texts = {f: pa.array([r[i] for r in rows], pa.string()) for f, i in wanted.items()}
            yield replace(
                empty, columns=texts, line=np.array(line, np.int32), constants=header.constants
            )
        lost = tuple(one for one in (*shape.lost(), *broken) if len(one))
        bare = block.is_last and block.bare_end
        yield replace(empty, lost=lost, bare_end=bare, cut=shape.cut)


def _counts(skipped: int, markers: int) -> RawTable:
    return RawTable("", {}, {}, np.zeros(0, np.int32), skipped=skipped, markers=markers)


def decoded(body: bytes) -> bytes:
    """The body without a byte order mark, known to be UTF-8 text with usable line ends."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise FeedError("file.encoding", encoding="UTF-16", line=1)
    body = body.removeprefix(BOM)
    nul = body.find(b"\0")
    if nul >= 0:
        raise FeedError("file.nul", line=body.count(b"\n", 0, nul) + 1)
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
            raise FeedError("file.encoding", encoding="?", line=line) from None
    if b"\n" not in body and b"\r" in body:
        raise FeedError("file.line_ends")
    return body


def _split(line: bytes, delimiter: str) -> list[str]:
    text = line.decode("utf-8", "replace").strip("\r\n")
    return split_quoted(text, delimiter) or text.split(delimiter)


def find_header(body: bytes, options: ReadOptions) -> Opened:
    """Where the data begin.

    Raises:
        FeedError: no header, or one that can't be used.
    """
    position, markers = 0, 0
    for number in range(1, HEADER_LINES + 1):
        stop = body.find(b"\n", position, position + HEADER_BYTES) + 1 or len(body)
        line = body[position:stop]
        if len(line) > options.limits.line_bytes:
            raise FeedError("file.line_too_long", line=number, limit=options.limits.line_bytes)
        if line.startswith(MARKERS):
            markers += 1
        elif line.strip():
            found = _header(line, options)
            if found is not None:
                header, delimiter = found
                return Opened(header, delimiter, stop, number + 1, markers)
        position = stop
        if position >= len(body):
            break
    first = body.lstrip()[:EXCERPT_CHARS].decode("utf-8", "replace").splitlines()
    raise FeedError("file.no_header", begins=first[0] if first else "")


def _header(line: bytes, options: ReadOptions) -> tuple[Header, str] | None:
    for delimiter in _DELIMITERS:
        names = _split(line, delimiter)
        if columns.looks_like_header(names, options.mapping):
            return columns.resolve(names, options.mapping), delimiter
    if columns.looks_like_header(_split(line, ";"), options.mapping):
        raise FeedError("file.delimiter", delimiter=";")
    for delimiter in _DELIMITERS:
        names = _split(line, delimiter)
        if len(names) >= _FEWEST_COLUMNS and not any(_is_number(name) for name in names):
            columns.resolve(names, options.mapping)
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return not text.strip()
    return True


class _Cuts:
    """Finds the lines of a block that are no data: blank, markers, headers."""

    def __init__(self, block: Block, opened: Opened, header: Header, options: ReadOptions) -> None:
        self.block = block
        self.before = header
        self.skipped = 0
        self.markers = 0
        self._opened = opened
        self._options = options
        mapping = options.mapping
        self._sign = (mapping.columns.get("lat", "") if mapping else "lat").lower().encode()

    def pieces(self) -> Iterator[tuple[Mask, Header]]:
        """Masks of the data lines under each header, in order."""
        keep = self.block.length > 0
        keep &= ~self._blank(keep)
        header, since = self.before, 0
        for line in self._suspects(keep):
            text = self.block.text(line)
            if text.startswith(MARKERS):
                keep[line] = False
                self.markers += 1
                continue
            names = self._names(text)
            if names is None:
                continue
            keep[line] = False
            self.skipped += 1
            if tuple(names) != header.names:
                yield self._between(keep, since, line), header
                header, since = columns.resolve(names, self._options.mapping), line
        yield self._between(keep, since, len(keep)), header

    def _names(self, text: bytes) -> Sequence[str] | None:
        if self._sign not in text.lower():
            return None
        names = _split(text, self._opened.delimiter)
        if tuple(names) == self._opened.header.names:
            return names
        return names if columns.looks_like_header(names, self._options.mapping) else None

    def _between(self, keep: Mask, since: int, until: int) -> Mask:
        piece = np.zeros_like(keep)
        piece[since:until] = keep[since:until]
        return piece

    def _blank(self, keep: Mask) -> Mask:
        """Lines of spaces only; the few candidates have a single field."""
        blank = np.zeros_like(keep)
        for line in np.flatnonzero(keep & (self.block.fields == 1)).tolist():
            blank[line] = not self.block.text(line).strip()
        return blank

    def _suspects(self, keep: Mask) -> list[int]:
        """Lines that begin like a word or a marker, not like a number."""
        data = np.frombuffer(self.block.data, np.uint8)
        lines = np.flatnonzero(keep)
        first = data[self.block.start[lines]]
        letter = (first | 0x20) - np.uint8(ord("a")) < np.uint8(26)
        marker = np.isin(first, [mark[0] for mark in MARKERS]) | (first == ord('"'))
        found: list[int] = lines[letter | marker].tolist()
        return found


class _Shape:
    """Sorts the data lines of a piece by their shape."""

    def __init__(self, block: Block, lines: Mask, header: Header, line_bytes: int) -> None:
        self._block = block
        self._width = header.width
        long = lines & (block.length > line_bytes)
        stray = lines & ~long & block.stray
        fit = lines & ~long & ~stray
        self._quoted = fit & block.quoted
        fit &= ~block.quoted
        few = fit & (block.fields < header.width)
        many = fit & (block.fields > header.width)
        self.plain = fit & ~few & ~many
        last = np.zeros_like(lines)
        last[-1:] = block.is_last and block.bare_end
        self.cut = bool((few & last).any())
        self._bad = {
            Reason.LINE_TOO_LONG: long,
            Reason.CONTROL_CHARACTER: stray,
            Reason.TRUNCATED_LINE: few & last,
            Reason.MISSING_FIELDS: few & ~last,
            Reason.EXTRA_FIELDS: many,
        }

    def lost(self) -> Iterator[Lost]:
        """Lines of the wrong shape, by reason."""
        for reason, mask in self._bad.items():
            lines = np.flatnonzero(mask)
            values = [self._excerpt(line) for line in lines.tolist()]
            yield Lost.of(_numbers(self._block, mask).tolist(), reason, values)

    def unquote(self, delimiter: str) -> tuple[list[list[str]], list[int], list[Lost]]:
        """Rows of the lines with quotes, their numbers, and those that are broken."""
        rows: list[list[str]] = []
        numbers: list[int] = []
        bad: dict[Reason, list[int]] = {}
        for line in np.flatnonzero(self._quoted).tolist():
            row = split_quoted(self._block.text(line).decode(), delimiter)
            if row is not None and len(row) == self._width:
                rows.append(row)
                numbers.append(line + self._block.first_line)
            else:
                bad.setdefault(self._fault(row), []).append(line)
        lost = [
            Lost.of(
                [line + self._block.first_line for line in lines],
                reason,
                [self._excerpt(line) for line in lines],
            )
            for reason, lines in bad.items()
        ]
        return rows, numbers, lost

    def _fault(self, row: list[str] | None) -> Reason:
        if row is None:
            return Reason.UNCLOSED_QUOTE
        return Reason.MISSING_FIELDS if len(row) < self._width else Reason.EXTRA_FIELDS

    def _excerpt(self, line: int) -> str:
        return self._block.text(line)[:EXCERPT_CHARS].decode("utf-8", "replace")


def _numbers(block: Block, lines: Mask) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return (np.flatnonzero(lines) + block.first_line).astype(np.int32)


def _arrow(body: bytes, header: Header, delimiter: str) -> dict[str, pa.Array]:
    """Columns of well-shaped lines, as text."""
    wanted = {f"c{place}": field for field, place in header.index.items()}
    coded = pa.dictionary(pa.int32(), pa.string())
    table = pacsv.read_csv(
        pa.BufferReader(body),
        pacsv.ReadOptions(
            column_names=[f"c{i}" for i in range(header.width)], block_size=max(len(body), 1)
        ),
        pacsv.ParseOptions(delimiter=delimiter, quote_char=False),
        pacsv.ConvertOptions(
            include_columns=list(wanted),
            column_types={c: coded if f in _CODED else pa.string() for c, f in wanted.items()},
            strings_can_be_null=False,
        ),
    )
    return {field: table[name].combine_chunks() for name, field in wanted.items()}
