"""Reports: taken in, given their disposition, and able to forget who made them."""

import base64
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.services.log import drain
from sylvan.store import ledger
from tests.db import books
from tests.db.helpers import (
    NOW,
    ORIGIN,
    firms_file,
    near,
    opened,
    operator,
    replay_world,
    take,
)

PHONE, NAME = "+7 914 555-01-23", "Айталина Проверкина"
SECRET = "55-01-23"


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def photo() -> str:
    """A picture whose camera wrote a phone number into it."""
    picture, out = Image.new("RGB", (64, 48), (180, 90, 20)), io.BytesIO()
    exif = picture.getexif()
    exif[0x013B] = PHONE  # Artist
    picture.save(out, "JPEG", exif=exif)
    return base64.b64encode(out.getvalue()).decode()


def told(**changes) -> dict:
    place = {"method": "coordinates", "point": list(ORIGIN)}
    return {"place": place, "seen": "smoke", "text": "дым за рекой", **changes}


def submit(house, *, key=None, world="live", **changes) -> dict:
    return house.reports.submit(operator(house, world), told(**changes), key)


def fires(house, world="live") -> list[dict]:
    return house.picture.snapshot(operator(house, world))["fires"]


def signal(house) -> dict:
    take(house, "one.csv", firms_file(near(0.2, 0, NOW - timedelta(hours=2))))
    (fire,) = fires(house)
    return fire


def test_a_promoted_report_is_a_fire_like_any_other(house) -> None:
    report = submit(house)
    reply = house.reports.promote(operator(house), UUID(report["id"]), report["version"], None)
    (fire,) = fires(house)
    assert reply["version"] == 2
    assert house.reports.get(operator(house), UUID(report["id"]))["fire_id"] == fire["id"]
    assert fire["source_kinds"] == ["person"]
    assert fire["received_at"] == report["received_at"]
    house.decisions.register(operator(house), UUID(fire["id"]), {}, fire["version"], None)
    assert fires(house)[0]["number"] is not None


def test_a_report_promoted_by_two_at_once_makes_one_fire(house) -> None:
    report = submit(house)
    start = threading.Barrier(2)

    def work(_):
        start.wait(30)
        try:
            return house.reports.promote(operator(house), UUID(report["id"]), None, None)
        except Conflict as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(work, range(2)))
    assert "report.no_such_step" in answers
    assert len(fires(house)) == 1


def test_an_attached_report_speaks_for_its_fire_at_once(house) -> None:
    fire = signal(house)
    report = submit(house)
    house.reports.attach(operator(house), UUID(report["id"]), UUID(fire["id"]), None, None)
    (after,) = fires(house)
    assert after["likelihood"] > fire["likelihood"]
    assert after["source_kinds"] == ["person", "satellite"]
    assert after["version"] == fire["version"] + 1
    # and it goes on speaking when the satellites come back
    take(house, "two.csv", firms_file(near(0.5, 0, NOW - timedelta(hours=1))))
    assert fires(house)[0]["likelihood"] >= after["likelihood"]


def test_a_report_attached_to_an_id_that_was_merged_away_belongs_to_the_survivor(house) -> None:
    for number, east in enumerate((-0.8, 0.8)):
        house.intake.clock.advance(minutes=1)
        take(house, f"{number}.csv", firms_file(near(east, 0, NOW - timedelta(hours=9 - number))))
    elder, younger = fires(house)
    take(house, "bridge.csv", firms_file(near(0, 0, NOW - timedelta(hours=1))))
    report = submit(house)
    house.reports.attach(operator(house), UUID(report["id"]), UUID(younger["id"]), None, None)
    kept = house.reports.get(operator(house), UUID(report["id"]))
    assert kept["fire_id"] == elder["id"]


def test_a_rejected_report_keeps_its_reason_and_leads_to_nothing(house) -> None:
    report = submit(house)
    facts = {"reason": "not_found", "note": "проверено с вертолёта"}
    house.reports.reject(operator(house), UUID(report["id"]), facts, report["version"], None)
    kept = house.reports.get(operator(house), UUID(report["id"]))
    assert (kept["status"], kept["reject_reason"]) == ("rejected", "not_found")
    with pytest.raises(Conflict):
        house.reports.promote(operator(house), UUID(report["id"]), None, None)
    assert fires(house) == []


def test_a_checked_report_waits_on_and_can_still_be_promoted(house) -> None:
    report = submit(house)
    house.reports.check(operator(house), UUID(report["id"]), report["version"], None)
    (waiting,) = house.picture.snapshot(operator(house))["reports"]
    assert waiting["status"] == "field_check"
    house.reports.promote(operator(house), UUID(report["id"]), waiting["version"], None)
    assert len(fires(house)) == 1


def test_a_decision_on_an_old_version_of_a_report_says_who_was_faster(house) -> None:
    report = submit(house)
    house.reports.check(operator(house), UUID(report["id"]), report["version"], None)
    with pytest.raises(Conflict) as caught:
        house.reports.promote(operator(house), UUID(report["id"]), report["version"], None)
    assert caught.value.params["by"] == "local"
    assert caught.value.params["action"] == "report.field_check"


