"""Which events a client wants: an area, some kinds; and many such wishes matched at once.

An area may cross the 180° meridian (west > east). An event without a place concerns everybody, so
an area never hides it. The table answers for thousands of different areas with a few array
operations per event instead of a loop over clients.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

KINDS: Final = (
    "fire.changed",
    "fire.merged",
    "fire.exposure",
    "fire.reach",
    "fire.forecast",
    "report.changed",
    "proposal.changed",
    "batch.taken",
    "feed.changed",
    "world.changed",
    "layer.changed",
    "danger.changed",
    "station.changed",
    "unit.changed",
    "unit.position",
    "order.changed",
    "suggestion.made",
    "notice.changed",
    "unit.check_in",
    "control.changed",
    "regime.changed",
    "suggestion.decided",
    "constraint.changed",
)
"""Kinds that a client may ask for by name. Others still reach those who ask for everything."""

_BITS: Final = {kind: 1 << i for i, kind in enumerate(KINDS)}
OTHER_BIT: Final = 1 << 62
"""Bit of the kinds without a name here."""
_ALL_BITS: Final = OTHER_BIT | (OTHER_BIT - 1)
_EVERYWHERE: Final = (-180.0, -90.0, 180.0, 90.0)
_CELLS: Final = 400_000
"""Events × wishes compared in one go: a few MB of temporaries, below a millisecond."""

BBox = tuple[float, float, float, float]
"""West, south, east, north in degrees; west > east crosses the 180° meridian."""
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class FilterError(ValueError):
    """A filter that cannot be read; the text names the field."""


def kind_bit(kind: str) -> int:
    """The bit that stands for a kind of event."""
    return _BITS.get(kind, OTHER_BIT)


@dataclass(frozen=True, slots=True)
class Filter:
    """What one client wants to hear of; ``None`` leaves a side open. Borders belong to the area."""

    bbox: BBox | None = None
    kinds: frozenset[str] | None = None

    @classmethod
    def parse(cls, value: Any) -> "Filter":
        """Read the JSON form. Unknown fields are refused: a client must not think it is heard."""
        if value is None:
            return cls()
        if not isinstance(value, Mapping):
            raise FilterError("filter: expected an object or null")
        unknown = set(value) - {"bbox", "kinds"}
        if unknown:
            raise FilterError(f"filter: unknown field {min(unknown)[:40]}")
        return cls(_bbox(value.get("bbox")), _kinds(value.get("kinds")))

    @property
    def bits(self) -> int:
        """The kinds as a bit mask."""
        return _ALL_BITS if self.kinds is None else sum(kind_bit(kind) for kind in self.kinds)

    @property
    def box(self) -> BBox:
        """The area in the form that :func:`_inside` compares: longitude 180 is written −180."""
        if self.bbox is None:
            return _EVERYWHERE
        west, south, east, north = self.bbox
        if (west, east) == (-180.0, 180.0):
            return west, south, east, north
        return _wrapped(west), south, _wrapped(east), north


def _wrapped(lon: float) -> float:
    return -180.0 if lon == 180.0 else lon  # noqa: PLR2004 - degrees; one meridian, one number


def _bbox(value: Any) -> BBox | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4:  # noqa: PLR2004 - a box has four sides
        raise FilterError("filter.bbox: expected [west, south, east, north] or null")
    if any(type(side) not in (int, float) or not math.isfinite(side) for side in value):
        raise FilterError("filter.bbox: expected four numbers")
    west, south, east, north = (float(side) for side in value)
    if not (-180 <= west <= 180 and -180 <= east <= 180):  # noqa: PLR2004 - degrees
        raise FilterError("filter.bbox: longitudes lie between -180 and 180")
    if not -90 <= south <= north <= 90:  # noqa: PLR2004 - degrees
        raise FilterError("filter.bbox: latitudes lie between -90 and 90, south first")
    return west, south, east, north


def _kinds(value: Any) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(kind, str) for kind in value):
        raise FilterError("filter.kinds: expected a list of kinds or null")
    unknown = set(value) - set(KINDS)
    if unknown:
        raise FilterError(f"filter.kinds: unknown kind {min(unknown)[:40]}")
    return frozenset(value)


@dataclass(frozen=True, slots=True)
class Columns:
    """Events in columns, as filters read them. A missing place is NaN, longitude 180 is −180."""

    world: Ints
    bit: Ints
    lon: Floats
    lat: Floats

    @classmethod
    def empty(cls, size: int) -> "Columns":
        """Room for ``size`` events."""
        return cls(
            np.zeros(size, np.int64),
            np.zeros(size, np.int64),
            np.full(size, np.nan),
            np.full(size, np.nan),
        )

    def put(self, i: int, world: int, kind: str, point: tuple[float, float] | None) -> None:
        """Fill row ``i``."""
        self.world[i] = world
        self.bit[i] = kind_bit(kind)
        if point is not None:
            self.lon[i], self.lat[i] = _wrapped(point[0]), point[1]

    def part(self, start: int, stop: int) -> "Columns":
        """Rows ``start`` to ``stop`` as views."""
        cut = slice(start, stop)
        return Columns(self.world[cut], self.bit[cut], self.lon[cut], self.lat[cut])

    def hits(self, world: int, wanted: Filter) -> Ints:
        """Indices of the events of one world that pass one filter."""
        mask = (self.world == world) & ((self.bit & wanted.bits) != 0)
        if wanted.bbox is not None:
            mask &= np.isnan(self.lon) | _inside(self, np.array(wanted.box))
        return np.flatnonzero(mask)


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
        self._box = np.zeros((0, 4))

    def add(self, world: int, wanted: Filter) -> int:
        """Take in a pair; its row number comes back from :meth:`matches`."""
        if not self._free:
            self._grow()
        row = self._free.pop()
        self._world[row], self._bits[row], self._box[row] = world, wanted.bits, wanted.box
        return row

    def remove(self, row: int) -> None:
        """Forget a pair."""
        self._world[row] = 0
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
        return inside

    def _grow(self) -> None:
        size = len(self._world)
        more = max(self._GROW, size)
        self._world = np.r_[self._world, np.zeros(more, np.int64)]
        self._bits = np.r_[self._bits, np.zeros(more, np.int64)]
        self._box = np.vstack([self._box, np.zeros((more, 4))])
        self._free.extend(range(size + more - 1, size - 1, -1))
