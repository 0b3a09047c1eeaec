"""True weather, clouds and radiometry."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.detections import Instrument
from sylvan.scenario.fields import Plane, Spectrum, stream, wave_field
from sylvan.scenario.geography import invented
from sylvan.scenario.parameters import ScenarioParameters
from sylvan.scenario.radiometry import SENSORS, brightness, chance, radiance, transmitted
from sylvan.scenario.weather import make_weather, saturation

LAND = invented((106, 56, 162, 72))
PARAMETERS = ScenarioParameters()
WEATHER = make_weather(PARAMETERS, LAND.plane)
LON, LAT = LAND.draw(np.random.default_rng(0), 1500)


def at_local(hour):
    """Weather over the land when the sun's hour is the same everywhere."""
    return WEATHER.at(LON, LAT, PARAMETERS.t0 + (hour - LON / 15.0) % 24 * 3600)


def test_afternoons_are_warmer_drier_and_windier_than_nights():
    noon, night = at_local(15), at_local(3)
    assert np.mean(noon.temperature - night.temperature) > 5
    assert np.mean(night.humidity - noon.humidity) > 10
    assert np.mean(noon.wind_speed) > np.mean(night.wind_speed)


def test_weather_stays_within_what_nature_allows():
    for hour in range(0, 36, 5):
        now = WEATHER.at(LON, LAT, PARAMETERS.t0 + hour * 3600.0)
        assert np.all((now.humidity > 0) & (now.humidity <= 100))
        assert np.all(now.rain >= 0)
        assert np.all((now.cloud >= 0) & (now.cloud <= 1))
        assert now.wind_speed.max() < 30
        assert np.all((now.wind_from >= 0) & (now.wind_from < 360))


def test_winters_are_colder_than_summers_on_both_hemispheres():
    january = datetime(2026, 1, 15, tzinfo=UTC).timestamp()
    july = datetime(2026, 7, 15, tzinfo=UTC).timestamp()
    for lat, colder in ((60.0, january), (-40.0, july)):
        warmer = july if colder == january else january
        place = np.full(1, 120.0), np.full(1, lat)
        assert WEATHER.at(*place, colder).temperature[0] < WEATHER.at(*place, warmer).temperature[0]


def test_clouds_drift_eastward():
    x = np.linspace(110, 155, 1200)
    y = np.full(x.size, 63.0)
    now = WEATHER.texture.at(*LAND.plane.xy(x, y), np.zeros(x.size))
    later = WEATHER.texture.at(*LAND.plane.xy(x, y), np.full(x.size, 1.0))
    step = (x[1] - x[0]) * np.cos(np.radians(LAND.plane.lat0)) * 111.195

    def likeness(shift):
        return np.corrcoef(now[50:-50], np.roll(later, -shift)[50:-50])[0, 1]

    best = max(range(-40, 41), key=likeness)
    assert 15 < best * step < 60  # km in an hour; the field drifts at 38 and changes meanwhile


def test_places_ask_in_any_order_and_get_the_same_weather():
    order = np.random.default_rng(1).permutation(LON.size)
    whole = WEATHER.at(LON, LAT, PARAMETERS.t0)
    mixed = WEATHER.at(LON[order], LAT[order], PARAMETERS.t0)
    assert np.allclose(whole.temperature[order], mixed.temperature, atol=1e-9)


def test_grid_of_a_field_equals_its_points():
    field = wave_field(stream(3, "test"), Spectrum((5.0, 80.0)))
    x, y = np.linspace(-50, 50, 31), np.linspace(-20, 20, 17)
    xs, ys = np.meshgrid(x, y)
    assert np.allclose(field.over(x, y), field.at(xs, ys), atol=1e-9)


def test_slope_of_a_field_is_its_derivative():
    field = wave_field(stream(4, "test"), Spectrum((50.0, 300.0)))
    x, y, h = np.array([12.0]), np.array([-7.0]), 1e-4
    dx, dy = field.gradient(x, y)
    assert dx[0] == pytest.approx((field.at(x + h, y) - field.at(x - h, y))[0] / (2 * h), rel=1e-5)
    assert dy[0] == pytest.approx((field.at(x, y + h) - field.at(x, y - h))[0] / (2 * h), rel=1e-5)


@given(st.floats(-180, 180), st.floats(-75, 75), st.floats(-300, 300), st.floats(-300, 300))
def test_planes_go_there_and_back_also_across_180(lon0, lat0, x, y):
    plane = Plane(lon0, lat0)
    lon, lat = plane.lonlat(np.array([x]), np.array([y]))
    assert -180 <= lon[0] <= 180
    back = plane.xy(lon, lat)
    assert back[0][0] == pytest.approx(x, abs=1e-6)
    assert back[1][0] == pytest.approx(y, abs=1e-6)


def test_streams_depend_on_seed_and_name_only():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert len({stream(s, n).random() for s in (1, 2) for n in ("a", "b")}) == 4


def test_saturation_pressure_agrees_with_the_published_table():
    # WMO-No. 8, saturation over water: 2.339 kPa at 20 °C, 0.6112 kPa at 0 °C
    assert saturation(np.array([20.0]))[0] == pytest.approx(2.339, rel=3e-3)
    assert saturation(np.array([0.0]))[0] == pytest.approx(0.6112, rel=1e-6)


@given(st.floats(250, 500), st.sampled_from([3.74, 3.96, 11.45]))
def test_brightness_is_the_reverse_of_radiance(kelvin, um):
    assert brightness(um, radiance(um, np.array([kelvin])))[0] == pytest.approx(kelvin, rel=1e-9)


@given(st.floats(0.1, 100), st.floats(0.1, 100), st.sampled_from(list(SENSORS)))
def test_stronger_fires_are_never_less_likely_to_be_found(a, b, instrument):
    low, high = sorted((a, b))
    found = chance(SENSORS[instrument], np.array([low, high]), np.array([True, True]), np.ones(2))
    assert found[0] <= found[1]


def test_nights_and_nadir_find_weaker_fires():
    viirs = SENSORS[Instrument.VIIRS]
    day, night = chance(viirs, np.full(2, 2.0), np.array([True, False]), np.ones(2))
    wide = chance(viirs, np.full(1, 2.0), np.array([False]), np.array([4.0]))[0]
    assert night > day
    assert night > wide


def test_thick_cloud_hides_all_and_thin_cloud_dims():
    through = transmitted(np.array([0.0, 0.5, 3.0]), 1.6)
    assert through[0] == 1
    assert 0 < through[1] < 1
    assert through[2] == 0
