"""Why this unit and not that one: marginal values, alternatives, reasons, and what stays uncovered.

Everything is asked of the same tables that the plan was made from, so that no explanation can
disagree with it.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded, Scalar
from sylvan.domain.dispatch.compact import PLENTY, Compact
from sylvan.domain.dispatch.guard import Guarded, Role
from sylvan.domain.dispatch.insertion import Pool
from sylvan.domain.dispatch.package_kernel import Tables, level_of, pack, value_of

I8 = npt.NDArray[np.int64]
GRID = 200  # cells of the knapsack for alternatives
FLOOR_SHARE = 0.1  # of a floor's price that each unit of a guarded base costs in an alternative


@dataclass(frozen=True, slots=True)
class Worth:
    """What one unit of the plan is good for."""

    unit: str
    fire: str
    marginal: float
    """ha's worth that the plan gets worse by without it; 0: it may stay in reserve."""
    reason: Coded


@dataclass(frozen=True, slots=True)
class NotSent:
    """Why a unit is not sent to a fire."""

    unit: str
    fire: str
    reason: Coded


class Wish(StrEnum):
    """What an alternative is better at."""

    FASTER = "faster"
    CHEAPER = "cheaper"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another package for a fire with the units that the plan leaves, and its own."""

    wish: Wish
    units: tuple[str, ...]
    arrive_h: float | None
    """First at the fire."""
    contained_h: float | None
    loss: float
    """ha's worth of damage, shortage and cost."""
    by: tuple[float | None, float | None, float]
    """What arrival, containment and loss change by; ``None``: one of both is not known."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a base keeps of a kind once the plan is carried out."""

    base: str
    kind: str
    there: int
    left: int
    least: int
    move_up: str | None
    """A unit of another base that could take the place; ``None``: none is free or none needed."""


def marginals(guarded: Guarded) -> tuple[Worth, ...]:
    """Drop each unit in turn: what the objective gets worse by, reserves included."""
    problem, plan = guarded.solved.problem, guarded.plan
    pool, of = Pool(problem, plan), problem.class_of()
    where = problem.problem.fire_index()
    place = {unit.id: at for at, unit in enumerate(problem.problem.units)}
    asked: dict[tuple[int, int], float] = {}
    found = []
    for one in guarded.sent:
        f, g = where[one.fire], of.get(place[one.unit])
        if g is None:
            word = "role_pinned" if one.role is Role.PINNED else "locked"
            found.append(Worth(one.unit, one.fire, 0.0, Coded(f"dispatch.{word}")))
            continue
        if (f, g) not in asked:
            asked[f, g] = _without(problem, pool, f, g)
        value = round(asked[f, g], 3)
        lesser = value < problem.params.lesser_ha
        why = Coded(f"dispatch.role_{one.role}")
        if lesser and one.role == "package":
            why = Coded("dispatch.could_stay")
        found.append(Worth(one.unit, one.fire, value, why))
    return tuple(found)


def _without(problem: Compact, pool: Pool, f: int, g: int) -> float:
    tables = problem.tables
    fewer = pool.plan[f].copy()
    fewer[g] -= 1
    r = tables.reserve[g]
    freed = float(tables.price[r]) if pool.spare[r] < 0 else 0.0
    return float(value_of(tables, f, fewer) - value_of(tables, f, pool.plan[f])) - freed


def one_more(guarded: Guarded) -> tuple[tuple[str, str, float], ...]:
    """What one more unit would be worth, by base and kind, the dearest first; needs the bound."""
    solved = guarded.solved
    if solved.prices is None:
        return ()
    best: dict[tuple[str, str], float] = {}
    for g, members in enumerate(solved.problem.members):
        unit = solved.problem.problem.units[members[0]]
        key = unit.base, unit.kind
        best[key] = max(best.get(key, 0.0), float(solved.prices.units[g]))
    ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))
    return tuple((base, kind, round(value, 3)) for (base, kind), value in ranked if value > 0.0)


