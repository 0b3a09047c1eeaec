"""Corrections of the partition over HTTP: asked, answered, listed, taken back, refused."""

from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from sylvan.services.log import drain
from tests.e2e.houses import ACROSS, Site, code, take

API = "/api/v1"
ONE = Site(129.0, 63.0, 6.0, 4)
OTHER = Site(131.0, 63.0, 5.0, 3)


@pytest.fixture
def desk(own):
    """A client beside two fires, of four and of three pixels."""
    house, api = own
    take(house, (ONE, OTHER))
    return api


def fires(api) -> dict[str, dict[str, Any]]:
    """Fires on the map by id, the larger one first."""
    found = api.get(f"{API}/fires", params={"limit": 1000}).json()["features"]
    told = [one["properties"] for one in found]
    return {one["id"]: one for one in sorted(told, key=lambda one: -one["n_detections"])}


def post(
    api, path: str, body: Any, version: int | str = "*", key: str | None = None
) -> httpx.Response:
    told = version if version == "*" else f'"{version}"'
    headers = {"If-Match": told} | ({"Idempotency-Key": key} if key else {})
    return api.post(API + path, json=body, headers=headers)


def pixels(api, fire_id: str) -> list[dict[str, Any]]:
    """A fire's detections from west to east, as a request names them, with their verdicts."""
    found = api.get(f"{API}/fires/{fire_id}/detections").json()["features"]
    found.sort(key=lambda one: one["geometry"]["coordinates"])
    return [one["properties"] for one in found]


def named(properties) -> list[dict[str, str]]:
    return [{"key": one["key"], "acq_at": one["acq_at"]} for one in properties]


def box(west: float, east: float, south: float = 60.0, north: float = 70.0) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_split_is_answered_with_both_fires_and_undone(desk):
    fire = next(iter(fires(desk).values()))
    some = named(pixels(desk, fire["id"])[2:])
    body = {"detections": some, "note": "За рекой"}
    answer = post(desk, f"/fires/{fire['id']}/split", body, fire["version"])
    assert answer.status_code == 200
    told = answer.json()
    assert told["kind"] == "split"
    old, new = told["fires"]
    assert old == {"id": fire["id"], "version": fire["version"] + 1, "status": "signal"}
    assert (new["version"], new["status"]) == (1, "signal")
    assert fires(desk)[new["id"]]["n_detections"] == 2
    assert [one["verdict"] for one in pixels(desk, new["id"])] == ["held", "held"]
    (line,) = desk.get(f"{API}/fires/{new['id']}/surgeries").json()
    assert (line["id"], line["fires"]) == (told["surgery"], [fire["id"], new["id"]])
    assert (line["note"], line["undoable"], line["detections"]) == ("За рекой", True, 2)
    back = post(desk, f"/surgeries/{line['id']}/undo", {"note": "Ошибся"}, line["version"])
    assert back.status_code == 200
    assert [one["status"] for one in back.json()["fires"]] == ["signal", "merged"]
    assert fires(desk)[fire["id"]]["n_detections"] == 4
    again = post(desk, f"/surgeries/{line['id']}/undo", {}, line["version"])
    assert (again.status_code, code(again)) == (409, "surgery.already_undone")
    assert again.json()["params"]["by"] == "local"


def test_a_second_dispatcher_who_splits_the_same_fire_learns_who_did(desk):
    fire = next(iter(fires(desk).values()))
    row = named(pixels(desk, fire["id"]))
    path = f"/fires/{fire['id']}/split"
    assert post(desk, path, {"detections": row[3:]}, fire["version"]).status_code == 200
    late = post(desk, path, {"detections": row[2:]}, fire["version"])
    assert (late.status_code, code(late)) == (409, "problem.stale_version")
    params = late.json()["params"]
    assert (params["by"], params["action"]) == ("local", "surgery.split")
    assert len(fires(desk)) == 3


