"""A process that takes files from a drop folder, written to be killed at any moment.

It is forked from a server that has everything imported and compiled, so that a life costs a tenth
of a second. Its journal says where it was when it died.
"""

import threading
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from sylvan.domain.edge import edge_of
from sylvan.domain.grouping import ignitions, points_of
from sylvan.feeds.drop import DropFolder, DropRules
from sylvan.jobs.watch import Live
from sylvan.services.log import Sequencer
from tests.db.helpers import NOW, near, opened

BEGUN, ENDED = b"(", b")"
PATIENT = DropRules(settle_s=0.0, retry_s=0.0, crashes=10_000)
"""A test kills far more often than any file deserves to be blamed for."""


def processes():
    """Where lives are started from."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def live(url: str, folder: Path, journal: Path, *, until_empty: bool) -> None:
    """Take files, and number events, until killed (or until there are none left)."""
    with opened(url, pool=2) as house, journal.open("ab", buffering=0) as notes:
        stop = threading.Event()
        sequencer = threading.Thread(target=Sequencer(house.worlds.engine, stop).run, daemon=True)
        sequencer.start()
        door = Live(house)

        def take(name: str, body: bytes, feed: str):
            notes.write(BEGUN)
            taken = door.take(name, body, feed)
            notes.write(ENDED)
            return taken

        drop = DropFolder(folder, take, door, rules=PATIENT)
        drop.prepare()
        notes.write(b"\n")
        while not until_empty or any(path.suffix == ".csv" for path in folder.iterdir()):
            drop.scan()
        stop.set()
        sequencer.join()


def _warm() -> None:
    """Have compiled code in memory before anybody forks."""
    rows = np.concatenate([near(0, 0, NOW), near(0.3, 0, NOW)])
    ignitions(points_of(rows))
    edge_of(rows)


_warm()
