"""From a registered fire to forces that go there: suggested, explained, kept whole, accepted."""

from datetime import timedelta
from uuid import UUID

import pytest

from sylvan.domain.codes import NotFound
from sylvan.domain.dispatch.engine import Demands, solve
from sylvan.domain.dispatch.stored import problem_of
from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.forces.status import Status
from sylvan.services import suggest_inputs
from sylvan.services.forces_units import Step
from sylvan.services.local_danger import DangerDays
from sylvan.services.orders_free import Line
from sylvan.services.suggesting import SEED
from sylvan.services.verdicts import Choice
from sylvan.store import suggestions
from tests.db.forces_tools import LAT, LON, country, fire_at
from tests.db.helpers import NOW, operator


@pytest.fixture
def house(fresh_db_url):
    with country(fresh_db_url) as made:
        yield made


def test_registered_fire_gets_units_with_arrival_way_and_reason(house):
    fire = fire_at(house)
    told = house.suggestions.make(operator(house), "registered")
    (mine,) = told["fires"]
    assert mine["fire_id"] == str(fire)
    assert mine["units"], "a fire that is to be fought has somebody"
    first = mine["units"][0]
    assert first["unit"].startswith("engine-")
    assert first["arrive_h"] > 0.0
    assert sum(leg["hours"] for leg in first["legs"]) == pytest.approx(first["arrive_h"], abs=0.05)
    assert {leg["step"] for leg in first["legs"]} >= {"ride", "walk"}
    assert first["reason"]["code"].startswith("dispatch.")
    assert told["gap"] is not None
    assert mine["assumed"][0]["code"].startswith("outlook.")
    stays = {one["unit"]: one["reason"]["code"] for one in mine["not_sent"]}
    assert stays["plane"] == "dispatch.looks_only"
    assert house.suggestions.of_fire(operator(house), fire)["fire"] == mine
    assert house.suggestions.newest(operator(house)) == told


def test_some_units_of_a_base_are_kept_from_a_large_fire_for_new_ones(house):
    fire_at(house, side=6)
    told = house.suggestions.make(operator(house), "registered")
    (mine,) = told["fires"]
    stays = {one["unit"]: one["reason"]["code"] for one in mine["not_sent"]}
    kept = [unit for unit, code in stays.items() if code == "dispatch.kept_for_new"]
    assert len(kept) == 1, "of four engines"
    assert kept[0] not in {one["unit"] for one in mine["units"]}
    assert mine["units"]
    assert told["versions"]["attack"]


def test_signals_alone_ask_for_nobody(house):
    fire = fire_at(house, registered=False)
    assert house.suggestions.make(operator(house), "asked") is None
    assert house.suggestions.newest(operator(house)) is None
    assert house.suggestions.of_fire(operator(house), fire)["number"] is None
    with pytest.raises(NotFound):
        house.suggestions.numbered(operator(house), 7)


def test_what_is_kept_can_be_computed_again_to_the_same_plan(house):
    fire_at(house)
    told = house.suggestions.make(operator(house), "registered")
    with house.worlds.engine.connect() as conn:
        kept = suggestions.get(conn, operator(house), told["number"])
    again = solve(problem_of(kept.input), house.suggestions.params, Demands(seed=SEED))
    assert again.best.objective == kept.objective
    assert again.best.bound == kept.bound


def test_unit_that_is_left_out_or_out_of_service_is_not_suggested(house):
    fire_at(house)
    broken = next(one for one in house.units.listed(operator(house)) if one["code"] == "engine-0")
    house.units.step(operator(house), UUID(broken["id"]), Step(Status.OUT_OF_SERVICE), None, None)
    told = house.suggestions.make(operator(house), "asked", ("engine-1",))
    (mine,) = told["fires"]
    sent = {one["unit"] for one in mine["units"]}
    assert sent
    assert not sent & {"engine-0", "engine-1", "plane"}
    stays = {one["unit"]: one["reason"]["code"] for one in mine["not_sent"]}
    assert stays["engine-0"] == "dispatch.out_of_service"
    assert "engine-1" not in stays


