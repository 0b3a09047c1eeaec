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
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from sylvan.domain.rights import Rights
from sylvan.domain.worlds import World
from sylvan.live import frames
from sylvan.live.audience import Audiences, Client, Sink, Stage
from sylvan.live.catchup import CatchUp
from sylvan.live.door import Answer, Door, Guest, Origins, Refused
from sylvan.live.limits import DEFAULT, Limits
from sylvan.live.log import LogReader
from sylvan.live.metrics import Metrics
from sylvan.live.pages import Entry, Page
from sylvan.live.presence_desk import PresenceBus, PresenceDesk
from sylvan.live.pulse import Heart, PulseReader
from sylvan.live.recheck import Recheck
from sylvan.live.sight import ALL_OPEN, sight_of
from sylvan.live.tail import Tail

log = logging.getLogger(__name__)

SIGNED_OUT: Final = 4401
"""Close code: the session or key ended; sign in and come back."""
FORBIDDEN: Final = 4403
"""Close code: the role is not open to the live channel any more."""
LAGGING: Final = 4429
"""Close code: the reader is too slow; it may come back and resume."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a gateway has beside log and door; each may be missing."""

    rights: Rights = ALL_OPEN
    pulse: PulseReader | None = None
    presence: PresenceBus | None = None


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
        beside: Beside | None = None,
    ) -> None:
        beside = beside or Beside()
        self.door, self.origins = door, origins or Origins()
        self.limits, self.rights = limits, beside.rights
        self.metrics = metrics or Metrics()
        self.clients: set[Client] = set()
        self.clock = clock
        self._audiences = Audiences()
        self._full: set[Client] = set()
        self.tail = Tail(reader, limits, self.metrics, self._publish, self._restart_all)
        self._catch_up = CatchUp(self.tail, limits, self.metrics, self._join, self._restart)
        self.heart = Heart(beside.pulse, limits, self.metrics, clock)
        self.recheck = Recheck(door, limits, self.metrics, clock, self._answered)
        self.presence = PresenceDesk(
            beside.presence, limits, self.metrics, lambda: iter(self._audiences)
        )
        self._round = max(1, round(limits.ping_s / limits.skip_s))
        self._ticks = 0

    @property
    def ready(self) -> bool:
        """Whether the log has been seen; before that there is nothing to say to anybody."""
        return self.tail.epoch is not None

    @property
    def full_house(self) -> bool:
        """Whether nobody more can come in."""
        return not self.ready or len(self.clients) >= self.limits.clients

    @property
    def seq(self) -> int:
        """Number of the newest event that went out."""
        return self.tail.seq

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the log and serve clients until the block ends."""
        jobs = [self.tail.follow, self.tail.listen, self._catch_up.run, self._sweep]
        jobs += [self._catch_up.read] * self.limits.old_reads
        jobs += [self.recheck.run, self.presence.run, partial(self.heart.run, self._worlds)]
        async with self.tail.threads():
            tasks = [asyncio.create_task(_for_ever(job)) for job in jobs]
            try:
                yield
            finally:
                self.presence.stop()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def greet(self, guest: Guest, sink: Sink, now: float) -> Client:
        """Take a client in and say hello."""
        slot = self._ticks + len(self.clients)
        client = Client(guest, sight_of(guest.actor, self.rights), sink, slot, now)
        self.clients.add(client)
        self.recheck.watch(client, now)
        if (stand := self.stand()) is not None:
            you = self.presence.you(client, stand.epoch)
            client.write(frames.hello(stand, guest.actor.world, self.clock(), you))
        return client

    def stand(self) -> frames.Position | None:
        """Where the log stands, once it has been seen."""
        tail = self.tail
        return None if tail.epoch is None else frames.Position(tail.epoch, tail.seq, tail.oldest)

    def hear(self, client: Client, said: frames.Resume | frames.Said, now: float) -> None:
        """A frame from a client."""
        if isinstance(said, frames.Resume):
            self.resume(client, said)
        elif self.tail.epoch is not None:
            self.presence.say(client, said, self.tail.epoch, now)

    def resume(self, client: Client, wish: frames.Resume) -> None:
        """Stream from a number on; also how an open socket changes its filter.

        The answer is ``skip_to`` with that number: from there on everything is the new stream.
        """
        self._leave_audience(client)
        if wish.epoch != str(self.tail.epoch):
            self._restart(client, "resync", "epoch")
        elif wish.after + 1 < self.tail.oldest:
            self._restart(client, "gone", "retention")
        else:
            self.metrics.resumes.labels("ok").inc()
            client.audience = self._audiences.join(client.sight, wish.filter)
            client.position = client.told = wish.after
            client.stage = Stage.CATCHING_UP
            client.write(frames.skip_to(wish.after))
            self._catch_up.add(client)

    def full(self, client: Client, now: float) -> None:
        """A client's write buffer is full: write nothing more, remember where it stands."""
        client.full_since = now
        client.lagged = True
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
        self.recheck.forget(client)
        self.presence.left(client)
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
            audience.told = self.tail.seq
        client.stage = Stage.LIVE
        client.lagged = False
        audience.live[client] = client.write
        if client.told < client.position:
            client.told = client.position
            client.write(frames.skip_to(client.position))
        if there := self.presence.greeting(audience):
            client.write(there)

    def _publish(self, entries: Sequence[Entry], page: Page) -> None:
        for entry in entries:
            self.presence.learn(entry.facts, entry.territories)
        most, late = self.limits.buffer_bytes, self._fall_behind
        self.metrics.sent.inc(self._audiences.publish(entries, page, most, late))
        self._catch_up.advanced()

    def _restart(self, client: Client, kind: str, reason: str) -> None:
        """Tell one client to read a fresh snapshot; it may resume on the same socket."""
        self._leave_audience(client)
        self.metrics.resumes.labels(reason).inc()
        if (stand := self.stand()) is not None:
            client.write(frames.restart(kind, reason, stand))

    def _restart_all(self, reason: str) -> None:
        for client in tuple(self.clients):
            if client.audience is not None:
                self._restart(client, "resync", reason)

    def _answered(self, client: Client, answer: Answer) -> None:
        """Who a client is by now: gone, the same, or somebody who sees other things."""
        if client.stage is Stage.ENDED:
            return
        if isinstance(answer, Refused):
            code = FORBIDDEN if answer.status == HTTPStatus.FORBIDDEN else SIGNED_OUT
            client.sink.close(code, answer.code)
            return
        self.recheck.forget(client)
        client.guest = answer
        self.recheck.watch(client, asyncio.get_running_loop().time())
        sight = sight_of(answer.actor, self.rights)
        if sight != client.sight:
            client.sight = sight
            self.presence.left(client)
            self._restart(client, "resync", "rights")

    def _worlds(self) -> list[World]:
        """Worlds that somebody is in."""
        return list(
            {one.guest.actor.world.id: one.guest.actor.world for one in self.clients}.values()
        )

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
            self.presence.tick(now)
            self._measure()

    def _ping(self, now: float) -> None:
        turn = self._ticks % self._round
        self.heart.beat(self.seq, away=self.tail.away(now))
        for client in tuple(self.clients):
            if now - client.heard_at > self.limits.dead_s:
                client.sink.abort()
            elif client.slot % self._round == turn and client.full_since is None:
                client.write(self.heart.ping(client.guest.actor.world, client.sight))

    def _cut(self, now: float) -> None:
        for client in tuple(self._full):
            if client.full_since is not None and now - client.full_since > self.limits.lagging_s:
                client.sink.close(LAGGING, "lagging")
        for client, since in tuple(self._catch_up.ahead.items()):
            if now - since > self.limits.gap_s:
                self._restart(client, "resync", "ahead")

    def _tell_quiet(self) -> None:
        seq = self.tail.seq
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
