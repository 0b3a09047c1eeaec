"""The journeys of the front end: where they lie, how they are run, what they are run on."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from .processes import Running, free_port, running

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "frontend" / "tests" / "e2e"
CHROMIUM = "/usr/bin/chromium"
WAIT_S = 180
OF_THE_DESK = (
    *("border.test.mjs", "dispatcher.test.mjs", "fire.test.mjs", "forces.test.mjs"),
    *("outlook.test.mjs", "register.test.mjs", "report.test.mjs", "tools.test.mjs"),
)
"""Files about the dispatcher's work and what comes to his desk: half of the time that all take."""


def other_files() -> list[str]:
    """All others, so that a new file is run without being named."""
    return sorted({one.name for one in FOLDER.glob("*.test.mjs")} - set(OF_THE_DESK))


@contextmanager
def demo(db_url: str, folder: Path, *more: str) -> Iterator[str]:
    """Address of a server on which a generated fire day replays."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    environment = {**os.environ, "SYLVAN_DATABASE_URL": db_url, "SYLVAN_DATA_DIR": str(folder)}
    shutil.copytree(ROOT / "alerts", folder / "alerts")  # where rules are put in force
    environment["SYLVAN_ALERTS_DIR"] = str(folder / "alerts")
    environment["SYLVAN_OUTWARD_TRUSTED"] = "127.0.0.0/8"  # where a journey's receiver listens
    sylvan = [str(Path(sys.executable).with_name("sylvan")), "serve", "--demo"]
    command = [*sylvan, "--port", str(port), *more]
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


def journeys(served: str, *only: str, **more: str) -> None:
    """Those in whose file and name one of ``only`` occurs; what they say where one fails."""
    node = shutil.which("node")
    if node is None or not Path(CHROMIUM).exists():
        pytest.skip("needs node and Debian's chromium (scripts/test installs both)")
    done = subprocess.run(
        [node, str(FOLDER / "run.mjs"), *only],
        check=False,
        cwd=ROOT / "frontend",
        env={**os.environ, "SYLVAN_URL": served, **more},
        capture_output=True,
        text=True,
        timeout=1500,
    )
    assert done.returncode == 0, done.stdout[-12000:] + done.stderr[-4000:]
