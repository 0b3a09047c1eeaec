"""What the commands say where they cannot go on: whole, in words, with the remedy."""

import socket
from typing import Any

import pytest

from sylvan.cli import ingest, output, serving
from sylvan.cli.texts import told
from sylvan.ops.refusal import Refusal
from sylvan.settings import load_settings


def test_a_taken_port_is_refused_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refusal) as refused:
            serving.require_port(load_settings(port=port))
    assert str(port) in refused.value.problem
    assert "--port" in refused.value.mend


def test_a_file_that_cannot_be_read_is_told_whole_on_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output.OUT, "width", 40)
    account = ingest.Account()
    params: dict[str, Any] = {"file": "night[1].csv", "line": 4}
    account.fail("night[1].csv", "file.nul", params)
    ingest._tell(account, json=False, dry_run=True)
    assert told("file.nul", params) in capsys.readouterr().out


def test_one_fault_is_told_in_the_singular(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    one, two = (told("problem.layer_faults", {"count": n, "file": "a.gpkg"}) for n in (1, 2))
    assert "1 fault in" in one
    assert "2 faults in" in two


@pytest.mark.parametrize(
    ("told", "demo", "mode"),
    [
        ("auto", False, "required"),
        ("auto", True, "demo"),
        ("on", True, "required"),
        ("on", False, "required"),
        ("off", False, "open"),
        ("off", True, "open"),
    ],
)
def test_people_sign_in_except_in_a_demo_or_where_it_was_switched_off(
    told: str, *, demo: bool, mode: str
) -> None:
    assert serving.sign_in_mode(load_settings(sign_in=told), demo=demo) == mode
