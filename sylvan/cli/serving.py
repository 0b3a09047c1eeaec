"""What `serve`, `web` and `worker` share: options, logs, the running server."""

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any, NoReturn

import structlog
import uvicorn

from sylvan import wiring
from sylvan.live.gateway import live_protocol
from sylvan.ops.doctor import port_trouble
from sylvan.ops.refusal import Refusal
from sylvan.services.house import House
from sylvan.settings import Settings

MASKED = ("map_key", "password", "token", "secret")
KEEP_ALIVE_S = 75
SHUTDOWN_S = 5


def _mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in event:
        if any(word in name for word in MASKED):
            event[name] = "•••"
    return event


def _collected(settings: Settings) -> bool:
    """Whether a machine reads the log: it gets JSON, and every request."""
    if settings.log_format == "auto":
        return not sys.stderr.isatty()
    return settings.log_format == "json"


def configure_logs(settings: Settings) -> None:
    """Structured logs on stderr: coloured for a terminal, JSON lines for a collector."""
    plain = _collected(settings)
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    renderer: Any = (
        structlog.processors.JSONRenderer() if plain else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mask,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr)
    # The client logs whole addresses, and a FIRMS address holds the map key.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # GDAL_SKIP keeps vector readers away from VRT files; rasterio's GDAL has no such driver.
    logging.getLogger("rasterio._env").setLevel(logging.ERROR)


@contextmanager
def stopping() -> Iterator[Event]:
    """A flag that Ctrl-C and SIGTERM set."""
    flag = Event()
    before = {
        number: signal.signal(number, lambda *_: flag.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield flag
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM ends what is inside as Ctrl-C does, so that database and helpers stop as well.

    The web server hands a signal on once it has stopped; left to the system, that would end the
    process on the spot.
    """

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def require_port(settings: Settings) -> None:
    """Refuses at once where nothing can listen, before anything else is started.

    Raises:
        Refusal: the port is taken, or not ours to take.
    """
    if (trouble := port_trouble(settings)) is not None:
        raise Refusal(
            f"Port {settings.port} on {settings.host} cannot be used: {trouble}.",
            "Stop what listens there (another Sylvan?), or choose another: --port",
        )


class _Server(uvicorn.Server):
    """Says when it listens: an address that is told too early refuses whoever opens it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen, then tells."""
        await super().startup(sockets=sockets)
        if self.started:
            self.ready()


def run_web(
    settings: Settings, services: House, tls: dict[str, Any], ready: Callable[[], None]
) -> None:
    """Serve HTTP, tiles and the live channel until told to stop; `ready` is called at the start."""
    app, hub = wiring.web(settings, services, chatty=_collected(settings))
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ws=live_protocol(hub),
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_from,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        **tls,
    )
    _Server(config, ready).run()
