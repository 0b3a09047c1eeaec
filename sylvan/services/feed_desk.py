"""The feeds' desk: how each feed stands, what came of it, and people's word about it.

What people say is a row beside the feed's state, read by the jobs that ask and watch, so that it
outlives restarts and holds for every process. Only feeds of the live world are asked by anybody: in
a world that is played they are shown, and nothing can be changed.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain import feeding
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, Forbidden, NotFound
from sylvan.domain.feeding import Source, Way
from sylvan.domain.instants import iso
from sylvan.domain.worlds import WorldKind
from sylvan.services import feeds as feed_states
from sylvan.services.base import Base
from sylvan.store import audit, feeds, hub, ledger, neighbours, territories
from sylvan.store.events import newest_fault
from sylvan.store.feeds import FeedRow
from sylvan.store.ledger import Batch

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
"""How far back a feed's last fault is looked for, in real time."""
PAGE: Final = 20
"""Batches told at once."""
TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class FeedDesk(Base):
    """Use-cases of whoever looks after feeds."""

    sources: tuple[Source, ...]
    """What this installation is set to ask and watch."""

    def overview(self, actor: Actor) -> dict[str, Any]:
        """Every feed that is set up or was ever heard of, the troubled ones first."""
        real = self.clock()
        now = actor.world.now(real)
        with self.engine.connect() as conn:
            rows = {row.feed: row for row in feeds.listed(conn, actor)}
            day = _sums(ledger.since(conn, actor, now - DAY))
            told = [
                self._told(conn, actor, source, rows.get(source.feed), day, now, real)
                for source in self._known(actor, rows.values())
            ]
            others = _others(conn, real) if _is_live(actor) else []
            changes = _is_live(actor) and sees_region(conn, actor)
        may = ("may_ask", "may_pause")
        told = [one | {name: one[name] and changes for name in may} for one in told]
        return {
            "world": actor.world.name,
            "now": iso(now),
            "played": not _is_live(actor),
            "changes": changes,
            "feeds": sorted(told, key=lambda one: (ORDER.index(one["state"]), one["feed"])),
            "others": others,
        }

    def batches(self, actor: Actor, feed: str, before: int | None) -> list[dict[str, Any]]:
        """What a feed brought, the newest first."""
        with self.engine.connect() as conn:
            return [batch_told(one) for one in ledger.of_feed(conn, actor, feed, PAGE, before)]

    def pause(self, actor: Actor, feed: str, reason: str) -> dict[str, Any]:
        """Hold a feed back: it is neither asked nor taken from until somebody lets it go on.

        Raises:
            Conflict: it is held back already, or nothing here is asked in this world.
            NotFound: there is no such feed.
        """
        with self.engine.begin() as conn:
            row, now = self._row(conn, actor, feed), self.clock()
            if row.paused is not None:
                raise Conflict("feed.paused", feed_states.paused_words(row))
            at = iso(actor.world.now(now))
            told = feeding.pause(actor.subject, actor.name, reason, str(at))
            held = replace(row, paused=told, asked_at=None)
            feed_states.changed(conn, actor, held, now)
            self._note(conn, actor, "feed.pause", feed, {"reason": reason}, now)
            return self._after(conn, actor, feed, now)

    def resume(self, actor: Actor, feed: str, reason: str) -> dict[str, Any]:
        """Let a feed go on; what waited in a folder is taken, what is due is asked.

        Raises:
            Conflict: nobody holds it back.
            NotFound: there is no such feed.
        """
        with self.engine.begin() as conn:
            row, now = self._row(conn, actor, feed), self.clock()
            if row.paused is None:
                raise Conflict("feed.not_paused", {"feed": feed})
            state = feeding.state(
                paused=False,
                error=row.last_error is not None,
                last_data=row.last_data,
                kind=row.kind,
                now=actor.world.now(now),
            )
            feed_states.changed(conn, actor, replace(row, paused=None, state=state), now)
            since = {"reason": reason, "since": row.paused.get("at")}
            self._note(conn, actor, "feed.resume", feed, since, now)
            return self._after(conn, actor, feed, now)

    def ask(self, actor: Actor, feed: str) -> dict[str, Any]:
        """Have a feed asked out of turn, within seconds, also while it is left alone after faults.

        Raises:
            Conflict: it is held back, or nobody asks for it: it is sent or lies in a folder.
            NotFound: there is no such feed.
        """
        with self.engine.begin() as conn:
            row, now = self._row(conn, actor, feed), self.clock()
            if row.paused is not None:
                raise Conflict("feed.paused", feed_states.paused_words(row))
            if self._source(row).way is not Way.ASKED:
                raise Conflict("feed.not_asked", {"feed": feed})
            at = actor.world.now(now)
            # machines' clocks differ: the wish is newer than the last question, whoever noted that
            at = at if row.last_poll is None else max(at, row.last_poll + TICK)
            feeds.save(conn, actor, replace(row, asked_at=at))
            self._note(conn, actor, "feed.ask", feed, {}, now)
            return self._after(conn, actor, feed, now)

    def _row(self, conn: Connection, actor: Actor, feed: str) -> FeedRow:
        """A feed's state, held until the transaction ends; one that is only set up begins here."""
        require_region(conn, actor)
        if not _is_live(actor):
            raise Conflict("feed.played", {"world": actor.world.name})
        row = feeds.get(conn, actor, feed)
        if row is not None:
            return row
        for source in self.sources:
            if source.feed == feed:
                return FeedRow(feed, source.kind)
        raise NotFound("feed.unknown", {"feed": feed})

    def _after(self, conn: Connection, actor: Actor, feed: str, now: datetime) -> dict[str, Any]:
        row = feeds.get(conn, actor, feed)
        source = self._source(row) if row else Source(feed, "", Way.SENT)
        at = actor.world.now(now)
        day = _sums(ledger.since(conn, actor, at - DAY))
        return self._told(conn, actor, source, row, day, at, now)

    @staticmethod
    def _note(
        conn: Connection, actor: Actor, deed: str, feed: str, facts: dict[str, Any], now: datetime
    ) -> None:
        audit.record(conn, actor, deed, f"feed:{feed}", facts, now=now)

    def _known(self, actor: Actor, rows: Iterable[FeedRow]) -> list[Source]:
        if not _is_live(actor):
            return [Source(row.feed, row.kind, Way.PLAYED) for row in rows]
        mine = {source.feed: source for source in self.sources}
        heard = {row.feed: self._source(row) for row in rows}
        return list((mine | heard).values())

    def _source(self, row: FeedRow) -> Source:
        """How a feed's data come; what is asked elsewhere says so by its plan."""
        for source in self.sources:
            if source.feed == row.feed:
                return source
        return Source(row.feed, row.kind, Way.SENT if row.next_poll is None else Way.ASKED)

    def _told(
        self,
        conn: Connection,
        actor: Actor,
        source: Source,
        row: FeedRow | None,
        day: dict[str, dict[str, Any]],
        now: datetime,
        real: datetime,
    ) -> dict[str, Any]:
        known = row or FeedRow(source.feed, source.kind)
        newest = ledger.of_feed(conn, actor, source.feed, 1)
        age = None if known.last_data is None else (now - known.last_data).total_seconds()
        waits = feed_states.wish_of(known).asked
        live = _is_live(actor)
        fault = known.last_error or newest_fault(
            conn, actor, f"feed:{source.feed}", "last_error", real - WEEK
        )
        return known.as_dict() | {
            "way": source.way,
            "set_up": source in self.sources,
            "age_s": None if age is None else max(0, round(age)),
            "limit_s": round(feeding.limit(known.kind).total_seconds()),
            "next_poll": iso(known.next_poll) if source.way is Way.ASKED else None,
            "every_s": known.every_s or source.every_s,
            "asked_at": iso(waits) if waits else None,
            "fault": fault,
            "day": day.get(source.feed, {"batches": 0, "counts": {}}),
            "last_batch": batch_told(newest[0]) if newest else None,
            "may_ask": live and source.way is Way.ASKED and known.paused is None,
            "may_pause": live and source.way is not Way.PLAYED,
        }


