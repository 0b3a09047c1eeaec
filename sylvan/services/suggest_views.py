"""A suggestion as it is stored, sent and answered: who goes, when, why, and what is left."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, Final

from sylvan.domain.codes import Coded
from sylvan.domain.containment import Arriving, Tactic, answer
from sylvan.domain.dispatch.explain import (
    Alternative,
    alternatives,
    left_over,
    marginals,
    not_sent,
    one_more,
)
from sylvan.domain.dispatch.guard import Guarded, Sent
from sylvan.domain.dispatch.model import Problem
from sylvan.domain.dispatch.need import Outlook
from sylvan.domain.forces.register import Unit
from sylvan.domain.instants import iso
from sylvan.domain.travel.legs import legs
from sylvan.services.suggest_inputs import Gathered

HOUR: Final = timedelta(hours=1)
NOT_SENT: Final = 12
"""Nearest units of which it is told why they stay."""
MOST_WORTH: Final = 10
"""Bases and kinds of which it is told what one more would be worth."""


def outcome(gathered: Gathered, guarded: Guarded, at: datetime) -> dict[str, Any]:
    """All that is told of a plan."""
    worth = {one.unit: one for one in marginals(guarded)}
    sent: dict[str, list[Sent]] = {}
    for one in guarded.sent:
        sent.setdefault(one.fire, []).append(one)
    fires = []
    for place, fire in enumerate(gathered.problem.fires):
        mine = sorted(sent.get(fire.id, ()), key=lambda one: (one.arrive_h, one.unit))
        fires.append(
            {
                "fire_id": fire.id,
                "tier": fire.tier.value,
                "fought": fire.fought,
                "contained_h": guarded.contained_h[place],
                "units": [_unit(one, gathered, worth, at) for one in mine],
                "short": [
                    {"reason": one.reason.as_dict(), "ask": one.ask.value}
                    for one in guarded.short
                    if one.fire == fire.id
                ],
                "alternatives": [
                    _alternative(one, gathered, guarded, place, at)
                    for one in alternatives(guarded, fire.id)
                ],
                "not_sent": [
                    {**_known(one.unit, gathered.units), "reason": one.reason.as_dict()}
                    for one in not_sent(guarded, fire.id)[:NOT_SENT]
                ],
                "pins": _pins(gathered, guarded, fire.id),
                "expected": expected(gathered.problem, gathered.outlooks[fire.id], mine),
                "assumed": [one.as_dict() for one in gathered.assumed[fire.id]],
            }
        )
    return {
        "fires": fires,
        "left": [
            {
                "base": one.base,
                "kind": one.kind,
                "there": one.there,
                "left": one.left,
                "least": one.least,
                "move_up": one.move_up,
            }
            for one in left_over(guarded)
            if one.left < one.there
        ],
        "below": [
            {"base": one.base, "kind": one.kind, "left": one.left, "least": one.least}
            for one in guarded.below
        ],
        "one_more": [
            {"base": base, "kind": kind, "worth_ha": value}
            for base, kind, value in one_more(guarded)[:MOST_WORTH]
        ],
    }


def _unit(one: Sent, gathered: Gathered, worth: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """One unit's task with its way and what it is good for."""
    told = worth.get(one.unit)
    way = _way(one, gathered)
    return {
        **going(one.unit, gathered.units, one.arrive_h, at),
        "role": one.role.value,
        "worth_ha": None if told is None else told.marginal,
        "reason": told.reason.as_dict() if told else Coded("dispatch.role_package").as_dict(),
        "legs": way["legs"],
        "assumed": way["reasons"],
    }


def going(code: str, known: Mapping[str, Unit], arrive_h: float, at: datetime) -> dict[str, Any]:
    """A unit with when it comes; who was sent by hand may be where no way of ours leads."""
    comes = isfinite(arrive_h)
    return {
        **_known(code, known),
        "arrive_h": round(arrive_h, 2) if comes else None,
        "eta_at": iso(at + arrive_h * HOUR) if comes else None,
    }


def _known(code: str, known: Mapping[str, Unit]) -> dict[str, Any]:
    card = known[code].card
    return {
        "unit": code,
        "kind": card.kind.value,
        "name": dict(card.names) or None,
        "base": card.station,
    }


def _way(one: Sent, gathered: Gathered) -> dict[str, Any]:
    row = gathered.row.get((one.unit, one.fire))
    if row is None or gathered.matrix is None:
        return {"legs": [], "reasons": []}
    eta = legs(gathered.matrix, row, gathered.column[one.fire]).as_dict()
    return {"legs": eta["legs"], "reasons": eta["reasons"]}


def _alternative(
    one: Alternative, gathered: Gathered, guarded: Guarded, fire: int, at: datetime
) -> dict[str, Any]:
    arrive, contained, loss = one.by
    problem = guarded.solved.problem
    place = {unit.id: n for n, unit in enumerate(problem.problem.units)}
    come = {unit: float(problem.arrive_h[place[unit], fire]) for unit in one.units}
    return {
        "wish": one.wish.value,
        "units": [going(unit, gathered.units, come[unit], at) for unit in one.units],
        "arrive_h": one.arrive_h,
        "contained_h": one.contained_h,
        "loss_ha": round(one.loss, 1),
        "by": {"arrive_h": arrive, "contained_h": contained, "loss_ha": round(loss, 1)},
    }


def _pins(gathered: Gathered, guarded: Guarded, fire: str) -> list[dict[str, Any]]:
    """Whether each unit that somebody wants at a fire is among those that go, or why it is not."""
    pins = gathered.held.told(fire)
    if not pins:
        return []
    tasks = guarded.tasks
    stays = {one.unit: one.reason for one in not_sent(guarded, fire)}
    told = []
    for unit, why in pins:
        goes = tasks.get(unit) == fire
        reason = stays.get(unit, Coded("order.unit_unknown", {"unit": unit}))
        row = {"unit": unit, "goes": goes, "said": why.as_dict()}
        told.append(row | {"reason": None if goes else reason.as_dict()})
    return told


def expected(problem: Problem, outlook: Outlook, sent: Sequence[Sent]) -> dict[str, Any]:
    """What comes of it with these units, as it is told."""
    rates = {one.id: one.rate_m_h for one in problem.units}
    forces = [
        Arriving(one.arrive_h, rates[one.unit])
        for one in sent
        if rates[one.unit] > 0.0 and isfinite(one.arrive_h)
    ]
    # crews begin where it can be held: at the head, or at the rear and the flanks from there
    ways = [answer(outlook.spread, forces, outlook.objects, tactic) for tactic in Tactic]
    told = next((one for one in ways if one.contained), ways[-1])
    slow, likely, fast = told.by_quantile
    return {
        "contained": told.contained,
        "hours": [_held(one.hours, one.outcome.value) for one in (slow, likely, fast)],
        "area_ha": _held(likely.area_ha, likely.outcome.value),
        "protect": [
            {"id": one.id, "name": one.name, "reached_h": one.reached_h} for one in told.protect
        ],
        "reasons": [one.as_dict() for one in told.reasons],
    }


def _held(value: float, outcome_told: str) -> float | None:
    return round(value, 1) if outcome_told == "contained" else None
