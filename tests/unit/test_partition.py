"""Fires from batches: an in-memory store plays the services."""

from itertools import count
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.detections import Instrument
from sylvan.domain.grouping import Points, components, join
from sylvan.domain.grouping_batches import concerned, neighbour_boxes
from sylvan.domain.partition import (
    FireState,
    PartitionParameters,
    Standing,
    decide,
)
from tests.examples import examples

DAY, HOUR = 86_400, 3600
POLAR = (Instrument.VIIRS, Instrument.VIIRS, Instrument.MODIS)
ALL = (*POLAR, Instrument.GEOSTATIONARY)
VIIRS, GEO = Instrument.VIIRS, Instrument.GEOSTATIONARY
CANDIDATE, REGISTERED, REJECTED = Standing


def scatter(seed, n, place, km, days, instruments):
    rng = np.random.default_rng(seed)
    lat = place[1] + rng.normal(0, km / 111.2, n)
    lon = place[0] + rng.normal(0, km / 111.2, n) / np.cos(np.radians(place[1]))
    t = (rng.uniform(0, days, n) * DAY).astype(np.int64)
    kinds = rng.choice(np.array(instruments, np.int16), n)
    return Points((lon + 180) % 360 - 180, lat, t, kinds)


def row(*km_north, instrument=VIIRS, hour=0):
    """Detections on one meridian at given kilometres."""
    n = len(km_north)
    lat = 62.0 + np.array(km_north, float) / 111.5
    t = np.full(n, hour * HOUR, np.int64)
    return Points(np.full(n, 130.0), lat, t, np.full(n, instrument, np.int16))


def inside(points, boxes):
    hit = np.zeros(len(points.lon), bool)
    for b in boxes:
        hit |= (
            ((b.west <= points.lon) & (points.lon <= b.east))
            & ((b.south <= points.lat) & (points.lat <= b.north))
            & ((b.t0 <= points.t) & (points.t <= b.t1))
        )
    return hit


class Store:
    """What the services and the database do with a plan."""

    def __init__(self):
        self.points, self.fire = row(), np.empty(0, object)
        self.standing, self.created, self.resolves = {}, {}, {}
        self.serial = count(1)
        self.rejected_with = {}  # fire → its number of detections when it was rejected
        self.plans = []

    def birth(self):
        serial = next(self.serial)
        fire = UUID(int=serial)
        self.standing[fire], self.created[fire] = CANDIDATE, serial
        return fire

    def states(self, rows):
        fires = sorted(set(self.fire[rows]))
        confirming = [self.points.geostationary[self.fire == f].all() for f in fires]
        return [
            FireState(f, self.standing[f], self.created[f], whole=bool(only))
            for f, only in zip(fires, confirming, strict=True)
        ]

    def window(self, batch):
        hit = inside(self.points, neighbour_boxes(batch))
        wide = self.points.take(hit & self.points.geostationary)
        hit |= inside(self.points, neighbour_boxes(wide))
        near = np.flatnonzero(hit)
        fires = {fire: k for k, fire in enumerate(set(self.fire[near]))}
        groups = np.array([fires[fire] for fire in self.fire[near]], np.int64)
        hit[near] = concerned(self.points.take(near), groups, batch)
        whole = [s.id for s in self.states(hit) if s.whole]
        return np.flatnonzero(hit | np.isin(self.fire, whole))

    def add(self, batch, **words):
        near = self.window(batch)
        states = self.states(near)
        place = {state.id: k for k, state in enumerate(states)}
        anchors = [
            f not in self.rejected_with or (self.fire[:k] == f).sum() < self.rejected_with[f]
            for k, f in zip(near, self.fire[near], strict=True)
        ]
        plan = decide(
            self.points.take(near), [place[f] for f in self.fire[near]], states, batch,
            anchors=anchors, **words,
        )  # fmt: skip
        self.carry_out(plan, near, batch)
        return plan

    def carry_out(self, plan, near, batch):
        new = np.full(len(batch.lon), None, object)
        for step in plan.merge:
            assert self.standing[step.survivor] == self.standing[step.absorbed] == CANDIDATE
            self.fire[self.fire == step.absorbed] = step.survivor
            self.resolves[step.absorbed] = step.survivor
        for step in plan.create + plan.extend:
            fire = getattr(step, "fire", None) or self.birth()
            assert fire not in self.resolves
            assert (new[step.rows] == None).all()  # noqa: E711 - elementwise
            new[step.rows] = fire
            self.fire[near[step.moved]] = fire
        assert not (new == None).any()  # noqa: E711 - elementwise
        self.points, self.fire = join(self.points, batch), np.append(self.fire, new)
        self.plans.append(plan)

    def decided(self, fire, standing):
        self.standing[fire] = standing
        if standing == REJECTED:
            self.rejected_with[fire] = (self.fire == fire).sum()


