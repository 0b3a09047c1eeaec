"""When what happened to a fire, by whose word; and the clock of registration.

Every moment is kept with its source and its author, and a correction is a further line, not a
replacement: the ministry's indicators are computed from these times and must be explainable.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final


class Moment(StrEnum):
    """Moments in the life of a fire."""

    IGNITION = "ignition"  # estimated
    DETECTED = "detected"  # the satellite, camera or person saw it
    RECEIVED = "received"  # the message reached us: all norms count from here
    SHOWN = "shown"  # a dispatcher had it on the screen
    REGISTERED = "registered"
    DISPATCH_DECIDED = "dispatch_decided"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    CONTAINED = "contained"
    MOPUP = "mopup"
    OUT = "out"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    REJECTED = "rejected"
    REOPENED = "reopened"
    MERGED = "merged"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    REPORT_SENT = "report_sent"


@dataclass(frozen=True, slots=True)
class Stamp:
    """One line of the record: what happened ``at``, as ``who`` told it at ``recorded_at``."""

    moment: Moment
    at: datetime
    source: str
    who: str
    recorded_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "moment": self.moment.value,
            "at": _iso(self.at),
            "source": self.source,
            "who": self.who,
            "recorded_at": _iso(self.recorded_at),
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "Stamp":
        """Read what :meth:`as_dict` wrote."""
        return cls(
            Moment(body["moment"]),
            datetime.fromisoformat(body["at"]),
            body["source"],
            body["who"],
            datetime.fromisoformat(body["recorded_at"]),
        )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Timeline:
    """All stamps of a fire in the order in which they were recorded."""

    stamps: tuple[Stamp, ...] = ()

    def with_stamp(self, stamp: Stamp) -> "Timeline":
        """One line more; none is ever removed."""
        return Timeline((*self.stamps, stamp))

    def at(self, moment: Moment) -> datetime | None:
        """When it happened by the latest word; ``None`` if nobody said."""
        told = [stamp.at for stamp in self.stamps if stamp.moment is moment]
        return told[-1] if told else None

    def first(self, moment: Moment) -> datetime | None:
        """When it happened by the first word: what *received* and *shown* go by."""
        return next((stamp.at for stamp in self.stamps if stamp.moment is moment), None)

    def as_list(self) -> list[dict[str, Any]]:
        """The JSON form."""
        return [stamp.as_dict() for stamp in self.stamps]

    @classmethod
    def from_list(cls, body: Iterable[Mapping[str, Any]]) -> "Timeline":
        """Read what :meth:`as_list` wrote."""
        return cls(tuple(Stamp.from_dict(line) for line in body))


@dataclass(frozen=True, slots=True)
class RegistrationNorm:
    """How soon a signal must be registered or rejected."""

    norm: timedelta = timedelta(minutes=2)
    """From *received*. Source: the two minutes that the region reports (press, 10 June 2023)."""

    warn_after: timedelta = timedelta(minutes=1)
    """Half the norm, which is also the median aimed at."""


NORM: Final = RegistrationNorm()


class ClockState(StrEnum):
    """How a signal stands against the norm."""

    RUNNING = "running"
    WARNING = "warning"
    OVERDUE = "overdue"
    KEPT = "kept"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class RegistrationClock:
    """The clock on a signal's card. Durations count from *received* and are never negative."""

    state: ClockState
    elapsed: timedelta
    left: timedelta
    """Until the norm runs out; negative when it has."""
    to_shown: timedelta | None
    to_settled: timedelta | None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, seconds."""
        shown, settled = self.to_shown, self.to_settled
        return {
            "state": self.state.value,
            "elapsed_s": self.elapsed.total_seconds(),
            "left_s": self.left.total_seconds(),
            "to_shown_s": None if shown is None else shown.total_seconds(),
            "to_settled_s": None if settled is None else settled.total_seconds(),
        }


def _since(start: datetime, end: datetime | None) -> timedelta | None:
    """Never negative: a sender's clock may run a little ahead of ours."""
    return None if end is None else max(end - start, timedelta(0))


def registration_clock(
    received: datetime,
    shown: datetime | None,
    settled: datetime | None,
    now: datetime,
    norm: RegistrationNorm = NORM,
) -> RegistrationClock:
    """The clock of a signal; ``settled`` is when it was registered or rejected.

    It runs from *received*, not from *shown*: a signal that nobody looked at is late too.
    """
    elapsed = _since(received, settled or now) or timedelta(0)
    if settled is not None:
        state = ClockState.KEPT if elapsed <= norm.norm else ClockState.MISSED
    elif elapsed > norm.norm:
        state = ClockState.OVERDUE
    else:
        state = ClockState.WARNING if elapsed > norm.warn_after else ClockState.RUNNING
    return RegistrationClock(
        state, elapsed, norm.norm - elapsed, _since(received, shown), _since(received, settled)
    )
