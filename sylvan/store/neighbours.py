"""What neighbouring regions tell, how far each was read, and fires that change hands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import Point
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.hub import Hole, Stand
from sylvan.domain.lifecycle import CLOSED
from sylvan.domain.neighbours import Handover, HandoverStatus
from sylvan.store.base import JSONB, METADATA, TEXTS, WGS84, at, geometry, uuid_column, world_column
from sylvan.store.fires import bbox_clause
from sylvan.store.scope import scope

foreign_fires = Table(
    "neighbour_fire",
    METADATA,
    Column("source", Text, primary_key=True),
    uuid_column("fire_id", primary_key=True),
    Column("number", Text),
    Column("status", Text, nullable=False),
    Column("point", geometry("POINT"), nullable=False),
    Column("territories", TEXTS, nullable=False),
    uuid_column("epoch", nullable=False),
    Column("seq", BigInteger, nullable=False),
    at("at"),
    at("received_at"),
    Column("body", JSONB, nullable=False),
)

stands = Table(
    "neighbour_stand",
    METADATA,
    Column("source", Text, primary_key=True),
    uuid_column("epoch"),
    Column("seq", BigInteger, nullable=False, server_default=text("0")),
    Column("state", Text, nullable=False, server_default=text("'new'")),
    Column("error", JSONB),
    Column("holes", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    at("asked_at", nullable=True),
    at("heard_at", nullable=True),
)

handovers = Table(
    "handover",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("from_region", Text, nullable=False),
    Column("to_region", Text, nullable=False),
    uuid_column("fire_id", nullable=False),
    Column("fire", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("offered_at"),
    Column("offered_by", Text, nullable=False),
    at("answered_at", nullable=True),
    Column("answered_by", Text),
    Index(
        "uq_handover_open",
        "world_id",
        "fire_id",
        unique=True,
        postgresql_where=text("status = 'offered'"),
    ),
)

OK, AWAY, REFUSED = "ok", "away", "refused"
_OVER: Final = sorted(CLOSED)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A neighbour's fire near our border, as it told it last."""

    source: str
    fire_id: UUID
    number: str | None
    status: str
    point: tuple[float, float]
    territories: tuple[str, ...]
    epoch: UUID
    seq: int
    at: datetime
    received_at: datetime
    body: dict[str, Any]


def locked(conn: Connection, code: str) -> Stand | None:
    """A neighbour's cursor, held until the transaction ends."""
    conn.execute(pg.insert(stands).values(source=code).on_conflict_do_nothing())
    query = select(stands.c.epoch, stands.c.seq).where(stands.c.source == code)
    row = conn.execute(query.with_for_update()).one()
    return None if row.epoch is None else Stand(row.epoch, row.seq)


def stand(conn: Connection, code: str) -> Stand | None:
    """The same without holding it."""
    query = select(stands.c.epoch, stands.c.seq).where(stands.c.source == code)
    row = conn.execute(query).one_or_none()
    return None if row is None or row.epoch is None else Stand(row.epoch, row.seq)


def move(conn: Connection, code: str, to: Stand, now: datetime, hole: Hole | None = None) -> None:
    """Set a cursor; what can never be had is written down beside it."""
    values: dict[str, Any] = {"epoch": to.epoch, "seq": to.seq, "state": OK, "error": None}
    values |= {"asked_at": now, "heard_at": now}
    if hole is not None:
        values["holes"] = stands.c.holes.op("||")(literal([hole.as_dict()], JSONB))
    conn.execute(update(stands).where(stands.c.source == code).values(values))


def failed(conn: Connection, code: str, state: str, error: dict[str, Any], now: datetime) -> None:
    """A neighbour could not be read."""
    conn.execute(pg.insert(stands).values(source=code).on_conflict_do_nothing())
    values = {"state": state, "error": error, "asked_at": now}
    conn.execute(update(stands).where(stands.c.source == code).values(values))


def sources(conn: Connection) -> list[dict[str, Any]]:
    """How each neighbour stands, by code."""
    query = select(stands).order_by(stands.c.source)
    return [dict(row) for row in conn.execute(query).mappings()]


