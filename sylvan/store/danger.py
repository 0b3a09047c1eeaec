"""Fire danger as computed: days of places, maps, and from which day on there is work to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.danger import INDICES, Day, season_rows
from sylvan.domain.observed import NOON_FIELDS
from sylvan.domain.observed import Table as Noons
from sylvan.store import copying
from sylvan.store.base import JSONB, METADATA, at, world_column
from sylvan.store.fires import bbox_clause
from sylvan.store.scope import scope
from sylvan.store.weather import places

Box = tuple[float, float, float, float]
_WHOLE: Final = ("warm", "cold", "bare", "idle", "unmeasured", "stale", "nesterov_stale")
_REALS: Final = ("winter_mm", "fall_dc", "ffmc_code", "dmc_code", "dc_code", "nesterov_sum")
_FLAGS: Final = ("active", "standard")

days = Table(
    "danger_day",
    METADATA,
    world_column(),
    Column("place_id", Integer, ForeignKey("weather_place.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("origin", SmallInteger, nullable=False),
    at("issued", nullable=True),
    *(Column(name, REAL, nullable=False) for name in NOON_FIELDS),
    *(Column(name, REAL, nullable=False) for name in INDICES),
    Column("nesterov", REAL, nullable=False),
    Column("danger_class", SmallInteger, nullable=False),
    *(Column(name, Boolean, nullable=False) for name in _FLAGS),
    *(Column(name, Integer, nullable=False) for name in _WHOLE),
    *(Column(name, pg.DOUBLE_PRECISION, nullable=False) for name in _REALS),
    Index("ix_danger_day_world_id_day", "world_id", "day"),
)
"""Noon's weather, what follows, and the state that the next day begins with; unknown is NaN."""

maps = Table(
    "danger_map",
    METADATA,
    world_column(primary_key=True),
    Column("day", Date, primary_key=True),
    at("made_at"),
    Column("file", Text, nullable=False),
    Column("inputs", JSONB, nullable=False),
    Column("assumed", JSONB, nullable=False),
    Column("corners", JSONB, nullable=False),
)

due = Table(
    "danger_due",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    world_column(),
    Column("since", Date, nullable=False),
)
"""A row for each delivery: who has computed removes only those that were there before."""


@dataclass(frozen=True, slots=True)
class Map:
    """A raster of a day."""

    day: date
    made_at: datetime
    file: str
    inputs: dict[str, Any]
    assumed: list[dict[str, Any]]
    corners: list[list[float]]


def mark_due(conn: Connection, actor: Actor, since: date) -> None:
    """Days from this one on are to be computed."""
    conn.execute(due.insert().values(world_id=actor.world.id, since=since))


def due_since(conn: Connection, actor: Actor) -> tuple[date, int] | None:
    """From which day on, and the mark up to which that was read."""
    query = select(func.min(due.c.since), func.max(due.c.id))
    row = conn.execute(query.where(due.c.world_id == actor.world.id)).one()
    return None if row[0] is None else (row[0], row[1])


def settled(conn: Connection, actor: Actor, mark: int) -> None:
    """What was due up to this mark is done."""
    conn.execute(delete(due).where(due.c.world_id == actor.world.id, due.c.id <= mark))


def lock(conn: Connection, actor: Actor) -> None:
    """Let nobody else compute this world's danger until the transaction ends."""
    conn.execute(
        text("select pg_advisory_xact_lock(:space, :world)"),
        {"space": 11, "world": actor.world.id},
    )


def state_before(conn: Connection, actor: Actor, day: date) -> dict[int, dict[str, Any]]:
    """The newest state before a day, by place."""
    names = [*_FLAGS, *_WHOLE, *_REALS]
    query = text(
        f"select distinct on (place_id) place_id, {', '.join(names)} from danger_day"  # noqa: S608 - constant names only
        " where world_id = :world and day < :day order by place_id, day desc"
    )
    rows = conn.execute(query, {"world": actor.world.id, "day": day})
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def last_day(conn: Connection, actor: Actor) -> date | None:
    """The last day computed."""
    found: date | None = conn.scalar(
        select(func.max(days.c.day)).where(days.c.world_id == actor.world.id)
    )
    return found


def replace_from(
    conn: Connection, actor: Actor, ids: Sequence[int], noons: Noons, told: Sequence[Day]
) -> None:
    """Put these days in the place of all from the first of them on."""
    conn.execute(delete(days).where(days.c.world_id == actor.world.id, days.c.day >= noons.days[0]))
    names = ["world_id", "place_id", "day", "origin", "issued", *NOON_FIELDS, *INDICES]
    names += ["nesterov", "danger_class", *_FLAGS, *_WHOLE, *_REALS]
    statement = f"copy danger_day ({', '.join(names)}) from stdin"
    with copying.raw(conn).cursor() as cursor, cursor.copy(statement) as copy:
        for number, one in enumerate(told):
            for row in _rows_of(actor.world.id, ids, noons, number, one):
                copy.write_row(row)


