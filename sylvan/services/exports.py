"""Collections of features as files: CSV, GeoJSON by line, GeoPackage, FlatGeobuf.

Rows come by a cursor of the server's, some thousand at a time, and go to a file before anything of
it is sent: a slow reader holds no transaction, a fault leaves no half of a file, and memory does
not grow with the number of rows.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from time import time
from typing import Any, BinaryIO, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyogrio.raw
import shapely
from pyogrio.errors import DataSourceError

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid
from sylvan.domain.spreadsheets import FORMULA
from sylvan.services.base import Base
from sylvan.services.faults import Unavailable
from sylvan.services.features import Features, FeatureSet, Field, Kind, May, Wanted, name_of
from sylvan.store import feature_reads

PATIENCE_MS: Final = 60_000
"""For one portion of rows, the first of which may have to wait for a sort."""
AT_ONCE: Final = 2
"""Exports of one process at a time: each keeps a processor busy."""
WAIT_S: Final = 20.0
LEFT_S: Final = 3600.0
"""A file so old was left behind by a process that died."""
_FORMULA: Final = "^[" + "".join(map(re.escape, FORMULA)) + "]"
BOM: Final = b"\xef\xbb\xbf"
RECORD: Final = b"\x1e"
"""Before each text of a sequence (RFC 8142)."""
GEOMETRY: Final = "geom"
OPTIONS: Final = orjson.OPT_UTC_Z
_TYPES: Final[Mapping[Kind, pa.DataType]] = {
    Kind.TEXT: pa.string(),
    Kind.ID: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.INTEGER: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.MOMENT: pa.timestamp("ms", "UTC"),
    Kind.DAY: pa.date32(),
    Kind.TEXTS: pa.list_(pa.string()),
}
Batches = Iterator[pa.RecordBatch]


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file and how many features it holds."""

    path: Path
    features: int


