"""The suggestion: first answer, final, proven gap, memory; beside what people do and two solvers.

All solve the same made-up evenings (``suggest_instances``): closest unit and greedy packages under
the same rules; HiGHS and CP-SAT the compact formulation, within the time that ours took, beginning
with the plan of closest unit.
"""

import os
import resource
from dataclasses import dataclass, replace
from statistics import mean
from time import perf_counter, process_time
from typing import Any, Final

from rich.table import Table

from sylvan.bench.suggest_cpsat import cp_sat
from sylvan.bench.suggest_instances import instance
from sylvan.domain.dispatch.engine import Demands, Solved, Stage, Step, resolve, solve
from sylvan.domain.dispatch.explain import one_more
from sylvan.domain.dispatch.guard import guard
from sylvan.domain.dispatch.insertion import closest, greedy_packages
from sylvan.domain.dispatch.model import Problem
from sylvan.domain.dispatch.oracle import exact
from sylvan.domain.dispatch.package_kernel import total_of

SIZES: Final = ("10x50", "50x300", "200x1000")
LIMITS: Final[dict[str, dict[str, float]]] = {
    "10x50": {},
    "50x300": {
        "first_answer_s": 0.3, "final_s": 3.0, "mean_gap": 0.10, "new_fire_s": 0.2,
        "ours_over_closest": 1.0 / 3.0,
    },
    "200x1000": {"final_s": 15.0, "mean_gap": 0.05},
}  # fmt: skip
SEEDS: Final = {"10x50": 5, "50x300": 10, "200x1000": 2}
REFERENCE_SEEDS: Final = 3  # that the solvers are given too: each takes its whole limit
LEAST_LIMIT_S: Final = 1.0  # s; below, a solver does nothing but read the problem


@dataclass
class _Clock:
    """When answers came, on the clock and of the processor."""

    wall: float = 0.0
    cpu: float = 0.0

    def __post_init__(self) -> None:
        self.answers: list[tuple[Stage, float, float]] = []

    def start(self) -> None:
        self.wall, self.cpu = perf_counter(), process_time()

    def tell(self, step: Step) -> None:
        self.answers.append((step.stage, perf_counter() - self.wall, process_time() - self.cpu))


def run(size: str | None = None, seeds: int | None = None) -> dict[str, Any]:
    """Measure the suggestion.

    Args:
        size: fires and units as ``50x300``; ``None``: all three.
        seeds: instances of each; ``None``: as many as the limits are about.

    Raises:
        ValueError: where a size is not two numbers.
    """
    asked = {one: _numbers(one) for one in ([size] if size else SIZES)}
    _warm()
    result: dict[str, Any] = {"limits": LIMITS, "load_average": os.getloadavg()[0]}
    sizes = {one: _size(one, *both, seeds) for one, both in asked.items()}
    result["sizes"] = sizes
    if size:
        result |= sizes[size]
    return result


def _warm() -> None:
    """Compile, so that it is not measured."""
    problem = instance(3, 12, 1)
    guard(resolve(problem, guard(solve(problem)).tasks))


def _numbers(size: str) -> tuple[int, int]:
    fires, _, units = size.partition("x")
    if not (fires.isdecimal() and units.isdecimal() and int(fires) and int(units)):
        raise ValueError(f"{size!r} is not a size like 50x300")
    return int(fires), int(units)


