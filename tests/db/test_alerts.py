"""The desk reads the log: each letter once, whatever happens; a try-out foretells it."""

import os
import random
import signal
import time
from dataclasses import replace
from datetime import timedelta
from threading import Event as Flag
from threading import Thread
from uuid import UUID

import pytest
from sqlalchemy import text

from sylvan import wiring
from sylvan.domain.actors import Actor, Level
from sylvan.domain.alerting.people import Subscription
from sylvan.domain.worlds import WorldClock, WorldKind
from sylvan.notify import teller
from sylvan.services.alert_rules import RulesError
from sylvan.services.alert_try import try_out
from sylvan.services.letterbox import Letterbox
from sylvan.services.log import drain
from sylvan.settings import Settings
from sylvan.store import alert_state, subscriptions, walls
from sylvan.store import engine as store_engine
from sylvan.store.events import Event
from sylvan.store.events import write as tell
from tests.db import alert_books
from tests.db.alert_books import desk_of, drained, stored, write_rules
from tests.db.helpers import (
    NOW,
    NOWHERE,
    SetClock,
    burning_day,
    files_of,
    firms_file,
    installation,
    near,
    opened,
    operator,
    replay_world,
    take,
)
from tests.examples import examples

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def house(fresh_db_url, clock):
    with opened(fresh_db_url, clock=clock) as made:
        yield made


@pytest.fixture
def desk(house, tmp_path):
    made = desk_of(house, write_rules(tmp_path))
    assert made.turn().letters == 0  # it begins where the log stands
    return made


def fire_of(house, world="live"):
    (known,) = house.picture.snapshot(operator(house, world))["fires"]
    return UUID(known["id"])


def one_fire(house, world="live"):
    take(house, "f.csv", firms_file(near(0, 0, NOW - timedelta(hours=2))), world)
    drain(house.worlds.engine)
    return fire_of(house, world)


def told(rows):
    return [(one.rule, one.grade, one.recipient) for one in rows]


def test_a_fire_is_told_once_and_its_step_when_it_comes(house, desk, clock):
    fire = one_fire(house)
    assert drained(desk) == 2
    assert told(stored(house)) == [("seen", "info", "local"), ("step", "info", "local")]
    assert drained(desk) == 0
    clock.advance(minutes=1)
    house.decisions.register(operator(house), fire, {}, None, None)
    drain(house.worlds.engine)
    assert drained(desk) == 1
    last = stored(house)[-1]
    assert (last.rule, last.fields["status"]) == ("step", "registered")
    assert last.due_at == NOW + 5 * MINUTE  # repeats keep their distance
    assert (last.state, bool(last.digest)) == ("collected", True)


def test_a_signal_that_nobody_registers_is_late_and_on_the_red_list(house, desk, clock):
    fire = one_fire(house)
    drained(desk)
    assert house.alerts.late(operator(house))["late"] == []
    clock.advance(minutes=3)
    assert drained(desk) == 1
    (late,) = house.alerts.late(operator(house))["late"]
    assert (late["clock"], late["fire_id"], late["step"]) == ("registered", str(fire), 1)
    assert late["late_min"] == pytest.approx(1.0)
    letter = stored(house)[-1]
    assert (letter.rule, letter.at) == ("late", NOW + 2 * MINUTE)
    clock.advance(minutes=20)
    assert drained(desk) == 1
    house.decisions.register(operator(house), fire, {}, None, None)
    drain(house.worlds.engine)
    drained(desk)
    assert house.alerts.late(operator(house))["late"] == []


def test_clocks_wait_for_what_has_no_number_yet(house, desk, clock):
    fire = one_fire(house)
    drained(desk)
    clock.advance(minutes=1, seconds=59)
    house.decisions.register(operator(house), fire, {}, None, None)  # not numbered: no drain
    with house.worlds.engine.begin() as conn:  # as long ago as a sequencer would have to stand
        age = text("update outbox set recorded_at = clock_timestamp() - interval '1 hour'")
        conn.execute(age)
    clock.advance(minutes=10)
    assert drained(desk) == 0
    drain(house.worlds.engine)
    drained(desk)
    assert "late" not in {one.rule for one in stored(house)}


