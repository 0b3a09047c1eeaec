"""Heat sources, strokes and causes by HTTP, as screens and partners use them."""

from datetime import timedelta

import pytest

from tests.e2e.houses import NOW, SITES

API = "/api/v1"
PLACE = [121.5, 65.2]
BOILER = {"kind": "boiler", "point": PLACE, "radius_km": 0.8, "name": "Котельная"}
ANY = {"If-Match": "*"}


@pytest.fixture
def source(api):
    return api.post(f"{API}/heat-sources", json=BOILER).json()


def test_sources_of_the_regions_layers_stand_in_the_register(api):
    found = api.get(f"{API}/heat-sources").json()["features"]
    layers = [one["properties"] for one in found if one["properties"]["origin"] == "layer"]
    assert layers
    assert {one["state"] for one in layers} == {"confirmed"}


def test_source_of_a_layer_can_be_denied_and_taken_back(api):
    found = api.get(f"{API}/heat-sources?state=confirmed").json()["features"]
    one = next(f["properties"] for f in found if f["properties"]["origin"] == "layer")
    path = f"{API}/heat-sources/{one['id']}"
    etag = api.get(path).headers["etag"]
    denied = api.post(f"{path}/verdict", json={"verdict": "deny"}, headers={"If-Match": etag})
    assert denied.json()["state"] == "denied"
    stale = api.post(f"{path}/verdict", json={"verdict": "confirm"}, headers={"If-Match": etag})
    assert stale.status_code == 409
    assert api.post(f"{path}/undo", json={}, headers=ANY).json()["state"] == "confirmed"
    again = api.post(f"{path}/undo", json={}, headers=ANY)
    assert (again.status_code, again.json()["code"]) == (409, "heat.taken_back")


def test_source_is_found_by_box_and_state(api, source):
    box = "bbox=121.4,65.1,121.6,65.3"
    ids = [f["id"] for f in api.get(f"{API}/heat-sources?{box}").json()["features"]]
    assert source["id"] in ids
    none = api.get(f"{API}/heat-sources?{box}&state=expired").json()["features"]
    assert none == []
    assert api.get(f"{API}/heat-sources?state=sleeping").status_code == 422


def test_source_tells_its_evidence_and_what_was_said(api, source):
    told = api.get(f"{API}/heat-sources/{source['id']}").json()
    assert told["name"]["ru"] == "Котельная"
    assert [one["verdict"] for one in told["verdicts"]] == ["confirm"]
    assert told["evidence"][-1]["code"] == "heat.said_confirm"


def test_change_without_a_version_is_refused(api, source):
    path = f"{API}/heat-sources/{source['id']}"
    assert api.post(f"{path}/verdict", json={"verdict": "deny"}).status_code == 428
    assert api.get(f"{API}/heat-sources/{'0' * 8}-0000-7000-8000-{'0' * 12}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"radius_km": 0},
        {"radius_km": 51},
        {"months": [0]},
        {"months": []},
        {"hours": [24]},
        {"kind": "furnace"},
        {"point": [190, 62]},
    ],
)
def test_source_out_of_range_names_the_field(api, wrong):
    answer = api.post(f"{API}/heat-sources", json=BOILER | wrong)
    assert answer.status_code == 422
    (name,) = wrong
    assert any(one["field"].startswith(name) for one in answer.json()["errors"])


def stroke(site, hours_before):
    at = NOW - timedelta(hours=site.hours_ago + hours_before)
    return {
        "at": at.isoformat(),
        "point": [site.lon, site.lat],
        "peak_ka": -22.0,
        "kind": "cg",
    }


def fire_at(api, site):
    found = api.get(f"{API}/fires?limit=1000").json()["features"]
    near = [
        f["properties"]
        for f in found
        if abs(f["properties"]["point"][0] - site.lon) < 0.05
        and abs(f["properties"]["point"][1] - site.lat) < 0.05
    ]
    return near[0]


def test_strokes_are_taken_in_and_named_as_causes(api):
    site = SITES[3]
    body = [stroke(site, 2.0), {"at": "yesterday", "point": PLACE}]
    taken = api.post(f"{API}/lightning", json=body).json()
    assert (taken["accepted"], taken["rejected"], taken["fires"]) == (1, 1, 1)
    assert taken["bad"][0]["field"] == "at"
    told = api.get(f"{API}/fires/{fire_at(api, site)['id']}/causes").json()
    (cause,) = told["candidates"]
    assert cause["hours_before"] == pytest.approx(2.0, abs=0.02)
    assert told["missing"] == []
    again = api.post(f"{API}/lightning", json=body[:1]).json()
    assert (again["accepted"], again["duplicates"]) == (0, 1)


def test_strokes_are_shown_by_box_and_time(api):
    site = SITES[5]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
        "properties": {"at": stroke(site, 5.0)["at"]},
    }
    sent = {"type": "FeatureCollection", "features": [feature]}
    assert api.post(f"{API}/lightning", json=sent).json()["accepted"] == 1
    west, south = round(site.lon - 0.1, 3), round(site.lat - 0.1, 3)
    box = f"bbox={west},{south},{west + 0.2:.3f},{south + 0.2:.3f}"
    (one,) = api.get(f"{API}/lightning?{box}").json()["features"]
    assert one["properties"]["kind"] is None
    later = "since=2026-07-17T05:59:00Z"
    assert api.get(f"{API}/lightning?{box}&{later}").json()["features"] == []


def test_fire_without_lightning_data_says_so(api):
    site = SITES[0]
    told = api.get(f"{API}/fires/{fire_at(api, site)['id']}/causes").json()
    assert told["candidates"] == []
