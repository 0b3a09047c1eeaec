"""Large text files cut into pieces that are read one by one, so that memory is bounded.

Each piece carries the file's header and knows which line it begins with, so that its rows and
rejects are those of the whole file.  What can't be cut (archives, JSON, files whose header changes
or whose dates must be understood from all of them) stays one piece.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from sylvan.feeds import columns, times
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.feeds.parsed import ParsedFile, Rejects
from sylvan.feeds.textfiles import HEADER_BYTES, Opened, decoded, find_header

PIECE_BYTES: Final = 8 << 20
"""About 90,000 rows of FIRMS."""
_WORDS: Final = re.compile(rb"^[A-Za-z\"][^\n]*", re.MULTILINE)
"""Lines that begin like words: a header again, or another one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of whole lines of a file, or all of it."""

    start: int
    stop: int
    """Bytes in the file."""
    header: tuple[int, int] = (0, 0)
    """Bytes of the header, to be read before the lines; none for a file's first piece."""
    shift: int = 0
    """What must be added to the numbers of its lines to have those of the file."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one reading of a file's bytes tells."""

    size: int
    sha256: bytes
    pieces: tuple[Piece, ...]


def scan(path: Path, options: ReadOptions, piece_bytes: int = PIECE_BYTES) -> Scan:
    """Hash a file and find where it may be cut.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
        opened, header = _header_of(head, options)
        file.seek(0)
        hashed = hashlib.sha256()
        pieces: list[Piece] = []
        size = lines = 0
        cuttable = opened is not None
        for block in _whole_lines(file, piece_bytes):
            hashed.update(block)
            if opened is not None and cuttable:
                whole = Piece(0, len(block))
                piece = replace(whole, header=header, shift=lines - 1) if size else whole
                pieces.append(replace(piece, start=size, stop=size + len(block)))
                cuttable = not _other_header(block, opened, options)
            lines += block.count(b"\n")
            size += len(block)
    if not cuttable or len(pieces) <= 1:
        pieces = [Piece(0, size)]
    return Scan(size, hashed.digest(), tuple(pieces))


def body_of(path: Path, piece: Piece) -> bytes:
    """The bytes of a piece, its header before them."""
    with path.open("rb") as file:
        file.seek(piece.header[0])
        header = file.read(piece.header[1] - piece.header[0])
        file.seek(piece.start)
        return header + file.read(piece.stop - piece.start)


def read_piece(name: str, body: bytes, piece: Piece, options: ReadOptions) -> ParsedFile:
    """Read a piece as the part of its file that it is.

    Raises:
        FeedError: what speaks against the piece speaks against the file.
    """
    try:
        parsed = read_file(name, body, options)
    except FeedError as error:
        line = error.params.get("line")
        if not isinstance(line, int) or not piece.shift:
            raise
        raise FeedError(error.code, **{**error.params, "line": line + piece.shift}) from None
    if not piece.shift:
        return parsed
    rows = parsed.rows
    rows["line"] += piece.shift
    lines = (parsed.rejects.line + piece.shift).astype(np.int32)
    rejects: Rejects = replace(parsed.rejects, line=lines)
    return replace(parsed, rows=rows, rejects=rejects)


def _header_of(head: bytes, options: ReadOptions) -> tuple[Opened | None, tuple[int, int]]:
    """The header of a text file and its place; None where the file must be read as a whole."""
    text = head[: head.rfind(b"\n") + 1]
    try:
        body = decoded(text)
        opened = find_header(body, options)
    except FeedError:
        return None, (0, 0)
    first = body[opened.start :].partition(b"\n")[0].decode("utf-8", "replace")
    words = first.replace('"', "").split(opened.delimiter)
    if options.date_order is None and any(times.is_short(times.date_part(word)) for word in words):
        return None, (0, 0)  # the order of day and month is understood from all dates of a file
    end = len(text) - len(body) + opened.start
    return opened, (text.rfind(b"\n", 0, end - 1) + 1, end)


def _whole_lines(file: BinaryIO, piece_bytes: int) -> Iterator[bytes]:
    """The file in blocks of whole lines."""
    rest = b""
    while read := file.read(piece_bytes):
        cut = read.rfind(b"\n") + 1
        if not cut:
            rest += read
            continue
        yield rest + read[:cut]
        rest = read[cut:]
    if rest:
        yield rest


def _other_header(body: bytes, opened: Opened, options: ReadOptions) -> bool:
    """Whether a line names other columns than the header does: its rows need all that follows."""
    for match in _WORDS.finditer(body):
        words = match[0].decode("utf-8", "replace").strip().split(opened.delimiter)
        names = tuple(word.strip('"') for word in words)
        usual = tuple(name.strip().strip('"') for name in opened.header.names)
        if names != usual and columns.looks_like_header(names, options.mapping):
            return True
    return False
