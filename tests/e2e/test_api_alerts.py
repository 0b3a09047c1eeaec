"""Alerts over HTTP: own letters, what is late, rules and their try-out, own subscriptions."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from sylvan.services.alert_try import try_out
from sylvan.services.doors import Credentials
from sylvan.services.log import drain
from sylvan.store import walls
from tests.db.alert_books import desk_of, drained, write_rules
from tests.e2e.houses import NOW, Site, client, opened, take
from tests.e2e.rights_day import API, PaperDoor, key

SITES = (Site(129.73, 66.4, 2.0, 5), Site(125.3, 60.9, 5.5, 3))
CHIEF = key("chief", "region", "*")
DISPATCHER = key("dispatcher", "region", "*")
RULE = """\
rules:
  - rule: tried
    names: {ru: проба, en: a try}
    about: fire
    levels: [{grade: warning}]
    to: [{roles: [dispatcher]}]
    template: tried
"""


@pytest.fixture(scope="module")
def day(region_url, tmp_path_factory):
    house = opened(region_url)
    desk = desk_of(house, write_rules(tmp_path_factory.mktemp("alerts")))
    desk.turn()
    take(house, SITES)
    drained(desk)
    house.door = PaperDoor()
    with client(house) as api:
        yield api, house
    house.worlds.engine.dispose()


def test_letters_that_are_put_off_are_counted_and_those_due_are_in_the_own_inbox(day):
    api, house = day
    house.postroom.deliveries.collect()
    mine = api.get(f"{API}/alerts/mine").json()
    assert sorted(one["rule"] for one in mine["alerts"]) == ["seen", "seen", "step", "step"]
    assert mine["put_off"] == 0
    with house.worlds.engine.begin() as conn:
        later = text("update letter set due_at = due_at + interval '1 day' where rule = 'step'")
        conn.execute(later)
    assert api.get(f"{API}/alerts/mine").json()["put_off"] == 2
    other = api.get(f"{API}/alerts/mine", headers=DISPATCHER).json()
    assert (other["alerts"], other["put_off"]) == ([], 0)  # addressed to whoever sits here


def test_the_database_itself_shows_a_limited_reader_no_letter_of_others(day):
    api, house = day
    limited = key("dispatcher", "municipality", "suntarsky")
    assert api.get(f"{API}/alerts/late", headers=limited).status_code == 200
    assert api.get(f"{API}/alerts/rules", headers=limited).status_code == 200
    word = limited["Authorization"].removeprefix("Bearer ")
    actor = PaperDoor().admit(Credentials(key=word)).acting(house.worlds.live())
    with house.worlds.engine.connect() as conn:
        assert conn.scalar(text("select count(*) from letter")) == 4
        walls.limit(conn, actor)
        assert conn.scalar(text("select count(*) from letter")) == 0


def test_a_chief_tries_a_rule_and_a_dispatcher_may_not(day):
    api, house = day
    told = api.post(f"{API}/alerts/try", json={"yaml": RULE}, headers=CHIEF).json()
    assert told["total"] == 2
    assert [one["rule"] for one in told["letters"]] == ["tried", "tried"]
    assert told["by_recipient"] == [{"name": "local", "letters": 2}]
    refused = api.post(f"{API}/alerts/try", json={"yaml": RULE}, headers=DISPATCHER)
    assert (refused.status_code, refused.json()["code"]) == (403, "problem.role")
    book = house.alerts.of_text(RULE)
    found = try_out(house.alerts.desk, book, house.worlds.live(), NOW - timedelta(days=1))
    assert {str(one.id) for one in found.letters} == {one["id"] for one in told["letters"]}


def test_a_chief_of_one_municipality_tries_on_what_he_reaches(day):
    api, _ = day
    chief = key("chief", "municipality", "suntarsky")
    told = api.post(f"{API}/alerts/try", json={"yaml": RULE}, headers=chief).json()
    assert told["total"] == 0


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        (RULE.replace("about: fire", "about: fires"), "alerts.rule_refused", "rules.0.about"),
        (RULE.replace("dispatcher", "dispacher"), "alerts.rule_refused", "rules.0.to.0.roles"),
        (RULE + "    levels: [", "alerts.not_yaml", "yaml"),
        ("[]", "alerts.rule_refused", "file"),
    ],
)
def test_a_faulty_rule_is_refused_by_line_and_field(day, text, code, field):
    api, _ = day
    answer = api.post(f"{API}/alerts/try", json={"yaml": text}, headers=CHIEF)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == code
    assert problem["errors"][0]["field"] == field
    assert "/tmp" not in answer.text


def test_a_try_out_over_a_year_is_refused(day):
    api, _ = day
    body = {"yaml": RULE, "since": "2025-07-17T00:00:00Z"}
    answer = api.post(f"{API}/alerts/try", json=body, headers=CHIEF)
    assert (answer.status_code, answer.json()["code"]) == (422, "alerts.span")


def test_rules_in_force_are_told_with_their_counts(day):
    api, _ = day
    told = api.get(f"{API}/alerts/rules", headers=DISPATCHER).json()
    assert {one["rule"]: one["letters_24h"] for one in told["rules"]} == {
        "seen": 2,
        "step": 2,
        "late": 0,
    }
    assert (told["faults"], told["behind"]) == ([], 0)


def test_subscriptions_are_a_persons_own(day):
    api, _ = day
    mine, other = key("partner", "partner", owner="sample-gas"), key("viewer", "region", "*")
    body = {"watch": "place", "point": [129.7, 66.4], "radius_km": 20, "quiet_from": "22:00"}
    answer = api.post(f"{API}/alerts/subscriptions", json=body, headers=mine)
    assert answer.json()["errors"] == [
        {"field": "quiet_to", "code": "field.required", "params": {}}
    ]
    made = api.post(
        f"{API}/alerts/subscriptions", json=body | {"quiet_to": "07:00"}, headers=mine
    ).json()
    assert (made["quiet_from"], made["quiet_to"]) == ("22:00", "07:00")
    listed = f"{API}/alerts/subscriptions"
    assert [one["id"] for one in api.get(listed, headers=mine).json()] == [made["id"]]
    assert api.get(listed, headers=other).json() == []
    gone = api.delete(f"{listed}/{made['id']}", headers=other)
    assert (gone.status_code, gone.json()["code"]) == (404, "alerts.no_subscription")
    assert api.delete(f"{listed}/{made['id']}", headers=mine).json() == {"ended": True}
    assert api.get(listed, headers=mine).json() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"watch": "place"}, "point"),
        ({"watch": "asset", "layer": "x", "code": "y"}, "code"),
        ({"watch": "territory", "territory": "atlantis"}, "territory"),
        ({"watch": "territory"}, "territory"),
    ],
)
def test_what_cannot_be_watched_is_named_by_field(day, body, field):
    api, _ = day
    answer = api.post(f"{API}/alerts/subscriptions", json=body, headers=DISPATCHER)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_nobody_watches_a_territory_out_of_reach(day):
    api, _ = day
    asked = key("viewer", "municipality", "suntarsky")
    body = {"watch": "territory", "territory": "gorny"}
    answer = api.post(f"{API}/alerts/subscriptions", json=body, headers=asked)
    assert answer.status_code == 422
    body["territory"] = "suntarsky"
    assert api.post(f"{API}/alerts/subscriptions", json=body, headers=asked).status_code == 200


def test_the_red_list_grows_and_shrinks_with_the_log(day):
    api, house = day
    assert api.get(f"{API}/alerts/late", headers=DISPATCHER).json()["late"] == []
    desk = house.alerts.desk
    object.__setattr__(house.alerts, "clock", lambda: NOW + timedelta(minutes=3))
    desk.clock = lambda: NOW + timedelta(minutes=3)
    drained(desk)
    late = api.get(f"{API}/alerts/late", headers=DISPATCHER).json()["late"]
    assert [one["clock"] for one in late] == ["registered", "registered"]
    answer = api.post(
        f"{API}/fires/{late[0]['fire_id']}/register",
        json={},
        headers=DISPATCHER | {"If-Match": "*"},
    )
    assert answer.status_code == 200
    drain(house.worlds.engine)
    drained(desk)
    assert len(api.get(f"{API}/alerts/late", headers=DISPATCHER).json()["late"]) == 1
