"""Years of detections in small: how often each half kilometre glowed on each day.

A :class:`Tally` is what learning heat sources needs and nothing more (28 bytes for a cell and a
day), so that archives are counted month by month, on many cores, and added up in any order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.places import Floats, earth_xyz

I8 = npt.NDArray[np.int64]
DAY_S: Final = 86_400
HOUR_S: Final = 3_600
CELL_DEG: Final = 0.004
"""Degrees of latitude, 0.445 km: about a VIIRS pixel (0.375 km at nadir)."""
UNIT_DEG: Final = 1e-5
"""Degrees: products give five decimals; whole numbers add up to the same sum in any order."""
METRES_PER_DEG: Final = 111_195.0
"""Metres of a degree of latitude on the sphere; good to 0.6 %, and only bounds a search."""
_COLUMN_BITS: Final = 17  # 90,000 columns at the equator
_DAY_BITS: Final = 17
_DAY_ZERO: Final = 1 << (_DAY_BITS - 1)  # days count from 1970, and may lie before

CELL_DAY = np.dtype(
    [
        ("cell", "i8"),  # row and column of the cell
        ("day", "i4"),  # days since 1970-01-01 UTC
        ("n", "i4"),  # detections
        ("hours", "u4"),  # bit h: seen in the UTC hour h
        ("east", "i4"),  # sum of the places east of the cell's western edge, 1e-5 degrees
        ("north", "i4"),  # sum of the places north of its southern edge, 1e-5 degrees
    ]
)
"""One cell on one day."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Partial counts. Adding up is associative and does not depend on order."""

    rows: npt.NDArray[np.void]
    """:data:`CELL_DAY`, ordered by cell and day, each pair once."""

    @property
    def detections(self) -> int:
        """How many detections were counted."""
        return int(self.rows["n"].sum(dtype=np.int64))

    def to_bytes(self) -> bytes:
        """For a file or a column; :meth:`from_bytes` reads it back."""
        return self.rows.tobytes()

    @classmethod
    def from_bytes(cls, body: bytes) -> "Tally":
        """Read what :meth:`to_bytes` wrote."""
        return cls(np.frombuffer(body, CELL_DAY))


EMPTY: Final = Tally(np.empty(0, CELL_DAY))


