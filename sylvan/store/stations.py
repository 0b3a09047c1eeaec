"""Bases of the register of forces, by world."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import Point
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    Table,
    Text,
    any_,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.forces.kinds import Ownership, StationKind
from sylvan.domain.forces.register import Station, StationCard
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
from sylvan.store.fires import bbox_clause
from sylvan.store.scope import scope

Box = tuple[float, float, float, float]
REGISTER_LOCK: Final = 0x53594C0C
"""Advisory lock key of who adds to the register ("SYL", 12), beside the world's number."""

stations = Table(
    "station",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("names", JSONB, nullable=False),
    Column("point", geometry("POINT"), nullable=False),
    Column("owner", Text, nullable=False),
    Column("owned_by", Text, nullable=False),
    Column("runway_m", Double),
    Column("fuel_l", Double),
    Column("flight_h", Double),
    Column("contact", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("remarks", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("created_at"),
    at("changed_at"),
    at("retired_at", nullable=True),
    Index("ix_station_world_id_code", "world_id", "code", unique=True),
)
_CARD: Final = ("code", "owner", "runway_m", "fuel_l", "flight_h", "contact", "note", "sample")


def lock_register(conn: Connection, actor: Actor) -> None:
    """Let nobody else add to this world's register until the transaction ends."""
    key = {"key": REGISTER_LOCK, "world": actor.world.id}
    conn.execute(text("select pg_advisory_xact_lock(:key, :world)"), key)


def save(conn: Connection, actor: Actor, changed: Sequence[Station], now: datetime) -> None:
    """Insert or replace bases of the actor's world."""
    if not changed:
        return
    rows = [
        {name: getattr(one.card, name) for name in _CARD}
        | {
            "id": one.id,
            "world_id": actor.world.id,
            "version": one.version,
            "kind": one.card.kind.value,
            "names": dict(one.card.names),
            "point": from_shape(Point(one.card.point), srid=WGS84),
            "owned_by": one.card.owned_by.value,
            "remarks": [told.as_dict() for told in one.remarks],
            "territories": list(one.territories),
            "created_at": now,
            "changed_at": now,
            "retired_at": one.retired_at,
        }
        for one in changed
    ]
    statement = pg.insert(stations)
    fixed = {"id", "world_id", "code", "created_at"}
    changes = {name: statement.excluded[name] for name in rows[0] if name not in fixed}
    conn.execute(
        statement.on_conflict_do_update(index_elements=[stations.c.id], set_=changes), rows
    )


def get(conn: Connection, actor: Actor, station_id: UUID, *, lock: bool = False) -> Station | None:
    """A base by its id."""
    query = scope(select(stations), actor, stations).where(stations.c.id == station_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _station(row) if row else None


def listed(
    conn: Connection, actor: Actor, *, bbox: Box | None = None, retired: bool = False
) -> list[Station]:
    """Bases of the actor's world by code."""
    query = scope(select(stations), actor, stations)
    if not retired:
        query = query.where(stations.c.retired_at.is_(None))
    if bbox is not None:
        query = query.where(bbox_clause(stations.c.point, bbox))
    return [_station(row) for row in conn.execute(query.order_by(stations.c.code))]


def of_codes(
    conn: Connection, actor: Actor, codes: Sequence[str], *, lock: bool = False
) -> dict[str, Station]:
    """Bases by their code, retired ones too; in order of code, so that locks never cross."""
    query = scope(select(stations), actor, stations)
    query = query.where(stations.c.code == any_(literal(list(codes), TEXTS)))
    query = query.order_by(stations.c.code)
    rows = conn.execute(query.with_for_update() if lock else query)
    return {row.code: _station(row) for row in rows}


def _station(row: Any) -> Station:
    spot: Any = to_shape(row.point)
    card = StationCard(
        kind=StationKind(row.kind),
        point=(spot.x, spot.y),
        names=row.names,
        owned_by=Ownership(row.owned_by),
        **{name: getattr(row, name) for name in _CARD},
    )
    return Station(
        row.id,
        row.version,
        card,
        tuple(Coded.from_dict(told) for told in row.remarks),
        tuple(row.territories),
        row.retired_at,
        row.changed_at,
    )
