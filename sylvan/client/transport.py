"""The client and the asynchronous one: send calls, wait as they are told to, raise problems."""

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from sylvan.client.call import Call

T = TypeVar("T")
TOO_MANY = 429
AWAY = frozenset({502, 503, 504})
BAD = 400


class ProblemError(Exception):
    """The server said no (RFC 9457); ``code`` is a key of its catalogues and never changes."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(body.get("code", "problem.http"))
        self.params = dict(body.get("params") or {})
        self.errors = list(body.get("errors") or [])
        fields = ", ".join(f"{one.get('field')}: {one.get('code')}" for one in self.errors)
        super().__init__(f"{status} {self.code} {self.params} {fields}".strip())


@dataclass(frozen=True)
class Patience:
    """How often a call is tried, and how long is waited."""

    tries: int = 6
    first_s: float = 0.5
    """Before the second try; each further one doubles it, up to ``most_s``, spread at random."""
    most_s: float = 30.0
    told_most_s: float = 300.0
    """A Retry-After above this is not waited for: the problem is raised."""

    def pause(self, tried: int, call: Call[Any], answer: httpx.Response | None) -> float | None:
        """Seconds until the next try; ``None``: there is none.

        What was refused by a limit may always be sent again. What failed on the way may have been
        done all the same, so only what may be sent twice is.
        """
        status = None if answer is None else answer.status_code
        if tried >= self.tries or not (
            status == TOO_MANY or (call.is_safe and (status is None or status in AWAY))
        ):
            return None
        told = "" if answer is None else answer.headers.get("retry-after", "")
        if told.isascii() and told.isdigit():
            return float(told) if float(told) <= self.told_most_s else None
        grown = min(self.first_s * 2.0 ** (tried - 1), self.most_s)
        return grown * (0.5 + random.random() / 2)  # noqa: S311 - only so that all don't come at once


@dataclass(frozen=True)
class _Settings:
    url: str
    key: str
    world: str | None = None
    patience: Patience = field(default_factory=Patience)
    timeout_s: float = 30.0

    def httpx(self) -> dict[str, Any]:
        return {
            "base_url": self.url,
            "headers": {"Authorization": f"Bearer {self.key}", "User-Agent": "sylvan-client/1"},
            "timeout": self.timeout_s,
            "follow_redirects": False,
        }


def read(call: Call[T], answer: httpx.Response) -> T:
    """What an answer holds.

    Raises:
        ProblemError: the server said no.
    """
    if answer.status_code >= BAD:
        kind = answer.headers.get("content-type", "")
        body = answer.json() if kind.startswith("application/problem+json") else {}
        raise ProblemError(answer.status_code, body)
    found: Any = answer.content
    if call.reads == "json":
        found = answer.json()
    elif call.reads == "text":
        found = answer.text
    return found  # type: ignore[no-any-return]


class Client:
    """``client(operations.fires_listed(limit=10))``; one for each thread, or guarded by a lock."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        world: str | None = None,
        patience: Patience | None = None,
        timeout_s: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.settings = _Settings(url, key, world, patience or Patience(), timeout_s)
        self.http = httpx.Client(transport=transport, **self.settings.httpx())

    def __call__(self, call: Call[T]) -> T:
        """Carry a call out.

        Raises:
            ProblemError: the server said no.
            httpx.TransportError: it could not be reached, as often as it was tried.
        """
        tried = 0
        while True:
            tried += 1
            answer, failure = self._sent(call)
            pause = self.settings.patience.pause(tried, call, answer)
            if answer is not None and (answer.status_code < BAD or pause is None):
                return read(call, answer)
            if pause is None and failure is not None:
                raise failure
            time.sleep(pause or 0.0)

    def _sent(self, call: Call[Any]) -> tuple[httpx.Response | None, Exception | None]:
        try:
            return self.http.request(**call.request(self.settings.world)), None
        except httpx.TransportError as error:
            return None, error

    def close(self) -> None:
        """End its connections."""
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient:
    """``await client(operations.fires_listed(limit=10))``."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        world: str | None = None,
        patience: Patience | None = None,
        timeout_s: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.settings = _Settings(url, key, world, patience or Patience(), timeout_s)
        self.http = httpx.AsyncClient(transport=transport, **self.settings.httpx())

    async def __call__(self, call: Call[T]) -> T:
        """Carry a call out; raises as :class:`Client` does."""
        tried = 0
        while True:
            tried += 1
            answer, failure = await self._sent(call)
            pause = self.settings.patience.pause(tried, call, answer)
            if answer is not None and (answer.status_code < BAD or pause is None):
                return read(call, answer)
            if pause is None and failure is not None:
                raise failure
            await asyncio.sleep(pause or 0.0)

    async def _sent(self, call: Call[Any]) -> tuple[httpx.Response | None, Exception | None]:
        try:
            return await self.http.request(**call.request(self.settings.world)), None
        except httpx.TransportError as error:
            return None, error

    async def close(self) -> None:
        """End its connections."""
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.close()
