"""A batch walks into the store: what becomes of its rows, its fires, its ledger, its events."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from sylvan.domain.detections import Satellite, Stage
from tests.db import books
from tests.db.helpers import (
    NOW,
    Pass,
    burning_day,
    detections_of,
    files_of,
    firms_file,
    installation,
    opened,
    partition,
    seen,
    shapes,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


def take(house, name, body, world="live"):
    return house.intake.take(installation(house, world), name, body, "test")


def test_a_day_of_files_leaves_balanced_books(house) -> None:
    for name, body in files_of(burning_day(9, 4, seed=1), seed=1):
        take(house, name, body)
    assert books.faults(house.worlds.engine) == {}
    assert books.count(house.worlds.engine, "detection") > 100
    assert books.unassessed(house.worlds.engine) == 0


