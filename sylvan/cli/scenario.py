"""`sylvan scenario`: make fire days and seasons with known truth, look at them, hand them out."""

import json as jsonlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from rich.table import Table

from sylvan.cli.output import NOTES, OUT, AsJson, FriendlyGroup, print_json, say, settings_with
from sylvan.domain.codes import NotFound
from sylvan.jobs.land import geography_of
from sylvan.ops.refusal import Refusal
from sylvan.scenario import archive, export
from sylvan.scenario.archive import ScenarioError
from sylvan.scenario.deliveries import Kind
from sylvan.scenario.fires import Cause
from sylvan.scenario.geography import Geography, invented
from sylvan.scenario.parameters import ScenarioParameters, season
from sylvan.scenario.scenario import Scenario, generate
from sylvan.services import packs
from sylvan.services.packs import PackError

app = typer.Typer(
    cls=FriendlyGroup, no_args_is_help=True, help="Fire days and seasons with known truth."
)

BOX_NUMBERS: Final = 4

Stored = Annotated[Path, typer.Argument(help="A scenario: folder or .zip.", show_default=False)]


@app.command()
def new(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder or .zip to write.")],
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 1,
    days: Annotated[float | None, typer.Option(help="Length in days.")] = None,
    start: Annotated[str | None, typer.Option(help="First day, e.g. 2026-07-17 (UTC).")] = None,
    ignitions: Annotated[int | None, typer.Option(min=0, help="Random ignitions.")] = None,
    region: Annotated[str | None, typer.Option(help="Region pack; unset: the server's.")] = None,
    box: Annotated[
        str | None, typer.Option(help="An invented land instead: west,south,east,north.")
    ] = None,
    whole_season: Annotated[
        bool, typer.Option("--season", help="A whole season, about a million rows.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Make a scenario."""
    geography = _invented(box, seed) if box else _of_pack(region)
    parameters = _parameters(seed, days, start, ignitions, whole_season=whole_season)
    say(f"{parameters.days:g} days over {geography.code}, seed {seed}")
    with NOTES.status("fires burn, satellites pass …"):
        made = generate(parameters, geography)
        _save(made, output)
    _show(made, output, json=json)


@app.command()
def show(path: Stored, json: AsJson = False) -> None:
    """Say what is in a scenario and what can be scored against its truth."""
    _show(_loaded(path), path, json=json)


@app.command("export")
def write_out(
    path: Stored,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write into.")],
    step: Annotated[float, typer.Option(min=0.25, help="Hours between true perimeters.")] = 1.0,
    files_only: Annotated[
        bool, typer.Option("--files-only", help="Only the files that arrive, no truth.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Write a scenario's files (time stamps say when they arrived) and its truth for a GIS."""
    scenario = _loaded(path)
    written = [*export.deliveries(scenario, output / "deliveries"), export.orbits(scenario, output)]
    if not files_only:
        with NOTES.status("true perimeters …"):
            written += export.truth(scenario, output, step)
    if json:
        print_json({"written": [str(one) for one in written]})
        return
    say(f"{len(written)} files in {output}")


def _save(made: Scenario, output: Path) -> None:
    try:
        archive.save(made, output)
    except (ScenarioError, OSError) as error:
        raise Refusal(f"The scenario cannot be written: {error}.", "See --output.") from None


def _parameters(
    seed: int,
    days: float | None,
    start: str | None,
    ignitions: int | None,
    *,
    whole_season: bool,
) -> ScenarioParameters:
    changes: dict[str, Any] = {"seed": seed}
    try:
        if start:
            changes["start"] = datetime.fromisoformat(start).replace(tzinfo=UTC)
        if days:
            changes["days"] = days
        if days and not whole_season:
            changes["warm_hours"] = min(days * 24 / 2, WARM_HOURS)
        base = season(**changes) if whole_season else ScenarioParameters(**changes)
        return base if ignitions is None else replace(base, ignitions=ignitions)
    except ValueError as error:
        raise Refusal(f"This scenario cannot be made: {error}.", "Change that option.") from error


WARM_HOURS: Final = ScenarioParameters().warm_hours


def _loaded(path: Path) -> Scenario:
    try:
        return archive.load(path)
    except ScenarioError as error:
        raise Refusal(str(error), "Make one: sylvan scenario new -o day.zip") from error


def _invented(box: str, seed: int) -> Geography:
    try:
        numbers = [float(part) for part in box.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != BOX_NUMBERS or numbers[0] >= numbers[2] or numbers[1] >= numbers[3]:
        raise Refusal(
            f"--box {box} is no box.",
            "Write west,south,east,north in degrees; across 180° go on counting: 170,60,190,70",
        )
    west, south, east, north = numbers
    return invented((west, south, east, north), seed)


def _of_pack(region: str | None) -> Geography:
    settings = settings_with(region=region) if region else settings_with()
    try:
        return geography_of(packs.find(settings.region, settings.layers_dir))
    except (PackError, NotFound) as error:
        params = ", ".join(f"{key}: {value}" for key, value in error.params.items())
        raise Refusal(
            f"The region pack {settings.region} cannot be used ({error.code}; {params}).",
            "List the packs that are there: sylvan layers packs; or invent a land: --box",
        ) from error


def _show(scenario: Scenario, path: Path, *, json: bool) -> None:
    facts = _facts(scenario)
    if json:
        print_json({"path": str(path), **facts})
        return
    table = Table(title=f"{path.name}", show_header=False, title_justify="left")
    for name, value in facts.items():
        text = jsonlib.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
        table.add_row(name.replace("_", " "), text.strip("{}").replace('"', ""))
    OUT.print(table)


def _facts(scenario: Scenario) -> dict[str, Any]:
    truth, p = scenario.truth, scenario.parameters
    fires = truth.fires.ignitions
    sizes = [truth.area_ha(int(fire)) for fire in fires["fire"]]
    seen = np.unique(truth.links["source"][truth.links["kind"] == 0]).size
    return {
        "region": scenario.geography.code,
        "seed": p.seed,
        "start": p.start.isoformat(),
        "end": p.end.isoformat(),
        "plays_from": scenario.play_from.isoformat(),
        "true_fires": int(fires.size),
        "seen_by_satellites": int(seen),
        "causes": {c.name.lower(): int((fires["cause"] == c).sum()) for c in Cause},
        "burnt_ha": {"total": round(sum(sizes)), "largest": round(max(sizes, default=0))},
        "passes": int(truth.passes.size),
        "pixels": truth.counts(),
        "rows_in_files": scenario.rows,
        "deliveries": dict(Counter(str(one.kind) for one in scenario.deliveries)),
        "quirks": dict(
            Counter(str(o.quirk) for o in scenario.deliveries if o.kind == Kind.DETECTIONS)
        ),
        "strokes": int(truth.strokes.size),
        "weather_rows": int(truth.weather.size),
        "can_be_scored": {
            "grouping": int(truth.links.size),
            "screening": int(truth.links.size),
            "looks_that_saw_nothing": int((truth.looks["pixels"] == 0).sum()),
            "perimeters_and_growth": int(fires.size),
            "causes": int(fires.size),
            "report_matching": int(truth.reports.size),
        },
    }
