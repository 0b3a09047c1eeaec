"""Crews on the line: who is not heard, on whom the wind turns, to whom the edge comes near."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from shapely.geometry import MultiPolygon, box
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Level
from sylvan.domain.codes import Conflict, Forbidden, Invalid
from sylvan.domain.command.notices import Answer
from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.places import LonLat
from sylvan.services.log import drain
from sylvan.services.orders import Line, OrderStatus, OrderStep
from sylvan.services.safety import Heard
from sylvan.store import events, fires, forecasts
from sylvan.store.forecasts import Basis, Contour, Kept
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    firms_file,
    installation,
    near,
    opened,
    operator,
    replay_world,
    take,
)

HOUR = timedelta(hours=1)
LON, LAT = ORIGIN


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        base = StationCard("base", StationKind.FIRE_STATION, ORIGIN)
        made.stations.create(operator(made), base, None)
        for code in ("crew-1", "crew-2"):
            made.units.create(operator(made), UnitCard(code, UnitKind.GROUND_CREW, "base"), None)
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


@pytest.fixture
def fire(house):
    take(house, "f.csv", firms_file(near(0.0, 0.0, NOW - 2 * HOUR)))
    (known,) = house.picture.snapshot(operator(house))["fires"]
    house.decisions.register(operator(house), UUID(known["id"]), {}, None, None)
    return UUID(known["id"])


def arrived(house, fire, *codes):
    """Crews are ordered there and arrive."""
    lines = [Line(code, "station") for code in codes]
    for order in house.orders.send(operator(house), fire, lines, None, None)["orders"]:
        step = OrderStep(OrderStatus.ARRIVED)
        house.orders.step(operator(house), UUID(order["id"]), step, None, None)


def unit_id(house, code):
    return UUID(
        next(one["id"] for one in house.units.listed(operator(house)) if one["code"] == code)
    )


def look(house):
    return house.safety.look(installation(house))


def standing(house):
    return {one["kind"]: one for one in house.notices.listed(operator(house))}


def at(house, code, east_km):
    """A tracker tells where a crew is."""
    lon = LON + east_km / 52.3  # km per degree at 62° N
    when = house.intake.clock().isoformat()
    body = f"unit,at,lon,lat\n{code},{when},{lon:.5f},{LAT}\n".encode()
    assert house.positions.take(operator(house), "p.csv", body)["kept"] == 1


def forecast(house, fire, *, reach_km=2.0, wind=((180, 20), (180, 20), (250, 20))):
    """A forecast whose widest contour reaches so far around the origin within three hours."""
    now = house.intake.clock()
    deg = reach_km * KM_LAT
    shape = MultiPolygon([box(LON - deg * 2.13, LAT - deg, LON + deg * 2.13, LAT + deg)])
    hours = [
        {"at": (now + hour * HOUR).isoformat(), "from_deg": a, "km_h": v, "ffmc": 90.0}
        for hour, (a, v) in enumerate(wind)
    ]
    with house.worlds.engine.begin() as conn:
        actor = installation(house)
        known = fires.get(conn, actor, fire)
        basis = Basis(known.version, known.measured.last_seen, None, known.measured.area_ha)
        kept = Kept(
            *(uuid7(), fire, now, now, 24, 20, 1, "test", (), basis, (), tuple(hours), True, ())
        )
        forecasts.add(conn, actor, kept, [Contour(6, 10, 900.0, shape)], (6,), now)


def test_crew_that_says_where_it_is_stands_there_on_every_map(house, fire):
    arrived(house, fire, "crew-1")
    there = LonLat(LON + 0.01, LAT)
    crew = house.safety.check_in(
        operator(house), unit_id(house, "crew-1"), Heard(point=there), None
    )
    assert crew["point"] == pytest.approx(there)
    (unit,) = [one for one in house.units.listed(operator(house)) if one["code"] == "crew-1"]
    assert (unit["position"]["source"], unit["position"]["point"]) == ("person", list(there))
    drain(house.worlds.engine)
    with house.worlds.engine.connect() as conn:
        told = [one for one in events.read(conn, 0, 1000) if one.kind == "unit.position"]
    assert [one.body["positions"][0]["code"] for one in told][-1:] == ["crew-1"]


def test_crew_that_does_not_check_in_is_told_once_and_a_call_ends_it(house, fire):
    arrived(house, fire, "crew-1", "crew-2")
    assert look(house) == 0
    house.intake.clock.advance(hours=2, minutes=10)
    told = house.safety.of_fire(operator(house), fire)
    assert [one["overdue"] for one in told["crews"]] == [True, True]
    assert look(house) == 0, "within the grace nobody is alarmed"
    house.intake.clock.advance(minutes=6)
    house.safety.check_in(operator(house), unit_id(house, "crew-2"), Heard(), None)
    assert look(house) == 1
    assert look(house) == 0, "told once"
    notice = standing(house)["silent"]
    assert (notice["units"], notice["fire_id"]) == (["crew-1"], str(fire))
    assert house.picture.snapshot(operator(house))["notices"] == [notice]
    crew = house.safety.check_in(operator(house), unit_id(house, "crew-1"), Heard(note="все"), None)
    assert (crew["silent"], crew["heard"], crew["heard_by"]) == (False, "check_in", "local")
    assert standing(house) == {}
    (over,) = house.safety.of_fire(operator(house), fire)["over"]
    assert over["state"] == "over"


def test_silence_that_was_seen_is_told_again_after_the_next_call_that_is_missed(house, fire):
    arrived(house, fire, "crew-1")
    house.intake.clock.advance(hours=2, minutes=16)
    look(house)
    notice = standing(house)["silent"]
    seen = house.notices.answer(
        operator(house), UUID(notice["id"]), Answer.SEEN, "", notice["version"], None
    )
    assert (seen["state"], seen["answered_by"], seen["answers"]) == ("answered", "local", [])
    house.intake.clock.advance(hours=1)
    assert look(house) == 0
    house.intake.clock.advance(hours=1)
    assert look(house) == 1
    assert standing(house)["silent"]["state"] == "open"


def test_crew_that_left_the_fire_is_no_longer_waited_for(house, fire):
    arrived(house, fire, "crew-1")
    house.intake.clock.advance(hours=3)
    look(house)
    (order,) = house.orders.of_fire(operator(house), fire)
    step = OrderStep(OrderStatus.RELEASED)
    house.orders.step(operator(house), UUID(order["id"]), step, None, None)
    assert look(house) == 1
    assert standing(house) == {}
    with pytest.raises(Conflict, match=r"safety\.not_at_fire"):
        house.safety.check_in(operator(house), unit_id(house, "crew-1"), Heard(), None)


def test_turning_wind_is_told_to_all_crews_at_the_front_in_one_notice(house, fire):
    arrived(house, fire, "crew-1", "crew-2")
    at(house, "crew-2", 9.0)
    forecast(house, fire, reach_km=0.1)
    assert look(house) == 1
    notice = standing(house)["wind_shift"]
    assert notice["units"] == ["crew-1"], "the other one is in the camp"
    assert notice["reason"]["params"] == {"hours": 2, "deg": 70, "from_deg": 250, "km_h": 20}
    house.intake.clock.advance(minutes=1)
    at(house, "crew-2", 1.0)
    assert look(house) == 1, "it came to the front: it is told, too"
    assert standing(house)["wind_shift"]["units"] == ["crew-1", "crew-2"]


def test_edge_that_comes_near_is_told_and_again_where_a_crew_stands_on_its_way(house, fire):
    arrived(house, fire, "crew-1")
    at(house, "crew-1", 2.5)
    forecast(house, fire, reach_km=2.0, wind=((180, 20),))
    assert look(house) == 1
    notice = standing(house)["edge_near"]
    assert notice["reason"]["code"] == "safety.edge_near"
    assert notice["reason"]["params"]["km"] == pytest.approx(0.5, abs=0.1)
    house.intake.clock.advance(minutes=5)
    forecast(house, fire, reach_km=4.0, wind=((180, 20),))
    assert look(house) == 1
    assert standing(house)["edge_near"]["reason"]["code"] == "safety.edge_here"
    house.intake.clock.advance(minutes=5)
    at(house, "crew-1", 9.0)
    assert look(house) == 0, "gone for a moment only"
    house.intake.clock.advance(minutes=31)
    assert look(house) == 1
    assert standing(house) == {}


def test_what_cannot_be_watched_is_said(house, fire):
    arrived(house, fire, "crew-1")
    told = house.safety.of_fire(operator(house), fire)["unwatched"]
    assert [one["reason"]["code"] for one in told] == ["safety.no_forecast", "safety.no_position"]
    forecast(house, fire)
    at(house, "crew-1", 1.0)
    assert house.safety.listed(operator(house))["unwatched"] == []
    house.intake.clock.advance(hours=5)
    (old,) = house.safety.listed(operator(house))["unwatched"]
    assert old["reason"]["code"] == "safety.no_forecast", "an old forecast watches nobody"


def test_answers_are_checked_and_the_second_one_is_told_who_was_faster(house, fire):
    arrived(house, fire, "crew-1")
    house.intake.clock.advance(hours=3)
    look(house)
    notice = standing(house)["silent"]
    one = UUID(notice["id"])
    with pytest.raises(Invalid):
        house.notices.answer(operator(house), one, Answer.KEPT, "так", 1, None)
    partner = replace(operator(house), level=Level.PARTNER)
    with pytest.raises(Forbidden):
        house.notices.answer(partner, one, Answer.SEEN, "", 1, None)
    house.notices.answer(operator(house), one, Answer.SEEN, "", 1, "k")
    again = house.notices.answer(operator(house), one, Answer.SEEN, "", 1, "k")
    assert again["state"] == "answered"
    with pytest.raises(Conflict) as refused:
        house.notices.answer(operator(house), one, Answer.SEEN, "", 1, None)
    assert refused.value.params["by"] == "local"


def test_call_ahead_of_now_or_before_the_arrival_is_refused_by_field(house, fire):
    arrived(house, fire, "crew-1")
    crew = unit_id(house, "crew-1")
    for moment in (NOW + HOUR, NOW - HOUR):
        with pytest.raises(Invalid) as refused:
            house.safety.check_in(operator(house), crew, Heard(moment), None)
        assert refused.value.field == "at"


def test_crews_of_one_world_are_not_seen_in_another(house, fire):
    arrived(house, fire, "crew-1")
    house.intake.clock.advance(hours=3)
    look(house)
    replay_world(house, "august")
    assert house.safety.listed(operator(house, "august"))["crews"] == []
    assert house.notices.listed(operator(house, "august")) == []
