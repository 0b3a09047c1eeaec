"""Helpers that compute forecasts, at low priority, beside the process that keeps them.

A forecast takes a few seconds of one core.  Intake, web and database come first: helpers are niced,
one job each is under way, and a job that takes too much of the processor is ended with its helper.
"""

import os
import signal
from collections.abc import Callable
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Final

import structlog

from sylvan.domain.forecasting import DEFAULT, Answer, ForecastingParameters, Question, answer
from sylvan.services import leash, terrain

log = structlog.get_logger()
MOST: Final = 4
"""Forecasts of a round at a time, on however many cores."""
NICENESS: Final = 5
"""Against what is not niced a helper gets a quarter of a core, and all that nobody wants."""
CPU_S: Final = 180.0
"""Seconds of the processor: a job takes a few; on a new machine the first one compiles for a
minute or two.  Time on the clock says nothing of a niced process."""
LIMIT_S: Final = 1800.0
"""Seconds on the clock after which a job counts as stuck."""
TRIES: Final = 2
"""A job is given once more to a new helper where one died: it need not be the job's fault."""
Work = Callable[[Question, Path | None], Answer]


class Unanswered(Exception):  # noqa: N818 - an outcome, told as a code
    """No forecast came of it; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def answered(asked: Question, dem: Path | None, params: ForecastingParameters = DEFAULT) -> Answer:
    """In a helper: read the terrain, run the members, draw the contours."""
    heights, reasons = terrain.heights(dem, asked.net)
    return answer(replace(asked, reasons=(*asked.reasons, *reasons)), heights, params)


def _limited(work: Work, asked: Question, dem: Path | None, cpu_s: float) -> Answer:
    """In a helper: the work, and the helper's end where it takes too much of the processor."""
    signal.setitimer(signal.ITIMER_PROF, cpu_s)  # its signal ends a process that does not mind it
    try:
        return work(asked, dem)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


@dataclass(slots=True)
class Forecasters:
    """Helpers, started when they are first needed; safe in threads."""

    at_once: int = field(default_factory=lambda: min(len(os.sched_getaffinity(0)), MOST))
    """Forecasts of a round at a time; one helper more is for whoever waits at a screen."""
    alone: bool = False
    """Whether this process computes itself."""
    limit_s: float = LIMIT_S
    cpu_s: float = CPU_S
    niceness: int = NICENESS
    work: Work = answered
    _lock: Lock = field(default_factory=Lock)
    _pool: ProcessPoolExecutor | None = None
    _leash: Connection | None = None

    def answer(self, asked: Question, dem: Path | None, patience_s: float | None = None) -> Answer:
        """The forecast, by a helper.

        Args:
            asked: the question.
            dem: the terrain model, if there is one.
            patience_s: how long somebody waits; the helper goes on, its answer is not heard.

        Raises:
            Unanswered: it took too long, or helpers died of it.
        """
        if self.alone or current_process().daemon:  # a daemonic process has no children
            return self.work(asked, dem)
        for left in reversed(range(TRIES)):
            pool = self._started()
            try:
                future = pool.submit(_limited, self.work, asked, dem, self.cpu_s)
                return future.result(patience_s or self.limit_s)
            except TimeoutError:
                log.warning("forecast.too_slow", key=asked.key)
                future.cancel()
                if patience_s is None:
                    self._end(pool)
                raise Unanswered("forecast.too_slow") from None
            except (BrokenProcessPool, CancelledError, RuntimeError):
                log.warning("forecast.helper_died", key=asked.key, tries_left=left)
                self._end(pool)
        raise Unanswered("forecast.helper_died")

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
                    self.at_once + 1, context, leash.begin, (ears, self.niceness)
                )
            return self._pool

    def _end(self, pool: ProcessPoolExecutor) -> None:
        """Kill these helpers, unless another thread has; the next job starts new ones."""
        with self._lock:
            if self._pool is not pool or self._leash is None:
                return
            held, self._pool, self._leash = self._leash, None, None
        leash.kill(pool, held)
