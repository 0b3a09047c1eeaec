"""Starts a private database again when it dies under those who use it.

A killed server, one that ran out of memory, or one that gave up because the disk was full comes
back by itself as soon as it can; what uses it only has to connect again. A server that the operator
stopped stays stopped.
"""

from threading import Event, Thread
from types import TracebackType
from typing import Self

import psycopg

from sylvan.ops.cluster import Cluster, Say
from sylvan.ops.refusal import Refusal

LOOK_S = 1.0
# How often it looks: a look costs two file reads.
LONGEST_WAIT_S = 15.0
# Between tries of a start that fails, so that a full disk is not hammered; space is often freed
# within a minute of an alarm.


class Keeper:
    """A watch over one cluster for as long as its block runs."""

    def __init__(self, cluster: Cluster, say: Say) -> None:
        self._cluster = cluster
        self._say = say
        self._over = Event()
        self._thread = Thread(target=self._watch, name="database-keeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        wait = LOOK_S
        while not self._over.wait(wait):
            wait = LOOK_S if self._is_well() else min(wait * 2, LONGEST_WAIT_S)

    def _is_well(self) -> bool:
        try:
            if self._cluster.postmaster_pid() is None and not self._cluster.stopped_by_hand:
                self._say("the database died; starting it again")
                self._cluster.start(self._say)
        except Refusal as refusal:
            self._say(refusal.problem)
            return False
        except (psycopg.Error, OSError) as error:
            self._say(f"the database does not start: {error}")
            return False
        return True
