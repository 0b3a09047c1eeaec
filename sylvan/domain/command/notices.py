"""Notices: what holds and asks for a person: a crew in danger, a request that nobody answers.

A notice is raised once while its condition holds and told again only when it has grown worse:
whoever is told the same thing every minute stops reading. It is over when the condition has been
gone for a while; what people answered stays on record.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sylvan.domain.actors import Actor, Level
from sylvan.domain.codes import Coded, Conflict, FieldError, Forbidden, invalid
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import COMMISSION, DISPATCHERS, FIELD


class Theme(StrEnum):
    """What a notice is about."""

    CREW = "crew"
    """A crew on the line is in danger, or has not been heard."""
    CONTROL = "control"
    """A decision to leave a fire unfought is to be looked at again."""
    REGIME = "regime"
    """The condition of a regime is met."""
    REQUEST = "request"
    """A request for forces was not answered in time: the next rung is called."""
    SOS = "sos"
    """A crew calls for help."""
    FIELD = "field"
    """What a crew asks for from the line: that its fire counts as contained, more forces."""
    REPORT = "report"
    """A resident's report that nobody has answered."""


class State(StrEnum):
    """Where a notice stands."""

    OPEN = "open"
    ANSWERED = "answered"
    OVER = "over"


class Answer(StrEnum):
    """What a person says to it."""

    SEEN = "seen"
    """The crew was told, or nothing is to be told; whoever is called knows."""
    KEPT = "kept"
    """Looked at again: the decision stands."""
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


ANSWERS: Final[Mapping[Theme, tuple[Answer, ...]]] = {
    Theme.CREW: (Answer.SEEN,),
    Theme.CONTROL: (Answer.KEPT,),
    Theme.REGIME: (Answer.DISMISSED,),
    Theme.REQUEST: (Answer.SEEN,),
    Theme.SOS: (Answer.SEEN,),
    Theme.FIELD: (Answer.SEEN,),
    Theme.REPORT: (Answer.SEEN,),
}
"""Answers by hand; a regime that is introduced accepts its proposal by itself, and an answer to the
request itself ends the call."""
WITH_REASON: Final = frozenset({Answer.KEPT, Answer.DISMISSED})
"""Answers that leave something as it is against a rule: the reason goes on record."""
LEVELS: Final[Mapping[Theme, frozenset[Level]]] = {
    Theme.CREW: FIELD,
    Theme.CONTROL: COMMISSION,
    Theme.REGIME: COMMISSION,
    Theme.REQUEST: DISPATCHERS,
    Theme.SOS: DISPATCHERS,
    Theme.FIELD: DISPATCHERS,
    Theme.REPORT: DISPATCHERS,
}


@dataclass(frozen=True, slots=True)
class Held:
    """A condition that holds now."""

    theme: Theme
    kind: str
    key: str
    """Whom it concerns, within theme and kind: one notice at a time."""
    reason: Coded
    grade: int = 0
    """How bad it is; a higher one is told again, and so is one that concerns further units."""
    assumed: tuple[Coded, ...] = ()
    fire_id: UUID | None = None
    about: UUID | None = None
    """The decision that it is about."""
    units: tuple[str, ...] = ()
    """Codes of the units that it concerns."""
    territories: tuple[str, ...] = ()

    @property
    def name(self) -> tuple[Theme, str, str]:
        """What makes two of them the same."""
        return self.theme, self.kind, self.key


