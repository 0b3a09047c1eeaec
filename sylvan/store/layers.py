"""Layers of a region: boundaries, districts, settlements, lines, stations, heat sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from geoalchemy2.shape import to_shape
from shapely import to_wkb
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg

from sylvan.store import copying
from sylvan.store.base import JSONB, METADATA, at, geometry
from sylvan.store.fires import bbox_clause

LAYERS_LOCK = 0x53594C05
"""Advisory lock key of who loads or drops layers ("SYL", 5)."""

regions = Table(
    "region",
    METADATA,
    Column("code", Text, primary_key=True),
    Column("manifest", JSONB, nullable=False),
    Column("fingerprint", Text, nullable=False),
    at("loaded_at"),
)

layers = Table(
    "layer",
    METADATA,
    Column("code", Text, primary_key=True),
    Column("region", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("titles", JSONB, nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("items", Integer, nullable=False),
    at("loaded_at"),
)

items = Table(
    "layer_item",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("layer", Text, ForeignKey("layer.code", ondelete="CASCADE"), nullable=False),
    Column("code", Text, nullable=False),
    Column("names", JSONB, nullable=False),
    Column("props", JSONB, nullable=False),
    Column("geom", geometry("GEOMETRY"), nullable=False),
    Index("ix_layer_item_layer_code", "layer", "code", unique=True),
)


@dataclass(frozen=True, slots=True)
class Layer:
    """What a layer is and where it came from."""

    code: str
    region: str
    kind: str
    titles: dict[str, str]
    source: str
    licence: str
    sample: bool
    items: int = 0
    loaded_at: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "code": self.code,
            "region": self.region,
            "kind": self.kind,
            "title": self.titles,
            "source": self.source,
            "licence": self.licence,
            "sample": self.sample,
            "items": self.items,
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One feature of a layer."""

    code: str
    names: dict[str, str]
    geom: BaseGeometry
    props: dict[str, Any] = field(default_factory=dict)
    layer: str = ""
    kind: str = ""
    sample: bool = False


def lock(conn: Connection) -> None:
    """Let nobody else change layers until the transaction ends."""
    conn.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LAYERS_LOCK})


def region(conn: Connection, code: str) -> tuple[dict[str, Any], str] | None:
    """A loaded region's manifest and the fingerprint of the pack that it came from."""
    row = conn.execute(select(regions).where(regions.c.code == code)).one_or_none()
    return (row.manifest, row.fingerprint) if row else None


def save_region(
    conn: Connection, code: str, manifest: dict[str, Any], fingerprint: str, now: datetime
) -> None:
    """Insert or replace a region's manifest."""
    values = {"manifest": manifest, "fingerprint": fingerprint, "loaded_at": now}
    statement = pg.insert(regions).values(code=code, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=[regions.c.code], set_=values))


def moment(conn: Connection, region_code: str, now: datetime) -> datetime:
    """When a layer is loaded: later than all others, whatever the machine's clock says.

    A moment that is not new would leave the stamp as it was, and every process with the old map.
    """
    newest = conn.scalar(select(func.max(layers.c.loaded_at)).where(layers.c.region == region_code))
    return now if newest is None else max(now, newest + timedelta(microseconds=1))


def replace(conn: Connection, layer: Layer, features: Sequence[Item], now: datetime) -> None:
    """Put a layer in the place of the one with the same code, whole or not at all.

    Where that one was another region's, its pack counts as not loaded any more.
    """
    gone = delete(layers).where(layers.c.code == layer.code).returning(layers.c.region)
    before = conn.scalar(gone)
    if before is not None and before != layer.region:
        conn.execute(update(regions).where(regions.c.code == before).values(fingerprint=""))
    conn.execute(
        layers.insert().values(
            code=layer.code,
            region=layer.region,
            kind=layer.kind,
            titles=layer.titles,
            source=layer.source,
            licence=layer.licence,
            sample=layer.sample,
            items=len(features),
            loaded_at=now,
        )
    )
    statement = "copy layer_item (layer, code, names, props, geom) from stdin"
    with copying.raw(conn).cursor() as cursor, cursor.copy(statement) as copy:
        for item in features:
            wkb = to_wkb(item.geom, hex=True, include_srid=False)
            copy.write_row(
                (layer.code, item.code, _json(item.names), _json(item.props), f"SRID=4326;{wkb}")
            )


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def drop(conn: Connection, code: str) -> bool:
    """Remove a layer; whether there was one."""
    return conn.execute(delete(layers).where(layers.c.code == code)).rowcount > 0


def listed(conn: Connection, region_code: str | None = None) -> list[Layer]:
    """All layers, or those of a region."""
    query = select(layers).order_by(layers.c.kind, layers.c.code)
    if region_code:
        query = query.where(layers.c.region == region_code)
    return [
        Layer(
            row.code,
            row.region,
            row.kind,
            row.titles,
            row.source,
            row.licence,
            row.sample,
            row.items,
            row.loaded_at,
        )
        for row in conn.execute(query)
    ]


def named(
    conn: Connection, region_code: str, kinds: Sequence[str], code: str | None = None
) -> list[tuple[str, str, dict[str, str]]]:
    """Kind, code and names of features, without their shapes; by code."""
    query = select(layers.c.kind, items.c.code, items.c.names).join_from(items, layers)
    query = query.where(layers.c.region == region_code, layers.c.kind.in_(kinds))
    if code is not None:
        query = query.where(items.c.code == code)
    return [(row.kind, row.code, row.names) for row in conn.execute(query.order_by(items.c.code))]


def features(
    conn: Connection,
    *,
    layer: str | None = None,
    region_code: str | None = None,
    kinds: Sequence[str] | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    after: int = 0,
    limit: int | None = None,
) -> Iterator[tuple[int, Item]]:
    """Features with their row ids, in a stable order."""
    query = (
        select(items, layers.c.kind, layers.c.sample)
        .join(layers, layers.c.code == items.c.layer)
        .where(items.c.id > after)
        .order_by(items.c.id)
    )
    if layer:
        query = query.where(items.c.layer == layer)
    if region_code:
        query = query.where(layers.c.region == region_code)
    if kinds:
        query = query.where(layers.c.kind.in_(kinds))
    if bbox:
        query = query.where(bbox_clause(items.c.geom, bbox, shapes=True))
    for row in conn.execute(query.limit(limit) if limit else query):
        geom: Any = to_shape(row.geom)
        yield (
            row.id,
            Item(row.code, row.names, geom, row.props, row.layer, row.kind, row.sample),
        )


def owners(conn: Connection, region_code: str) -> dict[tuple[str, str], str]:
    """Whose things are, by layer and code; things without an owner are left out."""
    owner = items.c.props["owner"].astext
    query = (
        select(items.c.layer, items.c.code, owner.label("owner"))
        .join(layers, layers.c.code == items.c.layer)
        .where(layers.c.region == region_code, owner != "")
    )
    return {(row.layer, row.code): row.owner for row in conn.execute(query)}


def stamp(conn: Connection, region_code: str) -> str:
    """A text that changes whenever the region's layers change: for caches in the process."""
    query = select(func.max(layers.c.loaded_at), func.count()).where(layers.c.region == region_code)
    newest, count = conn.execute(query).one()
    return f"{newest}/{count}"
