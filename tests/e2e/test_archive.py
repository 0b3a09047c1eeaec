"""`sylvan archive` as a whole, dry, again, with bad files, beside another world."""

import pytest

from tests.e2e.archives import archive, ended, started, world


def test_the_same_command_again_answers_from_memory(archive_files, unhurt):
    again = archive(unhurt.url, unhurt.folder, *reversed(archive_files))
    assert again["resumed"]
    assert {**again, "resumed": False, "stages_s": 0} == {**unhurt.told, "stages_s": 0}
    assert world(unhurt.url) == unhurt.world
    assert not list((unhurt.folder / "data" / "archive").iterdir())


def test_bad_files_fail_by_name_and_the_rest_goes_on(fresh_db_url, archive_files, unhurt, tmp_path):
    page, cut = tmp_path / "page.csv", tmp_path / "cut.csv"
    page.write_bytes(b"<!DOCTYPE html><html><h1>Service Unavailable</h1></html>")
    cut.write_bytes(archive_files[0].read_bytes()[:-12])
    bad = [page, tmp_path / "missing.csv", cut, archive_files[0]]
    rejects = tmp_path / "rejects.csv"
    status, out, notes = ended(
        started(fresh_db_url, tmp_path, "--rejects", rejects, *bad, *archive_files)
    )
    assert status == 1, notes
    assert "page.csv" in out
    assert "missing.csv" in out
    assert "cut.csv" in out
    assert "row.truncated_line" in rejects.read_text()
    assert world(fresh_db_url)[0] == unhurt.world[0]
    assert world(fresh_db_url)[1] == unhurt.world[1]


def test_a_dry_run_stores_nothing(fresh_db_url, archive_files, unhurt, tmp_path):
    told = archive(fresh_db_url, tmp_path, "--dry-run", *archive_files)
    assert told["totals"] == unhurt.told["totals"]
    assert told["fires"] == unhurt.told["fires"]
    assert world(fresh_db_url) == ([], [], [])
    assert not list((tmp_path / "data" / "archive").iterdir())


@pytest.mark.long
def test_a_world_of_other_files_is_not_touched(fresh_db_url, archive_files, tmp_path):
    archive(fresh_db_url, tmp_path, "--world", "mine", archive_files[0])
    before = world(fresh_db_url)
    status, _, notes = ended(started(fresh_db_url, tmp_path, "--world", "mine", archive_files[1]))
    assert status == 1
    assert "--world" in notes
    assert world(fresh_db_url) == before
    told = archive(fresh_db_url, tmp_path, archive_files[1])
    assert told["world"] == "archive-2026"


def test_without_dask_the_extra_is_named(fresh_db_url, archive_files, tmp_path, monkeypatch):
    (tmp_path / "distributed.py").write_text("raise ModuleNotFoundError('distributed')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    status, _, notes = ended(
        started(fresh_db_url, tmp_path, "--scheduler", "tcp://127.0.0.1:9", archive_files[0])
    )
    assert status == 1
    assert "sylvan[cluster]" in notes
