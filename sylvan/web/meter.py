"""Counts what each key asks for, and writes its limits into every answer's head.

What a request was counted against was found out where it was admitted (`web.acting`); here it goes
into the head, and the answer's status and size to the counters.
"""

from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sylvan.domain.limits import Counted
from sylvan.services.usage import Usage
from sylvan.web.operations import operation_id

COUNTED: Final = "counted"
"""Name in the request's state under which its limits lie."""
KEY: Final = "key:"


class Meter:
    """Between the application and the guard: sees what really goes out."""

    def __init__(self, app: ASGIApp, usage: Usage) -> None:
        self.app = app
        self.usage = usage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = size = 0

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_limits(scope)]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            who = scope.get("state", {}).get("asker")
            if who is not None and who.subject.startswith(KEY) and status:
                self.usage.count(who.subject, operation_id(scope["route"]), status, size)


def _limits(scope: Scope) -> list[tuple[bytes, bytes]]:
    state: dict[str, Any] = scope.get("state", {})
    counted: Counted | None = state.get(COUNTED)
    told = counted.headers() if counted is not None else {}
    return [(name.encode(), value.encode()) for name, value in told.items()]
