"""Who may open a live socket: from which page, in whose name, into which world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from websockets.datastructures import Headers

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Scalar
from sylvan.domain.rights import Rights
from sylvan.domain.worlds import World
from sylvan.services.doors import Credentials, Doorkeeper, Identity, Unauthenticated
from sylvan.services.rights import PUBLIC

OPERATION: Final = "live_socket"
"""As what the live channel counts where a role names its operations, whichever way out it takes."""
_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """The handshake as the door sees it."""

    path: str
    query: Mapping[str, str]
    headers: Headers
    peer: str | None = None  # address of the other side, for logs
    secure: bool = False  # whether it came over TLS to this process


@dataclass(frozen=True, slots=True)
class Refused:
    """A handshake that gets a problem response instead of a socket."""

    status: int
    code: str
    params: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody inside: in whose name a client hears, and what to ask again with."""

    actor: Actor
    mark: str | None = None
    """Of the session or key; ``None``: nothing that could end."""
    until: datetime | None = None
    credentials: Credentials = field(default_factory=Credentials)


Answer = Guest | Refused


class Door(Protocol):
    """Says in whose name a client hears. Called in threads, so it may read the database."""

    def admit(self, request: LiveRequest) -> Answer:
        """Who opens a socket (and acts in one world), or why not."""

    def again(self, guest: Guest) -> Answer:
        """Who a guest is by now, or why he has to leave."""


class GuardedDoor:
    """Asks the same keeper as requests do: of a session's cookie, or of a key in the header.

    A key in the address would stand in logs and histories, so nothing there is looked at.
    ``cookies`` are the names under which a session may come, the first that is there counts.
    ``enters`` says whether somebody may look into a world: a drill's is for its people.
    """

    def __init__(
        self,
        keeper: Doorkeeper,
        rights: Rights,
        find_world: Callable[[str | None], World | None],
        cookies: tuple[str, ...],
        enters: Callable[[Identity, World], bool] = lambda _who, _world: True,
    ) -> None:
        self._keeper, self._rights = keeper, rights
        self._find_world, self._cookies = find_world, cookies
        self._enters = enters

    def admit(self, request: LiveRequest) -> Answer:
        """Who brought these credentials, in the world asked for."""
        name = request.query.get("world") or None
        # over TLS only the first name counts, which no plain page can have set
        names = self._cookies[:1] if request.secure else self._cookies
        brought = credentials(request.headers, names, request.peer)
        known = self._known(brought)
        if isinstance(known, Refused):
            return known
        world = self._find_world(name)
        if world is None:
            return Refused(404, "live.world_unknown", {"world": name})
        if not self._enters(known, world):
            return Refused(403, "drills.not_yours", {"drill": world.name})
        return guest_of(known, world, brought)

    def again(self, guest: Guest) -> Answer:
        """Who a guest is by now."""
        known = self._known(guest.credentials)
        if isinstance(known, Refused):
            return known
        return guest_of(known, guest.actor.world, guest.credentials)

    def _known(self, brought: Credentials) -> Identity | Refused:
        try:
            who = self._keeper.admit(brought)
        except Unauthenticated as error:
            return Refused(401, error.code, error.params)
        if self._rights.may(who.role, OPERATION) and who.allows(OPERATION):
            return who
        if who.role == PUBLIC:
            return Refused(401, "problem.sign_in", {"operation": OPERATION})
        return Refused(403, "problem.role", {"role": who.role, "operation": OPERATION})


def guest_of(who: Identity, world: World, brought: Credentials) -> Guest:
    """An identity as a guest in one world."""
    return Guest(who.acting(world), who.session, who.until, brought)


def credentials(headers: Headers, cookies: tuple[str, ...], peer: str | None) -> Credentials:
    """What a handshake brought along. Two Authorization headers are none: which one would count?"""
    told = headers.get_all("Authorization")
    key = told[0][len(_BEARER) :].strip() if len(told) == 1 else ""
    found = _cookies(headers.get_all("Cookie"))
    session = next((found[name] for name in cookies if found.get(name)), None)
    bears = len(told) == 1 and told[0].lower().startswith(_BEARER)
    return Credentials(session, key if bears else None, peer)


def _cookies(told: list[str]) -> dict[str, str]:
    pairs = [pair.partition("=") for line in told for pair in line.split(";")]
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


@dataclass(frozen=True, slots=True)
class Origins:
    """Which web pages may open sockets: browsers send cookies to any site that asks for one.

    A page from the host that it connects to may, and those in ``allowed`` (``https://host:port``).
    Programs that are no browsers send no Origin. ``hosts``, if given, are the only names this
    server answers to (a page can otherwise point its own name at our address).
    """

    allowed: frozenset[str] = frozenset()
    hosts: frozenset[str] | None = None

    def accept(self, headers: Headers) -> bool:
        """Whether a handshake with these headers comes from such a page."""
        hosts, origins = headers.get_all("Host"), headers.get_all("Origin")
        if len(hosts) != 1 or len(origins) > 1:
            return False
        host = hosts[0].lower()
        if self.hosts is not None and _name(host) not in self.hosts:
            return False
        if not origins:
            return True
        origin = origins[0].lower()
        return origin in self.allowed or origin in (f"http://{host}", f"https://{host}")


def _name(host: str) -> str:
    """The host without its port; an IPv6 address keeps its brackets."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
