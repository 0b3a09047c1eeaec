"""What people corrected in the partition, and what they said of single detections."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.surgery import HELD, PIXEL, Held, Kind, Rows, Surgery
from sylvan.store.base import JSONB, METADATA, TEXTS, UUIDS, at, uuid_column, world_column
from sylvan.store.scope import scope

surgeries = Table(
    "surgery",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    at("at"),
    at("recorded_at"),
    Column("actor", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("fires", UUIDS, nullable=False),
    Column("detections", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("undone_at", nullable=True),
    Column("undone_by", Text),
    Column("undone_note", Text),
    Index("ix_surgery_fires", "fires", postgresql_using="gin"),
    Index("ix_surgery_world_id_seq", "world_id", "seq"),
)

verdicts = Table(
    "detection_verdict",
    METADATA,
    world_column(primary_key=True),
    at("acq_at", primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    uuid_column("surgery_id", primary_key=True),
    Column("verdict", Text, nullable=False),
    uuid_column("was_fire_id", nullable=False),
    uuid_column("fire_id", nullable=False),
    Column("in_force", Boolean, nullable=False),
    Index("ix_detection_verdict_surgery_id", "surgery_id"),
    Index(
        "ix_detection_verdict_false",
        "world_id",
        "fire_id",
        postgresql_where=text("in_force and verdict = 'false'"),
    ),
)
"""Kept when a better version replaces the detection, and handed on to that version."""


def _surgery(row: Any) -> Surgery:
    return Surgery(
        id=row.id,
        version=row.version,
        kind=Kind(row.kind),
        at=row.at,
        actor=row.actor,
        note=row.note,
        fires=tuple(row.fires),
        detections=row.detections,
        body=row.body,
        territories=tuple(row.territories),
        seq=row.seq,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )


def add(conn: Connection, actor: Actor, one: Surgery, now: datetime) -> None:
    """Write a surgery that was just done."""
    conn.execute(
        insert(surgeries).values(
            id=one.id,
            world_id=actor.world.id,
            version=one.version,
            kind=str(one.kind),
            at=one.at,
            recorded_at=now,
            actor=one.actor,
            note=one.note,
            fires=list(one.fires),
            detections=one.detections,
            body=dict(one.body),
            territories=list(one.territories),
        )
    )


def undo(conn: Connection, actor: Actor, one: Surgery, note: str) -> None:
    """Write that a surgery is undone (``one`` is its new version), and so are its verdicts."""
    mine = surgeries.c.id == one.id, surgeries.c.world_id == actor.world.id
    conn.execute(
        update(surgeries)
        .where(*mine)
        .values(
            version=one.version,
            undone_at=one.undone_at,
            undone_by=one.undone_by,
            undone_note=note,
        )
    )
    said = verdicts.c.surgery_id == one.id, verdicts.c.world_id == actor.world.id
    conn.execute(update(verdicts).where(*said).values(in_force=False))


def get(conn: Connection, actor: Actor, surgery_id: UUID, *, lock: bool = False) -> Surgery | None:
    """A surgery by its id."""
    query = scope(select(surgeries), actor, surgeries).where(surgeries.c.id == surgery_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _surgery(row) if row else None


def about(
    conn: Connection, actor: Actor, fire_ids: Iterable[UUID], *, in_force: bool = False
) -> list[Surgery]:
    """Surgeries that name any of these fires (aliases not followed), newest first.

    The whole world's, whatever the actor may see: what one district corrected holds for all.
    """
    query = select(surgeries).where(
        surgeries.c.world_id == actor.world.id, surgeries.c.fires.overlap(list(fire_ids))
    )
    if in_force:
        query = query.where(surgeries.c.undone_at.is_(None))
    return [_surgery(row) for row in conn.execute(query.order_by(surgeries.c.seq.desc()))]


def mark(conn: Connection, world_id: int) -> int:
    """A number that grows with every surgery done or undone in a world.

    Who keeps detections in memory looks here before he trusts them.
    """
    query = select(func.coalesce(func.sum(surgeries.c.version), 0))
    return int(conn.scalar(query.where(surgeries.c.world_id == world_id)) or 0)


def keep_verdicts(
    conn: Connection,
    actor: Actor,
    surgery_id: UUID,
    verdict: Held,
    rows: Rows,
    became: Sequence[UUID],
) -> None:
    """Write what a surgery said of detections (``acq_at``, ``key``, ``fire_id`` as it was)."""
    conn.execute(
        text(
            "insert into detection_verdict"
            " (world_id, acq_at, key, surgery_id, verdict, was_fire_id, fire_id, in_force)"
            " select :world, to_timestamp(q.at), q.key, :surgery, :verdict, q.was, q.fire, true"
            " from unnest(:at ::float8[], :keys ::bigint[], :was ::uuid[], :fires ::uuid[])"
            " as q(at, key, was, fire)"
        ),
        {
            "world": actor.world.id,
            "surgery": surgery_id,
            "verdict": str(verdict),
            "at": rows["acq_at"].astype("f8").tolist(),
            "keys": rows["key"].tolist(),
            "was": [UUID(bytes=bytes(raw)) for raw in rows["fire_id"]],
            "fires": list(became),
        },
    )


def _pixels(rows: Sequence[Any]) -> Rows:
    return np.array([(int(row.acq_at.timestamp()), row.key) for row in rows], PIXEL)


def false_of(conn: Connection, world_id: int, fire_ids: Iterable[UUID]) -> Rows:
    """Detections (``PIXEL``) of these fires that people marked false, earlier versions too."""
    query = text(
        "select distinct acq_at, key from detection_verdict where world_id = :world and in_force"
        " and verdict = 'false' and fire_id = any(:fires) order by acq_at, key"
    )
    return _pixels(conn.execute(query, {"world": world_id, "fires": list(fire_ids)}).all())


def held_of(conn: Connection, world_id: int, surgery_ids: Iterable[UUID]) -> Rows:
    """Detections (``HELD``) that these surgeries put where they are, the newest word of each."""
    query = text(
        "select distinct on (v.acq_at, v.key) v.acq_at, v.key, v.fire_id"
        " from detection_verdict v join surgery s on s.id = v.surgery_id"
        " where v.world_id = :world and v.in_force and v.verdict = 'held'"
        " and v.surgery_id = any(:surgeries) order by v.acq_at, v.key, s.seq desc"
    )
    rows = conn.execute(query, {"world": world_id, "surgeries": list(surgery_ids)}).all()
    told = [(int(row.acq_at.timestamp()), row.key, row.fire_id.bytes) for row in rows]
    return np.array(told, HELD)


def marked_false(
    conn: Connection, world_id: int, keys: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Which of these identity keys people marked false, or are heirs of such."""
    query = text(
        "select distinct key from detection_verdict where world_id = :world and in_force"
        " and verdict = 'false' and key = any(:keys)"
    )
    found = conn.scalars(query, {"world": world_id, "keys": keys.tolist()})
    return np.array(list(found), np.int64)


