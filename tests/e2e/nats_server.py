"""A NATS server for tests, from the wheel; started and stopped by its id."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.chaos import free_port
from tests.e2e.processes import Running, running

PATIENCE_S = 30


def program() -> str:
    found = shutil.which("nats-server", path=str(Path(sys.executable).parent))
    assert found, "no nats-server beside this Python: pip install 'sylvan[dev]'"
    return found


@contextmanager
def nats_server(folder: Path, port: int | None = None) -> Iterator[tuple[str, Running]]:
    """Its address, and the process."""
    port = port or free_port()
    command = [program(), "--addr", "127.0.0.1", "--port", str(port)]
    log = folder / f"nats-{time.monotonic_ns()}.log"
    with running(command, log, env={}, cwd=folder) as server:
        server.wait_for_line("Server is ready")
        yield f"nats://127.0.0.1:{port}", server
