"""What a drill is: which day is played, how fast, for whom, and where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sylvan.domain.accounts import ADMIN
from sylvan.domain.actors import OPERATOR
from sylvan.domain.instants import iso

MOST_FIRES: Final = 300
"""Ignitions of a generated day: some seven times what the demo's day has."""
MOST_HOURS: Final = 48.0
"""World hours: two days, so that a drill can hold a hand-over of the shift."""
MOST_SPEED: Final = 600.0
"""World seconds per second: a day in under three minutes; nobody follows anything faster."""
MOST_PEOPLE: Final = 200


class DrillState(StrEnum):
    """Where a drill stands."""

    PLANNED = "planned"  # its world is open and its clock stands
    RUNNING = "running"
    ENDED = "ended"
    BROKEN = "broken"  # it could not be played; ``why`` says why


OPEN: Final = frozenset({DrillState.PLANNED, DrillState.RUNNING})


class SourceKind(StrEnum):
    """Where the day comes from."""

    GENERATED = "generated"
    HISTORIC = "historic"


@dataclass(frozen=True, slots=True)
class Source:
    """The day that is played.

    A generated one follows from ``seed``, ``fires`` and ``hours``; a historic one is what
    satellites saw on a ``day`` (UTC) in some ``world``, for ``hours`` from its midnight on.
    """

    kind: SourceKind
    hours: float = 12.0
    seed: int = 0
    fires: int = 0
    world: str = ""
    day: date | None = None

    @property
    def length(self) -> timedelta:
        """How long it is, by the world's clock."""
        return timedelta(hours=self.hours)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": self.kind.value,
            "hours": self.hours,
            "seed": self.seed,
            "fires": self.fires,
            "world": self.world,
            "day": self.day.isoformat() if self.day else None,
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "Source":
        """Read what :meth:`as_dict` wrote."""
        day = body.get("day")
        return cls(
            SourceKind(body["kind"]),
            float(body["hours"]),
            int(body["seed"]),
            int(body["fires"]),
            str(body["world"]),
            date.fromisoformat(day) if day else None,
        )


@dataclass(frozen=True, slots=True)
class Participants:
    """Who takes part: named people, and everybody who has one of some roles."""

    people: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def has(self, subject: str, role: str) -> bool:
        """Whether somebody is among them."""
        return subject in self.people or role in self.roles


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill. ``began_at`` and all other moments are real time."""

    id: UUID
    world_id: int
    world: str
    name: str
    state: DrillState
    source: Source
    speed: float
    participants: Participants
    outside: bool
    """Whether named contacts outside are told as well; else nobody but participants is."""
    made_by: str
    made_at: datetime
    begin_at: datetime
    began_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    why: str = ""
    """Code of why it was broken off."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What the day holds, as it was prepared."""
    progress: Mapping[str, Any] = field(default_factory=dict)
    """Where the player stands."""
    score: Mapping[str, Any] | None = None
    """As it was when the drill ended."""

    @property
    def is_open(self) -> bool:
        """Whether it goes on or is still to begin."""
        return self.state in OPEN

    def admits(self, subject: str, role: str) -> bool:
        """Whether somebody may enter its world: participants, who leads it, administrators."""
        leads = subject == self.made_by or role in (ADMIN, OPERATOR)
        return leads or self.participants.has(subject, role)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, without the score."""
        return {
            "id": str(self.id),
            "name": self.name,
            "world": self.world,
            "state": self.state.value,
            "source": self.source.as_dict(),
            "speed": self.speed,
            "people": sorted(self.participants.people),
            "roles": sorted(self.participants.roles),
            "outside": self.outside,
            "made_by": self.made_by,
            "made_at": iso(self.made_at),
            "begin_at": iso(self.begin_at),
            "began_at": iso(self.began_at),
            "ended_at": iso(self.ended_at),
            "ended_by": self.ended_by,
            "why": {"code": self.why, "params": {}} if self.why else None,
            "holds": dict(self.told) or None,
            "delivered": int(self.progress.get("next", 0)),
            "lag_s": float(self.progress.get("lag_s", 0.0)),
        }


def name_of(name: str, taken: Iterable[str]) -> str:
    """A name for its world that no other world has: the drill's own, else with a number."""
    known = set(taken)
    number, found = 1, name
    while found in known:
        number += 1
        found = f"{name} ({number})"
    return found
