"""The life of a fire as a table of steps with guards.

One table says which status may follow which, who may take the step and what must be told with it;
screens read their buttons and forms from the same table, so that what is offered is what is
accepted. The life of a report is a second table of the same machine (``domain/reports.py``).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from sylvan.domain.actors import Actor, Level
from sylvan.domain.address import Zone
from sylvan.domain.codes import Conflict, FieldError, Forbidden, invalid
from sylvan.domain.timeline import NORM, Moment

S = TypeVar("S", bound=StrEnum)


class Status(StrEnum):
    """Statuses of a fire."""

    SIGNAL = "signal"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    FIGHTING = "fighting"
    CONTAINED = "contained"
    MOPUP = "mopup"
    OUT = "out"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    MERGED = "merged"
    TRANSFERRED = "transferred"


NUMBER_OF: Final = {
    status: number
    for number, status in enumerate(Status)
    if status not in {Status.REJECTED, Status.MERGED, Status.TRANSFERRED}
}
"""The numbers 0…7 by which dispatchers call the statuses; the side states have none."""

CLOSED: Final = frozenset({Status.OUT, Status.REJECTED, Status.MERGED, Status.TRANSFERRED})
"""Statuses that ask nothing more of a dispatcher."""

REGISTRATION_NORM: Final = NORM.norm
"""From *received* to registered or rejected."""

TERMINAL: Final = frozenset({Status.MERGED})
"""Statuses without a way on: a merged fire's id leads to the survivor for ever."""


class RejectReason(StrEnum):
    """Why a signal is no forest fire of ours; listed, since false-alarm statistics need it."""

    TECHNOGENIC = "technogenic"
    NON_FOREST = "non_forest"
    CONTROLLED_BURN = "controlled_burn"
    NOT_FOUND = "not_found"
    DUPLICATE = "duplicate"
    FOREIGN = "foreign"


DISPATCHERS: Final = frozenset(
    {Level.STATION, Level.DISTRICT, Level.MUNICIPALITY, Level.REGION, Level.FEDERAL}
)
FIELD: Final = DISPATCHERS | {Level.CREW}
COMMISSION: Final = frozenset({Level.MUNICIPALITY, Level.REGION, Level.FEDERAL})


@dataclass(frozen=True, slots=True)
class Context:
    """What a guard may look at besides what was told: the world's time and the fire's zone."""

    now: datetime
    zone: Zone | None = None


Guard = Callable[[Mapping[str, Any], Context], list[FieldError]]


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """One row of a life's table."""

    sources: frozenset[S]
    target: S
    levels: frozenset[Level]
    needs: tuple[str, ...] = ()
    """Fields that must be told."""
    stamps: Moment | None = None
    """The moment that the step puts on the record."""
    guard: Guard | None = None
    engine_from: frozenset[S] = frozenset()
    """Statuses from which the installation itself may take the step; else only a person."""


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "field.required"


def _area(value: Any) -> str | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return None if number and 0 <= value < math.inf else "field.not_negative"


def _day(value: Any) -> str | None:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return "field.date"
    return None


def _reason(value: Any) -> str | None:
    return None if isinstance(value, str) and value in set(RejectReason) else "field.choice"


CHECKS: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "final_area_ha": _area,
    "decision_date": _day,
    "reject_reason": _reason,
}
"""How a told field is checked, where being a text is not enough."""

CHOICES: Final = {"reject_reason": tuple(RejectReason)}


def _no_threat_in_control_zone(facts: Mapping[str, Any], context: Context) -> list[FieldError]:
    """The commission may leave a fire unfought only in the control zone and without threat.

    Where no zone layer is loaded, the zone is whatever the decision itself names.
    """
    errors: list[FieldError] = []
    zone = context.zone or facts.get("zone")
    if zone is None:
        errors.append(FieldError("zone", "fire.zone_unknown"))
    elif zone != Zone.CONTROL:
        errors.append(FieldError("zone", "fire.not_control_zone", {"zone": str(zone)}))
    if facts.get("threat") is not False:
        errors.append(FieldError("threat", "fire.threat_not_excluded"))
    day = facts.get("decision_date")
    if _day(day) is None and date.fromisoformat(str(day)) > context.now.date():
        errors.append(FieldError("decision_date", "field.future", {"value": str(day)}))
    return errors


_BURNING: Final = frozenset({Status.REGISTERED, Status.DISPATCHED, Status.FIGHTING})
_HELD: Final = frozenset({Status.CONTAINED, Status.MOPUP})

