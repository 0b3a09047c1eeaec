"""Levels of management and territories, as data: who stands above whom, and where."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from sylvan.store.base import JSONB, METADATA, geometry

levels = Table(
    "level",
    METADATA,
    Column("code", Text, primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("names", JSONB, nullable=False),
)

territories = Table(
    "territory",
    METADATA,
    Column("code", Text, primary_key=True),
    Column("level", Text, ForeignKey("level.code"), nullable=False),
    Column("parent", Text, ForeignKey("territory.code")),
    Column("names", JSONB, nullable=False),
    Column("geom", geometry("MULTIPOLYGON")),
)

subjects = Table(
    "subject",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, ForeignKey("level.code"), nullable=False),
    Column("territory", Text, ForeignKey("territory.code")),
)
