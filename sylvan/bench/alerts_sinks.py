"""The other sides of a storm: an SMS gateway and webhooks on many addresses, a third of them ill.

They run in a process of their own and count what they took, so that nobody has to be believed.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

HANGS_S: Final = 30.0
"""Longer than anybody is patient with."""
WAYS: Final = ("error", "hangs", "breaks")
"""How a sink is ill: a server's fault, silence, a connection that ends."""


@dataclass
class Sinks:
    """What the process knows: which sinks are ill, and what each took."""

    ill: dict[str, str] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    asked: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests of one connection."""
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the client has left, or all ends
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        await reader.readexactly(int(headers.get("content-length", "0")))
        self.asked += 1
        path = urlsplit(lines[0].split(" ")[1])
        host = str(writer.get_extra_info("sockname")[0])
        sms = path.path.startswith("/sms")
        name = path.path if sms else host
        way = self.ill.get(name)
        if way == "breaks":
            writer.transport.abort()
            return False
        if way == "hangs":
            await asyncio.sleep(HANGS_S)
            return False
        if way is None:
            key = parse_qs(path.query)["to"][0] if sms else headers["webhook-id"]
            self.taken[key] += 1
        status, body = ("503 Busy", b"busy") if way else ("202 OK", b"0: Accepted for delivery")
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        return True


async def _run(pipe: Connection, addresses: list[str]) -> None:
    sinks = Sinks()
    first = await asyncio.start_server(sinks.serve, addresses[0], 0, backlog=1000)
    port = int(first.sockets[0].getsockname()[1])
    others = [
        await asyncio.start_server(sinks.serve, address, port, backlog=1000)
        for address in addresses[1:]
    ]
    pipe.send(port)
    loop = asyncio.get_running_loop()
    while True:
        order = await loop.run_in_executor(None, pipe.recv)
        if order is None:
            break
        if isinstance(order, dict):
            sinks.ill = order
        pipe.send(json.dumps({"asked": sinks.asked, "taken": sinks.taken}))
    for server in (first, *others):
        server.close()


def _process(pipe: Connection, addresses: list[str]) -> None:
    asyncio.run(_run(pipe, addresses))


@dataclass(frozen=True, slots=True)
class Side:
    """The process, as the one who measures sees it."""

    port: int
    pipe: Any

    def ill(self, ways: dict[str, str]) -> None:
        """From now on these sinks are ill, and all others well."""
        self._ask(ways)

    def told(self) -> dict[str, Any]:
        """How often it was asked, and how often it took each message."""
        return self._ask("report")

    def _ask(self, order: Any) -> dict[str, Any]:
        self.pipe.send(order)
        found: dict[str, Any] = json.loads(self.pipe.recv())
        return found


@contextmanager
def side(addresses: list[str]) -> Iterator[Side]:
    """The sinks, listening on these loopback addresses."""
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_process, args=(theirs, addresses), daemon=True)
    process.start()
    try:
        yield Side(mine.recv(), mine)
    finally:
        mine.send(None)
        process.join(5)
        process.kill()
