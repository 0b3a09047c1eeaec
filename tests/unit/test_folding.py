"""Folding in any order: split, shuffled, repeated, late; what lives is what one run would leave."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.detections import Instrument, Satellite, Stage, concatenate, empty
from sylvan.domain.folding import concerned, fold, span
from sylvan.domain.identity import identity_key, resolve
from tests.examples import examples

T0 = 1_628_900_000 // 60 * 60
KM = 1 / 111.2
KEPT = np.dtype([*empty().dtype.descr, ("by_key", "i8")])


def row(north_km=0.0, minutes=0.0, stage=Stage.NRT, satellite=Satellite.SNPP, **more):
    one = empty(1)
    one["lat"], one["lon"] = round(62.0 + north_km * KM, 5), 129.0
    one["acq_at"], one["satellite"] = T0 + int(60 * minutes), satellite
    one["instrument"] = Instrument.VIIRS
    one["scan"] = one["track"] = 0.4
    one["stage"], one["collection"], one["precision"] = stage, 20, 5
    one["frp"] = 10.0
    for name, value in more.items():
        one[name] = value
    return one


class Store:
    """What intake and the two tables do with what folding says."""

    def __init__(self):
        self.living, self.replaced = np.empty(0, KEPT), np.empty(0, KEPT)
        self.counts = {"rows": 0, "accepted": 0, "duplicates": 0, "superseded": 0}
        self.restored = 0

    def near(self, batch):
        """Only what lies in the time that folding asks for, as the database is asked."""
        since, until = span(batch)
        while True:
            parts = []
            for part in (self.living, self.replaced):
                known = np.flatnonzero((part["acq_at"] >= since) & (part["acq_at"] <= until))
                parts.append(known)
            stored = np.concatenate([self.living[parts[0]], self.replaced[parts[1]]])
            hit = concerned(batch, stored)
            wanted = span(batch, stored[hit])
            if wanted[0] >= since and wanted[1] <= until:
                m = len(parts[0])
                return parts[0][hit[:m]], parts[1][hit[m:]]
            since, until = min(wanted[0], since), max(wanted[1], until)

    def take(self, batch):
        here, there = self.near(batch)
        living, replaced = self.living[here], self.replaced[there]
        folded = fold(batch, living, replaced)
        names = list(batch.dtype.names)
        every = np.concatenate([living[names], replaced[names], batch])
        stands = identity_key(every[folded.winner].astype(batch.dtype))
        m = len(living) + len(replaced)
        aside = np.zeros(len(folded.aside), KEPT)
        for name in names:
            aside[name] = batch[name][folded.aside]
        aside["by_key"] = stands[m + folded.aside]
        gone, back = here[folded.replaced], there[folded.restored]
        left = self.living[gone].copy()
        left["by_key"] = stands[folded.replaced]
        renamed = there[folded.renamed]
        self.replaced["by_key"][renamed] = stands[len(living) + folded.renamed]
        new = np.zeros(len(folded.keep), KEPT)
        for name in names:
            new[name] = batch[name][folded.keep]
        returned = self.replaced[back]
        self.living = np.concatenate([np.delete(self.living, gone), new, returned])
        self.replaced = np.concatenate([np.delete(self.replaced, back), left, aside])
        self.restored += len(back)
        self.counts["rows"] += len(batch)
        self.counts["accepted"] += len(folded.keep)
        self.counts["duplicates"] += folded.duplicates
        self.counts["superseded"] += folded.superseded
        return folded


def content(rows):
    names = [name for name in empty().dtype.names if name != "line"]
    return sorted(tuple(str(one[name]) for name in names) for one in rows)


def once(rows):
    return rows[np.unique(resolve(rows))]


versions = st.builds(
    row,
    north_km=st.integers(0, 12).map(lambda step: 0.06 * step),  # half a pixel is 0.2 km
    minutes=st.integers(0, 8),
    stage=st.sampled_from(Stage),
    satellite=st.sampled_from([Satellite.SNPP, Satellite.SNPP, Satellite.NOAA20]),
    frp=st.sampled_from([10.0, 11.0]),
)


@settings(max_examples=examples(120), deadline=None)
@given(
    st.lists(versions, min_size=1, max_size=14).map(concatenate),
    st.integers(1, 6),
    st.randoms(use_true_random=False),
)
def test_what_lives_does_not_depend_on_the_order_of_arrival(rows, batches, random):
    again = rows[[random.randrange(len(rows)) for _ in range(random.randrange(4))]]
    deliveries = np.concatenate([rows, again])
    order = np.array(random.sample(range(len(deliveries)), len(deliveries)))
    store = Store()
    for piece in np.array_split(deliveries[order], batches):
        if len(piece):
            store.take(piece)
    assert content(store.living) == content(once(rows))
    kept = np.concatenate([store.living, store.replaced])
    names = list(rows.dtype.names)
    stands = resolve(np.ascontiguousarray(kept[names]).astype(rows.dtype))
    keys = identity_key(kept[names].astype(rows.dtype))
    after = np.arange(len(kept)) >= len(store.living)
    assert (keys[stands][after] == kept["by_key"][after]).all()
    counts = store.counts
    assert counts["rows"] == counts["accepted"] + counts["duplicates"] + counts["superseded"]
    assert len(kept) == counts["accepted"] + counts["superseded"]


def test_a_pixel_lives_again_when_a_nearer_one_takes_the_version_that_stood_for_it():
    store = Store()
    better = row(0.15, stage=Stage.STANDARD)
    store.take(row(0.0))
    assert len(store.take(better).replaced) == 1
    folded = store.take(row(0.12))
    assert len(folded.restored) == 1
    assert content(store.living) == content(concatenate([row(0.0), better]))


def test_a_version_between_two_joins_them_though_it_never_lives():
    store = Store()
    store.take(row(0.36, stage=Stage.URT))
    store.take(row(0.0, stage=Stage.STANDARD))
    assert len(store.living) == 2
    folded = store.take(row(0.18))
    assert (folded.superseded, len(folded.replaced), len(folded.keep)) == (1, 1, 0)
    assert content(store.living) == content(row(0.0, stage=Stage.STANDARD))


def test_a_replaced_version_that_comes_again_is_a_repeat():
    store = Store()
    for one in (row(), row(0.05, stage=Stage.STANDARD), row(0.1, stage=Stage.RT)):
        store.take(one)
    for one in (row(), row(0.1, stage=Stage.RT)):
        assert store.take(one).duplicates == 1
    assert len(store.replaced) == 2


def test_the_same_row_in_two_stages_is_kept_twice_and_repeated_for_nothing():
    store = Store()
    for one in (row(stage=Stage.STANDARD), row(), row(), row(stage=Stage.STANDARD)):
        store.take(one)
    assert store.counts == {"rows": 4, "accepted": 1, "duplicates": 2, "superseded": 1}


def test_two_deliveries_that_tell_one_pixel_otherwise_are_contradictory():
    for other, contradicts in ((25.0, 1), (np.nan, 0), (10.1, 0)):
        store = Store()
        store.take(row())
        assert len(store.take(row(frp=other)).contradicted) == contradicts


def test_only_chains_of_versions_are_concerned():
    chain = concatenate([row(minutes=m, stage=s) for m, s in ((-4, 1), (-2, 2), (0, 3))])
    elsewhere, other = chain.copy(), chain.copy()
    elsewhere["lat"] += 1
    other["satellite"] = Satellite.AQUA
    stored = concatenate([chain[:2], elsewhere, other])
    assert concerned(chain[2:], stored).tolist() == [True, True] + [False] * 6
    assert span(chain[2:], stored[:2]) == (T0 - 360, T0 + 120)
