"""From the bound to a plan: dive through the master's packages, then search at its prices.

A dive takes the packages of which the master wanted most, as long as there are units; fires that go
without get their best package at the shadow prices. Two chains go on from two dives, each on a
thread of its own: they search, put known packages together anew, and search again.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.bound import Bound
from sylvan.domain.dispatch.compact import Compact
from sylvan.domain.dispatch.insertion import Pool
from sylvan.domain.dispatch.package_kernel import total_of
from sylvan.domain.dispatch.recombine import Known
from sylvan.domain.dispatch.search import Searcher, greedy

I8 = npt.NDArray[np.int64]
_SLACK = 1e-9


def dive(problem: Compact, found: Bound, least: float) -> I8:
    """A plan (F, G) from the master's largest shares, down to a least one."""
    tables, pool = problem.tables, Pool(problem)
    done: set[int] = set()
    for at in np.argsort(-found.shares, kind="stable"):
        fire, sent, _ = found.packages[int(at)]
        if found.shares[at] < least:
            break
        if fire not in done and _fits(pool, fire, sent):
            done.add(fire)
            for g in np.flatnonzero(sent):
                for _ in range(sent[g]):
                    pool.send(fire, int(g))
    return greedy(problem, pool.plan, found.prices.units * (tables.count > 0))


def _fits(pool: Pool, fire: int, sent: I8) -> bool:
    tables = pool.tables
    flown = np.bincount(tables.base, sent * tables.flight[fire], minlength=len(pool.hours))
    there = (sent <= pool.free).all() and (flown <= pool.hours + _SLACK).all()
    return bool(there and sent.sum() <= tables.most[fire])


class _Chain:
    """Searches and recombines by turns, with a stream of random numbers of its own."""

    def __init__(self, problem: Compact, found: Bound, searcher: Searcher) -> None:
        self.searcher, self.known = searcher, Known(problem, found)
        self.params, self.prices, self.least = problem.params, found.prices.units, found.value
        self.fires = len(problem.problem.fires)

    def improve(self, plan: I8) -> I8:
        """A plan (F, G) at least as good."""
        params, searcher = self.params, self.searcher
        rounds = params.rounds(params.final_rounds, self.fires)
        again = params.rounds(params.recombined_rounds, self.fires)
        for _ in range(params.turns):
            if searcher.stop() or self._proven(plan):
                break
            plan = searcher.improve(plan, rounds, self.prices, least=params.least_worth)
            plan = self.known.recombined(plan, again, searcher.near, searcher.state)
        return plan

    def _proven(self, plan: I8) -> bool:
        """Whether the bound leaves nothing worth looking for."""
        value = float(total_of(self.searcher.problem.tables, plan))
        return value - self.least <= self.params.close * abs(value)


def polish(
    problem: Compact, plan: I8, found: Bound, searcher: Searcher, better: Callable[[I8], None]
) -> I8:
    """The best plan of chains that begin at dives and meet once; tells each step to `better`."""
    tables, params = problem.tables, problem.params
    chains = [_Chain(problem, found, searcher.other(number)) for number in range(len(params.dives))]
    plans = [dive(problem, found, least) for least in params.dives]
    with ThreadPoolExecutor(params.threads) as pool:
        for _ in range(params.meetings):
            plans = list(pool.map(lambda chain, one: chain.improve(one), chains, plans))
            plan = min(plan, *plans, key=lambda one: float(total_of(tables, one)))
            better(plan)
            for chain in chains:
                for one in plans:
                    chain.known.note(one)
            plans = [plan for _ in chains]
    return plan
