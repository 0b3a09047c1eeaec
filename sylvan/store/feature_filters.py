"""CQL2 trees as SQL expressions: names become columns of the set, values become parameters.

Kinds are checked before the database sees anything, so that `area_ha = 'x'` is an answer that says
so and no error of PostgreSQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Double,
    Text,
    and_,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    true,
)

from sylvan.domain import cql
from sylvan.domain.cql import (
    Call,
    Instant,
    Interval,
    Literal,
    Node,
    Property,
    Shape,
    Values,
    refused,
)
from sylvan.store.base import TEXTS, WGS84
from sylvan.store.feature_sets import FeatureSet, Kind

Sql = ColumnElement[Any]
GEOMETRY: Final = "geom"
"""Name of every set's geometry in filters."""
HALF_TURN: Final = 180.0
POLE: Final = 90.0
_NUMBERS: Final = frozenset({Kind.NUMBER, Kind.INTEGER})
_TIMES: Final = frozenset({Kind.MOMENT, Kind.DAY})
_ORDER: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_SPATIAL: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "s_intersects": func.st_intersects,
    "s_equals": func.st_equals,
    "s_disjoint": func.st_disjoint,
    "s_touches": func.st_touches,
    "s_within": func.st_within,
    "s_overlaps": func.st_overlaps,
    "s_crosses": func.st_crosses,
    "s_contains": func.st_contains,
}
_Ends = tuple[Any, Any, Any, Any]
_TEMPORAL: Final[Mapping[str, Callable[[Any, Any, Any, Any], Any]]] = {
    "t_after": lambda a, _b, _c, d: a > d,
    "t_before": lambda _a, b, c, _d: b < c,
    "t_contains": lambda a, b, c, d: and_(a < c, b > d),
    "t_disjoint": lambda a, b, c, d: or_(b < c, a > d),
    "t_during": lambda a, b, c, d: and_(a > c, b < d),
    "t_equals": lambda a, b, c, d: and_(a == c, b == d),
    "t_finishedby": lambda a, b, c, d: and_(a < c, b == d),
    "t_finishes": lambda a, b, c, d: and_(a > c, b == d),
    "t_intersects": lambda a, b, c, d: and_(a <= d, b >= c),
    "t_meets": lambda _a, b, c, _d: b == c,
    "t_metby": lambda a, _b, _c, d: a == d,
    "t_overlappedby": lambda a, b, c, d: and_(a > c, a < d, b > d),
    "t_overlaps": lambda a, b, c, d: and_(a < c, b > c, b < d),
    "t_startedby": lambda a, b, c, d: and_(a == c, b > d),
    "t_starts": lambda a, b, c, d: and_(a == c, b < d),
}
"""Allen's relations of [a, b] and [c, d], as OGC 21-065r2 gives them in table 12."""
_ARRAYS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "a_contains": lambda a, b: a.contains(b),
    "a_containedby": lambda a, b: a.contained_by(b),
    "a_equals": lambda a, b: and_(a.contains(b), a.contained_by(b)),
    "a_overlaps": lambda a, b: a.overlap(b),
}
_BOUNDS: Final = {"and": 2, "or": 2, "not": 1, "isnull": 1, "casei": 1, "between": 3}
"""How many arguments an operator has; `and` and `or` may have more."""


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression and what it holds; ``plain`` is a literal's own value."""

    sql: Sql
    kind: Kind
    plain: Any = None


@dataclass(frozen=True, slots=True)
class Crs:
    """The coordinate system in which a filter's geometries are written."""

    srid: int = WGS84
    north_first: bool = False

    @property
    def geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.srid == WGS84


def where(wanted: FeatureSet, node: Node, crs: Crs) -> Sql:
    """The condition that a filter sets.

    Raises:
        Invalid: an unknown property, kinds that do not go together; names ``filter``.
    """
    return _Writer(wanted, crs).truth(node)


