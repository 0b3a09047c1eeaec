"""Addresses from layers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry

from sylvan.domain.address import Address, AddressIndex, Part, Zone
from sylvan.domain.places import LonLat, bearing_deg, destination, distance_m


@dataclass(frozen=True)
class Piece:
    kind: str
    code: str
    geom: BaseGeometry
    names: Mapping[str, str] = field(default_factory=dict)
    props: Mapping[str, Any] = field(default_factory=dict)
    sample: bool = False


REGION = Piece("boundary", "RG", box(20, 60, 30, 66), {"en": "Region"}, {"time_zone": "Asia/Tokyo"})
WEST = Piece("municipality", "W", box(20, 60, 25, 66), {"en": "West", "ru": "Запад"})
EAST = Piece("municipality", "E", box(25, 60, 30, 66), props={"time_zone": "Asia/Yakutsk"})
VILLAGE = Piece("settlement", "v1", Point(24, 62), {"en": "Village", "ru": "Село"})
TOWN = Piece("settlement", "v2", Point(29, 65), {"en": "Town"})
FOREST = Piece("forestry", "F", box(21, 61, 24, 63), sample=True)
CONTROL = Piece("protection_zone", "z1", box(20, 60, 30, 66), props={"zone": "control"})
GROUND = Piece("protection_zone", "ground", box(23, 61, 25, 63))
PLANE = [REGION, WEST, EAST, VILLAGE, TOWN, FOREST, CONTROL, GROUND]

CHUKOTKA = MultiPolygon([box(170, 64, 180, 68), box(-180, 64, -170, 68)])


def at(*point: float, pieces: list[Piece] = PLANE) -> Address:
    return AddressIndex(pieces).address_of([LonLat(*point)])[0]


def test_a_point_has_municipality_forestry_zone_and_nearest_village():
    address = at(23.5, 62.0)
    assert address.units[Part.MUNICIPALITY].names["ru"] == "Запад"
    assert address.units[Part.FORESTRY].code == "F"
    assert address.zone is Zone.GROUND
    assert address.nearest is not None
    assert address.nearest.code == "v1"
    assert address.territories == ("RG", "W", "F")


def test_the_bearing_leads_from_the_village_to_the_fire():
    village, fire = LonLat(24, 62), destination(LonLat(24, 62), 315, 12_300)
    nearest = at(*fire).nearest
    assert nearest is not None
    assert nearest.distance_km == pytest.approx(12.3)
    assert nearest.bearing_deg == pytest.approx(bearing_deg(village, fire))
    assert nearest.as_dict()["distance_km"] == 12.3
    assert nearest.as_dict()["bearing_deg"] == 315


def test_unknown_where_no_layer_is_loaded_differs_from_in_none():
    address = at(29, 61)
    assert Part.COMPARTMENT in address.missing
    assert Part.FORESTRY not in address.missing
    body = address.as_dict()
    assert body["compartment"] is None
    assert body["forestry"] is None
    assert "compartment" in body["missing"]
    assert "forestry" not in body["missing"]


def test_nothing_loaded_means_everything_unknown_and_nothing_outside():
    index = AddressIndex([])
    assert index.address_of([(1.0, 2.0)]) == [Address()]
    assert index.inside(np.array([1.0]), np.array([2.0])).all()
    assert index.bounds is None
    assert index.address_of([]) == []


def test_an_address_that_rests_on_a_sample_says_so():
    assert at(22, 62).sample
    assert not at(29, 61).sample


def test_where_areas_overlap_the_smaller_one_wins():
    assert at(24, 62).zone is Zone.GROUND
    assert at(24, 62, pieces=list(reversed(PLANE))).zone is Zone.GROUND
    assert at(28, 64).zone is Zone.CONTROL


def test_a_zone_of_unknown_kind_is_no_zone():
    strange = Piece("protection_zone", "z9", box(20, 60, 30, 66), props={"zone": "space"})
    assert at(22, 62, pieces=[strange]).zone is None


def test_the_land_category_is_given_by_its_code():
    pieces = [REGION, Piece("land_category", "forest", box(20, 60, 30, 66))]
    assert at(22, 62, pieces=pieces).as_dict()["land_category"] == "forest"
    assert at(22, 62).as_dict()["land_category"] is None


def test_time_zone_is_the_municipalitys_else_the_regions():
    assert at(26, 64).time_zone == "Asia/Yakutsk"
    assert at(21, 64).time_zone == "Asia/Tokyo"
    assert at(1, 1).time_zone is None


def test_a_point_on_a_border_is_inside():
    assert at(30, 66).units[Part.MUNICIPALITY].code == "E"


def test_layers_of_other_kinds_are_ignored():
    assert at(21, 64, pieces=[Piece("road", "r", box(20, 60, 30, 66)), REGION]).territories == (
        "RG",
    )


@pytest.mark.parametrize("lon", [180.0, -180.0, 175.0, -175.0])
def test_a_region_across_180_holds_both_its_sides(lon):
    pieces = [Piece("boundary", "CHU", CHUKOTKA)]
    assert at(lon, 66, pieces=pieces).territories == ("CHU",)


@pytest.mark.parametrize("lon", [180.0, -180.0, -175.0, 185.0])
def test_an_area_drawn_past_180_holds_what_lies_beyond(lon):
    pieces = [Piece("municipality", "M", box(170, 64, 190, 68))]
    assert at(lon, 66, pieces=pieces).territories == ("M",)


def test_the_nearest_village_may_lie_across_180():
    pieces = [
        Piece("settlement", "far", Point(178, 66)),
        Piece("settlement", "near", Point(-179.9, 66)),
    ]
    nearest = at(179.9, 66, pieces=pieces).nearest
    assert nearest is not None
    assert nearest.code == "near"
    assert nearest.distance_km < 10


@settings(deadline=None)  # the machine is shared
@given(
    st.lists(st.tuples(st.floats(15, 35), st.floats(58, 68)), min_size=1, max_size=60),
    st.integers(0, 2**32 - 1),
)
def test_a_batch_says_of_each_point_what_plain_geometry_says(points, seed):
    rng = np.random.default_rng(seed)
    west, south = rng.uniform(15, 30, 12), rng.uniform(58, 65, 12)
    shapes = shapely.box(west, south, west + rng.uniform(1, 9, 12), south + rng.uniform(1, 5, 12))
    pieces = [Piece("forestry", f"f{row:02d}", shape) for row, shape in enumerate(shapes)]
    pieces += [Piece("settlement", f"s{r:02d}", Point(west[r], south[r])) for r in range(12)]
    index = AddressIndex(pieces)
    for point, address in zip(points, index.address_of(points), strict=True):
        around = [row for row in range(12) if shapes[row].intersects(Point(point))]
        smallest = min(around, key=lambda row: shapes[row].area, default=None)
        unit = address.units.get(Part.FORESTRY)
        assert (unit.code if unit else None) == (None if smallest is None else f"f{smallest:02d}")
        closest = min(distance_m(LonLat(west[r], south[r]), LonLat(*point)) for r in range(12))
        assert address.nearest is not None
        assert address.nearest.distance_km * 1000 == pytest.approx(closest, abs=1)


@settings(deadline=None)  # the machine is shared
@given(st.floats(0, 359), st.floats(1, 300))
def test_the_margin_is_measured_on_the_ellipsoid(bearing, distance_km):
    # A small square near 70° N is nearly a point: distance to it is distance to its corner.
    spot = LonLat(179.95, 70.0)
    index = AddressIndex([Piece("boundary", "r", Point(spot).buffer(1e-6))])
    place = destination(spot, bearing, distance_km * 1000)
    lons, lats = np.array([place.lon]), np.array([place.lat])
    assert index.inside(lons, lats, distance_km + 0.05).all()
    assert not index.inside(lons, lats, distance_km - 0.05).any()


def test_a_long_straight_border_is_as_near_in_its_middle_as_at_its_ends():
    index = AddressIndex([REGION])
    middle = destination(LonLat(30.0, 63.0), 90, 99_900)
    beyond = destination(LonLat(30.0, 63.0), 90, 100_100)
    lons, lats = np.array([middle.lon, beyond.lon, 25.0]), np.array([middle.lat, beyond.lat, 62.0])
    assert index.inside(lons, lats).tolist() == [True, False, True]
    assert index.inside(lons, lats, margin_km=0).tolist() == [False, False, True]


def test_bounds_are_those_of_the_region():
    assert AddressIndex(PLANE).bounds == (20, 60, 30, 66)
