"""`sylvan ingest`: hotspot files in, with an account of every row."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sylvan import wiring
from sylvan.cli.output import (
    NOTES,
    OUT,
    AsJson,
    DataDir,
    explained,
    print_json,
    say,
    settings_with,
)
from sylvan.cli.rejects import write as write_rejects
from sylvan.cli.serve import prepare
from sylvan.cli.texts import told
from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.codes import Refusal as Refused
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import FILE_LIMITS, ColumnMap, DateOrder, ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.feeds.parsed import ParsedFile, Reject
from sylvan.feeds.shapefiles import bundle
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.services.house import House
from sylvan.services.intake import Taken
from sylvan.services.log import drain
from sylvan.services.picture import SHOWN_FOR

COLUMNS = ("rows", "accepted", "duplicates", "superseded", "outside", "rejected")
STDIN = "-"


@dataclass(frozen=True)
class Job:
    """One file to be taken in, and how."""

    house: House
    actor: Actor
    options: ReadOptions
    feed: str
    keep_all: bool
    dry_run: bool
    assess: bool


class Account:
    """What became of all files."""

    def __init__(self) -> None:
        self.files: list[dict[str, Any]] = []
        self.reasons: Counter[str] = Counter()
        self.rejects: list[Reject] = []
        self.failed = 0
        self.newest: int | None = None

    def add(self, parsed: ParsedFile, taken: Taken, *, keep_rejects: bool) -> None:
        """A file that was read."""
        counts = parsed.rejects.counts()
        if taken.accepted:
            self.newest = max(self.newest or 0, int(parsed.rows["acq_at"].max()))
        warnings = [
            {"code": remark.code, "count": remark.count, "params": remark.params}
            for remark in parsed.warnings
        ]
        self.files.append(taken.as_dict() | {"reasons": counts, "warnings": warnings})
        self.reasons.update(counts)
        if keep_rejects:
            self.rejects += list(parsed.rejects)

    def fail(self, name: str, code: str, params: dict[str, Any]) -> None:
        """A file that can't be used as a whole."""
        self.failed += 1
        self.files.append({"file": name, "error": {"code": code, "params": params}})

    @property
    def totals(self) -> dict[str, int]:
        """Sums over all files that were read."""
        return {name: sum(file.get(name, 0) for file in self.files) for name in COLUMNS}


