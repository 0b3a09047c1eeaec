"""Keys of partners and devices: hashed, with what they open and until when."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Index,
    LargeBinary,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)

from sylvan.domain.accounts import ApiKey, Grant
from sylvan.domain.actors import Level
from sylvan.store.base import JSONB, METADATA, TEXTS, at

keys = Table(
    "api_key",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("holder", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("owner", Text, nullable=False),
    Column("operations", TEXTS, nullable=False),
    Column("made_by", Text, nullable=False),
    at("made_at"),
    at("expires_at"),
    at("last_used_at", nullable=True),
    at("revoked_at", nullable=True),
    Column("limits", JSONB),
    Index("ix_api_key_holder", "holder"),
)
_SHOWN: Final = tuple(column for column in keys.c if column.name != "hash")


def _key(row: Any) -> ApiKey:
    return ApiKey(
        row.id,
        row.holder,
        row.name,
        Grant(row.role, Level(row.level), tuple(row.territories), row.owner),
        tuple(row.operations),
        row.made_by,
        row.made_at,
        row.expires_at,
        row.last_used_at,
        row.revoked_at,
        row.limits,
    )


def hold(conn: Connection, holder: str) -> None:
    """Let nobody else make keys for this holder until the transaction ends."""
    conn.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 11))"), {"key": f"key/{holder}"}
    )


def add(conn: Connection, key: ApiKey, mark: bytes) -> None:
    """A new key."""
    conn.execute(
        insert(keys).values(
            id=key.id,
            hash=mark,
            holder=key.holder,
            name=key.name,
            **key.grant.as_dict(),
            operations=list(key.operations),
            made_by=key.made_by,
            made_at=key.made_at,
            expires_at=key.expires_at,
            limits=None if key.limits is None else dict(key.limits),
        )
    )


def get(conn: Connection, key_id: str, *, lock: bool = False) -> ApiKey | None:
    """A key by its id."""
    query = select(*_SHOWN).where(keys.c.id == key_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _key(row) if row else None


def by_hash(conn: Connection, key_id: str, mark: bytes) -> ApiKey | None:
    """A key by its id and the hash of the whole; the database compares hashes, never secrets."""
    query = select(*_SHOWN).where(keys.c.id == key_id, keys.c.hash == mark)
    row = conn.execute(query).one_or_none()
    return _key(row) if row else None


def listed(conn: Connection) -> list[ApiKey]:
    """All keys, by holder, the newest first."""
    query = select(*_SHOWN).order_by(keys.c.holder, keys.c.made_at.desc(), keys.c.id)
    return [_key(row) for row in conn.execute(query)]


def active(conn: Connection, holder: str, now: datetime) -> int:
    """How many keys of a holder open something."""
    query = select(func.count()).where(
        keys.c.holder == holder, keys.c.revoked_at.is_(None), keys.c.expires_at > now
    )
    return int(conn.scalar(query) or 0)


def end_at(conn: Connection, key_id: str, at: datetime) -> None:
    """A key ends at this moment, unless it ends before."""
    conn.execute(
        update(keys).where(keys.c.id == key_id).values(expires_at=func.least(keys.c.expires_at, at))
    )


def revoke(conn: Connection, key_id: str, now: datetime) -> bool:
    """End a key now; whether it was still going."""
    gone = (
        update(keys).where(keys.c.id == key_id, keys.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return conn.execute(gone).rowcount == 1


def used(conn: Connection, key_id: str, now: datetime) -> None:
    """It opened something."""
    conn.execute(update(keys).where(keys.c.id == key_id).values(last_used_at=now))


def limit(conn: Connection, key_id: str, limits: dict[str, int] | None) -> None:
    """What a key may ask for instead of what its role may; ``None``: that again."""
    conn.execute(update(keys).where(keys.c.id == key_id).values(limits=limits))
