"""Roles as data: what is not named is closed, what is hidden stays hidden."""

import pytest
import yaml

from sylvan.domain.actors import EVERYWHERE, Actor, Level
from sylvan.domain.rights import Part, Rights, RoleRights
from sylvan.domain.worlds import live_world
from sylvan.services import rights
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import PackError

GROUPS = {"callers": (Part.read("reports.text"), Part.read("reports.items.phone"))}
LAW = Rights(
    "test",
    {
        "clerk": RoleRights(
            "clerk",
            {},
            frozenset(),
            ("fires_*",),
            ("fires_reject",),
            ("fire.*",),
            frozenset({"callers"}),
        )
    },
    GROUPS,
)


def actor(level: Level, *territories: str, owner: str = "") -> Actor:
    return Actor("a", "a", level, territories, live_world(), "clerk", owner)


@pytest.mark.parametrize(
    ("operation", "open_"),
    [("fires_one", True), ("fires_reject", False), ("reports_one", False), ("Fires_one", False)],
)
def test_a_role_may_what_its_patterns_name_and_nothing_else(operation, open_):
    assert LAW.may("clerk", operation) is open_


def test_a_role_that_is_not_there_may_nothing():
    assert not LAW.may("", "fires_one")
    assert not LAW.of("ghost").hears("fire.changed")


def test_hidden_fields_keep_their_shape():
    told = [{"text": "secret", "id": 1, "items": [{"phone": "1", "seen": 2}]}]
    assert LAW.shown("clerk", "reports", told) == [
        {"text": None, "id": 1, "items": [{"phone": None, "seen": 2}]}
    ]
    assert told[0]["text"] == "secret"


def test_lists_and_objects_are_hidden_as_empty_ones():
    law = Rights("t", LAW.roles, {"callers": (Part.read("x.list"), Part.read("x.map"))})
    assert law.shown("clerk", "x", {"list": [1], "map": {"a": 1}}) == {"list": [], "map": {}}


def test_what_is_not_named_comes_through_untouched():
    told = {"text": "open"}
    assert LAW.shown("clerk", "fires", told) is told


def test_everybody_reaches_the_own_and_what_is_close_around():
    mine = actor(Level.MUNICIPALITY, "A")
    assert mine.covers("A", "R")
    assert mine.covers("B", "near:A")
    assert not mine.covers("B", "near:C")
    assert not mine.covers()


def test_neighbours_reach_the_rim_and_not_the_middle():
    assert actor(Level.NEIGHBOUR, "R").covers("R", "rim:R")
    assert not actor(Level.NEIGHBOUR, "R").covers("R", "A")


def test_partners_reach_what_is_near_their_assets():
    assert actor(Level.PARTNER, owner="gas").covers("A", "asset:gas")
    assert not actor(Level.PARTNER, owner="gas").covers("A", "asset:power")
    assert not actor(Level.PARTNER).covers("A", "asset:")


def test_who_reaches_everything_reaches_what_lies_nowhere():
    assert actor(Level.REGION, *EVERYWHERE).covers()


def test_what_concerns_everybody_reaches_everybody():
    assert actor(Level.PARTNER).covers("all")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"border_km": -1}, "border_km"),
        ({"fields": {"callers": ["text"]}}, "fields"),
        (
            {"roles": {"public": {"names": {"en": "p"}, "levels": ["moon"]}}},
            "roles.public.levels.0",
        ),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_fault_in_the_file_is_named_by_field(tmp_path, change, field):
    body = yaml.safe_load((shipped_alerts() / rights.FILE).read_text("utf-8")) | change
    (tmp_path / rights.FILE).write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
    with pytest.raises(PackError) as refused:
        rights.load(tmp_path)
    assert any(error.field.startswith(field) for error in refused.value.errors), refused.value


def test_a_role_cannot_hide_a_group_that_is_not_there(tmp_path):
    body = yaml.safe_load((shipped_alerts() / rights.FILE).read_text("utf-8"))
    body["roles"]["viewer"]["hidden"] = ["ghosts"]
    (tmp_path / rights.FILE).write_text(yaml.safe_dump(body, allow_unicode=True), "utf-8")
    with pytest.raises(PackError, match="ghosts"):
        rights.load(tmp_path)


def test_outsiders_hear_no_crews_no_reports_and_no_orders():
    law = rights.load().rights
    for role in ("partner", "neighbour", "public"):
        heard = [
            k
            for k in ("unit.position", "unit.changed", "report.changed", "order.changed")
            if law.of(role).hears(k)
        ]
        assert heard == []
