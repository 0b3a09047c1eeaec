"""Names, phones and photos: apart from log, audit and ledger, erasable without breaking them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    Table,
    Text,
    insert,
    select,
    update,
)

from sylvan.store.base import METADATA, at, uuid_column, world_column

people = Table(
    "person",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("name", Text),
    Column("phone", Text),
    at("created_at"),
    at("erased_at", nullable=True),
)

photos = Table(
    "photo",
    METADATA,
    uuid_column("id", primary_key=True),
    uuid_column("report_id", nullable=False, index=True),
    world_column(),
    Column("media_type", Text, nullable=False),
    Column("body", LargeBinary),
    at("created_at"),
    at("erased_at", nullable=True),
)


def add_person(
    conn: Connection, world_id: int, person_id: UUID, name: str, phone: str, now: datetime
) -> None:
    """Keep who made a report."""
    conn.execute(
        insert(people).values(
            id=person_id, world_id=world_id, name=name, phone=phone, created_at=now
        )
    )


def add_photo(
    conn: Connection, world_id: int, photo_id: UUID, report_id: UUID, body: bytes, now: datetime
) -> None:
    """Keep a report's photo (JPEG, already cleaned of what its camera wrote into it)."""
    conn.execute(
        insert(photos).values(
            id=photo_id,
            world_id=world_id,
            report_id=report_id,
            media_type="image/jpeg",
            body=body,
            created_at=now,
        )
    )


def person(conn: Connection, world_id: int, person_id: UUID) -> tuple[str, str] | None:
    """Name and phone, unless they were erased."""
    query = select(people.c.name, people.c.phone).where(
        people.c.id == person_id, people.c.world_id == world_id, people.c.erased_at.is_(None)
    )
    row = conn.execute(query).one_or_none()
    return (row.name or "", row.phone or "") if row else None


def photo_of(conn: Connection, world_id: int, report_id: UUID) -> bytes | None:
    """A report's photo, unless it was erased."""
    query = select(photos.c.body).where(
        photos.c.report_id == report_id, photos.c.world_id == world_id
    )
    return conn.scalar(query.limit(1))


def erase(
    conn: Connection, world_id: int, report_id: UUID, person_id: UUID | None, now: datetime
) -> None:
    """Forget the person and the photos of a report; references to them stay, and lead nowhere."""
    if person_id is not None:
        conn.execute(
            update(people)
            .where(people.c.id == person_id, people.c.world_id == world_id)
            .values(name=None, phone=None, erased_at=now)
        )
    conn.execute(
        update(photos)
        .where(photos.c.report_id == report_id, photos.c.world_id == world_id)
        .values(body=None, erased_at=now)
    )
