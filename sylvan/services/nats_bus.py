"""NATS core as the bus between processes: a number for each topic, to whoever listens.

The connection has a thread and an event loop of its own, so that the sequencer's thread and the
gateway's loop use it alike and never wait for it. While it is away numbers are dropped: readers
find them in the database a second later at most.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final
from urllib.parse import urlsplit

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

log = structlog.get_logger()

PREFIX: Final = "sylvan."
"""Begins the subjects, so that others may use the same NATS."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How a lost bus is looked for."""

    connect_s: float = 2.0
    # seconds for one try
    first_s: float = 0.25
    # pause after the first failed try; it doubles with each
    longest_s: float = 10.0
    # longest pause: as late as this a bus that is back is noticed
    ping_s: float = 5.0
    # seconds between pings; two without an answer are a dead line
    close_s: float = 3.0
    # seconds that closing may take


PATIENT: Final = Patience()


@dataclass(eq=False, slots=True)
class _Hearer:
    """Somebody who listens, on an event loop of his own."""

    loop: asyncio.AbstractEventLoop
    came: asyncio.Event = field(default_factory=asyncio.Event)
    seq: int = 0

    def hear(self, seq: int) -> None:
        self.seq = max(self.seq, seq)
        with contextlib.suppress(RuntimeError):  # his loop has ended
            self.loop.call_soon_threadsafe(self.came.set)


class NatsBus:
    """Publishes and hears over NATS. ``topic`` ``log`` is subject ``sylvan.<space>.log``.

    Args:
        servers: addresses, ``nats://user:password@host:4222`` or ``tls://…``.
        space: what keeps installations apart that share a NATS.
        patience: see :class:`Patience`.
    """

    def __init__(
        self, servers: Sequence[str], space: str = "all", patience: Patience = PATIENT
    ) -> None:
        self.connected = False
        self.heard = 0
        self._servers, self._patience = list(servers), patience
        self._prefix = f"{PREFIX}{space}."
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop = asyncio.new_event_loop()
        self._work, self._end = asyncio.Event(), asyncio.Event()
        self._closing = False
        self._said: bool | None = None
        self._waiting: dict[str, int] = {}
        self._hearers: dict[str, set[_Hearer]] = {}

    def publish(self, topic: str, seq: int) -> None:
        """Send a number, or drop it where NATS is away; of many the newest is enough."""
        with self._lock:
            self._waiting[topic] = max(seq, self._waiting.get(topic, 0))
        self._wake()

    async def subscribe(self, topic: str) -> AsyncIterator[int]:
        """Numbers as they come; also once whenever NATS is back, since some may be lost."""
        mine = _Hearer(asyncio.get_running_loop())
        with self._lock:
            self._hearers.setdefault(topic, set()).add(mine)
        self._wake()
        try:
            while True:
                await mine.came.wait()
                mine.came.clear()
                yield mine.seq
        finally:
            with self._lock:
                self._hearers[topic].discard(mine)

    def close(self) -> None:
        """End connection and thread."""
        with self._lock:
            self._closing = True
            thread = self._thread
        if thread is None:
            self._loop.close()
            return
        for flag in (self._work, self._end):
            self._loop.call_soon_threadsafe(flag.set)
        thread.join(self._patience.close_s)

    def _wake(self) -> None:
        """There is something to do for the thread; the first time it starts."""
        with self._lock:
            if self._closing:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="nats", daemon=True)
                self._thread.start()
        self._loop.call_soon_threadsafe(self._work.set)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._keep())
        finally:
            self._loop.close()

    async def _keep(self) -> None:
        """Be connected, for as long as it goes; then try again, ever less often."""
        pause, chance = self._patience.first_s, Random()  # noqa: S311 - spreads tries, hides nothing
        while not self._closing:
            try:
                await self._serve()
                pause = self._patience.first_s
            except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again
                self._say(False, _first_line(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause * chance.uniform(0.5, 1.0)):
                    await self._end.wait()
            pause = min(2 * pause, self._patience.longest_s)

    async def _serve(self) -> None:
        """One connection, from its beginning to its end."""
        client, ended = Client(), asyncio.Event()

        async def over() -> None:
            ended.set()
            self._work.set()

        async def quiet(_error: Exception) -> None:
            """What went wrong is told when the connection ends."""

        await client.connect(
            self._servers,
            name="sylvan",
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=self._patience.connect_s,  # type: ignore[arg-type] # parts of seconds do
            ping_interval=self._patience.ping_s,  # type: ignore[arg-type] # as above
            disconnected_cb=over,
            closed_cb=over,
            error_cb=quiet,
        )
        try:
            self._say(True, "")
            await self._exchange(client, ended)
        finally:
            self.connected = False
            with contextlib.suppress(Exception):
                await client.close()
        if not self._closing:
            self._say(False, "the connection ended")

    async def _exchange(self, client: Client, ended: asyncio.Event) -> None:
        subjects: set[str] = set()
        self._tell_all()
        while not (ended.is_set() or self._closing):
            with self._lock:
                topics = set(self._hearers)
                waiting, self._waiting = self._waiting, {}
            for topic in topics - subjects:
                await client.subscribe(self._prefix + topic, cb=self._came)
            subjects |= topics
            for topic, seq in waiting.items():
                await client.publish(self._prefix + topic, b"%d" % seq)
            await self._work.wait()
            self._work.clear()

    async def _came(self, message: Msg) -> None:
        """A number; what is none comes from somebody else and wakes nobody."""
        if message.data.isdigit():
            self.heard += 1
            self._tell(message.subject.removeprefix(self._prefix), int(message.data))

    def _tell(self, topic: str, seq: int) -> None:
        with self._lock:
            hearers = tuple(self._hearers.get(topic, ()))
        for one in hearers:
            one.hear(seq)

    def _tell_all(self) -> None:
        with self._lock:
            topics = tuple(self._hearers)
        for topic in topics:
            self._tell(topic, 0)

    def _say(self, connected: bool, why: str) -> None:  # noqa: FBT001 - a state, not an option
        """One line for each change of state."""
        self.connected = connected
        if connected is self._said:
            return
        self._said = connected
        if connected:
            log.info("bus.connected", servers=[_shown(one) for one in self._servers])
        else:
            log.warning("bus.lost", error=why, servers=[_shown(one) for one in self._servers])


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0] or type(error).__name__


def _shown(address: str) -> str:
    """An address without what opens it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 4222}"
