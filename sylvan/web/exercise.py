"""What is taken out of a drill's world says so in its name, whatever it is and whoever made it.

A file outlives the screen that it came from: a table of a drill that lies in a folder a week later
must not be taken for the real thing.
"""

import re
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sylvan.domain.worlds import WorldKind

HEADER: Final = "X-Sylvan-Exercise"
BEFORE: Final = "EXERCISE-"
_NAME: Final = re.compile(r'(filename="?)(?!' + BEFORE + ")", re.IGNORECASE)


class Exercise:
    """Marks answers out of a drill."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_drill(scope):
                _mark(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, sending)


def _is_drill(scope: Scope) -> bool:
    actor: Any = scope.get("state", {}).get("actor")
    return actor is not None and actor.world.kind is WorldKind.DRILL


def _mark(headers: MutableHeaders) -> None:
    headers[HEADER] = "yes"
    told = headers.get("content-disposition")
    if told is not None:
        headers["content-disposition"] = _NAME.sub(rf"\g<1>{BEFORE}", told, count=1)
