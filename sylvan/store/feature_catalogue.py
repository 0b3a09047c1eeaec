"""The collections of features: which tables, columns and times they are, and who has them."""

from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Double,
    Integer,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from sylvan.domain.detections import DayNight, Instrument, Satellite, Stage
from sylvan.store.base import WGS84
from sylvan.store.detections import detections
from sylvan.store.feature_sets import Ask, FeatureSet, Field, Key, Kind, Maker
from sylvan.store.fire_history import versions
from sylvan.store.fires import fires
from sylvan.store.surgery import verdicts

SIGNAL: Final = "signal"
OVER: Final = ("rejected", "merged", "out", "transferred")
PUBLIC_FOR: Final = timedelta(days=5)
"""How long a fire that is not seen any more is told to everybody."""
PUBLIC_GRID: Final = 0.01
"""Degrees: about a kilometre, which is what a neighbour needs and a tracker does not."""
Column = ColumnElement[Any]


def _f(
    name: str,
    column: Column,
    kind: Kind = Kind.TEXT,
    unit: str = "",
    path: tuple[str, ...] = (),
) -> Field:
    return Field(name, column, kind, unit, path, f"ogc.field.{name}")


def _fire_fields() -> tuple[Field, ...]:
    c = fires.c
    return (
        _f("id", c.id, Kind.ID),
        _f("number", c.number),
        _f("status", c.status),
        _f("version", c.version, Kind.INTEGER),
        _f("first_seen", c.first_seen, Kind.MOMENT),
        _f("last_seen", c.last_seen, Kind.MOMENT),
        _f("received_at", c.received_at, Kind.MOMENT),
        _f("registered_at", c.registered_at, Kind.MOMENT),
        _f("closed_at", c.closed_at, Kind.MOMENT),
        _f("area_ha", c.area_ha, Kind.NUMBER, "har"),
        _f("area_lo_ha", c.area_lo_ha, Kind.NUMBER, "har"),
        _f("area_hi_ha", c.area_hi_ha, Kind.NUMBER, "har"),
        _f("growth_ha_h", c.growth_ha_h, Kind.NUMBER, "har/h"),
        _f("frp_mw", c.frp_mw, Kind.NUMBER, "MW"),
        _f("n_detections", c.n_detections, Kind.INTEGER),
        _f("n_passes", c.n_passes, Kind.INTEGER),
        _f("parts", c.parts, Kind.INTEGER),
        _f("likelihood", c.likelihood, Kind.NUMBER, "1"),
        _f("sensors", c.sensors, Kind.TEXTS),
        _f("source_kinds", c.source_kinds, Kind.TEXTS),
        _f("edge_source", c.edge_source),
        _f("edge_at", c.edge_at, Kind.MOMENT),
        _f("municipality", c.address["municipality"]["code"].astext, path=("address",)),
        _f("forestry", c.address["forestry"]["code"].astext, path=("address",)),
        _f("zone", c.address["zone"]["code"].astext, path=("address",)),
    )


def fires_set(_ask: Ask) -> FeatureSet:
    """Fires as they stand now, signals and registered ones, as points."""
    c = fires.c
    return FeatureSet(
        "fires",
        fires,
        fires,
        c.point,
        "Point",
        _fire_fields(),
        (Key(c.id, Kind.ID),),
        operation="fires_listed",
        thing="fires",
        begins=c.first_seen,
        ends=c.last_seen,
        where=(c.merged_into.is_(None),),
        tiled="fires",
    )


def edges_set(_ask: Ask) -> FeatureSet:
    """The same fires' edges; those that have none are left out."""
    c = fires.c
    return FeatureSet(
        "fire-edges",
        fires,
        fires,
        c.edge,
        "MultiPolygon",
        _fire_fields(),
        (Key(c.id, Kind.ID),),
        operation="fires_listed",
        thing="fires",
        begins=c.first_seen,
        ends=c.last_seen,
        where=(c.merged_into.is_(None), c.edge.is_not(None)),
        tiled="fires",
    )


