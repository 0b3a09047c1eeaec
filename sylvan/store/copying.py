"""Bulk in and out of PostgreSQL by binary COPY built with NumPy: no object per row.

The binary format is a header, then per row a field count and per field a length and big-endian
bytes; with fixed-size columns that is a NumPy structured dtype. Points travel as EWKB.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from psycopg import Connection as Psycopg
from sqlalchemy import Connection

SIGNATURE: Final = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
TRAILER: Final = b"\xff\xff"
PG_EPOCH_S: Final = 946_684_800
"""Seconds from 1970-01-01 to PostgreSQL's epoch, 2000-01-01."""
MICRO: Final = 1_000_000
ROWS_PER_WRITE: Final = 20_000

_WKB: Final = np.dtype(
    [("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")]
)
_EWKB_POINT: Final = 0x20000001

Field = tuple[str, str]
"""A column's name and NumPy dtype string; ``"point"`` for an EWKB point, ``"uuid"`` for a UUID."""


def row_dtype(fields: Iterable[Field]) -> np.dtype[np.void]:
    """The dtype of a whole row in the binary format."""
    parts: list[Any] = [("fields", ">i2")]
    for name, kind in fields:
        parts += [(f"{name}_length", ">i4"), (name, _stored(kind))]
    return np.dtype(parts)


def _stored(kind: str) -> Any:
    if kind == "point":
        return _WKB
    return "V16" if kind == "uuid" else np.dtype(kind).newbyteorder(">")


def encode(fields: list[Field], columns: dict[str, npt.NDArray[Any]], n: int) -> npt.NDArray[Any]:
    """``n`` rows in the binary format; a point column is given as an (n, 2) array of lon, lat."""
    dtype = row_dtype(fields)
    rows = np.empty(n, dtype)
    rows["fields"] = len(fields)
    for name, kind in fields:
        rows[f"{name}_length"] = dtype[name].itemsize
        if kind == "point":
            _put_point(rows[name], columns[name])
        else:
            rows[name] = columns[name]
    return rows


def _put_point(into: npt.NDArray[Any], lonlat: npt.NDArray[Any]) -> None:
    into["order"] = 1
    into["type"] = _EWKB_POINT
    into["srid"] = 4326
    into["x"] = lonlat[:, 0]
    into["y"] = lonlat[:, 1]


def raw(conn: Connection) -> Psycopg[Any]:
    """The psycopg connection below SQLAlchemy's, in the same transaction."""
    driver = conn.connection.driver_connection
    if not isinstance(driver, Psycopg):
        raise TypeError("COPY needs the psycopg driver (postgresql+psycopg://)")
    return driver


def copy_in(
    conn: Connection, table: str, fields: list[Field], columns: dict[str, npt.NDArray[Any]], n: int
) -> None:
    """COPY ``n`` rows into ``table``; the next piece is encoded while the server takes the last."""
    names = ", ".join(name for name, _ in fields)
    statement = f"copy {table} ({names}) from stdin (format binary)"
    with raw(conn).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(SIGNATURE)
        for piece in _ahead(_pieces(fields, columns, n)):
            copy.write(piece)
        copy.write(TRAILER)


def _pieces(
    fields: list[Field], columns: dict[str, npt.NDArray[Any]], n: int
) -> Iterator[memoryview]:
    """The encoded rows, some ten thousand at a time."""
    for start in range(0, n, ROWS_PER_WRITE):
        part = slice(start, min(start + ROWS_PER_WRITE, n))
        cut = {name: columns[name][part] for name, _ in fields}
        yield encode(fields, cut, part.stop - start).view(np.uint8).data


def _ahead(pieces: Iterator[memoryview]) -> Iterator[memoryview]:
    """The same pieces, each made in a thread while the one before is in use."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = beside.submit(next, pieces, None)
            yield piece


def copy_out(
    conn: Connection, query: str, fields: list[Field], params: dict[str, Any]
) -> npt.NDArray[Any]:
    """Rows of ``query``, whose columns are fixed-size and never null, as a structured array."""
    dtype = row_dtype(fields)
    with raw(conn).cursor() as cursor:
        statement = f"copy ({query}) to stdout (format binary)"
        with cursor.copy(statement, params) as copy:
            body = b"".join(bytes(piece) for piece in copy)
    payload = memoryview(body)[len(SIGNATURE) : len(body) - len(TRAILER)]
    return np.frombuffer(payload, dtype)


def to_pg_time(epoch_s: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Seconds since 1970 → microseconds since 2000."""
    return (epoch_s - PG_EPOCH_S) * MICRO


def from_pg_time(micro: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Microseconds since 2000 → seconds since 1970."""
    return micro.astype(np.int64) // MICRO + PG_EPOCH_S
