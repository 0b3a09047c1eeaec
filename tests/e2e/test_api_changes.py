"""What the API answers to those who change something: decisions, reports, files."""

import base64
import gzip
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from sylvan.services.log import drain
from tests.e2e.houses import NOW, SITES, Site, code, firms_csv, take

API = "/api/v1"
SPAN = (Site(129.0, 63.0, 6.0, 2), Site(129.0, 63.06, 6.0, 2))
"""Two fires 6.5 km apart, and what burns between them later."""
BRIDGE = tuple(Site(129.0, 63.0 + 0.004 * n, 2.0, 1) for n in range(2, 15))
REPORT = {
    "place": {"method": "coordinates", "point": [129.73, 62.03]},
    "seen": "smoke",
    "source_kind": "tower",
    "text": "Дым за рекой",
}


@pytest.fixture
def desk(own):
    """A client beside one fire and nothing else."""
    house, api = own
    take(house, SITES[:1])
    return api


def fires(api) -> list[dict[str, Any]]:
    found = api.get(f"{API}/fires", params={"limit": 1000}).json()["features"]
    return [one["properties"] for one in found]


def decide(
    api, path: str, body: Any = None, version: int | str = "*", key: str | None = None
) -> httpx.Response:
    told = version if version == "*" else f'"{version}"'
    headers = {"If-Match": told} | ({"Idempotency-Key": key} if key else {})
    return api.post(API + path, json=body, headers=headers)


def photo(size: tuple[int, int] = (40, 30)) -> str:
    picture = Image.new("RGB", size, "orange")
    exif = Image.Exif()
    exif[0x010E] = "taken by Ivan"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return base64.b64encode(out.getvalue()).decode()


# Decisions about fires


def test_registering_gives_the_number_and_the_next_version(desk):
    fire = fires(desk)[0]
    answer = decide(desk, f"/fires/{fire['id']}/register", {"note": "видно"}, fire["version"])
    assert answer.json() == {"id": fire["id"], "version": fire["version"] + 1}
    after = desk.get(f"{API}/fires/{fire['id']}")
    assert after.headers["etag"] == f'"{answer.json()["version"]}"'
    assert (after.json()["status"], after.json()["number"]) == ("registered", "SA-2026-00001")
    assert after.json()["registered_at"] == "2026-07-17T06:00:00Z"


def test_second_dispatcher_learns_who_decided_what(desk):
    fire = fires(desk)[0]
    assert decide(desk, f"/fires/{fire['id']}/register", {}, fire["version"]).status_code == 200
    late = decide(desk, f"/fires/{fire['id']}/reject", {"reason": "foreign"}, fire["version"])
    assert (late.status_code, code(late)) == (409, "problem.stale_version")
    params = late.json()["params"]
    assert params["by"] == "local"
    assert params["action"] == "fire.registered"
    assert (params["expected"], params["actual"]) == (fire["version"], fire["version"] + 1)
    assert "number" in params["fields"]


def test_same_key_gives_the_same_answer_and_one_change(desk):
    fire = fires(desk)[0]
    first, again = (
        decide(desk, f"/fires/{fire['id']}/register", {}, fire["version"], "one") for _ in range(2)
    )
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert fires(desk)[0]["version"] == fire["version"] + 1


def test_key_of_another_request_is_refused(desk):
    fire = fires(desk)[0]
    decide(desk, f"/fires/{fire['id']}/register", {}, fire["version"], "one")
    other = decide(desk, f"/fires/{fire['id']}/reject", {"reason": "foreign"}, "*", "one")
    assert (other.status_code, code(other)) == (409, "problem.idempotency_mismatch")


def test_of_many_who_register_at_once_one_wins_and_all_learn_it(desk):
    fire = fires(desk)[0]

    def register(_: int) -> int:
        path = f"/fires/{fire['id']}/register"
        return decide(desk, path, {}, fire["version"]).status_code

    with ThreadPoolExecutor(8) as crowd:
        assert sorted(crowd.map(register, range(8))) == [200] + [409] * 7
    assert fires(desk)[0]["number"] == "SA-2026-00001"


def test_rejected_fire_says_why_and_may_not_go_on(desk):
    fire = fires(desk)[0]
    told = {"reason": "technogenic", "note": "факел"}
    assert decide(desk, f"/fires/{fire['id']}/reject", told, fire["version"]).status_code == 200
    after = fires(desk)[0]
    assert (after["status"], after["activity"]) == ("rejected", "out")
    assert after["details"]["rejected"]["reject_reason"] == "technogenic"
    on = decide(desk, f"/fires/{fire['id']}/status", {"to": "fighting", "facts": {}})
    assert (on.status_code, code(on)) == (409, "fire.no_such_step")