def _size(size: str, fires: int, units: int, seeds: int | None) -> dict[str, Any]:
    many = seeds or SEEDS.get(size, 3)
    rows = [_one(fires, units, seed, solvers=seed < REFERENCE_SEEDS) for seed in range(many)]
    told: dict[str, Any] = {"fires": fires, "units": units, "seeds": many}
    for name in rows[0]:
        values = [row[name] for row in rows if row.get(name) is not None]
        key = {"gap": "mean_gap"}.get(name, name)
        told[key] = mean(values) if values else None
    told["max_gap"] = max(row["gap"] for row in rows)
    told["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    told["instances"] = rows
    return told


def _one(fires: int, units: int, seed: int, *, solvers: bool) -> dict[str, Any]:
    problem, clock = instance(fires, units, seed), _Clock()
    clock.start()
    found = solve(problem, demands=Demands(seed=seed, tell=clock.tell))
    last = clock.answers[-1]
    tables, constant = found.problem.tables, found.problem.constant
    ours = found.best.objective
    start = closest(found.problem)
    hand = float(total_of(tables, start)) + constant
    packages = float(total_of(tables, greedy_packages(found.problem))) + constant
    row: dict[str, Any] = {
        "classes": len(found.problem.members),
        "arcs": len(tables.reach),
        "objective": ours,
        "bound": found.best.bound,
        "gap": found.best.gap,
        "first_answer_s": clock.answers[0][1],
        "first_answer_cpu_s": clock.answers[0][2],
        "search_s": clock.answers[1][1],
        "final_s": last[1],
        "final_cpu_s": last[2],
        "ours_over_closest": ours / hand,
        "ours_over_greedy": ours / packages,
        "captured": (hand - ours) / max(hand - (found.best.bound or 0.0), 1e-9),
        **_new_fire(problem, found),
    }
    if solvers:
        limit = max(last[1], LEAST_LIMIT_S)
        row["ours_over_highs"] = ours / exact(found.problem, limit, start).objective
        row["ours_over_cp_sat"] = _over(ours, cp_sat(found.problem, limit, start))
    else:
        row |= {"ours_over_highs": None, "ours_over_cp_sat": None}
    return row


def _over(ours: float, theirs: float | None) -> float | None:
    return None if theirs is None else ours / theirs


def _new_fire(problem: Problem, found: Solved) -> dict[str, float]:
    """The last fire comes into a plan that was made without it."""
    fewer = replace(
        problem,
        fires=problem.fires[:-1],
        eta_h=problem.eta_h[:, :-1],
        flight_h=None if problem.flight_h is None else problem.flight_h[:, :-1],
    )
    before = guard(solve(fewer))
    worth = {(base, kind): value for base, kind, value in one_more(before)}
    clock = _Clock()
    clock.start()
    warm = resolve(problem, before.tasks, demands=Demands(tell=clock.tell, worth=worth))
    _, wall, cpu = clock.answers[-1]
    return {
        "new_fire_s": wall,
        "new_fire_cpu_s": cpu,
        "new_fire_over_final": warm.best.objective / found.best.objective,
    }


def held(result: dict[str, Any]) -> dict[str, bool]:
    """Whether each limit was kept."""
    return {
        f"{size} {name}": told[name] <= most
        for size, told in result["sizes"].items()
        for name, most in LIMITS.get(size, {}).items()
    }


def table(result: dict[str, Any]) -> Table:
    """The result for a person."""
    shown = Table(title="Suggestion of forces: fires × units")
    sizes = result["sizes"]
    shown.add_column("what")
    for size in sizes:
        shown.add_column(size, justify="right")
    compact_ = {"first_answer_s": "first answer, s", "search_s": "searched, s"}
    seconds = compact_ | {"final_s": "final, s", "new_fire_s": "one new fire, s"}
    shares = {"mean_gap": "proven gap, mean", "max_gap": "proven gap, most"}
    shares |= {"captured": "of the possible gain over closest"}
    ratios = {f"ours_over_{n}": f"objective over {n}'s" for n in ("closest", "greedy", "highs")}
    ratios |= {"ours_over_cp_sat": "objective over CP-SAT's"}
    for names, form in ((seconds, "{:.2f}"), (shares, "{:.1%}"), (ratios, "{:.3f}")):
        for name, words in names.items():
            shown.add_row(words, *(_cell(told, size, name, form) for size, told in sizes.items()))
    shown.add_row("memory, MB", *(f"{told['memory_mb']:.0f}" for told in sizes.values()))
    return shown


def _cell(told: dict[str, Any], size: str, name: str, form: str) -> str:
    value, limit = told.get(name), LIMITS.get(size, {}).get(name)
    words = "–" if value is None else form.format(value)
    return words if limit is None else f"{words} (≤ {form.format(limit)})"
