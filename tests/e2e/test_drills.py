"""A drill from its beginning to its score: who enters, who is told, what stays, what goes on."""

import time
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import text

from sylvan import wiring
from sylvan.domain.actors import local_operator
from sylvan.domain.worlds import WorldKind
from sylvan.jobs.drills import Stagehand
from sylvan.live.door import LiveRequest, Refused
from sylvan.services.alert_shapes import ContactSaid
from sylvan.services.log import drain
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from sylvan.store.drills import drills
from tests.e2e.houses import NOW, SITES, client, code, firms_csv
from tests.e2e.rights_day import ANY, API, PaperDoor, key

CHIEF = key("chief", "region", "*")
ADMIN = key("admin", "region", "*")
DISPATCHER = key("dispatcher", "region", "*")
VIEWER = key("viewer", "region", "*")
TINY = {"kind": "generated", "hours": 2, "seed": 5, "fires": 8}
PATIENCE_S = 240
"""Kernels may have to be compiled first."""
STORED = "select count(*) from detection where world_id = :world"


@pytest.fixture
def place(server, region_template):
    """A house with a running clock, its client, and nobody playing."""
    with server.fresh(template=region_template, hint="drills") as name:
        engine = store_engine.create(server.database(name), pool_size=12)
        house = wiring.house(Settings(), engine)
        house.worlds.live()
        house.door = PaperDoor()
        with client(house) as api:
            yield house, api
        house.auditor.stop(2.0)
        engine.dispose()


@contextmanager
def playing(house):
    """A process that plays drills; leaving it is a stop of the server."""
    stop = Event()
    thread = Thread(target=Stagehand(house).keep, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_S)


