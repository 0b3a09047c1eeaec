"""The live channel over the real log: cut anywhere, woken or not, old or restored, it tells all."""

import asyncio
import random
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from sylvan.domain.actors import system
from sylvan.live.filters import KINDS
from sylvan.live.limits import DEFAULT
from sylvan.ops.backup import backup, restore
from sylvan.services.log import LogReader, Sequencer, drain
from sylvan.store import engine as store_engine
from sylvan.store import events
from sylvan.store.events import Event

from .chaos import ChaosProxy, Fault
from .live_server import WORLDS, Follower, Gateway, dial, frame, reached, resume, start

NOW = datetime(2026, 7, 1, tzinfo=UTC)
CLIENTS, WRITERS, EACH = 200, 20, 25
QUICK = replace(DEFAULT, skip_s=0.1, poll_s=0.2)
FILTERS = (
    None,
    {"bbox": [100, 50, 140, 75], "kinds": None},
    {"bbox": [170, 50, -170, 75]},
    {"kinds": ["report.changed", "fire.changed"]},
    {"bbox": [-180, -90, 180, 90], "kinds": ["fire.changed"]},
    {"bbox": [128, 60, 131, 63], "kinds": ["report.changed"]},
)


@pytest.fixture
def engine(fresh_db_url):
    made = store_engine.create(fresh_db_url, pool_size=WRITERS + 6)
    yield made
    made.dispose()


@contextmanager
def numbering(engine: Engine):
    """A sequencer at work."""
    stop = threading.Event()
    leader = threading.Thread(target=Sequencer(engine, stop).run)
    leader.start()
    try:
        yield
    finally:
        stop.set()
        leader.join()


def write(engine: Engine, subject: str, *, world: str = "live", kind: str = "fire.changed", **more):
    told = Event(kind, subject, NOW, more.get("body", {}), (), more.get("point", (129.7, 62.0)))
    with engine.begin() as conn:
        events.write(conn, system(WORLDS[world]), [told])


def storm_writer(engine: Engine, number: int) -> None:
    rng = random.Random(number)
    for turn in range(EACH):
        far = (rng.choice([180.0, -180.0, rng.uniform(-180, 180)]), rng.uniform(50, 75))
        close = (rng.uniform(128, 131), rng.uniform(60, 63))
        write(
            engine,
            f"thing-{number}-{turn}",
            world=rng.choice(["live", "live", "live", "august"]),
            kind=rng.choice(KINDS),
            point=rng.choice([far, close, None]),
            body={"turn": turn, "text": "x" * rng.randrange(300)},
        )
        time.sleep(rng.random() * 0.05)


