"""All rules asked at once: each level of each rule is a row, each field a column of limits.

One fact against thousands of rows is a handful of array operations instead of a loop over rules.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
import numpy.typing as npt

from sylvan.domain.alerting.book import Condition, Rule, holds, words_of
from sylvan.domain.alerting.facts import About, Fact, Value

Flags = npt.NDArray[np.bool_]


def level_of(rule: Rule, values: Mapping[str, Value]) -> int:
    """The highest level of a rule whose tests a fact passes; 0: none. The plain way."""
    if not holds(rule.tests, values):
        return 0
    found = (at for at, step in enumerate(rule.steps, 1) if holds(step.tests, values))
    return max(found, default=0)


class Matcher:
    """Rules of all kinds of facts."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        by_about: dict[About, list[Rule]] = defaultdict(list)
        for one in rules:
            by_about[one.about].append(one)
        self._tables = {about: _Table(mine) for about, mine in by_about.items()}

    def levels(self, fact: Fact) -> list[tuple[Rule, int]]:
        """Rules that hold, each with its level, in the order of the rules."""
        table = self._tables.get(fact.about)
        return table.levels(fact.values) if table else []


class _Table:
    """Rules about one kind of fact."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        rows = [
            (number, level, (*rule.tests, *step.tests))
            for number, rule in enumerate(rules)
            for level, step in enumerate(rule.steps, 1)
        ]
        self.rule = np.array([number for number, _, _ in rows], np.intp)
        self.level = np.array([level for _, level, _ in rows], np.intp)
        self.columns: dict[tuple[str, int], _Column] = {}
        for row, (_, _, tests) in enumerate(rows):
            before: Counter[str] = Counter()  # a second test of one field has a column of its own
            for test in tests:
                place = (test.field, before[test.field])
                before[test.field] += 1
                if place not in self.columns:
                    self.columns[place] = _Column(len(rows))
                self.columns[place].add(row, test)
        for column in self.columns.values():
            column.close()

    def levels(self, values: Mapping[str, Value]) -> list[tuple[Rule, int]]:
        passed = np.ones(len(self.rule), np.bool_)
        for (name, _), column in self.columns.items():
            passed &= column.passed(values.get(name))
        best: dict[int, int] = {}
        for row in np.flatnonzero(passed).tolist():
            number, level = int(self.rule[row]), int(self.level[row])
            best[number] = max(best.get(number, 0), level)
        return [(self.rules[number], level) for number, level in best.items()]


@dataclass(slots=True)
class _Column:
    """What all rows ask of one field."""

    rows: int
    least: npt.NDArray[np.float64] = field(init=False)
    most: npt.NDArray[np.float64] = field(init=False)
    ranged: Flags = field(init=False)
    choosy: Flags = field(init=False)
    unknown: Flags = field(init=False)
    """Rows that pass where nothing is known."""
    known: Flags = field(init=False)
    """Rows that pass where anything is known."""
    one_of: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    none_of: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    wordy: bool = False
    """Whether any row asks for words."""
    accepted: dict[str, Flags] = field(default_factory=dict)
    refused: dict[str, Flags] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.least, self.most = np.full(self.rows, -inf), np.full(self.rows, inf)
        self.ranged, self.choosy = np.zeros(self.rows, np.bool_), np.zeros(self.rows, np.bool_)
        self.unknown, self.known = np.ones(self.rows, np.bool_), np.ones(self.rows, np.bool_)

    def add(self, row: int, test: Condition) -> None:
        """The test of a row."""
        if test.known is not None:
            (self.unknown if test.known else self.known)[row] = False
        if test.ranged or test.one_of is not None:
            self.unknown[row] &= test.known is False
        self.least[row], self.most[row], self.ranged[row] = test.least, test.most, test.ranged
        if test.one_of is not None:
            self.one_of.append((row, test.one_of))
        if test.none_of:
            self.none_of.append((row, test.none_of))

    def close(self) -> None:
        """Turn choices into a row of flags for each word."""
        self.wordy = bool(self.one_of or self.none_of)
        for row, words in self.one_of:
            self.choosy[row] = True
            for word in words:
                self.accepted.setdefault(word, np.zeros(self.rows, np.bool_))[row] = True
        for row, words in self.none_of:
            for word in words:
                self.refused.setdefault(word, np.zeros(self.rows, np.bool_))[row] = True

    def passed(self, value: Value) -> Flags:
        """Which rows a value passes."""
        if value is None:
            return self.unknown
        passed = self.known
        if self.wordy:
            passed = passed.copy()
            chosen = ~self.choosy
            for word in words_of(value):
                if word in self.accepted:
                    chosen |= self.accepted[word]
                if word in self.refused:
                    passed &= ~self.refused[word]
            passed &= chosen
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            within: Flags = (self.least <= value) & (value <= self.most)
            return passed & within
        return passed & ~self.ranged
