"""What changed on the board between two moments: fires as they stood, held against as they stand.

States are compared, not events: whoever was away for a week is told what became of each fire, not
every step in between that a later one has overtaken; and a moment that a crew told late is told all
the same, since it was not on the record before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Final

from sylvan.domain.codes import Scalar
from sylvan.domain.instants import iso
from sylvan.domain.timeline import Moment

GROWN_TIMES: Final = 1.25
GROWN_HA: Final = 10.0
"""ha; growth by both is told: less is the measure's own noise. Engineering judgement."""


class Grave(IntEnum):
    """How much a change presses."""

    GOOD = 0
    PLAIN = 1
    WARNING = 2
    ALARM = 3


class What(StrEnum):
    """What is told of a fire besides the moments of its record."""

    SIGNAL = "signal"
    GROWN = "grown"
    MERGED = "merged"
    NEAR = "near"
    """A settlement came within reach of the rules."""
    TOUCHED = "touched"
    """The fire's edge has come to a settlement."""
    REACHED = "reached"
    """A forecast says for the first time that a settlement is reached."""
    REGIME = "regime"
    REGIME_ENDS = "regime_ends"


MOMENTS: Final[Mapping[str, Grave]] = {
    Moment.REGISTERED.value: Grave.WARNING,
    Moment.DISPATCH_DECIDED.value: Grave.PLAIN,
    Moment.ARRIVED.value: Grave.PLAIN,
    Moment.CONTAINED.value: Grave.GOOD,
    Moment.MOPUP.value: Grave.GOOD,
    Moment.OUT.value: Grave.GOOD,
    Moment.SUSPENDED.value: Grave.WARNING,
    Moment.RESUMED.value: Grave.ALARM,
    Moment.REJECTED.value: Grave.GOOD,
    Moment.REOPENED.value: Grave.WARNING,
    Moment.TRANSFERRED.value: Grave.PLAIN,
    Moment.RETURNED.value: Grave.WARNING,
}
"""Moments of a fire's record that concern those who answer for its territory."""


@dataclass(frozen=True, slots=True)
class Threat:
    """A settlement near a fire."""

    names: Mapping[str, str]
    km: float
    at: datetime
    reached_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stand:
    """A fire at a moment, as far as its changes are told."""

    id: str
    number: str | None
    status: str
    area_ha: float
    received_at: datetime
    last_seen: datetime
    timeline: tuple[Mapping[str, Any], ...] = ()
    threats: Mapping[str, Threat] = field(default_factory=dict)
    """By code of the settlement."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what changed."""

    what: str
    """A moment of the record, or a :class:`What`."""
    grave: Grave
    at: datetime
    fire: Stand | None = None
    params: Mapping[str, Scalar | Mapping[str, str]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "what": self.what,
            "grave": self.grave.name.lower(),
            "at": iso(self.at),
            "fire_id": self.fire.id if self.fire else None,
            "number": self.fire.number if self.fire else None,
            "params": dict(self.params),
        }


def changes(before: Mapping[str, Stand], now: Mapping[str, Stand], at: datetime) -> list[Change]:
    """What became of fires, the gravest first and among equals the newest.

    Args:
        before: fires as they stood when somebody looked last.
        now: fires as they stand.
        at: the world's time, for what has no moment of its own.
    """
    found: list[Change] = []
    for fire in now.values():
        found += _of(before.get(fire.id), fire)
    gone = (one for one in before.values() if one.id not in now and one.number is not None)
    found += [Change(What.MERGED, Grave.PLAIN, at, one) for one in gone]
    return ordered(found)


def ordered(found: Iterable[Change]) -> list[Change]:
    """The gravest first, then the newest."""
    return sorted(found, key=lambda one: (-one.grave, -one.at.timestamp(), one.what))


def _of(before: Stand | None, fire: Stand) -> list[Change]:
    told = _moments(before, fire)
    if before is None and not told:
        told = [Change(What.SIGNAL, Grave.PLAIN, fire.received_at, fire, {"ha": fire.area_ha})]
    return [*told, *_growth(before, fire), *_threats(before, fire)]


def _moments(before: Stand | None, fire: Stand) -> list[Change]:
    """The latest new line of each moment: a corrected one is told once."""
    known = [dict(line) for line in before.timeline] if before else []
    fresh = {
        str(line["moment"]): datetime.fromisoformat(line["at"])
        for line in fire.timeline
        if line["moment"] in MOMENTS and dict(line) not in known
    }
    return [Change(name, MOMENTS[name], moment, fire) for name, moment in fresh.items()]


def _growth(before: Stand | None, fire: Stand) -> list[Change]:
    if before is None or fire.area_ha < before.area_ha * GROWN_TIMES:
        return []
    if fire.area_ha - before.area_ha < GROWN_HA:
        return []
    params = {"from_ha": before.area_ha, "to_ha": fire.area_ha}
    return [Change(What.GROWN, Grave.WARNING, fire.last_seen, fire, params)]


def _threats(before: Stand | None, fire: Stand) -> list[Change]:
    known = before.threats if before else {}
    found = (_threat(fire, known.get(code), one) for code, one in fire.threats.items())
    return [one for one in found if one is not None]


def _threat(fire: Stand, then: Threat | None, now: Threat) -> Change | None:
    """The gravest news about one settlement."""
    place: dict[str, Any] = {"place": dict(now.names)}
    if now.km <= 0:
        if then is not None and then.km <= 0:
            return None
        return Change(What.TOUCHED, Grave.ALARM, now.at, fire, place)
    if now.reached_at is not None and (then is None or then.reached_at is None):
        told = place | {"reached_at": iso(now.reached_at)}
        return Change(What.REACHED, Grave.ALARM, now.at, fire, told)
    if then is None:
        return Change(What.NEAR, Grave.WARNING, now.at, fire, place | {"km": now.km})
    return None
