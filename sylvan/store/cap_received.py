"""Other systems' CAP messages, as they came, and what became of each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, Table, Text, func, select
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.cap.values import Reference
from sylvan.store.base import METADATA, TEXTS, at, uuid_column, world_column

received = Table(
    "cap_received",
    METADATA,
    world_column(primary_key=True, autoincrement=False),
    Column("sender", Text, primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("sent", Text, primary_key=True),
    Column("msg_type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("disposition", Text, nullable=False),
    Column("signature", Text, nullable=False),
    uuid_column("report_id", nullable=True),
    Column("territories", TEXTS, nullable=False),
    Column("by", Text, nullable=False),
    at("received_at"),
    Column("xml", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Received:
    """One message of somebody else."""

    sender: str
    identifier: str
    sent: str
    msg_type: str
    status: str
    disposition: str
    signature: str
    report_id: UUID | None
    territories: tuple[str, ...]
    by: str
    received_at: datetime


def alone(conn: Connection, actor: Actor, sender: str) -> None:
    """Until the transaction ends nobody else takes in messages of this sender."""
    key = f"cap/{actor.world.id}/{sender}"
    conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 9))))


def get(conn: Connection, actor: Actor, ref: Reference) -> Received | None:
    """A message by what names it."""
    r = received.c
    columns = [r[name] for name in Received.__slots__]
    query = select(*columns).where(
        r.world_id == actor.world.id,
        r.sender == ref.sender,
        r.identifier == ref.identifier,
        r.sent == ref.sent,
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    values = {name: getattr(row, name) for name in Received.__slots__}
    return Received(**values | {"territories": tuple(row.territories)})


def body_of(conn: Connection, actor: Actor, ref: Reference) -> bytes | None:
    """A message as it came."""
    r = received.c
    mine = r.world_id == actor.world.id, r.sender == ref.sender, r.identifier == ref.identifier
    found = conn.scalar(select(r.xml).where(*mine, r.sent == ref.sent))
    return None if found is None else bytes(found)


def add(conn: Connection, actor: Actor, one: Received, xml: bytes) -> None:
    """Store a message."""
    values = {name: getattr(one, name) for name in Received.__slots__}
    values |= {"territories": list(one.territories), "world_id": actor.world.id, "xml": xml}
    conn.execute(pg.insert(received).values(values))
