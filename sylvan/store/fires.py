"""Fires: the current state of each, all its earlier versions, and who became whom."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from geoalchemy2.shape import to_shape
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    REAL,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    any_,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.fires import Fire, Measured
from sylvan.store import bulk
from sylvan.store.base import (
    JSONB,
    METADATA,
    TEXTS,
    UUIDS,
    WGS84,
    at,
    geometry,
    uuid_column,
    world_column,
)
from sylvan.store.fire_stamps import WRITTEN, Stamp
from sylvan.store.scope import scope

fires = Table(
    "fire",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("previous_status", Text),
    Column("number", Text),
    Column("year", Integer),
    Column("serial", Integer),
    uuid_column("merged_into"),
    Column("merged_ids", UUIDS, nullable=False, server_default=text("'{}'")),
    Column("proposals", UUIDS, nullable=False, server_default=text("'{}'")),
    Column("source_kinds", TEXTS, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("first_seen"),
    at("last_seen"),
    at("received_at"),
    at("shown_at", nullable=True),
    at("registered_at", nullable=True),
    at("closed_at", nullable=True),
    Column("point", geometry("POINT"), nullable=False),
    Column("edge", geometry("MULTIPOLYGON")),
    Column("bbox", pg.ARRAY(pg.DOUBLE_PRECISION), nullable=False),
    Column("area_ha", REAL, nullable=False),
    Column("area_lo_ha", REAL, nullable=False),
    Column("area_hi_ha", REAL, nullable=False),
    Column("growth_ha_h", REAL),
    Column("frp_mw", REAL, nullable=False),
    Column("n_detections", Integer, nullable=False),
    Column("n_passes", Integer, nullable=False),
    Column("sensors", TEXTS, nullable=False),
    Column("likelihood", REAL, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("changed", JSONB, nullable=False),
    Column("frp_series", JSONB, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("front", geometry("MULTILINESTRING", index=False)),
    Column("edge_source", Text),
    at("edge_at", nullable=True),
    Column("address", JSONB, nullable=False),
    Column("details", JSONB, nullable=False),
    UniqueConstraint("world_id", "year", "serial"),
    Index("ix_fire_world_id_last_seen", "world_id", "last_seen"),
    Index("ix_fire_merged_into", "merged_into", postgresql_where=text("merged_into is not null")),
)


def ewkb(shapes: Iterable[BaseGeometry | None]) -> list[str | None]:
    """Geometries for :mod:`sylvan.store.bulk`: extended WKB in hexadecimal digits."""
    placed = shapely.set_srid(np.array([shape or None for shape in shapes], object), WGS84)
    told: list[str | None] = shapely.to_wkb(
        placed, hex=True, include_srid=True, output_dimension=2
    ).tolist()
    return told


def _values(actor: Actor, states: list[Fire]) -> list[dict[str, Any]]:
    seen = [fire.measured for fire in states]
    shapes = zip(
        ewkb(Point(m.point) for m in seen),
        ewkb(m.edge for m in seen),
        ewkb(m.front for m in seen),
        strict=True,
    )
    return [
        _row(fire) | {"world_id": actor.world.id, "point": point, "edge": edge, "front": front}
        for fire, (point, edge, front) in zip(states, shapes, strict=True)
    ]


def _row(fire: Fire) -> dict[str, Any]:
    m = fire.measured
    return {
        "id": fire.id,
        "version": fire.version,
        "status": fire.status,
        "previous_status": fire.previous_status,
        "number": fire.number,
        "merged_into": fire.merged_into,
        "merged_ids": list(fire.merged_ids),
        "proposals": list(fire.proposals),
        "source_kinds": list(fire.source_kinds),
        "territories": list(fire.territories),
        "first_seen": m.first_seen,
        "last_seen": m.last_seen,
        "received_at": fire.received_at,
        "shown_at": fire.shown_at,
        "registered_at": fire.registered_at,
        "closed_at": fire.closed_at,
        "bbox": list(m.bbox),
        "area_ha": m.area_ha,
        "area_lo_ha": m.area_lo_ha,
        "area_hi_ha": m.area_hi_ha,
        "growth_ha_h": m.growth_ha_h,
        "frp_mw": m.frp_mw,
        "n_detections": m.n_detections,
        "n_passes": m.n_passes,
        "sensors": list(m.sensors),
        "likelihood": m.likelihood,
        "reasons": [reason.as_dict() for reason in m.reasons],
        "changed": [reason.as_dict() for reason in fire.changed],
        "frp_series": [list(pair) for pair in m.frp_series],
        "parts": m.parts,
        "edge_source": m.edge_source,
        "edge_at": m.edge_at,
        "address": dict(fire.address),
        "details": dict(fire.details),
    }


def _coded(items: Iterable[Mapping[str, Any]]) -> tuple[Coded, ...]:
    return tuple(Coded.from_dict(item) for item in items)


def _measured(row: Row[Any]) -> Measured:
    point: Any = to_shape(row.point)
    edge: Any = to_shape(row.edge) if row.edge is not None else None
    front: Any = to_shape(row.front) if row.front is not None else None
    return Measured(
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        point=(point.x, point.y),
        bbox=tuple(row.bbox),
        edge=edge,
        area_ha=row.area_ha,
        area_lo_ha=row.area_lo_ha,
        area_hi_ha=row.area_hi_ha,
        growth_ha_h=row.growth_ha_h,
        frp_mw=row.frp_mw,
        n_detections=row.n_detections,
        n_passes=row.n_passes,
        sensors=tuple(row.sensors),
        likelihood=row.likelihood,
        reasons=_coded(row.reasons),
        frp_series=tuple((pair[0], pair[1]) for pair in row.frp_series),
        parts=row.parts,
        front=front,
        edge_source=row.edge_source,
        edge_at=row.edge_at,
    )


def _fire(row: Row[Any]) -> Fire:
    return Fire(
        id=row.id,
        version=row.version,
        status=row.status,
        previous_status=row.previous_status,
        number=row.number,
        received_at=row.received_at,
        shown_at=row.shown_at,
        registered_at=row.registered_at,
        closed_at=row.closed_at,
        merged_into=row.merged_into,
        merged_ids=tuple(row.merged_ids),
        proposals=tuple(row.proposals),
        source_kinds=tuple(row.source_kinds),
        territories=tuple(row.territories),
        measured=_measured(row),
        address=row.address,
        changed=_coded(row.changed),
        details=row.details,
    )


def save(conn: Connection, actor: Actor, states: list[Fire]) -> dict[UUID, Stamp]:
    """Insert or replace the current state of fires in the actor's world; each one's stamp."""
    if not states:
        return {}
    rows = _values(actor, states)
    kept = {"id", "world_id", "number"}
    changes = ", ".join(f"{name} = excluded.{name}" for name in rows[0] if name not in kept)
    written = bulk.insert(
        conn,
        fires,
        rows,
        f"on conflict (id) do update set {changes} returning id, version, {WRITTEN} as written",
    )
    return {row.id: Stamp(row.version, row.written) for row in written}


def next_serial(conn: Connection, actor: Actor, year: int) -> int:
    """The next serial of a year; the caller holds the world's lock."""
    query = select(func.coalesce(func.max(fires.c.serial), 0) + 1)
    return int(
        conn.scalar(query.where(fires.c.world_id == actor.world.id, fires.c.year == year)) or 1
    )


