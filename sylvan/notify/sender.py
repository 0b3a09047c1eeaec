"""All that sends: letters that are due are taken over, lanes bring them out, the clock escalates.

Several processes may do it; each takes what no other has.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Final

import structlog

from sylvan.notify.lane import TROUBLE_S, Lane
from sylvan.notify.ways import Ways
from sylvan.services.deliveries import Deliveries
from sylvan.services.delivery_queue import Queue
from sylvan.services.escalating import Escalating

log = structlog.get_logger()
EVERY_S: Final = 1.0
"""Between two looks at letters that are due and alerts that climb: rules count in minutes."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The channels of this installation at work."""

    deliveries: Deliveries
    queue: Queue
    escalating: Escalating
    ways: Callable[[], Ways]

    def run(self, stop: Event) -> None:
        """Send until told to stop."""
        asyncio.run(self._run(stop))

    async def _run(self, stop: Event) -> None:
        ways = self.ways()
        rules = self.deliveries.channels.rules
        for name, missing in self.deliveries.channels.missing.items():
            log.warning("alerts.channel_off", channel=name, missing=list(missing))
        lanes = [
            Lane(rules[name], channel, self.queue) for name, channel in ways.make(rules).items()
        ]
        stopping = asyncio.Event()
        work = [asyncio.create_task(lane.run(stopping)) for lane in lanes]
        clock = asyncio.create_task(self._by_the_clock(lanes, stopping))
        await asyncio.to_thread(stop.wait)
        stopping.set()
        await asyncio.gather(clock, *work, return_exceptions=True)
        await ways.close()

    async def _by_the_clock(self, lanes: list[Lane], stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                moved = await asyncio.to_thread(self.turn)
            except Exception:
                log.exception("alerts.clock_failed")
                await asyncio.sleep(TROUBLE_S)
                continue
            if moved:
                for lane in lanes:
                    lane.wake.set()
            else:
                await asyncio.sleep(EVERY_S)

    def turn(self) -> int:
        """Take over a portion of letters and let what is due climb; how many."""
        return self.deliveries.collect() + self.escalating.climb()
