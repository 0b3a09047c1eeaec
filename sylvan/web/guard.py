"""What no honest client sends ends here, before anything is done with it."""

import contextlib
from collections.abc import MutableMapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sylvan.domain.tokens import KEY_ANYWHERE
from sylvan.web.problems import problem
from sylvan.web.visitors import READING, Visitors

MAX_BODY_BYTES: Final = 15_000_000
"""A photo of 10 MB in base64 and the card around it; or a whole region's hotspots of a day."""
MAX_ADDRESS_BYTES: Final = 8_192
"""Path and query; the longest honest one is a tenth of that."""


class _TooLargeError(Exception):
    """The body outgrew its bound while it was read."""


class Guard:
    """Bounds around the application."""

    def __init__(self, app: ASGIApp, visitors: Visitors, *, reads_only: bool = False) -> None:
        self.app = app
        self.visitors = visitors
        self.reads_only = reads_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = (
            self.visitors.refusal(scope["method"], headers)
            or self._change(scope["method"])
            or _address(scope)
            or _length(headers)
            or _one_asker(headers)
        )
        if refused is not None:
            await refused(scope, receive, send)
            return
        await _bounded(self.app, scope, receive, send)

    def _change(self, method: str) -> Response | None:
        """A gateway changes nothing."""
        if not self.reads_only or method in READING:
            return None
        allowed = {"Allow": ", ".join(sorted(READING))}
        return problem(405, "problem.reads_only", headers=allowed)


def _address(scope: MutableMapping[str, Any]) -> Response | None:
    """Addresses are text: a NUL stops databases and file systems, broken UTF-8 hides meaning."""
    raw = bytes(scope.get("raw_path") or scope["path"].encode()) + b"?" + scope["query_string"]
    if len(raw) > MAX_ADDRESS_BYTES:
        return problem(414, "problem.address_too_long", {"limit": MAX_ADDRESS_BYTES})
    plain = unquote_to_bytes(raw)
    if KEY_ANYWHERE.search(plain.decode("latin-1")):  # addresses are logged, kept and handed on
        return problem(400, "problem.key_in_address")
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError:
        return problem(400, "problem.address")
    return problem(400, "problem.address") if b"\x00" in plain else None


def _length(headers: Headers) -> Response | None:
    told = headers.getlist("content-length")
    if not told:
        return None
    if len(set(told)) > 1 or not (told[0].isascii() and told[0].isdigit()):
        return problem(400, "problem.bad_request")
    return too_large() if int(told[0][:20]) > MAX_BODY_BYTES else None


def _one_asker(headers: Headers) -> Response | None:
    """Two keys are two who ask; a proxy and we could believe different ones."""
    twice = len(headers.getlist("authorization")) > 1
    return problem(400, "problem.bad_request") if twice else None


def too_large() -> Response:
    """The answer to a body over the bound."""
    return problem(413, "problem.too_large", {"limit": MAX_BODY_BYTES})


async def _bounded(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve a request whose body may not say how long it is; over the bound it gets its answer."""
    taken = 0
    over = answered = False

    async def counted() -> Message:
        nonlocal taken, over
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY_BYTES:
            over = True
            raise _TooLargeError
        return message

    async def sending(message: Message) -> None:
        nonlocal answered
        if over and not answered:
            return  # what the application makes of the broken body; ours follows
        answered = True
        await send(message)

    with contextlib.suppress(_TooLargeError):
        await app(scope, counted, sending)
    if over and not answered:
        await too_large()(scope, receive, send)
