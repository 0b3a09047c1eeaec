"""Browsers that somebody signed in with. The token itself is not stored, only its hash."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.accounts import Session
from sylvan.store.base import METADATA, at

sessions = Table(
    "session",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("account_id", pg.UUID(as_uuid=True), ForeignKey("account.id", ondelete="CASCADE")),
    Column("ready_role", Text),
    Column("way", Text, nullable=False),
    Column("peer", Text, nullable=False),
    Column("id_token", Text),
    at("made_at"),
    at("seen_at"),
    at("expires_at"),
    at("revoked_at", nullable=True),
    Index("ix_session_hash", "hash", unique=True),
    Index("ix_session_account_id", "account_id"),
)
_SHOWN: Final = tuple(column for column in sessions.c if column.name != "hash")


def _session(row: Any) -> Session:
    return Session(
        row.id,
        row.account_id,
        row.ready_role,
        row.way,
        row.peer,
        row.made_at,
        row.seen_at,
        row.expires_at,
        row.revoked_at,
        row.id_token,
    )


def add(conn: Connection, session: Session, mark: bytes) -> None:
    """A new session."""
    conn.execute(
        insert(sessions).values(
            id=session.id,
            hash=mark,
            account_id=session.account_id,
            ready_role=session.ready_role,
            way=session.way,
            peer=session.peer,
            id_token=session.id_token,
            made_at=session.made_at,
            seen_at=session.seen_at,
            expires_at=session.expires_at,
        )
    )


def by_hash(conn: Connection, mark: bytes) -> Session | None:
    """A session by its token's hash, whatever became of it."""
    row = conn.execute(select(*_SHOWN).where(sessions.c.hash == mark)).one_or_none()
    return _session(row) if row else None


def touch(conn: Connection, session_id: str, now: datetime) -> None:
    """It was used; time never runs backwards, whichever process says so."""
    conn.execute(
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.seen_at < now)
        .values(seen_at=now)
    )


def rotate(conn: Connection, session_id: str, mark: bytes) -> None:
    """The same session under another token; the old one opens nothing any more."""
    conn.execute(update(sessions).where(sessions.c.id == session_id).values(hash=mark))


def revoke(conn: Connection, session_id: str, now: datetime) -> bool:
    """End one; whether it was still going."""
    gone = (
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.revoked_at.is_(None))
        .values(revoked_at=now, id_token=None)
    )
    return conn.execute(gone).rowcount == 1


def revoke_all(conn: Connection, account_id: UUID, now: datetime, but: str | None = None) -> int:
    """End all of an account's, except one."""
    gone = update(sessions).where(
        sessions.c.account_id == account_id, sessions.c.revoked_at.is_(None)
    )
    if but is not None:
        gone = gone.where(sessions.c.id != but)
    return conn.execute(gone.values(revoked_at=now, id_token=None)).rowcount


def of_account(conn: Connection, account_id: UUID) -> list[Session]:
    """Those of an account that nobody ended, the newest first."""
    query = (
        select(*_SHOWN)
        .where(sessions.c.account_id == account_id, sessions.c.revoked_at.is_(None))
        .order_by(sessions.c.made_at.desc())
    )
    return [_session(row) for row in conn.execute(query)]


def forget(conn: Connection, before: datetime) -> None:
    """Drop rows of sessions that ended long ago."""
    conn.execute(delete(sessions).where(sessions.c.expires_at < before))
