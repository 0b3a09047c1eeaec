"""Figures and documents over HTTP: who may, what is refused, what is on record."""

import io

import pytest
from openpyxl import load_workbook

from tests.e2e.houses import NOW, client, code, opened
from tests.e2e.rights_day import API, PaperDoor, key, two_places

ANY = {"If-Match": "*"}
DAY = {"since": f"{NOW:%Y-%m-%d}", "until": f"{NOW:%Y-%m-%d}"}


@pytest.fixture(scope="module")
def day(region_url):
    house = opened(region_url)
    house.door = PaperDoor()
    with client(house) as api:
        here, there = two_places(api, house)
        yield house, api, here, there
    house.auditor.stop(2.0)
    house.worlds.engine.dispose()


def as_official(place):
    return key("official", "municipality", place.municipality)


def figure(api, name, headers=None):
    told = api.get(f"{API}/figures", params=DAY, headers=headers or {}).json()
    return next(one for one in told["figures"] if one["definition"]["code"] == name)


def test_municipalities_add_up_to_the_region_and_each_sees_its_own(day):
    _, api, here, there = day
    whole = figure(api, "registration")
    assert whole["total"]["counted"] == 2
    parts = {one["code"]: one["result"]["counted"] for one in whole["municipality"]}
    assert parts == {here.municipality: 1, there.municipality: 1}
    for place in (here, there):
        assert figure(api, "registration", as_official(place))["total"]["rows"] == 1
    rows = api.get(
        f"{API}/figures/registration/things", params=DAY, headers=as_official(here)
    ).json()["rows"]
    assert [one["id"] for one in rows] == [here.ids["fire_id"]]


def test_tables_and_workbooks_hold_what_the_interface_says(day):
    _, api, *_ = day
    total = figure(api, "registration")["total"]
    answer = api.get(f"{API}/figures/export.xlsx", params=DAY)
    assert "attachment" in answer.headers["content-disposition"]
    head, *rows = load_workbook(io.BytesIO(answer.content))["figures"].iter_rows(values_only=True)
    told = [dict(zip(head, row, strict=True)) for row in rows]
    row = next(one for one in told if (one["figure"], one["by"]) == ("registration", "all"))
    assert (row["counted"], row["median"], row["norm_s"]) == (
        total["counted"],
        total["median"],
        120,
    )
    table = api.get(f"{API}/figures/export.csv", params=DAY)
    assert table.text.startswith("\ufefffigure,")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("figures?since=2026-07-18&until=2026-07-17", "figures.days"),
        ("figures?since=2010-01-01&until=2026-07-17", "figures.too_long"),
        ("figures/first_day/trend?since=2020-01-01&until=2026-07-17&step=day", None),
        ("figures/no_such/things", "figures.unknown"),
    ],
)
def test_what_cannot_be_counted_is_refused(day, path, problem):
    answer = day[1].get(f"{API}/{path}")
    assert answer.status_code in (404, 422)
    assert code(answer) == (problem or "figures.too_many_periods")


def test_document_is_issued_kept_and_on_record_when_taken(day):
    house, api, here, _ = day
    body = {"kind": "daily", "day": f"{NOW:%Y-%m-%d}"}
    headers = as_official(here)
    made = api.post(f"{API}/documents", json=body, headers=headers)
    assert made.status_code == 201, made.text
    told = made.json()
    assert told["fields"]["registered"] == 1
    address = f"{API}/documents/{told['id']}/file"
    for form, file in told["files"].items():
        answer = api.get(address, params={"format": form}, headers=headers)
        assert answer.headers["content-type"] == file["media_type"]
        assert answer.headers["content-security-policy"] == "sandbox"
        assert len(answer.content) == file["size"]
    again = api.post(f"{API}/documents", json=body, headers=headers)
    assert code(again) == "document.nothing_differs"
    house.auditor.flush()
    rows = api.get(f"{API}/audit", params={"action": "export.document"}).json()["rows"]
    assert {one["changes"]["format"] for one in rows} >= {"docx", "xlsx", "pdf"}
    assert {one["changes"]["document_id"] for one in rows} >= {told["id"]}


def test_documents_of_another_place_are_nobodys(day):
    _, api, here, there = day
    headers = as_official(there)
    for suffix in ("", "/file?format=pdf"):
        answer = api.get(f"{API}/documents/{here.ids['document_id']}{suffix}", headers=headers)
        assert answer.status_code == 404
    asked = {"kind": "act", "fire_id": here.ids["fire_id"], "reason": "x"}
    assert api.post(f"{API}/documents", json=asked, headers=headers).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "neighbour", "partner", "field", "auditor"])
def test_documents_are_issued_by_those_who_may(day, role):
    _, api, here, _ = day
    levels = {"viewer": "municipality", "field": "crew", "auditor": "region"}
    headers = key(role, levels.get(role, role), here.municipality)
    answer = api.post(
        f"{API}/documents", json={"kind": "daily", "day": "2026-07-17"}, headers=headers
    )
    assert answer.status_code == 403
    reads = api.get(f"{API}/figures", headers=headers)
    assert reads.status_code == (200 if role in ("viewer", "auditor") else 403)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "1-LO", "day": "2026-07-17"}, "kind"),
        ({"kind": "daily", "day": "2026-02-30"}, "day"),
        ({"kind": "daily"}, "day"),
        ({"kind": "act", "fire_number": "x" * 201}, "fire_number"),
        ({"kind": "act", "fire_number": "no number"}, "number"),
        ({"kind": "daily", "day": "2026-07-17", "more": 1}, "more"),
        ({"kind": "act", "fire_id": "7", "loss": {}}, "fire_id"),
    ],
)
def test_bad_bodies_are_refused_by_field(day, body, field):
    answer = day[1].post(f"{API}/documents", json=body)
    assert answer.status_code == 422
    assert field in {one["field"].split(".")[-1] for one in answer.json()["errors"]}


def test_templates_in_force_are_told(day):
    rows = day[1].get(f"{API}/documents/templates").json()
    assert len(rows) == 12
    assert not any(one["own"] or one["refused"] for one in rows)


def test_page_is_served(day):
    answer = day[1].get("/figures")
    assert answer.status_code in (200, 503)  # 503: the front end was not built
    assert "text/html" in answer.headers["content-type"] or answer.status_code == 503
