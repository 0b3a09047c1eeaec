"""Helpers that compute forecasts, at low priority, beside the process that keeps them.

A forecast takes a second or two of one core.  Intake, web and database come first: helpers are
niced, one job each is under way, and a job that takes too long is ended with its helper.
"""

import os
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
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
NICENESS: Final = 15
"""Of 19: everything else of this machine goes first."""
LIMIT_S: Final = 180.0
"""A job takes seconds; on a new machine the first one compiles for a minute."""
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


@dataclass(slots=True)
class Forecasters:
    """Helpers, started when they are first needed; safe in threads."""

    at_once: int = field(default_factory=lambda: min(len(os.sched_getaffinity(0)), MOST))
    """Forecasts of a round at a time; one helper more is for whoever waits at a screen."""
    alone: bool = False
    """Whether this process computes itself."""
    limit_s: float = LIMIT_S
    work: Work = answered
    _lock: Lock = field(default_factory=Lock)
    _pool: ProcessPoolExecutor | None = None
    _leash: Connection | None = None

    def answer(self, asked: Question, dem: Path | None) -> Answer:
        """The forecast, by a helper.

        Raises:
            Unanswered: it took too long, or helpers died of it.
        """
        if self.alone or current_process().daemon:  # a daemonic process has no children
            return self.work(asked, dem)
        for left in reversed(range(TRIES)):
            pool = self._started()
            try:
                future: Future[Answer] = pool.submit(self.work, asked, dem)
                return future.result(self.limit_s)
            except TimeoutError:
                log.warning("forecast.too_slow", key=asked.key, limit_s=self.limit_s)
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
                    self.at_once + 1, context, leash.begin, (ears, NICENESS)
                )
            return self._pool

    def _end(self, pool: ProcessPoolExecutor) -> None:
        """Kill these helpers, unless another thread has; the next job starts new ones."""
        with self._lock:
            if self._pool is not pool or self._leash is None:
                return
            held, self._pool, self._leash = self._leash, None, None
        leash.kill(pool, held)
