"""A crew's phone and a resident's: task, batches, SOS, files in pieces, answers, limits."""

import io
import re
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pillow_heif
import pytest
from PIL import Image
from sqlalchemy import text

from sylvan.domain.actors import Actor, Level
from sylvan.domain.answers import ANSWERS, LIMITS
from sylvan.domain.codes import Conflict, Forbidden, Invalid, NotFound
from sylvan.domain.command.notices import Answer
from sylvan.domain.distress import DEFAULT, GRADE, Call
from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.places import LonLat
from sylvan.services.crew_words import Asked, CrewWord
from sylvan.services.field_sync import Item
from sylvan.services.log import drain
from sylvan.services.orders import Line, OrderStatus, OrderStep
from sylvan.services.safety import Heard
from sylvan.services.uploads import MOST_BYTES, TooMuch
from tests.db import books
from tests.db.helpers import (
    NOW,
    ORIGIN,
    SetClock,
    firms_file,
    installation,
    near,
    opened,
    operator,
    take,
)

HOUR = timedelta(hours=1)
LON, LAT = ORIGIN
TOKEN = "w0rd-of-the-link_0123456789"
PEER = "203.0.113.7"
PHONE = "phone-number-5550123"


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def house(fresh_db_url, clock):
    with opened(fresh_db_url, clock=clock) as made:
        base = StationCard("base", StationKind.FIRE_STATION, ORIGIN)
        made.stations.create(operator(made), base, None)
        for code in ("crew-1", "crew-2", "crew-3"):
            made.units.create(operator(made), UnitCard(code, UnitKind.GROUND_CREW, "base"), None)
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


@pytest.fixture
def fire(house):
    take(house, "f.csv", firms_file(near(0.0, 0.0, NOW - 2 * HOUR)))
    (known,) = house.picture.snapshot(operator(house))["fires"]
    house.decisions.register(operator(house), UUID(known["id"]), {}, None, None)
    return UUID(known["id"])


def sent(house, fire, *codes, arrive=True):
    lines = [Line(code, "station", task="right flank") for code in codes]
    orders = house.orders.send(operator(house), fire, lines, None, None)["orders"]
    for order in orders if arrive else ():
        step = OrderStep(OrderStatus.ARRIVED)
        house.orders.step(operator(house), UUID(order["id"]), step, None, None)
    return [UUID(one["id"]) for one in orders]


def crew(house) -> Actor:
    return Actor("crew", "crew", Level.CREW, ("*",), house.worlds.live(), "field")


def public(house) -> Actor:
    return Actor("public", "public", Level.PUBLIC, ("*",), house.worlds.live(), "public")


def standing(house, theme):
    return [one for one in house.notices.listed(operator(house)) if one["theme"] == theme]


# The task


def test_task_names_order_fire_and_when_to_call_in(house, fire):
    sent(house, fire, "crew-1")
    told = house.field.task(crew(house), "crew-1")
    assert told["order"]["task"] == "right flank"
    assert told["fire"]["id"] == str(fire)
    assert told["check_in"]["every_min"] == 120
    assert {one["status"] for one in told["order"]["options"]} >= {"released", "failed"}


def test_task_of_a_unit_that_nobody_knows_is_refused_by_name(house):
    with pytest.raises(NotFound) as refused:
        house.field.task(crew(house), "crew-9")
    assert refused.value.params["unit"] == "crew-9"


def test_a_warning_that_names_a_unit_stands_in_its_task_and_in_no_other(house, fire, clock):
    sent(house, fire, "crew-1", "crew-2")
    clock.advance(hours=3)
    one = unit_id(house, "crew-2")
    house.safety.check_in(operator(house), one, Heard(), None)
    assert house.safety.look(installation(house))
    assert [one["kind"] for one in house.field.task(crew(house), "crew-1")["warnings"]] == [
        "silent"
    ]
    assert house.field.task(crew(house), "crew-2")["warnings"] == []


def test_area_holds_the_fires_around_and_none_beyond(house, fire):
    near_by = house.field.area(crew(house), (LON + 0.3, LAT), 60)
    assert [one["id"] for one in near_by["fires"]] == [str(fire)]
    assert house.field.area(crew(house), (LON + 5, LAT), 60)["fires"] == []


def unit_id(house, code):
    return UUID(
        next(one["id"] for one in house.units.listed(operator(house)) if one["code"] == code)
    )


