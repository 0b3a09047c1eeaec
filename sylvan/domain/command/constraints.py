"""What dispatchers hold the suggestion to: units kept out, units pinned to a fire.

An edit of one suggestion is a constraint of the next ones until it ends or is withdrawn. Two people
may not say the opposite: the second is refused and told whose word stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sylvan.domain.codes import Coded
from sylvan.domain.instants import iso


class ConstraintKind(StrEnum):
    """What is asked of the suggestion."""

    EXCLUDE = "exclude"
    PIN = "pin"


class WhyKept(StrEnum):
    """Why a unit is kept out or pinned."""

    NOT_AVAILABLE = "not_available"  # in truth it cannot go, whatever the register says
    NOT_SUITABLE = "not_suitable"  # the wrong unit for this ground or task
    RESERVE = "reserve"  # to stay where it is
    KNOWS_PLACE = "knows_place"  # it knows the ground, or is there already
    ORDER_ABOVE = "order_above"  # a higher level said so
    EDITED = "edited"  # it was taken out when the others were sent
    OTHER = "other"  # in the words of the note


@dataclass(frozen=True, slots=True)
class Constraint:
    """One word of a dispatcher about one unit. Times are those of its world's clock, UTC."""

    id: UUID
    version: int
    kind: ConstraintKind
    unit: str
    """Code in the register."""
    fire_id: UUID | None
    """The fire that it is about; ``None``: all fires (a pin always names one)."""
    why: WhyKept
    note: str
    by: str
    level: str
    at: datetime
    until: datetime | None = None
    """When it ends by itself; ``None``: when somebody withdraws it, or the fire is over."""
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    territories: tuple[str, ...] = ()

    def in_force(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.withdrawn_at is None and (self.until is None or at < self.until)

    def about(self, fire: str) -> bool:
        """Whether it says anything of this fire."""
        return self.fire_id is None or str(self.fire_id) == fire

    def told(self) -> dict[str, str | None]:
        """Parameters of a sentence that names it."""
        until = iso(self.until)
        return {"unit": self.unit, "by": self.by, "why": self.why.value, "until": until}

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that REST and events share."""
        return {
            "id": str(self.id),
            "version": self.version,
            "kind": self.kind.value,
            "unit": self.unit,
            "fire_id": str(self.fire_id) if self.fire_id else None,
            "why": self.why.value,
            "note": self.note,
            "by": self.by,
            "level": self.level,
            "at": iso(self.at),
            "until": iso(self.until),
            "withdrawn_at": iso(self.withdrawn_at),
            "withdrawn_by": self.withdrawn_by,
        }


def contradiction(new: Constraint, standing: Iterable[Constraint]) -> Coded | None:
    """The first word in force that a new one contradicts, or only says again.

    Args:
        new: what somebody wants to say.
        standing: what is in force about the same unit.

    Returns:
        A code with the unit, the fire, whose word stands (``by``) and who asks (``asks``).
    """
    for old in standing:
        code = _against(new, old)
        if code is not None:
            fire = None if old.fire_id is None else str(old.fire_id)
            return Coded(code, {**old.told(), "asks": new.by, "fire": fire})
    return None


def _against(new: Constraint, old: Constraint) -> str | None:
    pins = new.kind is ConstraintKind.PIN, old.kind is ConstraintKind.PIN
    same = new.fire_id == old.fire_id
    if all(pins):
        return "constraint.stands" if same else "constraint.pinned_elsewhere"
    if any(pins):
        overlap = same or None in {new.fire_id, old.fire_id}
        if not overlap:
            return None
        return "constraint.excluded" if pins[0] else "constraint.pinned"
    return "constraint.stands" if same or old.fire_id is None else None


@dataclass(frozen=True, slots=True)
class Held:
    """What the constraints in force mean for one run of the suggestion."""

    out: Mapping[str, Coded]
    """Units that go nowhere, with the reason."""
    barred: Mapping[tuple[str, str], Coded]
    """Units that do not go to a fire, with the reason."""
    pins: Mapping[str, tuple[str, Coded]]
    """Fire of each pinned unit, with whose word that is."""

    def told(self, fire: str) -> list[tuple[str, Coded]]:
        """Units pinned to a fire, each with whose word that is."""
        return [(unit, why) for unit, (where, why) in sorted(self.pins.items()) if where == fire]


def held(constraints: Iterable[Constraint], merged: Mapping[UUID, UUID]) -> Held:
    """Lay constraints out for a run.

    Args:
        constraints: those in force.
        merged: fire that each of the fires that are fought goes by now; others are left out.
    """
    out: dict[str, Coded] = {}
    barred: dict[tuple[str, str], Coded] = {}
    pins: dict[str, tuple[str, Coded]] = {}
    for one in constraints:
        if one.fire_id is None:
            out[one.unit] = Coded("dispatch.excluded", one.told())
        elif one.fire_id in merged:
            fire = str(merged[one.fire_id])
            if one.kind is ConstraintKind.PIN:
                pins[one.unit] = fire, Coded("dispatch.pinned", one.told())
            else:
                barred[one.unit, fire] = Coded("dispatch.excluded_here", one.told())
    return Held(out, barred, pins)


def withdrawn(one: Constraint, by: str, at: datetime) -> Constraint:
    """A word taken back; its version is the next one."""
    return replace(one, version=one.version + 1, withdrawn_at=at, withdrawn_by=by)