def test_step_asks_for_the_facts_that_it_needs(desk):
    fire = fires(desk)[0]
    decide(desk, f"/fires/{fire['id']}/register", {})
    ways = desk.get(f"{API}/config").json()["transitions"]["registered"]
    way = next(one for one in ways if one["needs"])
    answer = decide(desk, f"/fires/{fire['id']}/status", {"to": way["status"], "facts": {}})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == set(way["needs"])
    assert fires(desk)[0]["status"] == "registered"


def test_shown_counts_once(desk):
    fire = fires(desk)[0]
    first, again = (desk.post(f"{API}/fires/{fire['id']}/shown").json() for _ in range(2))
    assert first == again
    assert fires(desk)[0]["shown_at"] == "2026-07-17T06:00:00Z"


def test_accepted_proposal_leaves_one_fire_and_both_ids_lead_to_it(own):
    house, api = own
    take(house, SPAN)
    south = min(fires(api), key=lambda fire: fire["point"][1])
    assert decide(api, f"/fires/{south['id']}/register", {}).status_code == 200
    take(house, BRIDGE, "later.csv")
    proposals = api.get(f"{API}/proposals").json()
    assert [one["kind"] for one in proposals] == ["merge"]
    proposal = proposals[0]
    others = set(proposal["fires"]) - {south["id"]}
    assert others
    answer = decide(api, f"/proposals/{proposal['id']}/accept", None, proposal["version"])
    assert answer.status_code == 200
    assert [fire["id"] for fire in fires(api)] == [south["id"]]
    for other in others:
        found = api.get(f"{API}/fires/{other}").json()
        assert found["id"] == south["id"]
        assert other in found["ids_merged"]
        assert api.get(f"{API}/fires/{other}/log").json()
        assert api.get(f"{API}/fires/{other}/detections").json()["features"]
    assert api.get(f"{API}/proposals").json() == []
    twice = decide(api, f"/proposals/{proposal['id']}/decline", None)
    assert (twice.status_code, code(twice)) == (409, "problem.proposal_decided")


def test_declined_proposal_leaves_the_fires_apart(own):
    house, api = own
    take(house, SPAN)
    south = min(fires(api), key=lambda fire: fire["point"][1])
    decide(api, f"/fires/{south['id']}/register", {})
    take(house, BRIDGE, "later.csv")
    proposal = api.get(f"{API}/proposals").json()[0]
    assert decide(api, f"/proposals/{proposal['id']}/decline", None, 1).status_code == 200
    assert len(fires(api)) == 2
    assert api.get(f"{API}/proposals").json() == []


# Reports


def test_report_comes_back_with_place_address_and_version(desk):
    answer = desk.post(f"{API}/reports", json=REPORT)
    assert answer.status_code == 201
    found = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert (found["status"], found["source_kind"], found["has_photo"]) == ("queued", "tower", False)
    assert found["address"]["nearest"]["name"]["ru"]
    assert desk.get(f"{API}/reports/{found['id']}").json() == found


