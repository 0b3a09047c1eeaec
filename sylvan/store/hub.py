"""What a national hub holds: regions' events by their own numbers, and how far each was read.

Rows are written by the hub alone. The key (source, epoch, seq) makes a page that is taken in twice
the same as once; the cursor moves in the transaction that stores what it stands for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Table,
    Text,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.hub import Hole, RegionEvent, Stand, newest_of_fires
from sylvan.domain.lifecycle import CLOSED
from sylvan.store import bulk
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column

hub_source = Table(
    "hub_source",
    METADATA,
    Column("code", Text, primary_key=True),
    uuid_column("epoch"),
    Column("seq", BigInteger, nullable=False, server_default=text("0")),
    Column("began_after", BigInteger, nullable=False, server_default=text("0")),
    Column("state", Text, nullable=False, server_default=text("'new'")),
    Column("error", JSONB),
    Column("holes", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    at("asked_at", nullable=True),
    at("heard_at", nullable=True),
)
"""``seq`` is the last number looked through; before ``began_after`` the region told nothing more
when it was asked for the first time."""

hub_event = Table(
    "hub_event",
    METADATA,
    Column("source", Text, ForeignKey("hub_source.code"), primary_key=True),
    uuid_column("epoch", primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    at("at"),
    at("received_at"),
    Column("actor", Text),
    Column("marks", TEXTS, nullable=False),
    Column("lon", Double),
    Column("lat", Double),
    Column("body", JSONB, nullable=False),
    Index("ix_hub_event_source_subject_seq", "source", "subject", "seq"),
)

hub_fire = Table(
    "hub_fire",
    METADATA,
    Column("source", Text, ForeignKey("hub_source.code"), primary_key=True),
    Column("fire", Text, primary_key=True),
    uuid_column("epoch", nullable=False),
    Column("seq", BigInteger, nullable=False),
    at("at"),
    Column("status", Text, nullable=False),
    Column("lon", Double),
    Column("lat", Double),
    Column("body", JSONB, nullable=False),
    Index("ix_hub_fire_source_status", "source", "status"),
)
"""The last word of each region about each of its fires."""

OK, AWAY, REFUSED = "ok", "away", "refused"
"""States of a source: read, not to be reached, or answering with a no."""
_OPEN: Final = hub_fire.c.status.not_in(sorted(CLOSED))


@dataclass(frozen=True, slots=True)
class Source:
    """How a region stands."""

    code: str
    epoch: UUID | None
    seq: int
    began_after: int
    state: str
    error: dict[str, Any] | None
    holes: list[dict[str, Any]]
    asked_at: datetime | None
    heard_at: datetime | None
    events: int = 0


def locked(conn: Connection, code: str) -> Stand | None:
    """A region's cursor, held until the transaction ends; nothing before it was first asked."""
    conn.execute(pg.insert(hub_source).values(code=code).on_conflict_do_nothing())
    c = hub_source.c
    query = select(c.epoch, c.seq).where(c.code == code).with_for_update()
    row = conn.execute(query).one()
    return None if row.epoch is None else Stand(row.epoch, row.seq)


def stand(conn: Connection, code: str) -> Stand | None:
    """The same without holding it."""
    c = hub_source.c
    row = conn.execute(select(c.epoch, c.seq).where(c.code == code)).one_or_none()
    return None if row is None or row.epoch is None else Stand(row.epoch, row.seq)


def begin(conn: Connection, code: str, at_first: Stand) -> None:
    """Where a region's log is read from."""
    values = {"epoch": at_first.epoch, "seq": at_first.seq, "began_after": at_first.seq}
    conn.execute(update(hub_source).where(hub_source.c.code == code).values(values))


def move(conn: Connection, code: str, to: Stand, now: datetime, hole: Hole | None = None) -> None:
    """Set a region's cursor; what can never be had is written down beside it."""
    values: dict[str, Any] = {"epoch": to.epoch, "seq": to.seq, "state": OK, "error": None}
    values |= {"asked_at": now, "heard_at": now}
    if hole is not None:
        values["holes"] = hub_source.c.holes.op("||")(literal([hole.as_dict()], JSONB))
    conn.execute(update(hub_source).where(hub_source.c.code == code).values(values))


def failed(conn: Connection, code: str, state: str, error: dict[str, Any], now: datetime) -> None:
    """A region could not be read."""
    conn.execute(pg.insert(hub_source).values(code=code).on_conflict_do_nothing())
    values = {"state": state, "error": error, "asked_at": now}
    conn.execute(update(hub_source).where(hub_source.c.code == code).values(values))


def add(
    conn: Connection, code: str, epoch: UUID, events: Sequence[RegionEvent], now: datetime
) -> None:
    """Store events, each once, and what they say last of each fire."""
    if not events:
        return
    rows = [_row(event) | {"source": code, "epoch": epoch, "received_at": now} for event in events]
    for start in range(0, len(rows), bulk.AT_ONCE):
        part = rows[start : start + bulk.AT_ONCE]
        conn.execute(pg.insert(hub_event).on_conflict_do_nothing(), part)
    _remember(conn, code, epoch, newest_of_fires(events))


def _row(event: RegionEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "kind": event.kind,
        "subject": event.subject,
        "at": event.at,
        "actor": event.actor,
        "marks": list(event.territories),
        "lon": event.point[0] if event.point else None,
        "lat": event.point[1] if event.point else None,
        "body": dict(event.body),
    }


def _remember(conn: Connection, code: str, epoch: UUID, fires: Sequence[RegionEvent]) -> None:
    if not fires:
        return
    statement = pg.insert(hub_fire)
    told = statement.excluded
    newer = (hub_fire.c.epoch != told.epoch) | (hub_fire.c.seq < told.seq)
    names = ("epoch", "seq", "at", "status", "lon", "lat", "body")
    statement = statement.on_conflict_do_update(
        index_elements=["source", "fire"], set_={name: told[name] for name in names}, where=newer
    )
    conn.execute(statement, [_fire(event) | {"source": code, "epoch": epoch} for event in fires])


def _fire(event: RegionEvent) -> dict[str, Any]:
    kept = ("seq", "at", "lon", "lat", "body")
    status = "merged" if event.kind == "fire.merged" else str(event.body.get("status", "unknown"))
    row = _row(event)
    return {"fire": event.subject, "status": status} | {name: row[name] for name in kept}


def sources(conn: Connection) -> list[Source]:
    """All regions by code, with how many of their events are held."""
    held = select(func.count()).where(hub_event.c.source == hub_source.c.code).scalar_subquery()
    query = select(hub_source, held.label("events")).order_by(hub_source.c.code)
    return [Source(**row) for row in conn.execute(query).mappings()]


def counts(conn: Connection) -> dict[str, dict[str, int]]:
    """How many fires of each status a region tells of, ended ones left out."""
    c = hub_fire.c
    query = select(c.source, c.status, func.count()).where(_OPEN).group_by(c.source, c.status)
    found: dict[str, dict[str, int]] = {}
    for source, status, number in conn.execute(query.order_by(c.source, c.status)):
        found.setdefault(source, {})[status] = number
    return found


def fires(conn: Connection, source: str | None, limit: int) -> list[dict[str, Any]]:
    """Fires that are not over, newest word first."""
    query = select(hub_fire).where(_OPEN).order_by(hub_fire.c.at.desc(), hub_fire.c.fire)
    if source is not None:
        query = query.where(hub_fire.c.source == source)
    return [dict(row) for row in conn.execute(query.limit(limit)).mappings()]