def partition(labels):
    groups = {}
    for place, label in enumerate(labels):
        groups.setdefault(label, set()).add(place)
    return {frozenset(members) for members in groups.values()}


scenes = st.builds(
    scatter,
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 100),
    place=st.sampled_from([(129.7, 62.0), (180.0, 66.0), (-179.999, 77.0)]),
    km=st.sampled_from([0.5, 2.0, 6.0, 15.0]),
    days=st.sampled_from([1.0, 30.0, 200.0]),
    instruments=st.sampled_from([POLAR, ALL]),
)


@given(scenes, st.randoms(use_true_random=False), st.integers(1, 10))
@settings(max_examples=examples(100), deadline=None)
def test_candidates_do_not_depend_on_the_order_of_arrival(points, random, batches):
    order = np.array(random.sample(range(len(points.lon)), len(points.lon)))
    store = Store()
    for rows in np.array_split(order, batches):
        store.add(points.take(rows))
    assert partition(store.fire) == partition(components(points.take(order)))
    assert not any(plan.propose for plan in store.plans)


@given(scenes, st.randoms(use_true_random=False), st.integers(2, 8), st.data())
@settings(max_examples=examples(60), deadline=None)
def test_no_batch_moves_or_merges_what_people_decided(points, random, batches, data):
    order = np.array(random.sample(range(len(points.lon)), len(points.lon)))
    store, settled = Store(), {}
    for rows in np.array_split(order, batches):
        plan = store.add(points.take(rows))
        for place, fire in settled.items():
            assert store.fire[place] == fire
        for step in plan.propose:
            assert REGISTERED in (store.standing[step.keeper], store.standing[step.other])
            assert REJECTED not in (store.standing[step.keeper], store.standing[step.other])
            assert store.standing[step.keeper] >= store.standing[step.other]
        fires = sorted(f for f in set(store.fire) if store.standing[f] == CANDIDATE)
        if fires:
            fire = data.draw(st.sampled_from(fires))
            store.decided(fire, data.draw(st.sampled_from([REGISTERED, REJECTED])))
        for fire, standing in store.standing.items():
            if standing != CANDIDATE:
                settled |= dict.fromkeys(np.flatnonzero(store.fire == fire).tolist(), fire)


def test_the_elder_candidate_keeps_its_id_and_the_other_resolves_to_it():
    store = Store()
    store.add(row(0))
    store.add(row(1.6))
    first, second = store.fire
    plan = store.add(row(0.8, hour=2))
    assert [(m.survivor, m.absorbed) for m in plan.merge] == [(first, second)]
    assert set(store.fire) == {first}
    assert plan.merge[0].reason.code == "reason.group.merged_distance_time"
    assert plan.merge[0].reason.params == {"distance_km": 0.8, "hours": 2.0}


def test_a_candidate_that_reaches_a_registered_fire_is_proposed_not_merged():
    store = Store()
    store.add(row(1.6))
    store.add(row(0))
    candidate, registered = store.fire
    store.decided(registered, REGISTERED)
    plan = store.add(row(0.8, hour=3))
    assert plan.merge == ()
    assert store.fire[2] == registered
    assert [(p.keeper, p.other) for p in plan.propose] == [(registered, candidate)]
    assert plan.propose[0].reason.code == "reason.group.meets_registered"
    assert plan.propose[0].reason.params["distance_km"] == 0.8


def test_a_detection_between_registered_fires_joins_the_nearest_and_both_are_proposed():
    store = Store()
    store.add(row(0, 1.8))
    one, other = store.fire
    store.decided(one, REGISTERED)
    store.decided(other, REGISTERED)
    plan = store.add(row(0.95))
    assert store.fire[2] == other
    assert [(p.keeper, p.other) for p in plan.propose] == [(one, other)]


def test_of_equally_near_registered_fires_the_elder_is_joined():
    for elder in (0, 1):
        states = [FireState(UUID(int=k + 1), REGISTERED, created=abs(elder - k)) for k in (0, 1)]
        plan = decide(row(0.5, 0.5), [0, 1], states, row(0))
        assert plan.extend[0].fire == states[elder].id


def test_registered_fires_that_meet_through_a_chain_of_new_detections_are_proposed():
    store = Store()
    store.add(row(0, 3.9))
    for fire in store.fire:
        store.decided(fire, REGISTERED)
    plan = store.add(row(0.9, 1.8, 3.0, 2.4))
    one, other = store.fire[:2]
    assert set(store.fire) == {one, other}
    assert [(p.keeper, p.other) for p in plan.propose] == [(one, other)]


