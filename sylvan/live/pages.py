"""Pieces of the log in memory, encoded once: the newest always, older ones while they are wanted.

Pages are aligned (page ``p`` holds the numbers ``p·size + 1`` to ``(p+1)·size``), so that clients
coming back from different places share them.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sylvan.live import frames
from sylvan.live.filters import Columns
from sylvan.live.log import EventRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, ready to be sent."""

    seq: int
    world: int
    kind: str
    point: tuple[float, float] | None
    territories: tuple[str, ...]
    frame: bytes

    @classmethod
    def of(cls, row: EventRow, epoch: UUID) -> "Entry":
        """Encode a row."""
        return cls(
            row.seq,
            row.world_id,
            row.kind,
            row.point,
            tuple(row.territories),
            frames.event(row, epoch),
        )

    def after(self, told: int) -> bytes:
        """The frame for a client that was told everything up to ``told``.

        Where numbers are left out for it, a ``skip_to`` says so first: whatever is not announced
        is therefore lost, and a client can prove that it missed nothing.
        """
        if told == self.seq - 1:
            return self.frame
        return frames.skip_to(self.seq - 1) + self.frame


class Page:
    """Consecutive events from ``first`` on, with columns for the filters."""

    def __init__(self, first: int, size: int) -> None:
        self.first = first
        self.entries: list[Entry] = []
        self.columns = Columns.empty(size)

    @property
    def last(self) -> int:
        """Number of the newest event in it; ``first - 1`` when empty."""
        return self.first + len(self.entries) - 1

    def add(self, entry: Entry) -> None:
        """Append the next event."""
        self.columns.put(len(self.entries), entry.world, entry.kind, entry.point)
        self.entries.append(entry)

    def filled(self, after: int) -> Columns:
        """Columns of the events numbered above ``after``."""
        return self.columns.part(max(0, after + 1 - self.first), len(self.entries))


def contiguous(rows: Iterable[Entry], after: int) -> list[Entry]:
    """The events that follow ``after`` without a hole."""
    good: list[Entry] = []
    for row in rows:
        if row.seq != after + 1:
            break
        good.append(row)
        after = row.seq
    return good


class Pages:
    """The pages in memory: a ring of the newest, and those that catching up has brought back."""

    def __init__(self, size: int, recent: int, old: int) -> None:
        self.size = size
        self._recent_limit, self._old_limit = recent, old
        self._recent: OrderedDict[int, Page] = OrderedDict()
        self._old: OrderedDict[int, Page] = OrderedDict()

    def number(self, seq: int) -> int:
        """The page that ``seq`` belongs to."""
        return (seq - 1) // self.size

    def extend(self, entries: Sequence[Entry]) -> None:
        """Append the newest events; the oldest page falls out of the ring."""
        for entry in entries:
            number = self.number(entry.seq)
            page = self._recent.get(number)
            if page is None:
                page = self._recent[number] = Page(entry.seq, self.size)
                if len(self._recent) > self._recent_limit:
                    self._keep(*self._recent.popitem(last=False))
            page.add(entry)

    def holding(self, seq: int) -> Page | None:
        """The page in memory that holds ``seq``, if there is one."""
        number = self.number(seq)
        for shelf in (self._recent, self._old):
            page = shelf.get(number)
            if page is not None and page.first <= seq <= page.last:
                if shelf is self._old:
                    shelf.move_to_end(number)
                return page
        return None

    def restore(self, number: int, entries: Sequence[Entry]) -> None:
        """Keep a page that was read back from the log."""
        if entries:
            page = Page(entries[0].seq, self.size)
            for entry in entries:
                page.add(entry)
            self._keep(number, page)

    def _keep(self, number: int, page: Page) -> None:
        self._old[number] = page
        self._old.move_to_end(number)
        while len(self._old) > self._old_limit:
            self._old.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: the numbering has changed."""
        self._recent.clear()
        self._old.clear()
