"""Hours in the air: a base with few of them sends nobody by air, and says so."""

from datetime import timedelta
from uuid import UUID

import pytest

from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.services import flight_hours
from sylvan.services.orders import Line, OrderStep
from tests.db.forces_tools import LAT, LON, country, fire_at
from tests.db.helpers import operator

HOUR = timedelta(hours=1)


@pytest.fixture
def house(fresh_db_url):
    with country(fresh_db_url) as made:
        air = StationCard("air", StationKind.AIR_BASE, (LON, LAT + 0.5), fuel_l=1e5, flight_h=12.0)
        made.stations.create(operator(made), air, None)
        made.units.create(operator(made), UnitCard("heli", UnitKind.HELITACK, "air"), None)
        yield made


ENGINES = tuple(f"engine-{number}" for number in range(4))


def suggested(house):
    (mine,) = house.suggestions.make(operator(house), "asked", ENGINES)["fires"]
    sent = [one["unit"] for one in mine["units"]]
    return sent, {one["unit"]: one["reason"]["code"] for one in mine["not_sent"]}


def limit(house, hours):
    listed = (one["properties"] for one in house.stations.listed(operator(house)))
    found = next(one for one in listed if one["code"] == "air")
    changes = {"flight_h": hours}
    house.stations.edit(operator(house), UUID(found["id"]), changes, found["version"], None)


def test_a_base_without_flight_hours_sends_nobody_by_air_and_says_why(house):
    fire_at(house)
    assert suggested(house)[0] == ["heli"]
    limit(house, 0.1)
    sent, why = suggested(house)
    assert sent == []
    assert why["heli"] == "dispatch.base_hours"
    limit(house, None)
    assert suggested(house)[0] == ["heli"]


def test_what_was_flown_within_a_day_is_gone_afterwards_it_is_back(house):
    fire = fire_at(house)
    (order,) = house.orders.send(operator(house), fire, [Line("heli", "station")], None, None)[
        "orders"
    ]
    version = order["version"]
    for to, after in (("departed", 0.5), ("arrived", 1.25), ("released", 3.0)):
        house.orders.clock.advance(hours=after)
        step = OrderStep(OrderStatus(to), "потушен")
        told = house.orders.step(operator(house), UUID(order["id"]), step, version, None)
        version = told["version"]
    now = house.orders.clock()

    def left(at):
        with house.worlds.engine.connect() as conn:
            limits, base = {"air": 12.0}, {"heli": "air"}
            flying = frozenset({"heli"})
            return flight_hours.left(conn, operator(house), limits, base, flying, at)

    assert left(now) == {"air": pytest.approx(12.0 - 2 * 1.25)}
    assert left(now + 23 * HOUR) == {"air": pytest.approx(12.0)}
