"""Folding a year in slices of time: each pixel's versions are resolved together, in one slice.

Versions of one pixel lie at most two minutes apart, so a slice can be folded by itself once it is
known which pixels lie across its ends.  Such a pixel belongs whole to the slice of its earliest
version; every slice finds that out from the same rows, so that slices can be folded anywhere and
in any order.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.identity import (
    EARTH_KM,
    RULES,
    IdentityRules,
    identity_key,
    rank,
    resolve,
    version_class,
)

I8 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
MARGIN_S = 1200
"""Seconds around a slice that are looked at first: ten times as far as two versions lie apart."""


class MarginTooShortError(ValueError):
    """A chain of versions leads out of the margin: ask again with a larger one."""


def owned(
    rows: Detections, since: int, until: int, margin_s: int, rules: IdentityRules = RULES
) -> Mask:
    """Which rows are to be folded in the slice ``since`` ≤ t < ``until``.

    Args:
        rows: everything from ``since − margin_s`` to ``until + margin_s``.
        since: first second of the slice.
        until: first second of the next slice.
        margin_s: how much was given around the slice, s.
        rules: when two rows are one pixel.

    Raises:
        MarginTooShortError: more must be given.
    """
    t = rows["acq_at"]
    mine: Mask = (t >= since) & (t < until)
    mine[_across(rows, until, margin_s, rules)] = True
    mine[_across(rows, since, margin_s, rules)] = False
    return mine


def _across(rows: Detections, end: int, margin_s: int, rules: IdentityRules) -> npt.NDArray[Any]:
    """Places after ``end`` of rows that may be versions of a pixel before it."""
    place = np.flatnonzero(np.abs(rows["acq_at"] - end) <= margin_s)
    near = rows[place]
    after = near["acq_at"] >= end
    if after.all() or not after.any():
        return place[:0]
    pixel = _pixels(near, rules)
    first, last = _extent(pixel, near["acq_at"])
    across = (first < end) & (last >= end)
    far = (first < end - margin_s + rules.apart_s) | (last > end + margin_s - rules.apart_s)
    if (across & far).any():
        raise MarginTooShortError
    found: npt.NDArray[Any] = place[across[pixel] & after]
    return found


def _extent(pixel: npt.NDArray[np.int32], t: I8) -> tuple[I8, I8]:
    """Earliest and latest second of each pixel."""
    count = int(pixel.max()) + 1
    first = np.full(count, np.iinfo(np.int64).max)
    last = np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(first, pixel, t)
    np.maximum.at(last, pixel, t)
    return first, last


def _pixels(rows: Detections, rules: IdentityRules) -> npt.NDArray[np.int32]:
    """Components of rows any of which might be versions of each other."""
    one, other = _alike(identity_key(rows, rules))
    if len(np.unique(version_class(rows, rules))) > 1:
        near_one, near_other = _near(rows, rules)
        one, other = np.concatenate([one, near_one]), np.concatenate([other, near_other])
    links = coo_array((np.ones(len(one), bool), (one, other)), shape=(len(rows), len(rows)))
    labels: npt.NDArray[np.int32] = connected_components(links, directed=False)[1]
    return labels


def _alike(key: I8) -> tuple[I8, I8]:
    """Pairs of neighbours in order of the key that have the same one."""
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order[1:]] == key[order[:-1]])
    return order[again], order[again + 1]


def _near(rows: Detections, rules: IdentityRules) -> tuple[I8, I8]:
    """Pairs of two version classes of one satellite, near enough in place and time."""
    size = np.fmin(rows["scan"], rows["track"]).astype(np.float64)
    nominal = np.where(rows["instrument"] == Instrument.VIIRS, rules.viirs_km, rules.modis_km)
    size = np.where(np.isnan(size), nominal, size)
    reach = rules.reach * float(size.max()) / EARTH_KM * (1 + 1e-9)
    lon, lat = np.radians(rows["lon"]), np.radians(rows["lat"])
    t = (rows["acq_at"] - rows["acq_at"].min()) * (reach / max(rules.apart_s, 1))
    places = (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat), t)
    pairs = cKDTree(np.column_stack(places)).query_pairs(2 * reach, output_type="ndarray")
    one, other = pairs[:, 0], pairs[:, 1]
    classes = version_class(rows, rules)
    fits = (
        (rows["satellite"][one] == rows["satellite"][other])
        & (np.abs(rows["acq_at"][one] - rows["acq_at"][other]) <= rules.apart_s)
        & (classes[one] != classes[other])
    )
    return one[fits], other[fits]


@dataclass(frozen=True, slots=True)
class Folding:
    """What became of a slice's rows, counted as if its files had come one after the other."""

    live: npt.NDArray[np.intp]
    """Places of the rows that stand in the end."""
    live_keys: I8
    gone: npt.NDArray[np.intp]
    """Places of other versions: rows that no file before them, nor their own, delivered."""
    gone_keys: I8
    gone_of: npt.NDArray[np.intp]
    """Place in ``live`` of the row that stands for the pixel of each of them."""
    counts: I8
    """Files × (accepted, duplicates, superseded, replaced)."""


