"""Where fires lie of which somebody says that he is there: asked once, then remembered."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sylvan.domain.worlds import World
from sylvan.live.metrics import Metrics
from sylvan.live.presence import Place
from sylvan.services.presence import Spot

log = logging.getLogger(__name__)

KEPT: Final = 2_000
"""Fires whose place is remembered."""
ASKED: Final = 200
"""Fires asked about at a time, and screens that wait for one; what is said by more is dropped, and
said again in seconds."""

Then = Callable[[Spot], None]
Ask = Callable[[World, str], Spot | None]


class Spots:
    """What is known of fires' places. ``ask`` blocks and is called in a thread."""

    def __init__(self, ask: Ask | None, metrics: Metrics) -> None:
        self._ask, self._metrics = ask, metrics
        self._known: OrderedDict[Place, Spot] = OrderedDict()
        self._asked: dict[Place, dict[Hashable, Then]] = {}

    def learn(self, place: Place, spot: Spot) -> None:
        """What an event says of a fire that is known already."""
        if place in self._known:
            self._known[place] = spot

    def find(
        self, world: World, fire: str, pool: ThreadPoolExecutor, who: Hashable, then: Then
    ) -> None:
        """Call ``then`` with a fire's place, at once or later; never, if there is no such fire.

        Of what one asker wants while he waits the newest counts.
        """
        place = world.id, fire
        if (spot := self._known.get(place)) is not None:
            self._known.move_to_end(place)
            return then(spot)
        waiting = self._asked.get(place)
        if waiting is not None:
            if who in waiting or len(waiting) < ASKED:
                waiting[who] = then
        elif self._ask is not None and len(self._asked) < ASKED:
            self._asked[place] = {who: then}
            asked = asyncio.get_running_loop().run_in_executor(pool, self._ask, world, fire)
            asked.add_done_callback(lambda answer: self._found(place, answer))
        return None

    def _found(self, place: Place, answer: "asyncio.Future[Spot | None]") -> None:
        waiting = self._asked.pop(place)
        if answer.cancelled():
            return
        if (error := answer.exception()) is not None:
            log.error("where a fire lies cannot be read", exc_info=error)
            self._metrics.failures.labels("presence").inc()
        elif (spot := answer.result()) is not None:
            self._known[place] = spot
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
            for then in waiting.values():
                then(spot)
