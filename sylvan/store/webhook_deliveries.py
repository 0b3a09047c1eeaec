"""What was sent to endpoints, and what they answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.store.base import METADATA, at

deliveries = Table(
    "webhook_delivery",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "webhook_id",
        pg.UUID(as_uuid=True),
        ForeignKey("webhook.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("message", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("seq", BigInteger),
    Column("attempt", Integer, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("fine", Boolean, nullable=False),
    Column("status", Integer),
    Column("told", Text, nullable=False),
    Column("took_ms", Integer, nullable=False),
    at("at"),
    Index("ix_webhook_delivery_webhook_id_id", "webhook_id", "id"),
    Index("ix_webhook_delivery_at", "at"),
)
"""``told`` is the answer's beginning, or why there was none."""


_NAMES: Final = tuple(str(column.key) for column in deliveries.c)


def add(conn: Connection, **row: Any) -> int:
    """One try and what came of it; its number."""
    made = insert(deliveries).values(**row).returning(deliveries.c.id)
    return int(conn.execute(made).scalar_one())


def get(conn: Connection, endpoint_id: UUID, number: int) -> dict[str, Any] | None:
    """One try."""
    query = select(deliveries).where(
        deliveries.c.webhook_id == endpoint_id, deliveries.c.id == number
    )
    row = conn.execute(query).one_or_none()
    return _plain(row) if row else None


def page(
    conn: Connection, endpoint_id: UUID, before: int | None, limit: int
) -> Sequence[dict[str, Any]]:
    """Tries, the newest first."""
    query = select(deliveries).where(deliveries.c.webhook_id == endpoint_id)
    if before is not None:
        query = query.where(deliveries.c.id < before)
    found = conn.execute(query.order_by(deliveries.c.id.desc()).limit(limit))
    return [_plain(row) for row in found]


def _plain(row: Any) -> dict[str, Any]:
    """By plain names: SQLAlchemy's own are a kind of text that JSON writers refuse."""
    return {str(name): getattr(row, name) for name in _NAMES}


def prune(conn: Connection, older_than: datetime, most: int) -> int:
    """Forget old tries, and all beyond the newest ``most`` of each endpoint."""
    place = func.row_number().over(
        partition_by=deliveries.c.webhook_id, order_by=deliveries.c.id.desc()
    )
    ranked = select(deliveries.c.id, place.label("place")).subquery()
    beyond = select(ranked.c.id).where(ranked.c.place > most)
    gone = delete(deliveries).where((deliveries.c.at < older_than) | deliveries.c.id.in_(beyond))
    return conn.execute(gone).rowcount
