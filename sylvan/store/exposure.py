"""What each fire threatens: every answer with its moment, and as of now by thing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    and_,
    any_,
    delete,
    literal,
    select,
    true,
)

from sylvan.domain.actors import Actor
from sylvan.store import bulk
from sylvan.store.base import JSONB, METADATA, TEXTS, UUIDS, at, uuid_column, world_column
from sylvan.store.fires import fires
from sylvan.store.scope import scope

exposures = Table(
    "exposure",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    world_column(),
    uuid_column("fire_id", nullable=False),
    Column("fire_version", Integer, nullable=False),
    at("at"),
    at("recorded_at"),
    Column("territories", TEXTS, nullable=False),
    Column("score", REAL, nullable=False),
    Column("brief", JSONB, nullable=False),
    Column("body", JSONB, nullable=False),
    Index("ix_exposure_fire_id_at", "fire_id", "at", "id"),
)
"""All answers ever given, so that it can be told what was known at a moment."""

exposed = Table(
    "exposed",
    METADATA,
    uuid_column("fire_id", primary_key=True),
    Column("layer", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    world_column(),
    Column("kind", Text, nullable=False),
    Column("km", REAL, nullable=False),
    Column("bearing_deg", REAL),
    Column("downwind", Boolean),
    at("at"),
    at("forecast_at", nullable=True),
    at("p10_at", nullable=True),
    at("p50_at", nullable=True),
    at("p90_at", nullable=True),
    Column("probability", REAL),
    Column("territories", TEXTS, nullable=False),
    Index("ix_exposed_world_id_layer_code", "world_id", "layer", "code"),
)
"""Things near fires as the newest answers tell."""

ENDED: Final = ("merged", "rejected", "out", "transferred")
"""Statuses in which a fire threatens nothing that anybody here answers for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer about one fire, as stored."""

    fire_id: UUID
    fire_version: int
    at: datetime
    territories: tuple[str, ...]
    score: float
    brief: dict[str, Any]
    body: dict[str, Any]
    rows: Sequence[dict[str, Any]]
    """Of the table of things: without fire, world, territories and moment."""


def write(conn: Connection, actor: Actor, answers: Sequence[Answer], now: datetime) -> None:
    """Keep answers, and put their things in the place of those of the same fires."""
    forget(conn, [one.fire_id for one in answers])
    common = {"world_id": actor.world.id}
    bulk.insert(
        conn,
        exposures,
        [
            {
                "fire_id": one.fire_id,
                "fire_version": one.fire_version,
                "at": one.at,
                "recorded_at": now,
                "territories": list(one.territories),
                "score": one.score,
                "brief": one.brief,
                "body": one.body,
            }
            | common
            for one in answers
        ],
    )
    bulk.insert(
        conn,
        exposed,
        [
            {"fire_id": one.fire_id, "territories": list(one.territories), "at": one.at}
            | common
            | row
            for one in answers
            for row in one.rows
        ],
    )


def forget(conn: Connection, ids: Sequence[UUID]) -> None:
    """Fires that threaten nothing any more, or are about to be told anew."""
    if ids:
        conn.execute(delete(exposed).where(exposed.c.fire_id == any_(literal(list(ids), UUIDS))))


def overdue(
    conn: Connection, actor: Actor, since: datetime, settled: Collection[str]
) -> list[UUID]:
    """Fires seen since a moment of which the newest version has no answer, in order of id."""
    f, e = fires.c, exposures.c
    told = select(e.id).where(e.fire_id == f.id, e.fire_version == f.version)
    query = scope(select(f.id), actor, fires).where(
        f.merged_into.is_(None), f.last_seen >= since, f.status.not_in(settled), ~told.exists()
    )
    return list(conn.scalars(query.order_by(f.id)))


def reach_of(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, dict[tuple[str, str], Any]]:
    """When things are reached, as last told: by fire, then by layer and code."""
    query = select(exposed).where(
        exposed.c.fire_id == any_(literal(list(ids), UUIDS)), exposed.c.forecast_at.is_not(None)
    )
    found: dict[UUID, dict[tuple[str, str], Any]] = {}
    for row in conn.execute(query):
        found.setdefault(row.fire_id, {})[row.layer, row.code] = row
    return found


def of_fire(
    conn: Connection, actor: Actor, fire_id: UUID, moment: datetime | None = None
) -> dict[str, Any] | None:
    """The newest answer about a fire, or that as of a moment of the world's clock."""
    query = scope(select(exposures.c.body), actor, exposures).where(exposures.c.fire_id == fire_id)
    if moment is not None:
        query = query.where(exposures.c.at <= moment)
    newest = query.order_by(exposures.c.at.desc(), exposures.c.id.desc()).limit(1)
    body: dict[str, Any] | None = conn.scalar(newest)
    return body


def briefs(conn: Connection, actor: Actor, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The newest answer about each of some fires, in short."""
    e = exposures.c
    newest = (
        scope(select(e.brief), actor, exposures)
        .where(e.fire_id == fires.c.id)
        .order_by(e.at.desc(), e.id.desc())
        .limit(1)
        .lateral()
    )
    query = select(newest.c.brief).select_from(fires.join(newest, true()))
    query = query.where(fires.c.id == any_(literal(list(ids), UUIDS))).order_by(fires.c.id)
    return [row.brief for row in conn.execute(query)]


def threatening(
    conn: Connection,
    actor: Actor,
    *,
    layer: str | None,
    code: str | None,
    kind: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Things near fires, soonest reached and nearest first, with the fire that each is near to."""
    e = exposed.c
    query = (
        scope(select(exposed, fires.c.number, fires.c.status), actor, exposed)
        .join(fires, and_(fires.c.id == e.fire_id, fires.c.world_id == e.world_id))
        .where(fires.c.merged_into.is_(None), fires.c.status.not_in(ENDED))
    )
    for column, wanted in ((e.layer, layer), (e.code, code), (e.kind, kind)):
        if wanted is not None:
            query = query.where(column == wanted)
    soonest = e.p50_at.asc().nulls_last()
    query = query.order_by(soonest, e.km, e.fire_id, e.layer, e.code)
    return [dict(row._mapping) for row in conn.execute(query.limit(limit))]  # noqa: SLF001 - SQLAlchemy's name for it


def told_at(
    conn: Connection, asked: Collection[tuple[UUID, datetime]]
) -> dict[tuple[UUID, datetime], tuple[list[dict[str, Any]], float]]:
    """Things and score of the answers that were given at some moments, by fire and moment."""
    if not asked:
        return {}
    c = exposures.c
    fires_asked, moments = {one for one, _ in asked}, {one for _, one in asked}
    query = (
        select(c.fire_id, c.at, c.score, c.body["objects"].label("objects"))
        .where(c.fire_id.in_(fires_asked), c.at.in_(moments))
        .order_by(c.id)
    )
    return {(row.fire_id, row.at): (row.objects or [], row.score) for row in conn.execute(query)}
