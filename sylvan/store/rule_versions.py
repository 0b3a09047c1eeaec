"""Files of alert rules as they were put in force on screen, and what they took the place of.

The files themselves are the truth (`alerts/rules/`); this is their history.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Index, Integer, Row, Table, Text, func, select
from sqlalchemy import text as sql

from sylvan.store.base import METADATA, at, uuid_column

RULES_LOCK = 0x53594C34
"""Advisory lock key of who puts rules in force ("SYL", 0x34)."""
versions = Table(
    "rule_version",
    METADATA,
    uuid_column("id", primary_key=True),
    Column("file", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    at("at"),
    Column("by", Text, nullable=False),  # empty: found in the folder, written by hand
    Column("name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("restores", Integer),
    Index("ix_rule_version_file_number", "file", "number", unique=True),
)


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A file's text from one moment on."""

    id: UUID
    file: str
    number: int
    text: str
    at: datetime
    by: str = ""
    name: str = ""
    reason: str = ""
    restores: int | None = None


def lock(conn: Connection) -> None:
    """Let nobody else put rules in force until the transaction ends."""
    conn.execute(sql("select pg_advisory_xact_lock(:key)"), {"key": RULES_LOCK})


def add(conn: Connection, version: RuleVersion) -> None:
    """Keep a version."""
    row = {name: getattr(version, name) for name in RuleVersion.__slots__}
    conn.execute(versions.insert().values(**row))


def of_file(conn: Connection, file: str) -> list[RuleVersion]:
    """A file's versions, the newest first."""
    query = select(versions).where(versions.c.file == file)
    return [_version(row) for row in conn.execute(query.order_by(versions.c.number.desc()))]


def counts(conn: Connection) -> dict[str, int]:
    """How many versions each file has."""
    query = select(versions.c.file, func.count().label("versions")).group_by(versions.c.file)
    return {row.file: row.versions for row in conn.execute(query)}


def _version(row: Row[Any]) -> RuleVersion:
    return RuleVersion(**row._mapping)  # noqa: SLF001 - its columns are the fields
