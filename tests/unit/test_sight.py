"""Who reaches a place beyond the territory that it lies in."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from sylvan.domain.sight import Ranges, Sight
from tests.examples import examples

WEST, EAST = box(126, 61, 130, 64), box(130, 61, 134, 64)
RANGES = Ranges(border_km=20, rim_km=50, asset_km=30)
CELL_KM = 4.0
"""A cell's diagonal and what its corner adds: within it the raster may see too much, never less."""
GEOD = Geod(ellps="WGS84")


@dataclass
class Thing:
    kind: str
    code: str
    geom: BaseGeometry
    props: dict[str, Any] = field(default_factory=dict)


ITEMS = (
    Thing("boundary", "R", box(126, 61, 134, 64)),
    Thing("municipality", "W", WEST),
    Thing("municipality", "E", EAST),
    Thing("pipeline", "p1", LineString([(127, 61.5), (127, 63.5)]), {"owner": "gas"}),
    Thing("tower", "t1", Point(133, 63), {"owner": "mobile", "watch_km": "5"}),
)


@pytest.fixture(scope="module")
def sight():
    return Sight(ITEMS, RANGES)


def marks(sight: Sight, lon: float, lat: float, own: tuple[str, ...] = ()) -> set[str]:
    (number,) = sight.numbers(np.array([lon]), np.array([lat])).tolist()
    return set(sight.sets[number]) if not own else set(sight.beyond([number], own))


def test_a_place_in_the_middle_is_its_own_territories_alone(sight):
    assert marks(sight, 131.5, 62.5) == {"R", "E"}


def test_close_to_the_border_the_neighbour_sees_it_too(sight):
    assert marks(sight, 130.2, 62.5) == {"R", "E", "near:W"}


def test_what_lies_in_a_territory_is_not_near_it(sight):
    assert marks(sight, 130.2, 62.5, ("R", "E")) == {"near:W"}


def test_outside_the_region_only_the_border_buffer_sees(sight):
    assert marks(sight, 125.8, 62.5) == {"near:R", "near:W"}
    assert marks(sight, 120.0, 62.5) == set()


def test_neighbours_of_a_region_see_its_rim(sight):
    assert "rim:R" in marks(sight, 126.5, 62.5)
    assert "rim:R" not in marks(sight, 128.5, 62.5)


def test_an_owner_sees_what_is_near_his_line(sight):
    assert "asset:gas" in marks(sight, 127.4, 62.5)
    assert "asset:gas" not in marks(sight, 127.9, 62.5)


def test_a_thing_may_say_itself_how_near_is_near(sight):
    assert "asset:mobile" in marks(sight, 133.05, 63.0)
    assert "asset:mobile" not in marks(sight, 133.4, 63.0)


def test_a_fire_that_spread_over_a_border_is_near_the_other_side(sight):
    numbers = sight.numbers(np.array([131.5, 129.0]), np.array([62.5, 62.5])).tolist()
    assert sight.beyond(numbers, ("R", "E")) == ("near:W",)


def test_without_layers_nobody_is_told_of_anything():
    assert Sight().numbers(np.array([129.0]), np.array([62.0])).tolist() == [0]
    assert Sight().beyond([0], ()) == ()


def test_a_region_across_180_degrees_is_one_piece():
    parts = shapely.MultiPolygon([box(176, 64, 180, 67), box(-180, 64, -176, 67)])
    over = Sight([Thing("boundary", "C", parts)], RANGES)
    for lon in (176.5, 179.99, -179.99, -176.5):
        assert "C" in marks(over, lon, 65.5), lon
    assert "rim:C" not in marks(over, 180.0, 65.5)
    assert "near:C" in marks(over, -175.8, 65.5)
    assert marks(over, 0.0, 65.5) == set()


def distance_km(lon: float, lat: float, shape: Polygon) -> float:
    """From a place to a box whose sides are parallels and meridians, over its sampled border."""
    edge = shapely.segmentize(shape.exterior, 0.02)
    lons, lats = shapely.get_coordinates(edge).T
    far = GEOD.inv(np.full_like(lons, lon), np.full_like(lats, lat), lons, lats)[2]
    return float(far.min()) / 1000.0


@settings(max_examples=examples(200), deadline=None)
@given(lon=st.floats(124.5, 135.5), lat=st.floats(60.2, 64.8))
def test_border_buffer_is_as_wide_as_told_on_the_ellipsoid(lon, lat):
    sight = Sight(ITEMS, RANGES) if not _kept else _kept[0]
    _kept[:] = [sight]
    inside = shapely.contains_xy(EAST, lon, lat)
    away = distance_km(lon, lat, EAST)
    found = marks(sight, lon, lat)
    if inside:
        assert "E" in found
    elif away < RANGES.border_km - 0.5:
        assert {"E", "near:E"} & found
    elif away > RANGES.border_km + CELL_KM:
        assert not {"E", "near:E"} & found


_kept: list[Sight] = []


def test_things_that_are_added_give_the_marks_of_all_drawn_together():
    area = Thing("boundary", "SA", box(120, 60, 124, 62))
    own = [
        Thing("tower", "1", Point(121.0, 61.0), {"owner": "grid"}),
        Thing("power_line", "2", LineString([(121, 61), (123, 61.5)]), {"owner": "gas"}),
        Thing("tower", "3", Point(123.9, 61.0), {"owner": "grid", "watch_km": 60}),
    ]
    ground = Sight([area], margin_km=100.0)
    added = ground.with_owned([ground.drawn(one) for one in own])
    whole = Sight([area, *own], margin_km=100.0)
    grid = np.meshgrid(np.linspace(119, 126, 90), np.linspace(59.5, 62.5, 90))
    lons, lats = (one.ravel() for one in grid)
    both = [
        [frozenset(sight.sets[number]) for number in sight.numbers(lons, lats)]
        for sight in (added, whole)
    ]
    assert both[0] == both[1]
    assert {"asset:grid", "asset:gas", "SA"} <= set().union(*both[0])
    bare = {mark for number in ground.numbers(lons, lats) for mark in ground.sets[number]}
    assert not any(mark.startswith("asset:") for mark in bare)  # the ground stays as it was
