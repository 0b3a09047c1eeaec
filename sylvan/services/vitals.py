"""Figures of a running installation for monitoring, read from what every process shares.

Counters in memory would differ between processes and forget at each restart; the tables do not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, Final

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sylvan.domain.actors import system
from sylvan.domain.worlds import World, live_world
from sylvan.services.base import Base
from sylvan.services.feeds import paused_words
from sylvan.store import audit_chain, events, feeds, ledger, vitals, worlds

log = structlog.get_logger()
RECENT: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class FeedFigures:
    """How old a feed's last data are, by the clock of its world."""

    world: str
    feed: str
    state: str
    data_age_s: float | None
    pass_age_s: float | None
    rows: int
    error: dict[str, Any] | None = None
    """What went wrong last, as a code."""
    paused: dict[str, Any] | None = None
    """As a code, who holds it back."""


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """What one feed brought lately."""

    world: str
    feed: str
    batches: int
    rows: dict[str, int]
    """By verdict."""

    @property
    def reject_ratio(self) -> float:
        """Share of the rows that could not be used."""
        return self.rows.get("rejected", 0) / max(self.rows.get("rows", 0), 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything at one moment."""

    seq: int
    waiting: int
    lag_s: float
    feeds: tuple[FeedFigures, ...]
    batches: tuple[BatchFigures, ...]
    queues: dict[str, int]
    """How much waits, by what it is."""
    read_only: bool
    answers_ms: float
    """How long the database took for all this."""
    audit_seq: int
    signed_seq: int
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Vitals(Base):
    """Reading figures."""

    def figures(self) -> Figures | None:
        """All figures, or nothing while the database is away."""
        try:
            with self.engine.connect() as conn:
                return self._read(conn, self.clock())
        except (DBAPIError, PoolTimeout) as error:
            log.warning("vitals.database_away", error=str(error).splitlines()[0])
            return None

    def ready(self) -> dict[str, Any]:
        """Facts for the readiness probe; soon, or an error of the database."""
        with self.engine.connect() as conn:
            conn.execute(text("set local statement_timeout = '2s'"))
            rows = feeds.listed(conn, system(live_world()))
            return {
                "seq": events.position(conn)[1],
                "waiting": events.waiting(conn),
                "late_feeds": [row.feed for row in rows if row.state not in ("ok", "never")],
            }

    def _read(self, conn: Connection, now: datetime) -> Figures:
        begun = perf_counter()
        open_ones = worlds.all_open(conn)
        signed = audit_chain.last_checkpoint(conn)
        return Figures(
            queues=vitals.queues(conn),
            read_only=vitals.read_only(conn),
            audit_seq=audit_chain.head(conn)[0],
            signed_seq=0 if signed is None else signed.seq,
            signed_at=None if signed is None else signed.at,
            seq=events.position(conn)[1],
            waiting=events.waiting(conn),
            lag_s=events.lag_s(conn),
            feeds=tuple(one for world in open_ones for one in _feeds(conn, world, now)),
            batches=tuple(one for world in open_ones for one in _batches(conn, world, now)),
            answers_ms=round((perf_counter() - begun) * 1000, 1),
        )


def _feeds(conn: Connection, world: World, now: datetime) -> list[FeedFigures]:
    at = world.now(now)

    def age_s(moment: datetime | None) -> float | None:
        return None if moment is None else (at - moment).total_seconds()

    return [
        FeedFigures(
            world.name,
            row.feed,
            row.state,
            age_s(row.last_data),
            age_s(row.last_pass),
            row.rows,
            row.last_error,
            None if row.paused is None else paused_words(row),
        )
        for row in feeds.listed(conn, system(world))
    ]


def _batches(conn: Connection, world: World, now: datetime) -> list[BatchFigures]:
    found = ledger.since(conn, system(world), world.now(now) - RECENT)
    return [BatchFigures(world.name, feed, number, rows) for feed, number, rows in found]
