"""The state of feeds: what each last gave, told to every screen when it changes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.instants import iso
from sylvan.services.base import Base
from sylvan.store import events, feeds
from sylvan.store.events import Event
from sylvan.store.feeds import FeedRow

LATE_AFTER: Final = timedelta(hours=6)
"""Polar orbiters pass Yakutia's latitudes several times a day and their near-real-time files come
within about 3 h of a pass (measured delays: FIRMS p90 3.2 h): 6 h of silence is not normal."""

LATE_OF_KIND: Final = {"orbits": timedelta(days=3)}
"""Feeds that come more seldom: orbital elements hold for a week, three days leave time to act."""


def changed(conn: Connection, actor: Actor, state: FeedRow, now: datetime) -> None:
    """Store a feed's state and tell it, in the caller's transaction."""
    feeds.save(conn, actor, state)
    at = actor.world.now(now)
    events.write(conn, actor, [Event("feed.changed", f"feed:{state.feed}", at, state.as_dict())])


def state_of(conn: Connection, actor: Actor, feed: str, kind: str) -> FeedRow:
    """A feed's state, or that of one never heard of."""
    return feeds.get(conn, actor, feed) or FeedRow(feed, kind)


@dataclass(frozen=True, slots=True)
class Feeds(Base):
    """Use-cases about feeds."""

    def polled(self, actor: Actor, feed: str, kind: str) -> None:
        """The feed was asked and had nothing new."""
        with self.engine.begin() as conn:
            now = self.clock()
            state = state_of(conn, actor, feed, kind)
            new = replace(state, last_poll=actor.world.now(now), state=self._state(actor, state))
            changed(conn, actor, new, now)

    def failed(self, actor: Actor, feed: str, kind: str, error: Coded, *, opened: bool) -> None:
        """The feed could not be read; the last good data stay."""
        with self.engine.begin() as conn:
            now = self.clock()
            at = actor.world.now(now)
            told = error.as_dict() | {"at": iso(at)}
            state = state_of(conn, actor, feed, kind)
            new = replace(
                state, last_poll=at, last_error=told, state="open" if opened else "failing"
            )
            changed(conn, actor, new, now)

    def refresh(self, actor: Actor) -> list[dict[str, Any]]:
        """Mark feeds that have been silent for too long, and tell those that changed."""
        with self.engine.begin() as conn:
            now = self.clock()
            rows = feeds.listed(conn, actor)
            late = [replace(row, state=self._state(actor, row)) for row in rows]
            for old, new in zip(rows, late, strict=True):
                if new.state != old.state:
                    changed(conn, actor, new, now)
            return [row.as_dict() for row in late]

    def silence_s(self, actor: Actor, feed: str) -> float:
        """Seconds since a feed last gave anything; infinite if it never did."""
        with self.engine.connect() as conn:
            last = next(
                (row.last_data for row in feeds.listed(conn, actor) if row.feed == feed), None
            )
        return (actor.world.now(self.clock()) - last).total_seconds() if last else inf

    def _state(self, actor: Actor, row: FeedRow) -> str:
        if row.state in ("failing", "open"):
            return row.state
        if row.last_data is None:
            return "never"
        silent = actor.world.now(self.clock()) - row.last_data
        return "late" if silent > LATE_OF_KIND.get(row.kind, LATE_AFTER) else "ok"
