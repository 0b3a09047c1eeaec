"""Everybody loses the line at once and comes back at once: what each then holds, and how soon.

Clients are of different roles, territories and filters. While they are away changes are written,
and more while they come back; every number is held against what the plain rule says.
"""

import asyncio
import re
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

import uvloop

from sylvan.bench import live_people as people
from sylvan.bench.live_crowd import AT_ONCE, Client, Load, opened, until
from sylvan.ops.more_files import raise_limit

BEFORE, AWAY, MEANWHILE = 20, 200, 50
"""Changes before the line is lost, while it is, and while everybody comes back."""
MEANWHILE_PAUSE_S = 0.02
_TOLD = re.compile(rb'"t":"(event|skip_to)","seq":(\d+)[,}]')
_LONGEST = 64
"""Bytes of the longest text that the pattern can match."""


class Follower(Client):
    """Follows the log, and remembers numbers that nobody explained."""

    def __init__(self, load: Load, number: int, got: list[int], held: int = 0) -> None:
        super().__init__(load, number, held=held)
        self.got, self.unexplained = got, 0
        self._rest = b""

    def hear(self, data: bytes) -> None:
        """Events and announced gaps; a frame may come in two pieces."""
        text, end = self._rest + data, 0
        for found in _TOLD.finditer(text):
            end, seq = found.end(), int(found[2])
            if found[1] == b"event":
                self.unexplained += seq != self.held + 1
                self.got.append(seq)
            self.held = max(self.held, seq)
        self._rest = text[max(end, len(text) - _LONGEST) :]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; all but ``seconds`` and ``received`` have to be 0."""

    seconds: float
    received: int
    missed: int
    doubled: int
    foreign: int
    unexplained: int


def weather(pipe: Connection, load: Load) -> None:
    """The process of clients. It is led by :func:`sylvan.bench.live.storm`."""
    raise_limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        pipe.send(runner.run(_scene(pipe, load)))


async def _scene(pipe: Connection, load: Load) -> Outcome:
    loop = asyncio.get_running_loop()
    first = [Follower(load, number, []) for number in range(load.sockets)]
    await opened(first, AT_ONCE)
    pipe.send("here")
    await _all_hold(first, await loop.run_in_executor(None, pipe.recv))
    for client in first:
        client.transport.abort()
    pipe.send("away")
    await loop.run_in_executor(None, pipe.recv)
    started = time.monotonic()
    again = [Follower(load, one.number, one.got, one.held) for one in first]
    await opened(again, len(again))
    head = await loop.run_in_executor(None, pipe.recv)
    await _all_hold(again, head)
    return _judged(again, head, time.monotonic() - started, sum(c.unexplained for c in first))


async def _all_hold(clients: list[Follower], head: int) -> None:
    await until(lambda: all(client.held >= head for client in clients))


def _judged(clients: list[Follower], head: int, seconds: float, before: int) -> Outcome:
    """Held against the plain rule."""
    missed = doubled = foreign = received = 0
    for client in clients:
        due = {seq for seq in range(1, head + 1) if people.hears(client.number, seq)}
        got = set(client.got)
        received += len(client.got)
        doubled += len(client.got) - len(got)
        missed += len(due - got)
        foreign += len(got - due)
    unexplained = before + sum(client.unexplained for client in clients)
    return Outcome(seconds, received, missed, doubled, foreign, unexplained)
