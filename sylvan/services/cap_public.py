"""CAP messages as they are read: feeds by territory, the bytes as sent, the list for dispatchers.

Feeds are for everybody. They tell of one world, the server's own: on a live installation that holds
messages that are meant; only a server that shows nothing but a demo tells tests, and says so.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain.actors import Actor, system
from sylvan.domain.cap.profile import Profile
from sylvan.domain.cap.values import Status
from sylvan.domain.codes import NotFound
from sylvan.domain.instants import iso
from sylvan.domain.worlds import World
from sylvan.services.base import Base
from sylvan.services.cap_desk import Signer
from sylvan.services.geography import Geography
from sylvan.services.regimes import EVERYWHERE
from sylvan.store import cap, layers
from sylvan.store.cap import Message

KINDS: Final = ("boundary", "municipality", "forestry")
"""Layers whose features have a feed each, the widest first."""
PAGE: Final = 100
"""Messages of one page of a feed."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of a territory's feed, the newest first."""

    territory: str
    names: Mapping[str, str]
    test: bool
    """Nothing of it is meant."""
    messages: Sequence[Message]
    following: int | None
    """Before which message the next page begins."""
    changed_at: datetime | None
    """Real time; ``None`` while the feed is empty, and in worlds with clocks of their own."""
    now: datetime

    @property
    def etag(self) -> str:
        """Changes whenever the page does."""
        told = [self.territory, str(self.test), str(self.following)]
        told += [one.identifier for one in self.messages]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class CapReading(Base):
    """Reading messages of ours."""

    geography: Geography
    profile: Profile
    signer: Signer

    def feed(self, world: World, territory: str, before: int | None, limit: int = PAGE) -> FeedPage:
        """What a territory is told now.

        Raises:
            NotFound: no such territory in the region's layers.
        """
        actor = system(world)
        real = self.clock()
        with self.engine.connect() as conn:
            names = self._names(conn, territory)
            now = world.now(real)
            rows = cap.page(conn, actor, territory, now, before, limit + 1)
            changed = cap.changed_at(conn, actor, territory, now) if world.is_live else None
        found = rows[:limit]
        following = found[-1].id if len(rows) > limit else None
        return FeedPage(territory, names, not world.is_live, found, following, changed, real)

    def _names(self, conn: Connection, territory: str) -> Mapping[str, str]:
        for _, _, names in layers.named(conn, self.geography.code, KINDS, territory):
            return names
        raise NotFound("cap.territory_unknown", {"code": territory[:80]})

    def territories(self) -> list[dict[str, Any]]:
        """Territories that have a feed: the region, its municipalities and forest districts."""
        with self.engine.connect() as conn:
            found = layers.named(conn, self.geography.code, KINDS)
        found.sort(key=lambda one: KINDS.index(one[0]))
        return [{"code": code, "kind": kind, "name": names} for kind, code, names in found]

    def public(self, world: World, identifier: str) -> bytes:
        """A message as it was sent, for everybody.

        Raises:
            NotFound: there is none of this name that is for everybody.
        """
        with self.engine.connect() as conn:
            found = cap.bytes_of(conn, system(world), identifier)
        if found is None or (world.is_live and found[0].status != Status.ACTUAL):
            raise NotFound("cap.message_unknown", {"identifier": identifier[:120]})
        return found[1]

    def one(self, actor: Actor, identifier: str) -> bytes:
        """A message as it was sent, within the actor's reach.

        Raises:
            NotFound: there is none, or it lies elsewhere.
        """
        with self.engine.connect() as conn:
            found = cap.bytes_of(conn, actor, identifier)
        if found is None:
            raise NotFound("cap.message_unknown", {"identifier": identifier[:120]})
        return found[1]

    def listed(
        self, actor: Actor, before: int | None, limit: int, theme: str | None
    ) -> list[dict[str, Any]]:
        """What was told within the actor's reach, the newest first."""
        now = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            rows = cap.listed(conn, actor, before, limit, theme)
        return [_told(one, now) for one in rows]

    def certificate(self) -> bytes:
        """What our signatures are checked with."""
        return self.signer.certificate()


def _told(one: Message, now: datetime) -> dict[str, Any]:
    titles = {language: told["headline"] for language, told in one.titles.items()}
    return {
        "number": one.id,
        "identifier": one.identifier,
        "sent": iso(one.sent),
        "type": one.msg_type,
        "status": one.status,
        "theme": one.theme,
        "subject": one.subject,
        "level": one.level,
        "headline": titles,
        "expires": iso(one.expires),
        "holds": one.newest and one.expires > now,
        "references": [identifier for _, identifier, _ in one.refs],
        "territories": [code for code in one.codes if code != EVERYWHERE],
    }
