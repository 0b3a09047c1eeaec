"""Levels of management and territories, as data: who stands above whom, and where."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, Text, select
from sqlalchemy.dialects import postgresql as pg

from sylvan.store.base import JSONB, METADATA, geometry
from sylvan.store.layers import items, layers

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

KINDS = ("boundary", "municipality", "forestry")
"""Kinds of layers whose things are territories."""
_LEVELS = (
    ("crew", 10, "экипаж, команда", "crew"),
    ("station", 20, "станция", "station"),
    ("district", 30, "лесничество", "forest district"),
    ("municipality", 40, "улус, район", "municipality"),
    ("region", 50, "регион", "region"),
    ("federal", 60, "федеральный", "federal"),
    ("neighbour", 45, "соседний регион", "neighbouring region"),
    ("partner", 5, "партнёр", "partner"),
    ("public", 0, "население", "public"),
)


def seed(conn: Connection) -> None:
    """Levels, and the two subjects that exist before anyone can sign in."""
    rows = [
        {"code": code, "rank": rank, "names": {"ru": ru, "en": en}}
        for code, rank, ru, en in _LEVELS
    ]
    conn.execute(pg.insert(levels).on_conflict_do_nothing(), rows)
    people = [{"id": name, "name": name, "level": "region"} for name in ("local", "system")]
    conn.execute(pg.insert(subjects).on_conflict_do_nothing(), people)


def save(conn: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert or replace territories (``code, level, parent, names, geom``), parents first."""
    statement = pg.insert(territories)
    kept = {name: statement.excluded[name] for name in ("level", "parent", "names", "geom")}
    if rows:
        conn.execute(
            statement.on_conflict_do_update(index_elements=[territories.c.code], set_=kept), rows
        )


def known(conn: Connection, codes: Sequence[str]) -> set[str]:
    """Which of these codes stand in a loaded layer."""
    query = select(territories.c.code).where(territories.c.code.in_(list(codes)))
    return set(conn.scalars(query))


def of_level(conn: Connection, level: str) -> list[tuple[str, dict[str, str]]]:
    """Codes and names of one level's territories, by code."""
    query = select(territories.c.code, territories.c.names).where(territories.c.level == level)
    return [(row.code, row.names) for row in conn.execute(query.order_by(territories.c.code))]


def in_force(conn: Connection, region: str) -> set[str]:
    """Codes of the territories that a region's layers hold; others stay known for grants' sake."""
    held = (
        select(items.c.code)
        .join(layers, items.c.layer == layers.c.code)
        .where(layers.c.region == region, layers.c.kind.in_(KINDS))
    )
    return set(conn.scalars(held))


def names_of(conn: Connection, codes: Sequence[str]) -> dict[str, dict[str, str]]:
    """Names of some territories by code; one that stands in no layer is left out."""
    query = select(territories.c.code, territories.c.names)
    rows = conn.execute(query.where(territories.c.code.in_(list(codes))))
    return {row.code: row.names for row in rows}
