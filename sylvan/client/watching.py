"""What changes, as it changes: polling and server-sent events, both resumed where they stopped."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

from sylvan.client import operations
from sylvan.client.call import Call
from sylvan.client.transport import AsyncClient, Client, read


class Wish(TypedDict, total=False):
    """What to hear of; the live channel's filter."""

    bbox: str
    kinds: list[str]
    fires: list[str]
    least_priority: float
    statuses: list[str]


@dataclass(frozen=True)
class Position:
    """Where one stands in the log. Keep it: what comes after it is told from there on."""

    epoch: str
    seq: int


@dataclass(frozen=True)
class Changes:
    """Some events, and where one stands after them."""

    events: list[dict[str, Any]]
    position: Position


def _ask(position: Position | None, wish: Wish) -> Call[Any]:
    after = None if position is None else position.seq
    epoch = None if position is None else position.epoch
    return operations.live_changes(after=after, epoch=epoch, limit=500, **wish)


def _told(page: dict[str, Any]) -> Changes:
    return Changes(list(page["events"]), Position(str(page["epoch"]), int(page["seq"])))


def poll(
    client: Client, position: Position | None = None, every_s: float = 5.0, **wish: Unpack[Wish]
) -> Iterator[Changes]:
    """Ask again and again; yields at least once a round, also where nothing came.

    Raises:
        ProblemError: 410 ``live.gone`` or ``live.resync``: read a fresh snapshot, begin anew.
    """
    while True:
        page = client(_ask(position, wish))
        told = _told(page)
        position = told.position
        yield told
        if not page["more"]:
            time.sleep(every_s)


async def poll_async(
    client: AsyncClient,
    position: Position | None = None,
    every_s: float = 5.0,
    **wish: Unpack[Wish],
) -> AsyncIterator[Changes]:
    """The same, without a thread."""
    while True:
        page = await client(_ask(position, wish))
        told = _told(page)
        position = told.position
        yield told
        if not page["more"]:
            await asyncio.sleep(every_s)


def stream(
    client: Client, position: Position | None = None, **wish: Unpack[Wish]
) -> Iterator[Changes]:
    """Server-sent events until the server ends them; come again after the last position.

    Raises:
        ProblemError: the server said no.
    """
    call = operations.live_events(
        after=None if position is None else position.seq,
        epoch=None if position is None else position.epoch,
        **wish,
    )
    request = call.request(client.settings.world)
    with client.http.stream(**request, timeout=None) as answer:
        if answer.is_error:
            answer.read()
            read(call, answer)
        yield from _frames(answer.iter_lines(), position)


def _frames(lines: Iterator[str], position: Position | None) -> Iterator[Changes]:
    data: list[str] = []
    for line in lines:
        if line.startswith("data:"):
            data.append(line.removeprefix("data:").lstrip())
        elif not line and data:
            frame, data = json.loads("\n".join(data)), []
            position = _moved(position, frame)
            if frame["t"] == "event" and position is not None:
                yield Changes([frame], position)
            elif position is not None:
                yield Changes([], position)


def _moved(position: Position | None, frame: dict[str, Any]) -> Position | None:
    """Where one stands after a frame."""
    if "epoch" in frame and "seq" in frame:
        return Position(str(frame["epoch"]), int(frame["seq"]))
    if frame["t"] == "skip_to" and position is not None:
        return replace(position, seq=int(frame["seq"]))
    return position
