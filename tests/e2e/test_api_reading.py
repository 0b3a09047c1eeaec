"""What the API answers to those who read: lists, filters, pages, geometries, worlds."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from sylvan.domain.actors import local_operator
from sylvan.domain.worlds import WorldClock, WorldKind
from tests.e2e.geojson import check_collection
from tests.e2e.houses import ACROSS, NOW, SITES, Site, code, firms_csv, take

API = "/api/v1"
ALL = len(SITES) + len(ACROSS)
WEST, EAST = ACROSS[2], ACROSS[1]
"""One on either side of 180°; ACROSS[0] lies on it."""


def get(api, path: str, **query: Any) -> dict[str, Any]:
    answer = api.get(API + path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def features(api, path: str, **query: Any) -> list[dict[str, Any]]:
    return check_collection(get(api, path, **query))


def pages(api, path: str, cursor: str | None = None, **query: Any) -> list[list[dict[str, Any]]]:
    found = []
    while True:
        body = get(api, path, **query, **({"cursor": cursor} if cursor else {}))
        found.append(check_collection(body))
        cursor = body["next"]
        if cursor is None:
            return found


def near(feature: dict[str, Any], site: Site) -> bool:
    lon, lat = feature["properties"]["point"]
    return abs((lon - site.lon + 180) % 360 - 180) < 0.05 and abs(lat - site.lat) < 0.05


def test_every_site_is_one_fire_and_the_newest_sight_comes_first(api):
    found = features(api, "/fires", limit=1000)
    assert len(found) == ALL
    seen = [one["properties"]["last_seen"] for one in found]
    assert seen == sorted(seen, reverse=True)
    assert all(any(near(one, site) for one in found) for site in (*SITES, *ACROSS))


@pytest.mark.parametrize("edges", [False, True])
def test_fires_are_rfc_7946(api, edges):
    kinds = {one["geometry"]["type"] for one in features(api, "/fires", edges=edges, limit=1000)}
    assert kinds == ({"MultiPolygon"} if edges else {"Point"})


def test_edge_on_180_degrees_is_cut_there(api):
    found = features(api, "/fires", bbox="179.9,67,-179.9,67.2", edges=True)
    assert len(found) == 1
    parts = found[0]["geometry"]["coordinates"]
    sides = {max(lon for lon, _ in part[0]) > 0 for part in parts}
    assert sides == {True, False}
    touching = [abs(lon) for part in parts for lon, _ in part[0]]
    assert touching.count(180.0) >= 4


def test_box_across_180_degrees_finds_both_sides_and_nothing_else(api):
    found = features(api, "/fires", bbox="178,66,-179,68")
    assert len(found) == len(ACROSS)
    west = features(api, "/fires", bbox="178,66,179.5,68")
    assert [near(one, WEST) for one in west] == [True]
    east = features(api, "/fires", bbox="-179.5,66,-179,67")
    assert [near(one, EAST) for one in east] == [True]


def test_box_across_180_degrees_finds_detections_on_both_sides(api):
    found = features(api, "/detections", bbox="178,66,-179,68")
    lons = [one["geometry"]["coordinates"][0] for one in found]
    assert len(lons) == sum(site.pixels for site in ACROSS)
    assert min(lons) < -179 < 178 < max(lons)


def test_box_the_long_way_round_leaves_out_what_lies_at_180_degrees(api):
    assert len(features(api, "/fires", bbox="-178,50,178,80", limit=1000)) == len(SITES)


def test_box_may_touch_the_edges_of_the_world(api):
    assert len(features(api, "/fires", bbox="-180,-90,180,90", limit=1000)) == ALL
    assert features(api, "/fires", bbox="0,0,0,0") == []


def test_span_keeps_what_was_seen_in_it(api):
    recent = (NOW - timedelta(hours=5, minutes=1)).isoformat()
    got = features(api, "/fires", since=recent, limit=1000)
    wanted = [site for site in (*SITES, *ACROSS) if site.hours_ago <= 5]
    assert len(got) == len(wanted)
    old = features(api, "/fires", until=recent, limit=1000)
    assert len(old) == ALL - len(wanted)
    both = features(api, "/detections", since=recent, until=NOW.isoformat(), limit=1000)
    assert len(both) == sum(site.pixels for site in wanted)


def test_span_takes_any_zone(api):
    utc = features(api, "/fires", since="2026-07-17T03:00:00Z")
    yakutsk = features(api, "/fires", since="2026-07-17T12:00:00+09:00")
    assert [one["id"] for one in utc] == [one["id"] for one in yakutsk] != []


def test_status_filters_and_several_may_be_asked_for(api):
    assert len(features(api, "/fires", status="signal", limit=1000)) == ALL
    assert features(api, "/fires", status="out") == []
    assert len(features(api, "/fires", status=["out", "signal"], limit=1000)) == ALL


@pytest.mark.parametrize("limit", [1, 3, 7, ALL, ALL + 1])
@pytest.mark.parametrize("path", ["/fires", "/detections"])
def test_pages_are_complete_and_in_order(api, path, limit):
    whole = [one["id"] for one in features(api, path, limit=1000)]
    found = pages(api, path, limit=limit)
    assert [one["id"] for page in found for one in page] == whole
    assert all(len(page) == limit for page in found[:-1])


def test_pages_of_a_filter_hold_only_what_passes_it(api):
    whole = [one["id"] for one in features(api, "/fires", bbox="120,60,140,70", limit=1000)]
    found = pages(api, "/fires", bbox="120,60,140,70", limit=2)
    assert [one["id"] for page in found for one in page] == whole


def test_layer_items_come_in_pages_and_are_rfc_7946(api):
    known = {one["code"]: one["items"] for one in get(api, "/layers")}
    found = pages(api, "/layers/municipalities/items", limit=10)
    assert sum(map(len, found)) == known["municipalities"]
    ids = {one["id"] for page in found for one in page}
    assert len(ids) == known["municipalities"]


def test_every_layer_is_rfc_7946(api):
    for layer in get(api, "/layers"):
        page = features(api, f"/layers/{layer['code']}/items", limit=300)
        assert len(page) == min(layer["items"], 300), layer["code"]


def test_pages_are_stable_while_new_fires_begin(own):
    house, api = own
    take(house, SITES)
    first = get(api, "/fires", limit=4)
    before = [one["id"] for one in features(api, "/fires", limit=1000)]
    newer = Site(150.0, 66.0, 0.5)
    older = Site(152.0, 66.5, 60.0)
    take(house, (newer, older), "later.csv")
    rest = pages(api, "/fires", first["next"], limit=4)
    got = [one["id"] for one in first["features"]] + [one["id"] for page in rest for one in page]
    assert len(got) == len(set(got))
    assert set(before) <= set(got)
    assert len(set(got) - set(before)) == 1, "the older one came after the cursor, the newer before"


def test_snapshot_stands_at_a_number_of_the_log_and_holds_everything(api, house):
    found = get(api, "/snapshot")
    head = house.log.head()
    assert (found["epoch"], found["as_of_seq"]) == (str(head.epoch), head.seq)
    assert {one["id"] for one in found["fires"]} == {
        one["id"] for one in features(api, "/fires", limit=1000)
    }
    assert [feed["feed"] for feed in found["feeds"]] == ["firms-noaa20"]
    assert found["world"]["now"] == "2026-07-17T06:00:00Z"


def test_fire_has_its_edge_its_version_as_etag_and_its_detections(api):
    site = SITES[-1]
    fire = next(one for one in features(api, "/fires", limit=1000) if near(one, site))
    answer = api.get(f"{API}/fires/{fire['id']}")
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    assert answer.json()["edge"]["type"] == "MultiPolygon"
    pixels = features(api, f"/fires/{fire['id']}/detections")
    assert len(pixels) == site.pixels
    assert {one["properties"]["fire_id"] for one in pixels} == {fire["id"]}


def test_fire_has_the_address_of_the_place(api):
    fire = next(one for one in features(api, "/fires", limit=1000) if near(one, SITES[-1]))
    address = fire["properties"]["address"]
    assert address["municipality"]["name"].keys() == {"ru", "en"}
    assert address["nearest"]["distance_km"] > 0
    assert address["time_zone"].startswith("Asia/")


def test_log_of_a_fire_tells_its_beginning(api):
    fire = features(api, "/fires", limit=1)[0]
    entries = get(api, f"/fires/{fire['id']}/log")
    assert [entry["kind"] for entry in entries] == ["fire.changed"]
    assert entries[0]["body"]["id"] == fire["id"]


def test_as_of_shows_fires_as_they_stood(own):
    house, api = own
    take(house, SITES[:2])
    now = NOW.isoformat()
    assert len(get(api, "/fires/as-of", at=now)) == 2
    assert get(api, "/fires/as-of", at=(NOW - timedelta(hours=1)).isoformat()) == []


def test_histogram_counts_every_detection_once(api):
    found = get(api, "/detections/histogram", hours=72)
    assert sum(found["counts"]) == sum(site.pixels for site in (*SITES, *ACROSS))
    assert found["step_s"] == 3600
    assert len(found["counts"]) == 72


def test_no_list_crosses_worlds(own):
    house, api = own
    take(house, SITES[:3])
    clock = WorldClock(NOW, NOW, 0.0)
    drill = house.worlds.open(WorldKind.DRILL, "august", clock)
    body = firms_csv(SITES[5:6])
    house.intake.take(local_operator(drill), "drill.csv", body, "firms-noaa20")
    live, there = (features(api, "/fires", world=world) for world in ("live", "august"))
    assert (len(live), len(there)) == (3, 1)
    assert features(api, "/fires") == live
    assert len(features(api, "/detections", world="august")) == SITES[5].pixels
    assert {world["name"] for world in get(api, "/worlds")} == {"live", "august"}
    other = api.get(f"{API}/fires/{there[0]['id']}")
    assert (other.status_code, code(other)) == (404, "problem.fire_unknown")
    assert get(api, "/snapshot", world="august")["world"]["kind"] == "drill"


def test_catalogues_hold_the_same_keys_in_both_languages(api):
    ru, en = (get(api, f"/catalogue/{language}") for language in ("ru", "en"))
    assert ru.keys() == en.keys()
    assert ru["status.signal"] != en["status.signal"]


def test_configuration_names_the_region_and_the_ways_on(api):
    found = get(api, "/config")
    assert found["region"]["code"] == "yakutia"
    assert {way["status"] for way in found["transitions"]["signal"]} >= {"registered", "rejected"}


def test_times_end_in_z_and_lists_never_repeat_an_id(api):
    for one, other in pairwise(features(api, "/fires", limit=1000)):
        assert one["properties"]["last_seen"].endswith("Z")
        assert one["id"] != other["id"]
