"""Guard-rails: what a pure optimiser leaves undone, and what nobody would sign.

In simulated seasons an optimiser without them left "hopeless" fires alone and lost up to nine times
as much. So every fire that is to be fought gets a unit or a stated reason with the next rung of the
reserve ladder, and left-over units slow what cannot be contained.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded
from sylvan.domain.command.ladder import Rung, above
from sylvan.domain.dispatch.compact import Compact
from sylvan.domain.dispatch.engine import Solved
from sylvan.domain.dispatch.insertion import Pool, by_gravity
from sylvan.domain.dispatch.model import Unit
from sylvan.domain.dispatch.package_kernel import level_of, value_of

I8 = npt.NDArray[np.int64]


class Role(StrEnum):
    """Why a unit is sent."""

    LOCKED = "locked"  # accepted before: nobody moves it
    PINNED = "pinned"  # a dispatcher wants it there
    PACKAGE = "package"  # of the set that contains the fire
    MINIMUM = "minimum"  # so that the fire is not alone
    FALLBACK = "fallback"  # left over: slows what cannot be contained


@dataclass(frozen=True, slots=True)
class Sent:
    """One unit's task."""

    unit: str
    fire: str
    role: Role
    arrive_h: float
    """Hours from now, rest included."""


@dataclass(frozen=True, slots=True)
class Short:
    """What a fire lacks, and whom to ask."""

    fire: str
    reason: Coded
    ask: Rung
    """The next rung of the reserve ladder."""


@dataclass(frozen=True, slots=True)
class Below:
    """A reserve that the plan draws below its floor."""

    base: str
    kind: str
    left: int
    least: int
    price: float
    """ha's worth that this costs in the objective."""


@dataclass(frozen=True, eq=False)
class Guarded:
    """A plan that can be shown."""

    solved: Solved
    plan: I8
    """(F, G) units of each class, guard-rails included."""
    sent: tuple[Sent, ...]
    short: tuple[Short, ...]
    below: tuple[Below, ...]
    contained_h: tuple[float | None, ...]
    """Hours until each fire is contained; ``None``: not with these units."""

    @property
    def tasks(self) -> dict[str, str]:
        """Fire of each unit that is sent."""
        return {one.unit: one.fire for one in self.sent}


def guard(solved: Solved, asked: Rung = Rung.STATION) -> Guarded:
    """Put the guard-rails on a plan.

    Args:
        solved: the engine's plan.
        asked: rung of the ladder whose forces are in the problem; shortfalls name the next.
    """
    problem = solved.problem
    pool = Pool(problem, solved.best.plan)
    minimum: Counter[tuple[int, int]] = Counter()
    short = _minimum(problem, pool, minimum, above(asked))
    _fallback(problem, pool)
    short += _cards_short(problem, pool, above(asked))
    levels = [level_of(problem.tables, f, pool.plan[f]) for f in range(len(pool.plan))]
    times = problem.problem.times_h
    return Guarded(
        solved,
        pool.plan,
        tuple(named(problem, pool.plan, solved.best.plan, minimum)),
        tuple(short),
        tuple(_below(problem, pool)),
        tuple(times[k] if k < len(times) else None for k in levels),
    )


def _minimum(
    problem: Compact, pool: Pool, minimum: Counter[tuple[int, int]], ask: Rung
) -> list[Short]:
    """One unit at least for every fire that is to be fought, from the reserve if need be."""
    short = []
    for f in by_gravity(problem):
        fire = problem.problem.fires[f]
        if not fire.fought or pool.plan[f].any() or problem.locked[f]:
            continue
        g = pool.nearest(f)
        if g is None:
            g = pool.nearest(f, reserve=True)
        if g is None:
            g = _spared(problem, pool, f)
        if g is None:
            short.append(Short(fire.id, _why_nobody(problem, pool, f), ask))
            continue
        pool.send(f, g)
        minimum[f, g] += 1
    return short


def _spared(problem: Compact, pool: Pool, f: int) -> int | None:
    """Take a unit from a fire that is contained as soon without it; tell its class."""
    tables = problem.tables
    mine = tables.reach[tables.start[f] : tables.start[f + 1]]
    for g in sorted(mine, key=lambda one: tables.eta[f, one]):
        for other in np.flatnonzero(pool.plan[:, g]):
            fewer = pool.plan[other].copy()
            fewer[g] -= 1
            if fewer.any() and _as_good(problem, int(other), pool.plan[other], fewer):
                pool.take(int(other), int(g))
                if pool.can(f, int(g), reserve=True):
                    return int(g)
                pool.send(int(other), int(g))
    return None


