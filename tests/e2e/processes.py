"""Processes of Sylvan for end-to-end tests: started, waited for, stopped by their id."""

import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

READY_S = 120
# Compiling kernels for the first time takes longest.
STOP_S = 30
PORTS = range(21000, 29000)
# Below the range that the system hands out by itself, so that nothing else grabs one meanwhile.


@dataclass(frozen=True)
class Running:
    """A started process."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """What it wrote so far."""
        return self.log.read_text("utf-8", errors="replace")

    def wait_for(self, url: str, *, verify: bool = True) -> httpx.Response:
        """The first good answer; fails with the log when the process ends or takes too long."""
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"ended by itself:\n{self.said()}"
            try:
                answer = httpx.get(url, timeout=5, verify=verify)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.OK:
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{url} does not answer:\n{self.said()}")

    def wait_for_line(self, part: str) -> None:
        """Waits until it wrote a text."""
        deadline = time.monotonic() + READY_S
        while part not in self.said():
            assert self.process.poll() is None, f"ended by itself:\n{self.said()}"
            assert time.monotonic() < deadline, f"no {part!r} in:\n{self.said()}"
            time.sleep(0.1)

    def interrupt(self) -> int:
        """Ctrl-C; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_S)


@contextmanager
def running(
    command: Sequence[str], log: Path, *, env: Mapping[str, str], cwd: Path
) -> Iterator[Running]:
    """A process that is gone after the block, whatever happens in it."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
    try:
        yield Running(process, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
