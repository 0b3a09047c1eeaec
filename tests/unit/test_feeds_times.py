"""Dates and times in every notation found in the wild, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.feeds import times
from sylvan.feeds.errors import FeedError

DAYS = st.dates(date(1999, 12, 18), date(2099, 12, 31))
NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())


def never():
    raise AssertionError("an unambiguous date asked for the order")


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y%j"]))
def test_year_first_dates_need_no_order(day, notation):
    assert times.day_number(day.strftime(notation), never) == (day - date(1970, 1, 1)).days


@given(DAYS, st.sampled_from(["dmy", "mdy"]), st.sampled_from("/.-"), st.booleans())
def test_short_dates_follow_the_order(day, order, separator, padded):
    first, second = (day.day, day.month) if order == "dmy" else (day.month, day.day)
    width = "02d" if padded else "d"
    text = f"{first:{width}}{separator}{second:{width}}{separator}{day.year}"
    assert times.day_number(text, lambda: order) == (day - date(1970, 1, 1)).days


@given(st.integers(0, 2359))
def test_clock_times_are_read_padded_or_not(number):
    hour, minute = divmod(number, 100)
    wanted = hour * 3600 + minute * 60 if minute < 60 else None
    for text in (f"{number}", f"{number:04d}"):
        assert times.second_of_day(text) == wanted
    if minute < 60:
        assert times.second_of_day(f"{hour:02d}:{minute:02d}") == wanted
        assert times.second_of_day(f"{hour:02d}:{minute:02d}:07") == wanted + 7


@given(st.text(max_size=12))
def test_no_text_breaks_the_readers(text):
    second = times.second_of_day(text)
    assert second is None or 0 <= second < 86_400
    assert times.day_number(text, lambda: "dmy") is None or not text.isalpha()
    assert times.instant(text, lambda: "dmy", 0) is None or len(text) > 8


@given(st.integers(946_684_800, 2_524_608_000), st.integers(-12, 14))
def test_an_instant_with_a_zone_ignores_the_declared_offset(second, hours):
    moment = datetime.fromtimestamp(second, UTC)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{'-' if hours < 0 else '+'}{abs(hours):02d}:00"
    wanted = moment - timedelta(hours=hours)
    assert times.instant(text, never, 9 * 3600) == wanted.timestamp()


def test_an_instant_without_a_zone_takes_the_declared_offset():
    assert times.instant("2021-08-07 12:42", never, 9 * 3600) == 1_628_307_720
    assert times.instant("2021-08-07 03:42 UTC", never, 9 * 3600) == 1_628_307_720


def test_a_date_without_a_time_is_no_instant():
    assert times.instant("2021-08-07", never, 0) is None


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(["dmy", "mdy"]))
def test_a_day_above_twelve_proves_the_order(days, order):
    if not any(day.day > 12 for day in days):
        days = [*days, date(2019, 8, 25)]
    pattern = "{d}/{m}/{y}" if order == "dmy" else "{m}/{d}/{y}"
    texts = [pattern.format(d=day.day, m=day.month, y=day.year) for day in days]
    assert times.order_of(texts, NOW) == order


def test_a_reading_that_lies_in_the_future_is_wrong():
    assert times.order_of(["5/12/2025", "6/5/2026"], NOW) == "dmy"


def test_evidence_that_contradicts_itself_decides_nothing():
    """Padding says day first, the run of days says month first."""
    with pytest.raises(FeedError) as refused:
        times.order_of([f"8/0{day}/2019" for day in range(1, 8)], NOW)
    assert refused.value.code == "file.ambiguous_dates"


def test_one_date_alone_proves_nothing():
    with pytest.raises(FeedError, match="ambiguous"):
        times.order_of(["8/1/2019"], NOW)
