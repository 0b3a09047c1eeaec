"""Point shapefiles, read without GDAL: two small binary formats, and no drivers to attack.

FIRMS delivers archives as shapefiles with the CSV's columns in the dBASE table; ESRI Shapefile
Technical Description (1998) and the dBASE III+ header give the layouts.
"""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sylvan.feeds import columns
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parsed import Reason
from sylvan.feeds.raw import Lost, RawTable

MAGIC = b"\x00\x00\x27\x0a"
_SHP_HEADER = 100
_DBF_HEADER = 32
_POINTS = {1: 20, 11: 36, 21: 28}
"""Content bytes of Point, PointZ, PointM records."""
_RECORD_HEADER = 8
_DELETED = ord("*")
_SIDES = (".dbf", ".shx", ".prj", ".cpg")


@dataclass(frozen=True)
class _Table:
    names: list[str]
    texts: dict[str, npt.NDArray[np.bytes_]]
    deleted: npt.NDArray[np.bool_]
    cut: bool


class ShapeFile:
    """A point shapefile; a :class:`sylvan.feeds.raw.Source`."""

    def __init__(self, shp: bytes, side: Mapping[str, bytes], options: ReadOptions) -> None:
        if ".dbf" not in side:
            raise FeedError("file.shapefile_part", part=".dbf")
        _check_projection(side.get(".prj"))
        lon, lat, present = _points(shp)
        table = _dbase(side[".dbf"])
        if len(lon) != len(table.deleted):
            raise FeedError("file.shapefile_counts", shp=len(lon), dbf=len(table.deleted))
        self._table = _as_raw(lon, lat, present, table, _encoding(side), options)

    def tables(self) -> Iterator[RawTable]:
        """The one table."""
        yield self._table


def bundle(path: PurePath, read: Callable[[str], bytes | None]) -> bytes:
    """A ``.shp`` and its siblings as one archive; the same bytes each time, so that its hash holds.

    ``read`` returns a sibling's body by suffix, or None where it is missing.
    """
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_STORED) as archive:
        for suffix in (".shp", *_SIDES):
            body = read(suffix)
            if body is not None:
                archive.writestr(zipfile.ZipInfo(path.stem + suffix), body)
    return box.getvalue()


def _check_projection(prj: bytes | None) -> None:
    if prj is None:
        return
    text = prj.decode("latin-1").upper()
    if "PROJCS" in text or "PROJCRS" in text or ("WGS" not in text and "84" not in text):
        raise FeedError("file.projection", projection=text.strip()[:80])


def _points(
    shp: bytes,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Coordinates record by record; null shapes are marked as absent."""
    if len(shp) < _SHP_HEADER:
        raise FeedError("file.truncated", part=".shp")
    kind = struct.unpack_from("<i", shp, 32)[0]
    if kind not in _POINTS:
        raise FeedError("file.shapefile_shape", shape=kind)
    lons: list[float] = []
    lats: list[float] = []
    position = _SHP_HEADER
    while position + _RECORD_HEADER + 4 <= len(shp):
        words = struct.unpack_from(">i", shp, position + 4)[0]
        shape = struct.unpack_from("<i", shp, position + _RECORD_HEADER)[0]
        stop = position + _RECORD_HEADER + words * 2
        if words <= 0 or stop > len(shp):
            raise FeedError("file.truncated", part=".shp")
        has_point = shape in _POINTS and words * 2 >= _POINTS[1]
        at = position + _RECORD_HEADER + 4
        lon, lat = struct.unpack_from("<2d", shp, at) if has_point else (np.nan, np.nan)
        lons.append(lon)
        lats.append(lat)
        position = stop
    lon_column, lat_column = np.array(lons), np.array(lats)
    return lon_column, lat_column, np.isfinite(lon_column) & np.isfinite(lat_column)


def _dbase(dbf: bytes) -> _Table:
    if len(dbf) < _DBF_HEADER:
        raise FeedError("file.truncated", part=".dbf")
    count, start, width = struct.unpack_from("<IHH", dbf, 4)
    names, sizes = [], []
    for position in range(_DBF_HEADER, start - 1, _DBF_HEADER):
        if len(dbf) <= position or dbf[position] == 0x0D:  # noqa: PLR2004 - end of the field list
            break
        names.append(dbf[position : position + 11].split(b"\0")[0].decode("latin-1").strip())
        sizes.append(dbf[position + 16])
    if width == 0 or sum(sizes) + 1 != width or start > len(dbf):
        raise FeedError("file.shapefile_table")
    whole = min(count, (len(dbf) - start) // width)
    if whole < count:
        raise FeedError("file.truncated", part=".dbf")
    places = [f"f{i}" for i in range(len(names))]
    record = np.dtype(
        [("deleted", "u1"), *((p, f"S{s}") for p, s in zip(places, sizes, strict=True))]
    )
    rows = np.frombuffer(dbf, record, whole, start)
    texts = {name: rows[place] for name, place in zip(names, places, strict=True)}
    return _Table(names, texts, rows["deleted"] == _DELETED, cut=False)


def _encoding(side: Mapping[str, bytes]) -> str:
    told = side.get(".cpg", b"").decode("latin-1").strip().lower()
    return {"1251": "cp1251", "ansi 1251": "cp1251", "866": "cp866"}.get(told, told or "utf-8")


def _text(column: npt.NDArray[np.bytes_], encoding: str) -> pa.Array:
    """A dBASE column as text; dates come as 20190801, numbers padded with spaces."""
    stripped = np.char.strip(column)
    try:
        words = np.char.decode(stripped, encoding, "replace")
    except LookupError:
        words = np.char.decode(stripped, "latin-1")
    return pa.array(words.astype(object), pa.string())


def _as_raw(
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    present: npt.NDArray[np.bool_],
    table: _Table,
    encoding: str,
    options: ReadOptions,
) -> RawTable:
    names = list(table.names)
    known = {columns.normalise(name) for name in names}
    names += [field for field in ("lat", "lon") if not known & set(columns.ALIASES[field])]
    header = columns.resolve(names, options.mapping)
    number = np.arange(1, len(lon) + 1, dtype=np.int32)
    keep = present & ~table.deleted
    texts: dict[str, pa.Array] = {}
    for field, place in header.index.items():
        name = header.names[place]
        if name in table.texts:
            texts[field] = _text(table.texts[name][keep], encoding)
        else:
            values = (lat if field == "lat" else lon)[keep].tolist()
            texts[field] = pa.array([repr(value) for value in values], pa.string())
    gone = number[~present & ~table.deleted].tolist()
    return RawTable(
        header.kind,
        texts,
        {field: header.name_of(field) for field in texts},
        number[keep],
        lost=(Lost.of(gone, Reason.NO_GEOMETRY, [""] * len(gone)),),
        constants=header.constants,
        deleted=int(table.deleted.sum()),
    )
