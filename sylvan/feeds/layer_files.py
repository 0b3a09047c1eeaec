"""A layer as it is uploaded: GeoPackage, zipped shapefile, GeoJSON, KML, KMZ.

What a file is follows from its content. Only GeoJSON and KML are read in this process; GDAL opens
the others in a confined one (`services/gdal_child.py`). Columns are known by many names, and what
was chosen is told, so that somebody can choose otherwise.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson

from sylvan.feeds.asset_files import sort_of
from sylvan.feeds.asset_xml import features, open_xml
from sylvan.feeds.containers import Member, unpack
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import Limits
from sylvan.services import packs_read
from sylvan.services.layer_files import MOST_BYTES, Column, ReadLayer
from sylvan.services.packs import LayerSpec, PackError

LIMITS: Final = Limits(body_bytes=MOST_BYTES)
EXAMPLES: Final = 3
"""Values of a column that are shown."""
KNOWN_AS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("code", "kod", "код", "id", "guid", "objectid"),
    "name_ru": ("name_ru", "nazv", "name", "название", "наименование", "naimenov", "title"),
    "name_en": ("name_en",),
    "zone": ("zone", "зона"),
    "cover": ("cover", "landcover"),
    "kind": ("kind", "вид"),
    "type": ("type", "тип"),
    "population": ("population", "pop", "население"),
    "municipality": ("municipality", "ulus", "улус"),
    "owner": ("owner", "владелец"),
    "height_m": ("height_m", "height", "высота"),
    "time_zone": ("time_zone", "timezone"),
    "area_km2": ("area_km2",),
}
"""Our field, and what columns of it are called, the likeliest first."""


def read_layer_file(name: str, body: bytes, spec: LayerSpec) -> ReadLayer:
    """Read a file; without ``spec.fields`` columns are known by their names.

    Raises:
        FeedError: ``file.*``, ``archive.*``, ``layer.*``: the archive or document cannot be read.
        PackError: ``layer.*``: the layer in it cannot be.
    """
    with tempfile.TemporaryDirectory(prefix="sylvan-layer-") as scratch:
        try:
            path = _laid_out(Path(scratch), name, body)
            raw = packs_read.read_raw(path, spec)
            columns = _columns(raw.rows)
            fields = dict(spec.fields) or _known([one.name for one in columns])
            data = packs_read.placed(path, _with_fields(spec, fields), raw)
        except FeedError as error:
            raise error.named(name) from None
        except PackError as error:
            told = dict(error.params) | ({"file": name} if "file" in error.params else {})
            raise PackError(error.code, told, error.field or "file") from None
    return ReadLayer(replace(data, path=Path(name)), tuple(columns), fields)


def _with_fields(spec: LayerSpec, fields: Mapping[str, str]) -> LayerSpec:
    """The same layer with other columns."""
    return spec.model_copy(update={"fields": dict(fields)})


def _laid_out(folder: Path, name: str, body: bytes) -> Path:
    """The layer's file in a folder of its own, under a plain name."""
    if len(body) > LIMITS.body_bytes:
        raise FeedError("file.too_large", bytes=len(body), limit=LIMITS.body_bytes)
    sort = sort_of(body)
    if sort != "zip":
        return _written(folder, body, sort)
    members = _members(name, body)
    if len(members) > 1:
        listed = ", ".join(one.name for one in members)[:200]
        raise FeedError("layer.several_files", members=listed)
    (member,) = members
    if not member.name.lower().endswith(".shp"):
        return _written(folder, member.body, sort_of(member.body))
    if ".dbf" not in member.side:
        raise FeedError("file.shapefile_part", part=".dbf")
    for suffix, part in ({".shp": member.body} | member.side).items():
        (folder / f"layer{suffix}").write_bytes(part)
    return folder / "layer.shp"


def _members(name: str, body: bytes) -> list[Member]:
    try:
        return unpack(name, body, LIMITS)
    except FeedError as error:
        if error.code != "archive.no_data":
            raise
        raise FeedError("layer.archive_empty", members=error.params["members"]) from None


def _written(folder: Path, body: bytes, sort: str) -> Path:
    suffixes = {"gpkg": ".gpkg", "json": ".geojson", "xml": ".geojson"}
    if sort not in suffixes:
        raise FeedError("layer.upload_format", format=sort)
    path = folder / f"layer{suffixes[sort]}"
    path.write_bytes(_of_xml(body) if sort == "xml" else body)
    return path


def _of_xml(body: bytes) -> bytes:
    """Placemarks as GeoJSON, so that each is judged as any other feature is."""
    found = [
        {"type": "Feature", "properties": fields, "geometry": geometry}
        for _, fields, geometry in features(*open_xml(body))
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": found})


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Columns in the file's order, each with a few different values."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for name, value in row.items():
            values = found.setdefault(name, [])
            shown = "" if value is None else str(value)[:60]
            if shown and len(values) < EXAMPLES and shown not in values:
                values.append(shown)
    return [Column(name, tuple(values)) for name, values in found.items()]


def _known(names: Sequence[str]) -> dict[str, str]:
    """Our fields and the columns that are called so."""
    plain = {name.strip().lower(): name for name in reversed(names)}
    found = {}
    for ours, theirs in KNOWN_AS.items():
        match = next((plain[one] for one in theirs if one in plain), None)
        if match is not None:
            found[ours] = match
    return found
