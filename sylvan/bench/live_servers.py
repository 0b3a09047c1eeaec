"""A server of the benchmark of the live channel, in a process of its own: what it is told to do.

It says its port, spreads or writes events when asked over a pipe, and tells what that cost. The
four ways to do so stand in :mod:`sylvan.bench.live_ways`.
"""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Semaphore
from typing import Any

import psutil

from sylvan.bench import live_people as people

MARK = b"^"
"""Stands once in each event that is spread and nowhere else, also not in a frame's length: clients
count it."""
PATIENCE_S = 120.0
"""How long a process of the benchmark may leave another one without an answer."""
BODY_BYTES = 400
WARM = 3
"""Events before the clock of the processor starts: first ways are longer."""
PAUSE_S = 0.02
"""Seconds between the arrival of one event at the last client and the next event."""
_PORTS = range(23_000, 32_000)


@dataclass(frozen=True, slots=True)
class Spread:
    """Tell everybody of ``events`` changes, one after the other."""

    events: int


@dataclass(frozen=True, slots=True)
class Append:
    """Write ``events`` changes of different territories, ``pause_s`` seconds apart."""

    events: int
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Say how much memory the process holds, in MB."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What spreading cost: seconds of the processor, and when each event was published."""

    cpu_s: float
    moments: list[float]


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: where it listens, how it publishes, and its log if it has one."""

    port: int
    publish: Callable[[], Any]
    log: Any = None

    @property
    def epoch(self) -> str:
        """Identity of the numbering; empty where there is no log to resume from."""
        return "" if self.log is None else str(self.log.epoch)

    def obey(self, pipe: Connection, arrived: Semaphore) -> None:
        """Do what comes over the pipe until it says ``None``; each wish gets an answer."""
        pipe.send((self.port, self.epoch))
        while (wish := pipe.recv()) is not None:
            if isinstance(wish, Spread):
                pipe.send(self._spread(wish.events, arrived))
            elif isinstance(wish, Append):
                pipe.send(self._append(wish))
            else:
                pipe.send(psutil.Process().memory_info().rss / 1e6)

    def _spread(self, events: int, arrived: Semaphore) -> Spent:
        """Publish, each event when the last client has the one before."""
        for _ in range(WARM):
            self._one(arrived)
        cpu = time.process_time()
        moments = [self._one(arrived) for _ in range(events)]
        return Spent(time.process_time() - cpu, moments)

    def _one(self, arrived: Semaphore) -> float:
        moment = time.monotonic()
        self.publish()
        if not arrived.acquire(timeout=PATIENCE_S):
            raise TimeoutError("an event did not reach all clients")
        time.sleep(PAUSE_S)
        return moment

    def _append(self, wish: Append) -> int:
        """Write to the log as territories do; the newest number."""
        for _ in range(wish.events):
            people.write(self.log)
            time.sleep(wish.pause_s)
        return int(self.log.head().seq)


def body() -> dict[str, Any]:
    """What an event of the benchmark tells; one field of it is not for neighbours."""
    return {"name": MARK.decode(), "details": "crew 7", "text": "x" * BODY_BYTES}


def listening() -> socket.socket:
    """A listening socket on a port below the ephemeral range."""
    for port in _PORTS:
        sock = socket.socket()
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            sock.close()
        else:
            sock.listen(4096)
            return sock
    raise RuntimeError("no free port between 23000 and 32000: stop what occupies them")
