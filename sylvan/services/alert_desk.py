"""Makes letters of the event log: reads on from where it stood, in one transaction with them.

One process of an installation holds the desk (advisory lock). What it remembers is a cache of rows;
after any fault, and when another process was at the desk in between, it is read anew.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from sylvan.domain.alerting.engine import Engine as Rules
from sylvan.domain.alerting.engine import Stage
from sylvan.domain.alerting.facts import Fact, Heard
from sylvan.domain.alerting.letters import Letter
from sylvan.domain.alerting.memory import Memory, Running
from sylvan.domain.alerting.people import Watches
from sylvan.domain.alerting.reading import HEARD, Lookups
from sylvan.domain.worlds import World, WorldKind
from sylvan.services.alert_book import RuleBook
from sylvan.services.alert_lookups import Finder, heard
from sylvan.services.alert_people import AlertPeople
from sylvan.services.alert_rules import Read
from sylvan.services.base import Clock, leading
from sylvan.store import alert_state, events, letters, subscriptions, worlds
from sylvan.store.events import LoggedEvent
from sylvan.store.leading import Post

log = structlog.get_logger()
PAGE: Final = 500
SETTLE: Final = timedelta(seconds=3)
"""Real time for which clocks wait for the log: what was done in time is numbered by then."""
GATHER_S: Final = 10.0
"""How old the list of people may be; whoever was shut out is told nothing after that."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a turn did."""

    read: int
    """Events that it went past."""
    letters: int
    behind: bool
    """Whether more is waiting."""


@dataclass(slots=True)
class _Known:
    """Who is told, as gathered at one time."""

    read: Read
    at: float
    watches: Watches
    rules: dict[int, Rules] = field(default_factory=dict)
    """By world: the engine, compiled once."""


@dataclass(slots=True)
class AlertDesk:
    """The one place where letters come to be."""

    engine: Engine
    clock: Clock
    book: RuleBook
    people: AlertPeople
    finder: Finder
    channels: tuple[str, ...] = ()
    """Channels that may be used at all; none: every one."""
    _memories: dict[int, Memory] = field(default_factory=dict)
    _seq: int = -1
    _version: str = ""
    _known: _Known | None = None

    def leading(self) -> AbstractContextManager[bool]:
        """Whether this process alone is at the desk while the block runs."""
        return leading(self.engine, Post.ALERTS)

    def turn(self) -> Done:
        """Read a page of the log, move the clocks on, keep the letters that follow."""
        try:
            return self._turn()
        except BaseException:
            self._forget()  # what was remembered meanwhile was never stored
            raise

    def rules_for(self, world: World, known: _Known) -> Rules:
        """The engine for one world."""
        if world.id not in known.rules:
            stage = Stage(world.id, world.kind is WorldKind.DRILL, self.channels)
            circle = self.people.circle(world, known.read.contacts)
            known.rules[world.id] = Rules(known.read.book, circle, known.watches, stage)
        return known.rules[world.id]

    def known(self, read: Read) -> _Known:
        """Everybody who may be told now."""
        with self.engine.connect() as conn:
            return _Known(read, monotonic(), Watches(subscriptions.every(conn)))

    def _turn(self) -> Done:
        read = self.book.current()
        known = self._gathered(read)
        now = self.clock()
        with self.engine.begin() as conn:
            stand = alert_state.position(conn, lock=True)
            epoch, head = events.position(conn)
            if stand is None or stand[0] != epoch:
                alert_state.move(conn, epoch, head, now)  # what lies behind is nobody's news
                self._forget()
                return Done(0, 0, behind=False)
            if stand[1] != self._seq or read.book.version != self._version:
                self._forget()
                self._seq, self._version = stand[1], read.book.version
            page = events.read(conn, self._seq, PAGE)
            made = self._made(conn, known, page, now)
            new = self._keep(conn, made, now)
            if page:
                alert_state.move(conn, epoch, page[-1].seq, now)
        if page:
            self._seq = page[-1].seq
        return Done(len(page), new, behind=len(page) == PAGE)

    def _made(
        self, conn: Connection, known: _Known, page: Sequence[LoggedEvent], now: datetime
    ) -> list[Letter]:
        """Letters of a page, world by world: nothing crosses from one to another."""
        made: list[Letter] = []
        open_worlds = {one.id: one for one in worlds.all_open(conn)}
        spoken = {one.world_id for one in page if one.kind in HEARD}
        lag = timedelta(seconds=events.lag_s(conn))
        for world in open_worlds.values():
            memory = self._memory(conn, world, known.read, now)
            if world.id not in spoken and not memory.clocks:
                continue
            rules = self.rules_for(world, known)
            mine = [heard(one) for one in page if one.world_id == world.id and one.kind in HEARD]
            if mine:
                beside = self._beside(conn, world, mine, memory)
                made += _heard(rules, memory, mine, beside)
            if len(page) < PAGE:  # the log is read to its end: nothing earlier is to come
                made += rules.advance(memory, world.now(now - SETTLE - lag))
        return made

    def _beside(
        self, conn: Connection, world: World, page: Sequence[Heard], memory: Memory
    ) -> Lookups:
        """What is looked up beside a page; a fault there costs those facts, not the page."""
        try:
            with conn.begin_nested():
                return self.finder.beside(conn, world, page, memory, keep=True)
        except OperationalError:
            raise
        except Exception:
            log.exception("alerts.lookup_failed", world=world.name, seq=page[0].seq)
            return Lookups()

    def _keep(self, conn: Connection, made: Sequence[Letter], now: datetime) -> int:
        new = letters.add(conn, made, now) if made else set()
        unique = {one.id: one for one in made if one.id in new}
        alert_state.count(conn, unique.values())
        for world_id, memory in self._memories.items():
            changes = memory.changes()
            if changes.told or changes.clocks:
                facts = {
                    key: one.fact.as_dict()
                    for key, one in changes.clocks.items()
                    if one is not None
                }
                alert_state.keep(conn, world_id, changes, facts)
        return len(new)

    def _memory(self, conn: Connection, world: World, read: Read, now: datetime) -> Memory:
        if world.id not in self._memories:
            memory = restored(conn, world, read, world.now(now))
            memory.danger.update(self.finder.classes_before(conn, world, self._seq + 1))
            self._memories[world.id] = memory
        return self._memories[world.id]

    def _gathered(self, read: Read) -> _Known:
        known = self._known
        if known is None or known.read is not read or monotonic() - known.at >= GATHER_S:
            known = self._known = self.known(read)
        return known

    def _forget(self) -> None:
        self._memories.clear()
        self._seq, self._version = -1, ""


def restored(conn: Connection, world: World, read: Read, at: datetime) -> Memory:
    """What is stored of a world; clocks that no rule names any more are left out."""
    memory = Memory()
    for key, told in alert_state.told(conn, world.id, at):
        memory.told.setdefault((key.thread, key.object), {})[key.rule] = told
    norms = {one.name: one for one in read.book.clocks}
    for row in alert_state.running(conn, world.id):
        norm = norms.get(row.key.clock)
        if norm is not None:
            memory.restore(Running(norm, Fact.from_dict(row.fact), row.since, row.step))
    return memory


def _heard(rules: Rules, memory: Memory, page: Iterable[Heard], beside: Lookups) -> list[Letter]:
    """Letters of events in their order; one that cannot be understood is told and passed over."""
    made: list[Letter] = []
    for one in page:
        try:
            made += rules.hear(memory, one, beside)
        except Exception:  # one odd event must not silence all that come after it
            log.exception("alerts.event_failed", seq=one.seq, kind=one.kind, subject=one.subject)
    return made
