"""Requests to addresses that others gave us: judged, pinned to what was judged, short and small.

A host is resolved once, each of its addresses is judged (:mod:`sylvan.domain.outward`), and the
connection goes to one of these, so that a name cannot mean one thing when it is looked at and
another when it is called. Redirects are not followed, proxies of the environment are not used.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import httpcore
import httpx

from sylvan.domain.codes import Invalid
from sylvan.domain.outward import Trusted, chosen, place

OK: Final = 2
"""The hundred of the statuses that say so."""
KEPT_BYTES: Final = 64 * 1024
"""Of an answer's body; what comes after is not read."""

Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host; none when there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or why there is none (``timeout``, ``network``, ``inside``, …)."""

    status: int | None
    told: str
    took_ms: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def fine(self) -> bool:
        """Whether the other side took it."""
        return self.status is not None and self.status // 100 == OK


class _Pinned(httpcore.SyncBackend):
    """Connects to what was judged, whatever the name says by then."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        super().__init__()
        self._addresses = addresses

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """The first of the addresses that answers."""
        failure: Exception | None = None
        for address in self._addresses:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(host)


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading all authorities takes a tenth of a second."""
    return httpx.create_ssl_context(trust_env=False)


def _transport(addresses: tuple[str, ...]) -> httpx.HTTPTransport:
    transport = httpx.HTTPTransport(trust_env=False, verify=_tls())
    pool = httpcore.ConnectionPool(
        ssl_context=_tls(),
        network_backend=_Pinned(addresses),
        max_connections=1,
    )
    transport._pool = pool  # noqa: SLF001 - httpx has no door for a network backend
    return transport


@dataclass(frozen=True, slots=True)
class Outward:
    """Calls addresses of others."""

    trusted: Trusted = field(default_factory=Trusted)
    patience_s: float = 10.0
    look_up: Resolve = resolve

    def judge(self, url: str, name: str = "url") -> tuple[str, ...]:
        """The addresses that ``url`` may be called at.

        Raises:
            Invalid: it may not be called, or is no address; ``name`` is the field that is told.
        """
        target = place(url, name)
        return chosen(target, self.look_up(target.host, target.port), self.trusted, name)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send ``body`` there; whatever goes wrong is an answer too."""
        return self._asked("POST", url, body, headers)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for what lies there."""
        return self._asked("GET", url, b"", headers or {})

    def _asked(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        begun = time.monotonic()
        status, told, found = self._tried(method, url, body, headers)
        return Answer(status, told, int((time.monotonic() - begun) * 1000), found)

    def _tried(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int | None, str, Mapping[str, str]]:
        try:
            addresses = self.judge(url)
            with (
                httpx.Client(
                    transport=_transport(addresses),
                    timeout=self.patience_s,
                    follow_redirects=False,
                    trust_env=False,
                ) as client,
                client.stream(method, url, content=body, headers=dict(headers)) as answer,
            ):
                return answer.status_code, self._text(answer), dict(answer.headers)
        except Invalid as refused:
            return None, refused.code.rpartition("outward_")[2], {}
        except httpx.TimeoutException:
            return None, "timeout", {}
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            return None, f"network: {type(error).__name__}", {}

    def _text(self, answer: httpx.Response) -> str:
        """The body's beginning, within the time and the size that are allowed."""
        until, held = time.monotonic() + self.patience_s, b""
        for piece in answer.iter_bytes(4096):
            held += piece
            if len(held) >= KEPT_BYTES or time.monotonic() > until:
                break
        return held[:KEPT_BYTES].decode("utf-8", "replace")
