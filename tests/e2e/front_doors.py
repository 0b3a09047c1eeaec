"""A door before several processes, as nginx is in deployment: what changes something goes to the
web process, everything else to the first gateway of its list that answers.

One request a connection, so that each finds its way anew; after a kill the next one goes elsewhere.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

READING = (b"GET ", b"HEAD ", b"OPTIONS ")
HEAD_BYTES = 1 << 16
CONNECT_S = 3.0


def _closing(head: bytes) -> bytes:
    """The head, with the connection to end after the answer; a websocket's handshake as it is."""
    lines = head.split(b"\r\n")
    if any(line.lower().startswith(b"upgrade:") for line in lines):
        return head
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([kept[0], b"Connection: close", *kept[1:]])


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(HEAD_BYTES):
            sink.write(chunk)
            await sink.drain()


class FrontDoor:
    """One address for a browser."""

    def __init__(self, web: int, gateways: Sequence[int]) -> None:
        self.web = web
        self.gateways = gateways

    async def _behind(
        self, head: bytes
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for port in self.gateways if head.startswith(READING) else (self.web,):
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(CONNECT_S):
                    return await asyncio.open_connection("127.0.0.1", port)
        return None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: its head decides, then bytes go both ways until either side ends."""
        there = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if (found := await self._behind(head)) is None:
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                return
            source, there = found
            there.write(_closing(head))
            out = asyncio.create_task(_pour(reader, there))
            await _pour(source, writer)
            out.cancel()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            for one in (writer, there):
                if one is not None:
                    one.close()


@contextmanager
def front_doors(doors: dict[int, FrontDoor]) -> Iterator[None]:
    """Doors at their ports, in a thread of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def opened() -> list[asyncio.Server]:
        return [
            await asyncio.start_server(door.serve, "127.0.0.1", port, limit=HEAD_BYTES)
            for port, door in doors.items()
        ]

    async def shut(servers: list[asyncio.Server]) -> None:
        for server in servers:
            server.close()
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    servers = asyncio.run_coroutine_threadsafe(opened(), loop).result(10)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(shut(servers), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
