"""Subscriptions: what people and partners asked to be told of; a person's own alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Table,
    Text,
    Time,
    delete,
    func,
    insert,
    select,
    text,
)

from sylvan.domain.alerting.people import Subscription
from sylvan.store.base import METADATA, TEXTS, at, uuid_column

subscriptions = Table(
    "alert_subscription",
    METADATA,
    uuid_column("id", primary_key=True),
    Column("subject", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("watch", Text, nullable=False),
    Column("lon", Double),
    Column("lat", Double),
    Column("radius_km", Double, nullable=False),
    Column("layer", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("territory", Text, nullable=False),
    Column("least", Text, nullable=False),
    Column("channels", TEXTS, nullable=False),
    Column("quiet_from", Time),
    Column("quiet_to", Time),
    at("made_at"),
)


def add(conn: Connection, one: Subscription, name: str, now: datetime) -> None:
    """A new one."""
    lon, lat = one.point or (None, None)
    conn.execute(
        insert(subscriptions).values(
            id=one.id,
            subject=one.recipient,
            name=name,
            watch=one.watch,
            lon=lon,
            lat=lat,
            radius_km=one.radius_km,
            layer=one.layer,
            code=one.code,
            territory=one.territory,
            least=one.least,
            channels=list(one.channels),
            quiet_from=one.quiet_from,
            quiet_to=one.quiet_to,
            made_at=now,
        )
    )


def hold(conn: Connection, subject: str) -> None:
    """Let nobody else add one for this person until the transaction ends."""
    conn.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 13))"),
        {"key": f"watch/{subject}"},
    )


def number_of(conn: Connection, subject: str) -> int:
    """How many somebody has."""
    return int(conn.scalar(select(func.count()).where(subscriptions.c.subject == subject)) or 0)


def listed(conn: Connection, subject: str) -> list[tuple[Subscription, str, datetime]]:
    """Somebody's own with their names and when they were made, the oldest first."""
    c = subscriptions.c
    query = select(subscriptions).where(c.subject == subject).order_by(c.made_at, c.id)
    return [(_subscription(row), row.name, row.made_at) for row in conn.execute(query)]


def every(conn: Connection) -> list[Subscription]:
    """All of them, for those who tell."""
    query = select(subscriptions).order_by(subscriptions.c.made_at, subscriptions.c.id)
    return [_subscription(row) for row in conn.execute(query)]


def stamp(conn: Connection) -> tuple[int, datetime | None]:
    """Changes whenever one comes or goes."""
    row = conn.execute(select(func.count(), func.max(subscriptions.c.made_at))).one()
    return int(row[0]), row[1]


def drop(conn: Connection, subject: str, subscription_id: UUID) -> bool:
    """End one of somebody's own; whether there was one."""
    c = subscriptions.c
    gone = delete(subscriptions).where(c.id == subscription_id, c.subject == subject)
    return conn.execute(gone).rowcount == 1


def _subscription(row: Any) -> Subscription:
    return Subscription(
        row.id,
        row.subject,
        row.watch,
        None if row.lon is None else (row.lon, row.lat),
        row.radius_km,
        row.layer,
        row.code,
        row.territory,
        row.least,
        tuple(row.channels),
        row.quiet_from,
        row.quiet_to,
    )
