"""Heat sources from archives: counts that add up, flares that are found, fires that never are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.detections import Instrument, Satellite, empty
from sylvan.domain.heat_learning import sources
from sylvan.domain.heat_tally import EMPTY, Tally, merge, near, runs, tally

DAY_S = 86_400
KM = 1 / 111.2
"""Degrees of latitude in a kilometre."""
START = 20_240 * DAY_S
"""The first of June 2025."""
PLACE = (120.0, 62.0)
MOST_HOURS = 24


def seen(east_km, north_km, days, *, place=PLACE, instrument=Instrument.VIIRS, hour=3):
    """Detections at offsets from a place on given days (fractions are hours)."""
    days = np.asarray(days, np.float64)
    rows = empty(len(days))
    rows["lat"] = np.round(place[1] + np.broadcast_to(north_km, days.shape) * KM, 5)
    narrow = np.cos(np.radians(place[1]))
    rows["lon"] = np.round(place[0] + np.broadcast_to(east_km, days.shape) * KM / narrow, 5)
    rows["acq_at"] = START + (days * DAY_S).astype(np.int64) + hour * 3_600
    rows["satellite"] = Satellite.SNPP
    rows["instrument"] = instrument
    return rows


def flare(rng, days=100, *, per_day=2, place=PLACE, first=0):
    """A flame whose pixels scatter by a fraction of their size."""
    when = np.repeat(first + np.arange(days), per_day)
    east, north = rng.normal(0, 0.15, (2, len(when)))
    return seen(east, north, when + rng.random(len(when)) * 0.5, place=place)


def growing(rng, days, km_per_day, *, per_day=6, place=PLACE, first=0):
    """A fire whose front moves outward all the time and glows behind itself for three days."""
    parts = []
    for day in range(days):
        radius = km_per_day * (day + rng.random(per_day) - 3.0 * rng.random(per_day))
        turn = rng.uniform(0, 2 * np.pi, per_day)
        radius = np.maximum(radius, 0.0)
        parts.append(
            seen(
                radius * np.cos(turn),
                radius * np.sin(turn),
                first + day + rng.random(per_day) * 0.9,
                place=place,
            )
        )
    return np.concatenate(parts)


batches = st.integers(0, 2**32 - 1).map(
    lambda seed: flare(np.random.default_rng(seed), 5 + seed % 9, first=seed % 40)
)


@given(st.lists(batches, min_size=1, max_size=6), st.randoms())
@settings(max_examples=40, deadline=None)
def test_tallies_merge_associatively_in_any_order(parts, random):
    whole = tally(np.concatenate(parts))
    counted = [tally(part) for part in parts]
    random.shuffle(counted)
    cut = random.randint(0, len(counted))
    halves = merge([merge(counted[:cut]), merge(counted[cut:]), EMPTY])
    assert halves.rows.tobytes() == whole.rows.tobytes()
    assert whole.detections == sum(len(part) for part in parts)


def test_tally_does_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(1)
    rows = np.concatenate([flare(rng), growing(rng, 30, 0.4, place=(121.0, 62.5))])
    assert tally(rows).rows.tobytes() == tally(rng.permutation(rows)).rows.tobytes()


def test_tally_survives_a_file():
    found = tally(flare(np.random.default_rng(2)))
    assert Tally.from_bytes(found.to_bytes()).rows.tobytes() == found.rows.tobytes()


def test_geostationary_pixels_say_nothing_of_a_place():
    rows = seen(0, 0, np.arange(40), instrument=Instrument.GEOSTATIONARY)
    assert not len(tally(rows).rows)


def test_flare_of_a_season_is_found_where_it_stands():
    (found,) = sources(tally(flare(np.random.default_rng(3))))
    assert (found.lon, found.lat) == (
        pytest.approx(PLACE[0], abs=0.002),
        pytest.approx(PLACE[1], abs=0.001),
    )
    assert found.days == 100
    assert 0.5 < found.confidence < 0.8
    assert found.radius_km <= 1.0


def test_flare_of_several_years_is_surer_than_that_of_one():
    rng = np.random.default_rng(4)
    one = flare(rng)
    more = np.concatenate([one, flare(rng, first=365), flare(rng, first=730)])
    (once,), (thrice,) = sources(tally(one)), sources(tally(more))
    assert thrice.confidence > once.confidence
    assert thrice.years == (2025, 2026, 2027)


def test_flare_at_the_meridian_of_180_is_one_source():
    (found,) = sources(tally(flare(np.random.default_rng(5), place=(179.9995, 66.0))))
    assert abs(abs(found.lon) - 180.0) < 0.003


@given(
    st.integers(0, 2**31),
    st.integers(20, 70),
    st.floats(0.08, 2.0),
    st.integers(2, 12),
)
@settings(max_examples=60, deadline=None)
def test_growing_fire_never_becomes_a_source(seed, days, km_per_day, per_day):
    if days * km_per_day < 1.5:
        return  # wholly within three kilometres: nothing tells it from a works
    rng = np.random.default_rng(seed)
    assert sources(tally(growing(rng, days, km_per_day, per_day=per_day))) == ()


def test_fire_that_smoulders_where_it_began_is_no_source():
    rng = np.random.default_rng(6)
    rows = np.concatenate([growing(rng, 25, 0.5), flare(rng, 45, first=25)])
    assert sources(tally(rows)) == ()


def test_fire_that_passes_over_a_flare_does_not_hide_it():
    rng = np.random.default_rng(7)
    fire = growing(rng, 20, 0.6, per_day=30, first=40, place=(120.02, 62.0))
    rows = np.concatenate([flare(rng, 100), fire])
    found = sources(tally(rows))
    assert [round(one.lat, 2) for one in found] == [62.0]
    assert found[0].days < 100


def test_place_that_burns_twice_in_a_season_is_no_source():
    rng = np.random.default_rng(8)
    rows = np.concatenate([flare(rng, 4), flare(rng, 4, first=60)])
    assert sources(tally(rows)) == ()


def test_flare_that_rests_in_winter_is_not_expected_in_winter():
    rng = np.random.default_rng(9)
    all_year = flare(rng, 500, place=(122.0, 63.0))
    summer = [flare(rng, 60), flare(rng, 60, first=365)]
    found = sources(tally(np.concatenate([all_year, *summer])))
    seasonal = next(one for one in found if one.lat < 62.5)
    steady = next(one for one in found if one.lat > 62.5)
    assert 1 not in seasonal.months
    assert len(steady.months) == 12
    assert seasonal.period_days > 300


def test_hours_in_which_nobody_looks_stay_open():
    rng = np.random.default_rng(10)
    (found,) = sources(tally(flare(rng, 60)))
    assert found.hours == frozenset(range(MOST_HOURS))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), max_size=10))
def test_runs_are_ranges_one_after_the_other(pairs):
    first = np.array([one for one, _ in pairs], np.int64)
    length = np.array([n for _, n in pairs], np.int64)
    expected = [at for one, n in pairs for at in range(one, one + n)]
    assert runs(first, length).tolist() == expected


@given(st.integers(0, 2**31), st.floats(-84, 84), st.floats(-180, 179.99))
@settings(max_examples=40, deadline=None)
def test_cells_near_a_place_hold_all_that_lies_there(seed, lat, lon):
    rng = np.random.default_rng(seed)
    rows = empty(200)
    rows["lat"] = lat + rng.normal(0, 3 * KM, 200)
    rows["lon"] = (lon + rng.normal(0, 3 * KM, 200) / np.cos(np.radians(lat)) + 180) % 360 - 180
    rows["acq_at"] = START
    cells = np.unique(tally(rows).rows["cell"])
    _, found = near(cells, np.array([lon]), np.array([lat]), 2.0)
    east = ((rows["lon"] - lon + 180) % 360 - 180) * np.cos(np.radians(lat))
    km = np.hypot(east, rows["lat"] - lat) / KM
    inside = np.unique(tally(rows[km < 1.9]).rows["cell"])
    assert np.isin(inside, cells[found]).all()
