"""`sylvan layers`: region packs and a forest service's own layers."""

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sylvan import wiring
from sylvan.cli.output import (
    OUT,
    AsJson,
    DataDir,
    FriendlyGroup,
    Yes,
    agreed,
    print_json,
    say,
    settings_with,
)
from sylvan.cli.texts import told
from sylvan.domain.actors import local_operator
from sylvan.domain.codes import Refusal as Refused
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.services import packs, terrain
from sylvan.services.packs import LayerKind, LayerSpec
from sylvan.services.packs_check import LayerReport

SHOWN = 20
"""Findings printed one by one; more only make a terminal scroll (``--json`` has all)."""

REPAIR = "Read the findings; --repair mends what has a sound repair."

app = typer.Typer(
    cls=FriendlyGroup, no_args_is_help=True, help="Region packs and a forest service's own layers."
)


@app.command("packs")
def list_packs(json: AsJson = False) -> None:
    """List the region packs that are there."""
    settings = settings_with()
    found = {name: packs.load(path) for name, path in packs.folders(settings.layers_dir).items()}
    facts: list[dict[str, Any]] = [
        {"code": name, "names": pack.manifest.names, "layers": len(pack.manifest.layers)}
        for name, pack in found.items()
    ]
    if json:
        print_json(facts)
        return
    for fact in facts:
        OUT.print(f"{fact['code']:<16} {fact['names'].get('en')}  ({fact['layers']} layers)")


@app.command("list")
def list_layers(data_dir: DataDir = None, json: AsJson = False) -> None:
    """List the layers that are loaded, with source and licence; samples are marked."""
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        rows = house.layers.listed(settings.region)
    if json:
        print_json(rows)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("code", "kind", "items", "source", "licence"):
        table.add_column(name)
    for row in rows:
        source = "[yellow]sample[/yellow]" if row["sample"] else row["source"]
        table.add_row(row["code"], row["kind"], f"{row['items']:,}", source, row["licence"])
    OUT.print(table)


@app.command()
def load(
    file: Annotated[
        Path | None, typer.Argument(help="GeoPackage, shapefile or GeoJSON; none: the region pack.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="What the layer is, e.g. forestry.")] = None,
    code: Annotated[str | None, typer.Option(help="Its code; default: the kind.")] = None,
    fields: Annotated[
        str, typer.Option(help="Our fields and the file's columns: code=KOD,name_ru=NAZV")
    ] = "",
    layer: Annotated[str | None, typer.Option(help="Table of a GeoPackage.")] = None,
    crs: Annotated[str | None, typer.Option(help="Where the file lacks it: EPSG:28422")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a shapefile's text: cp1251")] = None,
    title: Annotated[str | None, typer.Option(help="Title on the map.")] = None,
    licence: Annotated[str, typer.Option(help="Licence of the data.")] = "own",
    repair: Annotated[bool, typer.Option("--repair", help="Mend faulty geometries.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only judge; store nothing.")] = False,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Load the region's pack, or one file in the place of the sample of its kind."""
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        house.worlds.live()
        house.layers.load_region(
            settings.region, settings.layers_dir, _progress, again=file is None
        )
        if file is None:
            return
        spec = _spec(file, kind, code, fields, layer, crs, encoding, title, licence)
        report = _guarded(lambda: house.layers.check(file, spec, repair=repair))
        _tell(report, json=json)
        count = len(report.data)
        if not any(report.data.names):
            say("no feature has a name; say which column has it: --fields name_ru=COLUMN")
        if check:
            faults = sum(finding.fault for finding in report.findings)
            say(f"{count:,} features can be read, {faults:,} faults; nothing was stored")
            raise typer.Exit(0 if report.ok else 1)
        actor = local_operator(house.worlds.live())
        _guarded(lambda: house.layers.load_file(actor, settings.region, file, spec, repair=repair))
        say(f"{count:,} features are now the layer {spec.code}")


@app.command("terrain")
def load_terrain(
    file: Annotated[
        Path | None, typer.Argument(help="GeoTIFF of heights in metres; none: tell what is there.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove it: ground is flat.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Load the terrain model that forecasts of spread run on, or remove it."""
    settings = settings_with(data_dir)
    place = settings.terrain_file
    if remove:
        place.unlink(missing_ok=True)
    elif file is not None:
        _guarded(lambda: terrain.check(file))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, half := place.with_suffix(".part"))
        half.replace(place)
    used = wiring.terrain(settings).file()
    if used is None:
        say("no terrain model: forecasts take the ground as flat")
        return
    west, south, east, north = _guarded(lambda: terrain.check(used))
    say(f"{used} covers {west:.2f}…{east:.2f}° E, {south:.2f}…{north:.2f}° N")


@app.command()
def drop(code: str, data_dir: DataDir = None, yes: Yes = False) -> None:
    """Remove a layer."""
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        known = [layer["code"] for layer in house.layers.listed()]
        if code not in known:
            raise Refusal(told("problem.layer_unknown", {"layer": code}), ", ".join(known))
        agreed(f"Remove the layer {code}?", yes=yes)
        actor = local_operator(house.worlds.live())
        _guarded(lambda: house.layers.drop(actor, code))


def _progress(code: str, number: int, of: int) -> None:
    say(f"loading layer {number} of {of}: {code}")


def _guarded(action: Any) -> Any:
    try:
        return action()
    except Refused as refused:
        faults = refused.code == "problem.layer_faults"
        mend = REPAIR if faults else "See sylvan layers load --help."
        raise Refusal(told(refused.code, dict(refused.params)), mend) from None


def _spec(
    file: Path,
    kind: str | None,
    code: str | None,
    fields: str,
    layer: str | None,
    crs: str | None,
    encoding: str | None,
    title: str | None,
    licence: str,
) -> LayerSpec:
    if kind not in set(LayerKind):
        raise Refusal(f"--kind {kind} is no kind of layer.", "Kinds: " + ", ".join(LayerKind))
    pairs = [part.partition("=") for part in fields.split(",") if part]
    name = title or file.stem
    return LayerSpec(
        code=code or str(kind),
        kind=LayerKind(kind),
        title={"ru": name, "en": name},
        file=file.name,
        layer=layer,
        fields={ours.strip(): theirs.strip() for ours, _, theirs in pairs},
        source="own",
        licence=licence,
        crs=crs,
        encoding=encoding,
    )


def _tell(report: LayerReport, *, json: bool) -> None:
    if json:
        print_json([finding.as_dict() for finding in report.findings])
        return
    for finding in report.findings[:SHOWN]:
        mark = "[red]fault[/red]" if finding.fault else "[dim]remark[/dim]"
        text = told(finding.text.code, dict(finding.text.params))
        OUT.print(f"{mark}  feature {finding.number}: {text}")
    if len(report.findings) > SHOWN:
        OUT.print(f"… and {len(report.findings) - SHOWN:,} more (--json lists all)")
