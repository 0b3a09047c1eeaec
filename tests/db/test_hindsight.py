"""A moment of the past as it is known now, beside what was known of it then."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from sylvan.services.past import Past
from tests.db.helpers import NOW, firms_file, near, opened, operator, take

SPAN = timedelta(hours=72)
TILE = (4, 13, 4)
"""The tile that holds the place of the tests' fires."""


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made


def hours(back: float):
    return NOW - timedelta(hours=back)


def told(house, moment, known):
    return house.fires.as_of(operator(house), moment, known)


def tile(house, moment, known):
    return house.maps.tile(operator(house), "detections", TILE, SPAN, Past(moment, known))


def test_data_that_came_late_are_known_now_and_were_not_then(house) -> None:
    take(house, "late.csv", firms_file(near(0, 0, hours(5))))
    assert told(house, hours(4), "then") == []
    [fire] = told(house, hours(4), "now")
    assert (fire["status"], fire["n_detections"]) == ("signal", 1)
    assert told(house, hours(6), "now") == []
    assert tile(house, hours(4), "then") == b""
    assert len(tile(house, hours(4), "now")) > 0


def test_what_was_rejected_since_is_no_fire_in_hindsight(house) -> None:
    take(house, "one.csv", firms_file(near(0, 0, hours(1))))
    [fire] = told(house, NOW, "then")
    house.intake.clock.advance(minutes=30)
    later = NOW + timedelta(minutes=30)
    actor = operator(house)
    house.decisions.reject(actor, UUID(fire["id"]), {"reason": "not_found"}, None, None)
    assert [one["id"] for one in told(house, later - timedelta(minutes=1), "then")] == [fire["id"]]
    assert told(house, later - timedelta(minutes=1), "now") == []


def test_a_fire_is_as_large_as_its_data_were_by_then_and_has_todays_number(house) -> None:
    take(house, "first.csv", firms_file(near(0, 0, hours(2))))
    house.intake.clock.advance(minutes=90)
    grown = [
        near(0.4 * east, 0.4 * north, NOW + timedelta(minutes=60))
        for east in (0, 1)
        for north in (0, 1)
    ]
    take(house, "grown.csv", firms_file(np.concatenate(grown)))
    [now] = told(house, NOW + timedelta(minutes=90), "now")
    house.decisions.register(operator(house), UUID(now["id"]), {}, None, None)
    [before] = told(house, NOW + timedelta(minutes=30), "now")
    assert before["n_detections"] == 1 < now["n_detections"]
    assert before["area_ha"] < now["area_ha"]
    assert before["status"] == "signal"
    assert before["number"] is not None
    assert told(house, NOW + timedelta(minutes=30), "then")[0]["number"] is None


def test_a_fires_card_of_hindsight_tells_what_its_row_tells(house) -> None:
    take(house, "late.csv", firms_file(near(0, 0, hours(5))))
    [row] = told(house, hours(4), "now")
    card = house.fires.detail_at(operator(house), UUID(row["id"]), hours(4), "now")
    assert {name: card[name] for name in row} == row
    assert card["edge"]["type"] == "MultiPolygon"
