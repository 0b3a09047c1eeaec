"""The official's board: what he has seen, and what became of fires since."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain import board_look as looks
from sylvan.domain.board_changes import Grave, Stand, Threat, What, changes
from sylvan.domain.board_look import FIRST_LOOK, GRACE, LONGEST, Look

NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_the_first_look_goes_a_day_back():
    told = looks.since(Look(), NOW, NOW)
    assert (told.at, told.first) == (NOW - FIRST_LOOK, True)


def test_an_open_page_goes_on_from_where_it_began_and_nobody_is_told_a_winter():
    replayed = NOW - timedelta(days=3000)  # a replay's clock beside the real one
    told = looks.asked(replayed - HOUR, NOW, replayed)
    assert (told.at, told.on) == (replayed - HOUR, NOW - HOUR)
    assert looks.asked(replayed + HOUR, NOW, replayed).at == replayed
    winter = NOW - timedelta(days=200)
    assert looks.since(looks.said(winter, winter), NOW, NOW).at == NOW - LONGEST
    assert looks.asked(winter, NOW, NOW).at == NOW - LONGEST


def test_what_was_said_counts_at_once_and_can_be_taken_back():
    assert looks.since(looks.said(NOW, NOW), NOW, NOW).at == NOW
    assert looks.since(looks.said(NOW - HOUR, NOW), NOW, NOW).at == NOW - HOUR


def test_a_reload_loses_nothing_and_a_departure_counts_later():
    look = looks.left(looks.said(NOW - HOUR, NOW - HOUR), NOW, NOW)
    assert looks.since(look, NOW + GRACE - MINUTE, NOW).at == NOW - HOUR
    assert looks.since(look, NOW + GRACE, NOW).at == NOW


def test_who_comes_back_and_leaves_again_has_seen_the_first_board():
    first = looks.left(Look(), NOW, NOW)
    again = looks.left(first, NOW + HOUR, NOW + HOUR)
    assert looks.since(again, NOW + HOUR + MINUTE, NOW).at == NOW
    assert looks.since(again, NOW + HOUR + GRACE, NOW).at == NOW + HOUR


def test_an_older_board_in_a_second_window_takes_nothing_back():
    look = looks.left(looks.left(Look(), NOW, NOW), NOW - HOUR, NOW + MINUTE)
    assert looks.since(look, NOW + HOUR, NOW).at == NOW


STEPS = st.lists(st.integers(0, 40), min_size=1, max_size=12)


@given(STEPS)
def test_leaving_alone_never_goes_beyond_what_was_shown(steps):
    look, now = Look(), NOW
    for minutes in steps:
        now += timedelta(minutes=minutes)
        look = looks.left(look, now, now)
        assert looks.since(look, now + GRACE, now).at <= now


def stand(name="a", **other):
    base = Stand(name, "SA-2026-0001", "registered", 20.0, NOW - HOUR, NOW)
    return replace(base, **other)


def line(moment, at=NOW):
    return {"moment": moment, "at": at.isoformat(), "who": "anna"}


def told(before, now):
    as_map = lambda found: {one.id: one for one in found}  # noqa: E731
    return [one.what for one in changes(as_map(before), as_map(now), NOW)]


def test_nothing_is_told_where_nothing_changed():
    assert told([stand()], [stand()]) == []


def test_each_new_moment_is_told_once_the_gravest_first():
    before = stand(timeline=(line("registered"),))
    now = stand(timeline=(line("registered"), line("contained"), line("resumed"), line("shown")))
    assert told([before], [now]) == ["resumed", "contained"]


def test_a_moment_that_was_told_late_is_told():
    early = line("arrived", NOW - 5 * HOUR)
    assert told([stand()], [stand(timeline=(early,))]) == ["arrived"]


def test_a_new_fire_is_a_signal_until_somebody_decided():
    assert told([], [stand(status="signal", number=None)]) == [What.SIGNAL]
    assert told([], [stand(timeline=(line("registered"),))]) == ["registered"]


def test_growth_counts_when_it_is_more_than_noise():
    assert told([stand()], [stand(area_ha=29.9)]) == []  # half as much again, and ten hectares
    assert told([stand()], [stand(area_ha=30.0)]) == [What.GROWN]
    assert told([stand(area_ha=1000.0)], [stand(area_ha=1100.0)]) == []


def test_a_merged_fire_is_told_by_its_number_and_a_signal_is_not():
    assert told([stand()], []) == [What.MERGED]
    assert told([stand(number=None, status="signal")], []) == []


def test_a_settlement_is_told_when_it_comes_near_and_when_a_forecast_reaches_it():
    near = {"1": Threat({"ru": "Сунтар"}, 4.0, NOW, None)}
    reached = {"1": Threat({"ru": "Сунтар"}, 4.0, NOW, NOW + HOUR)}
    assert told([stand()], [stand(threats=near)]) == [What.NEAR]
    assert told([stand(threats=near)], [stand(threats=near)]) == []
    assert told([stand(threats=near)], [stand(threats=reached)]) == [What.REACHED]
    assert told([stand(threats=reached)], [stand(threats=near)]) == []
    touched = {"1": Threat({"ru": "Сунтар"}, 0.0, NOW, NOW + HOUR)}
    assert told([stand(threats=reached)], [stand(threats=touched)]) == [What.TOUCHED]
    assert told([stand(threats=touched)], [stand(threats=touched)]) == []
    (alarm,) = changes({"a": stand()}, {"a": stand(threats=reached)}, NOW)
    assert alarm.grave is Grave.ALARM
    assert alarm.as_dict()["params"]["place"] == {"ru": "Сунтар"}
