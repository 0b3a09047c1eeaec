"""Forecasts of spread: the newest of each fire with all its contours, earlier ones with fewer."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import MultiPolygon
from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    Row,
    Select,
    SmallInteger,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.fires import ACTIVE, CANDIDATE, SETTLED
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
from sylvan.store.fires import bbox_clause, fires
from sylvan.store.scope import scope

forecasts = Table(
    "forecast",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    uuid_column("fire_id", nullable=False),
    Column("current", Boolean, nullable=False),
    at("at"),
    at("starts_at"),
    at("recorded_at"),
    Column("hours", SmallInteger, nullable=False),
    Column("members", SmallInteger, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("version", Text, nullable=False),
    Column("territories", TEXTS, nullable=False),
    Column("fire_version", Integer, nullable=False),
    at("fire_seen_at"),
    at("fire_edge_at", nullable=True),
    Column("fire_area_ha", REAL, nullable=False),
    Column("areas", JSONB, nullable=False),
    Column("wind", JSONB, nullable=False),
    Column("wind_known", Boolean, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Index("ix_forecast_current", "fire_id", unique=True, postgresql_where=text("current")),
    Index("ix_forecast_fire_id_at", "fire_id", "at"),
    Index("ix_forecast_world_id", "world_id", postgresql_where=text("current")),
)

contours = Table(
    "forecast_contour",
    METADATA,
    uuid_column("forecast_id", primary_key=True),
    Column("hour", SmallInteger, primary_key=True, autoincrement=False),
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("area_ha", Double, nullable=False),
    Column("geom", geometry("MULTIPOLYGON", index=False), nullable=False),
)

KEPT_FOR: Final = timedelta(days=10)
"""Of the world's time; what is older says nothing of a fire that is out or far beyond it."""
NEAR_KM: Final = (5.0, 15.0, 30.0)
"""km; bands of distance to people, nearest first: within a band what grows fastest comes first."""


@dataclass(frozen=True, slots=True)
class Contour:
    """Ground that burns by an hour with a probability or more."""

    hour: int
    level: int
    """Percent."""
    area_ha: float
    shape: MultiPolygon


@dataclass(frozen=True, slots=True)
class Basis:
    """What of a fire a forecast was made from; another one asks for another forecast."""

    version: int
    seen_at: datetime
    edge_at: datetime | None
    area_ha: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A forecast as it is kept."""

    id: UUID
    fire_id: UUID
    at: datetime
    """When it was asked for; hours count from here."""
    starts_at: datetime
    """When the fire's edge was known, from which it runs."""
    hours: int
    members: int
    seed: int
    version: str
    territories: tuple[str, ...]
    basis: Basis
    areas: tuple[Mapping[str, Any], ...]
    wind: tuple[Mapping[str, Any], ...]
    wind_known: bool
    reasons: tuple[Coded, ...]


def add(
    conn: Connection,
    actor: Actor,
    one: Kept,
    shapes: Iterable[Contour],
    horizons: Collection[int],
    now: datetime,
) -> None:
    """Write a fire's newest forecast; of the one before only the horizons' contours stay."""
    mine = and_(forecasts.c.world_id == actor.world.id, forecasts.c.fire_id == one.fire_id)
    before = conn.scalars(select(forecasts.c.id).where(mine, forecasts.c.current)).all()
    if before:
        thinned = contours.c.forecast_id.in_(before), contours.c.hour.not_in(horizons)
        conn.execute(delete(contours).where(*thinned))
        conn.execute(update(forecasts).where(mine, forecasts.c.current).values(current=False))
    old = select(forecasts.c.id).where(mine, forecasts.c.at < one.at - KEPT_FOR)
    conn.execute(delete(contours).where(contours.c.forecast_id.in_(old)))
    conn.execute(delete(forecasts).where(mine, forecasts.c.at < one.at - KEPT_FOR))
    conn.execute(insert(forecasts).values(_values(one, actor, now)))
    rows = [
        {
            "forecast_id": one.id,
            "hour": shape.hour,
            "level": shape.level,
            "area_ha": shape.area_ha,
            "geom": from_shape(shape.shape, srid=WGS84, extended=True),
        }
        for shape in shapes
    ]
    if rows:
        conn.execute(insert(contours), rows)


def _values(one: Kept, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "world_id": actor.world.id,
        "fire_id": one.fire_id,
        "current": True,
        "at": one.at,
        "starts_at": one.starts_at,
        "recorded_at": now,
        "hours": one.hours,
        "members": one.members,
        "seed": one.seed,
        "version": one.version,
        "territories": list(one.territories),
        "fire_version": one.basis.version,
        "fire_seen_at": one.basis.seen_at,
        "fire_edge_at": one.basis.edge_at,
        "fire_area_ha": one.basis.area_ha,
        "areas": [dict(row) for row in one.areas],
        "wind": [dict(row) for row in one.wind],
        "wind_known": one.wind_known,
        "reasons": [reason.as_dict() for reason in one.reasons],
    }


