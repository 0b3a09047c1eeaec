"""Least hours on rasters and graphs, beside scikit-image and SciPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import floyd_warshall

from sylvan.domain.travel import travel_kernel
from sylvan.domain.travel.plane import Plane
from sylvan.domain.travel.roads import RoadGraph


def ground(seed, shape=(40, 30), closed=0.2):
    rng = np.random.default_rng(seed)
    friction = rng.uniform(0.02, 0.6, shape) * rng.choice([1.0, 8.0], shape)
    friction[rng.random(shape) < closed] = np.inf
    friction[shape[0] // 2, shape[1] // 2] = 0.1
    return friction


def from_middle(friction):
    start = np.full(friction.shape, np.inf)
    start[friction.shape[0] // 2, friction.shape[1] // 2] = 0.0
    return start


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("closed", [0.0, 0.2, 0.45])
def test_hours_equal_those_of_scikit_image(seed, closed):
    graph = pytest.importorskip("skimage.graph")
    friction = ground(seed, closed=closed)
    ours = travel_kernel.grow(friction, from_middle(friction), 1.0, 1e3)
    walker = graph.MCP_Geometric(np.where(np.isfinite(friction), friction, -1.0))
    theirs, _ = walker.find_costs([(20, 15)])
    assert np.allclose(ours, theirs, rtol=1e-12, atol=0.0)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.1, 3.0))
def test_what_is_cut_off_by_the_limit_is_only_what_comes_later(seed, limit):
    friction = ground(seed)
    start = from_middle(friction)
    whole = travel_kernel.grow(friction, start, 1.0, 1e3)
    early = travel_kernel.grow(friction, start, 1.0, limit)
    assert np.array_equal(early, np.where(whole <= limit, whole, np.inf))


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_many_starts_give_the_least_of_each_alone(seed):
    friction = ground(seed)
    rng = np.random.default_rng(seed)
    together, alone = np.full(friction.shape, np.inf), []
    for _ in range(3):
        cell = tuple(rng.integers(0, friction.shape))
        one = np.full(friction.shape, np.inf)
        one[cell] = rng.uniform(0.0, 2.0)
        together = np.minimum(together, one)
        alone.append(travel_kernel.grow(friction, one, 1.0, 50.0))
    found = travel_kernel.grow(friction, together, 1.0, 50.0)
    assert np.allclose(found, np.min(alone, axis=0), rtol=1e-12)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_the_way_back_takes_the_hours_that_it_should(seed):
    friction = ground(seed)
    times = travel_kernel.grow(friction, from_middle(friction), 1.0, 50.0)
    row, column = np.argwhere(np.isfinite(times))[-1]
    kept = times.astype(np.float32).astype(np.float64)
    way = travel_kernel.way_back(kept, friction, 1.0, row, column)
    steps = np.hypot(*np.diff(way, axis=0).T)
    mean = (friction[tuple(way[1:].T)] + friction[tuple(way[:-1].T)]) / 2
    assert way[-1].tolist() == [20, 15]
    assert float((steps * mean).sum()) == pytest.approx(times[row, column], rel=1e-5)


def test_ground_that_is_closed_everywhere_leads_nowhere():
    friction = np.full((5, 5), np.inf)
    assert np.isinf(travel_kernel.grow(friction, np.zeros((5, 5)), 1.0, 10.0)).all()


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_hours_on_roads_are_the_least_over_all_places_where_one_may_begin(seed):
    rng = np.random.default_rng(seed)
    count = 30
    dense = rng.uniform(0.1, 2.0, (count, count)) * (rng.random((count, count)) < 0.08)
    sparse = csr_matrix(dense + dense.T)
    graph = RoadGraph(
        Plane(0.0, 60.0, 0.0, 0.0, 1, 1, 1.0),
        np.zeros((count, 2)),
        sparse.indptr.astype(np.int64),
        sparse.indices.astype(np.int64),
        sparse.data,
        sparse.data,
    )
    start = np.full(count, np.inf)
    start[[0, 1, 2]] = 0.0, 0.3, 1.1
    ours, previous = graph.times(start, 3.0)
    between = floyd_warshall(sparse)
    least = (start[:3, None] + between[:3]).min(axis=0)
    assert np.allclose(ours, np.where(least <= 3.0, least, np.inf))
    for node in np.flatnonzero(np.isfinite(ours)):
        nodes, km = graph.way(int(node), previous)
        assert start[nodes[0]] + km == pytest.approx(ours[node])
