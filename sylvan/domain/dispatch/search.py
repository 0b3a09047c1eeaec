"""Better plans by ruin and recreate: take a few fires' packages back and give them anew.

After Schrimpf et al. (2000). Each portion has a fixed number of rounds, so that the same seed gives
the same plan whatever the machine; a time limit is looked at between portions.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.compact import Compact, near_fires
from sylvan.domain.dispatch.package_kernel import insert, search, total_of

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
_PORTION = 100  # rounds between two looks at the clock
_MIX = 0x9E3779B97F4A7C15  # the golden ratio in 64 bits: no seed gives the state 0
_APART = 1 << 32  # between the seeds of streams that belong together
_MASK = (1 << 64) - 1


class Searcher:
    """Ruin and recreate on one problem, with one stream of random numbers."""

    def __init__(
        self, problem: Compact, seed: int, stop: Callable[[], bool], near: I8 | None = None
    ) -> None:
        self.problem, self.seed, self.stop = problem, seed, stop
        self.near = near_fires(problem.tables, problem.params.near) if near is None else near
        start = ((seed + 1) * _MIX) & _MASK
        self.state = np.array([start or _MIX], np.uint64)

    def other(self, number: int) -> "Searcher":
        """One with another stream of random numbers, for a thread of its own."""
        return Searcher(self.problem, self.seed + (number + 1) * _APART, self.stop, self.near)

    def improve(
        self,
        plan: I8,
        rounds: int,
        worth: F8 | None = None,
        heat: float = 0.0,
        least: float = 0.0,
    ) -> I8:
        """A plan (F, G) that is at least as good, after some rounds.

        Args:
            plan: to begin with; stays as it is.
            rounds: ruins and recreations.
            worth: (G) price of a unit of each class; ``None``: 0.
            heat: share of the objective by which steps may be worse at first.
            least: least part of its price at which a unit is valued.
        """
        tables, params = self.problem.tables, self.problem.params
        better = plan.copy()
        prices = np.zeros(len(tables.count)) if worth is None else worth
        if not plan.size:
            return better
        best, kept = total_of(tables, better), better.copy()
        for done in range(0, rounds, _PORTION):
            if self.stop():
                break
            many = min(_PORTION, rounds - done)
            cooled = heat * (1.0 - done / rounds)
            value = search(
                tables, better, prices, self.near, many, self.state, params.widest,
                least, params.most_worth, params.grid, cooled,
            )  # fmt: skip
            if value < best:
                best, kept = value, better.copy()
        return kept


def greedy(problem: Compact, plan: I8, worth: F8 | None = None) -> I8:
    """Complete a plan: fires without units get their best package, the gravest first."""
    tables = problem.tables
    order = np.argsort(-tables.escape, kind="stable")
    full = plan.copy()
    prices = np.zeros(len(tables.count)) if worth is None else worth
    if full.size:
        insert(tables, full, order, prices, problem.params.grid)
    return full
