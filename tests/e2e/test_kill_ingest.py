"""The ingest is killed at random moments: nothing lost, nothing doubled, all books agree."""

import os
import random
import signal
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from sylvan.domain.detections import Stage
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    NOW,
    Pass,
    burning_day,
    detections_of,
    firms_file,
    opened,
    partition,
    replay_world,
    seen,
    shapes,
    shuffled,
    take,
)
from tests.e2e import kill_worker
from tests.examples import examples

LIVES = examples(60)
LONGEST_LIFE_S = 0.45
SUPPLY = 25
"""Files that wait for each life: more than a fast machine takes in meanwhile."""
STAGES = (Stage.URT, Stage.NRT, Stage.STANDARD)


def passes() -> list[Pass]:
    """Fires that touch each other, in the days before now."""
    return burning_day(12, 5, seed=21, until=NOW - timedelta(hours=2), apart_km=1.7)


class Courier:
    """Brings files into the drop folder before each life, each more than once."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rng, self.number = folder, random.Random(5), 0
        made = passes()
        # files of several passes each, so that a batch grows, joins and replaces at once
        groups = [made[start : start + 6] for start in range(0, len(made), 6)]
        self.bodies = [
            firms_file(np.concatenate([seen(one, seed=2, stage=stage) for one in group]), stage)
            for group in groups
            for stage in STAGES
        ]
        self.left = list(self.bodies)
        self.rng.shuffle(self.left)

    def bring(self) -> None:
        while len(list(self.folder.glob("*.csv"))) < SUPPLY:
            if not self.left:  # everything came once: the same again, in another order of rows
                self.left = [shuffled(body, self.number) for body in self.bodies]
                self.rng.shuffle(self.left)
            self.number += 1
            path = self.folder / f"{self.number:04d}.csv"
            draft = path.with_suffix(".part")
            draft.write_bytes(self.left.pop())
            draft.rename(path)

    def bring_the_rest(self) -> None:
        """What has not come yet even once."""
        for body in self.bodies:
            self.number += 1
            (self.folder / f"{self.number:04d}.csv").write_bytes(body)


def waited(condition, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.002)


def lives(url: str, folder: Path, how_many: int, rng: random.Random) -> str:
    """So many workers one after the other, each killed; the journal of all of them."""
    context, journal = kill_worker.processes(), folder / ".journal"
    journal.touch()
    courier = Courier(folder)
    for _ in range(how_many):
        courier.bring()
        started = journal.read_bytes().count(b"\n")
        worker = context.Process(
            target=kill_worker.live,
            args=(url, folder, journal),
            kwargs={"until_empty": False},
            daemon=True,
        )
        worker.start()
        waited(lambda before=started: journal.read_bytes().count(b"\n") > before)
        time.sleep(rng.uniform(0, LONGEST_LIFE_S))
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
    courier.bring_the_rest()
    last = context.Process(
        target=kill_worker.live, args=(url, folder, journal), kwargs={"until_empty": True}
    )
    last.start()
    last.join(120)
    assert last.exitcode == 0
    return journal.read_text()


def survives(url: str, how_many: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        journal = lives(url, folder, how_many, random.Random(seed))
        assert not list((folder / "dead").iterdir())
    cut_short = sum(life.count("(") - life.count(")") for life in journal.splitlines())
    assert cut_short > how_many / 4, "most kills met nobody at work: the test proves nothing"
    with opened(url) as house:
        replay_world(house, "unhurt")
        for stage in STAGES:
            rows = np.concatenate([seen(one, seed=2, stage=stage) for one in passes()])
            take(house, f"{stage.name}.csv", firms_file(rows, stage), "unhurt")
        drain(house.worlds.engine)
        assert detections_of(house) == detections_of(house, "unhurt")
        assert partition(house) == partition(house, "unhurt")
        assert shapes(house) == shapes(house, "unhurt")
        assert books.faults(house.worlds.engine) == {}
        assert books.unassessed(house.worlds.engine) == 0


def test_kills_of_the_ingest_lose_and_double_nothing(fresh_db_url) -> None:
    survives(fresh_db_url, LIVES, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 7))
def test_three_hundred_more_kills_lose_and_double_nothing(fresh_db_url, seed) -> None:
    survives(fresh_db_url, LIVES, seed=seed)


def test_a_backend_killed_in_the_middle_of_a_batch_leaves_nothing_of_it(fresh_db_url) -> None:
    """The server ends the session that is about to commit."""
    with opened(fresh_db_url) as house:
        rows = np.concatenate([seen(one, seed=2) for one in passes()[:6]])
        finish = type(house.intake.assessor).finish

        def finish_and_die(self, conn, *args):
            finish(self, conn, *args)
            conn.execute(text("select pg_terminate_backend(pg_backend_pid())"))

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(type(house.intake.assessor), "finish", finish_and_die)
            with pytest.raises(OperationalError, match="terminat"):
                take(house, "cut.csv", firms_file(rows))
        for table in ("batch", "ledger_body", "detection", "fire", "outbox", "audit", "feed"):
            assert books.count(house.worlds.engine, table) == 0
        assert take(house, "cut.csv", firms_file(rows)).accepted > 0
        drain(house.worlds.engine)
        assert books.faults(house.worlds.engine) == {}
