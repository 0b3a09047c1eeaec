"""Where units were: every report once, in whatever order they came.

The key begins with unit and moment, so that the newest report of a unit is one descent of it and
no row of a unit is written when a tracker speaks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    REAL,
    Column,
    ColumnElement,
    Connection,
    Double,
    FromClause,
    Table,
    Text,
    select,
)

from sylvan.domain.actors import Actor
from sylvan.domain.forces.positions import Position, PositionSource
from sylvan.store import bulk
from sylvan.store.base import METADATA, at, uuid_column, world_column

positions = Table(
    "unit_position",
    METADATA,
    world_column(primary_key=True),
    uuid_column("unit_id", primary_key=True),
    at("at", primary_key=True),
    Column("lon", Double, nullable=False),
    Column("lat", Double, nullable=False),
    Column("accuracy_m", REAL),
    Column("source", Text, nullable=False),
    at("recorded_at"),
)
_LAST: Final = ("at", "lon", "lat", "accuracy_m", "source")


def newest(
    world: ColumnElement[int], unit: ColumnElement[UUID], until: datetime | None = None
) -> FromClause:
    """The newest report of each unit that a query asks about."""
    p = positions.c
    query = select(*(p[name] for name in _LAST)).where(p.world_id == world, p.unit_id == unit)
    if until is not None:
        query = query.where(p.at <= until)
    return query.order_by(p.at.desc()).limit(1).lateral("last")


def columns(last: FromClause) -> list[ColumnElement[Any]]:
    """Its columns, under names of their own."""
    return [last.c[name].label(f"position_{name}") for name in _LAST]


def position(row: Any) -> Position | None:
    """The report in a row with :func:`columns`."""
    if row.position_at is None:
        return None
    return Position(
        row.position_at,
        (row.position_lon, row.position_lat),
        row.position_accuracy_m,
        PositionSource(row.position_source),
    )


def add(
    conn: Connection, actor: Actor, reports: Sequence[tuple[UUID, Position]], now: datetime
) -> int:
    """Keep reports; how many were new. One of the same unit and moment is a repetition."""
    rows = [
        {
            "world_id": actor.world.id,
            "unit_id": unit,
            "at": one.at,
            "lon": one.point[0],
            "lat": one.point[1],
            "accuracy_m": one.accuracy_m,
            "source": one.source.value,
            "recorded_at": now,
        }
        for unit, one in reports
    ]
    return len(bulk.insert(conn, positions, rows, "on conflict do nothing returning 1"))


def track(
    conn: Connection,
    actor: Actor,
    unit_id: UUID,
    *,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> list[Position]:
    """Reports of a unit, newest first."""
    p = positions.c
    query = select(positions).where(p.world_id == actor.world.id, p.unit_id == unit_id)
    if since is not None:
        query = query.where(p.at >= since)
    if until is not None:
        query = query.where(p.at <= until)
    return [
        Position(row.at, (row.lon, row.lat), row.accuracy_m, PositionSource(row.source))
        for row in conn.execute(query.order_by(p.at.desc()).limit(limit))
    ]
