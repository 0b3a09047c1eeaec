"""The life of a fire."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sylvan.domain.actors import Actor, Level, local_operator, system
from sylvan.domain.address import Zone
from sylvan.domain.codes import Conflict, Forbidden, Invalid, Refusal
from sylvan.domain.lifecycle import (
    NUMBER_OF,
    STEPS,
    TERMINAL,
    Context,
    RejectReason,
    Status,
    fire_options,
    fire_step,
    ways_on,
)
from sylvan.domain.worlds import live_world

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
OPERATOR = local_operator(live_world())
IN_CONTROL = Context(NOW, Zone.CONTROL)
FACTS = {
    "number": "AB-2026-0001",
    "reject_reason": "technogenic",
    "merged_into": "0190",
    "forces": "2 crews",
    "commander": "I. Ivanov",
    "final_area_ha": 12.5,
    "cause": "lightning",
    "decision_number": "14",
    "decision_date": "2026-06-30",
    "decision_basis": "cost above damage",
    "threat": False,
    "resume_reason": "wind",
    "transferred_to": "Region 2",
    "return_reason": "by mistake",
    "reopen_reason": "smoke seen",
}


def go(status, target, actor=OPERATOR, context=IN_CONTROL, **changes):
    told = {name: value for name, value in (FACTS | changes).items() if value is not ...}
    return fire_step(Status(status), Status(target), told, actor, context)


def fields_refused(*args, **changes):
    with pytest.raises(Invalid) as refused:
        go(*args, **changes)
    return {error.field: error.code for error in refused.value.errors}


class AnyLife(RuleBasedStateMachine):
    """Whatever people press in whatever order, the fire's life stays a lawful one."""

    def __init__(self):
        super().__init__()
        self.lived = [Status.SIGNAL]

    @rule(
        to=st.sampled_from(list(Status)),
        told=st.lists(st.sampled_from(sorted(FACTS))),
        zone=st.sampled_from([None, *Zone]),
        machine=st.booleans(),
        level=st.sampled_from(list(Level)),
    )
    def press(self, to, told, zone, machine, level):
        who = system(live_world()) if machine else Actor("u", "u", level, ("*",), live_world())
        facts = {name: FACTS[name] for name in told}
        try:
            step = fire_step(self.lived[-1], to, facts, who, Context(NOW, zone))
        except Refusal:
            return
        assert step.target == to
        assert level not in {Level.PUBLIC, Level.PARTNER, Level.NEIGHBOUR} or machine
        assert not machine or (self.lived[-1], to) == (Status.SIGNAL, Status.MERGED)
        assert to is not Status.REJECTED or "reject_reason" in facts
        assert to is not Status.SUSPENDED or zone in {None, Zone.CONTROL}
        self.lived.append(to)

    @rule(which=st.integers(0, 9))
    def follow_an_offered_way(self, which):
        options = fire_options(self.lived[-1], OPERATOR)
        if options:
            chosen = Status(options[which % len(options)]["status"])
            self.lived.append(go(self.lived[-1], chosen).target)

    @invariant()
    def every_state_but_the_last_has_a_way_on(self):
        assert bool(ways_on(self.lived[-1], STEPS)) == (self.lived[-1] not in TERMINAL)

    @invariant()
    def nothing_is_fought_that_was_never_registered(self):
        later = {Status.DISPATCHED, Status.FIGHTING, Status.CONTAINED, Status.OUT}
        if later & set(self.lived):
            assert Status.REGISTERED in self.lived


AnyLife.TestCase.settings = settings(deadline=None)
TestAnyLife = AnyLife.TestCase


def test_every_status_can_be_reached_from_a_signal():
    reached, frontier = {Status.SIGNAL}, {Status.SIGNAL}
    while frontier:
        frontier = {step.target for at in frontier for step in ways_on(at, STEPS)} - reached
        reached |= frontier
    assert reached == set(Status)


def test_each_pair_of_statuses_has_one_rule():
    pairs = [(source, step.target) for step in STEPS for source in step.sources]
    assert len(pairs) == len(set(pairs))
    assert all(source != target for source, target in pairs)


def test_dispatchers_numbers_run_from_0_to_7():
    assert NUMBER_OF[Status.SIGNAL] == 0
    assert NUMBER_OF[Status.CONTAINED] == 4
    assert NUMBER_OF[Status.SUSPENDED] == 7
    assert sorted(NUMBER_OF.values()) == list(range(8))


@pytest.mark.parametrize("told", [..., None, "", "because", ["technogenic"], 5])
def test_rejecting_needs_a_reason_from_the_list(told):
    assert set(fields_refused("signal", "rejected", reject_reason=told)) == {"reject_reason"}


@pytest.mark.parametrize("reason", list(RejectReason))
def test_every_listed_reason_rejects(reason):
    assert go("signal", "rejected", reject_reason=reason.value).target is Status.REJECTED


