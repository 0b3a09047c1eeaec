"""One-time links with which somebody sets a password: hashed, expiring, used once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.store.base import METADATA, at

invitations = Table(
    "invitation",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column(
        "account_id",
        pg.UUID(as_uuid=True),
        ForeignKey("account.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("made_by", Text, nullable=False),
    at("made_at"),
    at("expires_at"),
    at("used_at", nullable=True),
    Index("ix_invitation_account_id", "account_id"),
)


def add(
    conn: Connection,
    mark: bytes,
    account_id: UUID,
    made_by: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """A new link."""
    conn.execute(
        insert(invitations).values(
            hash=mark, account_id=account_id, made_by=made_by, made_at=now, expires_at=expires_at
        )
    )


def account_of(conn: Connection, mark: bytes, now: datetime) -> UUID | None:
    """Whose link this is, if it still opens anything."""
    return conn.scalar(
        select(invitations.c.account_id).where(
            invitations.c.hash == mark,
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
    )


def spend(conn: Connection, mark: bytes, now: datetime) -> UUID | None:
    """Use a link up; whose it was. Of two at once only one gets it."""
    spent = (
        update(invitations)
        .where(
            invitations.c.hash == mark,
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(invitations.c.account_id)
    )
    owner: UUID | None = conn.scalar(spent)
    return owner


def end(conn: Connection, account_id: UUID, now: datetime) -> None:
    """All other links of an account open nothing any more."""
    conn.execute(
        update(invitations)
        .where(invitations.c.account_id == account_id, invitations.c.used_at.is_(None))
        .values(used_at=now)
    )
