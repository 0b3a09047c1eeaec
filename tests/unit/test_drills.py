"""A drill's score on days small enough to be worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.drills.clocks import Clock, Deed, Waiting, tally
from sylvan.domain.drills.model import (
    Drill,
    DrillState,
    Participants,
    Source,
    SourceKind,
    name_of,
)
from sylvan.domain.drills.truth import (
    PIXEL,
    Signal,
    TrueFire,
    Truth,
    Verdict,
    judge,
    majority,
    packed,
    sources,
    unpacked,
)

NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)


def fire(number, lon=129.0, lat=62.0, told_h=1.0, hectares=(1.0, 2.0, 4.0, 8.0)):
    told = None if told_h is None else NOW + timedelta(hours=told_h)
    return TrueFire(number, lon, lat, NOW, told, NOW, hectares)


def signal(number, status="signal", lon=129.0, registered_h=None, **more):
    at = None if registered_h is None else NOW + timedelta(hours=registered_h)
    return Signal(UUID(int=number), status, lon, 62.0, NOW + timedelta(hours=1), at, **more)


def pixels(*rows):
    return np.array([tuple(row) for row in rows], PIXEL)


def verdicts(fires, signals, of, hours=6.0):
    judged = judge(Truth(tuple(fires), pixels()), signals, of, NOW + timedelta(hours=hours))
    return [one.verdict for one in judged]


def test_a_registered_signal_of_a_fire_finds_it_and_the_first_one_counts():
    signals = [signal(1, "registered", registered_h=2.5), signal(2, "out", registered_h=1.5)]
    (one,) = judge(
        Truth((fire(7),), pixels()), signals, {FIRST: 7, SECOND: 7}, NOW + timedelta(hours=6)
    )
    assert one.verdict is Verdict.FOUND
    assert one.seconds == 1800
    assert one.fire.area_ha(one.registered_at) == 2.0  # at the last full hour


@pytest.mark.parametrize(
    ("status", "registered_h", "verdict"),
    [
        ("signal", None, Verdict.UNDECIDED),
        ("queued", None, Verdict.UNDECIDED),
        ("rejected", None, Verdict.REJECTED),
        ("rejected", 2.0, Verdict.REJECTED),  # registered once, and given up: it burns unfought
        ("contained", 2.0, Verdict.FOUND),
    ],
)
def test_what_people_left_behind_is_what_became_of_the_fire(status, registered_h, verdict):
    told = signal(1, status, registered_h=registered_h)
    assert verdicts([fire(7)], [told], {FIRST: 7}) == [verdict]


def test_a_fire_of_which_nothing_was_told_is_not_missed():
    fires = [fire(1, told_h=None), fire(2, told_h=5.0), fire(3)]
    assert verdicts(fires, [], {}, hours=4) == [Verdict.UNTOLD, Verdict.UNTOLD, Verdict.MISSED]


def test_a_signal_shows_the_fire_that_most_of_its_fire_pixels_show():
    known = pixels((3, 10, 100, 200, 5), (3, 10, 101, 200, 5), (3, 10, 102, 200, 6))
    rows = known.copy()
    rows["fire"] = 0
    truth = Truth((), known)
    assert majority([FIRST] * 3, rows, truth) == {FIRST: 5}
    assert majority([FIRST, FIRST, SECOND], rows, truth) == {FIRST: 5, SECOND: 6}


def test_pixels_of_flares_and_unknown_ones_show_no_fire():
    known = pixels((3, 10, 100, 200, 0))
    rows = pixels((3, 10, 100, 200, 0), (3, 11, 100, 200, 0))
    truth = Truth((fire(5),), known)
    assert majority([FIRST, SECOND], rows, truth) == {}
    told = [signal(1, has_pixels=True)]
    assert sources(told, {}, truth) == {FIRST: 0}  # although a fire burns right there


def test_a_signal_of_reports_alone_means_the_nearest_fire_that_burnt_then():
    near, far = fire(1, lon=129.1), fire(2, lon=132.0)
    later = TrueFire(3, 129.0, 62.0, NOW + timedelta(hours=3), None, NOW, (0.0,))
    truth = Truth((near, far, later), pixels())
    assert sources([signal(1)], {}, truth) == {FIRST: 1}
    assert sources([signal(1, lon=125.0)], {}, truth) == {FIRST: 0}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 12),
            st.integers(0, 2**40),
            st.integers(-(18 * 10**6), 18 * 10**6),
            st.integers(-(9 * 10**6), 9 * 10**6),
            st.integers(0, 10**6),
        ),
        max_size=50,
    )
)
def test_pixels_and_fires_survive_being_stored(rows):
    made = np.array(rows, PIXEL)
    assert np.array_equal(unpacked(packed(made)), made)
    for one in (fire(3), fire(4, told_h=None)):
        assert TrueFire.from_dict(one.as_dict()) == one


def test_spans_stand_against_their_norm_by_both_clocks():
    deeds = [Deed("anna", Clock.SETTLED, s, s / 10, 120.0) for s in (100.0, 300.0, 2000.0)]
    waiting = [Waiting(Clock.SETTLED, 90.0, 120.0), Waiting(Clock.SETTLED, 500.0, 120.0)]
    found = {one["clock"]: one for one in tally(deeds, waiting, {Clock.SETTLED: 120.0})}
    settled = found["settled"]
    assert (settled["done"], settled["in_time"], settled["in_time_by_watch"]) == (3, 1, 2)
    assert (settled["median_s"], settled["median_watch_s"]) == (300.0, 30.0)
    assert (settled["open"], settled["open_late"]) == (2, 1)
    assert found["shown"]["in_time"] is None  # nothing was done, so nothing was kept
    assert set(found) == {clock.value for clock in Clock}


def test_without_a_norm_nothing_is_in_time_or_late():
    deeds = [Deed("anna", Clock.DECIDED, 10.0, 10.0, None)]
    (row,) = [
        one
        for one in tally(deeds, [Waiting(Clock.DECIDED, 1e9, None)], {})
        if one["clock"] == "decided"
    ]
    assert (row["norm_s"], row["in_time"], row["open_late"]) == (None, None, 0)


def drill(**more):
    return Drill(
        uuid4(),
        2,
        "Shift",
        "Shift",
        DrillState.RUNNING,
        Source(SourceKind.GENERATED, fires=5),
        10.0,
        Participants(frozenset({"anna"}), frozenset({"dispatcher"})),
        outside=False,
        made_by="boris",
        made_at=NOW,
        begin_at=NOW,
        **more,
    )


@pytest.mark.parametrize(
    ("subject", "role", "enters"),
    [
        ("anna", "viewer", True),
        ("clara", "dispatcher", True),
        ("boris", "chief", True),  # he leads it
        ("dora", "admin", True),
        ("dora", "chief", False),
        ("", "", False),
    ],
)
def test_only_participants_its_head_and_administrators_enter(subject, role, enters):
    assert drill().admits(subject, role) is enters


def test_a_world_gets_a_name_that_is_free():
    assert name_of("Shift", {"live"}) == "Shift"
    assert name_of("Shift", {"Shift", "Shift (2)"}) == "Shift (3)"


@pytest.mark.parametrize(
    "source",
    [
        Source(SourceKind.GENERATED, 12.0, 5, 20),
        Source(SourceKind.HISTORIC, 24.0, world="archive", day=date(2021, 8, 1)),
    ],
)
def test_a_source_survives_being_stored(source):
    assert Source.from_dict(source.as_dict()) == source
