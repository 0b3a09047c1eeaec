"""`sylvan drill`: begin a drill, list them, end one, take its score."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from sylvan.cli.heat import opened
from sylvan.cli.output import OUT, AsJson, DataDir, FriendlyGroup, print_json, say
from sylvan.cli.texts import told
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Refusal as Refused
from sylvan.domain.drills.model import Source, SourceKind
from sylvan.ops.refusal import Refusal
from sylvan.services.drills import NewDrill
from sylvan.services.house import House

LIVE: Final = "live"
app = typer.Typer(
    cls=FriendlyGroup,
    no_args_is_help=True,
    help="Drills: a day for chosen people, and how they did.",
)
Which = Annotated[UUID, typer.Argument(help="Id of the drill, as `sylvan drill list` shows it.")]


@contextmanager
def _opened(data_dir: Path | None) -> Iterator[tuple[House, Actor]]:
    """The use-cases; a refusal is told in words."""
    with opened(data_dir, LIVE) as (house, actor):
        try:
            yield house, actor
        except Refused as refused:
            first = refused.errors[0] if refused.errors else None
            code, params = (first.code, first.params) if first else (refused.code, refused.params)
            raise Refusal(f"{told(code, dict(params))}.", "See sylvan drill --help.") from None


@app.command()
def start(
    name: Annotated[str, typer.Argument(help="Of the drill and its world.")],
    role: Annotated[
        list[str] | None, typer.Option(help="Everybody of this role takes part; again for more.")
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option(help="This person takes part; again for more.")
    ] = None,
    fires: Annotated[int, typer.Option(min=1, help="Fires of a generated day.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same generated day.")] = 1,
    hours: Annotated[float, typer.Option(min=0.5, help="Length by the world's clock.")] = 12.0,
    world: Annotated[
        str, typer.Option(help="A historic day instead: the world that has it.", show_default=False)
    ] = "",
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Which historic day, UTC.", show_default=False),
    ] = None,
    speed: Annotated[float, typer.Option(min=0.1, help="World seconds per second.")] = 10.0,
    outside: Annotated[
        bool, typer.Option("--outside", help="Tell named contacts outside as well.")
    ] = False,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Open a drill's world; a running server or worker plays it."""
    source = Source(SourceKind.GENERATED, hours, seed, fires)
    if world or day:
        historic = day.date() if day else None
        source = Source(SourceKind.HISTORIC, hours, world=world, day=historic)
    new = NewDrill(name, source, speed, tuple(person or ()), tuple(role or ()), outside)
    with _opened(data_dir) as (house, actor):
        made = house.drills.begin(actor, new)
    if json:
        print_json(made)
        return
    say(f"{made['id']}  {made['name']}: {made['holds']['files']} files; a running server plays it")


@app.command("list")
def list_drills(data_dir: DataDir = None, json: AsJson = False) -> None:
    """List drills, the newest first."""
    with _opened(data_dir) as (house, actor):
        rows = house.drills.listed(actor)
    if json:
        print_json(rows)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    names = ("id", "name", "state", "speed", "begin_at", "ended_at")
    for column in names:
        table.add_column(column)
    for one in rows:
        table.add_row(*(escape(str(one[column] or "")) for column in names))
    OUT.print(table)


@app.command()
def end(drill: Which, data_dir: DataDir = None, json: AsJson = False) -> None:
    """End a drill: its clock stands, its score is kept."""
    with _opened(data_dir) as (house, actor):
        told_ = house.drills.end(actor, drill)
    if json:
        print_json(told_)
        return
    say(f"{told_['name']} is over; its score: sylvan drill score {drill}")


@app.command()
def score(
    drill: Which,
    out: Annotated[Path | None, typer.Option(help="CSV file to write.", show_default=False)] = None,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Show how people did, or write it as a table."""
    with _opened(data_dir) as (house, actor):
        found = house.drills.score(actor, drill)
        name = house.drills.one(actor, drill)["name"]
        body = house.drill_tables.csv(name, found)
    if out is not None:
        _write(out, body)
    if json:
        print_json(found)
        return
    OUT.print(_clocks(found))
    truth = found["truth"]
    if truth is not None:
        words = ("found", "rejected", "undecided", "missed", "untold", "false_registered")
        OUT.print("  ".join(f"{word} {truth[word]}" for word in words))


def _write(out: Path, body: bytes) -> None:
    try:
        out.write_bytes(body)
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}.", "Check the path.") from None
    say(f"{len(body):,} bytes in {out}")


def _clocks(found: dict[str, Any]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    columns = ("clock", "norm_s", "done", "in_time", "median_s", "median_watch_s", "open")
    for column in ("who", *columns):
        table.add_column(column)
    people = [("all", found["clocks"]), *((one["name"], one["clocks"]) for one in found["people"])]
    for who, clocks in people:
        for clock in clocks:
            values = ("" if clock[name] is None else str(clock[name]) for name in columns)
            table.add_row(escape(who), *values)
    return table
