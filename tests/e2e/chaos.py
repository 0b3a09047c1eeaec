"""A TCP proxy that misbehaves on purpose: cuts at any byte, goes silent, drips.

    async with ChaosProxy(("127.0.0.1", port), plan=lambda n: Fault(cut_after=1234)) as proxy: …

``plan`` is asked once per connection, with its number from 0. ``silent_after=0`` is a dead server.
"""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

CHUNK = 16_384
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset, not with a polite end


@dataclass(frozen=True)
class Fault:
    """What happens to one connection. Bytes are counted from the server to the client."""

    cut_after: int | None = None  # reset both sides after so many bytes
    silent_after: int | None = None  # then forward nothing either way, but stay connected
    drip: float | None = None  # bytes a second towards the client


def free_port() -> int:
    """A free port below the ephemeral range, where a client retrying cannot occupy it."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(20_000, 32_000)))
            return int(probe.getsockname()[1])


class ChaosProxy:
    """Forwards to ``target`` and breaks connections as planned."""

    def __init__(self, target: tuple[str, int], plan: Callable[[int], Fault]) -> None:
        self.target, self.plan = target, plan
        self.port = self.connections = self.cuts = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self.port = free_port()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        self._keep(asyncio.current_task())
        fault = self.plan(self.connections)
        self.connections += 1
        writers = [to_near]
        with contextlib.suppress(OSError, asyncio.CancelledError):
            far, to_far = await asyncio.open_connection(*self.target)
            writers.append(to_far)
            silent = asyncio.Event()
            self._keep(asyncio.create_task(self._up(near, to_far, silent)))
            if await self._down(far, to_near, fault, silent):
                for sock in [writer.get_extra_info("socket") for writer in writers]:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        for writer in writers:
            writer.close()

    async def _up(self, source, sink, silent: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                if not silent.is_set():
                    sink.write(data)
        if not silent.is_set():
            sink.close()

    async def _down(self, source, sink, fault: Fault, silent: asyncio.Event) -> bool:
        """Forward until the end, or until the cut (True)."""
        seen, ends = 0, fault.cut_after or float("inf")
        size = max(1, int(fault.drip / 10)) if fault.drip else CHUNK
        while data := await source.read(size):
            if fault.silent_after is not None and seen + len(data) > fault.silent_after:
                silent.set()
                await asyncio.Event().wait()
            sink.write(data[: int(min(len(data), ends - seen))])
            await sink.drain()
            seen += len(data)
            if seen >= ends:
                self.cuts += 1
                return True
            await asyncio.sleep(size / fault.drip if fault.drip else 0)
        return False
