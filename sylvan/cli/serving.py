"""What `serve`, `web` and `worker` share: options, how they end, the running server."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any, NoReturn

import uvicorn

from sylvan import wiring
from sylvan.cli import logs
from sylvan.cli.output import NOTES
from sylvan.live.gateway import live_protocol
from sylvan.ops.doctor import port_trouble
from sylvan.ops.more_files import raise_limit
from sylvan.ops.refusal import Refusal
from sylvan.services.entrance import Mode
from sylvan.services.house import House
from sylvan.settings import Settings

KEEP_ALIVE_S = 75
SHUTDOWN_S = 5


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


def sign_in_mode(settings: Settings, *, demo: bool = False) -> Mode:
    """Whether people have to sign in."""
    if settings.sign_in == "off":
        return "open"
    return "demo" if demo and settings.sign_in == "auto" else "required"


def tell_first_link(services: House, address: str) -> None:
    """While nobody can sign in: the link that makes the administrator. To the console alone."""
    if services.entrance.mode != "required":
        return
    first = services.entrance.accounts.first()
    if first is not None:
        NOTES.print(
            "[bold]Nobody can sign in yet.[/bold] Open this link once, and choose a password:"
        )
        NOTES.print(f"  {address.rstrip('/')}{first.link}", soft_wrap=True, markup=False)


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
    settings: Settings,
    services: House,
    tls: dict[str, Any],
    ready: Callable[[], None],
    *,
    reads_only: bool = False,
) -> None:
    """Serve HTTP, tiles and the live channel until told to stop; `ready` is called at the start."""
    raise_limit()
    chatty = logs.collected(settings)
    app, hub = wiring.web(settings, services, chatty=chatty, reads_only=reads_only)
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
