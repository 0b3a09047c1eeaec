"""Who does the work of an archive: processes of this machine, or a Dask cluster.

Both are given the same functions and the same jobs, and answer in the order of asking with few
jobs under way, so that memory is bounded and the result does not depend on who worked.
"""

import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from threading import Thread
from typing import Any, Final, Protocol, TypeVar

import sylvan
from sylvan.ops.refusal import Refusal

Job = TypeVar("Job")
Result = TypeVar("Result")
Work = Callable[[Any, Job], Result]
"""A function of a module: what is shared by all jobs, one job → its result."""

AHEAD: Final = 2
"""Jobs under way for each worker: one at work, one that waits for it."""
FAR_AHEAD: Final = 6
"""The same where jobs are small and some take a hundred times as long as others."""
CONNECT_S: Final = 15
"""Seconds; a scheduler that is there answers at once."""
LARGE: Final = {"distributed.admin.large-graph-warning-threshold": "1GB"}
"""A job brings its rows along, so that workers need no files; Dask would warn of each."""
WORKERS_S: Final = 60
"""Seconds; workers may still be starting."""


class HandsLostError(RuntimeError):
    """Whoever worked is gone; what was done is kept."""


class Hands(Protocol):
    """Who works."""

    @property
    def width(self) -> int:
        """How many jobs are worked on at once."""

    def share(self, value: object) -> object:
        """Give a value to every worker once; the handle goes to :meth:`each`."""

    def each(
        self, work: Work[Job, Result], shared: object, jobs: Iterable[Job], ahead: int = AHEAD
    ) -> Iterator[Result]:
        """Results in the order of the jobs, which are only made as they are needed."""


def _in_order(submit: Callable[[Any], Any], jobs: Iterable[Any], most: int) -> Iterator[Any]:
    under_way: deque[Any] = deque()
    try:
        for job in jobs:
            under_way.append(submit(job))
            if len(under_way) >= most:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        for one in under_way:
            one.cancel()


class LocalHands:
    """Processes of this machine; they end with the process that started them, however it ends."""

    def __init__(self, pool: ProcessPoolExecutor, width: int, folder: Path) -> None:
        self._pool, self.width, self._folder = pool, width, folder
        self._shared = 0

    def share(self, value: object) -> Path:
        """By way of a file, which each process reads once."""
        self._shared += 1
        path = self._folder / f"shared-{os.getpid()}-{self._shared}.pickle"
        path.write_bytes(pickle.dumps(value))
        return path

    def each(
        self, work: Work[Job, Result], shared: object, jobs: Iterable[Job], ahead: int = AHEAD
    ) -> Iterator[Result]:
        """Results in the order of the jobs."""

        def submit(job: Job) -> Future[Result]:
            return self._pool.submit(_with_shared, work, shared, job)

        try:
            yield from _in_order(submit, jobs, ahead * self.width)
        except BrokenProcessPool:
            raise HandsLostError("a worker process died") from None


def _with_shared(work: Work[Job, Result], shared: Any, job: Job) -> Result:
    return work(_read(shared), job)


@lru_cache(maxsize=2)
def _read(path: Path) -> Any:
    return pickle.loads(path.read_bytes())  # noqa: S301 - written by the parent process


def call_local() -> None:
    """Let what local hands are forked from load its code while others prepare the work."""
    get_context("forkserver").set_forkserver_preload(["sylvan.jobs.archive_warm"])
    forkserver.ensure_running()


@contextmanager
def local(workers: int | None, folder: Path) -> Iterator[LocalHands]:
    """So many processes (default: one for each processor); ``folder`` holds what they share."""
    width = workers or len(os.sched_getaffinity(0))
    call_local()
    context = get_context("forkserver")
    theirs, ours = Pipe(duplex=False)
    pool = ProcessPoolExecutor(width, context, initializer=_begin, initargs=(theirs,))
    try:
        yield LocalHands(pool, width, folder)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        ours.close()
        theirs.close()
        for path in folder.glob(f"shared-{os.getpid()}-*.pickle"):
            path.unlink()


def _begin(parent: Connection) -> None:
    """In each process: Ctrl-C is the parent's business, and its death is the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Connection) -> None:
    try:
        parent.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


class DaskHands:
    """A Dask cluster; its workers need this Sylvan and nothing else: no files, no database."""

    def __init__(self, client: Any, width: int) -> None:
        self._client, self.width = client, width

    def share(self, value: object) -> object:
        """As the result of a job, so that it outlives the worker that keeps it."""
        return self._client.submit(_kept, value, pure=False)

    def each(
        self, work: Work[Job, Result], shared: object, jobs: Iterable[Job], ahead: int = AHEAD
    ) -> Iterator[Result]:
        """Results in the order of the jobs."""

        def submit(job: Job) -> Any:
            return self._client.submit(work, shared, job, pure=False)

        dask = require_cluster()
        lost = (dask.KilledWorker, dask.client.FutureCancelledError, dask.client.CancelledError)
        try:
            yield from _in_order(submit, jobs, ahead * self.width)
        except (OSError, TimeoutError, *lost) as error:
            raise HandsLostError(f"the cluster: {error}") from None


def require_cluster() -> Any:
    """Dask's distributed.

    Raises:
        Refusal: the extra is not installed.
    """
    try:
        return import_module("distributed")
    except ModuleNotFoundError:
        raise Refusal(
            "--scheduler needs Dask's distributed, which is not installed.",
            "Install the extra: pip install 'sylvan[cluster]'; or leave --scheduler out.",
        ) from None


@contextmanager
def cluster(address: str) -> Iterator[DaskHands]:
    """The workers of the scheduler at ``address``.

    Raises:
        Refusal: nobody answers, no workers, another Sylvan there, or no Dask here.
    """
    distributed = require_cluster()
    try:
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise Refusal(
            f"No Dask scheduler answers at {address} ({error}).",
            "Start one: dask scheduler; its first lines tell the address.",
        ) from None
    try:
        with import_module("dask").config.set(LARGE):
            yield DaskHands(client, _workers(client, address))
    finally:
        client.close()


def _workers(client: Any, address: str) -> int:
    """How many jobs the cluster takes at once; checks that its workers are of our kind."""
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError:
        raise Refusal(
            f"The scheduler at {address} has no workers.", f"Start some: dask worker {address}"
        ) from None
    versions = client.run(_version, on_error="return")
    for worker, version in versions.items():
        if version != sylvan.__version__:
            told = "none" if isinstance(version, Exception) else version
            raise Refusal(
                f"The worker {worker} has another Sylvan ({told}; here: {sylvan.__version__}).",
                "Install the same one there: pip install sylvan==" + sylvan.__version__,
            )
    return sum(client.nthreads().values())


def _kept(value: Any) -> Any:
    return value


def _version() -> str:
    return sylvan.__version__
