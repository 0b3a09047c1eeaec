"""The rules' desk: judged with the whole set, tried in words, written whole, brought back."""

from datetime import timedelta

import pytest

from sylvan.domain.codes import Conflict, Invalid
from sylvan.services import rule_desk as desks
from sylvan.services.log import drain
from sylvan.services.rule_desk import RuleDesk, mark_of
from tests.db.alert_books import RULES, desk_of, write_rules
from tests.db.helpers import NOW, SetClock, firms_file, near, opened, operator, take

WORSE = RULES.replace("least: 6", "least: 2")
BAD = RULES.replace("about: clock", "about: weather")
FILE = "test.yaml"


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url, clock=SetClock()) as made:
        yield made


@pytest.fixture
def desk(house, tmp_path):
    folder = write_rules(tmp_path / "alerts")
    writer = house.postroom.deliveries.writer
    engine, clock = house.worlds.engine, house.worlds.clock
    return RuleDesk(engine, clock, desk_of(house, folder), writer, folder)


@pytest.fixture
def actor(house):
    return operator(house)


def test_faults_are_told_by_line_without_saying_where_it_was_read(desk):
    told = desk.judge(FILE, BAD)
    assert not told["ok"]
    line = BAD.splitlines().index("    about: clock".replace("clock", "weather")) + 1
    assert {(one["file"], one["line"]) for one in told["faults"]} == {(FILE, line)}
    assert desk.judge(FILE, "rules:\n  - {rule: a\nb: [}\n")["faults"][0]["line"] == 3
    twice = desk.judge("other.yaml", RULES)
    assert not twice["ok"]  # the same names stand in test.yaml already
    assert desk.judge(FILE, WORSE) == {
        "ok": True,
        "faults": [],
        "rules": ["seen", "step", "late"],
        "failed": [],
    }


def test_tests_that_do_not_hold_any_more_are_told(desk):
    beside = desk.book.folder / "rules" / "tests"
    beside.mkdir()
    (beside / "seen.yaml").write_text(
        "tests:\n"
        "  - test: three are no warning\n"
        "    people: [{name: d, role: dispatcher, level: region, territories: ['*']}]\n"
        "    rules: [seen]\n"
        "    given:\n"
        "      - at: '2026-07-16T12:00:00Z'\n"
        "        about: fire\n"
        "        facts: {status: signal, detections: 3}\n"
        "    letters: [{rule: seen, to: d, grade: info}]\n",
        "utf-8",
    )
    before, after = desk.judge(FILE, RULES), desk.judge(FILE, WORSE)
    assert (before["failed"], before["faults"]) == ([], [])
    (failed,) = after["failed"]
    assert failed["test"] == "three are no warning"
    assert failed["missing"]
    assert failed["unexpected"]


def test_a_try_out_tells_recipients_ways_and_words_and_sends_nothing(house, desk, actor):
    take(house, "f.csv", firms_file(near(0, 0, NOW - timedelta(hours=2))))
    drain(house.worlds.engine)
    told = desk.tried(actor, FILE, RULES, NOW - timedelta(days=1), None)
    assert told["total"] == sum(one["letters"] for one in told["by_way"])
    assert {one["rule"] for one in told["texts"]} <= {"seen", "step", "late"}
    assert told["texts"]
    assert all(one["subject"] and one["text"] for one in told["texts"])
    with pytest.raises(Invalid, match="rule_refused"):
        desk.tried(actor, FILE, BAD, None, None)
    with pytest.raises(Invalid, match="span"):
        desk.tried(actor, FILE, RULES, NOW - timedelta(days=40), None)


def test_what_is_put_in_force_is_written_whole_and_can_be_brought_back(desk, actor):
    path = desk.book.folder / "rules" / FILE
    first = desk.publish(actor, FILE, WORSE, "порог ниже", mark_of(RULES))
    assert (first["number"], first["by"], first["reason"]) == (2, actor.subject, "порог ниже")
    assert path.read_text("utf-8") == WORSE
    assert desk.book.current().book.version == desk.overview()["version"]
    by_hand = desk.history(FILE)[-1]
    assert (by_hand["number"], by_hand["by"], by_hand["text"]) == (1, "", RULES)
    back = desk.publish(actor, FILE, by_hand["text"], "слишком много", mark_of(WORSE), 1)
    assert (back["number"], back["restores"]) == (3, 1)
    assert path.read_text("utf-8") == RULES
    assert sorted(one.name for one in path.parent.iterdir()) == [FILE]


def test_a_file_that_somebody_changed_by_hand_is_not_written_over(desk, actor):
    path = desk.book.folder / "rules" / FILE
    path.write_text(WORSE, "utf-8")
    with pytest.raises(Conflict, match="changed_since"):
        desk.publish(actor, FILE, RULES + "# x\n", "правка", mark_of(RULES))
    assert path.read_text("utf-8") == WORSE
    with pytest.raises(Conflict, match=r"rules\.same"):
        desk.publish(actor, FILE, WORSE, "правка", mark_of(WORSE))
    with pytest.raises(Invalid, match="rule_refused"):
        desk.publish(actor, FILE, BAD, "правка", mark_of(WORSE))
    assert desk.history(FILE) == []


def test_a_disk_that_takes_nothing_leaves_neither_file_nor_row(desk, actor, monkeypatch):
    path = desk.book.folder / "rules" / FILE

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(desks.os, "fsync", full)
    with pytest.raises(Conflict, match="not_written"):
        desk.publish(actor, FILE, WORSE, "правка", mark_of(RULES))
    assert path.read_text("utf-8") == RULES
    assert sorted(one.name for one in path.parent.iterdir()) == [FILE]
    assert desk.history(FILE) == []


def test_the_folder_that_came_with_sylvan_is_never_written(house, actor):
    desk = house.rule_desk
    told = desk.overview()
    assert not told["writable"]
    one = told["files"][0]
    with pytest.raises(Conflict, match="not_writable"):
        desk.publish(actor, one["file"], one["text"] + "# x\n", "правка", one["mark"])
