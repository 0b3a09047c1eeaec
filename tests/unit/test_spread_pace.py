"""The pace of a fire: what its own growth says of it, and how sure that is."""

from datetime import UTC, datetime, timedelta
from math import exp, pi

import numpy as np
import pytest
from shapely.geometry import box

from sylvan.domain.behaviour import Behaviour
from sylvan.domain.detections import DETECTION, Instrument
from sylvan.domain.fuel import Bed
from sylvan.domain.spread import SpreadParameters, forecast
from sylvan.domain.spread_ground import SpreadGround, net_around
from sylvan.domain.spread_members import EnsembleParameters, members
from sylvan.domain.spread_pace import (
    AS_FBP_SAYS,
    DEFAULT,
    Pace,
    PaceParameters,
    Seen,
    advance_km_h,
    advance_seen_km,
    learned,
    looks,
    pace_of,
    prior,
)
from sylvan.domain.spread_weather import HourlyWeather

AT = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
LON, LAT = 129.7, 62.0


def seen(before=100.0, after=300.0, hours=12.0, *, first=False):
    return Seen(AT - timedelta(hours=hours), AT, before, after, first)


def weather(hours=24, wind=12.0, ffmc=89.0):
    ones = np.ones(hours)
    begins = AT - timedelta(hours=hours)
    return HourlyWeather(begins, ones * wind, ones * 270.0, ones * ffmc, ones * 60.0)


def circle(head, back=None, stretched=1.0):
    one = [
        np.array([[v]]) for v in (head, head if back is None else back, stretched, 0.0, 0.0, 0.0)
    ]
    return Behaviour(*one)


def detections(*passes):
    """Rows of passes: hours ago, and how many pixels from west to east."""
    rows = []
    for hours_ago, pixels in passes:
        part = np.zeros(pixels, DETECTION)
        part["lon"] = LON + 0.0072 * np.arange(pixels)  # 375 m
        part["lat"] = LAT
        part["acq_at"] = int(AT.timestamp()) - round(3600 * hours_ago)
        part["instrument"] = Instrument.VIIRS
        part["scan"] = part["track"] = 0.4
        rows.append(part)
    return np.concatenate(rows)


def test_a_disc_advances_at_its_rate_and_an_ellipse_by_its_perimeter():
    assert advance_km_h(circle(10.0))[0, 0] == pytest.approx(0.6)
    thin = advance_km_h(circle(10.0, 0.0, 1e6))[0, 0]  # 2 · length / 2π
    assert thin == pytest.approx(0.6 * 2 * 1.0 / (2 * pi), rel=0.01)
    assert advance_km_h(circle(0.0))[0, 0] == 0.0


def test_a_round_fire_that_grew_by_half_a_kilometre_is_seen_to():
    before, after = (100.0 * pi * r**2 for r in (1.0, 1.5))
    grew = seen(before, after)
    assert advance_seen_km(grew, 2 * pi * 1.5) == pytest.approx(0.5)
    assert advance_seen_km(seen(after, before), 2 * pi) == 0.0
    assert advance_seen_km(seen(0.0, after), 0.1) == pytest.approx(1.5)  # all of a disc


def test_growth_moves_the_pace_toward_what_was_seen_and_makes_it_surer():
    half = learned(1.0, 2.0, seen())
    assert DEFAULT.median < half.median < 0.6
    assert half.sigma < 0.7 * DEFAULT.sigma
    assert half.hours == 12.0
    assert learned(2.0, 2.0, seen()).median > half.median
    assert learned(2.0, 2.0, seen(), DEFAULT).median < 1.0


def test_a_fire_that_was_looked_at_and_stood_still_is_slow():
    still = learned(0.0, 3.0, seen())
    assert still.median < 0.12
    assert still.sigma < DEFAULT.sigma


def test_little_is_learned_where_nothing_could_have_moved():
    damp = learned(0.0, 0.02, seen())
    assert damp.median == pytest.approx(DEFAULT.median, rel=0.2)
    assert damp.sigma == pytest.approx(DEFAULT.sigma, rel=0.2)


