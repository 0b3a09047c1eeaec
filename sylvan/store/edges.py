"""Edges that people drew or walked, in force until they are undone or a newer one comes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import MultiPolygon
from sqlalchemy import (
    REAL,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Table,
    Text,
    any_,
    insert,
    literal,
    select,
    update,
)

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.edge_overrule import EdgeKind, PeoplesEdge
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
from sylvan.store.scope import scope

edges = Table(
    "fire_edge",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    uuid_column("fire_id", nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    at("at"),
    at("recorded_at"),
    Column("actor", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("ground", geometry("MULTIPOLYGON", index=False), nullable=False),
    Column("realm", geometry("MULTIPOLYGON", index=False), nullable=False),
    Column("given", JSONB, nullable=False),
    Column("remarks", JSONB, nullable=False),
    Column("area_ha", REAL, nullable=False),
    at("undone_at", nullable=True),
    Column("undone_by", Text),
    Column("undone_note", Text),
    Index("ix_fire_edge_world_id_fire_id", "world_id", "fire_id"),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An edge as it is kept: what it says, whose it is, and whether it was taken back."""

    edge: PeoplesEdge
    fire_id: UUID
    version: int
    actor: str
    note: str
    territories: tuple[str, ...]
    given: Mapping[str, Any]
    """The geometry as people gave it."""
    remarks: tuple[Coded, ...]
    area_ha: float
    undone_at: datetime | None = None
    undone_by: str | None = None


def add(conn: Connection, actor: Actor, one: Kept, now: datetime) -> None:
    """Write an edge that somebody just gave."""
    conn.execute(
        insert(edges).values(
            id=one.edge.id,
            world_id=actor.world.id,
            fire_id=one.fire_id,
            version=one.version,
            kind=str(one.edge.kind),
            at=one.edge.at,
            recorded_at=now,
            actor=one.actor,
            note=one.note,
            territories=list(one.territories),
            ground=from_shape(one.edge.ground, srid=WGS84, extended=True),
            realm=from_shape(one.edge.realm, srid=WGS84, extended=True),
            given=dict(one.given),
            remarks=[remark.as_dict() for remark in one.remarks],
            area_ha=one.area_ha,
        )
    )


def undo(conn: Connection, actor: Actor, one: Kept, note: str) -> None:
    """Write that an edge is taken back (``one`` is its new version)."""
    conn.execute(
        update(edges)
        .where(edges.c.id == one.edge.id, edges.c.world_id == actor.world.id)
        .values(
            version=one.version,
            undone_at=one.undone_at,
            undone_by=one.undone_by,
            undone_note=note,
        )
    )


def get(conn: Connection, actor: Actor, edge_id: UUID, *, lock: bool = False) -> Kept | None:
    """An edge by its id."""
    query = scope(select(edges).where(edges.c.id == edge_id), actor, edges)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _kept(row) if row else None


def of_fires(conn: Connection, actor: Actor, ids: Iterable[UUID]) -> list[Kept]:
    """All edges that these fires were given, undone ones too, newest time first."""
    query = scope(select(edges).where(_of(ids)), actor, edges)
    rows = conn.execute(query.order_by(edges.c.at.desc(), edges.c.id.desc()))
    return [_kept(row) for row in rows]


def standing(
    conn: Connection, world_id: int, ids: Iterable[UUID]
) -> list[tuple[UUID, PeoplesEdge]]:
    """Edges of these fires that nobody took back, each with the fire that it was given to.

    The engine measures with them whoever asked: a territory hides no part of an edge.
    """
    wanted = list(ids)
    if not wanted:
        return []
    query = select(edges).where(_of(wanted), edges.c.world_id == world_id)
    rows = conn.execute(query.where(edges.c.undone_at.is_(None)))
    return [(row.fire_id, _edge(row)) for row in rows]


def _of(ids: Iterable[UUID]) -> Any:
    return edges.c.fire_id == any_(literal(list(ids), UUIDS))


def _edge(row: Row[Any]) -> PeoplesEdge:
    ground, realm = to_shape(row.ground), to_shape(row.realm)
    assert isinstance(ground, MultiPolygon)  # noqa: S101 - the column's type
    assert isinstance(realm, MultiPolygon)  # noqa: S101 - the same
    return PeoplesEdge(row.id, EdgeKind(row.kind), row.at, ground, realm)


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        edge=_edge(row),
        fire_id=row.fire_id,
        version=row.version,
        actor=row.actor,
        note=row.note,
        territories=tuple(row.territories),
        given=row.given,
        remarks=tuple(Coded.from_dict(one) for one in row.remarks),
        area_ha=row.area_ha,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )
