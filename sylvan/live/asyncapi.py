"""The live channel as an AsyncAPI 3.0 document: every frame's schema, both ways, and every close.

Served by the API and kept in ``docs/asyncapi.yaml`` (``python -m sylvan.live.asyncapi`` prints it);
tests check each frame on the wire against these schemas.
"""

import sys
from typing import Any, Final

import yaml

from sylvan.domain.worlds import WorldKind
from sylvan.live.asyncapi_filter import LAT, LON, filter_schema
from sylvan.live.filters import KINDS
from sylvan.live.frames import DOING, MAX_SEQ
from sylvan.live.gateway import BAD_FRAME, PATH
from sylvan.live.hub import FORBIDDEN, LAGGING, SIGNED_OUT
from sylvan.live.limits import DEFAULT

Schema = dict[str, Any]

_SEQ: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": MAX_SEQ}
_EPOCH: Final[Schema] = {
    "type": "string",
    "format": "uuid",
    "description": "Identity of the numbering. When it changes, old numbers say nothing.",
}
_OLDEST: Final[Schema] = {
    "type": "integer",
    "minimum": 1,
    "description": "First number that may still be asked for: `after` ≥ oldest − 1 can resume.",
}
_TIME: Final[Schema] = {"type": "string", "format": "date-time"}


def _frame(name: str, description: str, **fields: Schema) -> Schema:
    """A frame's schema: an object of exactly these fields."""
    fields = {"t": {"const": name}, **fields}
    return {
        "type": "object",
        "description": description,
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _restart(name: str, description: str, reasons: list[str]) -> Schema:
    reason = {"enum": reasons}
    return _frame(name, description, reason=reason, epoch=_EPOCH, seq=_SEQ, oldest=_OLDEST)


def _world() -> Schema:
    fields: dict[str, Schema] = {
        "id": {"type": "integer", "minimum": 1},
        "name": {"type": "string"},
        "kind": {"enum": [kind.value for kind in WorldKind]},
        "now": {**_TIME, "description": "What the world's clock shows now."},
        "rate": {"type": "number", "minimum": 0, "description": "How fast it runs; 1 is real."},
    }
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _event() -> Schema:
    return _frame(
        "event",
        "One numbered change, of this socket's world, within rights and filter.",
        seq=_SEQ,
        epoch=_EPOCH,
        world={"type": "integer", "minimum": 1},
        kind={"type": "string", "description": f"What changed. Known: {', '.join(KINDS)}."},
        id={"type": "string", "description": "Id of the thing that changed."},
        at={**_TIME, "description": "When, by the world's clock."},
        territories={"type": "array", "items": {"type": "string"}},
        point={
            "oneOf": [
                {"type": "array", "prefixItems": [LON, LAT], "minItems": 2, "maxItems": 2},
                {"type": "null"},
            ]
        },
        actor={
            "type": ["string", "null"],
            "description": "Subject of who did it; null for roles that are not shown people.",
        },
        body={
            "type": "object",
            "description": "The thing itself, so that nobody has to re-read. What a role does not "
            "see is null, or empty.",
        },
    )


def _ping() -> Schema:
    moment = {"oneOf": [_TIME, {"type": "null"}]}
    age = {
        "feed": {"type": "string"},
        "state": {"type": "string"},
        "last_data": moment,
        "last_pass": moment,
        "age_s": {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "Seconds of the world's clock since its newest data.",
        },
    }
    feed = {
        "type": "object",
        "properties": age,
        "required": list(age),
        "additionalProperties": False,
    }
    return _frame(
        "ping",
        f"Heartbeat every {DEFAULT.ping_s:.0f} s, needs no answer. It tells how old the data are, "
        "also while nothing changes.",
        seq={**_SEQ, "description": "Number of the newest event, whether it was for you or not."},
        at={**_TIME, "description": "What the world's clock shows."},
        store={
            "enum": ["ok", "read_only", "away"],
            "description": "Whether changes can be made; `away`: nothing new can come either.",
        },
        feeds={
            "type": "array",
            "items": feed,
            "description": "Empty for roles that hear nothing of feeds.",
        },
    )


_WHO: Final[Schema] = {
    "who": {"type": "string", "description": "The same on all screens of one person; no name."},
    "name": {"type": "string"},
    "role": {"type": "string"},
}
_DOING: Final[Schema] = {"enum": list(DOING)}
_FIELD: Final[Schema] = {
    "type": ["string", "null"],
    "pattern": "^[a-z0-9_.-]{1,60}$",
    "description": "What is typed into.",
}


def _you() -> Schema:
    return {
        "type": ["object", "null"],
        "description": "As whom others see you; null for roles that are told nothing of people.",
        "properties": _WHO,
        "required": list(_WHO),
        "additionalProperties": False,
    }


def _presence() -> Schema:
    person = {**_WHO, "doing": _DOING, "field": _FIELD}
    people = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": person,
            "required": list(person),
            "additionalProperties": False,
        },
        "description": f"All who are there, you too, up to {DEFAULT.presence_people}.",
    }
    return _frame(
        "presence",
        "Who is at a fire now. Not numbered and not kept; a newer frame replaces it.",
        fire={"type": "string"},
        people=people,
        conflicts={
            "type": "array",
            "items": {"type": "string"},
            "description": "Fields that several people type into.",
        },
    )


