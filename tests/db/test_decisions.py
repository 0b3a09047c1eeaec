"""Decisions of people: numbers, versions, repeats, proposals, and what the engine may not touch."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from psycopg.errors import AdminShutdown, DeadlockDetected
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.services.base import whole_again
from sylvan.services.log import drain
from sylvan.store import fires as stored_fires
from sylvan.store import proposals as stored_proposals
from tests.db import books
from tests.db.helpers import (
    NOW,
    firms_file,
    installation,
    near,
    opened,
    operator,
    replay_world,
    take,
)

PARALLEL = 16


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url, pool=PARALLEL + 4) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def spot(house, east_km: float, north_km: float = 0.0, *, hours: float = 6.0, world="live"):
    """One pixel is taken in, a minute later than what came before."""
    house.intake.clock.advance(minutes=1)
    rows = near(east_km, north_km, NOW - timedelta(hours=hours))
    return take(house, f"{east_km}-{north_km}-{hours}.csv", firms_file(rows), world)


def standing(house, world="live") -> list[dict]:
    """Fires on the map, in the order in which they came."""
    return house.picture.snapshot(operator(house, world))["fires"]


def by_key(house, prefix: str) -> dict:
    return {fire["id"]: fire for fire in standing(house)}[prefix]


def register(house, fire, *, version=None, key=None, actor=None):
    actor = actor or operator(house)
    return house.decisions.register(actor, UUID(fire["id"]), {}, version, key)


def reject(house, fire, reason="technogenic", *, version=None, key=None):
    facts = {"reason": reason}
    return house.decisions.reject(operator(house), UUID(fire["id"]), facts, version, key)


def two_and_a_bridge(house, *, registered: bool = True) -> tuple[dict, dict, dict]:
    """A fire that people registered, a candidate, and the proposal that a third pixel leads to."""
    spot(house, -0.8, hours=9)
    spot(house, 0.8, hours=8)
    west, east = standing(house)
    if registered:
        register(house, west)
    spot(house, 0.0, hours=2)
    (proposal,) = house.picture.proposals(operator(house))
    return west, east, proposal


def test_sixteen_registrations_at_once_get_sixteen_numbers_without_a_gap(house) -> None:
    for number in range(PARALLEL):
        spot(house, 4.0 * number)
    start = threading.Barrier(PARALLEL)

    def work(fire) -> str:
        start.wait(30)
        register(house, fire)
        return house.fires.detail(operator(house), UUID(fire["id"]))["number"]

    with ThreadPoolExecutor(PARALLEL) as pool:
        numbers = list(pool.map(work, standing(house)))
    assert sorted(int(number.rsplit("-", 1)[1]) for number in numbers) == list(
        range(1, PARALLEL + 1)
    )
    assert len(set(numbers)) == PARALLEL


def test_a_fire_registered_by_two_at_once_gets_one_number(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    start = threading.Barrier(4)

    def work(_):
        start.wait(30)
        try:
            return register(house, fire)
        except Conflict as refusal:
            return refusal.code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(work, range(4)))
    assert sum(isinstance(answer, dict) for answer in answers) == 1
    (after,) = standing(house)
    assert after["version"] == fire["version"] + 1
    assert after["number"].endswith("-1") or after["number"].endswith("01")


def test_worlds_number_their_fires_each_for_itself(house) -> None:
    replay_world(house, "drill")
    spot(house, 0)
    spot(house, 0, world="drill")
    for world in ("live", "drill"):
        (fire,) = standing(house, world)
        register(house, fire, actor=operator(house, world))
    assert standing(house)[0]["number"] == standing(house, "drill")[0]["number"]


def test_being_seen_meanwhile_contradicts_no_decision(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    house.decisions.shown(operator(house), UUID(fire["id"]))
    reject(house, fire, version=fire["version"])
    assert standing(house)[0]["status"] == "rejected"


def test_a_decision_on_an_old_version_is_told_who_changed_what_and_when(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    at = house.intake.clock.advance(minutes=2)
    register(house, fire, version=fire["version"])
    with pytest.raises(Conflict) as caught:
        reject(house, fire, version=fire["version"])
    told = caught.value.params
    assert caught.value.code == "problem.stale_version"
    assert (told["expected"], told["actual"]) == (fire["version"], fire["version"] + 1)
    assert (told["by"], told["action"]) == ("local", "fire.registered")
    assert told["at"] == at.isoformat()
    assert "status" in told["fields"]
    assert standing(house)[0]["status"] == "registered"


def test_a_decision_on_a_fire_that_grew_meanwhile_is_told_that_the_engine_did_it(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    register(house, fire, version=fire["version"])
    seen = standing(house)[0]["version"]
    spot(house, 0.5, hours=3)
    grown = house.intake.clock()
    with pytest.raises(Conflict) as caught:
        house.decisions.change_status(
            operator(house), UUID(fire["id"]), "dispatched", {"forces": "ПХС-2"}, seen, None
        )
    told = caught.value.params
    assert (told["by"], told["at"]) == ("system", grown.isoformat())


def test_a_repeated_request_is_answered_as_before_and_changes_nothing_more(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    first = register(house, fire, version=fire["version"], key="tap")
    assert register(house, fire, version=fire["version"], key="tap") == first
    assert standing(house)[0]["version"] == first["version"]


def test_one_request_sent_eight_times_at_once_is_carried_out_once(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    start = threading.Barrier(8)

    def work(_):
        start.wait(30)
        return register(house, fire, version=fire["version"], key="tap")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert standing(house)[0]["version"] == fire["version"] + 1


def test_a_key_used_for_another_request_is_refused(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    register(house, fire, key="tap")
    with pytest.raises(Conflict) as caught:
        reject(house, fire, key="tap")
    assert caught.value.code == "problem.idempotency_mismatch"
    assert standing(house)[0]["status"] == "registered"


def test_a_refused_request_leaves_its_key_free(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    with pytest.raises(Conflict):
        register(house, fire, version=99, key="tap")
    assert register(house, fire, version=fire["version"], key="tap")["version"] == 2


def test_the_engine_merges_no_registered_fire_and_proposes_instead(house) -> None:
    west, east, proposal = two_and_a_bridge(house)
    assert {fire["id"] for fire in standing(house)} == {west["id"], east["id"]}
    assert proposal["fires"] == [west["id"], east["id"]]
    assert proposal["reason"]["code"] == "reason.group.meets_registered"
    for fire in standing(house):
        assert fire["proposals"] == [proposal["id"]]


def test_an_accepted_proposal_makes_one_fire_and_the_other_id_leads_to_it(house) -> None:
    west, east, proposal = two_and_a_bridge(house)
    house.decisions.accept(operator(house), UUID(proposal["id"]), proposal["version"], None)
    (whole,) = standing(house)
    assert whole["id"] == west["id"]
    assert whole["ids_merged"] == [east["id"]]
    assert whole["n_detections"] == 3
    assert whole["proposals"] == []
    assert house.picture.proposals(operator(house)) == []
    by_other = house.fires.detail(operator(house), UUID(east["id"]))
    assert by_other["id"] == west["id"]
    assert len(house.fires.detections(operator(house), UUID(east["id"]), 10)) == 3


def test_after_an_accepted_merge_new_pixels_of_either_part_join_the_survivor(house) -> None:
    west, _east, proposal = two_and_a_bridge(house)
    house.decisions.accept(operator(house), UUID(proposal["id"]), None, None)
    spot(house, 1.5, hours=1)
    (whole,) = standing(house)
    assert (whole["id"], whole["n_detections"]) == (west["id"], 4)


def test_a_declined_proposal_is_not_made_again(house) -> None:
    west, east, proposal = two_and_a_bridge(house)
    house.decisions.decline(operator(house), UUID(proposal["id"]), None, None)
    spot(house, 0.1, hours=1)
    spot(house, -0.1, hours=1)
    assert house.picture.proposals(operator(house)) == []
    assert {fire["id"] for fire in standing(house)} == {west["id"], east["id"]}


def test_a_proposal_decided_by_two_at_once_is_decided_once(house) -> None:
    _west, _east, proposal = two_and_a_bridge(house)
    start = threading.Barrier(2)

    def work(decide):
        start.wait(30)
        try:
            return decide(operator(house), UUID(proposal["id"]), None, None)
        except Conflict as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(work, (house.decisions.accept, house.decisions.decline)))
    assert "problem.proposal_decided" in answers
    assert sum(isinstance(answer, dict) for answer in answers) == 1


def test_an_unknown_proposal_is_said_to_be_unknown(house) -> None:
    with pytest.raises(NotFound):
        house.decisions.accept(operator(house), UUID(int=7), None, None)


def test_ids_lead_to_the_survivor_through_any_number_of_merges(house) -> None:
    for number, hours in enumerate((12, 11, 10, 9)):
        spot(house, 1.6 * number, hours=hours)
    ids = [fire["id"] for fire in standing(house)]
    for number in (2, 1, 0):  # each bridge makes the elder of two take in the other
        spot(house, 1.6 * number + 0.8, hours=2)
    (last,) = standing(house)
    assert last["id"] == ids[0]
    assert set(last["ids_merged"]) == set(ids[1:])
    for one in ids:
        assert house.fires.detail(operator(house), UUID(one))["id"] == ids[0]


def test_what_a_merged_away_fire_was_asked_about_is_asked_of_its_survivor(house) -> None:
    """A registered fire meets a candidate, which then is taken in by an older candidate."""
    spot(house, -3.0, hours=12)
    spot(house, 0.8, hours=11)
    spot(house, 2.4, hours=10)
    old, middle, right = standing(house)
    register(house, right)
    spot(house, 1.6, hours=4)
    (proposal,) = house.picture.proposals(operator(house))
    assert set(proposal["fires"]) == {middle["id"], right["id"]}
    for east in (-2.2, -1.4, -0.6, 0.1):
        spot(house, east, hours=3)
    left = {fire["id"]: fire for fire in standing(house)}
    assert set(left) == {old["id"], right["id"]}
    assert left[old["id"]]["proposals"] == [proposal["id"]]
    house.decisions.accept(operator(house), UUID(proposal["id"]), None, None)
    (whole,) = standing(house)
    assert whole["id"] == right["id"]


def test_a_rejected_fire_keeps_more_of_the_same_and_does_not_come_back(house) -> None:
    spot(house, 0, hours=8)
    (fire,) = standing(house)
    reject(house, fire)
    spot(house, 0.3, hours=1)
    (after,) = standing(house)
    assert after["id"] == fire["id"]
    assert after["status"] == "rejected"
    assert after["n_detections"] == 2


def test_what_lies_beyond_a_rejected_fires_own_ground_is_a_new_signal(house) -> None:
    spot(house, 0, hours=8)
    (fire,) = standing(house)
    reject(house, fire)
    spot(house, 0.8, hours=2)
    spot(house, 1.6, hours=1)
    both = {one["id"]: one for one in standing(house)}
    assert len(both) == 2
    assert both[fire["id"]]["n_detections"] == 2
    assert next(one for key, one in both.items() if key != fire["id"])["status"] == "signal"


def test_a_reason_that_is_not_in_the_list_is_refused_by_field(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    with pytest.raises(Invalid) as caught:
        reject(house, fire, "boredom")
    assert [error.field for error in caught.value.errors] == ["reject_reason"]
    assert standing(house)[0]["status"] == "signal"


def test_shown_counts_the_first_time_only(house) -> None:
    spot(house, 0)
    (fire,) = standing(house)
    first = house.decisions.shown(operator(house), UUID(fire["id"]))
    house.intake.clock.advance(minutes=5)
    assert house.decisions.shown(operator(house), UUID(fire["id"])) == first


def test_every_decision_leaves_an_audit_row(house) -> None:
    west, _east, proposal = two_and_a_bridge(house)
    house.decisions.shown(operator(house), UUID(west["id"]))
    house.decisions.accept(operator(house), UUID(proposal["id"]), None, None)
    with house.worlds.engine.connect() as conn:
        query = text("select action from audit where actor = 'local' order by id")
        actions = list(conn.scalars(query))
    merge = ["surgery.merge"] * 3  # both fires, and the surgery itself
    assert actions == ["fire.registered", "fire.shown", *merge, "proposal.accepted"]


def waits_for_a_lock(house) -> bool:
    query = text(
        "select exists (select from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock')"
    )
    with house.worlds.engine.connect() as conn:
        return bool(conn.scalar(query))


def until(condition, seconds: float = 30.0) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("waited in vain")


def test_a_batch_that_waited_for_a_merge_follows_it(house) -> None:
    """Intake found the candidate, waits for its row, and gets it merged away by a person."""
    west, east, proposal = two_and_a_bridge(house)
    actor = operator(house)
    with ThreadPoolExecutor(1) as pool:
        with house.worlds.engine.begin() as conn:
            asked = stored_proposals.get(conn, actor, UUID(proposal["id"]))
            for one in sorted(asked.fire_ids):
                stored_fires.get(conn, actor, one, lock=True)
            batch = pool.submit(spot, house, 1.5, hours=1)
            until(lambda: waits_for_a_lock(house))
            house.decisions._carry_out(conn, actor, asked, "accepted", house.intake.clock())
        assert batch.result(60).accepted == 1
    (whole,) = standing(house)
    assert whole["id"] == west["id"]
    assert whole["n_detections"] == 4
    assert house.fires.detail(actor, UUID(east["id"]))["n_detections"] == 4


def test_a_person_who_waited_for_a_merge_decides_about_the_survivor(house) -> None:
    west, east, proposal = two_and_a_bridge(house)
    actor = operator(house)
    with ThreadPoolExecutor(1) as pool:
        with house.worlds.engine.begin() as conn:
            asked = stored_proposals.get(conn, actor, UUID(proposal["id"]))
            for one in sorted(asked.fire_ids):
                stored_fires.get(conn, actor, one, lock=True)
            shown = pool.submit(house.decisions.shown, actor, UUID(east["id"]))
            until(lambda: waits_for_a_lock(house))
            house.decisions._carry_out(conn, actor, asked, "accepted", house.intake.clock())
        assert shown.result(60)["id"] == west["id"]


def test_decisions_and_batches_at_once_leave_balanced_books(house) -> None:
    """Registering, shown, accept and decline run beside batches that touch the same fires."""
    for number in range(6):
        spot(house, 1.6 * number, hours=20)
    stop = threading.Event()

    def decide(seed: int) -> int:
        rng, done = np.random.default_rng(seed), 0
        while not stop.is_set():
            fires = standing(house)
            fire = fires[rng.integers(len(fires))]
            asked = house.picture.proposals(operator(house))
            try:
                match int(rng.integers(4)):
                    case 0:
                        register(house, fire, version=fire["version"])
                    case 1:
                        house.decisions.shown(operator(house), UUID(fire["id"]))
                    case 2 if asked:
                        house.decisions.accept(operator(house), UUID(asked[0]["id"]), None, None)
                    case _ if asked:
                        house.decisions.decline(operator(house), UUID(asked[-1]["id"]), None, None)
                done += 1
            except (Conflict, Invalid):
                continue
        return done

    with ThreadPoolExecutor(4) as pool:
        people = [pool.submit(decide, seed) for seed in range(3)]
        rng = np.random.default_rng(11)
        for turn in range(25):
            east = rng.uniform(-1, 9, 3)
            at = NOW - timedelta(hours=19 - turn / 2)
            rows = np.concatenate([near(float(x), 0, at) for x in east])
            take(house, f"{turn}.csv", firms_file(rows))
        stop.set()
        assert sum(one.result(60) for one in people) > 0
    assert books.unassessed(house.worlds.engine) == 0
    assert installation(house).is_system


def test_a_use_case_that_lost_a_deadlock_is_carried_out_whole() -> None:
    calls = []

    @whole_again
    def action(word: str) -> str:
        calls.append(word)
        if len(calls) < 3:
            raise OperationalError("select", {}, DeadlockDetected())
        return word

    assert action("done") == "done"
    assert calls == ["done"] * 3


def test_other_faults_of_the_database_are_not_tried_again() -> None:
    calls = []

    @whole_again
    def action() -> None:
        calls.append(1)
        raise OperationalError("select", {}, AdminShutdown())

    with pytest.raises(OperationalError):
        action()
    assert calls == [1]
