"""Growth by hour and by direction, from the set of detections alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box

from sylvan.domain import detections
from sylvan.domain.detections import Instrument
from sylvan.domain.edge import area_of
from sylvan.domain.edge_growth import growth_of
from sylvan.domain.edge_overrule import EdgeKind, PeoplesEdge, area_of_shape

HOUR = 3600
START = 1_752_000_000


def seen(east_km, hours, north_km=0.0, instrument=Instrument.VIIRS):
    rows = detections.empty(len(east_km))
    rows["lon"] = 129.7 + np.asarray(east_km) / 52.3
    rows["lat"] = 62.0 + np.asarray(north_km) / 111.4
    rows["acq_at"] = START + (np.asarray(hours) * HOUR).astype(int)
    rows["instrument"] = instrument
    return rows


def cloud(seed, n):
    rng = np.random.default_rng(seed)
    rows = seen(rng.normal(0, 2, n), rng.uniform(0, 80, n), rng.normal(0, 2, n))
    rows["instrument"] = rng.choice([Instrument.VIIRS, Instrument.MODIS], n)
    return rows


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 15, 120]))
@settings(max_examples=40, deadline=None)
def test_areas_only_grow_and_end_with_that_of_the_edge(seed, n):
    rows = cloud(seed, n)
    hours = growth_of(rows).hours
    areas = [step.area_ha for step in hours]
    assert areas == sorted(areas)
    assert areas[-1] == pytest.approx(area_of(rows))
    assert [step.at for step in hours] == sorted({step.at for step in hours})
    assert len(hours) <= 48


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_growth_does_not_depend_on_the_order_of_detections(seed):
    rows = cloud(seed, 30)
    shuffled = np.random.default_rng(seed).permutation(np.concatenate([rows, rows]))
    assert growth_of(rows) == growth_of(shuffled)


def test_gains_are_the_differences_of_areas():
    hours = growth_of(seen([0, 1, 2, 3], [0, 12, 24, 36])).hours
    areas = [0.0, *(step.area_ha for step in hours)]
    assert [step.gained_ha for step in hours] == pytest.approx(np.diff(areas))


def test_the_edge_advances_in_the_direction_in_which_the_fire_ran():
    growth = growth_of(seen([0, 0.3, 0.6, 1.6, 2.6, 3.6], [0, 0, 0, 12, 24, 36]))
    assert [one.bearing_deg for one in growth.directions] == [45.0 * k for k in range(8)]
    advance = {one.bearing_deg: one for one in growth.directions}
    # the last pass a day before the end is that at 12 h, 2 km back
    assert advance[90.0].advance_km == pytest.approx(2.0, abs=0.2)
    assert advance[90.0].km_h == pytest.approx(2.0 / 24, abs=0.01)
    assert advance[270.0].advance_km == 0.0


def test_directions_cannot_be_told_from_one_pass():
    assert growth_of(seen([0, 1], [0, 0.5])).directions == ()


def test_no_detections_have_no_growth():
    with pytest.raises(ValueError, match="at least one detection"):
        growth_of(detections.empty())


def test_growth_begins_anew_with_the_edge_that_people_drew():
    rows = seen([0, 1, 2, 3, 4], [0, 12, 24, 36, 48])
    ground = MultiPolygon([box(129.69, 61.99, 129.76, 62.01)])
    at = datetime.fromtimestamp(START, UTC) + timedelta(hours=30)
    people = [PeoplesEdge(UUID(int=1), EdgeKind.DRAWN, at, ground, ground)]
    hours = {step.at: step for step in growth_of(rows, edges=people).hours}
    assert hours[at].area_ha == pytest.approx(area_of_shape(ground))
    last = max(hours)
    assert last == at + timedelta(hours=18)
    assert hours[last].area_ha >= hours[at].area_ha
    directions = growth_of(rows, edges=people).directions
    # the drawn edge ends 3.1 km east of the start, the last pixel was seen at 4 km
    assert max(one.advance_km for one in directions) == pytest.approx(1.0, abs=0.4)
