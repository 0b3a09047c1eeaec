"""Decisions of the commission, regimes and the bulletin: stored with acts, looked at again."""

import base64
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from shapely.geometry import box

from sylvan.domain.actors import Level
from sylvan.domain.codes import Conflict, Forbidden, Invalid, NotFound
from sylvan.domain.command.control import ControlKind
from sylvan.domain.command.notices import Answer
from sylvan.domain.command.regimes import RegimeKind
from sylvan.services.act_files import GivenFile
from sylvan.services.control_told import Cancelling, NewDecision
from sylvan.services.log import drain
from sylvan.services.regimes import NewRegime
from sylvan.web import bulletin_page
from tests.db import books
from tests.db.helpers import (
    NOW,
    ORIGIN,
    firms_file,
    installation,
    load_layer,
    near,
    opened,
    operator,
    take,
)

DAY = timedelta(days=1)
LON, LAT = ORIGIN
HERE = box(LON - 1, LAT - 1, LON + 1, LAT + 1)
PDF = base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        load_layer(made, "municipality", ("one", HERE, {}), ("two", box(0, 0, 1, 1), {}))
        load_layer(made, "protection_zone", ("control", HERE, {"zone": "control"}))
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


@pytest.fixture
def fire(house):
    take(house, "f.csv", firms_file(near(0.0, 0.0, NOW - timedelta(hours=2))))
    (known,) = house.picture.snapshot(operator(house))["fires"]
    house.decisions.register(operator(house), UUID(known["id"]), {}, None, None)
    return UUID(known["id"])


def decision(fire, **changes):
    told = {
        "number": "14",
        "day": NOW.date(),
        "kind": ControlKind.SUSPEND,
        "grounds": "угрозы нет",
        "commission": "КЧС улуса",
        "fire_ids": (fire,),
        "threat": False,
        "file": GivenFile("Решение 14.pdf", PDF),
    }
    return NewDecision(**told | changes)


def decide(house, fire, **changes):
    return house.control.decide(operator(house), decision(fire, **changes), None)


def status(house, fire):
    return house.fires.detail(operator(house), fire)["status"]


def reviews(house):
    house.control.look(installation(house))
    return {one["kind"]: one for one in house.notices.listed(operator(house)) if one["about"]}


def test_decision_suspends_its_fire_keeps_its_file_and_is_cancelled_by_another(house, fire):
    before = house.control.of_fire(operator(house), fire)
    assert (before["zone"], before["undecided"]) == ("control", True)
    made = decide(house, fire)
    assert status(house, fire) == "suspended"
    now = house.control.of_fire(operator(house), fire)
    assert (now["undecided"], now["covered"]) == (False, True)
    kept = house.act_files.get(operator(house), UUID(made["file_id"]))
    assert (kept.name, kept.media_type) == ("Решение 14.pdf", "application/pdf")
    ended = Cancelling("15", NOW.date(), "угроза")
    after = house.control.cancel(operator(house), UUID(made["id"]), ended, made["version"], None)
    assert (after["in_force"], after["cancelled"]["number"]) == (False, "15")
    assert status(house, fire) == "fighting"
    assert len(house.control.listed(operator(house))) == 1, "history stays"
    with pytest.raises(Conflict, match=r"control\.cancelled"):
        house.control.cancel(operator(house), UUID(made["id"]), ended, after["version"], None)


def test_decision_is_refused_by_field_with_nothing_changed(house, fire):
    with pytest.raises(Invalid) as refused:
        decide(house, fire, number=" ", threat=True, until=NOW.date() - DAY)
    assert {error.field for error in refused.value.errors} == {"number", "threat", "until"}
    for content, code in (("!", "not_base64"), (base64.b64encode(b"MZ").decode(), "unreadable")):
        with pytest.raises(Invalid, match=rf"act_file\.{code}"):
            decide(house, fire, file=GivenFile("x", content))
    crew = replace(operator(house), level=Level.CREW)
    with pytest.raises(Forbidden):
        house.control.decide(crew, decision(fire), None)
    assert status(house, fire) == "registered"
    assert house.control.listed(operator(house)) == []
    decide(house, fire)
    with pytest.raises(Conflict, match=r"control\.number_taken"):
        decide(house, fire)


def test_fire_outside_the_control_zone_is_not_left_unfought(house):
    load_layer(house, "protection_zone", ("air", HERE, {"zone": "aviation"}))
    take(house, "f.csv", firms_file(near(0.0, 0.0, NOW - timedelta(hours=2))))
    (known,) = house.picture.snapshot(operator(house))["fires"]
    fire = UUID(known["id"])
    house.decisions.register(operator(house), fire, {}, None, None)
    with pytest.raises(Invalid, match=r"fire\.not_control_zone"):
        decide(house, fire)


def test_old_decision_asks_for_another_look_and_again_some_time_after_it_was_kept(house, fire):
    decide(house, fire)
    assert reviews(house) == {}
    house.intake.clock.advance(days=10)
    notice = reviews(house)["age"]
    assert notice["reason"]["params"] == {"days": 10, "number": "14"}
    with pytest.raises(Invalid):
        house.notices.answer(operator(house), UUID(notice["id"]), Answer.KEPT, " ", 1, None)
    house.notices.answer(operator(house), UUID(notice["id"]), Answer.KEPT, "осмотрен", 1, None)
    assert reviews(house) == {}
    assert reviews(house) == {}, "kept is kept, also once its notice is over"
    house.intake.clock.advance(days=10)
    assert set(reviews(house)) == {"age"}


