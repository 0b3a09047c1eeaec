"""Geostationary detections only confirm: whatever comes first, fires are parted alike."""

from dataclasses import dataclass
from itertools import count

import numpy as np
import pytest

from sylvan.domain.detections import Detections, Instrument, Satellite, empty
from sylvan.domain.grouping import components, points_of
from sylvan.domain.identity import identity_key
from tests.db.helpers import NOW, installation, opened, partition, replay_world

HOUR_S = 3600
NUMBERS = count(1)


@dataclass(frozen=True)
class Given:
    """Rows as if a file had held them."""

    rows: Detections
    name: str = "given.csv"
    product: str = "test"
    incomplete: bool = False

    @property
    def total_rows(self) -> int:
        return len(self.rows)


@pytest.fixture(scope="module")
def house(db_url):
    with opened(db_url) as made:
        yield made


def rows_at(km_north, *, wide=False, hour=0):
    """Detections on one meridian, so many kilometres north of 62°."""
    rows = empty(len(km_north))
    rows["lon"], rows["lat"] = 130.0, 62.0 + np.array(km_north, float) / 111.5
    rows["acq_at"] = int(NOW.timestamp()) - 48 * HOUR_S + hour * HOUR_S
    rows["satellite"] = Satellite.HIMAWARI if wide else Satellite.NOAA20
    rows["instrument"] = Instrument.GEOSTATIONARY if wide else Instrument.VIIRS
    rows["scan"] = rows["track"] = 2.0 if wide else 0.4
    return rows


def taken(house, *batches):
    """The partition of a new world into which the batches came one after the other."""
    name = f"geostationary-{next(NUMBERS)}"
    replay_world(house, name)
    for number, rows in enumerate(batches):
        body = f"{name}/{number}".encode()
        told = house.intake.store(installation(house, name), Given(rows), body, "test")
        assert told.unassessed == 0
    return partition(house, name)


def at_once(*batches):
    """The same parted by grouping everything in one go."""
    rows = np.concatenate(batches)
    label, key = components(points_of(rows)), identity_key(rows)
    pairs = list(zip(rows["acq_at"].tolist(), key.tolist(), strict=True))
    return {
        frozenset(pair for pair, one in zip(pairs, label, strict=True) if one == group)
        for group in np.unique(label)
    }


def test_a_chain_of_wide_pixels_follows_the_fire_that_a_polar_satellite_sees(house) -> None:
    wide = rows_at([0.0, 3.0, 6.0, 9.0], wide=True)
    fine = rows_at([0.5], hour=1)
    assert taken(house, wide, fine) == at_once(wide, fine)


def test_a_wide_pixel_goes_over_to_the_nearer_fire_though_its_first_one_is_out_of_reach(
    house,
) -> None:
    first = rows_at([-2.0], hour=0)
    wide = rows_at([0.9], wide=True, hour=1)
    nearer = rows_at([3.0], hour=2)
    assert taken(house, first, wide, nearer) == at_once(first, wide, nearer)


def scattered(seed):
    rng = np.random.default_rng(seed)
    n = 40
    wide = rng.random(n) < 0.5
    rows = rows_at(rng.uniform(0, 25, n))
    rows["lon"] += rng.uniform(0, 0.2, n)
    rows["acq_at"] += rng.integers(0, 40, n) * HOUR_S
    rows["satellite"] = np.where(wide, Satellite.HIMAWARI, Satellite.NOAA20)
    rows["instrument"] = np.where(wide, Instrument.GEOSTATIONARY, Instrument.VIIRS)
    rows["scan"] = rows["track"] = np.where(wide, 2.0, 0.4)
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_any_order_of_wide_and_fine_pixels_gives_the_same_fires(house, seed) -> None:
    rows = scattered(seed)
    order = np.random.default_rng([seed, 1]).permutation(len(rows))
    batches = [rows[part] for part in np.array_split(order, 6)]
    assert taken(house, *batches) == at_once(rows)
