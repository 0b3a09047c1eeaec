"""A private database comes back by itself: after kills, after a full disk, not after a stop."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from sylvan.ops.cluster import Cluster
from sylvan.ops.database import lease
from sylvan.ops.throwaway import TUNING
from sylvan.settings import Settings

PATIENCE_S = 60
DISK = "180m"
# A new cluster takes 40 MiB, its log of changes 16 MiB pieces: full after a few of those.


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come back"
        time.sleep(0.2)


def answers(cluster: Cluster) -> bool:
    try:
        with cluster.connect("sylvan") as conn:
            return conn.execute("SELECT 1").fetchone() == (1,)
    except psycopg.Error:
        return False


def test_killed_database_comes_back_under_those_who_use_it(cluster: Cluster) -> None:
    with lease(Settings(data_dir=cluster.home.parent)):
        for _ in range(2):
            pid = cluster.postmaster_pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            until(lambda before=pid: cluster.postmaster_pid() not in {None, before})
            until(lambda: answers(cluster))


def test_database_stopped_by_hand_stays_stopped(cluster: Cluster) -> None:
    with lease(Settings(data_dir=cluster.home.parent)):
        cluster.stop()
        time.sleep(3)
        assert cluster.postmaster_pid() is None
        assert cluster.start()


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


def rows(cluster: Cluster) -> list[int]:
    with cluster.connect("sylvan") as conn:
        return [row[0] for row in conn.execute("SELECT DISTINCT n FROM heap ORDER BY n")]


def insert_for_ever(cluster: Cluster, committed: list[int]) -> None:
    while True:
        with cluster.connect("sylvan") as conn:
            body = os.urandom(500_000).hex()
            conn.execute("INSERT INTO heap VALUES (%s, %s)", [len(committed), body])
        committed.append(len(committed))


def test_full_disk_loses_nothing_committed_and_is_survived_unaided(small_disk: Path) -> None:
    cluster = Cluster(small_disk, tuning=TUNING)
    committed: list[int] = []
    with lease(Settings(data_dir=small_disk)):
        with cluster.connect("sylvan") as conn:
            conn.execute("CREATE TABLE heap (n int, body text)")
        filler = small_disk / "filler"
        with filler.open("wb") as file:
            file.write(b"\0" * (shutil.disk_usage(small_disk).free - 12 * 1024 * 1024))
        with pytest.raises(psycopg.Error):
            insert_for_ever(cluster, committed)
        assert committed
        filler.unlink()
        until(lambda: answers(cluster))
        assert rows(cluster)[: len(committed)] == committed
        with cluster.connect("sylvan") as conn:
            conn.execute("INSERT INTO heap VALUES (1000000, '')")
