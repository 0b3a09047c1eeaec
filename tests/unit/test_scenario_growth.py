"""True growth: wind, rain, water and meeting fires."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.scenario.fires import vigour
from sylvan.scenario.growth import grow

SIDE = 101
MIDDLE = SIDE // 2


def burn(hours=12, *, u=0.0, v=0.0, dry=1.0, rate=60.0, seeds=None, held=1e6, stone=None, seed=1):
    rng = np.random.default_rng(seed)
    ground = np.full((SIDE, SIDE), rate, np.float32)
    if stone is not None:
        ground[:, stone] = 0.0
    cells = np.array(seeds or [MIDDLE * SIDE + MIDDLE], np.int64)
    everywhere = np.ones((SIDE, SIDE), np.float32)
    return grow(
        rate=ground,
        resistance=(rng.standard_gamma(3.0, (SIDE, SIDE)) / 3.0).astype("f4"),
        ember=everywhere * 0,
        linger=everywhere * 1000,
        seeds=cells,
        seed_h=np.arange(cells.size, dtype="f8") * 0.01,
        stop_h=np.full(cells.size, held),
        vigour=np.full(hours, dry),
        wind_u=np.full(hours, u),
        wind_v=np.full(hours, v),
        cell_m=200.0,
        wind_response=0.2,
        spot_rate=1e9,
    )


def reach(arrival):
    """Cells burnt east, west, north and south of the middle."""
    rows, columns = np.nonzero(np.isfinite(arrival))
    return (
        columns.max() - MIDDLE, MIDDLE - columns.min(), rows.max() - MIDDLE, MIDDLE - rows.min(),
    )  # fmt: skip


@given(st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1)]), st.floats(4.0, 9.0))
@settings(max_examples=12, deadline=None)
def test_fire_runs_farthest_down_the_wind(direction, speed):
    arrival, _, _ = burn(24, u=direction[0] * speed, v=direction[1] * speed)
    sides = dict(zip([(1, 0), (-1, 0), (0, 1), (0, -1)], reach(arrival), strict=True))
    back = (-direction[0], -direction[1])
    assert sides[direction] > 1.5 * sides[back]
    assert sides[direction] == max(sides.values())


def test_front_in_still_air_moves_at_about_the_fuels_rate():
    arrival, _, _ = burn(hours=60, rate=60.0)
    measured = np.mean(reach(arrival)) * 200.0 / 60.0
    assert 0.6 * 60.0 < measured < 1.5 * 60.0


def test_nothing_spreads_while_it_is_wet():
    arrival, _, _ = burn(dry=0.0)
    assert np.isfinite(arrival).sum() == 1


def test_fire_does_not_cross_water_without_embers():
    arrival, _, touched = burn(hours=40, u=8.0, stone=MIDDLE + 5)
    assert not np.isfinite(arrival[:, MIDDLE + 5 :]).any()
    assert np.isfinite(arrival[:, MIDDLE + 4]).any()
    rim = np.concatenate([arrival[0], arrival[-1], arrival[:, 0]])
    assert touched == bool(np.isfinite(rim).any())


def test_held_fire_grows_no_more():
    arrival, _, _ = burn(hours=30, held=6.0)
    assert arrival[np.isfinite(arrival)].max() <= 6.0


def test_two_fires_that_meet_share_no_cell_and_leave_no_gap():
    seeds = [MIDDLE * SIDE + MIDDLE - 6, MIDDLE * SIDE + MIDDLE + 6]
    arrival, owner, _ = burn(hours=24, seeds=seeds)
    assert np.array_equal(np.isfinite(arrival), owner >= 0)
    assert set(np.unique(owner)) == {-1, 0, 1}
    assert (owner[MIDDLE, MIDDLE - 6 : MIDDLE + 7] >= 0).mean() > 0.8


def test_growth_only_adds_and_repeats_itself():
    first, owner, _ = burn(hours=10)
    longer, _, _ = burn(hours=20)
    again, same, _ = burn(hours=10)
    inside = np.isfinite(first)
    assert np.array_equal(first[inside], longer[inside])
    assert np.array_equal(first, again)
    assert np.array_equal(owner, same)


@given(st.floats(-5, 35), st.floats(5, 100), st.floats(0, 30))
def test_rain_and_damp_air_only_slow_a_fire(celsius, humidity, rain):
    def at(t, rh, mm):
        return float(vigour(np.array([t]), np.array([rh]), np.array([mm]))[0])

    assert 0 <= at(celsius, humidity, rain) <= at(celsius, humidity, 0.0)
    assert at(celsius, humidity, rain) <= at(celsius, 5.0, rain)


@pytest.mark.parametrize("mm", [10.0, 20.0])
def test_a_days_heavy_rain_stops_spread(mm):
    assert vigour(np.array([25.0]), np.array([30.0]), np.array([mm]))[0] < 0.05