STEPS: Final[tuple[Step[Status], ...]] = (
    Step(
        frozenset({Status.SIGNAL}), Status.REGISTERED, DISPATCHERS, ("number",), Moment.REGISTERED
    ),
    Step(
        frozenset({Status.SIGNAL, Status.REGISTERED, Status.DISPATCHED}),
        Status.REJECTED,
        DISPATCHERS,
        ("reject_reason",),
        Moment.REJECTED,
    ),
    Step(
        frozenset({Status.SIGNAL, Status.SUSPENDED, Status.OUT}) | _BURNING | _HELD,
        Status.MERGED,
        DISPATCHERS,
        ("merged_into",),
        Moment.MERGED,
        engine_from=frozenset({Status.SIGNAL}),
    ),
    Step(
        frozenset({Status.REGISTERED}),
        Status.DISPATCHED,
        DISPATCHERS,
        ("forces",),
        Moment.DISPATCH_DECIDED,
    ),
    Step(
        frozenset({Status.REGISTERED, Status.DISPATCHED}),
        Status.FIGHTING,
        FIELD,
        ("commander",),
        Moment.ARRIVED,
    ),
    Step(_BURNING, Status.CONTAINED, FIELD, ("commander",), Moment.CONTAINED),
    Step(frozenset({Status.CONTAINED}), Status.MOPUP, FIELD, (), Moment.MOPUP),
    Step(_BURNING | _HELD, Status.OUT, FIELD, ("final_area_ha", "cause"), Moment.OUT),
    Step(
        _BURNING,
        Status.SUSPENDED,
        COMMISSION,
        ("decision_number", "decision_date", "decision_basis"),
        Moment.SUSPENDED,
        _no_threat_in_control_zone,
    ),
    # A fire that flares up again, or whose suspension a new threat ends, is fought again.
    Step(
        _HELD | {Status.OUT, Status.SUSPENDED},
        Status.FIGHTING,
        FIELD,
        ("resume_reason",),
        Moment.RESUMED,
    ),
    # A suspended fire that went out by itself.
    Step(
        frozenset({Status.SUSPENDED}),
        Status.OUT,
        DISPATCHERS,
        ("final_area_ha", "cause"),
        Moment.OUT,
    ),
    Step(
        _BURNING | _HELD | {Status.SUSPENDED},
        Status.TRANSFERRED,
        DISPATCHERS,
        ("transferred_to",),
        Moment.TRANSFERRED,
    ),
    Step(
        frozenset({Status.TRANSFERRED}),
        Status.REGISTERED,
        DISPATCHERS,
        ("return_reason",),
        Moment.RETURNED,
    ),
    Step(
        frozenset({Status.REJECTED}),
        Status.SIGNAL,
        DISPATCHERS,
        ("reopen_reason",),
        Moment.REOPENED,
    ),
)
"""The life of a fire. Each pair (from, to) stands in one row."""


def ways_on(status: S, steps: tuple[Step[S], ...]) -> tuple[Step[S], ...]:
    """The steps that lead away from a status."""
    return tuple(step for step in steps if status in step.sources)


def step_to(status: S, target: S, steps: tuple[Step[S], ...]) -> Step[S]:
    """The row that leads from one status to another.

    Raises:
        Conflict: there is none; ``allowed`` lists what there is.
    """
    ways = ways_on(status, steps)
    for step in ways:
        if step.target == target:
            return step
    allowed = ", ".join(step.target.value for step in ways)
    raise Conflict("fire.no_such_step", {"from": status, "to": target, "allowed": allowed})


def missing(step: Step[S], facts: Mapping[str, Any], context: Context) -> list[FieldError]:
    """What is wrong with the told fields, all of it at once."""
    errors = []
    for name in step.needs:
        code = CHECKS.get(name, _text)(facts.get(name))
        if code:
            unsaid = facts.get(name) in (None, "")
            allowed = {"allowed": ", ".join(CHOICES[name])} if name in CHOICES else {}
            errors.append(
                FieldError(name, "field.required") if unsaid else FieldError(name, code, allowed)
            )
    told = {error.field for error in errors}
    guarded = step.guard(facts, context) if step.guard else []
    return errors + [error for error in guarded if error.field not in told]


def permitted(step: Step[S], status: S, actor: Actor) -> bool:
    """Whether this actor may take this step: the engine only what the row grants it."""
    if actor.is_system:
        return status in step.engine_from
    return actor.level in step.levels


def taken(
    status: S,
    target: S,
    facts: Mapping[str, Any],
    actor: Actor,
    context: Context,
    steps: tuple[Step[S], ...],
) -> Step[S]:
    """Check a step of any life and return its row.

    Raises:
        Conflict: no such step from here.
        Forbidden: not for this actor.
        Invalid: fields missing or a guard against it, by field.
    """
    step = step_to(status, target, steps)
    if not permitted(step, status, actor):
        raise Forbidden("problem.forbidden", {"level": actor.level, "step": target})
    errors = missing(step, facts, context)
    if errors:
        raise invalid(errors)
    return step


def fire_step(
    status: Status, target: Status, facts: Mapping[str, Any], actor: Actor, context: Context
) -> Step[Status]:
    """Check a step in the life of a fire; errors as in :func:`taken`."""
    return taken(status, target, facts, actor, context, STEPS)


def fire_options(status: Status, actor: Actor) -> list[dict[str, Any]]:
    """What this actor may do next with a fire, and what must be told: for buttons and forms."""
    return [
        {"status": step.target.value, "needs": list(step.needs)}
        for step in ways_on(status, STEPS)
        if permitted(step, status, actor)
    ]