def _presence_said() -> Schema:
    said = _frame(
        "presence",
        f"Where you are; say it again every few seconds, it holds for {DEFAULT.presence_s:.0f} s. "
        "Told at most once a second; unheard if the fire is not in your reach.",
        fire={
            "type": ["string", "null"],
            "pattern": "^[0-9a-zA-Z-]{1,64}$",
            "description": "Id of a fire; null: at none any more.",
        },
        doing=_DOING,
        field=_FIELD,
    )
    said["required"] = ["t", "fire"]
    return said


def schemas() -> dict[str, Schema]:
    """JSON Schemas of all frames by name."""
    resume = _frame(
        "resume",
        "Stream from a number on. May be sent again at any time, to change the filter; the answer "
        "is `skip_to` with the same number, or `gone`, or `resync`.",
        epoch={"type": "string", "description": "As in `hello` or in the snapshot."},
        after={**_SEQ, "description": "The last number held: a snapshot's `as_of_seq`, or ours."},
        filter=filter_schema(),
    )
    resume["required"] = ["t", "epoch", "after"]
    return {
        "hello": _frame(
            "hello",
            "First frame: where the log stands, and whose clock counts.",
            epoch=_EPOCH,
            seq=_SEQ,
            oldest=_OLDEST,
            world=_world(),
            you=_you(),
        ),
        "event": _event(),
        "skip_to": _frame(
            "skip_to",
            "Nothing for this socket up to and including this number. Answers `resume`, stands "
            "before an event whose number does not follow, and comes at most once a second while "
            "only other people's events pass.",
            seq=_SEQ,
        ),
        "gone": _restart("gone", "What was missed is older than the retention.", ["retention"]),
        "resync": _restart(
            "resync",
            "The stream cannot go on: read a fresh snapshot and resume after it, here or anew.",
            ["epoch", "ahead", "gap", "overload", "rights"],
        ),
        "ping": _ping(),
        "presence": _presence(),
        "resume": resume,
        "presence_said": _presence_said(),
    }


SERVER_FRAMES: Final = ("hello", "event", "skip_to", "gone", "resync", "ping", "presence")
CLIENT_FRAMES: Final = ("resume", "presence_said")

