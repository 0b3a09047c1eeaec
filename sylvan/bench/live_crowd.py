"""The clients of the benchmark of the live channel: thousands of sockets, all in one process.

They shake hands, resume, and count what arrives. Nothing of the gateway is used here, so that the
clients of every server cost the same.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Semaphore
from typing import Final, cast

import uvloop

from sylvan.bench import live_people as people
from sylvan.bench.live_servers import MARK, PATIENCE_S, WARM
from sylvan.ops.more_files import raise_limit

SOURCES: Final = 8
"""Loopback addresses that clients come from: one has 28,000 ports at most, less those of the
minutes before."""
AT_ONCE: Final = 64
"""Connections that are being opened at a time, where it is no storm."""
_SHORT, _MIDDLE = 125, 126
_PING: Final = b"\x89\x00"
"""A ping without a payload; no text holds these two bytes, and no frame here is so long."""
_PONG: Final = bytes([0x8A, 0x80, 0, 0, 0, 0])


@dataclass(frozen=True, slots=True)
class Load:
    """One crowd: listeners, and some beside them who must not hear what the others do."""

    port: int
    epoch: str
    sockets: int
    events: int = 0
    deaf: int = 0


class Client(asyncio.Protocol):
    """One client: shakes hands, resumes after ``held`` where there is a log, hands bytes on."""

    def __init__(self, load: Load, number: int, *, deaf: bool = False, held: int = 0) -> None:
        self.load, self.number, self.deaf, self.held = load, number, deaf, held
        self.head: bytes | None = b""
        self.open = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast("asyncio.Transport", transport)
        name = people.name_of(self.number, deaf=self.deaf).encode()
        self.transport.write(
            b"GET /api/v1/live?as=%b HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n" % name
        )

    def data_received(self, data: bytes) -> None:
        """The answer first, and hello where there is a log; then whatever comes."""
        if self.head is None:
            if _PING in data:
                self.transport.write(_PONG)
            self.hear(data)
            return
        self.head += data
        if b"\r\n\r\n" in self.head and (not self.load.epoch or b'"hello"' in self.head):
            if b" 101 " not in self.head[:16]:
                self.open.set_exception(ConnectionError(self.head[:200]))
                return
            self.head = None
            wish = people.wish_of(self.number, self.load.epoch, self.held, deaf=self.deaf)
            self.transport.write(masked(wish))
            self.open.set_result(None)

    def hear(self, data: bytes) -> None:
        """Bytes after the handshake."""


class Counter(Client):
    """Counts events that everybody gets."""

    crowd: "Crowd"
    seen = 0

    def hear(self, data: bytes) -> None:
        """Events are counted by their mark."""
        count = data.count(MARK)
        if count:
            self.crowd.arrived(self, count)
            self.seen += count


class Crowd:
    """All listeners, and when which event had reached how many of them."""

    def __init__(self, load: Load, arrived: Semaphore) -> None:
        self.load, self._done = load, arrived
        self.counts = [0] * (load.events + WARM if load.events else 0)
        self.delays: list[list[float]] = [[] for _ in self.counts]
        self.overheard = 0

    def arrived(self, client: Counter, count: int) -> None:
        """A client got the next events."""
        if client.deaf:
            self.overheard += count
            return
        now = time.monotonic()
        for i in range(client.seen, client.seen + count):
            self.delays[i].append(now)
            self.counts[i] += 1
            if self.counts[i] == self.load.sockets:
                self._done.release()

    @property
    def complete(self) -> bool:
        """Whether everybody has heard everything."""
        return all(count == self.load.sockets for count in self.counts)

    async def connect(self) -> None:
        """Open all sockets."""
        made = [Counter(self.load, number) for number in range(self.load.sockets)]
        made += [Counter(self.load, number, deaf=True) for number in range(self.load.deaf)]
        for client in made:
            client.crowd = self
        await opened(made, AT_ONCE)


def masked(payload: bytes) -> bytes:
    """A text frame as a client sends it (RFC 6455, 5.2), under a mask of zeros."""
    size = len(payload)
    if size <= _SHORT:
        return bytes([0x81, 0x80 | size, 0, 0, 0, 0]) + payload
    return bytes([0x81, 0x80 | _MIDDLE]) + size.to_bytes(2, "big") + bytes(4) + payload


async def opened(clients: Sequence[Client], at_once: int) -> None:
    """Connect clients, so many at a time; all have asked to resume afterwards."""
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(at_once)

    async def one(client: Client) -> None:
        source = (f"127.0.1.{1 + client.number % SOURCES}", 0)
        async with gate:
            port = client.load.port
            await loop.create_connection(lambda: client, "127.0.0.1", port, local_addr=source)
            await client.open

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(one(client) for client in clients))


async def until(done: Callable[[], bool]) -> None:
    """Wait for something that thousands of sockets do together."""
    async with asyncio.timeout(PATIENCE_S):
        while not done():  # noqa: ASYNC110 - counters change thousands of times a second
            await asyncio.sleep(0.01)


def listen(pipe: Connection, arrived: Semaphore, load: Load) -> None:
    """The process of listeners: connect, say so, count; then when each event arrived where.

    Sends the seconds that connecting took, then (moments of arrival by event, number of events
    that came to somebody who must not hear them). Stays until it is told to end.
    """
    raise_limit()

    async def scene() -> None:
        crowd = Crowd(load, arrived)
        started = time.monotonic()
        await crowd.connect()
        took = time.monotonic() - started
        await asyncio.sleep(1)  # wishes are being answered
        pipe.send(took)
        await until(lambda: crowd.complete)
        pipe.send((crowd.delays[WARM:], crowd.overheard))
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scene())
