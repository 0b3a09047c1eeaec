"""`sylvan archive` killed, broken off, on a cluster, with bad files: it ends the same."""

import random
import signal
import subprocess
import time
from datetime import timedelta

import numpy as np
import pytest

from sylvan.domain.detections import Stage
from tests.db.helpers import NOW, burning_day, firms_file, seen
from tests.e2e.archives import alive, archive, dask, ended, kill, started, world


@pytest.fixture(scope="module")
def files(tmp_path_factory):
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


@pytest.fixture(scope="module")
def unhurt(server, template, files, tmp_path_factory):
    """The world of these files, made in one go by one process."""
    with server.fresh(template=template, hint="unhurt") as name:
        url = server.database(name)
        told = archive(url, tmp_path_factory.mktemp("unhurt"), "--workers", 1, *files)
        yield told, world(url)


def test_kills_at_any_moment_leave_a_run_that_ends_the_same(fresh_db_url, files, unhurt, tmp_path):
    """Also when the files are named in another order."""
    rng = random.Random(3)
    told, resumed = None, 0
    for life in range(12):
        order = rng.sample(files, len(files))
        process = started(fresh_db_url, tmp_path, "--json", "--workers", 2, *order)
        try:
            process.wait(timeout=rng.uniform(2.0, 6.0) + life)
        except subprocess.TimeoutExpired:
            kill(process)
            waited(lambda session=process.pid: not alive(session))
            resumed += 1
            continue
        told = ended(process)
        break
    if told is None:
        told = ended(started(fresh_db_url, tmp_path, "--json", *files))
    assert told[0] == 0, told[2]
    assert resumed > 0
    assert world(fresh_db_url) == unhurt[1]


def test_the_same_command_again_answers_from_memory(fresh_db_url, files, unhurt, tmp_path):
    first = archive(fresh_db_url, tmp_path, *files)
    again = archive(fresh_db_url, tmp_path, *reversed(files))
    assert again["resumed"]
    assert {**again, "resumed": False, "stages_s": 0} == {**first, "stages_s": 0}
    assert world(fresh_db_url) == unhurt[1]
    assert not list((tmp_path / "data" / "archive").iterdir())


def test_a_cluster_makes_the_same_world(fresh_db_url, files, unhurt, tmp_path):
    with dask(tmp_path) as (address, _):
        told = archive(fresh_db_url, tmp_path, "--scheduler", address, *files)
    assert told["files"] == unhurt[0]["files"]
    assert world(fresh_db_url) == unhurt[1]


def test_a_cluster_that_loses_a_worker_ends_the_work_with_the_other(
    fresh_db_url, files, unhurt, tmp_path
):
    with dask(tmp_path) as (address, workers):
        process = started(fresh_db_url, tmp_path, "--scheduler", address, *files)
        waited(lambda: list((tmp_path / "data" / "archive").glob("*/read/*.json")))
        workers[0].kill()
        status, _, notes = ended(process)
    assert status == 0, notes
    assert world(fresh_db_url) == unhurt[1]


def test_ctrl_c_says_how_to_go_on(fresh_db_url, files, unhurt, tmp_path):
    process = started(fresh_db_url, tmp_path, *files)
    spool = tmp_path / "data" / "archive"
    waited(lambda: spool.exists() and any(spool.iterdir()))  # the first of many steps
    process.send_signal(signal.SIGINT)
    status, _, notes = ended(process)
    assert status == 130
    assert "the same command goes on" in notes
    assert str(files[0]) in notes
    waited(lambda: not alive(process.pid))
    assert archive(fresh_db_url, tmp_path, *files)["resumed"]
    assert world(fresh_db_url) == unhurt[1]


def test_bad_files_fail_by_name_and_the_rest_goes_on(fresh_db_url, files, unhurt, tmp_path):
    page, cut = tmp_path / "page.csv", tmp_path / "cut.csv"
    page.write_bytes(b"<!DOCTYPE html><html><h1>Service Unavailable</h1></html>")
    cut.write_bytes(files[0].read_bytes()[:-12])
    bad = [page, tmp_path / "missing.csv", cut, files[0]]
    rejects = tmp_path / "rejects.csv"
    status, out, notes = ended(started(fresh_db_url, tmp_path, "--rejects", rejects, *bad, *files))
    assert status == 1, notes
    assert "page.csv" in out
    assert "missing.csv" in out
    assert "cut.csv" in out
    assert "row.truncated_line" in rejects.read_text()
    assert world(fresh_db_url)[0] == unhurt[1][0]
    assert world(fresh_db_url)[1] == unhurt[1][1]


def test_a_dry_run_stores_nothing(fresh_db_url, files, unhurt, tmp_path):
    told = archive(fresh_db_url, tmp_path, "--dry-run", *files)
    assert told["totals"] == unhurt[0]["totals"]
    assert told["fires"] == unhurt[0]["fires"]
    assert world(fresh_db_url) == ([], [], [])
    assert not list((tmp_path / "data" / "archive").iterdir())


def test_a_world_of_other_files_is_not_touched(fresh_db_url, files, tmp_path):
    archive(fresh_db_url, tmp_path, "--world", "mine", files[0])
    before = world(fresh_db_url)
    status, _, notes = ended(started(fresh_db_url, tmp_path, "--world", "mine", files[1]))
    assert status == 1
    assert "--world" in notes
    assert world(fresh_db_url) == before
    told = archive(fresh_db_url, tmp_path, files[1])
    assert told["world"] == "archive-2026"


def test_a_cluster_that_is_not_there_is_told_before_anything_is_done(fresh_db_url, files, tmp_path):
    status, _, notes = ended(
        started(fresh_db_url, tmp_path, "--scheduler", "tcp://127.0.0.1:9", files[0])
    )
    assert status == 1
    assert "dask scheduler" in notes


def test_without_dask_the_extra_is_named(fresh_db_url, files, tmp_path, monkeypatch):
    (tmp_path / "distributed.py").write_text("raise ModuleNotFoundError('distributed')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    status, _, notes = ended(
        started(fresh_db_url, tmp_path, "--scheduler", "tcp://127.0.0.1:9", files[0])
    )
    assert status == 1
    assert "sylvan[cluster]" in notes


def waited(condition, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)
