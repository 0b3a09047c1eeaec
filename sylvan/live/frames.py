"""The frames of the live channel: what we send, made once; what clients send, checked strictly.

A frame is made as the bytes that go over the wire, so that sending it to thousands costs one
write each. Compression, once it is offered, is another way of making the same frames once.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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

_SHORT: Final = 126
"""Lengths from here on stand in bytes of their own (RFC 6455, 5.2)."""
_FIRE: Final = re.compile(r"[0-9a-zA-Z-]{1,64}", re.ASCII)
_FIELD: Final = re.compile(r"[a-z0-9_.-]{1,60}", re.ASCII)
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


LOOKING: Final = "looking"
TYPING: Final = "typing"
DOING: Final = (LOOKING, TYPING)


@dataclass(frozen=True, slots=True)
class Said:
    """What a client says of itself: at which fire it is (``None``: at none any more)."""

    fire: str | None
    doing: str = LOOKING
    field: str | None = None


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


def payloads(data: bytes) -> Iterator[bytes]:
    """The texts in whole frames of ours; other ways out wrap them in their own form."""
    at = 0
    while at < len(data):
        opcode, length, head = data[at] & 15, data[at + 1], at + 2
        if length >= _SHORT:
            width = 2 if length == _SHORT else 8
            length = int.from_bytes(data[head : head + width], "big")
            head += width
        at = head + length
        if opcode == Opcode.TEXT:
            yield data[head:at]


_KNOCK: Final = Frame(Opcode.PING, b"").serialize(mask=False)


def ping(beat: Mapping[str, Any]) -> bytes:
    """Both pings in one write: the protocol's, and one that scripts in a browser can see.

    With how old each source's data are a screen notices a dead line and an old picture even while
    nothing changes.
    """
    return _KNOCK + text(dumps({"t": "ping", **beat}))


@dataclass(frozen=True, slots=True)
class Position:
    """Where the log stands."""

    epoch: UUID
    seq: int
    oldest: int

    def told(self) -> dict[str, Any]:
        """As frames tell it."""
        return {"epoch": str(self.epoch), "seq": self.seq, "oldest": self.oldest}


def hello(
    stand: Position, world: World, real_now: datetime, you: Mapping[str, str] | None
) -> bytes:
    """The first frame: where the log stands, whose time it is, as whom others see this client."""
    shown = world_shown(world, real_now)
    return text(dumps({"t": "hello", **stand.told(), "world": shown, "you": you}))


def world_shown(world: World, real_now: datetime) -> dict[str, Any]:
    """A world and what its clock shows."""
    return {
        "id": world.id,
        "name": world.name,
        "kind": world.kind.value,
        "now": world.now(real_now),
        "rate": world.clock.rate,
    }


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


def veiled(frame: bytes, over: Callable[[dict[str, Any]], dict[str, Any]]) -> bytes:
    """An event's frame, seen through a view."""
    (payload,) = payloads(frame)
    return text(dumps(over(json.loads(payload))))


def presence(fire: str, people: Sequence[Mapping[str, Any]], conflicts: Sequence[str]) -> bytes:
    """Who looks at a fire or types into what of it, and where two do the same."""
    told = {"t": "presence", "fire": fire, "people": people, "conflicts": conflicts}
    return text(dumps(told))


def skip_to(seq: int) -> bytes:
    """Nothing for this client up to and including ``seq``."""
    return text(b'{"t":"skip_to","seq":%d}' % seq)


def restart(kind: str, reason: str, stand: Position) -> bytes:
    """``gone`` or ``resync``: read a fresh snapshot, then resume after it."""
    return text(dumps({"t": kind, "reason": reason, **stand.told()}))


def parse(data: bytes) -> Resume | Said:
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
    match frame.get("t"):
        case "resume":
            return _resume(frame)
        case "presence":
            return _said(frame)
    raise BadFrame("t: expected resume or presence")


def _known(frame: dict[str, Any], *fields: str) -> None:
    unknown = set(frame) - {"t", *fields}
    if unknown:
        raise BadFrame(f"unknown field {min(unknown)[:40]}")


def _said(frame: dict[str, Any]) -> Said:
    _known(frame, "fire", "doing", "field")
    if "fire" not in frame:
        raise BadFrame("fire: missing")
    fire, doing, field = frame.get("fire"), frame.get("doing", LOOKING), frame.get("field")
    if fire is not None and not (isinstance(fire, str) and _FIRE.fullmatch(fire)):
        raise BadFrame("fire: expected the id of one, or null")
    if doing not in DOING:
        raise BadFrame(f"doing: expected {' or '.join(DOING)}")
    if field is not None and not (isinstance(field, str) and _FIELD.fullmatch(field)):
        raise BadFrame("field: expected a name of up to 60 letters, or null")
    return Said(fire, doing, field if doing == TYPING else None)


def _resume(frame: dict[str, Any]) -> Resume:
    _known(frame, "epoch", "after", "filter")
    epoch, after = frame.get("epoch"), frame.get("after")
    if not isinstance(epoch, str):
        raise BadFrame("epoch: expected a string")
    if type(after) is not int or not 0 <= after <= MAX_SEQ:
        raise BadFrame("after: expected a number of the log")
    try:
        return Resume(epoch, after, Filter.parse(frame.get("filter")))
    except FilterError as error:
        raise BadFrame(str(error)) from error
