"""What the gateway needs from the event log: three calls, implemented in the services.

Numbers are global, one log for all worlds, without gaps, in the order of commits. The wake-ups may
be lost, doubled or early: they only say "look".
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


class LogHead(Protocol):
    """Where the log stands."""

    @property
    def epoch(self) -> UUID:
        """Identity of this numbering; another one means that old numbers say nothing."""

    @property
    def seq(self) -> int:
        """Number of the newest event; 0 when there is none yet."""

    @property
    def oldest(self) -> int:
        """Number of the first event that may still be asked for (``seq + 1`` if there is none)."""


class EventRow(Protocol):
    """One numbered event."""

    @property
    def seq(self) -> int:
        """Its number."""

    @property
    def world_id(self) -> int:
        """The world that it happened in."""

    @property
    def kind(self) -> str:
        """What changed, as ``thing.changed``."""

    @property
    def subject(self) -> str:
        """Id of the thing that changed."""

    @property
    def at(self) -> datetime:
        """When, by the world's clock (aware)."""

    @property
    def territories(self) -> Sequence[str]:
        """Codes of the territories concerned."""

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude, if it has a place."""

    @property
    def actor(self) -> str:
        """Subject of who did it."""

    @property
    def body(self) -> Mapping[str, Any]:
        """What a client needs so as not to read again."""


class LogReader(Protocol):
    """The log as the gateway reads it. ``head`` and ``read`` block; they are called in threads."""

    def head(self) -> LogHead:
        """Where the log stands now; asked about once a second, so it has to be cheap."""

    def read(self, after: int, limit: int) -> Sequence[EventRow]:
        """Up to ``limit`` events of all worlds numbered above ``after``, in order."""

    def wakes(self) -> AsyncIterator[None]:
        """Yield whenever something may have been added; may end or raise, and is asked anew."""
