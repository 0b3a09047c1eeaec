"""Lightning strokes of a world."""

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Connection,
    Index,
    SmallInteger,
    Table,
    func,
    select,
    text,
)

from sylvan.domain.actors import Actor
from sylvan.domain.lightning import STROKE, Strokes
from sylvan.store import copying
from sylvan.store.base import METADATA, at, geometry, world_column
from sylvan.store.fires import bbox_clause

Box = tuple[float, float, float, float]

strokes = Table(
    "lightning",
    METADATA,
    world_column(primary_key=True),
    at("at", primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("point", geometry("POINT", index=False), nullable=False),
    Column("peak_ka", REAL, nullable=False),
    Column("accuracy_km", REAL, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("batch_id", BigInteger, nullable=False),
    Index("ix_lightning_point", "point", postgresql_using="gist"),
)
"""Unknown numbers are NaN. A stroke delivered twice has the same key."""

_OUT: Final[list[copying.Field]] = [
    ("at", "i8"),
    ("lon", "f8"),
    ("lat", "f8"),
    ("peak_ka", "f4"),
    ("accuracy_km", "f4"),
    ("kind", "i2"),
]
_COLUMNS: Final = "l.at, st_x(l.point), st_y(l.point), l.peak_ka, l.accuracy_km, l.kind"


def insert(
    conn: Connection, world_id: int, batch_id: int, rows: Strokes, keys: npt.NDArray[np.int64]
) -> int:
    """Store strokes; how many of them were not known yet."""
    if not len(rows):
        return 0
    statement = text(
        "insert into lightning (world_id, at, key, point, peak_ka, accuracy_km, kind, batch_id)"
        " select :world, to_timestamp(at), key, st_setsrid(st_makepoint(lon, lat), 4326), peak,"
        " error, kind, :batch from unnest(:at ::float8[], :keys ::bigint[], :lon ::float8[],"
        " :lat ::float8[], :peak ::real[], :error ::real[], :kind ::smallint[])"
        " as q(at, key, lon, lat, peak, error, kind) on conflict do nothing"
    )
    names = {"lon": "lon", "lat": "lat", "peak": "peak_ka", "error": "accuracy_km", "kind": "kind"}
    params: dict[str, Any] = {ours: rows[name].tolist() for ours, name in names.items()}
    # whole milliseconds: the key says which, and the same stroke must have the same time
    params |= {
        "at": (np.rint(rows["at"] * 1e3) / 1e3).tolist(),
        "keys": keys.tolist(),
        "world": world_id,
        "batch": batch_id,
    }
    return conn.execute(statement, params).rowcount


def _stored(raw: npt.NDArray[Any]) -> Strokes:
    found = np.empty(len(raw), STROKE)
    for name in found.dtype.names or ():
        found[name] = raw[name]
    found["at"] = raw["at"].astype("f8") / copying.MICRO + copying.PG_EPOCH_S
    return found


def around(conn: Connection, world_id: int, boxes: npt.NDArray[np.float64]) -> Strokes:
    """Strokes in any of the boxes (n × 6: w, s, e, n, since, until in s), each once."""
    if not len(boxes):
        return np.empty(0, STROKE)
    names = ("w", "s", "e", "n", "t0", "t1")
    query = (
        f"select distinct {_COLUMNS} from unnest(%(w)s::float8[], %(s)s::float8[],"  # noqa: S608 - constant names only
        " %(e)s::float8[], %(n)s::float8[], %(t0)s::float8[], %(t1)s::float8[])"
        " as box(w, s, e, n, t0, t1) cross join lateral (select * from lightning"
        "  where world_id = %(world)s"
        "  and point && st_makeenvelope(box.w, box.s, box.e, box.n, 4326)"
        "  and at between to_timestamp(box.t0) and to_timestamp(box.t1)) l"
    )
    params: dict[str, Any] = {name: boxes[:, i].tolist() for i, name in enumerate(names)}
    return _stored(copying.copy_out(conn, query, _OUT, params | {"world": world_id}))


def span(conn: Connection, world_id: int) -> tuple[float, float] | None:
    """Times of the oldest and the newest stroke, epoch seconds; ``None`` without any."""
    query = select(func.min(strokes.c.at), func.max(strokes.c.at))
    first, last = conn.execute(query.where(strokes.c.world_id == world_id)).one()
    return None if first is None else (first.timestamp(), last.timestamp())


def watched(
    conn: Connection, world_id: int, spans: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """For each span (n × 2, epoch seconds) whether anything is known of it."""
    if not len(spans):
        return np.zeros(0, np.bool_)
    query = text(
        "select exists (select from lightning where world_id = :world"
        " and at between to_timestamp(q.t0) and to_timestamp(q.t1))"
        " from unnest(:t0 ::float8[], :t1 ::float8[]) with ordinality as q(t0, t1, n) order by n"
    )
    params = {"world": world_id, "t0": spans[:, 0].tolist(), "t1": spans[:, 1].tolist()}
    return np.array(list(conn.scalars(query, params)), np.bool_)


def page(
    conn: Connection,
    actor: Actor,
    *,
    bbox: Box | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Strokes, newest first."""
    c = strokes.c
    query = select(
        c.at, c.key, func.st_x(c.point), func.st_y(c.point), c.peak_ka, c.accuracy_km, c.kind
    ).where(c.world_id == actor.world.id)
    if bbox:
        query = query.where(bbox_clause(c.point, bbox))
    if since:
        query = query.where(c.at >= since)
    if until:
        query = query.where(c.at <= until)
    names = ("at", "key", "lon", "lat", "peak_ka", "accuracy_km", "kind")
    rows = conn.execute(query.order_by(c.at.desc(), c.key).limit(limit))
    return [dict(zip(names, row, strict=True)) for row in rows]


def moment(epoch_s: float) -> datetime:
    """Epoch seconds as a moment."""
    return datetime.fromtimestamp(epoch_s, UTC)
