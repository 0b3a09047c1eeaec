"""Flights: wind, fuel, stops and light."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain import sun
from sylvan.domain.places import GEOD, LonLat
from sylvan.domain.travel.air import flights
from sylvan.domain.travel.daylight import light
from sylvan.domain.travel.legs import legs
from sylvan.domain.travel.matrix import travel_matrix
from sylvan.domain.travel.movers import Step, Why
from sylvan.domain.travel.parameters import DEFAULT, Mode
from sylvan.domain.travel.sphere import apart, spots
from tests.unit.travel_tools import NOON, air, at, fields, goal, helicopter, mover

SUMMER = fields()
AUTUMN = datetime(2026, 9, 22, tzinfo=UTC)


def one(unit, fire, sky):
    return legs(travel_matrix([unit], [fire], SUMMER, sky), 0, 0)


def hours(unit, fire, sky):
    return float(travel_matrix([unit], [fire], SUMMER, sky).hours[0, 0])


def test_straight_ways_are_half_a_per_cent_off_at_most():
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-180, 180, (2, 50)), rng.uniform(-80, 80, (2, 50))
    km, bearing = apart(
        spots([LonLat(*p) for p in zip(lon[0], lat[0], strict=True)]),
        spots([LonLat(*p) for p in zip(lon[1], lat[1], strict=True)]),
    )
    azimuth, _, m = GEOD.inv(lon[0], lat[0], lon[1], lat[1])
    assert np.allclose(km, m / 1000, rtol=0.006)
    assert np.abs((bearing - azimuth + 180) % 360 - 180).max() < 1.5


def test_wind_from_ahead_slows_and_from_behind_speeds_up():
    fire, unit = goal(150, 0), helicopter()
    calm = hours(unit, fire, air())
    ahead = hours(unit, fire, air(wind_from_deg=90.0, wind_km_h=40.0))
    behind = hours(unit, fire, air(wind_from_deg=270.0, wind_km_h=40.0))
    walk = DEFAULT.landing_km / DEFAULT.landing_km_h
    assert ahead - walk == pytest.approx((calm - walk) * 200 / 160, rel=0.01)
    assert behind - walk == pytest.approx((calm - walk) * 200 / 240, rel=0.01)


@settings(max_examples=30)
@given(st.floats(0, 360), st.floats(-150, 150), st.floats(-150, 150))
def test_more_head_wind_never_brings_anybody_there_earlier(off, east, north):
    unit, fire = helicopter(endurance_h=8.0), goal(east, north)
    _, bearing = apart(spots([unit.point]), spots([fire.point]))
    # from ahead or from the side: the component along the way never helps
    from_deg = float(bearing[0]) + (off % 180.0) - 90.0
    found = [
        hours(unit, fire, air(wind_from_deg=from_deg % 360.0, wind_km_h=speed))
        for speed in (0.0, 20.0, 50.0, 90.0)
    ]
    assert all(a <= b + 1e-12 for a, b in pairwise(found))


def test_wind_that_is_too_strong_is_the_reason():
    sky = air(wind_from_deg=90.0, wind_km_h=190.0)
    assert one(helicopter(), goal(60, 0), sky).why is Why.WIND


def test_every_fire_has_its_own_wind():
    sky = air(wind_from_deg=np.array([90.0, 270.0]), wind_km_h=np.array([40.0, 40.0]))
    found = travel_matrix([helicopter()], [goal(100, 0), goal(100, 0)], SUMMER, sky)
    assert found.hours[0, 0] > found.hours[0, 1]
    for fire in (0, 1):
        assert sum(leg.hours for leg in legs(found, 0, fire).legs) == pytest.approx(
            found.hours[0, fire]
        )


def test_wind_that_is_not_known_at_one_fire_is_calm_there_and_told():
    sky = air(wind_from_deg=np.array([90.0, np.nan]), wind_km_h=np.array([40.0, 40.0]))
    found = travel_matrix([helicopter()], [goal(100, 0), goal(100, 0)], SUMMER, sky)
    assert found.hours[0, 1] == hours(helicopter(), goal(100, 0), air())
    told = [{r.code for leg in legs(found, 0, k).legs for r in leg.reasons} for k in (0, 1)]
    assert ["travel.wind_unknown" in one for one in told] == [False, True]


def test_a_stop_is_reckoned_with_the_fires_own_wind():
    unit, strips = helicopter(endurance_h=2.0), (at(150, 5),)
    both = air(fuel=strips, wind_from_deg=np.array([90.0, 270.0]), wind_km_h=np.array([15.0, 15.0]))
    found = travel_matrix([unit], [goal(240, 0), goal(240, 0)], SUMMER, both)
    for fire, from_deg in enumerate((90.0, 270.0)):
        alone = hours(unit, goal(240, 0), air(fuel=strips, wind_from_deg=from_deg, wind_km_h=15.0))
        assert found.hours[0, fire] == pytest.approx(alone)
        eta = legs(found, 0, fire)
        assert Step.REFUEL in [leg.step for leg in eta.legs]
        assert sum(leg.hours for leg in eta.legs) == pytest.approx(alone)


def test_fuel_must_last_to_the_fire_and_back_with_the_reserve():
    near = helicopter(endurance_h=2 * 150 / 200 + DEFAULT.fuel_reserve_h + 0.02)
    short = helicopter(endurance_h=2 * 150 / 200 + DEFAULT.fuel_reserve_h - 0.02)
    assert one(near, goal(150, 0), air()).why is Why.REACHED
    assert one(short, goal(150, 0), air()).why is Why.FUEL


def test_a_stop_for_fuel_is_made_where_it_is_needed_and_only_there():
    unit = helicopter(endurance_h=2.2)
    sky = air(fuel=(at(150, 5), at(-100, 0)))
    eta = one(unit, goal(260, 0), sky)
    assert [leg.step for leg in eta.legs] == [Step.FLY, Step.REFUEL, Step.FLY, Step.WALK]
    assert sum(leg.hours for leg in eta.legs) == pytest.approx(eta.hours)
    assert Step.REFUEL not in [leg.step for leg in one(unit, goal(120, 0), sky).legs]


def test_what_lies_beyond_the_tank_is_out_of_range():
    assert one(helicopter(), goal(900, 0), air()).why is Why.OUT_OF_RANGE


def test_an_aircraft_away_from_its_base_needs_fuel_somewhere():
    unit = helicopter(at_base=False)
    assert one(unit, goal(50, 0), air()).why is Why.FUEL
    assert one(unit, goal(50, 0), air(fuel=(at(60, 0),))).why is Why.REACHED


def test_nobody_flies_in_the_dark_but_waits_for_the_morning():
    evening = AUTUMN.replace(hour=12)  # 20:36 by the sun
    eta = one(helicopter(), goal(100, 0), air(at=evening))
    assert eta.legs[0].step is Step.WAIT
    leaves = evening + timedelta(hours=eta.legs[0].hours)
    assert height(at(0, 0), leaves) == pytest.approx(DEFAULT.twilight_deg, abs=1.0)


def test_waits_of_the_legs_are_those_of_the_matrix():
    units = [helicopter(at(east, 0), endurance_h=9.0, turnout_h=0.4) for east in (0, 300, -500)]
    fires = [goal(100, 0), goal(-400, 30), goal(500, -20)]
    found = travel_matrix(units, fires, SUMMER, air(at=AUTUMN.replace(hour=9, minute=30)))
    pairs = [legs(found, int(unit), int(fire)) for unit, fire in np.argwhere(found.reached)]
    assert sum(any(leg.step is Step.WAIT for leg in eta.legs) for eta in pairs) > 2
    for eta in pairs:
        assert sum(leg.hours for leg in eta.legs) == pytest.approx(eta.hours, abs=1e-9)


def test_nobody_flies_in_the_polar_night():
    there = LonLat(129.0, 74.0)
    found = flights(
        [helicopter(there)], [LonLat(129.5, 74.2)], air(at=datetime(2026, 12, 22, 4, tzinfo=UTC))
    )
    assert found.why[0, 0] == Why.DAYLIGHT


def test_everybody_flies_through_a_night_that_is_not_dark():
    midnight = datetime(2026, 6, 22, 15, 30, tzinfo=UTC)
    assert one(helicopter(), goal(100, 0), air(at=midnight)).legs[0].step is Step.FLY


def test_who_would_come_back_in_the_dark_waits_although_it_is_light():
    evening = AUTUMN.replace(hour=9, minute=30)  # 18:06 by the sun, an hour before dusk
    assert height(at(0, 0), evening) > DEFAULT.twilight_deg
    assert one(helicopter(), goal(200, 0), air(at=evening)).legs[0].step is Step.WAIT
    assert one(helicopter(), goal(10, 0), air(at=evening)).legs[0].step is Step.FLY


@pytest.mark.parametrize("lat", [40.0, 62.0, 68.0, -45.0])
@pytest.mark.parametrize("lon", [-179.5, 10.0, 129.0, 179.5])
def test_light_begins_and_ends_where_the_sun_stands_at_the_height(lon, lat):
    when = datetime(2026, 4, 10, 3, tzinfo=UTC)
    found = light(spots([LonLat(lon, lat)]), when, -6.0, lon + 5.0)
    for edge in (*found.begin[0], *found.end[0]):
        assert height(LonLat(lon, lat), when + timedelta(hours=float(edge))) == pytest.approx(
            -6.0, abs=0.4
        )


def height(place, when):
    zenith, _ = sun.position(place.lon, place.lat, when.timestamp())
    return 90.0 - zenith


def test_crews_get_off_as_their_mode_says():
    sky, fire = air(), goal(80, 0)
    told = {"speed_km_h": 200.0, "endurance_h": 4.0}
    landing = one(helicopter(), fire, sky)
    assert landing.legs[-1].step is Step.WALK
    jump, rappel = (
        one(mover(Mode.JUMP, **told), fire, sky),
        one(mover(Mode.RAPPEL, **told), fire, sky),
    )
    assert jump.legs[-1].hours == DEFAULT.jump_h
    assert rappel.legs[-1].hours == DEFAULT.descent_h
    assert one(mover(Mode.OVERHEAD, **told), fire, sky).legs[-1].step is Step.FLY


def test_from_a_named_landing_place_people_walk_over_the_ground():
    eta = one(helicopter(), goal(-30, 0, landing=at(-30, 6)), air())
    walk = eta.legs[-1]
    assert walk.km == pytest.approx(6.0, abs=1.0)
    beyond = goal(30, 30, landing=at(12, 30))
    assert one(helicopter(), beyond, air()).why is Why.NO_ROAD_OR_RIVER


def test_aircraft_fly_the_short_way_over_180_degrees():
    unit = helicopter(LonLat(179.5, 66.0), speed_km_h=200.0)
    found = flights([unit], [LonLat(-179.5, 66.0)], air(at=NOON))
    assert found.km[0, 0] == pytest.approx(GEOD.inv(179.5, 66, -179.5, 66)[2] / 1000, rel=0.006)
