"""Helpers that never outlive the process that started them, whatever they are at."""

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Thread


def begin(held: Connection, niceness: int = 0) -> None:
    """In each helper: Ctrl-C is the parent's business, and its word or its death is the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if niceness:
        os.nice(niceness)
    Thread(target=_end_with, args=(held,), daemon=True).start()


def kill(pool: ProcessPoolExecutor, held: Connection) -> None:
    """End the helpers of a pool; nobody waits for one that is compiling.

    Told and killed: at its end Python waits for children, and one that compiles takes minutes on a
    slow machine.
    """
    helpers = list((pool._processes or {}).values())  # noqa: SLF001 - 3.14 has kill_workers
    held.close()
    pool.shutdown(wait=False, cancel_futures=True)
    for helper in helpers:
        helper.kill()


def _end_with(held: Connection) -> None:
    with suppress(EOFError, OSError):
        held.recv()  # nothing is ever sent: it returns when the other end is closed
    os._exit(1)
