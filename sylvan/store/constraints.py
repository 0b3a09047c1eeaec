"""What dispatchers hold the suggestion to, each word a row of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, literal, or_, select
from sqlalchemy import any_ as any_of
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.command.constraints import Constraint, ConstraintKind, WhyKept
from sylvan.store.base import METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.scope import scope

constraints = Table(
    "force_constraint",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("unit", Text, nullable=False),
    uuid_column("fire_id", nullable=True),
    Column("why", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("level", Text, nullable=False),
    at("at"),
    at("until", nullable=True),
    at("withdrawn_at", nullable=True),
    Column("withdrawn_by", Text),
    Column("territories", TEXTS, nullable=False),
    at("changed_at"),
    Index("ix_force_constraint_world_id_unit", "world_id", "unit"),
)
_FIELDS = tuple(Constraint.__slots__)


def save(conn: Connection, actor: Actor, changed: Sequence[Constraint], now: datetime) -> None:
    """Insert or replace constraints of the actor's world."""
    if not changed:
        return
    rows = [_row(one, actor, now) for one in changed]
    statement = pg.insert(constraints)
    moving = ("version", "withdrawn_at", "withdrawn_by", "changed_at")
    changes = {name: statement.excluded[name] for name in moving}
    conn.execute(
        statement.on_conflict_do_update(index_elements=[constraints.c.id], set_=changes), rows
    )


def _row(one: Constraint, actor: Actor, now: datetime) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _FIELDS}
    row |= {"kind": one.kind.value, "why": one.why.value, "territories": list(one.territories)}
    return row | {"world_id": actor.world.id, "changed_at": now}


def get(conn: Connection, actor: Actor, constraint_id: UUID) -> Constraint | None:
    """A constraint by its id, its row locked."""
    query = scope(select(constraints), actor, constraints).where(constraints.c.id == constraint_id)
    row = conn.execute(query.with_for_update()).one_or_none()
    return _constraint(row) if row else None


def in_force(
    conn: Connection, actor: Actor, at_time: datetime, units: Sequence[str] | None = None
) -> list[Constraint]:
    """Words that hold at a moment, the oldest first; all of them, whoever may see them.

    Args:
        conn: a transaction.
        actor: whose world.
        at_time: world time.
        units: codes; ``None``: about any unit.
    """
    own = constraints.c
    query = select(constraints).where(
        own.world_id == actor.world.id,
        own.withdrawn_at.is_(None),
        or_(own.until.is_(None), own.until > at_time),
    )
    if units is not None:
        query = query.where(own.unit == any_of(literal(list(units), TEXTS)))
    return [_constraint(row) for row in conn.execute(query.order_by(own.at, own.id))]


def _constraint(row: Any) -> Constraint:
    told = {name: getattr(row, name) for name in _FIELDS}
    told |= {"kind": ConstraintKind(row.kind), "why": WhyKept(row.why)}
    return Constraint(**told | {"territories": tuple(row.territories)})
