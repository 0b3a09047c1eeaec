"""`sylvan alerts`: check, list and try, as an operator calls them."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from sylvan import cli
from sylvan.cli import logs
from sylvan.services.log import drain
from tests.db.alert_books import RULES, desk_of, drained, stored, write_rules
from tests.db.helpers import NOW, SetClock, firms_file, near, opened, take

RUNNER = CliRunner()


def asked(*words: str, **env: str):
    return RUNNER.invoke(cli.build("alerts"), ["alerts", *words], env=env)


def test_check_says_what_holds_and_what_does_not(tmp_path):
    good = asked("check")
    assert good.exit_code == 0
    assert "tests passed" in good.stdout
    folder = write_rules(
        tmp_path, RULES.replace("detections: {least: 6}", "detectoins: {least: 6}")
    )
    bad = asked("check", "--dir", str(folder))
    assert bad.exit_code == 1
    assert "test.yaml, line 8, field rules.0.levels.1.if.detectoins" in bad.stdout
    told = json.loads(asked("check", "--dir", str(folder), "--json").stdout)
    assert [one["line"] for one in told["faults"]] == [8]


def test_list_tells_rule_file_and_whom():
    told = json.loads(asked("list", "--json").stdout)
    threat = next(one for one in told if one["rule"] == "settlement-threat")
    assert threat["file"] == "threats.yaml"
    assert threat["to"][2] == "official (region, federal), from alarm"


@pytest.fixture(autouse=True)
def log_of_the_tests(monkeypatch):
    """The command's log would go to a stream that the runner closes behind it."""
    monkeypatch.setattr(logs, "configure_logs", lambda _settings: None)


@pytest.fixture
def past(fresh_db_url, tmp_path):
    """A signal that nobody registered, and what the desk sent about it."""
    clock = SetClock()
    folder = write_rules(tmp_path)
    with opened(fresh_db_url, clock=clock) as house:
        desk = desk_of(house, folder)
        desk.turn()
        take(house, "f.csv", firms_file(near(0, 0, NOW - timedelta(hours=2))))
        drain(house.worlds.engine)
        drained(desk)
        clock.advance(minutes=3)
        drained(desk)
        sent = [str(one.id) for one in stored(house)]
    return {"SYLVAN_DATABASE_URL": fresh_db_url, "SYLVAN_ALERTS_DIR": str(folder)}, sent


def test_try_tells_what_the_job_sent_and_counts_it(past):
    env, sent = past
    env |= {"SYLVAN_SIGN_IN": "off"}
    span = (
        "--since",
        "2026-07-20T11:00Z",
        "--until",
        f"{NOW + timedelta(minutes=4):%Y-%m-%dT%H:%MZ}",
    )
    answer = asked("try", "all", *span, "--json", **env)
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert sorted(one["id"] for one in told["letters"]) == sorted(sent)
    assert told["by_rule"] == [{"name": name, "letters": 1} for name in ("late", "seen", "step")]
    plain = asked("try", "late", *span, **env)
    assert "1 letters out of" in plain.stdout
    assert "late" in plain.stdout


def test_try_names_what_it_does_not_understand(past):
    env, _ = past
    unknown = asked("try", "no-such-rule", **env)
    assert unknown.exit_code == 1
    assert "no-such-rule" in unknown.output
    naive = asked("try", "all", "--since", "2026-07-20T11:00", **env)
    assert "has no time zone" in naive.output
