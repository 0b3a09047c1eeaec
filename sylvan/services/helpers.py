"""Helper processes for work of seconds, at low priority, beside the process that serves.

Intake, web and database come first: helpers are niced, one job each is under way, and a job that
takes too much of the processor is ended with its helper.
"""

import os
import signal
from collections.abc import Callable
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from threading import Lock
from typing import Any, Final, TypeVar

import structlog

from sylvan.services import leash

log = structlog.get_logger()
T = TypeVar("T")
MOST: Final = 4
"""Jobs of a round at a time, on however many cores."""
NICENESS: Final = 5
"""Against what is not niced a helper gets a quarter of a core, and all that nobody wants."""
CPU_S: Final = 180.0
"""Seconds of the processor: a job takes a few; on a new machine the first one compiles for a
minute or two.  Time on the clock says nothing of a niced process."""
LIMIT_S: Final = 1800.0
"""Seconds on the clock after which a job counts as stuck."""
TRIES: Final = 2
"""A job is given once more to a new helper where one died: it need not be the job's fault."""


class Unanswered(Exception):  # noqa: N818 - an outcome, told as a code
    """Nothing came of it; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _limited(work: Callable[..., T], args: tuple[Any, ...], cpu_s: float) -> T:
    """In a helper: the work, and the helper's end where it takes too much of the processor."""
    signal.setitimer(signal.ITIMER_PROF, cpu_s)  # its signal ends a process that does not mind it
    try:
        return work(*args)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


@dataclass(slots=True)
class Helpers:
    """Started when they are first needed; safe in threads."""

    at_once: int = field(default_factory=lambda: min(len(os.sched_getaffinity(0)), MOST))
    """Jobs of a round at a time."""
    spare: int = 0
    """Helpers more, for whoever waits at a screen."""
    alone: bool = False
    """Whether this process does the work itself."""
    limit_s: float = LIMIT_S
    cpu_s: float = CPU_S
    niceness: int = NICENESS
    name: str = "helper"
    """Of the work, in codes and log: ``{name}.too_slow``, ``{name}.helper_died``."""
    _lock: Lock = field(default_factory=Lock)
    _pool: ProcessPoolExecutor | None = None
    _leash: Connection | None = None

    def call(
        self, key: str, work: Callable[..., T], *args: Any, patience_s: float | None = None
    ) -> T:
        """What the work returns, by a helper.

        Args:
            key: names the job in the log.
            work: a function of a module, with what it takes.
            args: for it; they and the answer travel between processes.
            patience_s: how long somebody waits; the helper goes on, its answer is not heard.

        Raises:
            Unanswered: it took too long, or helpers died of it.
        """
        if self.alone or current_process().daemon:  # a daemonic process has no children
            return work(*args)
        for left in reversed(range(TRIES)):
            pool = self._started()
            try:
                future = pool.submit(_limited, work, args, self.cpu_s)
                return future.result(patience_s or self.limit_s)
            except TimeoutError:
                log.warning("helpers.too_slow", work=self.name, key=key)
                future.cancel()
                if patience_s is None:
                    self._end(pool)
                raise Unanswered(f"{self.name}.too_slow") from None
            except (BrokenProcessPool, CancelledError, RuntimeError):
                log.warning("helpers.died", work=self.name, key=key, tries_left=left)
                self._end(pool)
        raise Unanswered(f"{self.name}.helper_died")

    def stop(self) -> None:
        """Let the helpers end, whatever they are at."""
        with self._lock:
            pool = self._pool
        if pool is not None:
            self._end(pool)

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                context = get_context("spawn")
                ears, self._leash = context.Pipe(duplex=False)
                self._pool = ProcessPoolExecutor(
                    self.at_once + self.spare, context, leash.begin, (ears, self.niceness)
                )
            return self._pool

    def _end(self, pool: ProcessPoolExecutor) -> None:
        """Kill these helpers, unless another thread has; the next job starts new ones."""
        with self._lock:
            if self._pool is not pool or self._leash is None:
                return
            held, self._pool, self._leash = self._leash, None, None
        leash.kill(pool, held)
