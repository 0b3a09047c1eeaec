"""How good a plan can be at all: column generation with its lower bound and shadow prices.

The master chooses one package for each fire (Dantzig and Wolfe 1960); each round prices all fires
anew, between the best prices so far and the master's. The bound of any prices holds
(`prices`), so that it does when a limit strikes.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import attrgetter

import highspy
import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.compact import PLENTY, Compact
from sylvan.domain.dispatch.package_kernel import total_of, value_of
from sylvan.domain.dispatch.prices import Pricer, Prices, ascend, nearby

_PRIMAL = 4  # simplex that goes on from the basis of before, which new columns leave feasible
F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Bound:
    """What column generation found out."""

    value: float
    """No plan costs less, ha's worth; the constant of the problem is left out."""
    prices: Prices
    packages: tuple[tuple[int, I8, float], ...]
    """Fire, units of each class (G) and cost of every package of the master."""
    shares: F8
    """How much of each package the master chose."""
    rounds: int


def solver() -> highspy.Highs:
    """A silent solver of one thread: all of a process must agree on their number."""
    made = highspy.Highs()
    made.setOptionValue("output_flag", False)
    made.setOptionValue("threads", 1)
    return made


class Master:
    """The linear programme over packages."""

    def __init__(self, problem: Compact) -> None:
        self.problem = problem
        tables = problem.tables
        self.fires, self.classes = tables.cost.shape
        self.limited = [b for b in range(len(tables.hours)) if tables.hours[b] < PLENTY]
        self.floors = [r for r in range(len(tables.price)) if tables.allowance[r] < PLENTY]
        self._lp = solver()
        self._lp.setOptionValue("simplex_strategy", _PRIMAL)
        self.packages: list[tuple[int, I8, float]] = []
        self._seen: set[tuple[int, bytes]] = set()
        self._rows()

    def _rows(self) -> None:
        tables, lp = self.problem.tables, self._lp
        nothing, none = np.array([], np.int32), np.array([], float)
        for _ in range(self.fires):
            lp.addRow(1.0, 1.0, 0, nothing, none)
        above = [*tables.count, *tables.hours[self.limited], *tables.allowance[self.floors]]
        for most in above:
            lp.addRow(-highspy.kHighsInf, float(most), 0, nothing, none)
        first = self.fires + self.classes + len(self.limited)
        for at, r in enumerate(self.floors):
            one = np.array([first + at], np.int32)
            lp.addCol(float(tables.price[r]), 0.0, highspy.kHighsInf, 1, one, np.array([-1.0]))

    def add(self, fire: int, sent: I8) -> bool:
        """Add a package, unless it is there."""
        key = (fire, sent.tobytes())
        if key in self._seen:
            return False
        self._seen.add(key)
        tables = self.problem.tables
        cost = float(value_of(tables, fire, sent))
        used = np.flatnonzero(sent)
        flown = np.bincount(
            tables.base[used], sent[used] * tables.flight[fire, used], len(tables.hours)
        )
        gone = np.bincount(tables.reserve[used], sent[used], len(tables.price))
        whole = np.concatenate([sent, flown[self.limited], gone[self.floors]])
        filled = np.flatnonzero(whole)
        index = np.concatenate([[fire], self.fires + filled]).astype(np.int32)
        value = np.concatenate([[1.0], whole[filled]])
        self._lp.addCol(cost, 0.0, highspy.kHighsInf, len(index), index, value)
        self.packages.append((fire, sent.copy(), cost))
        return True

    def solve(self) -> tuple[float, F8, Prices, F8]:
        """Value, price of each fire's package, shadow prices, share of each package."""
        self._lp.run()
        tables, found = self.problem.tables, self._lp.getSolution()
        dual = np.array(found.row_dual)
        rest = np.maximum(-dual[self.fires :], 0.0)
        hours, floors = np.zeros(len(tables.hours)), np.zeros(len(tables.price))
        hours[self.limited] = rest[self.classes : self.classes + len(self.limited)]
        floors[self.floors] = rest[self.classes + len(self.limited) :]
        prices = Prices(rest[: self.classes], hours, floors)
        shares = np.array(found.col_value)[len(self.floors) :]
        value = float(self._lp.getInfo().objective_function_value)
        return value, dual[: self.fires], prices, shares


def bound(problem: Compact, plans: list[I8], stop: Callable[[], bool]) -> Bound:
    """Column generation, beginning with the packages of some plans (F, G) and of an ascent.

    Stops when master and bound meet, when no package is worth adding, after the rounds of the
    parameters, or when told to; the bound holds in each case.
    """
    with ThreadPoolExecutor(problem.params.threads) as pool:
        return _bound(Pricer(problem, pool), plans, stop)


def _bound(pricer: Pricer, plans: list[I8], stop: Callable[[], bool]) -> Bound:
    problem, params = pricer.problem, pricer.problem.params
    least = min(float(total_of(problem.tables, one)) for one in plans)
    ascent = ascend(pricer, least, stop)
    master = Master(problem)
    for plan in (np.zeros_like(plans[0]), *plans, *ascent.plans):
        for fire in range(master.fires):
            master.add(fire, plan[fire])
    best, rounds = ascent.best, 0
    value, dual, prices, shares = master.solve()
    while rounds < params.master_rounds and value - best.value > params.close * abs(value):
        rounds += 1
        added = 0
        for asked in (best.prices.towards(prices, params.smoothing), prices):
            priced = pricer.at(asked)
            best = max(best, priced, key=attrgetter("value"))
            wanted = pricer.worth_adding(priced, prices, dual)
            added = sum(master.add(*one) for one in wanted)
            if added:
                break
        if not added or stop():
            break
        value, dual, prices, shares = master.solve()
    for plan in nearby(pricer, best.prices):
        for fire in range(master.fires):
            master.add(fire, plan[fire])
    shares = np.concatenate([shares, np.zeros(len(master.packages) - len(shares))])
    return Bound(best.value, best.prices, tuple(master.packages), shares, rounds)
