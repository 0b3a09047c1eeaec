"""Asks again who is inside: a session that ended or a right that was taken counts on open sockets.

Each session or key is asked about once, however many sockets it has open, spread over time and in a
thread, so that thousands cost the loop nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from zlib import crc32

from sylvan.live.audience import Client
from sylvan.live.door import Answer, Door, Guest, Refused
from sylvan.live.limits import Limits
from sylvan.live.metrics import Metrics

log = logging.getLogger(__name__)

_SPREAD: Final = 0.5
"""Part of the interval over which questions are spread."""


@dataclass(slots=True)
class _Inside:
    """One session or key and its sockets."""

    due: float
    clients: set[Client] = field(default_factory=set)


class Recheck:
    """Who is inside, and when each is asked about next.

    ``answered`` gets each client with what the door says of it by now.
    """

    def __init__(
        self,
        door: Door,
        limits: Limits,
        metrics: Metrics,
        clock: Callable[[], datetime],
        answered: Callable[[Client, Answer], None],
    ) -> None:
        self._door, self._limits, self._metrics = door, limits, metrics
        self._clock, self._answered = clock, answered
        self._inside: dict[Hashable, _Inside] = {}

    def __len__(self) -> int:
        return len(self._inside)

    def watch(self, client: Client, now: float) -> None:
        """A client came in; ``now`` is the loop's time."""
        key = _key(client.guest)
        if key is not None:
            found = self._inside.setdefault(key, _Inside(now + self._wait(key)))
            found.clients.add(client)

    def forget(self, client: Client) -> None:
        """A client is gone."""
        key = _key(client.guest)
        found = None if key is None else self._inside.get(key)
        if found is not None:
            found.clients.discard(client)
            if not found.clients:
                del self._inside[key]

    async def run(self) -> None:
        """Ask for ever."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "live-rights") as pool:
            while True:
                await asyncio.sleep(self._limits.skip_s)
                due = self.due(loop.time())
                for start in range(0, len(due), self._limits.recheck_batch):
                    part = due[start : start + self._limits.recheck_batch]
                    guests = [guest for _, guest in part]
                    answers = await loop.run_in_executor(pool, self._ask, guests)
                    for (key, _), answer in zip(part, answers, strict=True):
                        self._deliver(key, answer)

    def due(self, now: float) -> list[tuple[Hashable, Guest]]:
        """Whom to ask about now, each with one of his guests; the next time is set."""
        real, found = self._clock(), []
        for key, one in self._inside.items():
            guest = next(iter(one.clients)).guest
            over = guest.until is not None and guest.until <= real
            if over or one.due <= now:
                one.due = now + self._wait(key)
                found.append((key, guest))
        return found

    def _wait(self, key: Hashable) -> float:
        part = crc32(str(key).encode()) / 2**32
        return self._limits.recheck_s * (1 - _SPREAD * part)

    def _ask(self, guests: list[Guest]) -> list[Answer | None]:
        return [self._one(guest) for guest in guests]

    def _one(self, guest: Guest) -> Answer | None:
        """The door's answer; none while it cannot say (nothing new comes then either)."""
        try:
            return self._door.again(guest)
        except Exception:
            log.exception("it cannot be asked whether a session still holds; trying again")
            self._metrics.failures.labels("rights").inc()
            return None

    def _deliver(self, key: Hashable, answer: Answer | None) -> None:
        inside = self._inside.get(key)
        if answer is None or inside is None:
            return
        for client in tuple(inside.clients):
            self._answered(client, _in_world(answer, client.guest))


def _in_world(answer: Answer, guest: Guest) -> Answer:
    """What was answered for one of a session's sockets, for another."""
    if isinstance(answer, Refused):
        return answer
    actor = answer.actor.in_world(guest.actor.world)
    return replace(answer, actor=actor, credentials=guest.credentials)


def _key(guest: Guest) -> Hashable:
    """What is asked about: the session or key, or what was brought; nothing if it never ends."""
    if guest.mark is not None:
        return guest.mark
    return None if guest.until is None else guest.credentials
