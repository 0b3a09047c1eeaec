"""Polling: the next events as one document, from the same pages that sockets are served from."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Final

from sylvan.live import frames
from sylvan.live.audience import Audience
from sylvan.live.filters import Filter
from sylvan.live.hub import Hub
from sylvan.live.pages import Entry, Page
from sylvan.live.sight import Sight, sight_of
from sylvan.services.faults import RETRY_S, Unavailable
from sylvan.services.listening import Asked, LiveGone

log = logging.getLogger(__name__)

PAGES: Final = 16
"""Pages looked through for one answer; one that found little in them says that there is more."""
MOST_BYTES: Final = 4_000_000
"""Of events in one answer."""


class Polling:
    """Answers for those who ask again and again; each answer stands for itself."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._fetching: dict[int, asyncio.Task[bool]] = {}

    async def answer(self, asked: Asked, wanted: Filter, limit: int) -> bytes:
        """The next events, or only where the log stands if no number was given."""
        sight = sight_of(asked.actor, self._hub.rights)
        stand = self._stand()
        if asked.after is None:
            return self._document(asked, sight, [], stand.seq)
        if asked.epoch != str(stand.epoch):
            raise self._gone("live.resync", "epoch", stand)
        if asked.after + 1 < stand.oldest:
            raise self._gone("live.gone", "retention", stand)
        found, seq = await self._found(sight, wanted, asked.after, limit)
        return self._document(asked, sight, found, seq)

    async def _found(
        self, sight: Sight, wanted: Filter, after: int, limit: int
    ) -> tuple[list[bytes], int]:
        """Events after a number, and the number up to which was looked."""
        audience = Audience(sight, wanted, -1)
        found: list[bytes] = []
        position, size = after, 0
        for _ in range(PAGES):
            if position >= self._hub.seq:
                break
            page = await self._page(position + 1)
            for entry in audience.wanted(page, position):
                found.append(_payload(entry, sight))
                position, size = entry.seq, size + len(found[-1])
                if len(found) >= limit or size >= MOST_BYTES:
                    return found, position
            position = page.last
        return found, position

    async def _page(self, seq: int) -> Page:
        """The page that holds a number, from memory or from the log."""
        tail = self._hub.tail
        if (page := tail.pages.holding(seq)) is not None:
            return page
        if not await self._fetched(tail.pages.number(seq)):
            raise self._gone("live.resync", "epoch", self._stand())
        page = tail.pages.holding(seq)
        if page is None:
            raise self._gone("live.gone", "retention", self._stand())
        return page

    async def _fetched(self, number: int) -> bool:
        """Read a page back, once for all who want it."""
        task = self._fetching.get(number)
        if task is None:
            if len(self._fetching) >= self._hub.limits.wanted_pages:
                raise Unavailable("live.busy", {"retry_s": RETRY_S})
            task = self._fetching[number] = asyncio.create_task(self._hub.tail.fetch(number))
            task.add_done_callback(lambda _: self._fetching.pop(number))
        try:
            return await asyncio.shield(task)
        except OSError as error:
            raise Unavailable("live.busy", {"retry_s": RETRY_S}) from error

    def _stand(self) -> frames.Position:
        stand = self._hub.stand()
        if stand is None:
            raise Unavailable("live.busy", {"retry_s": RETRY_S})
        return stand

    def _gone(self, code: str, reason: str, stand: frames.Position) -> LiveGone:
        return LiveGone(code, {"reason": reason, **stand.told()})

    def _document(self, asked: Asked, sight: Sight, found: list[bytes], seq: int) -> bytes:
        """One JSON document around events that are JSON already."""
        stand, hub = self._stand(), self._hub
        world = asked.actor.world
        head = {
            **stand.told(),
            "seq": seq,
            "more": seq < stand.seq,
            "world": frames.world_shown(world, hub.clock()),
            "heartbeat": hub.heart.told(world, sight),
        }
        return b'%b,"events":[%b]}' % (frames.dumps(head)[:-1], b",".join(found))


def _payload(entry: Entry, sight: Sight) -> bytes:
    payloads: Iterator[bytes] = frames.payloads(entry.seen(sight.view))
    return next(payloads)
