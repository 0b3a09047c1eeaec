"""Taking in a batch: judged rows → deduplicated → stored with ledger, fires and events, at once.

One transaction holds everything that a file changes, so that a kill at any moment leaves either
all of it or nothing, and the same file can simply be given again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Final, Protocol

import numpy as np
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.detections import Detections
from sylvan.domain.folding import Folded, concerned, fold, span
from sylvan.services import feeds as feed_states
from sylvan.services import measure, traces
from sylvan.services.assess import Assessed, Assessor, Store, Tell, nowhere, silent
from sylvan.services.base import Base, whole_again, world_lock
from sylvan.services.geography import Geography
from sylvan.services.legacy import Legacy, of_fold, of_pending, of_settled
from sylvan.services.meeting import Meeting
from sylvan.services.stored import Stored
from sylvan.store import audit, detections, events, ledger
from sylvan.store.events import Event

log = structlog.get_logger()
FEED_KIND: Final = "satellite"
PORTION: Final = 5_000
"""Detections grouped in one transaction afterwards, as many as a large pass brings: the world's
lock must not be held for long."""
COUNTS: Final = (
    "rows",
    "accepted",
    "duplicates",
    "superseded",
    "outside",
    "rejected",
    "replaced",
    "restored",
)
"""What is told of a batch's rows; the last two are of stored ones."""
BEGINNING: Final = (datetime(1970, 1, 1, tzinfo=UTC), 0)


class Parsed(Protocol):
    """A file that was read row by row (``feeds`` implements it)."""

    @property
    def name(self) -> str:
        """File name."""

    @property
    def product(self) -> str:
        """What kind of data it holds."""

    @property
    def rows(self) -> Detections:
        """Rows that can be used."""

    @property
    def total_rows(self) -> int:
        """All rows, usable or not."""

    @property
    def incomplete(self) -> bool:
        """Whether the end is missing."""


Reader = Callable[[str, bytes, datetime], Parsed]
"""Name, body, world's now → parsed file; raises the feeds' own error for a hopeless file."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file; ``rows = accepted + duplicates + superseded + outside + rejected``."""

    name: str
    product: str
    rows: int
    accepted: int
    duplicates: int
    superseded: int
    outside: int
    rejected: int
    replaced: int = 0
    """Stored rows that better versions in this file replaced."""
    fires: int = 0
    """Fires that changed."""
    unassessed: int = 0
    """Stored rows that wait to be grouped."""
    batch: int | None = None
    incomplete: bool = False
    restored: int = 0
    """Rows that better versions had replaced, and that are pixels of their own again."""
    remarks: tuple[Coded, ...] = ()
    """What is odd about the rows."""
    stages_s: dict[str, float] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """The account of the rows."""
        return {name: getattr(self, name) for name in COUNTS}

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        told = {"file": self.name, "product": self.product, **self.counts, "fires": self.fires}
        return told | {
            "batch": self.batch,
            "incomplete": self.incomplete,
            "unassessed": self.unassessed,
            "remarks": [one.as_dict() for one in self.remarks],
        }


class Watch:
    """Where the time goes, and who hears how far it is."""

    def __init__(self, tell: Tell = silent) -> None:
        self.tell = tell
        self.stages: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """The time since the last lap belongs to ``stage``."""
        now = perf_counter()
        self.stages[stage] = self.stages.get(stage, 0.0) + now - self._last
        self._last = now


