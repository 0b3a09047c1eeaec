"""Quiet hours and digests put letters off and never lose one."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.alerting.book import Collect, Quiet
from sylvan.domain.alerting.timing import due, next_local, quiet_end

ZONES = [ZoneInfo(name) for name in ("UTC", "Asia/Yakutsk", "Asia/Srednekolymsk", "Europe/Berlin")]
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 365 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes))
times = st.times().map(lambda one: one.replace(second=0, microsecond=0, tzinfo=None))
quiets = st.builds(Quiet, times, times).filter(lambda one: one.begins != one.ends)
collects = (
    st.none()
    | st.builds(lambda n: Collect(minutes=n), st.integers(1, 1440))
    | st.builds(lambda at: Collect(until=at), times)
)


@given(moments, st.sampled_from(ZONES), collects, st.lists(quiets, max_size=2).map(tuple))
def test_quiet_hours_and_digests_never_lose_a_letter(at, zone, collect, hours):
    told = due(at, "warning", zone, collect, hours)
    assert at <= told.at <= at + timedelta(days=4)
    if len(hours) < 2:
        assert all(quiet_end(told.at, one, zone) is None for one in hours)
    assert (told.digest != "") == (told.at != at)


@given(moments, st.sampled_from(ZONES), collects, st.lists(quiets, max_size=2).map(tuple))
def test_an_alarm_is_never_put_off(at, zone, collect, hours):
    told = due(at, "alarm", zone, collect, hours)
    assert (told.at, told.digest) == (at, "")


@given(moments, st.sampled_from(ZONES), times)
def test_the_next_time_of_day_is_ahead_and_within_a_day(at, zone, shown):
    found = next_local(at, shown, zone)
    assert at < found <= at + timedelta(hours=25)


def test_quiet_hours_go_by_the_clock_of_the_territory():
    night = Quiet(time(22), time(7))
    at = datetime(2026, 7, 17, 13, 30, tzinfo=UTC)  # 22:30 in Yakutsk, 00:30 on the Kolyma
    assert quiet_end(at, night, ZoneInfo("Asia/Yakutsk")) == datetime(2026, 7, 17, 22, tzinfo=UTC)
    assert quiet_end(at, night, ZoneInfo("Asia/Srednekolymsk")) == datetime(
        2026, 7, 17, 20, tzinfo=UTC
    )
    assert quiet_end(at, night, ZoneInfo("Europe/Moscow")) is None


@pytest.mark.parametrize(
    ("shown", "inside"), [("22:00", True), ("06:59", True), ("07:00", False), ("21:59", False)]
)
def test_quiet_hours_begin_with_their_first_minute_and_end_with_their_last(shown, inside):
    at = datetime.combine(YEAR, time.fromisoformat(shown), UTC)
    assert (quiet_end(at, Quiet(time(22), time(7)), ZoneInfo("UTC")) is not None) == inside


def test_letters_of_one_stretch_share_a_digest_and_those_of_the_next_do_not():
    every = Collect(minutes=10)
    base = datetime(2026, 7, 17, 3, tzinfo=UTC)
    told = [due(base + timedelta(minutes=at), "info", ZONES[0], every, ()) for at in (1, 9, 10)]
    assert told[0] == told[1]
    assert told[2].digest != told[1].digest