ACCEPTED, DUPLICATES, SUPERSEDED, REPLACED = range(4)


def folded(rows: Detections, file: I8, files: int, rules: IdentityRules = RULES) -> Folding:
    """Fold the rows of a slice.

    Who stands in the end depends on the rows alone; the counts, and whether a version was replaced
    or came too late, on the order of the files.

    Args:
        rows: in order of file and line.
        file: number of each row's file.
        files: how many files there are.
        rules: when two rows are one pixel.
    """
    stands = resolve(rows, rules=rules)
    key = identity_key(rows, rules)
    own = np.arange(len(rows))
    live = np.flatnonzero(stands == own)
    members = np.bincount(stands, minlength=len(rows))
    several = np.flatnonzero(members[stands] > 1)
    taken, fresh = np.ones(len(rows), bool), np.ones(len(rows), bool)
    heir = own.copy()
    taken[several], fresh[several], heir[several] = _arrivals(
        rows[several], file[several], stands[several], key[several], rules
    )
    gone = np.flatnonzero(fresh & (stands != own))
    out = taken & (stands != own)
    columns = (taken, ~fresh, fresh & ~taken)
    told = [np.bincount(file[which], minlength=files) for which in columns]
    told.append(np.bincount(file[several[heir[out]]], minlength=files))
    return Folding(
        live=live,
        live_keys=key[live],
        gone=gone,
        gone_keys=key[gone],
        gone_of=np.searchsorted(live, stands[gone]),
        counts=np.stack(told, axis=1),
    )


def _arrivals(
    rows: Detections, file: I8, stands: I8, key: I8, rules: IdentityRules
) -> tuple[Mask, Mask, npt.NDArray[np.intp]]:
    """Let the files of pixels come one after the other.

    Returns:
        Which rows stood for their pixel when their file came; which were more than a repetition
        then; and the place of the next one that stood for the pixel.
    """
    best = np.unique(rank(rows, rules), return_inverse=True)[1]
    taken = _leading(np.unique(stands, return_inverse=True)[1], file, best)
    delivered = np.stack([key, version_class(rows, rules)])
    fresh = _leading(np.unique(delivered, axis=1, return_inverse=True)[1].ravel(), file, best)
    stood = np.flatnonzero(taken)
    order = stood[np.lexsort((file[stood], stands[stood]))]
    heir = np.arange(len(rows))
    follows = stands[order[1:]] == stands[order[:-1]]
    heir[order[:-1][follows]] = order[1:][follows]
    return taken, fresh, heir


def _leading(group: npt.NDArray[np.intp], file: I8, best: npt.NDArray[np.intp]) -> Mask:
    """Rows better than all of their group in earlier files, and the best of their own."""
    n = len(group)
    order = np.lexsort((np.arange(n), -best, file, group))
    value = group[order] * n + best[order]
    top = np.maximum.accumulate(value)
    leads = np.append(True, value[1:] > top[:-1])[:n]
    found = np.empty(n, bool)
    found[order] = leads
    return found
