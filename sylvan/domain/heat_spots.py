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
    """What makes a spot worth a look; days and spans are those of one year."""

    core_km: float
    reach_km: float
    cell_days: int  # days of a cell …
    cell_span: int  # … and days from its first to its last, from which it counts
    spot_days: int  # days of all such cells of the spot together …
    spot_span: int  # … and their span, in one year
    weak_days: int  # or this many …
    weak_years: int  # … in so many years


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


def spots(rows: npt.NDArray[np.void], cells: Cells, search: Search) -> list[Spot]:
    """Where to look closer: many days in one place; the strongest of any that are close.

    Years are looked at one by one: what burnt in two summers is no spot for that.
    """
    seed, strong = _seeds(rows, cells, search)
    if not len(seed):
        return []
    days = cells.days[seed]
    tree = cKDTree(cells.xyz[seed])
    found: list[Spot] = []
    taken = np.zeros(len(seed), np.bool_)
    first = np.flatnonzero(strong)
    for one in first[np.lexsort((cells.cell[seed[first]], -days[first]))]:
        if taken[one]:
            continue
        near = np.sort(tree.query_ball_point(cells.xyz[seed[one]], search.core_km * 1e3))
        near = near[~taken[near]]
        taken[near] = True
        core = seed[near]
        if cells.days[core].sum() >= search.spot_days:  # not only the fringe of a stronger one
            found.append(_middle(cells, core))
    return _apart(found, search.core_km)


def _seeds(
    rows: npt.NDArray[np.void], cells: Cells, search: Search
) -> tuple[I8, npt.NDArray[np.bool_]]:
    """Cells (their places) that glowed again in some year, and which of them make a spot."""
    year = year_of(rows["day"])
    many = np.zeros(len(cells.cell), np.bool_)
    again = np.zeros(len(cells.cell), np.bool_)
    weak = np.zeros(len(cells.cell), np.int64)
    for one in np.unique(year):
        this = Cells.of(rows[year == one])
        seed = np.flatnonzero(
            (this.days >= search.cell_days) & (this.last - this.first >= search.cell_span)
        )
        if not len(seed):
            continue
        tree = cKDTree(this.xyz[seed])
        pairs = tree.query_pairs(search.core_km * 1e3, output_type="ndarray")
        days, span = _together(this, seed, pairs)
        place = np.searchsorted(cells.cell, this.cell[seed])
        again[place] = True
        long = span >= search.spot_span
        many[place[long & (days >= search.spot_days)]] = True
        weak[place[long & (days >= search.weak_days)]] += 1
    seed = np.flatnonzero(again)
    return seed, (many | (weak >= search.weak_years))[seed]


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
    n, hours = seen["n"].astype(np.int64), np.ascontiguousarray(seen["hours"])
    return Diary(day, year_of(day), n, hours, xyz, km <= search.core_km, km)


_EPOCH_YEAR: Final = 1970


def year_of(day: npt.NDArray[np.integer]) -> I8:
    """Calendar years (UTC) of days since 1970."""
    years: I8 = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    return years + _EPOCH_YEAR
