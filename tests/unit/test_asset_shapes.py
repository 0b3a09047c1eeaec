"""Drawn things: each fault by name, the mended shape beside it, and nothing mended in silence."""

import json
import math

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely.geometry import mapping

from sylvan.domain.asset_shapes import MOST_VERTICES, Allowed, judge
from sylvan.domain.assets import read_card

ANY = Allowed(points=True, lines=True, areas=True)
SQUARE = [[10, 60], [11, 60], [11, 61], [10, 61], [10, 60]]


def ring(*places):
    return {"type": "Polygon", "coordinates": [list(places)]}


def codes(told, allowed=ANY):
    return [one.code for one in judge(told, allowed).faults]


def rounded(shape):
    return json.loads(json.dumps(mapping(shape)))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (None, "asset.no_geometry"),
        ("POINT(1 2)", "asset.no_geometry"),
        ({}, "asset.geometry_type"),
        ({"type": "GeometryCollection", "geometries": []}, "asset.geometry_type"),
        ({"type": ["Point"], "coordinates": [1, 2]}, "asset.geometry_type"),
        ({"type": "Point"}, "asset.no_geometry"),
        ({"type": "Point", "coordinates": []}, "asset.no_geometry"),
        ({"type": "Point", "coordinates": ["1", "2"]}, "asset.coordinates"),
        ({"type": "Point", "coordinates": [True, 2]}, "asset.coordinates"),
        ({"type": "Point", "coordinates": [1]}, "asset.coordinates"),
        ({"type": "Point", "coordinates": [1, 2, 3, 4]}, "asset.coordinates"),
        ({"type": "Point", "coordinates": [math.nan, 2]}, "asset.coordinates"),
        ({"type": "Point", "coordinates": [1, math.inf]}, "asset.coordinates"),
        ({"type": "Point", "coordinates": [10**400, 2]}, "asset.coordinates"),
        ({"type": "LineString", "coordinates": [[1, 2], None]}, "asset.coordinates"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [[3]]]]}, "asset.coordinates"),
        ({"type": "Point", "coordinates": [1, 91]}, "asset.axes_swapped"),
        ({"type": "Point", "coordinates": [129.7, 91]}, "asset.out_of_range"),
        ({"type": "Point", "coordinates": [361, 60]}, "asset.out_of_range"),
        ({"type": "LineString", "coordinates": [[1, 2], [1, 2]]}, "asset.too_few_points"),
        (ring([10, 60], [11, 60], [10, 60]), "asset.too_few_points"),
        (ring([10, 60], [11, 61], [12, 62], [10, 60]), "asset.no_extent"),
        (ring([0, 0], [80, 0], [80, 60], [0, 60], [0, 0]), "asset.too_large"),
        (ring([-10, 89], [90, 89], [170, 89], [-100, 89], [-10, 89]), "asset.around_pole"),
    ],
)
def test_what_cannot_be_mended_is_named_and_nothing_is_offered(told, code):
    found = judge(told, ANY)
    assert code in [one.code for one in found.faults]
    assert found.shape is None
    assert found.repaired is None


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (ring(*SQUARE[:-1]), "asset.unclosed_ring"),
        (ring([10, 60], [11, 61], [11, 60], [10, 61], [10, 60]), "asset.self_crossing"),
        ({"type": "Point", "coordinates": [190, 60]}, "asset.lon_over_180"),
        ({"type": "LineString", "coordinates": [[179, 60], [-179, 60]]}, "asset.antimeridian"),
        (ring([179, 60], [181, 60], [181, 61], [179, 61], [179, 60]), "asset.lon_over_180"),
        (ring([179, 60], [-179, 60], [-179, 61], [179, 61], [179, 60]), "asset.antimeridian"),
        (
            {"type": "Polygon", "coordinates": [SQUARE, [[20, 60], [21, 60], [21, 61], [20, 60]]]},
            "asset.self_crossing",
        ),
    ],
)
def test_what_can_be_mended_is_offered_mended_and_the_offer_is_taken_without_a_word(told, code):
    found = judge(told, ANY)
    assert code in [one.code for one in found.faults]
    assert found.shape is None
    again = judge(rounded(found.repaired), ANY)
    assert again.faults == ()
    assert again.shape.equals(found.repaired)


