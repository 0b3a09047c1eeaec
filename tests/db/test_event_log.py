"""The numbered event log: gap-free under many writers; polling an identity column is not."""

import random
import threading
import time
from datetime import UTC, datetime
from threading import Event as Flag

import psycopg
import pytest
from sqlalchemy import text

from sylvan.domain.actors import system
from sylvan.domain.worlds import live_world
from sylvan.services.log import LogReader, Sequencer, drain
from sylvan.store import engine as store_engine
from sylvan.store import events
from sylvan.store.events import Event

NOW = datetime(2026, 7, 1, tzinfo=UTC)
ACTOR = system(live_world())
WRITERS = 16
EACH = 150


@pytest.fixture
def engine(fresh_db_url):
    made = store_engine.create(fresh_db_url, pool_size=WRITERS + 4)
    yield made
    made.dispose()


def write(engine, subjects, rng) -> None:
    for subject in subjects:
        with engine.begin() as conn:
            events.write(conn, ACTOR, [Event("test.changed", subject, NOW, {})])
            if rng.random() < 0.3:
                time.sleep(rng.random() * 0.004)  # commits leave in another order than ids


def run_writers(engine, job) -> None:
    threads = []
    for number in range(WRITERS):
        names = [f"{number}-{k}" for k in range(EACH)]
        threads.append(threading.Thread(target=job, args=(engine, names, random.Random(number))))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_sixteen_writers_lose_nothing_and_leave_no_gap(engine) -> None:
    stop = Flag()
    leader = threading.Thread(target=Sequencer(engine, stop).run)
    leader.start()
    seen: list[events.LoggedEvent] = []
    reader = LogReader(engine)

    def follow() -> None:
        while not stop.is_set() or reader.head().seq > len(seen):
            seen.extend(reader.read(seen[-1].seq if seen else 0, 1000))

    follower = threading.Thread(target=follow)
    follower.start()
    run_writers(engine, write)
    drain_until_empty(engine)
    stop.set()
    leader.join()
    follower.join()
    assert [event.seq for event in seen] == list(range(1, WRITERS * EACH + 1))
    assert {event.subject for event in seen} == {
        f"{number}-{k}" for number in range(WRITERS) for k in range(EACH)
    }


def drain_until_empty(engine) -> None:
    for _ in range(2000):
        with engine.connect() as conn:
            if not conn.scalar(text("select exists (select from outbox)")):
                return
        time.sleep(0.01)
    raise AssertionError("the outbox did not empty")


def test_polling_an_identity_column_loses_events(engine) -> None:
    """The test of the test: the way that everybody tries first is caught by the same load."""
    with engine.begin() as conn:
        conn.execute(text("create table naive (id bigint generated always as identity, name text)"))
    seen: set[str] = set()
    last = 0
    done = Flag()

    def poll() -> None:
        nonlocal last
        while not done.is_set():
            with engine.connect() as conn:
                query = text("select id, name from naive where id > :last order by id")
                for row in conn.execute(query, {"last": last}):
                    seen.add(row.name)
                    last = row.id

    def naive(engine, names, rng) -> None:
        for name in names:
            with engine.begin() as conn:
                conn.execute(text("insert into naive (name) values (:name)"), {"name": name})
                if rng.random() < 0.3:
                    time.sleep(rng.random() * 0.004)

    poller = threading.Thread(target=poll)
    poller.start()
    run_writers(engine, naive)
    time.sleep(0.2)
    done.set()
    poller.join()
    assert len(seen) < WRITERS * EACH


def test_a_rolled_back_change_leaves_neither_event_nor_gap(engine) -> None:
    with engine.begin() as conn:
        events.write(conn, ACTOR, [Event("test.changed", "a", NOW, {})])
    with engine.connect() as conn:
        events.write(conn, ACTOR, [Event("test.changed", "never", NOW, {})])
        conn.rollback()
    with engine.begin() as conn:
        events.write(conn, ACTOR, [Event("test.changed", "b", NOW, {})])
    assert drain(engine) == 2
    assert [(e.seq, e.subject) for e in LogReader(engine).read(0, 10)] == [(1, "a"), (2, "b")]


def test_only_one_sequencer_leads_and_another_takes_over(engine) -> None:
    flags = [Flag(), Flag()]
    pair = [Sequencer(engine, flag) for flag in flags]
    threads = [threading.Thread(target=one.run) for one in pair]
    for thread in threads:
        thread.start()
    wait_for(lambda: any(one.leading for one in pair))
    first = next(k for k in (0, 1) if pair[k].leading)
    assert not pair[1 - first].leading
    flags[first].set()
    wait_for(lambda: pair[1 - first].leading)
    with engine.begin() as conn:
        events.write(conn, ACTOR, [Event("test.changed", "after", NOW, {})])
    drain_until_empty(engine)
    flags[1 - first].set()
    for thread in threads:
        thread.join()
    assert [e.subject for e in LogReader(engine).read(0, 10)] == ["after"]


def wait_for(condition) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("did not happen within ten seconds")


def test_the_sequencer_wakes_listeners(engine) -> None:
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute(f"listen {events.CHANNEL}")
        with engine.begin() as conn:
            events.write(conn, ACTOR, [Event("test.changed", "a", NOW, {})])
        assert not list(listener.notifies(timeout=0.2))  # a business transaction never notifies
        drain(engine)
        assert [note.payload for note in listener.notifies(timeout=5, stop_after=1)] == ["1"]


def test_a_backup_of_the_state_keeps_the_epoch(engine) -> None:
    reader = LogReader(engine)
    assert reader.head().epoch == reader.head().epoch
    assert (reader.head().seq, reader.head().oldest) == (0, 1)
