"""Whom to send where: what people do by hand, a greedy rule, and the suggestion.

All see the same problem and keep the same rules of reserve, duty, range, flight hours and places.
None leaves a fire alone that somebody can reach.
"""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from sylvan.domain.dispatch.attack import for_new_fires
from sylvan.domain.dispatch.compact import Compact, compact
from sylvan.domain.dispatch.engine import Demands, solve
from sylvan.domain.dispatch.guard import Role, guard, named
from sylvan.domain.dispatch.insertion import Pool, by_gravity, greedy_packages
from sylvan.domain.dispatch.package_kernel import level_of
from sylvan.domain.dispatch.params import DispatchParameters
from sylvan.scenario.seasons.country import Ints
from sylvan.scenario.seasons.season import Policy
from sylvan.scenario.seasons.told import Situation

Orders = list[tuple[str, str]]
ONE_MORE_H: Final = 6.0
"""Closest unit: another one after each so many hours."""
CARD_MORE: Final = (2, 12.0)
"""Run card: so many more after each so many hours."""
SOON_H: Final = 12.0
"""Closest until contained: within so many hours if that can be."""
SEARCH: Final = DispatchParameters(quick_rounds=100)
"""Of the suggestion in seasons: what it finds in some hundredths of a second."""


def closest_unit(told: Situation) -> Orders:
    """The nearest unit for each fire, and one more after every six hours."""
    small = compact(told.problem)
    pool = Pool(small)
    for f in by_gravity(small):
        wanted = 1 + int(told.seen_h[f] / ONE_MORE_H)
        _nearest(pool, f, wanted - told.sent[f])
        _somebody(told, pool, f)
    return _orders(small, pool.plan)


def until_contained(told: Situation) -> Orders:
    """The nearest units until the projection says contained: within twelve hours, else ever."""
    small = compact(told.problem)
    pool, times = Pool(small), np.array(told.problem.times_h)
    last = len(times) - 1
    soon = int(np.searchsorted(times, SOON_H, side="right")) - 1
    for f in by_gravity(small):
        _ = any(_contain(small, pool, f, level) for level in (soon, last))
        _somebody(told, pool, f)
    return _orders(small, pool.plan)


def run_card(told: Situation) -> Orders:
    """What the cards say, nearest first, and two more after every twelve hours."""
    small = compact(told.problem)
    pool = Pool(small)
    kinds = {kind: at for at, kind in enumerate(sorted({u.kind for u in told.problem.units}))}
    for f in by_gravity(small):
        for line in told.cards[f] if not told.sent[f] else ():
            if line.kind is None or line.kind in kinds:
                _nearest(pool, f, line.count, None if line.kind is None else kinds[line.kind])
        more, every = CARD_MORE
        wanted = sum(line.count for line in told.cards[f]) + more * int(told.seen_h[f] / every)
        _nearest(pool, f, max(wanted, 1) - told.sent[f] - int(pool.plan[f].sum()))
        _somebody(told, pool, f)
    return _orders(small, pool.plan)


def greedy(told: Situation) -> Orders:
    """The best package for the gravest fire, then for the next."""
    small = compact(told.problem)
    pool = Pool(small, greedy_packages(small))
    for f in by_gravity(small):
        _somebody(told, pool, f)
    return _orders(small, pool.plan)


def ours(told: Situation) -> Orders:
    """The suggestion with its guard-rails, and with hands for new fires."""
    problem = for_new_fires(told.problem, told.homes, told.large, told.quiet_h)
    found = guard(solve(problem, SEARCH, Demands(bounded=False)))
    return [(one.unit, one.fire) for one in found.sent if one.role is not Role.LOCKED]


POLICIES: Final[Mapping[str, Policy]] = MappingProxyType(
    {
        "closest_unit": closest_unit,
        "until_contained": until_contained,
        "run_card": run_card,
        "greedy": greedy,
        "ours": ours,
    }
)


def _nearest(pool: Pool, fire: int, many: int, kind: int | None = None) -> int:
    """Send the nearest units that may go; how many there were."""
    for got in range(max(many, 0)):
        g = pool.nearest(fire, kind)
        if g is None:
            return got
        pool.send(fire, g)
    return max(many, 0)


def _somebody(told: Situation, pool: Pool, fire: int) -> None:
    """A fire that has nobody gets the nearest unit, from a reserve if need be."""
    if told.sent[fire] or pool.plan[fire].any():
        return
    g = pool.nearest(fire)
    if g is None:
        g = pool.nearest(fire, reserve=True)
    if g is not None:
        pool.send(fire, g)


def _contain(small: Compact, pool: Pool, fire: int, level: int) -> bool:
    """Send the nearest units until the fire is contained by a level; nobody if it is not."""
    before = pool.plan[fire].copy()
    while level_of(small.tables, fire, pool.plan[fire]) > level:
        g = pool.nearest(fire)
        if g is None:
            for sent in map(int, np.flatnonzero(pool.plan[fire] - before)):
                while pool.plan[fire, sent] > before[sent]:
                    pool.take(fire, sent)
            return False
        pool.send(fire, g)
    return True


def _orders(small: Compact, plan: Ints) -> Orders:
    sent = named(small, plan, plan, Counter())
    return [(one.unit, one.fire) for one in sent if one.role is not Role.LOCKED]
