"""The disk runs full under the drop folder: nothing half-written, and it goes on by itself."""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from sylvan.feeds.drop import DropFolder, DropRules
from sylvan.jobs.watch import Live
from sylvan.ops.cluster import Cluster
from sylvan.ops.database import lease
from sylvan.services.log import Sequencer, drain
from sylvan.settings import Settings
from tests.db import books
from tests.db.helpers import NOW, Pass, firms_file, opened, seen

DISK = "180m"
# A new cluster with tables takes 60 MiB; its log of changes comes in pieces of 16 MiB.
ROOM = 1024 * 1024
FILES, ACROSS = 12, 36
RULES = DropRules(settle_s=0.0, retry_s=0.5, crashes=10_000)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = Path(tempfile.mkdtemp(prefix="sylvan-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0711", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("only root may mount a small file system")
    try:
        yield folder
    finally:
        Cluster(folder).wipe()
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def until(condition, seconds: float = 120.0) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not come back"
        time.sleep(0.1)


def bodies() -> list[bytes]:
    """Large files, each of one wide fire of its own."""
    return [
        firms_file(seen(Pass(125.0 + n, 62.0, NOW - timedelta(hours=5 + n), across=ACROSS)))
        for n in range(FILES)
    ]


def settled(house) -> bool:
    try:
        drain(house.worlds.engine)
    except DBAPIError:
        return False
    return True


@pytest.mark.long
def test_a_full_disk_stops_the_ingest_and_free_space_lets_it_go_on(
    small_disk: Path, tmp_path: Path
) -> None:
    filler, stop, failures = small_disk / "filler", threading.Event(), []
    with lease(Settings(data_dir=small_disk)) as url, opened(url) as house:
        door = Live(house)

        def take(name: str, body: bytes, feed: str):
            try:
                return door.take(name, body, feed)
            except DBAPIError as error:
                failures.append(str(error))
                raise

        drop = DropFolder(tmp_path, take, door, rules=RULES)
        sequencer = Sequencer(house.worlds.engine, stop)
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(drop.run, stop), pool.submit(sequencer.run)]
            try:
                with filler.open("wb") as file:
                    file.write(b"\0" * (shutil.disk_usage(small_disk).free - ROOM))
                for number, body in enumerate(bodies()):
                    (tmp_path / f"{number}.csv.part").write_bytes(body)
                    (tmp_path / f"{number}.csv.part").rename(tmp_path / f"{number}.csv")
                until(lambda: len(failures) > 2)
                filler.unlink()
                until(lambda: not list(tmp_path.glob("*.csv")))
                until(lambda: settled(house))
                until(lambda: sequencer.leading)
            finally:
                stop.set()
            for job in jobs:
                job.result(30)
        assert not list((tmp_path / "dead").iterdir())
        drain(house.worlds.engine)
        assert books.faults(house.worlds.engine) == {}
        assert books.count(house.worlds.engine, "detection") == FILES * ACROSS**2
        assert books.unassessed(house.worlds.engine) == 0
        assert books.count(house.worlds.engine, "batch") == FILES