def test_new_detections_chained_to_a_registered_fire_join_it():
    store = Store()
    store.add(row(0))
    store.decided(store.fire[0], REGISTERED)
    plan = store.add(row(0.9, 1.8, 2.7))
    assert len(set(store.fire)) == 1
    assert plan.propose == ()


def test_more_of_a_rejected_fire_stays_with_it_but_it_does_not_creep():
    store = Store()
    store.add(row(0))
    flare = store.fire[0]
    store.decided(flare, REJECTED)
    plan = store.add(row(0.3, hour=12))
    assert store.fire[1] == flare
    assert plan.extend[0].reason.code == "reason.group.more_of_rejected"
    plan = store.add(row(1.2, hour=24))
    assert store.fire[2] != flare
    assert plan.create[0].reason.code == "reason.group.beside_rejected"
    assert plan.propose == ()


def test_a_detection_surely_of_fire_is_never_hidden_with_a_rejected_one():
    store = Store()
    store.add(row(0))
    store.decided(store.fire[0], REJECTED)
    plan = store.add(row(0.3, 0.4), likelihood=[0.95, 0.2])
    assert len(plan.create) == len(plan.extend) == 1
    assert store.fire[1] not in (store.fire[0], store.fire[2])


def test_attraction_of_rejected_fires_can_be_switched_off():
    store = Store()
    store.add(row(0))
    store.decided(store.fire[0], REJECTED)
    store.add(row(0.3), params=PartitionParameters(rejected_attracts=False))
    assert len(set(store.fire)) == 2


def test_a_rejected_fire_bridges_nothing():
    store = Store()
    store.add(row(0.8))
    store.decided(store.fire[0], REJECTED)
    store.add(row(0, 1.6), likelihood=[1, 1])
    assert len(set(store.fire)) == 3


def test_a_candidate_outbids_a_rejected_fire():
    store = Store()
    store.add(row(0, 1.6))
    flare, candidate = store.fire
    store.decided(flare, REJECTED)
    store.add(row(0.7))
    assert store.fire[2] == candidate


def test_fires_that_people_keep_apart_are_neither_merged_nor_proposed():
    store = Store()
    store.add(row(0, 1.6))
    one, other = store.fire
    plan = store.add(row(0.7), apart={frozenset({one, other})})
    assert plan.merge == plan.propose == ()
    assert store.fire[2] == one


def test_a_geostationary_candidate_lives_on_under_its_id_when_a_polar_satellite_sees_it():
    store = Store()
    store.add(row(0, instrument=GEO))
    first = store.fire[0]
    plan = store.add(row(1.5, hour=1))
    assert set(store.fire) == {first}
    assert plan.create == ()


def test_geostationary_detections_confirm_the_nearest_fire_and_merge_nothing():
    store = Store()
    store.add(row(0, 4.5))
    plan = store.add(row(2.0, instrument=GEO, hour=1))
    assert store.fire[2] == store.fire[0] != store.fire[1]
    assert plan.extend[0].reason.code == "reason.group.confirmed_geostationary"


def test_a_whole_fire_that_lost_its_middle_is_split_and_its_earliest_part_keeps_the_id():
    fire = FireState(UUID(int=1), CANDIDATE, 1, whole=True)
    left = join(row(0), row(3.0, hour=5))
    plan = decide(left, [0, 0], [fire], row(0.2, hour=6))
    assert [e.fire for e in plan.extend] == [fire.id]
    assert plan.create[0].moved.tolist() == [1]
    assert plan.create[0].reason.code == "reason.group.split"


def test_an_empty_world_makes_one_fire_of_a_first_batch():
    plan = decide(row(), [], [], row(0, 0.5, 5.0))
    assert [c.rows.tolist() for c in plan.create] == [[0, 1], [2]]
    assert plan.create[0].reason.code == "reason.group.new"
    assert plan.create[0].reason.params == {"count": 2}


def test_an_empty_batch_changes_nothing():
    state = FireState(UUID(int=1), CANDIDATE, 1)
    plan = decide(row(0), [0], [state], row())
    assert plan.merge == plan.create == plan.extend == plan.propose == ()


@pytest.mark.parametrize("standing", [CANDIDATE, REGISTERED])
def test_a_new_detection_names_distance_and_time_of_its_link(standing):
    state = FireState(UUID(int=1), standing, 1)
    plan = decide(row(0), [0], [state], row(0.5, 0.9, hour=30))
    assert plan.extend[0].reason.code == "reason.group.linked_distance_time"
    assert plan.extend[0].reason.params == {"distance_km": 0.5, "hours": 30.0}
