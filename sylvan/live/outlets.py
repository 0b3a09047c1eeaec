"""What the gateway offers to the web besides its sockets: a stream of events, and polling."""

from collections.abc import AsyncIterator

from sylvan.domain.codes import Forbidden, Invalid
from sylvan.live import frames
from sylvan.live.door import OPERATION, guest_of
from sylvan.live.filters import Filter, FilterError
from sylvan.live.hub import Hub
from sylvan.live.polling import Polling
from sylvan.live.sse import EventStream
from sylvan.services.faults import RETRY_S, Unavailable
from sylvan.services.listening import Asked


class Outlets:
    """Both ways, out of one hub. Called on the event loop's thread."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._polling = Polling(hub)

    async def events(self, asked: Asked) -> AsyncIterator[bytes]:
        """A stream of server-sent events."""
        wanted = self._wanted(asked)
        stand = self._hub.stand()
        if self._hub.full_house or stand is None:
            raise Unavailable("live.busy", {"retry_s": RETRY_S})
        after = stand.seq if asked.after is None else asked.after
        epoch = str(stand.epoch) if asked.after is None else str(asked.epoch)
        guest = guest_of(asked.identity, asked.actor.world, asked.credentials)
        return EventStream(self._hub).read(guest, frames.Resume(epoch, after, wanted))

    async def changes(self, asked: Asked, limit: int) -> bytes:
        """The next events as one document."""
        return await self._polling.answer(asked, self._wanted(asked), limit)

    def _wanted(self, asked: Asked) -> Filter:
        role = asked.identity.role
        if not self._hub.rights.may(role, OPERATION):
            raise Forbidden("problem.role", {"role": role, "operation": OPERATION})
        try:
            return Filter.parse(asked.filter)
        except FilterError as error:
            raise Invalid("live.filter", {"reason": str(error)}, "filter") from error
