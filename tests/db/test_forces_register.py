"""The register of forces: kept, edited by two at once, loaded from files, followed by trackers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.domain.forces.kinds import Spec, StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.forces.status import Status
from sylvan.services.forces_units import Step
from sylvan.services.log import drain
from tests.db.helpers import NOW, SetClock, firms_file, near, opened, operator, replay_world, take

BASE = StationCard("air-1", StationKind.AIR_BASE, (129.7, 62.0), owner="x")
CREW = UnitCard("crew-1", UnitKind.HELITACK, "air-1", owner="x")


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def house(fresh_db_url, clock):
    with opened(fresh_db_url, clock=clock) as made:
        made.stations.create(operator(made), BASE, None)
        yield made


def crew(house, card=CREW, world="live"):
    return UUID(house.units.create(operator(house, world), card, None)["id"])


def unit(house, unit_id, world="live"):
    return house.units.get(operator(house, world), unit_id)


def fire(house, world="live"):
    take(house, f"{world}.csv", firms_file(near(0, 0, NOW - timedelta(hours=2))), world)
    return UUID(house.picture.snapshot(operator(house, world))["fires"][0]["id"])


def step(house, unit_id, to, fire_id=None, *, version=None, at=None, key=None):
    return house.units.step(operator(house), unit_id, Step(to, fire_id, at), version, key)


def told(house, kind):
    drain(house.worlds.engine)
    query = text("select subject, body from event_log where kind = :kind order by seq")
    with house.worlds.engine.connect() as conn:
        return [(row.subject, row.body) for row in conn.execute(query, {"kind": kind})]


def report(house, *rows, world="live"):
    body = orjson.dumps(
        [
            {"unit": code, "at": (NOW + timedelta(minutes=m)).isoformat(), "point": [lon, 62.0]}
            for code, m, lon in rows
        ]
    )
    return house.positions.take(operator(house, world), "test", body)


def test_new_unit_stands_at_its_base_until_a_position_comes(house):
    one = crew(house)
    found = unit(house, one)
    assert found["position"]["reason"]["code"] == "forces.position_assumed"
    assert found["position"]["point"] == [129.7, 62.0]
    report(house, ("crew-1", -3, 130.5))
    found = unit(house, one)
    assert (found["position"]["point"], found["position"]["age_min"]) == ([130.5, 62.0], 3)
    assert found["version"] == 1


def test_code_that_is_taken_and_base_that_is_not_there_are_refused(house):
    crew(house)
    with pytest.raises(Conflict) as refused:
        crew(house)
    assert refused.value.code == "forces.code_taken"
    with pytest.raises(Invalid) as unknown:
        crew(house, UnitCard("crew-2", UnitKind.HELITACK, "air-9"))
    assert [one.field for one in unknown.value.errors] == ["station"]


def test_unit_walks_through_a_fire_and_its_clock_of_duty_runs(house, clock):
    one, where = crew(house), fire(house)
    for hours, to in (
        (0, Status.ASSIGNED),
        (1, Status.EN_ROUTE),
        (1, Status.AT_FIRE),
        (6, Status.RETURNING),
        (1, Status.RESTING),
    ):
        clock.advance(hours=hours)
        step(house, one, to, where if to is Status.ASSIGNED else None)
        found = unit(house, one)
        assert (found["fire_id"] is not None) == (
            to in {Status.ASSIGNED, Status.EN_ROUTE, Status.AT_FIRE}
        )
    assert found["duty"]["state"] == "resting"
    assert found["duty"]["rested_at"] == (clock.now + timedelta(hours=8)).isoformat().replace(
        "+00:00", "Z"
    )
    clock.advance(hours=2)
    step(house, one, Status.AVAILABLE)
    warned = step(house, one, Status.ASSIGNED, where)["remarks"]
    assert warned[0]["code"] == "forces.not_rested"


def test_every_change_is_in_the_log_of_the_unit_with_who_did_it(house):
    one, where = crew(house), fire(house)
    step(house, one, Status.ASSIGNED, where)
    house.units.edit(operator(house), one, {"note": "с пилой"}, None, None)
    drain(house.worlds.engine)
    log = house.units.log(operator(house), one)
    assert [row["body"]["version"] for row in log] == [3, 2, 1]
    assert [row["body"]["status"] for row in log] == ["assigned", "assigned", "available"]
    with house.worlds.engine.connect() as conn:
        query = text("select action, actor from audit where subject = :id order by id")
        audit = [tuple(row) for row in conn.execute(query, {"id": str(one)})]
    assert audit == [("unit.create", "local"), ("unit.assigned", "local"), ("unit.edit", "local")]


def test_second_of_two_dispatchers_is_told_what_the_first_one_changed(house):
    one = crew(house)
    house.units.edit(operator(house), one, {"specs": {Spec.PEOPLE: 8.0}}, 1, None)
    with pytest.raises(Conflict) as stale:
        house.units.edit(operator(house), one, {"specs": {Spec.PEOPLE: 4.0}}, 1, None)
    assert stale.value.code == "problem.stale_version"
    assert (stale.value.params["by"], stale.value.params["fields"]) == ("local", "specs")
    assert unit(house, one)["people"] == 8


def test_of_two_orders_at_once_one_counts_and_the_other_is_refused(house):
    one, where = crew(house), fire(house)

    def order(_):
        try:
            return step(house, one, Status.ASSIGNED, where, version=1)["version"]
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(2) as both:
        answers = sorted(map(str, both.map(order, range(2))))
    assert answers == ["2", "problem.stale_version"]


def test_repeated_order_is_not_given_twice(house):
    one, where = crew(house), fire(house)
    first = step(house, one, Status.ASSIGNED, where, key="k")
    assert step(house, one, Status.ASSIGNED, where, key="k") == first
    assert unit(house, one)["version"] == 2


def test_step_ahead_of_now_before_the_last_one_or_to_no_fire_is_refused(house, clock):
    one, where = crew(house), fire(house)
    clock.advance(hours=1)
    for wrong, code in (
        ({"at": clock.now + timedelta(hours=1), "fire_id": where}, "forces.ahead"),
        ({"at": clock.now - timedelta(hours=9), "fire_id": where}, "forces.before_last_step"),
        ({"fire_id": one}, "forces.fire_unknown"),
    ):
        with pytest.raises(Invalid) as refused:
            step(house, one, Status.ASSIGNED, **wrong)
        assert refused.value.code == code
    told_late = step(house, one, Status.ASSIGNED, where, at=clock.now - timedelta(minutes=30))
    assert told_late["status"] == "assigned"


def test_closed_fire_gets_nobody(house):
    one, where = crew(house), fire(house)
    house.decisions.reject(operator(house), where, {"reason": "foreign", "note": ""}, None, None)
    with pytest.raises(Conflict) as refused:
        step(house, one, Status.ASSIGNED, where)
    assert refused.value.code == "forces.fire_closed"


def test_what_is_at_work_or_still_has_units_is_not_retired(house):
    one, where = crew(house), fire(house)
    (base,) = house.stations.listed(operator(house))
    with pytest.raises(Conflict) as used:
        house.stations.retire(operator(house), UUID(base["id"]), "", None, None)
    assert (used.value.code, used.value.params["count"]) == ("forces.station_in_use", 1)
    step(house, one, Status.ASSIGNED, where)
    with pytest.raises(Conflict) as working:
        house.units.retire(operator(house), one, "", None, None)
    assert working.value.code == "forces.at_work"
    step(house, one, Status.AVAILABLE)
    house.units.retire(operator(house), one, "", None, None)
    house.stations.retire(operator(house), UUID(base["id"]), "", None, None)
    assert house.units.listed(operator(house)) == []
    assert unit(house, one)["retired_at"] is not None


def test_late_and_repeated_positions_do_not_move_the_unit_back(house):
    one = crew(house)
    report(house, ("crew-1", -10, 130.0))
    taken = report(house, ("crew-1", -30, 129.0), ("crew-1", -10, 130.0), ("crew-1", -5, 131.0))
    assert {k: taken[k] for k in ("rows", "kept", "repeated", "late", "units")} == {
        "rows": 3,
        "kept": 2,
        "repeated": 1,
        "late": 1,
        "units": 1,
    }
    assert unit(house, one)["position"]["point"] == [131.0, 62.0]
    track = house.positions.track(operator(house), one, since=None, until=None, limit=10)
    assert [row["point"][0] for row in track] == [131.0, 130.0, 129.0]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    reports=st.lists(
        st.tuples(st.integers(-500, 0), st.integers(100, 140)),
        min_size=1,
        max_size=8,
        unique_by=lambda one: one[0],
    ),
    cut=st.integers(0, 8),
    data=st.data(),
)
def test_last_position_does_not_depend_on_the_order_of_arrival(house, reports, cut, data):
    number = data.draw(st.integers(0, 10**12))
    codes = [f"{number}-{turn}" for turn in range(2)]
    found = []
    for code, order in zip(codes, (reports, data.draw(st.permutations(reports))), strict=True):
        try:
            one = crew(house, UnitCard(code, UnitKind.PUMP, "air-1", owner="x"))
        except Conflict:
            return
        for part in (order[:cut], order[cut:]):
            report(house, *((code, minutes, float(lon)) for minutes, lon in part))
        track = house.positions.track(operator(house), one, since=None, until=None, limit=9)
        found.append([row["point"][0] for row in track])
    assert found[0] == found[1] == [lon for _, lon in sorted(reports, reverse=True)]


def test_stale_position_and_unknown_unit_are_told_by_line(house):
    crew(house)
    taken = report(house, ("crew-1", -400, 130.0), ("crew-9", -1, 130.0))
    assert (taken["stale"], taken["unknown"], taken["kept"]) == (1, 1, 1)
    assert taken["bad"] == [
        {"line": 2, "field": "unit", "code": "forces.unit_unknown", "value": "crew-9"}
    ]


def test_batch_of_positions_is_one_event_and_one_without_news_is_none(house):
    for number in range(5):
        crew(house, UnitCard(f"c-{number}", UnitKind.PUMP, "air-1", owner="x"))
    rows = [(f"c-{number}", -1, 130.0) for number in range(5)]
    report(house, *rows)
    report(house, *rows)
    ((subject, body),) = told(house, "unit.position")
    assert subject == "positions"
    assert [one["code"] for one in body["positions"]] == [f"c-{number}" for number in range(5)]


BASES = "code,kind,name_ru,lon,lat\nair-1,air_base,Якутск,129.7,62.0\nv-1,village,Село,130,63\n"
UNITS = "code,kind,station,people\ncrew-1,helitack,air-1,6\nteam-1,village_team,v-1,4\n"


def load(house, body, name="units.csv", world="live", **options):
    return house.force_lists.take(operator(house, world), name, body.encode(), **options)


def test_file_loaded_twice_changes_nothing_and_what_changed_in_it_changes_here(house):
    bases, forces = load(house, BASES, "bases.csv"), load(house, UNITS)
    assert bases["stations"] == {"added": 1, "changed": 1, "same": 0}
    assert forces["units"] == {"added": 2, "changed": 0, "same": 0}
    assert load(house, BASES)["stations"] == {"added": 0, "changed": 0, "same": 2}
    assert load(house, UNITS)["units"]["same"] == 2
    again = load(house, UNITS.replace("air-1,6", "air-1,9"))
    assert again["units"] == {"added": 0, "changed": 1, "same": 1}
    versions = {one["code"]: one["version"] for one in house.units.listed(operator(house))}
    assert versions == {"crew-1": 2, "team-1": 1}


def test_loading_a_file_leaves_what_units_do_as_it_is(house):
    load(house, BASES, "bases.csv")
    load(house, UNITS)
    one = next(o for o in house.units.listed(operator(house)) if o["code"] == "crew-1")
    step(house, UUID(one["id"]), Status.ASSIGNED, fire(house))
    load(house, UNITS.replace("air-1,6", "air-1,9"))
    assert unit(house, UUID(one["id"]))["status"] == "assigned"


def test_one_bad_row_keeps_the_whole_file_out_and_every_fault_is_named(house):
    load(house, BASES, "bases.csv")
    body = UNITS + "crew-3,helitack,air-7,0\nmi8,helicopter,air-1,\ncrew-1,pump,air-1,\n"
    body = body.replace("people", "people,range_km").replace(
        "mi8,helicopter,air-1,", "mi8,helicopter,air-1,3,0"
    )
    with pytest.raises(Invalid) as refused:
        load(house, body)
    assert {(one.field, one.code) for one in refused.value.errors} == {
        ("units:4.station", "forces.station_unknown"),
        ("units:5.range_km", "forces.cannot_fly"),
        ("units:6.code", "forces.twice"),
    }
    assert house.units.listed(operator(house)) == []
    assert load(house, UNITS, check=True)["stored"] is False
    assert house.units.listed(operator(house)) == []


def test_workbook_that_was_given_out_changes_nothing_when_it_comes_back(house):
    load(house, BASES, "bases.csv")
    load(house, UNITS)
    actor = operator(house)
    book = house.force_lists.file(actor, None)
    taken = house.force_lists.take(actor, "register.xlsx", book)
    assert (taken["stations"]["same"], taken["units"]["same"], taken["ignored"]) == (2, 2, [])
    replay_world(house, "copy")
    there = house.force_lists.take(operator(house, "copy"), "register.xlsx", book)
    assert (there["stations"]["added"], there["units"]["added"]) == (2, 2)


def test_retired_unit_comes_back_with_a_file_that_names_it(house):
    one = crew(house)
    house.units.retire(operator(house), one, "", None, None)
    taken = load(house, "code,kind,station,owner\ncrew-1,helitack,air-1,x\n")
    assert taken["units"]["changed"] == 1
    assert unit(house, one)["retired_at"] is None


def test_worlds_have_registers_of_their_own(house):
    one = crew(house)
    replay_world(house, "other")
    there = operator(house, "other")
    assert (house.units.listed(there), house.stations.listed(there)) == ([], [])
    with pytest.raises(NotFound):
        house.units.get(there, one)
    assert report(house, ("crew-1", -1, 130.0), world="other")["unknown"] == 1
    house.stations.create(there, BASE, None)
    crew(house, world="other")
    report(house, ("crew-1", -1, 140.0), world="other")
    assert unit(house, one)["position"]["reason"]["code"] == "forces.position_assumed"


def test_snapshot_holds_bases_and_units_where_they_are_now(house):
    crew(house)
    report(house, ("crew-1", -3, 130.5))
    found = house.picture.snapshot(operator(house))
    assert [one["code"] for one in found["stations"]] == ["air-1"]
    (one,) = found["units"]
    assert (one["status"], one["position"]["point"]) == ("available", [130.5, 62.0])


def test_base_that_moves_tells_its_units_anew(house):
    one = crew(house)
    (base,) = house.stations.listed(operator(house))
    told_of = {"point": (131.0, 62.5)}
    house.stations.edit(operator(house), UUID(base["id"]), told_of, 1, None)
    found = unit(house, one)
    assert (found["version"], found["position"]["point"]) == (2, [131.0, 62.5])