def give_number(conn: Connection, fire: Fire, year: int, serial: int, number: str) -> Fire:
    """Write the number under which a fire is registered."""
    conn.execute(
        update(fires).where(fires.c.id == fire.id).values(number=number, year=year, serial=serial)
    )
    return replace(fire, number=number)


def get(conn: Connection, actor: Actor, fire_id: UUID, *, lock: bool = False) -> Fire | None:
    """A fire by its id; ``lock`` keeps others from changing it until the transaction ends."""
    query = scope(select(fires).where(fires.c.id == fire_id), actor, fires)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _fire(row) if row else None


def numbered(conn: Connection, actor: Actor, year: int, serial: int) -> UUID | None:
    """The id of the fire that was registered under a number."""
    mine = fires.c.year == year, fires.c.serial == serial
    found: UUID | None = conn.scalar(scope(select(fires.c.id).where(*mine), actor, fires))
    return found


def resolve(conn: Connection, actor: Actor, fire_id: UUID) -> UUID:
    """The id of the fire into which this one was merged, through any number of merges."""
    current = fire_id
    while True:
        query = select(fires.c.merged_into).where(
            fires.c.id == current, fires.c.world_id == actor.world.id
        )
        merged_into = conn.scalar(query)
        if merged_into is None:
            return current
        current = merged_into


def _among(ids: Iterable[UUID]) -> ColumnElement[bool]:
    """The fires of these ids: one array, however many they are."""
    return fires.c.id == any_(literal(list(ids), UUIDS))


