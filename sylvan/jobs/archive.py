"""Years of archive in one command: read, folded, grouped, measured and written, whoever works.

The stages before the database live in ``archive_stages``; here they are put in a row, the fires
are measured by all hands while the last ones are written, and everything is accounted for.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import perf_counter
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
from sqlalchemy import Connection

from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.codes import Conflict
from sylvan.domain.detections import plain
from sylvan.domain.fires import Measured
from sylvan.domain.slices import ACCEPTED, DUPLICATES, REPLACED, SUPERSEDED
from sylvan.domain.worlds import World
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.pieces import scan
from sylvan.jobs import archive_tasks as tasks
from sylvan.jobs.archive_hands import FAR_AHEAD, Hands
from sylvan.jobs.archive_spool import Spool
from sylvan.jobs.archive_stages import (
    MEMBER,
    FoldStage,
    GroupStage,
    Plan,
    ReadStage,
    Sizes,
    Source,
    Tell,
    identity,
    renamed,
)
from sylvan.jobs.archive_tasks import GONE, Border, Bunch, Report
from sylvan.services.archive import Archive, Identity, Part, names_of
from sylvan.services.intake import Taken
from sylvan.store.archive import ArchiveRun
from sylvan.store.ledger import SLICE_BYTES

FORMAT: Final = 1
"""Of the spool: another one is begun anew."""
PRODUCTLESS: Final = "firms"
"""What a file without a usable row is called."""
KEPT: Final = ("files", "world", "fires", "detections", "since", "until", "learned")
"""What is remembered of an outcome."""
Learn = Callable[[Actor], dict[str, int]]
"""Lets the register of heat sources learn from a world."""
WRITERS: Final = 2
"""Parts written at once: one is being encoded here while the server is at another."""
PARTS_AHEAD: Final = 4
"""Measured parts in memory: a giant fire is written for as long as some others together."""
ASIDE: Final = ("outside", "rejected", "duplicates", "superseded", "accepted", "replaced")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be made."""

    paths: Sequence[Path]
    options: ReadOptions
    folder: Path
    """Where runs keep their spools."""
    world: str | None = None
    keep_all: bool = False
    dry_run: bool = False
    rejects: Callable[[Iterable[Sequence[str]]], None] | None = None
    """Takes file, line, field, code and value of every rejected row."""
    sizes: Sizes = field(default_factory=Sizes)


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    files: list[dict[str, Any]]
    world: str | None = None
    fires: int = 0
    detections: int = 0
    since: str | None = None
    until: str | None = None
    resumed: bool = False
    """Whether an earlier run had done a part of it, or all."""
    learned: dict[str, int] = field(default_factory=dict)
    """What the register of heat sources learned."""
    stages_s: dict[str, float] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """Files that are not in, or not whole."""
        return sum("error" in file or file["incomplete"] for file in self.files)

    @property
    def totals(self) -> dict[str, int]:
        """Sums over all files that were read."""
        names = ("rows", "accepted", "duplicates", "superseded", "outside", "rejected", "replaced")
        return {name: sum(file.get(name, 0) for file in self.files) for name in names}

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        reasons: Counter[str] = Counter()
        for file in self.files:
            reasons.update(file.get("reasons", {}))
        told = {name: getattr(self, name) for name in (*KEPT, "resumed", "stages_s")}
        return told | {"totals": self.totals, "reasons": dict(reasons), "failed": self.failed}


