"""`sylvan forces`: the register of forces from a service's own table, and back."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from sylvan.cli.heat import opened
from sylvan.cli.output import OUT, AsJson, DataDir, FriendlyGroup, print_json, say
from sylvan.cli.texts import told
from sylvan.domain.codes import Invalid
from sylvan.domain.forces.status import Status
from sylvan.feeds.errors import FeedError
from sylvan.ops.refusal import Refusal

SHOWN = 20
"""Faults and remarks printed one by one; ``--json`` has more."""
TABLES = ("stations", "units")

app = typer.Typer(
    cls=FriendlyGroup, no_args_is_help=True, help="Bases and units: who there is to send."
)
World = Annotated[str, typer.Option(help="World whose register is meant.")]


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="Workbook with stations and units, or CSV of one of them.")
    ],
    world: World = "live",
    check: Annotated[bool, typer.Option("--check", help="Only judge; store nothing.")] = False,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Load the register, whole or not at all; loaded again, only what changed in it changes."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise Refusal(f"{file} cannot be opened: {error.strerror}.", "Check the path.") from None
    with opened(data_dir, world) as (house, actor):
        try:
            account = house.force_lists.take(actor, file.name, body, check=check)
        except FeedError as error:
            mend = "sylvan forces export register.xlsx writes a file as it is wanted."
            raise Refusal(told(error.code, error.params), mend) from None
        except Invalid as refused:
            _faults(refused, json=json)
            raise typer.Exit(1) from None
    if json:
        print_json(account)
    else:
        _account(account)


def _faults(refused: Invalid, *, json: bool) -> None:
    """Everything that is wrong, by sheet, line and field."""
    if json:
        faults = [one.as_dict() for one in refused.errors]
        print_json({"stored": False, "code": refused.code, "faults": faults})
        return
    OUT.print(f"[red]{escape(told(refused.code, dict(refused.params)))}[/red]", soft_wrap=True)
    for one in refused.errors[:SHOWN]:
        line = f"{one.field}: {told(one.code, dict(one.params))}"
        OUT.print(f"[red]wrong[/red]  {escape(line)}", soft_wrap=True)
    if len(refused.errors) > SHOWN:
        OUT.print(f"… and {len(refused.errors) - SHOWN:,} more (--json lists them)")


def _account(account: dict[str, Any]) -> None:
    for name in TABLES:
        found = account[name]
        counts = found if isinstance(found, dict) else {"rows": found}
        line = "  ".join(f"{key} {value}" for key, value in counts.items())
        OUT.print(f"{name:<9}{line}")
    for one in account["remarks"][:SHOWN]:
        remark = told(one["remark"]["code"], one["remark"]["params"])
        line = f"{one['sheet']}:{one['line']} {one['code']}: {remark}"
        OUT.print(f"[yellow]remark[/yellow]  {escape(line)}", soft_wrap=True)
    if account["ignored"]:
        say("columns that were not read: " + ", ".join(account["ignored"]))
    if not account["stored"]:
        say("nothing was stored (--check)")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="File to write: .xlsx, or .csv with --what.")],
    what: Annotated[
        str | None, typer.Option(help="stations or units, for CSV.", show_default=False)
    ] = None,
    world: World = "live",
    data_dir: DataDir = None,
) -> None:
    """Write the register as `import` and every spreadsheet read it."""
    csv = file.suffix.lower() == ".csv"
    if csv != (what is not None) or (what is not None and what not in TABLES):
        raise Refusal(
            "A workbook (.xlsx) holds both tables, a CSV file one of them.",
            "sylvan forces export register.xlsx, or export units.csv --what units",
        )
    with opened(data_dir, world) as (house, actor):
        body = house.force_lists.file(actor, what)
        house.auditor.exported(actor, "forces", {"command": "forces export", "what": what or "all"})
    try:
        file.write_bytes(body)
    except OSError as error:
        raise Refusal(f"{file} cannot be written: {error.strerror}.", "Check the path.") from None
    say(f"{len(body):,} bytes in {file}")


@app.command("list")
def list_units(
    status: Annotated[
        Status | None, typer.Option(help="Only those that do this.", show_default=False)
    ] = None,
    world: World = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """List units with what they do and where they are."""
    with opened(data_dir, world) as (house, actor):
        found = house.units.listed(actor, statuses=[status.value] if status else ())
    if json:
        print_json(found)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("code", "kind", "status", "people", "station", "hours left", "position"):
        table.add_column(name)
    for one in found:
        table.add_row(
            one["code"],
            one["kind"],
            one["status"],
            str(one["people"] if one["people"] is not None else "–"),
            one["station"] or "–",
            f"{one['duty']['hours_left']:g}",
            _where(one["position"]),
        )
    OUT.print(table)
    say(f"{len(found):,} units")


def _where(position: dict[str, Any] | None) -> str:
    if position is None:
        return "unknown"
    if position["at"] is None:
        return "at its base (assumed)"
    age = f"{position['age_min']:g} min"
    return f"{position['point'][1]:.4f}, {position['point'][0]:.4f}, {age} old"
