"""Helpers that never outlive the process that started them, whatever they are at."""

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread


def begin(held: Connection, niceness: int = 0) -> None:
    """In each helper: Ctrl-C is the parent's business, and its word or its death is the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if niceness:
        _behind_others(niceness)
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


def _behind_others(niceness: int) -> None:
    """Take what others leave.

    Linux shares cores between sessions first: a niced process of the server's session still gets as
    much as a browser of another.  In a session of its own it is the session that is niced.
    """
    os.nice(niceness)
    with suppress(OSError):
        os.setsid()
        Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")


def _end_with(held: Connection) -> None:
    with suppress(EOFError, OSError):
        held.recv()  # nothing is ever sent: it returns when the other end is closed
    os._exit(1)
