"""A batch meets what is stored: which rows are new, which repeat, which replace, which are late.

The outcome depends on the set of versions alone, not on the order in which they came: of all
versions of a pixel the best one stays, whoever arrives first.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sylvan.domain.identity import identity_key, resolve, version_class

Places = npt.NDArray[np.intp]
Keys = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Folded:
    """What becomes of a batch."""

    keep: Places
    """Places of rows to be stored."""
    keys: Keys
    """Identity of each kept row."""
    replaced: Places
    """Places of stored rows that better versions replace."""
    replaced_by: Keys
    """Identity of the row that replaces each of them."""
    duplicates: int
    """Rows that are stored already, or stand twice in the batch."""
    superseded: int
    """Rows of which a better version is stored or stands in the batch."""


def fold(rows: npt.NDArray[np.void], stored: npt.NDArray[np.void]) -> Folded:
    """Fold a batch into what is stored of the same satellites and time.

    Args:
        rows: the batch (columns of ``DETECTION``).
        stored: what is stored (the same columns and ``key``), any superset of the rows that share
            a satellite and lie within minutes of the batch.
    """
    n, m = len(rows), len(stored)
    names = list(rows.dtype.names or ())
    every = np.concatenate([stored[names].astype(rows.dtype), rows]) if m else rows
    winner = resolve(every)
    stays = winner == np.arange(n + m)
    is_new = np.arange(n + m) >= m
    keys = np.concatenate([stored["key"], identity_key(rows)])
    keep = np.flatnonzero(stays & is_new)
    out = np.flatnonzero(~stays & ~is_new)
    lost = np.flatnonzero(~stays & is_new)
    same = (keys[winner[lost]] == keys[lost]) & (_same_version(every, winner[lost], lost))
    return Folded(
        keep=keep - m,
        keys=keys[keep],
        replaced=out,
        replaced_by=keys[winner[out]],
        duplicates=int(same.sum()),
        superseded=int((~same).sum()),
    )


def _same_version(every: npt.NDArray[np.void], a: Places, b: Places) -> npt.NDArray[np.bool_]:
    """Whether rows are of one version class: a repeat, not a better version."""
    classes = version_class(every)
    return np.asarray(classes[a] == classes[b])