def tally(rows: Detections) -> Tally:
    """Count a batch of detections, in any order; each must be counted in one tally only.

    Geostationary pixels, kilometres wide, say nothing of a place and are left out.
    """
    rows = rows[rows["instrument"] != Instrument.GEOSTATIONARY]
    lon, lat, at = (np.ascontiguousarray(rows[name]) for name in ("lon", "lat", "acq_at"))
    row, column, wide = _cells(lon, lat)
    made = np.empty(len(rows), CELL_DAY)
    made["cell"] = row << _COLUMN_BITS | column
    made["day"] = at // DAY_S
    made["n"] = 1
    made["hours"] = np.uint32(1) << (at % DAY_S // HOUR_S).astype(np.uint32)
    made["east"] = np.rint((lon + 180.0 - column * wide) / UNIT_DEG)
    made["north"] = np.rint((lat + 90.0 - row * CELL_DEG) / UNIT_DEG)
    return _added_up(made)


def merge(tallies: Iterable[Tally]) -> Tally:
    """Add up partial counts, in any order and grouping."""
    parts = [one.rows for one in tallies if len(one.rows)]
    if not parts:
        return EMPTY
    return Tally(parts[0]) if len(parts) == 1 else _added_up(np.concatenate(parts))


def _added_up(rows: npt.NDArray[np.void]) -> Tally:
    key = rows["cell"] << _DAY_BITS | (rows["day"].astype(np.int64) + _DAY_ZERO)
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if len(key) else order
    made = np.empty(len(starts), CELL_DAY)
    for name in ("cell", "day"):
        made[name] = rows[name][order[starts]]
    if len(starts):
        for name in ("n", "east", "north"):
            made[name] = np.add.reduceat(rows[name][order], starts)
        made["hours"] = np.bitwise_or.reduceat(rows["hours"][order], starts)
    return Tally(made)


def _columns(row: I8) -> I8:
    """How many cells a row of them has around the earth."""
    middle = np.radians((row + 0.5) * CELL_DEG - 90.0)
    count: I8 = np.maximum(np.ceil(360.0 * np.cos(middle) / CELL_DEG), 1.0).astype(np.int64)
    return count


def _cells(lon: Floats, lat: Floats) -> tuple[I8, I8, Floats]:
    """Row, column and width in degrees of the cell of each place."""
    row = np.floor((lat + 90.0) / CELL_DEG).astype(np.int64)
    count = _columns(row)
    wide = 360.0 / count
    column = np.minimum(((lon + 180.0) / wide).astype(np.int64), count - 1)
    return row, column, wide


def places(cell: I8, east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of places in cells (mean offsets in 1e-5 degrees)."""
    row, column = cell >> _COLUMN_BITS, cell & ((1 << _COLUMN_BITS) - 1)
    lon = column * (360.0 / _columns(row)) - 180.0 + east * UNIT_DEG
    return lon, row * CELL_DEG - 90.0 + north * UNIT_DEG


def band_of(cell: I8) -> I8:
    """In which band of 15° of longitude, 0…23 from 180° W, a cell lies."""
    row, column = cell >> _COLUMN_BITS, cell & ((1 << _COLUMN_BITS) - 1)
    band: I8 = np.minimum(column * 24 // _columns(row), 23)
    return band


def mean_xyz(rows: npt.NDArray[np.void]) -> Floats:
    """Where each cell glowed on its day: earth-centred metres, (n, 3)."""
    lon, lat = places(rows["cell"], rows["east"] / rows["n"], rows["north"] / rows["n"])
    return earth_xyz(lon, lat)


def near(cells: I8, lon: Floats, lat: Floats, km: float) -> tuple[I8, I8]:
    """Which of some ordered cells may lie within ``km`` of places: pairs (place, cell).

    A superset, by rows and columns; the caller measures.
    """
    reach = km * 1000.0 / METRES_PER_DEG + CELL_DEG
    side = np.arange(-int(np.ceil(reach / CELL_DEG)), int(np.ceil(reach / CELL_DEG)) + 1)
    row = np.floor((lat + 90.0) / CELL_DEG).astype(np.int64)[:, None] + side
    count = _columns(row)
    share = np.cos(np.radians(np.minimum(np.abs(lat) + reach, 89.9)))[:, None]
    around = np.minimum(reach / share, 180.0) / 360.0 * count
    middle = (lon[:, None] + 180.0) / 360.0 * count
    low, high = np.floor(middle - around).astype(np.int64), np.floor(middle + around).astype(int)
    found = [
        _between(cells, row, np.maximum(low + shift, 0), np.minimum(high + shift, count - 1))
        for shift in (-count, np.zeros_like(count), count)
    ]
    place = np.concatenate([one[0] for one in found])
    at = np.concatenate([one[1] for one in found])
    order = np.lexsort((at, place))
    return place[order], at[order]


def _between(cells: I8, row: I8, low: I8, high: I8) -> tuple[I8, I8]:
    """Places in ``cells`` of runs of columns; a run that ends before it begins is none."""
    some = low <= high
    key = row << _COLUMN_BITS
    first = np.searchsorted(cells, np.where(some, key | np.maximum(low, 0), 0), "left")
    last = np.searchsorted(cells, np.where(some, key | np.maximum(high, 0), -1), "right")
    length = np.where(some, last - first, 0).ravel()
    place = np.repeat(np.repeat(np.arange(len(row)), row.shape[1]), length)
    return place, runs(first.ravel(), length)


def runs(first: I8, length: I8) -> I8:
    """Numbers of runs, one run after the other: 3…3+2, 7…7+1 → 3, 4, 7."""
    ends = np.cumsum(length)
    if not len(ends) or not ends[-1]:
        return np.empty(0, np.int64)
    numbers: I8 = np.arange(ends[-1]) + np.repeat(first - (ends - length), length)
    return numbers