def remember(conn: Connection, rows: Sequence[Foreign]) -> list[Foreign]:
    """Keep the last word about fires; those that it was news about."""
    fresh = []
    for one in rows:
        insert = pg.insert(foreign_fires).values(
            source=one.source,
            fire_id=one.fire_id,
            number=one.number,
            status=one.status,
            point=from_shape(Point(one.point), srid=WGS84),
            territories=list(one.territories),
            epoch=one.epoch,
            seq=one.seq,
            at=one.at,
            received_at=one.received_at,
            body=one.body,
        )
        told = insert.excluded
        names = [c.name for c in foreign_fires.c if c.name not in ("source", "fire_id")]
        newer = (foreign_fires.c.epoch != told.epoch) | (foreign_fires.c.seq < told.seq)
        done = conn.execute(
            insert.on_conflict_do_update(
                index_elements=["source", "fire_id"],
                set_={name: told[name] for name in names},
                where=newer,
            )
        )
        if done.rowcount:
            fresh.append(one)
    return fresh


def page(
    conn: Connection,
    actor: Actor,
    *,
    bbox: tuple[float, float, float, float] | None,
    ended: bool,
    limit: int,
) -> list[Foreign]:
    """Neighbours' fires within reach, the newest word first."""
    f = foreign_fires.c
    query = select(foreign_fires).order_by(f.at.desc(), f.fire_id).limit(limit)
    if not actor.everywhere:
        query = query.where(f.territories.overlap(list(actor.reach)))
    if not ended:
        query = query.where(f.status.not_in(_OVER))
    if bbox is not None:
        query = query.where(bbox_clause(f.point, bbox))
    return [_foreign(row) for row in conn.execute(query)]


def _foreign(row: Any) -> Foreign:
    place: Any = to_shape(row.point)
    return Foreign(
        row.source,
        row.fire_id,
        row.number,
        row.status,
        (place.x, place.y),
        tuple(row.territories),
        row.epoch,
        row.seq,
        row.at,
        row.received_at,
        row.body,
    )


def handover(
    conn: Connection, actor: Actor, handover_id: UUID, *, hold: bool = False
) -> Handover | None:
    """A hand-over by its id."""
    query = scope(select(handovers).where(handovers.c.id == handover_id), actor, handovers)
    row = conn.execute(query.with_for_update() if hold else query).one_or_none()
    return _handover(row) if row else None


def handovers_of(
    conn: Connection, actor: Actor, *, fire_id: UUID | None, status: str | None, limit: int
) -> list[Handover]:
    """Hand-overs within reach, newest first."""
    h = handovers.c
    query = scope(select(handovers), actor, handovers).order_by(h.offered_at.desc(), h.id)
    if fire_id is not None:
        query = query.where(h.fire_id == fire_id)
    if status is not None:
        query = query.where(h.status == status)
    return [_handover(row) for row in conn.execute(query.limit(limit))]


def keep_handover(conn: Connection, actor: Actor, one: Handover) -> None:
    """Insert or replace a hand-over."""
    values = {
        "world_id": actor.world.id,
        "version": one.version,
        "from_region": one.from_region,
        "to_region": one.to_region,
        "fire_id": one.fire_id,
        "fire": dict(one.fire),
        "status": str(one.status),
        "note": one.note,
        "answer": dict(one.answer),
        "territories": list(one.territories),
        "offered_at": one.offered_at,
        "offered_by": one.offered_by,
        "answered_at": one.answered_at,
        "answered_by": one.answered_by,
    }
    row = pg.insert(handovers).values(id=one.id, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


def _handover(row: Any) -> Handover:
    return Handover(
        row.id,
        row.version,
        row.from_region,
        row.to_region,
        row.fire_id,
        row.fire,
        HandoverStatus(row.status),
        row.note,
        row.answer,
        tuple(row.territories),
        row.offered_at,
        row.offered_by,
        row.answered_at,
        row.answered_by,
    )
