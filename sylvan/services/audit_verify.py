"""Proving that the audit is whole: the chain link by link, then what checkpoints know of it.

Everything is read in one snapshot and a page at a time, so that years of audit need no more memory
than a day. The first bad row is named; what stands after it proves nothing any more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from sylvan.domain.chain import START, Checkpoint, Fault, link
from sylvan.domain.instants import iso
from sylvan.services.base import Base
from sylvan.store import audit_chain


@dataclass(frozen=True, slots=True)
class Bad:
    """The first row that is not as it was written."""

    fault: Fault
    seq: int | None
    """Its number in the chain; the first of those that are gone or written anew."""
    until: int | None = None
    """The last of those, where several are in question."""
    audit_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """In JSON."""
        return {
            "fault": str(self.fault),
            "row": self.seq,
            "until": self.until,
            "audit_id": self.audit_id,
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found."""

    rows: int
    """Links that were gone through."""
    waiting: int
    """Rows that are not linked yet."""
    bad: Bad | None
    checkpoints: int = 0
    """How many were compared."""
    last_checkpoint: Checkpoint | None = None
    strangers: int = 0
    """Checkpoints by keys that are not trusted here."""
    superseded: int = 0
    """Checkpoints of rows that a restored backup did not hold; the restoring is on record."""
    restored: tuple[dict[str, Any], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.bad is None

    def as_dict(self) -> dict[str, Any]:
        """In JSON."""
        last = self.last_checkpoint
        return {
            "whole": self.whole,
            "rows": self.rows,
            "waiting": self.waiting,
            "bad": None if self.bad is None else self.bad.as_dict(),
            "checkpoints": self.checkpoints,
            "last_checkpoint": None if last is None else last.as_dict(),
            "strangers": self.strangers,
            "superseded": self.superseded,
            "restored": [
                {"at": iso(one["recorded_at"]), **one["changes"]} for one in self.restored
            ],
        }


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What is known from outside the database."""

    genuine: Callable[[Checkpoint], bool]
    """Whether a signature is its key's."""
    trusted: frozenset[str] = frozenset()
    """Public keys, in hexadecimal; none: every key is taken."""
    copies: Sequence[Checkpoint] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Verifier(Base):
    """Goes through the audit."""

    def prove(self, seen: Witnesses) -> Proof:
        """Whether the audit is as it was written, and the first row that is not."""
        engine = self.engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.connect() as conn:
            known = _known([*audit_chain.checkpoints(conn), *seen.copies])
            restored = tuple(audit_chain.restored(conn))
            counting, passed = _split(known, restored)
            mine = [one for one in counting if not seen.trusted or one.key in seen.trusted]
            walk = _Walk([one for one in mine if seen.genuine(one)])
            bad = walk.through(conn)
            bad = bad or _forged(mine, seen) or walk.cut() or _unlinked(conn)
            return Proof(
                rows=walk.rows,
                waiting=audit_chain.waiting(conn),
                bad=bad,
                checkpoints=len(mine),
                last_checkpoint=mine[-1] if mine else None,
                strangers=len(counting) - len(mine),
                superseded=len(passed),
                restored=restored,
            )


class _Walk:
    """One way through the chain, beside the checkpoints in order."""

    def __init__(self, checkpoints: list[Checkpoint]) -> None:
        self.checkpoints = checkpoints
        self.rows = 0
        self._next = 0
        self._sure = 0
        """Last row that a checkpoint has confirmed."""

    def through(self, conn: Connection) -> Bad | None:
        """The first bad row, if there is one before the end."""
        last = START
        for seq, audit_id, digest, row in audit_chain.walk(conn):
            if seq != self.rows + 1:
                return Bad(Fault.GAP, self.rows + 1, seq - 1)
            if row is None:
                return Bad(Fault.DELETED, seq, audit_id=audit_id)
            if link(last, row) != digest:
                return Bad(Fault.CHANGED, seq, audit_id=audit_id)
            self.rows, last = seq, digest
            if not self._confirmed(seq, digest):
                return Bad(Fault.REWRITTEN, self._sure + 1, seq)
        return None

    def cut(self) -> Bad | None:
        """Whether checkpoints know rows after the last one."""
        left = self.checkpoints[self._next :]
        return Bad(Fault.CUT, self.rows + 1, left[-1].seq) if left else None

    def _confirmed(self, seq: int, digest: bytes) -> bool:
        """Whether all checkpoints of a row know it as it is."""
        while self._next < len(self.checkpoints) and self.checkpoints[self._next].seq == seq:
            if self.checkpoints[self._next].hash != digest:
                return False
            self._next += 1
            self._sure = seq
        return True


def _known(found: list[Checkpoint]) -> list[Checkpoint]:
    """Each checkpoint once, by number."""
    once = {(one.seq, one.key, one.hash, one.signature): one for one in found}
    return sorted(once.values(), key=lambda one: (one.seq, one.at))


def _split(
    known: list[Checkpoint], restored: Sequence[dict[str, Any]]
) -> tuple[list[Checkpoint], list[Checkpoint]]:
    """Those that count, and those of rows that went with a database that a backup replaced."""
    counting: list[Checkpoint] = []
    passed: list[Checkpoint] = []
    for one in known:
        gone = any(
            one.at <= each["recorded_at"] and one.seq > int(each["changes"].get("seq", 0))
            for each in restored
        )
        (passed if gone else counting).append(one)
    return counting, passed


def _forged(known: list[Checkpoint], seen: Witnesses) -> Bad | None:
    """A checkpoint that its key did not sign."""
    for one in known:
        if not seen.genuine(one):
            return Bad(Fault.FORGED, one.seq)
    return None


def _unlinked(conn: Connection) -> Bad | None:
    found = audit_chain.unlinked(conn)
    return None if found is None else Bad(Fault.NEVER_LINKED, None, audit_id=found)
