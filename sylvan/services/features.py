"""Collections of features for programs: which there are for whom, their pages, features and tiles.

A collection is open to whoever has the operation of the product's interface that shows the same
rows; its rows pass the same two walls, and fields that a role does not see are left out before
anything is asked, so that no filter finds them out either.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from sylvan.domain import cql
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid, NotFound, Refusal
from sylvan.domain.cql import Call, Literal, Node, Property, Values
from sylvan.domain.rights import Rights
from sylvan.services.base import Base
from sylvan.services.danger import Danger
from sylvan.services.geography import OUTSIDE_MARGIN_KM, Geography
from sylvan.store import feature_places, feature_reads, layers, tiles
from sylvan.store.feature_filters import Crs
from sylvan.store.feature_reads import Box, Projected, Wanted
from sylvan.store.feature_sets import Ask, FeatureSet, Field, Kind

__all__ = ["Box", "Crs", "FeatureSet", "Field", "Kind", "Projected", "Wanted"]

May = Callable[[str], bool]
"""Whether who asks has an operation of the product's interface."""
COUNTED: Final = 250_000
"""Up to how many features are counted; where more fit, their number is not told."""
PATIENCE_MS: Final = 20_000
"""No question takes longer; whoever asks for less gets an answer."""
TILE_SPAN: Final = timedelta(hours=72)
"""How far tiles of fires and detections look back."""
REMEMBERED_S: Final = 60.0
KM_IN_DEGREE: Final = 111.0
_TOO_LONG: Final = "57014"
_UNFIT: Final = "XX000"


class TooCostly(Refusal):
    """The question took too long; a smaller one is answered."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A set and what is told of it."""

    found: FeatureSet
    box: Box | None
    """About where its features lie; west > east across 180°."""
    span: tuple[datetime | date | None, datetime | date | None] | None


@dataclass(frozen=True, slots=True)
class FeaturePage:
    """Features as GeoJSON, and where the next page begins."""

    features: list[dict[str, Any]]
    after: tuple[str, ...] | None
    matched: int | None


@dataclass(frozen=True, slots=True)
class Paging:
    """From behind which row on, how many, and how many there were at the first page."""

    limit: int
    after: tuple[str, ...] | None = None
    matched: int | None = None


