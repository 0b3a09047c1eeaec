"""Suggestions of forces, whole: what was known, what it says, how good it is proven to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
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
    text,
)

from sylvan.domain.actors import Actor
from sylvan.store.base import JSONB, METADATA, TEXTS, UUIDS, at, world_column
from sylvan.store.fires import fires
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
    Column("seconds", REAL, nullable=False),
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
    seconds: float
    """From the question to the answer."""
    seed: int
    versions: dict[str, str]
    """Of the parameters that it goes by."""
    fire_ids: tuple[UUID, ...]
    territories: tuple[str, ...]
    input: dict[str, Any]
    """All that it depends on: it can be computed again to the bit."""
    outcome: dict[str, Any]
    id: int = 0


def standing(conn: Connection, actor: Actor, statuses: Sequence[str], now: datetime) -> str:
    """Versions of all fires in these statuses, of units, orders and words in force, as one word.

    Empty where there is no such fire.
    """
    asked = {"world": actor.world.id, "statuses": list(statuses), "now": now}
    row = conn.execute(_STANDING, asked).one()
    return f"{row.fires}/{row.units}/{row.orders}/{row.words}" if row.fires else ""


_STANDING: Final = text("""
    select
        (select md5(string_agg(id::text || ' ' || version, ',' order by id)) from fire
            where world_id = :world and merged_into is null and status = any(:statuses)) as fires,
        (select coalesce(sum(version), 0) from unit where world_id = :world) as units,
        (select coalesce(sum(version), 0) from force_order where world_id = :world) as orders,
        (select md5(string_agg(id::text, ',' order by id)) from force_constraint
            where world_id = :world and withdrawn_at is null
            and (until is null or until > :now)) as words
""")


def fought(conn: Connection, actor: Actor, statuses: Sequence[str]) -> frozenset[UUID]:
    """Fires in these statuses."""
    query = select(fires.c.id).where(fires.c.merged_into.is_(None), fires.c.status.in_(statuses))
    return frozenset(conn.execute(scope(query, actor, fires)).scalars())


def add(conn: Connection, actor: Actor, one: Suggestion, now: datetime) -> int:
    """Keep a suggestion; its number."""
    row = {name: getattr(one, name) for name in Suggestion.__slots__ if name != "id"}
    row |= {"fire_ids": list(one.fire_ids), "territories": list(one.territories)}
    row |= {"world_id": actor.world.id, "recorded_at": now}
    return int(
        conn.execute(insert(suggestions).values(row).returning(suggestions.c.id)).scalar_one()
    )


def newest(conn: Connection, actor: Actor, fire_ids: Sequence[UUID] = ()) -> Suggestion | None:
    """The newest suggestion of all, or of those with one of some fires (or ids of one) in them."""
    query = scope(select(suggestions), actor, suggestions)
    if fire_ids:
        query = query.where(suggestions.c.fire_ids.overlap(literal(list(fire_ids), UUIDS)))
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
