"""Regimes by municipality, each with its act."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Date, Index, Integer, Table, Text, or_, select
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.command.regimes import Regime, RegimeKind
from sylvan.store.base import METADATA, at, uuid_column, world_column

regimes = Table(
    "regime",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("municipality", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("act_date", Date, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    uuid_column("file_id", nullable=True),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    at("changed_at"),
    Index("ix_regime_world_id_since", "world_id", "since"),
)


def save(conn: Connection, actor: Actor, changed: Sequence[Regime], now: datetime) -> None:
    """Insert or replace regimes of the actor's world."""
    rows = [
        {
            "id": one.id,
            "world_id": actor.world.id,
            "version": one.version,
            "municipality": one.municipality,
            "kind": one.kind.value,
            "act": one.act,
            "act_date": one.act_date,
            "since": one.since,
            "until": one.until,
            "file_id": UUID(one.file) if one.file else None,
            "note": one.note,
            "by": actor.subject,
            "changed_at": now,
        }
        for one in changed
    ]
    statement = pg.insert(regimes)
    changes = {name: statement.excluded[name] for name in rows[0] if name not in {"id", "world_id"}}
    conn.execute(statement.on_conflict_do_update(index_elements=[regimes.c.id], set_=changes), rows)


def get(conn: Connection, actor: Actor, regime_id: UUID, *, lock: bool = False) -> Regime | None:
    """A regime by its id."""
    query = select(regimes).where(regimes.c.world_id == actor.world.id, regimes.c.id == regime_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _regime(row) if row else None


def listed(conn: Connection, actor: Actor, day: date | None = None) -> list[Regime]:
    """Regimes that are or will be in force on a day, or all, by municipality.

    A regime is public: whoever is in its world may read it.
    """
    query = select(regimes).where(regimes.c.world_id == actor.world.id)
    if day is not None:
        query = query.where(or_(regimes.c.until.is_(None), regimes.c.until >= day))
    query = query.order_by(regimes.c.municipality, regimes.c.since.desc(), regimes.c.id)
    return [_regime(row) for row in conn.execute(query)]


def _regime(row: Any) -> Regime:
    return Regime(
        id=row.id,
        version=row.version,
        municipality=row.municipality,
        kind=RegimeKind(row.kind),
        act=row.act,
        act_date=row.act_date,
        since=row.since,
        until=row.until,
        file=str(row.file_id) if row.file_id else None,
        note=row.note,
    )
