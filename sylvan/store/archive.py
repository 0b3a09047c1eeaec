"""How far the making of archive worlds is: which files and which parts are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.store import ledger
from sylvan.store.base import JSONB, METADATA, at

FILE: Final = "file"
PART: Final = "part"
WORLD_SPACE: Final = 7
"""First half of the advisory lock of a world, as intake takes it."""
LOCK_SPACE: Final = 8
"""First half of the advisory lock of who makes an archive."""

runs = Table(
    "archive_run",
    METADATA,
    Column("world_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("plan", LargeBinary, nullable=False),
    at("begun_at"),
    at("ended_at", nullable=True),
    Column("account", JSONB),
)
"""Worlds made from archives. ``key`` names files and options, ``plan`` what each part holds."""

steps = Table(
    "archive_step",
    METADATA,
    Column(
        "world_id",
        SmallInteger,
        ForeignKey("archive_run.world_id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("kind", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", JSONB, nullable=False),
    at("recorded_at"),
    CheckConstraint(f"kind in ('{FILE}', '{PART}')", name="kind"),
)
"""What is written, each step in the transaction of what it tells of."""


@dataclass(frozen=True, slots=True)
class ArchiveRun:
    """The making of an archive world."""

    world_id: int
    key: bytes
    plan: bytes
    ended_at: datetime | None
    account: dict[str, Any] | None


def lock(conn: Connection, key: bytes) -> bool:
    """Be the only one who works on an archive for as long as this connection lives."""
    query = text("select pg_try_advisory_lock(:space, hashtext(encode(:key, 'hex')))")
    return bool(conn.scalar(query, {"space": LOCK_SPACE, "key": key}))


def unlock(conn: Connection) -> None:
    """Give up every lock of this connection now; the server notices a closed one a moment later."""
    conn.execute(select(func.pg_advisory_unlock_all()))


def hold_world(conn: Connection, world_id: int) -> bool:
    """Keep batches out of a world for as long as this connection lives (see ``world_lock``)."""
    return bool(conn.scalar(select(func.pg_try_advisory_lock(WORLD_SPACE, world_id))))


def release_world(conn: Connection, world_id: int) -> None:
    """Let batches in again."""
    conn.execute(select(func.pg_advisory_unlock(WORLD_SPACE, world_id)))


def find(conn: Connection, key: bytes) -> ArchiveRun | None:
    """The run of these files with these options."""
    row = conn.execute(select(runs).where(runs.c.key == key)).one_or_none()
    return _run(row) if row else None


def of_world(conn: Connection, world_id: int) -> ArchiveRun | None:
    """The run that made a world."""
    row = conn.execute(select(runs).where(runs.c.world_id == world_id)).one_or_none()
    return _run(row) if row else None


def _run(row: Any) -> ArchiveRun:
    return ArchiveRun(row.world_id, bytes(row.key), bytes(row.plan), row.ended_at, row.account)


def begin(conn: Connection, world_id: int, key: bytes, plan: bytes, now: datetime) -> None:
    """A new run."""
    conn.execute(insert(runs).values(world_id=world_id, key=key, plan=plan, begun_at=now))


def end(conn: Connection, world_id: int, account: dict[str, Any], now: datetime) -> None:
    """Everything is written."""
    values = {"ended_at": now, "account": account}
    conn.execute(update(runs).where(runs.c.world_id == world_id).values(values))


def note(
    conn: Connection, world_id: int, kind: str, number: int, body: dict[str, Any], now: datetime
) -> None:
    """A step is done, in the transaction in which it is."""
    values = {"world_id": world_id, "kind": kind, "number": number}
    conn.execute(insert(steps).values(values | {"body": body, "recorded_at": now}))


def done(conn: Connection, world_id: int, kind: str) -> dict[int, dict[str, Any]]:
    """Steps of a kind that are done, by number, and what was noted of each."""
    query = select(steps.c.number, steps.c.body).where(
        steps.c.world_id == world_id, steps.c.kind == kind
    )
    return {row.number: row.body for row in conn.execute(query)}


def keep_body(conn: Connection, sha256: bytes, pieces: Iterable[bytes]) -> None:
    """Store a body in the ledger, piece by piece, unless its hash is known."""
    bodies = ledger.bodies
    if conn.scalar(select(bodies.c.part).where(bodies.c.sha256 == sha256).limit(1)) is not None:
        return
    for part, piece in enumerate(pieces):
        packed = pa.compress(piece, codec=ledger.CODEC, asbytes=True) if piece else b""
        row = pg.insert(bodies).values(sha256=sha256, part=part, size=len(piece), body=packed)
        conn.execute(row.on_conflict_do_nothing())
