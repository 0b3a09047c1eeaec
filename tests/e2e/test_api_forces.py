"""The register of forces by HTTP, as screens, trackers and partners use it."""

from datetime import timedelta

import pytest

from tests.e2e.houses import NOW

API = "/api/v1/forces"
ANY = {"If-Match": "*"}
BASE = {"code": "air-1", "kind": "air_base", "point": [129.7, 62.0], "name": {"ru": "Якутск"}}
CREW = {"code": "crew-1", "kind": "helitack", "station": "air-1", "owner": "x"}
LAKE = {"code": "lake", "kind": "field_camp", "point": [0.0, 0.0]}


@pytest.fixture(scope="module")
def base(api):
    return api.post(f"{API}/stations", json=BASE).json()


@pytest.fixture(scope="module")
def crew(api, base):
    return api.post(f"{API}/units", json=CREW).json()


def test_base_far_outside_the_region_is_taken_with_a_remark(api):
    told = api.post(f"{API}/stations", json=LAKE)
    assert told.status_code == 201
    assert [one["code"] for one in told.json()["remarks"]] == ["forces.station_outside"]


def test_base_in_a_lake_is_taken_with_a_remark(api):
    lakes = api.get("/api/v1/layers/lakes/items?limit=1").json()["features"]
    ring = lakes[0]["geometry"]["coordinates"]
    while not isinstance(ring[0][0], float):
        ring = ring[0]
    place = [sum(axis) / len(ring) for axis in zip(*(spot[:2] for spot in ring), strict=True)]
    told = api.post(f"{API}/stations", json=LAKE | {"code": "in-lake", "point": place})
    assert "forces.station_in_water" in {one["code"] for one in told.json()["remarks"]}


def test_unit_tells_all_its_figures_with_their_sources(api, crew):
    told = api.get(f"{API}/units/{crew['id']}")
    assert told.headers["etag"] == f'"{told.json()["version"]}"'
    figures = told.json()["specs"]
    assert figures["rate_m_h"]["verified"] is False
    assert figures["rest_h"]["verified"] is True
    assert told.json()["position"]["source"] == "station"
    norms = api.get(f"{API}/rules").json()
    assert {one["kind"] for one in norms["kinds"]} >= {"helitack", "drone"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "tank"}, "kind"),
        ({"station": "nowhere"}, "station"),
        ({"kind": "helicopter", "specs": {"range_km": 0}}, "range_km"),
        ({"specs": {"people": 0}}, "people"),
        ({"specs": {"wings": 2}}, "specs"),
        ({"speeds": {"forest": -1}}, "speed_forest"),
        ({"code": ""}, "code"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_unit_at_fault_names_the_field(api, base, wrong, field):
    answer = api.post(f"{API}/units", json=CREW | {"code": "wrong"} | wrong)
    assert answer.status_code == 422
    assert any(one["field"].startswith(field) for one in answer.json()["errors"])


def test_edits_carry_a_version_and_merge_figures(api, base):
    made = api.post(f"{API}/units", json=CREW | {"code": "crew-2"})
    path, etag = f"{API}/units/{made.json()['id']}", made.headers["etag"]
    first = api.patch(
        path, json={"specs": {"people": 8, "range_km": 300}}, headers={"If-Match": etag}
    )
    assert first.status_code == 200
    stale = api.patch(path, json={"note": "x"}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["code"]) == (409, "problem.stale_version")
    api.patch(path, json={"specs": {"range_km": None}}, headers=ANY)
    assert api.get(path).json()["own"]["specs"] == {"people": 8.0}
    assert api.patch(path, json={"note": "x"}).status_code == 428


def test_step_that_does_not_follow_says_which_do(api, crew):
    path = f"{API}/units/{crew['id']}/status"
    refused = api.post(path, json={"to": "at_fire"}, headers=ANY)
    assert (refused.status_code, refused.json()["code"]) == (409, "forces.step")
    assert "assigned" in refused.json()["params"]["options"]
    missing = api.post(path, json={"to": "assigned"}, headers=ANY)
    assert (missing.status_code, missing.json()["code"]) == (422, "forces.fire_missing")
    fire = api.get("/api/v1/fires?limit=1").json()["features"][0]["id"]
    sent = api.post(path, json={"to": "assigned", "fire_id": fire}, headers=ANY)
    assert sent.json()["status"] == "assigned"
    (one,) = api.get(f"{API}/units?fire={fire}").json()
    assert one["code"] == "crew-1"


def test_trackers_post_json_and_csv(api, crew):
    at = (NOW - timedelta(minutes=2)).isoformat().replace("+00:00", "Z")
    rows = [{"unit": "crew-1", "at": at, "point": [129.9, 62.1]}, {"unit": "x", "at": at}]
    told = api.post(f"{API}/positions", json=rows).json()
    assert (told["kept"], told["rejected"]) == (1, 1)
    csv = f"unit,at,lon,lat\ncrew-1,{at},129.9,62.1\n".encode()
    again = api.post(f"{API}/positions", content=csv, headers={"Content-Type": "text/csv"}).json()
    assert (again["kept"], again["repeated"]) == (0, 1)
    assert api.get(f"{API}/units/{crew['id']}/track").json()[0]["point"] == [129.9, 62.1]


def test_register_goes_out_and_comes_back_as_a_workbook_and_as_tables(api, crew):
    book = api.get(f"{API}/export.xlsx")
    assert book.headers["content-type"].endswith("spreadsheetml.sheet")
    taken = api.post(f"{API}/import?name=register.xlsx", content=book.content).json()
    assert taken["units"]["added"] == taken["units"]["changed"] == 0
    table = api.get(f"{API}/export/units.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.content.decode("utf-8-sig").startswith("code,kind,station,")
    assert api.get(f"{API}/export/fires.csv").status_code == 422


def test_file_at_fault_is_refused_whole_by_sheet_line_and_field(api):
    body = "code,kind,station\nnew-1,pump,air-1\nnew-2,pomp,air-1\n"
    refused = api.post(f"{API}/import?name=units.csv", content=body.encode())
    assert (refused.status_code, refused.json()["code"]) == (422, "forces.file_refused")
    assert [one["field"] for one in refused.json()["errors"]] == ["units:3.kind"]
    assert "new-1" not in {one["code"] for one in api.get(f"{API}/units").json()}
    no_table = api.post(f"{API}/import?name=units.csv", content=b"PK\x03\x04")
    assert (no_table.status_code, no_table.json()["code"]) == (422, "sheet.broken")
