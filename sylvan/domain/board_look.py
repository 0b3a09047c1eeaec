"""Up to when an official has seen the board: by his word, or because he left it behind him.

Whoever reloads a page or drops a phone has not read it: leaving counts only after a while, and
until then the same changes stand there again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

GRACE: Final = timedelta(minutes=15)
"""Real time after which somebody who left has left; engineering judgement."""
FIRST_LOOK: Final = timedelta(hours=24)
"""How far back the first look goes, by the world's clock."""
LONGEST: Final = timedelta(days=31)
"""Nobody is told more: who comes back after a winter reads the board, not its changes."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one subject has seen of one world. ``said_at`` and ``left_at`` are of its clock."""

    said_at: datetime | None = None
    """Up to when all was seen, as he said himself."""
    said_on: datetime | None = None
    """When that was told; real time, as ``left_on``."""
    left_at: datetime | None = None
    """What he had before him when he left last."""
    left_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """From when on changes are told."""

    at: datetime
    on: datetime
    """The same by the real clock."""
    first: bool = False
    """Whether nobody has looked yet."""


def since(look: Look, now: datetime, world_now: datetime) -> Since:
    """From when on changes are news to whoever has looked like this."""
    told = settled(look, now)
    if told.said_at is None or told.said_on is None:
        return Since(world_now - FIRST_LOOK, now - FIRST_LOOK, first=True)
    if world_now - told.said_at > LONGEST:
        return asked(world_now - LONGEST, now, world_now)
    return Since(told.said_at, told.said_on)


def asked(at: datetime, now: datetime, world_now: datetime) -> Since:
    """From a moment that a reader names: an open page goes on from where it began."""
    at = min(max(at, world_now - LONGEST), world_now)
    return Since(at, now - (world_now - at))


def settled(look: Look, now: datetime) -> Look:
    """The look with a departure that has become one; a younger one is left as it is."""
    if look.left_at is None or look.left_on is None or now - look.left_on < GRACE:
        return look
    seen = look.left_at if look.said_at is None else max(look.said_at, look.left_at)
    on = look.said_on if seen == look.said_at else look.left_on
    return Look(seen, on)


def said(at: datetime, now: datetime) -> Look:
    """He has seen everything up to ``at``; an earlier moment takes his word back."""
    return Look(at, now)


def left(look: Look, at: datetime, now: datetime) -> Look:
    """He went away from a board of ``at``; a second board of his may show a later one."""
    before = settled(look, now)
    shown = at if before.left_at is None else max(at, before.left_at)
    return replace(before, left_at=shown, left_on=now)