def test_square_across_180_keeps_its_ground():
    across = ring([179, 60], [-179, 60], [-179, 61], [179, 61], [179, 60])
    found = judge(across, ANY).repaired
    assert found.area == pytest.approx(2.0)
    assert sorted(round(one.bounds[0]) for one in found.geoms) == [-180, 179]


def test_repeated_points_add_nothing_and_are_no_fault():
    twice = [place for place in SQUARE for _ in (0, 1)]
    found = judge({"type": "Polygon", "coordinates": [twice]}, ANY)
    assert shapely.get_num_coordinates(found.shape) == 5


def test_vertices_are_counted_before_anything_is_made_of_them():
    line = [[n * 1e-4, 60 + (n % 2) * 1e-4] for n in range(MOST_VERTICES + 1)]
    assert codes({"type": "LineString", "coordinates": line}) == ["asset.many_vertices"]
    assert codes({"type": "LineString", "coordinates": line[:-1]}) == []


@pytest.mark.parametrize(
    ("kind", "geometry", "fits"),
    [
        ("tower", {"type": "Point", "coordinates": [10, 60]}, True),
        ("tower", {"type": "LineString", "coordinates": [[10, 60], [11, 60]]}, False),
        ("power_line", {"type": "LineString", "coordinates": [[10, 60], [11, 60]]}, True),
        ("power_line", {"type": "Polygon", "coordinates": [SQUARE]}, False),
        ("farm", {"type": "Polygon", "coordinates": [SQUARE]}, True),
    ],
)
def test_kinds_are_drawn_as_what_they_are(kind, geometry, fits):
    read = read_card({"external_id": "x", "kind": kind, "name": "x", "geometry": geometry})
    assert (read.card is not None) is fits


NUMBER = st.one_of(
    st.floats(), st.integers(), st.text(max_size=3), st.none(), st.booleans(), st.just(1e308)
)
NEAR = st.floats(-200, 400)
PLACE = st.one_of(st.lists(NUMBER, max_size=4), st.tuples(NEAR, st.floats(-95, 95)).map(list))
NESTED = st.recursive(PLACE, lambda inner: st.lists(inner, max_size=6), max_leaves=30)
TYPES = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "Curve"]


@given(st.sampled_from(TYPES), NESTED)
@example("Polygon", [[[0, 0], [1e-300, 0], [0, 1e-300], [0, 0]]])
def test_whatever_comes_is_a_sound_shape_on_earth_or_a_named_fault(kind, coordinates):
    found = judge({"type": kind, "coordinates": coordinates}, ANY)
    assert (found.shape is None) is bool(found.faults)
    for shape in (found.shape, found.repaired):
        if shape is not None:
            west, south, east, north = shape.bounds
            assert -180 <= west <= east <= 180
            assert -90 <= south <= north <= 90
            assert shape.is_valid
            assert not shape.is_empty


@given(st.lists(st.tuples(st.floats(100, 140), st.floats(55, 75)), min_size=3, max_size=12))
def test_any_closed_ring_is_taken_or_its_mended_form_is(corners):
    places = [list(one) for one in corners] + [list(corners[0])]
    found = judge({"type": "Polygon", "coordinates": [places]}, ANY)
    hopeless = {"asset.too_few_points", "asset.no_extent", "asset.too_large"}
    if not {one.code for one in found.faults} & hopeless:
        shape = found.shape if found.shape is not None else found.repaired
        assert judge(rounded(shape), ANY).faults == ()


def test_names_are_cleaned_of_what_nobody_sees():
    geometry = {"type": "Point", "coordinates": [10, 60]}
    told = {"external_id": "a\u202eb", "kind": "site", "name": "и\u0306\u200b\u0000"}
    told["geometry"] = geometry
    card = read_card(told).card
    assert (card.external_id, card.names["ru"]) == ("ab", "й")


def test_all_faults_of_a_card_are_told_at_once():
    read = read_card({"kind": "castle", "watch_km": -1, "alarm_km": "many", "contacts": [{}]})
    assert {one.field for one in read.errors} == {
        *("external_id", "kind", "name", "watch_km", "alarm_km", "contacts.0.name", "geometry"),
    } | ({"contacts.0.phone"} & {one.field for one in read.errors})
