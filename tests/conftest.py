"""Fixtures that every test may use."""

from pathlib import Path

import pytest
import structlog
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; absent on most machines."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real data not found: expected a folder ../shared/data beside the project")
    return folder


# A busy machine must not fail a property: how long an example takes is the benchmarks' business.
settings.register_profile("sylvan", deadline=None)
settings.load_profile("sylvan")

# A fault is logged as Python tells it: structlog's own way draws every local, which takes a second
# for a house and minutes for a full disk's long list of failed statements.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.dev.ConsoleRenderer(colors=False),
    ]
)
