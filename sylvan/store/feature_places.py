"""Collections of what lies in a region: its layers, danger, regimes, the register of forces."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Double,
    and_,
    cast,
    func,
    or_,
    select,
    text,
    true,
)

from sylvan.store import unit_positions
from sylvan.store.base import WGS84
from sylvan.store.danger import days
from sylvan.store.feature_catalogue import OWN, texts
from sylvan.store.feature_sets import Ask, FeatureSet, Field, Key, Kind, Maker
from sylvan.store.layers import Layer, items, layers
from sylvan.store.regimes import regimes
from sylvan.store.stations import stations
from sylvan.store.units import units
from sylvan.store.weather import places

Column = ColumnElement[Any]
FARTHEST_M: Final = 150_000
"""How far the weather of a place is told for another."""
EVERYWHERE: Final = "*"
LAYER: Final = "layer-"
"""How collections of the region's layers are called: this and the layer's code."""
_INDICES: Final = ("ffmc", "dmc", "dc", "isi", "bui", "fwi", "nesterov")
_NOON: Final = {"temperature": "Cel", "humidity": "%", "wind": "m/s", "rain": "mm"}


def _f(
    name: str, column: Column, kind: Kind = Kind.TEXT, unit: str = "", path: tuple[str, ...] = ()
) -> Field:
    return Field(name, column, kind, unit, path, f"ogc.field.{name}")


def _known(column: Column) -> Column:
    told: Column = func.nullif(cast(column, Double), text("'NaN'::float8"))
    return told


def danger_set(_ask: Ask) -> FeatureSet:
    """Fire danger of places by day: the days that were, and those that are forecast."""
    d, p = days.c, places.c
    both = and_(p.id == d.place_id, p.world_id == d.world_id)
    return FeatureSet(
        "danger",
        days.join(places, both),
        days,
        p.point,
        "Point",
        (
            _f("code", p.code),
            _f("name", p.name),
            _f("day", d.day, Kind.DAY),
            _f("danger_class", d.danger_class, Kind.INTEGER),
            *(_f(name, _known(d[name]), Kind.NUMBER, "1") for name in _INDICES),
            *(_f(name, _known(d[name]), Kind.NUMBER, unit) for name, unit in _NOON.items()),
        ),
        (Key(d.day, Kind.DAY), Key(d.place_id, Kind.INTEGER)),
        ids=(Key(d.day, Kind.DAY), Key(p.code, Kind.TEXT)),
        operation="danger_places",
        thing="danger",
        begins=d.day,
        ends=d.day,
        newest_first=True,
    )


def danger_areas_set(ask: Ask) -> FeatureSet:
    """Today's class of each municipality: the highest of its places, else the nearest place's."""
    i, d, p = items.c, days.c, places.c
    today = (
        select(d.danger_class)
        .select_from(days.join(places, p.id == d.place_id))
        .where(d.world_id == ask.actor.world.id, d.day == ask.today)
    )
    highest = today.with_only_columns(func.max(d.danger_class)).where(
        func.st_contains(i.geom, p.point)
    )
    spot = func.st_pointonsurface(i.geom)
    metres = func.st_distancespheroid(p.point, spot)
    nearest = today.where(metres <= FARTHEST_M).order_by(metres).limit(1)
    found = func.coalesce(highest.scalar_subquery(), nearest.scalar_subquery())
    return FeatureSet(
        "danger-areas",
        items.join(layers, layers.c.code == i.layer),
        None,
        i.geom,
        "Geometry",
        (_f("code", i.code), *texts(i.names), _f("danger_class", found, Kind.INTEGER)),
        (Key(i.id, Kind.INTEGER),),
        ids=(Key(i.code, Kind.TEXT),),
        operation="danger_places",
        thing="danger",
        where=(layers.c.region == ask.region, layers.c.kind == "municipality"),
    )


def regimes_set(ask: Ask) -> FeatureSet:
    """Restrictions and bans with their acts; those of the whole region have its shape."""
    r, i = regimes.c, items.c
    own = and_(layers.c.kind == "municipality", i.code == r.municipality)
    whole = and_(layers.c.kind == "boundary", r.municipality == EVERYWHERE)
    shape = (
        select(func.st_multi(i.geom))
        .select_from(items.join(layers, layers.c.code == i.layer))
        .where(layers.c.region == ask.region, or_(own, whole))
        .limit(1)
        .lateral("area")
    )
    return FeatureSet(
        "regimes",
        regimes.outerjoin(shape, true()),
        regimes,
        shape.c[0],
        "MultiPolygon",
        (
            _f("municipality", r.municipality),
            _f("kind", r.kind),
            _f("act", r.act),
            *(_f(name, r[name], Kind.DAY) for name in ("act_date", "since", "until")),
        ),
        (Key(r.id, Kind.ID),),
        operation="regimes_standing",
        thing="regimes",
        begins=r.since,
        ends=r.until,
    )


def stations_set(_ask: Ask) -> FeatureSet:
    """Bases of the register of forces."""
    s = stations.c
    return FeatureSet(
        "stations",
        stations,
        stations,
        s.point,
        "Point",
        (
            *(_f(name, s[name]) for name in ("code", "kind")),
            *texts(s.names),
            *(_f(name, s[name]) for name in ("owner", "owned_by", "contact", "note")),
            _f("runway_m", s.runway_m, Kind.NUMBER, "m"),
            _f("fuel_l", s.fuel_l, Kind.NUMBER, "L"),
            _f("sample", s.sample, Kind.BOOLEAN),
            _f("changed_at", s.changed_at, Kind.MOMENT),
        ),
        (Key(s.id, Kind.ID),),
        operation="forces_stations",
        thing="forces",
        where=(s.retired_at.is_(None),),
    )


def units_set(_ask: Ask) -> FeatureSet:
    """Units of the register where they were heard of last, else at their base."""
    u, s = units.c, stations.c
    last = unit_positions.newest(u.world_id, u.id)
    base = and_(s.world_id == u.world_id, s.code == u.station)
    heard = func.st_setsrid(func.st_makepoint(last.c.lon, last.c.lat), WGS84)
    spec = {"people": "", "range_km": "km", "water_l": "L", "seats": "", "cargo_kg": "kg"}
    return FeatureSet(
        "units",
        units.outerjoin(last, true()).outerjoin(stations, base),
        units,
        func.coalesce(heard, s.point),
        "Point",
        (
            *(_f(name, u[name]) for name in ("code", "kind")),
            *texts(u.names),
            *(_f(name, u[name]) for name in ("station", "status", "mobility", "owner", "owned_by")),
            *(_f(name, u[name]) for name in ("contact", "note")),
            _f("qualifications", u.qualifications, Kind.TEXTS),
            *(_spec(name, unit) for name, unit in spec.items()),
            *(_spec(name, "") for name in ("cost_hour", "cost_km", "cost_flight_hour")),
            _f("fire_id", u.fire_id, Kind.ID),
            _f("status_at", u.status_at, Kind.MOMENT),
            _f("position_at", last.c.at, Kind.MOMENT),
            _f("sample", u.sample, Kind.BOOLEAN),
        ),
        (Key(u.id, Kind.ID),),
        operation="forces_units",
        thing="forces",
        where=(u.retired_at.is_(None),),
    )


def _spec(name: str, unit: str) -> Field:
    column = cast(units.c.specs[name].astext, Double)
    return _f(name, column, Kind.NUMBER, unit, ("specs", name))


PLACES: Final[Mapping[str, Maker]] = {
    "danger": danger_set,
    "danger-areas": danger_areas_set,
    "regimes": regimes_set,
    "stations": stations_set,
    "units": units_set,
}
SETS: Final[Mapping[str, Maker]] = {**OWN, **PLACES}
"""All collections except the region's layers."""


