"""How good a plan can be at all: column generation with its lower bound and shadow prices.

The master chooses one package for each fire (Dantzig and Wolfe 1960); each round prices all fires
anew. Whatever the prices are, the priced packages' least costs less the prices of all that there is
bound every plan from below (Lagrange), so that the bound holds when a limit strikes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.compact import PLENTY, Compact
from sylvan.domain.dispatch.package_kernel import COLUMNS, price_fires, value_of

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Prices:
    """Shadow prices, ha's worth, none below 0."""

    units: F8
    """(G) of one more unit of a class."""
    hours: F8
    """(B) of one more flight hour of a base."""
    floors: F8
    """(R) of a reserve's floor that is one lower."""


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
    """Column generation, beginning with the packages of some plans (F, G).

    Stops when master and bound meet, when no package is worth adding, after the rounds of the
    parameters, or when told to; the bound holds in each case.
    """
    params, master = problem.params, Master(problem)
    nobody = np.zeros(master.classes, np.int64)
    for fire in range(master.fires):
        master.add(fire, nobody)
        for plan in plans:
            master.add(fire, plan[fire])
    best, centre = -np.inf, None
    rounds = 0
    value, dual, prices, shares = master.solve()
    while rounds < params.master_rounds:
        rounds += 1
        asked = _between(centre, prices, params.smoothing)
        lower, added = _price(problem, master, asked, dual)
        if lower > best:
            best, centre = lower, asked
        if not added and asked is not prices:
            lower, added = _price(problem, master, prices, dual)
            if lower > best:
                best, centre = lower, prices
        if not added or stop():
            break
        value, dual, prices, shares = master.solve()
        if value - best <= params.close * abs(value):
            break
    return Bound(best, centre or prices, tuple(master.packages), shares, rounds)


def _between(centre: Prices | None, new: Prices, share: float) -> Prices:
    if centre is None:
        return new
    return Prices(
        share * centre.units + (1.0 - share) * new.units,
        share * centre.hours + (1.0 - share) * new.hours,
        share * centre.floors + (1.0 - share) * new.floors,
    )


def _price(problem: Compact, master: Master, prices: Prices, dual: F8) -> tuple[float, int]:
    """The bound at these prices, and how many packages were added for the master's duals."""
    tables = problem.tables
    columns = np.zeros((master.fires, COLUMNS, master.classes), np.int64)
    gains = np.zeros((master.fires, COLUMNS))
    # How much of a shortage is possible is limited by the units that count for the floor.
    there = np.bincount(tables.reserve, tables.count, minlength=len(tables.price))
    beyond = np.maximum(there - tables.allowance, 0.0)
    whole = price_fires(
        tables, prices.units, prices.hours, prices.floors, dual, problem.params.bound_grid,
        columns, gains,
    )  # fmt: skip
    limited = tables.hours < PLENTY
    spare = tables.allowance < PLENTY
    whole -= float(prices.units @ tables.count)
    whole -= float(prices.hours[limited] @ tables.hours[limited])
    whole -= float(prices.floors[spare] @ tables.allowance[spare])
    whole += float(np.minimum(tables.price - prices.floors, 0.0) @ beyond)
    added = 0
    for fire, slot in zip(*np.nonzero(gains < 0.0), strict=True):
        added += master.add(int(fire), columns[fire, slot])
    return whole, added
