"""Exposure over HTTP: of a fire, of a thing, in the snapshot; questions that make no sense."""

import pytest
from jsonschema import Draft202012Validator

from tests.e2e.houses import NOW, Site, code, take

EXPOSURE = "/api/v1/exposure"


@pytest.fixture(scope="module")
def near_town(house, api):
    """A fire four kilometres west of Yakutsk."""
    take(house, [Site(129.62, 62.03, 1.5, 6)], "town.csv")
    rows = api.get(EXPOSURE, params={"layer": "settlements", "code": "2013159"}).json()
    return rows[0]  # the nearest of those that lie within 30 km


def fits(api, name, answer):
    document = api.get("/api/v1/openapi.json").json()
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    Draft202012Validator(schema).validate(answer)


def test_thing_names_the_fires_that_threaten_it(api, near_town):
    assert near_town["name"]["ru"] == "Якутск"
    assert 2.0 < near_town["km"] < 6.0
    assert near_town["bearing_deg"] == pytest.approx(90.0, abs=25.0)
    fits(api, "Threat", near_town)


def test_fire_tells_what_it_threatens_by_the_shape_that_is_published(api, near_town):
    found = api.get(f"/api/v1/fires/{near_town['fire_id']}/exposure").json()
    fits(api, "FireExposure", found)
    kinds = {one["kind"] for one in found["objects"]}
    assert {"settlement", "road", "power_line", "pipeline"} <= kinds
    assert [one["km"] for one in found["objects"]] == sorted(one["km"] for one in found["objects"])
    assert found["priority"]["score"] > 30
    assert found["smoke"]["screening"] is True
    missing = {one["params"].get("thing") for one in found["assumed"]}
    assert {"farm", "protected_area"} <= missing


def test_before_the_fire_was_known_nothing_was(api, near_town):
    path = f"/api/v1/fires/{near_town['fire_id']}/exposure"
    then = api.get(path, params={"at": NOW.replace(year=2025).isoformat()}).json()
    assert (then["at"], then["objects"]) == (None, [])
    now = api.get(path, params={"at": NOW.isoformat()}).json()
    assert now == api.get(path).json()


def test_snapshot_has_the_short_form(api, near_town):
    picture = api.get("/api/v1/snapshot").json()
    (mine,) = [one for one in picture["exposures"] if one["fire_id"] == near_town["fire_id"]]
    fits(api, "ExposureBrief", mine)
    assert len(picture["exposures"]) == len(picture["fires"])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"layer": ""}, 422),
        ({"limit": 0}, 422),
        ({"limit": "many"}, 422),
        ({"object": "settlements/2013159"}, 422),
    ],
)
def test_questions_that_make_no_sense_are_refused_by_name(api, query, status):
    answer = api.get(EXPOSURE, params=query)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == next(iter(query))


@pytest.mark.parametrize("query", [{"layer": "nowhere"}, {"code": "x'; --"}, {"kind": "farm"}])
def test_unknown_things_are_threatened_by_nobody(api, near_town, query):
    assert api.get(EXPOSURE, params=query).json() == []


def test_unknown_fire_is_told(api):
    answer = api.get("/api/v1/fires/019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55/exposure")
    assert (answer.status_code, code(answer)) == (404, "problem.fire_unknown")
