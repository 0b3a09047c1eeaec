"""Presence as gateways tell it to each other: small messages, each about some screens.

Times are not told: how long something holds is counted by whoever hears it, so that gateways whose
clocks disagree agree all the same.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sylvan.live.frames import Said
from sylvan.live.presence import Note, Person
from sylvan.services.presence import Spot

log = logging.getLogger(__name__)

_NAME: Final = 80
"""Letters of a name that are told."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a gateway told of one screen; no note: it is at no fire any more."""

    screen: str
    note: Note | None


def noted(screen: str, note: Note) -> dict[str, Any]:
    """A screen's note, ready to be packed."""
    return {
        "screen": screen,
        "world": note.place[0],
        "fire": note.place[1],
        "doing": note.said.doing,
        "field": note.said.field,
        "who": note.person.who,
        "name": note.person.name[:_NAME],
        "role": note.person.role,
        "territories": note.spot.territories,
        "point": note.spot.point,
    }


def pack(gateway: str, told: Mapping[str, Mapping[str, Any]], most: int) -> list[str]:
    """Messages of up to ``most`` bytes; what is larger by itself is left out."""
    head = len(orjson.dumps({"gateway": gateway, "screens": []}))
    messages: list[list[bytes]] = []
    room = 0
    for one in told.values():
        body = orjson.dumps(one)
        if len(body) + head > most:
            continue
        if not messages or len(body) + 1 > room:
            messages.append([])
            room = most - head
        messages[-1].append(body)
        room -= len(body) + 1
    start = orjson.dumps({"gateway": gateway}).decode()[:-1]
    return [f'{start},"screens":[{b",".join(parts).decode()}]}}' for parts in messages]


def unpack(message: str, own: str, until: float) -> Iterator[Heard]:
    """What was told; one's own words come back too and are left out."""
    try:
        told = orjson.loads(message)
        if told["gateway"] != own:
            yield from [_heard(one, until) for one in told["screens"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        log.warning("a message about presence cannot be read")


def _heard(one: Mapping[str, Any], until: float) -> Heard:
    if "fire" not in one:
        return Heard(str(one["screen"]), None)
    point = (float(one["point"][0]), float(one["point"][1])) if one["point"] else None
    note = Note(
        (int(one["world"]), str(one["fire"])),
        Spot(tuple(one["territories"]), point),
        Person(str(one["who"]), str(one["name"]), str(one["role"])),
        Said(str(one["fire"]), str(one["doing"]), one["field"]),
        until,
    )
    return Heard(str(one["screen"]), note)
