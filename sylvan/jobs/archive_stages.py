"""The stages of an archive that need no database: read the files, fold them, find the fires.

Each stage leaves its results in the spool piece by piece and skips those that are there, so that a
run can be killed at any moment.  At no time is more than a few pieces in memory.
"""

import csv
import hashlib
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import COLUMNS
from sylvan.domain.grouping import Points, points_of
from sylvan.domain.slices import MARGIN_S
from sylvan.domain.sweep import Sweep, earliest
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.pieces import PIECE_BYTES, Piece, Scan, body_of
from sylvan.jobs import archive_tasks as tasks
from sylvan.jobs.archive_hands import Hands
from sylvan.jobs.archive_spool import Rows, Runs, Spool
from sylvan.jobs.archive_tasks import GONE, HOUR_S, LIVE, ROW, Border, Reading, Report, Sheet, Slice

I8 = npt.NDArray[np.int64]
Tell = Callable[[str, int, int], None]
"""Hears stage, how much is done, and of how much."""

MEMBER = np.dtype([*LIVE.descr, ("fire", "i4")])
"""A row that stands, and the number of its fire."""
FIRST = np.dtype(
    [
        ("acq_at", "i8"),
        ("satellite", "i8"),
        ("key", "i8"),  # of the fire's earliest detection
        ("rows", "i8"),  # how many detections it has
        ("part", "i8"),  # in which part it is written
    ]
)
"""A fire, in order of its earliest detection."""
LATEST: Final = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Sizes:
    """How the work is cut: by rows, so that memory does not follow the size of the archive."""

    piece_bytes: int = PIECE_BYTES
    # bytes of text that one worker reads at once, about 90,000 rows
    sheets: int = 200
    # small files that one worker reads at once
    slice_rows: int = 100_000
    # rows folded at once: some 7 MB
    part_rows: int = 100_000
    # rows written in one transaction, plus those of its last fire; fires count as rows below
    bunch_rows: int = 10_000
    # rows measured by one worker at once; fires count as rows below
    fire_rows: int = 40
    # what a fire with its edge and summary weighs beside its rows
    margin_s: int = MARGIN_S
    # s around a slice, see ``domain.slices``

    @property
    def as_dict(self) -> dict[str, int]:
        """For the note that a spool was made with."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was found."""

    path: Path
    name: str
    scan: Scan | None
    error: tuple[str, dict[str, Any]] | None = None

    @property
    def size(self) -> int:
        """Bytes; none where it can't be read."""
        return self.scan.size if self.scan else 0


