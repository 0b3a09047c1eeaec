"""Decisions of the emergency commission about the control zone; none is ever taken away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Date, Index, Integer, Table, Text, or_, select
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.command.control import ControlDecision, ControlKind
from sylvan.store.base import JSONB, METADATA, TEXTS, UUIDS, at, uuid_column, world_column
from sylvan.store.scope import scope

decisions = Table(
    "control_decision",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", Text, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("commission", Text, nullable=False),
    Column("fire_ids", UUIDS, nullable=False),
    Column("municipality", Text, nullable=False),
    Column("until", Date),
    uuid_column("file_id", nullable=True),
    Column("areas", JSONB, nullable=False),
    at("recorded_at"),
    Column("recorded_by", Text, nullable=False),
    at("cancelled_at", nullable=True),
    Column("cancelled_by", Text, nullable=False),
    Column("cancel_number", Text, nullable=False),
    Column("cancel_day", Date),
    Column("cancel_reason", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("changed_at"),
    Index("ix_control_decision_fire_ids", "fire_ids", postgresql_using="gin"),
    Index("ix_control_decision_world_id_number", "world_id", "number", "day", unique=True),
)
_SAME = (
    *("id", "version", "number", "day", "grounds", "commission", "municipality", "until"),
    *("file_id", "recorded_at", "recorded_by", "cancelled_at", "cancelled_by", "cancel_number"),
    *("cancel_day", "cancel_reason"),
)


def save(conn: Connection, actor: Actor, one: ControlDecision, now: datetime) -> None:
    """Insert or replace a decision of the actor's world."""
    row = {name: getattr(one, name) for name in _SAME} | {
        "world_id": actor.world.id,
        "kind": one.kind.value,
        "fire_ids": list(one.fire_ids),
        "areas": dict(one.areas),
        "territories": list(one.territories),
        "changed_at": now,
    }
    statement = pg.insert(decisions).values(row)
    changes = {name: statement.excluded[name] for name in row if name not in {"id", "world_id"}}
    conn.execute(statement.on_conflict_do_update(index_elements=[decisions.c.id], set_=changes))


def get(
    conn: Connection, actor: Actor, decision_id: UUID, *, lock: bool = False
) -> ControlDecision | None:
    """A decision by its id."""
    query = scope(select(decisions), actor, decisions).where(decisions.c.id == decision_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _decision(row) if row else None


def numbered(conn: Connection, actor: Actor, number: str, day: Any) -> ControlDecision | None:
    """The decision with this number and date."""
    query = select(decisions).where(
        decisions.c.world_id == actor.world.id,
        decisions.c.number == number,
        decisions.c.day == day,
    )
    row = conn.execute(query).one_or_none()
    return _decision(row) if row else None


def listed(conn: Connection, actor: Actor, *, cancelled: bool = True) -> list[ControlDecision]:
    """Decisions, the newest first."""
    query = scope(select(decisions), actor, decisions)
    if not cancelled:
        query = query.where(decisions.c.cancelled_at.is_(None))
    query = query.order_by(decisions.c.day.desc(), decisions.c.id)
    return [_decision(row) for row in conn.execute(query)]


def of_fire(
    conn: Connection, actor: Actor, fire_ids: Sequence[UUID], municipality: str
) -> list[ControlDecision]:
    """Decisions that name one of these fires or its municipality, the newest first."""
    c = decisions.c
    named = c.fire_ids.overlap(list(fire_ids))
    around = (c.municipality == municipality) & (c.municipality != "")
    query = scope(select(decisions).where(or_(named, around)), actor, decisions)
    return [_decision(row) for row in conn.execute(query.order_by(c.day.desc(), c.id))]


def _decision(row: Any) -> ControlDecision:
    told = {name: getattr(row, name) for name in _SAME}
    return ControlDecision(
        **told,
        kind=ControlKind(row.kind),
        fire_ids=tuple(row.fire_ids),
        areas=dict(row.areas),
        territories=tuple(row.territories),
    )