def versions_set(_ask: Ask) -> FeatureSet:
    """Every version of every fire: its edge of then, else its point."""
    c, s = versions.c, versions.c.summary
    lon, lat = (cast(s["point"][n].astext, Double) for n in (0, 1))
    spot = func.st_setsrid(func.st_makepoint(lon, lat), WGS84)
    number = {"area_ha": "har", "area_lo_ha": "har", "area_hi_ha": "har", "growth_ha_h": "har/h"}
    number |= {"frp_mw": "MW", "likelihood": "1"}
    return FeatureSet(
        "fire-versions",
        versions,
        versions,
        func.coalesce(c.edge, spot),
        "Geometry",
        (
            _f("fire_id", c.fire_id, Kind.ID),
            _f("version", c.version, Kind.INTEGER),
            _f("at", c.at, Kind.MOMENT),
            _f("recorded_at", c.recorded_at, Kind.MOMENT),
            _f("actor", c.actor),
            *(_f(name, s[name].astext) for name in ("number", "status", "edge_source")),
            *(
                _f(f"{end}_seen", _moment(s[f"{end}_seen"]), Kind.MOMENT)
                for end in ("first", "last")
            ),
            *(_f(n, cast(s[n].astext, Double), Kind.NUMBER, u) for n, u in number.items()),
            _f("n_detections", cast(s["n_detections"].astext, Integer), Kind.INTEGER),
            _f("municipality", s["address"]["municipality"]["code"].astext, path=("address",)),
        ),
        (Key(c.fire_id, Kind.ID), Key(c.version, Kind.INTEGER)),
        operation="fires_as_of",
        thing="fires",
        begins=c.at,
        ends=c.at,
    )


def _moment(value: Any) -> Column:
    told: Column = cast(value.astext, versions.c.at.type)
    return told


def _named(column: Column, names: type[IntEnum]) -> Column:
    return case({one.value: one.name for one in names}, value=column)


def _known(column: Column) -> Column:
    """A number of a detection; what is not known is stored as NaN."""
    told: Column = func.nullif(column, cast(literal("NaN"), column.type))
    return told


def detections_set(_ask: Ask) -> FeatureSet:
    """Single detections, the newest first; what people said of each stands beside it."""
    d, v = detections.c, verdicts.c
    said = select(func.min(v.verdict)).where(
        *(v[name] == d[name] for name in ("world_id", "acq_at", "key")), v.in_force
    )
    return FeatureSet(
        "detections",
        detections,
        detections,
        d.geom,
        "Point",
        (
            _f("acq_at", d.acq_at, Kind.MOMENT),
            _f("satellite", _named(d.satellite, Satellite)),
            _f("instrument", _named(d.instrument, Instrument)),
            _f("confidence", _known(d.confidence), Kind.NUMBER, "1"),
            _f("frp_mw", _known(d.frp), Kind.NUMBER, "MW"),
            _f("bright_k", _known(d.bright), Kind.NUMBER, "K"),
            _f("bright_long_k", _known(d.bright_long), Kind.NUMBER, "K"),
            _f("scan_km", _known(d.scan), Kind.NUMBER, "km"),
            _f("track_km", _known(d.track), Kind.NUMBER, "km"),
            _f("daynight", func.lower(_named(d.daynight, DayNight))),
            _f("stage", _named(d.stage, Stage)),
            _f("fire_id", d.fire_id, Kind.ID),
            _f("verdict", said.scalar_subquery()),
        ),
        (Key(d.acq_at, Kind.MOMENT), Key(d.key, Kind.INTEGER)),
        operation="map_detections",
        thing="map",
        begins=d.acq_at,
        ends=d.acq_at,
        newest_first=True,
        tiled="detections",
    )


def public_fires_set(ask: Ask) -> FeatureSet:
    """What anybody may know of fires: registered ones of the last days, to about a kilometre.

    Its very geometry is the coarse one, so that no filter finds out the exact place.
    """
    c = fires.c
    recent = or_(c.last_seen >= ask.now - PUBLIC_FOR, c.status.not_in([SIGNAL, *OVER]))
    return FeatureSet(
        "public-fires",
        fires,
        fires,
        func.st_snaptogrid(c.point, PUBLIC_GRID),
        "Point",
        (
            _f("number", c.number),
            _f("status", c.status),
            _f("area_ha", cast(func.round(c.area_ha), Integer), Kind.INTEGER, "har"),
            _f("last_seen", c.last_seen, Kind.MOMENT),
        ),
        (Key(c.number, Kind.TEXT),),
        operation="public_near",
        thing="public",
        begins=c.first_seen,
        ends=c.last_seen,
        where=(
            and_(c.merged_into.is_(None), c.number.is_not(None)),
            c.status.not_in([SIGNAL, *OVER]),
            recent,
        ),
    )


def texts(column: Column) -> tuple[Field, ...]:
    """Names by language as two properties."""
    return tuple(_f(f"name_{language}", column[language].astext) for language in ("ru", "en"))


OWN: Final[Mapping[str, Maker]] = {
    "fires": fires_set,
    "fire-edges": edges_set,
    "fire-versions": versions_set,
    "detections": detections_set,
    "public-fires": public_fires_set,
}
