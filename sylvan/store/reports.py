"""Reports by people, towers, aircraft, cameras, lightning sensors and partners."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import Point
from sqlalchemy import (
    REAL,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.instants import iso
from sylvan.store.base import JSONB, METADATA, TEXTS, WGS84, at, geometry, uuid_column, world_column
from sylvan.store.fires import bbox_clause
from sylvan.store.scope import scope

reports = Table(
    "report",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("source_kind", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("point", geometry("POINT"), nullable=False),
    Column("accuracy_m", REAL),
    Column("place", JSONB, nullable=False),
    at("observed_at"),
    at("received_at"),
    Column("text", Text, nullable=False),
    Column("has_photo", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    uuid_column("fire_id"),
    Column("reject_reason", Text),
    Column("address", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    uuid_column("person_id"),
    Column("evidence", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("answer_mark", Text),
    at("answer_due_at", nullable=True),
    at("answered_at", nullable=True),
    Column("answer_words", Text, nullable=False, server_default=text("''")),
    uuid_column("joined_to"),
    Column("also_seen", Integer, nullable=False, server_default=text("0")),
    Index("ix_report_answer_mark", "answer_mark", unique=True),
    Index("ix_report_joined_to", "joined_to"),
    Index("ix_report_world_id_received_at", "world_id", "received_at"),
    Index("ix_report_fire_id", "fire_id"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """A stored report; who made it stands elsewhere (``person_id``)."""

    id: UUID
    version: int
    source_kind: str
    seen: str
    point: tuple[float, float]
    accuracy_m: float | None
    place: dict[str, Any]
    observed_at: datetime
    received_at: datetime
    text: str
    has_photo: bool
    status: str
    address: dict[str, Any] = field(default_factory=dict)
    territories: tuple[str, ...] = ()
    fire_id: UUID | None = None
    reject_reason: str | None = None
    person_id: UUID | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    """What is known of its time and photo: whose clock, what the camera wrote."""
    answer_mark: str | None = None
    """Hash of the word in the link under which it is answered."""
    answer_due_at: datetime | None = None
    """World time; ``None``: whoever made it waits for no answer."""
    answered_at: datetime | None = None
    answer_words: str = ""
    joined_to: UUID | None = None
    """The report that told of the same before."""
    also_seen: int = 0
    """How many have joined this one."""

    def as_dict(self, world_name: str) -> dict[str, Any]:
        """The JSON form, without who made it."""
        return {
            "id": str(self.id),
            "world": world_name,
            "version": self.version,
            "source_kind": self.source_kind,
            "seen": self.seen,
            "point": list(self.point),
            "accuracy_m": self.accuracy_m,
            "place": self.place,
            "observed_at": iso(self.observed_at),
            "received_at": iso(self.received_at),
            "text": self.text,
            "has_photo": self.has_photo,
            "status": self.status,
            "fire_id": str(self.fire_id) if self.fire_id else None,
            "reject_reason": self.reject_reason,
            "address": self.address,
            "evidence": self.evidence,
            "answer_due_at": iso(self.answer_due_at),
            "answered_at": iso(self.answered_at),
            "answer_words": self.answer_words,
            "joined_to": str(self.joined_to) if self.joined_to else None,
            "also_seen": self.also_seen,
        }


def _report(row: Any) -> Report:
    point: Any = to_shape(row.point)
    values = {name: getattr(row, name) for name in Report.__dataclass_fields__ if name != "point"}
    values["territories"] = tuple(row.territories)
    return Report(point=(point.x, point.y), **values)


def save(conn: Connection, actor: Actor, report: Report) -> None:
    """Insert or replace a report in the actor's world."""
    values = {name: getattr(report, name) for name in Report.__dataclass_fields__}
    values |= {
        "world_id": actor.world.id,
        "point": from_shape(Point(report.point), srid=WGS84),
        "territories": list(report.territories),
    }
    statement = pg.insert(reports).values(values)
    changes = {name: statement.excluded[name] for name in values if name not in ("id", "world_id")}
    conn.execute(statement.on_conflict_do_update(index_elements=[reports.c.id], set_=changes))


