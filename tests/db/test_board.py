"""The official's board: his territory, what changed since he looked, what waits for his word."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from shapely.geometry import Point, box

from sylvan.domain.actors import Level
from sylvan.domain.board_look import GRACE
from sylvan.domain.codes import Forbidden, Invalid, NotFound
from sylvan.domain.command.notices import Answer
from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.documents import DocumentKind
from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.services.documents import NewDocument
from sylvan.services.log import drain
from sylvan.services.orders import OrderStep
from sylvan.services.orders_free import Line
from tests.db import books
from tests.db.helpers import (
    NOW,
    ORIGIN,
    firms_file,
    installation,
    load_layer,
    near,
    opened,
    operator,
    replay_world,
    take,
)

CREWS = ("crew-1", "crew-2")


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        lon, lat = ORIGIN
        west, east = (
            box(lon - 2, lat - 2, lon + 1, lat + 2),
            box(lon + 1, lat - 2, lon + 9, lat + 2),
        )
        load_layer(made, "municipality", ("west", west, {}), ("east", east, {}))
        load_layer(made, "settlement", ("town", Point(lon + 0.1, lat), {"population": 900}))
        base = StationCard("base", StationKind.FIRE_STATION, ORIGIN)
        made.stations.create(operator(made), base, None)
        for code in CREWS:
            made.units.create(operator(made), UnitCard(code, UnitKind.GROUND_CREW, "base"), None)
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def official(house, *territories, level=Level.MUNICIPALITY):
    who = replace(operator(house), subject="ivanov", name="Иванов", role="official", level=level)
    return replace(who, territories=territories) if territories else who


def fire_at(house, east_km=0.0, *, registered=True) -> UUID:
    rows = near(east_km, 0.0, house.intake.clock() - timedelta(hours=2))
    take(house, f"f{east_km}-{house.intake.clock():%H%M}.csv", firms_file(rows))
    known = house.picture.snapshot(operator(house))["fires"]
    fire = UUID(max(known, key=lambda one: one["received_at"] + one["id"])["id"])
    house.intake.clock.advance(minutes=1)
    if registered:
        house.decisions.register(operator(house), fire, {}, None, None)
    return fire


def board(house, *territories, ask=None, **other):
    return house.board.read(official(house, *territories, **other), ask)


def told(read):
    return [(one["what"], one["fire_id"]) for one in read["changes"]["rows"]]


def looked(house, *, leaving=False):
    now = house.intake.clock()
    return house.board.looked(official(house), now, leaving=leaving)


def test_an_empty_board_says_that_nothing_burns(house):
    read = board(house)
    assert set(read["counts"].values()) == {0}
    assert read["fires"] == {"rows": [], "more": 0}
    assert read["changes"]["first"] is True
    assert read["danger"]["worst"] is None
    assert read["danger"]["assumed"][0]["code"] == "danger.no_weather"
    assert read["forces"]["ready"] == read["forces"]["total"] == 2


def test_fires_count_where_they_burn_and_others_are_near_or_unseen(house):
    mine = fire_at(house)
    beyond = fire_at(house, 62.0)  # ten kilometres beyond the border
    fire_at(house, 300.0)
    read = board(house, "west")
    assert read["counts"]["active"] == 1
    assert read["counts"]["near"] == 1
    inside = {one["id"]: one["inside"] for one in read["fires"]["rows"]}
    assert inside == {str(mine): True, str(beyond): False}
    assert board(house)["counts"]["active"] == 3
    assert board(house, ask="east")["counts"]["active"] == 2
    assert board(house, "west", "east", ask="west")["counts"]["active"] == 1


def test_a_territory_of_others_is_refused(house):
    with pytest.raises(NotFound, match=r"board\.not_yours"):
        board(house, "west", ask="east")
    with pytest.raises(NotFound, match=r"board\.not_yours"):
        house.board.seasons(official(house, "west"), "*")


def test_what_changed_is_told_until_it_is_said_that_it_was_seen(house):
    fire = fire_at(house)
    assert ("registered", str(fire)) in told(board(house))
    looked(house)
    assert told(board(house)) == []
    house.intake.clock.advance(minutes=5)
    signal = fire_at(house, 40.0, registered=False)
    assert told(board(house)) == [("signal", str(signal))]
    assert told(board(house, "east")) == []
    house.decisions.reject(operator(house), signal, {"reason": "foreign"}, None, None)
    assert told(board(house)) == [("rejected", str(signal))]


def test_leaving_counts_only_after_a_while_and_a_word_can_be_taken_back(house):
    fire = fire_at(house)
    before = board(house)["changes"]["since"]
    looked(house, leaving=True)
    assert ("registered", str(fire)) in told(board(house))  # reloaded
    house.intake.clock.now += GRACE
    assert told(board(house)) == []
    page = house.board.read(official(house), None, before)  # an open page has its own beginning
    assert ("registered", str(fire)) in told(page)
    house.board.looked(official(house), before, leaving=False)
    assert ("registered", str(fire)) in told(board(house))


def test_a_look_is_ones_own_and_of_one_world(house):
    fire_at(house)
    looked(house)
    other = replace(official(house), subject="petrov")
    assert house.board.read(other, None)["changes"]["total"] > 0
    replay = replay_world(house, "august")
    house.board.looked(official(house).in_world(replay), NOW, leaving=False)
    assert board(house)["changes"]["first"] is False
    assert told(board(house)) == []


def test_a_moment_to_come_is_refused(house):
    with pytest.raises(Invalid, match=r"board\.ahead"):
        house.board.looked(official(house), NOW + timedelta(days=1), leaving=False)


def test_a_fire_that_is_over_and_long_unseen_is_still_told(house):
    fire = fire_at(house)
    looked(house)
    house.intake.clock.advance(days=8)
    facts = {"final_area_ha": 3.0, "cause": "молния"}
    house.decisions.change_status(operator(house), fire, "out", facts, None, None)
    assert told(board(house)) == [("out", str(fire))]
    assert board(house)["counts"]["active"] == 0


def test_a_settlement_in_the_way_is_told_with_its_fire_and_only_where_it_lies(house):
    fire = fire_at(house)
    read = board(house)
    (threat,) = [one for one in read["threats"]["rows"] if one["kind"] == "settlement"]
    assert (threat["code"], threat["fire_id"], threat["people"]) == ("town", str(fire), 900)
    assert read["threats"]["settlements"] == 1
    assert ("near", str(fire)) in told(read)
    assert board(house, "east")["threats"]["rows"] == []


def test_a_request_waits_for_the_word_of_its_level(house):
    fire = fire_at(house)
    station = replace(operator(house), level=Level.STATION, subject="post")
    lines = [Line("crew-1", "group"), Line("crew-2", "republic")]
    house.orders.send(station, fire, lines, None, None)
    local, region = board(house, "west"), board(house, level=Level.REGION)
    units = [[one["order"]["unit"] for one in read["asked"]["orders"]] for read in (local, region)]
    assert units == [["crew-1"], ["crew-1", "crew-2"]]
    (asked,) = local["asked"]["orders"]
    assert asked["fire"]["number"]
    assert asked["unit"]["kind"] == "ground_crew"
    yes = OrderStep(OrderStatus.APPROVED)
    order = UUID(asked["order"]["id"])
    house.orders.step(official(house, "west"), order, yes, asked["order"]["version"], None)
    assert board(house, "west")["asked"]["orders"] == []
    (higher,) = board(house, level=Level.REGION)["asked"]["orders"]
    with pytest.raises(Forbidden, match=r"order\.not_your_rung"):
        house.orders.step(official(house, "west"), UUID(higher["order"]["id"]), yes, None, None)


def test_a_proposed_regime_waits_for_its_own_municipality(house):
    fire_at(house, 4.0)  # a settlement is nearer than ten kilometres
    house.regimes.look(installation(house))
    (asked,) = board(house, "west")["asked"]["notices"]
    assert (asked["notice"]["theme"], asked["notice"]["key"]) == ("regime", "west")
    assert board(house, "east")["asked"]["notices"] == []
    assert board(house, "west", level=Level.DISTRICT)["asked"]["notices"] == []
    said = UUID(asked["notice"]["id"])
    house.notices.answer(official(house, "west"), said, Answer.DISMISSED, "Потушен", None, None)
    assert board(house, "west")["asked"]["notices"] == []


def test_forces_are_those_based_here_and_those_who_came_to_help(house):
    fire = fire_at(house, 100.0)
    house.orders.send(operator(house), fire, [Line("crew-1", "station")], None, None)
    west, east = board(house, "west")["forces"], board(house, "east")["forces"]
    assert (west["ready"], west["sent"], west["from_elsewhere"]) == (1, 1, 0)
    assert (east["total"], east["from_elsewhere"]) == (0, 1)
    (row,) = board(house, "east")["fires"]["rows"]
    assert (row["units_sent"], row["units_working"]) == (1, 0)


def test_years_are_compared_as_far_as_they_are_stored(house):
    fire_at(house)
    read = house.board.seasons(official(house, "west"), None)
    assert read["this_year"] | {"area_ha": 0} == {
        "year": 2026,
        "world": None,
        "seen": 1,
        "registered": 1,
        "area_ha": 0,
    }
    assert read["past"] == []
    assert house.board.seasons(official(house, "east"), None)["this_year"] is None


def test_a_bulletin_is_shown_before_it_is_issued_and_what_differs_after(house):
    who = official(house, "west")
    fire_at(house)
    first = house.board.bulletin(who, "ru")
    assert first["issued"] is None
    assert first["fields"]["registered"] == 1
    assert [one["key"] for one in first["fields"]["places"]] == ["west"]
    asked = NewDocument(DocumentKind.BULLETIN, day=first["day"])
    issued = house.documents.issue(who, asked, None)
    again = house.board.bulletin(who, "ru")
    assert (again["issued"]["number"], again["differs"]) == (issued["number"], 0)
    assert board(house, "west")["bulletin"]["number"] == issued["number"]
    fire_at(house, 5.0)
    assert house.board.bulletin(who, "ru")["differs"] > 0
