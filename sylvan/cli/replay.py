"""`sylvan replay`: play a scenario or recorded files in a world of their own."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sylvan import wiring
from sylvan.cli import logs, serving
from sylvan.cli.output import NOTES, AsJson, DataDir, explained, print_json, say, settings_with
from sylvan.cli.serve import prepare
from sylvan.cli.texts import told
from sylvan.domain.worlds import WorldKind
from sylvan.feeds.errors import FeedError
from sylvan.jobs import playing, recordings
from sylvan.jobs.crew import Crew
from sylvan.jobs.recordings import FirstSeen, RecordingError, Timing
from sylvan.jobs.replay import Item, Pace, Player
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.scenario import archive
from sylvan.scenario.archive import ScenarioError
from sylvan.services.log import Sequencer

AS_FAST_AS_POSSIBLE = 0.0


def command(
    paths: Annotated[
        list[Path], typer.Argument(help="A scenario (folder or .zip), or recorded files.")
    ],
    world: Annotated[str, typer.Option(help="Name of the world that it plays in.")] = "replay",
    speed: Annotated[
        float, typer.Option(help="World seconds per second; 0: as fast as possible.")
    ] = 60.0,
    drill: Annotated[bool, typer.Option("--drill", help="A drill instead of a replay.")] = False,
    first_seen: Annotated[
        FirstSeen, typer.Option(help="How to tell when a recorded file became public.")
    ] = FirstSeen.ACQUISITION,
    delay_hours: Annotated[
        float, typer.Option(min=0, help="Acquisition to public feed, for recorded files.")
    ] = 2.2,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Play through the same door as live feeds; screens choose the world at the top."""
    with explained():
        settings = settings_with(data_dir)
        logs.configure_logs(settings)
        items, play_from = _items(paths, Timing(first_seen, timedelta(hours=delay_hours)))
        pace = _pace(speed)
        with (
            serving.stopping() as stop,
            database.lease(settings, say) as url,
            wiring.opened(settings, url) as house,
            Crew() as crew,
        ):
            prepare(house, settings)
            crew.add(
                "sequencer", lambda flag: Sequencer(house.worlds.engine, flag, house.log.bus).run()
            )
            kind = WorldKind.DRILL if drill else WorldKind.REPLAY
            start = play_from or items[0].at
            opened = playing.open_world(house, world, start, kind)
            say(f"{len(items)} deliveries play in the world {opened.name}")
            stage = playing.Stage(house, opened)
            with _bar(quiet=json) as bar:
                task = bar.add_task("delivered", total=len(items))
                player = playing.player(
                    stage,
                    items,
                    pace,
                    play_from,
                    remember=lambda progress: bar.update(task, completed=progress.next),
                )
                player.run(stop)
        _tell(player, opened.name, json=json)


def _items(paths: list[Path], timing: Timing) -> tuple[list[Item], datetime | None]:
    try:
        if len(paths) == 1 and (paths[0].is_dir() or paths[0].suffix == ".zip"):
            scenario = archive.load(paths[0])
            return recordings.from_scenario(scenario), scenario.play_from
        if len(paths) == 1 and paths[0].suffix == ".parquet":
            return recordings.from_archive(paths[0]), None
        return recordings.from_files(paths, timing), None
    except (RecordingError, ScenarioError, OSError) as error:
        raise Refusal(_why(error), "See sylvan replay --help.") from None


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename} cannot be opened: {error.strerror}"
    cause = error.__cause__
    return told(cause.code, cause.params) if isinstance(cause, FeedError) else str(error)


def _pace(speed: float) -> Pace:
    try:
        return Pace(rate=None if speed == AS_FAST_AS_POSSIBLE else speed)
    except ValueError as error:
        raise Refusal(f"--speed {speed:g} cannot be played.", str(error)) from None


def _bar(*, quiet: bool) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=NOTES, disable=quiet)


def _tell(player: Player, world: str, *, json: bool) -> None:
    progress = player.progress
    if json:
        print_json({"world": world, "total": player.total, **progress.as_dict()})
        return
    say(f"{progress.next} of {player.total} delivered in the world {world}")
    if progress.next < player.total:
        say("stopped: the world stays as it is, its clock stands; a new run opens a new world")
    if progress.refused:
        say("put aside: " + ", ".join(progress.refused))
