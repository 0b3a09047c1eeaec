"""Fires measured together are what each would be alone, whatever stands beside it."""

from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain import detections
from sylvan.domain.detections import Instrument, Satellite
from sylvan.domain.edge_overrule import EdgeKind, PeoplesEdge
from sylvan.domain.heat import HeatKind, HeatRegister, HeatSource
from sylvan.domain.nearby import Lakes
from sylvan.domain.surroundings import LandCover, Surroundings, Weather
from sylvan.services.measure import Job, Ruler

START_S = int(datetime(2023, 7, 1, tzinfo=UTC).timestamp())
TAIGA, DATE_LINE = (130.0, 62.0), (179.99, 66.0)
SATELLITES = {
    Instrument.VIIRS: [Satellite.SNPP, Satellite.NOAA20],
    Instrument.MODIS: [Satellite.TERRA, Satellite.AQUA],
    Instrument.GEOSTATIONARY: [Satellite.HIMAWARI],
}
SIZES = {Instrument.VIIRS: 0.4, Instrument.MODIS: 1.4, Instrument.GEOSTATIONARY: 2.0}
RULER = Ruler(
    HeatRegister([HeatSource("flare", HeatKind.FLARE, *TAIGA, radius_km=1.5)]),
    Lakes([shapely.Point(130.02, 62.01).buffer(0.02)]),
)


def fire(seed, n, place, km, instruments):
    rng = np.random.default_rng(seed)
    rows = detections.empty(n)
    rows["lat"] = place[1] + rng.normal(0, km / 111.2, n)
    lon = place[0] + rng.normal(0, km / 111.2, n) / np.cos(np.radians(place[1]))
    rows["lon"] = (lon + 180) % 360 - 180
    rows["acq_at"] = START_S + 600 * rng.integers(0, 400, n)
    rows["instrument"] = rng.choice(instruments, n)
    rows["satellite"] = [rng.choice(SATELLITES[Instrument(one)]) for one in rows["instrument"]]
    rows["scan"] = rows["track"] = [SIZES[Instrument(one)] for one in rows["instrument"]]
    rows["frp"] = np.where(rng.random(n) < 0.2, np.nan, rng.lognormal(2, 1, n))
    rows["bright"], rows["bright_long"] = rng.uniform(310, 360, n), rng.uniform(280, 300, n)
    rows["confidence_native"] = rng.choice([201, 202, 203, 40], n)
    rows["daynight"], rows["type"] = rng.choice([0, 1, 2], n), rng.choice([-1, 0, 2], n)
    return rows


def drawn(seed):
    """An edge that somebody drew in the taiga."""
    rng = np.random.default_rng(seed)
    around = shapely.MultiPolygon([shapely.Point(TAIGA).buffer(rng.uniform(0.01, 0.05))])
    at = datetime.fromtimestamp(START_S + int(rng.integers(0, 200_000)), UTC)
    return PeoplesEdge(UUID(int=seed), EdgeKind.DRAWN, at, around, around)


KNOWN = Surroundings(
    reports=("call",),
    water_km=0.5,
    land_cover=LandCover.FOREST,
    industry_km=1.0,
    settlement_km=0.2,
    weather=Weather(20.0, 40.0, 0.0, 3.0),
)
jobs = st.builds(
    lambda rows, near, edge: Job(rows, near.reports, near, edge),
    rows=st.builds(
        fire,
        seed=st.integers(0, 2**32 - 1),
        n=st.sampled_from([1, 1, 2, 9, 60]),
        place=st.sampled_from([TAIGA, TAIGA, DATE_LINE]),
        km=st.sampled_from([0.3, 2.0, 8.0]),
        instruments=st.sampled_from([[one] for one in SATELLITES] + [list(SATELLITES)]),
    ),
    near=st.sampled_from([Surroundings(), KNOWN]),
    edge=st.one_of(
        st.just(()), st.just(()), st.builds(drawn, st.integers(0, 99)).map(lambda e: (e,))
    ),
)


@given(st.lists(jobs, min_size=1, max_size=6))
@settings(max_examples=15, deadline=None)
def test_fires_measured_together_are_those_measured_one_by_one_in_their_order(some):
    alone = [RULER.of_rows(one.rows, one.reports, near=one.near, people=one.people) for one in some]
    together = RULER.of_many(some)
    assert together == alone
    assert [one.edge.wkb for one in together] == [one.edge.wkb for one in alone]
    assert RULER.of_many(some[::-1]) == alone[::-1]


def test_no_fires_are_measured_as_none():
    assert RULER.of_many([]) == []


def test_a_fire_without_detections_is_refused_among_others():
    one = Job(fire(1, 3, TAIGA, 1.0, [Instrument.VIIRS]), (), Surroundings(), ())
    nothing = Job(detections.empty(), (), Surroundings(), ())
    with pytest.raises(ValueError, match="at least one detection"):
        RULER.of_many([one, nothing])


def test_rows_that_carry_more_columns_are_measured_beside_plain_ones():
    rows = fire(4, 5, TAIGA, 1.0, [Instrument.VIIRS])
    wide = np.zeros(5, [*detections.DETECTION.descr, ("key", "i8")])
    for name in detections.COLUMNS:
        wide[name] = rows[name]
    kinds = [Job(some, (), Surroundings(), ()) for some in (rows, wide, wide)]
    (expected,) = RULER.of_many(kinds[:1])
    assert RULER.of_many(kinds) == [expected] * 3
    assert RULER.of_many(kinds[1:]) == [expected] * 2
    assert RULER.of_many(kinds[2:]) == [expected]


def test_people_s_edges_alone_and_among_others_are_theirs():
    rows = fire(2, 5, TAIGA, 0.3, [Instrument.VIIRS])
    theirs = Job(rows, (), Surroundings(), (drawn(3),))
    ours = Job(rows, (), Surroundings(), ())
    sources = [one.edge_source for one in RULER.of_many([ours, theirs, ours])]
    assert sources == ["satellite", "drawn", "satellite"]
    assert RULER.of_many([theirs]) == RULER.of_many([ours, theirs])[1:]
