"""What people want of feeds, as the jobs that ask and watch heed it: paused, asked out of turn.

It is read again every few seconds. A database that is away changes nothing: what was last known
holds, and nobody is asked oftener for it.
"""

from collections.abc import Mapping
from math import inf
from typing import Final, Protocol

import structlog

from sylvan.domain.feeding import NO_WISH, Wish

log = structlog.get_logger()
LOOK_S: Final = 2.0
"""Seconds between two looks: how long somebody waits who has asked for a feed now."""


class Desk(Protocol):
    """Where people say what they want of feeds, and read when each is asked next."""

    def wishes(self) -> Mapping[str, Wish]:
        """What they want now, by feed; a feed that is not there: nothing."""

    def planned(self, feed: str, kind: str, in_s: float, every_s: float) -> None:
        """The feed will be asked after so many seconds, and then so often."""


class NoDesk:
    """Nobody wants anything: for jobs that run alone."""

    def wishes(self) -> Mapping[str, Wish]:
        """Nothing."""
        return {}

    def planned(self, feed: str, kind: str, in_s: float, every_s: float) -> None:
        """Nobody reads it."""


class Heed:
    """One job's view of the desk; times on the job's clock, in seconds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: Mapping[str, Wish] = {}
        self._looked = -inf
        self._done: dict[str, Wish] = {}

    def look(self, now: float) -> None:
        """Read what people want, unless that was done a moment ago."""
        if now - self._looked < LOOK_S:
            return
        self._looked = now
        try:
            self._known = self._desk.wishes()
        except Exception:
            log.exception("feed.wishes_unread")

    def paused(self, feed: str) -> bool:
        """Whether it is held back."""
        return self._known.get(feed, NO_WISH).paused

    def asked(self, feed: str) -> bool:
        """Whether it is to be asked out of turn, and this job has not done so."""
        wish = self._known.get(feed, NO_WISH)
        return not wish.paused and wish.asked is not None and wish != self._done.get(feed)

    def due(self, feed: str, next_at: float, now: float) -> bool:
        """Whether it is to be asked now."""
        return not self.paused(feed) and (next_at <= now or self.asked(feed))

    def wait_s(self, next_at: float, now: float) -> float:
        """How long the job may sleep: until the next question, and never past the next look."""
        return min(max(next_at - now, 0.1), LOOK_S)

    def done(self, feed: str, kind: str, in_s: float, every_s: float) -> None:
        """It was asked, well or badly; the next time is told to whoever reads the desk."""
        self._done[feed] = self._known.get(feed, NO_WISH)
        self.tell(feed, kind, in_s, every_s)

    def tell(self, feed: str, kind: str, in_s: float, every_s: float) -> None:
        """Say when it is asked next."""
        try:
            self._desk.planned(feed, kind, max(in_s, 0.0), every_s)
        except Exception:
            log.exception("feed.plan_unwritten", feed=feed)
