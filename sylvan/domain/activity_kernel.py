"""The compiled heart of activity: which pass each detection belongs to, and how hot each was."""

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@compiled
def passes(order: I8, fire: I8, satellite: I8, t: I8, gap_s: int) -> I8:
    """Number of each detection's pass: same fire and satellite, no ``gap_s`` seconds without one.

    ``order`` goes by fire, by satellite, then by time ``t``. (Sorting is NumPy's: compiled here,
    each kind of it would cost seconds on a new machine.)
    """
    found = np.empty(len(t), np.int64)
    number = 0
    for k in range(len(order)):
        here = order[k]
        if k > 0:
            before = order[k - 1]
            same = fire[here] == fire[before] and satellite[here] == satellite[before]
            number += not same or t[here] - t[before] > gap_s
        found[here] = number
    return found


@compiled
def ends(number: I8, fire: I8, t: I8) -> tuple[I8, I8]:
    """Time of the last detection of each pass, and its fire."""
    last, whose = np.full(number.max() + 1, t.min()), np.empty(number.max() + 1, np.int64)
    for k in range(len(number)):
        last[number[k]] = max(last[number[k]], t[k])
        whose[number[k]] = fire[k]
    return last, whose


@compiled
def power(order: I8, number: I8, mw: F8, passes: int) -> F8:
    """Power of each of so many passes, MW; NaN where none is known.

    ``order`` goes from the weakest known one on, so that a sum cannot depend on that of the rows.
    """
    total = np.full(passes, np.nan)
    for k in order:
        before = total[number[k]]
        total[number[k]] = mw[k] if np.isnan(before) else before + mw[k]
    return total
