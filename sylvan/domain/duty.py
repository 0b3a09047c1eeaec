"""A shift at the dispatch desk: who takes care of which signal, the journal, the hand-over.

A mass pass brings a hundred signals at once. One officer takes each, so that two do not ring the
same village; what somebody holds becomes free by itself when he falls silent, since a name on a
signal that nobody looks at is worse than none. Putting a signal off is no disposition: it comes
back by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, Invalid
from sylvan.domain.instants import iso

LEASE: Final = timedelta(minutes=10)
"""So long a signal stays somebody's after he last touched it; real time."""
LONGEST_PUT_OFF: Final = timedelta(hours=12)
"""A signal is put off for a shift at most; the world's time."""


class Kind(StrEnum):
    """What waits in the queue."""

    FIRE = "fire"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Care:
    """Who takes care of one signal, and until when it was put off."""

    kind: Kind
    thing: UUID
    territories: tuple[str, ...] = ()
    version: int = 0
    taken_by: str = ""
    taken_name: str = ""
    taken_at: datetime | None = None
    free_at: datetime | None = None
    put_off_until: datetime | None = None
    put_off_by: str = ""
    note: str = ""

    def holder(self, now: datetime) -> str:
        """Whose it is at this real time; nobody's: empty."""
        return self.taken_by if self.free_at is not None and now < self.free_at else ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": self.kind.value,
            "id": str(self.thing),
            "version": self.version,
            "taken_by": self.taken_by,
            "taken_name": self.taken_name,
            "taken_at": iso(self.taken_at) if self.taken_at else None,
            "free_at": iso(self.free_at) if self.free_at else None,
            "put_off_until": iso(self.put_off_until) if self.put_off_until else None,
            "put_off_by": self.put_off_by,
            "note": self.note,
        }


def _mine(care: Care, actor: Actor, now: datetime, *, over: bool) -> None:
    held = care.holder(now)
    if held not in ("", actor.subject) and not over:
        until = iso(care.free_at) if care.free_at else None
        raise Conflict("problem.taken", {"by": care.taken_name or held, "until": until})


def taken(care: Care, actor: Actor, now: datetime, *, over: bool = False) -> Care:
    """It is this officer's from now on, for :data:`LEASE` after he last says so.

    Args:
        care: as it stands.
        actor: who takes it.
        now: real time.
        over: take it from whoever holds it.

    Raises:
        Conflict: somebody else holds it.
    """
    _mine(care, actor, now, over=over)
    since = care.taken_at if care.holder(now) == actor.subject else now
    return replace(
        care,
        version=care.version + 1,
        taken_by=actor.subject,
        taken_name=actor.name,
        taken_at=since,
        free_at=now + LEASE,
        put_off_until=None,
        put_off_by="",
    )


def handed(care: Care, actor: Actor, to: tuple[str, str], now: datetime) -> Care:
    """It is given to somebody else: subject and name.

    Raises:
        Conflict: a third officer holds it.
    """
    _mine(care, actor, now, over=False)
    subject, name = to
    return replace(
        care,
        version=care.version + 1,
        taken_by=subject,
        taken_name=name,
        taken_at=now,
        free_at=now + LEASE,
        put_off_until=None,
        put_off_by="",
    )


def freed(care: Care, actor: Actor, now: datetime) -> Care:
    """Nobody's any more.

    Raises:
        Conflict: somebody else holds it.
    """
    _mine(care, actor, now, over=False)
    return replace(
        care, version=care.version + 1, taken_by="", taken_name="", taken_at=None, free_at=None
    )


def put_off(
    care: Care, actor: Actor, now: datetime, at: datetime, until: datetime, note: str
) -> Care:
    """It leaves the queue until then.

    Args:
        care: as it stands.
        actor: who decides so.
        now: real time.
        at: the world's time.
        until: the world's time at which it comes back.
        note: why.

    Raises:
        Conflict: somebody else holds it.
        Invalid: not in the next hours.
    """
    if not at < until <= at + LONGEST_PUT_OFF:
        hours = LONGEST_PUT_OFF // timedelta(hours=1)
        raise Invalid("problem.put_off_until", {"hours": hours}, "until")
    return replace(
        freed(care, actor, now), put_off_until=until, put_off_by=actor.subject, note=note
    )


class Sheet(StrEnum):
    """Where a hand-over stands."""

    OFFERED = "offered"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class HandOver:
    """A shift's open items, signed by the one who goes and by the one who comes."""

    id: UUID
    at: datetime
    given_by: str
    given_name: str
    note: str
    items: Mapping[str, Any]
    """What was open at that moment, whole."""
    territories: tuple[str, ...]
    state: Sheet = Sheet.OFFERED
    version: int = 1
    taken_by: str = ""
    taken_name: str = ""
    taken_at: datetime | None = None
    remark: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "id": str(self.id),
            "version": self.version,
            "state": self.state.value,
            "at": iso(self.at),
            "given_by": self.given_by,
            "given_name": self.given_name,
            "note": self.note,
            "items": dict(self.items),
            "taken_by": self.taken_by,
            "taken_name": self.taken_name,
            "taken_at": iso(self.taken_at) if self.taken_at else None,
            "remark": self.remark,
        }


def signed(sheet: HandOver, actor: Actor, at: datetime, remark: str) -> HandOver:
    """The next one has read it and takes over.

    Raises:
        Conflict: it is not offered any more, or nobody but the giver signs it.
    """
    _offered(sheet)
    if actor.subject == sheet.given_by:
        raise Conflict("problem.hand_over_self")
    return replace(
        sheet,
        state=Sheet.SIGNED,
        version=sheet.version + 1,
        taken_by=actor.subject,
        taken_name=actor.name,
        taken_at=at,
        remark=remark,
    )


def withdrawn(sheet: HandOver, actor: Actor) -> HandOver:
    """The giver goes on.

    Raises:
        Conflict: it is not offered any more, or is another's.
    """
    _offered(sheet)
    if actor.subject != sheet.given_by:
        raise Conflict("problem.hand_over_other", {"by": sheet.given_name})
    return replace(sheet, state=Sheet.WITHDRAWN, version=sheet.version + 1)


def _offered(sheet: HandOver) -> None:
    if sheet.state is not Sheet.OFFERED:
        raise Conflict("problem.hand_over_over", {"state": sheet.state.value})


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the duty journal that a person wrote; it is never changed, only added to."""

    id: UUID
    at: datetime
    by: str
    name: str
    text: str
    fire_id: UUID | None = None
    territories: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, as a line of the journal."""
        return {
            "id": str(self.id),
            "at": iso(self.at),
            "by": self.by,
            "name": self.name,
            "written": True,
            "action": "journal.note",
            "text": self.text,
            "fire_id": str(self.fire_id) if self.fire_id else None,
            "subject": str(self.fire_id) if self.fire_id else "",
            "changes": {},
        }
