"""Reading collections of features: pages by key, single ones, counts, extents, tiles, all rows.

Every query begins with what the actor may see, and takes what it is asked for as parameters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Row,
    Select,
    Text,
    cast,
    func,
    literal,
    or_,
    select,
    text,
)

from sylvan.domain.cql import Node
from sylvan.store import feature_filters
from sylvan.store.feature_filters import Crs, placed
from sylvan.store.feature_sets import Ask, FeatureSet, Key, Kind
from sylvan.store.scope import scope

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; west > east crosses 180°."""
HALF_TURN: Final = 180.0
GEOMETRY, SHAPE = "geom", "shape"
DEGREES, METRES = 7, 2
"""Decimals of coordinates: a centimetre either way."""
MERCATOR: Final = 3857
TILE: Final = 4096
"""Steps of a tile's side."""
MARGIN: Final = 64
AT_ONCE: Final = 2_000
"""Rows of a long reading that are in memory at one time."""


WGS84_CRS: Final = Crs()
"""Longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True)
class Projected:
    """A box in a projected system, and a box in degrees around it, which the index knows."""

    box: Box
    srid: int
    around: Box


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which features are asked for. Ends of time are open where None."""

    box: Box | None = None
    projected: Projected | None = None
    begin: datetime | None = None
    end: datetime | None = None
    filter: Node | None = None
    filter_crs: Crs = WGS84_CRS


def boxes(box: Box) -> list[BaseGeometry]:
    """A box as shapes on the map; what lies on the line of 180° is on both of its sides."""
    west, south, east, north = box
    spans = [(west, east)] if west <= east else [(west, HALF_TURN), (-HALF_TURN, east)]
    ends = [low for low, _ in spans], [high for _, high in spans]
    if HALF_TURN in ends[1] and -HALF_TURN not in ends[0]:
        spans.append((-HALF_TURN, -HALF_TURN))
    if -HALF_TURN in ends[0] and HALF_TURN not in ends[1]:
        spans.append((HALF_TURN, HALF_TURN))
    return [_box(low, south, high, north) for low, high in spans]


def _box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A box, a line or a point: a polygon without area is no valid one."""
    if west < east and south < north:
        return shapely.box(west, south, east, north)
    if west == east and south == north:
        return shapely.Point(west, south)
    return shapely.LineString([(west, south), (east, north)])


def rows(wanted: FeatureSet, ask: Ask, asked: Wanted) -> Select[Any]:
    """The rows that are asked for and may be seen; columns are added by whoever reads them."""
    query = select().select_from(wanted.source)
    if wanted.scoped is not None:
        query = scope(query, ask.actor, wanted.scoped)
    return query.where(*wanted.where, *_conditions(wanted, asked))


def _conditions(wanted: FeatureSet, asked: Wanted) -> Iterator[ColumnElement[bool]]:
    if asked.box is not None:
        yield _meets(wanted, asked.box)
    if asked.projected is not None:
        here = asked.projected
        yield _meets(wanted, here.around)
        moved = func.st_transform(wanted.geometry, here.srid)
        yield func.st_intersects(moved, placed(_box(*here.box), here.srid))
    yield from _during(wanted, asked)
    if asked.filter is not None:
        yield feature_filters.where(wanted, asked.filter, asked.filter_crs)


def _meets(wanted: FeatureSet, box: Box) -> ColumnElement[bool]:
    """Points are decided by their boxes alone; shapes cut at 180° have boxes round the world."""
    found = [placed(one) for one in boxes(box)]
    if wanted.is_points:
        return or_(*(wanted.geometry.op("&&")(one) for one in found))
    return or_(*(func.st_intersects(wanted.geometry, one) for one in found))


def _during(wanted: FeatureSet, asked: Wanted) -> Iterator[ColumnElement[bool]]:
    begins, ends = wanted.begins, wanted.ends
    if begins is None or ends is None:
        return
    if asked.begin is not None:
        yield or_(ends >= _as_column(ends, asked.begin), ends.is_(None))
    if asked.end is not None:
        yield begins <= _as_column(begins, asked.end)


def _as_column(column: ColumnElement[Any], moment: datetime) -> datetime | date:
    return moment.astimezone(UTC).date() if isinstance(column.type, Date) else moment


# ── pages ────────────────────────────────────────────────────────────────────────────────────


def page(
    conn: Connection,
    wanted: FeatureSet,
    ask: Ask,
    asked: Wanted,
    *,
    crs: Crs,
    after: Sequence[Any] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Rows in the order of their keys, from behind ``after`` on; one more than ``limit``."""
    query = rows(wanted, ask, asked).add_columns(*_columns(wanted, crs))
    columns = [key.column for key in wanted.keys]
    if after is not None:
        here, there = func.row(*columns), func.row(*after)
        query = query.where(here < there if wanted.newest_first else here > there)
    order = [column.desc() if wanted.newest_first else column.asc() for column in columns]
    return conn.execute(query.order_by(*order).limit(limit + 1)).all()


def one(
    conn: Connection, wanted: FeatureSet, ask: Ask, names: Sequence[Any], *, crs: Crs
) -> Row[Any] | None:
    """The feature whose id is made of these."""
    query = rows(wanted, ask, Wanted()).add_columns(*_columns(wanted, crs))
    mine = [key.column == name for key, name in zip(wanted.named_by, names, strict=True)]
    return conn.execute(query.where(*mine)).first()


def _columns(wanted: FeatureSet, crs: Crs) -> list[ColumnElement[Any]]:
    keys = [key.column.label(f"key_{n}") for n, key in enumerate(wanted.keys)]
    ids = [key.column.label(f"id_{n}") for n, key in enumerate(wanted.ids)]
    fields = [one.column.label(f"p_{n}") for n, one in enumerate(wanted.fields)]
    return [*keys, *ids, _json(wanted, crs).label(SHAPE), *fields]


