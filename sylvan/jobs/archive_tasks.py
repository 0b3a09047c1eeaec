"""The three works of an archive that any process can do: read, fold, measure.

Pure functions of what they are given, so that it does not matter which process or machine works.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.address import AddressIndex
from sylvan.domain.detections import COLUMNS, DETECTION, Detections, plain
from sylvan.domain.fires import Measured
from sylvan.domain.slices import MarginTooShortError, folded, owned
from sylvan.domain.surroundings import Surroundings
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parsed import ParsedFile
from sylvan.feeds.pieces import Piece, read_piece
from sylvan.services.geography import OUTSIDE_MARGIN_KM
from sylvan.services.measure import Job, Ruler
from sylvan.services.measuring import PORTION
from sylvan.store.layers import Item

I8 = npt.NDArray[np.int64]

ROW = np.dtype([*DETECTION.descr, ("file", "i4")])
"""A row that was read, and the number of its file."""
LIVE = np.dtype([*ROW.descr, ("key", "i8")])
"""A row that stands in the end, and its identity."""
GONE = np.dtype([*LIVE.descr, ("of", "i4")])
"""Another version, and the place, in its slice, of the row that stands for its pixel."""
HOUR_S: Final = 3600


@dataclass(frozen=True)
class Border:
    """What reading needs of the region: which rows lie outside; no items: none does."""

    items: tuple[Item, ...]

    @cached_property
    def _index(self) -> AddressIndex:
        return AddressIndex(self.items)

    def inside(self, rows: Detections) -> npt.NDArray[np.bool_]:
        """Which rows lie in the region or close enough to its border."""
        if not self.items:
            return np.ones(len(rows), bool)
        lon, lat = (np.ascontiguousarray(rows[name]) for name in ("lon", "lat"))
        return self._index.inside(lon, lat, OUTSIDE_MARGIN_KM)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece of a file to be read."""

    file: int
    name: str
    body: bytes
    piece: Piece


@dataclass(frozen=True, slots=True)
class Reading:
    """Sheets to be read by one worker at once."""

    sheets: tuple[Sheet, ...]
    options: ReadOptions


@dataclass(slots=True)
class Report:
    """What a sheet held; reports of one file add up."""

    file: int
    total: int = 0
    rejected: int = 0
    outside: int = 0
    precision: int = 0
    incomplete: bool = False
    products: list[str] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    remarks: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    error: tuple[str, dict[str, Any]] | None = None

    def add(self, other: "Report") -> None:
        """Take in another sheet of the same file."""
        self.total += other.total
        self.rejected += other.rejected
        self.outside += other.outside
        self.precision = max(self.precision, other.precision)
        self.incomplete |= other.incomplete
        self.products = sorted({*self.products, *other.products})
        self.reasons = dict(Counter(self.reasons) + Counter(other.reasons))
        self.remarks = [*self.remarks, *other.remarks]
        self.error = self.error or other.error


@dataclass(frozen=True, slots=True)
class Read:
    """What a worker read."""

    rows: npt.NDArray[np.void]
    """:data:`ROW` in order of time, those of the region only."""
    reports: list[Report]
    rejects: list[tuple[str, int, str, str, str]]
    """File, line, field, code, value."""


def read(border: Border, job: Reading) -> Read:
    """Read sheets strictly; a sheet that can't be used says so in its report."""
    rows, reports, rejects = [np.empty(0, ROW)], [], []
    for sheet in job.sheets:
        try:
            parsed = read_piece(sheet.name, sheet.body, sheet.piece, job.options)
        except FeedError as error:
            reports.append(Report(sheet.file, error=(error.code, error.params)))
            continue
        inside = border.inside(parsed.rows)
        reports.append(_report(sheet.file, parsed, int((~inside).sum())))
        kept = np.empty(int(inside.sum()), ROW)
        for name in COLUMNS:
            kept[name] = parsed.rows[name][inside]
        kept["file"] = sheet.file
        rows.append(kept)
        rejects += [
            (one.file, one.line, one.field, one.reason.code, one.value) for one in parsed.rejects
        ]
    every = np.concatenate(rows)
    return Read(every[np.argsort(every["acq_at"], kind="stable")], reports, rejects)


def _report(file: int, parsed: ParsedFile, outside: int) -> Report:
    return Report(
        file=file,
        total=parsed.total_rows,
        rejected=parsed.total_rows - len(parsed.rows),
        outside=outside,
        precision=int(parsed.rows["precision"].max(initial=0)),
        incomplete=parsed.incomplete,
        products=[parsed.product],
        reasons=parsed.rejects.counts(),
        remarks=[(one.code, one.count, one.params) for one in parsed.warnings],
    )


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice of time to be folded, with what lies around it."""

    rows: npt.NDArray[np.void]
    """:data:`ROW`, everything from ``since − margin_s`` to ``until + margin_s``."""
    since: int
    until: int
    margin_s: int
    files: int


@dataclass(frozen=True, slots=True)
class Fold:
    """What became of a slice."""

    live: npt.NDArray[np.void]
    """:data:`LIVE` in order of time, satellite and key."""
    gone: npt.NDArray[np.void]
    """:data:`GONE`."""
    counts: I8
    """Files × (accepted, duplicates, superseded, replaced)."""


def fold(_shared: object, job: Slice) -> Fold | None:
    """Fold a slice; ``None``: a larger margin is needed to know what belongs to it."""
    try:
        mine = job.rows[owned(job.rows[COLUMNS], job.since, job.until, job.margin_s)]
    except MarginTooShortError:
        return None
    mine = mine[np.lexsort((mine["line"], mine["file"]))]
    found = folded(plain(mine), mine["file"].astype(np.int64), job.files)
    live = _with_keys(mine[found.live], found.live_keys, LIVE)
    order = np.lexsort((live["key"], live["satellite"], live["acq_at"]))
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    gone = _with_keys(mine[found.gone], found.gone_keys, GONE)
    gone["of"] = place[found.gone_of]
    return Fold(live[order], gone, found.counts)


def _with_keys(
    rows: npt.NDArray[np.void], keys: I8, dtype: np.dtype[np.void]
) -> npt.NDArray[np.void]:
    made = np.empty(len(rows), dtype)
    for name in ROW.names or ():
        made[name] = rows[name]
    made["key"] = keys
    return made


@dataclass(frozen=True, slots=True)
class Bunch:
    """Whole fires to be measured."""

    rows: Detections
    """Fire after fire."""
    ends: I8
    """Place after the last row of each."""
    near: Sequence[Surroundings]
    """What is known around each."""

    def fires(self) -> Iterator[Detections]:
        """The detections of each."""
        starts = np.concatenate([[0], self.ends[:-1]])
        for start, end in zip(starts.tolist(), self.ends.tolist(), strict=True):
            yield self.rows[start:end]


def measure(ruler: Ruler, bunch: Bunch) -> list[Measured]:
    """Everything that follows from the detections of each fire."""
    jobs = [Job(rows, (), near, ()) for rows, near in zip(bunch.fires(), bunch.near, strict=True)]
    starts = range(0, len(jobs), PORTION)
    return [one for k in starts for one in ruler.of_many(jobs[k : k + PORTION])]