def test_accepted_units_stay_where_they_are_in_the_next_suggestion(house):
    fire = fire_at(house)
    told = house.suggestions.make(operator(house), "registered")
    chosen = told["fires"][0]["units"][0]
    line = Line(chosen["unit"], "station")
    house.orders.send(operator(house), fire, [line], Choice(told["number"]), None)
    again = house.suggestions.make(operator(house), "changed")
    mine = {one["unit"]: one["role"] for one in again["fires"][0]["units"]}
    assert mine[chosen["unit"]] == "locked"
    (order,) = house.orders.of_fire(operator(house), fire)
    assert order["suggestion"] == told["number"]


def test_run_card_is_chosen_by_danger_and_filled_by_the_nearest_without_the_engine(
    house, monkeypatch
):
    signal = fire_at(house, 40.0, registered=False)
    told = house.run_cards.of_fire(operator(house), signal)
    assert not told["fought"]
    assert [(one["count"], one["units"], one["missing"]) for one in told["lines"]] == [(2, [], 2)]
    assert told["assumed"] == [{"code": "card.danger_unknown", "params": {}}]

    def extreme(conn, actor, today):
        return DangerDays([[{"lon": LON, "lat": LAT, "danger_class": 5}]])

    monkeypatch.setattr(suggest_inputs, "danger_days", extreme)
    fire = fire_at(house)
    told = house.run_cards.of_fire(operator(house), fire)
    assert (told["names"][0], told["danger_class"], told["assumed"]) == ("danger_extreme", 5, [])
    (first, *_) = told["lines"]
    assert (first["count"], first["missing"]) == (4, 4 - len(first["units"]))
    assert {one["unit"] for one in first["units"]} <= {f"engine-{n}" for n in range(4)}
    due = [one["eta_at"] for one in first["units"]]
    assert due
    assert due == sorted(due)
    assert house.suggestions.newest(operator(house)) is None


def test_unit_sent_by_hand_where_no_way_leads_has_no_arrival_and_stops_nothing(house):
    fire = fire_at(house)
    nowhere = StationCard("isle", StationKind.FIELD_CAMP, (LON + 40.0, LAT))
    house.stations.create(operator(house), nowhere, None)
    house.units.create(operator(house), UnitCard("lost", UnitKind.ENGINE, "isle"), None)
    house.orders.send(operator(house), fire, [Line("lost", "station")], None, None)
    told = house.suggestions.make(operator(house), "asked")
    (lost,) = [one for one in told["fires"][0]["units"] if one["unit"] == "lost"]
    assert (lost["role"], lost["arrive_h"], lost["eta_at"]) == ("locked", None, None)
    assert len(told["fires"][0]["units"]) > 1, "others are sent all the same"


def test_unit_sent_beyond_its_reach_is_expected_when_its_order_says(house):
    fire = fire_at(house)
    nowhere = StationCard("isle", StationKind.FIELD_CAMP, (LON + 40.0, LAT))
    house.stations.create(operator(house), nowhere, None)
    house.units.create(operator(house), UnitCard("far", UnitKind.ENGINE, "isle"), None)
    due = NOW + timedelta(hours=9)
    house.orders.send(operator(house), fire, [Line("far", "station", due)], None, None)
    told = house.suggestions.make(operator(house), "asked")
    (far,) = [one for one in told["fires"][0]["units"] if one["unit"] == "far"]
    left = (due - house.intake.clock()) / timedelta(hours=1)
    assert (far["role"], far["arrive_h"]) == ("locked", pytest.approx(left, abs=0.02))


def test_fire_without_anybody_in_reach_says_so_and_names_the_next_rung(house):
    fire_at(house)
    codes = [one["code"] for one in house.units.listed(operator(house))]
    told = house.suggestions.make(operator(house), "asked", codes)
    (mine,) = told["fires"]
    assert mine["units"] == []
    assert mine["short"][0]["ask"] == "group"
    assert mine["expected"]["contained"] is False
