"""`sylvan hub`: the national hub reads the regions' logs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from sylvan import wiring
from sylvan.cli import logs, serving
from sylvan.cli.output import (
    OUT,
    AsJson,
    DataDir,
    FriendlyGroup,
    explained,
    print_json,
    say,
    settings_with,
)
from sylvan.domain.actors import system
from sylvan.feeds.errors import FeedError
from sylvan.feeds.regions import read_sources
from sylvan.jobs import hub
from sylvan.jobs.crew import Crew
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.services.house import House
from sylvan.settings import Settings

app = typer.Typer(
    cls=FriendlyGroup,
    no_args_is_help=True,
    help="A national hub reads the regions' logs by the cursor that their screens use.",
)
RegionsFile = Annotated[
    Path | None, typer.Option("--regions", help="YAML file of regions; default: SYLVAN_HUB_FILE.")
]


@app.command()
def pull(
    data_dir: DataDir = None,
    regions: RegionsFile = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on until stopped, as a worker does by itself.")
    ] = False,
) -> None:
    """Read everything that the regions have to tell; what was read stays, whatever happens."""
    with explained():
        settings = settings_with(data_dir, hub_file=regions)
        logs.configure_logs(settings)
        file = _file(settings)
        with (
            serving.stopping() as stop,
            database.lease(settings, say) as url,
            wiring.opened(settings, url) as house,
            Crew() as crew,
        ):
            if follow:
                hub.start(crew, house, file)
                stop.wait()
            elif missing := _once(house, file):
                raise Refusal(
                    f"Not read to the end: {', '.join(missing)}.",
                    "Ask again later: it goes on where it stood. Why: sylvan hub sources",
                )


@app.command()
def sources(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Which regions are read, how far, and what is missing of them."""
    with explained():
        settings = settings_with(data_dir)
        logs.configure_logs(settings)
        with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
            found = house.hub.sources(system(house.worlds.live()))["sources"]
        if json:
            print_json(found)
            return
        shown = Table("region", "state", "number", "events", "age, s", "holes")
        for one in found:
            age = "" if one["age_s"] is None else str(one["age_s"])
            holes = str(len(one["holes"]))
            shown.add_row(
                one["code"], one["state"], str(one["seq"]), str(one["events"]), age, holes
            )
        OUT.print(shown)


def _file(settings: Settings) -> Path:
    """The file of regions, looked into before anything is started.

    Raises:
        Refusal: none is named, or it cannot be used.
    """
    if settings.hub_file is None:
        raise Refusal(
            "No file of regions is named.", "Set SYLVAN_HUB_FILE, or: sylvan hub pull --regions F"
        )
    try:
        read_sources(settings.hub_file)
    except FeedError as error:
        raise Refusal(
            f"{settings.hub_file} cannot be used: {error.params.get('detail', error)}.",
            "It holds a list, regions, each with code, url (https) and key",
        ) from None
    return settings.hub_file


def _once(house: House, file: Path) -> list[str]:
    """Read each region to its end; those that could not be."""
    missing = []
    for source in read_sources(file):
        reader = hub.puller(house, source)
        try:
            reader.catch_up()
        except FeedError as error:
            reader.note(error)
            missing.append(source.code)
        say(f"{source.code}: read up to {_told(house, source.code)}")
    return missing


def _told(house: House, code: str) -> int:
    stand = house.hub.stand(code)
    return 0 if stand is None else stand.seq
