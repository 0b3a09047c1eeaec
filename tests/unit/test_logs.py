"""What the command line logs of a fault."""

import pytest
import structlog

from sylvan.cli import logs


@pytest.fixture
def _before():
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


@pytest.mark.usefixtures("_before")
def test_a_fault_is_told_with_its_place_and_none_of_its_locals(capsys):
    logs.plain_faults()
    word = "hidden" * 3
    try:
        int("what went wrong")
    except ValueError:
        structlog.get_logger().exception("some.fault", password="open sesame", count=len(word))
    told = capsys.readouterr().err
    assert "what went wrong" in told
    assert __file__ in told
    assert word not in told
    assert "sesame" not in told
