"""Orbits, scan lines and pixels of the generator."""

from datetime import UTC, datetime

import numpy as np
import pyarrow.csv as pa_csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.detections import Instrument, Satellite
from sylvan.scenario.orbits import (
    geodetic,
    make_elements,
    sun_direction,
    surface,
    track,
)
from sylvan.scenario.swath import SCANNERS, footprint, pixel_size, shares, view

DAY = datetime(2026, 7, 17, tzinfo=UTC)
ELEMENTS = {one.satellite: one for one in make_elements(DAY)}


def day_track(satellite):
    return track(ELEMENTS[satellite], DAY.timestamp(), DAY.timestamp() + 86_400, 15.0)


def pass_over(satellite, lon, lat):
    """A ten-minute stretch of track around the closest approach to a place."""
    path = day_track(satellite)
    place = surface(np.array([lon]), np.array([lat]))[0]
    nearest = path.at[np.argmin(np.linalg.norm(path.position - place, axis=1))]
    return path.between(nearest - 300, nearest + 300)


@given(st.floats(-180, 180), st.floats(-89, 89))
def test_surface_and_geodetic_are_each_others_reverse(lon, lat):
    back = geodetic(surface(np.array([lon]), np.array([lat])))
    assert back[1][0] == pytest.approx(lat, abs=1e-6)
    assert (back[0][0] - lon + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)


def test_viirs_satellites_cross_the_equator_northward_at_their_local_hour():
    # JPSS orbit: local time of the ascending node 13:25 ± 10 min (NOAA JPSS mission pages)
    for satellite in (Satellite.SNPP, Satellite.NOAA20, Satellite.NOAA21):
        path = day_track(satellite)
        up = np.flatnonzero((path.position[:-1, 2] < 0) & (path.position[1:, 2] >= 0))
        lon, _ = geodetic(path.position[up])
        hour = np.mod(path.at[up] / 3600 + lon / 15, 24)
        assert np.all(np.abs(hour - 13.42) < 10 / 60)
        assert up.size in (14, 15)


def test_two_line_elements_carry_valid_check_sums():
    for one in ELEMENTS.values():
        for line in (one.line1, one.line2):
            total = sum(int(c) if c.isdigit() else c == "-" for c in line[:68])
            assert total % 10 == int(line[68])


def test_sun_stands_over_the_tropic_at_the_june_solstice():
    # 2026-06-21 08:24 UTC (astronomical almanac); declination equals the obliquity, 23.44°
    moment = datetime(2026, 6, 21, 8, 24, tzinfo=UTC).timestamp()
    assert np.degrees(np.arcsin(sun_direction(moment)[2])) == pytest.approx(23.44, abs=0.02)


@pytest.mark.parametrize("satellite", [Satellite.NOAA20, Satellite.AQUA])
def test_every_place_lies_in_the_pixel_that_it_is_given_to(satellite):
    path = pass_over(satellite, 129.0, 62.0)
    scanner = SCANNERS[ELEMENTS[satellite].instrument]
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(110, 148, 3000), rng.uniform(58, 66, 3000)
    seen = view(path, scanner, surface(lon, lat))
    assert seen.seen.sum() > 1500
    keys, weights = shares(scanner, seen.at[seen.seen], seen.angle[seen.seen])
    assert np.allclose(weights.sum(axis=1), 1.0, atol=0.12)
    feet = footprint(path, scanner, keys[np.arange(len(keys)), weights.argmax(axis=1)])
    east = (feet.lon - lon[seen.seen]) * np.cos(np.radians(lat[seen.seen])) * 111.195
    north = (feet.lat - lat[seen.seen]) * 111.195
    # farthest corner of a pixel: half its diagonal; scans overlap a little at their joints
    assert np.percentile(np.hypot(east, north) / np.hypot(feet.scan, feet.track), 99.5) < 0.62


def test_pixels_of_a_pass_do_not_cover_one_another():
    path = pass_over(Satellite.SNPP, 129.0, 62.0)
    scanner = SCANNERS[Instrument.VIIRS]
    lon, lat = np.meshgrid(np.linspace(128, 129, 250), np.linspace(61.5, 62, 250))
    seen = view(path, scanner, surface(lon.ravel(), lat.ravel()))
    keys, weights = shares(scanner, seen.at[seen.seen], seen.angle[seen.seen])
    pixels = np.unique(keys[np.arange(len(keys)), weights.argmax(axis=1)])
    feet = footprint(path, scanner, pixels)
    ground = 1.0 * np.cos(np.radians(61.75)) * 111.195 * 0.5 * 111.195
    # edge pixels stick out of the box, hence a little more than one
    assert np.sum(feet.scan * feet.track) / ground == pytest.approx(1.05, abs=0.1)


@settings(max_examples=50)
@given(st.floats(0.0, 56.0))
def test_viirs_pixels_have_the_sizes_that_published_files_show(angle):
    # 0.38 × 0.36 km at nadir, 0.80 × 0.78 km at the edge, three zones (FIRMS VIIRS files)
    scanner = SCANNERS[Instrument.VIIRS]
    height, radius = 833.0, 6371.0
    theta = np.radians(max(angle, 0.01))
    zenith = np.arcsin((radius + height) / radius * np.sin(theta))
    distance = radius * np.sin(zenith - theta) / np.sin(theta)
    joined = 3 if angle < 31.59 else 2 if angle < 44.68 else 1
    scan, along = pixel_size(scanner, joined, distance, height, zenith)
    assert 0.31 <= scan <= 0.82
    assert 0.355 <= along <= 0.80


def test_viirs_scan_and_track_agree_with_a_real_file(shared_data):
    real = pa_csv.read_csv(shared_data / "firms/files/2020-10-03_fire_nrt_V1_157511.csv")
    path = pass_over(Satellite.SNPP, 129.0, 62.0)
    scanner = SCANNERS[Instrument.VIIRS]
    lon, lat = np.linspace(105, 153, 4000), np.full(4000, 62.0)
    seen = view(path, scanner, surface(lon, lat))
    keys, weights = shares(scanner, seen.at[seen.seen], seen.angle[seen.seen])
    feet = footprint(path, scanner, keys[np.arange(len(keys)), weights.argmax(axis=1)])
    known = np.unique(np.column_stack([real["scan"], real["track"]]), axis=0)
    ours = np.column_stack([feet.scan, feet.track])
    nearest = np.min(np.abs(ours[:, None, :] - known[None, :, :]).max(axis=2), axis=1)
    assert np.percentile(nearest, 95) < 0.02


def test_modis_pixels_grow_from_1_by_1_to_5_by_2_km():
    # MODIS level-1B guide: 1 km at nadir, 4.8 × 2.0 km at the end of the scan
    path = pass_over(Satellite.TERRA, 129.0, 62.0)
    scanner = SCANNERS[Instrument.MODIS]
    lon, lat = np.linspace(100, 158, 4000), np.full(4000, 62.0)
    seen = view(path, scanner, surface(lon, lat))
    keys, weights = shares(scanner, seen.at[seen.seen], seen.angle[seen.seen])
    feet = footprint(path, scanner, keys[np.arange(len(keys)), weights.argmax(axis=1)])
    assert feet.scan.min() == pytest.approx(1.0, abs=0.03)
    assert feet.scan.max() == pytest.approx(4.8, abs=0.35)
    assert feet.track.max() == pytest.approx(2.0, abs=0.1)
