"""Notices are told once, again only where it grew worse; decisions are looked at for a reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from sylvan.domain.address import Zone
from sylvan.domain.codes import Coded
from sylvan.domain.command.control import (
    ControlDecision,
    ControlKind,
    ControlRules,
    Unfought,
    check,
    reviews,
)
from sylvan.domain.command.notices import ANSWERS, LEVELS, Held, State, Theme, settle

NOW = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
DAY = date(2026, 7, 14)
CLEAR = timedelta(minutes=30)
FIRE = UUID(int=7)
RULES = ControlRules()


def held(grade=0, units=("crew-1",), minutes=1):
    told = Coded("safety.silent", {"minutes": minutes})
    return Held(Theme.CREW, "silent", "crew-1", told, grade, units=units)


def after(standing, now_held, at=NOW):
    return settle(standing, now_held, at, CLEAR, uuid4)


def test_condition_that_goes_on_is_told_once_with_its_newest_figures():
    (first,) = after([], [held()]).told
    again = after([first], [held(minutes=9)], NOW + CLEAR)
    assert again.told == []
    (kept,) = again.kept
    assert (kept.version, kept.held.reason.params["minutes"]) == (first.version, 9)
    assert kept.raised_at == NOW


@pytest.mark.parametrize("worse", [held(grade=1), held(units=("crew-1", "crew-2"))])
def test_worse_condition_asks_again_whatever_was_answered(worse):
    (first,) = after([], [held()]).told
    seen = replace(first, state=State.ANSWERED, answered_by="local", note="вызваны")
    (told,) = after([seen], [worse]).told
    assert (told.state, told.answered_by, told.note) == (State.OPEN, "", "")
    assert told.version == seen.version + 1


def test_condition_that_falls_back_and_rises_again_is_no_news():
    (worse,) = after([], [held(grade=2)]).told
    (fell,) = after([worse], [held(grade=0)]).kept
    assert after([fell], [held(grade=2)]).told == []


def test_condition_is_over_only_when_it_was_gone_for_a_while():
    (first,) = after([], [held()]).told
    assert after([first], [], NOW + CLEAR - timedelta(seconds=1)).told == []
    (over,) = after([first], [], NOW + CLEAR).told
    assert (over.state, over.over_at) == (State.OVER, NOW + CLEAR)


def test_every_theme_has_answers_and_somebody_to_give_them():
    assert set(ANSWERS) == set(LEVELS) == set(Theme)


def decision(**changes):
    told = {
        "id": UUID(int=1),
        "version": 1,
        "number": "14",
        "day": DAY,
        "kind": ControlKind.SUSPEND,
        "grounds": "угрозы нет",
        "commission": "КЧС",
        "fire_ids": (FIRE,),
        "areas": {str(FIRE): 100.0},
    }
    return ControlDecision(**told | changes)


@pytest.mark.parametrize(
    ("changes", "kind", "grade"),
    [
        ({"settlement_km": 10.0}, "settlement", 0),
        ({"settlement_km": 4.9}, "settlement", 1),
        ({"zone": Zone.AVIATION}, "zone", 0),
        ({"danger_class": 5}, "danger", 0),
        ({"area_ha": 200.0}, "growth", 0),
        ({"area_ha": 401.0}, "growth", 1),
        ({"area_ha": 199.0}, None, None),
        ({"settlement_km": 10.1}, None, None),
        ({"zone": None}, None, None),
    ],
)
def test_decision_is_looked_at_again_for_what_has_changed(changes, kind, grade):
    quiet = Unfought(FIRE, Zone.CONTROL, 100.0)
    found = reviews(decision(), replace(quiet, **changes), DAY, RULES)
    assert [(one.kind, one.grade) for one in found] == ([] if kind is None else [(kind, grade)])


def test_age_counts_from_the_last_look():
    fire = Unfought(FIRE, Zone.CONTROL, 100.0)
    late = DAY + timedelta(days=RULES.days)
    assert [one.kind for one in reviews(decision(), fire, late, RULES)] == ["age"]
    looked = replace(fire, looked_at=DAY + timedelta(days=1))
    assert reviews(decision(), looked, late, RULES) == []
    assert reviews(decision(cancelled_at=NOW), fire, late, RULES) == []


def test_decision_of_tomorrow_or_about_nothing_is_refused_by_field():
    wrong = decision(day=DAY + timedelta(days=1), fire_ids=(), grounds=" ")
    assert {one.field for one in check(wrong, DAY)} == {"date", "fire_ids", "grounds"}
    assert check(decision(), DAY) == []
