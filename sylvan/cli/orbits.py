"""`sylvan orbits`: orbital elements, and which satellite comes next."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from sylvan import wiring
from sylvan.cli.output import (
    OUT,
    AsJson,
    DataDir,
    FriendlyGroup,
    print_json,
    say,
    settings_with,
)
from sylvan.cli.texts import told
from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.coordinates import read as read_place
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.services.house import House

STDIN = "-"
MOST_HOURS = 72.0

World = Annotated[str, typer.Option(help="World that they belong to.")]

app = typer.Typer(
    cls=FriendlyGroup,
    no_args_is_help=True,
    help="Orbital elements (TLE), and which satellite comes next.",
)


@contextmanager
def _opened(data_dir: Path | None, world: str) -> Iterator[tuple[House, Actor]]:
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        house.worlds.live()
        yield house, local_operator(house.worlds.named(world))


@app.command()
def load(
    file: Annotated[str, typer.Argument(help="TLE, or OMM in JSON; - is standard input.")],
    world: World = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Take in orbital elements; sets that cannot be used are told one by one."""
    name, body = _body(file)
    with _opened(data_dir, world) as (house, actor):
        account = house.passes.load(actor, name, body)
    if json:
        print_json(account)
        return
    say(
        f"{account['accepted']} sets are new, {account['known']} were known,"
        f" {account['rejected']} cannot be used, {account['skipped']} are of other satellites"
    )
    for reject in account["rejects"]:
        text = told(reject["code"], reject["params"])
        OUT.print(f"[red]not used[/red]  {escape(text)}", soft_wrap=True)


@app.command("list")
def list_orbits(world: World = "live", data_dir: DataDir = None, json: AsJson = False) -> None:
    """List the newest elements of each satellite, and how old they are."""
    with _opened(data_dir, world) as (house, actor):
        rows = house.passes.listed(actor)
    if json:
        print_json(rows)
        return
    if not rows:
        say("there are no orbital elements: sylvan orbits load FILE")
        return
    _table(rows, ("satellite", "epoch", "age_days", "sets", "source"))


@app.command("next")
def next_passes(
    place: Annotated[str, typer.Argument(help="Latitude, longitude: 62.03,129.73")],
    hours: Annotated[float, typer.Option(min=0.1, max=MOST_HOURS, help="How far ahead.")] = 12.0,
    world: World = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Say which satellites look at a place next, and how slantingly."""
    lon, lat = read_place(place).place
    with _opened(data_dir, world) as (house, actor):
        found = house.passes.over(actor, lon, lat, hours)
    if json:
        print_json(found)
        return
    if found["next"]:
        _table(found["next"], ("satellite", "at", "view_deg", "weak"))
    elif found["elements"]:
        say(f"no pass within {hours:g} hours")
    for remark in found["missing"]:
        say(told(remark["code"], remark["params"]))


def _table(rows: list[dict[str, Any]], names: tuple[str, ...]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in names))
    OUT.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return escape(str(value))


def _body(file: str) -> tuple[str, bytes]:
    if file == STDIN:
        return "stdin", sys.stdin.buffer.read()
    try:
        return Path(file).name, Path(file).read_bytes()
    except OSError as error:
        raise Refusal(f"{file} cannot be opened: {error.strerror}", "Name a file.") from None
