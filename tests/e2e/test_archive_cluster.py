"""`sylvan archive` on a Dask cluster: the same world, also where a worker dies."""

import pytest

from tests.e2e.archives import archive, dask, ended, started, waited, world


@pytest.mark.long
def test_a_cluster_makes_the_same_world(fresh_db_url, archive_files, unhurt, tmp_path):
    with dask(tmp_path) as (address, _):
        told = archive(fresh_db_url, tmp_path, "--scheduler", address, *archive_files)
    assert told["files"] == unhurt.told["files"]
    assert world(fresh_db_url) == unhurt.world


@pytest.mark.long
def test_a_cluster_that_loses_a_worker_ends_the_work_with_the_other(
    fresh_db_url, archive_files, unhurt, tmp_path
):
    with dask(tmp_path) as (address, workers):
        process = started(fresh_db_url, tmp_path, "--scheduler", address, *archive_files)
        waited(lambda: list((tmp_path / "data" / "archive").glob("*/read/*.json")))
        workers[0].kill()
        status, _, notes = ended(process)
    assert status == 0, notes
    assert world(fresh_db_url) == unhurt.world


@pytest.mark.long
def test_a_cluster_that_is_not_there_is_told_before_anything_is_done(
    fresh_db_url, archive_files, tmp_path
):
    status, _, notes = ended(
        started(fresh_db_url, tmp_path, "--scheduler", "tcp://127.0.0.1:9", archive_files[0])
    )
    assert status == 1
    assert "dask scheduler" in notes