def begin(api, headers=CHIEF, **changes):
    body = {"name": "Shift", "source": TINY, "speed": 600, "roles": ["dispatcher"]} | changes
    answer = api.post(f"{API}/drills", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def told(api, drill, headers=CHIEF):
    return api.get(f"{API}/drills/{drill['id']}", headers=headers).json()


def until(api, drill, holds):
    for _ in range(PATIENCE_S * 5):
        found = told(api, drill)
        if holds(found):
            return found
        time.sleep(0.2)
    raise AssertionError(found)


def count(house, statement, **values):
    with house.worlds.engine.connect() as conn:
        return conn.scalar(text(statement), values)


def report(api, world, headers=DISPATCHER):
    body = {"place": {"method": "coordinates", "point": [129.7, 62.0]}, "seen": "smoke"}
    answer = api.post(f"{API}/reports", params={"world": world}, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()["id"]


def registered(api, world, report_id):
    """A report becomes a fire with a number, by the dispatcher."""
    at = {"params": {"world": world}, "headers": DISPATCHER | ANY}
    assert api.post(f"{API}/reports/{report_id}/promote", json={}, **at).is_success
    fire = api.get(f"{API}/reports/{report_id}", **at).json()["fire_id"]
    answer = api.post(f"{API}/fires/{fire}/register", json={}, **at)
    assert answer.is_success, answer.text
    return fire


def of(score, clock):
    return next(one for one in score if one["clock"] == clock)


def test_the_dispatcher_registers_and_the_score_shows_his_time(place):
    house, api = place
    drill = begin(api)
    with playing(house):
        until(api, drill, lambda one: one["state"] == "running" and one["delivered"] > 3)
        fire = registered(api, drill["world"], report(api, drill["world"]))
        early = api.get(f"{API}/drills/{drill['id']}/score", headers=DISPATCHER)
        assert (early.status_code, code(early)) == (403, "drills.not_over")
        ended = api.post(f"{API}/drills/{drill['id']}/end", headers=CHIEF)
        assert ended.json()["state"] == "ended", ended.text
    score = api.get(f"{API}/drills/{drill['id']}/score", headers=DISPATCHER).json()
    (person,) = score["people"]
    assert person["subject"] == "test:dispatcher"
    settled = of(person["clocks"], "settled")
    assert settled["done"] == 1
    assert settled["norm_s"] == 120
    assert settled["median_s"] == pytest.approx(settled["median_watch_s"] * 600)
    figure = next(f for f in score["figures"] if f["definition"]["code"] == "registration")
    assert figure["result"]["counted"] == 1
    assert figure["result"]["median"] == pytest.approx(settled["median_s"], abs=1)
    change = {"json": {"to": "out", "facts": {}}, "headers": DISPATCHER | ANY}
    late = api.post(f"{API}/fires/{fire}/status", params={"world": drill["world"]}, **change)
    assert (late.status_code, code(late)) == (409, "drills.over")
    asked = {"params": {"world": drill["world"]}, "headers": CHIEF}
    names = [
        api.get(f"{API}/{path}", **asked).headers["content-disposition"]
        for path in ("figures/export.csv", "figures/export.xlsx", "exports/fires.csv")
    ]
    assert all("filename=EXERCISE-" in name.replace('"', "") for name in names), names
    live = api.get(f"{API}/figures/export.csv", headers=CHIEF).headers["content-disposition"]
    assert "EXERCISE" not in live
    table = api.get(f"{API}/drills/{drill['id']}/score.csv", headers=CHIEF)
    lines = table.text.lstrip("\ufeff").splitlines()
    assert all(line.startswith("УЧЕНИЕ / EXERCISE,") for line in lines[1:])
    again = api.post(f"{API}/drills/{drill['id']}/end", headers=CHIEF)
    assert (again.status_code, code(again)) == (409, "drills.over")


def test_only_participants_whoever_leads_and_administrators_enter(place):
    house, api = place
    drill = begin(api)
    asked = {"world": drill["world"]}
    for headers, status in ((DISPATCHER, 200), (CHIEF, 200), (ADMIN, 200), (VIEWER, 403)):
        answer = api.get(f"{API}/snapshot", params=asked, headers=headers)
        assert answer.status_code == status, answer.text
        worlds = api.get(f"{API}/worlds", headers=headers).json()
        assert (drill["world"] in [one["name"] for one in worlds]) is (status == 200)
        assert api.get(f"{API}/alerts/mine", params=asked, headers=headers).status_code == status
        listed = api.get(f"{API}/drills", headers=headers).json()
        assert [one["id"] for one in listed] == ([drill["id"]] if status == 200 else [])
    door = wiring.hub(Settings(), house, wiring.CollectorRegistry()).door
    from websockets.datastructures import Headers  # noqa: PLC0415 - only this test shakes hands

    for headers, kind in ((VIEWER, Refused), (DISPATCHER, object)):
        request = LiveRequest("/api/v1/live", asked, Headers(headers))
        assert isinstance(door.admit(request), kind)
        assert (kind is Refused) is isinstance(door.admit(request), Refused)


def test_heads_alone_begin_and_end_and_administrators_alone_delete(place):
    _, api = place
    body = {"name": "Mine", "source": TINY, "speed": 600, "roles": ["dispatcher"]}
    assert api.post(f"{API}/drills", json=body, headers=DISPATCHER).status_code == 403
    drill = begin(api)
    ways = [("POST", f"{API}/drills/{drill['id']}/end"), ("DELETE", f"{API}/drills/{drill['id']}")]
    assert [api.request(*way, headers=DISPATCHER).status_code for way in ways] == [403, 403]
    running = api.delete(f"{API}/drills/{drill['id']}", headers=ADMIN)
    assert (running.status_code, code(running)) == (409, "drills.still_open")
    assert [api.request(*way, headers=CHIEF).status_code for way in ways] == [200, 403]


def test_who_takes_part_is_not_told_what_comes(place):
    _, api = place
    drill = begin(api)
    assert drill["holds"]["fires"] > 0
    seen = told(api, drill, DISPATCHER)
    assert (seen["holds"], seen["source"]["seed"], seen["leads"]) == (None, 0, False)


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"roles": []}, "roles", "drills.nobody"),
        ({"roles": ["public"]}, "roles.0", "drills.role_unknown"),
        ({"people": ["nobody"]}, "people.0", "drills.person_unknown"),
        ({"source": {"kind": "historic", "world": "live"}}, "day", "drills.no_day"),
        (
            {"source": {"kind": "historic", "world": "x", "day": "2021-08-01"}},
            "world",
            "drills.no_such_world",
        ),
        (
            {"source": {"kind": "historic", "world": "live", "day": "2021-08-01"}},
            "day",
            "drills.nothing_that_day",
        ),
        ({"begin_at": "2099-01-01T00:00:00Z"}, "begin_at", "drills.too_far"),
    ],
)
def test_what_cannot_be_begun_is_refused_by_field(place, changes, field, why):
    house, api = place
    body = {"name": "Shift", "source": TINY, "speed": 600, "roles": ["dispatcher"]} | changes
    answer = api.post(f"{API}/drills", json=body, headers=CHIEF)
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, why)]
    assert [one.kind for one in house.worlds.listed()] == [WorldKind.LIVE]


def test_letters_reach_participants_alone_unless_contacts_are_asked_for(place):
    house, api = place
    said = {"contact": "emercom", "channels": [{"channel": "sms", "address": "+79140000000"}]}
    contact = ContactSaid.model_validate(
        said | {"names": {"ru": "МЧС", "en": "EMERCOM"}, "territories": ["*"]}
    )
    for outside in (False, True):
        drill = begin(api, name=f"Outside {outside}", outside=outside)
        world = house.worlds.named(drill["world"])
        circle = house.alerts.desk.people.circle(world, [contact])
        names = set(circle.all)
        assert names == ({"contact:emercom"} if outside else set()) | {"local"}
        everybody = house.alerts.desk.people.circle(house.worlds.live(), [contact])
        assert set(everybody.all) >= {"contact:emercom", "local"}


