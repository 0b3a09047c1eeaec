"""A batch meets what is stored: which rows are new, which repeat, which replace, which are late.

All versions that ever came take part, those that better ones have replaced as well. So the rows
that live depend on the set of versions alone, not on the order in which they came.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import Detections
from sylvan.domain.identity import RULES, deliveries, identity_key, links, resolve, version_class

Places = npt.NDArray[np.intp]
Keys = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class FoldingParameters:
    """What two deliveries of one version may differ in without contradicting each other."""

    power_mw: float = 0.15
    # fire radiative power; FIRMS writes one decimal in some formats and two in others
    kelvin: float = 0.15
    # brightness temperatures; the same


DEFAULT = FoldingParameters()


@dataclass(frozen=True, slots=True)
class Folded:
    """What becomes of a batch, and of what was stored before it."""

    keep: Places
    """Places of batch rows that live."""
    keys: Keys
    """Identity of each of them."""
    aside: Places
    """Places of batch rows for whose pixel a better version stands: kept beside, whole."""
    replaced: Places
    """Places of living stored rows that better versions replace."""
    restored: Places
    """Places of replaced stored rows that stand for a pixel of their own again."""
    renamed: Places
    """Places of replaced stored rows for whose pixel another row stands from now on."""
    winner: Places
    """For each row (living, replaced, batch) the place, among all, of its pixel's row."""
    duplicates: int
    """Rows that are stored already, or stand twice in the batch."""
    contradicted: Places
    """Places, among all, of rows that another delivery of the same version tells otherwise."""

    @property
    def superseded(self) -> int:
        """Rows of which a better version is stored or stands in the batch."""
        return len(self.aside)


def fold(
    rows: Detections, living: npt.NDArray[np.void], replaced: npt.NDArray[np.void] | None = None
) -> Folded:
    """Fold a batch into what is stored of the same satellites and time.

    Args:
        rows: the batch (columns of ``DETECTION``).
        living: what lives (the same columns, and more) of what is :func:`concerned`.
        replaced: the same of rows that better versions have replaced, with ``by_key``, the
            identity of the row that stands for their pixel.
    """
    names = list(rows.dtype.names or ())
    stored = [part[names].astype(rows.dtype) for part in (living, replaced) if part is not None]
    every = np.concatenate([*stored, rows])
    m = len(every) - len(rows)
    known = deliveries(every)
    winner = resolve(every, known.head)
    own = np.arange(len(every))
    stays, again = winner == own, known.again != own
    lives, is_new, dead = own < len(living), own >= m, (own >= len(living)) & (own < m)
    keep = np.flatnonzero(stays & is_new)
    return Folded(
        keep=keep - m,
        keys=identity_key(every[keep]),
        aside=np.flatnonzero(~stays & is_new & ~again) - m,
        replaced=np.flatnonzero(~stays & lives),
        restored=np.flatnonzero(stays & dead) - len(living),
        renamed=_renamed(replaced, every, winner[len(living) :], np.flatnonzero((~stays)[dead])),
        winner=winner,
        duplicates=int((again & is_new).sum()),
        contradicted=_contradicted(every, known.again, is_new),
    )


def _renamed(
    replaced: npt.NDArray[np.void] | None, every: Detections, stands: Keys, still: Places
) -> Places:
    """Which replaced rows, of those that ``still`` are, have another row for them than they had."""
    if replaced is None or not len(still):
        return still
    other = identity_key(every[stands[still]]) != replaced["by_key"][still]
    renamed: Places = still[other]
    return renamed


def _contradicted(
    every: Detections, best: Keys, is_new: Mask, params: FoldingParameters = DEFAULT
) -> Places:
    """Rows that the best delivery of the same version tells otherwise, one of the two new."""
    lost = np.flatnonzero((best != np.arange(len(every))) & (is_new | is_new[best]))
    one, other = every[lost], every[best[lost]]
    differs = np.abs(one["frp"] - other["frp"]) > params.power_mw  # NaN never differs
    for name in ("bright", "bright_long"):
        differs |= np.abs(one[name] - other[name]) > params.kelvin
    mine, theirs = one["confidence_native"], other["confidence_native"]
    differs |= (mine >= 0) & (theirs >= 0) & (mine != theirs)
    contradicted: Places = lost[differs]
    return contradicted


def span(*parts: npt.NDArray[np.void]) -> tuple[int, int]:
    """The time (closed, seconds since 1970) in which versions of these rows' pixels may lie."""
    t = np.concatenate([part["acq_at"] for part in parts])
    return int(t.min()) - RULES.apart_s, int(t.max()) + RULES.apart_s


def concerned(rows: Detections, stored: npt.NDArray[np.void]) -> Mask:
    """Which stored rows a batch may change: versions of its pixels, and what competes for them.

    Rows that could be one pixel make chains; only with the whole chain at hand does folding come
    to what it would say of everything. So who reads the store must read on until :func:`span` of
    the batch and of what is concerned lies within the time that was read.

    Args:
        rows: the batch.
        stored: what is stored, living or not.
    """
    hit = np.zeros(len(stored), bool)
    known = stored[list(rows.dtype.names or ())].astype(rows.dtype)
    key, classes = identity_key(known), version_class(known)
    front = rows
    one_class = len(np.unique(np.concatenate([classes, version_class(rows)]))) == 1
    while len(front) and not hit.all():
        rest = np.flatnonzero(~hit)
        near = np.isin(key[rest], identity_key(front))
        if not one_class:
            near[links(known[rest], front).new] = True
        hit[rest[near]] = True
        front = known[rest[near]]
    return hit
