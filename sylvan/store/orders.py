"""Orders: one unit for one fire or to cover a base, and where that stands."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    literal,
    select,
    text,
)
from sqlalchemy import any_ as any_of
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.command.orders import OPEN, UNDER_WAY, Order, OrderStamp, OrderStatus
from sylvan.store.base import JSONB, METADATA, TEXTS, at, uuid_column, world_column
from sylvan.store.scope import scope

orders = Table(
    "force_order",
    METADATA,
    uuid_column("id", primary_key=True),
    world_column(),
    Column("version", Integer, nullable=False),
    uuid_column("fire_id", nullable=False),
    Column("unit", Text, nullable=False),
    Column("station", Text),
    Column("rung", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("stamps", JSONB, nullable=False),
    at("eta_at", nullable=True),
    at("eta_hi_at", nullable=True),
    Column("suggestion", BigInteger),
    Column("task", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("territories", TEXTS, nullable=False),
    at("created_at"),
    at("changed_at"),
    Index("ix_force_order_fire_id", "fire_id"),
    Index("ix_force_order_world_id_status", "world_id", "status"),
    # whatever two dispatchers do at once, a unit has one fire
    Index(
        "ix_force_order_unit_under_way",
        "world_id",
        "unit",
        unique=True,
        postgresql_where=text("status in ('ordered', 'departed', 'arrived') and station is null"),
    ),
    Index(
        "ix_force_order_unit_covers",
        "world_id",
        "unit",
        unique=True,
        postgresql_where=text(
            "status in ('ordered', 'departed', 'arrived') and station is not null"
        ),
    ),
)


def save(conn: Connection, actor: Actor, changed: Sequence[Order], now: datetime) -> None:
    """Insert or replace orders of the actor's world."""
    if not changed:
        return
    rows = [_row(one, actor, now) for one in changed]
    statement = pg.insert(orders)
    fixed = {"id", "world_id", "fire_id", "unit", "station", "rung", "created_at"}
    changes = {name: statement.excluded[name] for name in rows[0] if name not in fixed}
    conn.execute(statement.on_conflict_do_update(index_elements=[orders.c.id], set_=changes), rows)


def _row(one: Order, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "world_id": actor.world.id,
        "version": one.version,
        "fire_id": one.fire_id,
        "unit": one.unit,
        "station": one.station,
        "rung": one.rung,
        "status": one.status.value,
        "stamps": [stamp.as_dict() for stamp in one.stamps],
        "eta_at": one.eta_at,
        "eta_hi_at": one.eta_hi_at,
        "suggestion": one.suggestion,
        "task": one.task,
        "reasons": [told.as_dict() for told in one.reasons],
        "territories": list(one.territories),
        "created_at": now,
        "changed_at": now,
    }


def get(conn: Connection, actor: Actor, order_id: UUID, *, lock: bool = False) -> Order | None:
    """An order by its id."""
    query = scope(select(orders), actor, orders).where(orders.c.id == order_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _order(row) if row else None


def of_fires(conn: Connection, actor: Actor, fire_ids: Iterable[UUID]) -> list[Order]:
    """All orders ever given for some fires, in the order in which they were given."""
    mine = orders.c.fire_id.in_(list(fire_ids))
    query = scope(select(orders).where(mine), actor, orders)
    return [_order(row) for row in conn.execute(query.order_by(orders.c.created_at, orders.c.id))]


def of_unit(conn: Connection, actor: Actor, unit: str, limit: int) -> list[Order]:
    """The newest orders of one unit, newest first."""
    query = scope(select(orders).where(orders.c.unit == unit), actor, orders)
    newest = query.order_by(orders.c.created_at.desc(), orders.c.id.desc()).limit(limit)
    return [_order(row) for row in conn.execute(newest)]


def still_open(conn: Connection, actor: Actor) -> list[Order]:
    """Orders and requests that still ask something of somebody."""
    statuses = literal([one.value for one in sorted(OPEN)], TEXTS)
    query = scope(select(orders).where(orders.c.status == any_of(statuses)), actor, orders)
    return [_order(row) for row in conn.execute(query.order_by(orders.c.created_at, orders.c.id))]


def holding(conn: Connection, actor: Actor, units: Iterable[str]) -> dict[str, Order]:
    """The order by which each of these units is under way for a fire."""
    return _under_way(conn, actor, units, orders.c.station.is_(None))


def covering(conn: Connection, actor: Actor, units: Iterable[str]) -> dict[str, Order]:
    """The order by which each of these units covers another base."""
    return _under_way(conn, actor, units, orders.c.station.is_not(None))


def _under_way(
    conn: Connection, actor: Actor, units: Iterable[str], which: ColumnElement[bool]
) -> dict[str, Order]:
    statuses = literal([one.value for one in sorted(UNDER_WAY)], TEXTS)
    query = select(orders).where(
        orders.c.world_id == actor.world.id,
        orders.c.unit == any_of(literal(list(units), TEXTS)),
        orders.c.status == any_of(statuses),
        which,
    )
    return {row.unit: _order(row) for row in conn.execute(query)}


def flown_since(conn: Connection, actor: Actor, since: datetime) -> list[Order]:
    """Orders that are over and whose unit departed at a moment of the world or later."""
    over = orders.c.status.not_in([one.value for one in sorted(OPEN)])
    departed = text(
        "exists (select from jsonb_array_elements(stamps) as stamp"
        " where stamp->>'status' = 'departed' and (stamp->>'at')::timestamptz >= :since)"
    ).bindparams(since=since)
    query = scope(select(orders).where(over, departed), actor, orders)
    return [_order(row) for row in conn.execute(query.order_by(orders.c.created_at, orders.c.id))]


def arrived(
    conn: Connection, actor: Actor, since: datetime | None, until: datetime | None
) -> list[Order]:
    """Orders from suggestions that reached their fire, by when they were there (world time)."""
    own = orders.c
    query = select(orders).where(own.suggestion.is_not(None), own.eta_at.is_not(None))
    query = query.where(own.station.is_(None), own.status.in_(["arrived", "released"]))
    query = scope(query, actor, orders)
    return [
        one
        for one in map(_order, conn.execute(query.order_by(own.created_at, own.id)))
        if _within(one.at(OrderStatus.ARRIVED), since, until)
    ]


def _within(at_time: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    if at_time is None:
        return False
    return (since is None or at_time >= since) and (until is None or at_time <= until)


def _order(row: Any) -> Order:
    return Order(
        id=row.id,
        version=row.version,
        fire_id=row.fire_id,
        unit=row.unit,
        station=row.station,
        rung=row.rung,
        status=OrderStatus(row.status),
        stamps=tuple(OrderStamp.from_dict(told) for told in row.stamps),
        eta_at=row.eta_at,
        eta_hi_at=row.eta_hi_at,
        suggestion=row.suggestion,
        task=row.task,
        reasons=tuple(Coded.from_dict(told) for told in row.reasons),
        territories=tuple(row.territories),
    )
