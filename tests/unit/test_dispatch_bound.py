"""The bound's packages against enumerated ones, and chains that meet."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sylvan.bench.suggest_instances import instance
from sylvan.domain.dispatch.bound import bound
from sylvan.domain.dispatch.compact import compact, near_fires
from sylvan.domain.dispatch.engine import solve
from sylvan.domain.dispatch.insertion import closest
from sylvan.domain.dispatch.package_kernel import total_of, value_of
from sylvan.domain.dispatch.params import DEFAULT
from sylvan.domain.dispatch.prices import Pricer, Prices, ascend
from sylvan.domain.dispatch.pricing_kernel import COLUMNS, price_fires
from sylvan.domain.dispatch.recombine import Known


def never() -> bool:
    return False


def tables_of(seed: int):
    """One fire and six classes with few places; every other time one is paid for staying."""
    rng = np.random.default_rng(seed)
    tables = compact(instance(1, 30, seed)).tables
    classes, levels = 6, 4
    rate, begin = rng.uniform(50.0, 400.0, classes), rng.uniform(0.2, 2.0, classes)
    line = np.maximum(np.arange(1.0, levels + 1.0)[None] - begin[:, None], 0.0) * rate[:, None]
    cost = rng.uniform(1.0, 20.0, (1, classes))
    cost[0, 0] = -15.0 if seed % 2 else 5.0
    none = np.zeros(classes, np.int64)
    return tables._replace(
        count=rng.integers(1, 4, classes), reserve=none, base=none, kind=none, line=line[None],
        cost=cost, flight=np.zeros((1, classes)), eta=begin[None],
        start=np.array([0, classes]), reach=np.arange(classes),
        need=np.cumsum(rng.uniform(100.0, 500.0, levels))[None],
        damage=np.cumsum(rng.uniform(1.0, 60.0, levels))[None],
        escape=np.array([1_000.0]), most=rng.integers(1, 8, 1),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(25))
def test_the_cheapest_package_is_found_and_bounded(seed):
    tables = tables_of(seed)
    worth = np.random.default_rng(seed + 1_000).uniform(0.0, 25.0, 6) * (np.arange(6) > 0)
    packages, costs = np.zeros((1, COLUMNS, 6), np.int64), np.zeros((1, COLUMNS))
    lowest = np.zeros(1)
    none = np.zeros(len(tables.hours)), np.zeros(len(tables.price))
    price_fires(tables, np.zeros(1, np.int64), worth, *none, packages, costs, lowest)
    truth = np.inf
    for sent in product(*(range(many + 1) for many in tables.count)):
        one = np.array(sent)
        if one.sum() <= tables.most[0]:
            truth = min(truth, float(value_of(tables, 0, one) + one @ worth))
    assert lowest[0] <= truth + 1e-6
    for slot in np.flatnonzero(np.isfinite(costs[0])):
        sent = packages[0, slot]
        assert sent.sum() <= tables.most[0]
        assert value_of(tables, 0, sent) + sent @ worth <= costs[0, slot] + 1e-6
    if seed % 2 == 0:
        assert lowest[0] == pytest.approx(truth)
        assert costs[0].min() == pytest.approx(truth)


def test_any_prices_bound_every_plan_and_an_ascent_comes_near():
    small = compact(instance(12, 60, 3))
    best = solve(small.problem).best.objective - small.constant
    rng = np.random.default_rng(0)
    with ThreadPoolExecutor(2) as pool:
        pricer = Pricer(small, pool)
        sizes = [len(one) for one in (small.tables.count, small.tables.hours, small.tables.price)]
        for scale in (0.0, 1.0, 30.0):
            some = Prices(*(rng.uniform(0.0, scale, many) for many in sizes))
            assert pricer.at(some).value <= best + 1e-6
        risen = ascend(pricer, best, never).best.value
    assert risen <= best + 1e-6
    found = bound(small, [closest(small)], never)
    assert risen > 0.6 * found.value
    assert found.value <= best + 1e-6


def test_the_number_of_threads_changes_nothing():
    case = instance(12, 60, 2)
    one, two = (solve(case, replace(DEFAULT, threads=threads)) for threads in (1, 2))
    assert one.best.plan.tobytes() == two.best.plan.tobytes()
    assert (one.best.objective, one.best.bound) == (two.best.objective, two.best.bound)


def test_known_packages_are_put_together_better_and_within_all_limits():
    small = compact(instance(20, 100, 4))
    tables, start = small.tables, closest(small)
    known = Known(small, bound(small, [start], never))
    state = np.array([7], np.uint64)
    plan = known.recombined(start, 200, near_fires(tables, 24), state)
    assert total_of(tables, plan) < total_of(tables, start)
    assert (plan.sum(axis=0) <= tables.count).all()
    assert (plan.sum(axis=1) <= tables.most).all()
    flown = np.bincount(tables.base, (plan * tables.flight).sum(axis=0), len(tables.hours))
    assert (flown <= tables.hours + 1e-6).all()
