"""Hands for new fires: who stays at home when fires are large already."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from sylvan.domain.codes import Coded
from sylvan.domain.containment import Growing, Spread
from sylvan.domain.dispatch.attack import DEFAULT, KEPT, for_new_fires, large
from sylvan.domain.dispatch.engine import Demands, solve
from sylvan.domain.dispatch.explain import not_sent
from sylvan.domain.dispatch.guard import guard
from sylvan.domain.dispatch.model import Fire, Problem, Unit
from sylvan.domain.dispatch.need import Outlook, fire_of
from sylvan.domain.dispatch.params import Tier

LARGE = frozenset({"large"})


def outlook(name, area_ha, tier=Tier.C):
    spread = Spread(*(Growing(area_ha, head, 2.0) for head in (20.0, 40.0, 80.0)))
    return Outlook(name, spread, tier)


def fires() -> tuple[Fire, ...]:
    return fire_of(outlook("large", 3_000.0)), fire_of(outlook("young", 1.0))


def units(*bases):
    return tuple(Unit(f"u{n}", "crew", base, 300.0) for n, base in enumerate(bases))


def problem(crews, eta):
    return Problem(fires(), crews, np.array(eta, float))


def homes(crews):
    return Counter((one.base, one.kind) for one in crews)


def barred(case: Problem) -> set[str]:
    return {unit for (unit, fire), why in case.why.items() if fire == "large" and why.code == KEPT}


def test_a_third_of_a_base_stays_for_new_fires_and_a_lone_unit_goes():
    crews = units("one", "two", "two", "three", "three", "three")
    case = for_new_fires(problem(crews, [[2.0, 1.0]] * 6), homes(crews), LARGE, 1.0)
    assert barred(case) == {"u2", "u5"}
    assert np.isinf(case.eta_h[[2, 5], 0]).all()
    assert (case.eta_h[:, 1] == 1.0).all()  # all may go to the young one


def test_units_that_are_away_count_for_their_base():
    crews = units("two", "two", "two")
    away = replace(crews[0], task="large", locked=True)
    case = problem((away, *crews[1:]), [[0.0, np.inf], [2.0, 1.0], [2.0, 1.0]])
    assert barred(for_new_fires(case, homes(crews), LARGE, 1.0)) == {"u2"}
    spent = problem((away, crews[1]), [[0.0, np.inf], [2.0, 1.0]])
    assert barred(for_new_fires(spent, homes(crews), LARGE, 1.0)) == {"u1"}


def test_who_cannot_be_sent_anyway_is_not_counted_as_kept():
    crews = units("two", "two", "two")
    tired = replace(crews[2], out=Coded("dispatch.off_duty"))
    case = problem((*crews[:2], tired), [[1.0, 1.0], [2.0, 1.0], [2.0, 1.0]])
    assert barred(for_new_fires(case, homes(crews), LARGE, 1.0)) == {"u1"}


def test_no_large_fire_is_left_alone_for_the_sake_of_new_ones():
    crews = units("two", "two")
    case = problem(crews, [[np.inf, 1.0], [2.0, np.inf]])
    case = for_new_fires(case, homes(crews), LARGE, 1.0)
    assert barred(case) == set()  # the one that would be kept is the nearest, and nobody is there
    found = guard(solve(case, demands=Demands(bounded=False)))
    assert found.tasks == {"u0": "young", "u1": "large"}
    there = replace(crews[0], task="large", locked=True)
    helped = problem((there, crews[1]), [[0.0, np.inf], [2.0, np.inf]])
    assert barred(for_new_fires(helped, homes(crews), LARGE, 1.0)) == {"u1"}


def test_nobody_is_kept_where_no_new_fires_come_or_none_is_large():
    crews = units("two", "two")
    case = problem(crews, [[1.0, 1.0], [2.0, 1.0]])
    assert for_new_fires(case, homes(crews), LARGE, DEFAULT.since_h + 0.1) is case
    assert for_new_fires(case, homes(crews), frozenset(), 1.0) is case


@pytest.mark.parametrize(
    ("area_ha", "tier", "is_large"),
    [(199.0, Tier.C, False), (201.0, Tier.C, True), (201.0, Tier.B, True), (9e3, Tier.A, False)],
)
def test_a_fire_that_threatens_people_is_given_everybody(area_ha, tier, is_large):
    assert (large([outlook("f", area_ha, tier)]) == {"f"}) == is_large


def test_who_is_kept_is_told_with_the_reason_and_sent_to_the_new_fire():
    crews = units("two", "two", "two")
    case = problem(crews, [[1.0, 6.0], [1.5, 6.0], [2.0, 0.5]])
    found = guard(
        solve(for_new_fires(case, homes(crews), LARGE, 0.5), demands=Demands(bounded=False))
    )
    assert found.tasks["u2"] == "young"
    reasons = {one.unit: one.reason.code for one in not_sent(found, "large")}
    assert reasons["u2"] == KEPT
