"""The clock of duty and the machine of states: who may go, and when."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.codes import Conflict, Invalid
from sylvan.domain.forces.duty import DutyClock, DutyNorms, DutyState, read, stepped
from sylvan.domain.forces.status import STEPS, WITH_FIRE, WORKING, Status, fire_after, options

T0 = datetime(2026, 7, 17, 0, tzinfo=UTC)
NORMS = DutyNorms(shift_h=12, rest_h=8, run_days=14, off_days=2, work_per_rest=2)
FIRE, OTHER = uuid4(), uuid4()


def hours(n: float) -> datetime:
    return T0 + timedelta(hours=n)


def worked(*spans: tuple[float, float]) -> DutyClock:
    """The clock after spans of work, each from and until an hour."""
    clock = DutyClock()
    for start, end in spans:
        clock = stepped(clock, Status.AVAILABLE, Status.ASSIGNED, hours(start), NORMS)
        clock = stepped(clock, Status.RETURNING, Status.AVAILABLE, hours(end), NORMS)
    return clock


def test_waiting_at_the_base_costs_no_hours():
    assert read(DutyClock(), NORMS, hours(500)).hours_left == 12


def test_hours_run_from_the_order_and_go_below_zero():
    clock = stepped(DutyClock(), Status.AVAILABLE, Status.ASSIGNED, T0, NORMS)
    assert read(clock, NORMS, hours(5)).hours_left == 7
    late = read(clock, NORMS, hours(14))
    assert (late.state, late.hours_left) == (DutyState.OVER, -2)


def test_rest_owed_is_half_of_long_work_and_eight_hours_at_least():
    assert read(worked((0, 4)), NORMS, hours(5)).rested_at == hours(12)
    assert read(worked((0, 20)), NORMS, hours(21)).rested_at == hours(30)


def test_rested_unit_begins_a_new_shift_and_an_unrested_one_goes_on_with_the_old():
    assert read(worked((0, 6), (14, 15)), NORMS, hours(15)).hours_left == 11
    assert read(worked((0, 6), (13, 14)), NORMS, hours(14)).hours_left == 0


def test_days_in_a_row_are_counted_until_days_off():
    days = [(24.0 * n, 24.0 * n + 8) for n in range(10)]
    assert read(worked(*days), NORMS, hours(24 * 10)).days_left == 4
    off = worked(*days, (24 * 13, 24 * 13 + 1))
    assert read(off, NORMS, hours(24 * 13 + 1)).days_left == pytest.approx(14, abs=0.1)


@given(st.lists(st.floats(0.1, 30), min_size=2, max_size=12), st.floats(0, 40))
def test_hours_left_never_exceed_the_shift_and_never_grow_while_work_goes_on(spans, later):
    at, clock = 0.0, DutyClock()
    for number, span in enumerate(spans):
        before, after = (
            (Status.AVAILABLE, Status.ASSIGNED)
            if number % 2 == 0
            else (Status.RETURNING, Status.RESTING)
        )
        clock = stepped(clock, before, after, hours(at), NORMS)
        at += span
    now, then = (read(clock, NORMS, hours(at + more)) for more in (0, later))
    assert now.hours_left <= NORMS.shift_h
    if clock.ended_at is None:
        assert then.hours_left <= now.hours_left


def test_every_status_can_be_reached_and_left():
    assert set(STEPS) == set(Status)
    assert set().union(*STEPS.values()) == set(Status)
    assert all(options(one) for one in Status)


def test_work_is_only_begun_by_an_order():
    begins = {(a, b) for a in STEPS for b in STEPS[a] if a not in WORKING and b in WORKING}
    assert begins == {(Status.AVAILABLE, Status.ASSIGNED), (Status.RESTING, Status.AT_FIRE)}


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_step_that_does_not_follow_names_those_that_do(before, after):
    if after in STEPS[before]:
        return
    with pytest.raises(Conflict) as refused:
        fire_after(before, FIRE, after, FIRE)
    assert refused.value.params["options"] == ", ".join(one.value for one in options(before))


@given(st.lists(st.sampled_from(Status), max_size=12))
def test_unit_has_a_fire_exactly_while_it_is_for_one(steps):
    status, fire = Status.AVAILABLE, None
    for to in steps:
        try:
            fire = fire_after(status, fire, to, FIRE if to is Status.ASSIGNED else None)
        except (Conflict, Invalid):
            continue
        at_camp = status is Status.AT_FIRE and to is Status.RESTING
        status = to
        assert (fire is not None) == (to in WITH_FIRE or at_camp)


def test_order_needs_a_fire_and_arrival_cannot_be_at_another():
    with pytest.raises(Invalid):
        fire_after(Status.AVAILABLE, None, Status.ASSIGNED, None)
    with pytest.raises(Invalid):
        fire_after(Status.EN_ROUTE, FIRE, Status.AT_FIRE, OTHER)
    assert fire_after(Status.EN_ROUTE, FIRE, Status.ASSIGNED, OTHER) == OTHER


def test_crew_that_rests_in_the_camp_goes_back_to_its_fire():
    assert fire_after(Status.AT_FIRE, FIRE, Status.RESTING, None) == FIRE
    assert fire_after(Status.RESTING, FIRE, Status.AT_FIRE, None) == FIRE
    with pytest.raises(Invalid):
        fire_after(Status.RESTING, None, Status.AT_FIRE, None)
