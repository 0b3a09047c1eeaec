"""The ladder of reserves: who is asked next when the forces at hand do not suffice.

Own station, group of districts, neighbouring air base, republic, other regions, federal reserve.
Each rung has the level that approves, and a time after which silence is told aloud: «Сильван» is
praised for what it saves here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
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


class Rung(StrEnum):
    """The rungs, from one's own station to the federal reserve (domain study, 5.5)."""

    STATION = "station"
    GROUP = "group"
    NEIGHBOUR = "neighbour"
    REPUBLIC = "republic"
    REGIONS = "regions"
    FEDERAL = "federal"


@dataclass(frozen=True, slots=True)
class RungRule:
    """What holds on one rung."""

    code: Rung
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
        ValueError: one is missing, or they stand in another order.
    """

    rungs: tuple[RungRule, ...]

    def __post_init__(self) -> None:
        if [one.code for one in self.rungs] != list(Rung):
            raise ValueError(f"a ladder has the rungs {', '.join(Rung)}, in this order")

    def rung(self, code: str) -> RungRule:
        """The rung with this code.

        Raises:
            KeyError: there is none.
        """
        for one in self.rungs:
            if one.code == code:
                return one
        raise KeyError(code)

    def may_approve(self, code: str, level: Level) -> bool:
        """Whether a level may answer requests to a rung."""
        if level not in LADDER:
            return False
        return LADDER.index(level) >= LADDER.index(self.rung(code).approves)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that nobody has answered yet."""

    rung: RungRule
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


def above(rung: Rung) -> Rung:
    """The next rung; the highest stays."""
    rungs = list(Rung)
    return rungs[min(rungs.index(rung) + 1, len(rungs) - 1)]


@dataclass(frozen=True, slots=True)
class Called:
    """Who is called because nobody answered a request in time."""

    rung: RungRule
    """The rung whose turn it is."""
    steps: int
    """How many terms have run out; one more calls again."""
    told: Coded


def called(ladder: Ladder, rung: str, since: datetime, now: datetime) -> Called | None:
    """The rung that a request has come up to by silence alone; ``None`` while there is time.

    Each rung has its own term, and the next one begins when it has run out. Above the last there is
    nobody: it is called once more, and that is said.
    """
    rungs = ladder.rungs
    asked = rungs.index(ladder.rung(rung))
    steps, spent = 0, timedelta(0)
    for one in rungs[asked:]:
        spent += one.answer_within
        if now - since <= spent:
            break
        steps += 1
    if not steps:
        return None
    turn = rungs[min(asked + steps, len(rungs) - 1)]
    code = "ladder.called" if asked + steps < len(rungs) else "ladder.called_last"
    within = sum((one.answer_within for one in rungs[asked : asked + steps]), timedelta(0))
    params = {
        "rung": rung,
        "called": turn.code.value,
        "level": turn.approves.value,
        "minutes": round(within / timedelta(minutes=1)),
    }
    return Called(turn, steps, Coded(code, params))