def test_term_that_is_over_leaves_the_fire_undecided_and_asks(house, fire):
    decide(house, fire, until=NOW.date() + DAY)
    house.intake.clock.advance(days=3)
    assert set(reviews(house)) == {"expired"}
    told = house.control.of_fire(operator(house), fire)
    assert (told["covered"], told["undecided"]) == (False, True)


def regime(**changes):
    told = {
        "kind": RegimeKind.SPECIAL,
        "municipalities": ("one",),
        "act": "Постановление № 45",
        "act_date": NOW.date(),
        "since": NOW.date(),
    }
    return NewRegime(**told | changes)


def test_regime_stands_on_the_map_and_in_the_bulletin_until_it_is_lifted(house, fire):
    (made,) = house.regimes.introduce(operator(house), regime(), None)
    shown = {
        one["id"]: one["properties"]["kind"] for one in house.regimes.shapes(operator(house), None)
    }
    assert shown == {"one": "special", "two": None}
    told = house.bulletin.of_day(operator(house), None)
    assert (told["fires"]["active"], told["fires"]["registered_today"]) == (1, 1)
    (here,) = [one for one in told["municipalities"] if one["code"] == "one"]
    assert (here["fires"], here["regimes"][0]["act"]) == (1, "Постановление № 45")
    for language, word in (("ru", "особый противопожарный режим"), ("en", "special")):
        for made_of in (bulletin_page.text, bulletin_page.page):
            assert word in made_of(told, language)
    with pytest.raises(Conflict, match=r"regime\.in_force"):
        house.regimes.introduce(operator(house), regime(), None)
    house.regimes.lift(operator(house), UUID(made["id"]), NOW.date(), made["version"], None)
    later = house.regimes.shapes(operator(house), NOW.date() + DAY)
    assert {one["properties"]["kind"] for one in later} == {None}


def counted(house, day):
    """How many fires a day's bulletin counts, in all and where they burn, and what it remarks."""
    told = house.bulletin.of_day(operator(house), day)
    figures = told["fires"]
    (here,) = [one for one in told["municipalities"] if one["code"] == "one"]
    names = ("active", "registered_today", "out_today")
    remarks = [one["code"].removeprefix("bulletin.") for one in told["assumed"]]
    return (*(figures[one] for one in names), here["fires"], remarks[1:])


def test_bulletin_of_a_day_that_is_over_counts_its_fires_as_they_were_known_when_it_ended(
    house, fire
):
    clock = house.intake.clock
    first = NOW.date()
    area = house.bulletin.of_day(operator(house), first)["fires"]["area_ha"]
    clock.advance(days=1)
    for status, facts in (
        ("dispatched", {"forces": "crew-1"}),
        ("fighting", {"commander": "Иванов"}),
        ("out", {"final_area_ha": 7.0, "cause": "lightning"}),
    ):
        clock.advance(minutes=5)
        house.decisions.change_status(operator(house), fire, status, facts, None, None)
    assert counted(house, None)[:4] == (0, 0, 1, 0)
    assert counted(house, first) == (1, 1, 0, 1, ["as_known_then"])
    assert house.bulletin.of_day(operator(house), first)["fires"]["area_ha"] == area
    clock.advance(days=1)
    assert counted(house, first + DAY)[:4] == (0, 0, 1, 0)
    assert counted(house, first - DAY) == (0, 0, 0, 0, ["nothing_known_then"])
    assert counted(house, first + 7 * DAY)[4] == ["fires_of_today"]


def test_regime_of_a_place_that_is_not_there_is_refused_by_field(house):
    with pytest.raises(Invalid) as refused:
        house.regimes.introduce(operator(house), regime(municipalities=("one", "moon")), None)
    assert refused.value.field == "municipalities.1"
    with pytest.raises(NotFound):
        house.regimes.lift(operator(house), UUID(int=1), NOW.date(), 1, None)


def test_large_fire_proposes_an_emergency_that_is_introduced_or_dismissed_with_a_reason(
    house, fire
):
    def proposals():
        house.regimes.look(installation(house))
        return {
            one["kind"]: one
            for one in house.notices.listed(operator(house))
            if one["theme"] == "regime" and one["state"] == "open"
        }

    house.regimes = replace(
        house.regimes,
        rules=tuple(replace(one, large_ha=1.0) for one in house.regimes.rules),
    )
    assert proposals() == {}
    house.intake.clock.advance(days=2, hours=1)
    notice = proposals()["emergency"]
    assert notice["key"] == "one"
    told = "решение главы"
    house.notices.answer(operator(house), UUID(notice["id"]), Answer.DISMISSED, told, 1, None)
    assert proposals() == {}, "dismissed is dismissed while the condition lasts"
    today = house.intake.clock().date()
    emergency = regime(kind=RegimeKind.EMERGENCY, act_date=today, since=today)
    house.regimes.introduce(operator(house), emergency, None)
    assert proposals() == {}
    standing = house.regimes.standing(operator(house))
    assert [one["kind"] for one in standing["municipalities"][0]["regimes"]] == ["emergency"]
