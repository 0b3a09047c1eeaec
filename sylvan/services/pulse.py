"""What heartbeats tell: how old each source's data are, and whether anything can be written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from sylvan.domain.actors import system
from sylvan.domain.worlds import World
from sylvan.services.base import Base
from sylvan.store import feeds, worlds


@dataclass(frozen=True, slots=True)
class FeedAge:
    """A source and its newest data. Times by the world's clock."""

    feed: str
    state: str
    last_data: datetime | None
    last_pass: datetime | None


@dataclass(frozen=True, slots=True)
class Pulse:
    """All sources of a world at one moment."""

    feeds: tuple[FeedAge, ...] = ()
    read_only: bool = False
    world: World | None = None
    """As its clock is set now."""


@dataclass(frozen=True, slots=True)
class Pulses(Base):
    """Reading pulses."""

    def of(self, world: World) -> Pulse:
        """The pulse of a world."""
        with self.engine.connect() as conn:
            rows = feeds.listed(conn, system(world))
            newest = worlds.by_name(conn, world.name)
            read_only = conn.scalar(text("select current_setting('transaction_read_only')")) == "on"
        ages = (FeedAge(row.feed, row.state, row.last_data, row.last_pass) for row in rows)
        return Pulse(tuple(ages), read_only, newest)