def test_a_fault_before_the_end_leaves_nothing_and_loses_nothing(house, desk, monkeypatch):
    one_fire(house)
    move = alert_state.move

    def dies(*_args):
        raise RuntimeError("the process ends here")

    monkeypatch.setattr(alert_state, "move", dies)
    with pytest.raises(RuntimeError):
        desk.turn()
    assert stored(house) == []
    monkeypatch.setattr(alert_state, "move", move)
    assert drained(desk) == 2


def test_another_desk_goes_on_where_the_first_one_stood(house, desk, clock, tmp_path, fresh_db_url):
    fire = one_fire(house)
    drained(desk)
    with opened(fresh_db_url, clock=clock) as other:
        second = desk_of(other, tmp_path)
        assert drained(second) == 0
        clock.advance(minutes=1)
        house.decisions.register(operator(house), fire, {}, None, None)
        drain(house.worlds.engine)
        assert drained(second) == 1
    clock.advance(minutes=1)
    assert drained(desk) == 0  # what it remembered is older than what is stored
    assert len(stored(house)) == 3


def test_one_of_two_processes_is_at_the_desk(house, desk, clock, tmp_path, fresh_db_url):
    with opened(fresh_db_url, clock=clock) as other:
        beside = desk_of(other, tmp_path)
        with desk.leading() as first, beside.leading() as second:
            assert (first, second) == (True, False)
        with beside.leading() as afterwards:
            assert afterwards


def test_an_event_that_cannot_be_understood_is_passed_over(house, desk):
    actor = installation(house)
    with house.worlds.engine.begin() as conn:
        tell(conn, actor, [Event("fire.changed", "odd", NOW, {"address": "nowhere"}, ("x",))])
    one_fire(house)
    assert drained(desk) == 2


def test_worlds_do_not_mix_and_a_drill_says_so(house, desk, clock):
    world = house.worlds.open(WorldKind.DRILL, "drill", WorldClock(NOW, clock(), 1.0))
    replay_world(house, "replay", NOW, 1.0)
    one_fire(house, "drill")
    one_fire(house, "replay")
    drained(desk)
    clock.advance(minutes=3)
    drained(desk)
    rows = stored(house)
    assert {one.drill for one in rows if one.world_id == world.id} == {True}
    assert {one.drill for one in rows if one.world_id != world.id} == {False}
    by_world = [[one.rule for one in rows if one.world_id == each] for each in (1, 2, 3)]
    assert by_world == [[], ["seen", "step", "late"], ["seen", "step", "late"]]


def test_a_stopped_world_has_no_late_clocks(house, desk, clock):
    replay_world(house, "still", NOW, 0.0)
    one_fire(house, "still")
    clock.advance(hours=5)
    drained(desk)
    assert {one.rule for one in stored(house)} == {"seen", "step"}


def day_of(house, clock, desk=None):
    """A day of passes, some fires registered, clocks running; read as it goes by, if at all."""
    passes = burning_day(6, 3, seed=4, until=NOW, apart_km=9.0)
    for number, (name, body) in enumerate(files_of(passes, seed=4)):
        take(house, name, body)
        if number % 4 == 1:
            fires = house.picture.snapshot(operator(house))["fires"]
            signals = sorted(one["id"] for one in fires if one["status"] == "signal")
            if signals:
                house.decisions.register(operator(house), UUID(signals[0]), {}, None, None)
        drain(house.worlds.engine)
        if desk is not None and number % 3:
            drained(desk)
        clock.advance(minutes=1, seconds=13 * (number % 5))
    clock.advance(minutes=30)


def test_a_try_out_foretells_exactly_what_the_desk_sends(house, desk, clock):
    begin = clock()
    day_of(house, clock, desk)
    drained(desk)
    sent = {(one.id, one.due_at, one.digest, one.grade) for one in stored(house)}
    assert len(sent) > 30
    assert {"seen", "step", "late"} == {one.rule for one in stored(house)}
    found = try_out(desk, desk.book.current(), house.worlds.live(), begin - MINUTE)
    assert {(one.id, one.due_at, one.digest, one.grade) for one in found.letters} == sent
    alone = house.alerts.only("late")
    late = try_out(desk, alone, house.worlds.live(), begin - MINUTE)
    assert {one.id for one in late.letters} == {
        one.id for one in stored(house) if one.rule == "late"
    }


