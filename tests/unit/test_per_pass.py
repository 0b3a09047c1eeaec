"""Everything goes by passes: no half days, no steps that begin at some hour of a clock."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.activity import activity_of_rows, passes_of
from sylvan.domain.detections import Instrument, Satellite, empty
from sylvan.domain.grouping import components, ignitions, points_of

ORBIT_S = 101 * 60
T0 = 1_784_505_600


def seen(seed: int, n: int):
    """Detections of three satellites on one orbit after another."""
    rng = np.random.default_rng(seed)
    rows = empty(n)
    rows["lon"] = 129 + rng.normal(0, 0.02, n)
    rows["lat"] = 66 + rng.normal(0, 0.01, n)
    rows["satellite"] = rng.choice([Satellite.SNPP, Satellite.NOAA20, Satellite.NOAA21], n)
    rows["instrument"] = Instrument.VIIRS
    rows["acq_at"] = T0 + rng.integers(0, 30, n) * ORBIT_S + rng.integers(0, 3, n) * 60
    rows["scan"] = rows["track"] = 0.4
    rows["frp"] = rng.uniform(1, 50, n)
    return rows


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(-86_400, 86_400))
def test_the_hour_of_the_day_changes_nothing(seed, n, shift) -> None:
    rows = seen(seed, n)
    later = rows.copy()
    later["acq_at"] += shift
    assert (components(points_of(rows)) == components(points_of(later))).all()
    assert (ignitions(points_of(rows)) == ignitions(points_of(later))).all()
    assert (passes_of(rows) == passes_of(later)).all()
    one, other = activity_of_rows(rows), activity_of_rows(later)
    assert (one.n_passes, one.growth_ha_h, one.frp_mw) == (
        other.n_passes,
        other.growth_ha_h,
        other.frp_mw,
    )


def test_each_of_fourteen_orbits_of_a_day_is_a_pass() -> None:
    rows = seen(1, 14)
    rows["satellite"] = Satellite.NOAA20
    rows["acq_at"] = T0 + np.arange(14) * ORBIT_S
    assert activity_of_rows(rows).n_passes == 14
    assert len(activity_of_rows(rows).frp_series) == 14
