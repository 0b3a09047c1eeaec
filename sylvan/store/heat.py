"""The register of heat sources: entries, what was said of them, and the counts they come from."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import Point
from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Connection,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    any_,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.heat import HeatKind
from sylvan.domain.heat_entries import Entry, Origin, Verdict, Word
from sylvan.domain.heat_tally import Tally
from sylvan.store import copying
from sylvan.store.base import (
    JSONB,
    METADATA,
    TEXTS,
    WGS84,
    at,
    geometry,
    uuid_column,
    world_column,
)
from sylvan.store.fires import bbox_clause, fires
from sylvan.store.scope import scope

CODEC: Final = "zstd"
Box = tuple[float, float, float, float]

sources = Table(
    "heat_source",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("names", JSONB, nullable=False),
    Column("point", geometry("POINT"), nullable=False),
    Column("radius_km", REAL, nullable=False),
    Column("months", pg.ARRAY(Integer), nullable=False),
    Column("hours", pg.ARRAY(Integer), nullable=False),
    Column("confidence", REAL, nullable=False),
    Column("source", Text, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("valid_until", nullable=True),
    at("last_seen", nullable=True),
    Column("period_days", Integer),
    Column("word", Text),
    at("word_at", nullable=True),
    Column("told_state", Text, nullable=False),
    at("created_at"),
    at("changed_at"),
    Index(
        "ix_heat_source_world_id_origin_ref",
        "world_id",
        "origin",
        "ref",
        unique=True,
        postgresql_where=text("ref <> ''"),
    ),
    Index("ix_heat_source_world_id_changed_at", "world_id", "changed_at"),
)
"""``told_state`` is the state that the last event told: expiry happens without a change."""

verdicts = Table(
    "heat_verdict",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    world_column(),
    uuid_column("source_id", nullable=False),
    Column("word", Text, nullable=False),
    at("at"),
    Column("actor", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("note", Text, nullable=False),
    at("undone_at", nullable=True),
    Column("undone_by", Text),
    Index("ix_heat_verdict_world_id_source_id", "world_id", "source_id"),
)

tallies = Table(
    "heat_tally",
    METADATA,
    world_column(primary_key=True),
    Column("month", Date, primary_key=True),
    Column("rows", BigInteger, nullable=False),
    Column("newest_batch", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    at("counted_at"),
)
"""A month's detections in small, and what was stored of it when they were counted."""

_PLAIN: Final = (
    *("id", "version", "ref", "names", "radius_km", "confidence", "source", "evidence"),
    *("valid_until", "last_seen", "period_days", "word_at", "created_at"),
)


def _entry(row: Any) -> Entry:
    spot: Any = to_shape(row.point)
    return Entry(
        origin=Origin(row.origin),
        kind=HeatKind(row.kind),
        point=(spot.x, spot.y),
        months=frozenset(row.months),
        hours=frozenset(row.hours),
        territories=tuple(row.territories),
        word=Word(row.word) if row.word else None,
        **{name: getattr(row, name) for name in _PLAIN},
    )


def save(conn: Connection, actor: Actor, entries: Sequence[Entry], now: datetime) -> None:
    """Insert or replace entries of the actor's world."""
    at = actor.world.now(now)
    rows = [
        {name: getattr(one, name) for name in _PLAIN}
        | {
            "world_id": actor.world.id,
            "origin": one.origin.value,
            "kind": one.kind.value,
            "point": from_shape(Point(one.point), srid=WGS84),
            "months": sorted(one.months),
            "hours": sorted(one.hours),
            "territories": list(one.territories),
            "word": one.word.value if one.word else None,
            "told_state": one.state(at).value,
            "created_at": one.created_at or now,
            "changed_at": now,
        }
        for one in entries
    ]
    if not rows:
        return
    statement = pg.insert(sources)
    fixed = {"id", "world_id", "origin", "created_at"}
    changes = {name: statement.excluded[name] for name in rows[0] if name not in fixed}
    conn.execute(statement.on_conflict_do_update(index_elements=[sources.c.id], set_=changes), rows)


