"""The ways to hear the live channel where no websocket gets through, as the web asks for them.

What answers is the gateway; it is put together with the web application at the one wiring place.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Refusal
from sylvan.services.doors import Credentials, Identity
from sylvan.store.events import LoggedEvent


class LiveGone(Refusal):
    """The numbers asked for say nothing any more: begin with a fresh snapshot."""

    status = 410


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to hear what, from where on."""

    actor: Actor
    identity: Identity
    credentials: Credentials
    filter: Mapping[str, Any] = field(default_factory=dict)
    epoch: str | None = None
    after: int | None = None
    """``None``: from now on."""


class Listening(Protocol):
    """What the gateway offers besides its sockets."""

    async def events(self, asked: Asked) -> AsyncIterator[bytes]:
        """A stream of server-sent events, which ends when nothing more can come.

        Raises:
            Invalid: the filter cannot be read.
            Unavailable: the log has not been reached yet, or the house is full.
        """

    async def changes(self, asked: Asked, limit: int) -> bytes:
        """The next events as one JSON document.

        Raises:
            Invalid: the filter cannot be read.
            LiveGone: the numbers say nothing any more.
            Unavailable: the log has not been reached yet, or cannot be read now.
        """


class HeardPage(Protocol):
    """Consecutive events of the log, ready to be told to many."""

    def heard(
        self, actor: Actor, wanted: Mapping[str, Any], after: int
    ) -> Iterator[Mapping[str, Any]]:
        """Those above a number that somebody would hear on the live channel, as told there."""


class Ear(Protocol):
    """What somebody would hear on the live channel, for those who tell it in other ways."""

    def check(self, wanted: Mapping[str, Any]) -> None:
        """Refuse a filter that cannot be read.

        Raises:
            Invalid: ``live.filter``, which names the side.
        """

    def may_hear(self, who: Identity) -> bool:
        """Whether the live channel is open to somebody at all."""

    def page(self, rows: Sequence[LoggedEvent], epoch: UUID) -> HeardPage:
        """Events without a gap, of one numbering."""
