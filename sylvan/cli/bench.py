"""`sylvan bench`: measure this machine against named references, in the same run."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sylvan.cli.output import NOTES, OUT, AsJson, FriendlyGroup, print_json
from sylvan.ops.refusal import Refusal

app = typer.Typer(
    cls=FriendlyGroup,
    no_args_is_help=True,
    help="Speed as ratios against named references; medians of alternating runs.",
)
Rows = Annotated[int, typer.Option(help="Rows to measure with.")]
Repeat = Annotated[int, typer.Option(help="Alternating runs; the median counts.")]


def _measure(module: str, run: Callable[[Any], dict[str, Any]], *, json: bool) -> dict[str, Any]:
    try:
        bench = import_module(f"sylvan.bench.{module}")
    except ModuleNotFoundError as error:
        raise Refusal(
            f"The benchmark needs {error.name}.", "Install it: pip install 'sylvan[bench]'"
        ) from None
    with NOTES.status("measuring: the machine should do nothing else"):
        result = run(bench)
    if json:
        print_json(result)
    else:
        shown: Table = bench.table(result)
        OUT.print(shown)
    return result


@app.command()
def ingest(rows: Rows = 1_000_000, repeat: Repeat = 5, json: AsJson = False) -> None:
    """File → validated → deduplicated → indexed, against psql's binary copy of the same rows."""
    _measure("ingest", lambda bench: bench.run(rows, repeat), json=json)


@app.command()
def parse(rows: Rows = 200_000, repeat: Repeat = 5, json: AsJson = False) -> None:
    """Strict parsing with reasons, of a file in which half the rows are bad in 40 ways."""
    _measure("parse", lambda bench: bench.run(rows, repeat), json=json)


@app.command()
def group(
    rows: Rows = 1_000_000,
    repeat: Repeat = 5,
    reference_runs: Annotated[
        int,
        typer.Option(help="Runs of each reference: one of a million takes a minute; 0: none."),
    ] = 1,
    json: AsJson = False,
) -> None:
    """Grouping a season, against scikit-learn's and PostGIS' DBSCAN on the same points."""
    _measure("group", lambda bench: bench.run(rows, repeat, reference_runs), json=json)


@app.command()
def onto(
    rows: Annotated[int, typer.Option(help="Detections that are stored already.")] = 10_000_000,
    batch: Annotated[int, typer.Option(help="Rows of one delivery.")] = 5_000,
    repeat: Annotated[int, typer.Option(help="Deliveries; median and p95 count.")] = 10,
    json: AsJson = False,
) -> None:
    """A delivery onto millions of stored detections, until the changed fires are committed."""
    _measure("onto", lambda bench: bench.run(rows, batch, repeat), json=json)


@app.command()
def latency(rows: Rows = 5_000, repeat: Repeat = 20, json: AsJson = False) -> None:
    """From a file in the drop folder to the change on an open websocket."""
    _measure("latency", lambda bench: bench.run(rows, repeat), json=json)


@app.command()
def assess(
    rows: Annotated[int, typer.Option(help="Detections of one pass.")] = 5_000,
    fires: Annotated[int, typer.Option(help="Active fires that the pass sees again.")] = 200,
    repeat: Annotated[int, typer.Option(help="Passes; median and p95 count.")] = 20,
    json: AsJson = False,
) -> None:
    """One pass over many fires, from rows to events with exposure, beside PostGIS."""
    _measure("assess", lambda bench: bench.run(rows, fires, repeat), json=json)


@app.command()
def live(
    clients: Annotated[int, typer.Option(help="Open sockets that each change reaches.")] = 5_000,
    events: Annotated[int, typer.Option(help="Changes of one run.")] = 50,
    repeat: Annotated[int, typer.Option(help="Alternating runs; the median counts.")] = 3,
    idle: Annotated[int, typer.Option(help="Idle sockets whose memory is read; 0: none.")] = 10_000,
    storm: Annotated[int, typer.Option(help="Sockets that come back at once; 0: none.")] = 2_000,
    json: AsJson = False,
) -> None:
    """One change to many sockets, beside a raw protocol, `websockets.broadcast` and FastAPI."""
    _measure("live", lambda bench: bench.run(clients, events, repeat, idle, storm), json=json)


