"""Administration over HTTP: what answers are, who may ask, what a file is refused by."""

import json

import pytest
import shapely

from tests.e2e.houses import SITES, firms_csv
from tests.e2e.rights_day import PaperDoor, key
from tests.e2e.test_api_shapes import check, document  # noqa: F401 - the fixture

API = "/api/v1"
SQUARE = json.loads(shapely.to_geojson(shapely.box(129.0, 61.0, 129.4, 61.2)))
FARMS = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"code": "a"}, "geometry": SQUARE}],
    }
).encode()


def uploaded(api, body: bytes = FARMS, name: str = "farms.geojson", **asked: str):
    return api.post(
        f"{API}/layer-desk/drafts", params={"name": name, "kind": "farm", **asked}, content=body
    )


def test_a_layers_way_is_answered_as_the_document_says(own, document):  # noqa: F811
    _, api = own
    paths = document["paths"]
    draft = uploaded(api)
    check(document, paths[f"{API}/layer-desk/drafts"]["post"], draft)
    card = draft.json()
    about = f"{API}/layer-desk/versions/{card['id']}"
    one = paths[f"{API}/layer-desk/versions/{{version_id}}"]["get"]
    check(document, one, api.get(about))
    shapes = paths[f"{API}/layer-desk/versions/{{version_id}}/features"]["get"]
    check(document, shapes, api.get(f"{about}/features"))
    told = api.post(f"{about}/publish", json={"reason": "перечень", "against": card["against"]})
    check(document, paths[f"{API}/layer-desk/versions/{{version_id}}/publish"]["post"], told)
    assert told.json()["state"] == "in_force"
    history = api.get(f"{API}/layer-desk/history", params={"layer": "farm"})
    check(document, paths[f"{API}/layer-desk/history"]["get"], history)
    check(document, paths[f"{API}/layer-desk"]["get"], api.get(f"{API}/layer-desk"))
    again = api.post(f"{about}/publish", json={"reason": "ещё раз", "against": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "layer.changed_since")
    kept = api.post(f"{about}/discard")
    assert (kept.status_code, kept.json()["code"]) == (409, "layer.no_draft")


@pytest.mark.parametrize(
    ("body", "asked", "code"),
    [
        (b"a,b\n1,2\n", {}, "layer.upload_format"),
        (b"PK\x03\x04rubbish", {}, "archive.broken"),
        (b"SQLite format 3\0" + b"\1" * 100, {}, "layer.unreadable"),
        (FARMS, {"field": "code=KOD"}, "layer.no_column"),
        (FARMS, {"field": "code"}, "layer.field_pair"),
        (FARMS, {"code": "settlements"}, "layer.other_kind"),
    ],
)
def test_what_cannot_be_a_layer_is_refused_in_words(own, body, asked, code):
    _, api = own
    told = uploaded(api, body, "x", **asked)
    assert (told.status_code, told.json()["code"]) == (422, code)
    assert "/tmp" not in told.text


@pytest.mark.parametrize(
    ("role", "open_to"), [("steward", 1), ("admin", 1), ("chief", 0), ("dispatcher", 0)]
)
def test_administration_is_for_administrators(own, role, open_to):
    house, api = own
    house.door = PaperDoor()
    headers = key(role, "region", "*")
    assert api.get(f"{API}/layer-desk", headers=headers).status_code == (200 if open_to else 403)
    draft = api.post(
        f"{API}/layer-desk/drafts",
        params={"name": "f.geojson", "kind": "farm"},
        content=FARMS,
        headers=headers,
    )
    assert draft.status_code == (201 if open_to else 403)


def test_rules_are_answered_as_the_document_says(own, document):  # noqa: F811
    _, api = own
    paths = document["paths"]
    desk = api.get(f"{API}/rule-desk")
    check(document, paths[f"{API}/rule-desk"]["get"], desk)
    file = next(one for one in desk.json()["files"] if one["file"] == "fires.yaml")
    bad = {"file": "fires.yaml", "text": file["text"].replace("about: fire", "about: weather")}
    judged = api.post(f"{API}/rule-desk/check", json=bad)
    check(document, paths[f"{API}/rule-desk/check"]["post"], judged)
    assert judged.json()["faults"][0]["file"] == "fires.yaml"
    good = {"file": "fires.yaml", "text": file["text"]}
    tried = api.post(f"{API}/rule-desk/try", json=good)
    check(document, paths[f"{API}/rule-desk/try"]["post"], tried)
    refused = api.post(f"{API}/rule-desk/try", json=bad)
    assert (refused.status_code, refused.json()["code"]) == (422, "alerts.rule_refused")
    asked = good | {"reason": "проверка", "against": file["mark"]}
    told = api.post(f"{API}/rule-desk/publish", json=asked)
    assert (told.status_code, told.json()["code"]) == (409, "rules.not_writable")
    assert api.get(f"{API}/rule-desk/history?file=fires.yaml").json() == []
    away = api.post(f"{API}/rule-desk/check", json=good | {"file": "../fires.yaml"})
    assert away.status_code == 422


def test_feeds_are_answered_as_the_document_says_and_handled_by_hand(own, document):  # noqa: F811
    house, api = own
    desk, paths = f"{API}/feed-desk", document["paths"]
    bad = firms_csv(SITES[:1]).replace(b"\n60", b"\n960", 1)
    taken = api.post(f"{API}/ingest", params={"name": "a.csv", "feed": "camp"}, content=bad)
    about = f"{desk}/batches/{taken.json()['batch']}"
    check(
        document, paths[f"{desk}/batches/{{batch_id}}/rejects"]["get"], api.get(f"{about}/rejects")
    )
    assert api.get(f"{about}/rejects").json()["total"] == 1
    assert "row.out_of_range" in api.get(f"{about}/rejects.csv").text
    assert api.get(f"{about}/body").content == bad
    for step, told in (("pause", {"reason": "битые строки"}), ("resume", {"reason": "исправлено"})):
        path = f"{desk}/feeds/{{feed}}/{step}"
        check(document, paths[path]["post"], api.post(f"{desk}/feeds/camp/{step}", json=told))
        if step == "pause":
            refused = api.post(
                f"{API}/ingest", params={"name": "b.csv", "feed": "camp"}, content=bad
            )
            assert (refused.status_code, refused.json()["code"]) == (409, "feed.paused")
            assert refused.json()["params"]["reason"] == "битые строки"
            shown = [one for one in api.get(f"{API}/feeds").json() if one["feed"] == "camp"]
            assert [one["state"] for one in shown] == ["paused"]
    assert api.post(
        f"{API}/ingest", params={"name": "b.csv", "feed": "camp"}, content=bad
    ).is_success
    house.door = PaperDoor()
    for role, code in (("steward", 409), ("chief", 409), ("dispatcher", 403), ("viewer", 403)):
        told = api.post(f"{desk}/feeds/camp/ask", headers=key(role, "region", "*"))
        assert told.status_code == code


def test_whoever_hides_people_does_not_hear_who_holds_a_feed_back(own):
    house, api = own
    api.post(f"{API}/feed-desk/feeds/drop/pause", json={"reason": "проверка"})
    house.door = PaperDoor()
    (shown,) = api.get(f"{API}/feeds", headers=key("viewer", "region", "*")).json()
    assert (shown["state"], shown["paused"]["name"], shown["paused"]["by"]) == (
        "paused",
        None,
        None,
    )
    assert shown["paused"]["reason"] == "проверка"


def test_territories_are_those_of_the_layers_in_force_and_for_whoever_looks_after_them(own):
    house, api = own
    told = api.get(f"{API}/territories").json()
    levels = {one["level"] for one in told["places"] if not one["gone"]}
    assert (told["judged"], levels) == ("municipality", {"region", "municipality", "district"})
    (mine,) = told["people"]  # without sign-in whoever sits there answers for everything
    judged = [one for one in told["places"] if one["judged"]]
    assert judged
    assert all(one["able"]["register"] == [mine["subject"]] for one in judged)
    assert all(one["gaps"] == [] for one in judged)
    house.door = PaperDoor()
    for role, status in (("steward", 200), ("chief", 200), ("dispatcher", 403), ("viewer", 403)):
        assert api.get(f"{API}/territories", headers=key(role, "region", "*")).status_code == status
