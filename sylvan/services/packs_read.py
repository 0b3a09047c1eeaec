"""Layer files turned into codes, names, properties and geometries in WGS 84.

GeoJSON is read here, so that every bad coordinate can be named and GDAL never sees the file;
GeoPackage and shapefile go through :mod:`sylvan.services.packs_gdal`, which looks inside first.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded, Scalar
from sylvan.services import packs_gdal
from sylvan.services.packs import LayerSpec, PackError

WGS84: Final = CRS.from_epsg(4326)
NAME_FIELD: Final = "name_"
MAX_BYTES: Final = 512 * 1024 * 1024  # larger layers belong into a database first
MAX_LON: Final = 360.0  # degrees; 180…360 is another way to write the western hemisphere
RING_POINTS: Final = 4  # a closed ring of three corners
LINE_POINTS: Final = 2
PLANE: Final = 2  # longitude and latitude; heights are dropped

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Note:
    """Something noticed while reading; ``number`` is the feature's, 0 for the whole file."""

    number: int
    text: Coded
    mendable: bool
    # whether what was read instead is a sound guess, to be used only with consent


@dataclass(frozen=True, slots=True)
class LayerData:
    """A layer in columns, one entry a feature, in the file's order."""

    path: Path
    spec: LayerSpec
    numbers: tuple[int, ...]
    # 1-based number of the feature in the file
    codes: tuple[str, ...]
    names: tuple[dict[str, str], ...]
    # by language
    props: tuple[dict[str, Any], ...]
    geometries: Geometries
    # shapely, EPSG:4326, longitude first; None where it could not be read
    crs: str
    # the file's own coordinate system
    notes: tuple[Note, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(slots=True)
class Raw:
    """What a reader of one format hands over: rows as the file has them, no columns chosen yet."""

    rows: list[dict[str, Any]]
    geometries: list[BaseGeometry | None]
    crs: CRS | None
    notes: list[Note]


def read_layer(path: Path, spec: LayerSpec) -> LayerData:
    """Read GeoPackage, shapefile or GeoJSON; judge the result with ``packs_check.check_layer``.

    Raises:
        PackError: not such a file, something hidden in it, an unknown coordinate system, or a
            column named in ``spec.fields`` that the file does not have.
    """
    return placed(path, spec, read_raw(path, spec))


def placed(path: Path, spec: LayerSpec, raw: Raw) -> LayerData:
    """What was read, in WGS 84 and with the columns that ``spec.fields`` names.

    Raises:
        PackError: an unknown coordinate system, or a column that the file does not have.
    """
    crs = _crs(path, spec, raw)
    geometries = _to_wgs84(raw.geometries, crs)
    _check_columns(path, spec, raw.rows)
    numbers = tuple(range(1, len(raw.rows) + 1))
    return LayerData(
        path=path,
        spec=spec,
        numbers=numbers,
        codes=tuple(_code(row, spec, number) for number, row in enumerate(raw.rows, start=1)),
        names=tuple(_names(row, spec) for row in raw.rows),
        props=tuple(_props(row, spec) for row in raw.rows),
        geometries=geometries,
        crs=crs.to_string(),
        notes=tuple(raw.notes),
    )


def read_raw(path: Path, spec: LayerSpec) -> Raw:
    """What a file holds, whatever its columns are called.

    Raises:
        PackError: not such a file, or something hidden in it.
    """
    if not path.is_file():
        raise PackError("layer.no_file", {"file": str(path)})
    if path.stat().st_size > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise PackError("layer.too_big", {"file": str(path), "limit_mb": limit})
    match path.suffix.lower():
        case ".geojson" | ".json":
            return _read_geojson(path)
        case ".gpkg" | ".shp":
            table = packs_gdal.read(path, layer=spec.layer, encoding=spec.encoding)
            return _from_table(path, table)
        case other:
            raise PackError("layer.unknown_format", {"file": str(path), "suffix": other})


def _from_table(path: Path, table: packs_gdal.Table) -> Raw:
    notes = [Note(0, Coded(code, {"file": path.name}), True) for code in table.notes]
    geometries = []
    for number, wkb in enumerate(table.wkb, start=1):
        geometry, note = _from_wkb(wkb, number)
        geometries.append(geometry)
        notes.extend([note] if note else [])
    crs = _parse_crs(path, table.crs) if table.crs else None
    return Raw(table.rows, geometries, crs, notes)


def _from_wkb(wkb: bytes | None, number: int) -> tuple[BaseGeometry | None, Note | None]:
    if wkb is None:
        return None, None
    try:
        return shapely.force_2d(shapely.from_wkb(wkb)), None
    except shapely.errors.GEOSException as error:
        mended = shapely.from_wkb(wkb, on_invalid="fix")
        known = "closed linestring" in str(error)
        text = Coded("layer.unclosed_ring") if known else _unreadable(str(error))
        return mended, Note(number, text, mended is not None and known)


def _unreadable(reason: str) -> Coded:
    return Coded("layer.unreadable_geometry", {"reason": reason})


# ── GeoJSON ──────────────────────────────────────────────────────────────────────────────────


def _read_geojson(path: Path) -> Raw:
    body = _json(path)
    kind = body.get("type") if isinstance(body, dict) else None
    if kind == "FeatureCollection" and isinstance(body.get("features"), list):
        features = body["features"]
    elif kind == "Feature":
        features = [body]
    else:
        raise PackError("layer.not_geojson", {"file": str(path), "found": str(kind)})
    rows, geometries, notes = [], [], []
    for number, feature in enumerate(features, start=1):
        whole = feature if isinstance(feature, dict) else {}
        rows.append(_properties(whole))
        geometry, texts = _geometry(whole.get("geometry"))
        geometries.append(geometry)
        notes += [Note(number, text, geometry is not None) for text in texts]
    return Raw(rows, geometries, _geojson_crs(path, body), notes)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        at: dict[str, Scalar] = {"file": str(path), "byte": error.start + 1}
        raise PackError("layer.not_utf8", at) from error
    except json.JSONDecodeError as error:
        at = {"file": str(path), "line": error.lineno, "column": error.colno}
        raise PackError("layer.not_json", {**at, "reason": error.msg}) from error
    except RecursionError as error:
        raise PackError("layer.not_geojson", {"file": str(path), "found": "nesting"}) from error


def _properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    own = feature.get("properties")
    row = dict(own) if isinstance(own, dict) else {}
    if feature.get("id") is not None:
        row.setdefault("id", feature["id"])
    return row


def _geojson_crs(path: Path, body: Mapping[str, Any]) -> CRS | None:
    """RFC 7946 knows only WGS 84, but QGIS still writes the older ``crs`` member."""
    member = body.get("crs")
    name = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    return _parse_crs(path, str(name)) if name else WGS84


def _geometry(body: Any) -> tuple[BaseGeometry | None, list[Coded]]:
    """A geometry and what was wrong with it; unclosed rings are closed in the result."""
    if body is None:
        return None, []
    found: list[Coded] = []
    try:
        with np.errstate(invalid="ignore"):  # NaN is judged later, by feature
            built = _build(body["type"], body, found)
    except (TypeError, ValueError, KeyError, shapely.errors.GEOSException) as error:
        return None, [_unreadable(str(error))]
    return built, found


def _build(kind: str, body: Mapping[str, Any], found: list[Coded]) -> BaseGeometry:
    if kind == "GeometryCollection":
        parts = [_build(part["type"], part, found) for part in body["geometries"]]
        return shapely.GeometryCollection(parts)
    coordinates = body["coordinates"]
    if kind in ("Point", "LineString", "Polygon"):
        return _single(kind, coordinates, found)
    parts = [_single(kind.removeprefix("Multi"), part, found) for part in coordinates]
    match kind:
        case "MultiPoint":
            return shapely.MultiPoint(parts)
        case "MultiLineString":
            return shapely.MultiLineString(parts)
        case "MultiPolygon":
            return shapely.MultiPolygon(parts)
        case _:
            raise ValueError(f"geometry type {kind!r}")


def _single(kind: str, coordinates: Any, found: list[Coded]) -> BaseGeometry:
    match kind:
        case "Point":
            return shapely.Point(_points([coordinates])[0]) if coordinates else shapely.Point()
        case "LineString":
            return _line(coordinates)
        case "Polygon":
            return _polygon(coordinates, found)
        case _:
            raise ValueError(f"geometry type {kind!r}")


def _points(coordinates: Sequence[Any]) -> npt.NDArray[np.float64]:
    bare = [position[:PLANE] for position in coordinates]
    for position in bare:
        numeric = all(type(value) in (int, float) for value in position)
        if len(position) < PLANE or not numeric:
            raise ValueError(f"position {position!r} is not two numbers")
    return np.array(bare, dtype=np.float64).reshape(-1, PLANE)


def _line(coordinates: Sequence[Any]) -> BaseGeometry:
    if coordinates and len(coordinates) < LINE_POINTS:
        raise ValueError("a line of one point")
    return shapely.LineString(_points(coordinates))


def _polygon(rings: Sequence[Any], found: list[Coded]) -> BaseGeometry:
    closed = [_ring(ring, found) for ring in rings]
    return shapely.Polygon(closed[0], closed[1:]) if closed else shapely.Polygon()


def _ring(coordinates: Sequence[Any], found: list[Coded]) -> npt.NDArray[np.float64]:
    points = _points(coordinates)
    if len(points) and not np.array_equal(points[0], points[-1], equal_nan=True):
        points = np.vstack([points, points[:1]])
        if Coded("layer.unclosed_ring") not in found:
            found.append(Coded("layer.unclosed_ring"))
    if 0 < len(points) < RING_POINTS:
        raise ValueError(f"a ring of {len(points)} positions")
    return points


# ── coordinate systems ───────────────────────────────────────────────────────────────────────


def _parse_crs(path: Path, text: str) -> CRS:
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise PackError("layer.unknown_crs", {"file": str(path), "crs": text[:200]}) from error


def _crs(path: Path, spec: LayerSpec, raw: Raw) -> CRS:
    """The file's own, else the manifest's, else WGS 84 if the numbers can be degrees."""
    if raw.crs is not None:
        return raw.crs
    if spec.crs:
        return _parse_crs(path, spec.crs)
    bounds = shapely.total_bounds([g for g in raw.geometries if g is not None])
    west, south, east, north = bounds
    degrees = max(abs(west), abs(east)) <= MAX_LON and max(abs(south), abs(north)) <= 90  # noqa: PLR2004 the poles
    if not degrees:
        raise PackError("layer.no_crs", {"file": str(path)})
    raw.notes.append(Note(0, Coded("layer.crs_assumed", {"file": path.name}), True))
    return WGS84


def _to_wgs84(geometries: Sequence[BaseGeometry | None], crs: CRS) -> Geometries:
    column = np.empty(len(geometries), dtype=object)
    column[:] = geometries
    if crs.equals(WGS84, ignore_axis_order=True):
        return column
    transformer = Transformer.from_crs(crs, WGS84, always_xy=True)

    def project(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(column, project), dtype=object)


# ── columns ──────────────────────────────────────────────────────────────────────────────────


def _check_columns(path: Path, spec: LayerSpec, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    present = {name for row in rows for name in row}
    for ours, theirs in spec.fields.items():
        if theirs not in present:
            known = ", ".join(sorted(present))
            params = {"file": str(path), "field": ours, "column": theirs, "known": known}
            raise PackError("layer.no_column", params, field=f"fields.{ours}")


def _code(row: Mapping[str, Any], spec: LayerSpec, number: int) -> str:
    """The mapped code; the feature's number where the layer has no column of codes."""
    column = spec.fields.get("code")
    if column is None:
        return str(number)
    value = row.get(column)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # "17.0" is how a .dbf writes code 17
    return "" if value is None else str(value).strip()


def _names(row: Mapping[str, Any], spec: LayerSpec) -> dict[str, str]:
    found = {
        ours.removeprefix(NAME_FIELD): str(row[theirs]).strip()
        for ours, theirs in spec.fields.items()
        if ours.startswith(NAME_FIELD) and row.get(theirs) not in (None, "")
    }
    return {language: name for language, name in found.items() if name}


def _props(row: Mapping[str, Any], spec: LayerSpec) -> dict[str, Any]:
    return {
        ours: row[theirs]
        for ours, theirs in spec.fields.items()
        if ours != "code" and not ours.startswith(NAME_FIELD) and row.get(theirs) is not None
    }
