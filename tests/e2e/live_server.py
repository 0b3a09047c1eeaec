"""A real gateway on loopback over a log in memory, and a client that proves what it received."""

import asyncio
import contextlib
import json
import threading
import time
from functools import lru_cache

import uvicorn
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from prometheus_client import CollectorRegistry
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from sylvan.domain.worlds import REAL_TIME, World, WorldKind, live_world
from sylvan.live.asyncapi import schemas
from sylvan.live.gateway import attach, live_protocol
from sylvan.live.hub import Hub
from sylvan.live.limits import DEFAULT
from sylvan.live.memory import MemoryLog
from sylvan.live.metrics import Metrics
from tests.live_doors import LocalDoor

from .chaos import free_port

WORLDS = {"live": live_world(), "august": World(2, WorldKind.REPLAY, "august", REAL_TIME)}
SCHEMAS = {name: Draft202012Validator(schema) for name, schema in schemas().items()}


class Gateway:
    """The server, in a thread of its own."""

    def __init__(self, limits=DEFAULT, log=None, door=None, tls=None, **hub_options):
        self.log = log or MemoryLog()
        self.registry = CollectorRegistry()
        door = door or LocalDoor(lambda name: WORLDS.get(name or "live"))
        metrics = Metrics(self.registry)
        self.hub = Hub(self.log, door, limits=limits, metrics=metrics, **hub_options)
        app = FastAPI()
        app.get("/alive")(lambda: {"alive": True})
        attach(app, self.hub)
        self.port = free_port()
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                host="127.0.0.1",
                port=self.port,
                ws=live_protocol(self.hub),
                loop="uvloop",
                http="httptools",
                log_level="critical",
                **(tls or {}),
            )
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    def __enter__(self):
        self._thread.start()
        wait_for(
            lambda: self._server.started and (self.hub.ready or getattr(self.log, "away", False))
        )
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive(), "the server did not stop"

    def count(self, name, **labels):
        return self.registry.get_sample_value(name, labels) or 0


def wait_for(condition, seconds=20.0):
    """Wait in a thread until something holds; a bound, not a measurement."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


async def reached(condition, seconds=20.0):
    """The same on an event loop."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the server lives in another thread
            await asyncio.sleep(0.01)


@lru_cache(maxsize=20_000)
def checked(message):
    """A frame from the wire, valid by the published schema."""
    frame = json.loads(message)
    SCHEMAS[frame["t"]].validate(frame)
    return frame


def url(port, world="live", path="/api/v1/live"):
    return f"ws://127.0.0.1:{port}{path}?world={world}"


def dial(port, world="live", **options):
    """Connect as a plain client does: no compression, and the server does the pinging."""
    options = {"compression": None, "ping_interval": None, "close_timeout": 1, **options}
    return connect(url(port, world), **options)


async def frame(ws, kind=None):
    """The next frame; of one kind, if asked for, past pings and skips."""
    async with asyncio.timeout(10):
        while True:
            got = checked(await ws.recv())
            if kind is None or got["t"] == kind:
                return got


async def resume(ws, epoch, after, wanted=None):
    await ws.send(json.dumps({"t": "resume", "epoch": epoch, "after": after, "filter": wanted}))
    answer = await frame(ws)
    while answer["t"] == "ping":
        answer = await frame(ws)
    return answer


async def start(ws, after=None, wanted=None):
    """Say hello and resume."""
    hello = await frame(ws, "hello")
    await resume(ws, hello["epoch"], hello["seq"] if after is None else after, wanted)
    return hello


class Follower:
    """Follows a log through any number of breaks, and never accepts an unexplained number."""

    def __init__(self, port, world="live", wanted=None):
        self.port, self.world, self.wanted = port, world, wanted
        self.held = 0
        self.events = []
        self.breaks = 0

    async def follow(self, done):
        """Until ``done(held)``; reconnects after each break."""
        while not done(self.held):
            try:
                async with dial(self.port, self.world, open_timeout=20) as ws:
                    await self._session(ws, done)
            except (OSError, WebSocketException, TimeoutError):
                self.breaks += 1
                await asyncio.sleep(0.01)

    async def _session(self, ws, done):
        hello = checked(await ws.recv())
        assert hello["t"] == "hello"
        assert hello["world"]["name"] == self.world
        wish = {"t": "resume", "epoch": hello["epoch"], "after": self.held, "filter": self.wanted}
        await ws.send(json.dumps(wish))
        async for message in ws:
            self.take(checked(message))
            if done(self.held):
                return

    def take(self, got):
        if got["t"] == "event":
            assert got["seq"] == self.held + 1, f"after {self.held} came {got['seq']}"
            self.events.append(got)
            self.held = got["seq"]
        elif got["t"] == "skip_to":
            assert got["seq"] >= self.held
            self.held = got["seq"]
        else:
            assert got["t"] == "ping", got

    @property
    def numbers(self):
        return [event["seq"] for event in self.events]


def passes(row, world, wanted):
    """The same filter written the plain way, as a query over the log would have it."""
    wanted = wanted or {}
    if row.world_id != WORLDS[world].id:
        return False
    if wanted.get("kinds") is not None and row.kind not in wanted["kinds"]:
        return False
    if wanted.get("bbox") is None or row.point is None:
        return True
    west, south, east, north = wanted["bbox"]
    lon, lat = row.point
    spans = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    return south <= lat <= north and any(low <= lon <= high for low, high in spans)


@contextlib.contextmanager
def writers(log, count, each, make):
    """``count`` threads that append ``each`` events; joined at the end."""

    def work(n):
        for i in range(each):
            log.append(**make(n, i))
            time.sleep(0.05)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    yield threads
    for thread in threads:
        thread.join()
