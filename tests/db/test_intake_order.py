"""Whatever the order of arrival, the same detections, fires and edges stand at the end.

Every example plays in a world of its own on one database; what it is compared with is all its rows
in one batch.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sylvan.domain.detections import Satellite, Stage
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    Pass,
    detections_of,
    firms_file,
    installation,
    opened,
    parsed,
    partition,
    replay_world,
    seen,
    shapes,
    take,
)
from tests.examples import examples

BIRDS = (Satellite.SNPP, Satellite.NOAA20, Satellite.AQUA)
STAGES = (Stage.NRT, Stage.STANDARD)
_worlds = count(1)


@dataclass(frozen=True)
class AtOnce:
    """All rows in one batch, as if one file had brought them."""

    rows: np.ndarray
    name: str = "all"
    product: str = "test"
    incomplete: bool = False

    @property
    def total_rows(self) -> int:
        return len(self.rows)


@st.composite
def days(draw):
    """Passes over one small map, so that fires grow, meet and bridge each other."""
    made = []
    for number in range(draw(st.integers(2, 7))):
        east, north = draw(st.integers(-4, 4)), draw(st.integers(-2, 2))
        lon = ORIGIN[0] + east * 0.8 * KM_LAT / np.cos(np.radians(ORIGIN[1]))
        # a day and some minutes apart: passes are never versions of each other
        at = NOW - timedelta(days=draw(st.integers(1, 25)), minutes=10 * number)
        made.append(
            Pass(
                float(lon),
                ORIGIN[1] + north * 0.8 * KM_LAT,
                at,
                draw(st.sampled_from(BIRDS)),
                draw(st.integers(1, 2)),
            )
        )
    return made


def versions(one: Pass, seed: int) -> list[bytes]:
    """A pass as it is delivered: near real time, then standard."""
    return [firms_file(seen(one, seed=seed, stage=stage), stage) for stage in STAGES]


@pytest.fixture(scope="module")
def house(db_url):
    with opened(db_url) as made:
        yield made


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), day=days(), seed=st.integers(0, 1000))
def test_final_picture_does_not_depend_on_the_order_of_arrival(house, data, day, seed) -> None:
    files = [body for one in day for body in versions(one, seed)]
    again = data.draw(st.lists(st.sampled_from(files), max_size=3))
    order = data.draw(st.permutations(files + again))
    some, once = (f"order-{next(_worlds)}" for _ in range(2))
    for name in (some, once):
        replay_world(house, name)
    for number, body in enumerate(order):
        take(house, f"{number}.csv", body, some)
    rows = np.concatenate([parsed(body).rows for body in files])
    house.intake.store(installation(house, once), AtOnce(rows), b"", "once")
    assert detections_of(house, some) == detections_of(house, once)
    assert partition(house, some) == partition(house, once)
    assert shapes(house, some) == shapes(house, once)


def test_books_of_all_those_orders_balance(house) -> None:
    drain(house.worlds.engine)
    assert books.faults(house.worlds.engine) == {}


@pytest.mark.parametrize("seed", range(4))
def test_a_merge_bridged_by_a_late_pass_keeps_the_elder_id(house, seed) -> None:
    world = f"bridge-{seed}"
    replay_world(house, world)
    west, east, bridge = (
        firms_file(seen(Pass(ORIGIN[0] + x, ORIGIN[1], NOW - timedelta(hours=h), across=1)))
        for x, h in ((-0.017, 9), (0.017, 8), (0.0, 20))
    )
    first, second = (west, east) if seed % 2 else (east, west)
    take(house, "first.csv", first, world)
    actor = installation(house, world)
    (elder,) = house.picture.snapshot(actor)["fires"]
    house.intake.clock.advance(minutes=1)
    take(house, "second.csv", second, world)
    younger = next(
        fire["id"] for fire in house.picture.snapshot(actor)["fires"] if fire["id"] != elder["id"]
    )
    take(house, "bridge.csv", bridge, world)
    (left,) = house.picture.snapshot(actor)["fires"]
    assert left["id"] == elder["id"]
    assert left["ids_merged"] == [younger]
    assert house.fires.detail(actor, younger)["id"] == elder["id"]