def layer_set(layer: Layer, props: Mapping[str, Kind]) -> FeatureSet:
    """One of the region's layers, with the properties that its features have."""
    i = items.c
    named = (_f("code", i.code), *texts(i.names))
    taken = {one.name for one in named}
    own = tuple(
        Field(name, _prop(name, kind), kind) for name, kind in props.items() if name not in taken
    )
    return FeatureSet(
        LAYER + layer.code,
        items,
        None,
        i.geom,
        "Geometry",
        (*named, *own),
        (Key(i.id, Kind.INTEGER),),
        ids=(Key(i.code, Kind.TEXT),),
        operation="map_items",
        thing="map",
        where=(i.layer == layer.code,),
        titles=layer.titles,
        source_note=layer.source,
        licence=layer.licence,
        sample=layer.sample,
    )


def _prop(name: str, kind: Kind) -> Column:
    told = items.c.props[name].astext
    if kind is Kind.NUMBER:
        return cast(told, Double)
    return cast(told, Boolean) if kind is Kind.BOOLEAN else told


_PROPS: Final = text(
    "select p.key, array_agg(distinct jsonb_typeof(p.value)) as kinds"
    " from layer_item i, jsonb_each(i.props) p where i.layer = :layer group by p.key order by p.key"
)


def props_of(conn: Connection, layer: str) -> dict[str, Kind]:
    """Properties of a layer's features, and what they hold; several kinds are told as text."""
    found = {}
    for row in conn.execute(_PROPS, {"layer": layer}):
        kinds = set(row.kinds) - {"null"}
        found[row.key] = {
            frozenset({"number"}): Kind.NUMBER,
            frozenset({"boolean"}): Kind.BOOLEAN,
        }.get(frozenset(kinds), Kind.TEXT)
    return found


def loaded(layer: Layer) -> tuple[str, datetime | None]:
    """What changes whenever a layer is loaded anew."""
    return layer.code, layer.loaded_at