# -- reading ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadStage:
    """Files → rows in order of time, and an account of every other row."""

    spool: Spool
    sizes: Sizes
    options: ReadOptions
    sources: Sequence[Source]

    def run(self, hands: Hands, border: Border, tell: Tell) -> list[Report]:
        """Read what has not been read; what each file held."""
        loads = list(self._loads())
        total = sum(source.size for source in self.sources)
        waiting = deque(n for n in range(len(loads)) if self._noted(n) is None)
        done = total - sum(self._bytes(loads[n]) for n in waiting)
        tell("read", done, total)
        jobs = (self._reading(loads[n]) for n in tuple(waiting))
        for found in hands.each(tasks.read, hands.share(border), jobs):
            number = waiting.popleft()
            self._keep(number, found)
            done += self._bytes(loads[number])
            tell("read", done, total)
        return self._reports(len(loads))

    def rejects(self) -> Iterator[list[str]]:
        """File, line, field, code and value of every rejected row."""
        for number in range(sum(1 for _ in self._loads())):
            path = self.spool.folder / f"read/{number}.csv"
            with path.open(newline="", encoding="utf-8") as file:
                yield from csv.reader(file)

    def _loads(self) -> Iterator[list[tuple[int, Piece]]]:
        """Which pieces are read together."""
        load: list[tuple[int, Piece]] = []
        for number, source in enumerate(self.sources):
            for piece in source.scan.pieces if source.scan else ():
                full = self._bytes(load) + piece.stop - piece.start > self.sizes.piece_bytes
                if load and (full or len(load) >= self.sizes.sheets):
                    yield load
                    load = []
                load.append((number, piece))
        if load:
            yield load

    def _bytes(self, load: list[tuple[int, Piece]]) -> int:
        return sum(piece.stop - piece.start for _, piece in load)

    def _reading(self, load: list[tuple[int, Piece]]) -> Reading:
        sheets = [
            Sheet(number, source.name, body_of(source.path, piece), piece)
            for number, piece in load
            for source in [self.sources[number]]
        ]
        return Reading(tuple(sheets), self.options)

    def _noted(self, number: int) -> Any | None:
        return self.spool.noted(f"read/{number}")

    def _keep(self, number: int, found: tasks.Read) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(found.rejects)
        self.spool.text(f"read/{number}.csv", text.getvalue())
        self.spool.put(f"read/{number}", found.rows)
        hours, count = np.unique(found.rows["acq_at"] // HOUR_S, return_counts=True)
        body = {
            "reports": [asdict(report) for report in found.reports],
            "hours": hours.tolist(),
            "count": count.tolist(),
        }
        self.spool.note(f"read/{number}", body, rows={f"read/{number}": found.rows.nbytes})

    def _reports(self, loads: int) -> list[Report]:
        """What each file held, its sheets added up."""
        reports = [Report(n, error=source.error) for n, source in enumerate(self.sources)]
        for number in range(loads):
            for told in (self._noted(number) or {})["reports"]:
                reports[told["file"]].add(Report(**told))
        return reports

    def hours(self) -> tuple[I8, I8]:
        """Hours since 1970 in which there are rows, and how many."""
        notes = [self._noted(n) or {} for n in range(sum(1 for _ in self._loads()))]
        hours = np.concatenate([np.empty(0, np.int64), *(np.array(n["hours"]) for n in notes)])
        count = np.concatenate([np.empty(0, np.int64), *(np.array(n["count"]) for n in notes)])
        found, place = np.unique(hours.astype(np.int64), return_inverse=True)
        return found, np.bincount(place, count, len(found)).astype(np.int64)

    def rows(self) -> Runs:
        """All rows that were read."""
        names = range(sum(1 for _ in self._loads()))
        return Runs(tuple(self.spool.folder / f"read/{n}.rows" for n in names), ROW)


# -- folding ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoldStage:
    """Rows in order of time → those that stand, slice by slice."""

    spool: Spool
    sizes: Sizes
    rows: Runs
    reports: Sequence[Report]
    hours: tuple[I8, I8]

    def ends(self) -> list[int]:
        """Where slices begin, s since 1970, and where the last one ends."""
        hours, count = self.hours
        if not len(hours):
            return []
        begins, held = [int(hours[0])], 0
        for hour, n in zip(hours.tolist(), count.tolist(), strict=True):
            if held and held + n > self.sizes.slice_rows:
                begins.append(hour)
                held = 0
            held += n
        return [hour * HOUR_S for hour in (*begins, int(hours[-1]) + 1)]

    def run(self, hands: Hands, tell: Tell) -> I8:
        """Fold what has not been folded; files × (accepted, duplicates, superseded, replaced)."""
        spans = list(pairwise(self.ends()))
        todo = [k for k in range(len(spans)) if self.spool.noted(f"fold/{k}") is None]
        tell("fold", len(spans) - len(todo), len(spans))
        jobs = (self._slice(*spans[k], self.sizes.margin_s) for k in todo)
        nothing = hands.share(None)
        for k, found in zip(todo, hands.each(tasks.fold, nothing, jobs), strict=True):
            margin, fold = self.sizes.margin_s, found
            while fold is None:
                margin *= 4
                job = self._slice(*spans[k], margin)
                (fold,) = hands.each(tasks.fold, nothing, [job])
            self._keep(k, fold)
            tell("fold", k + 1, len(spans))
        counts = np.zeros((len(self.reports), 4), np.int64)
        for k in range(len(spans)):
            for number, *told in self.spool.noted(f"fold/{k}") or ():
                counts[number] += np.array(told)
        return counts

    def _slice(self, since: int, until: int, margin_s: int) -> Slice:
        rows = self.rows.between(since - margin_s, until + margin_s)
        failed = np.array([report.error is not None for report in self.reports], bool)
        if failed.any():
            rows = rows[~failed[rows["file"]]]
        precision = np.array([report.precision for report in self.reports], np.int8)
        rows["precision"] = precision[rows["file"]]
        return Slice(rows, since, until, margin_s, len(self.reports))

    def _keep(self, k: int, fold: tasks.Fold) -> None:
        self.spool.put(f"fold/{k}-live", fold.live)
        self.spool.put(f"fold/{k}-gone", fold.gone)
        told = [
            [number, *fold.counts[number].tolist()]
            for number in np.flatnonzero(fold.counts.any(axis=1)).tolist()
        ]
        sizes = {f"fold/{k}-live": fold.live.nbytes, f"fold/{k}-gone": fold.gone.nbytes}
        self.spool.note(f"fold/{k}", told, rows=sizes)


# -- fires ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """Which fires there are and in which part each is written."""

    fires: Rows
    """:data:`FIRST`."""
    digest: bytes
    """What makes two plans the same."""
    since: int
    until: int
    """First and last acquisition, s."""

    @property
    def rows(self) -> int:
        """How many detections stand."""
        return int(self.fires["rows"].sum())

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return int(self.fires["part"].max(initial=-1)) + 1

    def of_part(self, part: int) -> tuple[int, int]:
        """Numbers of the first fire of a part, and of the first one after it."""
        start, stop = np.searchsorted(self.fires["part"], [part, part + 1])
        return int(start), int(stop)


@dataclass(frozen=True, slots=True)
class GroupStage:
    """Rows that stand → fires, and their rows dealt out to parts that can be written one by one."""

    spool: Spool
    sizes: Sizes
    ends: Sequence[int]

    def done(self) -> Plan | None:
        """The plan, if this stage was carried out."""
        told = self.spool.noted("plan")
        if told is None:
            return None
        fires = self.spool.get("fires", FIRST)
        return Plan(fires, _digest(fires), told["since"], told["until"])

    def run(self, tell: Tell) -> Plan:
        """Sweep over all rows, then deal them out; begun anew where it was broken off."""
        slices = max(len(self.ends) - 1, 0)
        self.spool.drop("parts/*")
        groups, span = self._swept(slices, tell)
        number, fires = self._planned(groups, slices)
        self._dealt(number, fires, slices, tell)
        sizes = {"fires": fires.nbytes}
        self.spool.put("fires", fires)
        self.spool.note("plan", {"since": span[0], "until": span[1]}, rows=sizes)
        self.spool.drop("read/*.rows", "fold/*.rows", "labels/*")
        return Plan(fires, _digest(fires), *span)

    def _live(self, k: int) -> Rows:
        return self.spool.get(f"fold/{k}-live", LIVE)

    def _swept(self, slices: int, tell: Tell) -> tuple[I8, tuple[int, int]]:
        """Leave each row's group in the spool; which groups are one, and the span of time."""
        sweep, begins = Sweep(), [0]
        since, until = LATEST, 0
        for k in range(slices):
            live = self._live(k)
            if len(live):
                since = min(since, int(live["acq_at"][0]))
                until = max(until, int(live["acq_at"][-1]))
            front = None if k == slices - 1 else int(self.ends[k + 1])
            found = sweep.feed(_points(live), front)
            self.spool.put(f"labels/{k}", found.labels)
            begins.append(begins[-1] + len(live))
            place = np.searchsorted(begins, found.late, side="right") - 1
            for at in np.unique(place).tolist():
                labels = self.spool.get(f"labels/{at}", np.dtype(np.int64))
                mine = place == at
                labels[found.late[mine] - begins[at]] = found.late_labels[mine]
                self.spool.put(f"labels/{at}", labels)
            tell("group", k + 1, 2 * slices)
        return sweep.groups(), (since, until)

    def _labels(self, k: int) -> I8:
        return np.asarray(self.spool.get(f"labels/{k}", np.dtype(np.int64)))

    def _planned(self, groups: I8, slices: int) -> tuple[I8, Rows]:
        """For each label the number of its fire, and the fires in order of time."""
        roots, fire_of = np.unique(groups, return_inverse=True)
        fires = np.zeros(len(roots), FIRST)
        fires["acq_at"] = LATEST
        for k in range(slices):
            live = self._live(k)
            fire = fire_of[self._labels(k)]
            fires["rows"] += np.bincount(fire, minlength=len(fires))
            columns = tuple(live[name].astype(np.int64) for name in ("acq_at", "satellite", "key"))
            found, place = earliest(fire, columns)
            at, satellite, key = (column[place] for column in columns)
            before = fires[found]
            sooner = (at < before["acq_at"]) | (
                (at == before["acq_at"])
                & (
                    (satellite < before["satellite"])
                    | ((satellite == before["satellite"]) & (key < before["key"]))
                )
            )
            for name, column in (("acq_at", at), ("satellite", satellite), ("key", key)):
                fires[name][found[sooner]] = column[sooner]
        order = np.lexsort((fires["key"], fires["satellite"], fires["acq_at"]))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        fires = fires[order]
        weight = fires["rows"] + self.sizes.fire_rows
        begins = np.cumsum(weight) - weight
        fires["part"] = np.unique(begins // self.sizes.part_rows, return_inverse=True)[1]
        return rank[fire_of], fires

    def _dealt(self, number: I8, fires: Rows, slices: int, tell: Tell) -> None:
        """Write each row, and the other versions of its pixel, behind those of its part."""
        held = np.zeros(int(fires["part"].max(initial=-1)) + 1, np.int64)
        for k in range(slices):
            live = self._live(k)
            gone = self.spool.get(f"fold/{k}-gone", GONE)
            fire = number[self._labels(k)]
            part = fires["part"][fire]
            place = np.empty(len(live), np.int64)
            for one in np.unique(part).tolist():
                mine = np.flatnonzero(part == one)
                place[mine] = held[one] + np.arange(len(mine))
                held[one] += len(mine)
                self.spool.append(f"parts/{one}", _members(live[mine], fire[mine]))
                others = gone[part[gone["of"]] == one]
                others["of"] = place[others["of"]]
                self.spool.append(f"parts/{one}-gone", others)
            tell("group", slices + k + 1, 2 * slices)


def _points(rows: Rows) -> Points:
    return points_of(rows[COLUMNS])


def _members(rows: Rows, fire: I8) -> Rows:
    made = np.empty(len(rows), MEMBER)
    for name in LIVE.names or ():
        made[name] = rows[name]
    made["fire"] = fire
    return made


def _digest(fires: Rows) -> bytes:
    return hashlib.sha256(fires.tobytes()).digest()


def renamed(sources: Sequence[Source], order: Sequence[tuple[str, str]]) -> list[Source]:
    """The sources in the order of an earlier run over the same files."""
    left = list(sources)
    found = []
    for name, digest in order:
        place = next(k for k, one in enumerate(left) if identity(one) == (name, digest))
        found.append(replace(left.pop(place)))
    return found


def identity(source: Source) -> tuple[str, str]:
    """What makes two sources the same: name and content."""
    return source.name, source.scan.sha256.hex() if source.scan else ""
