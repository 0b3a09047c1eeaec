"""Failed tries to sign in, by name and by address, whether or not there is such a name.

A try is counted before it is looked at, in one statement: a hundred at once are a hundred tries.
"""

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Integer, Table, Text, case, delete, select, update
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.tries import TryRules
from sylvan.store.base import METADATA, at

tries = Table(
    "sign_in_try",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("failed", Integer, nullable=False),
    at("last_at"),
    at("until", nullable=True),
)


def wait(conn: Connection, key: str, now: datetime) -> timedelta:
    """How long this name or address is still locked out."""
    until = conn.scalar(select(tries.c.until).where(tries.c.key == key))
    return max(until - now, timedelta(0)) if until else timedelta(0)


def locked(conn: Connection, now: datetime) -> set[str]:
    """Names and addresses that are locked out."""
    return set(conn.scalars(select(tries.c.key).where(tries.c.until > now)))


def count(conn: Connection, key: str, rules: TryRules, now: datetime) -> int:
    """Count a try as failed until it is known better; how many that makes. Holds the row."""
    statement = pg.insert(tries).values(key=key, failed=1, last_at=now)
    again = case((tries.c.last_at < now - rules.forget, 1), else_=tries.c.failed + 1)
    counted = statement.on_conflict_do_update(
        index_elements=[tries.c.key], set_={"failed": again, "last_at": now}
    ).returning(tries.c.failed)
    failed = int(conn.scalar(counted) or 1)
    locked = rules.wait(failed)
    until = now + locked if locked else None
    conn.execute(update(tries).where(tries.c.key == key).values(until=until))
    return failed


def take_back(conn: Connection, key: str) -> None:
    """That try did not fail."""
    conn.execute(
        update(tries).where(tries.c.key == key).values(failed=tries.c.failed - 1, until=None)
    )


def clear(conn: Connection, key: str) -> None:
    """Forget all failures of a name."""
    conn.execute(delete(tries).where(tries.c.key == key))
