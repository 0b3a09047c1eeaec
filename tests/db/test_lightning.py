"""Strokes: counted once, told as causes, a term of the likelihood, whenever their file comes."""

from datetime import timedelta
from uuid import UUID

import orjson
import pytest

from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    NOW,
    ORIGIN,
    firms_file,
    installation,
    near,
    opened,
    operator,
    replay_world,
    take,
)

HEADER = "time,lat,lon,peak_ka,kind\n"
SEEN = NOW - timedelta(hours=6)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def stroke(hours_before: float, *, north_km: float = 0.4, ka: float = -20.0, kind: str = "cg"):
    at = SEEN - timedelta(hours=hours_before)
    return f"{at:%Y-%m-%dT%H:%M:%SZ},{ORIGIN[1] + north_km / 111.2:.5f},{ORIGIN[0]},{ka},{kind}\n"


def strike(house, *lines: str, name: str = "strokes.csv", world: str = "live"):
    body = (HEADER + "".join(lines)).encode()
    return house.lightning.take(installation(house, world), name, body)


def burn(house):
    take(house, "fire.csv", firms_file(near(0, 0, SEEN)))


def fire(house):
    (one,) = house.picture.snapshot(operator(house))["fires"]
    return one


def causes(house):
    return house.lightning.causes(operator(house), UUID(fire(house)["id"]))


def test_stroke_before_a_fire_is_its_candidate_and_a_term_of_its_likelihood(house):
    strike(house, stroke(3.0))
    burn(house)
    (cause,) = causes(house)["candidates"]
    assert cause["distance_km"] == pytest.approx(0.4, abs=0.02)
    assert cause["hours_before"] == pytest.approx(3.0, abs=0.02)
    assert causes(house)["missing"] == []
    assert "screening.lightning" in {one["code"] for one in fire(house)["reasons"]}


def test_file_that_comes_late_explains_the_fire_as_one_that_came_before(house):
    burn(house)
    before = fire(house)
    assert causes(house)["missing"][0]["code"] == "cause.no_lightning"
    assert strike(house, stroke(3.0)).fires == 1
    after = fire(house)
    assert after["version"] == before["version"] + 1
    assert after["likelihood"] > before["likelihood"]


def test_what_lights_nothing_is_no_candidate(house):
    burn(house)
    strike(
        house,
        stroke(-1.0),
        stroke(241.0),
        stroke(3.0, north_km=10.5),
        stroke(3.0, kind="ic"),
    )
    assert causes(house)["candidates"] == []


def test_stroke_of_nine_days_ago_is_still_a_candidate_and_weighs_less(house):
    burn(house)
    strike(house, stroke(9 * 24.0), stroke(2.0, north_km=0.4, ka=-20.1))
    near_one, old = causes(house)["candidates"]
    assert (near_one["hours_before"], old["hours_before"]) == (
        pytest.approx(2.0, abs=0.02),
        pytest.approx(216.0, abs=0.02),
    )
    assert old["weight"] < near_one["weight"]


def test_identical_delivery_is_counted_once(house):
    first = strike(house, stroke(3.0), stroke(4.0))
    again = strike(house, stroke(4.0), stroke(3.0), stroke(5.0), name="again.csv")
    assert (first.accepted, first.duplicates) == (2, 0)
    assert (again.accepted, again.duplicates) == (1, 2)
    found = house.lightning.page(operator(house), bbox=None, since=None, until=None, limit=10)
    assert len(found) == 3


def test_bad_rows_are_told_by_line_and_field_and_the_rest_goes_in(house):
    taken = strike(house, stroke(3.0), "yesterday,62,129,1,cg\n", "2026-07-19T00:00:00Z,95,129,,\n")
    assert (taken.rows, taken.accepted, taken.rejected) == (3, 1, 2)
    told = [(one["line"], one["field"], one["code"]) for one in taken.bad]
    assert told == [(3, "time", "row.bad_time"), (4, "lat", "row.out_of_range")]


def test_stroke_of_another_world_lights_nothing_here(house):
    burn(house)
    replay_world(house, "replay")
    strike(house, stroke(3.0), world="replay")
    assert causes(house)["candidates"] == []


def test_json_and_geojson_hold_the_same_strokes(house):
    at = f"{SEEN - timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}"
    point = [ORIGIN[0], ORIGIN[1]]
    listed = [{"at": at, "point": point, "peak_ka": 31.0, "kind": "cg"}]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": point},
        "properties": {"at": at, "peak_ka": 31.0, "kind": "cg"},
    }
    actor = installation(house)
    first = house.lightning.take(actor, "api", orjson.dumps(listed))
    body = orjson.dumps({"type": "FeatureCollection", "features": [feature]})
    again = house.lightning.take(actor, "api", body)
    assert (first.accepted, again.accepted, again.duplicates) == (1, 0, 1)
