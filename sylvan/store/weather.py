"""Weather as it was told: places, reports by place and time, forecasts by place and issue."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.observed import FIELDS, ROW, Place, PlaceKind, Rows, no_rows
from sylvan.store import copying
from sylvan.store.base import METADATA, at, geometry, world_column
from sylvan.store.scope import scope

REALS: Final = pg.ARRAY(REAL)

places = Table(
    "weather_place",
    METADATA,
    Column("id", Integer, Identity(always=True), primary_key=True),
    world_column(),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("point", geometry("POINT", index=False), nullable=False),
    Index("ix_weather_place_world_id_code", "world_id", "code", unique=True),
)

reports = Table(
    "weather_report",
    METADATA,
    world_column(),
    Column("place_id", Integer, ForeignKey("weather_place.id"), primary_key=True),
    at("at", primary_key=True),
    *(Column(name, REAL, nullable=False) for name in FIELDS),
    Column("rain_h", REAL, nullable=False),
    Column("batch_id", BigInteger, nullable=False),
    Index("ix_weather_report_world_id_at", "world_id", "at"),
)
"""Unknown numbers are NaN; units as in ``domain/observed.py``."""

forecasts = Table(
    "weather_forecast",
    METADATA,
    world_column(),
    Column("place_id", Integer, ForeignKey("weather_place.id"), primary_key=True),
    at("issued", primary_key=True),
    at("begins"),
    at("ends"),
    *(Column(name, REALS, nullable=False) for name in FIELDS),
    Column("batch_id", BigInteger, nullable=False),
    Index("ix_weather_forecast_world_id_ends", "world_id", "ends"),
)
"""One issue for one place, hour by hour from ``begins``."""


def known_places(conn: Connection, actor: Actor) -> dict[int, Place]:
    """All places of the actor's world by their number."""
    c = places.c
    query = select(c.id, c.code, c.name, c.kind, func.st_x(c.point), func.st_y(c.point))
    return {
        row[0]: Place(row[1], row[4], row[5], row[2], PlaceKind(row[3]))
        for row in conn.execute(scope(query, actor, places).order_by(c.id))
    }


def save_places(conn: Connection, actor: Actor, told: Sequence[Place]) -> list[int]:
    """Numbers of these places; what is told of a known one replaces what stood."""
    if not told:
        return []
    query = text(
        "insert into weather_place (world_id, code, name, kind, point)"
        " select :world, code, name, kind, st_setsrid(st_makepoint(lon, lat), 4326)"
        " from unnest(:codes ::text[], :names ::text[], :kinds ::text[], :lons ::float8[],"
        " :lats ::float8[]) as q(code, name, kind, lon, lat) order by code"
        " on conflict (world_id, code) do update set"
        " name = coalesce(nullif(excluded.name, ''), weather_place.name),"
        " kind = excluded.kind, point = excluded.point returning code, id"
    )
    once = {one.code: one for one in told}
    rows = conn.execute(
        query,
        {
            "world": actor.world.id,
            "codes": list(once),
            "names": [one.name for one in once.values()],
            "kinds": [one.kind.value for one in once.values()],
            "lons": [one.lon for one in once.values()],
            "lats": [one.lat for one in once.values()],
        },
    )
    ids: dict[str, int] = {row.code: row.id for row in rows}
    return [ids[one.code] for one in told]


_COLUMNS: Final = (*FIELDS, "rain_h")


def add_reports(
    conn: Connection, actor: Actor, rows: Rows, ids: npt.NDArray[np.int64], batch: int
) -> int:
    """Store reports; how many were new or told something new. ``ids`` are of the rows' places.

    A repeated report keeps what only the earlier one knew.
    """
    if not len(rows):
        return 0
    names = ", ".join(_COLUMNS)
    arrays = ", ".join(f":{name} ::real[]" for name in _COLUMNS)
    newer = {name: f"coalesce(nullif(excluded.{name}, 'NaN'), t.{name})" for name in _COLUMNS}
    query = text(
        f"insert into weather_report as t (world_id, place_id, at, {names}, batch_id)"  # noqa: S608 - constant names only
        f" select :world, place, to_timestamp(at), {names}, :batch"
        f" from unnest(:places ::int[], :at ::float8[], {arrays}) as q(place, at, {names})"
        " order by place, at on conflict (place_id, at) do update set batch_id = excluded.batch_id,"
        f" {', '.join(f'{name} = {value}' for name, value in newer.items())}"
        f" where ({', '.join(f't.{name}' for name in _COLUMNS)})"
        f" is distinct from ({', '.join(newer.values())})"
    )
    last = _last_of_each(ids, rows["at"])
    params: dict[str, Any] = {name: rows[name][last].tolist() for name in _COLUMNS}
    params |= {
        "world": actor.world.id,
        "batch": batch,
        "places": ids[last].tolist(),
        "at": rows["at"][last].tolist(),
    }
    return conn.execute(query, params).rowcount


def _last_of_each(ids: npt.NDArray[np.int64], moments: npt.NDArray[np.float64]) -> Any:
    """Rows without those that a later row of the file says again."""
    order = np.arange(len(ids))[::-1]
    keys = np.column_stack([ids, moments])[::-1]
    _, first = np.unique(keys, axis=0, return_index=True)
    return np.sort(order[first])


