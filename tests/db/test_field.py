"""Invented units of a played world: they leave, are on their way, arrive, work, and come home."""

from datetime import datetime, timedelta
from itertools import pairwise
from threading import Event, Thread
from uuid import UUID

import pytest
from shapely.geometry import LineString, box

from sylvan import wiring
from sylvan.domain.actors import Level
from sylvan.domain.codes import Invalid
from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.places import LonLat, distance_m
from sylvan.jobs import field
from sylvan.services.log import drain
from sylvan.services.orders import Line, OrderStep
from sylvan.settings import Settings
from sylvan.store import layers
from sylvan.store.layers import Item, Layer
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    NOWHERE,
    ORIGIN,
    SetClock,
    firms_file,
    near,
    opened,
    operator,
    replay_world,
    take,
)

LON, LAT = ORIGIN
PLAYED = "played"
FIRE = LonLat(LON, LAT)
RATE = 60.0


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def house(fresh_db_url, clock):
    with opened(fresh_db_url, clock=clock) as made:
        around = box(LON - 1.5, LAT - 0.7, LON + 1.5, LAT + 0.7)
        road = LineString([(LON - 1.0, LAT - 2 * KM_LAT), (LON + 1.0, LAT - 2 * KM_LAT)])
        load(made, "boundary", around)
        load(made, "road", road)
        replay_world(made, PLAYED, rate=RATE)
        populate(made, PLAYED)
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def load(house, kind, shape):
    layer = Layer(kind, NOWHERE, kind, {"ru": kind, "en": kind}, "test", "CC0-1.0", sample=False)
    with house.worlds.engine.begin() as conn:
        item = Item("1", {"ru": "", "en": ""}, shape, {})
        layers.replace(conn, layer, [item], house.intake.clock())


def populate(house, world, *, sample=True):
    actor = operator(house, world)
    place = (LON + 0.8, LAT - 2 * KM_LAT)
    house.stations.create(actor, StationCard("base", StationKind.AIR_BASE, place), None)
    for code, kind in (
        ("helicopter", UnitKind.HELICOPTER),
        ("engine", UnitKind.ENGINE),
        ("team", UnitKind.PARTNER_CREW),
        ("boat", UnitKind.BOAT),
    ):
        house.units.create(actor, UnitCard(code, kind, "base", sample=sample), None)


def fire_in(house, world=PLAYED):
    take(house, f"{world}.csv", firms_file(near(0.0, 0.0, NOW - timedelta(hours=2))), world)
    (fire,) = house.picture.snapshot(operator(house, world))["fires"]
    house.decisions.register(operator(house, world), UUID(fire["id"]), {}, None, None)
    return UUID(fire["id"])


def send(house, fire, *units, world=PLAYED):
    lines = [Line(one, "station") for one in units]
    return house.orders.send(operator(house, world), fire, lines, None, None)["orders"]


def turn(house, world=PLAYED):
    field.turn(house, house.worlds.named(world))


def unit(house, code, world=PLAYED):
    found = house.units.listed(operator(house, world))
    return next(one for one in found if one["code"] == code)


def order(house, fire, code="engine", world=PLAYED):
    found = house.orders.of_fire(operator(house, world), fire)
    return next(one for one in found if one["unit"] == code)


def stamp(told, status):
    return datetime.fromisoformat(next(s["at"] for s in told["stamps"] if s["status"] == status))


def far(house, code):
    return distance_m(LonLat(*unit(house, code)["position"]["point"]), FIRE)


def play(house, clock, *, until, minutes=5.0, most=400):
    """Turns by the world's clock, so many of its minutes apart, until something is so."""
    for _ in range(most):
        turn(house)
        if until():
            return
        clock.advance(minutes=minutes / RATE)
    raise AssertionError("it never came to that")


def ways(house):
    return {one["unit"]: one for one in house.ways.coming(operator(house, PLAYED))}


def test_ordered_unit_leaves_when_it_is_ready_and_arrives_no_earlier_than_its_way_allows(
    house, clock
):
    fire = fire_in(house)
    send(house, fire, "engine")
    begun = house.worlds.named(PLAYED).now(clock())
    way = ways(house)["engine"]
    turn(house)
    assert unit(house, "engine")["status"] == "assigned"
    play(house, clock, until=lambda: unit(house, "engine")["status"] == "at_fire")
    told = order(house, fire)
    left, there = stamp(told, "departed"), stamp(told, "arrived")
    turnout_h = house.units.get(operator(house, PLAYED), UUID(unit(house, "engine")["id"]))["specs"]
    assert (left - begun) / timedelta(hours=1) == pytest.approx(turnout_h["turnout_h"]["value"])
    moving = sum(one["hours"] for one in way["legs"] if one["step"] != "turnout")
    assert (there - left) / timedelta(hours=1) == pytest.approx(moving, abs=0.02)
    by = {one["status"]: (one["by"], one["level"]) for one in told["stamps"]}
    assert by["arrived"] == ("crew:engine", Level.CREW.value)
    moments = [
        one["moment"]
        for one in house.fires.detail(operator(house, PLAYED), fire)["details"]["timeline"]
    ]
    assert {"departed", "arrived"} <= set(moments)


def test_tracker_only_comes_nearer_and_ends_at_the_fire(house, clock):
    fire = fire_in(house)
    send(house, fire, "helicopter")
    seen = []

    def there():
        seen.append(far(house, "helicopter"))
        return unit(house, "helicopter")["status"] == "at_fire"

    play(house, clock, until=there)
    turn(house)
    seen.append(far(house, "helicopter"))
    assert all(later <= earlier + 30.0 for earlier, later in pairwise(seen))
    assert len({round(one) for one in seen}) > 3
    assert far(house, "helicopter") < 200.0
    assert unit(house, "helicopter")["position"]["source"] == "gnss"


