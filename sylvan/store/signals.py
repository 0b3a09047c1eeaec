"""What partners and devices tell, by their own keys, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import Point
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.store.base import JSONB, METADATA, TEXTS, WGS84, at, geometry, uuid_column, world_column
from sylvan.store.fires import fires
from sylvan.store.reports import reports
from sylvan.store.scope import scope

signals = Table(
    "signal",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("holder", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("became", Text, nullable=False),
    uuid_column("report_id"),
    uuid_column("fire_id"),
    Column("notes", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("point", geometry("POINT"), nullable=False),
    at("observed_at"),
    at("received_at"),
    UniqueConstraint("world_id", "holder", "external_id"),
    Index("ix_signal_report_id", "report_id"),
)

TAKEN: Final = "taken"
"""Written down, and not yet carried on: what a process left that died in between."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that was told. ``body`` is how it was understood, without the photo."""

    id: UUID
    holder: str
    external_id: str
    kind: str
    request: str
    body: dict[str, Any]
    became: str
    notes: list[dict[str, Any]]
    territories: tuple[str, ...]
    point: tuple[float, float]
    observed_at: datetime
    received_at: datetime
    report_id: UUID | None = None
    fire_id: UUID | None = None


def add(conn: Connection, actor: Actor, one: Signal) -> bool:
    """Write a signal down; whether nobody was faster with the same key."""
    row = pg.insert(signals).values(
        id=one.id,
        world_id=actor.world.id,
        holder=one.holder,
        external_id=one.external_id,
        kind=one.kind,
        request=one.request,
        body=one.body,
        became=one.became,
        report_id=one.report_id,
        fire_id=one.fire_id,
        notes=one.notes,
        territories=list(one.territories),
        point=from_shape(Point(one.point), srid=WGS84),
        observed_at=one.observed_at,
        received_at=one.received_at,
    )
    return conn.execute(row.on_conflict_do_nothing()).rowcount == 1


def settle(
    conn: Connection, signal_id: UUID, became: str, report: UUID | None, fire: UUID | None
) -> None:
    """What became of a signal."""
    values = {"became": became, "report_id": report, "fire_id": fire}
    conn.execute(update(signals).where(signals.c.id == signal_id).values(values))


def of_holder(conn: Connection, actor: Actor, holder: str, external_id: str) -> Signal | None:
    """What somebody told under a key."""
    s = signals.c
    query = select(signals).where(
        s.world_id == actor.world.id, s.holder == holder, s.external_id == external_id
    )
    row = conn.execute(query).one_or_none()
    return _signal(row) if row else None


def page(
    conn: Connection,
    actor: Actor,
    *,
    holder: str | None,
    report: UUID | None,
    before: datetime | None,
    limit: int,
) -> list[Signal]:
    """Signals newest first: a partner's own, or those in the actor's reach."""
    s = signals.c
    query = select(signals)
    if holder is not None:
        query = query.where(s.world_id == actor.world.id, s.holder == holder)
    else:
        query = scope(query, actor, signals)
    if report is not None:
        query = query.where(s.report_id == report)
    if before is not None:
        query = query.where(s.received_at < before)
    rows = conn.execute(query.order_by(s.received_at.desc(), s.id.desc()).limit(limit))
    return [_signal(row) for row in rows]


def alike(conn: Connection, actor: Actor, one: Signal, km: float, span: timedelta) -> Signal | None:
    """An earlier signal of the same holder, kind and place that led to a report."""
    s = signals.c
    near = func.st_dwithin(func.geography(s.point), func.geography(_point(one.point)), km * 1000.0)
    query = (
        select(signals)
        .where(s.world_id == actor.world.id, s.holder == one.holder, s.id != one.id)
        .where(s.report_id.is_not(None), s.kind == one.kind)
        .where(s.body["source_kind"].astext == one.body["source_kind"])
        .where(s.body["seen"].astext == one.body["seen"])
        .where(s.observed_at.between(one.observed_at - span, one.observed_at + span), near)
        .order_by(s.observed_at.desc())
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    return _signal(row) if row else None


def bearings(
    conn: Connection, actor: Actor, since: datetime, until: datetime, limit: int
) -> list[dict[str, Any]]:
    """Directions without a distance that were told in a span, newest first."""
    s = signals.c
    query = (
        select(s.body)
        .where(s.world_id == actor.world.id, s.observed_at.between(since, until))
        .where(s.body["lone_bearing"].is_not(None))
        .order_by(s.observed_at.desc())
        .limit(limit)
    )
    return [row.body["lone_bearing"] for row in conn.execute(query) if row.body["lone_bearing"]]


def standing(conn: Connection, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What became of reports: status, reason, and the fire that they belong to."""
    query = (
        select(
            reports.c.id,
            reports.c.status,
            reports.c.reject_reason,
            reports.c.fire_id,
            fires.c.number,
            fires.c.status.label("fire_status"),
        )
        .outerjoin(fires, fires.c.id == reports.c.fire_id)
        .where(reports.c.world_id == actor.world.id, reports.c.id.in_(list(ids)))
    )
    return {row["id"]: dict(row) for row in conn.execute(query).mappings()}


def _point(place: tuple[float, float]) -> Any:
    return func.st_setsrid(func.st_makepoint(*place), WGS84)


def _signal(row: Any) -> Signal:
    place: Any = to_shape(row.point)
    return Signal(
        row.id,
        row.holder,
        row.external_id,
        row.kind,
        row.request,
        row.body,
        row.became,
        row.notes,
        tuple(row.territories),
        (place.x, place.y),
        row.observed_at,
        row.received_at,
        row.report_id,
        row.fire_id,
    )
