"""Detections: partitioned by month, written and read in bulk as structured arrays."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Identity,
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
    Column("place", Integer, nullable=False, server_default=text("0")),
    Index("ix_detection_geom_acq_at", "geom", "acq_at", postgresql_using="gist"),
    Index("ix_detection_fire_id", "fire_id", postgresql_where=text("fire_id is not null")),
    Index(
        "ix_detection_unassessed", "world_id", "acq_at", postgresql_where=text("fire_id is null")
    ),
    postgresql_partition_by="RANGE (acq_at)",
)
"""Unknown floats are NaN, so that every row has the same size in the binary format. ``place`` is
the number of the marks of all who reach the row's place (``store.place_marks``)."""

superseded = Table(
    "detection_superseded",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    world_column(),
    at("acq_at"),
    Column("key", BigInteger, nullable=False),
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
    Column("by_key", BigInteger, nullable=False),
    at("by_at"),
    Column("by_batch_id", BigInteger, nullable=False),
    uuid_column("fire_id"),
    Column("settled", Boolean, nullable=False),
    Index("ix_detection_superseded_world_id_acq_at", "world_id", "acq_at"),
    Index("ix_detection_superseded_by_batch_id", "by_batch_id"),
    Index(
        "ix_detection_superseded_unsettled",
        "world_id",
        "by_at",
        postgresql_where=text("not settled"),
    ),
)
"""Versions for whose pixel a better one stands (``by_…``), whole: later batches are folded with all
versions that ever came. ``fire_id`` is the fire that the row had while it lived,
``settled`` whether that fire has been measured without it."""

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
_KEPT: Final[list[copying.Field]] = [*_OUT, ("id", "i8"), ("by_key", "i8"), ("settled", "i2")]
_ASIDE: Final[list[copying.Field]] = [
    *_IN,
    ("by_at", "i8"),
    ("by_key", "i8"),
    ("by_batch_id", "i8"),
    ("settled", "bool"),
]
_LOST: Final[list[copying.Field]] = [
    ("fire_id", "uuid"),
    ("acq_at", "i8"),
    ("key", "i8"),
    ("by_key", "i8"),
    ("by_fire_id", "uuid"),
]
_NOBODY: Final = "'00000000-0000-0000-0000-000000000000'::uuid"
_COLUMNS: Final = (
    f"st_x(d.geom), st_y(d.geom), d.acq_at, d.key, coalesce(d.fire_id, {_NOBODY}), d.batch_id, "
    + ", ".join(f"d.{name}" for name, _ in _PLAIN)
)
_SELECT: Final = f"select {_COLUMNS} from detection d "  # noqa: S608 - constant names only
_COUNTS: Final = (
    " and (d.acq_at, d.key) not in (select acq_at, key from detection_verdict"
    " where world_id = %(world)s and fire_id = any(%(fires)s) and in_force and verdict = 'false')"
)
NO_FIRE: Final = b"\x00" * 16
MONTHS_LOCK: Final = 0x53594C04
"""Advisory lock key of who makes partitions ("SYL", 4)."""

STORED = np.dtype([*DETECTION.descr, ("key", "i8"), ("fire_id", "V16"), ("batch_id", "i8")])
"""A detection as stored: a batch's columns, its identity, its fire (16 bytes), its batch."""

STANDS = np.dtype([("acq_at", "i8"), ("key", "i8"), ("batch_id", "i8")])
"""The row that stands for the pixel of others: its acquisition, its identity, its batch."""

KEPT = np.dtype([*STORED.descr, ("id", "i8"), ("by_key", "i8"), ("settled", "?")])
"""A version as stored. Living ones have no ``id``; replaced ones tell who stands for them."""


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
    batch_id: int | npt.NDArray[np.int64],
    rows: Detections,
    keys: npt.NDArray[np.int64],
    fire_ids: npt.NDArray[Any] | None,
) -> tuple[list[copying.Field], dict[str, Any]]:
    """Columns of the table for a batch; ``fire_ids`` (n × V16) where they are assessed.

    ``batch_id`` is an array where rows of several batches go in together.
    """
    n = len(rows)
    fields = _IN if fire_ids is None else [*_IN, ("fire_id", "uuid")]
    columns: dict[str, Any] = {name: rows[name] for name, _ in _PLAIN}
    columns |= {
        "world_id": np.broadcast_to(np.int16(world_id), n),
        "acq_at": copying.to_pg_time(rows["acq_at"]),
        "key": keys,
        "batch_id": np.broadcast_to(np.asarray(batch_id, np.int64), n),
        "geom": np.column_stack([rows["lon"], rows["lat"]]),
        "fire_id": fire_ids,
    }
    return fields, columns


