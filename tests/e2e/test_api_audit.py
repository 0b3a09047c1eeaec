"""The audit by HTTP: what was opened and taken away is on record, and can be read."""

import csv
import io
from dataclasses import replace

import pytest

from sylvan.domain.actors import Level
from sylvan.services.doors import LOCAL
from sylvan.services.log import drain
from tests.e2e.houses import code

API = "/api/v1"


def rows(house, api, **wanted):
    house.auditor.flush()
    return api.get(f"{API}/audit", params=wanted).json()["rows"]


@pytest.fixture(scope="module")
def fire(api):
    return api.get(f"{API}/fires?limit=1").json()["features"][0]["id"]


def test_opened_card_is_on_record_and_a_list_or_a_refusal_is_not(house, api, fire):
    api.get(f"{API}/fires?limit=5")
    assert api.get(f"{API}/fires/019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55").status_code == 404
    assert rows(house, api, action="saw.") == []
    for _ in range(3):
        assert api.get(f"{API}/fires/{fire}").status_code == 200
    (row,) = rows(house, api, action="saw.")
    told = {name: row[name] for name in ("actor", "role", "action", "subject", "peer", "world")}
    assert told == {
        "actor": "local",
        "role": "operator",
        "action": "saw.fire",
        "subject": fire,
        "peer": "testclient",
        "world": "live",
    }


def test_change_carries_role_level_and_address(house, api, fire):
    api.post(f"{API}/fires/{fire}/shown")
    (row,) = rows(house, api, action="fire.shown", subject=fire)
    assert (row["role"], row["level"], row["peer"]) == ("operator", "region", "testclient")


def test_exports_are_on_record_each_time_with_what_was_asked(house, api):
    for address in ("forces/export/units.csv", "forces/export.xlsx", "bulletin.txt?lang=en"):
        assert api.get(f"{API}/{address}").status_code == 200, address
    house.auditor.flush()
    found = {row["changes"]["operation"]: row for row in rows(house, api, action="export.")}
    assert found["forces_table"]["changes"]["what"] == "units"
    assert found["regimes_bulletin_txt"]["changes"]["lang"] == "en"
    assert found["forces_workbook"]["action"] == "export.forces"


def test_report_and_its_photo_are_on_record_when_somebody_opens_them(house, api):
    place = {"method": "coordinates", "point": [130.0, 62.4]}
    made = api.post(f"{API}/reports", json={"place": place, "seen": "smoke"}).json()
    api.get(f"{API}/reports/{made['id']}")
    assert [row["subject"] for row in rows(house, api, action="saw.report")] == [made["id"]]


def test_pages_follow_each_other_to_the_end(house, api):
    house.auditor.flush()
    whole = [row["id"] for row in api.get(f"{API}/audit?limit=1000").json()["rows"]]
    found, cursor = [], None
    while True:
        page = api.get(
            f"{API}/audit", params={"limit": 3, **({"cursor": cursor} if cursor else {})}
        )
        found += [row["id"] for row in page.json()["rows"]]
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert found == whole
    assert len(whole) > 5


def test_table_holds_all_rows_and_no_formula(house, api, fire):
    house.auditor.signed_out(replace(LOCAL, subject="=1+1"), None)
    house.auditor.flush()
    answer = api.get(f"{API}/audit/export.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["subject"] for row in table} >= {fire, "'=1+1"}
    assert rows(house, api, action="export.audit")


def test_chain_says_how_far_it_goes_and_the_checkpoint(house, api, tmp_path, monkeypatch):
    monkeypatch.setattr(house.audit_chain.signer, "folder", tmp_path)
    house.auditor.flush()
    house.audit_chain.link()
    made = house.audit_chain.sign()
    told = api.get(f"{API}/audit/chain").json()
    assert (told["seq"], told["waiting"]) == (made.seq, 0)
    assert told["checkpoint"]["signature"] == made.signature.hex()
    listed = rows(house, api, limit=1000)
    assert all(row["seq"] for row in listed)


def test_audit_is_closed_below_the_region_and_to_roles_without_it(house, api, monkeypatch):
    class Door:
        def __init__(self, **who) -> None:
            self.who = replace(LOCAL, **who)

        def admit(self, _credentials):
            return self.who

    for who, refused in (
        ({"role": "dispatcher"}, "problem.role"),
        ({"role": "chief", "level": Level.DISTRICT}, "audit.level"),
    ):
        monkeypatch.setattr(house, "door", Door(**who))
        for address in ("audit", "audit/export.csv", "audit/chain"):
            answer = api.get(f"{API}/{address}")
            assert (answer.status_code, code(answer)) == (403, refused), address
    monkeypatch.setattr(house, "door", Door(role="auditor"))
    assert api.get(f"{API}/audit").status_code == 200


@pytest.mark.parametrize(
    "query", ["actor=", "action=%27", "limit=0", "cursor=x", "since=yesterday", "who=local"]
)
def test_bad_question_is_refused_by_name(api, query):
    answer = api.get(f"{API}/audit?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == query.split("=")[0]


def test_erasing_a_person_leaves_the_audit_as_it_is(house, api):
    place = {"method": "coordinates", "point": [131.0, 62.4]}
    body = {"place": place, "seen": "smoke", "name": "Имя Фамилия", "phone": "+7 900 123-45-67"}
    made = api.post(f"{API}/reports", json=body).json()
    drain(house.worlds.engine)
    assert api.delete(f"{API}/reports/{made['id']}/person").status_code == 200
    told = api.get(f"{API}/audit?limit=1000").text
    assert "Фамилия" not in told
    assert "123-45-67" not in told
