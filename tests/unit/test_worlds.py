"""Worlds and their clocks, actors, and coded text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.actors import Actor, Level, local_operator, system
from sylvan.domain.codes import Coded, FieldError, Invalid, NotFound, invalid
from sylvan.domain.worlds import (
    REAL_TIME,
    World,
    WorldClock,
    WorldKind,
    age,
    is_future,
    live_world,
)

REAL = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
BASE = datetime(2017, 8, 13, 0, 0, tzinfo=UTC)
moments = st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(REAL.__add__)
rates = st.floats(0.25, 3600)


def replay(rate: float = 60.0) -> World:
    return World(2, WorldKind.REPLAY, "august-2017", WorldClock(BASE, REAL, rate))


@settings(deadline=None)  # the machine is shared
@given(moments)
def test_live_clock_shows_the_real_time_exactly(now):
    assert live_world().now(now) == now
    assert REAL_TIME.is_real


def test_replay_at_sixty_times_shows_an_hour_after_a_minute():
    assert replay().now(REAL + timedelta(minutes=1)) == BASE + timedelta(hours=1)


@settings(deadline=None)  # the machine is shared
@given(rates, rates, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_changing_the_rate_makes_no_jump(before, after, later):
    clock = replay(before).clock
    at = REAL + later
    assert clock.at_rate(after, at).now(at) == clock.now(at)


@settings(deadline=None)  # the machine is shared
@given(rates, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_a_clock_never_runs_backwards(rate, later):
    clock = replay(rate).clock
    assert clock.now(REAL + later) >= clock.now(REAL)


@settings(deadline=None)  # the machine is shared
@given(rates, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_real_moment_of_a_shown_moment_is_found_back(rate, later):
    clock = replay(rate).clock
    found = clock.real(clock.now(REAL + later))
    assert found is not None
    assert abs(found - (REAL + later)) < timedelta(milliseconds=1)


def test_paused_clock_stands_still_and_promises_no_real_moment():
    clock = replay().clock.at_rate(0, REAL)
    assert clock.paused
    assert clock.now(REAL + timedelta(days=9)) == BASE
    assert clock.real(BASE) is None


def test_naive_moments_are_refused_because_nobody_knows_their_zone():
    naive = REAL.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        WorldClock(naive, REAL, 1)
    with pytest.raises(ValueError, match="time zone"):
        REAL_TIME.now(naive)


@pytest.mark.parametrize("rate", [-1.0, float("inf"), float("nan")])
def test_impossible_rates_are_refused(rate):
    with pytest.raises(ValueError, match="rate"):
        WorldClock(BASE, REAL, rate)


def test_age_follows_the_worlds_clock_and_not_the_real_one():
    assert age(replay(), BASE - timedelta(minutes=47), REAL) == timedelta(minutes=47)


def test_a_time_ahead_by_clock_drift_is_not_the_future_but_an_hour_is():
    assert not is_future(live_world(), REAL + timedelta(minutes=9), REAL)
    assert is_future(live_world(), REAL + timedelta(hours=1), REAL)
    assert is_future(replay(), REAL, REAL)


def test_world_one_and_no_other_is_live():
    with pytest.raises(ValueError, match="live"):
        World(2, WorldKind.LIVE, "live", REAL_TIME)
    with pytest.raises(ValueError, match="live"):
        World(1, WorldKind.DRILL, "drill", REAL_TIME)
    with pytest.raises(ValueError, match="real time"):
        live_world().with_clock(WorldClock(BASE, REAL, 1))


def test_clock_survives_json_in_any_zone():
    yakutsk = timezone(timedelta(hours=9))
    clock = WorldClock(BASE.astimezone(yakutsk), REAL, 10)
    assert WorldClock.from_dict(clock.as_dict()) == clock == replay(10).clock


def test_an_actor_without_territories_reaches_nothing():
    nobody = Actor("u1", "Ivan", Level.DISTRICT, (), live_world())
    assert not nobody.covers("01", "02")
    assert local_operator(live_world()).covers("01")
    assert system(replay()).in_world(live_world()).world.is_live


def test_an_actor_reaches_what_overlaps_with_its_territories():
    head = Actor("u2", "Anna", Level.MUNICIPALITY, ("a", "b"), live_world())
    assert head.covers("b", "z")
    assert not head.covers("z")


def test_an_actor_without_subject_is_refused_because_audit_must_name_someone():
    with pytest.raises(ValueError, match="subject"):
        Actor("", "x", Level.CREW, (), live_world())


def test_coded_text_takes_only_json_scalars():
    with pytest.raises(TypeError, match="scalar"):
        Coded("x", {"when": REAL})


def test_coded_text_survives_json_and_serves_as_key():
    text = Coded("screening.static_source", {"km": 0.4})
    assert Coded.from_dict(text.as_dict()) == text
    assert len({text, Coded("screening.static_source", {"km": 0.4})}) == 1


def test_a_refusal_names_its_field():
    refusal = NotFound("not_found", {"what": "fire"}, "fire_id")
    assert refusal.errors == (FieldError("fire_id", "not_found", {"what": "fire"}),)
    assert "fire_id" in str(refusal)


def test_several_mistakes_are_told_at_once():
    refusal = invalid([FieldError("a", "field.required"), FieldError("b", "field.required")])
    assert isinstance(refusal, Invalid)
    assert [error.field for error in refusal.errors] == ["a", "b"]
    assert invalid([FieldError("a", "field.required")]).field == "a"
