"""`sylvan archive` killed and broken off: it ends the same."""

import random
import signal
import subprocess

import pytest

from tests.e2e.archives import alive, archive, ended, kill, started, waited, world
from tests.examples import examples

LIVES = examples(12)


@pytest.mark.long
def test_kills_at_any_moment_leave_a_run_that_ends_the_same(
    fresh_db_url, archive_files, unhurt, tmp_path
):
    """Also when the files are named in another order."""
    rng = random.Random(3)
    told, resumed = None, 0
    for life in range(LIVES):
        order = rng.sample(archive_files, len(archive_files))
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
        told = ended(started(fresh_db_url, tmp_path, "--json", *archive_files))
    assert told[0] == 0, told[2]
    assert resumed > 0
    assert world(fresh_db_url) == unhurt.world


@pytest.mark.long
def test_ctrl_c_says_how_to_go_on(fresh_db_url, archive_files, unhurt, tmp_path):
    process = started(fresh_db_url, tmp_path, *archive_files)
    spool = tmp_path / "data" / "archive"
    waited(lambda: spool.exists() and any(spool.iterdir()))  # the first of many steps
    process.send_signal(signal.SIGINT)
    status, _, notes = ended(process)
    assert status == 130
    assert "the same command goes on" in notes
    assert str(archive_files[0]) in notes
    waited(lambda: not alive(process.pid))
    assert archive(fresh_db_url, tmp_path, *archive_files)["resumed"]
    assert world(fresh_db_url) == unhurt.world
