"""What if: another wind, a unit less, a unit elsewhere; asked of the newest suggestion's problem.

Nothing is written and nothing is gathered again but the ways of a unit that is placed elsewhere, so
that the answer is there within a second. The running plan is taken up with what changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, FieldError, NotFound, Refusal, invalid
from sylvan.domain.dispatch.engine import Demands, resolve
from sylvan.domain.dispatch.guard import Guarded, guard
from sylvan.domain.dispatch.model import Problem
from sylvan.domain.dispatch.need import Outlook, fire_of
from sylvan.domain.dispatch.outlooks import outlook_of
from sylvan.domain.dispatch.params import DispatchParameters
from sylvan.domain.dispatch.stored import problem_of, told_of
from sylvan.domain.dispatch.whatif import Blow, blown
from sylvan.domain.dispatch.words import dropped
from sylvan.domain.forces.positions import Position, PositionSource
from sylvan.domain.instants import iso
from sylvan.domain.places import LonLat
from sylvan.domain.travel.movers import Goal
from sylvan.services.base import Base
from sylvan.services.fires import found
from sylvan.services.helpers import Unanswered
from sylvan.services.suggest_inputs import fastest
from sylvan.services.suggest_views import expected, going
from sylvan.services.suggesting import SEED, Suggestions
from sylvan.services.verdicts import part_of
from sylvan.store import fires, suggestions, units
from sylvan.store.suggestions import Suggestion

PATIENCE_S: Final = 20.0
"""A helper that has to start first takes some seconds; later answers take less than one."""


class NoAnswer(Refusal):
    """The helper did not answer; a later try may."""

    status = 503


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit that is thought to stand elsewhere."""

    unit: str
    point: tuple[float, float]
    """Longitude, latitude."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is different; nothing of it is so."""

    without: tuple[str, ...] = ()
    placed: tuple[Placed, ...] = ()
    wind: Blow | None = None
    """At the fire that is asked about."""


@dataclass(frozen=True, slots=True)
class _Case:
    """The question in numbers."""

    problem: Problem
    outlook: Outlook
    """Of the fire that is asked about."""
    assumed: tuple[Coded, ...]


@dataclass(frozen=True, slots=True)
class WhatIf(Base):
    """The use-case."""

    suggesting: Suggestions

    def ask(self, actor: Actor, fire_id: UUID, question: Question) -> dict[str, Any]:
        """What would be suggested if something were different.

        Raises:
            NotFound: nothing was suggested for this fire yet.
            Invalid: nothing is different, or a unit is not in the suggestion's problem.
            NoAnswer: the helper took too long or died.
        """
        begun = monotonic()
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            ids = fire.ids
            one = suggestions.newest(conn, actor, ids)
            mine = None if one is None else part_of(one, ids)
            if one is None or mine is None or "told" not in one.input:
                raise NotFound("whatif.nothing_suggested", {"fire": fire.number or str(fire.id)})
            case = self._case(conn, actor, one, mine["fire_id"], question)
        helpers, params = self.suggesting.helpers, self.suggesting.params
        asked = (case.problem, _running(one), params)
        try:
            guarded = helpers.call("what_if", taken_up, *asked, patience_s=PATIENCE_S)
        except Unanswered as why:
            raise NoAnswer(why.code) from why
        sent = [each for each in guarded.sent if each.fire == mine["fire_id"]]
        with self.engine.connect() as conn:
            known = units.of_codes(conn, actor, [each.unit for each in sent])
        come = [going(each.unit, known, each.arrive_h, one.at) for each in sent]
        seconds = round(monotonic() - begun, 3)
        return _told(one, mine, case, guarded, come) | {"seconds": seconds}

    def _case(
        self, conn: Connection, actor: Actor, one: Suggestion, fire: str, question: Question
    ) -> _Case:
        problem = problem_of(one.input)
        _check(question, {unit.id for unit in problem.units})
        if question.without:
            problem = dropped(problem, question.without, Coded("whatif.left_out"))
        if question.placed:
            problem = self._placed(conn, actor, one, problem, question.placed)
        at = problem.fire_index()[fire]
        card = problem.fires[at].card
        told = next(told_of(row) for row in one.input["told"] if row["id"] == fire)
        if question.wind is None:
            outlook, _ = outlook_of(told, card)
            return _Case(problem, outlook, ())
        was = Blow(**one.input["winds"][fire])
        outlook, assumed = blown(told, card, was, question.wind)
        changed = list(problem.fires)
        changed[at] = fire_of(outlook, problem.times_h)
        return _Case(replace(problem, fires=tuple(changed)), outlook, assumed)

    def _placed(
        self,
        conn: Connection,
        actor: Actor,
        one: Suggestion,
        problem: Problem,
        placed: Sequence[Placed],
    ) -> Problem:
        """The problem with the ways of some units from where they are thought to stand."""
        gatherer = self.suggesting.gatherer
        at = actor.world.now(self.clock())
        teller = gatherer.keeper.teller(conn, actor, self.clock())
        known = units.of_codes(conn, actor, [each.unit for each in placed])
        ways = []
        for each in placed:
            there = Position(at, each.point, source=PositionSource.PERSON)
            ways += gatherer.ways(teller, replace(known[each.unit], position=there), at)
        goals = [_goal(conn, actor, each.id) for each in problem.fires]
        winds = {fire: Blow(**blow) for fire, blow in one.input["winds"].items()}
        still = [replace(way, at_base=True) for way in ways]  # one search serves all fires
        codes = [each.unit for each in placed]
        hours, reasons, _ = fastest(codes, goals, gatherer.matrix(conn, still, goals, at, winds))
        eta, place = problem.eta_h.copy(), {unit.id: n for n, unit in enumerate(problem.units)}
        for row, code in enumerate(codes):
            eta[place[code]] = hours[row]
        return replace(problem, eta_h=eta, why={**problem.why, **reasons})


