"""Heartbeats: how old the data are that a screen shows, told even while nothing changes.

What the store said last stays true while it is away: the ages grow by the world's clock, and the
heartbeat says that nothing new can come.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, Protocol

from sylvan.domain.worlds import World
from sylvan.live import frames
from sylvan.live.limits import Limits
from sylvan.live.metrics import Metrics
from sylvan.live.sight import Sight
from sylvan.services.pulse import FeedAge, Pulse

log = logging.getLogger(__name__)

FEEDS: Final = "feed.changed"
"""Who hears of feeds also hears how old they are."""
NOTHING: Final = Pulse()


class PulseReader(Protocol):
    """Asks the store. Called in a thread."""

    def of(self, world: World) -> Pulse:
        """The pulse of one world."""


class Heart:
    """The pulses of the worlds that somebody watches, and the frames that tell them."""

    def __init__(
        self,
        reader: PulseReader | None,
        limits: Limits,
        metrics: Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._reader, self._limits, self._metrics, self._clock = reader, limits, metrics, clock
        self._pulses: dict[int, Pulse] = {}
        self._made: dict[tuple[int, bool], bytes] = {}
        self._asked_for: dict[int, World] = {}
        self.seq = 0
        self.away = False

    async def run(self, watched: Callable[[], Iterable[World]]) -> None:
        """Ask for all watched worlds, for ever."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "live-pulse") as pool:
            while True:
                if self._reader is not None:
                    wanted = self._asked_for | {world.id: world for world in watched()}
                    self._asked_for = {}
                    await loop.run_in_executor(pool, self._ask, tuple(wanted.values()))
                await asyncio.sleep(self._limits.pulse_s)

    def _ask(self, watched: tuple[World, ...]) -> None:
        for world in watched:
            try:
                self._pulses[world.id] = self._reader.of(world) if self._reader else NOTHING
            except Exception:
                log.exception("the age of the feeds cannot be read; the last known ones count")
                self._metrics.failures.labels("pulse").inc()

    def beat(self, seq: int, *, away: bool) -> None:
        """Another moment: frames are made anew, each when the first client needs it."""
        self.seq, self.away = seq, away
        self._made.clear()

    def ping(self, world: World, sight: Sight) -> bytes:
        """The frame for somebody in a world; the same bytes for all who may hear the same."""
        key = world.id, sight.hears(FEEDS)
        if key not in self._made:
            self._made[key] = frames.ping(self.told(world, sight))
        return self._made[key]

    def told(self, world: World, sight: Sight) -> dict[str, Any]:
        """What a heartbeat says; a world that somebody asks for is looked at next time."""
        self._asked_for[world.id] = world
        pulse = self._pulses.get(world.id, NOTHING)
        now = (pulse.world or world).now(self._clock())
        store = "away" if self.away else "read_only" if pulse.read_only else "ok"
        shown = [_age(feed, now) for feed in pulse.feeds] if sight.hears(FEEDS) else []
        return {"seq": self.seq, "at": now, "store": store, "feeds": shown}


def _age(feed: FeedAge, now: datetime) -> dict[str, Any]:
    newest = feed.last_data
    return {
        "feed": feed.feed,
        "state": feed.state,
        "last_data": newest,
        "last_pass": feed.last_pass,
        "age_s": None if newest is None else max(0, round((now - newest).total_seconds())),
    }