def test_a_try_out_writes_nothing_and_a_later_beginning_knows_what_was_told_before(
    house, desk, clock
):
    day_of(house, clock, desk)
    drained(desk)
    before = [tuple(one) for one in stored(house)]
    middle = NOW + 10 * MINUTE
    found = try_out(desk, desk.book.current(), house.worlds.live(), middle)
    assert {one.id for one in found.letters} == {
        one.id for one in stored(house) if one.at >= middle
    }
    assert [tuple(one) for one in stored(house)] == before


def test_killed_at_any_moment_each_letter_is_there_once(house, desk, clock, tmp_path, fresh_db_url):
    desk.turn()
    day_of(house, clock)
    context, journal, rng = alert_books.processes(), tmp_path / "journal", random.Random(3)
    journal.touch()
    for _ in range(examples(24)):
        worker = context.Process(
            target=alert_books.live,
            args=(fresh_db_url, str(tmp_path), clock().isoformat(), str(journal)),
            daemon=True,
        )
        before, turns = journal.read_bytes().count(b")"), rng.randint(0, 3)
        worker.start()
        until = time.monotonic() + 60
        while journal.read_bytes().count(b")") < before + turns:
            assert time.monotonic() < until, "no turn ends"
            time.sleep(0.002)
        time.sleep(rng.uniform(0, 0.03) if turns else rng.uniform(0, 1.5))
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
    lives = [one for one in journal.read_text().splitlines() if one]
    cut_short = sum(one.count("(") > one.count(")") for one in lives)
    assert cut_short > len(lives) / 4, "most kills met nobody at work: the test proves nothing"
    assert stored(house), "all was left to the last desk: the test proves nothing"
    drained(desk)
    rows = stored(house)
    begin = NOW - timedelta(days=1)
    foretold = try_out(desk, desk.book.current(), house.worlds.live(), begin)
    assert sorted(one.id for one in rows) == sorted(one.id for one in foretold.letters)
    counts = house.alerts.rules(operator(house))["rules"]
    assert sum(one["letters_24h"] for one in counts) == len(rows)


def test_faulty_rules_are_refused_by_line_and_those_in_force_stay(house, desk, tmp_path, clock):
    version = desk.book.current().book.version
    broken = alert_books.RULES.replace("status: {not:", "statsu: {not:")
    write_rules(tmp_path, broken)
    assert desk.book.look().book.version == version
    (fault,) = house.alerts.rules(operator(house))["faults"]
    assert fault["field"] == "rules.0.when.statsu"
    assert (fault["params"]["line"], "no such field" in fault["params"]["reason"]) == (5, True)
    one_fire(house)
    assert drained(desk) == 2
    write_rules(
        tmp_path, alert_books.RULES.replace("detections: {least: 6}", "detections: {least: 7}")
    )
    assert desk.book.look().book.version != version
    assert house.alerts.rules(operator(house))["faults"] == []


def test_nothing_starts_with_faulty_rules(house, tmp_path):
    write_rules(tmp_path, "rules: [{rule: x}]")
    with pytest.raises(RulesError) as refused:
        desk_of(house, tmp_path)
    missing = {"names", "about", "levels", "to", "template"}
    assert {one.field for one in refused.value.errors} == {f"rules.0.{one}" for one in missing}


