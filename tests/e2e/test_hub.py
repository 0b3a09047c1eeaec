"""A hub reads a real region over HTTP: the hub is killed, the line is cut, both end up equal."""

import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine, text

from sylvan.domain.actors import system
from sylvan.domain.worlds import live_world
from sylvan.services.house import House
from sylvan.services.log import Sequencer
from sylvan.store import engine as store_engine
from sylvan.store import events
from sylvan.store.events import Event
from tests.databases import Server
from tests.e2e.houses import opened
from tests.e2e.processes import running
from tests.e2e.served import served

SYLVAN = [sys.executable, "-c", "from sylvan.cli import run; run()"]
ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
KILLS, PATIENCE_S = 3, 90


@pytest.fixture
def region(server: Server, template: str) -> Iterator[House]:
    with server.fresh(template=template, hint="region") as name:
        house = opened(server.database(name))
        house.worlds.live()
        stop = threading.Event()
        leader = threading.Thread(target=Sequencer(house.worlds.engine, stop).run)
        leader.start()
        yield house
        stop.set()
        leader.join()
        house.worlds.engine.dispose()


def write(engine: Engine, count: int, begin: int) -> None:
    """Changes of forty fires in turn."""
    for n in range(begin, begin + count):
        body = {"status": "signal", "area_ha": float(n), "number": None}
        told = Event("fire.changed", f"fire-{n % 40}", NOW, body, ("98",), (129.7, 62.0))
        with engine.begin() as conn:
            events.write(conn, system(live_world()), [told])


def numbers(engine: Engine, query: str) -> list[int]:
    with engine.connect() as conn:
        return list(conn.scalars(text(query)))


def test_killed_hub_and_cut_line_end_with_the_regions_own_numbers(
    region: House, fresh_db_url: str, tmp_path: Path
) -> None:
    total, rng = 6000, random.Random(11)
    theirs = store_engine.create(fresh_db_url)
    write(region.worlds.engine, 10, 0)
    writer = threading.Thread(target=write, args=(region.worlds.engine, total - 10, 10))
    writer.start()

    def held() -> list[int]:
        return numbers(theirs, "select seq from hub_event order by seq")

    def pull(port: int, *more: str, name: str):
        file = tmp_path / "hub.yaml"
        source = {"code": "yakutia", "url": f"http://127.0.0.1:{port}"}
        file.write_text(yaml.safe_dump({"regions": [source]}))
        env = os.environ | {
            "SYLVAN_DATABASE_URL": fresh_db_url,
            "SYLVAN_DATA_DIR": str(tmp_path / "data"),
            "SYLVAN_HUB_FILE": str(file),
            "SYLVAN_LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
        }
        return running(
            [*SYLVAN, "hub", "pull", *more], tmp_path / f"{name}.log", env=env, cwd=tmp_path
        )

    with served(region) as port:
        for n in range(KILLS):
            before = len(held())
            with pull(port, "--follow", name=f"pull-{n}") as hub:
                until = time.monotonic() + PATIENCE_S
                while len(held()) == before and writer.is_alive():
                    assert hub.process.poll() is None, hub.said()
                    assert time.monotonic() < until, hub.said()
                    time.sleep(rng.random() * 0.1)
                hub.process.kill()
                hub.process.wait()
    # the region is away: the hub says so, and the region writes on
    with pull(port, name="away") as hub:
        assert hub.process.wait(PATIENCE_S) != 0
        assert "yakutia" in hub.said()
    assert numbers(theirs, "select 1 from hub_source where state = 'away'") == [1]
    writer.join()
    until = time.monotonic() + PATIENCE_S
    while numbers(region.worlds.engine, "select seq from log_state") != [total]:
        assert time.monotonic() < until
        time.sleep(0.1)
    with served(region) as port, pull(port, name="last") as hub:
        assert hub.process.wait(PATIENCE_S) == 0, hub.said()
    assert held() == numbers(region.worlds.engine, "select seq from event_log order by seq")
    assert held() == list(range(1, total + 1))
    both = "select md5(string_agg(seq || kind || {} || body::text, ',' order by seq)) from {}"
    with theirs.connect() as ours, region.worlds.engine.connect() as conn:
        assert ours.scalar(text(both.format("subject", "hub_event"))) == conn.scalar(
            text(both.format("subject", "event_log"))
        )
    assert numbers(theirs, "select count(*) from hub_fire") == [40]
    theirs.dispose()