@app.command("alerts-storm")
def alerts_storm(
    letters: Annotated[int, typer.Option(help="Letters that become due at once.")] = 5_000,
    json: AsJson = False,
) -> None:
    """A storm of letters while a third of the sinks fail, against the same with none failing."""
    _measure("alerts_storm", lambda bench: bench.run(letters), json=json)


@app.command()
def rights(rows: Rows = 1_000_000, repeat: Repeat = 15, json: AsJson = False) -> None:
    """Scoped reads of a million detections with row-level security, against the same without."""
    _measure("rights", lambda bench: bench.run(rows, repeat), json=json)


@app.command()
def alerts(
    rules: Annotated[int, typer.Option(help="Rules, with three levels each.")] = 1_000,
    subscriptions: Annotated[int, typer.Option(help="Places, things, territories.")] = 10_000,
    fires: Annotated[int, typer.Option(help="Fires that change at once.")] = 200,
    repeat: Annotated[int, typer.Option(help="Changed fires, one at a time; p99 counts.")] = 300,
    json: AsJson = False,
) -> None:
    """One changed fire and many against all alert rules, beside a plain loop over the rules."""
    _measure("alerts", lambda bench: bench.run(rules, subscriptions, fires, repeat), json=json)


@app.command()
def fuzz(
    cases: Annotated[int, typer.Option(help="Requests, spread evenly over all operations.")] = (
        20_000
    ),
    seed: Annotated[int, typer.Option(help="The same seed asks the same.")] = 1,
    json: AsJson = False,
) -> None:
    """Requests by schemathesis to every operation; exit status 1 when an answer is at fault."""
    if _measure("fuzz", lambda bench: bench.run(cases, seed), json=json)["findings"]:
        raise typer.Exit(1)


@app.command()
def screening(
    seeds: Annotated[
        str, typer.Option(help="Seeds of the made-up seasons; others than those of calibration.")
    ] = "1,2,3,4",
    days: Annotated[float, typer.Option(help="Length of each season.")] = 32.0,
    data: Annotated[
        Path, typer.Option(help="Folder with heat_sources/ and firms/; absent: no flare survey.")
    ] = Path("../shared/data"),
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Also make the weights anew, on their own seeds.")
    ] = False,
    json: AsJson = False,
) -> None:
    """How surely fires are told from flares, glint, roofs and hits, beside three filters."""
    try:
        numbers = [int(one) for one in seeds.split(",")]
        _measure(
            "screening",
            lambda bench: bench.run(numbers, days, data, calibrate=calibrate),
            json=json,
        )
    except ValueError as error:
        raise Refusal(f"{error}.", "Name other seeds: --seeds 1,2,3,4") from None


@app.command()
def archive(
    rows: Annotated[int, typer.Option(help="Rows of one season.")] = 1_000_000,
    flat: Annotated[
        bool, typer.Option("--flat/--one", help="Also a quarter of a season, and four.")
    ] = True,
    dask: Annotated[
        bool, typer.Option("--dask/--no-dask", help="Also on a cluster of two workers.")
    ] = True,
    json: AsJson = False,
) -> None:
    """A year of files → fires in the database: speed, memory at three sizes, a Dask cluster."""
    _measure("archive", lambda bench: bench.run(rows, flat=flat, dask=dask), json=json)


@app.command()
def perimeters(
    data: Annotated[
        Path, typer.Option(help="Folder of real data: `reference/` and `firms/` in it.")
    ] = Path("../shared/data"),
    repeat: Repeat = 5,
    reach_km: Annotated[
        float, typer.Option(help="Points belong to a perimeter up to this far from it.")
    ] = 1.0,
    least: Annotated[int, typer.Option(help="Fewer points of a fire are not compared.")] = 10,
    json: AsJson = False,
) -> None:
    """Edges beside official US perimeters, with four references; speed beside the alpha shape."""
    try:
        _measure("perimeters", lambda bench: bench.run(data, repeat, reach_km, least), json=json)
    except FileNotFoundError as error:
        raise Refusal(f"No reference data: {error}.", "Name its folder: --data FOLDER") from None


