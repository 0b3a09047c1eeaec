"""The suggestion against plans that are enumerated, and what it may never do."""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sylvan.bench import suggest
from sylvan.bench.suggest_instances import instance
from sylvan.domain.codes import Coded
from sylvan.domain.command.ladder import Rung
from sylvan.domain.dispatch.compact import compact
from sylvan.domain.dispatch.engine import Demands, Stage, resolve, solve
from sylvan.domain.dispatch.explain import alternatives, left_over, marginals, not_sent, one_more
from sylvan.domain.dispatch.guard import Role, guard
from sylvan.domain.dispatch.insertion import closest
from sylvan.domain.dispatch.model import CardLine, Fire, Floor, Problem, Unit
from sylvan.domain.dispatch.oracle import exact
from sylvan.domain.dispatch.package_kernel import total_of
from sylvan.domain.dispatch.params import Tier
from sylvan.domain.dispatch.stored import problem_dict, problem_of
from sylvan.domain.dispatch.work import on_duty

TIMES = (3.0, 6.0, 12.0, 24.0)


def fire(name="f", need=(400.0, 500.0, 700.0, 900.0), damage=(10.0, 30.0, 80.0, 200.0), **more):
    settled = {"escape": 1_000.0, "most": 8, "tier": Tier.C} | more
    return Fire(id=name, need_m=tuple(need), damage=tuple(damage), **settled)


def unit(name, rate=300.0, **more):
    return Unit(name, more.pop("kind", "crew"), more.pop("base", "base"), rate, **more)


def problem(fires, units, eta, **more):
    return Problem(tuple(fires), tuple(units), np.array(eta, float), TIMES, **more)


def small(seed: int) -> Problem:
    """Up to 3 fires and 8 units, drawn so that they compete."""
    rng = np.random.default_rng(seed)
    fires, units = int(rng.integers(1, 4)), int(rng.integers(3, 9))
    made = []
    for f in range(fires):
        need = np.cumsum(rng.uniform(50.0, 500.0, 4))
        damage = np.cumsum(rng.uniform(1.0, 80.0, 5))
        made.append(fire(f"f{f}", need, damage[:4], escape=float(damage[4]) * 3, most=4))
    crews = [
        unit(f"u{u}", float(rng.integers(1, 5)) * 100.0, base=f"b{u % 2}", kind=f"k{u % 3 % 2}")
        for u in range(units)
    ]
    eta = rng.integers(1, 10, (units, fires)) * 0.5
    flight = rng.uniform(0.5, 2.0, (units, fires))
    floors = (Floor("b0", "k0", 1, 40.0),)
    return problem(made, crews, eta, flight_h=flight, flight_left_h={"b0": 4.0}, floors=floors)


