"""A numbered event log in memory: what the benchmark and the tests read in place of the database.

It keeps the promises of the real one: numbers without gaps, in the order of appending, from any
number of threads; a retention; wake-ups.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4


@dataclass(frozen=True, slots=True)
class MemoryHead:
    """Where the log stands."""

    epoch: UUID
    seq: int
    oldest: int


@dataclass(frozen=True, slots=True)
class MemoryEvent:
    """One numbered event."""

    seq: int
    world_id: int
    kind: str
    subject: str
    point: tuple[float, float] | None = None
    territories: tuple[str, ...] = ()
    actor: str = "system"
    body: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = datetime(2017, 8, 13, tzinfo=UTC)


class MemoryLog:
    """The log. ``append`` may be called from any thread."""

    def __init__(self) -> None:
        self.epoch = uuid4()
        self.rows: list[MemoryEvent] = []
        self._dropped = 0
        self._lock = threading.Lock()
        self._listeners: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def append(self, world_id: int, kind: str, subject: str, **more: Any) -> MemoryEvent:
        """Number an event and wake the readers. ``more`` are further fields of the event."""
        with self._lock:
            seq = self._dropped + len(self.rows) + 1
            row = MemoryEvent(seq, world_id, kind, subject, **more)
            self.rows.append(row)
        for loop, event in tuple(self._listeners):
            loop.call_soon_threadsafe(event.set)
        return row

    def drop_before(self, seq: int) -> None:
        """End the retention of everything numbered below ``seq``."""
        with self._lock:
            self.rows = [row for row in self.rows if row.seq >= seq]
            self._dropped = seq - 1

    def restart(self) -> None:
        """Begin a new numbering, as after a restore of another database."""
        with self._lock:
            self.epoch, self.rows, self._dropped = uuid4(), [], 0

    def head(self) -> MemoryHead:
        """Where the log stands."""
        with self._lock:
            return MemoryHead(self.epoch, self._dropped + len(self.rows), self._dropped + 1)

    def read(self, after: int, limit: int) -> Sequence[MemoryEvent]:
        """Events numbered above ``after``."""
        with self._lock:
            start = max(0, after - self._dropped)
            return self.rows[start : start + limit]

    async def wakes(self) -> AsyncIterator[None]:
        """Yield after events were appended."""
        event = asyncio.Event()
        mine = (asyncio.get_running_loop(), event)
        self._listeners.append(mine)
        try:
            while True:
                await event.wait()
                event.clear()
                yield
        finally:
            self._listeners.remove(mine)