def test_fires_merge_and_the_other_id_leads_to_the_survivor(desk):
    one, other = fires(desk).values()
    registered = post(desk, f"/fires/{other['id']}/register", {}, other["version"])
    assert registered.status_code == 200
    answer = post(desk, f"/fires/{one['id']}/merge", {"other": other["id"]}, one["version"])
    assert [it["status"] for it in answer.json()["fires"]] == ["registered", "merged"]
    whole = desk.get(f"{API}/fires/{one['id']}").json()
    assert (whole["id"], whole["n_detections"]) == (other["id"], 7)
    assert whole["ids_merged"] == [one["id"]]
    post(desk, f"/surgeries/{answer.json()['surgery']}/undo", {})
    assert {it["n_detections"] for it in fires(desk).values()} == {4, 3}


def test_pixels_move_are_unmatched_and_marked_false_by_polygon(desk):
    one, other = fires(desk)
    east = pixels(desk, one)[2:]
    shape = {"within": box(129.005, 129.1)}
    moved = post(desk, f"/fires/{one}/move", {"to": other, **shape})
    assert moved.status_code == 200, moved.text
    assert {it["n_detections"] for it in fires(desk).values()} == {2, 5}
    assert {it["key"] for it in east} <= {it["key"] for it in pixels(desk, other)}
    loose = post(desk, f"/fires/{other}/unmatch", shape)
    assert len(loose.json()["fires"]) == 2
    new = loose.json()["fires"][1]["id"]
    marked = post(desk, f"/fires/{new}/false", {**shape, "note": "Блик"})
    assert marked.json()["fires"][0]["status"] == "rejected"
    assert {it["verdict"] for it in pixels(desk, new)} == {"false"}
    blocked = post(desk, f"/surgeries/{moved.json()['surgery']}/undo", {})
    assert (blocked.status_code, code(blocked)) == (409, "surgery.later_first")
    for done in (marked, loose, moved):
        assert post(desk, f"/surgeries/{done.json()['surgery']}/undo", {}).status_code == 200
    assert {it["n_detections"] for it in fires(desk).values()} == {4, 3}


def test_an_attached_report_is_unmatched_and_waits_again(desk):
    fire = next(iter(fires(desk)))
    place = {"method": "coordinates", "point": [129.0, 63.0]}
    report = desk.post(f"{API}/reports", json={"place": place, "seen": "smoke"}).json()
    post(desk, f"/reports/{report['id']}/attach", {"fire_id": fire})
    answer = post(desk, f"/fires/{fire}/unmatch", {"report": report["id"], "note": "другой берег"})
    assert answer.json()["kind"] == "unmatch"
    after = desk.get(f"{API}/reports/{report['id']}").json()
    assert (after["status"], after["fire_id"]) == ("queued", None)


def test_a_polygon_across_180_takes_both_ways_of_writing_it(own):
    house, api = own
    take(house, ACROSS[:1])
    (fire,) = fires(api).values()
    total = len(pixels(api, fire["id"]))
    for west, east in ((179.9995, 180.2), (-180.0005, -179.8)):
        told = post(api, f"/fires/{fire['id']}/split", {"within": box(west, east)})
        assert told.status_code == 200, told.text
        assert 0 < fires(api)[told.json()["fires"][1]["id"]]["n_detections"] < total
        assert post(api, f"/surgeries/{told.json()['surgery']}/undo", {}).status_code == 200


def test_same_key_gives_the_same_surgery_and_an_old_version_another_answer(desk):
    fire = next(iter(fires(desk).values()))
    body = {"detections": named(pixels(desk, fire["id"])[:1])}
    path = f"/fires/{fire['id']}/false"
    first, again = (post(desk, path, body, fire["version"], "tap") for _ in range(2))
    assert first.json() == again.json()
    assert fires(desk)[fire["id"]]["version"] == fire["version"] + 1
    assert len(desk.get(f"{API}/fires/{fire['id']}/surgeries").json()) == 1


