"""Orbital elements by world, and what says whether a pass's data came."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    SmallInteger,
    Table,
    Text,
    and_,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.detections import Satellite
from sylvan.domain.elements import Elements
from sylvan.store.base import METADATA, at, world_column
from sylvan.store.scope import scope

orbits = Table(
    "orbit",
    METADATA,
    world_column(primary_key=True),
    Column("satellite", SmallInteger, primary_key=True, autoincrement=False),
    at("epoch", primary_key=True),
    Column("line1", Text, nullable=False),
    Column("line2", Text, nullable=False),
    Column("source", Text, nullable=False),
    at("received_at"),
    at("recorded_at"),
)
"""Every set ever given: a past moment is computed with what was known around it."""


def add(conn: Connection, actor: Actor, sets: list[Elements], now: datetime) -> int:
    """Store sets; how many were new. A set of the same epoch takes the place of its forerunner."""
    if not sets:
        return 0
    rows = {
        (one.satellite, one.epoch): {
            "world_id": actor.world.id,
            "satellite": int(one.satellite),
            "epoch": one.epoch,
            "line1": one.line1,
            "line2": one.line2,
            "source": one.source,
            "received_at": actor.world.now(now),
            "recorded_at": now,
        }
        for one in sets
    }
    statement = pg.insert(orbits).values(list(rows.values()))
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=[orbits.c.world_id, orbits.c.satellite, orbits.c.epoch],
        set_={name: new[name] for name in ("line1", "line2", "source", "received_at")}
        | {"recorded_at": new.recorded_at},
        where=(orbits.c.line1 != new.line1) | (orbits.c.line2 != new.line2),
    )
    return len(conn.execute(statement.returning(orbits.c.satellite)).all())


def newest(conn: Connection, actor: Actor, until: datetime) -> list[Elements]:
    """Of each satellite the newest set with an epoch until a moment, and the first one after it."""
    o = orbits.c
    latest = _one_each(actor, func.max(o.epoch), o.epoch <= until)
    soonest = _one_each(actor, func.min(o.epoch), o.epoch > until)
    return [_elements(row) for query in (latest, soonest) for row in conn.execute(query)]


def listed(conn: Connection, actor: Actor) -> list[tuple[Elements, int]]:
    """The newest set of each satellite, and how many sets of it there are."""
    rows = conn.execute(_one_each(actor, func.max(orbits.c.epoch), true()))
    return [(_elements(row), row.many) for row in rows]


def _one_each(actor: Actor, pick: Any, when: ColumnElement[bool]) -> Select[Any]:
    """One set a satellite: that with the first or last epoch of those asked for."""
    o = orbits.c
    wanted = select(o.satellite, pick.label("epoch"), func.count().label("many")).where(when)
    picked = scope(wanted, actor, orbits).group_by(o.satellite).subquery()
    same = and_(picked.c.satellite == o.satellite, picked.c.epoch == o.epoch)
    query = select(orbits, picked.c.many).join(picked, same).order_by(o.satellite)
    return scope(query, actor, orbits)


def _elements(row: Row[Any]) -> Elements:
    return Elements(Satellite(row.satellite), row.epoch, row.line1, row.line2, row.source)
