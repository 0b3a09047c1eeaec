"""From the bound to a plan: dive through the master's packages, then search at its prices.

A dive takes the packages of which the master wanted most, as long as there are units; fires that go
without get their best package at the shadow prices.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.bound import Bound
from sylvan.domain.dispatch.compact import Compact
from sylvan.domain.dispatch.insertion import Pool
from sylvan.domain.dispatch.package_kernel import total_of
from sylvan.domain.dispatch.search import Searcher, greedy

I8 = npt.NDArray[np.int64]
_SLACK = 1e-9
_LEAST_SHARE = 0.3  # of a package in the master from which on a dive takes it


def dive(problem: Compact, found: Bound) -> I8:
    """A plan (F, G) from the master's largest shares."""
    tables, pool = problem.tables, Pool(problem)
    done: set[int] = set()
    for at in np.argsort(-found.shares, kind="stable"):
        fire, sent, _ = found.packages[int(at)]
        if found.shares[at] < _LEAST_SHARE:
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


def polish(
    problem: Compact, plan: I8, found: Bound, searcher: Searcher, better: Callable[[I8], None]
) -> I8:
    """The better of plan and dive, improved at the shadow prices; tells each step to `better`."""
    tables, params = problem.tables, problem.params
    rounds = params.rounds(params.final_rounds, len(problem.problem.fires))
    prices = found.prices.units
    dived = searcher.improve(dive(problem, found), rounds, prices, params.heat)
    kept = searcher.improve(plan, rounds, prices, params.heat)
    plans = sorted((dived, kept), key=lambda one: float(total_of(tables, one)))
    better(plans[0])
    return searcher.improve(plans[0], rounds, prices, params.heat)
