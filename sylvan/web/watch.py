"""Outermost: one line a request in the log, its figures for monitoring, and no fault unanswered."""

from contextlib import AbstractContextManager, nullcontext
from time import perf_counter
from typing import Final
from urllib.parse import unquote

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sylvan.domain.tokens import KEY_ANYWHERE
from sylvan.services.traces import span
from sylvan.web.headers import with_headers
from sylvan.web.problems import unexpected
from sylvan.web.visitors import READING

log = structlog.get_logger()
QUIET: Final = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked every few seconds by machines; their lines would bury the others."""
SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Bounds around what people notice: 0.1 s is at once, 2 s is the norm of dispatch systems."""
BAD, FAILED = 400, 500


def traced(scope: Scope) -> AbstractContextManager[object]:
    """A change is the beginning of a trace; readings, thousands of tiles among them, are none."""
    if scope["method"] in READING:
        return nullcontext()
    return span("http", method=scope["method"], path=scope["path"])


class Figures:
    """How many requests, and how long they took, by route and not by address."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.seconds = Histogram(
            "sylvan_http_seconds",
            "Time to answer",
            ["method", "route"],
            buckets=SECONDS,
            registry=registry,
        )
        self.answers = Counter(
            "sylvan_http_answers",
            "Answers by route and status",
            ["method", "route", "status"],
            registry=registry,
        )


class Watch:
    """Measures and logs each request; ``chatty`` writes plain reads too."""

    def __init__(self, app: ASGIApp, figures: Figures, *, chatty: bool) -> None:
        self.app = app
        self.figures = figures
        self.chatty = chatty

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # every page answers HEAD as it answers GET; the server leaves the body out
        asked = scope["method"]
        inner = {**scope, "method": "GET" if asked == "HEAD" else asked}
        status = 0
        begun = perf_counter()
        send = with_headers(send)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with traced(inner):
                await self.app(inner, receive, sending)
        except Exception as error:  # noqa: BLE001 - whatever it was, the other side gets an answer
            answer = unexpected(scope["path"], error)
            if not status:
                await answer(inner, receive, sending)
        finally:
            self._note(inner, asked, status, perf_counter() - begun)

    def _note(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        """The path as it came, still encoded and without its query: that may hold keys."""
        route = getattr(scope.get("route"), "path", "none")
        self.figures.seconds.labels(method, route).observe(seconds)
        self.figures.answers.labels(method, route, str(status)).inc()
        path = bytes(scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace")
        plain = status < BAD and method in ("GET", "HEAD") and not self.chatty
        tell = (
            log.warning if status >= FAILED else log.debug if plain or path in QUIET else log.info
        )
        who = scope.get("client")
        tell(
            "http",
            method=method,
            path="sy_…" if KEY_ANYWHERE.search(unquote(path)) else path.partition("?")[0],
            status=status,
            ms=round(seconds * 1000, 1),
            client=who[0] if who else None,
        )
