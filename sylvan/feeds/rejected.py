"""What of a body could not be used, judged again by the readers that take it in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sylvan.domain.feeding import RejectedRow
from sylvan.feeds import lightning
from sylvan.feeds.containers import Member, unpack
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import FILE_LIMITS, ReadOptions
from sylvan.feeds.parse import read_file

STROKES: Final = "lightning"
ROW_CHARS: Final = 4096
"""Characters of a line that are told; longer ones are no rows of a table."""
_NO_LINES: Final = (b"{", b"[", b"<", b"\x00")
"""How bodies begin whose rows are not lines: JSON, XML, shapefiles."""


def rejects(product: str, name: str, body: bytes, now: datetime) -> Sequence[RejectedRow]:
    """The rows of a satellites' or a lightning file that can't be used.

    Args:
        product: what the ledger calls it.
        name: file name.
        body: as it came.
        now: the world's clock when it came, which says what lay in the future.

    Raises:
        FeedError: today's reader refuses the file as a whole.
    """
    if product == STROKES:
        bad = lightning.read_strokes(name, body, now).bad
        return [RejectedRow(name, one.line, one.field, one.code, one.value) for one in bad]
    read = read_file(name, body, ReadOptions(now=int(now.timestamp())))
    return [
        RejectedRow(one.file, one.line, one.field, one.reason.code, one.value)
        for one in read.rejects
    ]


def with_lines(name: str, body: bytes, rows: Sequence[RejectedRow]) -> Sequence[RejectedRow]:
    """The same rows with their lines as they came; empty where a file has no lines."""
    if not rows:
        return rows
    try:
        members = unpack(name, body, FILE_LIMITS)
    except FeedError:
        return rows
    lines = {_label(name, one, members): _lines(one) for one in members}
    return [replace(one, row=_line(lines.get(one.file, []), one.line)) for one in rows]


def _label(name: str, member: Member, members: Sequence[Member]) -> str:
    """As readers name a part of an archive."""
    return name if len(members) == 1 else f"{name}/{member.name}"


def _lines(member: Member) -> Sequence[bytes]:
    body = member.body.removeprefix(b"\xef\xbb\xbf")
    if member.side or body.lstrip()[:1] in _NO_LINES:
        return []
    return body.split(b"\n")


def _line(lines: Sequence[bytes], number: int) -> str:
    if not 1 <= number <= len(lines):
        return ""
    return lines[number - 1].rstrip(b"\r").decode("utf-8", "replace")[:ROW_CHARS]
