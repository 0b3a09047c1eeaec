"""Pieces of the log in memory, encoded once: the newest always, older ones while they are wanted.

Pages are aligned (page ``p`` holds the numbers ``p·size + 1`` to ``(p+1)·size``), so that clients
coming back from different places share them.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sylvan.live import frames
from sylvan.live.filters import status_bit
from sylvan.live.log import EventRow
from sylvan.live.matching import Columns, Facts
from sylvan.live.sight import CLEAR, Paths, View, thing_of

_WHOLE: Final = frozenset({"fire.exposure", "fire.forecast"})
"""Kinds besides `*.changed` whose newest event tells all that those before it told."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, ready to be sent."""

    seq: int
    kind: str
    subject: str
    territories: tuple[str, ...]
    facts: Facts
    frame: bytes
    veiled: dict[tuple[Paths, Paths], bytes] = field(default_factory=dict, compare=False)
    """Its frame as it is seen through each view that somebody has looked through so far."""

    @classmethod
    def of(cls, row: EventRow, epoch: UUID) -> "Entry":
        """Encode a row."""
        return cls(
            row.seq,
            row.kind,
            row.subject,
            tuple(row.territories),
            facts_of(row),
            frames.event(row, epoch),
        )

    @property
    def key(self) -> tuple[int, str, str] | None:
        """What a later event with the same key makes needless; none: each tells its own."""
        if self.kind in _WHOLE or self.kind.endswith(".changed"):
            return self.facts.world, self.kind, self.subject
        return None

    def seen(self, view: View) -> bytes:
        """Its frame without what a view hides; made once, whoever asks first."""
        cut = view.cut(thing_of(self.kind))
        if not (cut[0] or cut[1]):
            return self.frame
        frame = self.veiled.get(cut)
        if frame is None:
            frame = self.veiled[cut] = frames.veiled(self.frame, view.over)
        return frame

    def after(self, told: int, view: View = CLEAR) -> bytes:
        """The frame for a client that was told everything up to ``told``.

        Where numbers are left out for it, a ``skip_to`` says so first: whatever is not announced
        is therefore lost, and a client can prove that it missed nothing.
        """
        if told == self.seq - 1:
            return self.seen(view)
        return frames.skip_to(self.seq - 1) + self.seen(view)


def facts_of(row: EventRow) -> Facts:
    """What filters compare of an event."""
    score = row.body.get("score")
    return Facts(
        row.world_id,
        row.kind,
        row.point,
        _fires_of(row.kind, row.subject, row.body),
        float(score) if isinstance(score, int | float) else None,
        status_bit(row.body.get("status")) if thing_of(row.kind) == "fire" else 0,
    )


def _fires_of(kind: str, subject: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The fires that an event is about: itself one, or named in what it tells."""
    found = [subject] if thing_of(kind) == "fire" and ":" not in subject else []
    for name in ("fire", "fire_id", "fires", "fire_ids", "merged_into"):
        told = body.get(name)
        found += [told] if isinstance(told, str) else told if isinstance(told, list) else []
    return tuple(dict.fromkeys(one for one in found if isinstance(one, str)))


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
        self.columns.put(len(self.entries), entry.facts)
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
        self._newest: dict[tuple[int, str, str], Entry] = {}

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
                    self._retire(*self._recent.popitem(last=False))
            page.add(entry)
            if entry.key is not None:
                self._newest[entry.key] = entry

    def newest(self, entry: Entry) -> Entry:
        """The newest event in memory that makes this one needless, or the event itself."""
        return entry if entry.key is None else self._newest.get(entry.key, entry)

    def _retire(self, number: int, page: Page) -> None:
        for entry in page.entries:
            if entry.key is not None and self._newest.get(entry.key) is entry:
                del self._newest[entry.key]
        self._keep(number, page)

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
        self._newest.clear()
