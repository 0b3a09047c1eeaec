"""Administration over HTTP: what answers are, who may ask, what a file is refused by."""

import json

import pytest
import shapely

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
