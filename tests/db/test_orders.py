"""Units are sent to fires: whole or not at all, each to one fire, every step on the record."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from sylvan.domain.actors import Level
from sylvan.domain.codes import Conflict, Forbidden, Invalid
from sylvan.domain.command.notices import Answer, Theme
from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.forces.kinds import StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.forces.status import Status
from sylvan.jobs import command
from sylvan.services.forces_units import Step
from sylvan.services.log import drain
from sylvan.services.orders import OrderStep
from sylvan.services.orders_free import Line
from sylvan.store import audit
from tests.db import books
from tests.db.helpers import NOW, ORIGIN, firms_file, near, opened, operator, replay_world, take

CREWS = ("crew-1", "crew-2", "crew-3")


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url, pool=12) as made:
        base = StationCard("base", StationKind.FIRE_STATION, ORIGIN)
        made.stations.create(operator(made), base, None)
        for code in CREWS:
            made.units.create(operator(made), UnitCard(code, UnitKind.GROUND_CREW, "base"), None)
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def fire_at(house, east_km=0.0, *, registered=True) -> UUID:
    rows = near(east_km, 0.0, NOW - timedelta(hours=2))
    take(house, f"f{east_km}.csv", firms_file(rows))
    known = house.picture.snapshot(operator(house))["fires"]
    fire = max(known, key=lambda one: one["received_at"] + one["id"])
    house.intake.clock.advance(minutes=1)
    if registered:
        house.decisions.register(operator(house), UUID(fire["id"]), {}, None, None)
    return UUID(fire["id"])


def send(house, fire, *units, actor=None, rung="station", key=None):
    lines = [Line(unit, rung) for unit in units]
    return house.orders.send(actor or operator(house), fire, lines, None, key)["orders"]


def step(house, order, to, *, reason="", actor=None, version=None):
    told = OrderStep(OrderStatus(to), reason)
    return house.orders.step(actor or operator(house), UUID(order["id"]), told, version, None)


def unit(house, code):
    found = house.units.listed(operator(house))
    return next(one for one in found if one["code"] == code)


def fire_now(house, fire):
    return house.fires.detail(operator(house), fire)


def test_accepted_units_are_ordered_at_once_and_the_fire_is_dispatched(house):
    fire = fire_at(house)
    first, second = send(house, fire, "crew-1", "crew-2")
    assert (first["status"], first["version"]) == ("ordered", 1)
    assert [one["status"] for one in first["stamps"]] == ["requested", "approved", "ordered"]
    assert unit(house, "crew-2")["fire_id"] == str(fire)
    assert unit(house, "crew-2")["status"] == "assigned"
    now = fire_now(house, fire)
    assert now["status"] == "dispatched"
    assert now["details"]["dispatched"]["forces"] == "crew-1, crew-2"
    snapshot = house.picture.snapshot(operator(house))
    assert {one["unit"] for one in snapshot["orders"]} == {"crew-1", "crew-2"}
    assert second["options"][0] == {"status": "departed", "needs": []}


def test_whole_chain_stamps_unit_and_fire(house):
    fire = fire_at(house)
    (order,) = send(house, fire, "crew-1")
    for to, does in (("departed", "en_route"), ("arrived", "at_fire"), ("released", "returning")):
        house.intake.clock.advance(minutes=30)
        order = step(house, order, to, version=order["version"])
        assert unit(house, "crew-1")["status"] == does
    moments = [one["moment"] for one in fire_now(house, fire)["details"]["timeline"]]
    assert {"dispatch_decided", "departed", "arrived"} <= set(moments)
    assert house.picture.snapshot(operator(house))["orders"] == []
    assert house.orders.of_fire(operator(house), fire)[0]["status"] == "released"
    assert unit(house, "crew-1")["duty"]["began_at"] is not None


def test_crew_that_never_told_its_departure_may_arrive(house):
    fire = fire_at(house)
    (order,) = send(house, fire, "crew-1")
    step(house, order, "arrived")
    assert unit(house, "crew-1")["status"] == "at_fire"


def test_nobody_is_sent_to_a_signal_or_a_closed_fire(house):
    signal = fire_at(house, registered=False)
    with pytest.raises(Conflict, match=r"order\.not_registered"):
        send(house, signal, "crew-1")
    house.decisions.reject(operator(house), signal, {"reason": "technogenic"}, None, None)
    with pytest.raises(Conflict, match=r"forces\.fire_closed"):
        send(house, signal, "crew-1")
    assert unit(house, "crew-1")["status"] == "available"


def test_unit_under_way_is_refused_with_its_fire_and_nothing_of_the_list_is_sent(house):
    one, other = fire_at(house), fire_at(house, 60.0)
    send(house, one, "crew-1")
    with pytest.raises(Conflict) as refused:
        send(house, other, "crew-2", "crew-1")
    assert refused.value.code == "order.unit_taken"
    assert refused.value.params["fire"] == str(one)
    assert refused.value.errors[0].field == "units.1"
    assert unit(house, "crew-2")["status"] == "available"
    assert house.orders.of_fire(operator(house), other) == []
    with pytest.raises(Conflict, match=r"order\.unit_here"):
        send(house, one, "crew-1")


def test_every_wrong_line_is_named_at_once(house):
    fire = fire_at(house)
    lines = [Line("crew-1", "moon"), Line("crew-9", "station"), Line("crew-1", "station")]
    with pytest.raises(Invalid) as refused:
        house.orders.send(operator(house), fire, lines, None, None)
    assert {error.field for error in refused.value.errors} == {"units.0.rung", "units.1", "units.2"}
    with pytest.raises(Invalid):
        house.orders.send(operator(house), fire, [], None, None)


def test_two_dispatchers_at_once_give_a_unit_one_fire(house):
    fires = [fire_at(house, 60.0 * number) for number in range(6)]
    start = threading.Barrier(len(fires))

    def race(fire):
        start.wait()
        try:
            return send(house, fire, *reversed(CREWS))
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(len(fires)) as pool:
        told = list(pool.map(race, fires))
    won = [one for one in told if not isinstance(one, str)]
    assert len(won) == 1
    assert all(one == "order.unit_taken" for one in told if isinstance(one, str))
    assert {unit(house, code)["fire_id"] for code in CREWS} == {won[0][0]["fire_id"]}


def test_request_to_a_higher_rung_waits_for_its_level_and_holds_nobody(house):
    fire = fire_at(house)
    (order,) = send(house, fire, "crew-1", rung="federal")
    assert order["status"] == "requested"
    assert order["waiting"]["overdue"] is False
    assert unit(house, "crew-1")["status"] == "available"
    assert fire_now(house, fire)["status"] == "registered"
    with pytest.raises(Forbidden):
        step(house, order, "approved")
    house.intake.clock.advance(hours=13)
    (late,) = house.orders.still_open(operator(house))
    assert late["waiting"]["overdue"] is True
    federal = replace(operator(house), level=Level.FEDERAL, subject="federal")
    order = step(house, order, "approved", actor=federal)
    order = step(house, order, "ordered", actor=federal)
    assert unit(house, "crew-1")["status"] == "assigned"
    assert order["stamps"][1]["by"] == "federal"


def calls(house):
    """What the clock has called: who is asked now, how often, for which units."""
    command.turn(house, threading.Event(), seldom=False)
    drain(house.worlds.engine)
    return [
        (one["reason"]["params"]["called"], one["grade"], one["units"])
        for one in house.notices.listed(operator(house), theme=Theme.REQUEST)
    ]


def told_notices(house):
    query = text("select body->>'state' from event_log where kind = 'notice.changed' order by seq")
    with house.worlds.engine.connect() as conn:
        return [row[0] for row in conn.execute(query)]


def test_silence_calls_one_rung_after_the_other_each_once(house):
    fire = fire_at(house)
    station = replace(operator(house), level=Level.STATION, subject="station")
    first, second = send(house, fire, "crew-1", "crew-2", rung="group", actor=station)
    assert calls(house) == []
    house.intake.clock.advance(minutes=16)
    both = ["crew-1", "crew-2"]
    assert calls(house) == [("neighbour", 1, both)]
    assert calls(house) == [("neighbour", 1, both)]
    assert told_notices(house) == ["open"], "raised once, whoever looks how often"
    (notice,) = house.picture.snapshot(operator(house))["notices"]
    house.notices.answer(operator(house), UUID(notice["id"]), Answer.SEEN, "", None, None)
    house.intake.clock.advance(minutes=30)
    assert calls(house) == [("republic", 2, both)]
    assert told_notices(house) == ["open", "answered", "open"], "the next rung has not seen it"
    step(house, first, "approved")
    assert calls(house) == [("republic", 2, ["crew-2"])]
    step(house, second, "refused", reason="нет горючего")
    drain(house.worlds.engine)
    assert told_notices(house)[3:] == ["open", "over"], "over with the answer, before the next look"
    assert calls(house) == []


def test_above_the_last_rung_there_is_nobody_and_that_is_said_once(house):
    send(house, fire_at(house), "crew-1", rung="federal")
    house.intake.clock.advance(hours=13)
    assert calls(house) == [("federal", 1, ["crew-1"])]
    house.intake.clock.advance(days=3)
    assert calls(house) == [("federal", 1, ["crew-1"])]
    (notice,) = house.picture.snapshot(operator(house))["notices"]
    assert notice["reason"]["code"] == "ladder.called_last"
    assert told_notices(house) == ["open"]


def test_request_that_is_refused_needs_a_reason_and_ends(house):
    fire = fire_at(house)
    station = replace(operator(house), level=Level.STATION, subject="station")
    (order,) = send(house, fire, "crew-1", rung="group", actor=station)
    with pytest.raises(Invalid) as refused:
        step(house, order, "refused")
    assert refused.value.field == "reason"
    assert step(house, order, "refused", reason="нет горючего")["options"] == []


def test_cancelled_crew_is_free_again_and_one_on_its_way_turns_back(house):
    fire = fire_at(house)
    first, second = send(house, fire, "crew-1", "crew-2")
    step(house, first, "cancelled", reason="потушен")
    assert (unit(house, "crew-1")["status"], unit(house, "crew-1")["fire_id"]) == (
        "available",
        None,
    )
    second = step(house, second, "departed")
    step(house, second, "cancelled", reason="потушен")
    assert unit(house, "crew-2")["status"] == "returning"
    send(house, fire, "crew-1")


def test_step_decided_on_an_old_version_is_refused_with_who_was_faster(house):
    fire = fire_at(house)
    (order,) = send(house, fire, "crew-1")
    step(house, order, "departed", version=1)
    with pytest.raises(Conflict) as refused:
        step(house, order, "cancelled", reason="поздно", version=1)
    assert refused.value.code == "problem.stale_version"
    assert refused.value.params["by"] == "local"


def test_same_key_sends_once(house):
    fire = fire_at(house)
    once = send(house, fire, "crew-1", key="k")
    assert send(house, fire, "crew-1", key="k") == once
    with pytest.raises(Conflict, match=r"idempotency"):
        send(house, fire, "crew-2", key="k")


def test_events_and_audit_name_every_step(house):
    fire = fire_at(house)
    (order,) = send(house, fire, "crew-1")
    step(house, order, "departed")
    drain(house.worlds.engine)
    query = text("select actor from event_log where kind = 'order.changed' and subject = :id")
    with house.worlds.engine.connect() as conn:
        assert list(conn.scalars(query, {"id": order["id"]})) == ["local", "local"]
    with house.worlds.engine.connect() as conn:
        last = audit.last_done(conn, operator(house), order["id"], "order.departed")
    assert last["actor"] == "local"


def test_unit_that_somebody_moved_elsewhere_is_left_alone(house):
    fire = fire_at(house)
    (order,) = send(house, fire, "crew-1")
    known = unit(house, "crew-1")
    house.units.step(
        operator(house), UUID(known["id"]), Step(Status.OUT_OF_SERVICE), known["version"], None
    )
    step(house, order, "failed", reason="сломан")
    assert unit(house, "crew-1")["status"] == "out_of_service"


def test_orders_of_one_world_are_not_seen_in_another(house):
    fire = fire_at(house)
    send(house, fire, "crew-1")
    replay_world(house, "august")
    assert house.orders.still_open(operator(house, "august")) == []
