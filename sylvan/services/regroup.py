"""Group everything stored again: what people said holds, what is as it should be stays untouched.

Fires are looked at in portions, each in a transaction of its own under the world's lock, so that
batches are taken in meanwhile and memory follows the portion, not the archive.  What was done
before an interruption is found in order by the next run: it only goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.services.assess import Assessed, Assessor
from sylvan.services.base import Base, whole_again, world_lock
from sylvan.services.intake import Intake
from sylvan.services.legacy import Legacy
from sylvan.store import fires
from sylvan.store.detections import STORED

PORTION: Final = 50_000
"""Detections grouped again in one transaction: about as long as a large file holds the lock."""
SHOWN: Final = 100
"""Fires that are named in the account."""
FIRST: Final = UUID(int=0)
Tell = Callable[[int, int], None]
"""Hears how many fires of how many were looked at."""


@dataclass(slots=True)
class Regrouped:
    """What grouping everything again came to."""

    dry_run: bool
    fires: int = 0
    """Fires looked at."""
    detections: int = 0
    differ: int = 0
    """Fires of which something stored was not what it should be."""
    begun: int = 0
    """Fires that had to be cut off from others."""
    merged: int = 0
    """Candidates that had to be one with another."""
    moved: int = 0
    """Detections that belong to another fire."""
    proposed: int = 0
    grouped: int = 0
    """Detections that waited to be grouped."""
    ids: list[UUID] = field(default_factory=list)
    """Some of the fires that differ."""

    def add(self, found: Assessed) -> None:
        """Count what a portion came to."""
        self.differ += len(found.states)
        self.begun += sum(fire.version == 1 for fire in found.states)
        self.merged += sum(fire.merged_into is not None for fire in found.states)
        self.moved += 0 if found.moved is None else len(found.moved)
        self.proposed += len(found.proposals)
        self.ids += [fire.id for fire in found.states[: SHOWN - len(self.ids)]]

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        names = ("dry_run", "fires", "detections", "differ", "begun", "merged", "moved")
        told = {name: getattr(self, name) for name in (*names, "proposed", "grouped")}
        return told | {"ids": [str(one) for one in self.ids]}


def silent(_done: int, _of: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Regroup(Base):
    """The use-case that groups a world again."""

    assessor: Assessor
    intake: Intake

    def run(
        self, actor: Actor, *, dry_run: bool = False, portion: int = PORTION, tell: Tell = silent
    ) -> Regrouped:
        """Group everything in the actor's world again and write only what differs.

        Args:
            actor: who asks, in the world concerned.
            dry_run: only tell; nothing is written.
            portion: detections in one transaction; a larger fire is taken alone.
            tell: hears how far it is.
        """
        told = Regrouped(dry_run)
        if not dry_run:
            told.grouped = self.intake.assess_pending(actor)
        with self.engine.connect() as conn:
            every = fires.with_detections(conn, actor)
        after = FIRST
        while True:
            last = self._portion(actor, after, portion, told)
            if last is None:
                if not dry_run:
                    self.assessor.exposures.catch_up(actor)
                return told
            after = last
            tell(min(told.fires, every), every)

    @whole_again
    def _portion(self, actor: Actor, after: UUID, portion: int, told: Regrouped) -> UUID | None:
        """Look at the next fires; the last of them, or None if there was none left."""
        with self.engine.connect() as conn, conn.begin() as work:
            world_lock(conn, actor.world.id)
            sizes = fires.sizes(conn, actor, after, portion)
            ends = np.cumsum([size for _, size in sizes])
            mine = sizes[: max(1, int(np.searchsorted(ends, portion, "right")))]
            if not mine:
                return None
            found = self._again(conn, actor, [fire for fire, _ in mine])
            if told.dry_run:
                work.rollback()
        told.fires += len(mine)
        told.detections += sum(size for _, size in mine)
        told.add(found)
        return mine[-1][0]

    def _again(self, conn: Connection, actor: Actor, ids: list[UUID]) -> Assessed:
        now = self.clock()
        none = np.empty(0, STORED)
        found = self.assessor.assess(conn, actor, none, Legacy.of(ids), now, beside=True)
        self.assessor.finish(conn, actor, found, now)
        return found