def insert(
    conn: Connection,
    world_id: int,
    batch_id: int | npt.NDArray[np.int64],
    rows: Detections,
    keys: npt.NDArray[np.int64],
    fire_ids: npt.NDArray[Any] | None,
    places: npt.NDArray[np.int32],
) -> None:
    """COPY new detections; unassessed ones (``fire_ids`` None) are grouped later."""
    fields, columns = encoded(world_id, batch_id, rows, keys, fire_ids)
    columns["place"] = places
    copying.copy_in(conn, "detection", [*fields, ("place", "i4")], columns, len(rows))


def _stored(rows: npt.NDArray[Any], kind: np.dtype[np.void] = STORED) -> npt.NDArray[np.void]:
    found = np.empty(len(rows), kind)
    for name in found.dtype.names or ():
        found[name] = rows[name]
    found["acq_at"] = copying.from_pg_time(rows["acq_at"])
    return found


def _moment(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)


def versions_of(
    conn: Connection, world_id: int, satellites: list[int], since_s: int, until_s: int
) -> npt.NDArray[np.void]:
    """All versions (``KEPT``) of some satellites in a closed time span (seconds since 1970)."""
    where = (
        " where d.world_id = %(world)s and d.acq_at between %(since)s and %(until)s"
        " and d.satellite = any(%(satellites)s)"
    )
    query = (  # constant names only
        f"select {_COLUMNS}, 0::bigint, d.key, 1::smallint from detection d{where} union all "  # noqa: S608
        f"select {_COLUMNS}, d.id, d.by_key, d.settled::int::smallint"
        f" from detection_superseded d{where}"
    )
    params = {
        "world": world_id,
        "since": _moment(since_s),
        "until": _moment(until_s),
        "satellites": satellites,
    }
    return _stored(copying.copy_out(conn, query, _KEPT, params), KEPT)


def last_before(
    conn: Connection, world_id: int, satellite: int, since_s: int, before_s: int
) -> int | None:
    """The satellite's newest detection in a half-open time span, seconds since 1970."""
    query = text(
        "select extract(epoch from acq_at)::bigint from detection where world_id = :world"
        " and acq_at >= :since and acq_at < :before and satellite = :satellite"
        " order by acq_at desc limit 1"
    )
    span = {"since": _moment(since_s), "before": _moment(before_s)}
    last: int | None = conn.scalar(query, {"world": world_id, "satellite": satellite, **span})
    return last


def days_between(conn: Connection, world_id: int, since_s: int, until_s: int) -> int:
    """On how many days (UTC) within an open time span anything was detected."""
    query = text(
        "select count(distinct date_trunc('day', acq_at at time zone 'UTC')) from detection"
        " where world_id = :world and acq_at > :since and acq_at < :until"
    )
    span = {"since": _moment(since_s), "until": _moment(until_s)}
    return conn.scalar(query, {"world": world_id, **span}) or 0


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


def lost(
    conn: Connection, world_id: int, by_at: npt.NDArray[Any], by_key: npt.NDArray[Any]
) -> npt.NDArray[np.void]:
    """What fires lost to these rows and have not been measured without (``_LOST``)."""
    query = (
        f"select d.fire_id, d.acq_at, d.key, d.by_key, {_NOBODY}"  # noqa: S608 - constant
        " from detection_superseded d"
        " join unnest(%(at)s ::float8[], %(keys)s ::bigint[]) as q(at, key)"
        " on d.by_at = to_timestamp(q.at) and d.by_key = q.key"
        " where d.world_id = %(world)s and not d.settled"
    )
    params = {"world": world_id, "at": by_at.astype("f8").tolist(), "keys": by_key.tolist()}
    return copying.copy_out(conn, query, _LOST, params)