def get(conn: Connection, actor: Actor, source_id: UUID, *, lock: bool = False) -> Entry | None:
    """An entry by its id."""
    query = scope(select(sources), actor, sources).where(sources.c.id == source_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _entry(row) if row else None


def listed(conn: Connection, actor: Actor, *, bbox: Box | None = None) -> list[Entry]:
    """All entries of the actor's world, in a stable order."""
    query = scope(select(sources), actor, sources)
    if bbox:
        query = query.where(bbox_clause(sources.c.point, bbox))
    return [_entry(row) for row in conn.execute(query.order_by(sources.c.id))]


def of_refs(
    conn: Connection, actor: Actor, origin: Origin, refs: Iterable[str]
) -> dict[str, Entry]:
    """Entries by their key in a catalogue, locked until the transaction ends."""
    wanted = sources.c.ref == any_(literal(list(refs), TEXTS))
    query = select(sources).where(
        sources.c.world_id == actor.world.id, sources.c.origin == origin.value, wanted
    )
    return {row.ref: _entry(row) for row in conn.execute(query.with_for_update())}


def stamp(conn: Connection, actor: Actor) -> str:
    """A text that changes whenever the world's register does: for caches in the process."""
    query = select(func.max(sources.c.changed_at), func.count(), func.sum(sources.c.version))
    newest, count, steps = conn.execute(query.where(sources.c.world_id == actor.world.id)).one()
    return f"{newest}/{count}/{steps}"


def told_otherwise(conn: Connection, actor: Actor, at: datetime) -> list[tuple[Entry, str]]:
    """Entries whose state by the world's clock is not the one last told, with that one."""
    query = select(sources).where(
        sources.c.world_id == actor.world.id,
        or_(sources.c.valid_until.is_not(None), sources.c.period_days.is_not(None)),
    )
    found = [(_entry(row), str(row.told_state)) for row in conn.execute(query.with_for_update())]
    return [(entry, told) for entry, told in found if entry.state(at).value != told]


def _verdict(row: Any) -> Verdict:
    return Verdict(
        id=row.id,
        word=Word(row.word),
        at=row.at,
        actor=row.actor,
        level=row.level,
        note=row.note,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )


def said(conn: Connection, actor: Actor, source_id: UUID) -> list[Verdict]:
    """All that was said of a source, taken back or not, oldest first."""
    query = select(verdicts).where(
        verdicts.c.world_id == actor.world.id, verdicts.c.source_id == source_id
    )
    return [_verdict(row) for row in conn.execute(query.order_by(verdicts.c.id))]


def say(
    conn: Connection, actor: Actor, source_id: UUID, word: Word, note: str, at: datetime
) -> Verdict:
    """Write down what somebody says."""
    values = {
        "world_id": actor.world.id,
        "source_id": source_id,
        "word": word.value,
        "at": at,
        "actor": actor.subject,
        "level": actor.level.value,
        "note": note,
    }
    return _verdict(conn.execute(insert(verdicts).values(values).returning(verdicts)).one())


def take_back(conn: Connection, actor: Actor, verdict: Verdict, at: datetime) -> None:
    """Mark a word as taken back."""
    mine = (verdicts.c.id == verdict.id) & (verdicts.c.world_id == actor.world.id)
    conn.execute(update(verdicts).where(mine).values(undone_at=at, undone_by=actor.subject))


def months(conn: Connection, actor: Actor) -> list[tuple[datetime, int, int]]:
    """First day, number of rows and newest batch of each month of stored detections."""
    query = text(
        "select date_trunc('month', acq_at at time zone 'UTC')::date, count(*), max(batch_id)"
        " from detection where world_id = :world group by 1 order by 1"
    )
    return [(row[0], row[1], row[2]) for row in conn.execute(query, {"world": actor.world.id})]


def counted(conn: Connection, actor: Actor) -> dict[Any, tuple[int, int]]:
    """For each counted month how many rows and which newest batch it had then."""
    query = select(tallies.c.month, tallies.c.rows, tallies.c.newest_batch)
    rows = conn.execute(query.where(tallies.c.world_id == actor.world.id))
    return {row.month: (row.rows, row.newest_batch) for row in rows}


def keep_tally(
    conn: Connection,
    actor: Actor,
    month: Any,
    found: Tally,
    seen: tuple[int, int],
    now: datetime,
) -> None:
    """Put a month's counts in the place of the earlier ones; ``seen`` as :func:`counted`."""
    body = found.to_bytes()
    values = {
        "rows": seen[0],
        "newest_batch": seen[1],
        "size": len(body),
        "body": pa.compress(body, codec=CODEC, asbytes=True) if body else b"",
        "counted_at": now,
    }
    row = pg.insert(tallies).values(world_id=actor.world.id, month=month, **values)
    keys = [tallies.c.world_id, tallies.c.month]
    conn.execute(row.on_conflict_do_update(index_elements=keys, set_=values))


def forget_tallies(conn: Connection, actor: Actor, gone: Sequence[Any]) -> None:
    """Drop the counts of months of which nothing is stored any more."""
    mine = (tallies.c.world_id == actor.world.id) & tallies.c.month.in_(list(gone))
    conn.execute(tallies.delete().where(mine))


def kept_tallies(conn: Connection, actor: Actor) -> Iterable[Tally]:
    """The counts of all months."""
    query = select(tallies.c.size, tallies.c.body).where(tallies.c.world_id == actor.world.id)
    for row in conn.execute(query.order_by(tallies.c.month)):
        if row.size:
            yield Tally.from_bytes(pa.decompress(row.body, row.size, codec=CODEC, asbytes=True))


def lock(conn: Connection, actor: Actor) -> None:
    """Let nobody else learn or judge in this world until the transaction ends."""
    key = {"key": LEARNING_LOCK, "world": actor.world.id}
    conn.execute(text("select pg_advisory_xact_lock(:key, :world)"), key)
    mine = select(sources.c.id).where(sources.c.world_id == actor.world.id)
    conn.execute(mine.order_by(sources.c.id).with_for_update())


LEARNING_LOCK: Final = 0x53594C0A
"""Advisory lock key of who learns ("SYL", 10), beside the world's number."""

PIXEL: Final = np.dtype([("lon", "f8"), ("lat", "f8"), ("acq_at", "i8"), ("instrument", "i2")])
_PIXEL_OUT: Final[list[copying.Field]] = [
    ("lon", "f8"),
    ("lat", "f8"),
    ("acq_at", "i8"),
    ("instrument", "i2"),
]


def pixels(conn: Connection, actor: Actor, month: Any) -> npt.NDArray[np.void]:
    """Place, time and instrument (:data:`PIXEL`) of a month's detections."""
    query = (
        "select st_x(geom), st_y(geom), acq_at, instrument from detection"
        " where world_id = %(world)s and acq_at >= %(month)s::timestamp at time zone 'UTC'"
        " and acq_at < (%(month)s::timestamp + interval '1 month') at time zone 'UTC'"
    )
    raw = copying.copy_out(conn, query, _PIXEL_OUT, {"world": actor.world.id, "month": month})
    found = np.empty(len(raw), PIXEL)
    for name in ("lon", "lat", "instrument"):
        found[name] = raw[name]
    found["acq_at"] = copying.from_pg_time(raw["acq_at"])
    return found


def technogenic(
    conn: Connection, actor: Actor
) -> list[tuple[UUID, float, float, datetime, datetime]]:
    """Fires rejected as technogenic: id, longitude, latitude, when rejected, when last seen."""
    c = fires.c
    query = select(c.id, func.st_x(c.point), func.st_y(c.point), c.closed_at, c.last_seen).where(
        c.world_id == actor.world.id,
        c.status == "rejected",
        c.details["rejected"]["reject_reason"].astext == "technogenic",
    )
    rows = conn.execute(query.order_by(c.id))
    return [(row[0], row[1], row[2], row[3] or row[4], row[4]) for row in rows]


def said_mark(conn: Connection, actor: Actor) -> str:
    """A text that changes with rejections of fires and with detections marked false."""
    query = text(
        "select (select count(*) || '/' || coalesce(max(closed_at)::text, '') from fire"
        " where world_id = :world and status = 'rejected') || '/' ||"
        " (select count(*) || '/' || count(undone_at) || '/' || coalesce(max(seq), 0)"
        " from surgery where world_id = :world and kind = 'false')"
    )
    return str(conn.scalar(query, {"world": actor.world.id}))