def test_what_the_first_look_found_says_less():
    found, grew = learned(0.3, 0.4, seen(first=True)), learned(0.3, 0.4, seen())
    assert found.sigma > grew.sigma


def test_paces_stay_within_limits_and_around_their_median():
    evenly = (np.arange(50) + 0.5) / 50
    drawn = prior().drawn(evenly)
    assert (drawn >= DEFAULT.limits[0]).all()
    assert (drawn <= DEFAULT.limits[1]).all()
    assert np.median(drawn) == pytest.approx(DEFAULT.median, rel=0.05)
    assert exp(1.2816 * DEFAULT.sigma) * DEFAULT.median == pytest.approx(1.0, abs=0.1)
    assert (AS_FBP_SAYS.drawn(evenly) == 1.0).all()


def test_the_last_look_is_held_against_one_of_a_day_before():
    grew = looks(detections((30, 2), (25, 3), (10, 5), (0, 8)))
    assert grew.hours == pytest.approx(25.0)
    assert not grew.first
    assert 0.0 < grew.before_ha < grew.area_ha
    young = looks(detections((5, 3), (0, 6)))
    assert young.first
    assert young.hours == pytest.approx(5.0)


def test_looks_too_near_each_other_tell_nothing():
    assert looks(detections((2, 3), (0, 6))) is None
    assert looks(detections((0, 6))) is None
    assert looks(np.empty(0, DETECTION)) is None


def test_the_order_in_which_rows_come_means_nothing():
    rows = detections((30, 2), (10, 5), (0, 8))
    assert looks(rows) == looks(rows[::-1].copy())


def test_a_second_pass_that_sees_no_more_is_a_fire_that_stood_still():
    grew = looks(detections((12, 6), (0, 6)))
    assert grew.before_ha == grew.area_ha


NET = net_around(LON, LAT, 8.0, 100.0)
UNSURE = PaceParameters(sigma=3.0, edge_km=0.01, drift=0.1)
FOREST = SpreadGround(NET, np.full((NET.rows, NET.columns), Bed.MIXED_GREEN, np.int8))


@pytest.mark.parametrize("pace", [0.5, 1.0])
def test_the_pace_of_a_run_of_our_own_is_found_again(pace):
    """From a run's areas, as if they had been measured: the solver at a pace, and back."""
    hours, begin = 6, AT - timedelta(hours=12)
    burning = np.zeros((NET.rows, NET.columns), np.bool_)
    middle = NET.rows // 2
    burning[middle - 5 : middle + 6, middle - 5 : middle + 6] = True
    wind = weather(12, wind=6.0, ffmc=88.0)
    ran = forecast(burning, FOREST, wind, begin, hours, SpreadParameters(pace=pace))
    areas = ran.area_ha(0), ran.area_ha(hours)
    grew = Seen(begin, begin + timedelta(hours=hours), *areas, first=False)
    found = pace_of(grew, wind, ran.edge(hours), FOREST, burning, UNSURE)
    assert found.median == pytest.approx(pace, rel=0.3)  # cells of 100 m


def test_ground_that_does_not_burn_leaves_what_was_believed():
    bare = SpreadGround(NET, np.full((NET.rows, NET.columns), Bed.NONE, np.int8))
    burning = np.zeros((NET.rows, NET.columns), np.bool_)
    burning[5, 5] = True
    box_ = box(LON, LAT, LON + 0.01, LAT + 0.01)
    assert pace_of(seen(), weather(), box_, bare, burning) == prior()


def test_members_draw_their_paces_and_a_learned_one_leaves_the_fuel():
    made = members(weather(), np.random.default_rng(1), EnsembleParameters(pace=prior()))
    assert np.std(np.log([one.pace for one in made])) == pytest.approx(DEFAULT.sigma, rel=0.15)
    assert any(one.swapped for one in made)
    sure = EnsembleParameters(pace=Pace(0.5, 0.1, 24.0))
    known = members(weather(), np.random.default_rng(1), sure)
    assert not any(one.swapped for one in known)
    assert {one.pace for one in members(weather(), np.random.default_rng(1), FBP)} == {1.0}


FBP = EnsembleParameters()