def add_forecast(
    conn: Connection,
    actor: Actor,
    issued: datetime,
    begins: datetime,
    series: Sequence[tuple[int, dict[str, npt.NDArray[np.float64]]]],
    batch: int,
) -> int:
    """Store one issue for its places, hour by hour from ``begins``; how many places.

    The same issue told again takes the place of what stood.
    """
    if not series:
        return 0
    hours = len(series[0][1][FIELDS[0]])
    ends = datetime.fromtimestamp(begins.timestamp() + 3600.0 * (hours - 1), UTC)
    names = ["world_id", "place_id", "issued", "begins", "ends", *FIELDS, "batch_id"]
    rows = [
        [actor.world.id, place, issued, begins, ends]
        + [np.round(told[name], 2).astype(np.float32).tolist() for name in FIELDS]
        + [batch]
        for place, told in series
    ]
    gone = forecasts.delete().where(
        forecasts.c.place_id.in_([place for place, _ in series]), forecasts.c.issued == issued
    )
    conn.execute(gone)
    statement = f"copy weather_forecast ({', '.join(names)}) from stdin"
    with copying.raw(conn).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
    return len(rows)


def reports_between(
    conn: Connection,
    actor: Actor,
    since: datetime,
    until: datetime,
    place_ids: Sequence[int] | None = None,
) -> Rows:
    """Reports of a span as rows whose ``place`` is the place's number in the store."""
    fields: list[copying.Field] = [("place", "i4"), ("at", "i8")]
    fields += [(name, "f4") for name in _COLUMNS]
    query = (
        f"select place_id, at, {', '.join(_COLUMNS)} from weather_report"  # noqa: S608 - constant names only
        " where world_id = %(world)s and at between %(since)s and %(until)s"
        " and (%(all)s or place_id = any(%(places)s::int[]))"
    )
    params = {
        "world": actor.world.id,
        "since": since,
        "until": until,
        "all": place_ids is None,
        "places": list(place_ids or ()),
    }
    raw = copying.copy_out(conn, query, fields, params)
    rows = no_rows(len(raw))
    for name in ("place", *_COLUMNS):
        rows[name] = raw[name]
    rows["at"] = raw["at"].astype("f8") / copying.MICRO + copying.PG_EPOCH_S
    return rows


class Issue:
    """One stored forecast of one place."""

    __slots__ = ("begins", "issued", "place", "values")

    def __init__(
        self, place: int, issued: datetime, begins: datetime, values: dict[str, Any]
    ) -> None:
        self.place = place
        self.issued = issued
        self.begins = begins
        self.values = values


def forecasts_over(
    conn: Connection,
    actor: Actor,
    since: datetime,
    until: datetime,
    place_ids: Sequence[int] | None = None,
) -> list[Issue]:
    """Issues that say something of a span, the newest first."""
    c = forecasts.c
    query = scope(select(forecasts), actor, forecasts).where(c.ends >= since, c.begins <= until)
    if place_ids is not None:
        query = query.where(c.place_id.in_(place_ids))
    return [
        Issue(
            row.place_id,
            row.issued,
            row.begins,
            {
                # None comes only from what others wrote
                name: np.array(getattr(row, name), np.float64)
                for name in FIELDS
            },
        )
        for row in conn.execute(query.order_by(c.issued.desc(), c.place_id))
    ]


def nearest_places(
    conn: Connection, actor: Actor, lon: float, lat: float, farthest_km: float, limit: int
) -> list[tuple[int, float]]:
    """Numbers of the nearest places and their distances, km."""
    query = text(
        "select id, st_distance(point::geography, p::geography) / 1000 as km from weather_place,"
        " (select st_setsrid(st_makepoint(:lon, :lat), 4326) as p) asked"
        " where world_id = :world and st_dwithin(point::geography, p::geography, :reach)"
        " order by km limit :limit"
    )
    params = {
        "world": actor.world.id,
        "lon": lon,
        "lat": lat,
        "reach": farthest_km * 1000.0,
        "limit": limit,
    }
    return [(row.id, float(row.km)) for row in conn.execute(query, params)]


def newest(conn: Connection, actor: Actor) -> tuple[datetime | None, datetime | None]:
    """Time of the newest report, and of the newest issue of a forecast."""
    world = actor.world.id
    report = conn.scalar(select(func.max(reports.c.at)).where(reports.c.world_id == world))
    issue = conn.scalar(select(func.max(forecasts.c.issued)).where(forecasts.c.world_id == world))
    return report, issue


def forget_forecasts(conn: Connection, actor: Actor, before: datetime) -> int:
    """Drop issues that ended before a moment; the days they gave stay in the danger tables."""
    gone = forecasts.delete().where(
        forecasts.c.world_id == actor.world.id, forecasts.c.ends < before
    )
    return conn.execute(gone).rowcount


__all__ = [
    "ROW", "Issue", "add_forecast", "add_reports", "forecasts", "forecasts_over",
    "forget_forecasts", "known_places", "nearest_places", "newest", "places", "reports",
    "reports_between", "save_places",
]  # fmt: skip
