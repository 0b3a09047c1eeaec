"""A problem as arrays: equal units become classes, locked ones line that is built anyway.

Fifty fires and three hundred units have about 165 classes: without them, solvers drown in plans
that differ only by which of two equal crews goes.
"""

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.model import Problem, Unit
from sylvan.domain.dispatch.package_kernel import Tables
from sylvan.domain.dispatch.params import DEFAULT, DispatchParameters, Tier
from sylvan.domain.dispatch.work import arrivals, lines

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
PLENTY = 1_000_000_000
"""Units or hours where nothing limits them."""
_ANY_KIND = -1
_same = attrgetter(*(one.name for one in fields(Unit) if one.name not in {"id", "out"}))
"""What equal units have in common; a copy of each unit would take longer than all the rest."""


@dataclass(frozen=True, eq=False)
class Compact:
    """A problem in classes; F fires, G classes, K levels."""

    problem: Problem
    params: DispatchParameters
    tables: Tables
    members: tuple[tuple[int, ...], ...]
    """Places of the units of each class."""
    task: I8
    """(G) fire that a class is on its way to; -1: none."""
    hold_price: F8
    """(F) what not holding a fire of tier A or B in time adds to the objective."""
    holdable: Mask
    """(F) whether all units together could hold it in time."""
    constant: float
    """Part of the objective that is the same for all plans."""
    arrive_h: F8
    """(units, fires) hours, rest included."""
    line_m: F8
    """(units, fires, K) m of line."""
    locked: tuple[tuple[int, ...], ...]
    """Places of the units that are locked to each fire."""
    group_of: tuple[int, ...]
    """Floor that each unit counts for, as its place in the problem and 1; 0: none."""

    def class_of(self) -> dict[int, int]:
        """The class of each unit that is free to be sent."""
        return {unit: at for at, those in enumerate(self.members) for unit in those}


class _Floors(NamedTuple):
    group_of: tuple[int, ...]
    allowance: I8
    price: F8


def compact(problem: Problem, params: DispatchParameters = DEFAULT) -> Compact:
    """Group equal units and lay everything out for the kernels."""
    come, left = arrivals(problem)
    built = lines(problem, come, left, params)
    locked = _locked(problem)
    floors = _floors(problem, params)
    members = _classes(problem, come, floors.group_of)
    heads = [one[0] for one in members]
    where = problem.fire_index()
    task = np.array([where.get(problem.units[u].task or "", -1) for u in heads], np.int64)
    tables = _tables(problem, params, come, built, locked, floors, heads)
    count = np.array([len(one) for one in members], np.int64)
    tables = tables._replace(count=count, cost=_costs(problem, come, heads, task, params))
    tables = tables._replace(need=_possible(tables))
    tables, hold, holdable = _with_tiers(problem, tables)
    constant = float(count[task >= 0].sum()) * params.switch_ha
    return Compact(
        problem, params, tables, members, task, hold, holdable, constant, come, built, locked,
        floors.group_of,
    )  # fmt: skip


def _tables(
    problem: Problem,
    params: DispatchParameters,
    come: F8,
    built: F8,
    locked: tuple[tuple[int, ...], ...],
    floors: _Floors,
    heads: list[int],
) -> Tables:
    fires, units = problem.fires, problem.units
    kinds = {kind: at for at, kind in enumerate(sorted({one.kind for one in units}))}
    bases = {name: at for at, name in enumerate(sorted(problem.flight_left_h), 1)}
    line = np.ascontiguousarray(built[heads].transpose(1, 0, 2))
    need = np.array([one.need_m for one in fires]).reshape(len(fires), len(problem.times_h))
    already = np.array([built[list(those), f].sum(axis=0) for f, those in enumerate(locked)])
    start, reach = _reach(line)
    room = [max(f.most - len(those), 0) for f, those in zip(fires, locked, strict=True)]
    flight = _flight(problem)
    hours = np.array([PLENTY, *(problem.flight_left_h[name] for name in bases)], float)
    for f, those in enumerate(locked):
        for u in those:
            hours[bases.get(units[u].base, 0)] -= flight[u, f]
    return Tables(
        np.ones(len(heads), np.int64),
        np.array([floors.group_of[u] for u in heads], np.int64),
        np.array([bases.get(units[u].base, 0) for u in heads], np.int64),
        np.array([kinds[units[u].kind] for u in heads], np.int64),
        line,
        np.zeros((len(fires), len(heads))),
        np.ascontiguousarray(flight[heads].T),
        np.ascontiguousarray(come[heads].T),
        start,
        reach,
        np.maximum(need - already.reshape(need.shape), 0.0),
        np.array([one.damage for one in fires]).reshape(need.shape),
        np.array([one.escape for one in fires], float),
        np.array(room, np.int64),
        *_cards(problem, params, kinds, locked, come),
        np.maximum(hours, 0.0),
        floors.allowance,
        floors.price,
    )


def _locked(problem: Problem) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _ in problem.fires]
    where = problem.fire_index()
    for at, unit in enumerate(problem.units):
        if unit.locked and unit.task in where:
            found[where[unit.task]].append(at)
    return tuple(tuple(one) for one in found)


def _floors(problem: Problem, params: DispatchParameters) -> _Floors:
    """Which floor a unit counts for, how many may go from above it, and what one below costs."""
    place = {(one.base, one.kind): at for at, one in enumerate(problem.floors, 1)}
    groups = tuple(
        place.get((u.base, u.kind), 0) if u.task is None and u.out is None else 0
        for u in problem.units
    )
    there = [groups.count(at) for at in range(1, len(problem.floors) + 1)]
    spare = [max(n - one.least, 0) for n, one in zip(there, problem.floors, strict=True)]
    price = [params.floor_ha if one.price is None else one.price for one in problem.floors]
    return _Floors(groups, np.array([PLENTY, *spare], np.int64), np.array([0.0, *price]))


