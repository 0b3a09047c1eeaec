"""Who stands at the door: what a request brought along, and whom it makes of it."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Protocol

from sylvan.domain.actors import EVERYWHERE, Actor, Level, local_operator
from sylvan.domain.codes import Refusal
from sylvan.domain.worlds import World, live_world
from sylvan.store import audit
from sylvan.store.limits import reading_as


class Unauthenticated(Refusal):
    """Nobody knows who this is; signing in again helps."""

    status = 401


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request or a handshake brought along; nothing of it was looked at yet."""

    session: str | None = None
    """Value of the session cookie."""
    key: str | None = None
    """What followed `Bearer ` in the Authorization header."""
    peer: str | None = None
    """Address of the other side."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom the door knows, whatever the world."""

    subject: str
    name: str
    level: Level
    territories: tuple[str, ...]
    role: str
    owner: str = ""
    session: str | None = None
    """Mark of the session or key, safe to compare and to log; never the secret itself."""
    until: datetime | None = None
    """When this has to be asked again at the latest; ``None``: never."""
    narrowed: tuple[str, ...] = ()
    """Patterns of operations that a key is narrowed to within its role; none: all of the role's."""
    limits: tuple[tuple[str, int], ...] = ()
    """What a key may ask for instead of what its role may, by name of the limit."""

    def allows(self, operation: str) -> bool:
        """Whether an operation is within what a key was narrowed to."""
        return not self.narrowed or any(fnmatchcase(operation, one) for one in self.narrowed)

    def acting(self, world: World) -> Actor:
        """The same, acting in one world."""
        return Actor(
            self.subject, self.name, self.level, self.territories, world, self.role, self.owner
        )


class Doorkeeper(Protocol):
    """Makes an identity of credentials. May read the database, so it is called in a thread."""

    def admit(self, credentials: Credentials) -> Identity:
        """Whose credentials these are; none at all are the public's.

        Raises:
            Unauthenticated: they are forged, expired or revoked.
        """


_AT_THE_DESK = local_operator(live_world())
LOCAL = Identity(
    _AT_THE_DESK.subject,
    _AT_THE_DESK.name,
    _AT_THE_DESK.level,
    _AT_THE_DESK.territories,
    _AT_THE_DESK.role,
)
"""The local operator."""


NOBODY = Identity("public", "public", Level.PUBLIC, EVERYWHERE, "public")
"""Whoever has not signed in. What the public role may read is told of everywhere."""


class OpenDoor:
    """An installation without sign-in: everybody who reaches it is the local operator."""

    def admit(self, credentials: Credentials) -> Identity:
        """The local operator."""
        del credentials
        return LOCAL


def read_as(actor: Actor | None) -> None:
    """Transactions begun from here on, in this task and its threads, read on somebody's behalf.

    Changes are not limited this way: what a report or a batch starts has to see all fires around.
    """
    reading_as.set(None if actor is None or actor.everywhere else actor)


def came_from(peer: str | None) -> None:
    """What is put on record from here on, in this task and its threads, came from this address."""
    audit.came_from.set(peer)