def of_fire(
    conn: Connection, actor: Actor, fire_id: UUID, until: datetime | None = None
) -> Kept | None:
    """The newest forecast of a fire, or the one that was the newest at a moment."""
    query = scope(select(forecasts).where(forecasts.c.fire_id == fire_id), actor, forecasts)
    if until is None:
        query = query.where(forecasts.c.current)
    else:
        query = query.where(forecasts.c.at <= until)
    row = conn.execute(query.order_by(forecasts.c.at.desc()).limit(1)).one_or_none()
    return _kept(row) if row else None


def contours_of(conn: Connection, forecast_id: UUID) -> list[Contour]:
    """Its contours, by hour, the least likely and widest first: drawn in this order all show."""
    query = select(contours).where(contours.c.forecast_id == forecast_id)
    rows = conn.execute(query.order_by(contours.c.hour, contours.c.level))
    return [_contour(row) for row in rows]


def newest(conn: Connection, actor: Actor) -> list[Kept]:
    """The newest forecasts of all fires that burn."""
    query = select(forecasts).join(fires, fires.c.id == forecasts.c.fire_id)
    query = scope(query.where(forecasts.c.current, *_burn(actor)), actor, forecasts)
    return [_kept(row) for row in conn.execute(query.order_by(forecasts.c.fire_id))]


def contours_at(
    conn: Connection,
    actor: Actor,
    hour: int,
    bbox: tuple[float, float, float, float] | None = None,
) -> list[tuple[UUID, datetime, Contour]]:
    """Contours of an hour of the newest forecasts of all fires that burn: fire, time, contour."""
    query = (
        select(forecasts.c.fire_id, forecasts.c.at, *contours.c)
        .join(contours, contours.c.forecast_id == forecasts.c.id)
        .join(fires, fires.c.id == forecasts.c.fire_id)
        .where(forecasts.c.current, contours.c.hour == hour, *_burn(actor))
    )
    if bbox:
        query = query.where(bbox_clause(contours.c.geom, bbox, shapes=True))
    query = scope(query, actor, forecasts)
    rows = conn.execute(query.order_by(contours.c.level, forecasts.c.fire_id))
    return [(row.fire_id, row.at, _contour(row)) for row in rows]


def _burn(actor: Actor) -> tuple[Any, ...]:
    """Fires of the actor's world that may still spread."""
    return (
        fires.c.world_id == actor.world.id,
        fires.c.merged_into.is_(None),
        fires.c.status.not_in(SETTLED),
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """When a forecast is due."""

    now: datetime
    refresh: timedelta
    """Age at which a forecast is made anew."""
    likelihood: float
    """Signals below are not forecast."""
    without: Collection[UUID] = ()
    """Fires that are left out for a while."""


def due(conn: Connection, actor: Actor, wish: Wish, limit: int) -> list[UUID]:
    """Fires that need a forecast: without one first, then nearest to people, then growth."""
    known = and_(forecasts.c.fire_id == fires.c.id, forecasts.c.current)
    band = func.width_bucket(_km_to_people(), list(NEAR_KM))
    query = _wanted(actor, wish).select_from(fires.outerjoin(forecasts, known))
    query = query.order_by(
        forecasts.c.id.is_not(None),
        band.nulls_last(),
        fires.c.growth_ha_h.desc().nulls_last(),
        fires.c.id,
    )
    return list(conn.scalars(scope(query, actor, fires).limit(limit)))


def _wanted(actor: Actor, wish: Wish) -> Select[Any]:
    f, m = forecasts.c, fires.c
    stale = or_(
        f.id.is_(None),
        f.at <= wish.now - wish.refresh,
        f.fire_seen_at != m.last_seen,
        f.fire_edge_at.is_distinct_from(m.edge_at),
        f.fire_area_ha != m.area_ha,
    )
    likely = or_(m.status != CANDIDATE, m.likelihood >= wish.likelihood)
    query = select(m.id).where(*_burn(actor), m.last_seen >= wish.now - ACTIVE, likely, stale)
    return query.where(m.id.not_in(wish.without)) if wish.without else query


def _km_to_people() -> Any:
    return fires.c.address["nearest"]["distance_km"].as_float()


def _contour(row: Row[Any]) -> Contour:
    shape = to_shape(row.geom)
    assert isinstance(shape, MultiPolygon)  # noqa: S101 - the column's type
    return Contour(row.hour, row.level, row.area_ha, shape)


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        id=row.id,
        fire_id=row.fire_id,
        at=row.at,
        starts_at=row.starts_at,
        hours=row.hours,
        members=row.members,
        seed=row.seed,
        version=row.version,
        territories=tuple(row.territories),
        basis=Basis(row.fire_version, row.fire_seen_at, row.fire_edge_at, row.fire_area_ha),
        areas=tuple(row.areas),
        wind=tuple(row.wind),
        wind_known=row.wind_known,
        reasons=tuple(Coded.from_dict(one) for one in row.reasons),
    )
