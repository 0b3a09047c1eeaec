"""Units that travel over land, on water and through the air, and why some do not arrive."""

from dataclasses import replace
from datetime import date
from math import hypot

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from sylvan.domain.places import GEOD, LonLat
from sylvan.domain.travel.legs import legs
from sylvan.domain.travel.matrix import travel_matrix
from sylvan.domain.travel.movers import Goal, Mover, Step, Why
from sylvan.domain.travel.parameters import DEFAULT, Mode, Season, Surface, season_of
from sylvan.domain.travel.plane import Plane, Window
from tests.unit.travel_tools import air, at, fields, goal, helicopter, mover

SUMMER = fields()
WINTER = fields(Season.WINTER)
GROUND = (Mode.ON_FOOT, Mode.TRUCK, Mode.TRACKED, Mode.BOAT, Mode.SNOWMOBILE)


def one(unit, fire, ground=SUMMER, sky=None):
    return legs(travel_matrix([unit], [fire], ground, sky or air()), 0, 0)


def steps(eta):
    return [leg.step for leg in eta.legs]


def codes(eta):
    return {reason.code for leg in eta.legs for reason in leg.reasons} | {
        reason.code for reason in eta.reasons
    }


def test_a_truck_drives_to_the_nearest_place_of_the_road_and_its_crew_walks():
    eta = one(mover(Mode.TRUCK, turnout_h=0.25), goal(10, 5))
    turnout, ride, walk = (leg for leg in eta.legs if leg.step is not Step.LAUNCH)
    assert (turnout.step, ride.step, walk.step) == (Step.TURNOUT, Step.RIDE, Step.WALK)
    assert ride.km == pytest.approx(10 * DEFAULT.road_detour, abs=1.5)
    assert ride.hours == pytest.approx(ride.km / DEFAULT.road_km_h, rel=0.02)
    assert walk.hours == pytest.approx(5 / 2.5, rel=0.25)
    assert eta.hours == pytest.approx(sum(leg.hours for leg in eta.legs), abs=1e-9)


def test_people_who_left_their_truck_do_not_find_another_one_beyond_the_river():
    ground = fields(bridge=False)
    eta = one(mover(Mode.TRUCK), goal(40, 0), ground)
    assert eta.why is Why.NO_ROAD_OR_RIVER


def test_a_bridge_is_assumed_where_a_road_crosses_a_river():
    assert "travel.crossing_assumed" in codes(one(mover(Mode.TRACKED), goal(40, 0)))
    assert one(mover(Mode.TRACKED), goal(40, 0), fields(bridge=False)).why is Why.NO_ROAD_OR_RIVER


def test_a_road_along_a_bank_is_no_bridge():
    surface = SUMMER.ground.land.surface
    assert (surface == Surface.CROSSING).sum() <= 9
    assert (surface == Surface.RIVER).sum() > 100


@pytest.mark.parametrize("season", [Season.OPEN_WATER, Season.ICE_MOVES])
@settings(max_examples=15)
@given(st.floats(-60, 60), st.floats(-60, 60))
def test_nobody_on_land_crosses_closed_water(season, east, north):
    ground = fields(season) if season is not Season.OPEN_WATER else SUMMER
    land = ground.ground.land
    for mode in (Mode.ON_FOOT, Mode.TRACKED):
        eta = one(mover(mode, at(5, 5)), goal(east, north), ground)
        for leg in eta.legs:
            if leg.line:
                cells = land.plane.cells(leg.line)
                surface = land.surface[cells[:, 0], cells[:, 1]]
                assert not np.isin(surface, [Surface.RIVER, Surface.LAKE]).any()


def test_no_step_leads_through_the_river_without_a_bridge():
    ground = fields(bridge=False)
    ride = ground.ride(Mode.TRACKED, at(0, 0))
    _, east = np.nonzero(np.isfinite(ride.hours))
    river = ground.ground.land.plane.cells([at(20, 0)])[0, 1]
    assert (east + ride.window.column).max() <= river


