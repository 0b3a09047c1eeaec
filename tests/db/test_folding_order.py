"""Versions of pixels nearer to each other than half a pixel, in any order, on real PostGIS.

The rows lie so tightly that versions compete for pixels, replaced ones live again, and fires lose
the very detections that held them together. What is compared is everything that a fire says of
itself, with one run over all rows in order.
"""

from dataclasses import dataclass
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sylvan.domain.detections import Instrument, NativeConfidence, Satellite, Stage, empty
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    detections_of,
    installation,
    opened,
    partition,
    replay_world,
    shapes,
)
from tests.examples import examples

DAY_S, T0 = 86_400, int(NOW.timestamp()) - 30 * 86_400
SPOTS_KM = (0.0, 0.0, 0.85, 1.7)
SEEN_BY = {
    Satellite.AQUA: (Instrument.MODIS, 2.0, 0.45),  # at the swath's edge, wider than a link
    Satellite.HIMAWARI: (Instrument.GEOSTATIONARY, 2.0, 0.45),
}
_worlds = count(1)


@dataclass(frozen=True)
class Batch:
    """Rows as if a file had brought them."""

    rows: np.ndarray
    name: str = "rows"
    product: str = "test"
    incomplete: bool = False

    @property
    def total_rows(self) -> int:
        return len(self.rows)


@st.composite
def pixels(draw):
    """One version of some pixel: spots at the length of a link, rows within half a pixel."""
    one = empty(1)
    bird = draw(st.sampled_from([*3 * [Satellite.SNPP], Satellite.NOAA20, *3 * [Satellite.AQUA]]))
    bird = draw(st.sampled_from([*9 * [bird], Satellite.HIMAWARI]))
    instrument, size, step = SEEN_BY.get(bird, (Instrument.VIIRS, 0.4, 0.07))
    north_km = draw(st.sampled_from(SPOTS_KM)) + draw(st.integers(0, 4)) * step
    one["lat"], one["lon"] = round(ORIGIN[1] + north_km * KM_LAT, 5), ORIGIN[0]
    one["acq_at"] = T0 + draw(st.sampled_from([0, 0, 0, 60, 2 * DAY_S, 21 * DAY_S]))
    one["satellite"], one["instrument"] = bird, instrument
    one["scan"] = one["track"] = size
    one["stage"] = draw(st.sampled_from([Stage.URT, Stage.NRT, Stage.NRT, Stage.STANDARD]))
    one["collection"], one["precision"] = 20, 5
    one["frp"] = draw(st.sampled_from([5.0, 12.5]))
    one["bright"], one["confidence_native"] = 330.0, NativeConfidence.NOMINAL
    one["confidence"] = 0.6
    return one


@st.composite
def arrivals(draw):
    """Rows, and the batches in which they come: split, shuffled, some of them twice."""
    rows = np.concatenate(draw(st.lists(pixels(), min_size=2, max_size=16)))
    again = draw(st.lists(st.integers(0, len(rows) - 1), max_size=4))
    order = draw(st.permutations([*range(len(rows)), *again]))
    cuts = draw(st.lists(st.integers(1, len(order) - 1), max_size=6, unique=True))
    return rows, np.split(np.array(order), sorted(cuts))


@pytest.fixture(scope="module")
def house(db_url):
    with opened(db_url) as made:
        yield made


def world(house) -> str:
    name = f"tight-{next(_worlds)}"
    replay_world(house, name)
    return name


def store(house, name, rows, **options) -> None:
    house.intake.store(installation(house, name), Batch(rows), b"", "test", **options)


def ordered(rows):
    return rows[np.lexsort((rows["lat"], rows["stage"], rows["acq_at"]))]


@settings(
    max_examples=examples(40),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a case takes a second: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), case=arrivals())
def test_fires_do_not_depend_on_the_order_in_which_versions_come(house, data, case) -> None:
    rows, batches = case
    some, once = world(house), world(house)
    later = data.draw(st.booleans())
    for places in batches:
        store(house, some, rows[places], assess=not (later and data.draw(st.booleans())))
    house.intake.assess_pending(installation(house, some), data.draw(st.sampled_from([1, 3, 99])))
    store(house, once, ordered(rows))
    assert detections_of(house, some) == detections_of(house, once)
    assert partition(house, some) == partition(house, once)
    assert shapes(house, some) == shapes(house, once)
    assert bare(house, some) == []


def bare(house, name):
    """Fires that stand without a detection."""
    query = text(
        "select id from fire where world_id = :world and merged_into is null and n_detections = 0"
    )
    with house.worlds.engine.connect() as conn:
        found = conn.execute(query, {"world": installation(house, name).world.id})
        return [row.id for row in found]


def test_a_row_lives_again_when_what_replaced_it_turns_out_to_be_another_pixels_version(
    house,
) -> None:
    rows = np.concatenate([empty(1)] * 3)
    rows["lat"] = np.round(ORIGIN[1] + np.array([0.0, 0.15, 0.16]) * KM_LAT, 5)  # half a pixel: 0.2
    rows["lon"], rows["acq_at"] = ORIGIN[0], T0
    rows["satellite"], rows["instrument"] = Satellite.SNPP, Instrument.VIIRS
    rows["scan"] = rows["track"] = 0.4
    rows["stage"] = [Stage.URT, Stage.NRT, Stage.URT]
    rows["collection"], rows["precision"] = 20, 5
    name, live = world(house), []
    for k in range(3):
        store(house, name, rows[k : k + 1])
        live.append(
            sorted(round((one[-2] - ORIGIN[1]) / KM_LAT, 2) for one in detections_of(house, name))
        )
    assert live == [[0.0], [0.15], [0.0, 0.15]]


def test_all_that_can_happen_to_a_version_happened_there(house) -> None:
    """The test of the test: its cases are tight enough."""
    query = text(
        "select sum((counts ->> 'replaced')::int) > 0, sum((counts ->> 'superseded')::int) > 0,"
        " sum((counts ->> 'restored')::int) > 0 from batch"
    )
    with house.worlds.engine.connect() as conn:
        assert tuple(conn.execute(query).one()) == (True, True, True)


def test_books_of_all_those_versions_balance(house) -> None:
    drain(house.worlds.engine)
    assert books.faults(house.worlds.engine) == {}
