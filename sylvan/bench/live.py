"""What one change costs on its way to thousands of open sockets.

The gateway is measured beside its floor, a raw asyncio protocol that writes one ready frame to each
transport, in the same run, with the same clients in a process of their own. The figure that
travels between machines is the ratio of processor time per delivery.
"""

import asyncio
import base64
import hashlib
import json
import multiprocessing
import resource
import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, cast
from uuid import UUID

import uvloop

MARK = b"^"
"""Stands once in each event and nowhere else, also not in a frame's length: clients count it."""
BODY_BYTES = 500
PACE_S = 0.02
"""Least seconds between two events: each is a write of its own, the dear case."""
PACE_PER_SOCKET_S = 40e-6
"""Seconds of pause for each socket, so that one event has reached all before the next (the floor
takes about 10 µs each): the delay of one change is measured, not a queue's."""
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY = base64.b64encode(bytes(16))
_ACCEPT = base64.b64encode(hashlib.sha1(_KEY + _GUID, usedforsecurity=False).digest())
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """One measurement's size."""

    sockets: int = 1000
    events: int = 100

    @property
    def pace_s(self) -> float:
        """Seconds between two events."""
        return max(PACE_S, self.sockets * PACE_PER_SOCKET_S)


def _event_body() -> dict[str, Any]:
    return {"mark": MARK.decode(), "text": "x" * BODY_BYTES}


# Servers. Each is a process that listens, says its port, and publishes when told to.


def _answer(pipe: Connection, publish: Callable[[], None]) -> None:
    """Publish as often as asked; report processor time, moments of publishing, and memory."""
    while (load := pipe.recv()) is not None:
        cpu, moments = time.process_time(), []
        for _ in range(load.events):
            moments.append(time.monotonic())
            publish()
            time.sleep(load.pace_s)
        pipe.recv()  # all have arrived
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        pipe.send((time.process_time() - cpu, moments, rss))


def _listening() -> socket.socket:
    """A listening socket on a port below the ephemeral range."""
    for port in range(23_000, 32_000):
        sock = socket.socket()
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            sock.close()
        else:
            sock.listen(4096)
            return sock
    raise RuntimeError("no free port between 23000 and 32000: stop what occupies them")


def serve_gateway(pipe: Connection) -> None:
    """The gateway as it is deployed: uvicorn, FastAPI, the hub."""
    import uvicorn  # noqa: PLC0415 - the other processes need none of this
    from fastapi import FastAPI  # noqa: PLC0415 - as above
    from prometheus_client import CollectorRegistry  # noqa: PLC0415 - as above

    from sylvan.domain.worlds import live_world  # noqa: PLC0415 - as above
    from sylvan.live.door import LocalDoor  # noqa: PLC0415 - as above
    from sylvan.live.gateway import attach, live_protocol  # noqa: PLC0415 - as above
    from sylvan.live.hub import Hub  # noqa: PLC0415 - as above
    from sylvan.live.memory import MemoryLog  # noqa: PLC0415 - as above
    from sylvan.live.metrics import Metrics  # noqa: PLC0415 - as above

    log = MemoryLog()
    hub = Hub(log, LocalDoor(lambda _: live_world()), metrics=Metrics(CollectorRegistry()))
    app = FastAPI()
    attach(app, hub)
    config = uvicorn.Config(
        app, ws=live_protocol(hub), loop="uvloop", http="httptools", log_level="error"
    )
    server, listener = uvicorn.Server(config), _listening()

    def publish() -> None:
        log.append(1, "fire.changed", "fire", point=(129.7, 62.0), body=_event_body())

    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not (server.started and hub.ready):
        time.sleep(0.01)
    pipe.send((listener.getsockname()[1], str(log.epoch)))
    _answer(pipe, publish)
    server.should_exit = True
    thread.join()


class _Raw(asyncio.Protocol):
    """The floor: a handshake, then ready frames."""

    everybody: set[asyncio.Transport] = set()  # noqa: RUF012 - one process, one set

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.greeted = False

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - asyncio's signature
        if not self.greeted:
            self.greeted = True
            self.transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + _ACCEPT + b"\r\n\r\n"
            )
            self.everybody.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.everybody.discard(self.transport)


def serve_raw(pipe: Connection) -> None:
    """The same events by a bare protocol that writes one ready frame to each transport."""
    from sylvan.live import frames  # noqa: PLC0415 - the clients need none of this
    from sylvan.live.memory import MemoryEvent  # noqa: PLC0415 - as above

    row = MemoryEvent(1, 1, "fire.changed", "fire", point=(129.7, 62.0), body=_event_body())
    frame = frames.event(row, UUID(int=0))
    loop, listener = uvloop.new_event_loop(), _listening()

    def fan_out() -> None:
        for transport in _Raw.everybody:
            transport.write(frame)

    loop.run_until_complete(loop.create_server(_Raw, sock=listener, backlog=4096))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    pipe.send((listener.getsockname()[1], ""))
    _answer(pipe, lambda: cast("None", loop.call_soon_threadsafe(fan_out)))


SERVERS: dict[str, Callable[[Connection], None]] = {
    "gateway": serve_gateway,
    "raw_asyncio": serve_raw,
}


