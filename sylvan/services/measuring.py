"""Measuring many fires on all processors: helpers beside the process that takes the batch in.

A pass changes hundreds of fires, a season's file ten thousand; each follows from its own rows
alone.  The process hands small portions to helpers while it measures others itself, so that it
never waits for one that is still starting, and goes on alone where a helper dies.
"""

import gc
import os
import pickle
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

import structlog

from sylvan.domain.fires import Measured
from sylvan.services import leash, measure
from sylvan.services.measure import Job, Ruler

log = structlog.get_logger()
WORTH_IT: Final = 64
"""Fires; fewer are measured sooner than handed out."""
PORTION: Final = 32
"""Fires handed out together: some 40 ms. Of fewer, calls would again cost more than work."""
AHEAD: Final = 2
"""Portions under way for each helper: one at work, one that waits for it."""


RULERS: Final = 4
"""Rulers that helpers may be asked for at a time: a world has one until its register changes."""
RULER: Final = "ruler.pickle"
Portion = tuple[int, list[Job]]
"""Place of the first job, and the jobs."""
Tell = Callable[[int], None]
"""Hears how many fires are measured."""


class Measurers:
    """This process and its helpers; safe in threads, which then share the helpers."""

    def __init__(self, helpers: int | None = None) -> None:
        self._helpers = len(os.sched_getaffinity(0)) - 1 if helpers is None else helpers
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._leash: Connection | None = None
        self._ready: list[Future[None]] = []
        self._shared: deque[tuple[Ruler, TemporaryDirectory[str]]] = deque(maxlen=RULERS)

    def start(self) -> None:
        """Let helpers get ready; returns at once."""
        with self._lock:
            if self._helpers < 1 or self._pool is not None or current_process().daemon:
                return  # a daemonic process may have no children
            context = get_context("spawn")
            ears, self._leash = context.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(self._helpers, context, leash.begin, (ears,))
            self._ready = [self._pool.submit(_warm_up) for _ in range(self._helpers)]

    def stop(self) -> None:
        """Let the helpers end, whatever they are at; nobody waits for one that is compiling."""
        with self._lock:
            pool, self._pool = self._pool, None
            held, self._leash = self._leash, None
        if pool is not None and held is not None:
            leash.kill(pool, held)

    def measured(self, ruler: Ruler, jobs: Sequence[Job], tell: Tell) -> list[Measured]:
        """The fires in the order of the jobs."""
        if len(jobs) < WORTH_IT or self._helpers < 1:
            return _alone(ruler, jobs, tell)
        self.start()
        found: dict[int, list[Measured]] = {}
        waiting = deque(
            (start, list(jobs[start : start + PORTION])) for start in range(0, len(jobs), PORTION)
        )
        under_way: deque[tuple[Portion, Future[list[Measured]]]] = deque()
        while waiting or under_way:
            tell(PORTION * len(found))
            while under_way and (under_way[0][1].done() or not waiting):
                portion, future = under_way.popleft()
                found[portion[0]] = self._result(ruler, portion, future)
            if waiting and not self._hand_out(ruler, waiting, under_way):
                start, mine = waiting.pop()
                found[start] = ruler.of_many(mine)
        return [one for start in sorted(found) for one in found[start]]

    def _hand_out(
        self,
        ruler: Ruler,
        waiting: deque[Portion],
        under_way: deque[tuple[Portion, Future[list[Measured]]]],
    ) -> bool:
        """Give the next portion to a helper, if one is ready for it."""
        with self._lock:
            pool = self._pool
            if pool is None or not all(one.done() for one in self._ready):
                return False
            if len(under_way) >= AHEAD * self._helpers:
                return False
            path = self._share(ruler)
        portion = waiting.popleft()
        try:
            under_way.append((portion, pool.submit(_measured, path, portion[1])))
        except BrokenProcessPool:
            waiting.appendleft(portion)
            self._give_up(pool)
            return False
        return True

    def _result(
        self, ruler: Ruler, portion: Portion, future: "Future[list[Measured]]"
    ) -> list[Measured]:
        try:
            return future.result()
        except BrokenProcessPool:
            with self._lock:
                pool = self._pool
            if pool is not None:
                self._give_up(pool)
            return ruler.of_many(portion[1])

    def _give_up(self, pool: ProcessPoolExecutor) -> None:
        """Go on alone; the next large batch starts new helpers."""
        log.warning("measuring.helper_died")
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)

    def _share(self, ruler: Ruler) -> Path:
        """The ruler in a file, which each helper reads once: a region's lakes are megabytes."""
        for known, folder in self._shared:
            if known == ruler:
                return Path(folder.name) / RULER
        folder = TemporaryDirectory(prefix="sylvan-ruler-")
        path = Path(folder.name) / RULER
        path.write_bytes(pickle.dumps(ruler))
        self._shared.append((ruler, folder))
        return path


def _alone(ruler: Ruler, jobs: Sequence[Job], tell: Tell) -> list[Measured]:
    found: list[Measured] = []
    while len(found) < len(jobs):
        tell(len(found))
        found += ruler.of_many(jobs[len(found) : len(found) + PORTION])
    return found


def _warm_up() -> None:
    """In each helper: what it has loaded lives as long as it does and is no garbage."""
    measure.warm_up()
    gc.collect()
    gc.freeze()


def _measured(ruler: Path, jobs: list[Job]) -> list[Measured]:
    """In a helper."""
    return _read(ruler).of_many(jobs)


@lru_cache(maxsize=RULERS)
def _read(path: Path) -> Ruler:
    ruler: Ruler = pickle.loads(path.read_bytes())  # noqa: S301 - written by the parent process
    return ruler