def not_sent(guarded: Guarded, fire: str) -> tuple[NotSent, ...]:
    """Why each unit that does not go to a fire does not; the nearest first."""
    problem, tasks = guarded.solved.problem, guarded.tasks
    f = problem.problem.fire_index()[fire]
    pool, of = Pool(problem, guarded.plan), problem.class_of()
    order = np.argsort(problem.arrive_h[:, f], kind="stable")
    found = []
    for u in order:
        unit = problem.problem.units[int(u)]
        if tasks.get(unit.id) != fire:
            why = _why_not(guarded, pool, int(u), f, of.get(int(u)))
            found.append(NotSent(unit.id, fire, why))
    return tuple(found)


def _why_not(guarded: Guarded, pool: Pool, u: int, f: int, g: int | None) -> Coded:  # noqa: PLR0911
    problem = guarded.solved.problem
    unit, fire = problem.problem.units[u], problem.problem.fires[f]
    if unit.out is not None:
        return unit.out
    if unit.locked or g is None:
        word = "pinned" if unit.pinned else "locked"
        return Coded(f"dispatch.{word}_elsewhere", {"fire": unit.task})
    asked = float(problem.problem.eta_h[u, f])
    if not isfinite(asked):
        return problem.problem.why.get((unit.id, fire.id), Coded("dispatch.out_of_range"))
    if problem.tables.line[f, g, -1] <= 0.0:
        return Coded("dispatch.builds_nothing")
    elsewhere = guarded.tasks.get(unit.id)
    if elsewhere is not None:
        told: dict[str, Scalar] = {"fire": elsewhere}
        return Coded("dispatch.needed_elsewhere", told)
    if asked >= unit.duty_left_h:
        return Coded("dispatch.rest_due", {"hours": round(unit.rest_h, 1)})
    if pool.hours[problem.tables.base[g]] < problem.tables.flight[f, g]:
        return Coded("dispatch.base_hours")
    if pool.spare[problem.tables.reserve[g]] <= 0:
        return Coded("dispatch.reserve_floor", {"base": unit.base})
    if pool.plan[f].sum() >= problem.tables.most[f]:
        return Coded("dispatch.no_room")
    return Coded("dispatch.low_marginal")


def alternatives(guarded: Guarded, fire: str) -> tuple[Alternative, ...]:
    """Up to three other packages: faster, cheaper, one that keeps the reserve."""
    problem = guarded.solved.problem
    f = problem.problem.fire_index()[fire]
    now = guarded.plan[f]
    pool = Pool(problem, guarded.plan)
    for g in np.flatnonzero(now):
        for _ in range(now[g]):
            pool.take(f, int(g))
    found = []
    seen = {now.tobytes()}
    tries = ((Wish.FASTER, _fastest), (Wish.CHEAPER, _cheapest), (Wish.RESERVE, _keeping))
    for wish, make in tries:
        sent = make(problem, pool, f, now)
        if sent.any() and sent.tobytes() not in seen and _is_better(problem, f, wish, sent, now):
            seen.add(sent.tobytes())
            found.append(_told(guarded, f, wish, sent, now))
    return tuple(found)


def _fastest(problem: Compact, pool: Pool, f: int, now: I8) -> I8:
    """Nearest units, reserves included, until contained; as many at least as now."""
    quick, levels = _copy(problem, pool), problem.tables.need.shape[1]
    while True:
        sent: I8 = quick.plan[f]
        enough = level_of(problem.tables, f, sent) < levels and sent.sum() >= now.sum()
        g = None if enough else quick.nearest(f, reserve=True)
        if g is None:
            return sent
        quick.send(f, g)


def _cheapest(problem: Compact, pool: Pool, f: int, now: I8) -> I8:
    """The least cost of units that contains it at all: the latest level."""
    tables = problem.tables
    late = np.flatnonzero(np.isfinite(tables.need[f]))
    if not len(late):
        return np.zeros_like(now)
    damage = np.zeros_like(tables.damage)
    return _packed(tables._replace(damage=damage), pool, f)


