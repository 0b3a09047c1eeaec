"""Distances to the nearest water, works and villages, for all fires at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from sylvan.domain.nearby import Cover, Nearby
from sylvan.domain.places import LonLat, distance_m

LAKE = box(129.0, 62.0, 129.2, 62.1)
RIVER = LineString([(128.0, 61.0), (128.0, 63.0)])


def km(shapes, lon, lat):
    return Nearby(shapes).km(np.array([lon]), np.array([lat]))[0]


def test_place_in_a_lake_is_on_water():
    assert km([LAKE], 129.1, 62.05) == 0.0


@given(st.floats(128.05, 129.9), st.floats(61.5, 62.5))
@settings(max_examples=50, deadline=None)
def test_distance_to_a_line_is_the_geodesic_one(lon, lat):
    truth = min(
        distance_m(LonLat(lon, lat), LonLat(128.0, one)) for one in np.linspace(61, 63, 4001)
    )
    # points every 0.45 km along the river: at most the half of it is missed
    assert km([RIVER], lon, lat) == pytest.approx(truth / 1e3, abs=0.23)


def test_neighbour_across_180_is_near():
    assert km([Point(-179.99, 66.0)], 179.99, 66.0) == pytest.approx(0.91, abs=0.02)


def test_without_a_layer_nothing_is_known():
    nothing = Nearby([])
    assert not nothing.known
    assert np.isinf(nothing.km(np.array([129.0]), np.array([62.0]))).all()


def test_cover_under_most_of_a_fire_counts():
    cover = Cover([(box(128, 61, 129, 63), "forest"), (box(129, 61, 130, 63), "grass")])
    lons = np.array([128.5, 128.6, 129.5, 129.5, 140.0])
    owner = np.array([0, 0, 0, 1, 2])
    assert cover.most(lons, np.full(5, 62.0), owner, 3) == ["forest", "grass", ""]