class Making:
    """One run of one archive."""

    def __init__(
        self,
        service: Archive,
        request: Request,
        hands: Callable[[Path], AbstractContextManager[Hands]],
        tell: Tell,
        learn: Learn | None = None,
    ) -> None:
        self._service, self._request, self._tell = service, request, tell
        self._hands, self._learn = hands, learn
        self._stages: dict[str, float] = {}
        self._last = perf_counter()

    def run(self) -> Outcome:
        """Do whatever is not done yet.

        Raises:
            Refusal: of this machine (disk full) or of a use-case (somebody else is at it, the
                world's name is taken); what is done is kept.
        """
        sources = list(self._found())
        self._lap("scan")
        key = self._key(sources)
        with self._service.alone(key) as guard:
            known = self._service.found(key)
            if known and known[0].ended_at is not None and not self._request.dry_run:
                return Outcome(**(known[0].account or {}), resumed=True)
            with self._spool(key) as spool:
                return self._made(sources, key, spool, known, guard)

    def _found(self) -> Iterator[Source]:
        """Hash the files, and see where they may be cut."""
        for number, path in enumerate(self._request.paths, 1):
            try:
                found = scan(path, self._request.options, self._request.sizes.piece_bytes)
                yield Source(path, path.name, found)
            except OSError as error:
                told = {"file": str(path), "detail": error.strerror or str(error)}
                yield Source(path, path.name, None, ("file.unreadable", told))
            self._tell("scan", number, len(self._request.paths))

    def _key(self, sources: Sequence[Source]) -> bytes:
        """What makes two runs the same: the files in any order, and what is done with them."""
        options = self._request.options
        told = {
            "format": FORMAT,
            "region": None if self._request.keep_all else self._service.geography.code,
            "mapping": str(options.mapping),
            "date_order": options.date_order,
            "world": self._request.world,
            "files": sorted(map(identity, sources)),
        }
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).digest()

    @contextmanager
    def _spool(self, key: bytes) -> Iterator[Spool]:
        """A run's own folder, kept until its end; a dry run's is gone with it."""
        root = self._request.folder
        if not self._request.dry_run:
            yield Spool(root / key.hex()[:32])
            return
        root.mkdir(parents=True, exist_ok=True)
        folder = mkdtemp(prefix="dry-", dir=root)
        try:
            yield Spool(Path(folder))
        finally:
            rmtree(folder, ignore_errors=True)

    def _made(
        self,
        sources: list[Source],
        key: bytes,
        spool: Spool,
        known: tuple[ArchiveRun, World] | None,
        guard: Connection,
    ) -> Outcome:
        told = spool.noted("run")
        sizes = self._request.sizes.as_dict
        if told is not None and (told["format"], told["sizes"]) != (FORMAT, sizes):
            spool.remove()
            spool, told = Spool(spool.folder), None
        if told is not None:
            sources = renamed(sources, [(name, digest) for name, digest in told["files"]])
        else:
            body = {"format": FORMAT, "sizes": sizes, "files": [identity(s) for s in sources]}
            spool.note("run", body)
        with self._hands(spool.folder) as hands:
            outcome, plan, taken = self._worked_out(sources, spool, hands)
            outcome.resumed = told is not None or known is not None
            if not plan.rows or self._request.dry_run:
                outcome.stages_s = self._stages
                return outcome
            run, world = known or self._begun(key, plan)
            if run.plan != plan.digest:
                raise Conflict("archive.other_plan", {"world": world.name})
            outcome.world, actor = world.name, local_operator(world)
            self._service.hold(guard, world)
            writing = _Writing(self._service, spool, plan, hands, self._request.sizes, self._tell)
            writing.run(actor, sources, taken, outcome)
            self._lap("write")
        self._service.release(guard, world)
        self._ended(actor, outcome)  # the hands' memory is free for what learns
        spool.remove()
        return outcome

    def _worked_out(
        self, sources: Sequence[Source], spool: Spool, hands: Hands
    ) -> tuple[Outcome, Plan, list[Taken]]:
        """Everything up to the database."""
        sizes = self._request.sizes
        reading = ReadStage(spool, sizes, self._request.options, sources)
        known = spool.noted("account")
        if known is None:
            reports = reading.run(
                hands, Border(() if self._request.keep_all else self._service.border()), self._tell
            )
            self._lap("read")
            folding = FoldStage(spool, sizes, reading.rows(), reports, reading.hours())
            counts = folding.run(hands, self._tell)
            self._lap("fold")
            files = [_file(*one) for one in zip(sources, reports, counts, strict=True)]
            known = {"files": files, "ends": folding.ends()}
            spool.note("account", known)
        if self._request.rejects is not None:
            self._request.rejects(reading.rejects())
        grouping = GroupStage(spool, sizes, known["ends"])
        plan = grouping.done() or grouping.run(self._tell)
        self._lap("group")
        outcome = Outcome(known["files"], fires=len(plan.fires), detections=plan.rows)
        if plan.rows:
            outcome.since, outcome.until = _iso(plan.since), _iso(plan.until)
        return outcome, plan, [_taken(file) for file in known["files"]]

    def _begun(self, key: bytes, plan: Plan) -> tuple[ArchiveRun, World]:
        since, until = (datetime.fromtimestamp(at, UTC) for at in (plan.since, plan.until))
        names = names_of(self._request.world, since, until)
        return self._service.begin(key, plan.digest, names, until)

    def _ended(self, actor: Actor, outcome: Outcome) -> None:
        if self._learn is not None:
            outcome.learned = self._learn(actor)
            self._lap("learn")
        outcome.stages_s = self._stages
        account = {name: getattr(outcome, name) for name in KEPT}
        self._service.end(actor, outcome.detections, account)

    def _lap(self, stage: str) -> None:
        now = perf_counter()
        self._stages[stage] = self._stages.get(stage, 0.0) + now - self._last
        self._last = now


