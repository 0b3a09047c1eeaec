"""The frames of the live channel: what we send, made once; what clients send, checked strictly.

A frame is made as the bytes that go over the wire, so that sending it to thousands costs one
write each. Compression, once it is offered, is another way of making the same frames once.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from websockets.frames import Frame, Opcode

from sylvan.domain.worlds import World
from sylvan.live.filters import Filter, FilterError
from sylvan.live.log import EventRow

MAX_SEQ: Final = 2**53 - 1
"""Largest number that a browser reads exactly (ECMAScript's MAX_SAFE_INTEGER)."""

_OPTIONS: Final = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class BadFrame(Exception):  # noqa: N818 - it is an answer to the client, not a fault of ours
    """A client sent something that the protocol does not know; the text goes into the close."""


class Resume:
    """A client's wish: everything after a number, through a filter."""

    __slots__ = ("after", "epoch", "filter")

    def __init__(self, epoch: str, after: int, wanted: Filter) -> None:
        self.epoch = epoch
        self.after = after
        self.filter = wanted


def dumps(value: Any) -> bytes:
    """JSON with times in Z; integers beyond 64 bits (jsonb may hold them) go the slow way."""
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain).encode()


def _plain(value: Any) -> str:
    """What JSON has no form for, as orjson writes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def text(payload: bytes) -> bytes:
    """A whole text frame as a server sends it (not masked)."""
    return Frame(Opcode.TEXT, payload).serialize(mask=False)


PING: Final = Frame(Opcode.PING, b"").serialize(mask=False) + text(b'{"t":"ping"}')
"""Both pings in one write: the protocol's, which every client answers, and one that scripts in a
browser can see, so that a screen notices a dead line too."""


def hello(epoch: UUID, seq: int, oldest: int, world: World, real_now: datetime) -> bytes:
    """The first frame: where the log stands, and whose time it is."""
    shown = {
        "id": world.id,
        "name": world.name,
        "kind": world.kind.value,
        "now": world.now(real_now),
        "rate": world.clock.rate,
    }
    head = {"t": "hello", "epoch": str(epoch), "seq": seq, "oldest": oldest, "world": shown}
    return text(dumps(head))


def event(row: EventRow, epoch: UUID) -> bytes:
    """One event, as everybody who may see it gets it."""
    return text(
        dumps(
            {
                "t": "event",
                "seq": row.seq,
                "epoch": str(epoch),
                "world": row.world_id,
                "kind": row.kind,
                "id": row.subject,
                "at": row.at,
                "territories": list(row.territories),
                "point": row.point,
                "actor": row.actor,
                "body": row.body,
            }
        )
    )


def skip_to(seq: int) -> bytes:
    """Nothing for this client up to and including ``seq``."""
    return text(b'{"t":"skip_to","seq":%d}' % seq)


def restart(kind: str, reason: str, epoch: UUID, seq: int, oldest: int) -> bytes:
    """``gone`` or ``resync``: read a fresh snapshot, then resume after it."""
    frame = {"t": kind, "reason": reason, "epoch": str(epoch), "seq": seq, "oldest": oldest}
    return text(dumps(frame))


def parse(data: bytes) -> Resume:
    """Read a client's frame.

    Raises:
        BadFrame: it is not JSON, not a known type, or a field is missing, unknown or out of range.
    """
    try:
        frame = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadFrame("not JSON") from error
    if not isinstance(frame, dict):
        raise BadFrame("not an object")
    if frame.get("t") != "resume":
        raise BadFrame("t: expected resume")
    return _resume(frame)


def _resume(frame: dict[str, Any]) -> Resume:
    unknown = set(frame) - {"t", "epoch", "after", "filter"}
    if unknown:
        raise BadFrame(f"unknown field {min(unknown)[:40]}")
    epoch, after = frame.get("epoch"), frame.get("after")
    if not isinstance(epoch, str):
        raise BadFrame("epoch: expected a string")
    if type(after) is not int or not 0 <= after <= MAX_SEQ:
        raise BadFrame("after: expected a number of the log")
    try:
        return Resume(epoch, after, Filter.parse(frame.get("filter")))
    except FilterError as error:
        raise BadFrame(str(error)) from error