def _rows_of(
    world: int, ids: Sequence[int], noons: Noons, number: int, one: Day
) -> list[list[Any]]:
    """Rows of one day."""
    state = season_rows(one.state)
    kept = [state[name].tolist() for name in (*_FLAGS, *_WHOLE, *_REALS)]
    issued = noons.issued[number]
    return [
        [
            world,
            place,
            one.day,
            int(noons.origin[number, k]),
            None if np.isnan(issued[k]) else datetime.fromtimestamp(issued[k]).astimezone(),
            *noons.values[number, k].tolist(),
            *one.values[:, k].tolist(),
            float(one.nesterov[k]),
            int(one.classes[k]),
            *(column[k] for column in kept),
        ]
        for k, place in enumerate(ids)
    ]


_SHOWN: Final = ("origin", "issued", *NOON_FIELDS, *INDICES, "nesterov", "danger_class")


def noons_between(
    conn: Connection, actor: Actor, first: date, last: date
) -> list[tuple[date, int, list[float], int, datetime | None]]:
    """Day, place, noon, its origin and issue, of all that is stored of a span."""
    c = days.c
    query = scope(
        select(c.day, c.place_id, *(c[name] for name in NOON_FIELDS), c.origin, c.issued),
        actor,
        days,
    ).where(c.day >= first, c.day <= last)
    return [
        (row[0], row[1], list(row[2 : 2 + len(NOON_FIELDS)]), row.origin, row.issued)
        for row in conn.execute(query)
    ]


def on_day(
    conn: Connection, actor: Actor, day: date, bbox: Box | None = None
) -> list[dict[str, Any]]:
    """All places with what was computed for a day."""
    columns = [days.c[name] for name in (*_SHOWN, *_FLAGS, "stale", "nesterov_stale")]
    query = (
        scope(
            select(
                places.c.id,
                places.c.code,
                places.c.name,
                places.c.kind,
                func.st_x(places.c.point).label("lon"),
                func.st_y(places.c.point).label("lat"),
                *columns,
            ),
            actor,
            days,
        )
        .join(places, places.c.id == days.c.place_id)
        .where(days.c.day == day)
        .order_by(places.c.id)
    )
    if bbox:
        query = query.where(bbox_clause(places.c.point, bbox))
    return [dict(row._mapping) for row in conn.execute(query)]  # noqa: SLF001 - its documented API


def history(
    conn: Connection, actor: Actor, code: str, since: date, until: date
) -> list[dict[str, Any]]:
    """Days of one place, oldest first."""
    columns = [days.c[name] for name in ("day", *_SHOWN, *_FLAGS, "stale")]
    query = (
        scope(select(*columns), actor, days)
        .join(places, places.c.id == days.c.place_id)
        .where(places.c.code == code, days.c.day >= since, days.c.day <= until)
        .order_by(days.c.day)
    )
    return [dict(row._mapping) for row in conn.execute(query)]  # noqa: SLF001 - its documented API


def codes_at(
    conn: Connection, actor: Actor, place_id: int, since: date, until: date
) -> list[tuple[date, float, float]]:
    """Day, FFMC and BUI of one place; NaN outside the season."""
    query = (
        scope(select(days.c.day, days.c.ffmc, days.c.bui), actor, days)
        .where(days.c.place_id == place_id, days.c.day >= since, days.c.day <= until)
        .order_by(days.c.day)
    )
    return [(row.day, float(row.ffmc), float(row.bui)) for row in conn.execute(query)]


def save_map(conn: Connection, actor: Actor, one: Map) -> None:
    """Insert or replace the map of a day."""
    values = {
        "made_at": one.made_at,
        "file": one.file,
        "inputs": one.inputs,
        "assumed": one.assumed,
        "corners": one.corners,
    }
    statement = pg.insert(maps).values(world_id=actor.world.id, day=one.day, **values)
    conn.execute(
        statement.on_conflict_do_update(index_elements=[maps.c.world_id, maps.c.day], set_=values)
    )


def maps_between(conn: Connection, actor: Actor, first: date, last: date) -> list[Map]:
    """Maps of a span of days."""
    query = scope(select(maps), actor, maps).where(maps.c.day >= first, maps.c.day <= last)
    return [
        Map(row.day, row.made_at, row.file, row.inputs, row.assumed, row.corners)
        for row in conn.execute(query.order_by(maps.c.day))
    ]


def files(conn: Connection, actor: Actor) -> set[str]:
    """Names of all files that maps stand on."""
    return set(conn.scalars(select(maps.c.file).where(maps.c.world_id == actor.world.id)))