def query_with_the_same_filter(engine: Engine, world: str, wanted) -> list[int]:
    """What a client should have been told, asked of the database."""
    wanted = wanted or {}
    west, south, east, north = wanted.get("bbox") or (-180, -90, 180, 90)
    query = text(
        "select seq from event_log where world_id = :world"
        " and (cast(:kinds as text[]) is null or kind = any(:kinds))"
        " and (lon is null or lat between :south and :north and case when :west <= :east"
        "  then lon between :west and :east else lon >= :west or lon <= :east end) order by seq"
    )
    values = {
        "world": WORLDS[world].id,
        "kinds": wanted.get("kinds"),
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    with engine.connect() as conn:
        return list(conn.scalars(query, values))


def test_two_hundred_sockets_cut_at_random_bytes_miss_nothing_of_the_real_log(engine) -> None:
    rng = random.Random(4)
    total = WRITERS * EACH

    async def storm(gateway):
        fault = lambda _: Fault(cut_after=rng.randrange(1, 30_000))  # noqa: E731
        async with ChaosProxy(gateway.address, fault) as proxy:
            clients = [
                Follower(proxy.port, rng.choice(["live", "live", "august"]), FILTERS[n % 6])
                for n in range(CLIENTS)
            ]
            threads = [
                threading.Thread(target=storm_writer, args=(engine, n)) for n in range(WRITERS)
            ]
            for thread in threads:
                thread.start()
            async with asyncio.timeout(150):
                await asyncio.gather(*(c.follow(lambda held: held >= total) for c in clients))
            for thread in threads:
                thread.join()
            return clients, proxy.cuts

    with numbering(engine), Gateway(QUICK, log=LogReader(engine)) as gateway:
        clients, cuts = asyncio.run(storm(gateway))
    assert cuts > CLIENTS / 2, "the network was too kind for this test to say anything"
    expected = {
        (world, n): query_with_the_same_filter(engine, world, FILTERS[n])
        for world in WORLDS
        for n in range(6)
    }
    for client in clients:
        assert client.numbers == expected[client.world, FILTERS.index(client.wanted)]
    with engine.connect() as conn:
        assert list(conn.scalars(text("select seq from event_log order by seq"))) == list(
            range(1, total + 1)
        )


@dataclass(frozen=True)
class Deaf(LogReader):
    """A reader that no NOTIFY ever reaches."""

    async def wakes(self):
        await asyncio.Event().wait()
        yield


def test_lost_wake_ups_lose_no_event(engine) -> None:
    async def scene(gateway):
        client = Follower(gateway.port)
        following = asyncio.create_task(client.follow(lambda held: held >= 20))
        for number in range(20):
            await asyncio.to_thread(write, engine, f"fire-{number}")
        await asyncio.wait_for(following, 60)
        return client.numbers

    with numbering(engine), Gateway(QUICK, log=Deaf(engine)) as gateway:
        assert asyncio.run(scene(gateway)) == list(range(1, 21))


def cut_listeners(engine: Engine) -> int:
    query = text(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where datname = current_database() and query ilike 'listen %'"
    )
    with engine.connect() as conn:
        return conn.scalar(query) or 0


def test_a_listening_connection_that_is_cut_is_made_again(engine) -> None:
    async def scene(gateway):
        client = Follower(gateway.port)
        following = asyncio.create_task(client.follow(lambda held: held >= 10))
        cut = 0
        for number in range(10):
            await asyncio.to_thread(write, engine, f"fire-{number}")
            cut += await asyncio.to_thread(cut_listeners, engine)
            await asyncio.sleep(0.1)
        await asyncio.wait_for(following, 60)
        return client.numbers, cut

    with numbering(engine), Gateway(QUICK, log=LogReader(engine)) as gateway:
        numbers, cut = asyncio.run(scene(gateway))
    assert numbers == list(range(1, 11))
    assert cut > 0


def test_who_was_away_longer_than_the_retention_is_told_and_the_log_is_kept(engine) -> None:
    for number in range(30):
        write(engine, f"fire-{number}")
    drain(engine)
    with engine.begin() as conn:
        conn.execute(
            text("update event_log set recorded_at = now() - interval '31 days' where seq <= 20")
        )

    async def scene(gateway):
        answers = []
        for after in (0, 19, 20, 25):
            async with dial(gateway.port) as ws:
                hello = await frame(ws, "hello")
                answer = await resume(ws, hello["epoch"], after)
                answers.append((after, answer["t"], answer.get("reason")))
        return hello["oldest"], answers

    with Gateway(QUICK, log=LogReader(engine, resume_days=30)) as gateway:
        oldest, answers = asyncio.run(scene(gateway))
    assert oldest == 21
    assert answers == [
        (0, "gone", "retention"),
        (19, "gone", "retention"),
        (20, "skip_to", None),
        (25, "skip_to", None),
    ]
    assert len(LogReader(engine).read(0, 100)) == 30


def test_days_away_within_the_retention_bring_exactly_what_was_missed(engine) -> None:
    for number in range(700):  # more than a page of the log
        write(engine, f"fire-{number}")
    drain(engine)

    async def scene(gateway):
        client = Follower(gateway.port)
        client.held = 3
        await asyncio.wait_for(client.follow(lambda held: held >= 700), 60)
        return client.numbers

    with Gateway(QUICK, log=LogReader(engine)) as gateway:
        assert asyncio.run(scene(gateway)) == list(range(4, 701))


def test_after_a_restore_screens_are_sent_to_read_afresh_and_hear_on(engine, tmp_path) -> None:
    """The same process serves on: numbers after the backup's may come again, under a new epoch."""
    url = engine.url.render_as_string(hide_password=False)
    for number in range(5):
        write(engine, f"before-{number}")
    drain(engine)
    file = backup(url, tmp_path, tmp_path / "kept.dump").path
    for number in range(4):
        write(engine, f"lost-{number}")
    drain(engine)

    async def scene(gateway):
        async with dial(gateway.port) as ws:
            hello = await start(ws)
            assert hello["seq"] == 9
            await asyncio.to_thread(restore, url, tmp_path, file)
            told = await asyncio.wait_for(frame(ws, "resync"), 60)
            assert (told["reason"], told["seq"]) == ("epoch", 5)
            assert told["epoch"] != hello["epoch"]
            await resume(ws, told["epoch"], 5)
            await asyncio.to_thread(write, engine, "after")
            await asyncio.to_thread(drain, engine)
            heard = await frame(ws, "event")
            async with dial(gateway.port) as late:  # one who slept through all that
                await frame(late, "hello")
                answer = await resume(late, hello["epoch"], 9)
        return heard, answer, told["epoch"]

    with Gateway(QUICK, log=LogReader(engine)) as gateway:
        heard, answer, epoch = asyncio.run(scene(gateway))
    assert (heard["seq"], heard["id"], heard["epoch"]) == (6, "after", epoch)
    assert (answer["t"], answer["reason"]) == ("resync", "epoch")


def test_a_gateway_survives_a_database_that_goes_away_for_a_while(engine, server) -> None:
    """Every session is ended, again and again; nobody misses anything."""

    def cut_everybody() -> None:
        name = engine.url.database
        with server.owner() as owner:
            query = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
            owner.execute(query, [name])

    def write_stubbornly(number: int) -> None:
        while True:
            try:
                return write(engine, f"fire-{number}")
            except Exception:  # noqa: BLE001 - cut off, like everybody; not committed
                time.sleep(0.02)

    async def scene(gateway):
        clients = [Follower(gateway.port) for _ in range(5)]
        going = [asyncio.create_task(c.follow(lambda held: held >= 12)) for c in clients]
        for number in range(12):
            await asyncio.to_thread(write_stubbornly, number)
            if number % 4 == 2:
                await asyncio.to_thread(cut_everybody)
        await asyncio.wait_for(asyncio.gather(*going), 60)
        await reached(lambda: gateway.hub.seq >= 12)
        return clients

    with numbering(engine), Gateway(QUICK, log=LogReader(engine)) as gateway:
        clients = asyncio.run(scene(gateway))
    head = LogReader(engine).head().seq
    assert head >= 12
    assert all(client.numbers[:12] == list(range(1, 13)) for client in clients)
