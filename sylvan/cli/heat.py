"""`sylvan heat`: the register of heat sources, flares and plants that satellites see as fire."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from rich.markup import escape
from rich.table import Table

from sylvan import wiring
from sylvan.cli.output import (
    NOTES,
    OUT,
    AsJson,
    DataDir,
    FriendlyGroup,
    print_json,
    say,
    settings_with,
)
from sylvan.cli.serve import prepare
from sylvan.cli.texts import told
from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.codes import Refusal as Refused
from sylvan.domain.heat_entries import HeatState
from sylvan.feeds.errors import FeedError
from sylvan.feeds.heat_lists import read_list
from sylvan.feeds.tables import BadRow
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.services.house import House
from sylvan.services.log import drain

SHOWN = 20
"""Bad rows printed one by one; ``--json`` has all."""
EVERYTHING = 1_000_000

app = typer.Typer(
    cls=FriendlyGroup, no_args_is_help=True, help="Flares, plants and other known sources of heat."
)
World = Annotated[str, typer.Option(help="World whose register is meant.")]
State = Annotated[
    HeatState | None, typer.Option(help="Only those in this state.", show_default=False)
]


@contextmanager
def opened(data_dir: Path | None, world: str) -> Iterator[tuple[House, Actor]]:
    """The use-cases and the operator in a world."""
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        prepare(house, settings)
        try:
            actor = local_operator(house.worlds.named(world))
        except Refused:
            known = ", ".join(one.name for one in house.worlds.listed())
            raise Refusal(f"There is no world {world!r}.", f"Worlds: {known}") from None
        yield house, actor
        drain(house.worlds.engine)


@app.command("list")
def list_sources(
    state: State = None, world: World = "live", data_dir: DataDir = None, json: AsJson = False
) -> None:
    """List the register, the surest first."""
    with opened(data_dir, world) as (house, actor):
        states = [state.value] if state else None
        found = house.heat.listed(actor, states=states, limit=EVERYTHING)
    rows = [one["properties"] for one in found]
    if json:
        print_json(rows)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("id", no_wrap=True, min_width=36)
    for name in ("state", "origin", "kind", "weight", "lon", "lat", "km", "last seen"):
        table.add_column(name)
    for row in rows:
        lon, lat = row["point"]
        table.add_row(
            row["id"],
            row["state"],
            row["origin"],
            row["kind"],
            f"{row['weight']:.2f}",
            f"{lon:.4f}",
            f"{lat:.4f}",
            f"{row['radius_km']:g}",
            (row["last_seen"] or "–")[:10],
        )
    OUT.print(table)
    say(f"{len(rows):,} sources")


@app.command()
def show(
    source: Annotated[UUID, typer.Argument(help="Its id, as listed.")],
    world: World = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Show one source with everything that speaks for or against it."""
    with opened(data_dir, world) as (house, actor):
        found = house.heat.get(actor, source)
    if json:
        print_json(found)
        return
    for name in ("state", "origin", "kind", "name", "point", "radius_km", "weight", "last_seen"):
        OUT.print(f"{name:<12} {escape(str(found[name]))}")
    for one in found["evidence"]:
        OUT.print(f"• {escape(told(one['code'], one['params']))}", soft_wrap=True)


@app.command("import")
def import_list(
    file: Annotated[
        Path, typer.Argument(help="Flare survey, plants, volcanoes, or CSV/GeoJSON of your own.")
    ],
    world: World = "live",
    check: Annotated[bool, typer.Option("--check", help="Only judge; store nothing.")] = False,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Load a list of heat sources; loaded again, it changes only what changed in it."""
    parsed = _read(file)
    counts: dict[str, int] = {}
    if not check:
        with opened(data_dir, world) as (house, actor):
            counts = house.heat.take(actor, parsed.name, parsed.rows)
    account = {
        "file": parsed.name,
        "catalogue": parsed.catalogue,
        "rows": parsed.total,
        "usable": len(parsed.rows),
        "left_out": parsed.left_out,
        "rejected": len(parsed.bad),
        **counts,
    }
    if json:
        print_json(account | {"bad": [one.as_dict() for one in parsed.bad]})
    else:
        _account(account, parsed.bad)
    if parsed.bad and not parsed.rows:
        raise typer.Exit(1)


def _read(file: Path) -> Any:
    try:
        return read_list(file.name, file.read_bytes())
    except OSError as error:
        raise Refusal(f"{file} cannot be opened: {error.strerror}.", "Check the path.") from None
    except FeedError as error:
        mend = "See sylvan heat import --help, or name columns lat, lon, name, kind, radius_km."
        raise Refusal(told(error.code, error.params), mend) from None


def _account(account: dict[str, Any], bad: list[BadRow]) -> None:
    OUT.print("  ".join(f"{name} {value}" for name, value in account.items()), soft_wrap=True)
    for row in bad[:SHOWN]:
        text = told(row.code, {"field": row.field, "value": row.value})
        line = f"line {row.line}, {row.field or 'row'}: {text} ({row.value})"
        OUT.print(f"[red]rejected[/red]  {escape(line)}", soft_wrap=True)
    if len(bad) > SHOWN:
        OUT.print(f"… and {len(bad) - SHOWN:,} more (--json lists all)")


@app.command()
def learn(world: World = "live", data_dir: DataDir = None, json: AsJson = False) -> None:
    """Learn sources from all detections that are stored, now and not at the day's turn."""
    with opened(data_dir, world) as (house, actor):
        with NOTES.status("counting …") as status:
            lesson = house.heat_learning.learn(
                actor, lambda done, of: status.update(f"counting month {done} of {of} …")
            )
        house.heat.expire(actor)
    if json:
        print_json(lesson.as_dict())
        return
    facts = lesson.as_dict().items()
    OUT.print("  ".join(f"{name} {value:,}" for name, value in facts), soft_wrap=True)


@app.command()
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="GeoJSON file to write.")],
    state: State = None,
    world: World = "live",
    data_dir: DataDir = None,
) -> None:
    """Write the register as GeoJSON, which `import` and every GIS reads."""
    with opened(data_dir, world) as (house, actor):
        states = [state.value] if state else None
        found = house.heat.listed(actor, states=states, limit=EVERYTHING)
        told = {"command": "heat export", "state": states[0] if states else "all"}
        house.auditor.exported(actor, "heat", told)
    body = orjson.dumps({"type": "FeatureCollection", "features": found})
    try:
        output.write_bytes(body + b"\n")
    except OSError as error:
        raise Refusal(f"{output} cannot be written: {error.strerror}.", "See --output.") from None
    say(f"{len(found):,} sources in {output}")
