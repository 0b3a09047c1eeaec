"""What a unit is doing, and which step may follow which.

The words are those of resource tracking on incidents (available, assigned, en route, on scene,
returning, out of service); resting and off duty are told apart from out of service, because the
clock of duty asks for it. People overrule the engine, never the machine of states: a step that
leaves it out would leave a moment without its stamp.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sylvan.domain.codes import Conflict, FieldError, invalid


class Status(StrEnum):
    """What a unit is doing."""

    AVAILABLE = "available"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    AT_FIRE = "at_fire"
    RETURNING = "returning"
    RESTING = "resting"
    OFF_DUTY = "off_duty"
    OUT_OF_SERVICE = "out_of_service"


_S = Status
STEPS: Final[Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {
        _S.AVAILABLE: frozenset({_S.ASSIGNED, _S.RESTING, _S.OFF_DUTY, _S.OUT_OF_SERVICE}),
        # an order may be taken back, or changed for another fire
        _S.ASSIGNED: frozenset({_S.ASSIGNED, _S.EN_ROUTE, _S.AVAILABLE, _S.OUT_OF_SERVICE}),
        # on the way it may be diverted, or turned back
        _S.EN_ROUTE: frozenset({_S.AT_FIRE, _S.ASSIGNED, _S.RETURNING, _S.OUT_OF_SERVICE}),
        # crews rest in the camp at the fire and go on; or move to the next fire from there
        _S.AT_FIRE: frozenset({_S.RESTING, _S.RETURNING, _S.ASSIGNED, _S.OUT_OF_SERVICE}),
        _S.RETURNING: frozenset({_S.AVAILABLE, _S.RESTING, _S.ASSIGNED, _S.OUT_OF_SERVICE}),
        _S.RESTING: frozenset({_S.AVAILABLE, _S.AT_FIRE, _S.OFF_DUTY, _S.OUT_OF_SERVICE}),
        _S.OFF_DUTY: frozenset({_S.AVAILABLE, _S.OUT_OF_SERVICE}),
        _S.OUT_OF_SERVICE: frozenset({_S.AVAILABLE, _S.RESTING, _S.OFF_DUTY}),
    }
)
WORKING: Final = frozenset({_S.ASSIGNED, _S.EN_ROUTE, _S.AT_FIRE, _S.RETURNING})
"""The clock of duty runs: travel is work."""
WITH_FIRE: Final = frozenset({_S.ASSIGNED, _S.EN_ROUTE, _S.AT_FIRE})
"""There is a fire that the unit is for."""
AT_HOME: Final = frozenset({_S.AVAILABLE, _S.OFF_DUTY, _S.OUT_OF_SERVICE})
"""Without news a unit stands at its base."""


def options(status: Status) -> list[Status]:
    """Steps that may follow, in the order of the list."""
    return [one for one in Status if one in STEPS[status]]


def fire_after(status: Status, fire: UUID | None, to: Status, told: UUID | None) -> UUID | None:
    """The fire that a unit is for after a step.

    Args:
        status: where it stands now.
        fire: the fire that it is for now.
        to: the step.
        told: the fire that was named with the step.

    Raises:
        Conflict: the step does not follow; ``params`` say what does.
        Invalid: a fire is needed, or another one was named than the unit is on its way to.
    """
    if to not in STEPS[status]:
        follow = ", ".join(one.value for one in options(status))
        params = {"from": status.value, "to": to.value, "options": follow}
        raise Conflict("forces.step", params, "to")
    if to not in WITH_FIRE:
        return fire if to is Status.RESTING and status is Status.AT_FIRE else None
    if to is Status.ASSIGNED:
        if told is None:
            raise invalid([FieldError("fire_id", "forces.fire_missing", {"to": to.value})])
        return told
    if told is not None and told != fire:
        raise invalid([FieldError("fire_id", "forces.other_fire", {"fire": str(fire or "–")})])
    if fire is None:
        raise invalid([FieldError("fire_id", "forces.fire_missing", {"to": to.value})])
    return fire
