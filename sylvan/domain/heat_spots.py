"""Spots of a tally that glow again and again, and what was seen in and around each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from sylvan.domain.heat_tally import I8, mean_xyz, near, places, runs
from sylvan.domain.places import Floats, earth_xyz

CHUNK: Final = 256
"""Spots whose surroundings are fetched at once; bounds the memory."""


class Search(NamedTuple):
    """What makes a spot worth a look."""

    core_km: float
    reach_km: float
    cell_days: int  # days of a cell …
    cell_span: int  # … and days from its first to its last, from which it counts
    spot_days: int  # the same, of all such cells of the spot together
    spot_span: int


@dataclass(frozen=True, slots=True)
class Cells:
    """A tally by cell."""

    cell: I8
    start: I8  # its first row
    days: I8  # its rows: days seen
    first: I8  # day
    last: I8  # day
    xyz: Floats  # where it glowed, earth-centred metres

    @classmethod
    def of(cls, rows: npt.NDArray[np.void]) -> Self:
        """Cells of rows ordered by cell and day."""
        cell = rows["cell"]
        start = np.flatnonzero(np.concatenate(([True], cell[1:] != cell[:-1])))
        end = np.append(start[1:], len(rows))
        n, east, north = (
            np.add.reduceat(rows[name], start, dtype=np.int64) for name in ("n", "east", "north")
        )
        lon, lat = places(cell[start], east / n, north / n)
        day = rows["day"].astype(np.int64)
        return cls(cell[start], start, end - start, day[start], day[end - 1], earth_xyz(lon, lat))


@dataclass(frozen=True, slots=True)
class Spot:
    """The middle of cells that glow again and again."""

    lon: float
    lat: float
    xyz: Floats


@dataclass(frozen=True, slots=True)
class Diary:
    """What was seen in and around one spot: a row per cell and day."""

    day: I8
    year: I8
    n: I8
    hours: npt.NDArray[np.uint32]
    xyz: Floats
    """Earth-centred metres."""
    inside: npt.NDArray[np.bool_]
    """In the core."""
    km: Floats
    """From the spot."""


def spots(cells: Cells, search: Search) -> list[Spot]:
    """Where to look closer: many days in one place; the strongest of any that are close."""
    seed = np.flatnonzero(
        (cells.days >= search.cell_days) & (cells.last - cells.first >= search.cell_span)
    )
    if not len(seed):
        return []
    tree = cKDTree(cells.xyz[seed])
    days, span = _together(
        cells, seed, tree.query_pairs(search.core_km * 1e3, output_type="ndarray")
    )
    strong = np.flatnonzero((days >= search.spot_days) & (span >= search.spot_span))
    strong = strong[np.lexsort((cells.cell[seed[strong]], -days[strong]))]
    found: list[Spot] = []
    taken = np.zeros(len(seed), np.bool_)
    for one in strong:
        if taken[one]:
            continue
        near = np.sort(tree.query_ball_point(cells.xyz[seed[one]], search.core_km * 1e3))
        near = near[~taken[near]]
        taken[near] = True
        core = seed[near]
        if cells.days[core].sum() >= search.spot_days:  # not only the fringe of a stronger one
            found.append(_middle(cells, core))
    return _apart(found, search.core_km)


def _together(cells: Cells, seed: I8, pairs: npt.NDArray[np.intp]) -> tuple[I8, I8]:
    """Days and span of each seed with all that lie in its core."""
    days, first, last = (x[seed].copy() for x in (cells.days, cells.first, cells.last))
    for a, b in ((pairs[:, 0], pairs[:, 1]), (pairs[:, 1], pairs[:, 0])):
        np.add.at(days, a, cells.days[seed[b]])
        np.minimum.at(first, a, cells.first[seed[b]])
        np.maximum.at(last, a, cells.last[seed[b]])
    return days, last - first


def _middle(cells: Cells, core: I8) -> Spot:
    """The mean of the days of some cells."""
    xyz = np.average(cells.xyz[core], axis=0, weights=cells.days[core])
    # a mean of points on the sphere lies a hair below it: nothing at a kilometre
    lon = float(np.degrees(np.arctan2(xyz[1], xyz[0])))
    geocentric = np.arctan2(xyz[2], np.hypot(xyz[0], xyz[1]))
    lat = float(np.degrees(np.arctan(np.tan(geocentric) / _FLAT2)))
    return Spot(lon, lat, earth_xyz(np.array([lon]), np.array([lat]))[0])


_FLAT2: Final = (1 - 1 / 298.257223563) ** 2
"""Squared ratio of the axes, WGS 84 (NGA.STND.0036): geocentric latitude to geodetic."""


def _apart(found: list[Spot], km: float) -> list[Spot]:
    """Without those whose middle moved into the core of a stronger one."""
    kept: list[Spot] = []
    if not found:
        return kept
    xyz = np.array([one.xyz for one in found])
    gone = np.zeros(len(found), np.bool_)
    tree = cKDTree(xyz)
    for at, one in enumerate(found):
        if not gone[at]:
            gone[tree.query_ball_point(xyz[at], km * 1e3)] = True
            kept.append(one)
    return kept


def diaries(
    rows: npt.NDArray[np.void], cells: Cells, found: list[Spot], search: Search
) -> Iterator[Diary]:
    """What was seen within reach of each spot."""
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        lon, lat = np.array([one.lon for one in part]), np.array([one.lat for one in part])
        place, at = near(cells.cell, lon, lat, search.reach_km)
        length = cells.days[at]
        which = runs(cells.start[at], length)
        owner = np.repeat(place, length)
        seen = rows[which]
        xyz = mean_xyz(seen)
        km = np.linalg.norm(xyz - np.array([one.xyz for one in part])[owner], axis=1) / 1e3
        ends = np.searchsorted(owner, np.arange(len(part) + 1))
        for k in range(len(part)):
            piece = slice(ends[k], ends[k + 1])
            yield _diary(seen[piece], xyz[piece], km[piece], search)


def _diary(seen: npt.NDArray[np.void], xyz: Floats, km: Floats, search: Search) -> Diary:
    keep = km <= search.reach_km
    seen, xyz, km = seen[keep], xyz[keep], km[keep]
    day = seen["day"].astype(np.int64)
    year = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + _EPOCH_YEAR
    n, hours = seen["n"].astype(np.int64), np.ascontiguousarray(seen["hours"])
    return Diary(day, year, n, hours, xyz, km <= search.core_km, km)


_EPOCH_YEAR: Final = 1970
