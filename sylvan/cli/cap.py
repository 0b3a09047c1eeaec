"""`sylvan cap`: alerts by the Common Alerting Protocol: check, take in, our certificate."""

from pathlib import Path
from typing import Annotated

import typer

from sylvan import wiring
from sylvan.cli.output import (
    NOTES,
    AsJson,
    DataDir,
    FriendlyGroup,
    print_json,
    problem,
    say,
    settings_with,
)
from sylvan.cli.texts import told
from sylvan.domain import codes
from sylvan.domain.actors import local_operator
from sylvan.domain.cap import rules
from sylvan.domain.cap.reading import read
from sylvan.domain.codes import FieldError, Refusal, invalid
from sylvan.ops import database, refusal
from sylvan.ops.cap_key import CapKey

app = typer.Typer(cls=FriendlyGroup, no_args_is_help=True, help="Alerts by CAP 1.2.")
Files = Annotated[list[Path], typer.Argument(help="Files with one message each.")]
World = Annotated[str, typer.Option(help="Into which world.")]


@app.command()
def check(files: Files, json: AsJson = False) -> None:
    """Judge messages and name every fault by element and line; nothing is stored."""
    found = [_checked(file) for file in files]
    if json:
        print_json(found)
    if any(one["faults"] for one in found):
        raise typer.Exit(1)


def _checked(file: Path) -> dict[str, object]:
    faults: tuple[FieldError, ...] = ()
    remarks: tuple[FieldError, ...] = ()
    try:
        message = read(_body(file))
        remarks = (*message.remarks, *rules.manners(message.alert))
        if wrong := rules.faults(message.alert):
            raise invalid(wrong)
    except codes.Invalid as error:
        faults = error.errors
    for one in (*faults, *remarks):
        sort = "wrong" if one in faults else "remark"
        NOTES.print(f"{file.name}: {sort}: {one.field}: {told(one.code, dict(one.params))}")
    if not faults:
        say(f"{file.name}: a CAP 1.2 message")
    return {
        "file": str(file),
        "faults": [one.as_dict() for one in faults],
        "remarks": [one.as_dict() for one in remarks],
    }


@app.command()
def take(
    files: Files, world: World = "live", data_dir: DataDir = None, json: AsJson = False
) -> None:
    """Take in others' messages; sent again they change nothing."""
    settings = settings_with(data_dir)
    refused = False
    rows = []
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        actor = local_operator(house.worlds.named(world))
        for file in files:
            try:
                taken = house.cap_intake.take(actor, _body(file))
            except Refusal as error:
                refused = True
                _tell(file, error)
                continue
            rows.append(taken.as_dict() | {"file": str(file)})
            word = taken.disposition
            say(f"{file.name}: {told(word.code, dict(word.params))}")
    if json:
        print_json(rows)
    if refused:
        raise typer.Exit(1)


@app.command()
def certificate(data_dir: DataDir = None) -> None:
    """Print the certificate that our signatures are checked with."""
    typer.echo(CapKey(settings_with(data_dir).data_dir).certificate(), nl=False)


def _tell(file: Path, error: Refusal) -> None:
    lines = [f"{one.field}: {told(one.code, dict(one.params))}" for one in error.errors]
    problem(f"{file.name}: " + "\n".join(lines or [told(error.code, dict(error.params))]), "")


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise refusal.Refusal(
            f"{file} cannot be read: {error.strerror}.", "Name a file with a CAP message."
        ) from error
