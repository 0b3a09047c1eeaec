"""Brings clients from their number to the newest one, in turns, without a task for each.

What is in memory is served at once; older pages are read once for all who want them. Everybody
gets a bounded chunk a turn, so that one who was away for a month delays nobody.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from sylvan.live import frames
from sylvan.live.audience import Client, Stage
from sylvan.live.limits import Limits
from sylvan.live.metrics import Metrics
from sylvan.live.pages import Entry, Page
from sylvan.live.tail import Tail

log = logging.getLogger(__name__)

_SLICE_S = 0.005
# seconds of work between two breaths of the event loop, so that live clients see no jerk


class CatchUp:
    """The queue of clients that are behind.

    ``joined`` hears of those who are up to date, ``restart`` of those who have to begin afresh
    (client, frame type, reason).
    """

    def __init__(
        self,
        tail: Tail,
        limits: Limits,
        metrics: Metrics,
        joined: Callable[[Client], None],
        restart: Callable[[Client, str, str], None],
    ) -> None:
        self._tail, self._limits, self._metrics = tail, limits, metrics
        self._joined, self._restart = joined, restart
        self._queue: deque[Client] = deque()
        self._work = asyncio.Event()
        self._wanted: dict[int, list[Client]] = {}
        self._to_read: asyncio.Queue[int] = asyncio.Queue()
        self.ahead: dict[Client, float] = {}

    def add(self, client: Client) -> None:
        """Give a client a turn, if it is behind and can take anything."""
        ready = client.stage is Stage.CATCHING_UP and client.full_since is None
        if ready and not client.queued:
            client.queued = True
            self._queue.append(client)
            self._work.set()

    def advanced(self) -> None:
        """The log went on: those who knew more than we did may have been reached."""
        for client in tuple(self.ahead):
            if client.position <= self._tail.seq:
                del self.ahead[client]
                self.add(client)

    def forget(self, client: Client) -> None:
        """A client ended or began anew."""
        self.ahead.pop(client, None)

    async def run(self) -> None:
        """Give turns for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await self._work.wait()
            until = loop.time() + _SLICE_S
            while self._queue and loop.time() < until:
                client = self._queue.popleft()
                client.queued = False
                self._turn(client, loop.time())
            if not self._queue:
                self._work.clear()
            await asyncio.sleep(0)

    async def read(self) -> None:
        """Read wanted pages for ever; several of these run side by side."""
        while True:
            number = await self._to_read.get()
            came = await self._fetched(number)
            for client in self._wanted.pop(number, ()):
                if came and self._lost(client, number):
                    self._restart(client, "gone", "retention")
                else:
                    self.add(client)

    async def _fetched(self, number: int) -> bool:
        try:
            return await self._tail.fetch(number)
        except Exception:
            log.exception("page %d of the event log cannot be read; trying again", number)
            self._metrics.failures.labels("older").inc()
            await asyncio.sleep(self._limits.poll_s)
            return False

    def _lost(self, client: Client, number: int) -> bool:
        """Whether a client's next event was not in the page that was to hold it."""
        pages, following = self._tail.pages, client.position + 1
        waiting = client.stage is Stage.CATCHING_UP and pages.number(following) == number
        return waiting and pages.holding(following) is None

    def _turn(self, client: Client, now: float) -> None:
        if client.stage is not Stage.CATCHING_UP or client.full_since is not None:
            return
        if client.position > self._tail.seq:
            self.ahead.setdefault(client, now)
            self._tail.look()
        elif client.position == self._tail.seq:
            self._joined(client)
        elif (page := self._tail.pages.holding(client.position + 1)) is None:
            self._want(client)
        else:
            self._serve(client, page, now)
            self.add(client)

    def _want(self, client: Client) -> None:
        number = self._tail.pages.number(client.position + 1)
        if number not in self._wanted:
            if len(self._wanted) >= self._limits.wanted_pages:
                self._restart(client, "resync", "overload")
                return
            self._wanted[number] = []
            self._to_read.put_nowait(number)
        self._wanted[number].append(client)

    def _serve(self, client: Client, page: Page, now: float) -> None:
        """Send a client up to a chunk of one page.

        One that lags gets of several changes of the same thing only the newest, so that it is level
        sooner; the numbers left out are announced as everything is that is not for it.
        """
        parts: list[bytes] = []
        size = 0
        for entry in client.wanted(page):
            if client.lagged and self._needless(client, entry):
                continue
            parts.append(entry.after(client.told, client.sight.view))
            client.told = client.position = entry.seq
            size += len(parts[-1])
            if size >= self._limits.chunk_bytes:
                break
        else:
            client.position = page.last
        self._metrics.sent.inc(len(parts))
        if not parts and now - client.told_at >= self._limits.skip_s:
            parts.append(frames.skip_to(client.position))
            client.told = client.position
        if parts:
            client.told_at = now
            client.write(b"".join(parts))

    def _needless(self, client: Client, entry: Entry) -> bool:
        """Whether the client will get a newer event that tells all that this one tells."""
        newest = self._tail.pages.newest(entry)
        audience = client.audience
        needless = newest.seq > entry.seq and audience is not None and audience.wants(newest)
        if needless:
            self._metrics.coalesced.inc()
        return needless
