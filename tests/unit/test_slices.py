"""A year folded in slices of time equals the year folded at once, file by file or not."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.detections import Instrument, Satellite, Stage, empty
from sylvan.domain.identity import identity_key, rank, resolve, version_class
from sylvan.domain.slices import (
    ACCEPTED,
    DUPLICATES,
    MARGIN_S,
    REPLACED,
    SUPERSEDED,
    MarginTooShortError,
    folded,
    owned,
)
from tests.examples import examples

T0 = 1_656_633_600
KM = 1 / 111.2
PIXEL_KM = 0.4
STAGES = (Stage.URT, Stage.RT, Stage.NRT, Stage.STANDARD)


def archive(seed: int, pixels: int, *, versions: int, files: int, span_s: int, jitter_s: int):
    """Pixels far apart from each other, each in several versions and deliveries."""
    rng = np.random.default_rng(seed)
    n = pixels * versions
    rows = empty(n)
    pixel = np.repeat(np.arange(pixels), versions)
    side = int(np.ceil(np.sqrt(pixels)))
    shift = rng.uniform(-0.2, 0.2, (2, n)) * PIXEL_KM
    rows["lat"] = (62.0 + (pixel // side * 2.0 + shift[0]) * KM).round(5)
    rows["lon"] = (129.0 + (pixel % side * 4.0 + shift[1]) * KM).round(5)
    rows["acq_at"] = T0 + rng.integers(0, span_s, pixels)[pixel] + rng.integers(0, jitter_s + 1, n)
    rows["satellite"] = rng.choice([Satellite.SNPP, Satellite.NOAA20], pixels)[pixel]
    rows["instrument"] = Instrument.VIIRS
    rows["scan"] = rows["track"] = PIXEL_KM
    rows["frp"] = rng.uniform(1, 50, n).round(1)
    # each version once: two rows of one class would be two pixels
    rows["stage"] = np.concatenate([rng.permutation(STAGES)[:versions] for _ in range(pixels)])
    rows["collection"], rows["precision"] = 20, 5
    again = rng.random(n) < 0.3  # the same row in another file, now and then knowing less
    copies = rows[again].copy()
    copies["frp"][rng.random(len(copies)) < 0.3] = np.nan
    rows = np.concatenate([rows, copies])
    file = rng.integers(0, files, len(rows))
    order = rng.permutation(len(rows))
    rows, file = rows[order], file[order]
    order = np.argsort(file, kind="stable")
    rows, file = rows[order], file[order]
    rows["line"] = np.arange(len(rows))
    return rows, file


def one_after_the_other(rows, file, files: int):
    """What each file brought, looking at everything that came until then."""
    counts = np.zeros((files, 4), int)
    kind, key, best = version_class(rows), identity_key(rows), rank(rows)
    before = np.zeros(len(rows), bool)
    for number in range(files):
        so_far = np.flatnonzero(file <= number)
        stands = np.zeros(len(rows), bool)
        stands[so_far] = resolve(rows[so_far]) == np.arange(len(so_far))
        for place in np.flatnonzero(file == number):
            rivals = so_far[(key[so_far] == key[place]) & (kind[so_far] == kind[place])]
            better = (best[rivals] > best[place]) | (
                (best[rivals] == best[place]) & (rivals < place)
            )
            if stands[place]:
                counts[number, ACCEPTED] += 1
            else:
                counts[number, DUPLICATES if better.any() else SUPERSEDED] += 1
        counts[number, REPLACED] = int((before & ~stands).sum())
        before = stands
    return counts


CASES = {
    "seed": st.integers(0, 10_000),
    "pixels": st.integers(1, 40),
    "versions": st.integers(1, 4),
    "files": st.integers(1, 6),
}


@settings(deadline=None, max_examples=examples(80))
@given(**CASES)
def test_counts_are_those_of_files_that_come_one_after_the_other(seed, pixels, versions, files):
    rows, file = archive(seed, pixels, versions=versions, files=files, span_s=9000, jitter_s=60)
    found = folded(rows, file, files)
    assert found.counts.tolist() == one_after_the_other(rows, file, files).tolist()
    assert (
        found.counts[:, :REPLACED].sum(axis=1).tolist()
        == np.bincount(file, minlength=files).tolist()
    )
    assert len(found.live) == found.counts[:, ACCEPTED].sum() - found.counts[:, REPLACED].sum()


@settings(deadline=None, max_examples=examples(80))
@given(**CASES)
def test_who_stands_does_not_depend_on_the_order_of_the_files(seed, pixels, versions, files):
    rows, file = archive(seed, pixels, versions=versions, files=files, span_s=9000, jitter_s=60)
    found = folded(rows, file, files)
    turned = files - 1 - file
    order = np.argsort(turned, kind="stable")
    other = folded(rows[order], turned[order], files)

    def content(which, places):
        names = [name for name in which.dtype.names if name != "line"]
        return sorted(map(str, which[places][names]))

    assert content(rows, found.live) == content(rows[order], other.live)


@settings(deadline=None, max_examples=examples(80))
@given(**CASES, slices=st.integers(1, 12), jitter_s=st.sampled_from([0, 60, 120]))
def test_slices_share_the_rows_out_and_fold_them_alike(
    seed, pixels, versions, files, slices, jitter_s
):
    span = 6 * 3600
    rows, _ = archive(seed, pixels, versions=versions, files=files, span_s=span, jitter_s=jitter_s)
    t = rows["acq_at"]
    ends = np.linspace(T0, T0 + span + 3600, slices + 1).astype(int).tolist()
    stands = np.full(len(rows), -1)
    for since, until in pairwise(ends):
        around = np.flatnonzero((t >= since - MARGIN_S) & (t < until + MARGIN_S))
        mine = around[owned(rows[around], since, until, MARGIN_S)]
        assert (stands[mine] == -1).all()
        stands[mine] = mine[resolve(rows[mine])]
    assert stands.tolist() == resolve(rows).tolist()


def test_a_chain_that_leads_out_of_the_margin_asks_for_more():
    rows = empty(6)
    rows["lat"], rows["lon"], rows["scan"], rows["track"] = 62, 129, PIXEL_KM, PIXEL_KM
    rows["satellite"], rows["instrument"] = Satellite.NOAA20, Instrument.VIIRS
    rows["stage"] = [Stage.URT, Stage.NRT] * 3
    rows["acq_at"] = T0 + np.arange(6) * 100
    with pytest.raises(MarginTooShortError):
        owned(rows, T0 + 150, T0 + 9000, 200)
    assert owned(rows, T0 + 150, T0 + 9000, 600).tolist() == [False] * 6
    assert owned(rows, T0, T0 + 150, 600).tolist() == [True] * 6
