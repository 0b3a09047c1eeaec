"""Pages of the audit, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, tuple_

from sylvan.domain.actors import Actor
from sylvan.store.audit import audit
from sylvan.store.audit_chain import chain


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is not said is not asked."""

    subject: str | None = None
    actor: str | None = None
    action: str | None = None
    """The beginning of an action: `saw.`, `account.`, `fire.registered`."""
    since: datetime | None = None
    until: datetime | None = None


def page(
    conn: Connection,
    actor: Actor,
    wanted: Wanted,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Rows of the actor's world and of none by the time of recording, with their links."""
    query = (
        select(audit, chain.c.seq, chain.c.hash)
        .select_from(audit.outerjoin(chain, chain.c.audit_id == audit.c.id))
        .where(or_(audit.c.world_id == actor.world.id, audit.c.world_id.is_(None)))
        .order_by(audit.c.recorded_at.desc(), audit.c.id.desc())
        .limit(limit)
    )
    if wanted.subject is not None:
        query = query.where(audit.c.subject == wanted.subject)
    if wanted.actor is not None:
        query = query.where(audit.c.actor == wanted.actor)
    if wanted.action is not None:
        query = query.where(audit.c.action.startswith(wanted.action, autoescape=True))
    if wanted.since is not None:
        query = query.where(audit.c.recorded_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(audit.c.recorded_at <= wanted.until)
    if after is not None:
        query = query.where(tuple_(audit.c.recorded_at, audit.c.id) < after)
    return [dict(row) for row in conn.execute(query).mappings()]