def get(conn: Connection, actor: Actor, report_id: UUID, *, lock: bool = False) -> Report | None:
    """A report by its id."""
    query = scope(select(reports), actor, reports).where(reports.c.id == report_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _report(row) if row else None


def get_any(conn: Connection, actor: Actor, report_id: UUID) -> Report | None:
    """A report of the actor's world for the one who sent it, locked, wherever it lies."""
    query = select(reports).where(reports.c.world_id == actor.world.id, reports.c.id == report_id)
    row = conn.execute(query.with_for_update()).one_or_none()
    return _report(row) if row else None


def page(
    conn: Connection,
    actor: Actor,
    *,
    bbox: tuple[float, float, float, float] | None = None,
    statuses: list[str] | None = None,
    since: datetime | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 100,
) -> list[Report]:
    """Reports, newest first, from a cursor (received_at, id) on."""
    query = scope(select(reports), actor, reports)
    if statuses:
        query = query.where(reports.c.status.in_(statuses))
    if bbox:
        query = query.where(bbox_clause(reports.c.point, bbox))
    if since:
        query = query.where(reports.c.received_at >= since)
    if after:
        key = func.row(reports.c.received_at, reports.c.id)
        query = query.where(key < func.row(after[0], after[1]))
    query = query.order_by(reports.c.received_at.desc(), reports.c.id.desc()).limit(limit)
    return [_report(row) for row in conn.execute(query)]


def waiting_or_since(conn: Connection, actor: Actor, since: datetime) -> list[Report]:
    """Reports that wait for a disposition, and all newer than ``since``."""
    query = scope(select(reports), actor, reports).where(
        or_(reports.c.status.in_(["queued", "field_check"]), reports.c.received_at >= since)
    )
    return [_report(row) for row in conn.execute(query.order_by(reports.c.received_at))]


def of_fire(conn: Connection, actor: Actor, fire_ids: list[UUID]) -> list[Report]:
    """Reports that belong to a fire."""
    query = scope(select(reports), actor, reports).where(reports.c.fire_id.in_(fire_ids))
    return [_report(row) for row in conn.execute(query.order_by(reports.c.received_at))]


def by_mark(conn: Connection, world_id: int, mark: str) -> Report | None:
    """The report that is answered under a link, whoever asks."""
    query = select(reports).where(reports.c.world_id == world_id, reports.c.answer_mark == mark)
    row = conn.execute(query).one_or_none()
    return _report(row) if row else None


def joined(conn: Connection, actor: Actor, report_id: UUID) -> list[Report]:
    """Reports that told of the same and wait for what becomes of it."""
    query = select(reports).where(
        reports.c.world_id == actor.world.id,
        reports.c.joined_to == report_id,
        reports.c.status == "joined",
    )
    return [_report(row) for row in conn.execute(query.order_by(reports.c.id).with_for_update())]


def around(
    conn: Connection, actor: Actor, box: tuple[float, float, float, float], since: datetime
) -> list[Report]:
    """People's reports in a box since a moment, the newest first."""
    query = select(reports).where(
        reports.c.world_id == actor.world.id,
        reports.c.source_kind.in_(["person", "call"]),
        reports.c.received_at >= since,
        bbox_clause(reports.c.point, box),
    )
    return [_report(row) for row in conn.execute(query.order_by(reports.c.received_at.desc()))]


def unanswered(conn: Connection, actor: Actor, before: datetime) -> list[Report]:
    """Reports whose answer is due before a moment (world time), the earliest first."""
    query = select(reports).where(
        reports.c.world_id == actor.world.id,
        reports.c.answered_at.is_(None),
        reports.c.answer_due_at < before,
        reports.c.status.in_(["queued", "field_check"]),
    )
    return [_report(row) for row in conn.execute(query.order_by(reports.c.answer_due_at))]
