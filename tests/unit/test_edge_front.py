"""The active front: parts of the edge near what the latest passes saw."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon

from sylvan.domain import detections
from sylvan.domain.detections import Instrument
from sylvan.domain.edge import edge_of
from sylvan.domain.edge_front import DEFAULT as FRONT
from sylvan.domain.edge_front import front_of, plane_at

HOUR = 3600
START = 1_752_000_000


def eastward(n=40, lon=129.7, lat=62.0, hours=96.0):
    """A fire that runs 8 km to the east in some days."""
    rows = detections.empty(n)
    part = np.linspace(0, 1, n)
    rows["lon"] = (lon + 8 * part / 52.3 + 180) % 360 - 180
    rows["lat"] = lat + 0.006 * np.sin(40 * part)
    rows["acq_at"] = START + (part * hours * HOUR).astype(int)
    rows["instrument"] = Instrument.VIIRS
    return rows


def places(front):
    return shapely.points(shapely.get_coordinates(shapely.segmentize(front, 1e-4)))


@given(st.integers(0, 2**32 - 1), st.sampled_from([129.7, 179.95]))
@settings(max_examples=40, deadline=None)
def test_the_front_lies_on_the_edge_and_never_on_the_cut_at_180(seed, lon):
    rng = np.random.default_rng(seed)
    rows = eastward(int(rng.integers(1, 60)), lon)
    rows["lat"] += rng.normal(0, 0.01, len(rows))
    edge = edge_of(rows).polygon
    front = front_of(edge, rows)
    assert front is not None
    assert shapely.distance(places(front), edge.boundary).max() < 1e-8
    assert all((np.abs(np.array(line.coords)[:, 0]) < 180).any() for line in front.geoms)


@given(st.integers(0, 2**32 - 1), st.sampled_from([129.7, 179.95]))
@settings(max_examples=25, deadline=None)
def test_the_front_is_what_of_the_edge_lies_near_the_latest_pixels(seed, lon):
    rng = np.random.default_rng(seed)
    rows = eastward(int(rng.integers(1, 60)), lon)
    rows["lat"] += rng.normal(0, 0.01, len(rows))
    edge = edge_of(rows).polygon
    late = rows[rows["acq_at"] >= rows["acq_at"].max() - 12 * HOUR]
    around = plane_at(lon, 62.0)
    centres = shapely.MultiPoint(around.km(late["lon"], late["lat"]))
    on_edge = places(edge.boundary)
    away = shapely.distance(shapely.points(around.km(*shapely.get_coordinates(on_edge).T)), centres)
    seam = np.abs(shapely.get_x(on_edge)) == 180
    burns = shapely.distance(on_edge, front_of(edge, rows)) < 2e-6  # places keep to the grid
    reach = FRONT.line_km + 0.375 / 2
    assert burns[(away < reach - FRONT.step_km) & ~seam].all()
    assert not burns[away > reach + FRONT.step_km].any()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_the_front_does_not_depend_on_the_order_of_detections(seed):
    rows = eastward()
    edge = edge_of(rows).polygon
    shuffled = np.random.default_rng(seed).permutation(rows)
    assert front_of(edge, rows).wkb == front_of(edge, shuffled).wkb


def test_the_front_of_a_fire_that_ran_east_is_its_eastern_end():
    rows = eastward()
    front = front_of(edge_of(rows).polygon, rows)
    late = rows[rows["acq_at"] >= rows["acq_at"].max() - 12 * HOUR]
    assert shapely.get_coordinates(front)[:, 0].min() > late["lon"].min() - 0.6 / 52.3
    assert front.bounds[2] > rows["lon"].max()


def test_a_fire_seen_in_one_pass_burns_all_around():
    rows = eastward(hours=0.0)
    rows["lat"] = 62.0  # no bay between the pixels
    edge = edge_of(rows).polygon
    assert front_of(edge, rows).length == pytest.approx(edge.boundary.length, rel=1e-6)


def test_what_burns_far_inside_makes_no_front():
    turn = np.linspace(0, 2 * np.pi, 200)
    rows = detections.empty(201)
    rows["lon"][:200] = 129.7 + 2.5 * np.cos(turn) / 52.3
    rows["lat"][:200] = 62.0 + 2.5 * np.sin(turn) / 111.4
    rows["lon"][200], rows["lat"][200] = 129.7, 62.0
    rows["instrument"], rows["acq_at"] = Instrument.VIIRS, START
    rows["acq_at"][200] += 48 * HOUR
    filled = MultiPolygon([shapely.Polygon(edge_of(rows).polygon.geoms[0].exterior)])
    assert front_of(filled, rows) is None


def test_a_geostationary_look_does_not_widen_the_front():
    rows = eastward()
    edge = edge_of(rows).polygon
    fixed = rows[:1].copy()
    fixed["instrument"], fixed["acq_at"] = Instrument.GEOSTATIONARY, rows["acq_at"].max()
    assert front_of(edge, np.concatenate([rows, fixed])).equals(front_of(edge, rows))
