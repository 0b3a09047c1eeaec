"""Three gateways as processes on one database: one is killed, the bus goes, and nobody misses a
number."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from sylvan.domain.actors import system
from sylvan.domain.worlds import live_world
from sylvan.services.bus import LOG, woken
from sylvan.services.log import LogReader, Sequencer
from sylvan.services.nats_bus import NatsBus
from sylvan.services.worlds import Worlds
from sylvan.store import engine as store_engine
from sylvan.store import events
from sylvan.store.events import Event
from tests.e2e.live_server import Follower, reached, wait_for
from tests.e2e.nats_server import nats_server
from tests.e2e.processes import Running, free_port, running

ROOT = Path(__file__).resolve().parents[2]
SYLVAN = [sys.executable, "-c", "from sylvan.cli import run; run()"]
NOW = datetime(2026, 7, 1, tzinfo=UTC)
GATEWAYS, CLIENTS_EACH, WRITERS, EACH = 3, 4, 4, 30
DATABASE_PACE_S = 5.0
"""A second between two looks, and a machine that does much else."""
FILTERS = (
    None,
    {"bbox": [100, 50, 140, 75]},
    {"kinds": ["report.changed"]},
    {"bbox": [20, 50, 30, 60], "kinds": ["fire.changed", "report.changed"]},
)


class Screen(Follower):
    """A client that goes to the next gateway when its own is gone."""

    def __init__(self, ports: list[int], wanted):
        super().__init__(ports[0], wanted=wanted)
        self._ports = ports

    @property
    def port(self) -> int:
        return self._ports[self.breaks % len(self._ports)]

    @port.setter
    def port(self, port: int) -> None:
        """Said by the gateways in turn."""


@dataclass(frozen=True)
class Ring:
    """Everything that runs."""

    gateways: dict[int, Running]
    address: str
    bus: Running
    engine: Engine

    def metric(self, port: int, name: str) -> float:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
        return float(next(line for line in text.splitlines() if line.startswith(name)).split()[1])

    def screens(self) -> list[Screen]:
        ports = list(self.gateways)
        turned = [ports[n:] + ports[:n] for n in range(len(ports))]
        return [Screen(turned[n % GATEWAYS], FILTERS[n % 4]) for n in range(12)]


def write(engine: Engine, number: int, turn: int) -> None:
    kind = "report.changed" if turn % 3 == 0 else "fire.changed"
    place = (129.7, 62.0) if turn % 2 else (25.0, 55.0)
    told = Event(kind, f"thing-{number}-{turn}", NOW, {"turn": turn}, (), place)
    with engine.begin() as conn:
        events.write(conn, system(live_world()), [told])


def due(engine: Engine, wanted) -> list[int]:
    """What a screen should have been told, the plain way."""
    wanted = wanted or {}
    west, south, east, north = wanted.get("bbox") or (-180, -90, 180, 90)
    kinds = wanted.get("kinds")
    return [
        event.seq
        for event in LogReader(engine).read(0, 10_000)
        if (kinds is None or event.kind in kinds)
        and west <= event.point[0] <= east
        and south <= event.point[1] <= north
    ]


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory, db_url: str) -> Iterator[Ring]:
    tmp_path = tmp_path_factory.mktemp("ring")
    engine = store_engine.create(db_url, pool_size=WRITERS + 4)
    Worlds(engine, lambda: NOW).live()
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        address, server = stack.enter_context(nats_server(tmp_path))
        env = os.environ | {
            "SYLVAN_DATABASE_URL": db_url,
            "SYLVAN_DATA_DIR": str(tmp_path / "data"),
            "SYLVAN_NATS_URL": address,
            "SYLVAN_TLS": "off",
            "SYLVAN_SIGN_IN": "off",
            "SYLVAN_LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
        }
        gateways = {}
        for _ in range(GATEWAYS):
            port = free_port()
            command = [*SYLVAN, "gateway", "--port", str(port)]
            log = tmp_path / f"gateway-{port}.log"
            gateways[port] = stack.enter_context(running(command, log, env=env, cwd=tmp_path))
        for port, gateway in gateways.items():
            gateway.wait_for(f"http://127.0.0.1:{port}/readyz")
        bus = NatsBus([address], "yakutia")
        stop = threading.Event()
        leader = threading.Thread(target=Sequencer(engine, stop, bus).run)
        leader.start()
        stack.callback(bus.close)
        stack.callback(leader.join)
        stack.callback(stop.set)
        yield Ring(gateways, address, server, engine)


def writing(ring: Ring, turns: range) -> list[threading.Thread]:
    def work(number: int) -> None:
        for turn in turns:
            write(ring.engine, number, turn)
            time.sleep(0.02)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    return threads


async def joined(threads: list[threading.Thread]) -> None:
    for thread in threads:
        await asyncio.to_thread(thread.join)


def test_gateway_takes_no_changes(ring: Ring) -> None:
    port = next(iter(ring.gateways))
    answer = httpx.post(f"http://127.0.0.1:{port}/api/v1/reports", json={}, timeout=10)
    assert answer.status_code == 405
    assert answer.json()["code"] == "problem.reads_only"
    assert "GET" in answer.headers["allow"]


def test_the_bus_alone_wakes_where_the_database_does_not_notify(ring: Ring) -> None:
    """As on a standby, which cannot LISTEN."""

    async def cannot(topic):
        raise OSError("a standby knows no LISTEN")
        yield 0

    async def scene(bus: NatsBus) -> None:
        woke = asyncio.Event()

        async def wait() -> None:
            async for _ in woken(LOG, [("database", cannot), ("bus", bus.subscribe)]):
                woke.set()

        waiting = asyncio.create_task(wait())
        await reached(lambda: bus.connected and woke.is_set(), 30)
        for turn in range(3):
            before = bus.heard
            await asyncio.to_thread(write, ring.engine, 1, turn)
            await reached(lambda before=before: bus.heard > before, 30)
        waiting.cancel()

    bus = NatsBus([ring.address], "yakutia")
    try:
        asyncio.run(scene(bus))
    finally:
        bus.close()


def test_a_killed_gateway_and_a_lost_bus_cost_no_screen_a_number(ring: Ring) -> None:
    victim, *others = ring.gateways
    base = LogReader(ring.engine).head().seq
    step = WRITERS * EACH
    total = base + 3 * step

    async def scene() -> list[Screen]:
        screens = ring.screens()
        following = [asyncio.create_task(s.follow(lambda held: held >= total)) for s in screens]
        first = writing(ring, range(EACH))
        await reached(lambda: all(screen.held > base + WRITERS for screen in screens), 60)
        await joined(first)

        second = writing(ring, range(EACH, 2 * EACH))
        await reached(lambda: all(screen.held > base + step for screen in screens), 60)
        ring.gateways[victim].process.kill()
        await joined(second)
        await reached(lambda: all(screen.held >= base + 2 * step for screen in screens), 60)

        for port in others:
            assert await asyncio.to_thread(ring.metric, port, "sylvan_bus_connected") == 1
        ring.bus.process.kill()
        third = writing(ring, range(2 * EACH, 3 * EACH))
        await joined(third)
        async with asyncio.timeout(60):
            await asyncio.gather(*following)
        return screens

    screens = asyncio.run(scene())
    for screen in screens:
        assert screen.numbers == due(ring.engine, screen.wanted)
        assert len(set(screen.numbers)) == len(screen.numbers)
    assert [event.seq for event in LogReader(ring.engine).read(0, 10_000)] == list(
        range(1, total + 1)
    )
    moved = [screen for screen in screens if screen.breaks]
    assert len(moved) >= CLIENTS_EACH
    for port in others:
        wait_for(lambda port=port: ring.metric(port, "sylvan_bus_connected") == 0)
        assert ring.gateways[port].said().count('"bus.lost"') == 1


def test_without_the_bus_a_change_is_as_fast_as_the_database(ring: Ring) -> None:
    ring.bus.process.kill()
    port = list(ring.gateways)[-1]
    base = LogReader(ring.engine).head().seq

    async def scene() -> float:
        screen = Screen([port], None)
        following = asyncio.create_task(screen.follow(lambda held: held >= base + 20))
        await reached(lambda: screen.held >= base, 60)
        worst = 0.0
        for turn in range(20):
            began = time.monotonic()
            await asyncio.to_thread(write, ring.engine, 0, turn)
            await reached(lambda turn=turn: screen.held > base + turn, 60)
            worst = max(worst, time.monotonic() - began)
        await asyncio.wait_for(following, 10)
        return worst

    assert asyncio.run(scene()) < DATABASE_PACE_S