def placed(shape: BaseGeometry, srid: int = WGS84) -> Sql:
    """A geometry as a parameter, its system inside it.

    GeoAlchemy's own functions write the system into the statement, where SQLAlchemy's cache does
    not look: the next question in another system would get the first one's.
    """
    told: Sql = func.geometry(
        literal(shapely.to_wkb(shapely.set_srid(shape, srid), hex=True, include_srid=True), Text)
    )
    return told


class _Writer:
    def __init__(self, wanted: FeatureSet, crs: Crs) -> None:
        self.wanted = wanted
        self.fields = wanted.by_name()
        self.crs = crs

    # ── yes or no ────────────────────────────────────────────────────────────────────────────

    def truth(self, node: Node) -> Sql:
        match node:
            case Literal(bool(value)):
                return true() if value else false()
            case Property():
                return self._flag(node)
            case Call(operator, args):
                _count(operator, args)
                return self._call(operator, args)
        raise refused("not_a_condition")

    def _flag(self, node: Property) -> Sql:
        found = self.value(node)
        if found.kind is not Kind.BOOLEAN:
            raise refused("not_a_condition")
        return found.sql

    def _call(self, operator: str, args: tuple[Node, ...]) -> Sql:
        if operator in ("and", "or"):
            return (and_ if operator == "and" else or_)(*map(self.truth, args))
        for operators, made in self._makers():
            if operator in operators:
                return made(operator, *args)
        raise refused("not_a_condition")

    def _makers(self) -> tuple[tuple[frozenset[str], Callable[..., Sql]], ...]:
        return (
            (frozenset({"not"}), lambda _, node: not_(self.truth(node))),
            (frozenset({"isnull"}), lambda _, node: self._is_null(node)),
            (frozenset({"between"}), self._between),
            (frozenset({"in"}), self._among),
            (frozenset({"like"}), self._like),
            (cql.COMPARISONS, self._compared),
            (cql.SPATIAL, self._spatial),
            (cql.TEMPORAL, self._temporal),
            (cql.ARRAYS, self._arrays),
        )

    def _between(self, _: str, one: Node, low: Node, high: Node) -> Sql:
        return and_(self._compared(">=", one, low), self._compared("<=", one, high))

    def _is_null(self, node: Node) -> Sql:
        if isinstance(node, Property) and node.name == GEOMETRY:
            return self.wanted.geometry.is_(None)
        return self.value(node).sql.is_(None)

    def _compared(self, operator: str, one: Node, other: Node) -> Sql:
        left, right = _alike(self.value(one), self.value(other))
        if Kind.TEXTS in (left.kind, right.kind):
            raise refused("kinds", left=left.kind.value, right=right.kind.value)
        if Kind.BOOLEAN in (left.kind, right.kind) and operator not in ("=", "<>"):
            raise refused("kinds", left=left.kind.value, right=right.kind.value)
        told: Sql = _ORDER[operator](left.sql, right.sql)
        return told

    def _among(self, _: str, one: Node, many: Node) -> Sql:
        if not isinstance(many, Values) or not many.items:
            raise refused("arguments", operator="in")
        return or_(*(self._compared("=", one, item) for item in many.items))

    def _like(self, _: str, one: Node, pattern: Node) -> Sql:
        text, like = self.value(one), self.value(pattern)
        if text.kind is not Kind.TEXT or like.kind is not Kind.TEXT or like.plain is None:
            raise refused("kinds", left=text.kind.value, right=like.kind.value)
        cql.checked_pattern(like.plain)
        told: Sql = text.sql.like(like.sql)
        return told

    # ── values ───────────────────────────────────────────────────────────────────────────────

    def value(self, node: Node) -> Typed:
        match node:
            case Property(name):
                return self._property(name)
            case Literal(value):
                return _literal(value)
            case Instant(value):
                return _instant(value)
            case Values(items):
                return _texts(items)
            case Call("casei", (inner,)):
                return self._lower(inner)
            case Call(operator, (one, other)) if operator in cql.ARITHMETIC:
                return self._sum(operator, one, other)
        raise refused("not_a_value")

    def _property(self, name: str) -> Typed:
        found = self.fields.get(name)
        if found is None:
            known = ", ".join([GEOMETRY, *sorted(self.fields)])
            raise refused("property", name=name[:60], known=known)
        return Typed(found.column, found.kind)

    def _lower(self, node: Node) -> Typed:
        found = self.value(node)
        if found.kind is not Kind.TEXT:
            raise refused("kinds", left="casei", right=found.kind.value)
        return Typed(func.lower(found.sql), Kind.TEXT, found.plain)

    def _sum(self, operator: str, one: Node, other: Node) -> Typed:
        left, right = self.value(one), self.value(other)
        if not {left.kind, right.kind} <= _NUMBERS:
            raise refused("kinds", left=left.kind.value, right=right.kind.value)
        a, b = cast(left.sql, Double), cast(right.sql, Double)
        made = {"+": a + b, "-": a - b, "*": a * b, "/": a / func.nullif(b, 0)}[operator]
        return Typed(made, Kind.NUMBER)

    # ── places ───────────────────────────────────────────────────────────────────────────────

    def _spatial(self, operator: str, one: Node, other: Node) -> Sql:
        told: Sql = _SPATIAL[operator](self._shape(one, operator), self._shape(other, operator))
        return told

    def _shape(self, node: Node, operator: str) -> Sql:
        if isinstance(node, Property):
            if node.name != GEOMETRY:
                raise refused("not_a_geometry", name=node.name[:60])
            own = self.wanted.geometry
            return own if self.crs.geographic else func.st_transform(own, self.crs.srid)
        if not isinstance(node, Shape):
            raise refused("not_a_geometry", name=type(node).__name__)
        shape = node.geometry
        if shape.geom_type == "GeometryCollection" and operator != "s_intersects":
            raise refused("geometry", reason="GeometryCollection")
        return self._literal_shape(shape)

    def _literal_shape(self, shape: BaseGeometry) -> Sql:
        if self.crs.north_first:
            shape = shapely.transform(shape, lambda points: points[:, ::-1])
        if self.crs.geographic:
            _check_degrees(shape)
        else:
            _check_metres(shape, self.crs.srid)
        return placed(shape, self.crs.srid)

    # ── times ────────────────────────────────────────────────────────────────────────────────

    def _temporal(self, operator: str, one: Node, other: Node) -> Sql:
        told: Sql = _TEMPORAL[operator](*self._ends(one), *self._ends(other))
        return told

    def _ends(self, node: Node) -> tuple[Sql, Sql]:
        if isinstance(node, Interval):
            return self._end(node.begin, first=True), self._end(node.end, first=False)
        return self._end_of(node, first=True), self._end_of(node, first=False)

    def _end(self, node: Node | None, *, first: bool) -> Sql:
        if node is None:
            return _moment("-infinity" if first else "infinity")
        return self._end_of(node, first=first)

    def _end_of(self, node: Node, *, first: bool) -> Sql:
        """A day begins at 00:00 UTC and ends with its last microsecond."""
        found = self.value(node)
        if found.kind is Kind.TEXT and isinstance(found.plain, str):
            found = _instant(_read_instant(found.plain))
        if found.kind not in _TIMES:
            raise refused("not_a_time", kind=found.kind.value)
        if found.kind is Kind.MOMENT:
            return found.sql
        begin = func.timezone("UTC", cast(found.sql, DateTime))
        return begin if first else begin + timedelta(days=1) - timedelta(microseconds=1)

    # ── lists ────────────────────────────────────────────────────────────────────────────────

    def _arrays(self, operator: str, one: Node, other: Node) -> Sql:
        left, right = self.value(one), self.value(other)
        if left.kind is not Kind.TEXTS or right.kind is not Kind.TEXTS:
            raise refused("kinds", left=left.kind.value, right=right.kind.value)
        told: Sql = _ARRAYS[operator](left.sql, right.sql)
        return told


