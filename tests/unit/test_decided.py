"""Words about units in the problem, another wind, and what is counted of decisions: values only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from sylvan.domain.behaviour import forest_length_to_breadth
from sylvan.domain.codes import Coded
from sylvan.domain.command.constraints import Held
from sylvan.domain.command.verdicts import Decision, Verdict, scores, verdict_of
from sylvan.domain.dispatch.model import Fire, Problem, Unit
from sylvan.domain.dispatch.need import area_ha
from sylvan.domain.dispatch.outlooks import Near, Told
from sylvan.domain.dispatch.params import Tier
from sylvan.domain.dispatch.stored import told_dict, told_of
from sylvan.domain.dispatch.whatif import Blow, blown, wind_function
from sylvan.domain.dispatch.words import dropped, obeying

NOW = datetime(2026, 7, 20, 12, tzinfo=UTC)
FIRE = UUID(int=1)
WHY = Coded("dispatch.excluded", {"by": "petrova"})


def problem():
    fires = [Fire(one, Tier.C, (100.0,) * 3, (1.0,) * 3, 50.0, 5) for one in ("north", "south")]
    units = [Unit(one, "engine", "base", 50.0) for one in ("a", "b", "c")]
    eta = np.array([[1.0, 2.0], [1.0, np.inf], [1.0, 2.0]])
    return Problem(tuple(fires), tuple(units), eta, times_h=(1.0, 4.0, 8.0))


def test_units_that_are_kept_out_have_a_reason_instead_of_an_arrival():
    told = obeying(problem(), Held({"a": WHY}, {("c", "south"): WHY}, {}))
    assert told.units[0].out == WHY
    assert told.eta_h.tolist() == [[1.0, 2.0], [1.0, np.inf], [1.0, np.inf]]
    assert told.why["c", "south"] == WHY


def test_pin_locks_who_gets_there_and_leaves_who_does_not():
    pins = {"a": ("south", WHY), "b": ("south", WHY), "c": ("elsewhere", WHY)}
    told = obeying(problem(), Held({}, {}, pins))
    assert [(one.pinned, one.task) for one in told.units] == [
        (True, "south"),
        (False, None),
        (False, None),
    ]


def test_order_is_stronger_than_any_word():
    given = problem()
    under = replace(given.units[0], task="north", locked=True)
    given = replace(given, units=(under, *given.units[1:]))
    words = Held({"a": WHY}, {("a", "north"): WHY}, {"a": ("south", WHY)})
    told = obeying(given, words)
    assert told.units[0] == under
    assert told.eta_h[0, 0] == 1.0
    assert dropped(given, {"a"}, WHY).units[0].locked is False


def test_wind_function_and_ellipse_are_those_of_the_canadian_system():
    assert wind_function(0.0) == 1.0
    assert wind_function(20.0) == pytest.approx(2.7396, abs=1e-3)
    assert wind_function(40.0) == pytest.approx(7.505, abs=1e-2)
    assert wind_function(60.0) == pytest.approx(11.126, abs=1e-2)
    assert forest_length_to_breadth(0.0) == 1.0
    assert forest_length_to_breadth(15.0) == pytest.approx(2.15, abs=0.3)


def told_fire(*near):
    return Told("f", 10.0, 2.0, near=near)


def test_fire_grows_with_the_wind_and_not_at_all_without_a_change():
    was = Blow(180.0, 15.0)
    areas = [
        area_ha(blown(told_fire(), (), was, Blow(None, km_h))[0].spread.p50, 24.0)
        for km_h in (5.0, 15.0, 30.0)
    ]
    assert areas == sorted(areas)
    same, _ = blown(told_fire(), (), was, was)
    assert area_ha(same.spread.p50, 24.0) == pytest.approx(areas[1])


def test_town_that_comes_to_lie_downwind_makes_the_fire_one_of_the_first_tier():
    town = Near("s/1", "Town", "settlement", 4.0, False, None, 500, bearing_deg=0.0)
    was = Blow(0.0, 15.0)  # from the north: away from the town
    assert blown(told_fire(town), (), was, was)[0].tier is Tier.B
    after, reasons = blown(told_fire(town), (), was, Blow(180.0, 40.0))
    assert after.tier is Tier.A
    assert after.objects[0].reached_h is not None
    assert reasons[-1].code == "whatif.wind_scaled"


def test_what_was_known_of_a_fire_is_read_as_it_was_written():
    town = Near("s/1", "Town", "settlement", 4.0, False, None, 500, bearing_deg=10.0)
    known = replace(told_fire(town), grown_ha=(11.0, 12.0, 19.0), forecast_h=24.0)
    assert told_of(told_dict(known)) == known


def decision(verdict, sent, **more):
    return Decision(
        7, FIRE, verdict, ("a", "b"), sent, "local", "region", NOW, NOW,
        NOW - timedelta(seconds=30), **more,
    )  # fmt: skip


def test_verdict_follows_from_what_is_sent():
    assert verdict_of(("a", "b"), ("b", "a"), ()) is Verdict.ACCEPTED
    assert verdict_of(("a", "b"), ("a",), ()) is Verdict.EDITED
    assert verdict_of(("a", "b"), ("c",), ("c",)) is Verdict.ACCEPTED


def test_scores_count_edits_by_units_and_rejections_by_reason():
    told = scores(
        [
            decision(Verdict.ACCEPTED, ("a", "b")),
            decision(Verdict.ACCEPTED, ("c",), wish="faster"),
            decision(Verdict.EDITED, ("a", "c", "d")),
            decision(Verdict.REJECTED, (), why="own_plan"),
        ],
        [],
    ).as_dict()
    assert (told["accepted"], told["alternatives"], told["accepted_share"]) == (2, 1, 0.5)
    assert (told["added"], told["removed"], told["seconds"]) == (2.0, 1.0, 30.0)
    assert told["why"] == {"own_plan": 1}
    assert scores([], []).as_dict()["seconds"] is None