class _Writing:
    """The last stage: fires are measured by all hands while the ones before are written."""

    def __init__(
        self,
        service: Archive,
        spool: Spool,
        plan: Plan,
        hands: Hands,
        sizes: Sizes,
        tell: Tell,
    ) -> None:
        self._service, self._spool, self._plan = service, spool, plan
        self._hands, self._sizes, self._tell = hands, sizes, tell

    def run(
        self, actor: Actor, sources: Sequence[Source], taken: Sequence[Taken], outcome: Outcome
    ) -> None:
        """Write what is not written."""
        batches, parts = self._service.written(actor.world)
        for number, (source, told) in enumerate(zip(sources, taken, strict=True)):
            if source.scan is not None and "error" not in outcome.files[number]:
                if number not in batches:
                    batches[number] = self._service.put_file(
                        actor, number, told, source.scan.sha256, _slices(source.path)
                    )
                outcome.files[number]["batch"] = batches[number]
        batch_of = np.array([batches.get(n, 0) for n in range(len(sources))], np.int64)
        done = sum(step["rows"] for step in parts.values())
        todo = [number for number in range(self._plan.parts) if number not in parts]
        self._tell("write", done, self._plan.rows)
        with ThreadPoolExecutor(WRITERS) as beside:
            under_way: set[Future[None]] = set()
            for part in self._measured(actor, todo):
                if len(under_way) == PARTS_AHEAD:
                    written, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    _raise_first(written)
                under_way.add(beside.submit(self._service.put_part, actor, part, batch_of))
                done += len(part.rows)
                self._tell("write", done, self._plan.rows)
            _raise_first(under_way)

    def _measured(self, actor: Actor, numbers: Iterable[int]) -> Iterator[Part]:
        """Parts with their fires measured, in order."""
        opened: deque[tuple[_Opened, int]] = deque()

        def jobs() -> Iterator[Bunch]:
            for number in numbers:
                part = _Opened(self._spool, self._plan, number)
                bunches = list(part.bunches(self._sizes))
                opened.append((part, len(bunches)))
                for bunch in bunches:
                    yield replace(bunch, near=self._service.around(actor, bunch.fires()))

        measured: list[Measured] = []
        got = 0
        ruler = self._hands.share(self._service.ruler(actor))
        for found in self._hands.each(tasks.measure, ruler, jobs(), FAR_AHEAD):
            measured += found
            got += 1
            part, wanted = opened[0]
            if got == wanted:
                opened.popleft()
                yield part.finished(measured)
                measured, got = [], 0


def _raise_first(written: Iterable[Future[None]]) -> None:
    """What went wrong with any of them."""
    for one in written:
        one.result()


class _Opened:
    """A part in memory, its rows fire after fire."""

    def __init__(self, spool: Spool, plan: Plan, number: int) -> None:
        self.number = number
        start, stop = plan.of_part(number)
        self._fires = plan.fires[start:stop]
        rows = spool.get(f"parts/{number}", MEMBER)
        order = np.argsort(rows["fire"], kind="stable")
        self._rows, self._fire = rows[order], rows["fire"][order].astype(np.int64) - start
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        self._gone = spool.get(f"parts/{number}-gone", GONE)
        self._gone["of"] = place[self._gone["of"]]

    def bunches(self, sizes: Sizes) -> Iterator[Bunch]:
        """Whole fires, as many as one worker should have at once."""
        ends = np.cumsum(self._fires["rows"])
        begins = ends - self._fires["rows"]
        bunch = np.cumsum(self._fires["rows"] + sizes.fire_rows) // sizes.bunch_rows
        for one in np.unique(bunch):
            mine = np.flatnonzero(bunch == one)
            first, last = int(begins[mine[0]]), int(ends[mine[-1]])
            rows = plain(self._rows[first:last])
            yield Bunch(rows, ends[mine] - first, ())

    def finished(self, measured: Sequence[Measured]) -> Part:
        """The part with its fires measured."""
        columns = (self._fires[name].tolist() for name in ("acq_at", "satellite", "key"))
        firsts = [Identity(*first) for first in zip(*columns, strict=True)]
        return Part(self.number, self._rows, self._fire, measured, firsts, self._gone)


def _file(source: Source, report: Report, counts: npt.NDArray[np.int64]) -> dict[str, Any]:
    """The account of a file."""
    if report.error is not None:
        code, params = report.error
        return {"file": source.name, "error": {"code": code, "params": params}}
    products = [name for name in report.products if name != PRODUCTLESS] or [PRODUCTLESS]
    remarks: Counter[bytes] = Counter()
    for code, count, params in report.remarks:
        remarks[orjson.dumps([code, params], option=orjson.OPT_SORT_KEYS)] += count
    warnings = [
        {"code": code, "count": count, "params": params}
        for (code, params), count in ((orjson.loads(one), n) for one, n in remarks.items())
    ]
    return {
        "file": source.name,
        "product": products[0] if len(products) == 1 else "mixed",
        "rows": report.total,
        "accepted": int(counts[ACCEPTED]),
        "duplicates": int(counts[DUPLICATES]),
        "superseded": int(counts[SUPERSEDED]),
        "outside": report.outside,
        "rejected": report.rejected,
        "replaced": int(counts[REPLACED]),
        "incomplete": report.incomplete,
        "reasons": report.reasons,
        "warnings": warnings,
    }


def _taken(file: dict[str, Any]) -> Taken:
    names = ("rows", "product", "incomplete", *ASIDE)
    empty = {"product": PRODUCTLESS, "incomplete": False}
    return Taken(name=file["file"], **{name: file.get(name, empty.get(name, 0)) for name in names})


def _slices(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(SLICE_BYTES):
            yield piece


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