def many(
    conn: Connection, actor: Actor, ids: Iterable[UUID], *, lock: bool = False
) -> dict[UUID, Fire]:
    """Fires by their ids (no aliases); ``lock`` takes them in order of id, as decisions do."""
    query = scope(select(fires).where(_among(ids)), actor, fires).order_by(fires.c.id)
    rows = conn.execute(query.with_for_update() if lock else query)
    return {row.id: _fire(row) for row in rows}


def aliases(conn: Connection, actor: Actor, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Each id that was merged away → the id that it became at once (follow repeatedly)."""
    query = select(fires.c.id, fires.c.merged_into).where(
        fires.c.world_id == actor.world.id, fires.c.merged_into.is_not(None)
    )
    return {row.id: row.merged_into for row in conn.execute(query.where(_among(ids)))}


def merged_ids(conn: Connection, actor: Actor, ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """The fires that each of these has taken in."""
    query = select(fires.c.id, fires.c.merged_ids).where(fires.c.world_id == actor.world.id)
    return {row.id: tuple(row.merged_ids) for row in conn.execute(query.where(_among(ids)))}


def sizes(conn: Connection, actor: Actor, after: UUID, limit: int) -> list[tuple[UUID, int]]:
    """Fires that have detections and the number of these, in order of id, behind a cursor."""
    query = (
        select(fires.c.id, fires.c.n_detections)
        .where(fires.c.world_id == actor.world.id, fires.c.merged_into.is_(None))
        .where(fires.c.id > after, fires.c.n_detections > 0)
    )
    rows = conn.execute(query.order_by(fires.c.id).limit(limit))
    return [(row.id, row.n_detections) for row in rows]


def newest(conn: Connection, actor: Actor) -> datetime | None:
    """When any fire was seen last."""
    found: datetime | None = conn.scalar(
        select(func.max(fires.c.last_seen)).where(fires.c.world_id == actor.world.id)
    )
    return found


def with_detections(conn: Connection, actor: Actor) -> int:
    """How many fires have detections."""
    query = select(func.count()).select_from(fires)
    mine = fires.c.world_id == actor.world.id, fires.c.merged_into.is_(None)
    return conn.scalar(query.where(*mine, fires.c.n_detections > 0)) or 0


def current(conn: Connection, actor: Actor, since: datetime | None = None) -> list[Fire]:
    """Fires that are not merged away; with ``since``, those seen or changed after it."""
    query = scope(select(fires).where(fires.c.merged_into.is_(None)), actor, fires)
    if since is not None:
        open_ones = fires.c.status.not_in(["signal", "rejected", "out", "transferred"])
        query = query.where(or_(fires.c.last_seen >= since, open_ones))
    return [_fire(row) for row in conn.execute(query.order_by(fires.c.received_at, fires.c.id))]


def bbox_clause(
    column: Any, bbox: tuple[float, float, float, float], *, shapes: bool = False
) -> Any:
    """Whether ``column`` meets a box; west > east means that it crosses 180°.

    Points are decided by the index alone. ``shapes`` are looked at themselves: the envelope of a
    polygon cut at 180° goes round the world and would meet every box of its latitude.
    """
    west, south, east, north = bbox
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    boxes = [func.st_makeenvelope(low, south, high, north, WGS84) for low, high in spans]
    if shapes:
        return or_(*(func.st_intersects(column, box) for box in boxes))
    return or_(*(column.op("&&")(box) for box in boxes))


def page(  # noqa: PLR0913 - the filters of a list
    conn: Connection,
    actor: Actor,
    *,
    bbox: tuple[float, float, float, float] | None = None,
    statuses: list[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 100,
) -> list[Fire]:
    """Fires by last sight, newest first, from a cursor (last_seen, id) on."""
    query = scope(select(fires), actor, fires)
    if statuses:
        query = query.where(fires.c.status.in_(statuses))
    else:
        query = query.where(fires.c.merged_into.is_(None))
    if bbox:
        edge = bbox_clause(fires.c.edge, bbox, shapes=True)
        query = query.where(or_(bbox_clause(fires.c.point, bbox), edge))
    if since:
        query = query.where(fires.c.last_seen >= since)
    if until:
        query = query.where(fires.c.first_seen <= until)
    if after:
        key = func.row(fires.c.last_seen, fires.c.id)
        query = query.where(key < func.row(after[0], after[1]))
    query = query.order_by(fires.c.last_seen.desc(), fires.c.id.desc()).limit(limit)
    return [_fire(row) for row in conn.execute(query)]
