"""Figures from what really happened in the house: stamps of decisions, orders, reports, batches."""

from datetime import timedelta
from uuid import UUID

import pytest
from shapely.geometry import box

from sylvan.domain.actors import Actor, Level
from sylvan.domain.codes import Invalid, NotFound
from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.figures.days import Step
from sylvan.domain.figures.model import State
from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.services.figures import Wanted
from sylvan.services.log import drain
from sylvan.services.orders import OrderStep
from sylvan.services.orders_free import Line
from tests.db.helpers import (
    NOW,
    ORIGIN,
    firms_file,
    load_layer,
    near,
    opened,
    operator,
    replay_world,
    take,
)

TODAY = Wanted(since=NOW.date(), until=NOW.date())


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        lon, lat = ORIGIN
        west, east = (
            box(lon - 2, lat - 2, lon + 1, lat + 2),
            box(lon + 1, lat - 2, lon + 9, lat + 2),
        )
        load_layer(made, "municipality", ("west", west, {}), ("east", east, {}))
        base = StationCard("base", StationKind.FIRE_STATION, ORIGIN)
        made.stations.create(operator(made), base, None)
        made.units.create(operator(made), UnitCard("crew", UnitKind.GROUND_CREW, "base"), None)
        yield made
        drain(made.worlds.engine)


def signal(house, east_km=0.0, world="live") -> UUID:
    """A signal comes in now."""
    rows = near(east_km, 0.0, house.intake.clock() - timedelta(hours=2))
    take(house, f"f{east_km}-{house.intake.clock():%H%M}.csv", firms_file(rows), world)
    known = house.picture.snapshot(operator(house, world))["fires"]
    return UUID(max(known, key=lambda one: one["received_at"] + one["id"])["id"])


def later(house, minutes: float) -> None:
    house.intake.clock.advance(minutes=minutes)


def status(house, fire, to, **facts):
    house.decisions.change_status(operator(house), fire, to, facts, None, None)


def fought(house, east_km=0.0) -> UUID:
    """Registered after 1 min, decided 5 later, there after 30, held after 60, out after 90."""
    fire = signal(house, east_km)
    later(house, 1)
    house.decisions.register(operator(house), fire, {}, None, None)
    later(house, 5)
    (order,) = house.orders.send(operator(house), fire, [Line("crew", "station")], None, None)[
        "orders"
    ]
    for to, minutes in (("departed", 10), ("arrived", 20)):
        later(house, minutes)
        told = OrderStep(OrderStatus(to), "")
        house.orders.step(operator(house), UUID(order["id"]), told, None, None)
    status(house, fire, "fighting", commander="Иванов")
    later(house, 60)
    status(house, fire, "contained", commander="Иванов")
    later(house, 90)
    status(house, fire, "out", final_area_ha=3.5, cause="гроза")
    released = OrderStep(OrderStatus.RELEASED, "")
    house.orders.step(operator(house), UUID(order["id"]), released, None, None)
    return fire


def figure(house, code, wanted=TODAY, actor=None):
    told = house.figures.overview(actor or operator(house), wanted)
    return next(one for one in told["figures"] if one["definition"]["code"] == code)


def minutes(house, code):
    return figure(house, code)["total"]["median"] / 60


def test_figures_are_those_of_the_stamps(house):
    fought(house)
    assert minutes(house, "registration") == 1
    assert minutes(house, "decision") == 5
    assert minutes(house, "departure") == 10
    assert minutes(house, "arrival") == 35
    assert minutes(house, "containment") == 60
    assert figure(house, "first_day")["total"]["waiting"] == 1
    house.intake.clock.advance(days=1)
    first = figure(house, "first_day")["total"]
    assert (first["good"], first["counted"], first["share"]) == (1, 1, 1.0)
    assert figure(house, "final_area")["total"]["mean"] == 3.5


def test_drill_down_leads_to_the_fires_and_reports_behind_each_number(house):
    fire, other = fought(house), signal(house, 300.0)
    told = house.figures.things(operator(house), "registration", TODAY)
    assert [(one["id"], one["value"]) for one in told["rows"]] == [(str(fire), 60.0)]
    late = house.figures.things(operator(house), "signals", TODAY, State.COUNTED, good=False)
    assert late["total"] == 0
    later(house, 3)
    late = house.figures.things(operator(house), "signals", TODAY, State.COUNTED, good=False)
    assert [one["id"] for one in late["rows"]] == [str(other)]