def taken_up(problem: Problem, running: dict[str, str], params: DispatchParameters) -> Guarded:
    """In a helper: the running plan after a change, with its guard-rails."""
    return guard(resolve(problem, running, params, Demands(seed=SEED)))


def _check(question: Question, known: set[str]) -> None:
    if not (question.without or question.placed or question.wind):
        raise invalid([FieldError("without", "whatif.nothing_asked")])
    named = [(f"without.{n}", one) for n, one in enumerate(question.without)]
    named += [(f"placed.{n}.unit", one.unit) for n, one in enumerate(question.placed)]
    errors = [
        FieldError(field, "order.unit_unknown", {"unit": unit})
        for field, unit in named
        if unit not in known
    ]
    if errors:
        raise invalid(errors)


def _goal(conn: Connection, actor: Actor, fire: str) -> Goal:
    one = fires.get(conn, actor, UUID(fire))
    return Goal(fire, LonLat(*one.measured.point) if one else None)


def _running(one: Suggestion) -> dict[str, str]:
    return {
        unit["unit"]: fire["fire_id"] for fire in one.outcome["fires"] for unit in fire["units"]
    }


def _told(
    one: Suggestion,
    mine: dict[str, Any],
    case: _Case,
    guarded: Guarded,
    come: list[dict[str, Any]],
) -> dict[str, Any]:
    fire = mine["fire_id"]
    sent = [each for each in guarded.sent if each.fire == fire]
    place = guarded.solved.problem.problem.fire_index()
    before = {part["fire_id"]: part for part in one.outcome["fires"]}
    others = [
        told
        for other in place
        if other != fire
        and (told := _change(other, before[other], guarded, place[other])) is not None
    ]
    short = [
        {"reason": each.reason.as_dict(), "ask": each.ask.value}
        for each in guarded.short
        if each.fire == fire
    ]
    return {
        "number": one.id,
        "at": iso(one.at),
        "fire_id": fire,
        "before": {
            "tier": mine["tier"],
            "contained_h": mine["contained_h"],
            "expected": mine["expected"],
        },
        "after": {
            "tier": case.outlook.tier.value,
            "contained_h": guarded.contained_h[place[fire]],
            "expected": expected(case.problem, case.outlook, sent),
            "units": come,
            "short": short,
        },
        "added": sorted({each.unit for each in sent} - _units(mine)),
        "removed": sorted(_units(mine) - {each.unit for each in sent}),
        "others": others,
        "loss_ha": {
            "before": round(one.objective, 1),
            "after": round(guarded.solved.best.objective, 1),
        },
        "assumed": [each.as_dict() for each in case.assumed],
    }


def _units(part: dict[str, Any]) -> set[str]:
    return {one["unit"] for one in part["units"]}


def _change(
    fire: str, before: dict[str, Any], guarded: Guarded, place: int
) -> dict[str, Any] | None:
    """What changes for another fire; nothing: nothing."""
    now = {one.unit for one in guarded.sent if one.fire == fire}
    then, held = _units(before), guarded.contained_h[place]
    if now == then and held == before["contained_h"]:
        return None
    return {
        "fire_id": fire,
        "added": sorted(now - then),
        "removed": sorted(then - now),
        "contained_h": {"before": before["contained_h"], "after": held},
    }
