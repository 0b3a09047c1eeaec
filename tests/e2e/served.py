"""The application behind the server that `sylvan web` runs, in a thread of the test's own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from sylvan import wiring
from sylvan.live.gateway import live_protocol
from sylvan.services.house import House
from sylvan.settings import Settings
from tests.e2e.processes import free_port

PATIENCE_S = 20


@contextmanager
def served(house: House, **options: Any) -> Iterator[int]:
    """The port on loopback where the whole application answers."""
    app, hub = wiring.web(Settings(**options), house)
    port = free_port()
    config = uvicorn.Config(
        app,
        port=port,
        ws=live_protocol(hub),
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE_S
    while not server.started:
        assert thread.is_alive(), "the server ended by itself"
        assert time.monotonic() < until, "the server does not start"
        time.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the server does not stop"