def test_by_municipality_and_only_the_own_territory(house):
    here, there = fought(house), fought(house, 300.0)
    house.intake.clock.advance(days=1)
    told = figure(house, "first_day")
    assert {one["code"]: one["result"]["counted"] for one in told["municipality"]} == {
        "west": 1,
        "east": 1,
    }
    assert told["total"]["counted"] == 2
    world = house.worlds.live()
    official = Actor("o", "o", Level.MUNICIPALITY, ("west",), world, role="official")
    mine = figure(house, "first_day", actor=official)
    assert mine["total"]["counted"] == 1
    rows = house.figures.things(official, "first_day", TODAY)["rows"]
    assert [one["id"] for one in rows] == [str(here)] != [str(there)]
    part = Wanted(TODAY.since, TODAY.until, municipality="east")
    assert [
        one["id"] for one in house.figures.things(operator(house), "first_day", part)["rows"]
    ] == [str(there)]


def report(house, east_km=0.0):
    place = {"method": "coordinates", "point": [ORIGIN[0] + east_km / 50, ORIGIN[1]]}
    body = {"place": place, "seen": "smoke", "source_kind": "call"}
    return house.reports.submit(operator(house), body, None)


def test_lead_of_the_satellite_over_the_first_call(house):
    fire = signal(house)
    later(house, 40)
    told = report(house)
    if told["status"] == "queued":
        house.reports.attach(operator(house), UUID(told["id"]), fire, None, None)
    house.decisions.register(operator(house), fire, {}, None, None)
    lead = figure(house, "satellite_lead")["total"]
    assert (lead["counted"], lead["median"], lead["share"]) == (1, 40 * 60.0, 1.0)
    assert figure(house, "registration")["source"][0]["code"] == "satellite"


def test_rejected_signals_and_reports_by_source(house):
    fire = signal(house)
    later(house, 1)
    house.decisions.reject(operator(house), fire, {"reason": "technogenic"}, None, None)
    told = report(house, 200.0)
    later(house, 5)
    house.reports.reject(operator(house), UUID(told["id"]), {"reason": "not_found"}, None, None)
    drain(house.worlds.engine)
    found = figure(house, "false_alarms")
    assert (found["total"]["good"], found["total"]["counted"]) == (2, 2)
    assert {one["code"] for one in found["source"]} == {"satellite", "call"}
    signals = figure(house, "signals")["total"]
    assert (signals["good"], signals["counted"], signals["missing"]) == (1, 2, 0)


def test_worlds_do_not_mix(house):
    fought(house)
    replay_world(house, "other", rate=1.0)
    told = house.figures.overview(operator(house, "other"), TODAY)
    assert {one["total"]["rows"] for one in told["figures"]} == {0}


def test_trend_tells_periods_and_the_same_ones_a_year_ago(house):
    fought(house)
    wanted = Wanted(NOW.date() - timedelta(days=2), NOW.date())
    told = house.figures.trend(operator(house), "registration", wanted, Step.DAY, 1)
    assert [[one["result"]["counted"] for one in line["points"]] for line in told["lines"]] == [
        [0, 0, 1],
        [0, 0, 0],
    ]
    house.intake.clock.advance(days=365)
    wanted = Wanted(wanted.since.replace(year=2027), wanted.until.replace(year=2027))
    told = house.figures.trend(operator(house), "registration", wanted, Step.DAY, 1)
    assert [one["result"]["counted"] for one in told["lines"][1]["points"]] == [0, 0, 1]
    year = figure(house, "registration", wanted)
    assert (year["total"]["counted"], year["year_ago"]["counted"]) == (0, 1)


def test_what_cannot_be_asked_is_refused_by_field(house):
    actor = operator(house)
    day = NOW.date()
    for wanted in (Wanted(day, day - timedelta(days=1)), Wanted(day.replace(year=1949), day)):
        with pytest.raises(Invalid) as refused:
            house.figures.overview(actor, wanted)
        assert refused.value.field == "since"
    with pytest.raises(Invalid):
        house.figures.trend(actor, "first_day", Wanted(day.replace(year=2020), day), Step.DAY, 0)
    with pytest.raises(NotFound):
        house.figures.things(actor, "no_such", TODAY)


def test_tables_hold_the_same_numbers(house):
    fought(house)
    body = house.figure_tables.file(operator(house), TODAY, as_csv=True).decode("utf-8-sig")
    head, *rows = (line.split(",") for line in body.splitlines())
    told = [dict(zip(head, row, strict=False)) for row in rows]
    row = next(one for one in told if one["figure"] == "registration" and one["by"] == "all")
    assert (row["counted"], row["median"], row["share"]) == ("1", "60", "1")
