"""Versions of layers: drafts that were uploaded, and everything that was ever in force.

A version keeps its features whole, so that it can be brought back whatever became of the file. The
layer itself (`store/layers.py`) is only what is in force; a version stands for it where both carry
the same moment.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
import shapely
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from sylvan.store.base import JSONB, METADATA, at, uuid_column
from sylvan.store.layers import Item

versions = Table(
    "layer_version",
    METADATA,
    uuid_column("id", primary_key=True),
    Column("region", Text, nullable=False),
    Column("layer", Text, nullable=False),
    Column("number", Integer),  # none: a draft
    Column("kind", Text, nullable=False),
    Column("titles", JSONB, nullable=False),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("items", Integer, nullable=False),
    Column("file", Text, nullable=False),
    Column("about", JSONB, nullable=False),  # what reading the file found
    Column("content", LargeBinary, nullable=False),
    at("made_at"),
    Column("made_by", Text, nullable=False),
    Column("made_name", Text, nullable=False),
    at("published_at", nullable=True),
    Column("published_by", Text, nullable=False),
    Column("published_name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("restores", Integer),  # number of the former version that it brings back
    Column("boxes", JSONB),  # where it changed something that fires have not been told of
    Index("ix_layer_version_region_layer_number", "region", "layer", "number", unique=True),
)
_CARD: Final = [column for column in versions.c if column.name not in ("content", "boxes")]

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True)
class Version:
    """A draft or a version; its features are read apart (:func:`content`)."""

    id: UUID
    region: str
    layer: str
    kind: str
    titles: dict[str, str]
    source: str
    licence: str
    sample: bool
    items: int
    file: str
    made_at: datetime
    made_by: str
    made_name: str
    number: int | None = None
    about: dict[str, Any] = field(default_factory=dict)
    published_at: datetime | None = None
    published_by: str = ""
    published_name: str = ""
    reason: str = ""
    restores: int | None = None


def add(conn: Connection, version: Version, features: bytes, boxes: Sequence[Box] = ()) -> None:
    """Keep a version."""
    row = {name: getattr(version, name) for name in Version.__slots__}
    conn.execute(
        insert(versions).values(**row, content=features, boxes=[list(box) for box in boxes] or None)
    )


def get(conn: Connection, region: str, version_id: UUID, *, lock: bool = False) -> Version | None:
    """One draft or version."""
    query = select(*_CARD).where(versions.c.region == region, versions.c.id == version_id)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _version(row)


def listed(conn: Connection, region: str, layer: str | None = None) -> list[Version]:
    """Drafts first, then versions, the newest first; of one layer or of all."""
    query = select(*_CARD).where(versions.c.region == region)
    if layer is not None:
        query = query.where(versions.c.layer == layer)
    c = versions.c
    order = (c.layer, c.number.desc().nulls_first(), c.made_at.desc(), c.id)
    return [_version(row) for row in conn.execute(query.order_by(*order))]


def next_number(conn: Connection, region: str, layer: str) -> int:
    """The number of the version that comes next; who asks holds the lock of layers."""
    mine = (versions.c.region == region, versions.c.layer == layer)
    return int(conn.scalar(select(func.max(versions.c.number)).where(*mine)) or 0) + 1


def discard(conn: Connection, version_id: UUID) -> None:
    """Forget a draft."""
    mine = (versions.c.id == version_id, versions.c.number.is_(None))
    conn.execute(delete(versions).where(*mine))


def content(conn: Connection, version_id: UUID) -> list[Item]:
    """The features of a version."""
    return unpack(conn.scalar(select(versions.c.content).where(versions.c.id == version_id)) or b"")


def unfollowed(conn: Connection, region: str) -> list[tuple[UUID, list[Box]]]:
    """Versions whose fires are still to be told anew, and where; others wait for them."""
    query = select(versions.c.id, versions.c.boxes).where(
        versions.c.region == region, versions.c.boxes.is_not(None)
    )
    rows = conn.execute(query.order_by(versions.c.published_at).with_for_update())
    return [(row.id, [(w, s, e, n) for w, s, e, n in row.boxes]) for row in rows]


def followed(conn: Connection, ids: Sequence[UUID]) -> None:
    """The fires around what these versions changed were told anew."""
    conn.execute(update(versions).where(versions.c.id.in_(ids)).values(boxes=None))


def waiting(conn: Connection, region: str) -> set[UUID]:
    """Versions whose fires are still to be told anew."""
    query = select(versions.c.id).where(versions.c.region == region, versions.c.boxes.is_not(None))
    return set(conn.scalars(query))


def pack(features: Sequence[Item]) -> bytes:
    """Features as they are kept: code, names, properties, well-known binary; compressed."""
    wkb = shapely.to_wkb([item.geom for item in features], hex=True, include_srid=False)
    told = [
        (item.code, item.names, item.props, shape)
        for item, shape in zip(features, wkb, strict=True)
    ]
    return zlib.compress(orjson.dumps(told, default=str))


def unpack(body: bytes) -> list[Item]:
    """What :func:`pack` made."""
    told = orjson.loads(zlib.decompress(body)) if body else []
    shapes = shapely.from_wkb([wkb for *_, wkb in told])
    return [
        Item(code, names, shape, props)
        for (code, names, props, _), shape in zip(told, shapes, strict=True)
    ]


def _version(row: Row[Any]) -> Version:
    return Version(**row._mapping)  # noqa: SLF001 - its columns are the fields
