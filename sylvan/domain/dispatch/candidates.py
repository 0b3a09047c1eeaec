"""Units of the register as the suggestion and the travel times see them.

One unit may get about in several ways: each is a row of the travel matrix, the fastest counts.
"""

from dataclasses import dataclass
from typing import Final

from sylvan.domain.codes import Coded
from sylvan.domain.dispatch.model import Unit as Candidate
from sylvan.domain.forces.capability import Capability, capability, line_rate
from sylvan.domain.forces.duty import Duty, DutyNorms
from sylvan.domain.forces.kinds import Mobility, Ownership, Spec, UnitKind
from sylvan.domain.forces.positions import Whereabouts
from sylvan.domain.forces.register import Unit
from sylvan.domain.forces.rules import ForceRules
from sylvan.domain.forces.status import WITH_FIRE, Status
from sylvan.domain.places import LonLat
from sylvan.domain.travel.movers import Mover
from sylvan.domain.travel.parameters import Mode

HELPERS: Final = frozenset({UnitKind.PATROL_AIRCRAFT, UnitKind.DRONE})
"""Kinds that look and carry, and build no line."""
GROUND: Final = {
    Mobility.FOOT: Mode.ON_FOOT,
    Mobility.ROAD: Mode.TRUCK,
    Mobility.TRACKED: Mode.TRACKED,
    Mobility.ATV: Mode.TRACKED,
    Mobility.BOAT: Mode.BOAT,
}
CARRIED: Final = {
    UnitKind.HELICOPTER: Mode.HELICOPTER,
    UnitKind.PATROL_AIRCRAFT: Mode.JUMP,
    UnitKind.BOAT: Mode.BOAT,
    UnitKind.ATV: Mode.TRACKED,
    UnitKind.ENGINE: Mode.TRUCK,
}
OUT: Final = {
    Status.OUT_OF_SERVICE: Coded("dispatch.out_of_service"),
    Status.OFF_DUTY: Coded("dispatch.off_duty"),
}


@dataclass(frozen=True)
class CandidateParameters:
    """What sending costs, in the objective's hectares."""

    version: str = "candidate-1"
    send_ha: float = 2.0
    # ha's worth of sending any unit (unverified)
    roubles_ha: float = 50_000.0
    # roubles that one ha is worth (unverified; a service puts its own)
    foreign: float = 3.0
    # times dearer: units of neighbours, contractors and the federal reserve (unverified)


DEFAULT: Final = CandidateParameters()
FOREIGN: Final = frozenset({Ownership.NEIGHBOUR, Ownership.CONTRACTOR, Ownership.FEDERAL})


def candidate(
    unit: Unit,
    duty: Duty,
    norms: DutyNorms,
    rules: ForceRules,
    params: CandidateParameters = DEFAULT,
    *,
    locked: bool = False,
) -> Candidate:
    """One unit of the problem; its fire is its task where it is on the way or there.

    Args:
        unit: of the register.
        duty: what its clock says.
        norms: of its kind or its own.
        rules: norms of all kinds.
        params: prices.
        locked: whether an order holds it where it is.
    """
    can = capability(unit.card, rules)
    hourly = can.value(Spec.COST_FLIGHT_HOUR) or can.value(Spec.COST_HOUR) or 0.0
    dear = params.foreign if unit.card.owned_by in FOREIGN else 1.0
    task = str(unit.fire_id) if unit.fire_id and unit.status in WITH_FIRE else None
    rests = unit.status is Status.RESTING
    return Candidate(
        id=unit.card.code,
        kind=unit.card.kind.value,
        base=unit.card.station,
        rate_m_h=line_rate(can, rules).m_h,
        duty_left_h=0.0 if rests else max(duty.hours_left, 0.0),
        rest_h=norms.rest_h,
        shift_h=norms.shift_h,
        cost=dear * params.send_ha,
        cost_h=dear * hourly / params.roubles_ha,
        task=task,
        locked=locked and task is not None,
        out=_out(unit),
    )


def _out(unit: Unit) -> Coded | None:
    """Why a unit cannot be sent at all."""
    if unit.card.kind in HELPERS:
        return Coded("dispatch.looks_only")
    return OUT.get(unit.status)


def movers(
    unit: Unit, where: Whereabouts | None, rules: ForceRules, age_h: float = 0.0
) -> list[Mover]:
    """The ways in which one unit may get about; all have its code as their key.

    Args:
        unit: of the register.
        where: where it is taken to be.
        rules: norms of all kinds, of those that carry it as well.
        age_h: of its position, h.
    """
    can = capability(unit.card, rules)
    point = None if where is None else LonLat(*where.point)
    at_base = where is None or where.at is None
    made = []
    mode = GROUND.get(can.mobility)
    if mode is not None:
        made.append(_on_ground(unit.card.code, point, mode, can, age_h, at_base=at_base))
    if can.mobility in {Mobility.HELICOPTER, Mobility.AIRPLANE}:
        made.append(_in_air(unit, point, Mode.OVERHEAD, can, can, age_h))
    for kind in can.carried_by:
        carrier = rules.of(kind)
        by = Capability(kind, carrier.mobility, carrier.method, (), carrier.specs, carrier.speeds)
        way = _carried(unit.card.kind, kind)
        if way in GROUND.values():
            made.append(_on_ground(unit.card.code, point, way, by, age_h, at_base=at_base))
        else:
            made.append(_in_air(unit, point, way, by, can, age_h))
    return made


def _carried(kind: UnitKind, by: UnitKind) -> Mode:
    if kind is UnitKind.HELITACK and by is UnitKind.HELICOPTER:
        return Mode.RAPPEL
    return CARRIED[by]


def _on_ground(
    key: str, point: LonLat | None, mode: Mode, can: Capability, age_h: float, *, at_base: bool
) -> Mover:
    fastest = max((one.value for one in can.speeds.values()), default=0.0)
    reach = can.value(Spec.RANGE)
    return Mover(
        key,
        point,
        mode,
        can.value(Spec.TURNOUT) or 0.0,
        fastest or None,
        None if reach is None else reach / 2.0,  # the register tells there and back
        None,
        age_h,
        at_base,
    )


def _in_air(
    unit: Unit, point: LonLat | None, mode: Mode, by: Capability, can: Capability, age_h: float
) -> Mover:
    speed = max((one.value for one in by.speeds.values()), default=0.0)
    turnout = max(by.value(Spec.TURNOUT) or 0.0, can.value(Spec.TURNOUT) or 0.0)
    return Mover(
        unit.card.code,
        point,
        mode,
        turnout,
        speed or None,
        by.value(Spec.RANGE),
        by.value(Spec.ENDURANCE),
        age_h,
    )
