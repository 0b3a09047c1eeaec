"""The audit as an auditor reads it: pages, a table to take away, how far the chain goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sylvan.domain.actors import Actor, Level
from sylvan.domain.codes import Forbidden
from sylvan.services.base import Base
from sylvan.store import audit_chain, audit_reads
from sylvan.store.audit_reads import Wanted

READERS: Final = frozenset({Level.REGION, Level.FEDERAL})
"""Rows know no territory, so they are for those who answer for the whole installation."""
PAGE: Final = 1_000
MOST: Final = 100_000
"""Rows of one table: spreadsheets hold a million."""
After = tuple[datetime, int]
__all__ = ["AuditViews", "Wanted"]


@dataclass(frozen=True, slots=True)
class AuditViews(Base):
    """Reading the audit."""

    def page(
        self, actor: Actor, wanted: Wanted, after: After | None, limit: int
    ) -> tuple[list[dict[str, Any]], After | None]:
        """Rows, newest first, and where the next page starts."""
        _check(actor)
        with self.engine.connect() as conn:
            rows = audit_reads.page(conn, actor, wanted, after, limit)
        last = (rows[-1]["recorded_at"], rows[-1]["id"]) if len(rows) == limit else None
        return [_told(row, actor) for row in rows], last

    def all(self, actor: Actor, wanted: Wanted) -> Iterator[dict[str, Any]]:
        """All rows, newest first, read a page at a time; the newest hundred thousand."""
        _check(actor)
        return self._pages(actor, wanted)

    def _pages(self, actor: Actor, wanted: Wanted) -> Iterator[dict[str, Any]]:
        after: After | None = None
        for _ in range(MOST // PAGE):
            rows, after = self.page(actor, wanted, after, PAGE)
            yield from rows
            if after is None:
                return

    def chain(self, actor: Actor) -> dict[str, Any]:
        """How far the chain goes, what waits, and the last checkpoint to keep elsewhere."""
        _check(actor)
        with self.engine.connect() as conn:
            seq, digest = audit_chain.head(conn)
            last = audit_chain.last_checkpoint(conn)
            return {
                "seq": seq,
                "hash": digest.hex(),
                "waiting": audit_chain.waiting(conn),
                "checkpoint": None if last is None else last.as_dict(),
            }


def _check(actor: Actor) -> None:
    if actor.level not in READERS:
        raise Forbidden("audit.level", {"level": actor.level})


def _told(row: dict[str, Any], actor: Actor) -> dict[str, Any]:
    return {
        "id": row["id"],
        "seq": row["seq"],
        "hash": None if row["hash"] is None else bytes(row["hash"]).hex(),
        "world": None if row["world_id"] is None else actor.world.name,
        "at": row["at"],
        "recorded_at": row["recorded_at"],
        "actor": row["actor"],
        "role": row["role"],
        "level": row["level"],
        "peer": row["peer"],
        "action": row["action"],
        "subject": row["subject"],
        "version": row["version"],
        "changes": row["changes"],
    }
