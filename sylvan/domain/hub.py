"""What a national hub reads of the regions: pages of their event logs, and where it stands in each.

A region's log is numbered without gaps, and a page says up to which number it was looked through.
So a hub that goes on after that number can miss nothing without noticing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

FIRES: Final = frozenset({"fire.changed", "fire.merged"})
"""Kinds of events whose body is the whole summary of a fire."""


class BadPageError(ValueError):
    """A page that cannot follow what is held: somebody else's, or out of order."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a region's log was read: the numbering, and the last number looked through."""

    epoch: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class RegionEvent:
    """One change, as the region tells it."""

    seq: int
    kind: str
    subject: str
    at: datetime
    territories: tuple[str, ...]
    point: tuple[float, float] | None
    actor: str | None
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RegionPage:
    """The events after a number, up to ``seq``; ``more`` are there at once."""

    epoch: UUID
    seq: int
    oldest: int
    more: bool
    events: tuple[RegionEvent, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """The numbers that were asked after say nothing any more: ``epoch`` or ``retention``."""

    reason: str
    epoch: UUID
    oldest: int


@dataclass(frozen=True, slots=True)
class Hole:
    """What a region could not tell any more, and a hub therefore will never hold."""

    epoch: UUID
    first: int
    last: int | None
    """``None``: nobody knows, the numbering ended."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"epoch": str(self.epoch), "first": self.first, "last": self.last}


def page_of(told: Mapping[str, Any]) -> RegionPage:
    """A page from its JSON.

    Raises:
        BadPageError: it is not one.
    """
    try:
        return RegionPage(
            UUID(str(told["epoch"])),
            int(told["seq"]),
            int(told["oldest"]),
            bool(told["more"]),
            tuple(_event(one) for one in told["events"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadPageError(f"not a page of changes: {error}") from error


def _event(told: Mapping[str, Any]) -> RegionEvent:
    point = told["point"]
    if not isinstance(told["body"], Mapping):
        raise TypeError("body: expected an object")
    return RegionEvent(
        int(told["seq"]),
        str(told["kind"]),
        str(told["id"]),
        datetime.fromisoformat(told["at"]),
        tuple(str(code) for code in told["territories"]),
        None if point is None else (float(point[0]), float(point[1])),
        None if told["actor"] is None else str(told["actor"]),
        told["body"],
    )


def check_follows(stand: Stand, page: RegionPage) -> None:
    """Whether a page is what comes after a stand.

    Raises:
        BadPageError: another numbering, numbers that are held already, or out of order.
    """
    if page.epoch != stand.epoch:
        raise BadPageError("another numbering")
    if page.seq < stand.seq:
        raise BadPageError(f"looked through to {page.seq}, which is before {stand.seq}")
    last = stand.seq
    for event in page.events:
        if not last < event.seq <= page.seq:
            raise BadPageError(f"number {event.seq} does not follow {last}")
        last = event.seq


def after_gone(stand: Stand, gone: Gone) -> tuple[Stand, Hole | None]:
    """Where to go on when the old numbers say nothing, and what is lost by that."""
    going_on = Stand(gone.epoch, gone.oldest - 1)
    if gone.epoch != stand.epoch:
        return going_on, Hole(stand.epoch, stand.seq + 1, None)
    if going_on.seq <= stand.seq:
        return stand, None
    return going_on, Hole(stand.epoch, stand.seq + 1, going_on.seq)


def newest_of_fires(events: Sequence[RegionEvent]) -> list[RegionEvent]:
    """The last word about each fire, in the order of the numbers."""
    newest = {event.subject: event for event in events if event.kind in FIRES}
    return sorted(newest.values(), key=lambda event: event.seq)
