"""Grouping against an oracle that tests every pair on the ellipsoid in three dimensions."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sylvan.domain import grouping_kernel
from sylvan.domain.detections import Instrument
from sylvan.domain.grouping import (
    DEFAULT,
    Kind,
    Level,
    Points,
    components,
    count_ignitions,
    ignitions,
    nearest_links,
)

DAY = 86_400
KM_PER_DEGREE = 111.2
ECEF = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
PLACES = [(129.7, 62.0), (180.0, 66.0), (-179.999, 77.0), (20.0, -0.002), (147.0, -42.0), (0, 82.0)]


def scatter(seed, n, place, km, days=60.0, instruments=(Instrument.VIIRS,)):
    """n detections around a place, Gaussian with ``km``; longitudes wrapped to −180…180."""
    rng = np.random.default_rng(seed)
    lat = place[1] + rng.normal(0, km / KM_PER_DEGREE, n)
    lon = place[0] + rng.normal(0, km / KM_PER_DEGREE, n) / np.cos(np.radians(place[1]))
    t = 1_502_668_800 + (rng.uniform(0, days, n) * DAY).astype(np.int64)
    kinds = np.array(instruments, np.int16)
    return Points((lon + 180) % 360 - 180, lat, t, rng.choice(kinds, n))


def chords_km(points):
    """Distances of all pairs straight through the ellipsoid (1e-9 short of the geodesic)."""
    xyz = np.stack(ECEF.transform(points.lon, points.lat, np.zeros(len(points.lon))), axis=1)
    return np.linalg.norm(xyz[:, None] - xyz[None], axis=2) / 1000


def longest_link_km(points):
    coarse = points.kind == Kind.COARSE
    return np.where(coarse[:, None] | coarse[None], DEFAULT.coarse_km, DEFAULT.fine_km)


def all_pairs(points, tau):
    """The oracle for detections that link: label = earliest member, by testing all pairs."""
    km, limit = chords_km(points), longest_link_km(points)
    assume(not np.any(np.abs(km - limit) < 1e-5))  # rounding may decide these either way
    linked = (km <= limit) & (np.abs(points.t[:, None] - points.t[None]) <= tau)
    return earliest(points, connected_components(coo_matrix(linked))[1])


def earliest(points, part):
    """Name each part after its earliest member."""
    order = np.lexsort((np.arange(len(part)), points.lat, points.lon, points.t))
    first = {}
    for i in order:
        first.setdefault(part[i], i)
    return np.array([first[p] for p in part], np.int32)


def partition(labels):
    return {frozenset(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels)}


MIXES = [(Instrument.VIIRS,), (Instrument.MODIS,), (Instrument.VIIRS, Instrument.MODIS)]
scenes = st.builds(
    scatter,
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 120),
    place=st.sampled_from(PLACES),
    km=st.sampled_from([0.3, 1.0, 3.0, 8.0]),
    days=st.sampled_from([1.0, 30.0, 200.0]),
    instruments=st.sampled_from(MIXES),
)


@given(scenes, st.sampled_from(list(Level)))
@settings(max_examples=150, deadline=None)
def test_groups_equal_those_from_testing_all_pairs(points, level):
    expected = all_pairs(points, DEFAULT.tau(level))
    assert components(points, level=level).tolist() == expected.tolist()


@given(scenes, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_groups_do_not_depend_on_the_order_of_detections(points, random):
    order = np.array(random.sample(range(len(points.lon)), len(points.lon)))
    shuffled = components(points.take(order))
    assert (order[shuffled] == components(points)[order]).all()


@given(scenes, st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_duplicates_change_nothing_but_themselves(points, seed):
    n = len(points.lon)
    again = np.concatenate([np.arange(n), np.random.default_rng(seed).integers(0, n, n)])
    labels = components(points.take(again))
    assert (labels[:n] == components(points)).all()
    assert (labels[n:] == labels[again[n:]]).all()


@pytest.mark.parametrize("place", PLACES)
def test_a_season_of_thousands_groups_as_a_k_d_tree_links_it(place):
    points = scatter(7, 20_000, place, 25.0, days=100.0, instruments=MIXES[2])
    xyz = np.stack(ECEF.transform(points.lon, points.lat, np.zeros(20_000)), axis=1) / 1000
    pairs = cKDTree(xyz).query_pairs(DEFAULT.coarse_km, output_type="ndarray")
    km = np.linalg.norm(xyz[pairs[:, 0]] - xyz[pairs[:, 1]], axis=1)
    coarse = (points.kind[pairs] == Kind.COARSE).any(axis=1)
    near = km <= np.where(coarse, DEFAULT.coarse_km, DEFAULT.fine_km)
    linked = pairs[near & (np.abs(np.diff(points.t[pairs], axis=1)[:, 0]) <= DEFAULT.event_s)]
    graph = coo_matrix((np.ones(len(linked)), linked.T), shape=(20_000, 20_000))
    expected = earliest(points, connected_components(graph, directed=False)[1])
    assert (components(points) == expected).all()


@given(
    lat=st.floats(-80, 80),
    bearing=st.floats(-180, 180),
    km=st.floats(0.01, 4.0),
    lon=st.floats(-180, 180),
)
def test_distance_keeps_its_stated_error_against_the_geodesic(lat, bearing, km, lon):
    east, north, _ = Geod(ellps="WGS84").fwd(lon, lat, bearing, km * 1000)
    table = grouping_kernel.length_table()
    got = np.sqrt(grouping_kernel.squared_km(table, float(lon), float(lat), east, north))
    assert got == pytest.approx(km, rel=3e-6)


def test_a_link_of_exactly_the_longest_silence_counts_and_a_second_more_does_not():
    for silence, groups in ((DEFAULT.event_s, 1), (DEFAULT.event_s + 1, 2)):
        points = Points(
            np.full(2, 130.0), np.full(2, 62.0), np.array([0, silence]), np.full(2, 2, np.int16)
        )
        assert len(partition(components(points))) == groups


def test_modis_reaches_farther_than_viirs():
    def pair(one, other):
        lat = np.array([62.0, 62.0 + 1.2 / KM_PER_DEGREE])
        kinds = np.array([one, other], np.int16)
        return len(partition(components(Points(np.full(2, 130.0), lat, np.zeros(2, int), kinds))))

    assert pair(Instrument.VIIRS, Instrument.VIIRS) == 2
    assert pair(Instrument.VIIRS, Instrument.MODIS) == 1
    assert pair(Instrument.MODIS, Instrument.MODIS) == 1
    assert pair(Instrument.VIIRS, 77) == 1  # an unknown instrument counts as coarse


def row(km_north, instruments, hours=None):
    """Detections on one meridian at given kilometres."""
    n = len(km_north)
    t = np.zeros(n, np.int64) if hours is None else (np.array(hours) * 3600).astype(np.int64)
    lat = 62.0 + np.array(km_north) / KM_PER_DEGREE
    return Points(np.full(n, 130.0), lat, t, np.array(instruments, np.int16))


def test_a_geostationary_pixel_confirms_the_nearest_group_and_bridges_nothing():
    points = row([0, 2.0, 4.5], [Instrument.VIIRS, Instrument.GEOSTATIONARY, Instrument.VIIRS])
    assert components(points).tolist() == [0, 0, 2]


def test_a_lonely_geostationary_detection_is_a_group_of_its_own():
    points = row([0, 8.0, 10.0], [Instrument.VIIRS] + [Instrument.GEOSTATIONARY] * 2)
    assert components(points).tolist() == [0, 1, 1]


def test_a_bad_coordinate_is_named_by_its_place():
    points = row([0, 1, 2], [Instrument.VIIRS] * 3)
    points.lat[1] = 98.3
    with pytest.raises(ValueError, match=r"detection 1: longitude 130\.0, latitude 98\.3"):
        components(points)


def test_no_detections_make_no_groups():
    nothing = row([], [])
    assert components(nothing).tolist() == []
    assert ignitions(nothing).tolist() == []


@given(scenes, scenes)
@settings(max_examples=60, deadline=None)
def test_nearest_link_equals_the_smallest_of_all_distances(query, targets):
    found, km = nearest_links(query, targets)
    both = Points(*(np.concatenate(c) for c in zip(query, targets, strict=True)))
    n = len(query.lon)
    every = chords_km(both)[:n, n:]
    limit = longest_link_km(both)[:n, n:]
    assume(not np.any(np.abs(every - limit) < 1e-5))
    late = np.abs(query.t[:, None] - targets.t[None]) > DEFAULT.event_s
    every[late | (every > limit)] = np.inf
    assert np.allclose(km, every.min(axis=1), atol=1e-5)
    assert ((found < 0) == np.isinf(every.min(axis=1))).all()


def test_of_equally_near_targets_the_smaller_group_is_taken_and_a_barred_one_never():
    targets = row([0, 0, 0.5], [Instrument.VIIRS] * 3)
    query = row([0.1], [Instrument.VIIRS])
    assert nearest_links(query, targets, [5, 3, 1])[0].tolist() == [1]
    assert nearest_links(query, targets, [5, 3, 1], barred=[3])[0].tolist() == [0]
    assert nearest_links(query, targets, [3, 3, 1], barred=[3])[0].tolist() == [2]


def test_two_spots_that_burnt_apart_for_a_day_stay_visible_as_ignitions():
    spots = row([0, 3, 0.5, 2.5, 1.2, 1.9], [Instrument.VIIRS] * 6, hours=[0, 1, 12, 13, 26, 27])
    assert len(partition(components(spots))) == 1
    assert ignitions(spots).tolist() == [0, 1, 0, 1, 0, 1]


def test_spots_of_one_pass_that_join_are_one_ignition():
    spots = row([0, 2.7, 0.9, 1.8], [Instrument.VIIRS] * 4, hours=[0, 0, 0.01, 0.01])
    assert ignitions(spots).tolist() == [0, 0, 0, 0]


@given(scenes)
@settings(max_examples=60, deadline=None)
def test_ignitions_are_counted_as_they_are_told_apart(points):
    assert count_ignitions(points) == len(np.unique(ignitions(points)))


@given(scenes, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_ignitions_refine_groups_and_do_not_depend_on_order(points, random):
    parts, groups = ignitions(points), components(points)
    assert (groups[parts] == groups).all()
    order = np.array(random.sample(range(len(parts)), len(parts)))
    assert (order[ignitions(points.take(order))] == parts[order]).all()
