"""Check-ins: when a crew on the line was heard, and who heard it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Table, Text, literal, select
from sqlalchemy import any_ as any_of
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.store.base import METADATA, UUIDS, at, uuid_column, world_column

check_ins = Table(
    "unit_check_in",
    METADATA,
    world_column(primary_key=True),
    uuid_column("unit_id", primary_key=True),
    at("at", primary_key=True),
    uuid_column("fire_id", nullable=True),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    at("recorded_at"),
)


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One call."""

    unit_id: UUID
    at: datetime
    """When the crew was heard; world time."""
    fire_id: UUID | None
    by: str
    """Who heard it."""
    note: str = ""


def add(conn: Connection, actor: Actor, one: CheckIn, now: datetime) -> bool:
    """Keep a call; ``False`` where this unit was heard at this moment already."""
    row = pg.insert(check_ins).values(
        world_id=actor.world.id,
        unit_id=one.unit_id,
        at=one.at,
        fire_id=one.fire_id,
        by=one.by,
        note=one.note,
        recorded_at=now,
    )
    return conn.execute(row.on_conflict_do_nothing()).rowcount == 1


def newest(conn: Connection, actor: Actor, unit_ids: Iterable[UUID]) -> dict[UUID, CheckIn]:
    """The last call of each unit."""
    mine = check_ins.c.unit_id == any_of(literal(list(unit_ids), UUIDS))
    query = select(check_ins).where(check_ins.c.world_id == actor.world.id, mine)
    last = query.ext(pg.distinct_on(check_ins.c.unit_id))
    rows = conn.execute(last.order_by(check_ins.c.unit_id, check_ins.c.at.desc()))
    return {row.unit_id: _check_in(row) for row in rows}


def _check_in(row: Any) -> CheckIn:
    return CheckIn(row.unit_id, row.at, row.fire_id, row.by, row.note)
