"""Presence among clients and gateways: takes what screens say, tells those who may know.

Whatever the number of screens, each fire is told of at most once a tick and in one frame for all;
between gateways each screen is told of at most once a tick.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

from sylvan.domain.worlds import World
from sylvan.live import frames, presence_wire
from sylvan.live.audience import Audience, Client, Stage
from sylvan.live.limits import Limits
from sylvan.live.matching import Facts
from sylvan.live.metrics import Metrics
from sylvan.live.presence import Note, Person, Place, Presence
from sylvan.live.presence_spots import Spots
from sylvan.services.presence import Spot

log = logging.getLogger(__name__)

_LIKE: Final = "fire.changed"
"""Presence reaches those clients that an event of this kind about the fire would reach."""


class PresenceBus(Protocol):
    """Between gateways. ``spot`` and ``tell`` block; they are called in a thread."""

    def spot(self, world: World, fire: str) -> Spot | None:
        """Where a fire lies; none if there is no such fire."""

    def tell(self, messages: Sequence[str]) -> None:
        """Send to all gateways; what is lost is said again in seconds."""

    def heard(self) -> AsyncIterator[str]:
        """What gateways tell; may end or raise, and is asked anew."""


class PresenceDesk:
    """One gateway's presence. ``audiences`` are those to tell."""

    def __init__(
        self,
        bus: PresenceBus | None,
        limits: Limits,
        metrics: Metrics,
        audiences: Callable[[], Iterable[Audience]],
    ) -> None:
        self._bus, self._limits, self._metrics = bus, limits, metrics
        self._audiences = audiences
        self._gateway = uuid4().hex[:12]
        self._spots = Spots(bus.spot if bus else None, metrics)
        self._present = Presence(limits.presence_people)
        self._screens: dict[Client, str] = {}
        self._outgoing: dict[str, dict[str, Any]] = {}
        self._telling: asyncio.Future[None] | None = None
        self._pool = ThreadPoolExecutor(1, "live-presence")

    def __len__(self) -> int:
        """How many screens say where they are."""
        return len(self._present)

    async def run(self) -> None:
        """Hear what other gateways tell, for ever."""
        loop = asyncio.get_running_loop()
        while self._bus is not None:
            try:
                async for message in self._bus.heard():
                    self.hear(message, loop.time())
            except Exception:
                log.exception("other gateways' presence is not heard; trying again")
                self._metrics.failures.labels("presence").inc()
            await asyncio.sleep(self._limits.poll_s)
        await asyncio.Event().wait()

    def stop(self) -> None:
        """Let go of the thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def you(self, client: Client, epoch: UUID) -> dict[str, str] | None:
        """As whom others see a client; nothing for who is told nothing of people."""
        if not client.sight.sees_people:
            return None
        person = _person(client, epoch)
        return {"who": person.who, "name": person.name, "role": person.role}

    def say(self, client: Client, said: frames.Said, epoch: UUID, now: float) -> None:
        """A client says where it is. Who may not know of the fire or of people says nothing."""
        if said.fire is None or not client.sight.sees_people:
            return self.left(client)
        person, until = _person(client, epoch), now + self._limits.presence_s
        place = client.sight.world, said.fire

        def put(spot: Spot) -> None:
            if client.stage is not Stage.ENDED and client.sight.reaches(spot.territories):
                self._put(client, Note(place, spot, person, said, until))

        return self._spots.find(client.guest.actor.world, said.fire, self._pool, client, put)

    def left(self, client: Client) -> None:
        """A client is at no fire any more, or gone."""
        screen = self._screens.pop(client, None)
        if screen is not None:
            self._present.drop(screen)
            self._outgoing[screen] = {"screen": screen}

    def learn(self, facts: Facts, territories: tuple[str, ...]) -> None:
        """What a fire's event says of where it lies."""
        if facts.kind == _LIKE and len(self._present) and facts.fires:
            place = facts.world, facts.fires[0]
            self._spots.learn(place, Spot(territories, facts.point))

    def tick(self, now: float) -> None:
        """Once a second: forget, tell clients, tell gateways."""
        self._present.expire(now)
        for place, spot in self._present.changes():
            frame = self._frame(place)
            for audience in self._audiences():
                if audience.live and _reaches(audience, place, spot):
                    audience.send(frame)
        self._send()

    def greeting(self, audience: Audience) -> bytes:
        """Who is where, for a client that has just joined an audience."""
        found = self._present.places() if len(self._present) else ()
        return b"".join(
            self._frame(place) for place, spot in found if _reaches(audience, place, spot)
        )

    def hear(self, message: str, now: float) -> None:
        """What a gateway told."""
        until = now + self._limits.presence_s
        for heard in presence_wire.unpack(message, self._gateway, until):
            if heard.note is None:
                self._present.drop(heard.screen)
            else:
                self._present.put(heard.screen, heard.note)

    def _put(self, client: Client, note: Note) -> None:
        screen = self._screens.setdefault(client, uuid4().hex[:12])
        self._present.put(screen, note)
        if self._bus is not None:
            self._outgoing[screen] = presence_wire.noted(screen, note)

    def _frame(self, place: Place) -> bytes:
        people, conflicts = self._present.told(place)
        return frames.presence(place[1], people, conflicts)

    def _send(self) -> None:
        """Tell gateways, in the thread; what comes meanwhile waits, the newest for each screen."""
        if (
            self._bus is None
            or not self._outgoing
            or not (self._telling is None or self._telling.done())
        ):
            return
        messages = presence_wire.pack(self._gateway, self._outgoing, self._limits.presence_bytes)
        self._outgoing = {}
        loop = asyncio.get_running_loop()
        self._telling = loop.run_in_executor(self._pool, self._tell, self._bus, messages)

    def _tell(self, bus: PresenceBus, messages: Sequence[str]) -> None:
        try:
            bus.tell(messages)
        except Exception:
            log.exception("presence cannot be told to other gateways")
            self._metrics.failures.labels("presence").inc()


def _person(client: Client, epoch: UUID) -> Person:
    """The same mark on all gateways of one log, and no way back from it to the subject."""
    actor = client.guest.actor
    who = blake2b(actor.subject.encode(), key=epoch.bytes, digest_size=8).hexdigest()
    return Person(who, actor.name, actor.role)


def _reaches(audience: Audience, place: Place, spot: Spot) -> bool:
    """Whether an audience is told of presence at a fire."""
    sight = audience.sight
    if sight.world != place[0] or not sight.sees_people:
        return False
    facts = Facts(place[0], _LIKE, spot.point, (place[1],))
    return sight.may_see(_LIKE, spot.territories) and audience.filter_passes(facts)
