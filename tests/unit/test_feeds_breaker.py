"""A failing source is left alone for growing pauses, and tried again."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.breaker import Backoff, Breaker, BreakerRules, BreakerState, Budget

RULES = BreakerRules(failures_to_open=3, first_pause_s=60, longest_pause_s=300)


def failed(times, at=0.0):
    breaker = Breaker(RULES)
    for _ in range(times):
        breaker = breaker.failed(at)
    return breaker


def test_two_failures_are_a_hiccup_and_three_open_it():
    assert failed(2).state(0) is BreakerState.CLOSED
    assert failed(3).state(0) is BreakerState.OPEN
    assert not failed(3).allows(59.9)


def test_after_the_pause_one_try_decides():
    breaker = failed(3)
    assert breaker.state(60) is BreakerState.HALF_OPEN
    assert breaker.succeeded().state(60) is BreakerState.CLOSED
    assert breaker.failed(60).state(60) is BreakerState.OPEN


def test_each_failed_try_doubles_the_pause_up_to_a_limit():
    breaker, pauses = failed(3), []
    for _ in range(5):
        pauses.append(breaker.pause_s)
        breaker = breaker.failed(1000)
    assert pauses == [60, 120, 240, 300, 300]


def test_success_forgets_everything():
    assert failed(5).succeeded() == Breaker(RULES)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 400)), max_size=60))
def test_a_breaker_is_never_shut_for_longer_than_the_limit(events):
    breaker, now = Breaker(RULES), 0.0
    for succeeded, wait in events:
        now += wait
        if breaker.allows(now):
            breaker = breaker.succeeded() if succeeded else breaker.failed(now)
        assert breaker.allows(now + RULES.longest_pause_s)


@given(st.integers(1, 10_000), st.integers(0, 2**32))
def test_waiting_grows_but_stays_below_its_cap(failures, seed):
    backoff = Backoff(base_s=5, cap_s=300)
    delay = backoff.delay_s(failures, Random(seed))
    assert 2.5 <= delay <= 300


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 5)), max_size=80))
def test_no_window_of_ten_minutes_holds_more_than_the_limit(queries):
    budget, now, spent = Budget(limit=10, window_s=600), 0.0, []
    for wait, cost in queries:
        now += wait
        if budget.left(now) >= cost:
            budget = budget.spend(cost, now)
            spent.append((now, cost))
        else:
            free = budget.free_at(cost, now)
            assert free > now
            assert budget.left(free) >= cost
    for at, _ in spent:
        assert sum(cost for when, cost in spent if at <= when < at + 600) <= 10


@pytest.mark.parametrize(("now", "left"), [(0, 3), (599, 3), (600, 5)])
def test_a_transaction_counts_for_ten_minutes(now, left):
    assert Budget(limit=5).spend(2, 0).left(now) == left


def test_a_source_that_is_dead_for_weeks_is_still_asked_now_and_then():
    breaker, now = Breaker(BreakerRules(1, 1.0, 60.0)), 0.0
    for _ in range(3000):
        breaker = breaker.failed(now)
        now += breaker.pause_s
    assert breaker.pause_s == 60.0
    assert breaker.allows(now)
