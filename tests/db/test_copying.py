"""Detections go in and come out in bulk, whatever their number, as they were."""

import numpy as np
import pytest

from sylvan.domain.detections import DETECTION, Instrument, Satellite, empty
from sylvan.domain.identity import identity_key
from sylvan.store import copying, detections
from sylvan.store import engine as store_engine
from tests.db.helpers import NOW

WORLD = 1


@pytest.fixture
def engine(fresh_db_url):
    made = store_engine.create(fresh_db_url)
    yield made
    made.dispose()


def many(n):
    rng = np.random.default_rng(n)
    rows = empty(n)
    rows["lon"], rows["lat"] = rng.uniform(-180, 180, n), rng.uniform(-80, 80, n)
    rows["acq_at"] = int(NOW.timestamp()) - rng.integers(0, 40 * 86_400, n)
    rows["satellite"], rows["instrument"] = Satellite.SNPP, Instrument.VIIRS
    for name in ("scan", "track", "frp", "bright", "bright_long", "confidence"):
        rows[name] = rng.uniform(0, 300, n)
        rows[name][rng.random(n) < 0.1] = np.nan
    rows["line"] = np.arange(n)
    return rows


@pytest.mark.parametrize(
    "n", [0, 1, copying.ROWS_PER_WRITE, copying.ROWS_PER_WRITE + 1, 2 * copying.ROWS_PER_WRITE + 7]
)
def test_every_row_comes_back_as_it_went_in(engine, n) -> None:
    rows = many(n)
    keys = identity_key(rows)
    fires = np.random.default_rng(1).bytes(16 * n)
    with engine.begin() as conn:
        detections.ensure_months(conn, rows["acq_at"])
        ids = np.frombuffer(fires, "V16")
        detections.insert(conn, WORLD, 7, rows, keys, ids, np.zeros(n, np.int32))
    until = int(NOW.timestamp())
    with engine.connect() as conn:
        found = detections.versions_of(
            conn, WORLD, [int(Satellite.SNPP)], until - 41 * 86_400, until
        )
    found = found[np.argsort(found["line"])]
    assert len(found) == n
    for name in DETECTION.names or ():
        assert np.array_equal(found[name], rows[name], equal_nan=True), name
    assert np.array_equal(found["key"], keys)
    assert found["fire_id"].tobytes() == fires
    assert (found["batch_id"] == 7).all()
