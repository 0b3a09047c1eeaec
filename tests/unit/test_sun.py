"""Where the sun stands, and its mirror image on water."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.detections import Satellite
from sylvan.domain.screening_kernel import implied_mw
from sylvan.domain.screening_place import deficit_kpa
from sylvan.domain.sun import glint_deg, position


def epoch(*parts):
    return datetime(*parts, tzinfo=UTC).timestamp()


def test_sun_stands_where_the_published_example_has_it():
    # Reda & Andreas 2004, doi:10.1016/j.solener.2003.12.003, table A5.1: zenith 50.11162 with
    # refraction (0.0163), azimuth 194.34024, on 2003-10-17 at 12:30:30 (UTC−7) in Golden, Colorado.
    zenith, azimuth = position(-105.1786, 39.742476, epoch(2003, 10, 17, 19, 30, 30))
    assert zenith == pytest.approx(50.11162 + 0.0163, abs=0.02)
    assert azimuth == pytest.approx(194.34024, abs=0.02)


@pytest.mark.parametrize(
    ("moment", "declination"),
    # by definition: the tropics at the solstices, the equator at the equinoxes (times: USNO)
    [
        ((2024, 6, 20, 20, 51), 23.44),
        ((2024, 12, 21, 9, 20), -23.44),
        ((2024, 3, 20, 3, 6), 0.0),
        ((2024, 9, 22, 12, 44), 0.0),
    ],
)
def test_sun_stands_overhead_where_the_seasons_turn(moment, declination):
    at = epoch(*moment)
    heights = [position(lon, declination, at)[0] for lon in range(-180, 180)]
    assert min(heights) < 0.6


@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(0, 2e9))
def test_angles_are_angles(lon, lat, at):
    zenith, azimuth = position(lon, lat, at)
    assert 0 <= zenith <= 180
    assert 0 <= azimuth < 360
    for satellite in (Satellite.SNPP, Satellite.TERRA, Satellite.AQUA):
        angle = glint_deg(lon, lat, at, satellite, 0.5)
        assert 0 <= angle <= 180


def test_straight_below_the_satellite_the_mirror_image_is_as_far_as_the_sun_is_from_zenith():
    at = epoch(2026, 6, 21, 12, 30)
    zenith, _ = position(0.0, 23.0, at)
    angle = glint_deg(0.0, 23.0, at, Satellite.SNPP, 0.36)
    assert angle == pytest.approx(zenith, abs=14)  # rounded pixel sizes leave some degrees open
    assert glint_deg(0.0, 23.0, at, Satellite.SNPP, 0.75) > 45


def test_by_night_nothing_mirrors_and_strangers_have_no_geometry():
    assert glint_deg(130.0, 62.0, epoch(2026, 3, 1, 15), Satellite.NOAA20, 0.4) == 180
    assert glint_deg(130.0, 62.0, epoch(2026, 6, 1, 4), Satellite.OTHER, 0.4) is None
    assert glint_deg(130.0, 62.0, epoch(2026, 6, 1, 4), 99, 0.4) is None
    assert glint_deg(130.0, 62.0, epoch(2026, 6, 1, 4), Satellite.SNPP, float("nan")) is None


def test_implied_power_grows_with_brightness_and_vanishes_over_a_background_as_bright():
    assert implied_mw(300.0, 300.0, 0.14) == 0
    powers = [implied_mw(kelvin, 285.0, 0.14) for kelvin in (290.0, 310.0, 340.0, 367.0)]
    assert powers == sorted(powers)
    # 2023-11-09, S-NPP by night far from flares: median 310 K over 289 K, published 1.7 MW
    assert implied_mw(310.0, 289.0, 0.38 * 0.4) == pytest.approx(1.7, rel=0.5)


def test_vapour_pressure_deficit_follows_the_published_table():
    # FAO Irrigation and Drainage Paper 56, table 2.3: saturation 3.168 kPa at 25 °C, 0.611 at 0 °C
    assert deficit_kpa(25.0, 0.0) == pytest.approx(3.168, abs=0.001)
    assert deficit_kpa(0.0, 0.0) == pytest.approx(0.611, abs=0.001)
    assert deficit_kpa(25.0, 50.0) == pytest.approx(1.584, abs=0.001)
    assert deficit_kpa(25.0, 120.0) == 0
