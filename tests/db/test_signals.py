"""The one door: what becomes of each sighting, whose it is, and whose clock is wrong."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from sylvan.domain.actors import Actor, Level
from sylvan.domain.codes import FieldError, NotFound
from sylvan.services.signals import Told
from sylvan.store import signals as store
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    Pass,
    SetClock,
    firms_file,
    opened,
    operator,
    seen,
    take,
)

LON, LAT = ORIGIN


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def house(fresh_db_url, clock):
    with opened(fresh_db_url, clock=clock) as made:
        yield made


def partner(house, owner="grid"):
    where = house.worlds.named("live")
    return Actor(f"key:{owner}", owner, Level.PARTNER, (), where, "partner", owner)


def at(north=0.0, accuracy_m=100.0):
    point = (LON, LAT + north * KM_LAT)
    return {"method": "coordinates", "point": point, "accuracy_m": accuracy_m, "bearings": []}


def bearing(degrees, north=0.0, east=0.0, **more):
    origin = (LON + east * KM_LAT * 2.13, LAT + north * KM_LAT)
    told = {"origin": origin, "bearing_deg": degrees, "error_deg": 1.0, "declination_deg": 0.0}
    return {"method": "bearing", "bearings": [told | more]}


def sighting(key="s1", minutes=5.0, source="camera", **more):
    fields = {
        "kind": "sighting",
        "external_id": key,
        "source": source,
        "seen": "smoke",
        "observed_at": NOW - timedelta(minutes=minutes),
        "place": at(),
        "confidence": 0.8,
        "text": "",
        "photo": None,
    }
    return Told(key, "sighting", fields | more)


def send(house, *items, owner="grid", sent_at=None):
    return house.signals.take(partner(house, owner), items, sent_at)["signals"]


def reports(house):
    return house.picture.snapshot(operator(house))["reports"]


def burn(house, north=0.0):
    place = Pass(LON, LAT + north * KM_LAT, NOW - timedelta(hours=1))
    take(house, f"{north}.csv", firms_file(seen(place)))


def test_sighting_becomes_a_report_once_however_often_it_is_sent(house):
    (first,) = send(house, sighting())
    assert (first["became"], first["again"]) == ("reported", False)
    (again,) = send(house, sighting())
    assert again == first | {"again": True}
    (report,) = reports(house)
    assert (report["id"], report["source_kind"]) == (first["report_id"], "camera")


def test_same_key_of_two_senders_is_two_sightings(house):
    (one,), (two,) = send(house, sighting()), send(house, sighting(), owner="gas")
    assert one["report_id"] != two["report_id"]
    assert len(reports(house)) == 2


def test_same_key_with_other_content_is_refused_and_nothing_is_changed(house):
    (first,) = send(house, sighting())
    (other,) = send(house, sighting(seen="flame"))
    assert other["became"] == "refused"
    assert [one["code"] for one in other["errors"]] == ["signal.other_content"]
    assert house.signals.get(partner(house), "s1")["seen"] == "smoke"
    assert first["report_id"]


def test_camera_that_tells_of_one_smoke_every_minute_makes_one_report(house):
    found = send(house, *(sighting(f"s{n}", minutes=10 - n) for n in range(5)))
    assert [one["became"] for one in found] == ["reported", *["duplicate"] * 4]
    assert {one["report_id"] for one in found} == {found[0]["report_id"]}
    (later,) = send(house, sighting("late", minutes=50))
    (aside,) = send(house, sighting("aside", place=at(3.0)))
    assert (later["became"], aside["became"]) == ("reported", "reported")


def test_sighting_at_a_burning_fire_belongs_to_it_and_beside_it_does_not(house):
    burn(house)
    (fire,) = house.picture.snapshot(operator(house))["fires"]
    at_it, beside, vague = send(
        house,
        sighting("a", place=at(1.0)),
        sighting("b", place=at(9.0)),
        sighting("c", place=at(0.5, accuracy_m=9000.0), seen="flame"),
    )
    assert (at_it["became"], at_it["fire_id"]) == ("attached", fire["id"])
    assert (beside["became"], vague["became"]) == ("reported", "reported")
    (grown,) = house.picture.snapshot(operator(house))["fires"]
    assert grown["source_kinds"] == ["camera", "satellite"]
    assert house.signals.get(partner(house), "a")["report_status"] == "attached"


def test_sender_hears_what_people_make_of_it_and_nobody_else_does(house):
    (one,) = send(house, sighting())
    report = UUID(one["report_id"])
    house.reports.reject(operator(house), report, {"reason": "technogenic"}, None, None)
    told = house.signals.get(partner(house), "s1")
    assert (told["report_status"], told["reject_reason"]) == ("rejected", "technogenic")
    with pytest.raises(NotFound, match=r"signal\.unknown"):
        house.signals.get(partner(house, "gas"), "s1")
    assert house.signals.page(partner(house, "gas"), report=report, before=None, limit=9) == []
    (listed,) = house.signals.page(operator(house), report=report, before=None, limit=9)
    assert (listed["holder"], listed["confidence"]) == ("grid", 0.8)


def test_promoted_sighting_leads_its_sender_to_the_fire(house):
    (one,) = send(house, sighting())
    house.reports.promote(operator(house), UUID(one["report_id"]), None, None)
    told = house.signals.get(partner(house), "s1")
    assert (told["report_status"], told["fire_status"]) == ("promoted", "signal")


def test_lone_bearing_is_placed_with_its_doubt_and_a_second_one_crosses_it(house):
    (alone,) = send(house, sighting("west", place=bearing(45.0)))
    assert [one["code"] for one in alone["notes"]] == ["signal.distance_assumed"]
    assert alone["became"] == "reported"
    (crossed,) = send(house, sighting("east", place=bearing(315.0, east=10.0)), owner="gas")
    assert [one["code"] for one in crossed["notes"]] == ["signal.bearings_crossed"]
    assert crossed["point"][0] == pytest.approx(LON + 5 * KM_LAT * 2.13, abs=0.01)
    assert crossed["point"][1] == pytest.approx(LAT + 5 * KM_LAT, abs=0.01)
    (late,) = send(house, sighting("late", minutes=60, place=bearing(315.0, east=10.0)))
    assert [one["code"] for one in late["notes"]] == ["signal.distance_assumed"]


@pytest.mark.parametrize(
    ("ahead_min", "sent_min", "seen_ago_min", "note"),
    [
        (0, None, 0, None),
        (5, None, 0, None),
        (60, None, 0, "signal.clock_ahead"),
        (119, None, 0, "signal.clock_ahead"),
        (55, 60, 5, "signal.clock_corrected"),
        (-65, -60, 5, "signal.clock_corrected"),
    ],
)
def test_wrong_clock_within_two_hours_is_set_right_and_said(
    house, ahead_min, sent_min, seen_ago_min, note
):
    sent = None if sent_min is None else NOW + timedelta(minutes=sent_min)
    (one,) = send(house, sighting(minutes=-ahead_min), sent_at=sent)
    assert [each["code"] for each in one["notes"]] == ([note] if note else [])
    assert one["observed_at"] == f"{NOW - timedelta(minutes=seen_ago_min):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("minutes", "sent_min", "field", "code"),
    [
        (-121, None, "observed_at", "field.ahead"),
        (60 * 24 * 31, None, "observed_at", "field.too_old"),
        (5, 121, "sent_at", "signal.clock_off"),
        (5, -121, "sent_at", "signal.clock_off"),
    ],
)
def test_future_old_and_hopeless_clocks_are_refused_by_field(house, minutes, sent_min, field, code):
    sent = None if sent_min is None else NOW + timedelta(minutes=sent_min)
    (one,) = send(house, sighting(minutes=minutes), sent_at=sent)
    assert [(each["field"], each["code"]) for each in one["errors"]] == [(field, code)]
    assert reports(house) == []


def test_what_comes_without_a_time_is_seen_now_and_once(house):
    told = sighting()
    told = replace(told, fields={**told.fields, "observed_at": None})
    (first,) = send(house, told)
    assert (first["became"], first["notes"]) == ("reported", [])
    assert first["observed_at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    (second,) = send(house, told)
    assert (second["again"], second["report_id"]) == (True, first["report_id"])
    assert len(reports(house)) == 1


def test_one_bad_item_costs_no_other(house):
    bad = Told("x", "sighting", {}, (FieldError("seen", "field.choice", {"allowed": "smoke"}),))
    photo = sighting("p", photo="no picture", place=at(5.0))
    found = send(house, bad, sighting("good"), photo)
    assert [one["became"] for one in found] == ["refused", "reported", "refused"]
    assert found[2]["errors"][0]["field"] == "photo"
    assert len(reports(house)) == 1


def test_what_died_in_between_goes_on_with_the_same_key(house, monkeypatch):
    def dies(*_args):
        raise RuntimeError("died")

    with monkeypatch.context() as patched:
        patched.setattr(store, "settle", dies)
        with pytest.raises(RuntimeError):
            send(house, sighting())
    assert len(reports(house)) == 1
    (one,) = send(house, sighting())
    assert one["became"] == "reported"
    assert [report["id"] for report in reports(house)] == [one["report_id"]]


def unit(key="b1", **more):
    fields = {
        "kind": "unit",
        "external_id": key,
        "unit_kind": "partner_crew",
        "name": {"ru": "Бригада"},
        "point": (LON, LAT),
        "contact": "+7",
    }
    return Told(key, "unit", fields | more)


def position(key="b1", north=1.0, minutes=0):
    moment = NOW - timedelta(minutes=minutes)
    fields = {"external_id": key, "point": (LON, LAT + north * KM_LAT), "at": moment}
    return Told(key, "position", fields)


def test_crew_is_offered_moved_changed_and_taken_back_by_its_owner_alone(house):
    (offered,) = send(house, unit())
    assert offered["became"] == "offered"
    (mine,) = house.units.listed(operator(house))
    assert (mine["code"], mine["owner"], mine["owned_by"]) == ("grid.b1", "grid", "partner")
    assert send(house, unit())[0]["became"] == "same"
    assert send(house, unit(contact="+8"))[0]["became"] == "changed"
    house.units.clock.advance(minutes=5)
    assert send(house, position(minutes=-4))[0]["became"] == "positioned"
    assert send(house, position(minutes=-4))[0]["became"] == "same"
    (moved,) = house.units.listed(operator(house))
    assert moved["position"]["point"][1] == pytest.approx(LAT + KM_LAT)
    (foreign,) = send(house, position(), owner="gas")
    assert foreign["errors"][0]["code"] == "forces.unit_unknown"
    assert send(house, unit(), owner="gas")[0]["became"] == "offered"  # one of its own
    assert send(house, unit(withdrawn=True))[0]["became"] == "withdrawn"
    assert [one["code"] for one in house.units.listed(operator(house))] == ["gas.b1"]


def test_future_position_is_refused_by_field(house):
    send(house, unit())
    (one,) = send(house, position(minutes=-60))
    assert one["errors"][0]["code"] == "row.future"


def test_crew_without_place_or_base_is_refused(house):
    (one,) = send(house, unit(point=None))
    assert [each["field"] for each in one["errors"]] == ["point"]
