"""Archives run by the command itself, in processes that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import orjson
import pytest
from sqlalchemy import create_engine, text

from sylvan.domain.detections import Stage
from tests.db.helpers import NOW, burning_day, firms_file, seen

RUN = "from sylvan.cli import run; run()"
FIRE = (
    "select id, status, first_seen, last_seen, st_astext(point), st_astext(edge), area_ha,"
    " area_lo_ha, area_hi_ha, growth_ha_h, frp_mw, n_detections, n_passes, sensors, likelihood,"
    " reasons, frp_series, parts, address, territories, changed from fire order by id"
)
ROW = "select acq_at, key, satellite, stage, frp, fire_id from detection order by acq_at, key"
GONE = (
    "select acq_at, key, stage, by_at, by_key from detection_superseded order by acq_at, key, stage"
)


def started(url: str, folder: Path, *words: object) -> subprocess.Popen:
    """The command, on its way."""
    settings = {
        "SYLVAN_DATABASE_URL": url,
        "SYLVAN_DATA_DIR": str(folder / "data"),
        "SYLVAN_REGION": "yakutia",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "200",
    }
    return subprocess.Popen(
        [sys.executable, "-c", RUN, "archive", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | settings,
        start_new_session=True,
    )


def ended(process: subprocess.Popen) -> tuple[int, str, str]:
    """Exit status, results, notes."""
    out, notes = process.communicate(timeout=300)
    return process.returncode, out.decode(), notes.decode()


def archive(url: str, folder: Path, *words: object) -> dict:
    """The command to its good end; what it told."""
    status, out, notes = ended(started(url, folder, "--json", *words))
    assert status == 0, notes
    return orjson.loads(out)


def world(url: str) -> tuple[list, list, list]:
    """Fires, detections and other versions of a database, as they are."""
    engine = create_engine(url)
    with engine.connect() as conn:
        found = tuple([tuple(row) for row in conn.execute(text(q))] for q in (FIRE, ROW, GONE))
    engine.dispose()
    return found


def kill(process: subprocess.Popen) -> None:
    """The parent alone, as the kernel kills it when memory is short."""
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def alive(session: int) -> list[int]:
    """Processes of a session."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                if os.getsid(int(path.name)) == session:
                    found.append(int(path.name))
            except ProcessLookupError:
                continue
    return found


@contextmanager
def dask(folder: Path, workers: int = 2) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """A scheduler and workers as processes on loopback: the scheduler's address, the workers."""
    where = folder / "scheduler.json"
    module = [sys.executable, "-m"]
    scheduler = [*module, "distributed.cli.dask_scheduler", "--scheduler-file", str(where)]
    scheduler += ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = [*module, "distributed.cli.dask_worker", "--scheduler-file", str(where)]
    worker += ["--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    worker += ["--local-directory", str(folder)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen(scheduler, **quiet)]
    try:
        running += [subprocess.Popen(worker, **quiet) for _ in range(workers)]
        until = time.monotonic() + 60
        while not (where.exists() and where.read_bytes().rstrip().endswith(b"}")):
            assert time.monotonic() < until, "no scheduler"
            time.sleep(0.05)
        yield orjson.loads(where.read_bytes())["address"], running[1:]
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def waited(condition, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


@dataclass(frozen=True)
class Made:
    """A world made in one go by one process, and what was told of it."""

    url: str
    folder: Path
    told: dict
    world: tuple[list, list, list]


@pytest.fixture(scope="session")
def archive_files(tmp_path_factory):
    """Some days of two stages: versions, fires that meet, a file cut off in the middle."""
    folder = tmp_path_factory.mktemp("files")
    passes = [
        one
        for day in range(0, 60, 12)
        for one in burning_day(16, 6, seed=day, until=NOW - timedelta(days=day + 1), apart_km=3.4)
    ]
    paths = []
    for number, start in enumerate(range(0, len(passes), 96)):
        for stage in (Stage.NRT, Stage.STANDARD):
            rows = np.concatenate(
                [seen(p, seed=2, stage=stage) for p in passes[start : start + 96]]
            )
            path = folder / f"{stage.name.lower()}-{number}.csv"
            path.write_bytes(firms_file(rows, stage))
            paths.append(path)
    return paths


@pytest.fixture(scope="session")
def unhurt(server, template, archive_files, tmp_path_factory):
    """The world of these files; nobody writes to it."""
    folder = tmp_path_factory.mktemp("unhurt")
    with server.fresh(template=template, hint="unhurt") as name:
        url = server.database(name)
        told = archive(url, folder, "--workers", 1, *archive_files)
        yield Made(url, folder, told, world(url))
