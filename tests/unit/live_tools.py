"""A hub without sockets: clients that keep what they are sent, decoded and checked."""

import asyncio
import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime

from jsonschema import Draft202012Validator
from prometheus_client import CollectorRegistry

from sylvan.domain.actors import local_operator
from sylvan.domain.worlds import live_world
from sylvan.live import frames
from sylvan.live.asyncapi import schemas
from sylvan.live.door import Guest
from sylvan.live.filters import Filter
from sylvan.live.hub import Hub
from sylvan.live.limits import DEFAULT
from sylvan.live.memory import MemoryLog
from sylvan.live.metrics import Metrics
from tests.live_doors import LocalDoor

LIVE = live_world()
SCHEMAS = {name: Draft202012Validator(schema) for name, schema in schemas().items()}
NOW = datetime(2017, 8, 13, 6, 30, tzinfo=UTC)
SMALL = replace(
    DEFAULT,
    page_events=4,
    recent_pages=2,
    old_pages=2,
    poll_s=0.02,
    skip_s=0.01,
    gap_s=0.05,
    ping_s=1000,
    chunk_bytes=500,
)


def decoded(data):
    """The JSON frames in bytes that a server wrote (control frames are left out)."""
    found = []
    while data:
        opcode, length, head = data[0] & 15, data[1], 2
        if length >= 126:
            width = 2 if length == 126 else 8
            length = int.from_bytes(data[2 : 2 + width], "big")
            head += width
        if opcode == 1:
            frame = json.loads(data[head : head + length])
            SCHEMAS[frame["t"]].validate(frame)
            found.append(frame)
        data = data[head + length :]
    return found


class Screen:
    """A client's end: keeps frames, proves that no number is missing; can be slow."""

    def __init__(self, hub, actor=None, guest=None):
        self.hub, self.frames, self.closed = hub, [], None
        self.held, self.largest = None, 0
        self.room = None  # bytes until the buffer is full; None: never
        self.client = hub.greet(guest or Guest(actor or local_operator(LIVE)), self, 0.0)
        self.client.heard_at = float("inf")

    def write(self, data):
        self.largest = max(self.largest, len(data))
        full = self.frames and self.room is not None and self.client.full_since is not None
        for frame in decoded(data):
            assert not full or frame["t"] != "event", "an event for a client whose buffer is full"
            self._take(frame)
        if self.room is not None:
            self.room -= len(data)
            if self.room <= 0 and self.client.full_since is None:
                self.hub.full(self.client, asyncio.get_running_loop().time())

    def _take(self, frame):
        self.frames.append(frame)
        if frame["t"] == "skip_to":
            assert self.held is None or frame["seq"] >= self.held
            self.held = frame["seq"]
        elif frame["t"] == "event":
            assert frame["seq"] == self.held + 1
            self.held = frame["seq"]

    def drain(self, room=None):
        self.room = room
        if self.client.full_since is not None:
            self.hub.drained(self.client)

    def close(self, code, reason):
        self.closed = code
        self.hub.leave(self.client)

    def abort(self):
        self.close(1006, "")

    def resume(self, after, wanted=None, epoch=None):
        self.held = None
        epoch = epoch or self.frames[0]["epoch"]
        self.hub.resume(self.client, frames.Resume(str(epoch), after, Filter.parse(wanted)))
        return self

    @property
    def numbers(self):
        return [frame["seq"] for frame in self.frames if frame["t"] == "event"]

    def frames_of(self, kind):
        return [frame for frame in self.frames if frame["t"] == kind]

    def last(self, kind):
        return next((f for f in reversed(self.frames) if f["t"] == kind), None)


class CountingLog(MemoryLog):
    """Counts reads, and can fail, lose wake-ups or show holes."""

    def __init__(self):
        super().__init__()
        self.reads = []
        self.broken = self.deaf = False
        self.hidden = set()

    def head(self):
        if self.broken:
            raise OSError("no database")
        return super().head()

    def read(self, after, limit):
        if self.broken:
            raise OSError("no database")
        self.reads.append(after)
        return [row for row in super().read(after, limit) if row.seq not in self.hidden]

    async def wakes(self):
        if self.deaf:
            raise OSError("no listener")
        async for _ in super().wakes():
            yield


def fill(log, count, **more):
    for i in range(count):
        log.append(more.get("world_id", 1), "fire.changed", f"fire-{i}")


def play(scene, *, events=0, limits=SMALL, log=None, door=None, **options):
    """Run an async scene with a hub over a log that holds some events already."""
    log = log or CountingLog()
    fill(log, events)

    async def run():
        metrics = Metrics(CollectorRegistry())
        options.setdefault("clock", lambda: NOW)
        at = door or LocalDoor(lambda _: LIVE)
        hub = Hub(log, at, limits=limits, metrics=metrics, **options)
        async with hub.running():
            await until(lambda: hub.ready)
            await scene(hub, log)

    asyncio.run(run())


async def until(condition, seconds=60):
    """A bound, not a measurement."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - threads are waited for
            await asyncio.sleep(0.002)


async def never(condition, seconds=0.1):
    """That something does not happen in a while."""
    with contextlib.suppress(TimeoutError):
        await until(condition, seconds)
        raise AssertionError("it happened")