@dataclass(frozen=True, slots=True)
class Features(Base):
    """Reading features; nothing here changes anything."""

    geography: Geography
    danger: Danger
    rights: Rights
    _props: dict[Any, dict[str, Kind]] = field(default_factory=dict)
    _spans: dict[Any, tuple[datetime, Any]] = field(default_factory=dict)

    def listed(self, actor: Actor, may: May) -> list[Collection]:
        """All collections that are open."""
        with self.reading() as conn:
            ask = self.ask(conn, actor)
            return [self._told(conn, ask, one) for one in self._open(conn, ask, may)]

    def described(self, actor: Actor, may: May, code: str) -> Collection:
        """One collection."""
        with self.reading() as conn:
            ask = self.ask(conn, actor)
            return self._told(conn, ask, self.find(conn, ask, may, code))

    def fields(self, actor: Actor, may: May, code: str) -> dict[str, Field]:
        """A collection's properties by name."""
        with self.reading() as conn:
            return self.find(conn, self.ask(conn, actor), may, code).by_name()

    def page(
        self,
        actor: Actor,
        may: May,
        code: str,
        asked: Wanted,
        paging: Paging,
        *,
        crs: Crs,
        simple: Mapping[str, str],
    ) -> FeaturePage:
        """A page of features; ``simple`` are properties and the value that each must have."""
        with self.reading() as conn:
            ask = self.ask(conn, actor)
            found = self.find(conn, ask, may, code)
            asked = replace(asked, filter=_joined(found, asked.filter, simple))
            matched = paging.matched
            if paging.after is None:
                matched = feature_reads.count(conn, found, ask, asked, COUNTED)
            after = _after(found, paging.after)
            rows = feature_reads.page(
                conn, found, ask, asked, crs=crs, after=after, limit=paging.limit
            )
        told = [feature(found, row) for row in rows[: paging.limit]]
        more = len(rows) > paging.limit
        return FeaturePage(told, _key(found, rows[paging.limit - 1]) if more else None, matched)

    def one(self, actor: Actor, may: May, code: str, name: str, *, crs: Crs) -> dict[str, Any]:
        """One feature by its id."""
        unknown = NotFound("ogc.feature_unknown", {"collection": code, "id": name[:100]})
        with self.reading() as conn:
            ask = self.ask(conn, actor)
            found = self.find(conn, ask, may, code)
            keys = found.named_by
            names = feature_reads.read(keys, name.split(".", len(keys) - 1))
            row = None
            if names is not None:
                row = feature_reads.one(conn, found, ask, names, crs=crs)
        if row is None:
            raise unknown
        return feature(found, row)

    def tile(self, actor: Actor, may: May, code: str, at: tiles.Tile) -> bytes:
        """A vector tile of a collection (zoom, column, row)."""
        with self.reading() as conn:
            ask = self.ask(conn, actor)
            found = self.find(conn, ask, may, code)
            if found.tiled == "detections":
                return tiles.detections(conn, actor, at, ask.now - TILE_SPAN, ask.now)
            if found.tiled == "fires":
                return tiles.fires(conn, actor, at, ask.now - TILE_SPAN)
            return feature_reads.tile(conn, found, ask, Wanted(), at)

    # ── which collections there are ──────────────────────────────────────────────────────────

    def ask(self, conn: Connection, actor: Actor) -> Ask:
        """Who reads, at which moment of the world's clock."""
        now = actor.world.now(self.clock())
        return Ask(actor, now, self.danger.today(conn, actor), self.geography.code)

    def find(self, conn: Connection, ask: Ask, may: May, code: str) -> FeatureSet:
        """A collection by its name, without the fields that the role does not see.

        Raises:
            NotFound: there is none, or it is not open.
        """
        found = None
        if code in feature_places.SETS:
            found = feature_places.SETS[code](ask)
        elif code.startswith(feature_places.LAYER):
            name = code.removeprefix(feature_places.LAYER)
            known = layers.listed(conn, self.geography.code)
            layer = next((one for one in known if one.code == name), None)
            found = None if layer is None else self._layer(conn, layer)
        if found is None or not may(found.operation):
            raise NotFound("ogc.collection_unknown", {"collection": code[:100]})
        return self._veiled(found, ask.actor)

    def _open(self, conn: Connection, ask: Ask, may: May) -> Iterator[FeatureSet]:
        for make in feature_places.SETS.values():
            found = make(ask)
            if may(found.operation):
                yield self._veiled(found, ask.actor)
        for layer in layers.listed(conn, self.geography.code) if may("map_items") else ():
            yield self._veiled(self._layer(conn, layer), ask.actor)

    def _veiled(self, found: FeatureSet, actor: Actor) -> FeatureSet:
        return found.without(self.rights.hidden(actor.role).get(found.thing, ()))

    def _layer(self, conn: Connection, layer: layers.Layer) -> FeatureSet:
        """A layer's set; its properties are looked at once after it was loaded."""
        stamp = feature_places.loaded(layer)
        props = self._props.get(stamp)
        if props is None:
            props = self._props[stamp] = feature_places.props_of(conn, layer.code)
        return feature_places.layer_set(layer, props)

    def _told(self, conn: Connection, ask: Ask, found: FeatureSet) -> Collection:
        return Collection(found, self._around(conn), self._span(conn, ask, found))

    def _around(self, conn: Connection) -> Box | None:
        """The region's box and what is stored beyond its border."""
        bounds = self.geography.region(conn).index.bounds
        if bounds is None:
            return None
        west, south, east, north = bounds
        lat, lon = OUTSIDE_MARGIN_KM / KM_IN_DEGREE, 5.0
        return (
            max(-180.0, west - lon),
            max(-90.0, south - lat),
            min(180.0, east + lon),
            min(90.0, north + lat),
        )

    def _span(self, conn: Connection, ask: Ask, found: FeatureSet) -> Any:
        """From when to when, remembered for a minute: a list of collections asks for each."""
        reach = None if ask.actor.everywhere else ask.actor.reach
        mark = (ask.actor.world.id, reach, found.code)
        known = self._spans.get(mark)
        now = self.clock()
        if known is None or not 0 <= (now - known[0]).total_seconds() < REMEMBERED_S:
            if len(self._spans) > 10_000:  # noqa: PLR2004 - more askers than any installation has
                self._spans.clear()
            known = self._spans[mark] = (now, feature_reads.span(conn, found, ask))
        return known[1]

    @contextmanager
    def reading(self, patience_ms: int | None = None) -> Iterator[Connection]:
        """A connection whose statements are bounded, and whose faults say what to do."""
        try:
            with self.engine.connect() as conn:
                feature_reads.bound(conn, patience_ms or PATIENCE_MS)
                yield conn
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None)
            if state == _TOO_LONG:
                raise TooCostly(
                    "ogc.too_costly", {"seconds": (patience_ms or PATIENCE_MS) // 1000}
                ) from error
            if state == _UNFIT:
                raise cql.refused("geometry", reason="unfit") from error
            raise


def _joined(found: FeatureSet, told: Node | None, simple: Mapping[str, str]) -> Node | None:
    """A filter and simple properties in one."""
    parts = [_simple(found.by_name()[name], value) for name, value in simple.items()]
    parts += [] if told is None else [told]
    if len(parts) < 2:  # noqa: PLR2004 - one alone needs no "and"
        return parts[0] if parts else None
    return Call("and", tuple(parts))


def _simple(wanted: Field, value: str) -> Node:
    """A property that has this value, or holds it where it is a list."""
    name = Property(wanted.name)
    if wanted.kind is Kind.TEXTS:
        return Call("a_contains", (name, Values((Literal(value),))))
    return Call("=", (name, _plain(wanted, value)))


def _plain(wanted: Field, value: str) -> Literal:
    if wanted.kind is Kind.BOOLEAN:
        if value not in ("true", "false"):
            raise Invalid("field.yes_or_no", {}, wanted.name)
        return Literal(value == "true")
    if wanted.kind not in (Kind.NUMBER, Kind.INTEGER):
        return Literal(value)
    try:
        number = float(value)
    except ValueError:
        raise Invalid("field.number", {"value": value[:40]}, wanted.name) from None
    if number - number != 0:
        raise Invalid("field.number", {"value": value[:40]}, wanted.name)
    return Literal(number)


def _after(found: FeatureSet, told: Sequence[str] | None) -> list[Any] | None:
    if told is None:
        return None
    values = feature_reads.read(found.keys, told)
    if values is None:
        raise Invalid("problem.cursor", {"value": ".".join(told)[:80]}, "cursor")
    return [feature_reads.typed(key, one) for key, one in zip(found.keys, values, strict=True)]


def _key(found: FeatureSet, row: Row[Any]) -> tuple[str, ...]:
    return tuple(feature_reads.told(key.kind, row[place]) for place, key in enumerate(found.keys))


def name_of(found: FeatureSet, row: Row[Any]) -> str:
    """A feature's id."""
    start = len(found.keys) if found.ids else 0
    return ".".join(
        feature_reads.told(key.kind, row[start + place]) for place, key in enumerate(found.named_by)
    )


def feature(found: FeatureSet, row: Row[Any]) -> dict[str, Any]:
    """A row as a feature; its geometry stays the text that the database made."""
    shape = len(found.keys) + len(found.ids)
    values, told = row[shape + 1 :], row[shape]
    return {
        "type": "Feature",
        "id": name_of(found, row),
        "geometry": None if told is None else orjson.Fragment(told),
        "properties": {one.name: value for one, value in zip(found.fields, values, strict=True)},
    }
