"""Fires and crews to a TAK server or a field app's port, as they change.

It begins with everything that stands and then follows the log. A connection that broke is made
again and begins the same way, so that nothing is missing on the other side; twice does no harm,
since each thing keeps its ``uid``.
"""

import select
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid
from sylvan.domain.cot import Marker, sent
from sylvan.services.log import LogReader
from sylvan.services.outlines import Outlines

log = structlog.get_logger()
EVERY_S: Final = 1.0
AGAIN_S: Final = 60.0
"""How often everything is sent anew: who joined later sees it, and nothing turns grey."""
RETRY_S: Final = 5.0
TIMEOUT_S: Final = 10.0
MOST: Final = 500
FIRES: Final = frozenset({"fire.changed", "fire.merged"})
UNITS: Final = "unit."
SCHEMES: Final = ("tcp", "udp", "tls")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to."""

    scheme: str
    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> "Target":
        """``tcp://tak.example:8087``, ``udp://…`` or ``tls://…``.

        Raises:
            Invalid: it is none of them.
        """
        try:
            parts = urlsplit(text)
            found = cls(parts.scheme, parts.hostname or "", parts.port or 0)
        except ValueError:
            raise Invalid("cot.target", {"value": text[:100]}, "to") from None
        plain = not (parts.path.strip("/") or parts.query or parts.username)
        if found.scheme not in SCHEMES or not found.host or not found.port or not plain:
            raise Invalid("cot.target", {"value": text[:100]}, "to")
        return found


class Wire(Protocol):
    """A connection."""

    def send(self, body: bytes) -> None:
        """Send one event; raises ``OSError`` where that is not possible."""

    def close(self) -> None:
        """End it."""


class _Stream:
    """TCP or TLS. What the other side sends is read and dropped, so that it never has to wait."""

    def __init__(self, target: Target, secure: ssl.SSLContext | None) -> None:
        plain = socket.create_connection((target.host, target.port), timeout=TIMEOUT_S)
        named = target.host
        self._socket = plain if secure is None else secure.wrap_socket(plain, server_hostname=named)

    def send(self, body: bytes) -> None:
        while select.select([self._socket], [], [], 0)[0]:
            if not self._socket.recv(65536):
                raise ConnectionResetError("the other side ended the connection")
        self._socket.sendall(body)

    def close(self) -> None:
        self._socket.close()


class _Datagrams:
    """UDP: an event a datagram."""

    def __init__(self, target: Target) -> None:
        family, kind, *_, address = socket.getaddrinfo(
            target.host, target.port, type=socket.SOCK_DGRAM
        )[0]
        self._socket = socket.socket(family, kind)
        self._socket.connect(address)

    def send(self, body: bytes) -> None:
        self._socket.send(body)

    def close(self) -> None:
        self._socket.close()


def connect(target: Target, secure: ssl.SSLContext | None = None) -> Wire:
    """A connection; raises ``OSError`` where there is none to be had."""
    if target.scheme == "udp":
        return _Datagrams(target)
    if target.scheme == "tls" and secure is None:
        secure = ssl.create_default_context()
    return _Stream(target, secure if target.scheme == "tls" else None)


@dataclass(slots=True)
class Sender:
    """Sends what an actor may see."""

    outlines: Outlines
    log: LogReader
    actor: Actor
    open_wire: Callable[[], Wire]

    def run(self, stop: Event) -> None:
        """Send until told to stop."""
        while not stop.is_set():
            try:
                wire = self.open_wire()
                try:
                    self._follow(wire, stop)
                finally:
                    wire.close()
            except OSError as error:
                log.warning("cot.away", error=str(error), again_in_s=RETRY_S)
                stop.wait(RETRY_S)

    def _follow(self, wire: Wire, stop: Event) -> None:
        after, whole = self.log.head().seq, -AGAIN_S
        while not stop.is_set():
            if monotonic() - whole >= AGAIN_S:
                markers, at = self.outlines.markers(self.actor)
                send(wire, markers, at)
                whole = monotonic()
            read = self.step(wire, after)
            after += read
            if read < MOST:
                stop.wait(EVERY_S)

    def step(self, wire: Wire, after: int) -> int:
        """Send what some events changed; how many events were read."""
        found = self.log.read(after, MOST)
        mine = [one for one in found if one.world_id == self.actor.world.id]
        fires = {UUID(one.subject): None for one in mine if one.kind in FIRES}
        told = [self.outlines.marker_of(self.actor, one) for one in fires]
        markers = [one for one in told if one is not None]
        if any(one.kind.startswith(UNITS) for one in mine):
            markers += self.outlines.crew_markers(self.actor)
        send(wire, markers, self.outlines.now(self.actor))
        return len(found)


def send(wire: Wire, markers: Iterable[Marker], at: datetime) -> None:
    """Send events one by one."""
    for one in markers:
        wire.send(sent(one, at))
