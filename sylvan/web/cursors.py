"""Cursors of keyset paging: opaque to clients, a moment and an id to us."""

import base64
import binascii
from datetime import datetime

import orjson

from sylvan.domain.codes import Invalid


def encode(moment: datetime, key: object) -> str:
    """The cursor after a row."""
    return base64.urlsafe_b64encode(orjson.dumps([moment, str(key)])).decode().rstrip("=")


def decode(cursor: str | None) -> tuple[datetime, str] | None:
    """The row after which a page starts."""
    if cursor is None:
        return None
    try:
        body = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        moment, key = orjson.loads(body)
        found = datetime.fromisoformat(moment)
    except (ValueError, TypeError, binascii.Error):
        raise Invalid("problem.cursor", {"value": cursor[:80]}, "cursor") from None
    if found.tzinfo is None or not isinstance(key, str):
        raise Invalid("problem.cursor", {"value": cursor[:80]}, "cursor")
    return found, key
