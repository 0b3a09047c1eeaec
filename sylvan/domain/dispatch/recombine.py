"""Packages that are known, and plans that are put together from them anew.

Plans of a search hold good packages in poor company. Taken a few fires at a time, the best set of
known packages that fits is found by a tree search (`recombine_kernel`).
"""

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.bound import Bound
from sylvan.domain.dispatch.compact import Compact
from sylvan.domain.dispatch.package_kernel import value_of
from sylvan.domain.dispatch.recombine_kernel import Pool, recombine

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint64]


class Known:
    """Packages of a problem with what they cost, alone and with units at the bound's prices."""

    def __init__(self, problem: Compact, found: Bound) -> None:
        tables, prices = problem.tables, found.prices
        self.problem = problem
        self._worth = prices.units + prices.floors[tables.reserve]
        self._hourly = prices.hours
        self._each = self._worth + prices.hours[tables.base] * tables.flight
        self._place: dict[tuple[int, bytes], int] = {}
        self._fire: list[int] = []
        self._sent: list[I8] = []
        self._used: list[I8] = []
        self._cost: list[float] = []
        self._priced: list[float] = []
        for fire, sent, cost in found.packages:
            self._add(fire, sent, cost)

    def note(self, plan: I8) -> None:
        """Remember the packages of a plan (F, G)."""
        for fire, sent in enumerate(plan):
            if (fire, sent.tobytes()) not in self._place:
                cost = float(value_of(self.problem.tables, fire, sent))
                self._add(fire, sent.copy(), cost)

    def _add(self, fire: int, sent: I8, cost: float) -> None:
        used = np.flatnonzero(sent)
        self._place[fire, sent.tobytes()] = len(self._fire)
        self._fire.append(fire)
        self._sent.append(sent)
        self._used.append(used)
        self._cost.append(cost)
        self._priced.append(cost + float((sent[used] * self._each[fire, used]).sum()))

    def recombined(self, plan: I8, rounds: int, near: I8, state: U8) -> I8:
        """A plan (F, G) at least as good, of known packages; `state` gives random numbers."""
        self.note(plan)
        params, order = self.problem.params, np.lexsort((self._priced, self._fire))
        where = np.empty_like(order)
        where[order] = np.arange(len(order))
        packages = where[[self._place[f, one.tobytes()] for f, one in enumerate(plan)]]
        recombine(
            self.problem.tables, self._pool(order), packages, near, rounds, state,
            params.recombined, params.recombined_nodes,
        )  # fmt: skip
        return np.array([self._sent[at] for at in order[packages]])

    def _pool(self, order: npt.NDArray[np.intp]) -> Pool:
        fires = np.array(self._fire)[order]
        used = [self._used[at] for at in order]
        return Pool(
            np.searchsorted(fires, np.arange(len(self._each) + 1)).astype(np.int64),
            np.array(self._cost)[order],
            np.array(self._priced)[order],
            np.cumsum([0, *map(len, used)]).astype(np.int64),
            np.concatenate(used).astype(np.int64),
            np.concatenate([self._sent[a][u] for a, u in zip(order, used, strict=True)]),
            self._worth,
            self._hourly,
        )
