"""Surgeries beside each other, beside batches, and whatever came in between."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.domain.detections import Satellite, Stage
from sylvan.domain.selection import Choice
from sylvan.domain.surgery import HELD, PIXEL
from sylvan.services.base import world_lock
from sylvan.services.log import drain
from sylvan.services.surgery import words
from sylvan.store import fires as stored_fires
from sylvan.store import surgery as stored
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    Pass,
    firms_file,
    near,
    opened,
    operator,
    partition,
    replay_world,
    seen,
    shapes,
    take,
)
from tests.db.surgery_tools import (
    do,
    listed,
    names,
    only,
    pixels,
    places,
    read,
    standing,
    undo,
)
from tests.examples import examples

PARALLEL = 6
_worlds = count(1)


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url, pool=PARALLEL + 4) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


def at_once(works) -> list:
    """Start all together; answers and refusals in their order."""
    start = threading.Barrier(len(works))

    def one(work):
        start.wait(30)
        try:
            return work()
        except (Conflict, Invalid, NotFound) as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_of_those_who_split_one_fire_at_once_one_does_and_the_others_learn_who(house) -> None:
    pixels(house, *(0.8 * k for k in range(6)))
    fire = only(house)
    row = listed(house, fire["id"])
    works = [
        lambda k=k: do(house, "split", fire["id"], names(row[k:]), version=fire["version"])
        for k in range(1, PARALLEL)
    ]
    answers = at_once(works)
    refused = [one for one in answers if isinstance(one, Conflict)]
    (done,) = (one for one in answers if isinstance(one, dict))
    assert len(refused) == len(works) - 1
    for one in refused:
        assert (one.code, one.params["by"]) == ("problem.stale_version", "local")
        assert one.params["action"] == "surgery.split"
    fires = standing(house)
    assert len(fires) == 2
    assert sum(one["n_detections"] for one in fires.values()) == 6
    assert books.count(house.worlds.engine, "surgery") == 1
    after = read(house, fire["id"])
    assert after["reasons"][0]["code"] == "surgery.split.lost"
    assert done["fires"][0]["version"] == after["version"]


def test_a_surgery_undone_by_several_at_once_is_undone_once(house) -> None:
    pixels(house, 0.0, 0.8, 1.6)
    fire = only(house)
    done = do(house, "mark_false", fire["id"], names(listed(house, fire["id"])[:1]))
    answers = at_once([lambda: undo(house, done, version=1)] * 4)
    assert sum(isinstance(one, dict) for one in answers) == 1
    assert {one.code for one in answers if isinstance(one, Conflict)} == {"surgery.already_undone"}
    assert only(house)["n_detections"] == 3


def test_two_fires_merged_into_each_other_at_once_are_one(house) -> None:
    pixels(house, 0.0, hours=9)
    pixels(house, 20.0, hours=8)
    one, other = standing(house)
    answers = at_once(
        [
            lambda: do(house, "merge", one, UUID(other)),
            lambda: do(house, "merge", other, UUID(one)),
        ]
    )
    (refused,) = (it for it in answers if isinstance(it, Invalid))
    assert refused.code == "surgery.same_fire"
    assert only(house)["id"] == one


def test_a_pass_and_surgeries_at_once_lose_no_detection(house) -> None:
    pixels(house, *(0.8 * k for k in range(8)))
    stop = threading.Event()

    def cut(seed: int) -> int:
        rng, done = np.random.default_rng(seed), 0
        while not stop.is_set():
            try:
                done += _something(house, rng, "live")
            except (Conflict, Invalid, NotFound):
                continue
        return done

    with ThreadPoolExecutor(3) as pool:
        people = [pool.submit(cut, seed) for seed in range(2)]
        rng = np.random.default_rng(5)
        for turn in range(12):
            at = NOW - timedelta(hours=5 - turn / 4)
            rows = np.concatenate([near(float(x), 0, at) for x in rng.uniform(-1, 7, 3)])
            take(house, f"{turn}.csv", firms_file(rows))
        stop.set()
        assert sum(one.result(120) for one in people) > 0
    assert books.unassessed(house.worlds.engine) == 0
    with house.worlds.engine.connect() as conn:
        of_all = conn.scalar(text("select count(*) from detection where fire_id is not null"))
    counted = sum(len(listed(house, fire)) for fire in standing(house))
    assert counted == of_all


def waiting(house) -> int:
    """How many wait for the world's lock; who came first gets it first."""
    query = text(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock' and wait_event = 'advisory'"
    )
    with house.worlds.engine.connect() as conn:
        return conn.scalar(query)


