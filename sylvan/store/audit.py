"""Who changed, saw and took away what, and the memory of requests that were already carried out."""

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.store.base import JSONB, METADATA, at, world_column

came_from: ContextVar[str | None] = ContextVar("came_from", default=None)
"""Address of the other side of the request that is being answered."""
audit = Table(
    "audit",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("world_id", SmallInteger),  # none: signing in belongs to no world
    at("at"),
    at("recorded_at"),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False, server_default=""),
    Column("level", Text, nullable=False, server_default=""),
    Column("peer", Text),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("version", Integer),
    Column("changes", JSONB, nullable=False),
    Column("once", Text, unique=True),  # what is on record once only, for an hour or for good
    Index("ix_audit_subject_id", "subject", "id"),
    Index("ix_audit_recorded_at_id", "recorded_at", "id"),
    Index("ix_audit_actor_recorded_at", "actor", "recorded_at"),
)

idempotency = Table(
    "idempotency",
    METADATA,
    world_column(primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("response", JSONB, nullable=False),
    at("created_at"),
)


def record(
    conn: Connection,
    actor: Actor,
    action: str,
    subject: str,
    changes: dict[str, Any],
    *,
    now: datetime,
    version: int | None = None,
) -> None:
    """One audit row for one change, in the change's own transaction."""
    conn.execute(
        insert(audit).values(
            world_id=actor.world.id,
            at=actor.world.now(now),
            recorded_at=now,
            actor=actor.subject,
            role=actor.role,
            level=str(actor.level),
            peer=came_from.get(),
            action=action,
            subject=subject,
            version=version,
            changes=changes,
        )
    )


def add(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Rows by column, all with the same; what is there under the same ``once`` stays as it is."""
    if rows:
        conn.execute(pg.insert(audit).on_conflict_do_nothing(), list(rows))


def last_change(conn: Connection, actor: Actor, subject: str, after: int) -> dict[str, Any] | None:
    """Who changed ``subject`` last since its version ``after``, what and when: for a 409."""
    query = (
        select(audit)
        .where(
            audit.c.world_id == actor.world.id,
            audit.c.subject == subject,
            audit.c.version > after,
        )
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    return {"actor": row.actor, "action": row.action, "at": row.at, "changes": row.changes}


def of_subject(conn: Connection, actor: Actor, subject: str, limit: int) -> list[dict[str, Any]]:
    """What people and jobs did to ``subject``, newest first."""
    query = (
        select(audit)
        .where(audit.c.world_id == actor.world.id, audit.c.subject == subject)
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    return [dict(row) for row in conn.execute(query).mappings()]


def last_done(conn: Connection, actor: Actor, subject: str, action: str) -> dict[str, Any] | None:
    """Who did this to ``subject`` last, and when."""
    query = (
        select(audit.c.actor, audit.c.at)
        .where(
            audit.c.world_id == actor.world.id,
            audit.c.subject == subject,
            audit.c.action == action,
        )
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).mappings().one_or_none()
    return dict(row) if row else None


def remembered(conn: Connection, actor: Actor, key: str) -> tuple[str, dict[str, Any]] | None:
    """Fingerprint and answer of a request that was carried out under this key."""
    query = select(idempotency.c.request, idempotency.c.response).where(
        idempotency.c.world_id == actor.world.id,
        idempotency.c.actor == actor.subject,
        idempotency.c.key == key,
    )
    row = conn.execute(query).one_or_none()
    return (row.request, row.response) if row else None


def remember(
    conn: Connection, actor: Actor, key: str, request: str, response: dict[str, Any], now: datetime
) -> bool:
    """Keep the answer for repeats; ``False`` when another request with this key was faster."""
    row = pg.insert(idempotency).values(
        world_id=actor.world.id,
        actor=actor.subject,
        key=key,
        request=request,
        response=response,
        created_at=now,
    )
    return conn.execute(row.on_conflict_do_nothing()).rowcount == 1