# Clients, all in one process.


class _Listener(asyncio.Protocol):
    """One client: shakes hands, resumes, and counts."""

    def __init__(self, crowd: "_Crowd") -> None:
        self.crowd, self.seen = crowd, 0
        self.head: bytes | None = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(
            b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + _KEY
            + b"\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        if self.head is not None:
            self.head += data
            if b"\r\n\r\n" not in self.head or self.crowd.not_greeted(self.head):
                return
            self.head = None
            self.transport.write(self.crowd.resume)
            self.crowd.ready += 1
            return
        count = data.count(MARK)
        if count:
            self.crowd.arrived(self.seen, self.seen + count)
            self.seen += count


class _Crowd:
    """All clients, and when which event had reached how many of them."""

    def __init__(self, load: Load, epoch: str) -> None:
        self.load, self.epoch, self.ready = load, epoch, 0
        wish = json.dumps({"t": "resume", "epoch": epoch, "after": 0}).encode()
        self.resume = bytes([0x81, 0x80 | len(wish), 0, 0, 0, 0]) + wish  # mask of zeros
        self.counts = [0] * load.events
        self.times: list[list[float]] = [[] for _ in range(load.events)]

    def not_greeted(self, head: bytes) -> bool:
        return bool(self.epoch) and b'"hello"' not in head

    def arrived(self, first: int, end: int) -> None:
        now = time.monotonic()
        for i in range(first, end):
            self.times[i].append(now)
            self.counts[i] += 1

    @property
    def complete(self) -> bool:
        return all(count == self.load.sockets for count in self.counts)

    async def connect(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(self.load.sockets):
            await loop.create_connection(lambda: _Listener(self), "127.0.0.1", port)
        await self._until(lambda: self.ready == self.load.sockets)

    async def finish(self) -> None:
        await self._until(lambda: self.complete)

    @staticmethod
    async def _until(done: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while not done():  # noqa: ASYNC110 - counters change thousands of times a second
                await asyncio.sleep(0.01)


def listen(pipe: Connection, port: int, epoch: str, load: Load) -> None:
    """The clients' process: connect, say so, count, report when each event arrived."""
    _raise_limits()

    async def scene() -> list[list[float]]:
        crowd = _Crowd(load, epoch)
        started = time.monotonic()
        await crowd.connect(port)
        await asyncio.sleep(0.3)  # wishes are being answered
        pipe.send(time.monotonic() - started)
        await crowd.finish()
        return crowd.times

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        pipe.send(runner.run(scene()))


def _raise_limits() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


# The measurement.


def _once(kind: str, load: Load) -> dict[str, float]:
    """One server, one crowd, one series of events."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=_serve, args=(kind, theirs))
    server.start()
    port, epoch = _hear(ours)
    near, far = spawn.Pipe()
    clients = spawn.Process(target=listen, args=(far, port, epoch, load))
    clients.start()
    connected = _hear(near)
    ours.send(load)
    times = _hear(near)
    ours.send("arrived")
    cpu, moments, rss = _hear(ours)
    ours.send(None)
    clients.join()
    server.join(10)
    if server.is_alive():
        server.kill()
    return _figures(load, times, moments) | {
        "cpu_us_per_delivery": cpu / (load.sockets * load.events) * 1e6,
        "connect_s": connected,
        "rss_mb": rss,
    }


def _serve(kind: str, pipe: Connection) -> None:
    _raise_limits()
    SERVERS[kind](pipe)


def _hear(pipe: Connection) -> Any:
    if not pipe.poll(_PATIENCE_S):
        raise TimeoutError("a process of the benchmark does not answer")
    return pipe.recv()


def _figures(load: Load, times: list[list[float]], moments: list[float]) -> dict[str, float]:
    delays = sorted(t - sent for sent, row in zip(moments, times, strict=True) for t in row)
    last = [max(row) - sent for sent, row in zip(moments, times, strict=True)]
    return {
        "p50_ms": delays[len(delays) // 2] * 1e3,
        "p99_ms": delays[int(len(delays) * 0.99)] * 1e3,
        "last_ms": statistics.median(last) * 1e3,
        "deliveries": float(load.sockets * load.events),
    }


def run(sockets: int = 1000, events: int = 100, runs: int = 5) -> dict[str, Any]:
    """Measure gateway and floor alternately; medians, and the ratio of their costs.

    Returns ``{"servers": {name: figures}, "ratios": {"raw_asyncio": …}}``; figures are processor
    microseconds per delivery, delays from publishing to arrival in ms, seconds for all to
    connect, and peak memory in MB.
    """
    load = Load(sockets, events)
    rounds = [{kind: _once(kind, load) for kind in SERVERS} for _ in range(runs)]
    servers = {
        kind: {
            name: statistics.median(one[kind][name] for one in rounds) for name in rounds[0][kind]
        }
        for kind in SERVERS
    }
    ratios = [
        one["gateway"]["cpu_us_per_delivery"] / one["raw_asyncio"]["cpu_us_per_delivery"]
        for one in rounds
    ]
    return {
        "sockets": sockets,
        "events": events,
        "runs": runs,
        "servers": servers,
        "ratios": {"raw_asyncio": statistics.median(ratios)},
    }
