"""`sylvan …`: what an operator asks, grouped as he thinks.

Only the command that is asked for is imported, so that ``sylvan --help`` answers at once.
"""

import sys
from importlib import import_module
from multiprocessing import current_process
from typing import Final, NamedTuple

import typer

from sylvan import __version__


class Entry(NamedTuple):
    """A command: where it lives, under which heading it stands, what it is for."""

    panel: str
    help: str


INTERRUPTED: Final = 130
"""Exit status of a command that Ctrl-C ended (128 + SIGINT), as shells have it."""

MAIN: Final = "MainProcess"
"""What multiprocessing calls a process that nobody of ours started."""

COMMANDS: Final = {
    "serve": Entry("Run", "Everything in one process: database, feeds, map. Start here."),
    "web": Entry("Run", "Only the web server and the live channel (several may run)."),
    "gateway": Entry("Run", "Only the live channel and reading (any number; nothing is kept)."),
    "worker": Entry("Run", "Only feeds, jobs and the sequencer (several may run; one leads)."),
    "ingest": Entry("Data", "Take in hotspot files, with an account of every row."),
    "archive": Entry("Data", "Years of hotspot files at once, into a world of their own."),
    "regroup": Entry("Data", "Group everything again; only what differs is written."),
    "feed": Entry("Data", "Poll satellite feeds and watch the drop folder."),
    "orbits": Entry("Data", "Orbital elements, and which satellite comes next."),
    "layers": Entry("Data", "Region packs and a forest service's own layers."),
    "heat": Entry("Data", "Flares, plants and other known sources of heat."),
    "forces": Entry("Data", "The register of forces: bases and units, as CSV or XLSX."),
    "export": Entry("Data", "Fires, their versions, detections, layers as files for a GIS."),
    "documents": Entry("Data", "Forms, acts and reports: issue, list, take, check templates."),
    "hub": Entry("Data", "A national hub: read the regions' logs, and how far they are read."),
    "lightning": Entry("Data", "Lightning strokes as candidates for what lit a fire."),
    "scenario": Entry("Data", "Generate fire days and seasons with known truth."),
    "replay": Entry("Data", "Play a scenario or recorded files in a world of their own."),
    "drill": Entry("Data", "Drills: a day for chosen people, and how they did."),
    "cap": Entry("Data", "Alerts by CAP 1.2: check messages, take in those of others."),
    "cot": Entry("Run", "Send fires and crews to a TAK server (Cursor on Target)."),
    "people": Entry("Look after it", "Who may sign in, and the keys of partners and devices."),
    "db": Entry("Look after it", "The database: start, stop, back up, restore, migrate."),
    "alerts": Entry("Look after it", "Alerts: check and try rules, channels, log, re-sending."),
    "audit": Entry("Look after it", "Who did and saw what: prove that the record is whole."),
    "tls": Entry("Look after it", "Certificates for phones and offices: a local authority."),
    "doctor": Entry("Look after it", "What is wrong here, and how to mend it."),
    "bench": Entry("Look after it", "Measure this machine against named references."),
}


def _version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


def _root(
    _: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Say which version this is."
    ),
) -> None:
    """Sylvan: from the first hotspot to the closing report, one fire, one id, one live map."""


def build(asked: str | None) -> typer.Typer:
    """The application with the asked command in it, or with the overview of all."""
    app = typer.Typer(
        name="sylvan",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name, entry in COMMANDS.items():
        if asked is None:
            app.command(name, help=entry.help, rich_help_panel=entry.panel)(_overview)
        elif name == asked:
            _mount(app, name, entry)
    return app


def _overview() -> None:
    """Stands in for a command that was not asked for."""


def _mount(app: typer.Typer, name: str, entry: Entry) -> None:
    """A module gives either one ``command`` or an ``app`` of several."""
    import_module("sylvan.cli.logs").plain_faults()
    module = import_module(f"sylvan.cli.{name}")
    if hasattr(module, "command"):
        app.command(name, help=entry.help)(module.command)
    else:
        app.add_typer(module.app, name=name, help=entry.help)


def run() -> None:
    """The console script."""
    if current_process().name != MAIN:
        return  # a helper imports the script that it was started from; some have no guard for that
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    try:
        build(asked if asked in COMMANDS else None)()
    except KeyboardInterrupt:  # while modules load; commands have their own way to stop
        raise SystemExit(INTERRUPTED) from None
