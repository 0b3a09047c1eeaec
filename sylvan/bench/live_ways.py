"""Four ways from one change to thousands of sockets: the gateway, and three references beside it.

``raw`` is the floor: a bare asyncio protocol that writes one ready frame to each transport.
``broadcast`` is what the websockets library offers, ``fastapi`` what is written first by everybody:
a route, and a loop that sends to each client (``fastapi_json``: that also encodes for each).
"""

import asyncio
import base64
import hashlib
import json
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Semaphore
from typing import Any, Final, cast
from uuid import UUID

import uvicorn
import uvloop
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from prometheus_client import CollectorRegistry
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

from sylvan.bench import live_people as people
from sylvan.bench.live_servers import Served, body, listening
from sylvan.live import frames
from sylvan.live.door import Answer, Guest, LiveRequest
from sylvan.live.gateway import attach, live_protocol
from sylvan.live.hub import Beside, Hub
from sylvan.live.memory import MemoryEvent, MemoryLog
from sylvan.live.metrics import Metrics
from sylvan.ops.more_files import raise_limit
from sylvan.services import rights

PATH: Final = "/api/v1/live"
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class _Post:
    """A door that believes what everybody says of himself."""

    def admit(self, request: LiveRequest) -> Answer:
        """Who that is."""
        return Guest(people.actor_of(request.query["as"]))

    def again(self, guest: Guest) -> Answer:
        """The same as before."""
        return guest


def gateway() -> Served:
    """The gateway as it is deployed: uvicorn, FastAPI, the hub, the rights that come with it."""
    log = MemoryLog()
    beside = Beside(rights.load(None).rights)
    hub = Hub(log, _Post(), metrics=Metrics(CollectorRegistry()), beside=beside)
    app = FastAPI()
    attach(app, hub)
    port = _under_uvicorn(app, ws=live_protocol(hub))
    while not hub.ready:
        time.sleep(0.01)

    def publish() -> None:
        log.append(
            1, "fire.changed", "fire", point=people.PLACE, territories=people.ALL_MARKS, body=body()
        )

    return Served(port, publish, log)


class _Raw(asyncio.Protocol):
    """The floor: a handshake, then ready frames."""

    everybody: set[asyncio.Transport] = set()  # noqa: RUF012 - one process, one set

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.greeted = False

    def data_received(self, data: bytes) -> None:
        if not self.greeted:
            self.greeted = True
            key = data.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
            proof = hashlib.sha1(key + _GUID, usedforsecurity=False).digest()
            self.transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + base64.b64encode(proof) + b"\r\n\r\n"
            )
            self.everybody.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.everybody.discard(self.transport)


def raw() -> Served:
    """One ready frame, written to each transport."""
    frame, listener = _frame(), listening()

    def fan_out() -> None:
        for transport in _Raw.everybody:
            transport.write(frame)

    async def start(loop: asyncio.AbstractEventLoop) -> None:
        await loop.create_server(_Raw, sock=listener, backlog=4096)

    loop = _in_a_thread(start)
    return Served(listener.getsockname()[1], lambda: loop.call_soon_threadsafe(fan_out))


def library() -> Served:
    """`websockets.broadcast` to all connections of the library's own server."""
    text, listener = _text(), listening()
    everybody: set[ServerConnection] = set()

    async def stay(connection: ServerConnection) -> None:
        everybody.add(connection)
        try:
            await connection.wait_closed()
        finally:
            everybody.discard(connection)

    async def start(loop: asyncio.AbstractEventLoop) -> None:
        del loop
        await serve(stay, sock=listener, compression=None, ping_interval=None, backlog=4096)

    loop = _in_a_thread(start)
    publish = lambda: loop.call_soon_threadsafe(broadcast, everybody, text)  # noqa: E731
    return Served(listener.getsockname()[1], publish)


def route() -> Served:
    """A FastAPI route, and `await send_text` of a text that is made once, for each client."""
    text = _text()
    return _route(lambda ws: ws.send_text(text))


def route_json() -> Served:
    """The same with `await send_json`, as it stands in most programs."""
    change = json.loads(_text())
    return _route(lambda ws: ws.send_json(change))


def _route(send: Callable[[WebSocket], Awaitable[None]]) -> Served:
    everybody: set[WebSocket] = set()
    found: list[asyncio.AbstractEventLoop] = []
    app = FastAPI()

    @app.websocket(PATH)
    async def live(ws: WebSocket) -> None:
        await ws.accept()
        found.append(asyncio.get_running_loop())
        everybody.add(ws)
        try:
            while True:
                await ws.receive_text()
        except WebSocketDisconnect:
            pass
        finally:
            everybody.discard(ws)

    async def tell() -> None:
        for ws in tuple(everybody):
            try:
                await send(ws)
            except (WebSocketDisconnect, ConnectionClosed, RuntimeError):
                everybody.discard(ws)

    # uvicorn's own choice of protocol; pings off, since they hold chance bytes that look like marks
    port = _under_uvicorn(app, ws_ping_interval=None)
    return Served(port, lambda: asyncio.run_coroutine_threadsafe(tell(), found[0]))


WAYS: Final[dict[str, Callable[[], Served]]] = {
    "gateway": gateway,
    "raw": raw,
    "broadcast": library,
    "fastapi": route,
    "fastapi_json": route_json,
}


def run(way: str, pipe: Connection, arrived: Semaphore) -> None:
    """A server's process."""
    raise_limit()
    WAYS[way]().obey(pipe, arrived)


def _frame() -> bytes:
    row = MemoryEvent(1, 1, "fire.changed", "fire", people.PLACE, people.ALL_MARKS, body=body())
    return frames.event(row, UUID(int=0))


def _text() -> str:
    """The same event as the text of a frame."""
    frame = _frame()
    return frame[frame.index(b"{") :].decode()


def _under_uvicorn(app: FastAPI, **ws: Any) -> int:
    """Serve in a thread; the port."""
    config = uvicorn.Config(app, loop="uvloop", http="httptools", log_level="error", **ws)
    server, listener = uvicorn.Server(config), listening()
    threading.Thread(target=server.run, args=([listener],), daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return int(listener.getsockname()[1])


def _in_a_thread(
    start: Callable[[asyncio.AbstractEventLoop], Coroutine[Any, Any, None]],
) -> asyncio.AbstractEventLoop:
    """A loop of its own that has been started."""
    loop = uvloop.new_event_loop()
    loop.run_until_complete(start(loop))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop
