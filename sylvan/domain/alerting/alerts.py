"""An alert: what one recipient is told and answers, made of one letter or of a digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID, uuid5

from sylvan.domain.alerting.letters import NAMES, Contact, Grade, Letter
from sylvan.domain.alerting.messages import Wording
from sylvan.domain.codes import Scalar
from sylvan.domain.instants import iso

How = Literal["screen", "link", "reply"]
"""By which way somebody said that he has it."""


class DeliveryState(StrEnum):
    """Where a message stands on its way."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"  # given up; people may send it again
    HELD = "held"  # of a world whose letters do not leave the house this way
    STOPPED = "stopped"  # somebody answered before it was sent


@dataclass(frozen=True, slots=True)
class Part:
    """One letter of an alert, with what its words are made from."""

    id: UUID
    rule: str
    template: str
    fields: Mapping[str, Scalar]
    thread: str
    at: datetime

    @classmethod
    def of(cls, letter: Letter) -> "Part":
        """The part that a letter becomes."""
        return cls(
            letter.id, letter.rule, letter.template, dict(letter.fields), letter.thread, letter.at
        )

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "id": str(self.id),
            "rule": self.rule,
            "template": self.template,
            "fields": dict(self.fields),
            "thread": self.thread,
            "at": iso(self.at),
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Part":
        """Read what :meth:`as_dict` wrote."""
        return cls(
            UUID(told["id"]),
            told["rule"],
            told["template"],
            told["fields"],
            told["thread"],
            datetime.fromisoformat(told["at"]),
        )


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to one recipient, whatever the ways."""

    id: UUID
    root_id: UUID
    """The alert that it escalates; itself, where it is the first. An answer to one answers all."""
    recipient: str
    language: str
    rule: str
    thread: str
    grade: Grade
    parts: tuple[Part, ...]
    wording: Wording
    contacts: tuple[Contact, ...]
    at: datetime
    """When what it tells came true, by the world's clock."""
    made_at: datetime
    """When it was taken over, by the real clock."""
    territories: tuple[str, ...] = ()
    fire_id: UUID | None = None
    drill: bool = False
    answer_within: timedelta | None = None
    """How soon it should be answered; none: it asks for nothing."""
    ladder: str = ""
    step: int = 0
    """The next step of its ladder."""
    climbs_at: datetime | None = None
    """When that step comes; real clock."""
    tried: int = 0
    """How many of its contacts have been used."""
    answered_at: datetime | None = None
    answered_by: str = ""
    answered_how: How | None = None
    unreached: bool = False
    """Whether all its ways failed, or its ladder ended without an answer."""

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer_within is not None and self.answered_at is None

    @property
    def state(self) -> str:
        """One word for lists: ``told``, ``asked``, ``unreached`` or ``answered``."""
        if self.answered_at is not None:
            return "answered"
        if self.unreached:
            return "unreached"
        return "asked" if self.answer_within is not None else "told"

    @property
    def answer_by(self) -> datetime | None:
        """Until when it should be answered, by the real clock."""
        return None if self.answer_within is None else self.made_at + self.answer_within


def bundled(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Letters in the groups in which they go out: a digest together, all others alone."""
    groups: dict[tuple[Any, ...], list[Letter]] = {}
    for letter in letters:
        key: tuple[Any, ...] = (letter.id,)
        if letter.digest:
            key = (letter.world, letter.recipient, letter.language, letter.digest, letter.drill)
        groups.setdefault(key, []).append(letter)
    return list(groups.values())


def id_of(letters: Sequence[Letter]) -> UUID:
    """The id of the alert that these letters become; one letter keeps its own."""
    if len(letters) == 1:
        return letters[0].id
    return uuid5(NAMES, "digest|" + "|".join(str(letter.id) for letter in letters))


def reader_of(recipient: str) -> str:
    """A mark that tells a recipient's screen from others' without naming him."""
    return uuid5(NAMES, f"reader|{recipient}").hex[:16]
