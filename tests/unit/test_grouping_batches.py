"""Batches folded in one by one against everything grouped at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.detections import Instrument
from sylvan.domain.grouping import DEFAULT, Level, Points, components, join, nearest_links
from sylvan.domain.grouping_batches import link_batch, neighbour_boxes
from tests.examples import examples

DAY = 86_400
PLACES = [(129.7, 62.0), (180.0, 66.0), (-179.999, 77.0), (20.0, -0.002)]
POLAR = (Instrument.VIIRS, Instrument.VIIRS, Instrument.MODIS)
ALL = (*POLAR, Instrument.GEOSTATIONARY)


def scatter(seed, n, place, km, days, instruments):
    rng = np.random.default_rng(seed)
    lat = place[1] + rng.normal(0, km / 111.2, n)
    lon = place[0] + rng.normal(0, km / 111.2, n) / np.cos(np.radians(place[1]))
    t = (rng.uniform(0, days, n) * DAY).astype(np.int64)
    kinds = rng.choice(np.array(instruments, np.int16), n)
    return Points((lon + 180) % 360 - 180, lat, t, kinds)


scenes = st.builds(
    scatter,
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 120),
    place=st.sampled_from(PLACES),
    km=st.sampled_from([0.5, 2.0, 6.0, 15.0]),
    days=st.sampled_from([1.0, 30.0, 200.0]),
    instruments=st.sampled_from([POLAR, ALL]),
)


def inside(points, boxes):
    """What a database would answer for these boxes."""
    hit = np.zeros(len(points.lon), bool)
    for b in boxes:
        hit |= (
            ((b.west <= points.lon) & (points.lon <= b.east))
            & ((b.south <= points.lat) & (points.lat <= b.north))
            & ((b.t0 <= points.t) & (points.t <= b.t1))
        )
    return hit


class Store:
    """Points with their groups; reads only what the boxes say, as the services do."""

    def __init__(self, level):
        self.level = level
        self.points = scatter(0, 0, (0, 0), 1.0, 1.0, POLAR)
        self.group = np.empty(0, np.int64)
        self.next = 0

    def window(self, batch):
        hit = inside(self.points, neighbour_boxes(batch, level=self.level))
        wide = self.points.take(hit & self.points.geostationary)
        return np.flatnonzero(hit | inside(self.points, neighbour_boxes(wide, level=self.level)))

    def confirming_groups(self):
        linking = np.unique(self.group[~self.points.geostationary])
        return np.setdiff1d(np.unique(self.group), linking)

    def add(self, batch):
        near = self.window(batch)
        linked = link_batch(
            self.points.take(near), self.group[near], batch, level=self.level,
            confirming_groups=self.confirming_groups(),
        )  # fmt: skip
        for first, *rest in linked.united:
            self.group[np.isin(self.group, rest)] = first
        labels = np.concatenate([linked.moved_to, linked.labels])
        names = {k: k for k in labels[labels >= 0].tolist()}
        for k in np.unique(labels[labels < 0]).tolist():
            names[k] = self.fresh()
        labels = np.array([names[k] for k in labels.tolist()], np.int64)
        self.group[near[linked.moved]] = labels[: len(linked.moved)]
        self.points = join(self.points, batch)
        self.group = np.concatenate([self.group, labels[len(linked.moved) :]])
        for group in linked.thinned:
            self.split(np.flatnonzero(self.group == group))

    def split(self, rows):
        """Group what is left of a thinned group anew."""
        if len(rows):
            labels = components(self.points.take(rows), level=self.level)
            for k in np.unique(labels)[1:]:
                self.group[rows[labels == k]] = self.fresh()

    def fresh(self):
        self.next += 1
        return self.next


def partition(labels):
    return {frozenset(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels)}


@given(scenes, st.sampled_from(list(Level)), st.randoms(use_true_random=False), st.integers(1, 12))
@settings(max_examples=examples(80), deadline=None)
def test_any_order_and_any_batches_lead_to_the_groups_of_everything_at_once(
    points, level, random, batches
):
    order = np.array(random.sample(range(len(points.lon)), len(points.lon)))
    store = Store(level)
    for rows in np.array_split(order, batches):
        store.add(points.take(rows))
    at_once = components(points.take(order), level=level)
    assert partition(store.group) == partition(at_once)


@given(scenes, st.integers(1, 40))
@settings(max_examples=examples(60), deadline=None)
def test_neighbour_boxes_hold_every_linked_detection(points, n):
    batch, others = points.take(np.arange(len(points.lon)) < n), points
    found, _ = nearest_links(others, batch)
    assert inside(others, neighbour_boxes(batch))[found >= 0].all()


def test_neighbour_boxes_are_few_and_never_cross_the_antimeridian():
    wide = scatter(3, 5000, (180.0, 64.0), 900.0, 2.0, POLAR)
    boxes = neighbour_boxes(wide)
    assert 1 <= len(boxes) <= 2 * DEFAULT.max_boxes
    assert all(-180 <= b.west < b.east <= 180 for b in boxes)
    assert neighbour_boxes(wide.take(np.arange(0))) == []


@pytest.mark.parametrize("silence_days", [6, 21])
def test_a_gap_filling_late_batch_unites_two_old_groups(silence_days):
    level = Level.EPISODE if silence_days == 6 else Level.EVENT
    ends = scatter(1, 2, (130.0, 62.0), 0.01, 1.0, (Instrument.VIIRS,))
    ends = ends._replace(t=np.array([0, silence_days * DAY]))
    late = ends.take(np.array([0]))._replace(t=np.array([3 * DAY]))
    assert components(ends, level=level).tolist() == [0, 1]
    linked = link_batch(ends, np.array([4, 9]), late, level=level)
    assert linked.united == ((4, 9),)
    assert linked.labels.tolist() == [4]
