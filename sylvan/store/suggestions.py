"""Suggestions of forces, whole: what was known, what it says, how good it is proven to be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Connection,
    Double,
    Identity,
    Index,
    Table,
    Text,
    insert,
    literal,
    select,
)

from sylvan.domain.actors import Actor
from sylvan.store.base import JSONB, METADATA, TEXTS, UUIDS, at, world_column
from sylvan.store.scope import scope

suggestions = Table(
    "suggestion",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    world_column(),
    at("at"),
    at("recorded_at"),
    Column("trigger", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("objective", Double, nullable=False),
    Column("bound", Double),
    Column("cpu_s", REAL, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("versions", JSONB, nullable=False),
    Column("fire_ids", UUIDS, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("input", JSONB, nullable=False),
    Column("outcome", JSONB, nullable=False),
    Index("ix_suggestion_world_id_id", "world_id", "id"),
    Index("ix_suggestion_fire_ids", "fire_ids", postgresql_using="gin"),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion as it is kept."""

    at: datetime
    """World time."""
    trigger: str
    """Why it was made."""
    asked_by: str
    stage: str
    objective: float
    bound: float | None
    cpu_s: float
    seed: int
    versions: dict[str, str]
    """Of the parameters that it goes by."""
    fire_ids: tuple[UUID, ...]
    territories: tuple[str, ...]
    input: dict[str, Any]
    """All that it depends on: it can be computed again to the bit."""
    outcome: dict[str, Any]
    id: int = 0


def add(conn: Connection, actor: Actor, one: Suggestion, now: datetime) -> int:
    """Keep a suggestion; its number."""
    row = {name: getattr(one, name) for name in Suggestion.__slots__ if name != "id"}
    row |= {"fire_ids": list(one.fire_ids), "territories": list(one.territories)}
    row |= {"world_id": actor.world.id, "recorded_at": now}
    return int(
        conn.execute(insert(suggestions).values(row).returning(suggestions.c.id)).scalar_one()
    )


def newest(conn: Connection, actor: Actor, fire_id: UUID | None = None) -> Suggestion | None:
    """The newest suggestion, of all fires or of those that had this one among them."""
    query = scope(select(suggestions), actor, suggestions)
    if fire_id is not None:
        query = query.where(suggestions.c.fire_ids.contains(literal([fire_id], UUIDS)))
    row = conn.execute(query.order_by(suggestions.c.id.desc()).limit(1)).one_or_none()
    return _suggestion(row) if row else None


def get(conn: Connection, actor: Actor, number: int) -> Suggestion | None:
    """A suggestion by its number."""
    query = scope(select(suggestions), actor, suggestions).where(suggestions.c.id == number)
    row = conn.execute(query).one_or_none()
    return _suggestion(row) if row else None


def _suggestion(row: Any) -> Suggestion:
    told = {name: getattr(row, name) for name in Suggestion.__slots__}
    told |= {"fire_ids": tuple(row.fire_ids), "territories": tuple(row.territories)}
    return Suggestion(**told)
