"""Detections: partitioned by month, written and read in bulk as structured arrays."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    SmallInteger,
    Table,
    text,
)

from sylvan.domain.detections import DETECTION, Detections
from sylvan.store import copying
from sylvan.store.base import METADATA, at, geometry, uuid_column, world_column

detections = Table(
    "detection",
    METADATA,
    world_column(primary_key=True),
    at("acq_at", primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("satellite", SmallInteger, nullable=False),
    Column("instrument", SmallInteger, nullable=False),
    Column("scan", REAL, nullable=False),
    Column("track", REAL, nullable=False),
    Column("frp", REAL, nullable=False),
    Column("bright", REAL, nullable=False),
    Column("bright_long", REAL, nullable=False),
    Column("confidence_native", SmallInteger, nullable=False),
    Column("confidence", REAL, nullable=False),
    Column("daynight", SmallInteger, nullable=False),
    Column("type", SmallInteger, nullable=False),
    Column("stage", SmallInteger, nullable=False),
    Column("collection", SmallInteger, nullable=False),
    Column("precision", SmallInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("batch_id", BigInteger, nullable=False),
    Column("geom", geometry("POINT", index=False), nullable=False),
    uuid_column("fire_id"),
    Index("ix_detection_geom_acq_at", "geom", "acq_at", postgresql_using="gist"),
    Index("ix_detection_fire_id", "fire_id", postgresql_where=text("fire_id is not null")),
    Index(
        "ix_detection_unassessed", "world_id", "acq_at", postgresql_where=text("fire_id is null")
    ),
    postgresql_partition_by="RANGE (acq_at)",
)
"""Unknown floats are NaN, so that every row has the same size in the binary format."""

superseded = Table(
    "detection_superseded",
    METADATA,
    world_column(primary_key=True),
    at("acq_at", primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("stage", SmallInteger, nullable=False),
    Column("collection", SmallInteger, nullable=False),
    Column("precision", SmallInteger, nullable=False),
    Column("batch_id", BigInteger, primary_key=True, autoincrement=False),
    Column("by_key", BigInteger, nullable=False),
    Column("by_batch_id", BigInteger, nullable=False),
    Column("geom", geometry("POINT", index=False), nullable=False),
    uuid_column("fire_id"),
    Index("ix_detection_superseded_by_batch_id", "by_batch_id"),
)
"""Earlier versions of pixels, who replaced them, and the fire that the replacing ones inherit."""

_PLAIN: Final[list[copying.Field]] = [
    ("satellite", "i2"),
    ("instrument", "i2"),
    ("scan", "f4"),
    ("track", "f4"),
    ("frp", "f4"),
    ("bright", "f4"),
    ("bright_long", "f4"),
    ("confidence_native", "i2"),
    ("confidence", "f4"),
    ("daynight", "i2"),
    ("type", "i2"),
    ("stage", "i2"),
    ("collection", "i2"),
    ("precision", "i2"),
    ("line", "i4"),
]
"""Columns that have the same name and meaning in a batch and in the table."""

_IN: Final[list[copying.Field]] = [
    ("world_id", "i2"),
    ("acq_at", "i8"),
    ("key", "i8"),
    *_PLAIN,
    ("batch_id", "i8"),
    ("geom", "point"),
]
_OUT: Final[list[copying.Field]] = [
    ("lon", "f8"),
    ("lat", "f8"),
    ("acq_at", "i8"),
    ("key", "i8"),
    ("fire_id", "uuid"),
    ("batch_id", "i8"),
    *_PLAIN,
]
_LEGACY: Final[list[copying.Field]] = [
    ("by_batch_id", "i8"),
    ("by_key", "i8"),
    ("fire_id", "uuid"),
]
_SELECT: Final = (
    "select st_x(d.geom), st_y(d.geom), d.acq_at, d.key,"  # noqa: S608 - constant names only
    " coalesce(d.fire_id, '00000000-0000-0000-0000-000000000000'::uuid), d.batch_id, "
    + ", ".join(f"d.{name}" for name, _ in _PLAIN)
    + " from detection d "
)
_COUNTS: Final = (
    " and (d.acq_at, d.key) not in (select acq_at, key from detection_verdict"
    " where world_id = %(world)s and fire_id = any(%(fires)s) and in_force and verdict = 'false')"
)
NO_FIRE: Final = b"\x00" * 16
MONTHS_LOCK: Final = 0x53594C04
"""Advisory lock key of who makes partitions ("SYL", 4)."""

STORED = np.dtype([*DETECTION.descr, ("key", "i8"), ("fire_id", "V16"), ("batch_id", "i8")])
"""A detection as stored: a batch's columns, its identity, its fire (16 bytes), its batch."""


