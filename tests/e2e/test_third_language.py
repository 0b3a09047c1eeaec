"""Screens in a language that neither Russian nor English shares a letter with: one more folder of
catalogues, a build, and no word of the others is left.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.journeys import journeys, wait_for_fires
from tests.e2e.processes import free_port, running
from tests.third_language import CODE, ROOT, copy

SYLVAN = [sys.executable, "-c", "from sylvan.cli import run; run()"]


@pytest.fixture
def served(db_url: str, tmp_path: Path) -> Iterator[str]:
    """Address of a copy of Sylvan that has the language in catalogues and screens."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm (scripts/test installs it)")
    folder = copy(tmp_path / "copy")
    places = {
        "SYLVAN_LOCALES": str(folder / "sylvan" / "locales"),
        "SYLVAN_STATIC": str(folder / "sylvan" / "static"),
    }
    subprocess.run(
        [npm, "run", "--silent", "build"],
        check=True,
        cwd=ROOT / "frontend",
        env=os.environ | places,
        timeout=600,
    )
    port = free_port()
    data = {"SYLVAN_DATABASE_URL": db_url, "SYLVAN_DATA_DIR": str(tmp_path / "data")}
    env = {**os.environ, **data, "PYTHONPATH": str(folder)}
    command = [*SYLVAN, "serve", "--demo", "--stop-after", "1", "--port", str(port)]
    with running(command, tmp_path / "log", env=env, cwd=folder) as server:
        address = f"http://127.0.0.1:{port}"
        wait_for_fires(address, server)
        yield address


@pytest.mark.browser
@pytest.mark.long
def test_no_word_of_another_language_is_left_on_the_screens(served: str) -> None:
    journeys(served, "languages.test", SYLVAN_THIRD=CODE)