@pytest.mark.parametrize(
    ("kind", "body", "status", "told", "field"),
    [
        ("split", {}, 422, "surgery.choose_one_way", "detections"),
        ("split", {"within": box(10, 11)}, 422, "surgery.nothing_selected", "within"),
        ("split", {"within": box(120, 140)}, 422, "surgery.nothing_left", "within"),
        (
            "false",
            {"detections": [{"key": "7", "acq_at": "2026-07-17T00:00:00Z"}]},
            422,
            "surgery.detection_unknown",
            "detections",
        ),
        (
            "false",
            {"detections": [{"key": str(2**63 - 1), "acq_at": "2026-07-17T00:00:00Z"}]},
            422,
            "surgery.detection_unknown",
            "detections",
        ),
        (
            "false",
            {"detections": [{"key": "seven", "acq_at": "2026-07-17T00:00:00Z"}]},
            422,
            "problem.invalid",
            "detections.0.key",
        ),
        ("split", {"within": {"type": "Point"}}, 422, "problem.invalid", "within.type"),
        (
            "split",
            {"within": {"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [1, 2], [2, 1]]]}},
            422,
            "surgery.polygon.not_closed",
            "within",
        ),
        (
            "unmatch",
            {"within": box(120, 140), "report": "019a2f71-0b44-7d0f-8a39-5e6c7b8d9f01"},
            422,
            "surgery.choose_one_way",
            "report",
        ),
        (
            "unmatch",
            {"report": "019a2f71-0b44-7d0f-8a39-5e6c7b8d9f01"},
            404,
            "problem.report_unknown",
            None,
        ),
        ("merge", {"other": "x"}, 422, "problem.invalid", "other"),
        (
            "merge",
            {"other": "019a2f71-0b44-7d0f-8a39-5e6c7b8d9f01"},
            404,
            "problem.fire_unknown",
            None,
        ),
    ],
)
def test_what_cannot_be_done_says_why_and_names_the_field(desk, kind, body, status, told, field):
    before = fires(desk)
    fire = next(iter(before))
    answer = post(desk, f"/fires/{fire}/{kind}", body)
    assert (answer.status_code, code(answer)) == (status, told)
    assert [error["field"] for error in answer.json()["errors"]][:1] == ([field] if field else [])
    assert fires(desk) == before


def test_a_surgery_asks_for_the_version_and_for_a_known_one(desk):
    fire = next(iter(fires(desk)))
    bare = desk.post(f"{API}/fires/{fire}/split", json={"within": box(120, 140)})
    assert (bare.status_code, code(bare)) == (428, "problem.version_missing")
    unknown = post(desk, "/surgeries/019a2f71-0b44-7d0f-8a39-5e6c7b8d9f01/undo", {})
    assert (unknown.status_code, code(unknown)) == (404, "surgery.unknown")


def test_lists_and_answers_are_what_the_document_says(desk):
    document = desk.get(f"{API}/openapi.json").json()
    fire = next(iter(fires(desk)))
    done = post(desk, f"/fires/{fire}/split", {"within": box(129.005, 129.1)})
    post(desk, f"/surgeries/{done.json()['surgery']}/undo", {})
    for name, told in (
        ("Cut", done.json()),
        ("Surgery", desk.get(f"{API}/fires/{fire}/surgeries").json()[0]),
    ):
        schema = {
            "$ref": f"#/components/schemas/{name}",
            "components": document["components"],
        }
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(told)


def test_log_and_every_screen_hear_of_a_surgery(own):
    house, api = own
    take(house, (ONE,))
    (fire,) = fires(api)
    post(api, f"/fires/{fire}/split", {"within": box(129.005, 129.1)})
    drain(house.worlds.engine)
    entry = api.get(f"{API}/fires/{fire}/log").json()[0]
    assert (entry["kind"], entry["actor"]) == ("fire.changed", "local")
    assert entry["body"]["reasons"][0]["code"] == "surgery.split.lost"
    assert entry["body"] == fires(api)[fire]
