"""How often somebody without an account has sent, by marks that lead back to nobody.

A mark is a hash of the address, or of the phone's own random number, under a salt that lives for a
day: with the salt gone nobody, not even we, can tell whose marks the old ones were.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.store.base import METADATA, at

SALT_BYTES: Final = 32
MARK_BYTES: Final = 16
KEPT: Final = timedelta(days=1)

salts = Table(
    "sender_salt",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
)

marks = Table(
    "sender_mark",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("mark", Text, nullable=False),
    at("at"),
    Index("ix_sender_mark_mark_at", "mark", "at"),
)


def mark_of(conn: Connection, what: str, now: datetime) -> str:
    """Today's mark of an address or a phone."""
    day = now.date()
    fresh = pg.insert(salts).values(day=day, salt=secrets.token_bytes(SALT_BYTES))
    conn.execute(fresh.on_conflict_do_nothing())
    salt: bytes = conn.execute(select(salts.c.salt).where(salts.c.day == day)).scalar_one()
    return hashlib.blake2b(what.encode(), key=salt, digest_size=MARK_BYTES).hexdigest()


def count(conn: Connection, mark: str, now: datetime) -> None:
    """One more of this mark."""
    conn.execute(insert(marks).values(mark=mark, at=now))


def since(conn: Connection, mark: str, start: datetime) -> tuple[int, datetime | None]:
    """How many there were since then, and when the first of them was."""
    query = select(func.count(), func.min(marks.c.at)).where(marks.c.mark == mark)
    row = conn.execute(query.where(marks.c.at >= start)).one()
    return int(row[0]), row[1]


def forget(conn: Connection, now: datetime) -> int:
    """Drop old marks and salts; how many marks that were."""
    oldest: date = (now - KEPT).date()
    conn.execute(delete(salts).where(salts.c.day < oldest))
    return conn.execute(delete(marks).where(marks.c.at < now - KEPT)).rowcount
