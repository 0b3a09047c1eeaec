"""Who answers for which territory, and where nobody does.

Somebody who is shut out, who never set a password or never signed in counts as nobody: at night it
would be nobody who answers. Administrators may do everything and are on no duty, so they do not
count either.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sylvan.domain.actors import Level

EVERYWHERE: Final = "*"


class Duty(StrEnum):
    """What somebody has to be able to do in every territory."""

    REGISTER = "register"
    """Register a fire."""
    ALERTS = "alerts"
    """Be told of fires."""
    APPROVE = "approve"
    """Answer requests for forces."""


class Standing(StrEnum):
    """Whether somebody can be counted on."""

    ABLE = "able"
    INVITED = "invited"
    """Never opened the link of the invitation."""
    UNSEEN = "unseen"
    """Never signed in."""
    LOCKED = "locked"
    """Shut out for a while after wrong passwords."""
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who was given a role somewhere."""

    subject: str
    name: str
    role: str
    level: Level
    territories: tuple[str, ...]
    owner: str
    standing: Standing

    @property
    def commands(self) -> bool:
        """Whether it is somebody of this region's own, and not of a neighbour or partner."""
        return self.level not in (Level.NEIGHBOUR, Level.PARTNER, Level.PUBLIC)

    def reaches(self, marks: Iterable[str]) -> bool:
        """Whether a thing that lies in these territories is theirs."""
        if not self.commands:
            return False
        return EVERYWHERE in self.territories or not set(self.territories).isdisjoint(marks)


@dataclass(frozen=True, slots=True)
class Place:
    """A territory, and in which others what lies in it lies too."""

    code: str
    level: str
    names: Mapping[str, str]
    above: tuple[str, ...] = ()
    gone: bool = False
    """Whether no layer in force holds it any more."""

    @property
    def marks(self) -> tuple[str, ...]:
        """What a fire in it carries."""
        return (self.code, *self.above)


@dataclass(frozen=True, slots=True)
class Answered:
    """Who answers for a place."""

    own: tuple[str, ...]
    """Subjects who were given just this place."""
    able: Mapping[Duty, tuple[str, ...]]
    """By duty, who can be counted on, also from above."""
    unable: tuple[str, ...]
    """Of its own, who cannot."""
    rungs: tuple[str, ...] = ()
    """Rungs of the ladder whose requests nobody here may answer."""
    gaps: tuple[Duty, ...] = ()


Powers = Callable[[Holder], frozenset[Duty]]
"""What a role and a level may, wherever."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a place is judged by."""

    holders: Sequence[Holder]
    powers: Powers
    told: Callable[[Place], Sequence[str]]
    """Who is told of a fire there by the rules in force."""
    rungs: Mapping[str, Callable[[Holder], bool]] = field(default_factory=dict)
    """By rung, whether somebody of that level may answer."""

    def judge(self, place: Place) -> Answered:
        """Who answers for a place, and what nobody can do there."""
        here = [one for one in self.holders if one.reaches(place.marks)]
        fit = [one for one in here if one.standing is Standing.ABLE]
        able = {
            Duty.REGISTER: self._able(fit, Duty.REGISTER),
            Duty.ALERTS: tuple(self.told(place)),
            Duty.APPROVE: self._able(fit, Duty.APPROVE),
        }
        approvers = [one for one in fit if one.subject in able[Duty.APPROVE]]
        rungs = tuple(
            rung for rung, may in self.rungs.items() if not any(may(one) for one in approvers)
        )
        gaps = [duty for duty, people in able.items() if not people]
        if rungs and Duty.APPROVE not in gaps:
            gaps.append(Duty.APPROVE)
        own = [one for one in here if place.code in one.territories]
        return Answered(
            own=tuple(one.subject for one in own),
            able=able,
            unable=tuple(one.subject for one in own if one.standing is not Standing.ABLE),
            rungs=rungs,
            gaps=() if place.gone else tuple(gaps),
        )

    def _able(self, people: Iterable[Holder], duty: Duty) -> tuple[str, ...]:
        return tuple(one.subject for one in people if duty in self.powers(one))
