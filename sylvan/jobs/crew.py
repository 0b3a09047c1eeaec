"""Threads of one process that start together and stop together."""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

import structlog

log = structlog.get_logger()
RESTART_S = 5.0
"""A job that failed starts again after this pause: one bad moment must not end a night's watch."""
JOIN_S = 10.0
"""For all of them together: where kernels are being compiled, many wait for the same lock."""


class Crew:
    """Named jobs, each given the flag that ends it."""

    def __init__(self) -> None:
        self.stop = Event()
        self._threads: list[Thread] = []

    def add(self, name: str, job: Callable[[Event], None]) -> None:
        """Start a job; it runs until it returns or the crew stops."""
        thread = Thread(target=self._keep, args=(name, job), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _keep(self, name: str, job: Callable[[Event], None]) -> None:
        while not self.stop.is_set():
            try:
                job(self.stop)
            except Exception:
                log.exception("job.failed", job=name, again_in_s=RESTART_S)
                self.stop.wait(RESTART_S)
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop.set()
        until = monotonic() + JOIN_S
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))