def test_boats_go_on_water_only_and_their_crews_walk_from_the_shore():
    eta = one(mover(Mode.BOAT, at(19, -30)), goal(22, 30))
    ride = next(leg for leg in eta.legs if leg.step is Step.RIDE)
    land = SUMMER.ground.land
    cells = land.plane.cells(ride.line[:-1])  # it ends on the bank
    wet = [Surface.RIVER, Surface.LAKE, Surface.CROSSING]
    assert np.isin(land.surface[cells[:, 0], cells[:, 1]], wet).all()
    assert steps(eta)[-1] is Step.WALK
    assert "travel.still_water" in codes(eta)


def test_boats_stay_at_home_on_ice_and_snowmobiles_without_snow():
    assert one(mover(Mode.BOAT, at(19, -30)), goal(22, 30), WINTER).why is Why.SEASON
    assert one(mover(Mode.SNOWMOBILE), goal(5, 5)).why is Why.SEASON
    assert one(mover(Mode.SNOWMOBILE), goal(5, 5), WINTER).why is Why.REACHED


def test_winter_roads_lead_on_in_winter_only():
    unit, fire = mover(Mode.TRUCK), goal(0, -38)
    assert one(unit, fire).why is not Why.REACHED
    ride = next(leg for leg in one(unit, fire, WINTER).legs if leg.step is Step.RIDE)
    assert ride.hours == pytest.approx(ride.km / DEFAULT.winter_road_km_h, rel=0.02)


def test_ice_bears_in_winter():
    assert one(mover(Mode.TRACKED), goal(25, 30), fields(Season.WINTER, bridge=False)).why == 0


def test_a_truck_far_from_any_road_stays_but_its_crew_walks_to_what_is_near():
    far = at(-20, -30)
    assert one(mover(Mode.TRUCK, far), goal(10, 0)).why is Why.NO_ROAD_OR_RIVER
    eta = one(mover(Mode.TRUCK, far), goal(-18, -30))
    assert steps(eta) == [Step.WALK]


def test_from_a_village_without_a_road_trucks_get_to_the_next_one_over_land_and_that_is_told():
    village = at(-12, -10)
    eta = one(mover(Mode.TRUCK, village), goal(10, 1))
    stretch = next(leg for leg in eta.legs if leg.step is Step.LAUNCH)
    assert {reason.code for reason in stretch.reasons} == {"travel.stretch"}
    assert stretch.km == pytest.approx(hypot(12, 10) * DEFAULT.launch_detour, rel=0.15)
    assert stretch.hours == pytest.approx(stretch.km / DEFAULT.stretch_km_h)
    assert eta.hours == pytest.approx(sum(leg.hours for leg in eta.legs), abs=1e-9)
    away = travel_matrix([mover(Mode.TRUCK, village, at_base=False)], [goal(10, 1)], SUMMER, air())
    assert away.hours[0, 0] == pytest.approx(eta.hours, rel=1e-5)


def test_no_stretch_over_land_leads_through_a_river():
    beyond = at(28, 0)
    assert one(mover(Mode.TRUCK, beyond), goal(10, 0), fields(bridge=False)).why is (
        Why.NO_ROAD_OR_RIVER
    )


def test_who_is_at_the_fire_already_is_there_after_the_turnout():
    for mode in (Mode.ON_FOOT, Mode.TRUCK, Mode.TRACKED):
        assert one(mover(mode, turnout_h=0.5), goal(0, 0)).hours == 0.5


@settings(max_examples=20)
@given(st.floats(-40, 40), st.floats(-40, 40), st.sampled_from([Mode.TRUCK, Mode.TRACKED]))
def test_searched_from_the_fire_the_hours_are_the_same(east, north, mode):
    fire = goal(east, north)
    home = travel_matrix([mover(mode)], [fire], SUMMER, air())
    away = travel_matrix([mover(mode, at_base=False)], [fire], SUMMER, air())
    assert away.why[0, 0] == home.why[0, 0]
    if home.reached[0, 0]:
        assert away.hours[0, 0] == pytest.approx(home.hours[0, 0], rel=1e-5, abs=1e-5)


def test_boats_are_searched_from_the_fire_the_same_way():
    for east, north in ((22, 30), (14, 5), (24, -55), (-20, 0)):
        fire = goal(east, north)
        units = [mover(Mode.BOAT, at(19, -30), at_base=base) for base in (True, False)]
        home, away = travel_matrix(units, [fire], SUMMER, air()).hours[:, 0]
        assert away == pytest.approx(home, rel=1e-5)


