"""Places from bearings."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sylvan.domain.bearings import ERRORS, Sighting, by_crossing, by_distance
from sylvan.domain.codes import Invalid
from sylvan.domain.places import LonLat, bearing_deg, destination, distance_m

TOWER = LonLat(129.7, 62.0)
north_places = st.builds(LonLat, st.floats(-180, 180), st.floats(-76, 76))
bearings = st.floats(0, 359.9)


def turn(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


@settings(deadline=None)  # the machine is shared
@given(north_places, bearings, bearings, st.data())
def test_two_sightings_of_one_smoke_cross_at_the_smoke(smoke, to_first, to_second, data):
    lines = turn(to_first, to_second)
    assume(12 < lines < 168)
    reach = st.floats(500, 90_000)
    first = destination(smoke, to_first, data.draw(reach))
    second = destination(smoke, to_second, data.draw(reach))
    fix = by_crossing(
        Sighting(first, bearing_deg(first, smoke)), Sighting(second, bearing_deg(second, smoke))
    )
    assert distance_m(fix.place, smoke) < 0.01


@settings(deadline=None)  # the machine is shared
@given(north_places, bearings, st.floats(0, 100_000))
def test_bearing_and_distance_lead_to_the_place(start, bearing, distance):
    fix = by_distance(Sighting(start, bearing), distance)
    assert distance_m(start, fix.place) == pytest.approx(distance, abs=1e-3)
    assert fix.accuracy_m >= fix.semi_minor_m > 0


def inside(fix, place) -> bool:
    away, toward = distance_m(fix.place, place), bearing_deg(fix.place, place)
    aside = math.radians(toward - fix.major_bearing_deg)
    along, across = away * math.cos(aside), away * math.sin(aside)
    return (along / fix.semi_major_m) ** 2 + (across / fix.semi_minor_m) ** 2 <= 1


def test_the_ellipse_of_a_crossing_holds_95_of_100_sightings():
    rng = np.random.default_rng(7)
    second_at = destination(TOWER, 70, 20_000)
    first, second = Sighting(TOWER, 20), Sighting(second_at, 330, error_deg=2)
    fix = by_crossing(first, second)
    hits = 0
    for _ in range(2000):
        one, two = rng.standard_normal(2) / 1.959964
        seen = by_crossing(Sighting(TOWER, 20 + one), Sighting(second_at, 330 + 2 * two))
        hits += inside(fix, seen.place)
    assert 0.93 < hits / 2000 < 0.97


def test_the_ellipse_of_a_distance_holds_95_of_100_sightings():
    rng = np.random.default_rng(8)
    fix = by_distance(Sighting(TOWER, 250, error_deg=3), 15_000, distance_error_m=2_000)
    hits = 0
    for _ in range(2000):
        aside, along = rng.standard_normal(2) / 1.959964
        hits += inside(fix, destination(TOWER, 250 + 3 * aside, 15_000 + 2_000 * along))
    assert 0.93 < hits / 2000 < 0.97


def test_a_worse_compass_gives_a_wider_place():
    second = Sighting(destination(TOWER, 90, 15_000), 315)
    sharp = by_crossing(Sighting(TOWER, 45, error_deg=0.5), second)
    blunt = by_crossing(Sighting(TOWER, 45, error_deg=5), second)
    assert blunt.accuracy_m > 2 * sharp.accuracy_m


def test_declination_turns_a_compass_reading_into_a_true_bearing():
    by_compass = by_distance(Sighting(TOWER, 100, declination_deg=-18), 10_000)
    by_circle = by_distance(Sighting(TOWER, 82), 10_000)
    assert by_compass.place == by_circle.place


def test_a_smoke_is_never_known_better_than_its_foot():
    fix = by_distance(Sighting(TOWER, 10), 100, distance_error_m=1)
    assert fix.accuracy_m >= ERRORS.least_m


@pytest.mark.parametrize(
    ("second_from", "bearing", "code", "field"),
    [
        (destination(TOWER, 90, 10_000), 2, "bearing.parallel", "second.bearing"),
        (destination(TOWER, 90, 10_000), 180, "bearing.parallel", "second.bearing"),
        (destination(TOWER, 90, 10_000), 120, "bearing.behind", "second.bearing"),
        (destination(TOWER, 180, 10_000), 90, "bearing.behind", "first.bearing"),
        (destination(TOWER, 90, 100_000), 345, "bearing.too_far", "first.bearing"),
        (TOWER, 90, "bearing.one_spot", "second.at"),
        (destination(TOWER, 90, 10_000), math.nan, "bearing.out_of_range", "second.bearing"),
    ],
)
def test_lines_that_make_no_place_are_refused_with_the_reason(second_from, bearing, code, field):
    with pytest.raises(Invalid) as refused:
        by_crossing(Sighting(TOWER, 0), Sighting(second_from, bearing))
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize("distance", [-1, math.nan, math.inf, 1e7])
def test_an_impossible_distance_is_refused(distance):
    with pytest.raises(Invalid) as refused:
        by_distance(Sighting(TOWER, 10), distance)
    assert refused.value.code == "bearing.distance"


@pytest.mark.parametrize("error", [0.0, -1.0, 90.0, math.nan])
def test_an_impossible_bearing_error_is_refused(error):
    with pytest.raises(Invalid) as refused:
        by_distance(Sighting(TOWER, 10, error_deg=error), 1_000)
    assert refused.value.code == "bearing.error"