def test_without_a_tracker_there_is_no_report_before_the_radio_says_that_they_are_there(
    house, clock
):
    fire = fire_in(house)
    send(house, fire, "team")
    play(house, clock, until=lambda: unit(house, "team")["status"] == "en_route")
    clock.advance(minutes=10 / RATE)
    turn(house)
    assert unit(house, "team")["position"]["source"] == "station"
    way = ways(house)["team"]
    assert way["course"][0]["point"] == pytest.approx([LON + 0.8, LAT - 2 * KM_LAT], abs=1e-4)
    play(house, clock, until=lambda: unit(house, "team")["status"] == "at_fire", minutes=120)
    turn(house)
    assert unit(house, "team")["position"]["source"] == "person"


def test_released_unit_comes_home_and_is_free(house, clock):
    fire = fire_in(house)
    send(house, fire, "engine")
    play(house, clock, until=lambda: unit(house, "engine")["status"] == "at_fire")
    turn(house)
    clock.advance(minutes=60 / RATE)
    turn(house)
    given = order(house, fire)
    step = OrderStep(OrderStatus.RELEASED)
    house.orders.step(operator(house, PLAYED), UUID(given["id"]), step, given["version"], None)
    assert unit(house, "engine")["status"] == "returning"
    play(house, clock, until=lambda: unit(house, "engine")["status"] == "available")
    assert unit(house, "engine")["position"]["point"] == pytest.approx(
        [LON + 0.8, LAT - 2 * KM_LAT], abs=1e-3
    )


def test_killed_process_goes_on_where_it_was(house, clock, fresh_db_url):
    fire = fire_in(house)
    send(house, fire, "helicopter", "engine")
    play(house, clock, until=lambda: unit(house, "engine")["status"] == "en_route")
    before = ways(house)
    again = wiring.house(Settings(region=NOWHERE), house.worlds.engine, clock=clock)
    assert {one["unit"]: one for one in again.ways.coming(operator(again, PLAYED))} == before
    seen = far(house, "helicopter")
    clock.advance(minutes=10 / RATE)
    turn(again)
    assert far(house, "helicopter") <= seen
    play(again, clock, until=lambda: unit(house, "engine")["status"] == "at_fire")
    told = stamp(order(house, fire), "arrived").isoformat().replace("+00:00", "Z")
    assert told == before["engine"]["arrives_at"]


def test_nobody_goes_where_no_way_leads_and_what_a_person_says_counts(house, clock):
    fire = fire_in(house)
    given = send(house, fire, "boat", "engine")[1]
    turn(house)
    assert ways(house)["boat"]["course"] == []
    step = OrderStep(OrderStatus.ARRIVED)
    house.orders.step(operator(house, PLAYED), UUID(given["id"]), step, given["version"], None)
    turn(house)
    clock.advance(minutes=120 / RATE)
    turn(house)
    assert unit(house, "boat")["status"] == "assigned"
    assert far(house, "engine") < 200.0


def arrivals(house, fire, *codes):
    found = house.ways.arrivals(operator(house, PLAYED), fire, codes)
    return {one["unit"]: one for one in found}


def reasons(told):
    return [one["code"] for one in told["reasons"]]


def test_before_one_sends_the_way_is_told_or_why_there_is_none(house):
    fire = fire_in(house)
    before = arrivals(house, fire, "engine", "boat")
    send(house, fire, "engine", "boat")
    after = ways(house)
    assert before["engine"]["arrives_at"] == after["engine"]["arrives_at"]
    for told in (before["boat"], after["boat"]):
        assert (told["departs_at"], reasons(told)) == (None, ["travel.no_road_or_river"])
    with pytest.raises(Invalid) as refused:
        arrivals(house, fire, "engine", "nobody")
    assert refused.value.field == "unit.1"


def test_who_is_sent_beyond_the_range_of_its_kind_goes_all_the_same_and_that_is_told(house, clock):
    fire = fire_in(house)
    place = (LON + 1.0, LAT - 2 * KM_LAT)
    actor = operator(house, PLAYED)
    house.stations.create(actor, StationCard("village", StationKind.VILLAGE, place), None)
    card = UnitCard("patrol", UnitKind.VILLAGE_TEAM, "village", sample=True)
    house.units.create(actor, card, None)
    assert reasons(arrivals(house, fire, "patrol")["patrol"]) == ["travel.beyond_range"]
    send(house, fire, "patrol")
    play(house, clock, until=lambda: unit(house, "patrol")["status"] == "at_fire", minutes=60)


def test_only_invented_units_move_and_never_in_the_live_world(house, clock):
    populate(house, "live")
    live = fire_in(house, "live")
    send(house, live, "engine", world="live")
    replay_world(house, "real", rate=RATE)
    populate(house, "real", sample=False)
    real = fire_in(house, "real")
    send(house, real, "engine", world="real")
    clock.advance(hours=1)
    for world in ("live", "real"):
        turn(house, world)
        assert unit(house, "engine", world)["status"] == "assigned"
        assert unit(house, "engine", world)["position"]["source"] == "station"


def test_mover_ends_with_its_world(house):
    house.worlds.close(operator(house, PLAYED))
    stop = Event()
    mover = Thread(target=field.keep, args=(house, PLAYED, stop))
    mover.start()
    mover.join(60.0)
    ended = not mover.is_alive()
    stop.set()
    mover.join()
    assert ended
