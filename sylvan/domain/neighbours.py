"""What two regions agree on at their border: foreign fires, and a fire that changes hands.

A hand-over is told in each side's own log and read by the other; nobody writes into the other's
tables. Whatever order the words arrive in, both sides end with the same one: an acceptance stands,
even if the offer was taken back while it was on its way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sylvan.domain.instants import iso

SUBJECT: Final = "handover.changed"
"""Kind of the event by which a hand-over is told."""


class HandoverStatus(StrEnum):
    """Where a hand-over stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Handover:
    """A fire that one region offers another."""

    id: UUID
    version: int
    from_region: str
    to_region: str
    fire_id: UUID
    fire: Mapping[str, Any]
    """The fire as it stood when it was offered: a short summary and its edge."""
    status: HandoverStatus
    note: str
    answer: Mapping[str, Any]
    """``number`` and ``fire_id`` there, or ``reason``."""
    territories: tuple[str, ...]
    offered_at: datetime
    offered_by: str
    answered_at: datetime | None = None
    answered_by: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, also of the event."""
        return {
            "id": str(self.id),
            "version": self.version,
            "from_region": self.from_region,
            "to_region": self.to_region,
            "fire_id": str(self.fire_id),
            "fire": dict(self.fire),
            "status": str(self.status),
            "note": self.note,
            "answer": dict(self.answer),
            "offered_at": iso(self.offered_at),
            "offered_by": self.offered_by,
            "answered_at": iso(self.answered_at),
            "answered_by": self.answered_by,
        }


def of_dict(told: Mapping[str, Any]) -> Handover:
    """A hand-over as the other side tells it.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    answered = told["answered_at"]
    point = told["fire"]["point"]
    if len(point) != 2:  # noqa: PLR2004 - longitude and latitude
        raise ValueError("fire.point")
    return Handover(
        UUID(str(told["id"])),
        int(told["version"]),
        str(told["from_region"]),
        str(told["to_region"]),
        UUID(str(told["fire_id"])),
        {**dict(told["fire"]), "point": [float(point[0]), float(point[1])]},
        HandoverStatus(told["status"]),
        str(told["note"])[:2000],
        dict(told["answer"]),
        (),
        datetime.fromisoformat(str(told["offered_at"])),
        str(told.get("offered_by") or ""),
        None if answered is None else datetime.fromisoformat(str(answered)),
        None if told.get("answered_by") is None else str(told["answered_by"]),
    )


def heard(mine: Handover | None, theirs: Handover, me: str) -> HandoverStatus | None:
    """What a word of the other side makes of a hand-over here; ``None``: nothing.

    The receiver learns of offers and withdrawals, the giver of answers; all else is an echo.
    """
    if theirs.to_region == me and theirs.from_region != me:
        if mine is None:
            return theirs.status
        taken_back = theirs.status is HandoverStatus.WITHDRAWN
        return theirs.status if taken_back and mine.status is HandoverStatus.OFFERED else None
    if theirs.from_region != me or mine is None:
        return None
    if theirs.status is HandoverStatus.ACCEPTED:
        return None if mine.status is HandoverStatus.ACCEPTED else theirs.status
    unsettled = mine.status in (HandoverStatus.OFFERED, HandoverStatus.WITHDRAWN)
    return theirs.status if theirs.status is HandoverStatus.REFUSED and unsettled else None
