"""Suggestions are decided on: kept whole, contradicted by name, obeyed by the next ones."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.domain.command.constraints import ConstraintKind, WhyKept
from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.command.verdicts import WhyRejected
from sylvan.domain.dispatch.stored import problem_of
from sylvan.domain.dispatch.whatif import Blow
from sylvan.domain.forces.kinds import StationKind
from sylvan.domain.forces.register import StationCard
from sylvan.services.constraints import Wanted
from sylvan.services.log import drain
from sylvan.services.orders import OrderStep
from sylvan.services.orders_free import Line
from sylvan.services.suggesting import solved
from sylvan.services.verdicts import Choice
from sylvan.services.what_if import Placed, Question
from sylvan.store import audit, suggestions
from tests.db.forces_tools import LAT, LON, country, fire_at
from tests.db.helpers import KM_LAT, NOW, operator

EXCLUDE, PIN = ConstraintKind.EXCLUDE, ConstraintKind.PIN


@pytest.fixture
def house(fresh_db_url):
    with country(fresh_db_url) as made:
        yield made


def colleague(house):
    return replace(operator(house), subject="petrova", name="Petrova")


def suggest(house):
    return house.suggestions.make(operator(house), "asked")


def mine(told, fire):
    return next(one for one in told["fires"] if one["fire_id"] == str(fire))


def codes(part):
    return [one["unit"] for one in part["units"]]


def send(house, fire, units, choice=None, *, actor=None, station=None):
    lines = [Line(unit, "station", station=station) for unit in units]
    return house.orders.send(actor or operator(house), fire, lines, choice, None)["orders"]


def say(house, kind, unit, fire=None, *, actor=None, why=WhyKept.NOT_AVAILABLE, **more):
    wanted = Wanted(kind, unit, fire, why, **more)
    return house.constraints.say(actor or operator(house), wanted, None)


def decisions(house, fire):
    return house.verdicts.of_fire(operator(house), fire)


def what_if(house, fire, **asked):
    return house.what_if.ask(operator(house), fire, Question(**asked))


def test_sending_what_was_suggested_is_an_acceptance_kept_whole(house):
    fire = fire_at(house)
    told = suggest(house)
    units = codes(mine(told, fire))
    house.verdicts.shown(operator(house), fire, told["number"])
    house.intake.clock.advance(seconds=40)
    house.verdicts.shown(operator(house), fire, told["number"])
    send(house, fire, units, Choice(told["number"]))
    (one,) = decisions(house, fire)
    assert (one["verdict"], one["suggestion"], one["by"]) == ("accepted", told["number"], "local")
    assert sorted(one["suggested"]) == sorted(one["sent"]) == sorted(units)
    assert one["seconds"] == 40.0
    drain(house.worlds.engine)
    query = text("select body from event_log where kind = 'suggestion.decided'")
    with house.worlds.engine.connect() as conn:
        (event,) = conn.scalars(query)
        done = audit.last_done(conn, operator(house), str(fire), "suggestion.accepted")
    assert event == one
    assert done["actor"] == "local"


def test_unit_that_is_taken_out_is_not_offered_to_that_fire_again_for_a_while(house):
    fire = fire_at(house)
    told = suggest(house)
    first, *rest = codes(mine(told, fire))
    choice = Choice(told["number"], why="reserve", note="остаётся на базе")
    send(house, fire, rest, choice)
    (one,) = decisions(house, fire)
    assert (one["verdict"], one["removed"], one["added"]) == ("edited", [first], [])
    assert one["note"] == "остаётся на базе"
    again = mine(suggest(house), fire)
    assert first not in codes(again)
    stays = {each["unit"]: each["reason"] for each in again["not_sent"]}
    assert stays[first]["code"] == "dispatch.excluded_here"
    assert stays[first]["params"]["by"] == "local"
    house.intake.clock.advance(hours=7)
    assert house.constraints.listed(operator(house)) == []


def test_unit_that_was_added_is_told_and_a_foreign_number_is_refused(house):
    fire, other = fire_at(house), fire_at(house, 60.0, registered=False)
    told = suggest(house)
    with pytest.raises(NotFound):
        send(house, fire, ["plane"], Choice(told["number"] + 9))
    house.decisions.register(operator(house), other, {}, None, None)
    with pytest.raises(Conflict, match=r"decision\.other_fire"):
        send(house, other, ["plane"], Choice(told["number"]))
    send(house, fire, [*codes(mine(told, fire)), "plane"], Choice(told["number"]))
    (one,) = decisions(house, fire)
    assert (one["verdict"], one["added"]) == ("edited", ["plane"])
    assert decisions(house, other) == []


def test_rejection_has_a_reason_and_stands_until_something_else_is_suggested(house):
    fire = fire_at(house)
    told = suggest(house)
    with pytest.raises(Invalid) as refused:
        house.verdicts.reject(operator(house), fire, told["number"], WhyRejected.OTHER, " ", None)
    assert refused.value.field == "note"
    house.verdicts.reject(operator(house), fire, told["number"], WhyRejected.OWN_PLAN, "", None)
    now = house.suggestions.of_fire(operator(house), fire)
    assert (now["decision"]["verdict"], now["decision"]["same"]) == ("rejected", True)
    suggest(house)
    assert house.suggestions.of_fire(operator(house), fire)["decision"]["same"] is True
    say(house, EXCLUDE, codes(mine(told, fire))[0])
    suggest(house)
    assert house.suggestions.of_fire(operator(house), fire)["decision"]["same"] is False


def test_second_of_two_dispatchers_is_told_who_decided_first(house):
    fire = fire_at(house)
    told = suggest(house)
    number, units = told["number"], codes(mine(told, fire))
    house.verdicts.reject(colleague(house), fire, number, WhyRejected.OWN_PLAN, "", None)
    with pytest.raises(Conflict) as refused:
        send(house, fire, units, Choice(number))
    assert refused.value.code == "decision.already"
    assert (refused.value.params["by"], refused.value.params["asks"]) == ("petrova", "local")
    assert house.orders.of_fire(operator(house), fire) == [], "nothing of it was sent"
    again = suggest(house)
    send(house, fire, units, Choice(again["number"]))
    with pytest.raises(Conflict, match=r"decision\.already"):
        house.verdicts.reject(
            colleague(house), fire, again["number"], WhyRejected.NOT_NEEDED, "", None
        )


def test_excluded_unit_stays_and_a_pinned_one_goes(house):
    fire, far = fire_at(house), fire_at(house, 60.0)
    before = suggest(house)
    first = codes(mine(before, fire))[0]
    say(house, EXCLUDE, first, why=WhyKept.RESERVE)
    say(house, PIN, "engine-3" if first != "engine-3" else "engine-2", far)
    told = suggest(house)
    assert first not in {unit for part in told["fires"] for unit in codes(part)}
    (pin,) = mine(told, far)["pins"]
    assert pin["goes"] is True
    roles = {one["unit"]: one["role"] for one in mine(told, far)["units"]}
    assert roles[pin["unit"]] == "pinned"
    with house.worlds.engine.connect() as conn:
        kept = suggestions.get(conn, operator(house), told["number"])
    again = solved(problem_of(kept.input), house.suggestions.params)
    assert again.solved.best.objective == kept.objective, "the same input, the same answer"
    assert again.tasks[pin["unit"]] == str(far)


def test_pin_that_cannot_be_kept_says_why(house):
    fire = fire_at(house)
    say(house, PIN, "plane", fire)
    (pin,) = mine(suggest(house), fire)["pins"]
    assert (pin["unit"], pin["goes"]) == ("plane", False)
    assert pin["reason"]["code"] == "dispatch.looks_only"
    assert pin["said"]["params"]["by"] == "local"


@pytest.mark.parametrize(
    ("standing", "asked", "code"),
    [
        ((PIN, 0), (EXCLUDE, 0), "constraint.pinned"),
        ((PIN, 0), (EXCLUDE, None), "constraint.pinned"),
        ((PIN, 0), (PIN, 1), "constraint.pinned_elsewhere"),
        ((EXCLUDE, None), (PIN, 1), "constraint.excluded"),
        ((EXCLUDE, 1), (PIN, 1), "constraint.excluded"),
        ((EXCLUDE, None), (EXCLUDE, 0), "constraint.stands"),
    ],
)
def test_contradiction_is_refused_with_both_names(house, standing, asked, code):
    fires = {0: fire_at(house), 1: fire_at(house, 60.0), None: None}
    say(house, standing[0], "engine-1", fires[standing[1]], actor=colleague(house))
    with pytest.raises(Conflict) as refused:
        say(house, asked[0], "engine-1", fires[asked[1]])
    assert refused.value.code == code
    assert refused.value.params["by"] == "petrova"
    assert refused.value.params["asks"] == "local"
    (only,) = house.constraints.listed(operator(house))
    house.constraints.withdraw(operator(house), UUID(only["id"]), only["version"], None)
    say(house, asked[0], "engine-1", fires[asked[1]])


def test_words_about_one_fire_leave_others_alone(house):
    one, other = fire_at(house), fire_at(house, 60.0)
    say(house, EXCLUDE, "engine-1", one)
    say(house, PIN, "engine-1", other)
    assert {each["kind"] for each in house.constraints.listed(operator(house))} == {
        "exclude",
        "pin",
    }
    (about,) = house.constraints.listed(operator(house), one)
    assert about["kind"] == "exclude"


def test_nobody_sends_what_a_colleague_keeps_out_but_people_may_change_their_own_mind(house):
    fire, other = fire_at(house), fire_at(house, 60.0)
    say(house, EXCLUDE, "engine-0", actor=colleague(house))
    say(house, PIN, "engine-1", other, actor=colleague(house))
    say(house, EXCLUDE, "engine-2", fire)
    for unit, code in (("engine-0", "order.unit_excluded"), ("engine-1", "order.unit_pinned")):
        with pytest.raises(Conflict) as refused:
            send(house, fire, ["engine-3", unit])
        assert refused.value.code == code
        assert (refused.value.errors[0].field, refused.value.params["by"]) == ("units.1", "petrova")
    send(house, fire, ["engine-2", "engine-3"])
    left = {each["unit"] for each in house.constraints.listed(operator(house))}
    assert left == {"engine-0", "engine-1"}, "one's own word is taken back by the order"
    send(house, other, ["engine-1"])
    left = {each["unit"] for each in house.constraints.listed(operator(house))}
    assert left == {"engine-0"}, "a pin is spent by the order that it asked for"


def test_wrong_words_are_named_by_field(house):
    fire = fire_at(house)
    wrong = (
        (Wanted(EXCLUDE, "engine-9", None, WhyKept.RESERVE), "unit"),
        (Wanted(PIN, "engine-1", None, WhyKept.RESERVE), "fire_id"),
        (Wanted(EXCLUDE, "engine-1", None, WhyKept.OTHER), "note"),
        (Wanted(EXCLUDE, "engine-1", None, WhyKept.RESERVE, until=NOW - timedelta(1)), "until"),
    )
    for wanted, field in wrong:
        with pytest.raises(Invalid) as refused:
            house.constraints.say(operator(house), wanted, None)
        assert refused.value.field == field
    send(house, fire, ["engine-1"])
    with pytest.raises(Conflict, match=r"order\.unit_taken"):
        say(house, EXCLUDE, "engine-1", fire)
    with pytest.raises(NotFound):
        house.constraints.withdraw(operator(house), uuid4(), None, None)


def test_what_if_a_unit_fails_answers_without_writing_anything(house):
    fire = fire_at(house)
    told = suggest(house)
    first = codes(mine(told, fire))[0]
    answer = what_if(house, fire, without=(first,))
    assert answer["number"] == told["number"]
    assert answer["removed"] == [first]
    assert first not in [one["unit"] for one in answer["after"]["units"]]
    assert answer["loss_ha"]["after"] >= answer["loss_ha"]["before"]
    assert house.suggestions.newest(operator(house)) == told
    assert house.constraints.listed(operator(house)) == []


def test_what_if_the_wind_rises_the_fire_is_larger_and_reaches_the_town_sooner(house):
    fire = fire_at(house)
    suggest(house)
    calm = what_if(house, fire, wind=Blow(0.0, 5.0))
    storm = what_if(house, fire, wind=Blow(0.0, 40.0))
    area = [one["after"]["expected"]["area_ha"] or float("inf") for one in (calm, storm)]
    assert area[0] < area[1]
    assert storm["assumed"][-1]["code"] == "whatif.wind_was_unknown"
    assert calm["loss_ha"]["after"] < storm["loss_ha"]["after"]


def test_what_if_a_unit_stood_at_the_fire_it_would_be_there_first(house):
    fire = fire_at(house)
    told = suggest(house)
    last = codes(mine(told, fire))[-1]
    before = next(one for one in mine(told, fire)["units"] if one["unit"] == last)
    answer = what_if(house, fire, placed=(Placed(last, (LON, LAT - 2 * KM_LAT)),))
    after = next(one for one in answer["after"]["units"] if one["unit"] == last)
    assert after["arrive_h"] < before["arrive_h"]


def test_what_if_refuses_what_it_cannot_answer(house):
    fire = fire_at(house)
    with pytest.raises(NotFound, match=r"whatif\.nothing_suggested"):
        what_if(house, fire, without=("engine-1",))
    suggest(house)
    with pytest.raises(Invalid, match=r"whatif\.nothing_asked"):
        what_if(house, fire)
    with pytest.raises(Invalid) as refused:
        what_if(house, fire, placed=(Placed("engine-9", (LON, LAT)),))
    assert refused.value.field == "placed.0.unit"


def test_unit_covers_a_bared_base_by_the_same_ladder_and_may_still_be_sent(house):
    fire = fire_at(house)
    bared = StationCard("bared", StationKind.AIR_BASE, (LON, LAT - 2 * KM_LAT))
    house.stations.create(operator(house), bared, None)
    with pytest.raises(Invalid) as refused:
        send(house, fire, ["engine-0"], station="base")
    assert refused.value.code == "order.station_own"
    (order,) = send(house, fire, ["engine-0"], station="bared")
    assert (order["status"], order["station"]) == ("ordered", "bared")
    with pytest.raises(Conflict, match=r"order\.unit_covers"):
        send(house, fire, ["engine-0"], station="bared")
    assert house.fires.detail(operator(house), fire)["status"] == "registered"
    for to in ("departed", "arrived"):
        house.orders.step(
            operator(house), UUID(order["id"]), OrderStep(OrderStatus(to)), None, None
        )
    (unit,) = [one for one in mine(suggest(house), fire)["units"] if one["unit"] == "engine-0"]
    assert unit["base"] == "bared", "it stands there and counts there"
    send(house, fire, ["engine-0"])
    ended, going = house.orders.of_fire(operator(house), fire)
    assert (ended["status"], ended["reasons"][0]["code"]) == ("released", "order.cover_over")
    assert (going["status"], going["station"]) == ("ordered", None)


def test_scores_tell_what_people_made_of_suggestions_and_who_came_when(house):
    fire, other = fire_at(house), fire_at(house, 60.0)
    told = suggest(house)
    house.verdicts.reject(operator(house), other, told["number"], WhyRejected.WRONG_DATA, "", None)
    first = mine(told, fire)["units"][0]
    eta = NOW + timedelta(hours=1)
    line = Line(first["unit"], "station", eta)
    sent = house.orders.send(operator(house), fire, [line], Choice(told["number"]), None)
    house.intake.clock.advance(hours=1, minutes=20)
    order = UUID(sent["orders"][0]["id"])
    house.orders.step(operator(house), order, OrderStep(OrderStatus.ARRIVED), None, None)
    scores = house.verdicts.scores(operator(house), None, None)
    assert (scores["decisions"], scores["rejected"], scores["why"]) == (2, 1, {"wrong_data": 1})
    assert scores["rejected_share"] == 0.5
    assert (scores["arrivals"], scores["late_min"]) == (1, 20.0)
    later = house.verdicts.scores(operator(house), NOW + timedelta(days=1), None)
    assert (later["decisions"], later["accepted_share"], later["arrivals"]) == (0, None, 0)
    about = house.verdicts.scores_of(operator(house), fire)
    assert about["followed"]["suggestion"] == told["number"]
    assert about["followed"]["contained_at"] is None
    assert house.verdicts.scores_of(operator(house), other)["followed"] is None