# Batches


def test_what_is_refused_in_a_batch_stops_nothing_and_repeats_do_nothing(house, fire):
    (order,) = sent(house, fire, "crew-1", arrive=False)

    def step(to, key):
        told = OrderStep(to)
        return Item(
            key, "orders_step", lambda: house.orders.step(crew(house), order, told, None, key)
        )

    items = [
        step(OrderStatus.DEPARTED, "key-departed"),
        step(OrderStatus.APPROVED, "key-impossible"),
        step(OrderStatus.ARRIVED, "key-arrived"),
    ]
    first = house.field_sync.run(crew(house), items, lambda _: True)["results"]
    assert [one["status"] for one in first] == [200, 409, 200]
    assert first[1]["problem"]["code"] == "fire.no_such_step"
    again = house.field_sync.run(crew(house), items, lambda _: True)["results"]
    assert [again[0]["answer"], again[2]["answer"]] == [first[0]["answer"], first[2]["answer"]]
    (now,) = house.orders.of_fire(operator(house), fire)
    assert now["status"] == "arrived"


def test_a_batch_does_only_what_its_role_may(house, fire):
    done = []
    items = [Item("key-1", "fires_register", lambda: done.append(1) or {})]
    (told,) = house.field_sync.run(crew(house), items, lambda _: False)["results"]
    assert (told["status"], done) == (403, [])


def test_what_a_crew_asks_for_stands_until_a_dispatcher_has_seen_it(house, fire):
    asked = Asked("crew-1", CrewWord.CONTAINED, NOW, "holds since noon")
    house.crew_words.say(crew(house), fire, asked, "key-1")
    house.crew_words.say(crew(house), fire, asked, "key-1")
    (one,) = standing(house, "field")
    assert (one["kind"], one["fire_id"]) == ("contained", str(fire))
    with pytest.raises(Forbidden):
        house.notices.answer(crew(house), UUID(one["id"]), Answer.SEEN, "", None, None)
    house.notices.answer(operator(house), UUID(one["id"]), Answer.SEEN, "", None, None)
    contained = Asked("crew-1", CrewWord.CONTAINED, NOW + HOUR)
    house.crew_words.say(crew(house), fire, contained, "key-2")
    (again,) = standing(house, "field")
    assert (again["id"], again["state"]) == (one["id"], "open")


# SOS


def test_sos_is_one_notice_of_the_highest_grade_whatever_the_phone_repeats(house, fire):
    sent(house, fire, "crew-1", "crew-2")
    call = Call(uuid4(), "crew-1", None, LonLat(LON, LAT), 12.0)
    for _ in range(5):
        told = house.distress.call(crew(house), call)
    (notice,) = standing(house, "sos")
    assert (
        notice["grade"]
        == GRADE
        == max(one["grade"] for one in house.notices.listed(operator(house)))
    )
    assert (told["seen"], told["heard_by"]) == (False, ["crew-2"])
    assert [one["theme"] for one in house.field.task(crew(house), "crew-2")["warnings"]] == ["sos"]
    assert house.field.task(crew(house), "crew-3")["warnings"] == []


def test_only_a_dispatcher_acknowledges_and_the_phone_is_told_who(house, fire):
    sent(house, fire, "crew-1")
    call = Call(uuid4(), "crew-1")
    house.distress.call(crew(house), call)
    (notice,) = standing(house, "sos")
    with pytest.raises(Forbidden):
        house.notices.answer(crew(house), UUID(notice["id"]), Answer.SEEN, "", None, None)
    house.notices.answer(operator(house), UUID(notice["id"]), Answer.SEEN, "on our way", None, None)
    told = house.distress.call(crew(house), call)
    assert (told["seen"], told["by"], told["note"]) == (True, "local", "on our way")


def test_a_caller_who_moves_is_told_anew_and_one_who_trembles_is_not(house, fire):
    sent(house, fire, "crew-1")
    first = Call(uuid4(), "crew-1", None, LonLat(LON, LAT))
    versions = []
    for north_m in (0, DEFAULT.moved_m / 2, DEFAULT.moved_m * 2):
        moved = Call(first.id, "crew-1", None, LonLat(LON, LAT + north_m / 111_200))
        house.distress.call(crew(house), moved)
        versions.append(standing(house, "sos")[0]["version"])
    assert versions == [1, 1, 2]


