"""Partners' things from files: GeoJSON, CSV, KML, KMZ, GPX, GeoPackage, zipped shapefile.

What a file is follows from its content; one that is called something else is refused, since that
is how a reader is led to a driver that nobody meant. Columns are known by many names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

import orjson
import shapely
from shapely.geometry import mapping

from sylvan.domain.codes import Coded
from sylvan.feeds.asset_shapes import read_shapes
from sylvan.feeds.asset_xml import features, open_xml
from sylvan.feeds.containers import ZIP_MAGIC, Member, unpack
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import Limits
from sylvan.feeds.pages import refuse_error_page
from sylvan.feeds.records import parse_json
from sylvan.feeds.sheets import read_sheets

LIMITS: Final = Limits(body_bytes=15_000_000)
SQLITE: Final = b"SQLite format 3\0"
MOST_ROWS: Final = 5000
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "external_id": ("external_id", "id", "code", "fid", "objectid", "guid", "kod", "код"),
    "kind": ("kind", "type", "тип", "вид"),
    "name": ("name", "title", "название", "наименование", "naimenov"),
    "watch_km": ("watch_km", "watch", "buffer_km"),
    "alarm_km": ("alarm_km", "alarm"),
    "notes": ("notes", "note", "description", "desc", "примечание"),
}
NUMBERS: Final = ("watch_km", "alarm_km")
CONTACT: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("contact_name", "contact", "контакт", "ответственный"),
    "phone": ("contact_phone", "phone", "телефон"),
    "email": ("contact_email", "email"),
    "role": ("contact_role", "должность"),
}
LON, LAT, WKT = (
    ("lon", "lng", "longitude", "x", "долгота"),
    ("lat", "latitude", "y", "широта"),
    (
        "wkt",
        "geometry",
        "geom",
    ),
)
_SUFFIXES: Final[Mapping[str, frozenset[str]]] = {
    ".geojson": frozenset({"json"}),
    ".json": frozenset({"json"}),
    ".csv": frozenset({"csv"}),
    ".txt": frozenset({"csv"}),
    ".kml": frozenset({"xml"}),
    ".gpx": frozenset({"xml"}),
    ".kmz": frozenset({"zip"}),
    ".zip": frozenset({"zip"}),
    ".gpkg": frozenset({"gpkg"}),
}
"""What a name promises; other names promise nothing."""
WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
"""Spreadsheets' own formats, which partners have at hand first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of a file, as cards are described."""

    line: int
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AssetFile:
    """A file as it was read."""

    rows: Sequence[Row]
    notes: tuple[Coded, ...] = ()


def read_assets(name: str, body: bytes, defaults: Mapping[str, Any]) -> AssetFile:
    """Read a file.

    Args:
        name: as it was sent; what it promises must hold.
        body: its bytes.
        defaults: values of fields for rows that do not say them (``kind``, ``watch_km``…).

    Raises:
        FeedError: ``file.*``, ``archive.*``, ``layer.*``, ``confined.*``: nothing of it is used.
    """
    try:
        found, notes = _of_body(name, body)
    except FeedError as error:
        raise error.named(name) from None
    rows = [Row(line, _described(line, fields, shape, defaults)) for line, fields, shape in found]
    if not rows:
        raise FeedError("asset.file_empty", file=name)
    if len(rows) > MOST_ROWS:
        raise FeedError("asset.file_rows", file=name, rows=len(rows), most=MOST_ROWS)
    return AssetFile(rows, notes)


Found = tuple[int, Mapping[str, Any], Any]
"""Line, attributes, geometry."""


def _of_body(name: str, body: bytes) -> tuple[list[Found], tuple[Coded, ...]]:
    sort = sort_of(body)
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in _SUFFIXES and sort not in _SUFFIXES[suffix]:
        raise FeedError("asset.not_what_it_says", suffix=suffix)
    if len(body) > LIMITS.body_bytes:
        raise FeedError("file.too_large", bytes=len(body), limit=LIMITS.body_bytes)
    if suffix in WORKBOOKS:
        raise FeedError("asset.workbook")
    if sort == "gpkg":
        return _of_gdal("assets.gpkg", {"assets.gpkg": body})
    if sort != "zip":
        return _plain(name, body, sort)
    found: list[Found] = []
    notes: tuple[Coded, ...] = ()
    for member in unpack(name, body, LIMITS):
        rows, told = _of_member(member)
        found, notes = [*found, *rows], (*notes, *told)
    return found, notes


def _of_member(member: Member) -> tuple[list[Found], tuple[Coded, ...]]:
    if member.name.lower().endswith(".shp"):
        files = {"assets.shp": member.body} | {
            f"assets{suffix}": side
            for suffix, side in member.side.items()
            if suffix in (".dbf", ".shx", ".prj", ".cpg")
        }
        if ".dbf" not in member.side:
            raise FeedError("file.shapefile_part", part=".dbf")
        return _of_gdal("assets.shp", files)
    return _plain(member.name, member.body, sort_of(member.body))


