"""Who may open a live socket: from which page, in whose name, into which world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from websockets.datastructures import Headers

from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.codes import Scalar
from sylvan.domain.worlds import World


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


class Door(Protocol):
    """Says in whose name a socket is opened. Called in a thread, so it may read the database."""

    def admit(self, request: LiveRequest) -> Actor | Refused:
        """The actor (who acts in one world), or why not."""


class LocalDoor:
    """An installation without sign-in: everybody who reaches it is the local operator.

    ``find_world`` gets the name from ``?world=`` (``None`` when it is not given).
    """

    def __init__(self, find_world: Callable[[str | None], World | None]) -> None:
        self._find_world = find_world

    def admit(self, request: LiveRequest) -> Actor | Refused:
        """The local operator in the world asked for."""
        name = request.query.get("world") or None
        world = self._find_world(name)
        if world is None:
            return Refused(404, "live.world_unknown", {"world": name})
        return local_operator(world)


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
