"""Clients and audiences: everybody in an audience may see and wants the same, so they share bytes.

An audience remembers how far its members have been told. All members that are up to date got the
same frames, so this number stands once for all of them and sending costs nothing but the writes.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto
from typing import Protocol

from sylvan.domain.actors import Actor
from sylvan.live.filters import Filter, FilterTable
from sylvan.live.pages import Entry, Page


class Sink(Protocol):
    """Where a client's bytes go. Later ways out (server-sent events) are other sinks."""

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
        "actor",
        "audience",
        "full_since",
        "heard_at",
        "position",
        "queued",
        "sink",
        "slot",
        "stage",
        "told",
        "told_at",
        "write",
    )

    def __init__(self, actor: Actor, sink: Sink, slot: int, now: float) -> None:
        self.actor = actor
        self.sink = sink
        self.write: Callable[[bytes], None] = sink.write
        self.slot = slot  # which second of the ping round is this client's
        self.heard_at = now  # loop time of the last byte from it
        self.full_since: float | None = None  # loop time since which its write buffer is full
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

    def __init__(self, actor: Actor, wanted: Filter, row: int) -> None:
        self.actor = actor
        self.filter = wanted
        self.row = row
        self.told = 0
        self.live: dict[Client, Callable[[bytes], None]] = {}
        self.members = 0

    @property
    def world(self) -> int:
        """Id of its world."""
        return self.actor.world.id

    def may_see(self, entry: Entry) -> bool:
        """Whether rights allow it (the world is the filters' business)."""
        return self.actor.everywhere or self.actor.covers(*entry.territories)

    def wanted(self, page: Page, after: int) -> Iterator[Entry]:
        """Events of a page after a number that this audience may see and wants."""
        start = max(0, after + 1 - page.first)
        for hit in page.filled(after).hits(self.world, self.filter).tolist():
            entry = page.entries[start + hit]
            if self.may_see(entry):
                yield entry

    def tell(self, entries: Sequence[Entry], most: int, late: Callable[[Client], None]) -> int:
        """Send events to all members that are up to date; how many frames went out.

        More than ``most`` bytes at once would only pile up: then nothing is sent, and each member
        is handed to ``late``, to get them in turns.
        """
        told, frames = self.told, []
        for entry in entries:
            if self.may_see(entry):
                frames.append(entry.after(told))
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
        members = tuple(self.live.items())
        for client, write in members:
            try:
                write(data)
            except (RuntimeError, OSError):
                self.live.pop(client, None)
                client.sink.abort()
        return len(members)


class Audiences:
    """The audiences of one gateway."""

    def __init__(self) -> None:
        self._table = FilterTable()
        self._by_wish: dict[tuple[int, tuple[str, ...], Filter], Audience] = {}
        self._by_row: dict[int, Audience] = {}

    def __iter__(self) -> Iterator[Audience]:
        return iter(tuple(self._by_row.values()))

    def join(self, actor: Actor, wanted: Filter) -> Audience:
        """The audience for these rights and this wish, with one member more."""
        key = self._key(actor, wanted)
        audience = self._by_wish.get(key)
        if audience is None:
            audience = Audience(actor, wanted, self._table.add(actor.world.id, wanted))
            self._by_wish[key] = self._by_row[audience.row] = audience
        audience.members += 1
        return audience

    def leave(self, audience: Audience, client: Client) -> None:
        """One member less; the last one takes the audience along."""
        audience.live.pop(client, None)
        audience.members -= 1
        if not audience.members:
            del self._by_wish[self._key(audience.actor, audience.filter)]
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

    @staticmethod
    def _key(actor: Actor, wanted: Filter) -> tuple[int, tuple[str, ...], Filter]:
        return actor.world.id, tuple(sorted(actor.territories)), wanted