def _classes(problem: Problem, come: F8, groups: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Places of equal units, in order of the first of each."""
    found: dict[object, list[int]] = {}
    for at, unit in enumerate(problem.units):
        if not unit.locked:
            key = _key(problem, unit, at, groups[at], come[at].tobytes())
            found.setdefault(key, []).append(at)
    return tuple(tuple(one) for one in found.values())


def _key(problem: Problem, unit: Unit, at: int, group: int, come: bytes) -> object:
    effect = b"" if problem.effect is None else problem.effect[at].tobytes()
    flight = b"" if problem.flight_h is None else problem.flight_h[at].tobytes()
    return _same(unit), group, come, effect, flight


def _flight(problem: Problem) -> F8:
    """(units, fires) flight hours; what never comes flies none."""
    if problem.flight_h is None:
        return np.zeros(problem.eta_h.shape)
    return np.asarray(np.nan_to_num(problem.flight_h, nan=0.0, posinf=0.0))


def _costs(
    problem: Problem, come: F8, heads: list[int], task: I8, params: DispatchParameters
) -> F8:
    """(F, G): way and work of a unit; one on its way is paid for, and pays for being turned."""
    units = [problem.units[u] for u in heads]
    send = np.array([one.cost for one in units])
    hourly = np.array([one.cost_h for one in units])
    hours = np.where(np.isfinite(come[heads]), come[heads], 0.0)
    cost = (send[:, None] + hourly[:, None] * hours).T
    for g, fire in enumerate(task):
        if fire >= 0:
            cost[fire, g] = -params.switch_ha
    return np.ascontiguousarray(cost)


def _reach(line: F8) -> tuple[I8, I8]:
    """Which classes build anything at each fire within the horizon, fire after fire."""
    builds = line[:, :, -1] > 0.0
    start = np.concatenate([[0], np.cumsum(builds.sum(axis=1))])
    return start.astype(np.int64), np.nonzero(builds)[1].astype(np.int64)


def _cards(
    problem: Problem,
    params: DispatchParameters,
    kinds: dict[str, int],
    locked: tuple[tuple[int, ...], ...],
    come: F8,
) -> tuple[I8, I8, I8, F8, F8]:
    """Lines of run cards that locked units do not fill, fire after fire."""
    start: list[int] = [0]
    rows: list[tuple[int, int, float, float]] = []
    for f, fire in enumerate(problem.fires):
        for one in fire.card if fire.fought else ():
            kind = _ANY_KIND if one.kind is None else kinds.get(one.kind, len(kinds))
            there = sum(
                come[u, f] <= one.within_h and one.kind in {None, problem.units[u].kind}
                for u in locked[f]
            )
            if one.count > there:
                price = params.shortage_ha[fire.tier]
                rows.append((kind, one.count - there, one.within_h, price))
        start.append(len(rows))
    return (
        np.array(start, np.int64),
        np.array([one[0] for one in rows], np.int64),
        np.array([one[1] for one in rows], np.int64),
        np.array([one[2] for one in rows], float),
        np.array([one[3] for one in rows], float),
    )


def _possible(tables: Tables) -> F8:
    """The need (F, K), infinite where not even the best units that find room would do."""
    need = tables.need.copy()
    for f in range(need.shape[0]):
        those = tables.reach[tables.start[f] : tables.start[f + 1]]
        line = np.repeat(tables.line[f, those], tables.count[those], axis=0)
        best = np.sort(line, axis=0)[::-1][: tables.most[f]].sum(axis=0)
        need[f, need[f] > best] = np.inf
    return need


def _with_tiers(problem: Problem, tables: Tables) -> tuple[Tables, F8, Mask]:
    """Put tiers in order: a fire of A not held in time costs more than all of B and C together.

    What all units together could not hold is no decision, and adds nothing; people are told.
    """
    times = np.array(problem.times_h)
    by = np.array([np.inf if one.held_by_h is None else one.held_by_h for one in problem.fires])
    tier = np.array([one.tier.value for one in problem.fires])
    holdable = np.asarray((np.isfinite(tables.need) & (times <= by[:, None])).any(axis=1))
    most = tables.escape - tables.damage[:, 0] if len(times) else tables.escape
    lower = float(most.sum() + (tables.cost.max(axis=0, initial=0.0) * tables.count).sum()) + 1.0
    price = np.zeros(len(problem.fires))
    for one in (Tier.B, Tier.A):
        mine = (tier == one.value) & holdable & np.isfinite(by)
        price[mine] = lower
        lower *= 1.0 + float(mine.sum())
    late = times[None, :] > by[:, None]
    damage = tables.damage + np.where(late, price[:, None], 0.0)
    return tables._replace(damage=damage, escape=tables.escape + price), price, holdable


def near_fires(tables: Tables, most: int) -> I8:
    """(F, most) fires that share units, the closest competitors first; -1: no more."""
    fires = tables.need.shape[0]
    power = np.where(tables.line[:, :, -1] > 0.0, 1.0, 0.0) * tables.count
    shared = power @ (tables.line[:, :, -1] > 0.0).T
    np.fill_diagonal(shared, 0.0)
    order = np.argsort(-shared, axis=1, kind="stable")[:, :most]
    found = np.where(np.take_along_axis(shared, order, axis=1) > 0.0, order, -1)
    if fires <= 1 or not found.size:
        return np.full((fires, 1), -1, np.int64)
    return np.ascontiguousarray(found.astype(np.int64))
