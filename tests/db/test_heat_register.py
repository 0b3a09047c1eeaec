"""The register of heat sources: learned, imported, judged, taken back, expired; felt by fires."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text

from sylvan.domain.actors import Actor, Level
from sylvan.domain.codes import Conflict, NotFound
from sylvan.domain.heat import ALL_HOURS, ALL_MONTHS, HeatKind
from sylvan.domain.heat_entries import Word
from sylvan.feeds.heat_lists import read_list
from sylvan.services.heat_views import NewSource
from sylvan.services.log import drain
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
    replay_world,
    take,
)

PLACE = NewSource(HeatKind.OTHER, ORIGIN, 1.0, "Факел")


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def sources(house, world="live", **asked):
    found = house.heat.listed(operator(house, world), **asked)
    return [one["properties"] for one in found]


def only(house, world="live"):
    (one,) = sources(house, world)
    return house.heat.get(operator(house, world), UUID(one["id"]))


def say(house, word, *, version=None, key=None, actor=None):
    who = actor or operator(house)
    return house.heat.judge(who, UUID(only(house)["id"]), word, "", version, key)


def undo(house, *, version=None):
    return house.heat.undo(operator(house), UUID(only(house)["id"]), "", version, None)


def burn(house, days, *, east=0.0, north=0.0, until=NOW, world="live"):
    """A pixel on a spot on each of the days before a moment."""
    for day in range(days):
        rows = near(east, north, until - timedelta(days=day, hours=5))
        take(house, f"{world}-{until:%Y%m%d}-{day}-{east}.csv", firms_file(rows), world)


def partner_of(house):
    """The oil company whose flare it is."""
    return Actor("oil-company", "oil-company", Level.PARTNER, ("*",), house.worlds.named("live"))


def fire(house):
    (one,) = house.picture.snapshot(operator(house))["fires"]
    return house.fires.detail(operator(house), UUID(one["id"]))


def test_spot_that_burns_for_weeks_is_proposed_with_its_evidence(house):
    burn(house, 30)
    lesson = house.heat_learning.learn(installation(house))
    found = only(house)
    assert (lesson.found, lesson.added) == (1, 1)
    assert (found["state"], found["origin"]) == ("proposed", "learned")
    assert found["facts"]["learned"]["days"] == 30
    assert found["evidence"][0]["code"] == "heat.evidence_learned"
    assert np.allclose(found["point"], ORIGIN, atol=1e-4)


def test_learning_again_changes_nothing_and_reads_only_months_that_changed(house):
    burn(house, 30)
    house.heat_learning.learn(installation(house))
    before = only(house)
    again = house.heat_learning.learn(installation(house))
    assert (again.months, again.added, again.changed) == (0, 0, 0)
    assert only(house) == before
    rows = near(0, 0, NOW - timedelta(hours=1))
    take(house, "newest.csv", firms_file(rows))
    assert house.heat_learning.learn(installation(house)).months == 1


def test_proposal_is_told_on_the_fire_that_it_explains_and_hides_nothing(house):
    burn(house, 25)
    before = fire(house)
    house.heat_learning.learn(installation(house))
    after = fire(house)
    codes = [{one["code"] for one in told["reasons"]} for told in (before, after)]
    assert [("screening.static_source" in found) for found in codes] == [False, True]
    assert after["likelihood"] <= before["likelihood"]
    assert after["version"] == before["version"] + 1
    assert after["status"] == "signal"
    assert after["n_detections"] == before["n_detections"]


def test_confirmed_source_weighs_more_and_a_denied_one_nothing(house):
    burn(house, 1)
    untouched = fire(house)["likelihood"]
    house.heat.create(partner_of(house), PLACE, None)
    proposed = fire(house)["likelihood"]
    say(house, Word.CONFIRM)
    confirmed = fire(house)["likelihood"]
    assert confirmed < proposed < untouched
    say(house, Word.DENY)
    assert only(house)["weight"] == 0
    assert fire(house)["likelihood"] == pytest.approx(untouched)


def test_newest_word_wins_and_both_stay_in_the_evidence(house):
    house.heat.create(operator(house), PLACE, None)
    house.intake.clock.advance(minutes=1)
    say(house, Word.DENY, actor=partner_of(house))
    found = only(house)
    assert found["state"] == "denied"
    assert [(one["verdict"], one["in_force"]) for one in found["verdicts"]] == [
        ("confirm", False),
        ("deny", True),
    ]
    codes = [one["code"] for one in found["evidence"]]
    assert codes[-2:] == ["heat.said_confirm", "heat.said_deny"]


def test_word_taken_back_twice_gets_a_clear_answer(house):
    house.heat.create(operator(house), PLACE, None)
    assert undo(house)["state"] == "proposed"
    with pytest.raises(Conflict) as refused:
        undo(house)
    assert refused.value.code == "heat.taken_back"
    assert refused.value.params["by"] == "local"
    assert only(house)["verdicts"][0]["undone_by"] == "local"


def test_undo_brings_the_word_before_back(house):
    house.heat.create(operator(house), PLACE, None)
    house.intake.clock.advance(minutes=1)
    say(house, Word.DENY)
    assert undo(house)["state"] == "confirmed"


def test_change_on_an_old_version_is_refused_and_a_repeat_is_not_done_again(house):
    house.heat.create(operator(house), PLACE, "k1")
    assert house.heat.create(operator(house), PLACE, "k1")["version"] == 1
    assert len(sources(house)) == 1
    say(house, Word.DENY, version=1, key="k2")
    assert say(house, Word.DENY, version=1, key="k2")["version"] == 2
    with pytest.raises(Conflict):
        say(house, Word.CONFIRM, version=1)


def test_partners_source_waits_for_a_word(house):
    house.heat.create(partner_of(house), PLACE, None)
    assert (only(house)["origin"], only(house)["state"]) == ("partner", "proposed")
    assert say(house, Word.CONFIRM)["state"] == "confirmed"


def test_rejecting_a_fire_as_technogenic_proposes_a_source_and_reopens_none(house):
    burn(house, 2)
    told = {"reason": "technogenic", "note": ""}
    house.decisions.reject(operator(house), UUID(fire_id(house)), told, None, None)
    house.heat_learning.listen(installation(house))
    found = only(house)
    assert (found["origin"], found["confidence"]) == ("learned", 0.5)
    assert found["facts"]["rejections"][0]["fire"]
    assert "heat.evidence_rejections" in {one["code"] for one in found["evidence"]}


def fire_id(house):
    with house.worlds.engine.connect() as conn:
        return str(conn.scalar(text("select id from fire")))


def test_source_expires_by_the_worlds_clock_and_comes_back_with_its_id(fresh_db_url):
    clock = SetClock()
    with opened(fresh_db_url, clock=clock) as house:
        burn(house, 30)
        house.heat_learning.learn(installation(house))
        first = only(house)
        clock.advance(days=first["period_days"] + 1)
        assert only(house)["state"] == "expired"
        assert house.heat.expire(installation(house)) == 1
        assert house.heat.expire(installation(house)) == 0
        burn(house, 30, until=clock.now)
        house.heat_learning.learn(installation(house))
        again = only(house)
        assert (again["id"], again["state"]) == (first["id"], "proposed")
        assert again["confidence"] > first["confidence"]


LIST = "lat,lon,name,kind,radius_km\n62.0,129.0,ТЭЦ,plant,1.5\n62.5,129.5,,flare,\n"


def test_list_loads_once_and_what_changed_in_it_changes_here(house):
    rows = read_list("own.csv", LIST.encode()).rows
    actor = operator(house)
    assert house.heat.take(actor, "own.csv", rows)["added"] == 2
    again = house.heat.take(actor, "own.csv", rows)
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 2)
    other = read_list("own.csv", LIST.replace("1.5", "2.5").encode()).rows
    assert house.heat.take(actor, "own.csv", other)["changed"] == 1
    assert {one["state"] for one in sources(house)} == {"confirmed"}
    assert len(sources(house, bbox=(128.9, 61.9, 129.1, 62.1))) == 1


def test_worlds_have_registers_of_their_own(house):
    house.heat.create(operator(house), PLACE, None)
    replay_world(house, "replay")
    assert sources(house, "replay") == []
    with pytest.raises(NotFound):
        house.heat.get(operator(house, "replay"), UUID(only(house)["id"]))


def test_months_and_hours_of_a_source_bound_what_it_explains(house):
    burn(house, 1)
    before = fire(house)["likelihood"]
    winter = NewSource(HeatKind.OTHER, ORIGIN, 1.0, "", frozenset({12, 1, 2}), ALL_HOURS)
    house.heat.create(operator(house), winter, None)
    assert fire(house)["likelihood"] == pytest.approx(before)
    summer = NewSource(HeatKind.OTHER, ORIGIN, 1.0, "", ALL_MONTHS, ALL_HOURS)
    house.heat.create(operator(house), summer, None)
    assert fire(house)["likelihood"] < before
