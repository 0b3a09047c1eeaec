"""The ladder of reserves: who is asked next when the forces at hand do not suffice.

Own station, group of districts, neighbouring air base, republic, other regions, federal reserve.
Each rung has the level that approves, and a time after which silence is told aloud: «Сильван» is
praised for what it saves here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sylvan.domain.actors import Level
from sylvan.domain.codes import Coded

LADDER: Final = (
    Level.CREW,
    Level.STATION,
    Level.DISTRICT,
    Level.MUNICIPALITY,
    Level.REGION,
    Level.FEDERAL,
)
"""Levels that command, from the fire line up; a level may do what those below it may."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder."""

    code: str
    approves: Level
    """Lowest level that may say yes or no."""
    answer_within: timedelta
    """After this, an unanswered request is told to the level above."""
    source: str = ""
    """Where the time comes from."""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """All rungs, the nearest first.

    Raises:
        ValueError: there is no rung, or two have one code.
    """

    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        codes = [one.code for one in self.rungs]
        if not codes or len(set(codes)) != len(codes):
            raise ValueError("a ladder needs rungs, each with a code of its own")

    def rung(self, code: str) -> Rung:
        """The rung with this code.

        Raises:
            KeyError: there is none.
        """
        for one in self.rungs:
            if one.code == code:
                return one
        raise KeyError(code)

    def next_after(self, code: str) -> Rung | None:
        """The rung above; ``None`` at the top."""
        place = self.rungs.index(self.rung(code))
        return self.rungs[place + 1] if place + 1 < len(self.rungs) else None

    def may_approve(self, code: str, level: Level) -> bool:
        """Whether a level may answer requests to a rung."""
        if level not in LADDER:
            return False
        return LADDER.index(level) >= LADDER.index(self.rung(code).approves)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that nobody has answered yet."""

    rung: Rung
    since: datetime
    due: datetime
    overdue: bool
    told: Coded


def waiting(ladder: Ladder, rung: str, since: datetime, now: datetime) -> Waiting:
    """How long a request to a rung has waited, and whether the level above is to be told."""
    asked = ladder.rung(rung)
    due = since + asked.answer_within
    minutes = round((now - since).total_seconds() / 60)
    code = "ladder.overdue" if now > due else "ladder.waiting"
    told = Coded(code, {"rung": rung, "minutes": minutes})
    return Waiting(asked, since, due, now > due, told)


def first_of(ladder: Ladder, asked: Sequence[str]) -> Rung | None:
    """The lowest rung that has not been asked yet; ``None`` where all have been."""
    return next((one for one in ladder.rungs if one.code not in asked), None)