@app.command()
def spread(
    repeat: Repeat = 5,
    pyretechnics: Annotated[
        Path | None,
        typer.Option(help="Folder of an environment for it, made by pip; none: left out."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Scenario that forecasts are held against.")] = 11,
    fires: Annotated[int, typer.Option(help="Fires of the bad day; 0: left out.")] = 200,
    json: AsJson = False,
) -> None:
    """Forecasts of spread: speed, area, and what fires did next beside two simple rules."""
    _measure("spread", lambda bench: bench.run(repeat, pyretechnics, seed, fires), json=json)


@app.command()
def danger(
    data: Annotated[
        Path, typer.Option(help="Folder of real data: `weather/fwi_vectors` in it.")
    ] = Path("../shared/data"),
    size: Annotated[int, typer.Option(help="Rows and columns of the raster.")] = 1_000,
    repeat: Repeat = 5,
    json: AsJson = False,
) -> None:
    """Fire weather of a raster's day beside xclim's; the tables of 1985 and of the R package."""
    _measure("danger", lambda bench: bench.run(data, size, repeat), json=json)


@app.command()
def travel(
    repeat: Repeat = 5,
    seed: Annotated[int, typer.Option(help="Seed of the generated ground.")] = 5,
    size: Annotated[str, typer.Option(help="Units and fires.")] = "300x50",
    json: AsJson = False,
) -> None:
    """Hours of many units to many fires, and the search beside scikit-image's."""
    try:
        units, fires = (int(one) for one in size.split("x"))
    except ValueError:
        raise Refusal(f"{size} is no size.", "Name units and fires: --size 300x50") from None
    _measure("travel", lambda bench: bench.run(repeat, seed, (units, fires)), json=json)


@app.command()
def suggest(
    size: Annotated[
        str | None, typer.Option(help="Fires and units, as 50x300; none: all three sizes.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(help="Instances of each size; none: what the limits are about.")
    ] = None,
    json: AsJson = False,
) -> None:
    """The suggestion of forces: answers, proven gap and memory, beside HiGHS and CP-SAT."""
    try:
        _measure("suggest", lambda bench: bench.run(size, seeds), json=json)
    except ValueError as error:
        raise Refusal(f"{error}.", "Name a size: --size 50x300") from None


@app.command()
def forces(
    seeds: Annotated[int, typer.Option(help="Seasons of each load.")] = 30,
    load: Annotated[
        str, typer.Option(help="Times the fires of a season: half, normal, double, or all.")
    ] = "normal",
    fires: Annotated[int, typer.Option(help="Fires of a season at normal load.")] = 300,
    first: Annotated[int, typer.Option(help="Seed of the first season.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Keep each finished season in this file, a line each.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with that file: what is in it is not done again."),
    ] = False,
    json: AsJson = False,
) -> None:
    """Simulated seasons under five policies of sending forces, in the same worlds."""

    def run(bench: Any) -> dict[str, Any]:
        wanted = bench.Wanted(seeds, load, first, parameters=replace(bench.DEFAULT, fires=fires))
        told: dict[str, Any] = bench.run(wanted, out, resume=resume)
        return told

    try:
        _measure("forces", run, json=json)
    except ValueError as error:
        raise Refusal(
            f"{error}.", "See --load and --seeds; --resume goes on with a file of the same seasons."
        ) from None


@app.command()
def ogc(
    rows: Annotated[int, typer.Option(help="Detections that are stored.")] = 200_000,
    repeat: Repeat = 15,
    tipg: Annotated[
        Path | None,
        typer.Option(help="Folder of tipg's environment, made there by pip; none: a passing one."),
    ] = None,
    json: AsJson = False,
) -> None:
    """A page of 1,000 features over HTTP, against tipg's on the same table."""
    _measure("ogc", lambda bench: bench.run(rows, repeat, tipg), json=json)


@app.command()
def export(
    rows: Annotated[int, typer.Option(help="Versions of fires that are written.")] = 100_000,
    json: AsJson = False,
) -> None:
    """Exports in every form: peak of memory, and time beside a plain COPY."""
    _measure("export", lambda bench: bench.run(rows), json=json)


@app.command()
def screens(
    rows: Annotated[int, typer.Option(help="Detections on the map.")] = 100_000,
    repeat: Repeat = 5,
    json: AsJson = False,
) -> None:
    """The dispatcher's screen in Chromium, beside a bare page; exit status 1 over a limit."""
    if _measure("screens", lambda bench: bench.run(rows, repeat), json=json)["broken"]:
        raise typer.Exit(1)
