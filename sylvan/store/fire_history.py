"""All versions of fires: what was known of them at any moment of their world's clock."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    and_,
    case,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import distinct_on

from sylvan.domain.actors import Actor
from sylvan.domain.fires import Fire
from sylvan.store import bulk
from sylvan.store.base import JSONB, METADATA, TEXTS, at, geometry, uuid_column, world_column
from sylvan.store.fires import ewkb, fires
from sylvan.store.scope import scope

versions = Table(
    "fire_version",
    METADATA,
    uuid_column("fire_id", primary_key=True),
    Column("version", Integer, primary_key=True),
    world_column(),
    at("at"),
    at("recorded_at"),
    Column("actor", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("summary", JSONB, nullable=False),
    Column("edge", geometry("MULTIPOLYGON", index=False)),
    Index("ix_fire_version_world_id_at", "world_id", "at"),
)

Summaries = list[tuple[Fire, dict[str, Any]]]
_KEEP: Final = """
    with r as materialized (
        select * from json_to_recordset(cast(:body as json)) as r(id uuid, version integer,
        kind text, territories text[], lon float8, lat float8, summary jsonb, edge geometry)
    ), kept as (
        insert into fire_version
        (fire_id, version, world_id, at, recorded_at, actor, territories, summary, edge)
        select id, version, :world, :at, :now, :actor, territories, summary, edge from r
        on conflict do nothing
    )"""
_KEEP_ONLY: Final = text(_KEEP + " select 1")
_TELL: Final = """
    insert into outbox (world_id, kind, subject, at, actor, territories, lon, lat, body)
    select :world, kind, id::text, :at, :actor, territories, lon, lat, summary from r"""
_KEEP_AND_TELL: Final = text(_KEEP + _TELL)


def keep(
    conn: Connection, actor: Actor, states: Summaries, now: datetime, *, tell: bool = True
) -> None:
    """Write versions of fires (with their summaries) for reads as of a past moment.

    ``tell`` makes each an event as well: the summary, which both hold, is read by the server once.
    """
    rows = [
        {
            "id": fire.id,
            "version": fire.version,
            "kind": "fire.merged" if fire.merged_into else "fire.changed",
            "territories": list(fire.territories),
            "lon": fire.measured.point[0],
            "lat": fire.measured.point[1],
            "summary": summary,
            "edge": edge,
        }
        for (fire, summary), edge in zip(
            states, ewkb(fire.measured.edge for fire, _ in states), strict=True
        )
    ]
    given = {"world": actor.world.id, "at": actor.world.now(now), "now": now}
    for start in range(0, len(rows), bulk.AT_ONCE):
        body = orjson.dumps(rows[start : start + bulk.AT_ONCE]).decode()
        statement = _KEEP_AND_TELL if tell else _KEEP_ONLY
        conn.execute(statement, given | {"actor": actor.subject, "body": body})


def standing(
    conn: Connection, actor: Actor, fire_id: UUID, moment: datetime
) -> tuple[dict[str, Any], BaseGeometry | None] | None:
    """Summary and edge of a fire's newest version at ``moment``; None before its first one."""
    v = versions.c
    query = select(versions).where(v.fire_id == fire_id, v.at <= moment)
    newest = scope(query, actor, versions).order_by(v.version.desc()).limit(1)
    row = conn.execute(newest).one_or_none()
    if row is None:
        return None
    return row.summary, None if row.edge is None else to_shape(row.edge)


def as_of(conn: Connection, actor: Actor, moment: datetime) -> list[dict[str, Any]]:
    """Summaries of all fires as they stood at a moment of the world's clock."""
    v = versions.c
    newest = (
        select(v.fire_id, func.max(v.version).label("version"))
        .where(v.world_id == actor.world.id, v.at <= moment)
        .group_by(v.fire_id)
        .subquery()
    )
    same = and_(newest.c.fire_id == v.fire_id, newest.c.version == v.version)
    query = select(v.summary).join(newest, same).where(v.summary["merged_into"].astext.is_(None))
    return [row.summary for row in conn.execute(scope(query, actor, versions))]


def hindsight(
    conn: Connection, actor: Actor, moment: datetime, fire_id: UUID | None = None
) -> list[tuple[dict[str, Any], BaseGeometry | None]]:
    """What is known now of fires that burnt at ``moment``: summary and edge, with today's number.

    Of each fire the newest version whose data end by then, or else its first one. Those that are
    rejected or merged by now are left out, as are those that had ended, by their closing.
    """
    v, f = versions.c, fires.c
    seen = v.summary["last_seen"].astext.cast(DateTime(timezone=True))
    by_then = seen <= moment
    query = (
        select(v.fire_id, v.summary, v.edge, f.number)
        .ext(distinct_on(v.fire_id))
        .join(fires, f.id == v.fire_id)
        .where(
            f.world_id == actor.world.id,
            f.first_seen <= moment,
            f.merged_into.is_(None),
            f.status != "rejected",
            or_(f.closed_at.is_(None), f.closed_at > moment),
        )
        .order_by(
            v.fire_id,
            by_then.desc(),
            case((by_then, v.version)).desc().nulls_last(),
            v.version,
        )
    )
    if fire_id is not None:
        query = query.where(v.fire_id == fire_id)
    return [
        (row.summary | {"number": row.number}, None if row.edge is None else to_shape(row.edge))
        for row in conn.execute(scope(query, actor, versions))
    ]


def last_growth(conn: Connection, actor: Actor, fire_id: UUID, after: int) -> dict[str, Any] | None:
    """What the newest version of a fire has other than its version ``after``, by whom and when."""
    rows = history(conn, actor, fire_id)
    if not rows:
        return None
    seen: dict[str, Any] = next((row["summary"] for row in rows if row["version"] == after), {})
    last = rows[-1]
    changes = {name: value for name, value in last["summary"].items() if value != seen.get(name)}
    changes.pop("version", None)
    return {
        "actor": last["actor"],
        "action": "fire.measured",
        "at": last["at"],
        "changes": changes,
    }


def history(conn: Connection, actor: Actor, fire_id: UUID) -> list[dict[str, Any]]:
    """All versions of a fire, oldest first."""
    query = scope(select(versions), actor, versions).where(versions.c.fire_id == fire_id)
    return [
        {"version": row.version, "at": row.at, "actor": row.actor, "summary": row.summary}
        for row in conn.execute(query.order_by(versions.c.version))
    ]
