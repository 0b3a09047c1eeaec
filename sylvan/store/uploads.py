"""Files on their way in: pieces in order, kept with the row that counts them."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from sylvan.domain.actors import Actor
from sylvan.domain.uploads import Upload
from sylvan.store.base import METADATA, at, uuid_column, world_column

uploads = Table(
    "upload",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("subject", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("length", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    at("created_at"),
    at("touched_at"),
    at("used_at", nullable=True),
    Index("ix_upload_touched_at", "touched_at"),
    Index("ix_upload_sender_created_at", "sender", "created_at"),
)

pieces = Table(
    "upload_piece",
    METADATA,
    uuid_column("upload_id", primary_key=True),
    Column("start", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)


def begin(
    conn: Connection, actor: Actor, upload_id: UUID, length: int, sender: str, now: datetime
) -> None:
    """A file is announced."""
    row = {
        "id": upload_id,
        "world_id": actor.world.id,
        "subject": actor.subject,
        "sender": sender,
        "length": length,
        "taken": 0,
        "created_at": now,
        "touched_at": now,
    }
    conn.execute(insert(uploads).values(row))


def get(conn: Connection, actor: Actor, upload_id: UUID, *, lock: bool = False) -> Upload | None:
    """An upload of the same subject; to others it is unknown."""
    query = select(uploads).where(
        uploads.c.id == upload_id,
        uploads.c.world_id == actor.world.id,
        uploads.c.subject == actor.subject,
    )
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return Upload(row.id, row.length, row.taken, row.used_at) if row else None


def append(conn: Connection, upload: Upload, body: bytes, now: datetime) -> int:
    """Keep the next bytes; how many are kept now."""
    taken = upload.taken + len(body)
    conn.execute(insert(pieces).values(upload_id=upload.id, start=upload.taken, body=body))
    changed = update(uploads).where(uploads.c.id == upload.id)
    conn.execute(changed.values(taken=taken, touched_at=now))
    return taken


def body_of(conn: Connection, upload_id: UUID) -> bytes:
    """All bytes, in order."""
    query = select(pieces.c.body).where(pieces.c.upload_id == upload_id).order_by(pieces.c.start)
    return b"".join(conn.scalars(query))


def use(conn: Connection, upload_id: UUID, now: datetime) -> None:
    """The file has become something else; its pieces go."""
    conn.execute(delete(pieces).where(pieces.c.upload_id == upload_id))
    conn.execute(update(uploads).where(uploads.c.id == upload_id).values(used_at=now))


def announced(conn: Connection, sender: str | None, since: datetime) -> int:
    """Bytes that one sender has announced; with ``None``: unused ones of anybody."""
    total = select(func.coalesce(func.sum(uploads.c.length), 0))
    if sender is None:
        query = total.where(uploads.c.used_at.is_(None), uploads.c.touched_at >= since)
    else:
        query = total.where(uploads.c.sender == sender, uploads.c.created_at >= since)
    return int(conn.scalar(query) or 0)


def forget(conn: Connection, now: datetime, after: timedelta) -> int:
    """Drop what nobody has touched for so long; how many that were."""
    old = select(uploads.c.id).where(uploads.c.touched_at < now - after)
    conn.execute(delete(pieces).where(pieces.c.upload_id.in_(old)))
    return conn.execute(delete(uploads).where(uploads.c.touched_at < now - after)).rowcount