def _keeping(problem: Compact, pool: Pool, f: int, _now: I8) -> I8:
    """As the plan, but no floor may be touched, and each unit left at its base counts."""
    kept = pool.free.copy()
    for g in range(len(kept)):
        kept[g] = min(kept[g], max(int(pool.spare[problem.tables.reserve[g]]), 0))
    dear = problem.tables.cost + FLOOR_SHARE * problem.params.floor_ha * (
        problem.tables.reserve > 0
    )
    return _packed(problem.tables._replace(cost=dear), pool, f, kept)


def _packed(tables: Tables, pool: Pool, f: int, free: I8 | None = None) -> I8:
    sent: I8 = np.zeros(len(pool.free), np.int64)
    pack(
        tables, f, pool.free if free is None else free, pool.spare, pool.hours,
        np.zeros(len(pool.free)), GRID, sent,
    )  # fmt: skip
    return sent


def _copy(problem: Compact, pool: Pool) -> Pool:
    return Pool(problem, pool.plan)


def _is_better(problem: Compact, f: int, wish: Wish, sent: I8, now: I8) -> bool:
    tables = problem.tables
    if wish == Wish.FASTER:
        return _pace(problem, f, sent) < _pace(problem, f, now)
    if wish == Wish.CHEAPER:
        return bool(sent @ tables.cost[f] < now @ tables.cost[f])
    floored = tables.allowance[tables.reserve] < PLENTY
    return bool((sent * floored).sum() < (now * floored).sum())


def _pace(problem: Compact, f: int, sent: I8) -> tuple[float, float]:
    """First arrival, then level of containment; the smaller the faster."""
    used = np.flatnonzero(sent)
    first = float(problem.tables.eta[f, used].min()) if len(used) else np.inf
    return first, float(level_of(problem.tables, f, sent))


def _told(guarded: Guarded, f: int, wish: Wish, sent: I8, now: I8) -> Alternative:
    problem = guarded.solved.problem
    mine = _facts(problem, f, sent)
    theirs = _facts(problem, f, now)
    by = tuple(None if a is None or b is None else a - b for a, b in zip(mine, theirs, strict=True))
    names = []
    for g in np.flatnonzero(sent):
        those = [problem.problem.units[u].id for u in problem.members[g]]
        free = [one for one in those if guarded.tasks.get(one) in {None, _fire(guarded, f)}]
        names += free[: sent[g]]
    loss = mine[2] or 0.0
    return Alternative(wish, tuple(names), mine[0], mine[1], loss, (by[0], by[1], by[2] or 0.0))


def _fire(guarded: Guarded, f: int) -> str:
    return guarded.solved.problem.problem.fires[f].id


def _facts(problem: Compact, f: int, sent: I8) -> tuple[float | None, float | None, float | None]:
    times, used = problem.problem.times_h, np.flatnonzero(sent)
    level = level_of(problem.tables, f, sent)
    first = float(problem.tables.eta[f, used].min()) if len(used) else None
    held = times[level] if level < len(times) else None
    return first, held, float(value_of(problem.tables, f, sent))


def left_over(guarded: Guarded) -> tuple[Left, ...]:
    """What every base keeps, and who could move up where a floor is touched."""
    problem = guarded.solved.problem.problem
    floors = {(one.base, one.kind): one.least for one in problem.floors}
    there: dict[tuple[str, str], list[str]] = {}
    for unit in problem.units:
        if unit.task is None and unit.out is None:
            there.setdefault((unit.base, unit.kind), []).append(unit.id)
    tasks, rows = guarded.tasks, []
    stay = {key: [one for one in ids if one not in tasks] for key, ids in there.items()}
    for key in sorted(there):
        least = floors.get(key, 0)
        up = None
        if len(stay[key]) < least:
            others = [k for k in sorted(stay) if k[1] == key[1] and k != key]
            spare = [k for k in others if len(stay[k]) > floors.get(k, 0)]
            up = max(spare, key=lambda k: (len(stay[k]) - floors.get(k, 0), k), default=None)
        unit_up = stay[up][0] if up is not None else None
        rows.append(Left(*key, len(there[key]), len(stay[key]), least, unit_up))
    return tuple(rows)
