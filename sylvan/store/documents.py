"""Documents as they were issued, and their files; neither is ever changed or taken away."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.documents import Document, DocumentKind
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.scope import scope

documents = Table(
    "document",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("day", Date),
    uuid_column("fire_id", nullable=True),
    Column("fields", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("differs", JSONB, nullable=False),
    Column("templates", JSONB, nullable=False),
    Column("notes", JSONB, nullable=False),
    at("issued_at"),
    at("recorded_at"),
    Column("issued_by", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    # whatever two people do at once, a version is issued once
    Index("ix_document_about", "world_id", "kind", "about", "language", "version", unique=True),
    Index("ix_document_serial", "world_id", "kind", "year", "serial", "version", unique=True),
    Index("ix_document_world_id_recorded_at", "world_id", "recorded_at"),
    Index("ix_document_fire_id", "fire_id"),
)

files = Table(
    "document_file",
    METADATA,
    Column("document_id", pg.UUID(as_uuid=True), ForeignKey("document.id"), primary_key=True),
    Column("format", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
SPACE: Final = 28
"""Advisory lock space of numbers: two documents at once must not get the same one."""
_SAME: Final = (
    *("id", "about", "number", "version", "language", "day", "fire_id", "reason"),
    *("issued_at", "recorded_at", "issued_by"),
)


def lock(conn: Connection, actor: Actor) -> None:
    """Let nobody else issue a document of this world until the transaction ends."""
    held = text("select pg_advisory_xact_lock(:space, :world)")
    conn.execute(held, {"space": SPACE, "world": actor.world.id})


def next_serial(conn: Connection, actor: Actor, kind: DocumentKind, year: int) -> int:
    """The next serial of a kind and year; the caller holds the lock."""
    d = documents.c
    query = select(func.coalesce(func.max(d.serial), 0) + 1)
    mine = d.world_id == actor.world.id, d.kind == kind.value, d.year == year
    return int(conn.scalar(query.where(*mine)) or 1)


def add(conn: Connection, actor: Actor, one: Document, year: int, serial: int) -> None:
    """Keep a version."""
    row = {name: getattr(one, name) for name in _SAME} | {
        "world_id": actor.world.id,
        "kind": one.kind.value,
        "year": year,
        "serial": serial,
        "fields": dict(one.fields),
        "differs": [dict(told) for told in one.differs],
        "templates": dict(one.templates),
        "notes": [dict(told) for told in one.notes],
        "territories": list(one.territories),
    }
    conn.execute(insert(documents).values(row))


def add_file(
    conn: Connection, document_id: UUID, form: str, name: str, media_type: str, body: bytes
) -> dict[str, Any]:
    """Keep a file of a version; what is told of it."""
    told = {
        "name": name,
        "media_type": media_type,
        "sha256": hashlib.sha256(body).hexdigest(),
        "size": len(body),
    }
    conn.execute(insert(files).values(document_id=document_id, format=form, body=body, **told))
    return told


def newest(
    conn: Connection, actor: Actor, kind: DocumentKind, about: str, language: str
) -> tuple[Document, int, int] | None:
    """The last version about something, with year and serial of its number."""
    d = documents.c
    query = select(documents).where(
        d.world_id == actor.world.id,
        d.kind == kind.value,
        d.about == about,
        d.language == language,
    )
    row = conn.execute(query.order_by(d.version.desc()).limit(1)).one_or_none()
    return (_document(row, {}), row.year, row.serial) if row else None


def get(conn: Connection, actor: Actor, document_id: UUID) -> Document | None:
    """A version by its id, with what is told of its files."""
    query = scope(select(documents), actor, documents).where(documents.c.id == document_id)
    row = conn.execute(query).one_or_none()
    return _document(row, _files(conn, [row.id])[row.id]) if row else None


def page(
    conn: Connection,
    actor: Actor,
    *,
    kind: DocumentKind | None,
    fire_id: UUID | None,
    after: tuple[Any, UUID] | None,
    limit: int,
) -> list[Document]:
    """Versions, newest first, from a cursor (recorded_at, id) on."""
    d = documents.c
    query = scope(select(documents), actor, documents)
    if kind is not None:
        query = query.where(d.kind == kind.value)
    if fire_id is not None:
        query = query.where(d.fire_id == fire_id)
    if after is not None:
        query = query.where(func.row(d.recorded_at, d.id) < func.row(after[0], after[1]))
    rows = conn.execute(query.order_by(d.recorded_at.desc(), d.id.desc()).limit(limit)).all()
    told = _files(conn, [row.id for row in rows])
    return [_document(row, told[row.id]) for row in rows]


def body(
    conn: Connection, actor: Actor, document_id: UUID, form: str
) -> tuple[str, str, bytes] | None:
    """Name, media type and bytes of a file, if the document is in reach."""
    query = select(files.c.name, files.c.media_type, files.c.body).join(
        documents, documents.c.id == files.c.document_id
    )
    query = query.where(documents.c.id == document_id, files.c.format == form)
    row = conn.execute(scope(query, actor, documents)).one_or_none()
    return (row.name, row.media_type, bytes(row.body)) if row else None


def _files(conn: Connection, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    found: dict[UUID, dict[str, Any]] = {one: {} for one in ids}
    f = files.c
    query = select(f.document_id, f.format, f.name, f.media_type, f.sha256, f.size)
    query = query.where(f.document_id.in_(list(found))).order_by(f.format)
    for row in conn.execute(query):
        found[row.document_id][row.format] = {
            "name": row.name,
            "media_type": row.media_type,
            "sha256": row.sha256,
            "size": row.size,
        }
    return found


def _document(row: Any, told: Mapping[str, Any]) -> Document:
    return Document(
        kind=DocumentKind(row.kind),
        fields=row.fields,
        differs=tuple(row.differs),
        templates=row.templates,
        notes=tuple(row.notes),
        territories=tuple(row.territories),
        files=told,
        **{name: getattr(row, name) for name in _SAME},
    )
