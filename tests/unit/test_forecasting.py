"""Forecasts as they are asked and answered: what runs, from when, on which ground, what is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, box

from sylvan.domain.forecasting import (
    NOTHING_BURNS,
    ForecastingParameters,
    Question,
    answer,
    begins,
    net_for,
)
from sylvan.domain.spread_ground import net_around, net_over
from sylvan.domain.spread_pace import Seen
from sylvan.domain.spread_weather import HourlyWeather, climatology
from sylvan.domain.terrain import slope_and_aspect

NOW = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
LON, LAT = 129.7, 62.0
EDGE = MultiPolygon([box(LON - 0.01, LAT - 0.005, LON + 0.01, LAT + 0.005)])
NET = net_around(LON, LAT, 5.0, 100.0)


def weather(hours=30, wind=12.0, toward=90.0, begins_at=NOW, ffmc=89.0):
    ones = np.ones(hours)
    return HourlyWeather(
        begins_at, ones * wind, ones * (toward + 180) % 360, ones * ffmc, ones * 60
    )


def question(**more):
    given = {
        "key": "fire",
        "now": NOW,
        "start": NOW,
        "net": NET,
        "burnt": EDGE,
        "weather": weather(),
        "hours": 6,
        "members": 8,
    }
    return Question(**given | more)


def codes(found):
    return [reason.code for reason in found.reasons]


def area(found, hour, level=0.5):
    return next(c.area_ha for c in found.contours if (c.hour, c.level) == (hour, level))


@pytest.fixture(scope="module")
def plain():
    return answer(question())


def test_contours_come_for_every_hour_and_grow(plain):
    assert [c.hour for c in plain.contours[::3]] == [1, 2, 3, 4, 5, 6]
    for level in (0.1, 0.5, 0.9):
        areas = [area(plain, hour, level) for hour in range(1, 7)]
        assert areas == sorted(areas)
    assert area(plain, 6, 0.9) < area(plain, 6) < area(plain, 6, 0.1)


def test_what_burns_already_is_part_of_every_contour(plain):
    inner = shapely.buffer(EDGE, -0.002)
    assert all(c.shape.contains(inner) for c in plain.contours)


def test_unknown_cover_and_terrain_are_told(plain):
    assert {"spread.fuel_assumed", "spread.no_dem"} <= set(codes(plain))


def test_only_the_active_front_goes_on():
    east = LineString([(LON + 0.01, LAT - 0.005), (LON + 0.01, LAT + 0.005)])
    calm = weather(wind=2.0, ffmc=93.0)
    found = answer(question(front=east, weather=calm))
    all_round = answer(question(weather=calm))
    assert "forecast.front_only" in codes(found)
    assert "forecast.front_only" not in codes(all_round)
    west = next(c for c in found.contours if (c.hour, c.level) == (6, 0.5)).shape.bounds[0]
    free = next(c for c in all_round.contours if (c.hour, c.level) == (6, 0.5)).shape.bounds[0]
    assert free < west
    assert west == pytest.approx(LON - 0.01, abs=0.002)


def test_a_lake_is_not_crossed():
    lake = box(LON + 0.02, LAT - 0.5, LON + 0.03, LAT + 0.5)
    windy = weather(wind=25.0)
    found = answer(question(barriers=(lake,), weather=windy))
    free = answer(question(weather=windy))
    reach = [max(c.shape.bounds[2] for c in one.contours) for one in (found, free)]
    assert reach[0] <= LON + 0.0205
    assert reach[1] > LON + 0.03


def test_land_cover_decides_what_burns():
    bare = ((box(LON - 1, LAT - 1, LON + 1, LAT + 1), "bare"),)
    found = answer(question(covers=bare))
    assert NOTHING_BURNS in codes(found)
    assert area(found, 6, 0.1) == area(found, 1, 0.9)
    grass = ((box(LON - 1, LAT - 1, LON + 1, LAT + 1), "grass"),)
    known = answer(question(covers=grass))
    assert NOTHING_BURNS not in codes(known)
    assert "spread.fuel_assumed" not in codes(known)


def test_a_fire_seen_hours_ago_has_run_since():
    fresh = answer(question())
    seen = answer(
        question(
            start=NOW - timedelta(hours=5), weather=weather(40, begins_at=NOW - timedelta(hours=5))
        )
    )
    assert area(seen, 1) > area(fresh, 1) * 1.2
    assert seen.ensemble.at == NOW - timedelta(hours=5)
    assert seen.wind[0].at == NOW


def test_an_edge_of_yesterday_is_not_run_on_and_that_is_told():
    start, reasons = begins(NOW, NOW - timedelta(hours=30))
    assert (start, [r.code for r in reasons]) == (NOW, ["forecast.edge_old"])
    assert begins(NOW, NOW - timedelta(hours=3)) == (NOW - timedelta(hours=3), ())
    assert begins(NOW, NOW + timedelta(minutes=5)) == (NOW, ())


def test_how_a_fire_grew_sets_its_pace_and_that_is_told(plain):
    then = NOW - timedelta(hours=12)
    past = weather(12, begins_at=then)
    still = answer(question(seen=Seen(then, NOW, 100.0, 100.0, first=False), seen_weather=past))
    fast = answer(question(seen=Seen(then, NOW, 1.0, 110.0, first=False), seen_weather=past))
    assert area(still, 6) < area(plain, 6) < area(fast, 6)
    assert area(still, 6, 0.1) < area(plain, 6, 0.1)
    (assumed,) = [r for r in plain.reasons if r.code == "forecast.pace_assumed"]
    (told,) = [r for r in still.reasons if r.code == "forecast.pace"]
    assert assumed.params == {"factor": 0.3}
    assert told.params["hours"] == 12
    assert told.params["factor"] < 0.15
    assert "forecast.pace_assumed" not in codes(still)


def test_a_pace_is_learned_without_weather_too():
    grew = Seen(NOW - timedelta(hours=12), NOW, 100.0, 100.0, first=False)
    assert "forecast.pace" in codes(answer(question(weather=None, seen=grew, hours=1)))


def test_without_weather_climate_stands_in():
    found = answer(question(weather=None))
    assert "spread.no_weather" in codes(found)
    assert not found.wind_known


def test_old_and_too_short_weather_are_told_and_stop_nothing():
    old = replace(weather(3), issued=NOW - timedelta(hours=30))
    told = codes(answer(question(weather=old)))
    assert {"spread.forecast_old", "spread.weather_short"} <= set(told)


def test_doubtful_rates_are_told_by_the_ensemble_too():
    storm = weather(wind=40.0, ffmc=94.0)
    grass = ((box(LON - 1, LAT - 1, LON + 1, LAT + 1), "grass"),)
    april = NOW.replace(month=4)
    windy = replace(storm, begins=april)
    found = answer(question(now=april, start=april, covers=grass, weather=windy, hours=1))
    (told,) = [r for r in found.reasons if r.code == "spread.fast_surface_members"]
    assert told.params["rate"] > 14.0
    assert 0 < told.params["percent"] <= 100


def test_a_hill_is_climbed_faster_and_unknown_heights_are_told():
    rows = np.arange(NET.rows)[:, None] * np.ones(NET.columns)
    uphill = (30.0 * rows).astype(np.float32)  # 30 % toward the north
    calm = weather(wind=3.0, toward=0.0)
    hill, flat = answer(question(weather=calm), uphill), answer(question(weather=calm))
    north = [max(c.shape.bounds[3] for c in one.contours) for one in (hill, flat)]
    assert north[0] > north[1]
    assert "spread.no_dem" not in codes(hill)
    uphill[: NET.rows // 2] = np.nan
    assert "spread.dem_partly" in codes(answer(question(weather=calm), uphill))


def test_slope_and_aspect_of_a_plane():
    east = np.arange(NET.columns)[None, :] * np.ones((NET.rows, 1))
    slope, aspect = slope_and_aspect((-10.0 * east).astype(np.float32), NET)
    assert slope[5, 5] == pytest.approx(10.0, rel=0.02)  # 10 m in 100 m, falling eastward
    assert aspect[5, 5] == pytest.approx(90.0, abs=1.0)


def test_heights_that_are_unknown_are_flat():
    slope, aspect = slope_and_aspect(np.full((NET.rows, NET.columns), np.nan, np.float32), NET)
    assert not slope.any()
    assert not aspect.any()


def test_the_net_is_fine_for_small_slow_fires_and_bounded_for_large_ones():
    damp, _ = net_for(Point(LON, LAT), weather(ffmc=60.0), NOW, 24)
    large = MultiPolygon([box(LON - 1, LAT - 0.5, LON + 1, LAT + 0.5)])
    wide, told = net_for(large, weather(), NOW, 24)
    most = ForecastingParameters().most_cells
    assert damp.height < wide.height
    assert max(wide.rows, wide.columns) <= most * 1.05
    assert [r.code for r in told] == ["forecast.coarse"]


def test_a_net_over_a_box_holds_it_with_room():
    net = net_over((129.0, 61.0, 130.0, 61.5), 3.0, 200.0)
    west, south = net.west * net.width, net.south * net.height
    assert west < 129.0 - 0.05
    assert south < 61.0 - 0.02
    assert west + net.columns * net.width > 130.05
    assert south + net.rows * net.height > 61.52


def test_a_fire_at_180_degrees_runs_on_beyond_it():
    edge = MultiPolygon([box(179.99, 62.0, 180.0, 62.01), box(-180.0, 62.0, -179.99, 62.01)])
    net, _ = net_for(edge, weather(), NOW, 6)
    found = answer(question(burnt=edge, net=net, weather=weather(wind=20.0)))
    assert net.west * net.width < 180.0 < (net.west + net.columns) * net.width
    east = next(c.shape for c in found.contours if (c.hour, c.level) == (6, 0.5))
    assert {part.bounds[0] < 0 for part in east.geoms} == {True, False}


def test_the_same_question_has_the_same_answer():
    one, other = answer(question()), answer(question())
    assert [c.shape.wkb for c in one.contours] == [c.shape.wkb for c in other.contours]


def test_a_place_without_an_edge_is_one_cell():
    found = answer(question(burnt=Point(LON, LAT), weather=climatology(NOW, 30, LON)))
    assert area(found, 1, 0.9) == pytest.approx(1.0, rel=0.1)
