"""GeoPackage and shapefile through GDAL, after a look inside that needs no GDAL.

GDAL goes by content, not by name: a VRT called ``x.gpkg`` would make it read any file of the
server, and SQLite can hold virtual tables that do the same. So the first bytes must be what the
name says, a GeoPackage may hold no virtual table but its own spatial index, and what passes is
opened in a confined process (`services.gdal_child`).
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sylvan.services import gdal_child
from sylvan.services.gdal_child import (
    GPKG,
    PLENTY,
    SHAPEFILE,
    Bounds,
    TooMuchError,
    UnreadableError,
)
from sylvan.services.packs import PackError

SQLITE_MAGIC: Final = b"SQLite format 3\0"
SHAPE_MAGIC: Final = b"\x00\x00\x27\x0a"
DBF_HEADER: Final = 32  # bytes before the list of columns
DBF_LANGUAGE: Final = 29  # byte of the language driver id; 0 says nothing
SNIFFED: Final = 1 << 20  # bytes of a .dbf that are looked at for its encoding
SIDECARS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and well-known binary of a file, with codes of what had to be guessed."""

    rows: list[dict[str, Any]]
    wkb: list[bytes | None]
    crs: str | None
    notes: tuple[str, ...]


def read(path: Path, *, layer: str | None, encoding: str | None, bounds: Bounds = PLENTY) -> Table:
    """All features of a GeoPackage or a shapefile.

    Raises:
        PackError: other content than the name says, a hidden virtual table, several layers and
            none chosen, GDAL cannot read it, or not within the bounds.
    """
    if path.suffix.lower() == ".gpkg":
        chosen = _geopackage_layer(path, layer)
        return _table(path, {path.name: path}, GPKG, (), bounds=bounds, layer=chosen)
    return _read_shapefile(path, encoding, bounds)


def _expect(path: Path, magic: bytes, what: str) -> None:
    with path.open("rb") as file:
        if file.read(len(magic)) != magic:
            raise PackError("layer.not_what_it_says", {"file": str(path), "format": what})


def _geopackage_layer(path: Path, wanted: str | None) -> str:
    _expect(path, SQLITE_MAGIC, "GeoPackage")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            _refuse_hidden(path, db)
            query = "select table_name from gpkg_contents where data_type = 'features'"
            layers = sorted(str(name) for (name,) in db.execute(query))
    except sqlite3.Error as error:
        params = {"file": str(path), "reason": str(error)}
        raise PackError("layer.unreadable", params) from error
    chosen = [name for name in layers if wanted is None or name == wanted]
    if len(chosen) != 1:
        told = {"file": str(path), "wanted": wanted or "", "known": ", ".join(layers)}
        raise PackError("layer.choose_table", told, field="layer")
    return chosen[0]


def _refuse_hidden(path: Path, db: sqlite3.Connection) -> None:
    for name, kind, sql in db.execute("select name, type, sql from sqlite_master"):
        words = (sql or "").lower().split()
        virtual = words[:3] == ["create", "virtual", "table"]
        index = virtual and "using rtree" in " ".join(words).replace("rtree(", "rtree (")
        if (virtual and not index) or kind == "view":
            raise PackError("layer.hidden_table", {"file": str(path), "table": str(name)})


def _read_shapefile(path: Path, encoding: str | None, bounds: Bounds) -> Table:
    _expect(path, SHAPE_MAGIC, "shapefile")
    notes = []
    parts = {p.suffix.lower(): p for p in path.parent.glob(f"{glob_escape(path.stem)}.*")}
    guessed = None
    if encoding is None and ".cpg" not in parts and ".dbf" in parts:
        guessed = sniff_encoding(parts[".dbf"].read_bytes()[:SNIFFED])
        notes += ["layer.encoding_guessed"] if guessed else []
    config = {}
    if ".shx" not in parts:
        config["SHAPE_RESTORE_SHX"] = "YES"
        notes.append("layer.index_rebuilt")
    files = {f"layer{suffix}": part for suffix, part in parts.items() if suffix in SIDECARS}
    told = {"encoding": encoding or guessed, "config": config}
    return _table(path, files, SHAPEFILE, tuple(notes), bounds=bounds, **told)


def glob_escape(stem: str) -> str:
    """A file name as a pattern that matches only itself."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in stem)


def sniff_encoding(dbf: bytes) -> str | None:
    """Encoding of a .dbf that does not state it: UTF-8, else the better of cp1251 and cp866.

    Returns None where the file states it, or holds nothing but ASCII.
    """
    if len(dbf) < DBF_HEADER or dbf[DBF_LANGUAGE]:
        return None
    start = int.from_bytes(dbf[8:10], "little")
    body = dbf[start:]
    if body.isascii():
        return None
    try:
        body[: len(body) - 3].decode("utf-8")  # the sample may cut a character in two
    except UnicodeDecodeError:
        return max(("cp1251", "cp866"), key=lambda name: _russian(body, name))
    return "utf-8"


def _russian(body: bytes, encoding: str) -> int:
    """Letters of lower-case Russian: what a wrong code page turns into other signs."""
    text = body.decode(encoding, errors="replace")
    return sum("а" <= char <= "я" or char == "ё" for char in text)


def _table(
    path: Path,
    files: dict[str, Path],
    driver: str,
    notes: tuple[str, ...],
    **options: Any,
) -> Table:
    name = next((one for one in files if one.endswith(".shp")), path.name)
    try:
        found = gdal_child.read(files, name, driver, **options)
    except TooMuchError as error:
        raise PackError(error.code, {"file": str(path), **error.params}) from error
    except UnreadableError as error:
        params = {"file": str(path), "reason": str(error).replace(name, path.name)}
        raise PackError("layer.unreadable", params) from error
    cells = zip(*found.columns.values(), strict=True)
    rows = [dict(zip(found.columns, row, strict=True)) for row in cells]
    geometries = [None] * len(rows) if found.wkb is None else found.wkb
    rows = rows or [{} for _ in geometries]
    return Table(rows, list(geometries), found.crs, notes)