@dataclass(frozen=True, slots=True)
class Exports(Base):
    """Taking features away; nothing here changes anything."""

    features: Features
    folder: Path
    """Where files grow until they are whole."""
    _room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def write(
        self, actor: Actor, may: May, code: str, form: str, asked: Wanted, path: Path
    ) -> Written:
        """All features that are asked for, in a file that takes its name when it is whole.

        Raises:
            NotFound: no such collection, or it is not open.
            Invalid: the form is none of :data:`FORMS`, or the filter does not hold.
            Unavailable: enough others are being written.
            OSError: the file cannot be written.
        """
        if form not in FORMS:
            raise Invalid("field.choice", {"allowed": ", ".join(FORMS)}, "format")
        with self._turn(), TemporaryDirectory(dir=path.parent, prefix=".export-") as scratch:
            grown = Path(scratch, f"{code}.{form}")
            written = self._grow(actor, may, code, form, asked, grown)
            grown.replace(path)
        return Written(path, written)

    def spooled(self, actor: Actor, may: May, code: str, form: str, asked: Wanted) -> Written:
        """The same in a file of its own, which the caller removes once it is sent."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        name = f"{self.clock():%Y%m%dT%H%M%S}-{os.urandom(6).hex()}.{form}"
        return self.write(actor, may, code, form, asked, self.folder / name)

    def _sweep(self) -> None:
        """Remove what a process that died has left."""
        for old in self.folder.glob("*.*"):
            with suppress(OSError):
                if old.is_file() and time() - old.stat().st_mtime > LEFT_S:
                    old.unlink()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(timeout=WAIT_S):
            raise Unavailable("exports.busy", {"at_once": AT_ONCE})
        try:
            yield
        finally:
            self._room.release()

    def _grow(self, actor: Actor, may: May, code: str, form: str, asked: Wanted, path: Path) -> int:
        with self.features.reading(PATIENCE_MS) as conn:
            ask = self.features.ask(conn, actor)
            found = self.features.find(conn, ask, may, code)
            counted = 0

            def batches() -> Batches:
                nonlocal counted
                for rows in feature_reads.stream(conn, found, ask, asked):
                    counted += len(rows)
                    yield _batch(found, rows)

            FORMS[form](found, batches(), path)
        return counted


# ── rows as columns ──────────────────────────────────────────────────────────────────────────


def _schema(found: FeatureSet) -> pa.Schema:
    """Columns of a collection: its id, its properties, its geometry as WKB."""
    own = [_column(one) for one in found.fields if one.name != "id"]
    return pa.schema([pa.field("id", pa.string()), *own, pa.field(GEOMETRY, pa.binary())])


def _column(one: Field) -> pa.Field:
    return pa.field(one.name, _TYPES[one.kind])


def _batch(found: FeatureSet, rows: Sequence[Any]) -> pa.RecordBatch:
    place = len(found.keys) + len(found.ids)
    columns = [pa.array([name_of(found, row) for row in rows], pa.string())]
    for number, one in enumerate(found.fields, start=place + 1):
        if one.name == "id":
            continue
        values = [row[number] for row in rows]
        if one.kind is Kind.ID:
            values = [None if value is None else str(value) for value in values]
        columns.append(pa.array(values, _TYPES[one.kind]))
    shapes = [None if row[place] is None else bytes(row[place]) for row in rows]
    columns.append(pa.array(shapes, pa.binary()))
    return pa.RecordBatch.from_arrays(columns, schema=_schema(found))


# ── forms ────────────────────────────────────────────────────────────────────────────────────


def _csv(found: FeatureSet, batches: Batches, path: Path) -> None:
    """A table in UTF-8: longitude and latitude of points, well-known text of other shapes."""
    flat = _flat(found)
    with path.open("wb") as out:
        out.write(BOM)
        with pa_csv.CSVWriter(out, flat) as writer:
            for batch in batches:
                writer.write_batch(_flattened(found, batch, flat))


def _flat(found: FeatureSet) -> pa.Schema:
    own = [pa.field(one.name, _plain_type(one.type)) for one in _schema(found)][:-1]
    if found.is_points:
        return pa.schema([*own, pa.field("lon", pa.float64()), pa.field("lat", pa.float64())])
    return pa.schema([*own, pa.field("wkt", pa.string())])


def _plain_type(kind: pa.DataType) -> pa.DataType:
    plain = pa.types.is_timestamp(kind) or pa.types.is_list(kind) or pa.types.is_date(kind)
    return pa.string() if plain else kind


def _flattened(found: FeatureSet, batch: pa.RecordBatch, flat: pa.Schema) -> pa.RecordBatch:
    columns = [_text(column) for column in batch.columns[:-1]]
    shapes = shapely.from_wkb(np.array(batch.columns[-1].to_pylist(), object))
    if found.is_points:
        columns += [pa.array(shapely.get_x(shapes)), pa.array(shapely.get_y(shapes))]
    else:
        columns.append(pa.array(shapely.to_wkt(shapes, rounding_precision=7), pa.string()))
    return pa.RecordBatch.from_arrays(columns, schema=flat)


def _text(column: pa.Array) -> pa.Array:
    """Texts that begin like a formula get an apostrophe; numbers are numbers and stay."""
    if pa.types.is_timestamp(column.type):
        whole = pc.cast(column, pa.timestamp("s", "UTC"), safe=False)
        return pc.strftime(whole, format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_date(column.type):
        return pc.cast(column, pa.string())
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, ", ")
    if not pa.types.is_string(column.type):
        return column
    quoted = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.match_substring_regex(column, _FORMULA), quoted, column)


def _geojson(found: FeatureSet, batches: Batches, path: Path) -> None:
    """A feature a line, each behind a record separator (RFC 8142)."""
    with path.open("wb") as out:
        for batch in batches:
            _lines(found, batch, out)


def _lines(found: FeatureSet, batch: pa.RecordBatch, out: BinaryIO) -> None:
    shapes = shapely.from_wkb(np.array(batch.columns[-1].to_pylist(), object))
    if not found.is_points:
        shapes = shapely.orient_polygons(shapes)
    told = shapely.to_geojson(shapes)
    rows = batch.drop_columns([GEOMETRY]).to_pylist()
    for row, shape in zip(rows, told, strict=True):
        feature = {
            "type": "Feature",
            "id": row.pop("id"),
            "geometry": None if shape is None else orjson.Fragment(shape),
            "properties": row,
        }
        out.write(RECORD + orjson.dumps(feature, option=OPTIONS) + b"\n")


def _ogr(driver: str, **options: str) -> Callable[[FeatureSet, Batches, Path], None]:
    def write(found: FeatureSet, batches: Batches, path: Path) -> None:
        schema = _joined(_schema(found))
        reader = pa.RecordBatchReader.from_batches(schema, (_join(one, schema) for one in batches))
        try:
            pyogrio.raw.write_arrow(
                reader,
                str(path),
                layer=found.code,
                driver=driver,
                geometry_name=GEOMETRY,
                geometry_type="Unknown" if found.shape == "Geometry" else found.shape,
                crs="EPSG:4326",
                layer_options=options,
            )
        except DataSourceError as error:  # GDAL says no more than that it cannot write
            raise OSError(str(error)) from error

    return write


def _joined(schema: pa.Schema) -> pa.Schema:
    """These forms hold no lists: they become one text."""
    return pa.schema(
        [pa.field(one.name, pa.string()) if pa.types.is_list(one.type) else one for one in schema]
    )


def _join(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        pc.binary_join(one, ", ") if pa.types.is_list(one.type) else one for one in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


FORMS: Final[Mapping[str, Callable[[FeatureSet, Batches, Path], None]]] = {
    "csv": _csv,
    "geojsonl": _geojson,
    "gpkg": _ogr("GPKG"),
    "fgb": _ogr("FlatGeobuf"),
}
"""By the ending of the file."""
