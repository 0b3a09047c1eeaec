"""The suggestion as an anytime engine: a first answer, better ones, and a proven gap.

Run card or closest units stand at once; ruin and recreate improves; column generation bounds and
prices; a dive and more rounds polish. All stages count rounds, not seconds, so that the same input
and seed give the same plan to the bit; a limit of time ends them early and says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.bound import Bound, bound
from sylvan.domain.dispatch.compact import Compact, compact
from sylvan.domain.dispatch.insertion import Pool, closest, run_card, staying
from sylvan.domain.dispatch.model import Problem
from sylvan.domain.dispatch.oracle import exact
from sylvan.domain.dispatch.package_kernel import total_of
from sylvan.domain.dispatch.params import DEFAULT, DispatchParameters
from sylvan.domain.dispatch.polish import polish
from sylvan.domain.dispatch.prices import Prices
from sylvan.domain.dispatch.search import Searcher, greedy

I8 = npt.NDArray[np.int64]


class Stage(StrEnum):
    """How far the engine came."""

    FIRST = "first"
    SEARCH = "search"
    BOUND = "bound"
    FINAL = "final"


@dataclass(frozen=True, eq=False)
class Step:
    """An answer on the way."""

    stage: Stage
    plan: I8
    """(F, G) units of each class for each fire."""
    objective: float
    """ha's worth; what this plan loses, costs and leaves short."""
    bound: float | None = None
    """No plan has less; ``None``: not known yet."""

    @property
    def gap(self) -> float | None:
        """Share of the objective by which the plan may be worse than the best there is."""
        if self.bound is None:
            return None
        return max(self.objective - self.bound, 0.0) / self.objective if self.objective > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Solved:
    """The best plan with how good it is."""

    problem: Compact
    best: Step
    steps: tuple[Step, ...]
    """All answers, each at least as good as the one before."""
    prices: Prices | None
    """What one more unit would be worth."""
    seed: int
    stopped: bool
    """Whether a limit ended it early: then another run may differ."""


def never() -> bool:
    """No limit."""
    return False


def _ignore(_: Step) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Demands:
    """How a run is to go."""

    seed: int = 0
    stop: Callable[[], bool] = never
    """Asked between portions: ``True`` ends the run with the best so far."""
    tell: Callable[[Step], None] = _ignore
    """Called with each answer."""
    worth: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """What one more unit of a base and kind was worth at last (``explain.one_more``)."""
    bounded: bool = True
    """Whether a bound is asked for; without, only searching is done."""


_DEMANDS: Final = Demands()


def solve(
    problem: Problem, params: DispatchParameters = DEFAULT, demands: Demands = _DEMANDS
) -> Solved:
    """The best plan that can be found, with its bound.

    Args:
        problem: what is decided about.
        params: prices and rounds.
        demands: seed, limit, listener.
    """
    small = compact(problem, params)
    run = _Run(small, demands)
    run.keep(Stage.FIRST, _first(small))
    rounds = params.rounds(params.quick_rounds, len(problem.fires))
    begun = greedy(small, np.zeros_like(run.best.plan))
    run.keep(Stage.SEARCH, run.searcher.improve(begun, rounds, heat=params.heat))
    if not demands.bounded or demands.stop() or not run.best.plan.size:
        return run.done(None)
    found = bound(small, [run.best.plan, run.steps[0].plan], demands.stop)
    run.limit = max(found.value + small.constant, 0.0)
    run.keep(Stage.BOUND, run.best.plan)
    plan = polish(small, run.best.plan, found, run.searcher, lambda one: run.keep(Stage.BOUND, one))
    if len(problem.fires) <= params.exact_fires and not demands.stop():
        run.keep(Stage.BOUND, plan)
        proven = exact(small, start=run.best.plan, nodes=params.exact_nodes)
        run.limit, plan = max(run.limit, proven.bound), proven.plan
    run.keep(Stage.FINAL, plan)
    return run.done(found)


def resolve(
    problem: Problem,
    running: Mapping[str, str],
    params: DispatchParameters = DEFAULT,
    demands: Demands = _DEMANDS,
) -> Solved:
    """A running plan after a change: a new fire, a unit that fails or is excluded, another wind.

    Args:
        problem: as it is now.
        running: unit → fire, of the plan that stood; what no longer fits is left out.
        params: prices and rounds.
        demands: seed, limit, listener.
    """
    small = compact(problem, params)
    run = _Run(small, demands)
    kept = _carried(small, running)
    run.keep(Stage.FIRST, kept)
    units = [problem.units[those[0]] for those in small.members]
    prices = np.array([demands.worth.get((one.base, one.kind), 0.0) for one in units], float)
    full = greedy(small, kept, prices)
    rounds = params.rounds(params.warm_rounds, len(problem.fires))
    run.keep(Stage.SEARCH, run.searcher.improve(full, rounds, prices))
    return run.done(None)


class _Run:
    """The answers of a run."""

    def __init__(self, problem: Compact, demands: Demands) -> None:
        self.problem, self.demands = problem, demands
        self.searcher = Searcher(problem, demands.seed, demands.stop)
        self.steps: list[Step] = []
        self.limit: float | None = None

    @property
    def best(self) -> Step:
        return self.steps[-1]

    def keep(self, stage: Stage, plan: I8) -> None:
        """Note an answer; a worse one leaves the plan before it in place."""
        value = self._value(plan)
        if self.steps and self.best.objective <= value:
            plan, value = self.best.plan, self.best.objective
        self.steps.append(Step(stage, plan, value, self.limit))
        self.demands.tell(self.best)

    def done(self, found: Bound | None) -> Solved:
        prices = None if found is None else found.prices
        stopped = self.demands.stop()
        return Solved(
            self.problem, self.best, tuple(self.steps), prices, self.demands.seed, stopped
        )

    def _value(self, plan: I8) -> float:
        return float(total_of(self.problem.tables, plan)) + self.problem.constant


def _first(small: Compact) -> I8:
    """The best of: everybody goes on, run card, closest unit."""
    plans = (staying(small), run_card(small), closest(small))
    return min(plans, key=lambda one: float(total_of(small.tables, one)))


def _carried(small: Compact, running: Mapping[str, str]) -> I8:
    """The running plan in the classes of the problem as it is now."""
    pool, where, of = Pool(small), small.problem.fire_index(), small.class_of()
    for at, unit in enumerate(small.problem.units):
        fire, g = where.get(running.get(unit.id, "")), of.get(at)
        if fire is None or g is None or small.tables.line[fire, g, -1] <= 0.0:
            continue
        if pool.can(fire, g, reserve=True):
            pool.send(fire, g)
    return pool.plan
