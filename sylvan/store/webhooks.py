"""Endpoints of webhooks: where, for whom, how far they were told, and with what we sign."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from sylvan.domain.webhooks import Endpoint, State, Why
from sylvan.store.base import JSONB, METADATA, at, uuid_column

webhooks = Table(
    "webhook",
    METADATA,
    uuid_column("id", primary_key=True),
    Column("holder", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("world_id", SmallInteger, nullable=False),
    Column("filter", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text),
    Column("secret", LargeBinary, nullable=False),
    Column("old_secret", LargeBinary),
    at("old_until", nullable=True),
    uuid_column("epoch", nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("turn", Integer, nullable=False, server_default=text("0")),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    at("failing_since", nullable=True),
    at("next_at", nullable=True),
    at("told_at", nullable=True),
    Column("took_ms", Integer, nullable=False, server_default=text("0")),
    at("made_at"),
    Index("ix_webhook_holder", "holder"),
    Index("ix_webhook_subject", "subject"),
)
"""``secret`` and ``old_secret`` are sealed with the key beside the data."""
_SECRETS: Final = ("secret", "old_secret")
_SHOWN: Final = tuple(column for column in webhooks.c if column.name not in _SECRETS)


def _endpoint(row: Any) -> Endpoint:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row's names
    told["state"] = State(row.state)
    told["why"] = None if row.why is None else Why(row.why)
    return Endpoint(**told)


def hold(conn: Connection, holder: str) -> None:
    """Let nobody else make endpoints for this holder until the transaction ends."""
    conn.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 12))"), {"key": f"hook/{holder}"}
    )


def add(conn: Connection, endpoint: Endpoint, secret: bytes) -> None:
    """A new endpoint with its sealed secret."""
    names = [column.name for column in _SHOWN]
    values = {name: getattr(endpoint, name) for name in names}
    values |= {"state": str(endpoint.state), "filter": dict(endpoint.filter), "why": None}
    conn.execute(insert(webhooks).values(secret=secret, **values))


def listed(conn: Connection, holder: str | None = None) -> list[Endpoint]:
    """A holder's endpoints (``None``: everybody's), the oldest first."""
    query = select(*_SHOWN).order_by(webhooks.c.made_at, webhooks.c.id)
    if holder is not None:
        query = query.where(webhooks.c.holder == holder)
    return [_endpoint(row) for row in conn.execute(query)]


def active(conn: Connection) -> list[Endpoint]:
    """Endpoints that are told what happens."""
    query = select(*_SHOWN).where(webhooks.c.state == str(State.ACTIVE)).order_by(webhooks.c.id)
    return [_endpoint(row) for row in conn.execute(query)]


def count(conn: Connection, holder: str) -> int:
    """How many endpoints a holder has."""
    query = select(func.count()).where(webhooks.c.holder == holder)
    return int(conn.scalar(query) or 0)


def get(conn: Connection, endpoint_id: UUID, *, lock: bool = False) -> Endpoint | None:
    """An endpoint by its id."""
    query = select(*_SHOWN).where(webhooks.c.id == endpoint_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _endpoint(row) if row else None


def secrets(conn: Connection, endpoint_id: UUID, now: datetime) -> list[bytes]:
    """The sealed secrets that sign now, the newest first; none where the endpoint is gone."""
    query = select(webhooks.c.secret, webhooks.c.old_secret, webhooks.c.old_until)
    row = conn.execute(query.where(webhooks.c.id == endpoint_id)).one_or_none()
    if row is None:
        return []
    old = row.old_secret if row.old_until is not None and now < row.old_until else None
    return [row.secret] if old is None else [row.secret, old]


def replace_secret(conn: Connection, endpoint_id: UUID, secret: bytes, until: datetime) -> None:
    """Another secret; the one before signs beside it for a while."""
    conn.execute(
        update(webhooks)
        .where(webhooks.c.id == endpoint_id)
        .values(secret=secret, old_secret=webhooks.c.secret, old_until=until)
    )


def change(conn: Connection, endpoint_id: UUID, **values: Any) -> None:
    """Set columns of an endpoint."""
    conn.execute(update(webhooks).where(webhooks.c.id == endpoint_id).values(**values))


def move(conn: Connection, endpoint: Endpoint, **values: Any) -> bool:
    """Write what became of a delivery; whether nobody had moved the endpoint meanwhile."""
    here = (
        webhooks.c.id == endpoint.id,
        webhooks.c.turn == endpoint.turn,
        webhooks.c.position == endpoint.position,
    )
    return conn.execute(update(webhooks).where(*here).values(**values)).rowcount == 1


def hand_over(conn: Connection, old: str, new: str) -> None:
    """What heard on behalf of one key hears on behalf of another."""
    conn.execute(update(webhooks).where(webhooks.c.subject == old).values(subject=new))


def remove(conn: Connection, ids: Iterable[UUID]) -> int:
    """Forget endpoints with their log."""
    return conn.execute(delete(webhooks).where(webhooks.c.id.in_(list(ids)))).rowcount
