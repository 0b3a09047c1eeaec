"""Where alerts stand: how far the log is read, what was told, which clocks run, how much was sent.

All of it is written in the transaction that writes the letters, so that a process that dies in
between leaves either both or nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    SmallInteger,
    Table,
    Text,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.letters import Letter
from sylvan.domain.alerting.memory import Changes, ClockKey, Key, Told
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.scope import scope

cursor = Table(
    "alert_cursor",
    METADATA,
    Column("one", Integer, primary_key=True, server_default=text("1")),
    uuid_column("epoch", nullable=False),
    Column("seq", BigInteger, nullable=False),
    at("moved_at"),
)
threads = Table(
    "alert_thread",
    METADATA,
    world_column(primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("object", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("level", SmallInteger, nullable=False),
    Column("round", Integer, nullable=False),
    Column("sign", Text, nullable=False),
    at("at"),
    Column("marks", TEXTS, nullable=False),
)
clocks = Table(
    "alert_clock",
    METADATA,
    world_column(primary_key=True),
    Column("clock", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("object", Text, primary_key=True),
    at("since"),
    Column("step", SmallInteger, nullable=False),
    Column("fact", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
)
facts = Table(
    "alert_fact",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    world_column(),
    Column("body", JSONB, nullable=False),
)
"""What was looked up beside the log for an event, so that a try-out of that day reads the same."""
tallies = Table(
    "alert_tally",
    METADATA,
    world_column(primary_key=True),
    Column("rule", Text, primary_key=True),
    at("hour", primary_key=True),
    Column("letters", Integer, nullable=False),
)
"""Letters by rule and hour of the world's clock."""
KEPT: Final = timedelta(days=60)
"""So long it is remembered what was told: a fire that comes back after that is news."""


@dataclass(frozen=True, slots=True)
class StoredClock:
    """A clock that runs, as its row holds it."""

    key: ClockKey
    since: datetime
    step: int
    fact: dict[str, Any]


def position(conn: Connection, *, lock: bool = False) -> tuple[UUID, int] | None:
    """How far the log is read, if it ever was."""
    query = select(cursor.c.epoch, cursor.c.seq)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return (row.epoch, row.seq) if row else None


def move(conn: Connection, epoch: UUID, seq: int, now: datetime) -> None:
    """The log is read up to a number."""
    values = {"epoch": epoch, "seq": seq, "moved_at": now}
    row = pg.insert(cursor).values(one=1, **values)
    conn.execute(row.on_conflict_do_update(index_elements=[cursor.c.one], set_=values))


def told(conn: Connection, world_id: int, since: datetime) -> list[tuple[Key, Told]]:
    """What was told in a world, as far as it is remembered."""
    query = select(threads).where(threads.c.world_id == world_id, threads.c.at >= since - KEPT)
    return [
        (
            Key(row.thread, row.object, row.rule),
            Told(row.level, row.round, row.sign, row.at, tuple(row.marks)),
        )
        for row in conn.execute(query)
    ]


def running(conn: Connection, world_id: int) -> list[StoredClock]:
    """Clocks that run in a world."""
    query = select(clocks).where(clocks.c.world_id == world_id).order_by(clocks.c.since)
    return [_clock(row) for row in conn.execute(query)]


def late(conn: Connection, actor: Actor) -> list[StoredClock]:
    """Clocks that the actor may see, the longest first."""
    query = scope(select(clocks), actor, clocks).order_by(clocks.c.since, clocks.c.thread)
    return [_clock(row) for row in conn.execute(query)]


def _clock(row: Any) -> StoredClock:
    return StoredClock(ClockKey(row.clock, row.thread, row.object), row.since, row.step, row.fact)


def keep(
    conn: Connection, world_id: int, changes: Changes, facts_of: Mapping[ClockKey, dict[str, Any]]
) -> None:
    """Write what has changed in a memory; ``facts_of`` holds the facts of its clocks as JSON."""
    rows = [
        {
            "world_id": world_id,
            **key._asdict(),
            "level": one.level,
            "round": one.round,
            "sign": one.sign,
            "at": one.at,
            "marks": list(one.marks),
        }
        for key, one in changes.told.items()
        if one is not None
    ]
    _upsert(conn, threads, rows)
    gone = [key for key, one in changes.clocks.items() if one is None]
    for key in gone:
        c = clocks.c
        conn.execute(
            delete(clocks).where(
                c.world_id == world_id,
                c.clock == key.clock,
                c.thread == key.thread,
                c.object == key.object,
            )
        )
    kept = [
        {
            "world_id": world_id,
            **key._asdict(),
            "since": one.since,
            "step": one.step,
            "fact": facts_of[key],
            "territories": list(one.fact.territories),
        }
        for key, one in changes.clocks.items()
        if one is not None
    ]
    _upsert(conn, clocks, kept)


def _upsert(conn: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = pg.insert(table)
    own = {column.name for column in table.primary_key}
    changes = {name: statement.excluded[name] for name in rows[0] if name not in own}
    conn.execute(
        statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changes), rows
    )


def remember(conn: Connection, world_id: int, seq: int, body: Any) -> None:
    """Keep what was looked up for an event."""
    plain = orjson.loads(orjson.dumps(body))
    row = pg.insert(facts).values(seq=seq, world_id=world_id, body=plain)
    conn.execute(row.on_conflict_do_nothing())


def looked_up(conn: Connection, seqs: Iterable[int]) -> dict[int, Any]:
    """What was looked up for events before."""
    query = select(facts.c.seq, facts.c.body).where(facts.c.seq.in_(list(seqs)))
    return {row.seq: row.body for row in conn.execute(query)}


def newest_fact(conn: Connection, world_id: int, before: int) -> Any:
    """What was looked up last in a world before a number, or ``None``."""
    query = (
        select(facts.c.body)
        .where(facts.c.world_id == world_id, facts.c.seq < before)
        .order_by(facts.c.seq.desc())
        .limit(1)
    )
    return conn.scalar(query)


def count(conn: Connection, made: Iterable[Letter]) -> None:
    """Count letters by rule and hour."""
    numbers = Counter(
        (one.world, one.rule, one.at.replace(minute=0, second=0, microsecond=0)) for one in made
    )
    for (world_id, rule, hour), number in sorted(numbers.items()):
        row = pg.insert(tallies).values(world_id=world_id, rule=rule, hour=hour, letters=number)
        more = {"letters": tallies.c.letters + row.excluded.letters}
        keys = list(tallies.primary_key)
        conn.execute(row.on_conflict_do_update(index_elements=keys, set_=more))


def counts(conn: Connection, world_id: int, since: datetime) -> dict[str, tuple[int, datetime]]:
    """By rule: letters since a moment, and the newest hour in which there was any."""
    query = (
        select(tallies.c.rule, func.sum(tallies.c.letters), func.max(tallies.c.hour))
        .where(tallies.c.world_id == world_id, tallies.c.hour >= since)
        .group_by(tallies.c.rule)
    )
    return {rule: (int(number), hour) for rule, number, hour in conn.execute(query)}
