"""`sylvan regroup`: group everything stored again, and say what differed."""

from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

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
from sylvan.cli.serve import prepare
from sylvan.domain.actors import system
from sylvan.ops import database
from sylvan.services.log import drain
from sylvan.services.regroup import Regrouped


def command(
    world: Annotated[str, typer.Option(help="World to group again.")] = "live",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell; change nothing.")] = False,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Group everything again: people's word holds, ids stay, only differences are written."""
    settings = settings_with(data_dir)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        explained(),
        database.lease(settings, say) as url,
        wiring.opened(settings, url) as house,
        Progress(*columns, console=NOTES, transient=True, disable=json) as progress,
    ):
        prepare(house, settings)
        actor = system(house.worlds.named(world))
        task = progress.add_task("grouping again")

        def tell(done: int, of: int) -> None:
            progress.update(task, description=f"fire {done:,} of {of:,}")

        told = house.regroup.run(actor, dry_run=dry_run, tell=tell)
        if not dry_run:
            drain(house.worlds.engine)
    if json:
        print_json(told.as_dict())
    else:
        _show(told)


def _show(told: Regrouped) -> None:
    would = "would be " if told.dry_run else ""
    OUT.print(
        f"{told.fires:,} fires with {told.detections:,} detections looked at:"
        f" [b]{told.differ:,} fires differ[/b]"
    )
    if told.grouped:
        OUT.print(f"{told.grouped:,} detections that waited were grouped")
    if told.differ:
        OUT.print(
            f"{would}begun {told.begun:,}, merged {told.merged:,}, measured again"
            f" {told.differ - told.begun - told.merged:,}; detections moved {told.moved:,};"
            f" proposals {told.proposed:,}"
        )
        for one in told.ids:
            OUT.print(f"  [dim]{one}[/dim]")