def test_a_faster_vehicle_is_there_earlier():
    units = [mover(Mode.TRUCK, speed_km_h=speed) for speed in (20.0, None, 80.0)]
    slow, usual, fast = travel_matrix(units, [goal(50, 0)], SUMMER, air()).hours[:, 0]
    assert slow == pytest.approx(2 * usual, rel=0.05)
    assert usual == pytest.approx(2 * fast, rel=0.05)


@settings(max_examples=20)
@given(st.floats(-30, 15), st.floats(-25, 25))
def test_no_way_is_shorter_than_the_straight_one(east, north):
    eta = one(mover(Mode.TRACKED), goal(east, north))
    if eta.why is Why.REACHED and eta.legs:
        plane = SUMMER.ground.land.plane
        ends = plane.places(plane.cells([at(0, 0), at(east, north)]))
        straight = GEOD.inv(*ends[0], *ends[1])[2] / 1000
        assert sum(leg.km for leg in eta.legs) >= straight * (1 - 1e-6) - 1.5 * bool(
            "travel.goal_moved" in codes(eta)
        )


def test_hills_are_slower_and_cliffs_are_closed():
    def slopes(pct):
        def heights(plane):
            rows = np.arange(plane.rows, dtype=float)[:, None]
            return np.broadcast_to(rows * 10.0 * pct, (plane.rows, plane.columns))

        return fields(heights=heights)

    unit, fire = mover(Mode.TRACKED, at(-20, -10)), goal(-30, -20)
    flat = one(unit, fire).hours
    hilly = one(unit, fire, slopes(10.0)).hours
    assert hilly == pytest.approx(flat * np.exp(0.35), rel=0.02)
    assert one(unit, fire, slopes(60.0)).why is Why.NO_ROAD_OR_RIVER
    assert "travel.flat_ground" in codes(one(unit, fire))
    assert "travel.flat_ground" not in codes(one(unit, fire, slopes(10.0)))


def test_a_fire_in_a_lake_and_a_station_in_a_lake_are_taken_ashore_and_that_is_told():
    eta = one(mover(Mode.TRACKED, at(-15, 35)), goal(-8, 35))
    assert "travel.goal_moved" in codes(eta)
    ashore = one(mover(Mode.TRACKED, at(-9, 35)), goal(-15, 35))
    assert Step.LAUNCH in steps(ashore)


def test_nobody_travels_over_180_degrees_otherwise_than_elsewhere():
    here, there = fields(), fields(lon=180.0)
    units = [mover(mode, at(0, 0)) for mode in (Mode.TRUCK, Mode.TRACKED)]
    shifted = [replace(unit, point=at(0, 0, 180.0)) for unit in units]
    fires = [(30, 5), (-8, 6), (10, -8)]
    ours = travel_matrix(units, [goal(*one) for one in fires], here, air())
    theirs = travel_matrix(shifted, [goal(*one, lon=180.0) for one in fires], there, air())
    assert ours.reached.all()
    assert np.allclose(ours.hours, theirs.hours, rtol=0.1)


def test_the_same_question_gets_the_same_answer_to_the_bit():
    units = [mover(mode) for mode in Mode]
    units += [helicopter(at(5, 5)), mover(Mode.TRACKED, at(3, 3), at_base=False)]
    fires = [goal(east, north) for east in (-30, 5, 33) for north in (-20, 2, 30)]
    once = travel_matrix(units, fires, SUMMER, air())
    again = travel_matrix(units, fires, fields(), air())
    assert once.hours.tobytes() == again.hours.tobytes()
    assert once.why.tobytes() == again.why.tobytes()


def test_whoever_does_not_arrive_has_a_reason_and_whoever_does_has_hours():
    units = [mover(mode, place) for mode in Mode for place in (at(0, 0), at(-60, 60))]
    units.append(Mover("lost", None, Mode.TRUCK))
    units.append(mover(Mode.TRUCK, LonLat(float("nan"), 62.0)))
    fires = [goal(5, 5), goal(600, 0), Goal("nowhere", None), goal(-30, 40)]
    for ground in (SUMMER, WINTER):
        found = travel_matrix(units, fires, ground, air())
        assert np.array_equal(np.isfinite(found.hours), found.why == 0)
        for unit in range(len(units)):
            for fire in range(len(fires)):
                eta = legs(found, unit, fire)
                assert bool(eta.why) == bool(codes(eta) & set(_reasons()))