def sees_region(conn: Connection, actor: Actor) -> bool:
    """Whether somebody was given the region as a whole, or everything."""
    if actor.everywhere:
        return True
    return any(code in actor.territories for code, _ in territories.of_level(conn, "region"))


def require_region(conn: Connection, actor: Actor) -> None:
    """Feeds and what they bring are the region's: who has a part neither handles nor reads them.

    Raises:
        Forbidden: somebody who was given a part of the region.
    """
    if not sees_region(conn, actor):
        raise Forbidden("feed.whole_region", {"level": str(actor.level)})


ORDER: Final = ("paused", "failing", "open", "late", "never", "ok")
"""States as a person has to look at them."""


def batch_told(one: Batch) -> dict[str, Any]:
    """A batch as it is shown."""
    return {
        "id": one.id,
        "feed": one.feed,
        "name": one.name,
        "product": one.product,
        "received_at": iso(one.received_at),
        "counts": one.counts,
        "sha256": one.sha256.hex(),
    }


def _is_live(actor: Actor) -> bool:
    return actor.world.kind is WorldKind.LIVE


def _sums(found: list[tuple[str, int, dict[str, int]]]) -> dict[str, dict[str, Any]]:
    return {feed: {"batches": n, "counts": dict(Counter(rows))} for feed, n, rows in found}


def _others(conn: Connection, now: datetime) -> list[dict[str, Any]]:
    """Neighbours and regions whose logs are followed: they have a cursor, and no batches."""
    beside = [one | {"code": one["source"], "of": "neighbour"} for one in neighbours.sources(conn)]
    below = [asdict(one) | {"of": "region"} for one in hub.sources(conn)]
    return [_other(one, now) for one in [*beside, *below]]


def _other(one: dict[str, Any], now: datetime) -> dict[str, Any]:
    heard = one["heard_at"]
    return {
        "code": one["code"],
        "of": one["of"],
        "state": one["state"],
        "heard_at": iso(heard),
        "age_s": None if heard is None else max(0, int((now - heard).total_seconds())),
        "error": one["error"],
        "holes": len(one["holes"] or ()),
    }
