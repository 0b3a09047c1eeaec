"""Partners by their keys over HTTP: own things, files, signals; another's are not there."""

import io
import json
import zipfile

import pytest

from sylvan.domain.actors import Level
from tests.e2e.houses import NOW, Site, client, code, opened, take
from tests.e2e.rights_day import API, PaperDoor, key

LON, LAT = 129.73, 66.4
GRID = key("partner", "partner", owner="grid")
GAS = key("partner", "partner", owner="gas")
MINE = {"external_id": "T-1", "kind": "tower", "name": {"ru": "Вышка"}}
POINT = {"type": "Point", "coordinates": [LON + 0.1, LAT + 0.05]}


@pytest.fixture(scope="module")
def api(region_url):
    house = opened(region_url)
    house.door = PaperDoor()
    take(house, (Site(LON, LAT, 2.0, 5),))
    with client(house) as asking:
        yield asking
    house.auditor.stop(2.0)
    house.worlds.engine.dispose()


@pytest.fixture(scope="module")
def mine(api):
    body = MINE | {"geometry": POINT, "watch_km": 25, "alarm_km": 10}
    body["contacts"] = [{"name": "Дежурный", "phone": "+7 4112"}]
    answer = api.post(f"{API}/assets", json=body, headers=GRID)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_owner_is_who_asks_and_nobody_can_say_otherwise(api, mine):
    assert mine["owner"] == "grid"
    for name in ("owner", "territories", "id", "version"):
        body = MINE | {"external_id": "x", "geometry": POINT, name: "gas"}
        assert api.post(f"{API}/assets", json=body, headers=GRID).status_code == 422
    row = MINE | {"external_id": "by-batch", "geometry": POINT, "owner": "gas"}
    answer = api.post(f"{API}/assets/batch", json={"assets": [row]}, headers=GRID).json()
    (one,) = api.get(f"{API}/assets/{answer['rows'][0]['id']}", headers=GRID).json()["history"]
    assert "gas" not in json.dumps(one)


def test_fire_near_it_is_the_owners_to_see_and_told_with_reasons(api, mine):
    (fire,) = api.get(f"{API}/fires", headers=GRID).json()["features"]
    threats = api.get(f"{API}/assets/{mine['id']}/threats", headers=GRID).json()["threats"]
    assert [one["fire_id"] for one in threats] == [fire["id"]]
    assert threats[0]["alarm"] is True
    assert threats[0]["reasons"][0]["code"] == "asset.within_alarm"
    assert api.get(f"{API}/fires", headers=GAS).json()["features"] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/threats", None),
        ("PATCH", "", {"notes": "x"}),
        ("POST", "/retire", None),
    ],
)
def test_anothers_thing_is_not_there_whatever_is_asked(api, mine, method, path, body):
    options = {"json": body} if body else {}
    address = f"{API}/assets/{mine['id']}{path}"
    answer = api.request(method, address, headers=GAS | {"If-Match": "*"}, **options)
    assert (answer.status_code, code(answer)) == (404, "asset.unknown")
    listed = api.get(f"{API}/assets", params={"retired": True}, headers=GAS).json()
    assert mine["id"] not in json.dumps(listed)
    assert api.get(f"{API}/assets/batches", headers=GAS).json() == []
    undo = api.post(f"{API}/assets/batches/{mine['batch']}/undo", headers=GAS)
    assert (undo.status_code, code(undo)) == (404, "asset.batch_unknown")


def test_dispatcher_sees_things_of_the_own_territory_with_whom_to_ring(api, mine):
    (fire,) = api.get(f"{API}/fires").json()["features"]
    municipality = fire["properties"]["address"]["municipality"]["code"]
    near = key("dispatcher", "municipality", municipality)
    shown = api.get(f"{API}/assets/{mine['id']}", headers=near).json()
    assert shown["contacts"][0]["phone"] == "+7 4112"
    away = key("dispatcher", "municipality", "aldansky")
    assert api.get(f"{API}/assets/{mine['id']}", headers=away).status_code == 404
    exposure = api.get(f"{API}/fires/{fire['id']}/exposure", headers=near).json()
    owners = {one["code"]: one["owner"] for one in exposure["objects"]}
    assert owners[mine["id"]] == "grid"


@pytest.mark.parametrize("role", ["viewer", "neighbour", "auditor", "feed"])
def test_other_roles_hear_nothing_of_partners_things(api, mine, role):
    level = {"viewer": "region", "auditor": "region", "feed": "region"}.get(role, role)
    headers = key(role, str(Level(level)), "*")
    for path in ("/assets", f"/assets/{mine['id']}", f"/assets/{mine['id']}/threats"):
        assert api.get(f"{API}{path}", headers=headers).status_code == 403
    for path in ("/snapshot", "/changes?after=0&limit=1000"):
        answer = api.get(f"{API}{path}", headers=headers)
        assert mine["id"] not in answer.text