def test_one_report_sent_again_and_again_is_one_report(house) -> None:
    start = threading.Barrier(6)

    def work(_):
        start.wait(30)
        return submit(house, key="phone-17", phone=PHONE)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(work, range(6)))
    assert len({answer["id"] for answer in answers}) == 1
    assert submit(house, key="phone-17", phone=PHONE)["id"] == answers[0]["id"]
    assert books.count(house.worlds.engine, "report") == 1
    assert books.count(house.worlds.engine, "person") == 1


def test_the_key_of_one_report_is_no_key_for_another(house) -> None:
    submit(house, key="phone-17")
    with pytest.raises(Conflict) as caught:
        submit(house, key="phone-17", text="другое")
    assert caught.value.code == "problem.idempotency_mismatch"


def test_a_refused_report_leaves_nothing(house) -> None:
    with pytest.raises(Invalid) as caught:
        submit(house, seen="dragon", phone=PHONE)
    assert "seen" in {error.field for error in caught.value.errors}
    for table in ("report", "person", "photo", "batch", "ledger_body", "outbox", "audit"):
        assert books.count(house.worlds.engine, table) == 0


def tables_that_hold(house, needle: str) -> set[str]:
    """Every table that has a text anywhere in a row."""
    with house.worlds.engine.connect() as conn:
        names = list(
            conn.scalars(
                text(
                    "select relname from pg_class join pg_namespace n on n.oid = relnamespace"
                    " where nspname = 'public' and relkind in ('r', 'p')"
                )
            )
        )
        query = "select exists (select from {} t where strpos(t::text, :needle) > 0)"
        return {name for name in names if conn.scalar(text(query.format(name)), {"needle": needle})}


def hexed(needle: str) -> str:
    """How a text inside bytes is shown by the database."""
    return needle.encode().hex()


def test_name_phone_and_photo_stand_apart_and_can_be_erased(house) -> None:
    report = submit(house, key="k", name=NAME, phone=PHONE, photo=photo())
    house.reports.promote(operator(house), UUID(report["id"]), report["version"], "k2")
    drain(house.worlds.engine)
    assert tables_that_hold(house, SECRET) == {"person"}
    assert tables_that_hold(house, NAME) == {"person"}
    assert tables_that_hold(house, hexed(SECRET)) == set()  # neither in photo nor in the ledger
    assert house.reports.photo(operator(house), UUID(report["id"])).startswith(b"\xff\xd8")
    counted = {name: books.count(house.worlds.engine, name) for name in ("batch", "event_log")}
    house.reports.erase(operator(house), UUID(report["id"]))
    for needle in (SECRET, NAME, hexed(SECRET)):
        assert tables_that_hold(house, needle) == set()
    with pytest.raises(NotFound):
        house.reports.photo(operator(house), UUID(report["id"]))
    drain(house.worlds.engine)
    assert books.count(house.worlds.engine, "batch") == counted["batch"]
    assert books.count(house.worlds.engine, "event_log") == counted["event_log"] + 1
    kept = house.reports.get(operator(house), UUID(report["id"]))
    assert (kept["text"], kept["has_photo"]) == ("дым за рекой", False)


def test_what_was_erased_is_not_brought_back_by_a_repeated_request(house) -> None:
    report = submit(house, key="k", name=NAME, phone=PHONE)
    house.reports.erase(operator(house), UUID(report["id"]))
    assert submit(house, key="k", name=NAME, phone=PHONE)["id"] == report["id"]
    assert tables_that_hold(house, SECRET) == set()


def test_the_ledger_keeps_what_was_reported_without_who(house) -> None:
    report = submit(house, name=NAME, phone=PHONE)
    with house.worlds.engine.connect() as conn:
        (batch,) = ledger.recent(conn, operator(house), 10)
        body = ledger.body_of(conn, batch.sha256)
    assert (batch.product, batch.name) == ("report", report["id"])
    assert "дым за рекой".encode() in body
    assert SECRET.encode() not in body
    assert NAME.encode() not in body


def test_reports_of_another_world_are_unknown_here(house) -> None:
    replay_world(house, "drill")
    report = submit(house, world="drill")
    for ask in (house.reports.get, house.reports.photo, house.reports.erase):
        with pytest.raises(NotFound):
            ask(operator(house), UUID(report["id"]))
    with pytest.raises(NotFound):
        house.reports.promote(operator(house), UUID(report["id"]), None, None)
    fire = signal(house)
    with pytest.raises(NotFound):
        house.reports.attach(
            operator(house, "drill"), UUID(report["id"]), UUID(fire["id"]), None, None
        )


def test_a_report_from_the_future_of_its_world_is_refused(house) -> None:
    replay_world(house, "2017", NOW.replace(year=2017))
    with pytest.raises(Invalid) as caught:
        submit(house, world="2017", observed_at=NOW)
    assert [error.field for error in caught.value.errors] == ["observed_at"]
    then = NOW.replace(year=2017) - timedelta(hours=1)
    assert submit(house, world="2017", observed_at=then)["status"] == "queued"


def test_a_fault_of_the_database_tells_nobodys_phone(house) -> None:
    with house.worlds.engine.begin() as conn:
        conn.execute(text("alter table person rename column phone to number"))
    with pytest.raises(DBAPIError) as caught:
        submit(house, name=NAME, phone=PHONE)
    told = str(caught.value) + repr(caught.value)
    assert "person" in told
    assert SECRET not in told
    assert NAME not in told
