"""`sylvan export`: collections of features as files, whole or not at all."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from sylvan.cli.heat import opened
from sylvan.cli.output import OUT, AsJson, DataDir, explained, print_json, say
from sylvan.domain import cql
from sylvan.domain.actors import Actor
from sylvan.ops.refusal import Refusal
from sylvan.services.exports import FORMS
from sylvan.services.features import Box, Wanted
from sylvan.services.house import House

BOX_PARTS = 4
ENDINGS = ", ".join(f".{form}" for form in FORMS)


def command(
    collection: Annotated[
        str | None,
        typer.Argument(help="fires, fire-edges, fire-versions, detections, …; none: list them."),
    ] = None,
    out: Annotated[
        Path | None, typer.Argument(help=f"File to write; its ending says the form: {ENDINGS}.")
    ] = None,
    bbox: Annotated[
        str | None, typer.Option(help="west,south,east,north; west > east crosses 180°.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Not before; a moment with zone.")] = None,
    until: Annotated[str | None, typer.Option(help="Not after; a moment with zone.")] = None,
    where: Annotated[
        str | None, typer.Option("--filter", help="CQL2, such as \"status = 'fighting'\".")
    ] = None,
    world: Annotated[str, typer.Option(help="World that is meant.")] = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Write a collection of features as CSV, GeoJSON by line, GeoPackage or FlatGeobuf."""
    with explained():
        if collection is not None and out is None:
            mend = f"sylvan export {collection} {collection}.gpkg"
            raise Refusal("An export needs a file to write.", mend)
        asked = _wanted(bbox, since, until, where)
        with opened(data_dir, world) as (house, actor):
            if collection is None or out is None:
                _list(house, actor, json=json)
            else:
                _write(house, actor, collection, out, asked, json=json)


def _write(
    house: House, actor: Actor, collection: str, out: Path, asked: Wanted, *, json: bool
) -> None:
    form = out.suffix.removeprefix(".").lower()
    if form not in FORMS:
        raise Refusal(f"{out.name} says no form that is known.", f"Known endings: {ENDINGS}")
    try:
        made = house.exports.write(actor, lambda _: True, collection, form, asked, out)
    except OSError as error:
        raise Refusal(
            f"{out} cannot be written: {error.strerror or error}.", "Check the path."
        ) from None
    house.auditor.exported(actor, "features", {"collection": collection, "form": form})
    house.auditor.flush()
    size = out.stat().st_size
    if json:
        print_json({"file": str(out), "features": made.features, "bytes": size})
        return
    say(f"{made.features:,} features, {size:,} bytes in {out}")


def _list(house: House, actor: Actor, *, json: bool) -> None:
    found = [one.found for one in house.features.listed(actor, lambda _: True)]
    if json:
        fields = {one.code: [field.name for field in one.fields] for one in found}
        print_json(fields)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("collection", "geometry", "properties"):
        table.add_column(name)
    for one in found:
        table.add_row(one.code, one.shape, ", ".join(field.name for field in one.fields))
    OUT.print(table)


def _wanted(bbox: str | None, since: str | None, until: str | None, where: str | None) -> Wanted:
    node = None if where is None else cql.parse(where)
    begin, end = (_moment(one) for one in (since, until))
    return Wanted(box=_box(bbox), begin=begin, end=end, filter=node)


def _box(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    lawful = len(numbers) == BOX_PARTS and numbers[1] <= numbers[3]
    if not lawful or max(map(abs, numbers[::2])) > 180 or max(map(abs, numbers[1::2])) > 90:  # noqa: PLR2004 - degrees
        raise Refusal(f"--bbox {text} is no box.", "Write west,south,east,north in degrees.")
    west, south, east, north = numbers
    return west, south, east, north


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise Refusal(f"{text} is no moment with zone.", "Write 2026-07-17T06:00:00Z.")
    return value.astimezone(UTC)