def _reasons():
    return [
        *("travel.no_position", "travel.no_speed", "travel.out_of_range"),
        *("travel.no_road_or_river", "travel.season", "travel.fuel"),
        *("travel.daylight", "travel.wind"),
    ]


def test_positions_and_speeds_that_make_no_sense_are_refused_with_a_reason():
    assert one(Mover("lost", None, Mode.TRUCK), goal(5, 5)).why is Why.NO_POSITION
    assert one(helicopter(range_km=0.0), goal(5, 5)).why is Why.NO_SPEED
    assert one(mover(Mode.HELICOPTER), goal(5, 5)).why is Why.NO_SPEED
    assert one(mover(Mode.TRUCK, speed_km_h=0.0), goal(5, 5)).why is Why.NO_SPEED
    assert one(mover(Mode.TRUCK, range_km=3.0), goal(5, 0)).why is Why.OUT_OF_RANGE


def test_an_old_position_is_told_and_still_counts():
    eta = one(mover(Mode.TRUCK, position_age_h=3.0), goal(5, 0))
    assert eta.why is Why.REACHED
    assert "travel.stale_position" in codes(eta)


def test_an_empty_question_has_an_empty_answer():
    assert travel_matrix([], [goal(1, 1)], SUMMER, air()).hours.shape == (0, 1)
    assert travel_matrix([mover(Mode.TRUCK)], [], SUMMER, air()).hours.shape == (1, 0)


def test_all_legs_add_up_to_the_hours_of_the_matrix():
    units = [mover(mode, turnout_h=0.2) for mode in GROUND]
    units += [helicopter(turnout_h=0.5), mover(Mode.JUMP, speed_km_h=180.0, endurance_h=4.0)]
    fires = [goal(10, 5), goal(21, 10), goal(-15, 33), goal(40, -3)]
    found = travel_matrix(units, fires, SUMMER, air(fuel=(at(0, 0),)))
    for unit in range(len(units)):
        for fire in range(len(fires)):
            if found.reached[unit, fire]:
                whole = sum(leg.hours for leg in legs(found, unit, fire).legs)
                assert whole == pytest.approx(found.hours[unit, fire], abs=1e-9)


def test_a_plane_is_as_long_as_the_ground():
    wide = Plane.over([Point(120.0, 55.0), Point(140.0, 75.0)], 10.0, 1.0)
    for lat in (56.0, 62.0, 71.0):
        cell = wide.cells([LonLat(128.0, lat)])[0]
        ends = wide.places(cell + np.array([(0, 0), (3, 4)]))
        scale = wide.scale(Window(int(cell[0]), int(cell[1]), 1, 1))[0, 0]
        assert 5.0 / scale == pytest.approx(GEOD.inv(*ends[0], *ends[1])[2] / 1000, rel=1e-3)


def test_an_answer_is_told_as_json_with_hours_only_where_there_are_any():
    there = orjson.loads(orjson.dumps(one(mover(Mode.TRUCK), goal(10, 5)).as_dict()))
    assert there["why"] == "reached"
    assert {leg["step"] for leg in there["legs"]} >= {"ride", "walk"}
    nowhere = one(mover(Mode.BOAT), goal(600, 0)).as_dict()
    assert (nowhere["hours"], nowhere["legs"]) == (None, [])
    assert nowhere["reasons"][0]["code"] == "travel.no_road_or_river"


def test_what_is_kept_stays_below_its_limit(monkeypatch):
    monkeypatch.setattr("sylvan.domain.travel.fields.MOST_MB", 0.1)
    ground = fields()
    for north in range(-20, 20, 4):
        ground.ride(Mode.TRACKED, at(5, north))
    assert ground.megabytes < 0.3


def test_seasons_follow_the_dates_and_the_hemisphere():
    assert season_of(date(2026, 7, 1), 62.0) is Season.OPEN_WATER
    assert season_of(date(2026, 5, 1), 62.0) is Season.ICE_MOVES
    assert season_of(date(2026, 1, 15), 62.0) is Season.WINTER
    assert season_of(date(2026, 1, 15), 40.0) is Season.OPEN_WATER
    assert season_of(date(2026, 7, 15), -55.0) is Season.WINTER
