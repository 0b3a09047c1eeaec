"""Regimes by municipality: season open, ban, special regime, emergency; in force, and proposed.

People introduce a regime by an act; the engine only proposes one, where the condition of a rule is
met, and says which. Conditions are data (``alerts/command.yaml``), since the law changes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sylvan.domain.codes import Coded, FieldError


class RegimeKind(StrEnum):
    """What a regime is; the order is that of severity."""

    SEASON = "season"
    """The fire season is open."""
    BAN = "ban"
    """Access to forests is restricted."""
    SPECIAL = "special"
    """Special fire-prevention regime."""
    EMERGENCY = "emergency"
    """Emergency in forests."""


SEVERITY: Final = {kind: place for place, kind in enumerate(RegimeKind)}


@dataclass(frozen=True, slots=True)
class Regime:
    """One regime in one municipality, as its act says."""

    id: UUID
    version: int
    municipality: str
    """Code of the municipality's layer item; ``*`` is the whole region."""
    kind: RegimeKind
    act: str
    """Number and name of the act."""
    act_date: date
    since: date
    until: date | None = None
    """Last day; ``None``: until it is lifted."""
    file: str | None = None
    """Name under which the act's file is kept."""
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "id": str(self.id),
            "version": self.version,
            "municipality": self.municipality,
            "kind": self.kind.value,
            "act": self.act,
            "act_date": self.act_date.isoformat(),
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "file": self.file,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class RegimeRule:
    """When a regime is proposed."""

    kind: RegimeKind
    danger_class: int | None = None
    """Class I–V (1…5) that must have held …"""
    for_days: int = 1
    """… for so many days in a row."""
    fire_days: int | None = None
    """A fire that has burnt for more than so many days without being contained …"""
    large_ha: float = 0.0
    """… and is at least so large, ha."""
    settlement_km: float | None = None
    """A fire that is to be fought is at most so far from a settlement, km."""
    source: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class BurningHere:
    """One fire of a municipality as the rules look at it."""

    days: float
    """Since it was registered, days."""
    contained: bool
    area_ha: float
    settlement_km: float | None
    """Distance to the nearest settlement; ``None``: none within the bands."""


@dataclass(frozen=True, slots=True)
class Local:
    """One municipality on one day."""

    municipality: str
    classes: Sequence[int]
    """Danger class of the last days, the newest last; 0 where it is unknown."""
    fires: Sequence[BurningHere] = ()


@dataclass(frozen=True, slots=True)
class RegimeProposal:
    """A regime whose condition is met and that is not in force."""

    municipality: str
    kind: RegimeKind
    reasons: tuple[Coded, ...]


def proposed(
    rules: Iterable[RegimeRule], places: Iterable[Local], known: Iterable[Regime], day: date
) -> list[RegimeProposal]:
    """Regimes that the rules propose and that nobody has introduced, by municipality.

    A rule's conditions that are named must all hold; a rule without any proposes nothing.
    """
    standing = [one for one in known if one.in_force(day)]
    found = []
    for place in places:
        for kind in RegimeKind:
            if any(
                one.kind is kind and one.municipality in {place.municipality, "*"}
                for one in standing
            ):
                continue
            reasons = next(
                (told for rule in rules if rule.kind is kind and (told := _met(rule, place))), ()
            )
            if reasons:
                found.append(RegimeProposal(place.municipality, kind, reasons))
    return found


def _met(rule: RegimeRule, place: Local) -> tuple[Coded, ...]:
    """Why a rule's condition is met; nothing where it is not."""
    reasons: list[Coded] = []
    if rule.danger_class is not None:
        last = list(place.classes)[-rule.for_days :]
        if len(last) < rule.for_days or min(last) < rule.danger_class:
            return ()
        told = {"class": rule.danger_class, "days": rule.for_days}
        reasons.append(Coded("regime.danger", told))
    if rule.fire_days is not None:
        long = [
            one
            for one in place.fires
            if not one.contained and one.days > rule.fire_days and one.area_ha >= rule.large_ha
        ]
        if not long:
            return ()
        reasons.append(Coded("regime.long_fire", {"n": len(long), "days": rule.fire_days}))
    if rule.settlement_km is not None:
        near = [
            one.settlement_km
            for one in place.fires
            if not one.contained
            and one.settlement_km is not None
            and one.settlement_km <= rule.settlement_km
        ]
        if not near:
            return ()
        reasons.append(Coded("regime.near_settlement", {"km": round(min(near), 1)}))
    return tuple(reasons)


def check(regime: Regime) -> list[FieldError]:
    """What is wrong with a regime as somebody wrote it down, all of it at once."""
    errors = []
    if not regime.act.strip():
        errors.append(FieldError("act", "field.required"))
    if not regime.municipality.strip():
        errors.append(FieldError("municipality", "field.required"))
    if regime.until is not None and regime.until < regime.since:
        params = {"since": regime.since.isoformat(), "until": regime.until.isoformat()}
        errors.append(FieldError("until", "regime.ends_before", params))
    return errors