def test_letters_are_handed_over_when_they_are_due_and_together_when_they_are_collected(
    house, desk, clock
):
    fire, post = one_fire(house), Letterbox()
    drained(desk)
    for status in ("register", "again"):
        clock.advance(minutes=1)
        if status == "register":
            house.decisions.register(operator(house), fire, {}, None, None)
        else:
            as_dispatched(house, fire, clock)
        drain(house.worlds.engine)
        drained(desk)
    with house.worlds.engine.connect() as conn:
        ready = post.due(conn, clock(), 10)
        assert sorted(one.rule for one in ready) == ["seen", "step"]
        assert [post.one(conn, one.id) for one in ready] == ready
        assert post.due(conn, clock(), 10) == []
        conn.rollback()  # what was taken and not kept comes again
    with house.worlds.engine.begin() as conn:
        assert len(post.due(conn, clock(), 10)) == 2
    clock.advance(minutes=5)
    with house.worlds.engine.begin() as conn:
        held = post.due(conn, clock(), 1)
        assert [one.fields["status"] for one in held] == ["registered", "dispatched"]
        assert len({one.digest for one in held}) == 1


def as_dispatched(house, fire, clock):
    actor = installation(house)
    body = {"status": "dispatched", "n_detections": 1}
    with house.worlds.engine.begin() as conn:
        tell(conn, actor, [Event("fire.changed", str(fire), clock(), body, ("x",))])


def test_an_acknowledged_letter_is_not_late(house, desk, clock):
    take(house, "f.csv", firms_file(near(0, 0, NOW - timedelta(hours=2))))
    actor = installation(house)
    fire = fire_of(house)
    house.decisions.register(operator(house), fire, {}, None, None)
    drain(house.worlds.engine)
    drained(desk)
    with house.worlds.engine.begin() as conn:  # as a better pass would tell it
        body = {"status": "registered", "n_detections": 20}
        tell(
            conn, actor, [Event("fire.changed", str(fire), actor.world.now(clock()), body, ("x",))]
        )
    drain(house.worlds.engine)
    drained(desk)
    (alarm,) = [one for one in stored(house) if one.grade == "alarm"]
    clock.advance(minutes=11)
    drained(desk)
    assert "acknowledged" in {one["clock"] for one in house.alerts.late(operator(house))["late"]}
    with house.worlds.engine.begin() as conn:
        tell(
            conn,
            actor,
            [Event("alert.changed", str(alarm.id), clock(), {"state": "answered"}, ("x",))],
        )
    drain(house.worlds.engine)
    drained(desk)
    assert house.alerts.late(operator(house))["late"] == []


def test_the_job_tells_by_itself_while_it_leads_and_stops_when_told(house, desk, monkeypatch):
    monkeypatch.setattr(teller, "EVERY_S", 0.02)
    stop = Flag()
    job = Thread(target=teller.keep, args=(desk, stop))
    job.start()
    try:
        one_fire(house)
        until = time.monotonic() + 60
        while len(stored(house)) < 2:
            assert time.monotonic() < until, "the job told nothing"
            time.sleep(0.01)
        with desk.leading() as another:
            assert not another
    finally:
        stop.set()
        job.join(30)
    assert not job.is_alive()
    with desk.leading() as afterwards:
        assert afterwards


def test_the_database_shows_a_limited_reader_the_own_letters_and_subscriptions_alone(house, desk):
    one_fire(house)
    drained(desk)
    mine = Actor(
        "local", "local", Level.MUNICIPALITY, ("somewhere",), house.worlds.live(), "viewer"
    )
    one = Subscription(UUID(int=1), "local", "place", (1.0, 2.0), 5.0)
    with house.worlds.engine.begin() as conn:
        subscriptions.add(conn, one, "", NOW)
    counts = []
    for actor in (mine, replace(mine, subject="somebody", name="somebody")):
        with house.worlds.engine.begin() as conn:
            walls.limit(conn, actor)
            told_here = conn.scalar(text("select count(*) from letter"))
            counts.append((told_here, conn.scalar(text("select count(*) from alert_subscription"))))
    assert counts == [(2, 1), (0, 0)]


def test_a_demo_tells_on_the_screen_alone(fresh_db_url):
    engine = store_engine.create(fresh_db_url)
    settings = Settings(region=NOWHERE)
    demo = wiring.house(settings, engine, sign_in="demo").alerts.desk
    screen = wiring.house(Settings(region=NOWHERE, alerts="screen"), engine).alerts.desk
    usual = wiring.house(settings, engine).alerts.desk
    engine.dispose()
    assert (demo.channels, screen.channels, usual.channels) == (("screen",), ("screen",), ())
