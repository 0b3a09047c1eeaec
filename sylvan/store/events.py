"""The event log: an outbox that business transactions fill, and numbers that one sequencer gives.

Polling an identity column would lose events (ids are given before commits become visible), and
NOTIFY inside business transactions takes a lock of the whole cluster. So a change writes an
``outbox`` row in its own transaction; one sequencer, elected by an advisory lock, moves rows to
``event_log`` with gap-free numbers as it sees them committed, and alone notifies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import ALL, Actor
from sylvan.store import bulk
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column

CHANNEL = "sylvan_log"
SEQUENCER_LOCK = 0x53594C01
"""Advisory lock key of the one sequencer ("SYL", 1)."""


def _content() -> list[Column[Any]]:
    """Columns that an event has before and after it gets its number."""
    return [
        Column("world_id", SmallInteger, nullable=False),
        Column("kind", Text, nullable=False),
        Column("subject", Text, nullable=False),
        at("at"),
        at("recorded_at", server_default=text("clock_timestamp()")),
        Column("actor", Text, nullable=False),
        Column("territories", TEXTS, nullable=False),
        Column("lon", Double),
        Column("lat", Double),
        Column("body", JSONB, nullable=False),
    ]


outbox = Table(
    "outbox",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    *_content(),
    Column("trace", Text, server_default=text("nullif(current_setting('sylvan.trace', true), '')")),
)

event_log = Table(
    "event_log",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    *_content(),
    Column("trace", Text),
    Index("ix_event_log_subject_seq", "subject", "seq"),
    Index("ix_event_log_recorded_at", "recorded_at", postgresql_using="brin"),
)

log_state = Table(
    "log_state",
    METADATA,
    Column("one", Integer, primary_key=True, server_default=text("1")),
    uuid_column("epoch", nullable=False),
    Column("seq", BigInteger, nullable=False),
)

_CONTENT = "world_id, kind, subject, at, recorded_at, actor, territories, lon, lat, body, trace"
_MOVE = text(f"""
    with head as (select seq from log_state where one = 1 for update),
    gone as (
        delete from outbox where id in (select id from outbox order by id limit :most) returning *
    ),
    numbered as (
        insert into event_log (seq, {_CONTENT})
        select (select seq from head) + row_number() over (order by id), {_CONTENT} from gone
        returning seq, trace
    )
    update log_state set seq = seq + (select count(*) from numbered)
    where one = 1 and exists (select 1 from numbered)
    returning seq, (select array_agg(distinct trace) from numbered where trace is not null) traces
""")  # noqa: S608 - the only inserted text is the constant list of columns


GENERAL: Final = frozenset(
    {
        "batch.taken",
        "feed.changed",
        "world.changed",
        "layer.changed",
        "danger.changed",
        "regime.changed",
    }
)
"""Kinds of events that lie in no territory and are for all whose role hears of them."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change that is worth telling."""

    kind: str
    subject: str
    at: datetime
    body: dict[str, Any]
    territories: tuple[str, ...] = ()
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class LoggedEvent(Event):
    """An event with its number, world and author."""

    seq: int = 0
    world_id: int = 0
    actor: str = ""
    recorded_at: datetime | None = None
    trace: str | None = None
    """W3C trace context of the change; none without telemetry."""


@dataclass(frozen=True, slots=True)
class LogHead:
    """Where the log stands. ``oldest`` is the first number that may still be resumed from."""

    epoch: UUID
    seq: int
    oldest: int


def write(conn: Connection, actor: Actor, events: list[Event]) -> None:
    """Put events into the outbox, in the caller's transaction."""
    rows = [
        {
            "world_id": actor.world.id,
            "kind": event.kind,
            "subject": event.subject,
            "at": event.at,
            "actor": actor.subject,
            "territories": [ALL] if event.kind in GENERAL else list(event.territories),
            "lon": event.point[0] if event.point else None,
            "lat": event.point[1] if event.point else None,
            "body": event.body,
        }
        for event in events
    ]
    bulk.insert(conn, outbox, rows)


def ensure_state(conn: Connection) -> None:
    """The log's single state row; a new epoch begins where none was."""
    row = pg.insert(log_state).values(one=1, epoch=uuid4(), seq=0)
    conn.execute(row.on_conflict_do_nothing())


def lead(conn: Connection) -> bool:
    """Try to become the sequencer for as long as this connection lives."""
    return bool(conn.scalar(select(func.pg_try_advisory_lock(SEQUENCER_LOCK))))


