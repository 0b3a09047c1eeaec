"""Figures of a running installation for monitoring, read from what every process shares.

Counters in memory would differ between processes and forget at each restart; the tables do not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sylvan.domain.actors import system
from sylvan.domain.worlds import World, live_world
from sylvan.services.base import Base
from sylvan.store import events, feeds, ledger, worlds

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


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """What one feed brought lately."""

    world: str
    feed: str
    batches: int
    rows: dict[str, int]
    """By verdict."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything at one moment."""

    seq: int
    waiting: int
    lag_s: float
    feeds: tuple[FeedFigures, ...]
    batches: tuple[BatchFigures, ...]


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
        open_ones = worlds.all_open(conn)
        return Figures(
            seq=events.position(conn)[1],
            waiting=events.waiting(conn),
            lag_s=events.lag_s(conn),
            feeds=tuple(one for world in open_ones for one in _feeds(conn, world, now)),
            batches=tuple(one for world in open_ones for one in _batches(conn, world, now)),
        )


def _feeds(conn: Connection, world: World, now: datetime) -> list[FeedFigures]:
    at = world.now(now)

    def age_s(moment: datetime | None) -> float | None:
        return None if moment is None else (at - moment).total_seconds()

    return [
        FeedFigures(
            world.name, row.feed, row.state, age_s(row.last_data), age_s(row.last_pass), row.rows
        )
        for row in feeds.listed(conn, system(world))
    ]


def _batches(conn: Connection, world: World, now: datetime) -> list[BatchFigures]:
    found = ledger.since(conn, system(world), world.now(now) - RECENT)
    return [BatchFigures(world.name, feed, number, rows) for feed, number, rows in found]
