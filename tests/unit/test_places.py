"""Places on the ellipsoid."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.codes import Invalid
from sylvan.domain.places import (
    Compass,
    LonLat,
    bearing_deg,
    checked,
    compass,
    destination,
    distance_m,
    distances_m,
    earth_xyz,
    swapped_reading,
    within,
)

YAKUTIA = (105.5, 55.5, 163.0, 77.0)
CHUKOTKA = (157.0, 61.0, -169.0, 72.0)
places = st.builds(LonLat, st.floats(-180, 180), st.floats(-89, 89))


def test_distance_agrees_with_vincentys_published_geodesic():
    # Flinders Peak – Buninyong, Geocentric Datum of Australia Technical Manual (ICSM), §4:
    # 54 972.271 m, azimuth 306° 52′ 05.37″, on GRS 80, which differs from WGS 84 by 0.1 mm.
    flinders = LonLat(144 + 25 / 60 + 29.52440 / 3600, -(37 + 57 / 60 + 3.72030 / 3600))
    buninyong = LonLat(143 + 55 / 60 + 35.38390 / 3600, -(37 + 39 / 60 + 10.15610 / 3600))
    assert distance_m(flinders, buninyong) == pytest.approx(54_972.271, abs=0.001)
    azimuth = 306 + 52 / 60 + 5.37 / 3600
    assert bearing_deg(flinders, buninyong) == pytest.approx(azimuth, abs=0.01 / 3600)


def test_neighbours_across_180_are_neighbours():
    assert distance_m(LonLat(179.99, 66), LonLat(-179.99, 66)) < 1000
    near = earth_xyz(np.array([179.99, -179.99]), np.array([66.0, 66.0]))
    assert np.linalg.norm(near[0] - near[1]) < 1000


@settings(deadline=None)  # the machine is shared
@given(places, st.floats(0, 360, exclude_max=True), st.floats(10, 500_000))
def test_going_somewhere_and_measuring_agree(start, bearing, distance):
    end = destination(start, bearing, distance)
    assert distance_m(start, end) == pytest.approx(distance, abs=1e-3)
    turn = (bearing_deg(start, end) - bearing + 180) % 360 - 180
    assert abs(turn) < 0.01


@settings(deadline=None)  # the machine is shared
@given(places, st.floats(0, 359.9), st.floats(1, 100_000))
def test_chord_is_the_geodesic_within_two_metres_in_a_hundred_kilometres(start, bearing, distance):
    end = destination(start, bearing, distance)
    lons, lats = np.array([start.lon, end.lon]), np.array([start.lat, end.lat])
    xyz = earth_xyz(lons, lats)
    chord = np.linalg.norm(xyz[0] - xyz[1])
    assert distance - 2 <= chord <= distance + 1e-3
    assert distances_m(lons[:1], lats[:1], lons[1:], lats[1:])[0] == pytest.approx(distance)


@pytest.mark.parametrize(
    ("bearing", "wind"),
    [(0, "n"), (22, "n"), (23, "ne"), (90, "e"), (225, "sw"), (337, "nw"), (338, "n"), (-90, "w")],
)
def test_compass_names_the_nearest_wind(bearing, wind):
    assert compass(bearing) is Compass(wind)


@pytest.mark.parametrize(
    ("lon", "lat", "field", "code"),
    [
        (math.nan, 62, "lon", "place.not_a_number"),
        (129, math.inf, "lat", "place.not_a_number"),
        (181, 62, "lon", "place.out_of_range"),
        (129, -91, "lat", "place.out_of_range"),
    ],
)
def test_a_number_that_is_no_coordinate_is_refused_by_field(lon, lat, field, code):
    with pytest.raises(Invalid) as refused:
        checked(lon, lat)
    assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]


def test_both_bad_axes_are_told_at_once():
    with pytest.raises(Invalid) as refused:
        checked(math.nan, math.nan)
    assert [error.field for error in refused.value.errors] == ["lon", "lat"]


def test_swapped_order_is_offered_and_not_guessed():
    with pytest.raises(Invalid) as refused:
        checked(62.03, 129.73)
    assert refused.value.code == "place.perhaps_swapped"
    assert dict(refused.value.params) == {"lat": 62.03, "lon": 129.73}


def test_a_place_outside_whose_swap_is_inside_brings_an_offer():
    bounds = (20.0, 40.0, 60.0, 70.0)
    offer = swapped_reading(LonLat(65, 30), bounds)
    assert offer is not None
    assert dict(offer.params) == {"lat": 65, "lon": 30}
    assert swapped_reading(LonLat(30, 65), bounds) is None
    assert swapped_reading(LonLat(10, 10), bounds) is None
    assert swapped_reading(LonLat(10, 10), None) is None


def test_bounds_across_180_hold_both_sides():
    assert within(LonLat(179, 66), CHUKOTKA)
    assert within(LonLat(-175, 66), CHUKOTKA)
    assert not within(LonLat(0, 66), CHUKOTKA)
    assert within(LonLat(129.7, 62), YAKUTIA)
    assert not within(LonLat(-175, 66), YAKUTIA)