def test_change_needs_the_version_that_was_seen(api, mine):
    address = f"{API}/assets/{mine['id']}"
    assert api.patch(address, json={"notes": "a"}, headers=GRID).status_code == 428
    changed = api.patch(address, json={"notes": "a"}, headers=GRID | {"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    stale = api.patch(address, json={"notes": "b"}, headers=GRID | {"If-Match": '"1"'})
    assert (stale.status_code, code(stale)) == (409, "problem.stale_version")


def test_crossing_outline_is_refused_with_the_mended_one_offered(api):
    ring = [[129.7, 66.4], [129.8, 66.5], [129.8, 66.4], [129.7, 66.5], [129.7, 66.4]]
    body = MINE | {"external_id": "F", "kind": "farm"}
    body["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    answer = api.post(f"{API}/assets", json=body, headers=GRID)
    assert (answer.status_code, code(answer)) == (422, "asset.self_crossing")
    body["geometry"] = json.loads(answer.json()["errors"][0]["params"]["repaired"])
    assert api.post(f"{API}/assets", json=body, headers=GRID).status_code == 201


def test_far_thing_is_refused(api):
    far = {"type": "Point", "coordinates": [-9.0, 39.0]}
    answer = api.post(f"{API}/assets", json=MINE | {"geometry": far}, headers=GRID)
    assert (answer.status_code, code(answer)) == (422, "asset.outside")


def test_file_is_taken_row_by_row_and_given_back_by_one_undo(api):
    text = "id;Вид;Название;lon;lat\nA;tower;А;129.8;66.45\nB;tower;Б;66.45;129.8\n;;;;\n"
    sent = {"params": {"name": "x.csv"}, "content": text.encode(), "headers": GRID}
    told = api.post(f"{API}/assets/file", **sent).json()
    assert [(one["line"], one["became"]) for one in told["rows"]] == [
        (2, "created"),
        (3, "refused"),
    ]
    assert told["rows"][1]["errors"][0]["code"] == "asset.axes_swapped"
    again = api.post(f"{API}/assets/file", **sent).json()
    assert (again["same"], again["batch"]) == (1, None)
    sent["params"] = {"name": "x.csv", "all_or_nothing": True}
    refused = api.post(f"{API}/assets/file", **sent)
    assert (refused.status_code, code(refused)) == (422, "asset.nothing_written")
    undone = api.post(f"{API}/assets/batches/{told['batch']}/undo", headers=GRID)
    assert undone.json()["undone"] == 1


def test_file_is_looked_at_before_it_is_kept_and_kept_as_it_was_shown(api):
    text = "id,kind,name,lon,lat\nL-1,tower,One,129.8,66.45\nL-2,mast,Two,129.8,66.46\n"
    sent = {"content": text.encode(), "headers": GRID}
    told = {"name": "look.csv"}
    shown = api.post(f"{API}/assets/file", params=told | {"dry_run": True}, **sent).json()
    assert (shown["created"], shown["refused"], shown["batch"]) == (1, 1, None)
    assert [one["id"] for one in shown["shapes"]["features"]] == ["L-1"]
    assert (shown["rows"][1]["line"], shown["rows"][1]["errors"][0]["field"]) == (3, "kind")
    assert "L-1" not in api.get(f"{API}/assets", headers=GRID).text
    other = api.post(f"{API}/assets/file", params=told | {"plan": "0" * 64}, **sent)
    assert (other.status_code, code(other)) == (409, "asset.plan_changed")
    slip = api.post(f"{API}/assets/file", params=told | {"plan": "x"}, **sent)
    assert (slip.status_code, slip.json()["errors"][0]["field"]) == (422, "plan")
    whole = api.post(f"{API}/assets/file", params=told | {"retire_missing": True}, **sent)
    assert (whole.status_code, code(whole)) == (422, "asset.nothing_written")
    owned = api.get(f"{API}/assets/terms", headers=GRID).json()["owned"]
    kept = api.post(f"{API}/assets/file", params=told | {"plan": shown["plan"]}, **sent).json()
    assert (kept["created"], kept["shapes"]) == (1, None)
    assert api.get(f"{API}/assets/terms", headers=GRID).json()["owned"] == owned + 1
    assert api.get(f"{API}/assets/terms", headers=GAS).json()["owned"] == 0


def test_bomb_is_a_problem_and_no_fault(api):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.kml", b" " * 3_000_000)
    sent = {"params": {"name": "x.zip"}, "content": out.getvalue(), "headers": GRID}
    answer = api.post(f"{API}/assets/file", **sent)
    assert (answer.status_code, code(answer)) == (422, "archive.bomb")


def test_signal_tells_its_sender_and_the_desk_what_became_of_it(api):
    item = {
        "kind": "sighting",
        "external_id": "cam-1:7",
        "source": "camera",
        "seen": "smoke",
        "observed_at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        "place": {"method": "coordinates", "point": [125.3, 60.9]},
    }
    bad = item | {"external_id": "cam-1:8", "seen": "dragon", "observed_at": "yesterday"}
    unknown = {"kind": "wish", "external_id": "w"}
    sent = {"signals": [item, bad, unknown]}
    told = api.post(f"{API}/signals", json=sent, headers=GRID).json()["signals"]
    assert [one["became"] for one in told] == ["reported", "refused", "refused"]
    assert {one["field"] for one in told[1]["errors"]} == {"seen", "observed_at"}
    assert api.get(f"{API}/signals/cam-1:7", headers=GRID).json()["report_status"] == "queued"
    foreign = api.get(f"{API}/signals/cam-1:7", headers=GAS)
    assert (foreign.status_code, code(foreign)) == (404, "signal.unknown")
    assert api.get(f"{API}/signals", headers=GAS).json() == []
    desk = api.get(f"{API}/signals", params={"report": told[0]["report_id"]}).json()
    assert [one["holder"] for one in desk] == ["grid"]


def test_role_without_a_door_is_refused(api):
    sent = {"signals": [{"kind": "position", "external_id": "x", "point": [129, 62]}]}
    for role, level in (("neighbour", "neighbour"), ("viewer", "region")):
        answer = api.post(f"{API}/signals", json=sent, headers=key(role, level, "*"))
        assert answer.status_code == 403
