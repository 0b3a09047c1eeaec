"""What keys ask for: counted in memory, added up in the database in batches, with a quota a day.

A request never waits for a row of its own. A process knows what all others have counted as of its
last look, two seconds ago at most; so a quota is overstepped by what several processes answer in
that time, and by no more.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Any, Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sylvan.services.base import Clock
from sylvan.store import usage
from sylvan.store.usage import Counted

log = structlog.get_logger()
GATHER_S: Final = 1.0
"""How long counts are gathered before they are added up."""
RETRY_S: Final = 5.0
FRESH_S: Final = 2.0
"""How old what is known of a day's sum may be before it is read again."""
KEPT_DAYS: Final = 400
"""A year and a month, so that a season can be compared with the last one."""
MOST_DAYS: Final = 366
REFUSED: Final = 429
BAD: Final = 400


@dataclass(slots=True)
class _Day:
    """One key's day, as this process knows it."""

    day: date
    known: int = 0
    """What the database had at the last look."""
    looked_at: float = float("-inf")
    own: int = 0
    """Let through here and not yet in the database."""


class Usage:
    """Counts, and knows what is used up."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._state = Condition()
        self._ledger = Lock()  # nobody reads the sum between a batch and its settling
        self._rows: dict[tuple[str, date, str], Counter[str]] = {}
        self._days: dict[str, _Day] = {}
        self._thread: Thread | None = None
        self._stopping = False
        self._swept: date | None = None

    def today(self) -> date:
        """The day that counts now."""
        return self.clock().astimezone(UTC).date()

    def until_tomorrow_s(self) -> int:
        """Seconds until quotas begin anew, at least one."""
        now = self.clock().astimezone(UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        return max(1, int((midnight - now).total_seconds()))

    def stale(self, subject: str) -> bool:
        """Whether :meth:`look` has to be called before :meth:`used` says something."""
        with self._state:
            return monotonic() - self._of(subject).looked_at > FRESH_S

    def look(self, subject: str) -> None:
        """Read what all processes have counted; while the database is away nothing is known."""
        day = self.today()
        with self._ledger:
            try:
                with self.engine.connect() as conn:
                    known = usage.used(conn, subject, day)
            except (DBAPIError, PoolTimeout) as error:
                log.warning("usage.unknown", error=str(error).splitlines()[0])
                return
            with self._state:
                found = self._of(subject)
                found.known, found.looked_at = known, monotonic()

    def used(self, subject: str) -> int:
        """Requests of today."""
        with self._state:
            found = self._of(subject)
            return found.known + found.own

    def take(self, subject: str) -> None:
        """One more was let through."""
        with self._state:
            self._of(subject).own += 1

    def count(self, subject: str, operation: str, status: int, size: int) -> None:
        """A request was answered."""
        row = (subject, self.today(), operation)
        with self._state:
            counter = self._rows.setdefault(row, Counter())
            counter.update(
                requests=1,
                errors=int(status >= BAD),
                refused=int(status == REFUSED),
                bytes=size,
            )
            if self._thread is None:
                self._thread = Thread(target=self._write, name="usage", daemon=True)
                self._thread.start()

    def listed(self, subjects: list[str], days: int) -> list[dict[str, Any]]:
        """By day, subject and operation; what was counted a second ago may be missing."""
        since = self.today() - timedelta(days=min(days, MOST_DAYS) - 1)
        with self.engine.connect() as conn:
            return usage.listed(conn, subjects, since)

    def flush(self, within_s: float = 10.0) -> bool:
        """Wait until everything is written; whether it was in time."""
        with self._state:
            return self._state.wait_for(lambda: self._thread is None, within_s)

    def stop(self, within_s: float = 5.0) -> None:
        """Write what waits, now, before the process ends."""
        with self._state:
            self._stopping = True
            self._state.notify_all()
        if not self.flush(within_s):
            log.error("usage.lost_at_stop")

    def _of(self, subject: str) -> _Day:
        """The key's day; another one begins with nothing. Under the lock."""
        today, found = self.today(), self._days.get(subject)
        if found is None or found.day != today:
            found = self._days[subject] = _Day(today)
        return found

    def _write(self) -> None:
        """Until nothing waits; a database that is away is waited for, but not at the end."""
        pause = GATHER_S
        while True:
            with self._state:
                self._state.wait_for(lambda: self._stopping, pause)
                rows, self._rows = self._rows, {}
                if not rows:
                    self._thread = None
                    self._state.notify_all()
                    return
            with self._ledger:
                written = self._written(rows)
            pause = GATHER_S if written else RETRY_S
            if not written and self._stopping:
                with self._state:
                    self._rows, self._thread = {}, None
                    self._state.notify_all()
                return

    def _written(self, rows: dict[tuple[str, date, str], Counter[str]]) -> bool:
        counted = [
            Counted(subject, day, operation, n["requests"], n["errors"], n["refused"], n["bytes"])
            for (subject, day, operation), n in rows.items()
        ]
        try:
            with self.engine.begin() as conn:
                usage.add(conn, counted)
                self._sweep(conn)
        except (DBAPIError, PoolTimeout) as error:
            log.warning("usage.waits", rows=len(rows), error=str(error).splitlines()[0])
            with self._state:
                for row, counter in rows.items():
                    self._rows.setdefault(row, Counter()).update(counter)
            return False
        self._settle(counted)
        return True

    def _settle(self, counted: list[Counted]) -> None:
        """What was this process's own is in the database now."""
        with self._state:
            for row in counted:
                found = self._days.get(row.subject)
                if found is not None and found.day == row.day:
                    passed = min(found.own, row.requests - row.refused)
                    found.own -= passed
                    found.known += passed

    def _sweep(self, conn: Any) -> None:
        """Once a day: days that nobody asks about any more."""
        today = self.today()
        if self._swept != today:
            self._swept = today
            usage.forget(conn, today - timedelta(days=KEPT_DAYS))