def command(
    files: Annotated[list[str], typer.Argument(help="Files; - is standard input.")],
    world: Annotated[str, typer.Option(help="World to take them into.")] = "live",
    feed: Annotated[str, typer.Option(help="Name of the feed that they count for.")] = "files",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only account; store nothing.")
    ] = False,
    keep_all: Annotated[
        bool, typer.Option("--keep-all", help="Store also rows far outside the region.")
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="Write every rejected row to this CSV file.")
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option("--map", help="Columns of a plain table: lat=Y,lon=X,time=T,satellite=:N20"),
    ] = None,
    date_order: Annotated[
        str | None, typer.Option(help="dmy or mdy, where 1/08/2019 could be either.")
    ] = None,
    assess: Annotated[
        bool, typer.Option("--assess/--no-assess", help="Group the detections into fires.")
    ] = True,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Take in hotspot files; unusable rows are told with their reason, the rest goes in."""
    with explained(), _opened(data_dir) as house:
        actor = local_operator(_world(house, world))
        options = _options(house, actor, mapping, date_order)
        job = Job(house, actor, options, feed, keep_all, dry_run, assess)
        account = Account()
        with _progress(quiet=json) as progress:
            for name in files:
                _take(job, account, name, progress, keep_rejects=rejects is not None)
        if not dry_run:
            if assess:
                house.intake.assess_pending(actor)  # what earlier runs with --no-assess left
            drain(house.worlds.engine)
        if not dry_run and account.newest is not None and not json:
            _hint(account.newest, actor, house)
        if rejects is not None:
            _write_rejects(rejects, account.rejects)
        _tell(account, json=json, dry_run=dry_run)
        if account.failed:
            raise typer.Exit(1)


@contextmanager
def _opened(data_dir: Path | None) -> Iterator[House]:
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        prepare(house, settings)
        yield house


def _world(house: House, name: str) -> Any:
    try:
        return house.worlds.named(name)
    except Refused:
        known = ", ".join(world.name for world in house.worlds.listed())
        raise Refusal(f"There is no world {name!r}.", f"Worlds: {known}") from None


def _options(house: House, actor: Actor, mapping: str | None, order: str | None) -> ReadOptions:
    if order not in (None, "dmy", "mdy"):
        raise Refusal(f"--date-order {order} means nothing.", "Give dmy or mdy.")
    declared: DateOrder | None = order  # type: ignore[assignment]  # checked in the line above
    now = int(actor.world.now(house.worlds.clock()).timestamp())
    try:
        columns = ColumnMap.parse(mapping) if mapping else None
    except FeedError as error:
        raise Refusal(told(error.code, error.params), "See sylvan ingest --help.") from None
    return ReadOptions(now=now, limits=FILE_LIMITS, mapping=columns, date_order=declared)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=NOTES, transient=True, disable=quiet) as progress:
        yield progress


def _body(name: str) -> tuple[str, bytes]:
    if name == STDIN:
        return "stdin", sys.stdin.buffer.read()
    path = Path(name)
    try:
        if path.suffix.lower() == ".shp":
            return path.name, bundle(path, lambda suffix: _sibling(path, suffix))
        return path.name, path.read_bytes()
    except OSError as error:
        raise FeedError("file.unreadable", file=name, detail=error.strerror or str(error)) from None


def _sibling(path: Path, suffix: str) -> bytes | None:
    """The body of ``path`` with another suffix, in either case of letters."""
    for name in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if name.is_file():
            return name.read_bytes()
    return None


def _take(job: Job, account: Account, name: str, progress: Progress, *, keep_rejects: bool) -> None:
    task = progress.add_task(f"{name}: reading")
    try:
        label, body = _body(name)
        parsed = read_file(label, body, job.options)
        rows = f"{name}: {parsed.total_rows:,} rows"
        progress.update(task, description=rows)
        if job.dry_run:
            taken = job.house.intake.preview(job.actor, parsed, keep_all=job.keep_all)
        else:
            taken = job.house.intake.store(
                job.actor,
                parsed,
                body,
                job.feed,
                keep_all=job.keep_all,
                assess=job.assess,
                tell=lambda done, of: progress.update(
                    task, description=f"{rows}, fire {done:,} of {of:,}"
                ),
            )
        account.add(parsed, taken, keep_rejects=keep_rejects)
    except FeedError as error:
        account.fail(name, error.code, {"file": name, **error.params})
    finally:
        progress.remove_task(task)


def _hint(newest: int, actor: Actor, house: House) -> None:
    """The map shows what is recent by its world's clock; old files are looked at in a replay."""
    if actor.world.now(house.worlds.clock()).timestamp() - newest > SHOWN_FOR.total_seconds():
        say(
            "these rows are older than the map shows; to look at them: sylvan replay FILE --speed 0"
        )


def _write_rejects(path: Path, rows: list[Reject]) -> None:
    told_of = ((row.file, str(row.line), row.field, row.reason.code, row.value) for row in rows)
    write_rejects(path, told_of)


def _tell(account: Account, *, json: bool, dry_run: bool) -> None:
    if json:
        body = {"files": account.files, "totals": account.totals, "reasons": account.reasons}
        print_json(body | {"failed": account.failed, "dry_run": dry_run})
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("file")
    for name in (*COLUMNS, "fires"):
        table.add_column(name, justify="right")
    read = [file for file in account.files if "error" not in file]
    for file in read:
        table.add_row(escape(file["file"]), *(f"{file[name]:,}" for name in (*COLUMNS, "fires")))
    if read:
        OUT.print(table)
    for file in account.files:
        if (error := file.get("error")) is not None:  # below the table: a reason needs the width
            text = told(error["code"], error["params"])
            name = "" if Path(file["file"]).name in text else f"{file['file']}: "
            OUT.print(f"[red]not read[/red]  {escape(name + text)}", soft_wrap=True)
    for code, count in account.reasons.most_common():
        OUT.print(f"  [dim]{count:>9,}[/dim]  {told(code, {})}")