def _as_good(problem: Compact, f: int, now: I8, fewer: I8) -> bool:
    tables = problem.tables
    level = level_of(tables, f, now)
    held = level < tables.need.shape[1] and level_of(tables, f, fewer) == level
    return held and value_of(tables, f, fewer) <= value_of(tables, f, now)


def _why_nobody(problem: Compact, pool: Pool, f: int) -> Coded:
    tables = problem.tables
    mine = tables.reach[tables.start[f] : tables.start[f + 1]]
    if not len(mine):
        return Coded("dispatch.nobody_reaches")
    if tables.most[f] < 1:
        return Coded("dispatch.no_room")
    if not any(pool.free[g] for g in mine):
        return Coded("dispatch.all_needed", {"units": int(tables.count[mine].sum())})
    return Coded("dispatch.no_flight_hours")


def _fallback(problem: Compact, pool: Pool) -> None:
    """Left-over units go where no containment is in sight: some line slows a fire.

    The threshold model cannot see that; reserves and places are respected.
    """
    tables, share = problem.tables, problem.params.fallback_share
    levels = tables.need.shape[1]
    for f in by_gravity(problem):
        if not problem.problem.fires[f].fought:
            continue
        if level_of(tables, f, pool.plan[f]) < levels:
            continue
        while pool.plan[f].sum() < share * tables.most[f]:
            g = pool.nearest(f)
            if g is None:
                break
            pool.send(f, g)


def _cards_short(problem: Compact, pool: Pool, ask: Rung) -> list[Short]:
    """Lines of run cards that the plan does not fill."""
    tables, found = problem.tables, []
    for f, fire in enumerate(problem.problem.fires):
        for row in range(tables.card_start[f], tables.card_start[f + 1]):
            kind, within = int(tables.card_kind[row]), float(tables.card_within[row])
            there = sum(
                int(pool.plan[f, g])
                for g in np.flatnonzero(pool.plan[f])
                if kind in {-1, int(tables.kind[g])} and tables.eta[f, g] <= within
            )
            if there < tables.card_count[row]:
                told = {"count": int(tables.card_count[row]) - there, "hours": within}
                code, named = "dispatch.card_short_any", fire.card[row - tables.card_start[f]].kind
                if named:
                    code, told = "dispatch.card_short", told | {"kind": named}
                found.append(Short(fire.id, Coded(code, told), ask))
    return found


def _below(problem: Compact, pool: Pool) -> list[Below]:
    found = []
    for at, floor in enumerate(problem.problem.floors, 1):
        there = problem.group_of.count(at)
        gone = int(problem.tables.allowance[at] - pool.spare[at])
        left = there - gone
        if left < floor.least and gone:
            price = float(problem.tables.price[at]) * min(floor.least - left, gone)
            found.append(Below(floor.base, floor.kind, left, floor.least, price))
    return found


def _held(unit: Unit) -> Role:
    return Role.PINNED if unit.pinned else Role.LOCKED


def named(problem: Compact, plan: I8, chosen: I8, minimum: Counter[tuple[int, int]]) -> list[Sent]:
    """Which unit of a class goes where: equal ones in their order; locked ones stay.

    Args:
        problem: the classes.
        plan: (F, G) units to send.
        chosen: (F, G) those of them that the engine chose.
        minimum: how many of the others go so that the fire is not alone.
    """
    fires, units, found = problem.problem.fires, problem.problem.units, []
    for f, those in enumerate(problem.locked):
        found += [
            Sent(units[u].id, fires[f].id, _held(units[u]), float(problem.arrive_h[u, f]))
            for u in those
        ]
    for g, members in enumerate(problem.members):
        rest = list(members)
        for f in map(int, np.flatnonzero(plan[:, g])):
            roles = (Role.PACKAGE, Role.MINIMUM), (int(chosen[f, g]), minimum[f, g])
            order = [role for role, many in zip(*roles, strict=True) for _ in range(many)]
            order += [Role.FALLBACK] * int(plan[f, g])
            for role in order[: plan[f, g]]:
                u = rest.pop(0)
                hours = float(problem.arrive_h[u, f])
                found.append(Sent(units[u].id, fires[f].id, role, hours))
    return sorted(found, key=lambda one: (one.fire, one.arrive_h, one.unit))
