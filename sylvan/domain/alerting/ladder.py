"""Whom else an alert goes to when nobody says that he has it: by ladder and clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

from sylvan.domain.alerting.letters import Contact, Grade

LEAST: Final = timedelta(minutes=1)
"""Nobody can be asked to answer faster, whatever a rule says."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a ladder."""

    name: str
    language: str
    contacts: tuple[Contact, ...]

    @property
    def recipient(self) -> str:
        """As letters name him."""
        return f"contact:{self.name}"


@dataclass(frozen=True, slots=True)
class Step:
    """What happens when an alert stayed without an answer for so long."""

    after: timedelta
    next_way: bool = False
    """The next of the recipient's own ways."""
    people: tuple[Person, ...] = ()
    """Who is told besides."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps, and which alerts climb them."""

    name: str
    grades: frozenset[Grade]
    rules: tuple[str, ...]
    """Patterns of rules' names, as in file names."""
    steps: tuple[Step, ...]

    def fits(self, grade: Grade, rule: str) -> bool:
        """Whether an alert climbs this one."""
        return grade in self.grades and any(fnmatchcase(rule, one) for one in self.rules)


def of(ladders: Sequence[Ladder], grade: Grade, rule: str) -> Ladder | None:
    """The first one that fits."""
    return next((one for one in ladders if one.fits(grade, rule)), None)


def step_at(
    ladder: Ladder, number: int, begun: datetime, answer_within: timedelta
) -> datetime | None:
    """When a step comes, ``None`` after the last one.

    What the letter itself asks (``answer_within``) sets the first step's time; the others keep
    their distance from it.
    """
    if number >= len(ladder.steps):
        return None
    first = ladder.steps[0].after
    return begun + answer_within + (ladder.steps[number].after - first)


def ends_at(ladder: Ladder, begun: datetime, within: timedelta) -> datetime:
    """When an alert that climbed all steps counts as unanswered.

    As long after the last step as that came after the one before, or after the beginning.
    """
    first = ladder.steps[0].after
    times = [begun, *(begun + within + (step.after - first) for step in ladder.steps)]
    return times[-1] + (times[-1] - times[-2])