def test_after_a_restart_it_goes_on_where_it_was(place):
    house, api = place
    drill = begin(api, source=TINY | {"hours": 6}, speed=300)
    with playing(house):
        before = until(api, drill, lambda one: one["delivered"] > 4)
    stood = told(api, drill)
    clock = house.worlds.named(drill["world"]).clock
    assert stood["state"] == "running"
    assert clock.paused
    assert stood["delivered"] >= before["delivered"]
    with playing(house):
        after = until(api, drill, lambda one: one["delivered"] > stood["delivered"])
        assert house.worlds.named(drill["world"]).clock.base >= clock.base
        assert after["began_at"] == before["began_at"]
        api.post(f"{API}/drills/{drill['id']}/end", headers=CHIEF)


def test_a_day_that_cannot_be_made_any_more_is_broken_off_and_says_why(place):
    house, api = place
    drill = begin(api)
    with house.worlds.engine.begin() as conn:
        gone = {"kind": "historic", "hours": 2, "seed": 0, "fires": 0}
        gone |= {"world": "gone", "day": "2021-08-01"}
        conn.execute(drills.update().values(source=gone))
    with playing(house):
        found = until(api, drill, lambda one: one["state"] == "broken")
    assert found["why"]["code"] == "drills.no_such_world"


def test_a_played_day_ends_by_itself_and_is_scored_against_what_burnt(place):
    house, api = place
    drill = begin(api, source=TINY | {"hours": 6})
    with playing(house):
        ended = until(api, drill, lambda one: one["state"] == "ended")
    assert ended["delivered"] > ended["holds"]["files"]
    score = api.get(f"{API}/drills/{drill['id']}/score", headers=CHIEF).json()
    truth = score["truth"]
    assert truth["found"] == truth["rejected"] == 0
    assert truth["undecided"] > 0
    assert score["undecided"] >= truth["undecided"]
    assert of(score["clocks"], "settled")["open"] == score["undecided"]
    told_of = sum(truth[word] for word in ("found", "rejected", "undecided", "missed"))
    assert told_of == ended["holds"]["fires"]
    assert {fire["verdict"] for fire in truth["fires"]} <= {"undecided", "missed"}
    assert all(fire["end_ha"] >= 0 and fire["registered_ha"] is None for fire in truth["fires"])


@pytest.mark.long
def test_a_historic_day_is_played_out_of_its_world_without_a_truth(place):
    house, api = place
    actor = local_operator(house.worlds.live())
    house.intake.take(actor, "past.csv", firms_csv(SITES), "firms-noaa20", keep_all=True)
    drain(house.worlds.engine)
    day = f"{NOW - timedelta(hours=3):%Y-%m-%d}"
    source = {"kind": "historic", "world": "live", "day": day, "hours": 24}
    drill = begin(api, source=source)
    assert drill["holds"]["fires"] is None
    world = house.worlds.named(drill["world"]).id
    with playing(house):
        until(
            api,
            drill,
            lambda one: count(house, STORED, world=world) == drill["holds"]["rows"],
        )
        api.post(f"{API}/drills/{drill['id']}/end", headers=CHIEF)
    assert api.get(f"{API}/drills/{drill['id']}/score", headers=CHIEF).json()["truth"] is None


def test_a_deleted_drill_leaves_nothing_but_log_and_audit(place):
    house, api = place
    drill = begin(api)
    world = house.worlds.named(drill["world"]).id
    with playing(house):
        until(api, drill, lambda one: count(house, STORED, world=world) > 0)
        registered(api, drill["world"], report(api, drill["world"]))
        api.post(f"{API}/drills/{drill['id']}/end", headers=CHIEF)
    drain(house.worlds.engine)
    mine = report(api, "live", ADMIN)
    logged = count(house, "select count(*) from event_log where world_id = :world", world=world)
    gone = api.delete(f"{API}/drills/{drill['id']}", headers=ADMIN)
    assert gone.is_success, gone.text
    assert gone.json()["rows"] > 0
    with house.worlds.engine.connect() as conn:
        names = conn.scalars(
            text(
                "select table_name from information_schema.columns where column_name = 'world_id'"
                " and table_schema = 'public' and table_name not in"
                " ('event_log', 'outbox', 'audit')"
            )
        ).all()
        left = {
            name: found
            for name in names
            if (
                found := conn.scalar(
                    text(f"select count(*) from {name} where world_id = :world"),
                    {"world": world},
                )
            )
        }
    assert left == {}
    assert count(house, "select count(*) from drill_truth") == 0
    kept = count(house, "select count(*) from event_log where world_id = :world", world=world)
    assert kept >= logged > 0
    assert api.get(f"{API}/reports/{mine}", headers=ADMIN).is_success
    assert api.get(f"{API}/drills/{drill['id']}", headers=ADMIN).status_code == 404


def test_real_life_calls_into_a_drill(place):
    _, api = place
    begin(api)
    before = api.get(f"{API}/drills/real", headers=DISPATCHER).json()
    assert (before["signals"], before["reports"]) == (0, 0)
    report(api, "live")
    report(api, "Shift")
    after = api.get(f"{API}/drills/real", headers=DISPATCHER).json()
    assert after["reports"] == 1
