"""The numbered event log as seen from services: the sequencer, and reading."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from threading import Event as Flag
from time import monotonic, time_ns
from typing import Final

import psycopg
import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from sylvan.services import traces
from sylvan.services.bus import LOG, Bus, PgBus, woken
from sylvan.services.traces import Travellers
from sylvan.store import events
from sylvan.store.events import LoggedEvent, LogHead

log = structlog.get_logger()

BATCH: Final = 500
"""Events numbered in one transaction: larger gains nothing, smaller wakes readers too often."""
POLL_S: Final = 0.05
"""How soon a leader looks for new outbox rows when nobody wakes it."""
FLOOR_S: Final = 60.0
"""How long the oldest resumable number is remembered: the window moves by days, not seconds."""
CANDIDATE_S: Final = 1.0
"""How often a candidate tries to become the leader."""


@dataclass(frozen=True, slots=True)
class LogReader:
    """Reads the log for gateways, notifiers and replays; never writes.

    Without a ``bus`` the database alone wakes its readers; with one, whichever is first.
    """

    engine: Engine
    resume_days: int = 30
    travellers: Travellers = field(default_factory=Travellers)
    bus: Bus | None = None
    _floor: dict[str, float] = field(default_factory=dict)

    async def wakes(self) -> AsyncIterator[None]:
        """Yield whenever the sequencer has numbered something; a lost wake-up loses nothing."""
        database = PgBus(self.engine)
        if self.bus is None:
            async for _ in database.subscribe(LOG):
                yield None
        else:
            ways = (("database", database.subscribe), ("bus", self.bus.subscribe))
            async for _ in woken(LOG, ways):
                yield None

    def head(self) -> LogHead:
        """Where the log stands; how far back it may be resumed is looked up once a minute."""
        with self.engine.connect() as conn:
            epoch, seq = events.position(conn)
            if monotonic() - self._floor.get("at", -FLOOR_S) >= FLOOR_S:
                self._floor.update(at=monotonic(), oldest=events.oldest(conn, self.resume_days))
        oldest = int(self._floor["oldest"])
        return LogHead(epoch, seq, oldest if oldest <= seq else seq + 1)

    def read(self, after: int, limit: int) -> list[LoggedEvent]:
        """Events above ``after`` in order, of all worlds."""
        since = time_ns()
        with self.engine.connect() as conn:
            found = events.read(conn, after, limit)
        self.travellers.read({one.seq: one.trace for one in found}, since)
        return found


class Sequencer:
    """Gives numbers to committed events; many may run, one leads (advisory lock of its session)."""

    def __init__(self, engine: Engine, stop: Flag, bus: Bus | None = None) -> None:
        self.engine = engine
        self.stop = stop
        self.bus = bus
        self.leading = False

    def run(self) -> None:
        """Lead, or wait to lead, until stopped; a lost database is waited for."""
        while not self.stop.is_set():
            try:
                with self.engine.connect() as conn:
                    self._serve(conn)
            except (OperationalError, psycopg.OperationalError) as error:
                log.warning("sequencer.database_lost", error=str(error).splitlines()[0])
            finally:
                self.leading = False
            self.stop.wait(CANDIDATE_S)

    def _serve(self, conn: Connection) -> None:
        """Number events on one connection for as long as it leads."""
        if not events.lead(conn):
            conn.rollback()
            return
        conn.commit()
        self.leading = True
        log.info("sequencer.leads")
        try:
            while not self.stop.is_set():
                head = _stepped(conn)
                if head is None:
                    self.stop.wait(POLL_S)
                elif self.bus is not None:
                    self.bus.publish(LOG, head)
        finally:
            # The session ends, and with it the leader's lock: back in the pool after a fault (a
            # full disk), it would keep everybody from leading.
            conn.invalidate()


def _stepped(conn: Connection) -> int | None:
    """Number a batch, in a transaction of its own; the new head, if anything waited."""
    since = time_ns()
    done = events.step(conn, BATCH)
    conn.commit()
    if done is not None:
        traces.passed("sequencer", done[1], since, head=done[0])
    return None if done is None else done[0]


def drain(engine: Engine) -> int:
    """Number everything that waits, if nobody else leads; the new head (for one-shots)."""
    with engine.connect() as conn:
        if not events.lead(conn):
            return events.position(conn)[1]
        try:
            while _stepped(conn) is not None:
                pass
            head = events.position(conn)[1]
            conn.commit()
        finally:
            conn.invalidate()
        return head
