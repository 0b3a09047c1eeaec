"""Follows the log: one reader for all clients of a process.

It reads what comes after the last number, checks that nothing is missing, and hands it on. It is
woken by the log's sequencer, but trusts only what it reads.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from uuid import UUID

from sylvan.live.limits import Limits
from sylvan.live.log import LogHead, LogReader
from sylvan.live.metrics import Metrics
from sylvan.live.pages import Entry, Page, Pages, contiguous

log = logging.getLogger(__name__)

Publish = Callable[[Sequence[Entry], Page], None]
Restart = Callable[[str], None]


class Tail:
    """Where this process stands in the log, and the newest part of it in memory.

    ``publish`` gets new events page by page; ``restart`` hears that the numbers no longer say
    anything (``epoch``) or that some are missing (``gap``).
    """

    def __init__(
        self,
        reader: LogReader,
        limits: Limits,
        metrics: Metrics,
        publish: Publish,
        restart: Restart,
    ) -> None:
        self.pages = Pages(limits.page_events, limits.recent_pages, limits.old_pages)
        self.epoch: UUID | None = None
        self.seq = 0
        self.oldest = 1
        self._reader, self._limits, self._metrics = reader, limits, metrics
        self._publish, self._restart = publish, restart
        self._woken = asyncio.Event()
        self._checked_at = float("-inf")
        self._seen_at: float | None = None
        self._hole_since: float | None = None
        self._torn = False

    @contextlib.asynccontextmanager
    async def threads(self) -> AsyncIterator[None]:
        """Own threads: those who catch up must not delay the newest events, nor these them."""
        self._newest = ThreadPoolExecutor(1, "live-newest")
        self._older = ThreadPoolExecutor(self._limits.old_reads, "live-older")
        try:
            yield
        finally:
            for pool in (self._newest, self._older):
                pool.shutdown(wait=False, cancel_futures=True)

    def look(self) -> None:
        """Ask to look at the log now."""
        self._woken.set()

    def away(self, now: float) -> bool:
        """Whether the log has not been reached for a while; ``now`` is the loop's time."""
        return self._seen_at is not None and now - self._seen_at > self._limits.away_s

    async def follow(self) -> None:
        """Read on for ever. Failures are counted, logged and tried again."""
        while True:
            self._woken.clear()
            try:
                await self._read_all()
            except Exception:
                log.exception("the event log cannot be read; trying again")
                self._metrics.failures.labels("newest").inc()
                self._checked_at = float("-inf")  # it may be another log when it comes back
                await asyncio.sleep(self._limits.poll_s)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.poll_s):
                    await self._woken.wait()

    async def listen(self) -> None:
        """Turn the log's wake-ups into looks, for ever."""
        while True:
            try:
                async for _ in self._reader.wakes():
                    self.look()
            except Exception:
                log.exception("no wake-ups from the event log; polling until they are back")
                self._metrics.failures.labels("wakes").inc()
            await asyncio.sleep(self._limits.poll_s)

    async def fetch(self, number: int) -> bool:
        """Bring an old page into memory; whether the numbering still stood when it came."""
        epoch, size = self.epoch, self._limits.page_events
        loop = asyncio.get_running_loop()
        rows = await loop.run_in_executor(self._older, self._encoded, number * size, size, epoch)
        if epoch != self.epoch:
            return False
        rows = [row for row in rows if self.pages.number(row.seq) == number]
        self.pages.restore(number, contiguous(rows, rows[0].seq - 1) if rows else ())
        self._metrics.pages_read.inc()
        return True

    def _encoded(self, after: int, limit: int, epoch: UUID | None) -> list[Entry]:
        """Read and encode, in a thread, so that the loop is left to the sockets."""
        if epoch is None:
            return []
        return [Entry.of(row, epoch) for row in self._reader.read(after, limit)]

    async def _read_all(self) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() - self._checked_at >= self._limits.poll_s:
            self._stand(await loop.run_in_executor(self._newest, self._reader.head))
            self._checked_at = self._seen_at = loop.time()
        limit = self._limits.page_events
        while True:
            rows = await loop.run_in_executor(
                self._newest, self._encoded, self.seq, limit, self.epoch
            )
            self._seen_at = loop.time()
            good = contiguous(rows, self.seq)
            self._take(good)
            if len(good) < len(rows):
                self._hole(loop.time())
                return
            self._hole_since = None
            if len(rows) < limit:
                return

    def _stand(self, head: LogHead) -> None:
        """Compare with the log's head: a new numbering, or one that went back, starts afresh."""
        if self.epoch is None:
            self._start(head)
        elif head.epoch != self.epoch or head.seq < self.seq:
            self._start(head)
            self._restart("epoch")
        elif self._torn:
            self._start(head)
            self._restart("gap")
        self.oldest = head.oldest
        self._metrics.behind.set(head.seq - self.seq)

    def _start(self, head: LogHead) -> None:
        self.pages.clear()
        self.epoch, self.seq, self.oldest = head.epoch, head.seq, head.oldest
        self._hole_since, self._torn = None, False

    def _hole(self, now: float) -> None:
        """Numbers are missing: wait for them for a while, then give up and say so."""
        if self._hole_since is None:
            self._hole_since = now
        elif now - self._hole_since > self._limits.gap_s:
            log.error(
                "the event log has a hole after number %d; all clients start afresh", self.seq
            )
            self._torn = True
            self._checked_at = float("-inf")
            self.look()

    def _take(self, entries: list[Entry]) -> None:
        if not entries:
            return
        self.pages.extend(entries)
        self.seq = entries[-1].seq
        self._metrics.published.inc(len(entries))
        for _, part in groupby(entries, key=lambda entry: self.pages.number(entry.seq)):
            group = list(part)
            page = self.pages.holding(group[0].seq)
            if page is not None:
                self._publish(group, page)
