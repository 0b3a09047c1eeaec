"""A snapshot and the events after its number lead every screen to the same picture."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from sylvan.domain.codes import Refusal
from sylvan.domain.detections import Stage
from sylvan.ops.database import make_ready
from sylvan.services.log import Sequencer, drain
from tests.db import books
from tests.db.helpers import (
    NOW,
    burning_day,
    files_of,
    opened,
    operator,
    replay_world,
    take,
)

STEADY = ("version", "status", "number", "area_ha", "n_detections", "ids_merged", "proposals")
"""What does not age by itself between a snapshot and an event."""


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url, pool=12) as made:
        yield made


class Screen:
    """What a client knows: a snapshot, and events that it applies as they come."""

    def __init__(self, snapshot: dict) -> None:
        self.after = snapshot["as_of_seq"]
        self.fires = {fire["id"]: fire for fire in snapshot["fires"]}
        self.reports = {report["id"]: report for report in snapshot["reports"]}
        self.open = {asked["id"]: asked for asked in snapshot["proposals"]}
        self.feeds = {feed["feed"]: feed for feed in snapshot["feeds"]}

    def hear(self, event) -> None:
        body = event.body
        match event.kind:
            case "fire.changed" | "fire.merged":
                self._newer(self.fires, body)
                if body["merged_into"]:
                    self.fires.pop(body["id"], None)
            case "report.changed":
                self._newer(self.reports, body)
            case "proposal.changed":
                self.open[body["id"]] = body
                if body["status"] != "open":
                    self.open.pop(body["id"])
            case "feed.changed":
                self.feeds[body["feed"]] = body

    @staticmethod
    def _newer(known: dict, body: dict) -> None:
        if body["version"] >= known.get(body["id"], {"version": 0})["version"]:
            known[body["id"]] = body

    def picture(self) -> tuple:
        return (
            {key: tuple(str(fire[name]) for name in STEADY) for key, fire in self.fires.items()},
            {key: (one["version"], one["status"]) for key, one in self.reports.items()},
            set(self.open),
            {key: (one["rows"], one["state"]) for key, one in self.feeds.items()},
        )


def people(house, rng: random.Random, stop: threading.Event) -> None:
    """Dispatchers who decide whatever they come across."""
    actor = operator(house)
    while not stop.wait(0.01):
        now = house.picture.snapshot(actor)
        try:
            match rng.randrange(5):
                case 0 if now["fires"]:
                    fire = UUID(rng.choice(now["fires"])["id"])
                    house.decisions.register(actor, fire, {}, None, None)
                case 1:
                    point = [129 + rng.random() / 10, 62.0]
                    place = {"method": "coordinates", "point": point}
                    house.reports.submit(actor, {"place": place, "seen": "smoke"}, None)
                case 2 if now["reports"]:
                    report = UUID(rng.choice(now["reports"])["id"])
                    house.reports.promote(actor, report, None, None)
                case 3 if now["proposals"]:
                    house.decisions.accept(
                        actor, UUID(rng.choice(now["proposals"])["id"]), None, None
                    )
                case 4 if now["fires"]:
                    house.decisions.shown(actor, UUID(rng.choice(now["fires"])["id"]))
        except Refusal:
            continue


def test_every_snapshot_with_the_events_after_it_gives_the_same_picture(house) -> None:
    stop, rng = threading.Event(), random.Random(3)
    day = burning_day(6, 4, seed=17, until=NOW - timedelta(hours=1), apart_km=1.7)
    files = files_of(day, seed=17, stages=(Stage.NRT, Stage.STANDARD))
    rng.shuffle(files)
    replay_world(house, "beside")
    screens = []

    def ingest(world: str) -> None:
        for name, body in files:
            take(house, name, body, world)

    def watch() -> None:
        while not stop.wait(rng.random() * 0.2):
            screens.append(Screen(house.picture.snapshot(operator(house))))

    with ThreadPoolExecutor(8) as pool:
        others = [pool.submit(people, house, random.Random(n), stop) for n in range(2)]
        others += [pool.submit(watch), pool.submit(Sequencer(house.worlds.engine, stop).run)]
        for work in [pool.submit(ingest, world) for world in ("live", "beside")]:
            work.result(120)
        stop.set()
        for one in others:
            one.result(60)
    drain(house.worlds.engine)
    last = Screen(house.picture.snapshot(operator(house))).picture()
    events = [row for row in house.log.read(0, 1_000_000) if row.world_id == 1]
    assert len(screens) > 5
    for screen in screens:
        for event in events:
            if event.seq > screen.after:
                screen.hear(event)
        assert screen.picture() == last
    assert books.faults(house.worlds.engine) == {}


def test_a_screen_that_only_heard_events_knows_as_much_as_one_that_asked(house) -> None:
    for name, body in files_of(burning_day(5, 3, seed=2, apart_km=1.7), seed=2):
        take(house, name, body)
    drain(house.worlds.engine)
    screen = Screen({"as_of_seq": 0, "fires": [], "reports": [], "proposals": [], "feeds": []})
    for event in house.log.read(0, 100_000):
        screen.hear(event)
    assert screen.picture() == Screen(house.picture.snapshot(operator(house))).picture()


def test_processes_that_start_at_once_make_the_tables_once(empty_db_url) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make_ready, [empty_db_url] * 4))
    with opened(empty_db_url) as house:
        assert books.faults(house.worlds.engine) == {}
