"""Shadow prices, what they bound, and a first ascent towards the best of them.

Whatever the prices are, the cheapest packages at these prices less the prices of all that there is
bound every plan from below (Lagrange). An ascent along what is asked too much of (Polyak 1969, with
the directions before it, Barahona and Anbil 2000) costs no linear programme, and saves column
generation its first, wild rounds.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.compact import PLENTY, Compact
from sylvan.domain.dispatch.pricing_kernel import COLUMNS, GAIN, price_fires

_GOLDEN = (5.0**0.5 - 1.0) / 2.0
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

    def towards(self, new: "Prices", share: float) -> "Prices":
        """Prices between these, which count by a share, and others."""
        rest = 1.0 - share
        return Prices(
            share * self.units + rest * new.units,
            share * self.hours + rest * new.hours,
            share * self.floors + rest * new.floors,
        )


@dataclass(frozen=True, eq=False)
class Priced:
    """All fires at some prices."""

    prices: Prices
    value: float
    """No plan costs less, ha's worth; the constant of the problem is left out."""
    packages: I8
    """(F, COLUMNS, G) units of the cheapest packages."""
    costs: F8
    """(F, COLUMNS) with units at their prices; infinite: no package."""

    def cheapest(self) -> I8:
        """(F, G) the cheapest package of each fire."""
        return np.asarray(self.packages[np.arange(len(self.costs)), self.costs.argmin(axis=1)])


class Pricer:
    """Prices the fires of a problem, on several threads; their number changes no result."""

    def __init__(self, problem: Compact, pool: ThreadPoolExecutor) -> None:
        self.problem, self._pool = problem, pool
        tables = problem.tables
        self.fires, self.classes = tables.cost.shape
        there = np.bincount(tables.reserve, tables.count, minlength=len(tables.price))
        # How much of a shortage is possible is limited by the units that count for the floor.
        self._beyond = np.maximum(there - tables.allowance, 0.0)
        most = np.concatenate([tables.count, tables.hours, tables.allowance]).astype(float)
        self._limited = most < PLENTY
        self._most = np.where(self._limited, most, 0.0)

    def at(self, prices: Prices) -> Priced:
        """The bound and the cheapest packages at some prices."""
        tables = self.problem.tables
        packages = np.zeros((self.fires, COLUMNS, self.classes), np.int64)
        costs, least = np.full((self.fires, COLUMNS), np.inf), np.zeros(self.fires)

        def price(those: I8) -> None:
            price_fires(
                tables, those, prices.units, prices.hours, prices.floors, packages, costs, least
            )

        threads = self.problem.params.threads
        list(self._pool.map(price, [np.arange(one, self.fires, threads) for one in range(threads)]))
        value = float(least.sum()) - float((self._flat(prices) * self._most).sum())
        value += float((np.minimum(tables.price - prices.floors, 0.0) * self._beyond).sum())
        return Priced(prices, value, packages, costs)

    def worth_adding(self, priced: Priced, prices: Prices, dual: F8) -> list[tuple[int, I8]]:
        """Packages that cost less than a fire's dual, with units at a master's prices."""
        tables, old = self.problem.tables, priced.prices
        more = prices.units - old.units + (prices.floors - old.floors)[tables.reserve]
        each = more + (prices.hours - old.hours)[tables.base] * tables.flight
        gains = priced.costs + np.einsum("fcg,fg->fc", priced.packages, each) - dual[:, None]
        found = zip(*np.nonzero(gains < -GAIN), strict=True)
        return [(int(fire), priced.packages[fire, slot]) for fire, slot in found]

    def excess(self, plan: I8) -> F8:
        """(G + B + R) how much more a plan (F, G) asks for than there is; 0 where all is plenty."""
        tables = self.problem.tables
        sent, flown = plan.sum(axis=0), (plan * tables.flight).sum(axis=0)
        asked = np.concatenate(
            [
                sent,
                np.bincount(tables.base, flown, minlength=len(tables.hours)),
                np.bincount(tables.reserve, sent, minlength=len(tables.price)),
            ]
        )
        return np.where(self._limited, asked - self._most, 0.0)

    def step(self, prices: Prices, way: F8) -> Prices:
        """Prices after a step; none falls below 0, no floor's rises above what a shortage costs."""
        tables = self.problem.tables
        flat = np.maximum(self._flat(prices) + way, 0.0)
        first, last = self.classes, self.classes + len(tables.hours)
        floors = np.minimum(flat[last:], tables.price)
        return Prices(flat[:first], flat[first:last], floors)

    @staticmethod
    def _flat(prices: Prices) -> F8:
        return np.concatenate([prices.units, prices.hours, prices.floors])


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where an ascent came."""

    best: Priced
    plans: tuple[I8, ...]
    """(F, G) the cheapest packages of the last rounds; together they ask for too much."""


def ascend(pricer: Pricer, objective: float, stop: Callable[[], bool]) -> Ascent:
    """Raise the bound from prices of 0.

    Args:
        pricer: of the problem.
        objective: of a plan: bounds are to be looked for below it.
        stop: asked after each round.
    """
    params, tables = pricer.problem.params, pricer.problem.tables
    nothing = (np.zeros(len(one)) for one in (tables.count, tables.hours, tables.price))
    best = now = pricer.at(Prices(*nothing))
    share, failed = params.ascent_share, 0
    plans = deque([now.cheapest()], params.ascent_kept)
    way = pricer.excess(plans[-1])
    for _ in range(params.ascent_rounds - 1):
        start = now.prices
        if failed >= params.ascent_patience:
            share, failed, start = share * params.ascent_decay, 0, best.prices
        aim = best.value + share * max(objective - best.value, 0.0)
        length = float((way * way).sum())
        if stop() or not length:
            break
        now = pricer.at(pricer.step(start, way * (aim - now.value) / length))
        failed += 1
        if now.value > best.value:
            best, failed = now, 0
        plans.append(now.cheapest())
        way += params.ascent_turn * (pricer.excess(plans[-1]) - way)
    return Ascent(best, tuple(plans))


def nearby(pricer: Pricer, prices: Prices) -> tuple[I8, ...]:
    """(F, G) the cheapest packages at prices around some: good, though not the best.

    Factors are spread evenly (multiples of the golden ratio), the same for everybody.
    """
    params, places = pricer.problem.params, np.arange(1.0, len(prices.units) + 1.0)
    found: list[I8] = []
    for number in range(params.nearby):
        factor = 1.0 + params.nearby_share * (2.0 * (places * (number + 1) * _GOLDEN % 1.0) - 1.0)
        priced = pricer.at(Prices(prices.units * factor, prices.hours, prices.floors))
        found += [priced.packages[:, slot] for slot in range(COLUMNS)]
    return tuple(found)
