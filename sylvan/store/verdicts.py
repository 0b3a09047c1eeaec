"""Decisions on suggestions, and when each suggestion was first shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Identity,
    Index,
    Table,
    Text,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.command.verdicts import Decision, Verdict
from sylvan.store.base import METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.scope import scope

decisions = Table(
    "suggestion_decision",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    world_column(),
    Column("suggestion", BigInteger, nullable=False),
    uuid_column("fire_id", nullable=False),
    Column("verdict", Text, nullable=False),
    Column("suggested", TEXTS, nullable=False),
    Column("sent", TEXTS, nullable=False),
    Column("wish", Text),
    Column("why", Text),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("level", Text, nullable=False),
    at("at"),
    at("decided_at"),
    at("shown_at", nullable=True),
    Column("territories", TEXTS, nullable=False),
    Index("ix_suggestion_decision_fire_id_id", "fire_id", "id"),
    Index("ix_suggestion_decision_world_id_at", "world_id", "at"),
)
shown = Table(
    "suggestion_shown",
    METADATA,
    world_column(primary_key=True),
    uuid_column("fire_id", primary_key=True),
    Column("suggestion", BigInteger, primary_key=True, autoincrement=False),
    at("at"),
    Column("by", Text, nullable=False),
)
_FIELDS = tuple(Decision.__slots__)


def add(conn: Connection, actor: Actor, one: Decision) -> int:
    """Keep a decision; its number."""
    row = {name: getattr(one, name) for name in _FIELDS if name != "id"}
    for name in ("suggested", "sent", "territories"):
        row[name] = list(row[name])
    row |= {"verdict": one.verdict.value, "world_id": actor.world.id}
    return int(conn.execute(insert(decisions).values(row).returning(decisions.c.id)).scalar_one())


def of_fire(conn: Connection, actor: Actor, fire_ids: Iterable[UUID]) -> list[Decision]:
    """Decisions about a fire and those merged into it, the newest first."""
    mine = decisions.c.fire_id.in_(list(fire_ids))
    query = scope(select(decisions).where(mine), actor, decisions)
    return [_decision(row) for row in conn.execute(query.order_by(decisions.c.id.desc()))]


def between(
    conn: Connection,
    actor: Actor,
    since: datetime | None,
    until: datetime | None,
    fire_ids: Iterable[UUID] | None = None,
) -> list[Decision]:
    """Decisions of a span of world time, in their order; of some fires or of all."""
    query = scope(select(decisions), actor, decisions)
    if since is not None:
        query = query.where(decisions.c.at >= since)
    if until is not None:
        query = query.where(decisions.c.at <= until)
    if fire_ids is not None:
        query = query.where(decisions.c.fire_id.in_(list(fire_ids)))
    return [_decision(row) for row in conn.execute(query.order_by(decisions.c.id))]


def show(conn: Connection, actor: Actor, fire_id: UUID, suggestion: int, now: datetime) -> datetime:
    """Note that a suggestion for a fire was shown; when that was for the first time."""
    row = {"fire_id": fire_id, "suggestion": suggestion, "at": now, "by": actor.subject}
    statement = pg.insert(shown).values(row | {"world_id": actor.world.id})
    conn.execute(statement.on_conflict_do_nothing())
    query = select(shown.c.at).where(
        shown.c.world_id == actor.world.id,
        shown.c.fire_id == fire_id,
        shown.c.suggestion == suggestion,
    )
    first: datetime = conn.execute(query).scalar_one()
    return first


def first_shown(
    conn: Connection, actor: Actor, fire_ids: Iterable[UUID], after: datetime | None
) -> datetime | None:
    """When any suggestion for a fire was first shown since a moment of real time.

    A new number does not begin the clock again: in a replay there is one every few seconds.
    """
    query = select(func.min(shown.c.at)).where(
        shown.c.world_id == actor.world.id, shown.c.fire_id.in_(list(fire_ids))
    )
    if after is not None:
        query = query.where(shown.c.at > after)
    found: datetime | None = conn.scalar(query)
    return found


def _decision(row: Any) -> Decision:
    told = {name: getattr(row, name) for name in _FIELDS}
    for name in ("suggested", "sent", "territories"):
        told[name] = tuple(told[name])
    return Decision(**told | {"verdict": Verdict(row.verdict)})
