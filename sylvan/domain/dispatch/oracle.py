"""The same problem as a compact integer programme, solved to the end: tests and benches ask it.

One variable for each class and fire, one for each fire and level: "contained first here". Cover is
summed up over levels, which binds tighter than a row for each level. Small problems are proven in
seconds; large ones are what the engine is for.
"""

from collections import defaultdict
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.bound import solver
from sylvan.domain.dispatch.compact import PLENTY, Compact
from sylvan.domain.dispatch.package_kernel import level_of

I8 = npt.NDArray[np.int64]
_TOGETHER_GAP = 1e-9


@dataclass(frozen=True, eq=False)
class Exact:
    """What the solver says."""

    plan: I8
    """(F, G) units."""
    objective: float
    """As the engine's, constant included."""
    bound: float
    proven: bool


def exact(
    problem: Compact,
    limit_s: float | None = None,
    start: I8 | None = None,
    nodes: int | None = None,
) -> Exact:
    """The optimum of a small problem, or the best within a limit of seconds.

    Args:
        problem: what is decided about.
        limit_s: seconds; ``None``: until it is proven.
        start: (F, G) plan to begin with.
        nodes: of the tree at most; ``None``: no limit.
    """
    model = _Arcs(problem)
    model.lp.setOptionValue("mip_rel_gap", _TOGETHER_GAP)
    if limit_s is not None:
        model.lp.setOptionValue("time_limit", limit_s)
    if nodes is not None:
        model.lp.setOptionValue("mip_max_nodes", nodes)
    if start is not None:
        model.begin(start)
    model.lp.run()
    info = model.lp.getInfo()
    proven = model.lp.getModelStatus() == highspy.HighsModelStatus.kOptimal
    plan = np.zeros(problem.tables.cost.shape, np.int64)
    value = np.array(model.lp.getSolution().col_value)
    if len(value) and info.primal_solution_status:
        for (f, g), column in model.sent.items():
            plan[f, g] = round(value[column])
    objective = float(info.objective_function_value) + problem.constant
    return Exact(plan, objective, float(info.mip_dual_bound) + problem.constant, proven)


class _Arcs:
    """The programme."""

    def __init__(self, problem: Compact) -> None:
        self.tables = problem.tables
        self.lp = solver()
        self.sent: dict[tuple[int, int], int] = {}
        self.ends: list[tuple[dict[int, int], int]] = []
        self._columns = 0
        for f in range(len(problem.problem.fires)):
            self._fire(f)
        self._pools()

    def _column(self, cost: float, most: float, *, whole: bool = True) -> int:
        nothing = np.array([], np.int32), np.array([], float)
        self.lp.addCol(cost, 0.0, most, 0, *nothing)
        if whole:
            self.lp.changeColIntegrality(self._columns, highspy.HighsVarType.kInteger)
        self._columns += 1
        return self._columns - 1

    def _row(self, low: float, high: float, terms: list[tuple[int, float]]) -> None:
        index = np.array([one[0] for one in terms], np.int32)
        self.lp.addRow(low, high, len(terms), index, np.array([one[1] for one in terms], float))

    def _fire(self, f: int) -> None:
        tables = self.tables
        mine = [int(g) for g in tables.reach[tables.start[f] : tables.start[f + 1]]]
        for g in mine:
            self.sent[f, g] = self._column(float(tables.cost[f, g]), float(tables.count[g]))
        levels = np.flatnonzero(np.isfinite(tables.need[f]))
        first = {int(k): self._column(float(tables.damage[f, k]), 1.0) for k in levels}
        escape = self._column(float(tables.escape[f]), 1.0)
        self.ends.append((first, escape))
        self._row(1.0, 1.0, [(column, 1.0) for column in (*first.values(), escape)])
        for k in first:
            cover = [
                (self.sent[f, g], min(float(tables.line[f, g, k]), float(tables.need[f, k])))
                for g in mine
            ]
            least = np.minimum(tables.need[f], tables.need[f, k])
            before = [(first[s], -float(least[s])) for s in first if s <= k]
            self._row(0.0, highspy.kHighsInf, cover + before)
        places = [(self.sent[f, g], 1.0) for g in mine]
        self._row(-highspy.kHighsInf, float(tables.most[f]), places)
        for row in range(tables.card_start[f], tables.card_start[f + 1]):
            self._card(f, row, mine)

    def _card(self, f: int, row: int, mine: list[int]) -> None:
        tables = self.tables
        short = self._column(float(tables.card_price[row]), highspy.kHighsInf, whole=False)
        fits = [
            (self.sent[f, g], 1.0)
            for g in mine
            if tables.card_kind[row] in {-1, tables.kind[g]}
            and tables.eta[f, g] <= tables.card_within[row]
        ]
        self._row(float(tables.card_count[row]), highspy.kHighsInf, [*fits, (short, 1.0)])

    def begin(self, plan: I8) -> None:
        """Give a plan to the solver, which finds out the rest."""
        value = np.zeros(self._columns)
        for (f, g), column in self.sent.items():
            value[column] = plan[f, g]
        levels = self.tables.need.shape[1]
        for f, (first, escape) in enumerate(self.ends):
            level = level_of(self.tables, f, plan[f])
            value[first[level] if level < levels else escape] = 1.0
        solution = highspy.HighsSolution()
        solution.col_value = list(value)
        self.lp.setSolution(solution)

    def _pools(self) -> None:
        tables, none = self.tables, -highspy.kHighsInf
        of_class: dict[int, list[tuple[int, float]]] = defaultdict(list)
        of_base: dict[int, list[tuple[int, float]]] = defaultdict(list)
        of_floor: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for (f, g), column in self.sent.items():
            of_class[g].append((column, 1.0))
            of_base[tables.base[g]].append((column, float(tables.flight[f, g])))
            of_floor[tables.reserve[g]].append((column, 1.0))
        for g, many in enumerate(tables.count):
            self._row(none, float(many), of_class[g])
        for b in map(int, np.flatnonzero(tables.hours < PLENTY)):
            self._row(none, float(tables.hours[b]), of_base[b])
        for r in map(int, np.flatnonzero(tables.allowance < PLENTY)):
            below = self._column(float(tables.price[r]), highspy.kHighsInf, whole=False)
            self._row(none, float(tables.allowance[r]), [*of_floor[r], (below, -1.0)])
