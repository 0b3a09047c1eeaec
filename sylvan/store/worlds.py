"""Worlds: live, replays and drills, each with its own clock."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Double,
    Identity,
    Row,
    SmallInteger,
    Table,
    Text,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.worlds import LIVE_ID, REAL_TIME, World, WorldClock, WorldKind
from sylvan.store.base import METADATA, at

OPENING: Final = 0x53594CB1
"""Advisory lock of whoever opens a drill ("SYL", 0xB1)."""

worlds = Table(
    "world",
    METADATA,
    Column("id", SmallInteger, Identity(start=LIVE_ID + 1), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    at("clock_base"),
    at("clock_anchor"),
    Column("clock_rate", Double, nullable=False),
    at("created_at"),
    at("closed_at", nullable=True),
    CheckConstraint("kind in ('live', 'replay', 'drill')", name="kind"),
    CheckConstraint("clock_rate >= 0", name="clock_rate"),
)


def _world(row: Row[Any]) -> World:
    clock = WorldClock(row.clock_base, row.clock_anchor, row.clock_rate)
    return World(row.id, WorldKind(row.kind), row.name, clock)


def ensure_live(conn: Connection, now: datetime) -> World:
    """The live world, made on first use."""
    found = by_id(conn, LIVE_ID) or add(conn, WorldKind.LIVE, "live", REAL_TIME, now)
    found = found or by_id(conn, LIVE_ID)  # another process made it while we were about to
    if found is None:
        raise LookupError("world 1 is neither there nor can it be made")
    return found


def add(
    conn: Connection, kind: WorldKind, name: str, clock: WorldClock, now: datetime
) -> World | None:
    """A new world; ``None`` when there is one with this name."""
    values = {
        "kind": str(kind),
        "name": name,
        "clock_base": clock.base,
        "clock_anchor": clock.anchor,
        "clock_rate": clock.rate,
        "created_at": now,
    }
    if kind is WorldKind.LIVE:
        values["id"] = LIVE_ID
    statement = pg.insert(worlds).values(values).on_conflict_do_nothing().returning(worlds)
    row = conn.execute(statement).one_or_none()
    return _world(row) if row else None


def set_clock(conn: Connection, world_id: int, clock: WorldClock) -> None:
    """Give a world another clock (pause, other speed, catch up)."""
    conn.execute(
        update(worlds)
        .where(worlds.c.id == world_id)
        .values(clock_base=clock.base, clock_anchor=clock.anchor, clock_rate=clock.rate)
    )


def close(conn: Connection, world_id: int, now: datetime) -> None:
    """Mark a world as past; it stays readable."""
    conn.execute(update(worlds).where(worlds.c.id == world_id).values(closed_at=now))


def by_id(conn: Connection, world_id: int) -> World | None:
    """The world with this id."""
    row = conn.execute(select(worlds).where(worlds.c.id == world_id)).one_or_none()
    return _world(row) if row else None


def by_name(conn: Connection, name: str) -> World | None:
    """The world with this name."""
    row = conn.execute(select(worlds).where(worlds.c.name == name)).one_or_none()
    return _world(row) if row else None


def is_open(conn: Connection, world_id: int) -> bool:
    """Whether something may still happen in a world."""
    query = select(worlds.c.id).where(worlds.c.id == world_id, worlds.c.closed_at.is_(None))
    return conn.scalar(query) is not None


def lock(conn: Connection) -> None:
    """No other drill's world is opened until the transaction ends: names are looked at first."""
    conn.execute(text("select pg_advisory_xact_lock(:key)"), {"key": OPENING})


def names(conn: Connection) -> set[str]:
    """Names of all worlds, also of closed ones."""
    return set(conn.scalars(select(worlds.c.name)))


def all_open(conn: Connection) -> list[World]:
    """Worlds that are not closed, live first."""
    rows = conn.execute(select(worlds).where(worlds.c.closed_at.is_(None)).order_by(worlds.c.id))
    return [_world(row) for row in rows]
