"""The front end against the real server in headless Chromium: what a person sees and presses."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .processes import Running, free_port, running

ROOT = Path(__file__).resolve().parents[2]
JOURNEYS = ROOT / "frontend" / "tests" / "e2e" / "run.mjs"
CHROMIUM = "/usr/bin/chromium"
WAIT_S = 180


@pytest.fixture(scope="module")
def served(db_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on which a generated fire day replays."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    folder = tmp_path_factory.mktemp("served")
    environment = {**os.environ, "SYLVAN_DATABASE_URL": db_url, "SYLVAN_DATA_DIR": str(folder)}
    shutil.copytree(ROOT / "alerts", folder / "alerts")  # where rules are put in force
    environment["SYLVAN_ALERTS_DIR"] = str(folder / "alerts")
    environment["SYLVAN_OUTWARD_TRUSTED"] = "127.0.0.0/8"  # where a journey's receiver listens
    sylvan = [str(Path(sys.executable).with_name("sylvan")), "serve", "--demo"]
    command = [*sylvan, "--port", str(port)]
    with running(command, folder / "log", env=environment, cwd=ROOT) as server:
        wait_for_fires(address, server)
        yield address


def wait_for_fires(address: str, server: Running) -> None:
    """The demo delivers its first hours at once; only then is there anything to press."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        assert server.process.poll() is None, server.said()
        try:
            snapshot = httpx.get(f"{address}/api/v1/snapshot", timeout=20).json()
        except httpx.HTTPError:
            snapshot = {}
        if len(snapshot.get("fires", [])) >= 10 and snapshot["reports"]:
            return
        time.sleep(1)
    raise AssertionError(f"no fires within {WAIT_S} s:\n{server.said()}")


@pytest.mark.browser
def test_journeys_of_a_dispatcher_and_a_resident(served: str) -> None:
    journeys(served)


@pytest.mark.browser
@pytest.mark.long
def test_axe_finds_nothing_in_any_language_by_any_light(served: str) -> None:
    journeys(served, "axe finds nothing", SYLVAN_ALL_LOOKS="1")


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


def journeys(served: str, only: str = "", **more: str) -> None:
    """Those in whose file and name ``only`` occurs; what they say where one fails."""
    node = shutil.which("node")
    if node is None or not Path(CHROMIUM).exists():
        pytest.skip("needs node and Debian's chromium (scripts/test installs both)")
    done = subprocess.run(
        [node, str(JOURNEYS), only],
        check=False,
        cwd=ROOT / "frontend",
        env={**os.environ, "SYLVAN_URL": served, **more},
        capture_output=True,
        text=True,
        timeout=1500,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-4000:]
