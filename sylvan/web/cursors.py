"""Cursors of keyset paging: opaque to clients, a moment and an id to us."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from sylvan.domain.codes import Invalid


@dataclass(frozen=True, slots=True)
class Row:
    """Where a page ended."""

    at: datetime
    key: str
    cursor: str


def encode(moment: datetime | str, key: object) -> str:
    """The cursor after a row."""
    return base64.urlsafe_b64encode(orjson.dumps([moment, str(key)])).decode().rstrip("=")


def refused(cursor: str) -> Invalid:
    """A cursor that none of our answers held."""
    return Invalid("problem.cursor", {"value": cursor[:80]}, "cursor")


def decode(cursor: str) -> Row:
    """The row after which a page starts."""
    try:
        body = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        moment, key = orjson.loads(body)
        found = datetime.fromisoformat(moment)
    except (ValueError, TypeError, binascii.Error):
        raise refused(cursor) from None
    if found.tzinfo is None or not isinstance(key, str):
        raise refused(cursor)
    return Row(found, key, cursor)


def as_uuid(row: Row) -> UUID:
    """The key of a thing with an id."""
    try:
        return UUID(row.key)
    except ValueError:
        raise refused(row.cursor) from None


def as_int(row: Row) -> int:
    """The key of a thing with a number, as the database counts."""
    try:
        number = int(row.key)
    except ValueError:
        raise refused(row.cursor) from None
    if not -(2**63) <= number < 2**63:
        raise refused(row.cursor)
    return number
