"""What keys asked for: counted by day and operation, added up in batches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Date, Index, Table, Text, func, select
from sqlalchemy.dialects import postgresql as pg

from sylvan.store.base import METADATA

usage = Table(
    "usage",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("errors", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Index("ix_usage_day", "day"),
)
"""``refused`` are those above a limit; they are errors and requests, too, and use up no quota."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How much somebody asked of one operation on one day (UTC)."""

    subject: str
    day: date
    operation: str
    requests: int
    errors: int
    refused: int
    bytes: int


def add(conn: Connection, rows: Iterable[Counted]) -> None:
    """Add up. Always in the same order, so that two processes never wait for each other."""
    ordered = sorted(rows, key=lambda row: (row.subject, row.day, row.operation))
    if not ordered:
        return
    values = [{name: getattr(row, name) for name in Counted.__slots__} for row in ordered]
    insert = pg.insert(usage).values(values)
    sums = {
        name: usage.c[name] + insert.excluded[name]
        for name in ("requests", "errors", "refused", "bytes")
    }
    keys = ("subject", "day", "operation")
    conn.execute(insert.on_conflict_do_update(index_elements=keys, set_=sums))


def used(conn: Connection, subject: str, day: date) -> int:
    """What of a day's quota is used up."""
    query = select(func.coalesce(func.sum(usage.c.requests - usage.c.refused), 0))
    return int(conn.scalar(query.where(usage.c.subject == subject, usage.c.day == day)) or 0)


def listed(conn: Connection, subjects: Iterable[str], since: date) -> list[dict[str, Any]]:
    """By subject, day and operation, the newest day first."""
    query = (
        select(*(usage.c[name] for name in Counted.__slots__))
        .where(usage.c.subject.in_(list(subjects)), usage.c.day >= since)
        .order_by(usage.c.day.desc(), usage.c.subject, usage.c.operation)
    )
    return [dict(zip(Counted.__slots__, row, strict=True)) for row in conn.execute(query)]


def forget(conn: Connection, before: date) -> int:
    """Days that nobody asks about any more."""
    return conn.execute(usage.delete().where(usage.c.day < before)).rowcount
