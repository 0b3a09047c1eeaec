"""Files of acts: decisions of commissions and decrees on regimes, as PDF or picture."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, Table, Text, insert, select

from sylvan.domain.actors import Actor
from sylvan.store.base import METADATA, at, uuid_column, world_column

act_files = Table(
    "act_file",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("by", Text, nullable=False),
    at("recorded_at"),
)


@dataclass(frozen=True, slots=True)
class ActFile:
    """A file with its name and kind."""

    name: str
    media_type: str
    body: bytes


def add(conn: Connection, actor: Actor, file_id: UUID, one: ActFile, now: datetime) -> None:
    """Keep a file; it is never changed or taken away."""
    row = {
        "id": file_id,
        "world_id": actor.world.id,
        "name": one.name,
        "media_type": one.media_type,
        "body": one.body,
        "by": actor.subject,
        "recorded_at": now,
    }
    conn.execute(insert(act_files).values(row))


def get(conn: Connection, actor: Actor, file_id: UUID) -> ActFile | None:
    """A file by its id."""
    query = select(act_files).where(
        act_files.c.id == file_id, act_files.c.world_id == actor.world.id
    )
    row = conn.execute(query).one_or_none()
    return ActFile(row.name, row.media_type, bytes(row.body)) if row else None
