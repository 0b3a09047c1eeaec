"""All other pages against the real server in headless Chromium, and the first sign-in of all.

A file of its own, so that it runs beside the dispatcher's on another core.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .journeys import ROOT, demo, journeys, other_files
from .processes import free_port, running


@pytest.fixture(scope="module")
def served(db_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on which a generated fire day replays."""
    # these pages need a clock that goes, not a busy day: the other half's cores are spared
    with demo(db_url, tmp_path_factory.mktemp("served"), "--demo-rate", "15") as address:
        yield address


@pytest.mark.browser
def test_journeys_through_the_other_pages(served: str) -> None:
    journeys(served, *other_files())


@pytest.mark.browser
def test_journey_through_signing_in(db_url: str, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{(port := free_port())}"
    environment = {**os.environ, "SYLVAN_DATABASE_URL": db_url, "SYLVAN_DATA_DIR": str(tmp_path)}
    environment |= {"SYLVAN_SIGN_IN": "on"}
    command = [str(Path(sys.executable).with_name("sylvan")), "web", "--port", str(port)]
    with running(command, tmp_path / "log", env=environment, cwd=ROOT) as server:
        server.wait_for_line("/welcome#")
        link = next(line for line in server.said().splitlines() if "/welcome#" in line).strip()
        journeys(address, "first link", SYLVAN_FIRST_LINK=link)
