"""Whoever ends Sylvan ends everything that it started: Ctrl-C at a desk, SIGTERM by a service."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from tests.e2e.processes import STOP_S, free_port, running

ROOT = Path(__file__).resolve().parents[2]


def left(folder: Path) -> list[str]:
    """Processes that still work in a data folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if str(folder) in line and process.pid != os.getpid():
            found.append(line)
    return found


@pytest.fixture
def place() -> Iterator[Path]:
    """A data folder that an unprivileged user of databases can walk to."""
    with TemporaryDirectory(prefix="sylvan-stopping-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "data"


@pytest.mark.parametrize(("number", "compiled"), [(signal.SIGINT, False), (signal.SIGTERM, True)])
def test_nothing_is_left_when_serve_is_told_to_end(tmp_path, place, number, compiled) -> None:
    folder, port = place, free_port()
    command = [sys.executable, "-c", "from sylvan.cli import run; run()"]
    command += ["serve", "--no-demo", "--port", str(port), "--data-dir", str(folder)]
    # nothing is compiled yet, as on the first day: helpers are busy with that when the end comes
    compiling = {} if compiled else {"NUMBA_CACHE_DIR": str(tmp_path / "numba")}
    clean = compiling | {
        name: value for name, value in os.environ.items() if not name.startswith("SYLVAN_")
    }
    with running(command, tmp_path / "log", env=clean, cwd=ROOT) as server:
        server.wait_for(f"http://127.0.0.1:{port}/livez")
        assert any("postgres" in line for line in left(folder))
        server.process.send_signal(number)
        server.process.wait(STOP_S)
        until = time.monotonic() + STOP_S
        while left(folder) and time.monotonic() < until:
            time.sleep(0.1)
        assert left(folder) == []
