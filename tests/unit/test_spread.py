"""Forecasts and ensembles of spread: what they say, how they degrade, that they can be repeated."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf

import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from sylvan.domain.edge import cell_areas
from sylvan.domain.fuel import Bed, Season, beds_of
from sylvan.domain.spread import SpreadParameters, forecast
from sylvan.domain.spread_ensemble import ensemble
from sylvan.domain.spread_ground import SpreadGround, net_around, touched
from sylvan.domain.spread_members import EnsembleParameters, members, seed_of
from sylvan.domain.spread_weather import HourlyWeather, climatology

AT = datetime(2026, 7, 14, 4, 20, tzinfo=UTC)
LON, LAT = 129.7, 62.0
NET = net_around(LON, LAT, 6.0, 100.0)
FEW = EnsembleParameters(members=12)


def weather(wind=12.0, toward=90.0, hours=25, ffmc=89.0, **more):
    column = np.ones(hours)
    return HourlyWeather(
        begins=AT.replace(minute=0),
        wind_km_h=column * wind,
        wind_from_deg=column * ((toward + 180.0) % 360.0),
        ffmc=column * ffmc,
        bui=column * 60.0,
        **more,
    )


def ground(bed=Bed.MIXED_GREEN, slope=None, aspect=None):
    shape = (NET.rows, NET.columns)
    layers = [None if v is None else np.full(shape, v, np.float32) for v in (slope, aspect)]
    return SpreadGround(NET, np.full(shape, bed, np.int8), *layers)


def lit():
    mask = np.zeros((NET.rows, NET.columns), bool)
    mask[NET.rows // 2, NET.columns // 2] = True
    return mask


def codes(found):
    return [reason.code for reason in found.reasons]


def offset(mask):
    """Mean place of cells, east and north of the middle."""
    rows, columns = np.nonzero(mask)
    return columns.mean() - NET.columns // 2, rows.mean() - NET.rows // 2


def test_it_runs_with_the_wind_and_its_edge_grows():
    found = forecast(lit(), ground(), weather(), AT, 12)
    areas = [found.area_ha(hours) for hours in (1, 3, 6, 12)]
    assert areas == sorted(areas)
    assert areas[-1] > 10 * areas[0]
    east, north = offset(found.burnt(12))
    assert east > 3
    assert abs(north) < 0.5


def test_the_edge_encloses_what_burns():
    found = forecast(lit(), ground(), weather(), AT, 12)
    edge = found.edge(12)
    assert edge.is_valid
    assert edge.contains(Point(LON, LAT).buffer(0.0005))
    cells = edge.area / (NET.width * NET.height)
    assert cells == pytest.approx(found.burnt(12).sum(), rel=0.05)
    assert found.area_ha(12) == pytest.approx(found.burnt(12).sum() * cell_areas(NET).mean(), 0.01)


def test_an_hour_that_has_begun_counts_from_now():
    half = forecast(lit(), ground(), weather(), AT, 6)
    full = forecast(lit(), ground(), weather(), AT.replace(minute=0), 6)
    assert np.array_equal(half.burnt(6), full.burnt(6))
    met = np.isfinite(half.minutes)
    assert np.allclose(half.minutes[met], full.minutes[met], rtol=1e-6, atol=1e-3)


def test_water_stops_it_and_is_never_burnt():
    bed = ground().bed.copy()
    bed[:, NET.columns // 2 + 5] = Bed.NONE
    found = forecast(lit(), SpreadGround(NET, bed), weather(), AT, 12)
    assert found.burnt(12).sum() > 50
    assert not found.burnt(12)[:, NET.columns // 2 + 5 :].any()


def test_a_wind_that_changes_at_hour_3_turns_it():
    steady, turning = weather(wind=20.0), weather(wind=20.0)
    turning.wind_from_deg[4:] = 180.0  # the fourth hour is that of AT + 3 h
    one = forecast(lit(), ground(), steady, AT.replace(minute=0), 8)
    other = forecast(lit(), ground(), turning, AT.replace(minute=0), 8)
    assert np.array_equal(one.burnt(3), other.burnt(3))
    assert offset(other.burnt(8))[1] > offset(one.burnt(8))[1] + 3
    assert offset(other.burnt(8))[0] < offset(one.burnt(8))[0] - 3


def test_uphill_is_faster():
    calm = weather(wind=5.0, toward=0.0)
    flat = forecast(lit(), ground(Bed.MOSS, slope=0.0, aspect=0.0), calm, AT, 12)
    up = forecast(lit(), ground(Bed.MOSS, slope=40.0, aspect=180.0), calm, AT, 12)
    assert codes(flat) == []
    north = NET.rows // 2 + 10, NET.columns // 2  # a kilometre; the slope falls southward
    assert up.minutes[north] < 0.7 * flat.minutes[north]


def test_finer_cells_have_the_same_fire():
    areas = []
    for cell in (100.0, 50.0):
        net = net_around(LON, LAT, 6.0, cell)
        bed = np.full((net.rows, net.columns), Bed.MOSS, np.int8)
        start = touched(box(LON - 0.01, LAT - 0.005, LON + 0.01, LAT + 0.005), net)
        found = forecast(start, SpreadGround(net, bed), weather(15.0, 70.0), AT, 6)
        areas.append(found.area_ha(6))
    assert areas[0] == pytest.approx(areas[1], rel=0.08)


def test_the_window_grows_until_the_fire_stays_inside():
    wide = forecast(lit(), ground(), weather(), AT, 12)
    narrow = forecast(lit(), ground(), weather(), AT, 12, SpreadParameters(margin=4))
    assert np.array_equal(wide.minutes, narrow.minutes)


def test_without_terrain_it_is_flat_and_says_so():
    assert "spread.no_dem" in codes(forecast(lit(), ground(), weather(), AT, 3))
    assert "spread.no_dem" not in codes(
        forecast(lit(), ground(slope=0, aspect=0), weather(), AT, 3)
    )


def test_without_weather_a_dry_day_stands_in_and_it_says_so():
    found = forecast(lit(), ground(), None, AT, 24)
    assert "spread.no_weather" in codes(found)
    assert found.area_ha(24) > 10.0
    day = climatology(AT, 24, LON)
    assert day.ffmc.argmax() == day.wind_km_h.argmax() == 3  # 16 h by the sun at 130° E


def test_old_and_short_weather_are_told():
    old = weather(hours=4, issued=AT - timedelta(hours=30))
    found = forecast(lit(), ground(), old, AT, 6)
    told = {reason.code: dict(reason.params) for reason in found.reasons}
    assert told["spread.forecast_old"] == {"hours": 30}
    assert told["spread.weather_short"] == {"hours": 3}
    fresh = weather(issued=AT - timedelta(hours=6))
    assert "spread.forecast_old" not in codes(forecast(lit(), ground(), fresh, AT, 6))


def test_what_was_assumed_of_the_fuel_is_passed_on():
    _, reasons = fuel_reasons()
    found = forecast(lit(), replace(ground(), reasons=reasons), weather(), AT, 1)
    assert "spread.fuel_assumed" in codes(found)


def fuel_reasons():
    return beds_of(np.full((2, 2), -1, np.int8), Season.SUMMER)


def test_a_rate_that_nobody_has_seen_is_told():
    storm = weather(wind=40.0, ffmc=94.0)
    grass = forecast(lit(), ground(Bed.GRASS_MATTED), storm, AT, 1)
    told = {reason.code: dict(reason.params) for reason in grass.reasons}
    assert told["spread.fast_surface"]["rate"] > 14.0
    assert "spread.fast_surface" not in codes(forecast(lit(), ground(), weather(), AT, 1))


def test_a_fire_that_leaves_the_ground_is_told():
    storm = weather(wind=30.0, ffmc=94.0)
    assert "spread.ground_ends" in codes(forecast(lit(), ground(Bed.MOSS), storm, AT, 12))
    assert "spread.ground_ends" not in codes(forecast(lit(), ground(), weather(), AT, 3))


def test_a_fire_on_an_island_of_water_stays_where_it_is():
    found = forecast(lit(), ground(Bed.NONE), weather(), AT, 12)
    assert np.array_equal(found.burnt(12), lit())
    assert "spread.ground_ends" not in codes(found)


def test_ground_that_is_changed_is_looked_at_anew():
    burns = ground(Bed.MOSS)
    before = forecast(lit(), burns, weather(), AT, 3)
    after = forecast(lit(), replace(burns, bed=ground(Bed.NONE).bed), weather(), AT, 3)
    assert before.burnt(3).sum() > after.burnt(3).sum() == 1


def test_nothing_that_burns_and_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="nothing burns"):
        forecast(np.zeros_like(lit()), ground(), weather(), AT, 1)
    with pytest.raises(ValueError, match="shape"):
        forecast(np.ones((3, 3), bool), ground(), weather(), AT, 1)
    with pytest.raises(ValueError, match="no weather"):
        forecast(lit(), ground(), weather(), AT - timedelta(hours=2), 1)
    with pytest.raises(ValueError, match="come together"):
        ground(slope=10.0)
    with pytest.raises(ValueError, match="each hour"):
        replace(weather(), bui=np.ones(3))
    with pytest.raises(ValueError, match="time zone"):
        replace(weather(), begins=AT.replace(tzinfo=None))


@pytest.fixture(scope="module")
def some():
    return ensemble("fire-1", lit(), ground(), weather(), AT, 12, FEW)


def test_the_same_question_has_the_same_answer_to_the_byte(some):
    again = ensemble("fire-1", lit(), ground(), weather(), AT, 12, FEW)
    assert again.seed == some.seed == seed_of("fire-1", AT)
    assert again.minutes.tobytes() == some.minutes.tobytes()
    assert again.contours(6) == some.contours(6)


def test_another_fire_or_time_has_another_seed():
    seeds = {seed_of(fire, AT + timedelta(hours=h)) for fire in ("a", "b") for h in (0, 1)}
    assert len(seeds) == 4
    east = AT.astimezone().astimezone(UTC)
    assert seed_of("a", AT) == seed_of("a", east)


def test_a_likelier_contour_lies_within_a_less_likely_one(some):
    for hours in (3, 6, 12):
        drawn = some.contours(hours)
        assert list(drawn) == [0.1, 0.5, 0.9]
        assert drawn[0.1].area > drawn[0.5].area > drawn[0.9].area > 0.0
        assert drawn[0.5].difference(drawn[0.1].buffer(2e-6)).is_empty
        assert drawn[0.9].difference(drawn[0.5].buffer(2e-6)).is_empty


def test_probability_grows_with_time_and_is_certain_where_it_burns(some):
    early, late = some.probability(3), some.probability(12)
    assert (late >= early).all()
    assert early[lit()] == 1.0
    assert 0.0 < late.mean() < 0.5


def test_arrivals_of_more_members_are_later(some):
    p10, p50, p90 = (some.arrival(share) for share in (0.1, 0.5, 0.9))
    assert ((p10 <= p50) & (p50 <= p90)).all()
    assert np.isfinite(p10).sum() > np.isfinite(p90).sum() > 1
    assert np.array_equal(p50 <= 360.0, some.probability(6) >= np.float32(0.5))


def test_time_to_reach_a_point_a_line_and_a_polygon(some):
    ahead = Point(LON + 0.012, LAT)
    near = some.time_to_reach(ahead)
    assert near.on_ground
    assert near.p10_min < near.p50_min < (near.p90_min or inf)
    road = LineString([(LON + 0.012, LAT - 0.02), (LON + 0.012, LAT + 0.02)])
    assert some.time_to_reach(road).p50_min <= near.p50_min
    forest = box(LON + 0.006, LAT - 0.005, LON + 0.02, LAT + 0.005)
    assert some.time_to_reach(forest).p50_min < near.p50_min


def test_what_is_never_reached_and_what_is_not_on_the_ground(some):
    behind = some.time_to_reach(Point(LON - 0.1, LAT))
    assert (behind.p10_min, behind.p50_min, behind.p90_min) == (None, None, None)
    assert behind.probability == 0.0
    assert behind.on_ground
    assert not some.time_to_reach(Point(LON + 5.0, LAT)).on_ground


def test_a_settlement_that_does_not_burn_is_reached_at_its_edge():
    bed = ground().bed.copy()
    row, column = NET.rows // 2, NET.columns // 2
    bed[row - 4 : row + 5, column + 6 : column + 15] = Bed.NONE
    found = ensemble("f", lit(), SpreadGround(NET, bed), weather(), AT, 12, FEW)
    middle = Point((NET.west + column + 10.5) * NET.width, (NET.south + row + 0.5) * NET.height)
    whole = box(*middle.buffer(0.0001).bounds).union(
        box(
            (NET.west + column + 6) * NET.width,
            (NET.south + row - 4) * NET.height,
            (NET.west + column + 15) * NET.width,
            (NET.south + row + 5) * NET.height,
        ).buffer(-1e-5)
    )
    assert found.time_to_reach(whole).p50_min is not None
    assert found.time_to_reach(middle).probability > 0.0


def test_a_fire_at_180_degrees_runs_on_beyond_it():
    net = net_around(179.99, 66.0, 5.0, 100.0)
    bed = np.full((net.rows, net.columns), Bed.MOSS, np.int8)
    start = touched(Point(179.995, 66.0), net)
    found = forecast(start, SpreadGround(net, bed), weather(wind=15.0), AT, 4)
    west, _, east, _ = found.edge(4).bounds
    assert (west, east) == (-180.0, 180.0)
    both = ensemble("f", start, SpreadGround(net, bed), weather(wind=15.0), AT, 4, FEW)
    assert both.time_to_reach(Point(-179.99, 66.0)).p50_min > 0.0


def test_without_weather_the_wind_may_blow_from_anywhere():
    unsure = members(climatology(AT, 12, LON), np.random.default_rng(1), FEW)
    turned = sorted(float(member.weather.wind_from_deg[0]) for member in unsure)
    assert np.allclose(np.diff(turned), 30.0)
    known = members(weather(), np.random.default_rng(1), FEW)
    away = [abs(float(member.weather.wind_from_deg[0]) - 270.0) for member in known]
    assert max(away) < 3 * 20.0


def test_members_differ_as_much_as_they_should():
    many = members(weather(wind=10.0), np.random.default_rng(3), EnsembleParameters(members=100))
    wind = np.array([member.weather.wind_km_h[0] for member in many])
    ffmc = np.array([member.weather.ffmc[0] for member in many])
    assert wind.mean() == pytest.approx(10.0, rel=0.01)
    assert wind.std() == pytest.approx(2.5, rel=0.05)
    assert ffmc.std() == pytest.approx(3.0, rel=0.05)
    swaps = sum(member.swapped.get(Bed.MIXED_GREEN) is Bed.MOSS for member in many)
    assert swaps == 20
