"""Where a unit is on its way: never ahead of its legs, never back."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.places import LonLat, distance_m
from sylvan.domain.travel.movers import Leg, Step
from sylvan.domain.travel.parameters import Mode
from sylvan.domain.travel.progress import course_of, straight

BASE, LANDING, FIRE = LonLat(129.7, 62.0), LonLat(124.0, 63.5), LonLat(124.02, 63.5)


def flight():
    legs = [
        Leg(Step.TURNOUT, Mode.HELICOPTER, 0.0, 0.5),
        Leg(Step.WAIT, Mode.HELICOPTER, 0.0, 2.0),
        Leg(Step.FLY, Mode.HELICOPTER, 330.0, 1.5, line=(BASE, LANDING)),
        Leg(Step.WALK, Mode.ON_FOOT, 1.0, 0.5),
    ]
    return course_of(legs, BASE, FIRE)


def test_getting_ready_and_waiting_for_light_are_before_the_start():
    course = flight()
    assert course.ready_h == pytest.approx(2.5)
    assert course.hours == pytest.approx(2.0)
    assert course.at(-1.0) == BASE
    assert course.at(0.0) == BASE


def test_unit_is_at_the_fire_when_its_last_leg_is_over_and_not_before():
    course = flight()
    assert course.at(2.0) == FIRE
    assert course.at(99.0) == FIRE
    assert course.at(1.5) == LANDING
    assert course.at(1.9) == LANDING  # a leg without a line: it is somewhere near


def test_flights_bend_as_the_globe_does():
    course = flight()
    half = course.at(0.75)
    assert distance_m(BASE, half) == pytest.approx(distance_m(half, LANDING), rel=0.01)
    chord = (BASE.lat + LANDING.lat) / 2
    assert half.lat > chord + 0.02


@given(st.lists(st.floats(0.0, 1.5), min_size=2, max_size=20))
def test_a_unit_on_a_straight_way_only_gets_nearer(hours):
    course = flight()
    left = [distance_m(course.at(one), LANDING) for one in sorted(hours)]
    assert all(later <= earlier + 1.0 for earlier, later in pairwise(left))


def test_ways_across_the_date_line_go_the_short_way():
    course = straight(LonLat(179.5, 66.0), LonLat(-179.5, 66.0), 30.0)
    middle = course.at(course.hours / 2)
    assert abs(middle.lon) == pytest.approx(180.0, abs=0.01)
    assert all(abs(one.place.lon) > 179.0 for one in course.stops)


def test_who_is_there_already_needs_no_time():
    course = straight(BASE, BASE, 30.0)
    assert course.hours == 0.0
    assert course.at(0.0) == BASE
