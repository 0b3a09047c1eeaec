"""The same pixel delivered again, in other versions, in any order, is one detection."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.detections import Detections, Instrument, Satellite, Stage, concatenate, empty
from sylvan.domain.identity import identity_key, match_versions, rank, resolve

M_PER_DEG = 111_195.0
T0 = 1_628_900_000


def pixels(n=1, *, lat=62.0, lon=129.0, at=T0, satellite=Satellite.SNPP, size=0.375, **more):
    rows = empty(n)
    rows["lat"], rows["lon"], rows["acq_at"] = lat, lon, at
    rows["satellite"], rows["scan"], rows["track"] = satellite, size, size
    modis = satellite in {Satellite.TERRA, Satellite.AQUA}
    rows["instrument"] = Instrument.MODIS if modis else Instrument.VIIRS
    rows["stage"], rows["collection"], rows["precision"] = Stage.NRT, 20, 5
    for name, value in more.items():
        rows[name] = value
    return rows


def moved(rows: Detections, north_m=0.0, east_m=0.0, **more) -> Detections:
    out = rows.copy()
    out["lat"] += north_m / M_PER_DEG
    out["lon"] += east_m / (M_PER_DEG * np.cos(np.radians(rows["lat"])))
    for name, value in more.items():
        out[name] = value
    return out


def splitmix64(state: int) -> int:
    """The finaliser as published (Steele, Lea, Flood 2014), in unbounded whole numbers."""
    word = (state + 0x9E3779B97F4A7C15) % 2**64
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) % 2**64
    return word ^ (word >> 31)


@given(st.floats(-90, 90), st.floats(-179.9, 179.9), st.integers(0, 2**33))
def test_the_key_is_the_same_on_every_machine(lat, lon, at):
    state = 0
    for word in (3, at // 60, round(lat * 1e5), round(lon * 1e5), 39, 41):
        state = splitmix64(state ^ (word % 2**64))
    rows = pixels(lat=lat, lon=lon, at=at, scan=0.39, track=0.41)
    assert int(identity_key(rows)[0]) % 2**64 == state


def test_an_identical_row_has_the_same_key_whatever_its_version_says():
    rows = pixels()
    for name, value in (("stage", Stage.STANDARD), ("frp", 7.5), ("line", 9), ("precision", 6)):
        other = rows.copy()
        other[name] = value
        assert identity_key(other) == identity_key(rows)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("satellite", Satellite.NOAA20),
        ("acq_at", T0 + 60),
        ("lat", 62.00001),
        ("lon", 129.00001),
        ("scan", 0.395),
        ("track", 0.395),
    ],
)
def test_satellite_minute_place_and_pixel_size_make_the_key(name, value):
    other = pixels()
    other[name] = value
    assert identity_key(other) != identity_key(pixels())


def test_seconds_within_a_minute_do_not_change_the_key():
    minute = T0 - T0 % 60
    assert identity_key(pixels(at=minute)) == identity_key(pixels(at=minute + 59))


def final(*rows: Detections) -> Detections:
    """The rows that stay of all that were delivered."""
    every = concatenate(list(rows))
    return every[np.unique(resolve(every))]


def as_set(rows: Detections) -> set[bytes]:
    return {row.tobytes() for row in rows}


def test_the_antimeridian_is_one_place():
    assert identity_key(pixels(lon=180.0)) == identity_key(pixels(lon=-180.0))


def test_a_higher_stage_outranks_a_higher_collection_and_more_decimals():
    rows = concatenate(
        [
            pixels(stage=Stage.URT, collection=61, precision=6),
            pixels(stage=Stage.RT, collection=20, precision=5),
            pixels(stage=Stage.NRT, collection=10, precision=5),
            pixels(stage=Stage.STANDARD, collection=10, precision=4),
            pixels(stage=Stage.STANDARD, collection=20, precision=4),
            pixels(stage=Stage.STANDARD, collection=20, precision=5),
        ]
    )
    assert all(lower < higher for lower, higher in pairwise(rank(rows)))


def test_of_equal_versions_the_row_that_knows_more_stays():
    assert rank(pixels(frp=5.0)) > rank(pixels())


# --- the three cases of the specification ---------------------------------------------------


def test_three_and_four_decimal_modis_are_one_pixel():
    near_real_time = pixels(
        lat=-11.807, lon=142.058, satellite=Satellite.TERRA, size=1.0,
        collection=60, precision=3,
    )  # fmt: skip
    standard = pixels(
        lat=-11.8072, lon=142.0583, satellite=Satellite.TERRA, size=1.0,
        collection=60, precision=4, stage=Stage.STANDARD,
    )  # fmt: skip
    assert len(match_versions(standard, near_real_time)) == 1
    assert as_set(final(near_real_time, standard)) == as_set(standard)
    assert as_set(final(standard, near_real_time)) == as_set(standard)


def test_precision_alone_makes_another_version():
    coarse = pixels(lat=62.123, lon=129.543, size=1.0, satellite=Satellite.AQUA, precision=3)
    fine = pixels(lat=62.1234, lon=129.5431, size=1.0, satellite=Satellite.AQUA, precision=4)
    assert as_set(final(coarse, fine)) == as_set(fine)


def test_the_same_pixel_moved_by_100_m_is_superseded():
    old = pixels(stage=Stage.URT)
    new = moved(old, north_m=70, east_m=71, stage=Stage.NRT)
    found = match_versions(new, old)
    assert found.distance_km[0] == pytest.approx(0.1, abs=0.001)
    assert as_set(final(old, new)) == as_set(new)


def test_two_real_neighbours_of_one_version_are_kept_apart():
    left = pixels()
    right = moved(left, east_m=100)  # nearer than half a pixel, as at the edge of a swath
    assert len(match_versions(right, left)) == 0
    assert len(final(left, right)) == 2


def test_two_real_neighbours_of_different_versions_are_kept_apart():
    old = pixels(stage=Stage.NRT)
    new = moved(old, east_m=375, stage=Stage.STANDARD)
    assert len(match_versions(new, old)) == 0


# --- the edges of a match --------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "matched"), [(180, 1), (190, 0)])
def test_half_the_smaller_side_is_the_limit(metres, matched):
    old = pixels(size=0.375)
    new = moved(pixels(size=0.8), north_m=metres, stage=Stage.STANDARD)
    assert len(match_versions(new, old)) == matched


@pytest.mark.parametrize(("seconds", "matched"), [(120, 1), (121, 0), (-120, 1), (-180, 0)])
def test_two_minutes_are_the_limit(seconds, matched):
    old = pixels()
    assert len(match_versions(pixels(at=T0 + seconds, stage=Stage.STANDARD), old)) == matched


def test_another_satellite_never_matches():
    new = pixels(satellite=Satellite.NOAA20, stage=Stage.STANDARD)
    assert len(match_versions(new, pixels())) == 0


def test_a_size_known_to_one_row_is_enough():
    new = pixels(size=np.nan, stage=Stage.STANDARD)
    assert len(match_versions(moved(new, north_m=180), pixels(size=0.375))) == 1
    assert len(match_versions(moved(new, north_m=200), pixels(size=0.375))) == 0


def test_a_row_of_unknown_size_and_instrument_matches_nothing():
    unknown = pixels(size=np.nan, satellite=Satellite.OTHER, instrument=Instrument.OTHER)
    assert len(match_versions(moved(unknown, stage=Stage.STANDARD), unknown)) == 0


def test_a_match_takes_the_nearest_and_leaves_the_other_alone():
    old = concatenate([pixels(), moved(pixels(), east_m=150)])
    new = moved(pixels(stage=Stage.STANDARD), east_m=110)
    found = match_versions(new, old)
    assert (found.new.tolist(), found.old.tolist()) == ([0], [1])


def test_a_flare_seen_all_season_is_not_paired_with_itself():
    times = T0 + np.arange(5000) * 6000
    old, new = pixels(5000, at=times), pixels(5000, at=times, stage=Stage.STANDARD)
    found = match_versions(new, old)
    assert len(found) == 5000
    assert (found.new == found.old).all()


def test_pixels_on_both_sides_of_the_antimeridian_match():
    old = pixels(lon=179.9999)
    new = moved(old, east_m=40, stage=Stage.STANDARD)
    new["lon"] -= 360 * (new["lon"] > 180)
    assert len(match_versions(new, old)) == 1


def test_nothing_matches_nothing():
    assert len(match_versions(empty(), pixels())) == 0
    assert len(resolve(empty())) == 0


# --- any order of arrival --------------------------------------------------------------------

CHAIN = (
    {"stage": Stage.URT, "collection": 20},
    {"stage": Stage.RT, "collection": 20},
    {"stage": Stage.NRT, "collection": 20},
    {"stage": Stage.STANDARD, "collection": 20},
)
JITTER_M = 85.0  # two versions are then at most 170 m apart: less than half a VIIRS pixel
SPACING_M = 375.0


@st.composite
def deliveries(draw):
    """Pixels of a fire, each in some of the four versions; and what must remain of them."""
    side = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, best = [], []
    for i in range(side * side):
        place = moved(pixels(), north_m=(i // side) * SPACING_M, east_m=(i % side) * SPACING_M)
        chosen = [v for v in CHAIN if rng.random() < 0.6] or [CHAIN[2]]
        for version in chosen:
            far, turn = JITTER_M * np.sqrt(rng.random()), rng.random() * 2 * np.pi
            shift = {"north_m": far * np.sin(turn), "east_m": far * np.cos(turn)}
            late = int(rng.integers(-1, 2)) * 60
            rows.append(moved(place, **shift, **version, frp=rng.random(), acq_at=T0 + late))
        best.append(rows[-1])
    rows += [rows[i] for i in rng.integers(0, len(rows), 3)]  # delivered twice
    order = draw(st.permutations(range(len(rows))))
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=5)))
    return [rows[i] for i in order], cuts, concatenate(best)


def arrive(batches: list[Detections]) -> Detections:
    """What a store holds that keeps only the final rows."""
    stored = empty()
    for batch in batches:
        stored = final(stored, batch)
    return stored


@given(deliveries())
def test_any_order_of_versions_leaves_the_same_final_rows(delivery):
    rows, cuts, best = delivery
    batches = [concatenate(rows[a:b]) for a, b in pairwise([0, *cuts, len(rows)])]
    assert as_set(arrive(batches)) == as_set(best)


@settings(max_examples=40)
@given(deliveries())
def test_one_by_one_is_the_same_as_all_at_once(delivery):
    rows, _, _ = delivery
    assert as_set(arrive(rows)) == as_set(arrive([concatenate(rows)]))


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.randoms(use_true_random=False))
def test_the_answer_depends_on_the_set_of_rows_alone(seed, n, random):
    """Even in a crowd where many versions fit many pixels."""
    rng = np.random.default_rng(seed)
    rows = moved(pixels(n), north_m=rng.random(n) * 900, east_m=rng.random(n) * 900)
    rows["stage"] = rng.integers(1, 5, n)
    rows["frp"] = rng.random(n)
    head = resolve(rows)
    order = np.array(random.sample(range(n), n))
    assert as_set(final(rows[order])) == as_set(rows[np.unique(head)])
    for pixel in np.unique(head):
        stages = rows["stage"][head == pixel]
        assert len(set(stages.tolist())) == len(stages)  # one-to-one: a version at most once
        assert rank(rows)[pixel] == rank(rows)[head == pixel].max()


def test_versions_that_drift_in_steps_end_as_one_whatever_comes_first():
    """URT is too far from standard, but NRT lies between them."""
    urt = pixels(stage=Stage.URT)
    nrt = moved(urt, east_m=150, stage=Stage.NRT)
    standard = moved(urt, east_m=300, stage=Stage.STANDARD)
    for chain in ((urt, nrt, standard), (standard, urt, nrt), (urt, standard, nrt)):
        assert as_set(final(*chain)) == as_set(standard)
