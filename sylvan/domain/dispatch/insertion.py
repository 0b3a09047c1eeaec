"""First answers without any search: run card, closest unit, greedy packages.

They are what people do by hand. The first answer begins with them, and benches hold the suggestion
against them under the same rules of reserve, duty, range and flight hours.
"""

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.compact import Compact
from sylvan.domain.dispatch.package_kernel import level_of
from sylvan.domain.dispatch.search import greedy

I8 = npt.NDArray[np.int64]
_HOURS_SLACK = 1e-9


class Pool:
    """Units, flight hours and reserves that are left while a plan is filled by hand."""

    def __init__(self, problem: Compact, plan: I8 | None = None) -> None:
        tables = problem.tables
        self.tables = tables
        self.plan = np.zeros(tables.cost.shape, np.int64) if plan is None else plan.copy()
        self.free = tables.count - self.plan.sum(axis=0)
        self.hours = tables.hours.copy()
        self.spare = tables.allowance.copy()
        for f, g in zip(*np.nonzero(self.plan), strict=True):
            many = self.plan[f, g]
            self.hours[tables.base[g]] -= many * tables.flight[f, g]
            self.spare[tables.reserve[g]] -= many

    def can(self, fire: int, g: int, *, reserve: bool = False) -> bool:
        """Whether one more of a class may go, with or without touching a reserve's floor."""
        tables = self.tables
        enough = self.hours[tables.base[g]] + _HOURS_SLACK >= tables.flight[fire, g]
        room = self.plan[fire].sum() < tables.most[fire]
        kept = reserve or self.spare[tables.reserve[g]] > 0
        return bool(self.free[g] > 0 and enough and room and kept)

    def send(self, fire: int, g: int) -> None:
        """Send one more of a class."""
        self.plan[fire, g] += 1
        self.free[g] -= 1
        self.hours[self.tables.base[g]] -= self.tables.flight[fire, g]
        self.spare[self.tables.reserve[g]] -= 1

    def take(self, fire: int, g: int) -> None:
        """Take one of a class back."""
        self.plan[fire, g] -= 1
        self.free[g] += 1
        self.hours[self.tables.base[g]] += self.tables.flight[fire, g]
        self.spare[self.tables.reserve[g]] += 1

    def nearest(self, fire: int, kind: int | None = None, *, reserve: bool = False) -> int | None:
        """The class that arrives first and may go; ``None``: there is none."""
        tables = self.tables
        if self.plan[fire].sum() >= tables.most[fire]:
            return None
        those = tables.reach[tables.start[fire] : tables.start[fire + 1]]
        enough = self.hours[tables.base[those]] + _HOURS_SLACK >= tables.flight[fire, those]
        may = (self.free[those] > 0) & enough
        if not reserve:
            may &= self.spare[tables.reserve[those]] > 0
        if kind is not None and kind >= 0:
            may &= tables.kind[those] == kind
        if not may.any():
            return None
        eta = np.where(may, tables.eta[fire, those], np.inf)
        return int(those[int(eta.argmin())])


def by_gravity(problem: Compact) -> list[int]:
    """Fires in the order in which hands are given: by tier, then by what an escape costs."""
    fires = problem.problem.fires
    return sorted(range(len(fires)), key=lambda f: (fires[f].tier.value, -fires[f].escape, f))


def closest(problem: Compact) -> I8:
    """Nearest units first until the fire is contained, fire by fire. Returns (F, G) units.

    Units that would not contain it are free for the next fire: a harder rule to beat than to send
    whoever is near.
    """
    pool = Pool(problem)
    levels = problem.tables.need.shape[1]
    for fire in by_gravity(problem):
        while level_of(problem.tables, fire, pool.plan[fire]) == levels:
            g = pool.nearest(fire)
            if g is None:
                break
            pool.send(fire, g)
        if level_of(problem.tables, fire, pool.plan[fire]) == levels:
            for sent in map(int, np.flatnonzero(pool.plan[fire])):
                while pool.plan[fire, sent]:
                    pool.take(fire, sent)
    return pool.plan


def run_card(problem: Compact) -> I8:
    """Only what the run cards say, nearest first. Returns (F, G) units."""
    pool, tables = Pool(problem), problem.tables
    for fire in by_gravity(problem):
        for row in range(tables.card_start[fire], tables.card_start[fire + 1]):
            for _ in range(tables.card_count[row]):
                g = pool.nearest(fire, int(tables.card_kind[row]))
                if g is None or tables.eta[fire, g] > tables.card_within[row]:
                    break
                pool.send(fire, g)
    return pool.plan


def greedy_packages(problem: Compact) -> I8:
    """The best package for the gravest fire, then for the next. Returns (F, G) units."""
    return greedy(problem, np.zeros(problem.tables.cost.shape, np.int64))


def staying(problem: Compact) -> I8:
    """Units on their way go on. Returns (F, G) units."""
    plan = np.zeros(problem.tables.cost.shape, np.int64)
    for g, fire in enumerate(problem.task):
        if fire >= 0:
            pool = min(int(problem.tables.count[g]), int(problem.tables.most[fire]))
            plan[fire, g] = pool
    return plan