def ensure_months(conn: Connection, acq_at: npt.NDArray[np.int64]) -> None:
    """Make the partitions that these times (seconds since 1970) need.

    To be called in a transaction of its own. A table is made beside and attached, which readers
    and writers don't feel; ``create table … partition of`` would wait for all of them, make all
    others wait for it, and deadlock with whoever holds a row that its own transaction wants.
    """
    months = np.unique(acq_at.astype("datetime64[s]").astype("datetime64[M]"))
    missing = [month for month in months if not _has_month(conn, month)]
    if not missing:
        return
    conn.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MONTHS_LOCK})
    for month in missing:
        if not _has_month(conn, month):
            _add_month(conn, month)


def _partition_name(month: np.datetime64) -> str:
    return "detection_p" + str(month).replace("-", "")


def _has_month(conn: Connection, month: np.datetime64) -> bool:
    # asked of the table itself: to_regclass may remember that another session's was not there
    query = text(
        "select exists (select from pg_inherits join pg_class on pg_class.oid = inhrelid"
        " where inhparent = 'detection'::regclass and relname = :name)"
    )
    return bool(conn.scalar(query, {"name": _partition_name(month)}))


def _add_month(conn: Connection, month: np.datetime64) -> None:
    name, lower, upper = _partition_name(month), f"{month}-01+00", f"{month + 1}-01+00"
    conn.execute(text(f"create table {name} (like detection including all)"))
    conn.execute(
        text(
            f"alter table detection attach partition {name}"
            f" for values from ('{lower}') to ('{upper}')"
        )
    )


def encoded(
    world_id: int,
    batch_id: int,
    rows: Detections,
    keys: npt.NDArray[np.int64],
    fire_ids: npt.NDArray[Any] | None,
) -> tuple[list[copying.Field], dict[str, Any]]:
    """Columns of the table for a batch; ``fire_ids`` (n × V16) where they are assessed."""
    n = len(rows)
    fields = _IN if fire_ids is None else [*_IN, ("fire_id", "uuid")]
    columns: dict[str, Any] = {name: rows[name] for name, _ in _PLAIN}
    columns |= {
        "world_id": np.broadcast_to(np.int16(world_id), n),
        "acq_at": copying.to_pg_time(rows["acq_at"]),
        "key": keys,
        "batch_id": np.broadcast_to(np.int64(batch_id), n),
        "geom": np.column_stack([rows["lon"], rows["lat"]]),
        "fire_id": fire_ids,
    }
    return fields, columns


def insert(
    conn: Connection,
    world_id: int,
    batch_id: int,
    rows: Detections,
    keys: npt.NDArray[np.int64],
    fire_ids: npt.NDArray[Any] | None,
) -> None:
    """COPY new detections; unassessed ones (``fire_ids`` None) are grouped later."""
    fields, columns = encoded(world_id, batch_id, rows, keys, fire_ids)
    copying.copy_in(conn, "detection", fields, columns, len(rows))


def _stored(rows: npt.NDArray[Any]) -> npt.NDArray[np.void]:
    found = np.empty(len(rows), STORED)
    for name in found.dtype.names or ():
        found[name] = rows[name]
    found["acq_at"] = copying.from_pg_time(rows["acq_at"])
    return found


def _moment(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)


def of_satellites(
    conn: Connection, world_id: int, satellites: list[int], since_s: int, until_s: int
) -> npt.NDArray[np.void]:
    """Stored detections of some satellites in a closed time span (seconds since 1970)."""
    query = _SELECT + (
        "where d.world_id = %(world)s and d.acq_at between %(since)s and %(until)s"
        " and d.satellite = any(%(satellites)s)"
    )
    params = {
        "world": world_id,
        "since": _moment(since_s),
        "until": _moment(until_s),
        "satellites": satellites,
    }
    return _stored(copying.copy_out(conn, query, _OUT, params))


def fires_in(conn: Connection, world_id: int, boxes: npt.NDArray[np.float64]) -> set[UUID]:
    """Fires of stored detections in any of the boxes (n × 6: w, s, e, n, since, until in s)."""
    if not len(boxes):
        return set()
    query = text(
        "select distinct d.fire_id from"
        " unnest(:w ::float8[], :s ::float8[], :e ::float8[], :n ::float8[],"
        " :t0 ::float8[], :t1 ::float8[]) as box(w, s, e, n, t0, t1)"
        " cross join lateral (select fire_id from detection"
        "  where world_id = :world and fire_id is not null"
        "  and geom && st_makeenvelope(box.w, box.s, box.e, box.n, 4326)"
        "  and acq_at between to_timestamp(box.t0) and to_timestamp(box.t1)) d"
    )
    names = ("w", "s", "e", "n", "t0", "t1")
    params: dict[str, Any] = {name: boxes[:, i].tolist() for i, name in enumerate(names)}
    return set(conn.scalars(query, params | {"world": world_id}))