def test_a_new_call_of_the_same_crew_rings_again_though_the_last_was_seen(house, fire):
    sent(house, fire, "crew-1")
    house.distress.call(crew(house), Call(uuid4(), "crew-1"))
    (seen,) = standing(house, "sos")
    house.notices.answer(operator(house), UUID(seen["id"]), Answer.SEEN, "", None, None)
    house.distress.call(crew(house), Call(uuid4(), "crew-1"))
    (again,) = standing(house, "sos")
    assert (again["state"], again["id"] == seen["id"]) == ("open", False)


def test_sos_goes_on_though_the_crew_is_at_no_fire_and_the_watch_looks(house):
    house.distress.call(crew(house), Call(uuid4(), "crew-3"))
    house.safety.look(installation(house))
    assert len(standing(house, "sos")) == 1


def test_sos_ends_in_words_once_and_late_repeats_do_not_raise_it_again(house):
    call = Call(uuid4(), "crew-3")
    house.distress.call(crew(house), call)
    with pytest.raises(Invalid):
        house.distress.end(crew(house), call.id, " ", None)
    house.distress.end(crew(house), call.id, "all well", "key-1")
    house.distress.end(crew(house), call.id, "all well", "key-1")
    with pytest.raises(Conflict):
        house.distress.end(operator(house), call.id, "again", None)
    assert house.distress.call(crew(house), call)["state"] == "over"
    assert standing(house, "sos") == []


# Files in pieces


