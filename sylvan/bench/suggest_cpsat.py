"""The compact formulation given to OR-Tools' CP-SAT, a reference of the suggestion's bench."""

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from sylvan.domain.dispatch.compact import PLENTY, Compact
from sylvan.domain.dispatch.package_kernel import level_of

I8 = npt.NDArray[np.int64]

SCALE = 100  # CP-SAT reckons in whole numbers: hundredths of a hectare's worth, metres, hours


def cp_sat(problem: Compact, limit_s: float, start: I8) -> float | None:
    """The best objective within a limit of seconds; ``None``: no plan was found.

    Args:
        problem: what is decided about.
        limit_s: seconds.
        start: (F, G) plan to begin with.
    """
    tables, model = problem.tables, cp_model.CpModel()
    sent: dict[tuple[int, int], cp_model.IntVar] = {}
    terms: list[cp_model.LinearExprT] = []
    for f in range(len(problem.problem.fires)):
        mine = [int(g) for g in tables.reach[tables.start[f] : tables.start[f + 1]]]
        for g in mine:
            sent[f, g] = model.new_int_var(0, int(tables.count[g]), "")
            terms.append(_whole(tables.cost[f, g]) * sent[f, g])
        levels = [int(k) for k in np.flatnonzero(np.isfinite(tables.need[f]))]
        first = {k: model.new_bool_var("") for k in levels}
        escape = model.new_bool_var("")
        held = level_of(tables, f, start[f])
        for k, one in first.items():
            model.add_hint(one, k == held)
        model.add_hint(escape, held == tables.need.shape[1])
        model.add_exactly_one([*first.values(), escape])
        terms += [_whole(tables.damage[f, k]) * one for k, one in first.items()]
        terms.append(_whole(tables.escape[f]) * escape)
        for k in levels:
            need = tables.need[f, k]
            cover = sum(_whole(min(tables.line[f, g, k], need)) * sent[f, g] for g in mine)
            wanted = sum(_whole(min(tables.need[f, s], need)) * first[s] for s in levels if s <= k)
            model.add(cover >= wanted)
        model.add(sum(sent[f, g] for g in mine) <= int(tables.most[f]))
    _pools(problem, model, sent, terms, start)
    model.minimize(sum(terms))
    for (f, g), one in sent.items():
        model.add_hint(one, int(start[f, g]))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit_s
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    return solver.objective_value / SCALE + problem.constant


def _pools(
    problem: Compact,
    model: cp_model.CpModel,
    sent: dict[tuple[int, int], cp_model.IntVar],
    terms: list[cp_model.LinearExprT],
    start: I8,
) -> None:
    """Units, flight hours and floors, which all fires share."""
    tables = problem.tables
    of_class: dict[int, list[Any]] = defaultdict(list)
    of_base: dict[int, list[Any]] = defaultdict(list)
    of_floor: dict[int, list[Any]] = defaultdict(list)
    gone: Counter[int] = Counter()
    for (f, g), one in sent.items():
        of_class[g].append(one)
        of_base[tables.base[g]].append(_whole(tables.flight[f, g]) * one)
        of_floor[tables.reserve[g]].append(one)
        gone[tables.reserve[g]] += int(start[f, g])
    for g, many in enumerate(tables.count):
        model.add(sum(of_class[g]) <= int(many))
    for b in map(int, np.flatnonzero(tables.hours < PLENTY)):
        model.add(sum(of_base[b]) <= _whole(tables.hours[b]))
    for r in map(int, np.flatnonzero(tables.allowance < PLENTY)):
        below = model.new_int_var(0, int(tables.count.sum()), "")
        model.add(sum(of_floor[r]) <= int(tables.allowance[r]) + below)
        model.add_hint(below, max(gone[r] - int(tables.allowance[r]), 0))
        terms.append(_whole(tables.price[r]) * below)


def _whole(value: float) -> int:
    return round(float(value) * SCALE)