def of_fires(conn: Connection, world_id: int, fire_ids: list[UUID]) -> npt.NDArray[np.void]:
    """Stored detections of these fires (their own ids, aliases not followed).

    Those that people marked false are not among them: they count for nothing.
    """
    if not fire_ids:
        return np.empty(0, STORED)
    query = _SELECT + "where d.world_id = %(world)s and d.fire_id = any(%(fires)s)" + _COUNTS
    return _stored(copying.copy_out(conn, query, _OUT, {"world": world_id, "fires": fire_ids}))


def unassessed(
    conn: Connection, world_id: int, after: tuple[datetime, int], limit: int
) -> npt.NDArray[np.void]:
    """The oldest stored detections that belong to no fire yet, from a cursor (acq_at, key) on."""
    query = _SELECT + (
        "where d.world_id = %(world)s and d.fire_id is null"
        " and (d.acq_at, d.key) > (%(at)s, %(key)s)"
        " order by d.acq_at, d.key limit %(limit)s"
    )
    params = {"world": world_id, "at": after[0], "key": after[1], "limit": limit}
    return _stored(copying.copy_out(conn, query, _OUT, params))


def inherited(
    conn: Connection, world_id: int, batch_ids: list[int], keys: list[int]
) -> npt.NDArray[np.void]:
    """Fires of the earlier versions that rows of these batches replaced (``_LEGACY``)."""
    query = (
        "select by_batch_id, by_key, fire_id from detection_superseded"
        " where world_id = %(world)s and by_batch_id = any(%(batches)s)"
        " and by_key = any(%(keys)s) and fire_id is not null order by by_key, fire_id"
    )
    params = {"world": world_id, "batches": batch_ids, "keys": keys}
    return copying.copy_out(conn, query, _LEGACY, params)


def assign(
    conn: Connection, world_id: int, rows: npt.NDArray[np.void], fire_ids: npt.NDArray[Any]
) -> None:
    """Write to which fire stored detections belong (after an assessment that came later)."""
    if not len(rows):
        return
    conn.execute(
        text(
            "update detection d set fire_id = q.fire from"
            " unnest(:at ::float8[], :keys ::bigint[], :fires ::uuid[]) as q(at, key, fire)"
            " where d.world_id = :world and d.acq_at = to_timestamp(q.at) and d.key = q.key"
            " and d.fire_id is distinct from q.fire"
        ),
        {
            "world": world_id,
            "at": rows["acq_at"].astype("f8").tolist(),
            "keys": rows["key"].tolist(),
            "fires": [UUID(bytes=bytes(raw)) for raw in fire_ids],
        },
    )


def supersede(
    conn: Connection,
    world_id: int,
    old: npt.NDArray[np.void],
    by_keys: npt.NDArray[np.int64],
    by_batch_id: int,
) -> None:
    """Move replaced versions out of the table, keeping what they were and who replaced them.

    A version that was replaced before anybody knew its fire hands on the one that it inherited.
    """
    if not len(old):
        return
    conn.execute(
        text(
            "with q as (select * from unnest(:at ::float8[], :keys ::bigint[], :by ::bigint[])"
            " as q(at, key, by_key)), gone as (delete from detection d using q"
            " where d.world_id = :world and d.acq_at = to_timestamp(q.at) and d.key = q.key"
            " returning d.world_id, d.acq_at, d.key, d.stage, d.collection, d.precision,"
            " d.batch_id, q.by_key, d.geom, d.fire_id)"
            " insert into detection_superseded (world_id, acq_at, key, stage, collection,"
            " precision, batch_id, by_key, geom, by_batch_id, fire_id)"
            " select world_id, acq_at, key, stage, collection, precision, batch_id, by_key, geom,"
            " :batch, coalesce(fire_id, (select s.fire_id from detection_superseded s"
            "  where s.world_id = gone.world_id and s.by_batch_id = gone.batch_id"
            "  and s.by_key = gone.key and s.fire_id is not null order by s.fire_id limit 1))"
            " from gone"
        ),
        {
            "world": world_id,
            "at": old["acq_at"].astype("f8").tolist(),
            "keys": old["key"].tolist(),
            "by": by_keys.tolist(),
            "batch": by_batch_id,
        },
    )
