"""A lower source never overwrites a higher one; a field may have an order of its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import yaml

from sylvan.domain.actors import Level, local_operator, system
from sylvan.domain.authority import Authority, Order, Outranked, kept, marks, told
from sylvan.domain.worlds import live_world
from sylvan.services import rights
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import PackError

NOW = datetime(2026, 7, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
RULE = rights.load().authority


def person(level: Level, name: str = ""):
    return replace(local_operator(live_world()), level=level, subject=name or str(level))


def test_higher_source_overwrites_and_lower_is_refused_with_field_level_and_name():
    first = RULE.after({}, {"commander": "Иванов"}, person(Level.REGION, "petrova"), NOW)
    with pytest.raises(Outranked) as refused:
        RULE.after(first, {"commander": "Сидоров"}, person(Level.DISTRICT), LATER)
    assert refused.value.code == "problem.outranked"
    assert {key: refused.value.params[key] for key in ("field", "level", "by")} == {
        "field": "commander",
        "level": "region",
        "by": "petrova",
    }
    after = RULE.after(first, {"commander": "Сидоров"}, person(Level.FEDERAL), LATER)
    assert (after["commander"].value, after["commander"].level) == ("Сидоров", "federal")


@pytest.mark.parametrize("pair", list(pairwise(RULE.order.sources)))
def test_each_step_of_the_order_holds(pair):
    def who(source: str):
        return system(live_world()) if source == "engine" else person(Level(source))

    low, high = map(who, pair)
    with pytest.raises(Outranked):
        RULE.after(RULE.after({}, {"cause": "a"}, high, NOW), {"cause": "b"}, low, LATER)
    RULE.after(RULE.after({}, {"cause": "a"}, low, NOW), {"cause": "b"}, high, LATER)
    RULE.after(RULE.after({}, {"cause": "a"}, low, NOW), {"cause": "b"}, low, LATER)


def test_all_refused_fields_are_named_and_none_is_set():
    held = RULE.after({}, {"cause": "a", "commander": "b"}, person(Level.REGION), NOW)
    with pytest.raises(Outranked) as refused:
        RULE.after(held, {"cause": "x", "commander": "y", "other": 1}, person(Level.CREW), LATER)
    assert [error.field for error in refused.value.errors] == ["cause", "commander"]
    assert {name: mark.value for name, mark in held.items()} == {"cause": "a", "commander": "b"}


def test_saying_the_same_needs_no_rank_and_leaves_the_mark():
    held = RULE.after({}, {"cause": "гроза"}, person(Level.REGION), NOW)
    assert RULE.after(held, {"cause": "гроза"}, person(Level.CREW), LATER) == held


def test_crew_at_the_fire_outranks_the_district_for_what_it_measured_on_the_ground():
    crew, district = person(Level.CREW), person(Level.DISTRICT)
    for name in ("edge", "final_area_ha"):
        held = RULE.after({}, {name: 1}, crew, NOW)
        with pytest.raises(Outranked):
            RULE.after(held, {name: 2}, district, LATER)
    held = RULE.after({}, {"cause": 1}, crew, NOW)
    assert RULE.after(held, {"cause": 2}, district, LATER)["cause"].level == "district"


def test_edge_that_has_grown_old_keeps_nobody_away():
    held = RULE.after({}, {"edge": 1}, person(Level.CREW), NOW)
    fresh, old = NOW + timedelta(hours=12), NOW + timedelta(hours=12, seconds=1)
    with pytest.raises(Outranked):
        RULE.after(held, {"edge": 2}, person(Level.DISTRICT), fresh)
    assert RULE.after(held, {"edge": 2}, person(Level.DISTRICT), old)["edge"].value == 2


def test_reasons_and_notes_are_no_fields():
    assert RULE.after({}, {"note": "x", "resume_reason": "y"}, person(Level.REGION), NOW) == {}


def test_unknown_source_stands_below_all():
    rule = Authority(Order(("engine", "crew")))
    held = rule.after({}, {"cause": 1}, system(live_world()), NOW)
    with pytest.raises(Outranked):
        rule.after(held, {"cause": 2}, person(Level.FEDERAL), LATER)


def test_marks_survive_being_kept_and_are_told_without_their_values():
    held = RULE.after({}, {"cause": "гроза"}, person(Level.REGION, "petrova"), NOW)
    details = kept({"out": {"cause": "гроза"}}, held)
    assert marks(details) == held
    assert kept(details, {}) == {"out": {"cause": "гроза"}}
    assert told(details) == {
        "cause": {"by": "petrova", "level": "region", "at": "2026-07-20T12:00:00Z"}
    }
    assert marks({}) == {}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda body: body["order"].remove("crew"), "missing: crew"),
        (lambda body: body["order"].append("king"), "no such source: king"),
        (lambda body: body["order"].append("crew"), "twice"),
        (lambda body: body["fields"]["edge"].update(stands_h=0), "greater than 0"),
    ],
)
def test_fault_in_the_file_is_named(tmp_path, change, fault):
    body = yaml.safe_load((shipped_alerts() / rights.FILE).read_text("utf-8"))
    change(body["authority"])
    file = tmp_path / rights.FILE
    file.write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
    with pytest.raises(PackError, match=r"rights\.yaml") as told_:
        rights.load(tmp_path)
    assert fault in str(told_.value), str(told_.value)
