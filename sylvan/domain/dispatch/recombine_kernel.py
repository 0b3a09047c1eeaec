# mypy: disable-error-code="no-any-return"
# ruff: noqa: C901, PLR0913, PLR0917 - compiled: calls and tuples cost
"""The compiled part of recombining: known packages of a few fires at a time, put together anew.

A few related fires give their packages back; a tree search looks for the best set of known ones
that fits. What is free is worth its prices, so that a branch is left as soon as its packages, the
cheapest of the fires that are still to come and those prices promise nothing.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled
from sylvan.domain.dispatch.package_kernel import Tables

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint64]
EPS = 1e-9
GAIN = 1e-6  # hectares' worth; less is no improvement
FEW = 12  # fires of which each set is remembered


class Pool(NamedTuple):
    """Packages, fire after fire, those that are cheapest at the prices first."""

    start: I8  # (F + 1) where a fire's packages begin
    cost: F8
    priced: F8  # with units at their prices
    first: I8  # (P + 1) where a package's units begin
    unit: I8  # class
    many: I8
    worth: F8  # (G) price of a unit, its floor's included
    hourly: F8  # (B) price of a flight hour


@compiled
def _next(state: U8) -> float:
    """A number in [0, 1): xorshift64* (Vigna 2016), as in the search."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@compiled
def _move(
    tables: Tables, pool: Pool, fire: int, p: int, sign: int, free: I8, spare: I8, left: F8
) -> None:
    """Take a package's units (sign 1) or give them back (sign -1)."""
    for at in range(pool.first[p], pool.first[p + 1]):
        g, many = pool.unit[at], pool.many[at] * sign
        free[g] -= many
        spare[tables.reserve[g]] -= many
        left[tables.base[g]] -= many * tables.flight[fire, g]


@compiled
def _fits(tables: Tables, pool: Pool, fire: int, p: int, free: I8, left: F8, flown: F8) -> bool:
    """Whether a package's units and their hours are free; `flown` (B) comes and goes as zeros."""
    begin, end = pool.first[p], pool.first[p + 1]
    for at in range(begin, end):
        if pool.many[at] > free[pool.unit[at]]:
            return False
    for at in range(begin, end):
        g = pool.unit[at]
        flown[tables.base[g]] += pool.many[at] * tables.flight[fire, g]
    there = True
    for at in range(begin, end):
        base = tables.base[pool.unit[at]]
        there = there and flown[base] <= left[base] + EPS
    for at in range(begin, end):
        flown[tables.base[pool.unit[at]]] = 0.0
    return there


@compiled
def _short(tables: Tables, spare: I8) -> float:
    value = 0.0
    for r in range(len(spare)):
        value += max(-spare[r], 0) * tables.price[r]
    return value


@compiled
def _worth(tables: Tables, pool: Pool, those: I8, slack: float, free: I8, left: F8) -> float:
    """What the free units and hours are worth that promising packages of some fires ask for."""
    value = 0.0
    units, bases = np.zeros(len(free), np.uint8), np.zeros(len(left), np.uint8)
    for f in those:
        lowest = pool.priced[pool.start[f]]
        for p in range(pool.start[f], pool.start[f + 1]):
            if pool.priced[p] > lowest + slack:
                break
            for at in range(pool.first[p], pool.first[p + 1]):
                g = pool.unit[at]
                if not units[g]:
                    units[g] = 1
                    value += free[g] * pool.worth[g]
                if not bases[tables.base[g]]:
                    bases[tables.base[g]] = 1
                    value += max(left[tables.base[g]], 0.0) * pool.hourly[tables.base[g]]
    return value


