"""One channel's sender: takes what is due, as fast as its rules allow, and writes down each try.

Channels do not wait for each other, and within one a dead sink holds only its own share of what may
be under way; it rests after some failures, and others go on.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from sylvan.domain.alerting.messages import Channel, Failed, Outcome, Sent
from sylvan.domain.alerting.rules import ChannelRule
from sylvan.domain.breaker import Breaker, BreakerRules
from sylvan.services.delivery_queue import Parcel, Queue

log = structlog.get_logger()
IDLE_S: Final = 1.0
"""How often an idle lane looks for messages that nobody told it of."""
BREATH_S: Final = 0.02
"""Tries that end within this time are written down together."""
TROUBLE_S: Final = 2.0
"""Pause while the database is away."""
GIVE_UP_EVERY_S: Final = 10.0
SLACK: Final = 2.0
"""A channel that takes so many times its patience counts as hanging."""
Now = Callable[[], float]


@dataclass(slots=True)
class Rests:
    """Which sinks are left alone for a while."""

    rules: BreakerRules
    now: Now = time.monotonic
    known: dict[str, Breaker] = field(default_factory=dict)

    @classmethod
    def of(cls, rule: ChannelRule) -> "Rests":
        """By a channel's rules."""
        sending = rule.sending
        return cls(BreakerRules(sending.failures_to_rest, sending.rest_s, sending.longest_rest_s))

    def heard(self, sink: str, outcome: Outcome) -> None:
        """What a try says of its sink."""
        if isinstance(outcome, Failed) and outcome.sink_at_fault:
            before = self.known.get(sink, Breaker(self.rules))
            if not before.allows(self.now()):
                return  # begun before it was left alone: says nothing new
            after = self.known[sink] = before.failed(self.now())
            if after.trips > before.trips:
                log.warning("alerts.sink_rests", sink=sink, for_s=after.pause_s, why=outcome.answer)
        elif self.known.pop(sink, Breaker()).trips:
            log.info("alerts.sink_is_back", sink=sink)

    def resting(self) -> list[str]:
        """Sinks that are not to be asked now."""
        now = self.now()
        return [sink for sink, one in self.known.items() if not one.allows(now)]


class Lane:
    """A channel at work."""

    def __init__(self, rule: ChannelRule, channel: Channel, queue: Queue) -> None:
        self.rule = rule
        self.channel = channel
        self.queue = queue
        self.rests = Rests.of(rule)
        self.wake = asyncio.Event()
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: list[tuple[Parcel, Outcome]] = []
        self._limit = RateLimitItemPerMinute(rule.sending.per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._looked_at = 0.0

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until told to stop; what is under way then is waited for."""
        while not stopping.is_set():
            try:
                await self._turn()
            except Exception:  # the database is away: what is done is kept, and written later
                log.exception("alerts.lane_failed", channel=self.rule.name)
                await asyncio.sleep(TROUBLE_S)
        await self._finish()

    async def _turn(self) -> None:
        await self._write()
        await self._give_up()
        room = min(self.rule.sending.at_once - len(self._tasks), self._allowed())
        taken: Sequence[Parcel] = ()
        if room > 0:
            self.wake.clear()
            taken = await asyncio.to_thread(self.queue.lease, self.rule, room, self._full())
        for parcel in taken:
            self._begin(parcel)
        if taken:
            self._limiter.hit(self._limit, cost=len(taken))
        await self._pause(short=bool(taken or self._done))

    def _full(self) -> list[str]:
        """Sinks that rest, or have as many messages under way as they may."""
        full = [sink for sink, number in self._busy.items() if number >= self.rule.each]
        return [*self.rests.resting(), *full]

    def _allowed(self) -> int:
        return self._limiter.get_window_stats(self._limit).remaining

    def _begin(self, parcel: Parcel) -> None:
        self._busy[parcel.sink] += 1
        task = asyncio.create_task(self._send(parcel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, parcel: Parcel) -> None:
        outcome = await self._tried(parcel)
        self._busy[parcel.sink] -= 1
        if not self._busy[parcel.sink]:
            del self._busy[parcel.sink]
        self.rests.heard(parcel.sink, outcome)
        self._done.append((parcel, outcome))
        self.wake.set()

    async def _tried(self, parcel: Parcel) -> Outcome:
        """One try; a channel that hangs or breaks is a failure like any other."""
        patience = self.rule.sending.patience_s * SLACK
        try:
            return await asyncio.wait_for(self.channel.send(parcel.message), patience)
        except TimeoutError:
            return Failed("timeout", again=True, sink_at_fault=True, unsure=True)
        except Exception as error:  # a fault of ours must not take the lane along
            log.exception("alerts.channel_failed", channel=self.rule.name)
            return Failed(f"fault: {type(error).__name__}", again=True)

    async def _write(self) -> None:
        """Write down what is done; it stays until the database has it."""
        done = self._done[:]
        if done:
            await asyncio.to_thread(self.queue.note, self.rule, done)
            del self._done[: len(done)]
            for parcel, outcome in done:
                if not isinstance(outcome, Sent):
                    _tell(parcel, outcome)

    async def _give_up(self) -> None:
        if time.monotonic() - self._looked_at < GIVE_UP_EVERY_S:
            return
        self._looked_at = time.monotonic()
        late = await asyncio.to_thread(self.queue.give_up, self.rule)
        if late:
            log.warning("alerts.too_late", channel=self.rule.name, messages=late)

    async def _pause(self, *, short: bool) -> None:
        if short:
            await asyncio.sleep(BREATH_S)
            return
        try:
            await asyncio.wait_for(self.wake.wait(), IDLE_S)
        except TimeoutError:
            return

    async def _finish(self) -> None:
        waiting: Any = self._tasks
        if waiting:
            await asyncio.wait(waiting, timeout=self.rule.sending.patience_s)
        try:
            await self._write()
        except Exception:  # their leases run out, and they are told as unsure
            log.exception("alerts.lane_failed", channel=self.rule.name)


def _tell(parcel: Parcel, outcome: Failed) -> None:
    told = {"channel": parcel.message.channel, "delivery": parcel.message.id}
    log.info("alerts.not_sent", **told, number=parcel.number, answer=outcome.answer)