def picture(*, heic=False, side=400) -> bytes:
    """A photo whose camera wrote where, when, and who."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Artist-5550123"
    exif[0x8825] = {1: "N", 2: (62.0, 30.0, 36.0), 3: "E", 4: (129.0, 15.0, 0.0)}
    exif[0x8769] = {0x9003: "2026:07:20 20:03:11", 0x9011: "+09:00", 0xA431: "SERIAL-5550123"}
    image = Image.effect_noise((side, side), 60).convert("RGB")
    if heic:
        pillow_heif.from_pillow(image).save(out, exif=exif.tobytes())
    else:
        image.save(out, "JPEG", quality=95, exif=exif.tobytes())
    return out.getvalue()


def uploaded(house, actor, body, cuts=()):
    upload = house.uploads.begin(actor, len(body), PEER)
    ends = [*cuts, len(body)]
    for start, end in zip([0, *ends], ends, strict=False):
        upload = house.uploads.append(actor, upload.id, start, body[start:end])
    return upload.id


def told(**changes):
    place = {"method": "coordinates", "point": list(ORIGIN)}
    return {"place": place, "seen": "smoke", "text": "", "peer": PEER, **changes}


def photo_of(house, report):
    return house.reports.photo(operator(house), UUID(report["id"]))


@pytest.mark.parametrize("seed", range(6))
def test_a_file_cut_at_any_byte_goes_on_from_there_and_is_the_same(house, seed):
    chance, body = Random(seed), picture(side=120)
    upload = house.uploads.begin(public(house), len(body), PEER)
    at = 0
    while at < len(body):
        end = min(at + chance.randrange(1, 9_000), len(body))
        came = body[at : chance.randint(at, end)]  # the link was cut somewhere in it
        at = house.uploads.append(public(house), upload.id, at, came).taken
        assert house.uploads.known(public(house), upload.id).taken == at
        with pytest.raises(Conflict) as refused:  # the phone did not hear the answer
            house.uploads.append(public(house), upload.id, at + 1, b"x")
        assert refused.value.params["offset"] == at
    with house.worlds.engine.connect() as conn:
        rows = conn.execute(text("select body from upload_piece order by start"))
        assert b"".join(row.body for row in rows) == body


def test_a_report_takes_its_photo_from_the_pieces_and_a_repeat_takes_nothing_twice(house):
    body = picture()
    upload = uploaded(house, public(house), body, cuts=(1, 1000, 1001))
    first = house.reports.submit(public(house), told(upload=upload), "key-1")
    assert first["has_photo"]
    assert house.reports.submit(public(house), told(upload=upload), "key-1") == first
    with pytest.raises(Invalid):
        house.reports.submit(public(house), told(upload=upload), "key-2")
    with house.worlds.engine.connect() as conn:
        assert conn.scalar(text("select count(*) from upload_piece")) == 0


def test_a_file_that_is_not_whole_is_no_photo(house):
    upload = house.uploads.begin(public(house), 100, PEER)
    house.uploads.append(public(house), upload.id, 0, b"x" * 99)
    with pytest.raises(Invalid) as refused:
        house.reports.submit(public(house), told(upload=upload.id), None)
    assert refused.value.code == "upload.not_whole"


def test_files_of_others_are_unknown_and_too_large_ones_are_not_begun(house):
    upload = house.uploads.begin(crew(house), 10, PEER)
    with pytest.raises(NotFound):
        house.uploads.known(public(house), upload.id)
    for length in (0, MOST_BYTES + 1):
        with pytest.raises(Invalid):
            house.uploads.begin(crew(house), length, PEER)


def test_an_address_may_announce_only_so_much_and_crews_are_not_bound(house):
    for _ in range(LIMITS.address_bytes // MOST_BYTES):
        house.uploads.begin(public(house), MOST_BYTES, PEER)
    with pytest.raises(TooMuch) as refused:
        house.uploads.begin(public(house), MOST_BYTES, PEER)
    assert refused.value.params["seconds"] > 0
    house.uploads.begin(public(house), MOST_BYTES, "198.51.100.9")
    house.uploads.begin(crew(house), MOST_BYTES, PEER)


def test_files_that_nobody_goes_on_with_are_dropped(house, clock):
    upload = house.uploads.begin(crew(house), 10, PEER)
    house.uploads.append(crew(house), upload.id, 0, b"12345")
    clock.advance(days=6)
    assert house.uploads.forget() == 0
    clock.advance(days=2)
    assert house.uploads.forget() == 1
    with pytest.raises(NotFound):
        house.uploads.known(crew(house), upload.id)


@pytest.mark.parametrize("heic", [False, True])
def test_the_cameras_place_and_time_are_kept_where_they_are_claimed_and_nothing_else(house, heic):
    upload = uploaded(house, crew(house), picture(heic=heic))
    report = house.reports.submit(crew(house), told(upload=upload, photo_claims=True), None)
    assert report["evidence"]["photo"] == {
        "taken_at": "2026-07-20T20:03:11+09:00",
        "point": [129.25, 62.51],
    }
    kept = photo_of(house, report)
    exif = Image.open(io.BytesIO(kept)).getexif()
    assert exif.get_ifd(0x8825)[2] == (62.0, 30.0, 36.0)
    assert b"5550123" not in kept


@pytest.mark.parametrize("heic", [False, True])
def test_unclaimed_the_camera_says_nothing(house, heic):
    upload = uploaded(house, crew(house), picture(heic=heic))
    report = house.reports.submit(crew(house), told(upload=upload), None)
    kept = photo_of(house, report)
    assert "photo" not in report["evidence"]
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {}
    assert b"5550123" not in kept


def test_a_film_is_refused_as_one(house):
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(2000)
    upload = uploaded(house, public(house), film)
    with pytest.raises(Invalid) as refused:
        house.reports.submit(public(house), told(upload=upload), None)
    assert refused.value.code == "photo.film"


# Answers


def resident(house, key=None, **changes):
    return house.reports.submit(public(house), told(**changes), key)


def test_whoever_has_the_link_is_told_what_became_of_it_and_nothing_more(house, fire):
    report = resident(house, answer_token=TOKEN, name="Айталина", phone=PHONE, text="за домом")
    waits = house.report_answers.by_link(house.worlds.live(), TOKEN)
    assert (waits["outcome"], waits["answered_at"], waits["late"]) == ("waits", None, False)
    house.reports.attach(operator(house), UUID(report["id"]), fire, None, None)
    after = house.report_answers.by_link(house.worlds.live(), TOKEN)
    assert after["outcome"] == "fire"
    assert after["fire"]["number"]
    words = str(after)
    assert not any(secret in words for secret in ("Айталина", PHONE, "за домом", str(ORIGIN[0])))
    with pytest.raises(NotFound):
        house.report_answers.by_link(house.worlds.live(), TOKEN[:-1] + "x")


def test_words_of_the_dispatcher_stand_under_the_link(house):
    report = resident(house, answer_token=TOKEN)
    house.reports.reject(operator(house), UUID(report["id"]), {"reason": "not_found"}, None, None)
    house.reports.answer(operator(house), UUID(report["id"]), "сжигали мусор", None, None)
    told_now = house.report_answers.by_link(house.worlds.live(), TOKEN)
    assert (told_now["outcome"], told_now["reason"]) == ("rejected", "not_found")
    assert told_now["words"] == "сжигали мусор"


def test_the_dispatcher_is_asked_before_the_deadline_and_late_ones_are_worse(house, clock):
    report = resident(house, answer_token=TOKEN)
    look = lambda: house.report_answers.look(installation(house))  # noqa: E731
    clock.advance(seconds=(ANSWERS.due - ANSWERS.remind).total_seconds() - 1)
    assert (look(), standing(house, "report")) == (0, [])
    clock.advance(seconds=2)
    assert look() == 1
    (due,) = standing(house, "report")
    assert (due["about"], due["grade"]) == (report["id"], 0)
    clock.advance(seconds=ANSWERS.remind.total_seconds())
    assert (look(), look()) == (1, 0)
    (late,) = standing(house, "report")
    assert (late["id"], late["grade"], late["reason"]["code"]) == (
        due["id"],
        1,
        "report.answer_late",
    )
    assert house.report_answers.by_link(house.worlds.live(), TOKEN)["late"]
    house.reports.reject(operator(house), UUID(report["id"]), {"reason": "duplicate"}, None, None)
    look()
    assert standing(house, "report") == []


def test_whoever_saw_the_same_joins_and_is_answered_with_the_first(house):
    first = resident(house, answer_token=TOKEN)
    (offered,) = house.report_answers.seen_near(house.worlds.live(), (LON + 0.02, LAT))
    assert (offered["id"], offered["km"]) == (first["id"], 1)
    other = TOKEN[::-1]
    joined = resident(house, answer_token=other, same_as=UUID(first["id"]))
    assert (joined["status"], joined["joined_to"]) == ("joined", first["id"])
    assert house.reports.get(operator(house), UUID(first["id"]))["also_seen"] == 1
    house.reports.promote(operator(house), UUID(first["id"]), None, None)
    told_now = house.report_answers.by_link(house.worlds.live(), other)
    assert (told_now["outcome"], told_now["joined"]) == ("fire", True)


@pytest.mark.parametrize("why", ["far", "old", "rejected"])
def test_what_is_far_old_or_rejected_is_not_joined(house, clock, why):
    first = resident(house)
    if why == "rejected":
        rejected = {"reason": "not_found"}
        house.reports.reject(operator(house), UUID(first["id"]), rejected, None, None)
    if why == "old":
        clock.advance(hours=ANSWERS.near_h + 0.1)
    east = 0.3 if why == "far" else 0.0
    assert house.report_answers.seen_near(house.worlds.live(), (LON + east, LAT)) == []
    place = {"method": "coordinates", "point": [LON + east, LAT]}
    assert resident(house, place=place, same_as=UUID(first["id"]))["status"] == "queued"


def test_a_phone_and_an_address_may_send_so_much_an_hour_and_the_refusal_says_when(house, clock):
    for _ in range(LIMITS.phone):
        resident(house, sender=PHONE)
    with pytest.raises(TooMuch) as refused:
        resident(house, sender=PHONE)
    assert refused.value.code == "report.too_many_phone"
    resident(house, sender="another-phone-000001")
    clock.advance(seconds=refused.value.params["seconds"])
    resident(house, sender=PHONE)
    house.reports.submit(operator(house), told(sender=PHONE), None)


def test_of_phones_and_addresses_nothing_can_be_read(house, clock):
    resident(house, sender=PHONE, answer_token=TOKEN, name="", phone="")
    with house.worlds.engine.connect() as conn:
        tables = conn.scalars(
            text("select tablename from pg_tables where schemaname = 'public'")
        ).all()
        for table in tables:
            rows = conn.execute(text(f'select t::text as row from "{table}" t')).scalars()
            said = "\n".join(rows)
            assert not re.search(f"{PHONE}|{re.escape(PEER)}|{TOKEN}", said), table
    clock.advance(days=3)
    house.uploads.forget()
    with house.worlds.engine.connect() as conn:
        for table in ("sender_mark", "sender_salt"):
            assert conn.scalar(text(f"select count(*) from {table}")) == 0
