"""`sylvan audit`: prove that the audit is whole, and sign how far it goes."""

from pathlib import Path
from typing import Annotated

import orjson
import typer

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
from sylvan.domain.chain import Checkpoint
from sylvan.ops import database, signing
from sylvan.ops.refusal import Refusal
from sylvan.services.audit_verify import Proof, Witnesses
from sylvan.services.house import House

BROKEN = 2
# Exit status of an audit that is not whole; 1 is a command that could not be carried out.
FAULTS = {
    "changed": "row {row} (audit.id {audit_id}) is not the one that was written",
    "deleted": "row {row} (audit.id {audit_id}) was deleted",
    "gap": "rows {row} to {until} are gone from the chain",
    "never_linked": "audit.id {audit_id} never came into the chain",
    "cut": "the end is cut off: a checkpoint knows rows {row} to {until}",
    "rewritten": "rows {row} to {until} were written anew: a checkpoint knows others",
    "forged": "the checkpoint of row {row} is not signed by its key",
}
Copies = Annotated[
    list[Path] | None,
    typer.Option("--checkpoint", help="File of checkpoints that was kept elsewhere; several may."),
]
app = typer.Typer(
    cls=FriendlyGroup,
    no_args_is_help=True,
    help="The record of who did and saw what, and its proof.",
)


@app.command()
def verify(checkpoint: Copies = None, data_dir: DataDir = None, json: AsJson = False) -> None:
    """Go through the whole audit; name the first bad row (exit status 2)."""
    settings = settings_with(data_dir)
    key = signing.CheckpointKey(settings.data_dir)
    copies = [*key.copies(), *(one for file in checkpoint or [] for one in _given(file))]
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        proof = house.audit_proof.prove(Witnesses(signing.genuine, key.trusted(), copies))
    if json:
        print_json(proof.as_dict())
    else:
        _tell(proof)
    raise typer.Exit(0 if proof.whole else BROKEN)


@app.command(name="checkpoint")
def sign(
    out: Annotated[
        Path | None, typer.Option("--out", help="Add it to this file; keep that elsewhere.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Sign how far the audit goes now, and print it as one line of JSON."""
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        line = _signed(house)
    if out is not None:
        with out.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    typer.echo(line)


def _signed(house: House) -> str:
    made = house.audit_chain.caught_up()
    if made is None:
        raise Refusal("The audit is empty.", "")
    return orjson.dumps(made.as_dict()).decode()


def _given(file: Path) -> list[Checkpoint]:
    if not file.is_file():
        raise Refusal(f"There is no file {file}.", "")
    return signing.read_checkpoints(file)


def _tell(proof: Proof) -> None:
    told = proof.as_dict()
    last = proof.last_checkpoint
    signed = (
        f"signed up to row {last.seq} at {last.at:%Y-%m-%d %H:%M:%SZ}" if last else "not signed"
    )
    OUT.print(f"{proof.rows} rows, {proof.waiting} waiting; {signed}")
    if proof.strangers:
        OUT.print(f"{proof.strangers} checkpoints by keys that are not trusted here: not counted")
    for one in told["restored"]:
        OUT.print(f"a backup was restored at {one['at']}: rows after {one.get('seq')} are new")
    if proof.bad is None:
        OUT.print("[green]whole[/green]")
    else:
        what = FAULTS[str(proof.bad.fault)].format(**told["bad"])
        OUT.print(f"[red]not whole[/red]: {what}")
