"""When what happened, the clock of registration, and fire numbers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.codes import Invalid
from sylvan.domain.numbering import FireNumber, parse_number, season_year
from sylvan.domain.timeline import (
    NORM,
    ClockState,
    Moment,
    Stamp,
    Timeline,
    registration_clock,
)

RECEIVED = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
seconds = st.integers(0, 100_000).map(lambda n: timedelta(seconds=n))


def after(**passed):
    return RECEIVED + timedelta(**passed)


def stamp(moment, at, source="operator"):
    return Stamp(moment, at, source, "local", RECEIVED)


@pytest.mark.parametrize(
    ("passed", "state"),
    [(0, "running"), (60, "running"), (61, "warning"), (120, "warning"), (121, "overdue")],
)
def test_a_waiting_signal_warns_after_one_minute_and_is_late_after_two(passed, state):
    clock = registration_clock(RECEIVED, None, None, after(seconds=passed))
    assert clock.state is ClockState(state)
    assert clock.left == timedelta(seconds=120 - passed)


def test_the_clock_runs_from_received_even_if_nobody_looked():
    clock = registration_clock(RECEIVED, after(minutes=9), after(minutes=10), after(hours=5))
    assert clock.state is ClockState.MISSED
    assert clock.elapsed == clock.to_settled == timedelta(minutes=10)
    assert clock.to_shown == timedelta(minutes=9)


def test_a_signal_settled_in_time_stays_kept_for_ever():
    clock = registration_clock(RECEIVED, after(seconds=5), after(seconds=90), after(days=300))
    assert clock.state is ClockState.KEPT
    assert clock.as_dict()["to_settled_s"] == 90


def test_clocks_that_disagree_do_not_make_negative_times():
    clock = registration_clock(RECEIVED, after(seconds=-3), None, after(seconds=-2))
    assert clock.elapsed == clock.to_shown == timedelta(0)
    assert clock.left == NORM.norm


@settings(deadline=None)  # the machine is shared
@given(seconds, seconds)
def test_waiting_longer_never_improves_the_state(first, more):
    order = [ClockState.RUNNING, ClockState.WARNING, ClockState.OVERDUE]
    states = [
        registration_clock(RECEIVED, None, None, RECEIVED + passed).state
        for passed in (first, first + more)
    ]
    assert order.index(states[0]) <= order.index(states[1])


def test_a_correction_wins_and_the_first_word_is_kept():
    line = Timeline().with_stamp(stamp(Moment.ARRIVED, after(hours=2)))
    line = line.with_stamp(stamp(Moment.ARRIVED, after(hours=3), "crew"))
    assert line.at(Moment.ARRIVED) == after(hours=3)
    assert line.first(Moment.ARRIVED) == after(hours=2)
    assert [entry.source for entry in line.stamps] == ["operator", "crew"]
    assert line.at(Moment.OUT) is None


def test_a_timeline_survives_json():
    line = Timeline((stamp(Moment.RECEIVED, RECEIVED), stamp(Moment.SHOWN, after(seconds=4))))
    assert line.as_list()[0]["at"] == "2026-07-01T03:00:00Z"
    assert Timeline.from_list(line.as_list()) == line


@settings(deadline=None)  # the machine is shared
@given(st.from_regex(r"[A-Z0-9][A-Z0-9_-]{0,9}", fullmatch=True), st.integers(1, 9_999_999))
def test_a_number_is_read_back(region, serial):
    number = FireNumber(region, 2026, serial)
    assert parse_number(f" {str(number).lower()} ") == number


def test_a_number_reads_as_on_the_radio():
    assert str(FireNumber("ru-sa", 2026, 147)) == "RU-SA-2026-0147"
    assert parse_number("ru-sa-2026-147") == FireNumber("RU-SA", 2026, 147)


@pytest.mark.parametrize("text", ["", "2026-1", "SA-26-1", "SA-2026-", "SA-2026-0", "СА-2026-1"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Invalid) as refused:
        parse_number(text)
    assert (refused.value.code, refused.value.field) == ("fire.bad_number", "number")


def test_new_year_comes_to_the_east_first():
    moment = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert season_year(moment, "Asia/Yakutsk") == 2027
    assert season_year(moment, "Europe/Moscow") == 2026


def test_a_region_writes_its_serials_with_its_own_number_of_digits():
    number = FireNumber("SA", 2026, 17)
    assert number.written(5) == "SA-2026-00017"
    assert parse_number(number.written(5)) == parse_number(number.written(2)) == number