def step(conn: Connection, most: int) -> tuple[int, list[str]] | None:
    """Number up to ``most`` waiting events and wake the readers.

    Returns:
        The new head and the traces of what got numbers; or nothing where nothing waited.
    """
    row = conn.execute(_MOVE, {"most": most}).one_or_none()
    if row is None:
        return None
    conn.execute(select(func.pg_notify(CHANNEL, str(row.seq))))
    return int(row.seq), row.traces or []


def oldest(conn: Connection, resume_days: int) -> int:
    """The first number within the resume window (1 while the log is empty).

    One statement, so one moment: an event that is numbered between two looks would seem too old.
    """
    since = func.now() - func.make_interval(0, 0, 0, resume_days)
    first = select(func.min(event_log.c.seq)).where(event_log.c.recorded_at >= since)
    after = select(log_state.c.seq + 1)
    return int(
        conn.scalar(select(func.coalesce(first.scalar_subquery(), after.scalar_subquery(), 1))) or 1
    )


def waiting(conn: Connection) -> int:
    """How many events wait for their number."""
    return conn.scalar(select(func.count()).select_from(outbox)) or 0


def lag_s(conn: Connection) -> float:
    """Seconds for which the oldest waiting event has been waiting."""
    age = func.extract("epoch", func.clock_timestamp() - func.min(outbox.c.recorded_at))
    return float(conn.scalar(select(age)) or 0.0)


def position(conn: Connection) -> tuple[UUID, int]:
    """Epoch and number of the newest event, as this transaction sees them."""
    row = conn.execute(select(log_state.c.epoch, log_state.c.seq)).one()
    return row.epoch, row.seq


def read(conn: Connection, after: int, limit: int) -> list[LoggedEvent]:
    """Events with numbers above ``after``, in order, of all worlds."""
    query = select(event_log).where(event_log.c.seq > after).order_by(event_log.c.seq).limit(limit)
    return [_logged(row) for row in conn.execute(query)]


def of_world(
    conn: Connection,
    world_id: int,
    kinds: Sequence[str],
    after: int,
    since: datetime,
    until: datetime,
    limit: int,
) -> list[LoggedEvent]:
    """Events of some kinds in one world between two moments of its clock, in order."""
    c = event_log.c
    query = (
        select(event_log)
        .where(c.seq > after, c.world_id == world_id, c.kind.in_(kinds))
        .where(c.at >= since, c.at <= until)
        .order_by(c.seq)
        .limit(limit)
    )
    return [_logged(row) for row in conn.execute(query)]


def newest_about(
    conn: Connection, world_id: int, subjects: Sequence[str], kinds: Sequence[str], before: int
) -> list[LoggedEvent]:
    """Of each of some things the newest event of some kinds before a number."""
    c = event_log.c
    query = (
        select(event_log)
        .ext(pg.distinct_on(c.subject))
        .where(c.subject.in_(subjects), c.seq < before, c.world_id == world_id, c.kind.in_(kinds))
        .order_by(c.subject, c.seq.desc())
    )
    return [_logged(row) for row in conn.execute(query)]


def of_subject(
    conn: Connection, actor: Actor, subject: str, limit: int, without: Sequence[str] = ()
) -> list[LoggedEvent]:
    """The newest events about one thing in the actor's world, newest first."""
    query = (
        select(event_log)
        .where(event_log.c.world_id == actor.world.id, event_log.c.subject == subject)
        .where(event_log.c.kind.not_in(without))
        .order_by(event_log.c.seq.desc())
        .limit(limit)
    )
    return [_logged(row) for row in conn.execute(query)]


def newest_fault(
    conn: Connection, actor: Actor, subject: str, field: str, since: datetime
) -> Any | None:
    """The newest value of a field of a thing's events that is not null, since a real moment."""
    c = event_log.c
    query = (
        select(c.body[field])
        .where(c.world_id == actor.world.id, c.subject == subject, c.recorded_at >= since)
        .where(c.body[field] != text("'null'::jsonb"))
        .order_by(c.seq.desc())
        .limit(1)
    )
    return conn.scalar(query)


def _logged(row: Any) -> LoggedEvent:
    return LoggedEvent(
        kind=row.kind,
        subject=row.subject,
        at=row.at,
        body=row.body,
        territories=tuple(row.territories),
        point=None if row.lon is None else (row.lon, row.lat),
        seq=row.seq,
        world_id=row.world_id,
        actor=row.actor,
        recorded_at=row.recorded_at,
        trace=row.trace,
    )
