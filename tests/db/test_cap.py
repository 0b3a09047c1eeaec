"""CAP messages from the log, each change told once whoever is killed; others' taken in."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from lxml import etree
from shapely.geometry import Point, box
from sqlalchemy import text

from sylvan.domain.cap import values as cap
from sylvan.domain.cap.reading import read, read_tree
from sylvan.domain.cap.rules import own_faults
from sylvan.domain.cap.writing import canonical, tree, written
from sylvan.domain.codes import Conflict, Forbidden, Invalid, NotFound
from sylvan.domain.command.regimes import RegimeKind
from sylvan.domain.worlds import WorldClock, WorldKind
from sylvan.feeds.errors import FeedError
from sylvan.jobs.watch import Live
from sylvan.ops.cap_key import CapKey, verified
from sylvan.services.log import drain
from sylvan.services.regimes import NewRegime
from sylvan.services.surgery import Asked
from sylvan.store import events
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    firms_file,
    installation,
    load_layer,
    near,
    opened,
    operator,
    replay_world,
    take,
)
from tests.unit.cap_tools import fits_schema

BOX = box(ORIGIN[0] - 1, ORIGIN[1] - 1, ORIGIN[0] + 1, ORIGIN[1] + 1)


@pytest.fixture
def house(fresh_db_url, monkeypatch, tmp_path):
    monkeypatch.setenv("SYLVAN_DATA_DIR", str(tmp_path))
    with opened(fresh_db_url) as made:
        load_layer(made, "boundary", ("SA", BOX, {"time_zone": "Asia/Yakutsk"}))
        load_layer(made, "municipality", ("gorny", BOX, {"time_zone": "Asia/Yakutsk"}))
        made.cap_desk.turn()  # begins at the end of the log
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def spot(house, east_km: float, hours: float = 6.0, world: str = "live") -> UUID:
    """A fire of one pixel; its id."""
    house.intake.clock.advance(minutes=1)
    known = {one["id"] for one in fires(house, world)}
    take(
        house,
        f"{east_km}-{hours}-{world}.csv",
        firms_file(near(east_km, 0.0, NOW - timedelta(hours=hours))),
        world,
    )
    new = [one["id"] for one in fires(house, world) if one["id"] not in known]
    return UUID(new[0]) if new else None


def fires(house, world="live"):
    return house.picture.snapshot(operator(house, world))["fires"]


def register(house, fire: UUID, world="live"):
    house.decisions.register(operator(house, world), fire, {}, None, None)


def status(house, fire: UUID, to: str, world="live", **facts):
    house.intake.clock.advance(minutes=1)
    house.decisions.change_status(operator(house, world), fire, to, facts, None, None)


def read_on(house, most: int = 500) -> list[cap.Alert]:
    """Let the desk read the log to its end; everything that it has told ever."""
    drain(house.worlds.engine)
    while house.cap_desk.turn(most)[0]:
        pass
    return told(house)


def told(house) -> list[cap.Alert]:
    with house.worlds.engine.connect() as conn:
        rows = conn.execute(text("select xml from cap_message order by id")).scalars()
        return [read(bytes(row)).alert for row in rows]


def types(alerts) -> list[str]:
    return [one.msg_type.value for one in alerts]


def check_chain(alerts) -> None:
    """Messages of one thing: one Alert or one after each Cancel, each refers to the one before."""
    for before, one in zip([None, *alerts], alerts, strict=False):
        begins = before is None or before.msg_type is cap.MsgType.CANCEL
        assert (one.msg_type is cap.MsgType.ALERT) == begins
        if before is not None:
            assert before.as_reference in one.references
            assert one.sent > before.sent
    assert len({one.identifier for one in alerts}) == len(alerts)


# --- ours -----------------------------------------------------------------------------------


def test_a_signal_is_told_to_nobody(house):
    spot(house, 0)
    assert read_on(house) == []


def test_a_registered_fire_is_told_once_signed_and_valid(house):
    fire = spot(house, 0)
    register(house, fire)
    (alert,) = read_on(house)
    assert (alert.msg_type, alert.status) == (cap.MsgType.ALERT, cap.Status.ACTUAL)
    assert own_faults(alert, lambda _: False) == []
    assert [code.value for code in alert.infos[0].areas[0].geocodes] == ["SA", "gorny"]
    assert alert.infos[0].areas[0].polygons
    body = house.cap.public(house.worlds.live(), alert.identifier)
    assert fits_schema(body)
    assert read_tree(verified(body, house.cap.certificate())).alert == alert
    assert read_on(house) == [alert]


def test_crews_and_callers_are_no_part_of_it(house):
    fire = spot(house, 0)
    register(house, fire)
    status(house, fire, "fighting", commander="Петров П. П.")
    assert "Петров" not in "".join(str(one) for one in read_on(house))


def test_worsening_and_the_end_are_told_with_references(house):
    fire = spot(house, 0)
    register(house, fire)
    read_on(house)
    village = Point(ORIGIN[0] + 0.1, ORIGIN[1])
    load_layer(house, "settlement", ("village", village, {}))
    spot(house, 0.5, hours=3)  # the fire grows, and its surroundings are looked at anew
    alerts = read_on(house)
    assert types(alerts) == ["Alert", "Update"]
    assert "village" in alerts[1].infos[0].description
    assert alerts[1].infos[0].severity is cap.Severity.SEVERE
    status(house, fire, "out", final_area_ha=3, cause="lightning")
    alerts = read_on(house)
    assert types(alerts) == ["Alert", "Update", "Cancel"]
    assert alerts[2].infos[0].responses == (cap.Response.ALL_CLEAR,)
    check_chain(alerts)


def test_a_contained_fire_far_from_all_is_cancelled_and_told_anew_when_it_flares_up(house):
    fire = spot(house, 0)
    register(house, fire)
    read_on(house)
    status(house, fire, "contained", commander="a")
    assert types(read_on(house)) == ["Alert", "Cancel"]
    status(house, fire, "fighting", resume_reason="wind")
    alerts = read_on(house)
    assert types(alerts) == ["Alert", "Cancel", "Alert"]
    check_chain(alerts)


def test_a_message_that_runs_out_is_sent_anew_while_the_fire_burns(house):
    fire = spot(house, 0)
    register(house, fire)
    (first,) = read_on(house)
    assert house.cap_desk.renew() == 0
    house.intake.clock.advance(hours=10, minutes=5)
    assert house.cap_desk.renew() == 1
    assert house.cap_desk.renew() == 0
    alerts = told(house)
    check_chain(alerts)
    assert alerts[1].expires > first.expires


def test_a_fire_that_nobody_has_seen_for_weeks_is_not_told_again(house):
    fire = spot(house, 0)
    register(house, fire)
    read_on(house)
    house.intake.clock.advance(days=21)
    assert house.cap_desk.renew() == 0
    assert types(told(house)) == ["Alert"]


def test_a_merged_fire_is_cancelled(house):
    one, other = spot(house, -3), spot(house, 3)
    register(house, one)
    register(house, other)
    read_on(house)
    house.intake.clock.advance(minutes=1)
    house.surgeries.merge(operator(house), one, other, Asked())
    alerts = [alert for alert in read_on(house) if other.hex in _fire_of(alert)]
    assert types(alerts) == ["Alert", "Cancel"]


def _fire_of(alert) -> str:
    return "".join(pair.value.replace("-", "") for pair in alert.infos[0].parameters)


@pytest.mark.parametrize(
    ("kind", "status_told"), [(WorldKind.DRILL, "Exercise"), (WorldKind.REPLAY, "Test")]
)
def test_drills_and_replays_are_never_public(house, kind, status_told):
    clock = WorldClock(NOW, house.intake.clock(), 1.0)
    house.worlds.open(kind, "other", clock)
    fire = spot(house, 0, world="other")
    register(house, fire, world="other")
    (alert,) = read_on(house)
    assert (alert.status.value, alert.scope) == (status_told, cap.Scope.RESTRICTED)
    live = house.worlds.live()
    assert house.cap.feed(live, "gorny", None).messages == []
    with pytest.raises(NotFound):
        house.cap.public(live, alert.identifier)
    page = house.cap.feed(house.worlds.named("other"), "gorny", None)
    assert (page.test, len(page.messages)) == (True, 1)


def introduced(house, until=None) -> dict:
    asked = NewRegime(
        RegimeKind.BAN, ("gorny",), "№ 214", date(2026, 7, 10), date(2026, 7, 10), until
    )
    (made,) = house.regimes.introduce(operator(house), asked, None)
    return made


def test_a_ban_is_told_for_its_municipality_and_cancelled_when_it_is_lifted(house):
    ban = introduced(house)
    (alert,) = read_on(house)
    assert "ограничение посещения лесов" in alert.infos[0].headline
    assert alert.infos[0].areas[0].polygons
    house.regimes.lift(operator(house), UUID(ban["id"]), date(2026, 7, 19), None, None)
    alerts = read_on(house)
    assert types(alerts) == ["Alert", "Cancel"]
    check_chain(alerts)


def test_a_ban_expires_with_its_last_day(house):
    introduced(house, until=date(2026, 7, 20))
    (alert,) = read_on(house)
    assert cap.stamp(alert.expires) == "2026-07-21T00:00:00+09:00"


def test_danger_is_told_by_municipality_while_its_class_stands(house, monkeypatch):
    classes = [5]
    monkeypatch.setattr(
        "sylvan.services.local_danger.DangerDays.within",
        lambda _, areas: [classes[-1:]] * len(areas),
    )
    actor = installation(house)

    def changed() -> None:
        house.intake.clock.advance(minutes=1)
        with house.worlds.engine.begin() as conn:
            event = events.Event("danger.changed", "danger", house.intake.clock(), {})
            events.write(conn, actor, [event])

    changed()
    (alert,) = read_on(house)
    assert "5 класса" in alert.infos[0].headline
    changed()
    assert len(read_on(house)) == 1
    classes.append(4)
    changed()
    alerts = read_on(house)
    assert types(alerts) == ["Alert", "Cancel"]
    check_chain(alerts)


# --- killed ----------------------------------------------------------------------------------


class Killed(BaseException):
    """Ends a turn where it stands, as a kill does: nothing catches it."""


def a_day(house) -> list:
    """A day of three fires, step by step."""
    made = {}

    def begin(number):
        made[number] = spot(house, number * 40)

    steps = [lambda n=n: begin(n) for n in range(3)]
    steps += [lambda n=n: register(house, made[n]) for n in range(3)]
    steps += [lambda: status(house, made[0], "fighting", commander="a")]
    steps += [lambda: spot(house, 0.6, hours=2)]
    steps += [lambda: status(house, made[0], "contained", commander="a")]
    steps += [lambda: status(house, made[1], "out", final_area_ha=1, cause="lightning")]
    steps += [lambda: status(house, made[0], "fighting", resume_reason="wind")]
    return steps


def by_thing(alerts) -> list[list[str]]:
    found: dict[str, list] = {}
    for one in alerts:
        found.setdefault(_fire_of(one).partition("fire")[2][:32], []).append(one)
    for chain in found.values():
        check_chain(chain)
    return sorted(types(chain) for chain in found.values())


def test_a_day_is_told_exactly_once_whatever_kills_the_desk(house, monkeypatch):
    desk = type(house.cap_desk)
    send, moved = desk._send, []
    kills = {"left": 0}

    def dying(self, *args):
        send(self, *args)
        if kills["left"]:
            kills["left"] -= 1
            raise Killed

    monkeypatch.setattr(desk, "_send", dying)
    died = 0
    for number, step in enumerate(a_day(house)):
        step()
        drain(house.worlds.engine)
        kills["left"] = number % 3
        while True:
            try:
                read, _ = house.cap_desk.turn(2)
            except Killed:
                died += 1
                continue
            moved.append(read)
            if not read:
                break
    assert died > 3
    assert by_thing(told(house)) == [["Alert"], ["Alert", "Cancel"], ["Alert", "Cancel", "Alert"]]


def test_two_desks_do_not_tell_twice(house):
    fire = spot(house, 0)
    register(house, fire)
    drain(house.worlds.engine)
    with house.cap_desk.leading() as first, house.cap_desk.leading() as second:
        assert (first, second) == (True, False)
    assert len(read_on(house)) == 1


def test_a_fault_in_one_message_holds_up_no_other(house, monkeypatch):
    first, second = spot(house, 0), spot(house, 40)
    register(house, first)
    register(house, second)
    row = type(house.cap_desk)._row

    def faulty(self, alert, wanted, saying, subject, seq):
        if subject == str(first):
            raise ValueError("ours")
        return row(self, alert, wanted, saying, subject, seq)

    monkeypatch.setattr(type(house.cap_desk), "_row", faulty)
    (alert,) = read_on(house)
    assert second.hex in _fire_of(alert)


def test_a_restored_log_tells_what_stands_and_nothing_twice(house):
    fire = spot(house, 0)
    register(house, fire)
    before = read_on(house)
    with house.worlds.engine.begin() as conn:
        conn.execute(text("update log_state set epoch = gen_random_uuid()"))
    assert house.cap_desk.turn() == (0, 0)
    assert told(house) == before


def test_what_burns_when_the_desk_begins_is_told(house):
    fire = spot(house, 0)
    register(house, fire)
    drain(house.worlds.engine)
    with house.worlds.engine.begin() as conn:
        conn.execute(text("delete from cap_cursor"))
    assert house.cap_desk.turn() == (0, 1)
    assert types(read_on(house)) == ["Alert"]


# --- the feed --------------------------------------------------------------------------------


def test_expired_messages_leave_the_feed_and_change_its_mark(house):
    fire = spot(house, 0)
    register(house, fire)
    (alert,) = read_on(house)
    live = house.worlds.live()
    before = house.cap.feed(live, "gorny", None)
    assert [one.identifier for one in before.messages] == [alert.identifier]
    assert house.cap.feed(live, "SA", None).messages[0].identifier == alert.identifier
    house.intake.clock.advance(hours=13)
    after = house.cap.feed(live, "gorny", None)
    assert (after.messages, after.etag == before.etag) == ([], False)
    assert after.changed_at > before.changed_at
    with pytest.raises(NotFound):
        house.cap.feed(live, "nowhere-at-all", None)


def test_a_feed_shows_the_newest_word_of_each_fire(house):
    fire = spot(house, 0)
    register(house, fire)
    status(house, fire, "out", final_area_ha=1, cause="lightning")
    register(house, spot(house, 40))
    read_on(house)
    house.cap_desk.turn()
    found = house.cap.feed(house.worlds.live(), "gorny", None).messages
    assert all(one.newest for one in found)


# --- others' ---------------------------------------------------------------------------------

AREA = cap.Area("у границы", circles=(cap.Circle(cap.Spot(ORIGIN[1], ORIGIN[0]), 2.0),))
INFO = cap.Info(
    (cap.Category.FIRE,),
    "Пожар",
    cap.Urgency.EXPECTED,
    cap.Severity.MODERATE,
    cap.Certainty.OBSERVED,
    headline="Пожар у границы",
    expires=NOW + timedelta(hours=6),
    areas=(AREA,),
)
THEIRS = cap.Alert(
    "their.1",
    "duty@neighbour.example",
    NOW - timedelta(minutes=10),
    cap.Status.ACTUAL,
    cap.MsgType.ALERT,
    cap.Scope.PUBLIC,
    infos=(INFO,),
)


ANOTHER = THEIRS.as_reference._replace(identifier="another")
WIDE = replace(AREA, circles=(cap.Circle(cap.Spot(62, 129), 500),))


def about(earlier: cap.Alert, number: int, **changes) -> cap.Alert:
    sent = earlier.sent + timedelta(minutes=number)
    changes |= {"identifier": f"their.{number}", "sent": sent}
    return replace(earlier, references=(earlier.as_reference,), **changes)


def reports(house, world="live"):
    return house.picture.snapshot(operator(house, world))["reports"]


def take_in(house, alert: cap.Alert, actor=None, sign=None):
    body = written(alert) if sign is None else canonical(sign.sign(tree(alert)))
    return house.cap_intake.take(actor or operator(house), body).as_dict()


def test_anothers_alert_becomes_one_report_however_often_it_comes(house):
    first = take_in(house, THEIRS)
    assert first["disposition"]["code"] == "cap.taken"
    again = take_in(house, THEIRS)
    assert (again["disposition"]["code"], again["report"]) == ("cap.known", first["report"])
    other = replace(operator(house), subject="partner:1")
    assert take_in(house, THEIRS, other)["report"] == first["report"]
    (report,) = reports(house)
    assert report["source_kind"] == "partner"
    assert report["text"].startswith("Пожар у границы (CAP their.1 от duty@neighbour.example)")
    assert report["accuracy_m"] == 2000.0
    assert report["point"] == pytest.approx(list(ORIGIN))


def test_one_name_for_two_messages_is_a_conflict(house):
    take_in(house, THEIRS)
    with pytest.raises(Conflict, match=r"cap\.same_name"):
        take_in(house, replace(THEIRS, note="other"))
    assert len(reports(house)) == 1


def test_an_update_says_the_waiting_report_better(house):
    first = take_in(house, THEIRS)
    moved = replace(AREA, circles=(cap.Circle(cap.Spot(ORIGIN[1] + KM_LAT, ORIGIN[0]), 1.0),))
    better = about(THEIRS, 2, msg_type=cap.MsgType.UPDATE, infos=(replace(INFO, areas=(moved,)),))
    second = take_in(house, better)
    assert (second["disposition"]["code"], second["report"]) == ("cap.updated", first["report"])
    (report,) = reports(house)
    assert (report["accuracy_m"], report["version"]) == (1000.0, 2)


def test_an_update_of_a_report_that_was_settled_is_a_report_of_its_own(house):
    first = take_in(house, THEIRS)
    house.reports.reject(
        operator(house), UUID(first["report"]), {"reason": "not_found"}, None, None
    )
    second = take_in(house, about(THEIRS, 2, msg_type=cap.MsgType.UPDATE))
    assert second["disposition"]["code"] == "cap.taken"
    assert sorted(one["status"] for one in reports(house)) == ["queued", "rejected"]


def test_a_cancel_is_told_and_decides_nothing(house):
    take_in(house, THEIRS)
    ended = take_in(house, about(THEIRS, 2, msg_type=cap.MsgType.CANCEL))
    assert ended["disposition"]["code"] == "cap.cancelled"
    (report,) = reports(house)
    assert report["status"] == "queued"
    assert report["text"].startswith("ОТМЕНЕНО ОТПРАВИТЕЛЕМ.")


def test_nobody_speaks_for_another(house):
    take_in(house, THEIRS, replace(operator(house), subject="partner:1"))
    ended = about(THEIRS, 2, msg_type=cap.MsgType.CANCEL)
    told_so = take_in(house, ended, replace(operator(house), subject="partner:2"))
    assert told_so["disposition"]["code"] == "cap.noted_nothing"
    (report,) = reports(house)
    assert "ОТМЕНЕНО" not in report["text"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": cap.Status.TEST}, "cap.noted_status"),
        ({"status": cap.Status.EXERCISE}, "cap.noted_status"),
        ({"msg_type": cap.MsgType.ACK, "references": (ANOTHER,)}, "cap.noted_type"),
        ({"infos": (replace(INFO, categories=(cap.Category.MET,)),)}, "cap.noted_theme"),
        ({"infos": (replace(INFO, expires=NOW - timedelta(minutes=1)),)}, "cap.noted_over"),
        ({"infos": (replace(INFO, areas=(cap.Area("где-то"),)),)}, "cap.noted_no_place"),
        ({"infos": (replace(INFO, areas=(WIDE,)),)}, "cap.noted_wide"),
    ],
)  # fmt: skip
def test_what_is_no_signal_is_kept_and_said(house, changes, code):
    told_so = take_in(house, replace(THEIRS, **changes))
    assert (told_so["disposition"]["code"], told_so["report"]) == (code, None)
    assert reports(house) == []
    with house.worlds.engine.connect() as conn:
        assert conn.scalar(text("select disposition from cap_received")) == code


def test_an_area_told_by_our_own_code_has_its_place(house):
    small = box(ORIGIN[0], ORIGIN[1], ORIGIN[0] + 0.2, ORIGIN[1] + 0.2)
    load_layer(house, "forestry", ("forest-1", small, {}))
    coded = cap.Area("лесничество", geocodes=(cap.Pair("sylvan:territory", "forest-1"),))
    told_so = take_in(house, replace(THEIRS, infos=(replace(INFO, areas=(coded,)),)))
    assert told_so["disposition"]["code"] == "cap.taken"


def test_an_exercise_reaches_a_drill(house):
    replay_world(house, "drill", rate=1.0)
    told_so = take_in(house, replace(THEIRS, status=cap.Status.EXERCISE), operator(house, "drill"))
    assert told_so["disposition"]["code"] == "cap.taken"
    assert reports(house) == []


def test_a_message_that_breaks_a_rule_is_refused_and_leaves_nothing(house):
    open_ring = replace(
        AREA,
        polygons=((cap.Spot(62, 129), cap.Spot(62, 130), cap.Spot(63, 130), cap.Spot(63, 129)),),
    )
    with pytest.raises(Invalid) as refusal:
        take_in(house, replace(THEIRS, infos=(replace(INFO, areas=(open_ring,)),)))
    assert refusal.value.errors[0].field == "alert.info[0].area[0].polygon[0]"
    with house.worlds.engine.connect() as conn:
        assert conn.scalar(text("select count(*) from cap_received")) == 0


@pytest.fixture
def pinned(house, tmp_path):
    theirs = CapKey(tmp_path / "theirs")
    folder = house.cap_desk.signer.folder / "trusted"
    folder.mkdir(parents=True)
    (folder / f"{THEIRS.sender}.pem").write_bytes(theirs.certificate())
    return theirs


def test_a_pinned_sender_has_to_sign(house, pinned, tmp_path):
    with pytest.raises(Forbidden, match=r"cap\.unsigned"):
        take_in(house, THEIRS)
    with pytest.raises(Forbidden, match=r"cap\.signature"):
        take_in(house, THEIRS, sign=CapKey(tmp_path / "forger"))
    assert take_in(house, THEIRS, sign=pinned)["signature"] == "good"


def test_a_tampered_message_is_refused(house, pinned):
    body = canonical(pinned.sign(tree(THEIRS))).replace(
        "Пожар у границы".encode(), "Всё тихо".encode()
    )
    with pytest.raises(Forbidden, match=r"cap\.signature"):
        house.cap_intake.take(operator(house), body)
    assert reports(house) == []


def test_a_signed_cancel_counts_whoever_brings_it(house, pinned):
    take_in(house, THEIRS, replace(operator(house), subject="partner:1"), pinned)
    ended = about(THEIRS, 2, msg_type=cap.MsgType.CANCEL)
    told_so = take_in(house, ended, replace(operator(house), subject="partner:2"), pinned)
    assert told_so["disposition"]["code"] == "cap.cancelled"


def test_our_own_message_comes_back_as_what_it_was(house):
    fire = spot(house, 0)
    register(house, fire)
    (alert,) = read_on(house)
    body = house.cap.public(house.worlds.live(), alert.identifier)
    told_so = house.cap_intake.take(operator(house), body).as_dict()
    assert told_so["signature"] == "unchecked"
    (report,) = reports(house)
    assert report["place"]["cap"]["identifier"] == alert.identifier
    assert etree.fromstring(body).tag.endswith("alert")


def test_a_message_in_the_drop_folder_goes_through_the_same_door(house):
    live = Live(house)
    assert live.take("a.xml", written(THEIRS), "drop").disposition.code == "cap.taken"
    assert len(reports(house)) == 1
    with pytest.raises(FeedError, match=r"cap\.doctype"):
        live.take("b.xml", b"<!DOCTYPE a>" + written(THEIRS), "drop")
