"""Who wakes the readers of the event log: PostgreSQL by itself, or a message bus beside it.

A bus carries a number and nothing else, and may lose it: readers look at the log when they are
woken and every second anyhow. So it may be any bus, and an installation needs none.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, Protocol

import psycopg
import structlog
from sqlalchemy import Engine

from sylvan.store import events

log = structlog.get_logger()

LOG: Final = "log"
"""Topic of the event log: its newest number."""
_CHANNELS: Final = {LOG: events.CHANNEL}
AGAIN_S: Final = 1.0
"""Seconds before a way of being woken that failed is tried again."""

Subscribe = Callable[[str], AsyncIterator[int]]


class Bus(Protocol):
    """Carries "there is something new" between processes. Losing a message loses nothing."""

    def publish(self, topic: str, seq: int) -> None:
        """Tell everybody the newest number of a topic. Never blocks and never fails."""

    def subscribe(self, topic: str) -> AsyncIterator[int]:
        """Numbers of a topic as they come, until the reader stops; may raise and be asked anew."""

    def close(self) -> None:
        """End connections and threads."""

    @property
    def connected(self) -> bool:
        """Whether messages get through at present, for the monitoring."""


class PgBus:
    """LISTEN and NOTIFY: nothing to install, and nothing to go missing beside the log itself."""

    connected = True
    """While there is a database; without one nothing goes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def publish(self, topic: str, seq: int) -> None:
        """Nothing: the transaction that gives the numbers notifies, so that none is forgotten."""

    async def subscribe(self, topic: str) -> AsyncIterator[int]:
        """Numbers as the sequencer tells them, on a connection of its own."""
        url = self._engine.url.set(drivername="postgresql")
        conninfo = url.render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn:
            await conn.execute(f"listen {_CHANNELS[topic]}")
            async for told in conn.notifies():
                yield int(told.payload)

    def close(self) -> None:
        """Nothing: connections end with their readers."""


async def woken(topic: str, ways: Sequence[tuple[str, Subscribe]]) -> AsyncIterator[None]:
    """Yield whenever any of several ways tells of something new.

    A way that fails is said to be lost once, and is tried again while the others go on.

    Args:
        topic: what is asked about.
        ways: names for the log of this program, and how each is listened to.
    """
    flag = asyncio.Event()
    tasks = [asyncio.create_task(_keep(topic, name, way, flag)) for name, way in ways]
    try:
        while True:
            await flag.wait()
            flag.clear()
            yield None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(topic: str, name: str, way: Subscribe, flag: asyncio.Event) -> None:
    lost = False
    while True:
        try:
            async for _ in way(topic):
                if lost:
                    log.info("wakes.back", way=name)
                    lost = False
                flag.set()
        except Exception as error:  # noqa: BLE001 - whatever it was, the other ways go on
            if not lost:
                first = (str(error).splitlines() or [type(error).__name__])[0]
                log.warning("wakes.lost", way=name, error=first)
            lost = True
        flag.set()  # something may have come meanwhile
        await asyncio.sleep(AGAIN_S)
