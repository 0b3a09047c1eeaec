"""The state of feeds: what each last gave, told to every screen when it changes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any

from sqlalchemy import Connection

from sylvan.domain import feeding
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Conflict
from sylvan.domain.feeding import TROUBLED, Wish
from sylvan.domain.instants import iso
from sylvan.services.base import Base
from sylvan.store import events, feeds
from sylvan.store.events import Event
from sylvan.store.feeds import FeedRow


def changed(conn: Connection, actor: Actor, state: FeedRow, now: datetime) -> None:
    """Store a feed's state and tell it, in the caller's transaction.

    Whatever came of a feed that somebody holds back: it does not look healthy.
    """
    if state.paused is not None:
        state = replace(state, state=feeding.PAUSED)
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

    def wishes(self, actor: Actor) -> dict[str, Wish]:
        """What people want of each feed; jobs that ask and watch look here."""
        with self.engine.connect() as conn:
            return {row.feed: wish_of(row) for row in feeds.listed(conn, actor)}

    def planned(self, actor: Actor, feed: str, kind: str, in_s: float, every_s: float) -> None:
        """A job will ask for the feed after so many seconds of the world's clock."""
        with self.engine.begin() as conn:
            at = actor.world.now(self.clock()) + timedelta(seconds=in_s)
            feeds.plan(conn, actor, feed, kind, at, every_s)

    def require_open(self, actor: Actor, feed: str) -> None:
        """Refuse what is sent for a feed that is held back: its sender keeps it and sends again.

        Raises:
            Conflict: somebody holds it back; by whom, since when, why.
        """
        with self.engine.connect() as conn:
            row = feeds.get(conn, actor, feed, lock=False)
        if row is not None and row.paused is not None:
            raise Conflict("feed.paused", paused_words(row))

    def _state(self, actor: Actor, row: FeedRow) -> str:
        if row.state in TROUBLED and row.paused is None:
            return row.state
        return feeding.state(
            paused=row.paused is not None,
            error=False,
            last_data=row.last_data,
            kind=row.kind,
            now=actor.world.now(self.clock()),
        )


def wish_of(row: FeedRow) -> Wish:
    """What people want of a feed; an ask is over once the feed was asked."""
    waits = row.asked_at is not None and (row.last_poll is None or row.last_poll < row.asked_at)
    return Wish(row.paused is not None, row.asked_at if waits else None)


def paused_words(row: FeedRow) -> dict[str, Any]:
    """The parameters of whatever says that a feed is held back."""
    told = row.paused or {}
    return {
        "feed": row.feed,
        "name": told.get("name") or told.get("by", ""),
        "reason": told.get("reason", ""),
        "at": told.get("at", ""),
    }
