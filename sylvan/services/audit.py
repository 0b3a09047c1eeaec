"""What goes on record beside changes: who signed in, who saw what, who took what away.

Changes write their audit rows in their own transactions (`store.audit.record`). Readings go through
a queue and a thread that comes and goes with the work, so that no reading waits for a row of its
own; what is queued is written before the process ends in order.
"""

from collections import OrderedDict, deque
from datetime import datetime
from threading import Condition, Thread
from time import sleep
from typing import Any, Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sylvan.domain.actors import Actor
from sylvan.services.base import Clock
from sylvan.services.doors import Identity
from sylvan.services.rights import PUBLIC
from sylvan.store import audit

log = structlog.get_logger()
Row = dict[str, Any]
AT_ONCE: Final = 500
"""Rows of one transaction."""
MOST: Final = 50_000
"""Rows that may wait while the database is away; what comes beyond is counted and told."""
GATHER_S: Final = 0.2
"""How long rows are gathered before they are written together."""
RETRY_S: Final = 2.0
LAST_TRIES: Final = 5
"""How often a process that ends asks a database that does not answer."""
REMEMBERED: Final = 20_000
"""Sights of this hour that need not be asked of the database again."""
"""Subject of somebody whom no account fits: what he typed may be a password."""


class Auditor:
    """Puts on record what changes nothing."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._rows: deque[Row] = deque()
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lost = 0
        self._state = Condition()
        self._thread: Thread | None = None
        self._stopping = False

    def saw(self, actor: Actor, kind: str, thing: str, peer: str | None = None) -> None:
        """Somebody signed in opened a thing (`fire`, `report`, `photo`): once an hour is enough.

        Returns at once; the row is written behind the reading.
        """
        if actor.role == PUBLIC or actor.is_system:
            return
        now = self.clock()
        once = f"saw/{now:%Y%m%dT%H}/{actor.world.id}/{actor.subject}/{kind}/{thing}"
        if not self._first(once):
            return
        self._put(_of_actor(actor, f"saw.{kind}", thing, {}, peer, now) | {"once": once})

    def exported(
        self,
        actor: Actor,
        what: str,
        facts: dict[str, Any] | None = None,
        peer: str | None = None,
        *,
        hourly: bool = False,
    ) -> None:
        """Somebody took something away as a file; ``facts`` say which part of it.

        Every time, or ``hourly`` where programs fetch one file in many pieces.
        """
        now = self.clock()
        row = _of_actor(actor, f"export.{what}", what, facts or {}, peer, now)
        if hourly:
            parts = sorted((facts or {}).items())
            row["once"] = f"export/{now:%Y%m%dT%H}/{actor.world.id}/{actor.subject}/{what}/{parts}"
            if not self._first(row["once"]):
                return
        self._put(row)

    def signed_out(self, who: Identity, peer: str | None) -> None:
        """Somebody ended the own session; written before this returns."""
        facts = {"session": who.session}
        self._now(_of_identity(who, "person.signed_out", facts, peer, self.clock()))

    def key_used(self, who: Identity, key: str, peer: str | None) -> None:
        """A key came from another address or after a pause; ``key`` is its mark, never itself."""
        now = self.clock()
        once = f"key/{now:%Y%m%d}/{key}/{peer}"
        if self._first(once):
            row = _of_identity(who, "key.used", {"key": key}, peer, now)
            self._put(row | {"once": once})

    def waiting(self) -> int:
        """Rows that are not written yet."""
        with self._state:
            return len(self._rows)

    def flush(self, within_s: float = 10.0) -> bool:
        """Wait until everything is written; whether it was in time."""
        with self._state:
            return self._state.wait_for(lambda: self._thread is None, within_s)

    def stop(self, within_s: float = 10.0) -> None:
        """Write what waits, now, before the process ends."""
        with self._state:
            self._stopping = True
            self._state.notify_all()
        if not self.flush(within_s):
            log.error("audit.lost_at_stop", rows=self.waiting())

    def _first(self, once: str) -> bool:
        with self._state:
            if once in self._seen:
                return False
            self._seen[once] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
            return True

    def _now(self, row: Row) -> None:
        with self.engine.begin() as own:
            audit.add(own, [row])

    def _put(self, row: Row) -> None:
        with self._state:
            if len(self._rows) >= MOST:
                self._lost += 1
                return
            self._rows.append(row)
            if self._thread is None:
                self._thread = Thread(target=self._write, name="audit", daemon=True)
                self._thread.start()

    def _write(self) -> None:
        """Until nothing waits; a database that is away is waited for, but not at the end."""
        pause, refused = GATHER_S, 0
        while True:
            with self._state:
                self._state.wait_for(lambda: self._stopping, pause)
                rows = [self._rows.popleft() for _ in range(min(AT_ONCE, len(self._rows)))]
                if not rows:
                    self._gone()
                    return
                rows += self._told_lost()
            if self._written(rows):
                pause, refused = 0.0, 0
                continue
            pause, refused = RETRY_S, refused + 1
            if self._stopping:
                if refused >= LAST_TRIES:
                    with self._state:
                        self._gone()
                    return
                sleep(GATHER_S)

    def _gone(self) -> None:
        """The thread ends; under the lock, so that a row that comes now starts another."""
        self._thread = None
        self._state.notify_all()

    def _told_lost(self) -> list[Row]:
        lost, self._lost = self._lost, 0
        now = self.clock()
        told = _row("audit.lost", "audit", {"rows": lost})
        return [told | {"at": now, "recorded_at": now, "actor": "system"}] if lost else []

    def _written(self, rows: list[Row]) -> bool:
        try:
            with self.engine.begin() as conn:
                audit.add(conn, rows)
        except (DBAPIError, PoolTimeout) as error:
            log.warning("audit.waits", rows=len(rows), error=str(error).splitlines()[0])
            with self._state:
                self._rows.extendleft(reversed(rows))
            return False
        return True


def _row(action: str, subject: str, facts: dict[str, Any]) -> Row:
    """All columns, with nothing known of the one who acts."""
    return {
        "world_id": None,
        "role": "",
        "level": "",
        "peer": None,
        "action": action,
        "subject": subject,
        "version": None,
        "changes": facts,
        "once": None,
    }


def _of_actor(
    actor: Actor, action: str, subject: str, facts: dict[str, Any], peer: str | None, now: datetime
) -> Row:
    return _row(action, subject, facts) | {
        "world_id": actor.world.id,
        "at": actor.world.now(now),
        "recorded_at": now,
        "actor": actor.subject,
        "role": actor.role,
        "level": str(actor.level),
        "peer": peer,
    }


def _of_identity(
    who: Identity, action: str, facts: dict[str, Any], peer: str | None, now: datetime
) -> Row:
    return _row(action, who.subject, facts) | {
        "at": now,
        "recorded_at": now,
        "actor": who.subject,
        "role": who.role,
        "level": str(who.level),
        "peer": peer,
    }
