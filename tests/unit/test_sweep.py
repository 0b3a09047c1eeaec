"""A sweep in order of time finds the groups that grouping everything at once finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.detections import Instrument
from sylvan.domain.grouping import DAY_S, DEFAULT, Points, components
from sylvan.domain.sweep import Sweep, earliest

KM = 1 / 111.2


def archive(seed: int, n: int, *, days: float, side_km: float, share: tuple[float, float]):
    """Points of polar and geostationary satellites, dense enough to link now and then."""
    rng = np.random.default_rng(seed)
    kinds = np.array([Instrument.VIIRS, Instrument.MODIS, Instrument.GEOSTATIONARY], np.int16)
    coarse, wide = share
    return Points(
        129.0 + rng.uniform(0, side_km * KM * 2, n),
        62.0 + rng.uniform(0, side_km * KM, n),
        1_656_633_600 + rng.integers(0, int(days * DAY_S), n),
        rng.choice(kinds, n, p=[1 - coarse - wide, coarse, wide]),
    )


def swept(points: Points, cuts: int, seed: int = 0):
    """Labels by a sweep over ``cuts`` pieces, each shuffled in itself."""
    order = np.argsort(points.t, kind="stable")
    rng = np.random.default_rng(seed)
    pieces = [rng.permutation(piece) for piece in np.array_split(order, cuts) if len(piece)]
    sweep, place = Sweep(), np.concatenate(pieces)
    found, held = np.full(len(order), -1), []
    done = 0
    for number, piece in enumerate(pieces):
        later = np.concatenate(pieces[number + 1 :]) if number + 1 < len(pieces) else None
        front = None if later is None else int(points.t[later].min())
        one = sweep.feed(points.take(piece), front)
        found[done : done + len(piece)] = one.labels
        found[one.late] = one.late_labels
        done += len(piece)
        held.append(sweep.window)
    labels = np.empty(len(order), np.int64)
    labels[place] = sweep.groups()[found]
    return labels, held


def same(a, b) -> bool:
    pairs = np.unique(np.stack([a, b]), axis=1)
    return pairs.shape[1] == len(np.unique(a)) == len(np.unique(b))


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 400),
    cuts=st.integers(1, 40),
    days=st.sampled_from([1.0, 30.0, 200.0]),
    side_km=st.sampled_from([3.0, 15.0, 60.0]),
    share=st.sampled_from([(0.0, 0.0), (0.3, 0.0), (0.2, 0.3), (0.0, 1.0)]),
)
def test_a_sweep_finds_the_groups_of_a_single_run(seed, n, cuts, days, side_km, share) -> None:
    points = archive(seed, n, days=days, side_km=side_km, share=share)
    assert same(swept(points, cuts, seed)[0], components(points))


def test_a_geostationary_pixel_confirms_what_is_seen_nearer_weeks_later() -> None:
    t0 = 1_656_633_600
    points = Points(
        np.array([129.0, 129.0 + 5 * KM, 129.0 + 5.5 * KM]),
        np.array([62.0, 62.0, 62.0]),
        np.array([t0, t0 + DAY_S, t0 + 15 * DAY_S]),
        np.array([Instrument.VIIRS, Instrument.GEOSTATIONARY, Instrument.VIIRS], np.int16),
    )
    labels, _ = swept(points, 3)
    assert labels[1] == labels[2] != labels[0]
    assert same(labels, components(points))


@pytest.mark.parametrize("wide", [0.0, 0.2])
def test_the_window_does_not_grow_with_the_length_of_the_archive(wide) -> None:
    share = (0.1, wide)
    _, short = swept(archive(1, 3_000, days=300, side_km=100, share=share), 30)
    _, long = swept(archive(1, 12_000, days=1200, side_km=100, share=share), 120)
    assert max(long) < 1.25 * max(short)
    tau_share = (2 if wide else 1) * DEFAULT.event_s / (300 * DAY_S) + 2 / 30
    assert max(short) < 1.5 * 3_000 * tau_share


def test_the_first_of_each_group_is_told_by_the_weightiest_column() -> None:
    group = np.array([4, 2, 4, 2, 4])
    t, key = np.array([7, 5, 6, 5, 6]), np.array([0, 3, 2, 1, 1])
    found, first = earliest(group, (t, key))
    assert found.tolist() == [2, 4]
    assert first.tolist() == [3, 4]