def test_report_sent_twice_under_one_key_is_one_report(desk):
    headers = {"Idempotency-Key": "from a bad line"}
    first, again = (desk.post(f"{API}/reports", json=REPORT, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    assert len(desk.get(f"{API}/reports").json()["features"]) == 1


def test_photo_comes_back_without_what_the_camera_wrote(desk):
    found = desk.post(f"{API}/reports", json={**REPORT, "photo": photo()}).json()
    assert found["has_photo"]
    answer = desk.get(f"{API}/reports/{found['id']}/photo")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, no-store"
    assert Image.open(io.BytesIO(answer.content)).size == (40, 30)
    assert b"Ivan" not in answer.content


def test_person_stands_in_no_answer_and_is_forgotten_on_request(own):
    house, api = own
    told = {**REPORT, "name": "Иван Петров", "phone": "+7 914 000-00-00", "photo": photo()}
    answer = api.post(f"{API}/reports", json=told)
    drain(house.worlds.engine)
    snapshot = api.get(f"{API}/snapshot").text
    for secret in ("Петров", "914 000"):
        assert secret not in answer.text + snapshot
    gone = api.delete(f"{API}/reports/{answer.json()['id']}/person")
    assert gone.status_code == 200
    photo_gone = api.get(f"{API}/reports/{answer.json()['id']}/photo")
    assert (photo_gone.status_code, code(photo_gone)) == (404, "problem.photo_unknown")
    with house.worlds.engine.connect() as conn:
        left = conn.scalar(text("select count(*) from person where name like '%Петров%'"))
    assert left == 0


def test_report_promoted_becomes_a_fire_with_its_place(desk):
    report = desk.post(f"{API}/reports", json=REPORT).json()
    assert decide(desk, f"/reports/{report['id']}/promote", None, 1).status_code == 200
    after = desk.get(f"{API}/reports/{report['id']}").json()
    assert after["status"] == "promoted"
    fire = desk.get(f"{API}/fires/{after['fire_id']}").json()
    assert fire["source_kinds"] == ["tower"]
    assert fire["point"] == pytest.approx(report["point"], abs=0.01)


def test_report_attached_speaks_for_its_fire(desk):
    fire = fires(desk)[0]
    report = desk.post(f"{API}/reports", json=REPORT).json()
    body = {"fire_id": fire["id"]}
    assert decide(desk, f"/reports/{report['id']}/attach", body, 1).status_code == 200
    after = desk.get(f"{API}/fires/{fire['id']}").json()
    assert set(after["source_kinds"]) == {"satellite", "tower"}
    assert after["version"] == fire["version"] + 1


def test_report_decided_by_somebody_else_meanwhile_is_a_conflict(desk):
    report = desk.post(f"{API}/reports", json=REPORT).json()
    assert decide(desk, f"/reports/{report['id']}/check", None, 1).status_code == 200
    late = decide(desk, f"/reports/{report['id']}/reject", {"reason": "not_found"}, 1)
    assert (late.status_code, code(late)) == (409, "problem.stale_version")
    now = decide(desk, f"/reports/{report['id']}/reject", {"reason": "not_found"}, 2)
    assert now.status_code == 200
    found = desk.get(f"{API}/reports", params={"status": "rejected"}).json()["features"]
    assert [one["properties"]["reject_reason"] for one in found] == ["not_found"]


def test_place_can_be_looked_at_before_it_is_sent(desk):
    place = {
        "method": "cross",
        "bearings": [
            {"origin": [129.6, 62.0], "bearing_deg": 45.0},
            {"origin": [129.9, 62.0], "bearing_deg": 315.0},
        ],
    }
    found = desk.post(f"{API}/reports/locate", json=place).json()
    assert found["point"] == pytest.approx([129.75, 62.07], abs=0.02)
    assert found["ellipse"]["semi_major_m"] > 0
    assert desk.get(f"{API}/reports").json()["features"] == []


def test_reports_filter_by_box_status_and_time(desk):
    desk.post(f"{API}/reports", json=REPORT)

    def count(**query: Any) -> int:
        return len(desk.get(f"{API}/reports", params=query).json()["features"])

    assert count(bbox="129,62,130,63") == 1
    assert count(bbox="130,62,129,63") == 0
    assert (count(status="queued"), count(status="rejected")) == (1, 0)
    assert (count(since=NOW.isoformat()), count(since="2026-07-17T06:00:01Z")) == (1, 0)


# Files


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("told", ["text/csv", "application/json", "application/octet-stream"])
def test_file_is_taken_whatever_its_type_is_said_to_be(own, packed, told):
    _, api = own
    body = firms_csv(SITES[:2])
    answer = api.post(
        f"{API}/ingest",
        params={"name": "viirs.csv", "feed": "by-hand"},
        content=gzip.compress(body) if packed else body,
        headers={"Content-Type": told},
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    rows = sum(site.pixels for site in SITES[:2])
    assert (found["rows"], found["accepted"], found["fires"]) == (rows, rows, 2)
    assert [feed["feed"] for feed in api.get(f"{API}/feeds").json()] == ["by-hand"]


def test_file_sent_twice_is_all_duplicates(own):
    _, api = own
    first, again = (
        api.post(f"{API}/ingest", params={"name": "a.csv"}, content=firms_csv(SITES[:1])).json()
        for _ in range(2)
    )
    assert again["duplicates"] == first["accepted"] == SITES[0].pixels
    assert (again["accepted"], again["fires"]) == (0, 0)


def test_file_outside_the_region_is_counted_and_not_kept(own):
    _, api = own
    body = firms_csv((Site(20.0, 40.0, 3.0, 4),))
    found = api.post(f"{API}/ingest", params={"name": "a.csv"}, content=body).json()
    assert (found["rows"], found["outside"], found["accepted"]) == (4, 4, 0)


def test_hopeless_file_is_refused_by_name_and_leaves_nothing(own):
    house, api = own
    answer = api.post(f"{API}/ingest", params={"name": "page.csv"}, content=b"<html>503</html>")
    assert answer.status_code == 422
    assert code(answer).startswith(("file.", "feed."))
    with house.worlds.engine.connect() as conn:
        assert conn.scalar(text("select count(*) from batch")) == 0
        assert conn.scalar(text("select count(*) from detection")) == 0