def _json(wanted: FeatureSet, crs: Crs) -> ColumnElement[Any]:
    """GeoJSON of the geometry, outer rings anticlockwise, in the asked system and axis order."""
    shape = wanted.geometry
    if not wanted.is_points:
        shape = func.st_forcepolygonccw(shape)
    if not crs.geographic:
        shape = func.st_transform(shape, crs.srid)
    if crs.north_first:
        shape = func.st_flipcoordinates(shape)
    told: ColumnElement[Any] = func.st_asgeojson(
        shape, DEGREES if crs.geographic else METRES, 0, type_=Text
    )
    return told


def count(conn: Connection, wanted: FeatureSet, ask: Ask, asked: Wanted, most: int) -> int | None:
    """How many there are; None where there are more than ``most``."""
    few = rows(wanted, ask, asked).add_columns(literal(1)).limit(most + 1).subquery()
    found = int(conn.scalar(select(func.count()).select_from(few)) or 0)
    return found if found <= most else None


def span(conn: Connection, wanted: FeatureSet, ask: Ask) -> tuple[Any, Any] | None:
    """When the first thing of a set begins and the last one ends; None without times."""
    if wanted.begins is None or wanted.ends is None:
        return None
    columns = func.min(wanted.begins), func.max(wanted.ends)
    found = conn.execute(rows(wanted, ask, Wanted()).add_columns(*columns)).one()
    return found[0], found[1]


# ── tiles ────────────────────────────────────────────────────────────────────────────────────


def tile(
    conn: Connection, wanted: FeatureSet, ask: Ask, asked: Wanted, at: tuple[int, int, int]
) -> bytes:
    """A vector tile (zoom, column, row) of the set's rows, with all of their properties."""
    z, x, y = at
    area = func.sylvan_tile_area(z, x, y)
    envelope = func.st_tileenvelope(z, x, y)
    moved = func.st_transform(wanted.geometry, MERCATOR)
    shape = func.st_asmvtgeom(moved, envelope, TILE, MARGIN, True)
    fields = [_in_tile(one.column, one.kind).label(one.name) for one in wanted.fields]
    query = rows(wanted, ask, asked).add_columns(shape.label(GEOMETRY), *fields)
    found = query.where(wanted.geometry.op("&&")(area)).subquery("found")
    made = func.st_asmvt(text("found.*"), wanted.code, TILE, GEOMETRY)
    query = select(made).select_from(found).where(found.c[GEOMETRY].is_not(None))
    return bytes(conn.scalar(query) or b"")


def _in_tile(column: ColumnElement[Any], kind: Kind) -> ColumnElement[Any]:
    """Tiles hold texts, numbers and yes or no."""
    if kind in (Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN):
        return column
    if kind is Kind.MOMENT:
        return cast(func.extract("epoch", column), BigInteger)
    return func.array_to_string(column, ",") if kind is Kind.TEXTS else cast(column, Text)


# ── everything ───────────────────────────────────────────────────────────────────────────────


def stream(
    conn: Connection, wanted: FeatureSet, ask: Ask, asked: Wanted
) -> Iterator[Sequence[Row[Any]]]:
    """All rows with their geometry as WKB, some thousand at a time by a cursor of the server's."""
    keys = [key.column.label(f"key_{n}") for n, key in enumerate(wanted.keys)]
    ids = [key.column.label(f"id_{n}") for n, key in enumerate(wanted.ids)]
    fields = [one.column.label(f"p_{n}") for n, one in enumerate(wanted.fields)]
    shape = func.st_asbinary(wanted.geometry).label(SHAPE)
    query = rows(wanted, ask, asked).add_columns(*keys, *ids, shape, *fields)
    order = [key.column.desc() if wanted.newest_first else key.column.asc() for key in wanted.keys]
    options = {"stream_results": True, "max_row_buffer": AT_ONCE, "yield_per": AT_ONCE}
    found = conn.execute(query.order_by(*order), execution_options=options)
    yield from found.partitions(AT_ONCE)


def bound(conn: Connection, milliseconds: int) -> None:
    """Let no statement of this transaction take longer."""
    conn.execute(
        text("select set_config('statement_timeout', :ms, true)"), {"ms": str(milliseconds)}
    )


# ── ids and keys ─────────────────────────────────────────────────────────────────────────────


def told(kind: Kind, value: Any) -> str:
    """One part of an id as text."""
    if kind is Kind.MOMENT:
        return str(int(value.timestamp()))
    return value.isoformat() if kind is Kind.DAY else str(value)


def read(keys: Sequence[Key], parts: Sequence[str]) -> list[Any] | None:
    """What :func:`told` wrote; None where no such thing can be."""
    if len(keys) != len(parts):
        return None
    try:
        return [_read(key.kind, part) for key, part in zip(keys, parts, strict=True)]
    except (ValueError, OverflowError, OSError):
        return None


def _read(kind: Kind, part: str) -> Any:
    if kind is Kind.ID:
        return UUID(part)
    if kind is Kind.DAY:
        return date.fromisoformat(part)
    if kind is Kind.MOMENT:
        return datetime.fromtimestamp(int(part), UTC)
    if kind is Kind.INTEGER:
        number = int(part)
        if not -(2**63) <= number < 2**63:
            raise ValueError(part)
        return number
    return part


def typed(key: Key, value: Any) -> Any:
    """A key's value as a parameter of the column's own type, so that its index is used."""
    if key.kind is Kind.MOMENT:
        return literal(value, DateTime(timezone=True))
    return literal(value, key.column.type)
