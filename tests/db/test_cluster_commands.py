"""`sylvan db` as an operator and a machine use it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sylvan.cli import doctor as doctor_command
from sylvan.cli.db import app
from sylvan.ops.cluster import Cluster
from sylvan.ops.doctor import Level
from sylvan.settings import Settings


@pytest.fixture(autouse=True)
def here(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a private cluster, as the operator has set it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SYLVAN_{name.upper()}", raising=False)
    folder = cluster.home.parent
    monkeypatch.setenv("SYLVAN_DATA_DIR", str(folder))
    return folder


def db(*words: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == status, done.output + done.stderr
    return done.stdout if status == 0 else done.stdout + done.stderr


def facts(*words: str, status: int = 0) -> dict[str, Any]:
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)


def test_whole_life_of_a_private_database(here: Path) -> None:
    assert facts("status", status=1)["usable"] is False
    assert facts("start")["running"] is True
    known = facts("status")
    assert (known["kind"], known["schema_state"], known["log_seq"]) == ("private", "current", 0)
    kept = facts("backup")
    assert Path(kept["path"]).parent == here / "backups"
    assert facts("restore", kept["path"], "--yes")["seq"] == 0
    assert facts("migrate")["before"] == facts("migrate")["after"]
    assert facts("status")["log_epoch"] != known["log_epoch"]
    assert facts("reset", "--yes") == {"reset": True}
    assert facts("stop") == {"stopped": True}
    assert facts("stop") == {"stopped": False}
    assert facts("status", status=1)["running"] is False


@pytest.mark.parametrize("words", [("reset",), ("restore", "nothing.dump")])
def test_nothing_is_given_up_without_agreement(words: tuple[str, ...]) -> None:
    assert "--yes" in db(*words, status=1)


def test_url_for_other_programs_names_no_driver() -> None:
    assert db("url", "--libpq").startswith("postgresql://sylvan@/sylvan?host=")


def test_named_server_is_neither_started_nor_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYLVAN_DATABASE_URL", "postgresql://db.example/sylvan")
    for word in ("start", "stop"):
        assert "neither starts nor stops" in db(word, status=1)


def test_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYLVAN_DB_POOL", "none")
    assert "SYLVAN_DB_POOL" in db("status", status=1)


def test_doctor_finds_a_running_database_and_its_feeds(here: Path) -> None:
    db("start")
    settings = Settings(data_dir=here)
    found = [*doctor_command.doctor_database.check(settings), *doctor_command.feeds(settings)]
    assert not [each for each in found if each.level is Level.FAIL]
    assert any("schema" in each.text for each in found)
    assert any("FIRMS" in each.text for each in found)


def test_doctor_starts_nothing(here: Path) -> None:
    db("stop")
    found = list(doctor_command.doctor_database.check(Settings(data_dir=here)))
    assert any("stopped" in each.text for each in found)
    assert facts("status", status=1)["running"] is False