_CLOSES: Final = {
    "1001": "The server stops; come back in a moment and resume.",
    "1002": "Not the websocket protocol.",
    "1006": f"Nothing heard from the client for {DEFAULT.dead_s:.0f} s (no close frame is sent).",
    "1007": "Text that is not UTF-8.",
    "1009": f"A message above {DEFAULT.frame_bytes // 1024} KiB.",
    str(BAD_FRAME): f"A frame that this protocol does not know, or more than "
    f"{DEFAULT.frames_per_s:.0f} a second. Do not come back unchanged.",
    str(SIGNED_OUT): "The session or key has ended; told within 5 s. Sign in, come back, resume.",
    str(FORBIDDEN): "The role is not open to the live channel any more.",
    str(LAGGING): f"Too slow: over {DEFAULT.buffer_bytes // 1024} KiB waited for "
    f"{DEFAULT.lagging_s:.0f} s. Come back and resume.",
}
_REFUSALS: Final = {
    "401": "No session and no key, or one that does not hold.",
    "403": "The role is not open to the live channel; or the page's Origin is neither this host "
    "nor allowed.",
    "404": "Another path, or no such world.",
    "503": "The log has not been reached yet, or too many sockets; see Retry-After.",
}

_PROMISE: Final = """\
Everything that changes is one event with a number. Numbers have no gaps; they are common to all
worlds. After `hello` send `resume` with the last number you hold; then come all later events of
your world within your rights and filter, in order, each once, first those that you missed. Where a
number is not for you, `skip_to` says so before the next event: if a number is neither an event nor
skipped, it was lost. Keep the number of the last `event` or `skip_to`; after any break, resume
after it.

To begin, read `GET /api/v1/snapshot`: it carries `epoch` and `as_of_seq` of one transaction; resume
after that. After `gone` or `resync` do the same. Ignore frames whose `t` you do not know.

Who asks is known by the session's cookie or by `Authorization: Bearer` with a key, never by the
address. Rights are asked again while a socket is open: `resync` with reason `rights` means that
other things are in reach now. Of a client that reads too slowly several changes of one thing are
drawn together to the newest; the numbers left out are skipped as all others are.

Where a firewall lets no websocket through, `GET /api/v1/live/events` (server-sent events) and
`GET /api/v1/changes` (polling) give the same events with the same numbers, filters and rights."""


def _messages() -> dict[str, Any]:
    return {
        name: {
            "name": name,
            "title": schema["description"].split(".")[0],
            "contentType": "application/json",
            "payload": {"$ref": f"#/components/schemas/{name}"},
        }
        for name, schema in schemas().items()
    }


def _channel() -> dict[str, Any]:
    query = {
        "type": "object",
        "description": "Other fields are ignored.",
        "properties": {
            "world": {"type": "string", "description": "A world's name; the live one if left out."}
        },
    }
    return {
        "address": PATH,
        "title": "The live channel",
        "description": _PROMISE,
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"}
            for name in (*SERVER_FRAMES, *CLIENT_FRAMES)
        },
        "bindings": {
            "ws": {
                "method": "GET",
                "query": query,
                "headers": _headers(),
                "bindingVersion": "0.1.0",
            }
        },
        "x-close-codes": _CLOSES,
        "x-refusals": {
            "description": "Before the upgrade, as application/problem+json (RFC 9457).",
            **_REFUSALS,
        },
    }


def _headers() -> Schema:
    return {
        "type": "object",
        "properties": {
            "Authorization": {
                "type": "string",
                "description": "`Bearer` and a key, for programs; browsers send their cookie.",
            }
        },
    }


def _operation(action: str, names: tuple[str, ...], summary: str) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/live"},
        "messages": [{"$ref": f"#/channels/live/messages/{name}"} for name in names],
    }


def document(version: str = "1") -> dict[str, Any]:
    """The whole document. ``version`` is that of the API."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sylvan live channel",
            "version": version,
            "description": "What changes, as it changes: one websocket, numbered events.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {"live": _channel()},
        "operations": {
            "follow": _operation("send", SERVER_FRAMES, "What the server sends."),
            "resume": _operation("receive", CLIENT_FRAMES, "What a client may send."),
        },
        "components": {"messages": _messages(), "schemas": schemas()},
    }


class _Plain(yaml.SafeDumper):
    """Shared pieces are written out each time: readers of the document are no parsers."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's signature
        return True


def as_yaml() -> str:
    """The document as it stands in ``docs/asyncapi.yaml``."""
    return yaml.dump(document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)


if __name__ == "__main__":
    sys.stdout.write(as_yaml())