@dataclass(frozen=True, slots=True)
class Notice:
    """A condition that was told to people, and what they said. Times are of its world's clock."""

    id: UUID
    version: int
    held: Held
    state: State
    raised_at: datetime
    held_at: datetime
    """When the condition was last found to hold."""
    over_at: datetime | None = None
    answer: Answer | None = None
    answered_at: datetime | None = None
    answered_by: str = ""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that REST, events and snapshot share."""
        held, asks = self.held, self.state is State.OPEN
        return {
            "id": str(self.id),
            "version": self.version,
            "theme": held.theme.value,
            "kind": held.kind,
            "key": held.key,
            "state": self.state.value,
            "grade": held.grade,
            "fire_id": str(held.fire_id) if held.fire_id else None,
            "about": str(held.about) if held.about else None,
            "units": list(held.units),
            "reason": held.reason.as_dict(),
            "assumed": [one.as_dict() for one in held.assumed],
            "raised_at": iso(self.raised_at),
            "over_at": iso(self.over_at),
            "answer": self.answer.value if self.answer else None,
            "answered_at": iso(self.answered_at),
            "answered_by": self.answered_by,
            "note": self.note,
            "answers": [one.value for one in ANSWERS[held.theme]] if asks else [],
        }


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of notices after their conditions were looked at."""

    told: list[Notice] = field(default_factory=list)
    """New versions: raised, worse, over."""
    kept: list[Notice] = field(default_factory=list)
    """Still held; only their last sight and figures are newer."""


def settle(
    standing: Iterable[Notice],
    held: Iterable[Held],
    now: datetime,
    clear_after: timedelta,
    new_id: Callable[[], UUID],
) -> Settled:
    """Hold what stands against what holds now.

    Args:
        standing: notices that are not over.
        held: all conditions that hold, of the same themes and kinds.
        now: the world's time.
        clear_after: so long a condition must be gone: one that comes and goes is one notice.
        new_id: gives ids.
    """
    found = Settled()
    left = {one.held.name: one for one in standing}
    for one in held:
        before = left.pop(one.name, None)
        if before is None:
            found.told.append(Notice(new_id(), 1, one, State.OPEN, now, now))
        elif one.grade > before.held.grade or set(one.units) - set(before.held.units):
            found.told.append(_worse(before, one, now))
        else:
            grade = max(one.grade, before.held.grade)
            found.kept.append(replace(before, held=replace(one, grade=grade), held_at=now))
    found.told.extend(ended(one, now) for one in left.values() if now - one.held_at >= clear_after)
    return found


def _worse(before: Notice, held: Held, now: datetime) -> Notice:
    return replace(
        before,
        version=before.version + 1,
        held=held,
        state=State.OPEN,
        held_at=now,
        answer=None,
        answered_at=None,
        answered_by="",
        note="",
    )


def ended(notice: Notice, now: datetime) -> Notice:
    """A notice whose condition is gone."""
    return replace(notice, version=notice.version + 1, state=State.OVER, over_at=now)


def answered(notice: Notice, answer: Answer, note: str, actor: Actor, now: datetime) -> Notice:
    """A notice with a person's answer.

    Raises:
        Conflict: it was answered, or is over.
        Forbidden: another level answers these.
        Invalid: not an answer to this theme, or its reason is missing.
    """
    theme = notice.held.theme
    if notice.state is not State.OPEN:
        raise Conflict("notice.not_open", {"state": notice.state.value})
    if actor.level not in LEVELS[theme]:
        raise Forbidden("notice.not_your_level", {"level": str(actor.level)})
    if answer not in ANSWERS[theme]:
        allowed = ", ".join(ANSWERS[theme])
        raise invalid([FieldError("answer", "field.choice", {"allowed": allowed})])
    if answer in WITH_REASON and not note.strip():
        raise invalid([FieldError("note", "field.required")])
    return replace(
        notice,
        version=notice.version + 1,
        state=State.ANSWERED,
        answer=answer,
        answered_at=now,
        answered_by=actor.subject,
        note=note,
    )


def accepted(notice: Notice, actor: Actor, now: datetime) -> Notice:
    """A proposal that somebody followed."""
    return replace(
        notice,
        version=notice.version + 1,
        state=State.ANSWERED,
        answer=Answer.ACCEPTED,
        answered_at=now,
        answered_by=actor.subject,
    )
