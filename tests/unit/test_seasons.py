"""Seasons: the same world for every policy, its rules kept, and nothing lost in the books."""

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from sylvan.scenario.seasons.policies import POLICIES
from sylvan.scenario.seasons.scores import scores, weights
from sylvan.scenario.seasons.season import Burns, simulate
from sylvan.scenario.seasons.world import World, draw
from tests.unit.seasons_tools import SMALL, country, world

SEEDS = (1, 2)


@pytest.fixture(scope="module")
def played():
    """Outcomes by seed and policy."""
    return {
        (seed, name): simulate(world(seed), policy)
        for seed in SEEDS
        for name, policy in POLICIES.items()
    }


def nobody(_):
    return []


def same(one, other) -> bool:
    if isinstance(one, np.ndarray):
        return one.tobytes() == other.tobytes()
    return bool(one == other)


def test_a_seed_gives_the_same_world_to_the_bit():
    one, other = world(1), world(1)
    assert all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(World))
    assert world(2).lon.tobytes() != one.lon.tobytes()


@pytest.mark.parametrize("name", ["until_contained", "ours"])
def test_a_policy_gives_the_same_season_to_the_bit(played, name):
    again = simulate(world(1), POLICIES[name])
    assert all(
        same(getattr(again, f.name), getattr(played[1, name], f.name)) for f in fields(again)
    )


def test_a_unit_finds_the_same_way_and_luck_under_every_policy(played):
    drawn, seen = world(1), {}
    for name in POLICIES:
        for trip in played[1, name].trips:
            told = drawn.eta_h[trip.unit, trip.fire]
            took = (trip.due_h - trip.left_h) / told
            seen.setdefault((trip.unit, trip.fire), set()).add((round(took, 9), trip.broken))
    assert all(len(one) == 1 for one in seen.values())
    shared = [
        {(t.unit, t.fire) for t in played[1, name].trips} for name in ("closest_unit", "ours")
    ]
    assert shared[0] & shared[1]


def test_fires_to_which_nobody_goes_grow_the_same_under_every_policy(played):
    free = simulate(world(1), nobody)
    for name in POLICIES:
        how = played[1, name]
        alone = ~np.isin(np.arange(len(free.axis_m)), [t.fire for t in how.trips])
        assert (how.axis_m[alone] == free.axis_m[alone]).all()
        assert (how.axis_m <= free.axis_m).all()


def test_estimates_are_wrong_as_much_as_is_said():
    drawn = draw(country(), 7, "double", SMALL)
    spread = np.log(drawn.told_rate)
    assert 0.6 * np.log(2.0) < spread.std() < 1.4 * np.log(2.0)
    assert np.abs(drawn.travel - 1.0).max() <= 0.3
    assert np.abs(drawn.production - 1.0).max() <= 0.4
    assert 0.02 < drawn.broken.mean() < 0.08
    late = drawn.seen_h - drawn.start_h
    assert (late > 0.0).all()
    assert (late > 12.0).any()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", POLICIES)
def test_every_fire_ends_in_a_state_and_hours_are_in_order(played, seed, name):
    drawn, how = world(seed), played[seed, name]
    assert np.isin(how.state, (Burns.OUT, Burns.RAINED)).all()
    held = np.isfinite(how.held_h)
    assert ((how.state == Burns.OUT) == held).all()
    assert (how.held_h[held] >= how.arrived_h[held]).all()
    came = np.isfinite(how.arrived_h)
    assert (how.arrived_h[came] >= drawn.seen_h[came]).all()
    told = scores(drawn, how)
    assert told.seen <= told.fires == len(drawn.lon)
    assert told.contained + int((how.state == Burns.RAINED).sum()) == told.fires
    seen = np.isfinite(how.seen_m)
    area = drawn.area_ha(how.axis_m)[seen]
    paid = float((area * weights(drawn)[seen]).sum())
    assert told.loss == pytest.approx(paid + SMALL.settlement_ha * told.reached)
    assert told.area_ha == pytest.approx(area.sum())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", POLICIES)
def test_rules_are_kept(played, seed, name):
    drawn, how = world(seed), played[seed, name]
    units = drawn.country.forces
    assert how.trips
    flown: dict[tuple[str, int], float] = {}
    for trip in how.trips:
        assert np.isfinite(drawn.eta_h[trip.unit, trip.fire])
        assert drawn.seen_h[trip.fire] <= trip.sent_h < drawn.rain_h[trip.fire] + 1.0
        day = units[trip.unit].base, int(trip.sent_h // 24.0)
        flown[day] = flown.get(day, 0.0) + drawn.flight_h[trip.unit, trip.fire]
    assert all(hours <= drawn.country.flight_h[base] + 1e-6 for (base, _), hours in flown.items())
    shift = np.array([one.shift_h for one in units])
    assert (how.longest_h <= shift + SMALL.step_h).all()
    assert how.worked_h.sum() > 0.0


@pytest.mark.parametrize("name", POLICIES)
def test_no_unit_is_at_two_fires_at_once(played, name):
    """Between two trips of a unit lie the way there, the way home, and its rest."""
    drawn = world(1)
    for u in {trip.unit for trip in played[1, name].trips}:
        mine = [trip for trip in played[1, name].trips if trip.unit == u]
        for before, after in pairwise(mine):
            rest = drawn.country.forces[u].rest_h
            turned = before.due_h > after.sent_h - rest
            assert after.sent_h >= (before.left_h if turned else before.due_h)
            assert after.sent_h - before.sent_h >= rest


def watched(policy, asked):
    """The same policy; each time it is asked, reserves are looked at."""

    def decide(told):
        orders = policy(told)
        free = {one.id: one for one in told.problem.units if one.task is None}
        alone = {f.id for f, sent in zip(told.problem.fires, told.sent, strict=True) if not sent}
        for floor in told.problem.floors:
            mine = {
                u for u, one in free.items() if (one.base, one.kind) == (floor.base, floor.kind)
            }
            gone = [(unit, fire) for unit, fire in orders if unit in mine]
            below = min(floor.least - (len(mine) - len(gone)), len(gone))
            assert below <= len({fire for _, fire in gone} & alone)
            asked.append(below)
        return orders

    return decide


@pytest.mark.parametrize("name", POLICIES)
def test_reserves_are_touched_only_for_fires_that_would_have_nobody(name):
    asked: list[int] = []
    simulate(world(1), watched(POLICIES[name], asked))
    assert asked


def test_a_policy_that_breaks_a_rule_is_refused():
    def twice(told):
        unit = told.problem.units[0].id
        return [(unit, told.problem.fires[0].id)] * 2

    with pytest.raises(ValueError, match="cannot go"):
        simulate(world(1), twice)


def test_loads_are_named():
    assert len(world(1, "half").lon) == SMALL.fires // 2
    assert len(world(1, "double").lon) == SMALL.fires * 2
    with pytest.raises(ValueError, match="half, normal, double"):
        world(1, "triple")