def until(condition, seconds: float = 30.0) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    raise AssertionError("waited in vain")


def test_a_batch_that_waited_for_a_surgery_follows_it(house) -> None:
    """What a split gives away is not taken back by a pass that was on its way."""
    pixels(house, 0.0, 0.8, 1.6, 2.4)
    fire = only(house)
    some = names(listed(house, fire["id"])[2:])
    with ThreadPoolExecutor(2) as pool:
        with house.worlds.engine.begin() as conn:
            world_lock(conn, operator(house).world.id)
            cut = pool.submit(do, house, "split", fire["id"], some)
            until(lambda: waiting(house) == 1)
            batch = pool.submit(pixels, house, 2.0, 2.8, hours=1)
            until(lambda: waiting(house) == 2)
        batch.result(60)
        done = cut.result(60)
    assert read(house, done["fires"][1]["id"])["n_detections"] == 4
    assert read(house, fire["id"])["n_detections"] == 2


# What people said, as grouping is told


def test_peoples_word_names_pairs_fires_and_detections_of_today(house) -> None:
    pixels(house, *(0.8 * k for k in range(5)))
    fire = only(house)
    row = listed(house, fire["id"])
    done = do(house, "split", fire["id"], names(row[3:]))
    new = done["fires"][1]["id"]
    marked = do(house, "mark_false", fire["id"], names(row[:1]))
    pair = frozenset({UUID(fire["id"]), UUID(new)})
    actor = operator(house)
    with house.worlds.engine.connect() as conn:
        known = stored_fires.many(conn, actor, [UUID(fire["id"]), UUID(new)])
        word, mark = words(conn, actor, known.values()), stored.mark(conn, actor.world.id)
    assert (word.apart, word.decided) == ({pair}, pair)
    assert (word.held.dtype, word.false.dtype) == (HELD, PIXEL)
    assert [str(one) for one in word.false["key"]] == [row[0]["id"]]
    assert {str(one) for one in word.held["key"]} == {one["id"] for one in row[3:]}
    assert {UUID(bytes=bytes(raw)) for raw in word.held["fire_id"]} == {UUID(new)}
    undo(house, marked)
    with house.worlds.engine.connect() as conn:
        again = words(conn, actor, known.values())
        assert stored.mark(conn, actor.world.id) == mark + 1
    assert (len(again.false), again.apart) == (0, {pair})


# Whatever people do, it can all be taken back; and passes in any order find the same


def _something(house, rng, world: str) -> int:
    """A surgery or an undoing that somebody may do now; 1 if it was done."""
    fires = list(standing(house, world))
    fire = fires[rng.integers(len(fires))]
    row = [one for one in listed(house, fire, world) if one["properties"]["verdict"] != "false"]
    if not row:
        return 0
    some = names([one for one in row if rng.random() < 0.4] or row[:1])
    match int(rng.integers(5)):
        case 0:
            do(house, "split", fire, some, world=world)
        case 1:
            do(house, "merge", fire, UUID(fires[rng.integers(len(fires))]), world=world)
        case 2:
            do(house, "move", fire, UUID(fires[rng.integers(len(fires))]), some, world=world)
        case 3:
            do(house, "unmatch", fire, some, world=world)
        case _:
            do(house, "mark_false", fire, some, world=world)
    return 1


def _try(house, rng, world: str) -> bool:
    try:
        return bool(_something(house, rng, world))
    except (Conflict, Invalid):
        return False


