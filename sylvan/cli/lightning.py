"""`sylvan lightning`: strokes from files, as candidates for what lit a fire."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from sylvan.cli.heat import World, opened
from sylvan.cli.output import OUT, AsJson, DataDir, FriendlyGroup, print_json
from sylvan.cli.texts import told
from sylvan.feeds.errors import FeedError
from sylvan.ops.refusal import Refusal

SHOWN = 20
"""Bad rows printed one by one."""
STDIN = "-"

app = typer.Typer(cls=FriendlyGroup, no_args_is_help=True, help="Lightning strokes.")


@app.callback()
def _group() -> None:
    """Lightning strokes as candidates for what lit a fire."""


@app.command()
def load(
    files: Annotated[list[str], typer.Argument(help="CSV, JSON or GeoJSON; - is standard input.")],
    world: World = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Take strokes in; bad rows are told by line and field, the rest goes in."""
    accounts = []
    with opened(data_dir, world) as (house, actor):
        for name in files:
            label, body = _body(name)
            try:
                accounts.append(house.lightning.take(actor, label, body).as_dict())
            except FeedError as error:
                mend = "Columns: time, lat, lon, and if known peak_ka, kind."
                raise Refusal(told(error.code, error.params), mend) from None
    if json:
        print_json(accounts)
        return
    for account in accounts:
        bad = account.pop("bad")
        OUT.print("  ".join(f"{key} {value}" for key, value in account.items()), soft_wrap=True)
        for row in bad[:SHOWN]:
            text = told(row["code"], {"field": row["field"], "value": row["value"]})
            line = f"line {row['line']}, {row['field'] or 'row'}: {text} ({row['value']})"
            OUT.print(f"[red]rejected[/red]  {escape(line)}", soft_wrap=True)


def _body(name: str) -> tuple[str, bytes]:
    if name == STDIN:
        return "stdin", sys.stdin.buffer.read()
    try:
        return Path(name).name, Path(name).read_bytes()
    except OSError as error:
        raise Refusal(f"{name} cannot be opened: {error.strerror}.", "Check the path.") from None
