"""Clients and audiences: everybody in an audience may see and wants the same, so they share bytes.

An audience remembers how far its members have been told. All members that are up to date got the
same frames, so this number stands once for all of them and sending costs nothing but the writes.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto
from typing import Protocol

from sylvan.live.door import Guest
from sylvan.live.filters import Filter
from sylvan.live.matching import Columns, Facts, FilterTable
from sylvan.live.pages import Entry, Page
from sylvan.live.sight import Sight


class Sink(Protocol):
    """Where a client's bytes go: a websocket, or another way out such as server-sent events."""

    def write(self, data: bytes) -> None:
        """Send or buffer whole frames."""

    def close(self, code: int, reason: str) -> None:
        """End politely with a code."""

    def abort(self) -> None:
        """End at once."""


class Stage(Enum):
    """Where a client stands."""

    WAITING = auto()  # greeted, or told to start afresh: has to resume
    CATCHING_UP = auto()
    LIVE = auto()
    ENDED = auto()


class Client:
    """One connection's place in the log."""

    __slots__ = (
        "audience",
        "full_since",
        "guest",
        "heard_at",
        "lagged",
        "position",
        "queued",
        "sight",
        "sink",
        "slot",
        "stage",
        "told",
        "told_at",
        "write",
    )

    def __init__(self, guest: Guest, sight: Sight, sink: Sink, slot: int, now: float) -> None:
        self.guest = guest
        self.sight = sight
        self.sink = sink
        self.write: Callable[[bytes], None] = sink.write
        self.slot = slot  # which second of the ping round is this client's
        self.heard_at = now  # loop time of the last byte from it
        self.full_since: float | None = None  # loop time since which its write buffer is full
        self.lagged = False  # its buffer was full since it was up to date last
        self.stage = Stage.WAITING
        self.audience: Audience | None = None
        self.position = 0  # looked through up to here for it
        self.told = 0  # the number that it has been told last
        self.told_at = now
        self.queued = False  # stands in the queue of those catching up

    def wanted(self, page: "Page") -> Iterator["Entry"]:
        """Events of a page that come after its position and that it may see and wants."""
        return self.audience.wanted(page, self.position) if self.audience else iter(())


class Audience:
    """All clients with the same rights and the same wish."""

    def __init__(self, sight: Sight, wanted: Filter, row: int) -> None:
        self.sight = sight
        self.filter = wanted
        self.row = row
        self.told = 0
        self.live: dict[Client, Callable[[bytes], None]] = {}
        self.members = 0

    def may_see(self, entry: Entry) -> bool:
        """Whether rights allow it (the world is the filters' business)."""
        return self.sight.may_see(entry.kind, entry.territories)

    def wanted(self, page: Page, after: int) -> Iterator[Entry]:
        """Events of a page after a number that this audience may see and wants."""
        start = max(0, after + 1 - page.first)
        for hit in page.filled(after).hits(self.sight.world, self.filter).tolist():
            entry = page.entries[start + hit]
            if self.may_see(entry):
                yield entry

    def wants(self, entry: Entry) -> bool:
        """The same for one event."""
        return self.filter_passes(entry.facts) and self.may_see(entry)

    def filter_passes(self, facts: Facts) -> bool:
        """Whether the filter lets something through that carries these facts."""
        one = Columns.empty(1)
        one.put(0, facts)
        return bool(len(one.hits(self.sight.world, self.filter)))

    def tell(self, entries: Sequence[Entry], most: int, late: Callable[[Client], None]) -> int:
        """Send events to all members that are up to date; how many frames went out.

        More than ``most`` bytes at once would only pile up: then nothing is sent, and each member
        is handed to ``late``, to get them in turns.
        """
        told, frames, view = self.told, [], self.sight.view
        for entry in entries:
            if self.may_see(entry):
                frames.append(entry.after(told, view))
                told = entry.seq
        if sum(map(len, frames)) > most:
            for client in tuple(self.live):
                late(client)
            return 0
        self.told = told
        return len(frames) * self.send(b"".join(frames)) if frames else 0

    def send(self, data: bytes) -> int:
        """One write to each member that is up to date; to how many.

        Members may drop out meanwhile (their buffer is full), and one that cannot be written to
        must not cost the others their event.
        """
        writes = tuple(self.live.values())
        for write in writes:
            try:
                write(data)
            except (RuntimeError, OSError):
                self._lose(write)
        return len(writes)

    def _lose(self, broken: Callable[[bytes], None]) -> None:
        """Let go of the member that is written to this way."""
        for client, write in tuple(self.live.items()):
            if write is broken:
                del self.live[client]
                client.sink.abort()


class Audiences:
    """The audiences of one gateway."""

    def __init__(self) -> None:
        self._table = FilterTable()
        self._by_wish: dict[tuple[Sight, Filter], Audience] = {}
        self._by_row: dict[int, Audience] = {}

    def __iter__(self) -> Iterator[Audience]:
        return iter(tuple(self._by_row.values()))

    def join(self, sight: Sight, wanted: Filter) -> Audience:
        """The audience for these rights and this wish, with one member more."""
        audience = self._by_wish.get((sight, wanted))
        if audience is None:
            row = self._table.add(sight.world, wanted, sight.bits)
            audience = Audience(sight, wanted, row)
            self._by_wish[sight, wanted] = self._by_row[audience.row] = audience
        audience.members += 1
        return audience

    def leave(self, audience: Audience, client: Client) -> None:
        """One member less; the last one takes the audience along."""
        audience.live.pop(client, None)
        audience.members -= 1
        if not audience.members:
            del self._by_wish[audience.sight, audience.filter]
            del self._by_row[audience.row]
            self._table.remove(audience.row)

    def publish(
        self, entries: Sequence[Entry], page: Page, most: int, late: Callable[[Client], None]
    ) -> int:
        """Send new events of one page to everybody who is up to date; how many were sent."""
        sent = 0
        step = self._table.slice_size()
        for start in range(0, len(entries), step):
            part = entries[start : start + step]
            at = part[0].seq - page.first
            for row, hits in self._table.matches(page.columns.part(at, at + len(part))):
                audience = self._by_row[row]
                if audience.live:
                    sent += audience.tell([part[hit] for hit in hits], most, late)
        return sent