def lost_to_settled(conn: Connection, world_id: int, limit: int) -> npt.NDArray[np.void]:
    """What fires lost to rows that have a fire themselves, and have not been measured without."""
    query = (
        "select d.fire_id, d.acq_at, d.key, d.by_key, w.fire_id"
        " from detection_superseded d join detection w on w.world_id = d.world_id"
        " and w.acq_at = d.by_at and w.key = d.by_key"
        " where d.world_id = %(world)s and not d.settled and w.fire_id is not null"
        " order by d.fire_id limit %(limit)s"
    )
    return copying.copy_out(conn, query, _LOST, {"world": world_id, "limit": limit})


def settle(conn: Connection, world_id: int, fire_ids: list[UUID]) -> None:
    """These fires have been measured without what they lost to rows that have a fire."""
    if fire_ids:
        query = text(
            "update detection_superseded s set settled = true from detection d"
            " where s.world_id = :world and not s.settled and s.fire_id = any(:fires)"
            " and d.world_id = s.world_id and d.acq_at = s.by_at and d.key = s.by_key"
            " and d.fire_id is not null"
        )
        conn.execute(query, {"world": world_id, "fires": fire_ids})


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
    conn: Connection, world_id: int, old: npt.NDArray[np.void], by: npt.NDArray[np.void]
) -> None:
    """Move replaced versions out of the table, whole, with the row (``STANDS``) for each."""
    if not len(old):
        return
    names = ", ".join(name for name, _ in _IN)
    taken = ", ".join(f"d.{name}" for name, _ in _IN)
    conn.execute(
        text(
            "with q as (select * from unnest(:at ::float8[], :keys ::bigint[],"  # noqa: S608
            " :by_at ::float8[], :by_keys ::bigint[], :by_batches ::bigint[])"
            " as q(at, key, by_at, by_key, by_batch_id)),"
            " gone as (delete from detection d using q where d.world_id = :world"
            " and d.acq_at = to_timestamp(q.at) and d.key = q.key"
            f" returning {taken}, d.fire_id, q.by_at, q.by_key, q.by_batch_id)"  # constant names
            f" insert into detection_superseded ({names}, fire_id, by_at, by_key, by_batch_id,"
            f" settled) select {names}, fire_id, to_timestamp(by_at), by_key, by_batch_id,"
            " fire_id is null from gone"
        ),
        {
            "world": world_id,
            "at": old["acq_at"].astype("f8").tolist(),
            "keys": old["key"].tolist(),
            **_named(by),
        },
    )


def _named(by: npt.NDArray[np.void]) -> dict[str, list[Any]]:
    return {
        "by_at": by["acq_at"].astype("f8").tolist(),
        "by_keys": by["key"].tolist(),
        "by_batches": by["batch_id"].tolist(),
    }


def put_aside(
    conn: Connection,
    world_id: int,
    batch_id: int,
    rows: Detections,
    keys: npt.NDArray[np.int64],
    by: npt.NDArray[np.void],
) -> None:
    """Keep versions that came when a better one (``STANDS``) stood for their pixel already."""
    if not len(rows):
        return
    _, columns = encoded(world_id, batch_id, rows, keys, None)
    columns |= {
        "by_at": copying.to_pg_time(by["acq_at"]),
        "by_key": by["key"],
        "by_batch_id": by["batch_id"],
        "settled": np.broadcast_to(np.bool_(1), len(rows)),
    }
    copying.copy_in(conn, "detection_superseded", _ASIDE, columns, len(rows))


def rename(conn: Connection, ids: npt.NDArray[np.int64], by: npt.NDArray[np.void]) -> None:
    """Another row (``STANDS``) stands for the pixel of these replaced versions from now on."""
    if not len(ids):
        return
    conn.execute(
        text(
            "update detection_superseded s"
            " set by_at = to_timestamp(q.at), by_key = q.key, by_batch_id = q.batch_id"
            " from unnest(:ids ::bigint[], :by_at ::float8[], :by_keys ::bigint[],"
            " :by_batches ::bigint[]) as q(id, at, key, batch_id) where s.id = q.id"
        ),
        {"ids": ids.tolist(), **_named(by)},
    )


def take_back(conn: Connection, ids: npt.NDArray[np.int64]) -> None:
    """Replaced versions are to live again: they leave the table of the replaced ones."""
    if len(ids):
        query = text("delete from detection_superseded where id = any(:ids)")
        conn.execute(query, {"ids": ids.tolist()})
