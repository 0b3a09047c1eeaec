"""The first reason that speaks against each row, and the rejects built from it."""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sylvan.feeds.numbers import Mask, plain
from sylvan.feeds.parsed import EXCERPT_CHARS, Reason, Rejects, Remark
from sylvan.feeds.raw import RawTable


class Verdicts:
    """Reasons against the rows of one table; the first one found stays."""

    def __init__(self, table: RawTable) -> None:
        self.table = table
        self.reason = np.zeros(len(table), np.int16)
        self.field = np.zeros(len(table), np.int16)
        self.fields: list[str] = []

    def fail(self, bad: Mask, reason: Reason, field: str) -> None:
        """Reject ``bad`` rows because of ``field``, unless they are rejected already."""
        if not bad.any():
            return
        fresh = bad & (self.reason == 0)
        if field not in self.fields:
            self.fields.append(field)
        self.reason[fresh] = reason
        self.field[fresh] = self.fields.index(field)

    @property
    def good(self) -> Mask:
        """Rows that nothing speaks against."""
        return np.equal(self.reason, 0)

    def values(self, rows: npt.NDArray[np.int64]) -> pa.Array:
        """Excerpts of the values that failed, in the order of ``rows``."""
        pieces: list[pa.Array] = []
        places: list[npt.NDArray[np.int64]] = []
        for place, field in enumerate(self.fields):
            mine = np.flatnonzero(self.field[rows] == place)
            if len(mine) == 0:
                continue
            column = self.table.columns.get(field)
            pieces.append(_taken(column, rows[mine]))
            places.append(mine)
        if not pieces:
            return pa.array([], pa.string())
        return pa.concat_arrays(pieces).take(pa.array(np.argsort(np.concatenate(places))))


def _taken(column: pa.Array | None, rows: npt.NDArray[np.int64]) -> pa.Array:
    if column is None:
        return pa.array([""] * len(rows), pa.string())
    taken = plain(column.take(pa.array(rows)))
    return pc.utf8_slice_codeunits(taken, 0, EXCERPT_CHARS)


class Remarks:
    """Counts of things worth telling."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, tuple[tuple[str, Any], ...]]] = Counter()

    def add(self, code: str, count: int, **params: Any) -> None:
        """Add to a count; nothing happens for zero."""
        if count:
            self._counts[code, tuple(sorted(params.items()))] += count

    def told(self) -> tuple[Remark, ...]:
        """All of them, in the order of their codes."""
        return tuple(
            Remark(code, count, dict(params))
            for (code, params), count in sorted(self._counts.items(), key=lambda item: item[0])
        )


class RejectsBuilder:
    """Rejects of several tables, and of several parts of an archive, stacked."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._fields: list[str] = []
        self._columns: list[tuple[Any, Any, Any, Any]] = []
        self._values: list[pa.Array] = []

    def part(self, name: str) -> None:
        """The following rejects belong to this part."""
        self._parts.append(name)

    def _field(self, name: str) -> int:
        if name not in self._fields:
            self._fields.append(name)
        return self._fields.index(name)

    def lost(self, table: RawTable) -> None:
        """Rows that were broken before their values were read."""
        for lost in table.lost:
            field = np.full(len(lost), self._field(lost.field), np.int16)
            self._append(lost.line, field, lost.reason, lost.value)

    def judged(self, verdicts: Verdicts) -> None:
        """Rows whose values were refused."""
        rows = np.flatnonzero(~verdicts.good)
        if len(rows) == 0:
            return
        names = [verdicts.table.names.get(field, field) for field in verdicts.fields]
        places = np.array([self._field(name) for name in names], np.int16)
        field = places[verdicts.field[rows]]
        line = verdicts.table.line[rows]
        self._append(line, field, verdicts.reason[rows], verdicts.values(rows))

    def _append(self, line: Any, field: Any, reason: Any, value: pa.Array) -> None:
        part = np.full(len(line), max(len(self._parts) - 1, 0), np.int16)
        self._columns.append((part, line, field, reason))
        self._values.append(value)

    def build(self) -> Rejects:
        """All rejects by part and line."""
        types = (np.int16, np.int32, np.int16, np.int16)
        part, line, field, reason = (
            np.concatenate([c[i] for c in self._columns]).astype(kind)
            if self._columns
            else np.zeros(0, kind)
            for i, kind in enumerate(types)
        )
        value = pa.concat_arrays(self._values) if self._values else pa.array([], pa.string())
        order = np.lexsort((line, part))
        return Rejects(
            tuple(self._parts),
            tuple(self._fields),
            part[order],
            line[order],
            field[order],
            reason[order],
            value.take(pa.array(order)),
        )
