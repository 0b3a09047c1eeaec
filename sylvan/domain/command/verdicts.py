"""What became of a suggestion: accepted, edited or rejected, and how well suggestions do."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any, Final
from uuid import UUID

from sylvan.domain.command.orders import Order, OrderStatus
from sylvan.domain.instants import iso

MINUTE: Final = timedelta(minutes=1)


class Verdict(StrEnum):
    """What was decided."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


class WhyRejected(StrEnum):
    """Why a suggestion is rejected."""

    NOT_NEEDED = "not_needed"  # no more forces are needed there
    WRONG_UNITS = "wrong_units"  # others should go
    NOT_AVAILABLE = "not_available"  # those units cannot go in truth
    TOO_LATE = "too_late"  # they would come too late
    WRONG_DATA = "wrong_data"  # it stands on wrong data about the fire
    OWN_PLAN = "own_plan"  # there is another plan
    OTHER = "other"  # in the words of the note


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on what was suggested for one fire, whole. Times are real ones but ``at``."""

    suggestion: int
    fire_id: UUID
    verdict: Verdict
    suggested: tuple[str, ...]
    """Units that were offered, by code."""
    sent: tuple[str, ...]
    by: str
    level: str
    at: datetime
    """World time."""
    decided_at: datetime
    shown_at: datetime | None
    """When that fire's suggestions were first shown since the decision before this one."""
    wish: str | None = None
    """The alternative that was taken."""
    why: str | None = None
    note: str = ""
    territories: tuple[str, ...] = ()
    id: int = 0

    @property
    def added(self) -> tuple[str, ...]:
        """Units that were sent beside those suggested."""
        return tuple(one for one in self.sent if one not in self.suggested)

    @property
    def removed(self) -> tuple[str, ...]:
        """Units that were suggested and stay."""
        return tuple(one for one in self.suggested if one not in self.sent)

    @property
    def seconds(self) -> float | None:
        """From shown to decided."""
        if self.shown_at is None:
            return None
        return max((self.decided_at - self.shown_at).total_seconds(), 0.0)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that REST and events share."""
        seconds = self.seconds
        return {
            "id": self.id,
            "suggestion": self.suggestion,
            "fire_id": str(self.fire_id),
            "verdict": self.verdict.value,
            "suggested": list(self.suggested),
            "sent": list(self.sent),
            "added": list(self.added),
            "removed": list(self.removed),
            "wish": self.wish,
            "why": self.why,
            "note": self.note,
            "by": self.by,
            "level": self.level,
            "at": iso(self.at),
            "decided_at": iso(self.decided_at),
            "shown_at": iso(self.shown_at),
            "seconds": None if seconds is None else round(seconds, 1),
        }


def verdict_of(offered: Collection[str], sent: Collection[str], wish: Collection[str]) -> Verdict:
    """What sending some units says of a suggestion.

    Args:
        offered: units that were suggested.
        sent: units that go.
        wish: units of the alternative that was taken; none: the plan itself.
    """
    return Verdict.ACCEPTED if set(sent) == set(wish or offered) else Verdict.EDITED


@dataclass(frozen=True, slots=True)
class Scores:
    """How suggestions did over some time."""

    decisions: int
    accepted: int
    """Whole, alternatives included."""
    alternatives: int
    """Of the accepted ones: those that took another package."""
    edited: int
    rejected: int
    seconds: float | None
    """Median from shown to decided; ``None``: never told as shown."""
    added: float | None
    """Mean units that an edit adds."""
    removed: float | None
    """Mean units that an edit takes out."""
    why: dict[str, int]
    """Rejections by reason."""
    arrivals: int
    """Orders from suggestions that arrived and whose arrival had been planned."""
    late_min: float | None
    """Median of real less planned arrival, min; above 0: later than planned."""
    off_min: float | None
    """Median of the same without its sign."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            f"{name}_share": self._share(getattr(self, name))
            for name in ("accepted", "edited", "rejected")
        }

    def _share(self, many: int) -> float | None:
        return round(many / self.decisions, 4) if self.decisions else None


def scores(decisions: Sequence[Decision], orders: Iterable[Order]) -> Scores:
    """Count what people made of suggestions, and hold arrivals against what was planned."""
    by = {one: [d for d in decisions if d.verdict is one] for one in Verdict}
    edited, took = by[Verdict.EDITED], [d.seconds for d in decisions if d.seconds is not None]
    why: dict[str, int] = {}
    for one in by[Verdict.REJECTED]:
        why[one.why or WhyRejected.OTHER] = why.get(one.why or WhyRejected.OTHER, 0) + 1
    late = [gap for gap in map(_late_min, orders) if gap is not None]
    return Scores(
        len(decisions),
        len(by[Verdict.ACCEPTED]),
        sum(d.wish is not None for d in by[Verdict.ACCEPTED]),
        len(edited),
        len(by[Verdict.REJECTED]),
        _median(took),
        _mean([len(d.added) for d in edited]),
        _mean([len(d.removed) for d in edited]),
        dict(sorted(why.items())),
        len(late),
        _median(late),
        _median([abs(one) for one in late]),
    )


def _late_min(order: Order) -> float | None:
    there = order.at(OrderStatus.ARRIVED)
    if order.suggestion is None or order.eta_at is None or there is None:
        return None
    return (there - order.eta_at) / MINUTE


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 1) if values else None


def _mean(values: Sequence[int]) -> float | None:
    return round(sum(values) / len(values), 2) if values else None
