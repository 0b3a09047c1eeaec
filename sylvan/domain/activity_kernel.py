"""The compiled heart of activity: which pass each detection belongs to, and how hot each was."""

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@compiled
def _by(first: I8, then: F8) -> I8:
    """Order by one column, and by another where it is equal."""
    order = np.argsort(then, kind="mergesort")
    return order[np.argsort(first[order], kind="mergesort")]


@compiled
def passes(satellite: I8, t: I8, gap_s: int) -> I8:
    """Number of each detection's pass: same satellite, never ``gap_s`` seconds without one."""
    order = _by(satellite, t.astype(np.float64))
    found = np.empty(len(t), np.int64)
    number = 0
    for k in range(len(order)):
        here = order[k]
        if k > 0:
            before = order[k - 1]
            number += satellite[here] != satellite[before] or t[here] - t[before] > gap_s
        found[here] = number
    return found


@compiled
def ends(number: I8, t: I8) -> I8:
    """Time of the last detection of each pass."""
    last = np.full(number.max() + 1, t.min())
    for k in range(len(number)):
        last[number[k]] = max(last[number[k]], t[k])
    return last


@compiled
def power(number: I8, mw: F8, last: I8) -> tuple[I8, F8]:
    """End and power of each pass that measured any, in order of time; MW that are NaN are unknown.

    Summed from the weakest on, so that the sum cannot depend on the order of the rows.
    """
    total, known = np.zeros(len(last)), np.zeros(len(last), np.bool_)
    told = np.flatnonzero(np.isfinite(mw))
    for k in told[_by(number[told], mw[told])]:
        total[number[k]] += mw[k]
        known[number[k]] = True
    seen = np.flatnonzero(known)
    order = seen[_by(last[seen], total[seen])]
    return last[order], total[order]