def test_a_wrong_reason_is_answered_with_the_list():
    with pytest.raises(Invalid) as refused:
        go("signal", "rejected", reject_reason="because")
    assert "controlled_burn" in str(refused.value.params["allowed"])


def test_contained_needs_the_commanders_entry():
    assert fields_refused("fighting", "contained", commander="  ") == {
        "commander": "field.required"
    }


def test_out_needs_final_area_and_cause_and_tells_both_at_once():
    refused = fields_refused("mopup", "out", final_area_ha=None, cause=...)
    assert refused == {"final_area_ha": "field.required", "cause": "field.required"}


@pytest.mark.parametrize("area", [-1, math.nan, math.inf, "12", True])
def test_a_final_area_is_a_number_of_hectares(area):
    assert fields_refused("mopup", "out", final_area_ha=area) == {
        "final_area_ha": "field.not_negative"
    }


def test_an_area_of_nought_and_of_any_size_is_accepted():
    assert go("mopup", "out", final_area_ha=0).target is Status.OUT
    assert go("mopup", "out", final_area_ha=10**400).target is Status.OUT


def test_suspending_needs_the_commissions_decision():
    refused = fields_refused(
        "fighting", "suspended", decision_number=..., decision_date=..., decision_basis=...
    )
    assert set(refused) == {"decision_number", "decision_date", "decision_basis"}


@pytest.mark.parametrize("zone", [Zone.GROUND, Zone.AVIATION])
def test_only_fires_of_the_control_zone_may_be_suspended(zone):
    with pytest.raises(Invalid) as refused:
        go("fighting", "suspended", context=Context(NOW, zone))
    assert refused.value.code == "fire.not_control_zone"


def test_where_no_zone_layer_is_loaded_the_decision_names_the_zone():
    nowhere = Context(NOW, None)
    assert go("fighting", "suspended", context=nowhere, zone="control").target is Status.SUSPENDED
    with pytest.raises(Invalid) as refused:
        go("fighting", "suspended", context=nowhere)
    assert refused.value.code == "fire.zone_unknown"


def test_a_named_zone_does_not_overrule_the_map():
    with pytest.raises(Invalid):
        go("fighting", "suspended", context=Context(NOW, Zone.GROUND), zone="control")


@pytest.mark.parametrize("threat", [True, None, ..., "no", 0])
def test_a_fire_is_suspended_only_when_threat_is_expressly_excluded(threat):
    assert fields_refused("fighting", "suspended", threat=threat) == {
        "threat": "fire.threat_not_excluded"
    }


@pytest.mark.parametrize(("day", "code"), [("2026-07-02", "field.future"), ("later", "field.date")])
def test_a_decision_has_a_day_that_has_been(day, code):
    assert fields_refused("fighting", "suspended", decision_date=day) == {"decision_date": code}


@pytest.mark.parametrize("status", ["contained", "mopup", "out", "suspended"])
def test_a_fire_that_flares_up_again_is_fought_again(status):
    assert go(status, "fighting").target is Status.FIGHTING
    assert fields_refused(status, "fighting", resume_reason="") == {
        "resume_reason": "field.required"
    }


def test_a_fire_not_confirmed_on_the_spot_is_rejected_after_registration():
    assert go("dispatched", "rejected", reject_reason="not_found").target is Status.REJECTED


def test_a_rejection_can_be_taken_back():
    assert go("rejected", "signal").target is Status.SIGNAL


def test_the_engine_merges_candidates_and_nothing_else():
    engine = system(live_world())
    assert go("signal", "merged", actor=engine).target is Status.MERGED
    for source, target in [("registered", "merged"), ("signal", "rejected"), ("out", "fighting")]:
        with pytest.raises(Forbidden):
            go(source, target, actor=engine)


def test_a_crew_reports_containment_but_does_not_register():
    crew = Actor("c", "c", Level.CREW, ("*",), live_world())
    assert go("fighting", "contained", actor=crew).target is Status.CONTAINED
    with pytest.raises(Forbidden):
        go("signal", "registered", actor=crew)
    assert "registered" not in [option["status"] for option in fire_options(Status.SIGNAL, crew)]


def test_a_step_that_does_not_exist_names_those_that_do():
    with pytest.raises(Conflict) as refused:
        go("signal", "contained")
    assert dict(refused.value.params) == {
        "from": "signal",
        "to": "contained",
        "allowed": "registered, rejected, merged",
    }


@settings(deadline=None)  # the machine is shared
@given(st.sampled_from(list(Status)))
def test_what_is_offered_is_what_is_accepted(status):
    offered = {option["status"] for option in fire_options(status, OPERATOR)}
    accepted = set()
    for target in Status:
        try:
            accepted.add(go(status, target).target.value)
        except Conflict:
            continue
    assert offered == accepted


def test_options_say_what_must_be_told():
    options = {option["status"]: option["needs"] for option in fire_options(Status.MOPUP, OPERATOR)}
    assert options["out"] == ["final_area_ha", "cause"]
