"""`sylvan archive`: years of hotspot files at once, into a world of their own."""

import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from sqlalchemy.exc import InterfaceError, OperationalError

from sylvan import wiring
from sylvan.cli import INTERRUPTED, logs
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
from sylvan.domain.actors import Actor
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import FILE_LIMITS, ColumnMap, DateOrder, ReadOptions
from sylvan.jobs import archive_hands
from sylvan.jobs.archive import Making, Outcome, Request
from sylvan.jobs.archive_hands import Hands, HandsLostError
from sylvan.jobs.archive_stages import Tell
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.services.base import real_clock
from sylvan.services.house import House
from sylvan.services.log import drain

COLUMNS = ("rows", "accepted", "duplicates", "superseded", "outside", "rejected")
STAGES = {
    "scan": "looking at the files",
    "read": "reading",
    "fold": "folding versions",
    "group": "finding fires",
    "write": "measuring and writing",
    "learn": "learning heat sources",
}


def command(
    files: Annotated[list[Path], typer.Argument(help="Hotspot files of any length, in any order.")],
    world: Annotated[
        str | None,
        typer.Option(help="Name of the world to make.", show_default="archive-YEARS"),
    ] = None,
    region: Annotated[str | None, typer.Option(help="Region pack; unset: the server's.")] = None,
    keep_all: Annotated[
        bool, typer.Option("--keep-all", help="Store also rows far outside the region.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes.", show_default="one per core")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler whose workers shall do the work."),
    ] = None,
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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only account; store nothing.")
    ] = False,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Make a replay world from years of files; broken off, the same command goes on."""
    with explained(), _interruptible():
        settings = settings_with(data_dir, **({"region": region} if region else {}))
        logs.configure_logs(settings)
        options = _options(mapping, date_order)
        hands = _hands(workers, scheduler)
        with (
            database.lease(settings, say) as url,
            wiring.opened(settings, url) as house,
            _told() as tell,
        ):
            prepare(house, settings)
            request = Request(
                paths=files,
                options=options,
                folder=settings.data_dir / "archive",
                world=world,
                keep_all=keep_all,
                dry_run=dry_run,
                rejects=partial(write_rejects, rejects) if rejects else None,
            )
            outcome = _made(house, request, hands, tell)
            if not dry_run:
                drain(house.worlds.engine)
        _tell(outcome, json=json, dry_run=dry_run)
        if outcome.failed:
            raise typer.Exit(1)


def _made(house: House, request: Request, hands: Any, tell: Tell) -> Outcome:
    def learn(actor: Actor) -> dict[str, int]:
        lesson = house.heat_learning.learn(actor, lambda done, of: tell("learn", done, of))
        return lesson.as_dict()

    try:
        return Making(house.archive, request, hands, tell, learn).run()
    except HandsLostError as error:
        raise Refusal(
            f"Whoever did the work is gone ({error}).",
            "What is done is kept: run the same command again, perhaps with fewer --workers.",
        ) from None
    except (OperationalError, InterfaceError) as error:
        said = str(error.orig).strip().splitlines()
        raise Refusal(
            f"The database cannot go on: {said[0] if said else error}",
            "What is done is kept: mend it (sylvan doctor) and run the same command again.",
        ) from None


def _options(mapping: str | None, order: str | None) -> ReadOptions:
    if order not in (None, "dmy", "mdy"):
        raise Refusal(f"--date-order {order} means nothing.", "Give dmy or mdy.")
    declared: DateOrder | None = order  # type: ignore[assignment]  # checked in the line above
    try:
        columns = ColumnMap.parse(mapping) if mapping else None
    except FeedError as error:
        raise Refusal(told(error.code, error.params), "See sylvan archive --help.") from None
    now = int(real_clock().timestamp())
    return ReadOptions(now=now, limits=FILE_LIMITS, mapping=columns, date_order=declared)


def _hands(
    workers: int | None, scheduler: str | None
) -> Callable[[Path], AbstractContextManager[Hands]]:
    """Who is to work: processes here, or a cluster (which is asked for at once)."""
    if scheduler is None:
        archive_hands.call_local()
        return lambda folder: archive_hands.local(workers, folder)
    if workers is not None:
        raise Refusal(
            "--workers is for processes here; a cluster has its own.",
            "Leave out --workers or --scheduler.",
        )
    archive_hands.require_cluster()
    return lambda _folder: archive_hands.cluster(scheduler)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the command where it can be taken up again, and say how."""

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        say("stopped; what is done is kept, and the same command goes on from here:")
        say(shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]))
        raise typer.Exit(INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _told() -> Iterator[Tell]:
    """A bar for each stage."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    bars: dict[str, TaskID] = {}
    with Progress(*columns, console=NOTES, disable=not NOTES.is_terminal) as progress:

        def tell(stage: str, done: int, of: int) -> None:
            if stage not in bars:
                bars[stage] = progress.add_task(STAGES[stage], total=of)
            progress.update(bars[stage], completed=done, total=of)

        yield tell


def _tell(outcome: Outcome, *, json: bool, dry_run: bool) -> None:
    if json:
        print_json(outcome.as_dict() | {"dry_run": dry_run})
        return
    if outcome.resumed:
        say("an earlier run had done this already, or a part of it")
    _accounts(outcome)
    _faults(outcome)
    for code, count in sorted(outcome.as_dict()["reasons"].items(), key=lambda one: -one[1]):
        OUT.print(f"  [dim]{count:>9,}[/dim]  {told(code, {})}")
    OUT.print(escape(_summary(outcome, dry_run=dry_run)), soft_wrap=True)


def _accounts(outcome: Outcome) -> None:
    """What became of the rows of each file that could be read."""
    read = [file for file in outcome.files if "error" not in file]
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("file")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    for file in read:
        table.add_row(escape(file["file"]), *(f"{file[name]:,}" for name in COLUMNS))
    if len(read) > 1:
        totals = outcome.totals
        table.add_row("[b]together[/b]", *(f"[b]{totals[name]:,}[/b]" for name in COLUMNS))
    if read:
        OUT.print(table)


def _faults(outcome: Outcome) -> None:
    """Files that could not be read, or not to their end."""
    for file in outcome.files:
        if (error := file.get("error")) is not None:
            text = told(error["code"], error["params"])
            name = "" if file["file"] in text else f"{file['file']}: "
            OUT.print(f"[red]not read[/red]  {escape(name + text)}", soft_wrap=True)
        elif file["incomplete"]:
            text = told("archive.incomplete", {"file": file["file"]})
            OUT.print(f"[yellow]cut off[/yellow]   {escape(text)}", soft_wrap=True)


def _summary(outcome: Outcome, *, dry_run: bool) -> str:
    found = f"{outcome.fires:,} fires of {outcome.detections:,} detections"
    if outcome.since and outcome.until:
        found += f", {outcome.since[:10]} … {outcome.until[:10]}"
    if dry_run:
        return f"{found}; nothing is stored"
    if outcome.world is None:
        return f"{found}; no world is made of nothing"
    return f"{found}, in the world {outcome.world}: choose it at the top of the map (sylvan serve)"
