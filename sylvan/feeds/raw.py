"""Tables of text: the one shape between the file formats and the strict conversion."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sylvan.feeds.parsed import Reason

Lines = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Lost:
    """Rows whose very shape is broken, before any value is looked at."""

    line: Lines
    reason: npt.NDArray[np.int16]
    value: pa.Array
    field: str = ""

    def __len__(self) -> int:
        return len(self.line)

    @classmethod
    def of(cls, lines: list[int], reason: Reason, values: list[str], field: str = "") -> "Lost":
        """A few rows lost for one reason."""
        reasons = np.full(len(lines), reason, np.int16)
        return cls(np.array(lines, np.int32), reasons, pa.array(values, pa.string()), field)


@dataclass(frozen=True)
class RawTable:
    """A piece of a file: columns of text under our field names."""

    kind: str
    # firms, hms, gfw, table
    columns: Mapping[str, pa.Array]
    # our field → strings, plain or dictionary-encoded
    names: Mapping[str, str]
    # our field → name in the file
    line: Lines
    lost: tuple[Lost, ...] = ()
    skipped: int = 0
    # repeated headers
    markers: int = 0
    # lines left by a version control conflict
    blank: int = 0
    constants: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    # the file's last row is cut off
    bare_end: bool = False
    # the file does not end with a line end
    deleted: int = 0
    # records marked as deleted (dBASE)

    def __len__(self) -> int:
        return len(self.line)


class Source(Protocol):
    """A file opened by its format; reading may be repeated (dates need a look ahead)."""

    def tables(self) -> Iterator[RawTable]:
        """The pieces, in the order of the file."""
        ...
