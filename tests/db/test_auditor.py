"""Readings, exports and sign-ins go on record: once an hour, behind the reading, never lost."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from sylvan.domain.actors import Level
from sylvan.services.audit import Auditor
from sylvan.services.audit_views import Wanted
from sylvan.services.doors import LOCAL, came_from
from sylvan.services.rights import PUBLIC
from sylvan.store import audit
from sylvan.store import engine as store_engine
from tests.db.helpers import NOW, opened, operator

PEER = "10.20.0.17"
WHO = replace(LOCAL, subject="local:ivanova", role="dispatcher", session="s-7f3a")


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        made.auditor.stop()


def rows(house, **wanted):
    where = " and ".join(f"{name} = :{name}" for name in wanted) or "true"
    query = text(f"select * from audit where {where} order by id")
    with house.worlds.engine.connect() as conn:
        return [dict(row) for row in conn.execute(query, wanted).mappings()]


def seen(house):
    house.auditor.flush()
    return [(row["actor"], row["subject"]) for row in rows(house) if row["action"] == "saw.fire"]


def test_sight_is_on_record_once_an_hour_for_each_person_and_thing(house):
    one, other = WHO.acting(house.worlds.live()), operator(house)
    for _ in range(50):
        house.auditor.saw(one, "fire", "a", PEER)
        house.auditor.saw(one, "fire", "b", PEER)
        house.auditor.saw(other, "fire", "a", PEER)
    assert len(seen(house)) == 3
    house.intake.clock.advance(minutes=61)
    house.auditor.saw(one, "fire", "a", PEER)
    assert seen(house).count((one.subject, "a")) == 2


def test_two_processes_write_one_row_for_one_sight(house):
    actor = operator(house)
    second = Auditor(house.worlds.engine, house.intake.clock)
    for auditor in (house.auditor, second):
        auditor.saw(actor, "fire", "a", PEER)
        auditor.flush()
    assert seen(house) == [(actor.subject, "a")]


def test_nobody_who_is_not_signed_in_and_no_machine_is_on_record(house):
    public = replace(operator(house), role=PUBLIC, level=Level.PUBLIC)
    house.auditor.saw(public, "fire", "a", PEER)
    assert seen(house) == []


def test_row_carries_who_in_which_role_from_where_and_in_which_world(house):
    actor = WHO.acting(house.worlds.live())
    house.auditor.exported(actor, "forces", {"what": "units"}, PEER)
    house.auditor.flush()
    (row,) = rows(house, action="export.forces")
    told = {name: row[name] for name in ("actor", "role", "level", "peer", "world_id", "changes")}
    assert told == {
        "actor": "local:ivanova",
        "role": "dispatcher",
        "level": "region",
        "peer": PEER,
        "world_id": 1,
        "changes": {"what": "units"},
    }


def test_change_carries_the_address_that_its_request_came_from(house):
    came_from(PEER)
    try:
        with house.worlds.engine.begin() as conn:
            audit.record(conn, operator(house), "test.done", "a", {}, now=NOW)
    finally:
        came_from(None)
    (row,) = rows(house, action="test.done")
    assert (row["peer"], row["role"], row["level"]) == (PEER, "operator", "region")


def test_signing_out_is_written_at_once_and_belongs_to_no_world(house):
    house.auditor.signed_out(WHO, PEER)
    (row,) = rows(house, action="person.signed_out")
    assert (row["actor"], row["world_id"], row["peer"]) == ("local:ivanova", None, PEER)


def test_key_is_on_record_once_a_day_and_address(house):
    for peer in (PEER, PEER, "10.0.0.1"):
        house.auditor.key_used(WHO, "ab12", peer)
    house.auditor.flush()
    assert [row["peer"] for row in rows(house, action="key.used")] == [PEER, "10.0.0.1"]


def test_reading_never_waits_for_its_row(house):
    actor = operator(house)
    with house.worlds.engine.begin() as conn:
        conn.execute(text("lock table audit in exclusive mode"))
        begun = time.perf_counter()
        for number in range(1000):
            house.auditor.saw(actor, "fire", str(number), PEER)
        assert time.perf_counter() - begun < 0.5
        assert house.auditor.waiting() > 0
    assert len(seen(house)) == 1000


def test_what_waits_is_written_before_an_orderly_end(house):
    actor = operator(house)

    def read(number: int) -> None:
        for k in range(200):
            house.auditor.saw(actor, "fire", f"{number}-{k}", PEER)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    house.auditor.stop()
    assert len(seen(house)) == 800


def test_database_that_was_away_gets_what_was_seen_meanwhile(fresh_db_url, monkeypatch):
    monkeypatch.setattr("sylvan.services.audit.RETRY_S", 0.05)
    with opened(fresh_db_url) as house:
        nowhere = store_engine.create("postgresql://nobody@127.0.0.1:1/none")
        auditor = Auditor(nowhere, house.intake.clock)
        auditor.saw(operator(house), "fire", "a", PEER)
        time.sleep(0.6)
        assert auditor.waiting() == 1
        auditor.engine = house.worlds.engine
        assert auditor.flush()
        assert len(rows(house, action="saw.fire")) == 1


def test_what_no_room_was_for_is_counted_and_told(house, monkeypatch):
    monkeypatch.setattr("sylvan.services.audit.MOST", 10)
    with house.worlds.engine.begin() as conn:
        conn.execute(text("lock table audit in exclusive mode"))
        for number in range(30):
            house.auditor.saw(operator(house), "fire", str(number), PEER)
    house.auditor.flush()
    house.auditor.saw(operator(house), "fire", "later", PEER)
    house.auditor.flush()
    (lost,) = rows(house, action="audit.lost")
    assert lost["changes"]["rows"] + len(seen(house)) == 31


def test_listed_by_person_thing_action_and_time_in_pages_without_a_gap(house):
    actor = WHO.acting(house.worlds.live())
    for number in range(25):
        house.intake.clock.advance(minutes=1)
        house.auditor.exported(actor, "forces", {"n": number}, PEER)
        house.auditor.flush()
    house.auditor.signed_out(replace(WHO, subject="local:petrov"), PEER)
    reader = operator(house)
    found, after = [], None
    while True:
        page, after = house.audit_views.page(reader, Wanted(actor="local:ivanova"), after, 7)
        found += [row["changes"]["n"] for row in page]
        if after is None:
            break
    assert found == list(range(25))[::-1]
    since = NOW + timedelta(minutes=20)
    late, _ = house.audit_views.page(reader, Wanted(action="export.", since=since), None, 100)
    assert len(late) == 6
    signed, _ = house.audit_views.page(reader, Wanted(subject="local:petrov"), None, 100)
    assert [row["world"] for row in signed] == [None]
    house.audit_chain.link()
    everything = list(house.audit_views.all(reader, Wanted()))
    assert all(row["seq"] and row["hash"] for row in everything)
