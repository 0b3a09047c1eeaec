"""The database is killed under ingest, decisions, sequencer and reader, and comes back whole."""

import os
import queue
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import numpy as np
import psycopg
from sqlalchemy.exc import DBAPIError

from sylvan.domain.codes import Refusal
from sylvan.domain.detections import Stage
from sylvan.ops.cluster import Cluster
from sylvan.ops.database import make_ready
from sylvan.services.log import Sequencer, drain
from tests.db import books
from tests.db.helpers import (
    NOW,
    burning_day,
    detections_of,
    firms_file,
    opened,
    operator,
    partition,
    replay_world,
    seen,
    shuffled,
    take,
)

KILLS = 3
WORKERS = 4
STAGES = (Stage.NRT, Stage.STANDARD)
AWAY = (DBAPIError, psycopg.OperationalError)
"""What a use-case says when the database went away under it."""


def passes():
    return burning_day(6, 4, seed=31, until=NOW - timedelta(hours=2), apart_km=1.7)


class Night:
    """Everything that works on the database while it dies."""

    def __init__(self, house) -> None:
        self.house, self.stop = house, threading.Event()
        self.files: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.left, self.again, self.counting = 0, 0, threading.Lock()
        self.seen: list[tuple[int, str]] = []

    def give(self, number: int, body: bytes) -> None:
        with self.counting:
            self.left += 1
        self.files.put((f"{number}.csv", body))

    def ingest(self) -> None:
        """As a feed does: what failed because of the database is given again."""
        while not self.stop.is_set():
            try:
                name, body = self.files.get(timeout=0.1)
            except queue.Empty:
                continue
            try:
                take(self.house, name, body)
                with self.counting:
                    self.left -= 1
            except AWAY:
                self.again += 1
                self.files.put((name, body))
                time.sleep(0.05)

    def decide(self) -> None:
        """A dispatcher who tries again under the same key until there is an answer."""
        number = 0
        while not self.stop.is_set():
            try:
                fires = self.house.picture.snapshot(operator(self.house))["fires"]
                signals = [fire for fire in fires if fire["status"] == "signal"]
                if number < 3 and signals:
                    fire = UUID(signals[0]["id"])
                    self.house.decisions.register(
                        operator(self.house), fire, {}, None, f"key-{number}"
                    )
                    number += 1
            except AWAY:
                continue
            except Refusal:
                number += 1
            time.sleep(0.05)

    def follow(self) -> None:
        """A gateway that reads the log and never forgets what it was shown."""
        while not self.stop.is_set():
            try:
                after = self.seen[-1][0] if self.seen else 0
                rows = self.house.log.read(after, 500)
                self.seen += [(row.seq, row.subject) for row in rows]
            except AWAY:
                pass
            time.sleep(0.01)

    def number(self) -> None:
        Sequencer(self.house.worlds.engine, self.stop).run()


def kill(cluster: Cluster) -> None:
    pid = cluster.postmaster_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def files() -> list[bytes]:
    made, rng = passes(), random.Random(2)
    groups = [made[start : start + 3] for start in range(0, len(made), 3)]
    bodies = [
        firms_file(np.concatenate([seen(one, seed=3, stage=stage) for one in group]), stage)
        for group in groups
        for stage in STAGES
    ]
    every = bodies + [shuffled(body, 1) for body in bodies] + bodies
    rng.shuffle(every)
    return every


def until(condition, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.02)


def test_three_kills_of_the_database_lose_and_double_nothing(cluster: Cluster) -> None:
    make_ready(cluster.url())
    rng = random.Random(7)
    with opened(cluster.url(), pool=WORKERS + 6) as house:
        night, every = Night(house), files()
        jobs = [night.ingest] * WORKERS + [night.decide, night.follow, night.number]
        with ThreadPoolExecutor(len(jobs)) as pool:
            running = [pool.submit(job) for job in jobs]
            try:
                for turn in range(KILLS):
                    share = every[turn :: KILLS + 1]
                    for number, body in enumerate(share):
                        night.give(100 * turn + number, body)
                    half = len(share) // 2
                    until(lambda most=half: night.left <= most, 90)  # in the middle of the work
                    time.sleep(rng.uniform(0, 0.1))
                    kill(cluster)
                    cluster.start()
                for number, body in enumerate(every[KILLS :: KILLS + 1]):
                    night.give(1000 + number, body)
                until(lambda: night.left == 0, 120)
            finally:
                night.stop.set()
            for one in running:
                one.result(60)
        drain(house.worlds.engine)
        assert night.again > 0, "no kill met a batch: the test proves nothing"
        assert books.faults(house.worlds.engine) == {}
        log = [(row.seq, row.subject) for row in house.log.read(0, 100_000)]
        assert log[: len(night.seen)] == night.seen
        assert len(night.seen) > 0
        replay_world(house, "unhurt")
        for stage in STAGES:
            rows = np.concatenate([seen(one, seed=3, stage=stage) for one in passes()])
            take(house, f"{stage.name}.csv", firms_file(rows, stage), "unhurt")
        assert detections_of(house) == detections_of(house, "unhurt")
        assert len(partition(house)) >= len(partition(house, "unhurt"))  # some are registered
