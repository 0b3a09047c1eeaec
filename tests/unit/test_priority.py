"""The order of priority: named terms that add up, and nothing beside them."""

from datetime import UTC, datetime, timedelta

import pytest
from shapely.geometry import Point

from sylvan.domain.exposure import Exposed
from sylvan.domain.exposure_rules import ExposureRules, ObjectRule, PriorityRules, Step
from sylvan.domain.exposure_things import Thing, Things
from sylvan.domain.places import LonLat
from sylvan.domain.priority import Facts, Reached, priority

AT = datetime(2026, 7, 17, 6, tzinfo=UTC)
RULES = ExposureRules(
    "test",
    {
        "settlement": ObjectRule(
            "settlement",
            (Step(5, 30), Step(30, 5)),
            downwind=10,
            reached=(Step(1, 40), Step(6, 20)),
            further=2,
            people=(Step(1000, 4), Step(10_000, 8)),
        ),
        "road": ObjectRule("road", (Step(5, 3),)),
    },
    priority=PriorityRules(
        further_most=3,
        growth_ha_h=(Step(1, 3), Step(10, 10)),
        frp_mw=(Step(100, 3),),
        area_ha=(Step(25, 2),),
        likelihood=(Step(0.2, -40), Step(0.5, -20)),
        zones={"ground": 5, "control": -10},
    ),
)
QUIET = Facts(None, 0.0, 1.0, 0.95)
THINGS = Things(
    [
        Thing("s", "small", "settlement", {"ru": "small"}, Point(129, 62), 300),
        Thing("s", "large", "settlement", {"ru": "large"}, Point(129, 62), 12_000),
        Thing("s", "third", "settlement", {"ru": "third"}, Point(129, 62)),
        Thing("r", "road", "road", {"ru": "road"}, Point(129, 62)),
    ]
)


def near(thing, km, *, downwind=False):
    return Exposed(thing, km, 10.0, LonLat(129, 62), downwind, 5.0 if km <= 5 else 30.0)


def told(found):
    return {
        (one.reason.code, one.thing.code if one.thing else None): one.points for one in found.terms
    }


def test_score_is_the_sum_of_the_terms():
    facts = Facts(12.0, 150.0, 30.0, 0.4, "ground")
    found = priority(
        facts, [near(0, 3.0, downwind=True), near(1, 20.0), near(3, 1.0)], THINGS, RULES
    )
    assert (
        found.score
        == sum(one.points for one in found.terms)
        == 30 + 10 + 2 + 8 + 3 + 10 + 3 + 2 - 20 + 5
    )
    assert [abs(one.points) for one in found.terms] == sorted(
        (abs(one.points) for one in found.terms), reverse=True
    )


def test_terms_name_their_things():
    found = told(priority(QUIET, [near(1, 20.0), near(0, 3.0)], THINGS, RULES))
    assert found == {
        ("priority.near", "small"): 30,
        ("priority.further", None): 2,
        ("priority.people", "large"): 8,
    }


def test_further_things_are_bounded():
    found = told(priority(QUIET, [near(0, 3.0), near(1, 4.0), near(2, 4.5)], THINGS, RULES))
    assert found["priority.further", None] == 3


@pytest.mark.parametrize(("hours", "points"), [(0.5, 40), (1.0, 40), (5.0, 20), (7.0, None)])
def test_soonest_reached_counts_by_its_hours(hours, points):
    reached = {
        0: Reached(None, AT + timedelta(hours=hours), None, 0.6),
        1: Reached(AT, None, None, 0.2),
        2: Reached(None, AT + timedelta(hours=hours + 3), None, 0.6),
    }
    asked = [near(0, 3.0), near(1, 3.0), near(2, 3.0)]
    found = told(priority(QUIET, asked, THINGS, RULES, reached, AT))
    assert found.get(("priority.reached", "small")) == points


def test_moment_that_has_passed_counts_as_now():
    reached = {0: Reached(AT, AT - timedelta(hours=3), AT, 1.0)}
    found = priority(QUIET, [near(0, 3.0)], THINGS, RULES, reached, AT)
    (one,) = [term for term in found.terms if term.reason.code == "priority.reached"]
    assert (one.points, one.reason.params["hours"]) == (40, 0.0)


def test_doubtful_signal_never_falls_below_nothing():
    found = priority(Facts(None, 0.0, 1.0, 0.1, "control"), [near(0, 20.0)], THINGS, RULES)
    assert found.score == 0.0
    assert told(found)["priority.doubtful", None] == -40
    assert told(found)["priority.zone", None] == -10


def test_terms_without_points_are_not_told():
    found = priority(QUIET, [], THINGS, RULES)
    assert (found.score, found.terms) == (0.0, ())


def test_nearer_village_outranks_the_larger_fire():
    large = priority(Facts(5.0, 150.0, 500.0, 0.95), [], THINGS, RULES)
    near_village = priority(QUIET, [near(0, 3.0)], THINGS, RULES)
    assert near_village.score > large.score
