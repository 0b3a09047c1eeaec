"""Filters in CQL2 (OGC 21-065r2), text or JSON, as a small tree of values.

The `cql2` library parses; what comes out is taken apart here, and nothing is handed on that has no
place in the tree. Its parser descends by recursion and ends the process where a text nests some
thousand levels deep, so length and depth are bounded before it sees anything.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import cql2
import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Invalid

TEXT, JSON = "cql2-text", "cql2-json"
LANGUAGES: Final = (TEXT, JSON)
MOST_CHARACTERS: Final = 4_000
DEEPEST: Final = 32
"""Levels; a person writes four."""
MOST_NODES: Final = 400
MOST_VERTICES: Final = 2_000
MOST_WILDCARDS: Final = 8
"""In one pattern: each multiplies the ways in which it may fit."""
FIELD: Final = "filter"

LOGIC: Final = frozenset({"and", "or", "not"})
COMPARISONS: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})
ARITHMETIC: Final = frozenset({"+", "-", "*", "/"})
SPATIAL: Final = frozenset(
    f"s_{name}"
    for name in (
        *("intersects", "equals", "disjoint", "touches"),
        *("within", "overlaps", "crosses", "contains"),
    )
)
TEMPORAL: Final = frozenset(
    f"t_{name}"
    for name in (
        *("after", "before", "contains", "disjoint", "during", "equals", "finishedby", "finishes"),
        *("intersects", "meets", "metby", "overlappedby", "overlaps", "startedby", "starts"),
    )
)
ARRAYS: Final = frozenset({"a_contains", "a_containedby", "a_equals", "a_overlaps"})
OTHERS: Final = frozenset({"between", "in", "like", "isnull", "casei"})
OPERATORS: Final = LOGIC | COMPARISONS | ARITHMETIC | SPATIAL | TEMPORAL | ARRAYS | OTHERS


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the features, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number or a yes or no."""

    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment (UTC), or a day."""

    value: datetime | date


@dataclass(frozen=True, slots=True)
class Interval:
    """From when to when: instants or properties; ``None`` is open."""

    begin: "Instant | Property | None"
    end: "Instant | Property | None"


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry as written, in the coordinate system that the request names for filters."""

    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Values:
    """A list."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Call:
    """An operator and what it is about."""

    operator: str
    args: tuple["Node", ...]


Node = Property | Literal | Instant | Interval | Shape | Values | Call


def refused(code: str, **params: str | float) -> Invalid:
    """A filter that cannot be used."""
    return Invalid(f"filter.{code}", params, FIELD)


def parse(told: str, language: str = TEXT) -> Node:
    """A filter as a tree.

    Raises:
        Invalid: too long, too deep, not CQL2, or something that is not supported; names ``filter``.
    """
    if len(told) > MOST_CHARACTERS:
        raise refused("too_long", limit=MOST_CHARACTERS)
    body = _from_json(told) if language == JSON else _from_text(told)
    return _Reader().node(body)


def _from_text(told: str) -> Any:
    _check_nesting(told)
    try:
        return cql2.parse_text(told).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        raise refused("syntax", reason=_short(error)) from None


def _from_json(told: str) -> Any:
    try:
        body = orjson.loads(told)
    except orjson.JSONDecodeError as error:
        raise refused("syntax", reason=_short(error)) from None
    if _depth(body) > 3 * DEEPEST:  # an operator in JSON is an object, a list and its member
        raise refused("too_deep", limit=DEEPEST)
    try:
        return cql2.parse_json(orjson.dumps(body).decode()).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        raise refused("syntax", reason=_short(error)) from None


def _short(error: Exception) -> str:
    """One line of what a parser says."""
    lines = [line.strip(" |^-=>") for line in str(error).splitlines()]
    return " ".join(line for line in lines if line)[:160]


def _check_nesting(told: str) -> None:
    """Refuse a text that nests too deep, without recursion; quoted parts count nothing."""
    depth = 0
    for piece in told.split("'")[::2]:
        for sign in piece:
            depth += (sign in "([{") - (sign in ")]}")
            if depth > DEEPEST:
                raise refused("too_deep", limit=DEEPEST)


def _depth(body: Any) -> int:
    """How deep lists and objects lie in one another."""
    level, deep = [body], 0
    while level and deep <= 3 * DEEPEST:
        level = [inner for one in level for inner in _inside(one)]
        deep += 1
    return deep


def _inside(body: Any) -> Iterator[Any]:
    if isinstance(body, Mapping):
        yield from body.values()
    elif isinstance(body, list):
        yield from body


class _Reader:
    """Makes nodes of the JSON form, and counts them."""

    def __init__(self) -> None:
        self.nodes = 0
        self.depth = 0

    def node(self, body: Any) -> Node:
        """One node and all below it."""
        self.nodes += 1
        self.depth += 1
        if self.nodes > MOST_NODES:
            raise refused("too_many", limit=MOST_NODES)
        if self.depth > DEEPEST:
            raise refused("too_deep", limit=DEEPEST)
        made = self._made(body)
        self.depth -= 1
        return made

    def _made(self, body: Any) -> Node:
        match body:
            case bool():
                return Literal(body)
            case str():
                return Literal(_text(body))
            case int() | float():
                return Literal(_number(body))
            case list():
                return Values(tuple(map(self.node, body)))
        return self._of_object(body)

    def _of_object(self, body: Any) -> Node:
        match body:
            case {"property": str(name)}:
                return Property(name)
            case {"interval": [begin, end]}:
                return Interval(self._end(begin), self._end(end))
            case {"bbox": list(numbers)}:
                return Shape(_box(numbers))
            case {"op": str(operator), "args": list(args)}:
                return self._call(operator.lower(), args)
            case {"type": str()}:
                return Shape(_geometry(body))
        return _time(body)

    def _call(self, operator: str, args: list[Any]) -> Call:
        if operator not in OPERATORS:
            raise refused("operator", operator=operator[:40], known=", ".join(sorted(OPERATORS)))
        return Call(operator, tuple(map(self.node, args)))

    def _end(self, body: Any) -> Instant | Property | None:
        if body == "..":
            return None
        if isinstance(body, str):
            return Instant(_moment(body) if "T" in body.upper() else _day(body))
        found = self.node(body)
        if isinstance(found, Instant | Property):
            return found
        raise refused("interval")


def _time(body: Any) -> Instant:
    match body:
        case {"date": str(told)}:
            return Instant(_day(told))
        case {"timestamp": str(told)}:
            return Instant(_moment(told))
    raise refused("syntax", reason=str(body)[:80])


def _text(told: str) -> str:
    if "\x00" in told:
        raise refused("syntax", reason="NUL")
    return told


def _number(told: float) -> float:
    value = float(told)
    if not math.isfinite(value):
        raise refused("number", value=str(told)[:40])
    return value


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise refused("instant", value=told[:40]) from None


def _moment(told: str) -> datetime:
    try:
        value = datetime.fromisoformat(told)
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refused("instant", value=told[:40]) from None


def _box(numbers: list[Any]) -> BaseGeometry:
    """A box of four numbers, or six with heights; one whose west is greater crosses 180°."""
    flat = [_number(one) for one in numbers if isinstance(one, int | float)]
    flat = [*flat[:2], *flat[3:5]] if len(flat) == 6 else flat  # noqa: PLR2004 - west, south, low, east, north, high
    if len(flat) != 4 or flat[1] > flat[3]:  # noqa: PLR2004 - west, south, east, north
        raise refused("box")
    west, south, east, north = flat
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.multipolygons(
        [shapely.box(west, south, 180.0, north), shapely.box(-180.0, south, east, north)]
    )


def _geometry(body: Any) -> BaseGeometry:
    try:
        shape = shapely.from_geojson(orjson.dumps(body))
    except (shapely.errors.GEOSException, TypeError, ValueError) as error:
        raise refused("geometry", reason=_short(error)) from None
    if shape is None or shape.is_empty:
        raise refused("geometry", reason="empty")
    points = shapely.get_coordinates(shape)
    if len(points) > MOST_VERTICES:
        raise refused("vertices", limit=MOST_VERTICES)
    if not np.isfinite(points).all():
        raise refused("geometry", reason="not finite")
    if not shape.is_valid:
        raise refused("geometry", reason=str(shapely.is_valid_reason(shape))[:80])
    return shapely.force_2d(shape)


def checked_pattern(pattern: str) -> str:
    """A LIKE pattern that ends in no half escape and has few wildcards.

    Raises:
        Invalid: it has not.
    """
    plain = pattern.replace("\\\\", "")
    if plain.endswith("\\"):
        raise refused("pattern", pattern=pattern[:80])
    if plain.count("%") - plain.count("\\%") > MOST_WILDCARDS:
        raise refused("wildcards", limit=MOST_WILDCARDS)
    return pattern
