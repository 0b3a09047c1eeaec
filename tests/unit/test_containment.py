"""Containment beside Behave's Contain module (public domain), and what it answers to people."""

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.containment import (
    Arriving,
    Growing,
    Outcome,
    Spread,
    Tactic,
    Team,
    Threatened,
    answer,
    contain,
    needed,
    needed_rate,
)

CHAIN_M, ACRE_HA = 20.1168, 0.40468564224
CASES = Path(__file__).resolve().parents[3] / "shared/data/reference/containment/behave_contain.csv"
SHIFT_H = 8.0  # after which the reference's crew is exhausted


def test_the_published_check_case_comes_out():
    # Behave's own unit test: 1 ac, 5 ch/h, L/W 3, and 20 ch/h from 2 h on.
    fire = Growing(ACRE_HA, 5 * CHAIN_M, 3.0)
    found = contain(fire, [Arriving(2.0, 20 * CHAIN_M)])
    assert found.outcome == Outcome.CONTAINED
    assert found.line_m / CHAIN_M == pytest.approx(39.539849615, rel=1e-4)
    assert found.area_ha / ACRE_HA == pytest.approx(9.42749714, rel=1e-4)
    assert found.hours * 60.0 == pytest.approx(238.75, rel=3e-3)


@pytest.mark.skipif(not CASES.is_file(), reason=f"no reference cases at {CASES}")
def test_every_case_that_behave_contains_is_contained_with_its_area_line_and_time():
    contained = 0
    for row in csv.DictReader(CASES.open(encoding="utf-8")):
        fire = Growing(
            float(row["report_ac"]) * ACRE_HA, float(row["ros_ch_h"]) * CHAIN_M, float(row["lw"])
        )
        come = float(row["arrival_min"]) / 60.0
        crew = Arriving(come, float(row["prod_ch_h"]) * CHAIN_M, come + SHIFT_H)
        found = contain(fire, [crew], Tactic(row["tactic"]))
        if row["status"] == "Contained":
            contained += 1
            assert found.outcome == Outcome.CONTAINED, row
            assert found.area_ha / ACRE_HA == pytest.approx(float(row["final_ac"]), rel=5e-4)
            assert found.line_m / CHAIN_M == pytest.approx(float(row["line_ch"]), rel=3e-3)
            assert found.hours * 60.0 == pytest.approx(float(row["time_min"]), rel=5e-3)
        elif row["status"] == "Exhausted":
            assert found.outcome != Outcome.CONTAINED, row
    assert contained == 461


@pytest.mark.parametrize(
    ("m_min", "ratio", "by_h", "head", "rear"),
    [(1, 1.5, 2, 642, 719), (2, 2.0, 4, 438, 619), (5, 2.5, 8, 600, 902), (10, 3.0, 4, 1205, 2141)],
)
def test_needed_rates_are_those_of_an_independent_solution(m_min, ratio, by_h, head, rear):
    # 5 ha, arrival after 2 h; bisection with another solver of the same equation.
    fire = Growing(5.0, 60.0 * m_min, ratio)
    assert needed_rate(fire, by_h + 2.0, 2.0) == pytest.approx(head, rel=0.01)
    assert needed_rate(fire, by_h + 2.0, 2.0, Tactic.REAR) == pytest.approx(rear, rel=0.01)


def test_a_head_that_runs_faster_than_each_flank_builds_is_overrun():
    fire = Growing(5.0, 600.0, 3.0)
    assert contain(fire, [Arriving(1.0, 1_000.0)]).outcome == Outcome.OVERRUN


@settings(max_examples=25, deadline=None)
@given(
    area=st.floats(0.5, 200.0),
    rate=st.floats(5.0, 400.0),
    ratio=st.floats(1.1, 4.0),
    force=st.floats(100.0, 4_000.0),
)
def test_more_force_never_ends_later_nor_larger(area, rate, ratio, force):
    fire = Growing(area, rate, ratio)
    less, more = (contain(fire, [Arriving(1.0, one)]) for one in (force, 1.5 * force))
    if less.outcome == Outcome.CONTAINED:
        assert more.outcome == Outcome.CONTAINED
        assert more.hours <= less.hours + 1e-6
        assert more.area_ha <= less.area_ha * (1.0 + 1e-6)


def test_who_comes_later_helps_from_then_on():
    fire = Growing(5.0, 100.0, 2.0)
    alone = contain(fire, [Arriving(1.0, 500.0)])
    helped = contain(fire, [Arriving(1.0, 500.0), Arriving(2.0, 500.0)])
    at_once = contain(fire, [Arriving(1.0, 1_000.0)])
    assert at_once.hours < helped.hours < alone.hours


def test_nobody_arriving_is_told_and_not_reckoned_with():
    found = contain(Growing(5.0, 100.0, 2.0), [Arriving(1.0, 0.0)])
    assert found.outcome == Outcome.TOO_LATE
    assert found.line_m == 0.0


@pytest.mark.parametrize("wrong", [(0.0, 1.0, 2.0), (1.0, -1.0, 2.0), (1.0, 1.0, 0.5)])
def test_a_fire_without_area_rate_or_shape_is_refused(wrong):
    with pytest.raises(ValueError, match="ellipse"):
        Growing(*wrong)


def _spread(fast: float = 150.0) -> Spread:
    return Spread(Growing(5.0, 40.0, 2.0), Growing(5.0, 80.0, 2.0), Growing(5.0, fast, 2.0))


def test_what_is_needed_is_an_interval_that_rises_with_the_spread():
    crew, dozer = Team("crew", 6, 180.0), Team("bulldozer", 2, 600.0, machine=True)
    found = needed(_spread(), [dozer, crew], 24.0, 2.0)
    assert found.rate_m_h == tuple(sorted(found.rate_m_h))
    assert found.people == tuple(6 * n for n in found.teams[1])
    assert found.teams[0] < found.teams[1]


def test_what_nothing_contains_is_said_with_the_objects_to_protect_first():
    far = Threatened("c", "", None, 1.0)
    objects = [Threatened("b", "", 9.0, 1.0), Threatened("a", "", 3.0, 5.0), far]
    found = answer(_spread(), [Arriving(2.0, 50.0)], objects)
    assert not found.contained
    assert [one.id for one in found.protect] == ["a", "b"]
    assert [one.code for one in found.reasons] == ["containment.cannot"]


def test_what_is_contained_only_at_the_likely_spread_is_said():
    found = answer(_spread(900.0), [Arriving(2.0, 1_500.0)], [])
    assert found.contained
    assert math.isnan(found.by_quantile[2].area_ha)
    assert [one.code for one in found.reasons] == ["containment.not_if_fast"]