def enumerated(case: Problem) -> float:
    """The least objective of all plans, reckoned here from the definitions."""
    units, fires = len(case.units), len(case.fires)
    at = compact(case)
    best = np.inf
    for choice in product(range(-1, fires), repeat=units):
        cost, flown, base_gone = 0.0, 0.0, 0
        for u, f in enumerate(choice):
            if f >= 0:
                one = case.units[u]
                cost += one.cost + one.cost_h * case.eta_h[u, f]
                flown += case.flight_h[u, f] if one.base == "b0" else 0.0
                base_gone += one.base == "b0" and one.kind == "k0"
        there = sum(one.base == "b0" and one.kind == "k0" for one in case.units)
        if flown > 4.0 + 1e-9 or max(map(choice.count, range(fires))) > 4:
            continue
        cost += 40.0 * max(base_gone - max(there - 1, 0), 0)
        for f, one in enumerate(case.fires):
            mine = [u for u in range(units) if choice[u] == f]
            built = at.line_m[mine, f].sum(axis=0)
            held = np.flatnonzero(built >= np.array(one.need_m) - 1e-6)
            cost += one.damage[held[0]] if len(held) else one.escape
        best = min(best, cost)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_small_problems_are_solved_to_the_enumerated_optimum(seed):
    case = small(seed)
    found, truth = solve(case), enumerated(case)
    assert found.best.objective == pytest.approx(truth, rel=1e-9)
    assert exact(compact(case)).objective == pytest.approx(truth, rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_is_never_above_the_optimum(seed):
    case = small(100 + seed)
    found, truth = solve(case), exact(compact(case))
    assert truth.proven
    assert found.best.bound <= truth.objective + 1e-6
    assert found.best.objective == pytest.approx(truth.objective, rel=1e-6)


def test_no_unit_goes_to_two_fires_and_no_limit_is_broken():
    case = instance(12, 60, 3)
    found = guard(solve(case))
    assert len({one.unit for one in found.sent}) == len(found.sent)
    tables = found.solved.problem.tables
    assert (found.plan.sum(axis=0) <= tables.count).all()
    assert (found.plan.sum(axis=1) <= tables.most).all()
    flown = np.bincount(
        tables.base, (found.plan * tables.flight).sum(axis=0), minlength=len(tables.hours)
    )
    assert (flown <= tables.hours + 1e-6).all()


def test_answers_only_get_better_and_the_last_has_a_bound():
    told = []
    found = solve(instance(12, 60, 1), demands=Demands(tell=told.append))
    values = [one.objective for one in told]
    assert values == sorted(values, reverse=True)
    assert told[0].stage == Stage.FIRST
    assert 0.0 <= found.best.gap < 1.0
    assert not found.stopped


def test_the_same_input_and_seed_give_the_same_plan_to_the_bit():
    first, second = (solve(instance(12, 60, 2), demands=Demands(seed=7)) for _ in range(2))
    assert first.best.plan.tobytes() == second.best.plan.tobytes()
    assert first.best.objective == second.best.objective
    assert first.best.bound == second.best.bound


def test_a_stored_problem_is_solved_to_the_same_plan():
    out = {("unit-0", "fire-0"): Coded("dispatch.out_of_range")}
    case = replace(instance(12, 60, 4), why=out)
    body = json.loads(json.dumps(problem_dict(case)))
    again = problem_of(body)
    assert json.loads(json.dumps(problem_dict(again))) == body
    first, second = (solve(one, demands=Demands(bounded=False)) for one in (case, again))
    assert first.best.plan.tobytes() == second.best.plan.tobytes()


def test_a_limit_gives_the_best_so_far_and_says_so():
    found = solve(instance(12, 60, 2), demands=Demands(stop=lambda: True))
    assert found.stopped
    assert found.best.objective <= found.steps[0].objective


def test_a_locked_task_is_never_moved():
    units = [unit("a", task="f", locked=True), unit("b")]
    greater = fire("g", escape=50_000.0, damage=(100.0, 300.0, 800.0, 9_000.0))
    case = problem([fire(), greater], units, [[1.0, 1.0], [1.0, 1.0]])
    found = guard(solve(case))
    assert found.tasks["a"] == "f"
    assert next(one.role for one in found.sent if one.unit == "a") == Role.LOCKED


def test_a_unit_on_its_way_is_not_turned_for_a_small_gain_but_for_a_great_one():
    way = unit("a", task="f")
    small_gain = fire("g", damage=(11.0, 31.0, 81.0, 201.0), escape=1_004.0)
    great = fire("g", damage=(10.0, 30.0, 80.0, 200.0), escape=9_000.0)
    for other, goal in ((small_gain, "f"), (great, "g")):
        case = problem([fire(), other], [way], [[1.0, 1.0]])
        assert guard(solve(case)).tasks == {"a": goal}


def test_a_rested_crew_from_farther_away_is_preferred_to_a_tired_one_nearby():
    tired, rested = unit("near", duty_left_h=0.5, rest_h=10.0), unit("far")
    case = problem([fire()], [tired, rested], [[1.0], [2.0]])
    assert guard(solve(case)).tasks == {"far": "f"}
    reasons = {one.unit: one.reason.code for one in not_sent(guard(solve(case)), "f")}
    assert reasons == {"near": "dispatch.rest_due"}


def test_a_settlement_comes_first_however_much_is_lost_elsewhere():
    homes = fire("homes", tier=Tier.A, held_by_h=6.0, damage=(1.0, 1.0, 2.0, 3.0), escape=10.0)
    forest = fire("forest", escape=1_000_000.0)
    case = problem([forest, homes], [unit("a")], [[1.0, 1.0]])
    assert guard(solve(case)).tasks == {"a": "homes"}
    weighed = replace(homes, tier=Tier.C)
    assert guard(solve(replace(case, fires=(forest, weighed)))).tasks == {"a": "forest"}


def test_a_settlement_that_nobody_can_save_binds_nobody():
    homes = fire("homes", tier=Tier.A, held_by_h=0.5, damage=(1.0, 1.0, 2.0, 3.0), escape=10.0)
    case = problem([fire("forest"), homes], [unit("a")], [[1.0, 1.0]])
    found = solve(case)
    assert not found.problem.holdable[1]
    assert guard(found).tasks == {"a": "forest"}


def test_a_floor_is_kept_or_its_price_is_listed():
    units, floor = [unit("a"), unit("b")], (Floor("base", "crew", 1, 50.0),)
    mild = fire(damage=(1.0, 2.0, 3.0, 4.0), need=(900.0, 900.0, 900.0, 900.0), escape=30.0)
    kept = guard(solve(problem([mild], units, [[1.0], [1.0]], floors=floor)))
    assert kept.below == ()
    assert sum(one.left for one in left_over(kept)) >= 1
    grave = replace(mild, escape=5_000.0, need_m=(700.0, 1_000.0, 2_100.0, 9_000.0))
    broken = guard(solve(problem([grave], units, [[1.0], [1.0]], floors=floor)))
    assert [(one.left, one.least, one.price) for one in broken.below] == [(0, 1, 50.0)]


def test_every_fire_that_is_to_be_fought_has_a_unit_or_a_reason_and_whom_to_ask():
    hopeless = fire("hopeless", need=(1e6, 2e6, 3e6, 4e6))
    lonely, watched = fire("lonely"), fire("watched", tier=Tier.D, fought=False, escape=201.0)
    eta = [[1.0, np.inf, np.inf], [1.0, np.inf, np.inf]]
    found = guard(solve(problem([hopeless, lonely, watched], [unit("a"), unit("b")], eta)))
    assert {one.fire for one in found.sent} == {"hopeless"}
    assert [(one.fire, one.reason.code, one.ask) for one in found.short] == [
        ("lonely", "dispatch.nobody_reaches", Rung.GROUP)
    ]
    assert guard(found.solved, Rung.REPUBLIC).short[0].ask == Rung.REGIONS


def test_left_over_units_slow_what_cannot_be_contained():
    hopeless = fire("hopeless", need=(1e6, 2e6, 3e6, 4e6), most=6)
    found = guard(solve(problem([hopeless], [unit(f"u{n}") for n in range(5)], [[1.0]] * 5)))
    assert [one.role for one in found.sent].count(Role.FALLBACK) == 2
    assert len(found.sent) == 3  # half of the places
    assert found.contained_h == (None,)


def test_bases_with_enough_flight_hours_are_the_only_ones_that_fly():
    case = problem(
        [fire()], [unit("a"), unit("b", base="far")], [[1.0], [2.0]],
        flight_h=np.array([[3.0], [1.0]]), flight_left_h={"base": 2.0, "far": 2.0},
    )  # fmt: skip
    found = guard(solve(case))
    assert found.tasks == {"b": "f"}
    assert [one.reason.code for one in not_sent(found, "f")] == ["dispatch.base_hours"]


def test_the_run_card_is_respected_and_what_it_lacks_is_named():
    card = (CardLine(2, 3.0), CardLine(1, 3.0, "tanker"))
    burning = fire(card=card, need=(100.0, 100.0, 100.0, 100.0))
    units = [unit("a"), unit("b"), unit("late")]
    found = guard(solve(problem([burning], units, [[1.0], [2.0], [5.0]])))
    assert set(found.tasks) == {"a", "b"}
    (short,) = found.short
    assert short.reason == Coded(
        "dispatch.card_short", {"count": 1, "hours": 3.0, "kind": "tanker"}
    )


def test_units_that_are_worth_nothing_may_stay_and_the_others_are_told_apart():
    found = guard(solve(problem([fire()], [unit("a"), unit("b", 1.0)], [[1.0], [1.0]])))
    values = {one.unit: one.marginal for one in marginals(found)}
    assert set(values) == {"a"}
    assert values["a"] > 100.0
    reasons = {one.unit: one.reason.code for one in not_sent(found, "f")}
    assert reasons == {"b": "dispatch.low_marginal"}


def test_one_more_unit_is_worth_something_where_units_are_short():
    case = instance(12, 60, 3)
    ranked = one_more(guard(solve(case)))
    assert ranked
    assert [one[2] for one in ranked] == sorted((one[2] for one in ranked), reverse=True)


def test_alternatives_are_better_at_what_they_say():
    units = [unit("near", 100.0), unit("strong", 900.0), unit("third", 300.0)]
    found = guard(solve(problem([fire()], units, [[0.5], [1.5], [1.0]])))
    for one in alternatives(found, "f"):
        if one.wish == "faster":
            assert one.by[0] < 0.0 or one.by[1] < 0.0
        assert len(set(one.units)) == len(one.units) > 0


def test_a_new_fire_an_excluded_unit_and_another_wind_keep_most_of_a_running_plan():
    case = instance(12, 60, 5)
    running = guard(solve(case)).tasks
    gone = next(iter(running))
    units = tuple(
        replace(one, out=Coded("dispatch.out_of_range")) if one.id == gone else one
        for one in case.units
    )
    windy = replace(case.fires[0], need_m=tuple(1.5 * one for one in case.fires[0].need_m))
    changed = replace(case, units=units, fires=(windy, *case.fires[1:]))
    found = guard(resolve(changed, running))
    assert gone not in found.tasks
    same = sum(found.tasks.get(one) == where for one, where in running.items())
    assert same >= 0.6 * len(running)
    full = solve(changed, demands=Demands(bounded=False))
    assert found.solved.best.objective <= 1.5 * full.best.objective


def test_the_suggestion_beats_the_closest_unit_under_the_same_rules():
    found = solve(instance(20, 100, 1))
    by_hand = total_of(found.problem.tables, closest(found.problem)) + found.problem.constant
    assert found.best.objective < 0.7 * by_hand


def test_nothing_to_do_is_an_answer():
    assert guard(solve(problem([], [unit("a")], np.zeros((1, 0))))).sent == ()
    found = guard(solve(problem([fire()], [], np.zeros((0, 1)))))
    assert [one.reason.code for one in found.short] == ["dispatch.nobody_reaches"]


def test_a_problem_that_does_not_fit_together_is_refused():
    with pytest.raises(ValueError, match="shape"):
        problem([fire()], [unit("a")], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="twice"):
        problem([fire(), fire()], [unit("a")], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="levels"):
        problem([fire(need=(1.0,))], [unit("a")], [[1.0]])
    with pytest.raises(ValueError, match="locked"):
        problem([fire()], [unit("a", locked=True)], [[1.0]])


def test_duty_rest_and_shifts_follow_each_other():
    worked = on_duty(np.array([2.0, 4.0, 9.0, 15.0, 30.0]), *map(np.array, (4.0, 8.0, 12.0)))
    assert worked.tolist() == [2.0, 4.0, 4.0, 7.0, 16.0]


@pytest.mark.parametrize("size", ["fifty", "50", "1x2x3"])
def test_a_bench_of_no_size_is_refused(size):
    with pytest.raises(ValueError, match="size"):
        suggest.run(size)


def test_the_bench_tells_ratios_seconds_and_gap_of_a_small_size():
    found = suggest.run("3x12", seeds=1)
    assert 0.0 <= found["mean_gap"] < 1.0
    assert found["ours_over_closest"] <= 1.0 + 1e-9
    assert found["ours_over_highs"] == pytest.approx(1.0, abs=0.02)
    assert {"first_answer_s", "final_s", "new_fire_s", "memory_mb"} <= found.keys()
    assert suggest.table(found).row_count > 8
