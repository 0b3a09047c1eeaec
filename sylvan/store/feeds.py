"""The state of each feed in each world: what it last gave, and what is wrong with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Double, Integer, Table, Text, select
from sqlalchemy.dialects import postgresql as pg

from sylvan.domain.actors import Actor
from sylvan.domain.instants import iso
from sylvan.store.base import JSONB, METADATA, at, world_column
from sylvan.store.scope import scope

feeds = Table(
    "feed",
    METADATA,
    world_column(primary_key=True),
    Column("feed", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("titles", JSONB),
    at("last_poll", nullable=True),
    at("last_pass", nullable=True),
    at("last_data", nullable=True),
    Column("last_error", JSONB),
    Column("state", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("paused", JSONB),
    at("asked_at", nullable=True),
    at("next_poll", nullable=True),
    Column("every_s", Double),
)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """What is known of a feed. Times by the world's clock."""

    feed: str
    kind: str
    state: str = "never"
    titles: dict[str, str] | None = None
    last_poll: datetime | None = None
    last_pass: datetime | None = None
    last_data: datetime | None = None
    last_error: dict[str, Any] | None = None
    rows: int = 0
    paused: dict[str, Any] | None = None
    """Who holds it back, since when, why."""
    asked_at: datetime | None = None
    """When somebody last wanted it asked out of turn."""
    next_poll: datetime | None = None
    every_s: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "feed": self.feed,
            "kind": self.kind,
            "title": self.titles,
            "state": self.state,
            "last_poll": iso(self.last_poll),
            "last_pass": iso(self.last_pass),
            "last_data": iso(self.last_data),
            "last_error": self.last_error,
            "rows": self.rows,
            "paused": self.paused,
        }


def get(conn: Connection, actor: Actor, feed: str, *, lock: bool = True) -> FeedRow | None:
    """One feed's state in the actor's world; for a change it is held until the transaction ends."""
    query = scope(select(feeds), actor, feeds).where(feeds.c.feed == feed)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return _row(row) if row else None


def save(conn: Connection, actor: Actor, state: FeedRow) -> None:
    """Insert or replace a feed's state."""
    values = {name: getattr(state, name) for name in FeedRow.__dataclass_fields__}
    statement = pg.insert(feeds).values(world_id=actor.world.id, **values)
    statement = statement.on_conflict_do_update(
        index_elements=[feeds.c.world_id, feeds.c.feed], set_=values
    )
    conn.execute(statement)


def plan(
    conn: Connection, actor: Actor, feed: str, kind: str, next_poll: datetime, every_s: float
) -> None:
    """Note when a feed is asked next; its state stays as it is, and nobody is told."""
    told = {"next_poll": next_poll, "every_s": every_s}
    row = FeedRow(feed, kind)
    values = {name: getattr(row, name) for name in FeedRow.__dataclass_fields__} | told
    statement = pg.insert(feeds).values(world_id=actor.world.id, **values)
    conn.execute(
        statement.on_conflict_do_update(index_elements=[feeds.c.world_id, feeds.c.feed], set_=told)
    )


def listed(conn: Connection, actor: Actor) -> list[FeedRow]:
    """All feeds of the actor's world."""
    query = scope(select(feeds), actor, feeds).order_by(feeds.c.feed)
    return [_row(row) for row in conn.execute(query)]


def _row(row: Any) -> FeedRow:
    return FeedRow(**{name: getattr(row, name) for name in FeedRow.__dataclass_fields__})
