"""An edge that people gave overrules the satellites from its time on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from sylvan.domain import detections
from sylvan.domain.detections import Instrument
from sylvan.domain.edge import edge_of
from sylvan.domain.edge_overrule import (
    EdgeKind,
    PeoplesEdge,
    area_of_shape,
    edge_of_people,
    in_force,
    overruled,
)

HOUR = 3600
START = datetime(2026, 7, 17, tzinfo=UTC)
LON, LAT = 129.7, 62.0
EAST, NORTH = 52.4, 111.45  # km of a degree there, to a part in a thousand


def ground(west, south, east, north, lon=LON):
    """A rectangle given in km around the fire's place."""
    shape = box(lon + west / EAST, LAT + south / NORTH, lon + east / EAST, LAT + north / NORTH)
    return MultiPolygon([shape])


def people(shape, hours, kind=EdgeKind.DRAWN, number=1, realm=None):
    at = START + timedelta(hours=hours)
    return PeoplesEdge(UUID(int=number), kind, at, shape, realm or shape)


def seen(east_km, hours, north_km=0.0, lon=LON):
    rows = detections.empty(len(east_km))
    rows["lon"] = (lon + np.asarray(east_km) / EAST + 180) % 360 - 180
    rows["lat"] = LAT + np.asarray(north_km) / NORTH
    rows["acq_at"] = int(START.timestamp()) + (np.asarray(hours) * HOUR).astype(int)
    rows["instrument"] = Instrument.VIIRS
    return rows


SQUARE = ground(-1, -1, 1, 1)


def test_what_was_seen_by_then_does_not_extend_the_edge():
    rows = seen([-1.5, 0.0, 1.5], [0, 5, 10])
    assert overruled([people(SQUARE, 10)], rows).polygon.equals(SQUARE)


def test_what_is_seen_later_and_outside_extends_it():
    rows = seen([0.0, 1.6], [0, 12])
    edge = overruled([people(SQUARE, 10)], rows)
    assert edge.polygon.contains(shapely.Point(rows["lon"][1], rows["lat"][1]))
    assert edge.area_ha > area_of_shape(SQUARE) + 10
    assert len(edge.polygon.geoms) == 1  # the gap to the edge counts as burnt
    assert edge.area_lo_ha <= edge.area_ha <= edge.area_hi_ha


def test_what_is_seen_later_but_inside_changes_nothing():
    rows = seen([0.0, 0.5, -0.7], [12, 13, 14])
    assert overruled([people(SQUARE, 10)], rows).polygon.equals(SQUARE)


def test_an_unburnt_island_that_people_drew_stays_unburnt():
    ring = shapely.difference(SQUARE.geoms[0], ground(-0.3, -0.3, 0.3, 0.3).geoms[0])
    edge = overruled([people(MultiPolygon([ring]), 10)], seen([1.6], [12]))
    assert not edge.polygon.contains(shapely.Point(LON, LAT))
    again = overruled([people(MultiPolygon([ring]), 10)], seen([0.0], [12]))
    assert again.polygon.contains(shapely.Point(LON, LAT))  # it burns there now


def test_detections_of_another_fire_that_joined_are_not_overruled():
    rows = seen([0.0, 6.0], [0, 1])
    edge = overruled([people(SQUARE, 10)], rows)
    assert edge.polygon.contains(shapely.Point(rows["lon"][1], rows["lat"][1]))


def test_ground_of_the_edge_that_was_replaced_is_spoken_for():
    rows = seen([0.0, 2.5], [0, 1])
    realm = edge_of(seen([0.0, 1.0, 2.0], [0, 0, 0])).polygon
    assert overruled([people(SQUARE, 10, realm=realm)], rows).polygon.equals(SQUARE)


def test_of_one_fire_the_newest_time_is_in_force_whoever_came_first():
    one, other = UUID(int=7), UUID(int=8)
    early, late = people(SQUARE, 10, number=1), people(SQUARE, 20, number=2)
    elsewhere = people(ground(5, 0, 6, 1), 15, number=3)
    assert in_force([(one, late), (one, early)]) == (late,)
    assert in_force([(one, early), (one, late), (other, elsewhere)]) == (elsewhere, late)


def test_edges_of_fires_that_became_one_are_united():
    far = ground(5, 0, 6, 1)
    edge = overruled([people(SQUARE, 10, number=1), people(far, 15, number=2)], detections.empty())
    exact = area_of_shape(SQUARE) + area_of_shape(far)
    assert edge.area_ha == pytest.approx(exact, rel=1e-4)


def test_a_walked_edge_is_surer_than_a_drawn_one_and_both_than_a_satellites():
    walked = edge_of_people(people(SQUARE, 10, EdgeKind.TRACK))
    drawn = edge_of_people(people(SQUARE, 10, EdgeKind.DRAWN))
    satellites = edge_of(seen(np.linspace(-1, 1, 30), np.zeros(30)))
    width = [(edge.area_hi_ha - edge.area_lo_ha) / edge.area_ha for edge in (walked, drawn)]
    assert width[0] < width[1] < 0.5
    assert satellites.area_hi_ha - satellites.area_lo_ha > 0.5 * satellites.area_ha
    assert walked.area_ha == pytest.approx(400, rel=0.01)


@given(st.integers(0, 2**32 - 1), st.sampled_from([LON, 179.99]))
@example(18125, LON)  # the union left a collection in a collection, and all but a crumb was lost
@settings(max_examples=30, deadline=None)
def test_the_result_is_valid_holds_the_ground_and_does_not_depend_on_order(seed, lon):
    rng = np.random.default_rng(seed)
    rows = seen(rng.normal(0, 1.5, 20), rng.uniform(0, 30, 20), rng.normal(0, 1.5, 20), lon)
    west = ground(-1, -1, 0, 1, lon)
    half = Polygon(west.geoms[0].exterior) if lon == LON else box(179.97, 61.995, 180, 62.005)
    given_edge = people(MultiPolygon([half]), 10)
    edge = overruled([given_edge], rows)
    assert edge.polygon.is_valid
    assert shapely.difference(half, edge.polygon).area < 1e-9
    assert edge.area_lo_ha <= edge.area_ha <= edge.area_hi_ha
    assert all(part.bounds[2] - part.bounds[0] < 180 for part in edge.polygon.geoms)
    shuffled = overruled([given_edge], rng.permutation(rows))
    assert shuffled.polygon.wkb == edge.polygon.wkb
