"""How the register of forces is told: the forms of API and events, and what a change changed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sylvan.domain.actors import Actor
from sylvan.domain.forces import duty
from sylvan.domain.forces.capability import capability, duty_norms
from sylvan.domain.forces.kinds import SPECS, Spec
from sylvan.domain.forces.positions import Position, Spot, Whereabouts, whereabouts
from sylvan.domain.forces.register import Station, StationCard, Unit, UnitCard
from sylvan.domain.forces.rules import ForceRules
from sylvan.domain.forces.status import options
from sylvan.domain.instants import iso

Homes = Mapping[str, Spot]
"""Places of bases by code."""
_MINUTES_DECIMALS: Final = 1
DECIMALS: Final = 7
"""Of figures and degrees (1 cm) that tell two cards apart: workbooks keep sixteen digits."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells units as of one moment of the world's clock."""

    rules: ForceRules
    homes: Homes
    at: datetime

    def where(self, unit: Unit) -> Whereabouts | None:
        """Where a unit is taken to be."""
        home = self.homes.get(unit.card.station)
        return whereabouts(
            unit.position,
            None if home is None else (unit.card.station, home),
            (unit.status, unit.status_at),
            self.at,
            self.rules.of(unit.card.kind).stale_min,
        )

    def duty(self, unit: Unit) -> duty.Duty:
        """What its clock of duty says."""
        return duty.read(unit.duty, duty_norms(unit.card, self.rules), self.at)

    def summary(self, unit: Unit, actor: Actor) -> dict[str, Any]:
        """A unit as lists, snapshots and events show it."""
        card, can = unit.card, capability(unit.card, self.rules)
        people = can.value(Spec.PEOPLE)
        return {
            "id": str(unit.id),
            "world": actor.world.name,
            "version": unit.version,
            "code": card.code,
            "kind": card.kind.value,
            "name": dict(card.names) or None,
            "station": card.station or None,
            "owner": card.owner,
            "owned_by": card.owned_by.value,
            "mobility": can.mobility.value,
            "people": None if people is None else int(people),
            "qualifications": list(card.qualifications),
            "sample": card.sample,
            "status": unit.status.value,
            "status_at": iso(unit.status_at),
            "fire_id": str(unit.fire_id) if unit.fire_id else None,
            "position": self._position(unit),
            "duty": duty_as_dict(self.duty(unit)),
            "remarks": [one.as_dict() for one in unit.remarks],
            "retired_at": iso(unit.retired_at),
        }

    def detail(self, unit: Unit, actor: Actor) -> dict[str, Any]:
        """A unit with all its figures, each with where it is from."""
        can = capability(unit.card, self.rules)
        return self.summary(unit, actor) | {
            "own": own_figures(unit.card),
            "specs": {spec.value: one.as_dict() for spec, one in can.specs.items()},
            "speeds": {surface.value: one.as_dict() for surface, one in can.speeds.items()},
            "method": can.method.value,
            "carried_by": [kind.value for kind in can.carried_by],
            "contact": unit.card.contact,
            "note": unit.card.note,
            "rules": self.rules.version,
            "options": [one.value for one in options(unit.status)],
        }

    def _position(self, unit: Unit) -> dict[str, Any] | None:
        where = self.where(unit)
        if where is None:
            return None
        age = None if where.at is None else (self.at - where.at).total_seconds() / 60
        return {
            "point": list(where.point),
            "source": where.source.value,
            "at": iso(where.at),
            "age_min": None if age is None else round(max(age, 0.0), _MINUTES_DECIMALS),
            "accuracy_m": where.accuracy_m,
            "stale": where.stale,
            "reason": where.reason.as_dict() if where.reason else None,
        }


def duty_as_dict(told: duty.Duty) -> dict[str, Any]:
    """The JSON form of a clock of duty."""
    return {
        "state": told.state.value,
        "hours_left": told.hours_left,
        "began_at": iso(told.began_at),
        "rested_at": iso(told.rested_at),
        "days_left": told.days_left,
    }


def own_figures(card: UnitCard) -> dict[str, Any]:
    """What a unit tells of itself."""
    return {
        "mobility": card.mobility.value if card.mobility else None,
        "specs": {spec.value: value for spec, value in card.specs.items()},
        "speeds": {surface.value: value for surface, value in card.speeds.items()},
    }


def station_as_dict(station: Station, actor: Actor) -> dict[str, Any]:
    """The JSON form of a base."""
    card = station.card
    return {
        "id": str(station.id),
        "world": actor.world.name,
        "version": station.version,
        "code": card.code,
        "kind": card.kind.value,
        "name": dict(card.names) or None,
        "point": list(card.point),
        "owner": card.owner,
        "owned_by": card.owned_by.value,
        "runway_m": card.runway_m,
        "fuel_l": card.fuel_l,
        "flight_h": card.flight_h,
        "contact": card.contact,
        "note": card.note,
        "sample": card.sample,
        "remarks": [one.as_dict() for one in station.remarks],
        "retired_at": iso(station.retired_at),
    }


def norms_as_dict(rules: ForceRules) -> dict[str, Any]:
    """The JSON form of all norms."""
    return {
        "version": rules.version,
        "work_per_rest": rules.work_per_rest.as_dict(),
        "kinds": [
            {
                "kind": one.kind.value,
                "mobility": one.mobility.value,
                "method": one.method.value,
                "carried_by": [kind.value for kind in one.carried_by],
                "stale_min": one.stale_min,
                "specs": {spec.value: told.as_dict() for spec, told in one.specs.items()},
                "speeds": {where.value: told.as_dict() for where, told in one.speeds.items()},
            }
            for one in rules.kinds.values()
        ],
        "line": {
            method.value: {
                "fuel": {cover.value: told.as_dict() for cover, told in one.fuel.items()},
                "intensity": {word.value: told.as_dict() for word, told in one.intensity.items()},
            }
            for method, one in rules.line.items()
        },
        "units": {spec.value: bounds.unit for spec, bounds in SPECS.items()},
    }


def position_as_dict(one: Position) -> dict[str, Any]:
    """The JSON form of a report."""
    return {
        "at": iso(one.at),
        "point": list(one.point),
        "accuracy_m": one.accuracy_m,
        "source": one.source.value,
    }


def card_as_dict(card: UnitCard | StationCard) -> dict[str, Any]:
    """A card in plain values: for audit and for telling requests apart."""
    return {name: _plain(value) for name, value in asdict(card).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return round(value, DECIMALS) if isinstance(value, float) else value


def changed_fields(before: UnitCard | StationCard, after: UnitCard | StationCard) -> dict[str, Any]:
    """New values of the fields that differ."""
    old, new = card_as_dict(before), card_as_dict(after)
    return {name: new[name] for name in new if new[name] != old.get(name)}
