"""Feeds as people handle them: how they come, how old they may be, paused or asked out of turn.

A paused feed is neither asked nor taken from, and never counts as healthy; whoever pauses it says
why. What was asked out of turn is asked once by every process that polls, whatever it waits for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

PAUSED: Final = "paused"
"""The state of a feed that somebody holds back."""
LATE_AFTER: Final = timedelta(hours=6)
"""Polar orbiters pass Yakutia's latitudes several times a day and their near-real-time files come
within about 3 h of a pass (measured delays: FIRMS p90 3.2 h): 6 h of silence is not normal."""
LATE_OF_KIND: Final[Mapping[str, timedelta]] = {"orbits": timedelta(days=3)}
"""Feeds that come more seldom: orbital elements hold for a week, three days leave time to act."""
TROUBLED: Final = frozenset({"failing", "open"})


class Way(StrEnum):
    """How a feed's data come."""

    ASKED = "asked"
    """By the clock, from an address of the settings."""
    WATCHED = "watched"
    """A folder."""
    SENT = "sent"
    """By whoever calls the interface or a command."""
    PLAYED = "played"
    """From a record, in a replay or a drill."""


@dataclass(frozen=True, slots=True)
class Source:
    """A feed that this installation is set to have."""

    feed: str
    kind: str
    way: Way
    every_s: float | None = None
    """Seconds between two questions."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What people want of a feed."""

    paused: bool = False
    asked: datetime | None = None
    """Since when somebody wants it asked out of turn and nobody has."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be used, where it stood and why."""

    file: str
    line: int
    field: str
    code: str
    value: str
    row: str = ""
    """The whole line as it came, where a file has lines."""


NO_WISH: Final = Wish()


def limit(kind: str) -> timedelta:
    """How long a feed of a kind may be silent."""
    return LATE_OF_KIND.get(kind, LATE_AFTER)


def state(
    *,
    paused: bool,
    error: bool,
    last_data: datetime | None,
    kind: str,
    now: datetime,
) -> str:
    """How a feed stands: what people decided counts first, then faults, then its age."""
    if paused:
        return PAUSED
    if error:
        return "failing"
    if last_data is None:
        return "never"
    return "late" if now - last_data > limit(kind) else "ok"


def pause(subject: str, name: str, reason: str, at: str) -> dict[str, Any]:
    """Who holds a feed back, since when, why."""
    return {"by": subject, "name": name, "reason": reason, "at": at}
