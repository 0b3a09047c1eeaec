"""Decisions of the emergency commission to leave fires of the control zone unfought (решение КЧС).

Allowed only without a threat, and contested in public: each decision keeps its act, its grounds and
its history, and the engine asks for another look as soon as what it rested on has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from math import log
from typing import Any
from uuid import UUID

from sylvan.domain.address import Zone
from sylvan.domain.codes import Coded, FieldError, Scalar
from sylvan.domain.instants import iso


class ControlKind(StrEnum):
    """What the commission decided."""

    STOP = "stop"
    """Work is ended for good (прекращение)."""
    SUSPEND = "suspend"
    """Work is suspended (приостановка)."""


@dataclass(frozen=True, slots=True)
class ControlDecision:
    """One decision, as its act says."""

    id: UUID
    version: int
    number: str
    day: date
    """Of the act."""
    kind: ControlKind
    grounds: str
    commission: str
    """Which commission, and who signed."""
    fire_ids: tuple[UUID, ...]
    municipality: str = ""
    """Code; all fires of its control zone are covered. Empty: only the fires that are named."""
    until: date | None = None
    """Last day; ``None``: until it is cancelled."""
    file_id: UUID | None = None
    areas: Mapping[str, float] = field(default_factory=dict)
    """Hectares of each named fire when it was decided, by its id."""
    recorded_at: datetime | None = None
    """World time."""
    recorded_by: str = ""
    cancelled_at: datetime | None = None
    cancelled_by: str = ""
    cancel_number: str = ""
    """Number of the decision that cancels it."""
    cancel_day: date | None = None
    cancel_reason: str = ""
    territories: tuple[str, ...] = ()

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        if self.cancelled_at is not None or day < self.day:
            return False
        return self.until is None or day <= self.until

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "id": str(self.id),
            "version": self.version,
            "number": self.number,
            "date": self.day.isoformat(),
            "kind": self.kind.value,
            "grounds": self.grounds,
            "commission": self.commission,
            "fire_ids": [str(one) for one in self.fire_ids],
            "municipality": self.municipality or None,
            "until": self.until.isoformat() if self.until else None,
            "file_id": str(self.file_id) if self.file_id else None,
            "areas": dict(self.areas),
            "recorded_at": iso(self.recorded_at),
            "recorded_by": self.recorded_by,
            "cancelled": None
            if self.cancelled_at is None
            else {
                "at": iso(self.cancelled_at),
                "by": self.cancelled_by,
                "number": self.cancel_number,
                "date": self.cancel_day.isoformat() if self.cancel_day else None,
                "reason": self.cancel_reason,
            },
        }


@dataclass(frozen=True, slots=True)
class ControlRules:
    """When a decision is to be looked at again. Seeds are engineering judgement (unverified)."""

    settlement_km: float = 10.0
    # a settlement so near to the edge
    danger_class: int = 5
    # the class of fire danger where it burns
    days: int = 10
    # days after the decision, or after the last look at it
    growth: float = 2.0
    # times as large as when it was decided
    source: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Unfought:
    """One fire under a decision, as it stands now."""

    fire_id: UUID
    zone: Zone | None
    """``None``: no zone layer is loaded."""
    area_ha: float
    settlement_km: float | None = None
    """From the edge; ``None``: none within the bands that are looked at."""
    danger_class: int = 0
    """I–V; 0 where it is unknown."""
    looked_at: date | None = None
    """When people last looked at the decision for this fire."""


@dataclass(frozen=True, slots=True)
class Review:
    """Why a decision is to be looked at again."""

    kind: str
    reason: Coded
    grade: int = 0


def reviews(
    decision: ControlDecision, fire: Unfought, day: date, rules: ControlRules
) -> list[Review]:
    """What has changed since a decision, for one of its fires; nothing where it is cancelled."""
    if decision.cancelled_at is not None:
        return []
    number = decision.number
    found = []
    if decision.until is not None and day > decision.until:
        told: dict[str, Scalar] = {"number": number, "until": decision.until.isoformat()}
        found.append(Review("expired", Coded("control.expired", told)))
    if fire.settlement_km is not None and fire.settlement_km <= rules.settlement_km:
        told_km: dict[str, Scalar] = {"km": round(fire.settlement_km, 1), "number": number}
        grade = int(fire.settlement_km <= rules.settlement_km / 2)
        found.append(Review("settlement", Coded("control.settlement", told_km), grade))
    if fire.zone is not None and fire.zone is not Zone.CONTROL:
        left: dict[str, Scalar] = {"zone": fire.zone.value, "number": number}
        found.append(Review("zone", Coded("control.left_zone", left)))
    if fire.danger_class >= rules.danger_class:
        danger: dict[str, Scalar] = {"class": fire.danger_class, "number": number}
        found.append(Review("danger", Coded("control.danger", danger)))
    found += _aged(decision, fire, day, rules) + _grown(decision, fire, rules)
    return found


def _aged(
    decision: ControlDecision, fire: Unfought, day: date, rules: ControlRules
) -> list[Review]:
    since = max(decision.day, fire.looked_at or decision.day)
    days = (day - since).days
    if days < rules.days:
        return []
    return [Review("age", Coded("control.age", {"days": days, "number": decision.number}))]


def _grown(decision: ControlDecision, fire: Unfought, rules: ControlRules) -> list[Review]:
    before = decision.areas.get(str(fire.fire_id), 0.0)
    if before <= 0 or fire.area_ha < rules.growth * before:
        return []
    told: dict[str, Scalar] = {
        "before_ha": round(before),
        "ha": round(fire.area_ha),
        "number": decision.number,
    }
    doublings = int(log(fire.area_ha / before) / log(rules.growth))
    return [Review("growth", Coded("control.growth", told), doublings - 1)]


def check(decision: ControlDecision, today: date) -> list[FieldError]:
    """What is wrong with a decision as somebody wrote it down, all of it at once."""
    errors = [
        FieldError(name, "field.required")
        for name in ("number", "grounds", "commission")
        if not getattr(decision, name).strip()
    ]
    if decision.day > today:
        errors.append(FieldError("date", "field.future", {"value": decision.day.isoformat()}))
    if decision.until is not None and decision.until < decision.day:
        params = {"since": decision.day.isoformat(), "until": decision.until.isoformat()}
        errors.append(FieldError("until", "regime.ends_before", params))
    if not decision.fire_ids and not decision.municipality:
        errors.append(FieldError("fire_ids", "control.nothing_named"))
    return errors