def _plain(name: str, body: bytes, sort: str) -> tuple[list[Found], tuple[Coded, ...]]:
    if sort == "xml":
        return list(features(*open_xml(body))), ()
    if sort == "json":
        return list(_of_json(body)), ()
    if sort == "csv":
        return list(_of_table(name, body)), ()
    raise FeedError("asset.format", format=sort)


def sort_of(body: bytes) -> str:
    """What a body is, by its first bytes."""
    if body.startswith(ZIP_MAGIC):
        return "zip"
    if body.startswith(SQLITE):
        return "gpkg"
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FeedError("file.encoding", encoding="UTF-16", line=1)
    head = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise FeedError("file.empty")
    if b"\0" in head:
        raise FeedError("asset.format", format="binary")
    if head.startswith(b"<"):
        return "xml"
    return "json" if head.startswith((b"{", b"[")) else "csv"


def _of_json(body: bytes) -> Iterator[Found]:
    refuse_error_page(body)
    try:
        told = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        told = parse_json(body.decode("utf-8-sig", "replace"))  # says line and column
    listed = told.get("features") if isinstance(told, dict) else told
    if isinstance(told, dict) and told.get("type") == "Feature":
        listed = [told]
    if not isinstance(listed, list):
        found = ", ".join(map(str, told))[:200] if isinstance(told, dict) else type(told).__name__
        raise FeedError("file.json_shape", found=found)
    for number, one in enumerate(listed, 1):
        if not isinstance(one, dict):
            yield number, {}, None
        elif "geometry" in one and "properties" in one:
            fields = one["properties"] if isinstance(one["properties"], dict) else {}
            mine = {"id": one["id"]} if "id" in one else {}
            yield number, mine | fields, one["geometry"]
        else:
            yield number, one, one.get("geometry")


def _of_table(name: str, body: bytes) -> Iterator[Found]:
    for sheet in read_sheets(name, body):
        for line, cells in sheet.records:
            yield line, cells, _of_cells(cells)


def _of_cells(cells: Mapping[str, str]) -> Any:
    wkt = _first(cells, WKT)
    if wkt:
        try:
            return _jsonable(shapely.from_wkt(wkt))
        except (shapely.errors.GEOSException, ValueError):
            return None
    try:
        place = [float(_point(_first(cells, axis))) for axis in (LON, LAT)]
    except ValueError:
        return None
    return {"type": "Point", "coordinates": place}


def _of_gdal(main: str, files: Mapping[str, bytes]) -> tuple[list[Found], tuple[Coded, ...]]:
    table = read_shapes(main, files)
    found: list[Found] = [
        (number, row, None if shape is None else _jsonable(shape))
        for number, (row, shape) in enumerate(zip(table.rows, table.shapes, strict=True), 1)
    ]
    return found, tuple(Coded(code) for code in table.notes)


def _jsonable(shape: Any) -> Any:
    return orjson.loads(orjson.dumps(mapping(shape)))


def _described(
    line: int, fields: Mapping[str, Any], shape: Any, defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """A row as a card's description; columns that mean nothing here are left aside."""
    plain = {str(key).strip().lower(): value for key, value in fields.items()}
    told: dict[str, Any] = {k: v for k, v in defaults.items() if v is not None}
    for name, columns in COLUMNS.items():
        value = _first(plain, columns)
        if value not in (None, ""):
            told[name] = _point(value) if name in NUMBERS and isinstance(value, str) else value
    if not isinstance(told.get("name"), str | dict):
        told["name"] = "" if told.get("name") is None else str(told["name"])
    names = {key[5:]: str(plain[key]) for key in plain if key.startswith("name_") and plain[key]}
    if names:
        told["name"] = names
    told["external_id"] = _key(told.get("external_id"), told["name"], line)
    if isinstance(told.get("notes"), int | float):
        told["notes"] = str(told["notes"])
    contact = {key: str(_first(plain, columns) or "") for key, columns in CONTACT.items()}
    if isinstance(plain.get("contacts"), list):
        told["contacts"] = plain["contacts"]
    elif contact["phone"] or contact["email"]:
        told["contacts"] = [contact | {"name": contact["name"] or "–"}]
    told["geometry"] = shape
    return told


def _key(value: Any, name: Any, line: int) -> Any:
    """The owner's key; without one the name is it, so that sent again it is the same thing."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value not in (None, ""):
        return str(value)
    text = name if isinstance(name, str) else next(iter(name.values()), "")
    return text[:100] if text else f"line-{line}"


def _point(value: Any) -> str:
    """A number as text; spreadsheets of half the world write a comma for the decimal point."""
    return str(value).strip().replace(",", ".")


def _first(cells: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((cells[name] for name in names if cells.get(name) not in (None, "")), None)
