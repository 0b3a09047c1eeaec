"""What a fire does, from its detections."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain import detections
from sylvan.domain.activity import activity_of_rows, passes_of
from sylvan.domain.detections import Instrument, Satellite
from sylvan.domain.edge import drawing_of

START = datetime(2017, 8, 13, 3, tzinfo=UTC)


def seen(hours, km_east, frp=10.0, satellite=Satellite.SNPP):
    rows = detections.empty(len(hours))
    rows["acq_at"] = int(START.timestamp()) + np.round(np.array(hours) * 3600).astype(int)
    rows["lon"] = 130 + np.array(km_east) / 52.3
    rows["lat"], rows["frp"], rows["satellite"] = 62.0, frp, satellite
    rows["instrument"] = Instrument.VIIRS
    return rows


def test_minutes_of_one_satellite_are_one_pass_and_satellites_are_counted_apart():
    rows = seen([0, 0.02, 1.7, 0.1], [0, 1, 2, 3])
    rows["satellite"][3] = Satellite.NOAA20
    passes = passes_of(rows)
    assert passes[0] == passes[1]
    assert len(set(passes.tolist())) == 3
    activity = activity_of_rows(rows)
    assert activity.n_passes == 3
    assert activity.sensors == ("NOAA20", "SNPP")


def test_a_geostationary_stare_is_one_pass():
    rows = seen(np.arange(0, 10, 1 / 6), np.zeros(60), satellite=Satellite.HIMAWARI)
    assert activity_of_rows(rows).n_passes == 1


def test_fire_power_now_is_that_of_the_latest_pass_that_measured_it():
    rows = seen([0, 0, 12, 12, 24], [0, 1, 0, 1, 0], frp=[5, 7, 20, 22, np.nan])
    activity = activity_of_rows(rows)
    assert activity.frp_mw == 42
    assert [mw for _, mw in activity.frp_series] == [12, 42]
    assert activity.frp_series[-1][0] == START + timedelta(hours=12)
    assert activity.last_seen == START + timedelta(hours=24)
    assert activity_of_rows(seen([0], [0], frp=np.nan)).frp_mw == 0


def test_the_series_keeps_the_latest_passes():
    activity = activity_of_rows(seen(np.arange(30) * 12, np.zeros(30), frp=np.arange(30)))
    assert len(activity.frp_series) == 24
    assert activity.frp_series[-1][1] == 29


def test_growth_is_the_area_gained_over_the_last_day_per_hour():
    rows = seen([0, 24, 36, 48], [0, 0.3, 0.6, 0.9])
    gained = drawing_of(rows).gained_ha(int(rows["acq_at"][1]))
    assert activity_of_rows(rows).growth_ha_h == pytest.approx(gained / 24)
    assert gained > 0


def test_a_fire_that_stands_still_grows_by_nothing():
    assert activity_of_rows(seen([0, 12, 24], [0, 0, 0])).growth_ha_h == 0


def test_growth_cannot_be_told_from_one_pass_or_from_two_within_an_hour():
    assert activity_of_rows(seen([0, 0.01], [0, 1])).growth_ha_h is None
    near = seen([0, 0.8], [0, 1])
    near["satellite"][1] = Satellite.NOAA20
    assert activity_of_rows(near).growth_ha_h is None


def test_no_detections_have_no_activity():
    with pytest.raises(ValueError, match="at least one detection"):
        activity_of_rows(detections.empty())


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_activity_does_not_depend_on_the_order_of_detections(seed, n):
    rng = np.random.default_rng(seed)
    rows = seen(rng.uniform(0, 72, n), rng.normal(0, 2, n), frp=rng.exponential(10, n))
    rows["satellite"] = rng.choice([1, 2, 3, 4], n)
    assert activity_of_rows(rows) == activity_of_rows(rng.permutation(rows))
