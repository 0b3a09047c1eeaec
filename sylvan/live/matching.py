"""Many filters matched at once: thousands of different wishes cost a few array operations an event.

Areas, kinds, statuses and priorities are compared as columns. Fires are looked up by id, since an
event names few and most filters none.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.live.filters import ALL_BITS, Filter, kind_bit, wrapped

_CELLS: Final = 400_000
"""Events × wishes compared in one go: a few MB of temporaries, below a millisecond."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters compare of one event. A side that it does not carry is ``None``, 0 or empty."""

    world: int
    kind: str
    point: tuple[float, float] | None = None
    fires: tuple[str, ...] = ()
    score: float | None = None
    status: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """Events in columns, as filters read them. What is missing is NaN or 0, longitude 180 −180."""

    world: Ints
    bit: Ints
    lon: Floats
    lat: Floats
    score: Floats
    status: Ints
    fires: list[tuple[str, ...]]

    @classmethod
    def empty(cls, size: int) -> "Columns":
        """Room for ``size`` events."""
        ints, nans = np.zeros((3, size), np.int64), np.full((3, size), np.nan)
        return cls(ints[0], ints[1], nans[0], nans[1], nans[2], ints[2], [()] * size)

    def put(self, i: int, event: Facts) -> None:
        """Fill row ``i``."""
        self.world[i] = event.world
        self.bit[i] = kind_bit(event.kind)
        if event.point is not None:
            self.lon[i], self.lat[i] = wrapped(event.point[0]), event.point[1]
        if event.score is not None:
            self.score[i] = event.score
        self.status[i] = event.status
        self.fires[i] = event.fires

    def part(self, start: int, stop: int) -> "Columns":
        """Rows ``start`` to ``stop``, the arrays as views."""
        cut = slice(start, stop)
        return Columns(
            self.world[cut],
            self.bit[cut],
            self.lon[cut],
            self.lat[cut],
            self.score[cut],
            self.status[cut],
            self.fires[cut],
        )

    def hits(self, world: int, wanted: Filter) -> Ints:
        """Indices of the events of one world that pass one filter."""
        mask = (self.world == world) & ((self.bit & wanted.bits) != 0)
        if wanted.bbox is not None:
            mask &= np.isnan(self.lon) | _inside(self, np.array(wanted.box))
        if wanted.least_priority is not None:
            mask &= ~(self.score < wanted.least)
        if wanted.statuses is not None:
            mask &= (self.status == 0) | ((self.status & wanted.status_bits) != 0)
        found = np.flatnonzero(mask)
        if wanted.fires is None:
            return found
        return found[[wanted.names(self.fires[i]) for i in found.tolist()]] if len(found) else found


def _inside(events: Columns, boxes: Floats) -> Bools:
    """Whether places lie in boxes: the four sides come first, more axes of ``boxes`` broadcast."""
    west, south, east, north = boxes
    after, before = events.lon >= west, events.lon <= east
    across = np.where(west > east, after | before, after & before)
    inside: Bools = across & (events.lat >= south) & (events.lat <= north)
    return inside


class FilterTable:
    """Many (world, filter) pairs side by side. Rows are reused; a free row belongs to no world."""

    _GROW: Final = 64

    def __init__(self) -> None:
        self._free: list[int] = []
        self._world = np.zeros(0, np.int64)
        self._bits = np.zeros(0, np.int64)
        self._status = np.zeros(0, np.int64)
        self._least = np.zeros(0)
        self._box = np.zeros((0, 4))
        self._fires: dict[int, frozenset[str]] = {}
        self._by_fire: dict[str, set[int]] = {}

    def add(self, world: int, wanted: Filter, heard: int = ALL_BITS) -> int:
        """Take in a pair; its row number comes back from :meth:`matches`.

        ``heard`` are the bits of the kinds that may reach it at all.
        """
        if not self._free:
            self._grow()
        row = self._free.pop()
        self._world[row], self._bits[row] = world, wanted.bits & heard
        self._box[row], self._least[row] = wanted.box, wanted.least
        self._status[row] = wanted.status_bits
        if wanted.fires is not None:
            self._fires[row] = wanted.fires
            for fire in wanted.fires:
                self._by_fire.setdefault(fire, set()).add(row)
        return row

    def remove(self, row: int) -> None:
        """Forget a pair."""
        self._world[row] = 0
        for fire in self._fires.pop(row, ()):
            rows = self._by_fire[fire]
            rows.discard(row)
            if not rows:
                del self._by_fire[fire]
        self._free.append(row)

    def matches(self, events: Columns) -> Iterator[tuple[int, list[int]]]:
        """For each row with anything to hear: the row and the indices of its events, in order."""
        if not len(self._world) or not len(events.world):
            return
        mask = self._mask(events)
        rows, found = np.nonzero(mask)
        starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]]) if len(rows) else rows
        for start, part in zip(starts, np.split(found, starts[1:]), strict=False):
            yield int(rows[start]), part.tolist()

    def slice_size(self) -> int:
        """How many events to match at once, so that the temporaries stay small."""
        return max(1, _CELLS // max(1, len(self._world)))

    def _mask(self, events: Columns) -> Bools:
        inside = _inside(events, self._box.T[:, :, None]) | np.isnan(events.lon)
        inside &= events.world == self._world[:, None]
        inside &= (events.bit & self._bits[:, None]) != 0
        if events.status.any():
            inside &= (events.status == 0) | ((events.status & self._status[:, None]) != 0)
        if not np.isnan(events.score).all():
            inside &= ~(events.score < self._least[:, None])
        if self._fires and any(events.fires):
            inside &= self._about(events.fires)
        return inside

    def _about(self, fires: Sequence[tuple[str, ...]]) -> Bools:
        """Whether events are about fires that are wanted, or about none in particular."""
        about: Bools = np.ones((len(self._world), len(fires)), np.bool_)
        chosen = list(self._fires)
        for i, named in enumerate(fires):
            if named:
                about[chosen, i] = False
                about[[row for fire in named for row in self._by_fire.get(fire, ())], i] = True
        return about

    def _grow(self) -> None:
        size = len(self._world)
        more = max(self._GROW, size)
        none = np.zeros(more, np.int64)
        self._world, self._bits = np.r_[self._world, none], np.r_[self._bits, none]
        self._status = np.r_[self._status, none]
        self._least = np.r_[self._least, np.full(more, -math.inf)]
        self._box = np.vstack([self._box, np.zeros((more, 4))])
        self._free.extend(range(size + more - 1, size - 1, -1))