def of_detections(conn: Connection, world_id: int, rows: Sequence[Any]) -> dict[Any, str]:
    """(acq_at, key) → ``false`` or ``held``, of those of the rows that people spoke about."""
    query = text(
        "select acq_at, key, min(verdict) as verdict from detection_verdict"  # false < held
        " where world_id = :world and in_force and acq_at between :since and :until"
        " and key = any(:keys) group by acq_at, key"
    )
    moments = [row.acq_at for row in rows]
    if not moments:
        return {}
    params = {"since": min(moments), "until": max(moments), "keys": [row.key for row in rows]}
    found = conn.execute(query, params | {"world": world_id})
    return {(row.acq_at, row.key): row.verdict for row in found}


def words_on(
    conn: Connection, world_id: int, acq_at: npt.NDArray[np.int64], keys: npt.NDArray[np.int64]
) -> list[dict[str, Any]]:
    """Rows in force about these detections: time, key, surgery, verdict, fires."""
    query = text(
        "select v.acq_at, v.key, v.surgery_id, v.verdict, v.was_fire_id, v.fire_id"
        " from unnest(:at ::float8[], :keys ::bigint[]) as q(at, key)"
        " join detection_verdict v on v.world_id = :world and v.acq_at = to_timestamp(q.at)"
        " and v.key = q.key and v.in_force"
    )
    params = {"world": world_id, "at": acq_at.astype("f8").tolist(), "keys": keys.tolist()}
    return [dict(row) for row in conn.execute(query, params).mappings()]


