"""What all tables share: one metadata, constraint names, column types."""

from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import Column, DateTime, MetaData, SmallInteger
from sqlalchemy.dialects import postgresql as pg

WGS84 = 4326
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
JSONB = pg.JSONB(none_as_null=True)
TEXTS = pg.ARRAY(pg.TEXT)
UUIDS = pg.ARRAY(pg.UUID(as_uuid=True))


def at(name: str, *, nullable: bool = False, **kwargs: Any) -> Column[Any]:
    """A moment in UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable, **kwargs)


def world_column(**kwargs: Any) -> Column[int]:
    """The world that a row belongs to; no query crosses worlds."""
    return Column("world_id", SmallInteger, nullable=False, **kwargs)


def uuid_column(name: str, **kwargs: Any) -> Column[UUID]:
    """A UUID column."""
    return Column(name, pg.UUID(as_uuid=True), **kwargs)


def geometry(kind: str, *, index: bool = True) -> Geometry:
    """A geometry type in WGS 84."""
    return Geometry(kind, srid=WGS84, spatial_index=index)
