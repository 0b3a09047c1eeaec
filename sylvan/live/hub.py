"""The hub of the live channel: clients as positions in the log.

The tail hands new events over; they go, in one write each, to everybody who is up to date. Who has
just come back, or could not take more, catches up from the pages and joins again. So a client's
stream is the log after its number, through its filter, in order and each event once, whichever way
it came. Four tasks and a sweep serve any number of clients.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

from sylvan.domain.actors import Actor
from sylvan.live import frames
from sylvan.live.audience import Audiences, Client, Sink, Stage
from sylvan.live.catchup import CatchUp
from sylvan.live.door import Door, Origins
from sylvan.live.limits import DEFAULT, Limits
from sylvan.live.log import LogReader
from sylvan.live.metrics import Metrics
from sylvan.live.pages import Entry, Page
from sylvan.live.tail import Tail

log = logging.getLogger(__name__)

LAGGING = 4429
"""Close code: the reader is too slow; it may come back and resume."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _untold(_numbers: Sequence[int]) -> contextlib.AbstractContextManager[None]:
    """Nobody hears which events are being sent."""
    return contextlib.nullcontext()


class Hub:
    """One gateway: a log, a door, and the clients behind it.

    Use it inside :meth:`running`. Everything but that is called on the event loop's thread.
    """

    def __init__(
        self,
        reader: LogReader,
        door: Door,
        *,
        origins: Origins | None = None,
        limits: Limits = DEFAULT,
        metrics: Metrics | None = None,
        clock: Callable[[], datetime] = _utc_now,
        sending: Callable[[Sequence[int]], contextlib.AbstractContextManager[None]] = _untold,
    ) -> None:
        self.door, self.origins = door, origins or Origins()
        self.limits = limits
        self.metrics = metrics or Metrics()
        self.clients: set[Client] = set()
        self._clock = clock
        self._sending = sending
        self._audiences = Audiences()
        self._full: set[Client] = set()
        self._tail = Tail(reader, limits, self.metrics, self._publish, self._restart_all)
        self._catch_up = CatchUp(self._tail, limits, self.metrics, self._join, self._restart)
        self._round = max(1, round(limits.ping_s / limits.skip_s))
        self._ticks = 0

    @property
    def ready(self) -> bool:
        """Whether the log has been seen; before that there is nothing to say to anybody."""
        return self._tail.epoch is not None

    @property
    def seq(self) -> int:
        """Number of the newest event that went out."""
        return self._tail.seq

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the log and serve clients until the block ends."""
        jobs = [self._tail.follow, self._tail.listen, self._catch_up.run, self._sweep]
        jobs += [self._catch_up.read] * self.limits.old_reads
        async with self._tail.threads():
            tasks = [asyncio.create_task(_for_ever(job)) for job in jobs]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def greet(self, actor: Actor, sink: Sink, now: float) -> Client:
        """Take a client in and say hello."""
        client = Client(actor, sink, self._ticks + len(self.clients), now)
        self.clients.add(client)
        tail = self._tail
        if tail.epoch is not None:
            args = (tail.epoch, tail.seq, tail.oldest, actor.world, self._clock())
            client.write(frames.hello(*args))
        return client

    def resume(self, client: Client, wish: frames.Resume) -> None:
        """Stream from a number on; also how an open socket changes its filter.

        The answer is ``skip_to`` with that number: from there on everything is the new stream.
        """
        self._leave_audience(client)
        if wish.epoch != str(self._tail.epoch):
            self._restart(client, "resync", "epoch")
        elif wish.after + 1 < self._tail.oldest:
            self._restart(client, "gone", "retention")
        else:
            self.metrics.resumes.labels("ok").inc()
            client.audience = self._audiences.join(client.actor, wish.filter)
            client.position = client.told = wish.after
            client.stage = Stage.CATCHING_UP
            client.write(frames.skip_to(wish.after))
            self._catch_up.add(client)

    def full(self, client: Client, now: float) -> None:
        """A client's write buffer is full: write nothing more, remember where it stands."""
        client.full_since = now
        self._full.add(client)
        self._fall_behind(client)

    def drained(self, client: Client) -> None:
        """A client can take more: it goes on where it stood."""
        client.full_since = None
        self._full.discard(client)
        self._catch_up.add(client)

    def leave(self, client: Client) -> None:
        """A client is gone, or about to be: nothing is written to it any more."""
        self._leave_audience(client)
        client.stage = Stage.ENDED
        self.clients.discard(client)
        self._full.discard(client)

    def _fall_behind(self, client: Client) -> None:
        """From hearing with its audience to getting the events in turns."""
        if client.stage is Stage.LIVE and client.audience is not None:
            client.stage = Stage.CATCHING_UP
            client.audience.live.pop(client, None)
            client.position = client.told = client.audience.told
            self._catch_up.add(client)

    def _leave_audience(self, client: Client) -> None:
        self._catch_up.forget(client)
        if client.audience is not None:
            self._audiences.leave(client.audience, client)
            client.audience = None
        if client.stage is not Stage.ENDED:
            client.stage = Stage.WAITING

    def _join(self, client: Client) -> None:
        """A client has reached the newest event: from now on it hears with its audience."""
        audience = client.audience
        if audience is None:
            return
        if not audience.live:
            audience.told = self._tail.seq
        client.stage = Stage.LIVE
        audience.live[client] = client.write
        if client.told < client.position:
            client.told = client.position
            client.write(frames.skip_to(client.position))

    def _publish(self, entries: Sequence[Entry], page: Page) -> None:
        most, late = self.limits.buffer_bytes, self._fall_behind
        with self._sending([entry.seq for entry in entries]):
            self.metrics.sent.inc(self._audiences.publish(entries, page, most, late))
        self._catch_up.advanced()

    def _restart(self, client: Client, kind: str, reason: str) -> None:
        """Tell one client to read a fresh snapshot; it may resume on the same socket."""
        self._leave_audience(client)
        self.metrics.resumes.labels(reason).inc()
        tail = self._tail
        if tail.epoch is not None:
            client.write(frames.restart(kind, reason, tail.epoch, tail.seq, tail.oldest))

    def _restart_all(self, reason: str) -> None:
        for client in tuple(self.clients):
            if client.audience is not None:
                self._restart(client, "resync", reason)

    async def _sweep(self) -> None:
        """Once a second: pings, dead lines, slow readers, and how far the quiet ones are."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self.limits.skip_s)
            self._ticks += 1
            now = loop.time()
            self._ping(now)
            self._cut(now)
            self._tell_quiet()
            self._measure()

    def _ping(self, now: float) -> None:
        turn = self._ticks % self._round
        for client in tuple(self.clients):
            if now - client.heard_at > self.limits.dead_s:
                client.sink.abort()
            elif client.slot % self._round == turn and client.full_since is None:
                client.write(frames.PING)

    def _cut(self, now: float) -> None:
        for client in tuple(self._full):
            if client.full_since is not None and now - client.full_since > self.limits.lagging_s:
                client.sink.close(LAGGING, "lagging")
        for client, since in tuple(self._catch_up.ahead.items()):
            if now - since > self.limits.gap_s:
                self._restart(client, "resync", "ahead")

    def _tell_quiet(self) -> None:
        seq = self._tail.seq
        for audience in self._audiences:
            if audience.live and audience.told < seq:
                audience.told = seq
                audience.send(frames.skip_to(seq))

    def _measure(self) -> None:
        live = sum(len(audience.live) for audience in self._audiences)
        members = sum(audience.members for audience in self._audiences)
        self.metrics.clients.set(len(self.clients))
        self.metrics.catching_up.set(members - live)
        self.metrics.lagging.set(len(self._full))


async def _for_ever(job: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A fault in one of the hub's jobs is logged and the job goes on: the others need it."""
    while True:
        try:
            await job()
        except Exception:
            log.exception("a job of the live channel failed and starts again")
        await asyncio.sleep(1)