@compiled
def _together(
    tables: Tables,
    pool: Pool,
    those: I8,
    limit: float,
    free: I8,
    spare: I8,
    left: F8,
    nodes: int,
    found: I8,
) -> float:
    """The cheapest packages of some fires that fit together, below a limit."""
    many = len(those)
    best = limit
    rest = np.zeros(many + 1)
    for j in range(many - 1, -1, -1):
        rest[j] = rest[j + 1] + pool.priced[pool.start[those[j]]]
    worth = _worth(tables, pool, those, np.inf, free, left)
    worth = _worth(tables, pool, those, limit - rest[0] + worth, free, left)
    chosen = np.empty(many, np.int64)
    cost, priced = np.zeros(many + 1), np.zeros(many + 1)
    flown = np.zeros(len(left))
    for j in range(many):
        chosen[j] = pool.start[those[j]] - 1
    at = 0
    while at >= 0:
        f = those[at]
        if chosen[at] >= pool.start[f] and cost[at + 1] >= 0.0:
            _move(tables, pool, f, chosen[at], -1, free, spare, left)
        p = chosen[at] + 1
        nodes -= 1
        while p < pool.start[f + 1]:
            if priced[at] + pool.priced[p] + rest[at + 1] - worth >= best - GAIN or nodes < 0:
                p = pool.start[f + 1]
            elif _fits(tables, pool, f, p, free, left, flown):
                break
            else:
                p += 1
        if p >= pool.start[f + 1]:
            chosen[at] = pool.start[f] - 1
            at -= 1
            continue
        chosen[at] = p
        _move(tables, pool, f, p, 1, free, spare, left)
        cost[at + 1], priced[at + 1] = cost[at] + pool.cost[p], priced[at] + pool.priced[p]
        if at + 1 < many:
            at += 1
            continue
        value = cost[many] + _short(tables, spare)
        if value < best - GAIN:
            best = value
            found[:many] = chosen
    return best


@compiled
def recombine(
    tables: Tables,
    pool: Pool,
    packages: I8,
    near: I8,
    rounds: int,
    state: U8,
    widest: int,
    nodes: int,
) -> float:
    """Improve `packages` (F), places in the pool, in place; returns the objective.

    `near` (F, M) names related fires (-1: none), `state` (1) is the random number generator's,
    `widest` the most fires at a time, `nodes` what a tree may take.
    """
    fires = len(packages)
    free, spare, left = tables.count.copy(), tables.allowance.copy(), tables.hours.copy()
    total = 0.0
    for f in range(fires):
        _move(tables, pool, f, packages[f], 1, free, spare, left)
        total += pool.cost[packages[f]]
    short = _short(tables, spare)
    chosen, found = np.empty(widest, np.int64), np.empty(widest, np.int64)
    # of few fires the same sets come again and again: they are looked at once after each gain
    few = fires <= FEW
    known = np.zeros(1 << fires if few else 1, np.uint8)
    for _ in range(rounds):
        chosen[0] = int(_next(state) * fires)
        wanted, many = 2 + int(_next(state) * (widest - 1)), 1
        for _ in range(4 * widest):
            if many == wanted:
                break
            of = chosen[int(_next(state) * many)]
            other = near[of, int(_next(state) * near.shape[1])]
            fresh = other >= 0
            for j in range(many):
                fresh = fresh and chosen[j] != other
            if fresh:
                chosen[many] = other
                many += 1
        if few:
            those = 0
            for j in range(many):
                those |= 1 << chosen[j]
            if known[those]:
                continue
            known[those] = 1
        now = short
        for j in range(many):
            f = chosen[j]
            _move(tables, pool, f, packages[f], -1, free, spare, left)
            now += pool.cost[packages[f]]
            found[j] = packages[f]
        _together(tables, pool, chosen[:many], now, free, spare, left, nodes, found)
        for j in range(many):
            f = chosen[j]
            total += pool.cost[found[j]] - pool.cost[packages[f]]
            if few and packages[f] != found[j]:
                known[:] = 0
            packages[f] = found[j]
            _move(tables, pool, f, packages[f], 1, free, spare, left)
        short = _short(tables, spare)
    return total + short
