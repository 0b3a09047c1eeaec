"""What cannot stand in the register, and what may but is told: by field, all at once.

An error keeps a card out; a remark goes in with it and stays beside it on the screen.
"""

import math
from collections.abc import Container, Mapping
from typing import Final

from sylvan.domain.codes import Coded, FieldError, Invalid
from sylvan.domain.forces.capability import capability
from sylvan.domain.forces.kinds import (
    CREWS,
    FLYING,
    IN_THE_AIR,
    SPECS,
    SPEED,
    WHOLE,
    Bounds,
    Spec,
    Surface,
)
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.forces.rules import ForceRules
from sylvan.domain.places import checked

MOST_CODE: Final = 60
MOST_TEXT: Final = 500
RUNWAY: Final = Bounds("m", 0, 6_000)
FUEL: Final = Bounds("l", 0, 100_000_000)
FLIGHT: Final = Bounds("h", 0, 1_000)
SLACK: Final = 1.1
"""A range above speed × endurance by more than this is a slip of the pen."""


def station_errors(card: StationCard) -> list[FieldError]:
    """Why a base cannot be taken."""
    errors = _words(card.code, card.names, card.owner, card.contact, card.note)
    try:
        checked(*card.point)
    except Invalid as refused:
        errors += refused.errors
    errors += _within("runway_m", card.runway_m, RUNWAY)
    errors += _within("fuel_l", card.fuel_l, FUEL)
    return errors + _within("flight_h", card.flight_h, FLIGHT)


def station_remarks(*, inside: bool, in_water: bool) -> tuple[Coded, ...]:
    """What of a base looks wrong.

    Args:
        inside: whether it lies in the region or close to its border.
        in_water: whether it lies in a lake of the layers.
    """
    remarks = []
    if in_water:
        remarks.append(Coded("forces.station_in_water"))
    if not inside:
        remarks.append(Coded("forces.station_outside"))
    return tuple(remarks)


def unit_errors(
    card: UnitCard, rules: ForceRules, stations: Container[str] | None = None
) -> list[FieldError]:
    """Why a unit cannot be taken.

    Args:
        card: the unit.
        rules: norms, which fill what it does not tell.
        stations: codes of the bases that there are; ``None``: not asked.
    """
    errors = _words(card.code, card.names, card.owner, card.contact, card.note)
    errors += _words_of_list(card.qualifications)
    if card.station and stations is not None and card.station not in stations:
        errors.append(FieldError("station", "forces.station_unknown", {"station": card.station}))
    for spec, value in card.specs.items():
        errors += _within(spec.value, value, SPECS[spec])
        if spec in WHOLE and math.isfinite(value) and value != int(value):
            errors.append(FieldError(spec.value, "forces.not_whole", {"value": value}))
    for surface, value in card.speeds.items():
        errors += _within(f"speed_{surface.value}", value, SPEED)
    return errors or _useless(card, rules)


def _useless(card: UnitCard, rules: ForceRules) -> list[FieldError]:
    """What makes a unit of its kind nothing: no range, no speed in the air, no people."""
    can = capability(card, rules)
    errors = []
    if card.kind in FLYING or can.mobility in IN_THE_AIR:
        for name, value in (
            (Spec.RANGE.value, can.value(Spec.RANGE)),
            (Spec.ENDURANCE.value, can.value(Spec.ENDURANCE)),
            (f"speed_{Surface.AIR.value}", can.speed(Surface.AIR)),
        ):
            if not value:
                told = {"kind": card.kind.value, "value": value}
                errors.append(FieldError(name, "forces.cannot_fly", told))
    if card.kind in CREWS and not can.value(Spec.PEOPLE):
        errors.append(FieldError(Spec.PEOPLE.value, "forces.nobody", {"kind": card.kind.value}))
    return errors


def unit_remarks(card: UnitCard, rules: ForceRules) -> tuple[Coded, ...]:
    """What is assumed of a unit, or looks wrong."""
    can = capability(card, rules)
    remarks = []
    if not card.station:
        remarks.append(Coded("forces.no_station"))
    if not card.owner:
        remarks.append(Coded("forces.no_owner", {"owned_by": card.owned_by.value}))
    reach, hours = can.value(Spec.RANGE), can.value(Spec.ENDURANCE)
    far = can.speed(Surface.AIR) * (hours or 0.0)
    if reach and far and reach > far * SLACK:
        remarks.append(Coded("forces.range_beyond_fuel", {"km": reach, "most_km": round(far)}))
    return tuple(remarks)


def _words(
    code: str, names: Mapping[str, str], owner: str, contact: str, note: str
) -> list[FieldError]:
    errors = []
    if not code:
        errors.append(FieldError("code", "field.required"))
    long = [("code", code, MOST_CODE), ("owner", owner, MOST_TEXT)]
    long += [("contact", contact, MOST_TEXT), ("note", note, MOST_TEXT)]
    long += [(f"name_{language}", text, MOST_TEXT) for language, text in names.items()]
    for field, text, most in long:
        errors += _text(field, text, most)
    return errors


def _words_of_list(words: tuple[str, ...]) -> list[FieldError]:
    errors = _text("qualifications", ", ".join(words), MOST_TEXT)
    if any("," in one or one != one.strip() or not one for one in words):
        errors.append(FieldError("qualifications", "forces.bad_list"))
    return errors


def _text(field: str, text: str, most: int) -> list[FieldError]:
    if len(text) > most:
        return [FieldError(field, "forces.too_long", {"most": most})]
    if not text.isprintable():
        return [FieldError(field, "forces.control_character")]
    return []


def _within(field: str, value: float | None, bounds: Bounds) -> list[FieldError]:
    if value is None or (math.isfinite(value) and bounds.least <= value <= bounds.most):
        return []
    told = {
        "value": value if math.isfinite(value) else str(value),
        "least": bounds.least,
        "most": bounds.most,
        "unit": bounds.unit,
    }
    return [FieldError(field, "forces.out_of_range", told)]