def hand_on(conn: Connection, world_id: int, told: Sequence[dict[str, Any]]) -> None:
    """Write what better versions inherit: rows as of :func:`words_on` with their own time, key."""
    if told:
        rows = [{**one, "world_id": world_id, "in_force": True} for one in told]
        conn.execute(pg.insert(verdicts).on_conflict_do_nothing(), rows)


def put_back(conn: Connection, world_id: int, surgery_id: UUID) -> None:
    """Give detections the fires that they had before a surgery, where it still holds."""
    conn.execute(
        text(
            "update detection d set fire_id = v.was_fire_id from detection_verdict v"
            " where v.surgery_id = :surgery and v.world_id = :world and v.in_force"
            " and v.verdict = 'held' and d.world_id = v.world_id and d.acq_at = v.acq_at"
            " and d.key = v.key and d.fire_id = v.fire_id"
        ),
        {"surgery": surgery_id, "world": world_id},
    )


_HEIRS = text(
    "with recursive line(batch0, key0, batch_id, key) as ("
    " select by_batch_id, by_key, batch_id, key from detection_superseded"
    " where world_id = :world and by_batch_id > :mark and by_key = any(:keys)"
    " union select line.batch0, line.key0, s.batch_id, s.key from line"
    " join detection_superseded s on s.world_id = :world and s.by_batch_id = line.batch_id"
    " and s.by_key = line.key)"
    " select distinct key0 from line where batch_id <= :mark"
)


def heirs(
    conn: Connection, world_id: int, keys: npt.NDArray[np.int64], batch_mark: int
) -> npt.NDArray[np.int64]:
    """Which of these detections are better versions of some that came up to a batch."""
    params = {"world": world_id, "mark": batch_mark, "keys": keys.tolist()}
    return np.array(list(conn.scalars(_HEIRS, params)), np.int64)


def batch_mark(conn: Connection, world_id: int) -> int:
    """The newest batch of detections in a world: what has a higher number came later."""
    query = text("select max(id) from batch where world_id = :world and product <> 'report'")
    return int(conn.scalar(query, {"world": world_id}) or 0)


def false_detections(conn: Connection, actor: Actor, since: datetime | None = None) -> Rows:
    """Live detections that people marked false, for whoever learns from verdicts.

    Args:
        conn: a connection.
        actor: in whose world.
        since: only those marked (by the world's clock) at this moment or later.

    Returns:
        Columns ``lon``, ``lat`` (degrees), ``acq_at`` (s), ``key``, ``marked_at`` (s), ``fire_id``.
    """
    query = text(
        "select st_x(d.geom), st_y(d.geom), extract(epoch from d.acq_at), d.key,"
        " extract(epoch from max(s.at)), (array_agg(d.fire_id))[1]"
        " from detection_verdict v join surgery s on s.id = v.surgery_id"
        " join detection d on d.world_id = v.world_id and d.acq_at = v.acq_at and d.key = v.key"
        " where v.world_id = :world and v.in_force and v.verdict = 'false'"
        " and s.at >= coalesce(:since ::timestamptz, '-infinity')"
        " group by d.geom, d.acq_at, d.key order by d.acq_at, d.key"
    )
    rows = conn.execute(query, {"world": actor.world.id, "since": since}).all()
    kept = np.dtype(
        [("lon", "f8"), ("lat", "f8"), *PIXEL.descr, ("marked_at", "i8"), ("fire_id", "V16")]
    )
    return np.array(
        [(*row[:2], int(row[2]), row[3], int(row[4]), row[5].bytes) for row in rows], kept
    )