def _undo_all(house, world: str) -> int:
    """Take back everything, the newest first."""
    query = text(
        "select id from surgery where undone_at is null and world_id ="
        " (select id from world where name = :world) order by seq desc"
    )
    with house.worlds.engine.connect() as conn:
        ids = list(conn.scalars(query, {"world": world}))
    for one in ids:
        undo(house, {"surgery": one}, world)
    return len(ids)


def _map(house, world: str) -> None:
    """Two fires of four pixels and one of one, of one pass each."""
    for start, n, north in ((0.0, 4, 0.0), (0.0, 4, 6.0), (9.0, 1, 3.0)):
        east = [start + 0.8 * k for k in range(n)]
        pixels(house, *east, north_km=north, hours=6 + north, world=world)


@pytest.fixture(scope="module")
def shared(db_url):
    with opened(db_url) as made:
        yield made


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10_000), turns=st.integers(1, 6))
def test_all_surgeries_taken_back_leave_everything_as_it_was(shared, seed, turns) -> None:
    world, rng = f"back-{next(_worlds)}", np.random.default_rng(seed)
    replay_world(shared, world)
    _map(shared, world)
    before = shapes(shared, world), places(shared, world)
    kept = ("status", "number", "received_at", "source_kinds", "closed_at")
    facts = {fire: [one[it] for it in kept] for fire, one in standing(shared, world).items()}
    done = sum(_try(shared, rng, world) for _ in range(turns))
    assert _undo_all(shared, world) == done
    assert (shapes(shared, world), places(shared, world)) == before
    after = {fire: [one[it] for it in kept] for fire, one in standing(shared, world).items()}
    assert after == facts


@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_better_versions_in_any_order_keep_what_people_did(shared, seed, data) -> None:
    """The same surgeries in two worlds, then the same deliveries in two orders."""
    spots = [
        Pass(ORIGIN[0], ORIGIN[1] + 3 * k * KM_LAT, NOW - timedelta(hours=4 + k), bird, 3)
        for k, bird in enumerate((Satellite.NOAA20, Satellite.SNPP))
    ]
    later = [firms_file(seen(one, stage=Stage.STANDARD), Stage.STANDARD) for one in spots]
    again = [firms_file(seen(one, stage=Stage.NRT)) for one in spots]
    order = data.draw(st.permutations([*later, *again, *later]))
    outcome = []
    for files in (later, order):
        world = f"versions-{next(_worlds)}"
        replay_world(shared, world)
        for one in spots:
            take(shared, f"{one.at}.csv", firms_file(seen(one, stage=Stage.NRT)), world)
        _cut_alike(shared, world, seed)
        before = {fire: len(keys) for fire, keys in places(shared, world).items()}
        for number, body in enumerate(files):
            take(shared, f"{number}.csv", body, world)
        after = {fire: len(keys) for fire, keys in places(shared, world).items()}
        assert after == before
        outcome.append((partition(shared, world), shapes(shared, world)))
    assert outcome[0] == outcome[1]


def _cut_alike(house, world: str, seed: int) -> None:
    """The same corrections whatever the ids: by place."""
    rng = np.random.default_rng(seed)
    fires = sorted(standing(house, world).values(), key=lambda one: one["point"][1])
    first, second = (one["id"] for one in fires)
    row = listed(house, first, world)
    kind = ("split", "unmatch", "mark_false", "move", "merge")[rng.integers(5)]
    some = names([one for one in row if rng.random() < 0.5] or row[:1])
    more = {"move": [UUID(second)], "merge": [UUID(second)]}.get(kind, [])
    told: list[UUID | Choice] = [*more] if kind == "merge" else [*more, some]
    try:
        do(house, kind, first, *told, world=world)
    except Invalid:
        assert kind in ("split", "unmatch")  # everything was drawn


def test_books_of_all_those_worlds_balance(shared) -> None:
    drain(shared.worlds.engine)
    assert books.faults(shared.worlds.engine) == {}
