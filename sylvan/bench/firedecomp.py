"""Published single-fire instances with rests and group minima, solved by HiGHS.

The model of Rodríguez-Veiga, Ginzo-Villamayor and Casas-Méndez (2018, Forests 9:583): which
resources work, travel and rest in which period until the line covers the perimeter. Its instances
come with optima by another solver, so that they test ours on a model that neither of us chose.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import highspy
import numpy as np

from sylvan.domain.dispatch.bound import solver

Terms = dict[int, float]
END = 0.001  # what an uncontained last period costs in the published objective
GAP = 1e-7


def optimum(instance: Mapping[str, Any], limit_s: float = 120.0) -> tuple[float, bool]:
    """The least cost of one instance, and whether it is proven."""
    model = _SingleFire(instance)
    model.lp.setOptionValue("mip_rel_gap", GAP)
    model.lp.setOptionValue("time_limit", limit_s)
    model.lp.run()
    proven = model.lp.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(model.lp.getInfo().objective_function_value), proven


class _SingleFire:
    """The integer programme of one instance."""

    def __init__(self, instance: Mapping[str, Any]) -> None:
        self.data = instance
        self.times = [int(t) for t in instance["T"]]
        self.lp = solver()
        self._columns = 0
        kinds = ("start", "travel", "rest", "end_rest", "end")
        self.at = {
            (kind, i, t): self._column()
            for kind in kinds
            for i in instance["I"]
            for t in self.times
        }
        self.burning = {t: self._column() for t in (self.times[0] - 1, *self.times)}
        self.missing = {
            (g, t): self._column(whole=False) for g in instance["G"] for t in self.times
        }
        self._fire()
        for i in instance["I"]:
            self._activity(i)
            self._breaks(i)
        self._groups()
        self._costs()

    def _column(self, *, whole: bool = True) -> int:
        none = np.array([], np.int32), np.array([], float)
        self.lp.addCol(0.0, 0.0, 1.0 if whole else highspy.kHighsInf, 0, *none)
        if whole:
            self.lp.changeColIntegrality(self._columns, highspy.HighsVarType.kInteger)
        self._columns += 1
        return self._columns - 1

    def _row(self, terms: Terms, low: float = -highspy.kHighsInf, high: float = 0.0) -> None:
        index = np.array(list(terms), np.int32)
        self.lp.addRow(low, high, len(terms), index, np.array(list(terms.values()), float))

    def _sum(self, kind: str, i: str, times: Iterable[int], factor: float = 1.0) -> Terms:
        known = set(self.times)
        return {self.at[kind, i, t]: factor for t in times if t in known}

    def _used(self, i: str, t: int) -> Terms:
        first = self.times[0]
        begun = self._sum("start", i, range(first, t + 1))
        return added(begun, self._sum("end", i, range(first, t), -1.0))

    def _works(self, i: str, t: int, factor: float = 1.0) -> Terms:
        idle = {self.at["rest", i, t]: -1.0, self.at["travel", i, t]: -1.0}
        return scaled(added(self._used(i, t), idle), factor)

    def _chosen(self, i: str, factor: float = 1.0) -> Terms:
        return self._sum("end", i, self.times, factor)

    def _fire(self) -> None:
        data, first = self.data, self.times[0]
        grown = {t: float(data["PER"][str(t)]) for t in self.times}
        self._row({self.burning[first - 1]: 1.0}, 1.0, 1.0)
        built: Terms = {}
        whole = sum(grown.values())
        for t in self.times:
            before, now = self.burning[t - 1], self.burning[t]
            self._row({now: 1.0, before: -1.0})
            for i in data["I"]:
                self._row(added(self._works(i, t), {before: -1.0}))
                rate = float(data["PR"][f"{i}|{t}"])
                built = added(built, self._works(i, t, -rate))
            so_far = sum(value for s, value in grown.items() if s <= t)
            self._row(added(built, {now: -whole, before: so_far}))
        self._row(added(built, {self.burning[t - 1]: grown[t] for t in self.times}))

    def _activity(self, i: str) -> None:
        data, times = self.data, self.times
        last, travel = times[-1], int(data["TRP"][i])
        for t in times:
            arrived = self._sum("travel", i, range(times[0], t + 1), -1.0)
            self._row(added(self._works(i, t, float(data["A"][i])), arrived))
            back = self._sum("travel", i, range(t - travel + 1, t + 1), -1.0)
            self._row(added(back, {self.at["end", i, t]: float(travel)}))
            idle = {self.at["rest", i, t]: 1.0, self.at["travel", i, t]: 1.0}
            self._row(added(idle, scaled(self._used(i, t), -1.0)))
        if data["ITW"][i]:
            here = {self.at["start", i, times[0]]: 1.0}
            later = self._sum("start", i, times[1:], last + 1.0)
            self._row(added(here, later, self._chosen(i, -float(last))))
        else:
            self._row(added(self._sum("start", i, times), self._chosen(i, -1.0)))
        use: Terms = {}
        work: Terms = {}
        for t in times:
            use, work = added(use, self._used(i, t)), added(work, self._works(i, t, -1.0))
        self._row(use, high=float(data["UP"][i]) - float(data["CUP"][i]))
        self._row(added(work, self._chosen(i)))
        order = {self.at["start", i, t]: float(t) for t in times}
        self._row(added(order, {self.at["end", i, t]: -float(t) for t in times}))
        self._row(self._chosen(i), high=1.0)

    def _since_rest(self, i: str, t: int) -> Terms:
        """Periods that a resource has been used since it rested."""
        data, first = self.data, self.times[0]
        most = float(data["WP"][i])
        elsewhere = bool(data["ITW"][i] or data["IOW"][i])
        found: Terms = {}
        for s in range(first, t + 1):
            begun = float(t + 1 - s)
            if elsewhere:
                already = float(data["CWP"][i]) - float(data["CRP"][i])
                begun = t + already if s == first else begun + most
            found[self.at["start", i, s]] = begun
            found[self.at["end", i, s]] = -float(t - s)
            found[self.at["rest", i, s]] = -1.0
            found[self.at["end_rest", i, s]] = -most
        return found

    def _breaks(self, i: str) -> None:
        data, first = self.data, self.times[0]
        rest, travel = int(data["RP"][i]), int(data["TRP"][i])
        for t in self.times:
            self._row(self._since_rest(i, t), 0.0, float(data["WP"][i]))
            ends = self._sum("end_rest", i, range(t, t + rest), -1.0)
            self._row(added(ends, {self.at["rest", i, t]: 1.0}))
            rested = self._sum("rest", i, range(max(t - rest + 1, first), t + 1), -1.0)
            if t < first - 1 + rest:
                rested = added(rested, {self.at["start", i, first]: -float(data["CRP"][i])})
            self._row(added(rested, {self.at["end_rest", i, t]: float(rest)}))
            around = [s for s in range(t - travel, t + travel + 1) if s in set(self.times)]
            away = added(self._sum("rest", i, around, -1.0), self._sum("travel", i, around, -1.0))
            self._row(added(away, {self.at["rest", i, t]: float(len(around))}))

    def _groups(self) -> None:
        for g, members in self.data["G"].items():
            for t in self.times:
                work = added(*(self._works(i, t) for i in members))
                least, most = (float(self.data[n][f"{g}|{t}"]) for n in ("nMin", "nMax"))
                before = self.burning[t - 1]
                enough = added(scaled(work, -1.0), {before: least, self.missing[g, t]: -1.0})
                self._row(enough)
                self._row(added(work, {before: -most}))

    def _costs(self) -> None:
        data = self.data
        cost: Terms = {self.burning[self.times[-1]]: END}
        for t in self.times:
            cost = added(cost, {self.burning[t - 1]: float(data["NVC"][str(t)])})
        for i in data["I"]:
            cost = added(cost, self._chosen(i, float(data["P"][i])))
            for t in self.times:
                cost = added(cost, scaled(self._used(i, t), float(data["C"][i])))
        cost = added(cost, dict.fromkeys(self.missing.values(), float(data["Mp"])))
        for column, value in cost.items():
            self.lp.changeColCost(column, value)


def added(*parts: Terms) -> Terms:
    """The sum of linear terms."""
    found: Terms = defaultdict(float)
    for part in parts:
        for column, value in part.items():
            found[column] += value
    return dict(found)


def scaled(terms: Terms, factor: float) -> Terms:
    """Linear terms times a factor."""
    return {column: factor * value for column, value in terms.items()}