@dataclass(frozen=True, slots=True)
class Intake(Base):
    """Use-cases that take in satellite data."""

    geography: Geography
    assessor: Assessor
    reader: Reader

    def warm_up(self) -> None:
        """Make ready what the first batch would have to wait for: compiled code, the region."""
        self.assessor.measurers.start()
        measure.warm_up()
        with self.engine.connect() as conn:
            self.geography.region(conn)

    def remember(self, actor: Actor) -> None:
        """Read the open window of the actor's world, if nobody has or a batch had to do without."""
        if self.assessor.window.is_cold(actor):
            with self.engine.connect() as conn:
                self.assessor.window.rebuild(conn, actor)

    def take(
        self, actor: Actor, name: str, body: bytes, feed: str, *, keep_all: bool = False
    ) -> Taken:
        """Read a file and store it.

        Raises:
            FeedError: the file as a whole can't be used; nothing of it is stored.
        """
        watch = Watch()
        with traces.span("feed", feed=feed, file=name, world=actor.world.name):
            with traces.span("parse", bytes=len(body)):
                parsed = self.reader(name, body, actor.world.now(self.clock()))
            watch.lap("parse")
            taken = self.store(actor, parsed, body, feed, keep_all=keep_all)
        return replace(taken, stages_s=watch.stages | taken.stages_s)

    def preview(self, actor: Actor, parsed: Parsed, *, keep_all: bool = False) -> Taken:
        """What storing a file would do; nothing is changed."""
        with self.engine.connect() as conn:
            rows, outside = self._inside(conn, parsed.rows, keep_all=keep_all)
            living, replaced = self._versions(conn, actor, rows)
            folded = fold(rows, living, replaced)
        return _account(parsed, folded, outside)

    @traces.traced("intake")
    @whole_again
    def store(
        self,
        actor: Actor,
        parsed: Parsed,
        body: bytes,
        feed: str,
        *,
        keep_all: bool = False,
        assess: bool = True,
        tell: Tell = silent,
    ) -> Taken:
        """Store a parsed file: ledger, detections, fires, events, in one transaction.

        Only the months' empty partitions come before it, and what the fires threaten comes behind
        it: they are on the map before that is known. Without ``assess`` the detections wait
        for :meth:`assess_pending`. ``tell`` hears how many fires are measured.
        """
        watch = Watch(tell)
        with self.engine.begin() as conn:
            rows, outside = self._inside(conn, parsed.rows, keep_all=keep_all)
            watch.lap("outside")
            detections.ensure_months(conn, rows["acq_at"])
            watch.lap("months")
        with self.engine.begin() as conn:
            sha256 = ledger.keep_body(conn, body)
            watch.lap("ledger")
            world_lock(conn, actor.world.id)
            watch.lap("wait")
            now = self.clock()
            batch = ledger.open_batch(
                conn,
                actor,
                feed=feed,
                name=parsed.name,
                sha256=sha256,
                product=parsed.product,
                now=now,
            )
            living, replaced = self._versions(conn, actor, rows)
            meeting = Meeting(batch, rows, living, replaced, fold(rows, living, replaced))
            watch.lap("deduplicate")
            assessed = self._write(conn, actor, meeting, now=now, assess=assess, watch=watch)
            taken = replace(
                _account(parsed, meeting.folded, outside),
                batch=batch,
                fires=assessed.changed,
                unassessed=len(meeting.new) if assessed.fire_ids is None else 0,
                remarks=(*meeting.remarks, *assessed.remarks),
            )
            self._close(conn, actor, taken, rows, feed, now)
            watch.lap("events")
        watch.lap("commit")
        if assessed.changed:
            self.assessor.exposures.catch_up(actor)
            watch.lap("exposure")
        return replace(taken, stages_s=watch.stages)

    def _inside(
        self, conn: Connection, rows: Detections, *, keep_all: bool
    ) -> tuple[Detections, int]:
        """Rows of the region and 100 km around it, and how many lie farther off."""
        if keep_all or not len(rows):
            return rows, 0
        inside = self.geography.region(conn).inside(rows)
        kept = rows if inside.all() else rows[inside]
        return kept, len(rows) - len(kept)

    def _versions(self, conn: Connection, actor: Actor, rows: Detections) -> tuple[Any, Any]:
        """All versions of the same satellites around the batch's time: living, replaced."""
        stored = np.empty(0, detections.KEPT)
        if len(rows):
            satellites = np.unique(rows["satellite"]).tolist()
            read, wanted = (0, 0), span(rows)
            while wanted[0] < read[0] or wanted[1] > read[1] or read == (0, 0):
                read = wanted
                found = detections.versions_of(conn, actor.world.id, satellites, *read)
                stored = found[concerned(rows, found)]
                wanted = span(rows, stored)
        lives = stored["id"] == 0
        return stored[lives], stored[~lives]

    def _write(
        self,
        conn: Connection,
        actor: Actor,
        met: Meeting,
        *,
        now: datetime,
        assess: bool,
        watch: Watch,
    ) -> Assessed:
        """Store new rows, move replaced ones aside, and let the fires follow."""
        met.move_aside(conn, actor)
        watch.lap("supersede")
        assessed = Assessed()
        places = self.geography.places(conn, met.new)
        if assess:
            legacy = of_fold(conn, actor, met.living, met.replaced, met.folded)
            if len(met.new) or len(legacy.losses):
                assessed = (
                    self._assess(
                        conn,
                        actor,
                        met.coming,
                        legacy,
                        now,
                        watch,
                        lambda fire_ids: met.insert(conn, actor, fire_ids, places),
                    )
                    or assessed
                )
        if assessed.fire_ids is None:
            met.insert(conn, actor, None, places)
        detections.settle(conn, actor.world.id, assessed.lost)
        watch.lap("copy")
        return assessed

    def _assess(
        self,
        conn: Connection,
        actor: Actor,
        new: Stored,
        legacy: Legacy,
        now: datetime,
        watch: Watch,
        store: Store = nowhere,
    ) -> Assessed | None:
        """Group detections; a fault there must not keep the data out (they are grouped later)."""
        try:
            with conn.begin_nested():
                assessed = self.assessor.assess(
                    conn, actor, new, legacy, now, watch.tell, store=store
                )
                watch.lap("assess")
                with traces.span("outbox", fires=assessed.changed):
                    self.assessor.finish(conn, actor, assessed, now)
                watch.lap("fires")
                return assessed
        except (InterfaceError, InternalError, OperationalError):
            raise  # the database can't go on, and neither can the batch
        except Exception:
            log.exception("assess.failed", rows=len(new), world=actor.world.name)
            return None

    @whole_again
    def assess_pending(self, actor: Actor, portion: int = PORTION) -> int:
        """Group detections that were stored without; how many now belong to a fire.

        In portions, each in a transaction of its own. One that fails is tried again in halves,
        so that a single row that can't be grouped keeps no other waiting.
        """
        after, size, grouped = BEGINNING, portion, 0
        while True:
            with self.engine.begin() as conn:
                world_lock(conn, actor.world.id)
                rows = detections.unassessed(conn, actor.world.id, after, size)
                done = len(rows) > 0 and self._assess_stored(conn, actor, rows)
                if not len(rows):
                    self._settle(conn, actor, portion)
            if not len(rows):
                self.assessor.exposures.catch_up(actor)
                return grouped
            if done or len(rows) == 1:
                after = datetime.fromtimestamp(int(rows["acq_at"][-1]), UTC), int(rows["key"][-1])
            grouped += len(rows) if done else 0
            size = min(2 * size, portion) if done else max(1, len(rows) // 2)

    def _assess_stored(self, conn: Connection, actor: Actor, rows: Any) -> bool:
        """Give stored detections their fires; whether that succeeded."""
        legacy = of_pending(conn, actor, rows)
        assessed = self._assess(conn, actor, rows, legacy, self.clock(), Watch())
        if assessed is None or assessed.fire_ids is None:
            return False
        detections.assign(conn, actor.world.id, rows, assessed.fire_ids)
        detections.settle(conn, actor.world.id, assessed.lost)
        return True

    def _settle(self, conn: Connection, actor: Actor, portion: int) -> None:
        """Measure fires again that lost detections while nothing was grouped."""
        legacy = of_settled(conn, actor, portion)
        if not len(legacy.losses):
            return
        none = np.empty(0, detections.STORED)
        assessed = self._assess(conn, actor, none, legacy, self.clock(), Watch())
        if assessed is not None:
            detections.settle(conn, actor.world.id, assessed.lost)

    def _close(
        self,
        conn: Connection,
        actor: Actor,
        taken: Taken,
        rows: Detections,
        feed: str,
        now: datetime,
    ) -> None:
        """Settle the ledger and tell the batch and the feed's state."""
        if taken.batch is None:
            return
        ledger.settle(conn, taken.batch, taken.counts)
        at = actor.world.now(now)
        events.write(
            conn, actor, [Event("batch.taken", f"batch:{taken.batch}", at, taken.as_dict())]
        )
        audit.record(conn, actor, "batch.take", f"batch:{taken.batch}", taken.counts, now=now)
        state = feed_states.state_of(conn, actor, feed, FEED_KIND)
        last = rows["acq_at"].max() if len(rows) else None
        seen = datetime.fromtimestamp(int(last), UTC) if last is not None else None
        passes = [moment for moment in (state.last_pass, seen) if moment]
        feed_states.changed(
            conn,
            actor,
            replace(
                state,
                last_poll=at,
                last_data=at,
                last_pass=max(passes, default=None),
                last_error=None,
                state="ok",
                rows=state.rows + taken.accepted,
            ),
            now,
        )


def _account(parsed: Parsed, folded: Folded, outside: int) -> Taken:
    return Taken(
        name=parsed.name,
        product=parsed.product,
        rows=parsed.total_rows,
        accepted=len(folded.keep),
        duplicates=folded.duplicates,
        superseded=folded.superseded,
        outside=outside,
        rejected=parsed.total_rows - len(parsed.rows),
        replaced=len(folded.replaced),
        restored=len(folded.restored),
        incomplete=parsed.incomplete,
    )
