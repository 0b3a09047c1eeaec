"""The live channel's hearing for others: same filter, same reach, same veil, event by event.

Whoever tells events in another way (webhooks) asks here, so that nobody is told on one way what
the other would not tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid
from sylvan.domain.rights import Rights
from sylvan.live import frames
from sylvan.live.audience import Audience
from sylvan.live.door import OPERATION
from sylvan.live.filters import Filter, FilterError
from sylvan.live.log import EventRow
from sylvan.live.pages import Entry, Page
from sylvan.live.sight import sight_of
from sylvan.services.doors import Identity

_NO_ROW = -1
"""An audience that stands in no table."""


class HeardPage:
    """Consecutive events, encoded once however many hear them."""

    def __init__(self, rights: Rights, page: Page) -> None:
        self._rights = rights
        self._page = page

    def heard(
        self, actor: Actor, wanted: Mapping[str, Any], after: int
    ) -> Iterator[Mapping[str, Any]]:
        """What of it somebody hears above a number."""
        if after >= self._page.last:
            return
        sight = sight_of(actor, self._rights)
        audience = Audience(sight, Filter.parse(wanted), _NO_ROW)
        for entry in audience.wanted(self._page, after):
            yield _told(entry.seen(sight.view))


class Ear:
    """Hears by the installation's rights."""

    def __init__(self, rights: Rights) -> None:
        self._rights = rights

    def check(self, wanted: Mapping[str, Any]) -> None:
        """Refuse a filter that cannot be read."""
        try:
            Filter.parse(wanted)
        except FilterError as error:
            raise Invalid("live.filter", {"reason": str(error)}, "filter") from error

    def may_hear(self, who: Identity) -> bool:
        """Whether the live channel is open to somebody at all."""
        return self._rights.may(who.role, OPERATION) and who.allows(OPERATION)

    def page(self, rows: Sequence[EventRow], epoch: UUID) -> HeardPage:
        """Events without a gap, of one numbering."""
        page = Page(rows[0].seq if rows else 1, len(rows))
        for row in rows:
            page.add(Entry.of(row, epoch))
        return HeardPage(self._rights, page)


def _told(frame: bytes) -> dict[str, Any]:
    """A frame's event, without the word that says that it is one."""
    (payload,) = frames.payloads(frame)
    found: dict[str, Any] = orjson.loads(payload)
    found.pop("t")
    return found
