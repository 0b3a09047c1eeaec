"""Browsers whose owner agreed to be woken: where their push service is, and the keys to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Connection, Table, Text, delete, select
from sqlalchemy.dialects import postgresql as pg

from sylvan.store.base import METADATA, at, uuid_column

subscriptions = Table(
    "push_subscription",
    METADATA,
    uuid_column("id", primary_key=True),
    Column("subject", Text, nullable=False, index=True),
    Column("endpoint", Text, nullable=False, unique=True),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    at("made_at"),
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One browser of one person."""

    id: UUID
    subject: str
    endpoint: str
    p256dh: str
    auth: str
    made_at: datetime


def save(conn: Connection, one: Subscription) -> None:
    """Keep a browser; one that was another person's is this one's from now on."""
    values = {name: getattr(one, name) for name in ("subject", "p256dh", "auth", "made_at")}
    row = pg.insert(subscriptions).values(id=one.id, endpoint=one.endpoint, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["endpoint"], set_=values))


def remove(conn: Connection, subject: str, endpoint: str) -> bool:
    """Forget a browser of a person."""
    c = subscriptions.c
    gone = delete(subscriptions).where(c.subject == subject, c.endpoint == endpoint)
    return conn.execute(gone).rowcount == 1


def gone(conn: Connection, ids: Sequence[UUID]) -> None:
    """Forget browsers whose push service says that they are no more."""
    conn.execute(delete(subscriptions).where(subscriptions.c.id.in_(ids)))


def of_subject(conn: Connection, subject: str) -> list[Subscription]:
    """All browsers of a person."""
    c = subscriptions.c
    query = select(subscriptions).where(c.subject == subject).order_by(c.made_at, c.id)
    return [Subscription(**row) for row in conn.execute(query).mappings()]


def one(conn: Connection, subscription_id: UUID) -> Subscription | None:
    """A browser by its id."""
    query = select(subscriptions).where(subscriptions.c.id == subscription_id)
    row = conn.execute(query).mappings().one_or_none()
    return Subscription(**row) if row else None
