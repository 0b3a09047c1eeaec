"""People's corrections of the partition: what they take, what becomes of fires, what may be undone.

A correction (*surgery*) is a fact beside the detections: it is kept through later passes and
re-runs until somebody undoes it.  Every fire that a surgery in force names is one on which people
have decided: the engine adds to it and proposes, but moves nothing there.  Pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Forbidden
from sylvan.domain.grouping import Points, join
from sylvan.domain.lifecycle import DISPATCHERS
from sylvan.domain.partition import FireState, Standing, decide
from sylvan.domain.partition_plan import Pair

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.void]
Pixel = tuple[int, int]
"""A stored detection by name: acquisition (seconds since 1970), identity key."""

PIXEL: Final = np.dtype([("acq_at", "i8"), ("key", "i8")])
"""The same in columns."""
HELD: Final = np.dtype([*PIXEL.descr, ("fire_id", "V16")])
"""A detection that people put into a fire (16 bytes)."""


class Kind(StrEnum):
    """What people do to the partition."""

    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    UNMATCH = "unmatch"
    FALSE = "false"


class Held(StrEnum):
    """What people said of a single detection."""

    HELD = "held"  # it belongs where they put it
    FALSE = "false"  # it is no fire: kept, and counted nowhere


PARTING: Final = frozenset({Kind.SPLIT, Kind.MOVE, Kind.UNMATCH})
"""Kinds that keep their first fire apart from each of the others."""


@dataclass(frozen=True, slots=True)
class Surgery:
    """One correction, in force until it is undone."""

    id: UUID
    version: int
    kind: Kind
    at: datetime
    actor: str
    note: str
    fires: tuple[UUID, ...]
    """Fires concerned, by the ids that they had then; the first is the one that stays."""
    detections: int
    body: Mapping[str, Any] = field(default_factory=dict)
    """What was before, so that it can be put back."""
    territories: tuple[str, ...] = ()
    seq: int = 0
    """The order in which they were done."""
    undone_at: datetime | None = None
    undone_by: str | None = None

    @property
    def in_force(self) -> bool:
        """Whether it still holds."""
        return self.undone_at is None


@dataclass(frozen=True, slots=True)
class PeoplesWord:
    """What people have said about some fires and their detections, as grouping needs it."""

    apart: frozenset[Pair] = frozenset()
    """Pairs of today's fires that people keep apart: neither merged nor proposed."""
    decided: frozenset[UUID] = frozenset()
    """Today's fires on which people have decided: the engine moves nothing there."""
    held: Rows = field(default_factory=lambda: np.empty(0, HELD))
    """Detections (:data:`HELD`) that stay in the fire that people gave them to."""
    false: Rows = field(default_factory=lambda: np.empty(0, PIXEL))
    """Detections (:data:`PIXEL`) that people marked false: they count for nothing."""


def word_of(in_force: Iterable[Surgery], today: Mapping[UUID, UUID]) -> PeoplesWord:
    """What surgeries in force say about fires.

    Args:
        in_force: surgeries that name any of the fires.
        today: every id that these fires ever had → the fire that it is today.  Pairs of which one
            is not among them, or that people have joined since, say nothing.
    """
    apart, decided = set[Pair](), set[UUID]()
    for one in in_force:
        roots = [today.get(fire) for fire in one.fires]
        decided |= {root for root in roots if root is not None}
        if one.kind in PARTING and roots[0] is not None:
            pairs = (Pair({roots[0], root}) for root in roots[1:] if root is not None)
            apart |= {pair for pair in pairs if len(pair) > 1}
    return PeoplesWord(frozenset(apart), frozenset(decided))


def check_may(actor: Actor, kind: Kind) -> None:
    """Corrections are for people who dispatch; the engine proposes.

    Raises:
        Forbidden: not for this actor.
    """
    if actor.is_system or actor.level not in DISPATCHERS:
        raise Forbidden("problem.forbidden", {"level": actor.level, "step": kind})


def surviving(fires: Sequence[tuple[UUID, bool, datetime]]) -> UUID:
    """Which of several fires takes in the others: a registered one, of equals the elder.

    Args:
        fires: id, whether it has a number, when it was received.
    """
    return min(fires, key=lambda one: (not one[1], one[2], one[0]))[0]


def label(fire_id: UUID, number: str | None) -> str:
    """How people call a fire: its number, a signal by the end of its id as screens show it."""
    return number or fire_id.hex[-4:].upper()


def why_not_undo(one: Surgery, later: Iterable[Surgery]) -> Coded | None:
    """Why a surgery can't be undone, as far as surgeries say; ``None`` if it can.

    Undoing goes backwards: what others did afterwards to the same fires rests on this one.
    """
    if one.undone_at is not None:
        params = {"by": one.undone_by, "at": one.undone_at.isoformat()}
        return Coded("surgery.already_undone", params)
    mine = set(one.fires)
    after = [o for o in later if o.in_force and o.seq > one.seq and not mine.isdisjoint(o.fires)]
    if not after:
        return None
    last = max(after, key=lambda other: other.seq)
    return Coded(
        "surgery.later_first",
        {"kind": last.kind, "by": last.actor, "at": last.at.isoformat(), "surgery": str(last.id)},
    )


def parted(groups: Sequence[tuple[UUID, Points]], late: Points) -> npt.NDArray[np.int64]:
    """Whose what came after a merge is, when the merge is undone.

    Each of the late detections goes where the engine would have put it had the fires been two all
    the time: to the nearest one that it is linked to, directly or through others; what is linked
    to none stays with the first.

    Args:
        groups: fires with the detections that each had of its own; the first is the survivor.
        late: what came after.

    Returns:
        For each late detection the place of its fire in ``groups``.
    """
    owner = np.zeros(len(late.lon), np.int64)
    if not len(late.lon):
        return owner
    ids = [fire for fire, _ in groups]
    sizes = [len(points.lon) for _, points in groups]
    plan = decide(
        join(*(points for _, points in groups)),
        np.repeat(np.arange(len(groups)), sizes),
        [FireState(fire, Standing.REGISTERED, place) for place, fire in enumerate(ids)],
        late,
    )
    for part in plan.extend:
        owner[part.rows] = ids.index(part.fire)
    return owner


def inherited(heir_of: Mapping[Pixel, Pixel], false: Collection[Pixel]) -> set[Pixel]:
    """Better versions that inherit *false*: those of which every replaced row was marked so.

    A version that also replaces a row which nobody called false stays in sight: a real fire must
    not be hidden.
    """
    marked = {heir for old, heir in heir_of.items() if old in false}
    return marked - {heir for old, heir in heir_of.items() if old not in false}


def among(rows: Rows, pixels: Rows) -> Mask:
    """Which rows are named by ``pixels`` (time and key)."""
    if not len(rows) or not len(pixels):
        return np.zeros(len(rows), bool)
    names = set(zip(pixels["acq_at"].tolist(), pixels["key"].tolist(), strict=True))
    asked = zip(rows["acq_at"].tolist(), rows["key"].tolist(), strict=True)
    return np.fromiter((pair in names for pair in asked), bool, len(rows))
