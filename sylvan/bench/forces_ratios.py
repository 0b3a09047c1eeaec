"""Paired ratios of two policies over the same seasons, with intervals from resampled seasons.

A few great fires make most of a season's loss, so that means of losses say little: losses and areas
are compared by the geometric mean of each season's ratio, counts and hours by their totals.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]
GEOMETRIC: Final = ("loss", "area_ha")
TOTALS: Final = ("large", "reached", "first_arrival_h", "flown_h")
RESAMPLES: Final = 4_000
_SEED: Final = 1
_INTERVAL: Final = (2.5, 97.5)


def means(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Mean of every number over seasons."""
    return {name: float(np.nanmean([row[name] for row in rows])) for name in rows[0]}


def ratios(
    ours: Sequence[Mapping[str, float]], theirs: Sequence[Mapping[str, float]]
) -> dict[str, Any]:
    """Ours over theirs; rows of the same seasons in the same order.

    Returns:
        For each number ``ratio`` with ``low`` and ``high``, between which 95 % of the resampled
        sets of seasons lie, ``None`` where theirs is nothing; ``first_day`` as a difference of
        shares; ``wins`` of ``pairs`` seasons in which ours loses less.
    """
    rng = np.random.default_rng(_SEED)
    picks = rng.integers(0, len(ours), (RESAMPLES, len(ours)))
    found: dict[str, Any] = {}
    for name in (*GEOMETRIC, *TOTALS):
        a, b = _of(ours, name), _of(theirs, name)
        if name in GEOMETRIC:
            logs = np.log(np.maximum(a, 1e-9) / np.maximum(b, 1e-9))
            found[name] = _told(np.exp(logs.mean()), np.exp(logs[picks].mean(axis=1)))
        else:
            found[name] = _told(_over(a.sum(), b.sum()), _over(a[picks].sum(1), b[picks].sum(1)))
    apart = _of(ours, "first_day") - _of(theirs, "first_day")
    low, high = np.percentile(apart[picks].mean(axis=1), _INTERVAL)
    found["first_day"] = {"difference": float(apart.mean()), "low": float(low), "high": float(high)}
    found["wins"] = int((_of(ours, "loss") < _of(theirs, "loss")).sum())
    return found | {"pairs": len(ours)}


def _of(rows: Sequence[Mapping[str, float]], name: str) -> F8:
    return np.array([row[name] for row in rows], float)


def _over(a: F8 | float, b: F8 | float) -> F8:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.asarray(a, float) / np.asarray(b, float))


def _told(ratio: F8 | float, resampled: F8) -> dict[str, float | None]:
    if not np.isfinite(ratio):
        return {"ratio": None, "low": None, "high": None}
    low, high = np.percentile(resampled[np.isfinite(resampled)], _INTERVAL)
    return {"ratio": float(ratio), "low": float(low), "high": float(high)}
