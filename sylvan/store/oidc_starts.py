"""Sign-ins that wait for the provider of identities to send the person back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, LargeBinary, Table, Text, delete, insert

from sylvan.store.base import METADATA, at

starts = Table(
    "oidc_start",
    METADATA,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("browser_hash", LargeBinary, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("back", Text, nullable=False),
    at("expires_at"),
)


@dataclass(frozen=True, slots=True)
class Start:
    """What has to come back, and where the person wanted to go."""

    state_hash: bytes
    browser_hash: bytes
    """Of a cookie: an answer that is carried to another browser opens nothing there."""
    nonce: str
    verifier: str
    back: str
    expires_at: datetime


def add(conn: Connection, start: Start, now: datetime) -> None:
    """Keep one; those that nobody came back for go."""
    conn.execute(delete(starts).where(starts.c.expires_at < now))
    conn.execute(
        insert(starts).values(
            state_hash=start.state_hash,
            browser_hash=start.browser_hash,
            nonce=start.nonce,
            verifier=start.verifier,
            back=start.back,
            expires_at=start.expires_at,
        )
    )


def take(conn: Connection, state_hash: bytes) -> Start | None:
    """Take one out: it serves once."""
    gone = delete(starts).where(starts.c.state_hash == state_hash).returning(starts)
    row = conn.execute(gone).mappings().one_or_none()
    return Start(**row) if row else None
