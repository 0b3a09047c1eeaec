"""What stands in a fire's way: distances, sectors, bands, layers that are not as they should be."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from sylvan.domain.exposure import UNKNOWN, HourlyWind, Wind, burning, exposures, wind_of
from sylvan.domain.exposure_rules import ExposureRules, ObjectRule, SectorRules, Step
from sylvan.domain.exposure_things import Thing, Things
from sylvan.domain.places import GEOD, LonLat, destination

HERE = LonLat(129.0, 62.0)
RULES = ExposureRules(
    "test",
    {
        "settlement": ObjectRule("settlement", (Step(5, 30), Step(30, 5))),
        "road": ObjectRule("road", (Step(10, 3),)),
        "protected_area": ObjectRule("protected_area", (Step(0, 6), Step(5, 3))),
    },
)
WEST = Wind(270.0, 20.0)


def thing(code, kind, geom, **more):
    return Thing(f"{kind}s", code, kind, {"ru": code, "en": code}, geom, **more)


def around(fires, *things, rules=RULES):
    known = Things(things)
    found = exposures(fires, known, rules)
    return [[(known.all[one.thing].code, one) for one in each.exposed] for each in found]


def weather(speeds, froms):
    return HourlyWind(np.array(speeds, float), np.array(froms, float))


@settings(max_examples=60, deadline=None)
@given(
    lat=st.floats(-80, 80),
    lon=st.floats(-180, 180),
    bearing=st.floats(0, 360),
    km=st.floats(0.05, 29.9),
)
def test_distance_and_bearing_are_those_on_the_ellipsoid(lat, lon, bearing, km):
    fire = LonLat(lon, lat)
    place = destination(fire, bearing, km * 1000)
    (found,) = around([burning(fire, None, UNKNOWN)], thing("a", "settlement", Point(place)))
    ((_, one),) = found
    assert one.km == pytest.approx(km, rel=1e-4, abs=6e-4)
    assert abs((one.bearing_deg - bearing + 180) % 360 - 180) < 0.06 + 0.05 / km
    away = GEOD.inv(*one.place, *place)[2]
    assert away < 1.5


def test_distance_is_from_the_edge_not_from_the_middle():
    edge = MultiPolygon([box(128.9, 61.95, 129.1, 62.05)])
    town = thing("a", "settlement", Point(129.3, 62.0))
    ((_, one),) = around([burning(HERE, edge, UNKNOWN)], town)[0]
    assert one.km == pytest.approx(GEOD.inv(129.1, 62.0, 129.3, 62.0)[2] / 1000, rel=1e-3)


def test_fire_of_many_hundred_kilometres_still_measures_from_its_edge():
    edge = box(125.0, 61.0, 129.0, 63.0)
    town = thing("a", "settlement", Point(129.2, 62.0))
    ((_, one),) = around([burning((127.0, 62.0), edge, UNKNOWN)], town)[0]
    assert one.km == pytest.approx(GEOD.inv(129.0, 62.0, 129.2, 62.0)[2] / 1000, rel=2e-3)


def test_long_straight_road_lies_where_its_degrees_say():
    road = thing("r", "road", LineString([(124.0, 62.0), (134.0, 62.0)]))
    ((_, one),) = around([burning(HERE, None, UNKNOWN)], road)[0]
    assert one.km == pytest.approx(0.0, abs=0.002)


def test_batch_answers_as_if_each_fire_were_asked_alone():
    rng = np.random.default_rng(3)
    towns = [
        thing(str(n), "settlement", Point(rng.uniform(125, 133), rng.uniform(60, 64)))
        for n in range(80)
    ]
    roads = [
        thing(f"r{n}", "road", LineString(rng.uniform((125, 60), (133, 64), (4, 2))))
        for n in range(10)
    ]
    fires = [
        burning((lon, lat), Point(lon, lat).buffer(0.02), WEST)
        for lon, lat in rng.uniform((125, 60), (133, 64), (40, 2))
    ]
    together = around(fires, *towns, *roads)
    assert together == [around([one], *towns, *roads)[0] for one in fires]
    assert sum(map(len, together)) > 40


def test_things_beyond_the_last_band_of_their_kind_are_left_out():
    place = destination(HERE, 90.0, 12_000)
    things = [
        thing("t", "settlement", Point(place)),
        thing("r", "road", LineString([place, (129.4, 62.1)])),
    ]
    assert [code for code, _ in around([burning(HERE, None, UNKNOWN)], *things)[0]] == ["t"]


def test_kind_without_a_rule_is_not_told():
    assert around([burning(HERE, None, UNKNOWN)], thing("x", "river", Point(HERE))) == [[]]


@pytest.mark.parametrize(
    ("bearing", "inside"), [(90, True), (110, True), (70, True), (120, False), (270, False)]
)
def test_sector_lies_down_the_wind(bearing, inside):
    town = thing("a", "settlement", Point(destination(HERE, bearing, 20_000)))
    ((_, one),) = around([burning(HERE, None, WEST)], town)[0]
    assert one.downwind is inside


def test_road_that_only_passes_through_the_sector_counts_as_down_wind():
    nearest, far = destination(HERE, 0.0, 2_000), destination(HERE, 90.0, 8_000)
    road = thing("r", "road", LineString([nearest, far]))
    ((_, one),) = around([burning(HERE, None, WEST)], road)[0]
    assert one.km == pytest.approx(1.94, abs=0.01)
    assert one.downwind is True


def test_without_a_wind_there_is_no_sector_and_nobody_is_said_to_be_outside_it():
    town = thing("a", "settlement", Point(destination(HERE, 90, 20_000)))
    (found,) = exposures([burning(HERE, None, UNKNOWN)], Things([town]), RULES)
    assert found.sector is None
    assert found.exposed[0].downwind is None


def test_fire_and_things_on_either_side_of_180_are_neighbours():
    east = thing("e", "settlement", Point(-179.9, 66.0))
    over = thing("o", "road", LineString([(179.8, 66.05), (-179.8, 66.05)]))
    edge = MultiPolygon([box(179.95, 65.98, 180.0, 66.02), box(-180.0, 65.98, -179.98, 66.02)])
    (found,) = exposures([burning((179.99, 66.0), edge, WEST)], Things([east, over]), RULES)
    km = {one.thing: one.km for one in found.exposed}
    assert km[0] == pytest.approx(GEOD.inv(-179.98, 66.0, -179.9, 66.0)[2] / 1000, rel=1e-3)
    assert km[1] == pytest.approx(GEOD.inv(180, 66.02, 180, 66.05)[2] / 1000, rel=1e-2)
    assert found.exposed[0].downwind or found.exposed[1].downwind
    west, _, east_most, _ = found.sector.bounds
    assert (west, east_most) == (-180.0, 180.0)  # cut there, as RFC 7946 asks


def test_fire_deep_inside_an_area_burns_in_it():
    park = thing("p", "protected_area", box(120, 60, 140, 64))
    ((_, one),) = around([burning(HERE, box(128.99, 61.99, 129.01, 62.01), WEST)], park)[0]
    assert (one.km, one.bearing_deg, one.band_km) == (0.0, None, 0.0)


def test_fire_inside_an_area_whose_outline_jumps_over_180_burns_in_it():
    ring = [(170, 60), (-170, 60), (-170, 70), (170, 70), (170, 60)]
    lake = [(-179, 61), (-178, 61), (-178, 62), (-179, 62), (-179, 61)]
    park = thing("p", "protected_area", Polygon(ring, [lake]))
    fires = [
        burning((lon, lat), None, UNKNOWN) for lon, lat in ((178, 65), (-175, 65), (-178.5, 61.5))
    ]
    assert [len(one) for one in around(fires, park)] == [1, 1, 0]


def test_band_is_the_first_that_is_not_exceeded():
    near, far = (
        thing(c, "settlement", Point(destination(HERE, 0, m)))
        for c, m in (("n", 4_900), ("f", 5_100))
    )
    assert [one.band_km for _, one in around([burning(HERE, None, UNKNOWN)], near, far)[0]] == [
        5,
        30,
    ]


def test_broken_ring_is_mended_and_told_and_the_rest_goes_on():
    bow = Polygon([(128, 61), (130, 63), (130, 61), (128, 63), (128, 61)])
    town = thing("a", "settlement", Point(129.01, 62.0))
    known = Things([thing("p", "protected_area", bow), town])
    assert [note.code for note in known.notes] == ["exposure.broken_rings"]
    (found,) = exposures([burning((129.5, 62.0), None, UNKNOWN)], known, RULES)
    assert {one.thing for one in found.exposed} == {0, 1}


@pytest.mark.parametrize(
    "geom",
    [
        Point(5_450_000, 6_900_000),
        Point(float("nan"), 62.0),
        Point(),
        LineString([(129, 62), (129, 95)]),
        None,
    ],
)
def test_what_has_no_place_on_earth_is_left_out_and_told(geom):
    known = Things([thing("x", "road", geom), thing("a", "settlement", Point(129.1, 62.0))])
    assert [(n.code, n.params["n"]) for n in known.notes] == [("exposure.left_out", 1)]
    (found,) = exposures([burning(HERE, None, UNKNOWN)], known, RULES)
    assert [known.all[one.thing].code for one in found.exposed] == ["a"]


def test_kinds_that_are_not_loaded_are_told():
    known = Things([thing("a", "settlement", Point(HERE))], ("settlement", "farm"))
    assert [note.as_dict() for note in known.notes] == [
        {"code": "exposure.no_layer", "params": {"thing": "farm"}}
    ]
    assert known.faults == ()


def test_nothing_loaded_and_nothing_burning_are_answers_too():
    assert exposures([], Things([]), RULES) == []
    (found,) = exposures([burning(HERE, None, WEST)], Things([]), RULES)
    assert found.exposed == ()
    assert found.sector is not None


def test_sector_reaches_as_far_as_anything_is_looked_for():
    edge = Point(HERE).buffer(0.05)
    (found,) = exposures([burning(HERE, edge, Wind(0.0, 20.0))], Things([]), RULES)
    south = destination(LonLat(129.0, 61.95), 180.0, 29_500)
    beyond = destination(LonLat(129.0, 61.95), 180.0, 30_500)
    assert found.sector.contains(Point(south))
    assert not found.sector.contains(Point(beyond))
    assert found.sector.is_valid
    assert shapely.contains(found.sector, edge.simplify(0.01))


def test_mean_wind_is_that_of_the_vector():
    wind = wind_of(weather([20, 20], [350, 10]), SectorRules(hours=2))
    assert wind.from_deg == pytest.approx(0.0)
    assert wind.km_h == 20.0


def test_only_the_coming_hours_count():
    wind = wind_of(weather([20, 20, 80], [90, 90, 270]), SectorRules(hours=2))
    assert wind.from_deg == 90.0


@pytest.mark.parametrize(("speeds", "froms"), [([2, 3], [0, 0]), ([20, 20], [0, 180])])
def test_calm_and_turning_winds_have_no_direction_and_say_so(speeds, froms):
    wind = wind_of(weather(speeds, froms), SectorRules(hours=2))
    assert wind.from_deg is None
    assert wind.km_h is not None
    assert [one.code for one in wind.reasons] == ["exposure.calm"]


def test_nobody_who_knows_is_no_wind_to_go_by():
    wind = wind_of(None, SectorRules())
    assert (wind.from_deg, wind.km_h) == (None, None)
    assert [one.code for one in wind.reasons] == ["exposure.wind_unknown"]