def _count(operator: str, args: tuple[Node, ...]) -> None:
    wanted = _BOUNDS.get(operator, 2)
    enough = len(args) >= wanted if operator in ("and", "or") else len(args) == wanted
    if not enough:
        raise refused("arguments", operator=operator)


def _literal(value: str | float | bool) -> Typed:  # noqa: FBT001 - a value of a filter
    if isinstance(value, bool):
        return Typed(true() if value else false(), Kind.BOOLEAN, value)
    if isinstance(value, str):
        return Typed(literal(value, Text), Kind.TEXT, value)
    return Typed(literal(value, Double), Kind.NUMBER, value)


def _instant(value: datetime | date) -> Typed:
    if isinstance(value, datetime):
        return Typed(literal(value, DateTime(timezone=True)), Kind.MOMENT, value)
    return Typed(literal(value, Date), Kind.DAY, value)


def _moment(told: str) -> Sql:
    return cast(literal(told, Text), DateTime(timezone=True))


def _texts(items: tuple[Node, ...]) -> Typed:
    found = [one.value for one in items if isinstance(one, Literal) and isinstance(one.value, str)]
    if len(found) != len(items):
        raise refused("list_of_texts")
    return Typed(literal(found, TEXTS), Kind.TEXTS, found)


def _alike(left: Typed, right: Typed) -> tuple[Typed, Typed]:
    """Both in one kind; a text that stands beside an id or a time is read as one.

    Raises:
        Invalid: they cannot be compared.
    """
    if left.kind is right.kind or {left.kind, right.kind} <= _NUMBERS:
        return left, right
    left, right = _read_as(left, right.kind), _read_as(right, left.kind)
    if left.kind is right.kind:
        return left, right
    if {left.kind, right.kind} == _TIMES:
        return _as_day(left), _as_day(right)
    raise refused("kinds", left=left.kind.value, right=right.kind.value)


