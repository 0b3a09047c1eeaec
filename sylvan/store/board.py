"""The board: who has seen it up to when, what stood there then, and how years compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Select,
    Table,
    Text,
    and_,
    any_,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql import JSONPATH

from sylvan.domain.actors import Actor
from sylvan.domain.board_look import Look
from sylvan.domain.lifecycle import CLOSED
from sylvan.store.base import METADATA, UUIDS, at, world_column
from sylvan.store.exposure import exposures
from sylvan.store.fire_history import versions
from sylvan.store.fires import fires
from sylvan.store.regimes import regimes
from sylvan.store.scope import scope

board_looks = Table(
    "board_look",
    METADATA,
    world_column(primary_key=True, autoincrement=False),
    Column("subject", Text, primary_key=True),
    at("said_at", nullable=True),
    at("said_on", nullable=True),
    at("left_at", nullable=True),
    at("left_on", nullable=True),
)
_MOMENTS = ("said_at", "said_on", "left_at", "left_on")
_SETTLEMENTS = func.jsonb_path_query_array(
    exposures.c.body, cast('$.objects[*] ? (@.kind == "settlement")', JSONPATH)
)


def look(conn: Connection, actor: Actor, *, lock: bool = False) -> Look:
    """What the actor has seen of his world; an empty look where he never looked."""
    c = board_looks.c
    query = select(*(c[name] for name in _MOMENTS))
    query = query.where(c.world_id == actor.world.id, c.subject == actor.subject)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return Look(*row) if row else Look()


def keep_look(conn: Connection, actor: Actor, one: Look) -> None:
    """Put a look in the place of the one before."""
    told = {name: getattr(one, name) for name in _MOMENTS}
    row = pg.insert(board_looks).values(world_id=actor.world.id, subject=actor.subject, **told)
    conn.execute(row.on_conflict_do_update(index_elements=["world_id", "subject"], set_=told))


def stood(
    conn: Connection, actor: Actor, ids: Sequence[UUID], moment: datetime
) -> dict[UUID, dict[str, Any]]:
    """Summaries of some fires as they stood at a moment of the world's clock."""
    v = versions.c
    newest = (
        scope(select(v.summary), actor, versions)
        .where(v.fire_id == fires.c.id, v.at <= moment)
        .order_by(v.version.desc())
        .limit(1)
        .lateral()
    )
    query = select(fires.c.id, newest.c.summary).select_from(fires.join(newest, true()))
    query = query.where(fires.c.id == any_(literal(list(ids), UUIDS)))
    return {row.id: row.summary for row in conn.execute(query)}


def ended_since(conn: Connection, actor: Actor, moment: datetime) -> list[UUID]:
    """Numbered fires that are over or merged into others, and were changed since a moment."""
    f, v = fires.c, versions.c
    later = select(v.fire_id).where(v.world_id == actor.world.id, v.at > moment)
    query = scope(select(f.id), actor, fires).where(f.number.is_not(None), f.id.in_(later))
    return list(conn.scalars(query.where(f.status.in_(sorted(CLOSED)))))


def settlements_at(
    conn: Connection, actor: Actor, ids: Sequence[UUID], moment: datetime | None
) -> dict[UUID, list[dict[str, Any]]]:
    """Settlements near some fires by the newest answers, or those of a moment, by fire."""
    e = exposures.c
    told = scope(select(e.at, _SETTLEMENTS.label("near")), actor, exposures)
    told = told.where(e.fire_id == fires.c.id)
    if moment is not None:
        told = told.where(e.at <= moment)
    newest = told.order_by(e.at.desc(), e.id.desc()).limit(1).lateral()
    query = select(fires.c.id, newest.c.at, newest.c.near).select_from(fires.join(newest, true()))
    query = query.where(fires.c.id == any_(literal(list(ids), UUIDS)))
    return {row.id: [one | {"at": row.at} for one in row.near or ()] for row in conn.execute(query)}


def regimes_since(conn: Connection, actor: Actor, on: datetime) -> list[Mapping[str, Any]]:
    """Regimes that were introduced or given another end since a real moment."""
    c = regimes.c
    query = select(c.municipality, c.kind, c.act, c.since, c.until, c.version, c.changed_at)
    query = query.where(c.world_id == actor.world.id, c.changed_at > on)
    return [dict(row) for row in conn.execute(query.order_by(c.changed_at.desc())).mappings()]


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """Fires of one year up to a day, as one world holds them."""

    year: int
    seen: int
    """Fires first seen then, rejected and merged ones left out."""
    area_ha: float
    registered: int


def seasons(conn: Connection, actor: Actor, until: date, zone: str) -> list[SeasonRow]:
    """Years of the actor's world, each from 1 January to the same day; in his own territories."""
    f = fires.c
    local = func.timezone(zone, f.first_seen)
    year = func.extract("year", local)
    same_days = func.to_char(local, "MM-DD") <= f"{until:%m-%d}"
    query: Select[Any] = select(
        year.label("year"),
        func.count().label("seen"),
        func.coalesce(func.sum(f.area_ha), 0.0).label("area_ha"),
        func.count(f.registered_at).label("registered"),
    ).where(and_(same_days, f.merged_into.is_(None), f.status.not_in(["rejected", "merged"])))
    query = scope(query, actor, fires)
    if not actor.everywhere:
        query = query.where(f.territories.overlap(list(actor.territories)))
    rows = conn.execute(query.group_by(year).order_by(year))
    return [
        SeasonRow(int(row.year), int(row.seen), float(row.area_ha), int(row.registered))
        for row in rows
    ]
