"""What a reading yields: accepted rows, rejected rows with place and reason, and the sums.

Rejects are columns like everything else: half of a million rows may be bad, and the reason of
each must still be told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sylvan.domain.detections import Detections, Stage

EXCERPT_CHARS = 80
"""Characters of a bad value that are kept: enough to recognise, too few to fill a disk."""


class Reason(IntEnum):
    """Why a row can't be used. Stored by name, so the numbers may change."""

    EXTRA_FIELDS = 1
    MISSING_FIELDS = 2
    TRUNCATED_LINE = 3
    LINE_TOO_LONG = 4
    UNCLOSED_QUOTE = 5
    CONTROL_CHARACTER = 6
    NOT_AN_OBJECT = 7
    NO_GEOMETRY = 8
    BAD_GEOMETRY = 9
    POSITION_CONFLICT = 10
    EMPTY = 11
    NOT_A_NUMBER = 12
    COMMA_DECIMAL = 13
    NOT_FINITE = 14
    OUT_OF_RANGE = 15
    BAD_DATE = 16
    BAD_TIME = 17
    FUTURE = 18
    BEFORE_LAUNCH = 19
    INSTRUMENT_CONFLICT = 20
    BAD_CONFIDENCE = 21
    BAD_DAYNIGHT = 22
    BAD_TYPE = 23
    AGGREGATE = 24
    OUTSIDE_REQUEST = 25

    @property
    def code(self) -> str:
        """Key in the language catalogue."""
        return f"row.{self.name.lower()}"


@dataclass(frozen=True)
class Reject:
    """One rejected row, for people."""

    file: str
    line: int
    field: str
    reason: Reason
    value: str


@dataclass(frozen=True)
class Rejects:
    """Rejected rows in columns; ``part`` and ``field`` are positions in the name lists."""

    parts: tuple[str, ...]
    fields: tuple[str, ...]
    part: npt.NDArray[np.int16]
    line: npt.NDArray[np.int32]
    field: npt.NDArray[np.int16]
    reason: npt.NDArray[np.int16]
    value: pa.Array

    def __len__(self) -> int:
        return len(self.line)

    def __iter__(self) -> Iterator[Reject]:
        columns = (self.part.tolist(), self.line.tolist(), self.field.tolist())
        told = (self.reason.tolist(), self.value.to_pylist())
        for part, line, field, reason, value in zip(*columns, *told, strict=True):
            yield Reject(self.parts[part], line, self.fields[field], Reason(reason), value)

    def counts(self) -> dict[str, int]:
        """Rows per reason code, most frequent first."""
        codes, counts = np.unique(self.reason, return_counts=True)
        order = np.lexsort((codes, -counts))
        return {Reason(int(codes[i])).code: int(counts[i]) for i in order}


@dataclass(frozen=True)
class Remark:
    """Something worth telling about a file that is no reason to refuse anything."""

    code: str
    count: int
    params: dict[str, Any]


@dataclass(frozen=True)
class ParsedFile:
    """A file that was understood, row by row: ``total_rows = len(rows) + len(rejects)``."""

    name: str
    product: str
    # viirs-snpp, viirs-noaa20, viirs-noaa21, modis, hms, gfw-viirs, table, mixed
    stage: Stage | None
    # None where a file holds several
    rows: Detections
    rejects: Rejects
    total_rows: int
    skipped: int
    # repeated headers, not counted as rows
    warnings: tuple[Remark, ...]
    incomplete: bool
    # the last row is cut off: what is here is good, but the file should be fetched again
    parts: tuple[str, ...]
    # data files inside an archive, else the file itself