def _read_as(found: Typed, other: Kind) -> Typed:
    if not isinstance(found.plain, str):
        return found
    if other is Kind.ID:
        return Typed(literal(_uuid(found.plain)), Kind.ID)
    return _instant(_read_instant(found.plain)) if other in _TIMES else found


def _as_day(found: Typed) -> Typed:
    if found.kind is Kind.DAY:
        return found
    return Typed(cast(func.timezone("UTC", found.sql), Date), Kind.DAY)


def _uuid(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError:
        raise refused("id", value=told[:60]) from None


def _read_instant(told: str) -> datetime | date:
    try:
        if "T" not in told.upper():
            return date.fromisoformat(told)
        value = datetime.fromisoformat(told)
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refused("instant", value=told[:40]) from None


def end_of_day(day: date) -> datetime:
    """Its last moment, UTC."""
    return datetime.combine(day, time.max, UTC)


def _check_degrees(shape: BaseGeometry) -> None:
    """Coordinates on the globe; a side of more than half a turn means the other way round it."""
    west, south, east, north = shape.bounds
    if max(-west, east) > HALF_TURN or max(-south, north) > POLE:
        raise refused("outside", west=west, south=south, east=east, north=north)
    for part in shapely.get_parts(shape):
        for ring in shapely.get_parts(shapely.boundary(part) if part.area else part):
            steps = np.abs(np.diff(shapely.get_coordinates(ring)[:, 0]))
            box = part.area and part.equals(shapely.box(*part.bounds))
            if steps.size and steps.max() > HALF_TURN and not box:
                raise refused("across_180")


def _check_metres(shape: BaseGeometry, srid: int) -> None:
    """Coordinates that lie somewhere in the system."""
    back = Transformer.from_crs(srid, WGS84, always_xy=True)
    lon, lat = back.transform(*shapely.get_coordinates(shape).T)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        west, south, east, north = shape.bounds
        raise refused("outside", west=west, south=south, east=east, north=north)
