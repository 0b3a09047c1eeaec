"""Server-sent events: another way out of the same hub, with the same frames, numbers and rights.

Each frame becomes one event of the stream; the number of the last one is its id, so that a browser
that comes back says by itself where it stood.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Final

from sylvan.live import frames
from sylvan.live.audience import Client, Stage
from sylvan.live.door import Guest
from sylvan.live.hub import Hub

MEDIA_TYPE: Final = "text/event-stream"
RETRY: Final = b"retry: 3000\n\n"
"""Milliseconds that a browser waits before it comes back."""
_HEAD: Final = re.compile(rb'\{"t":"(\w+)"(?:,"seq":(\d+))?')
_LAST: Final = frozenset({b"gone", b"resync"})
"""After these nothing more can come here: a stream has no way back on which to resume."""


class EventStream:
    """A sink of the hub that somebody else empties; holds a bounded amount."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._epoch = str(hub.tail.epoch).encode()
        self._parts: list[bytes] = [RETRY]
        self._size = 0
        self._filled = asyncio.Event()
        self._over = False
        self._client: Client | None = None

    def write(self, data: bytes) -> None:
        """Take in frames."""
        for payload in frames.payloads(data):
            self._take(payload)
        client = self._client
        is_full = self._size > self._hub.limits.buffer_bytes
        if client is not None and client.full_since is None and is_full:
            self._hub.full(client, asyncio.get_running_loop().time())

    def close(self, code: int, reason: str) -> None:
        """Say why, then end."""
        told = frames.dumps({"t": "end", "code": code, "reason": reason})
        if not self._over:
            self._take(told)
        self._end(code)

    def abort(self) -> None:
        """End without a word."""
        self._end(1006)

    async def read(self, guest: Guest, wish: frames.Resume) -> AsyncIterator[bytes]:
        """Everything from a number on, until the reader leaves or nothing more can come."""
        loop = asyncio.get_running_loop()
        client = self._client = self._hub.greet(guest, self, loop.time())
        client.heard_at = float("inf")  # it never says anything; a dead one is noticed as slow
        try:
            self._hub.resume(client, wish)
            while not self._over or self._parts:
                await self._filled.wait()
                yield self._emptied()
                if client.full_since is not None and client.stage is not Stage.ENDED:
                    self._hub.drained(client)
        finally:
            self._end(1000)

    def _take(self, payload: bytes) -> None:
        if self._over:
            return
        found = _HEAD.match(payload)
        kind, seq = found.groups() if found else (b"message", None)
        head = b"" if seq is None or kind == b"ping" else b"id: %b:%b\n" % (self._epoch, seq)
        part = b"%bevent: %b\ndata: %b\n\n" % (head, kind, payload)
        self._parts.append(part)
        self._size += len(part)
        self._filled.set()
        self._over = kind in _LAST

    def _emptied(self) -> bytes:
        parts, self._parts, self._size = self._parts, [], 0
        if not self._over:
            self._filled.clear()
        return b"".join(parts)

    def _end(self, code: int) -> None:
        """Leave the hub and count the end, once."""
        self._over = True
        self._filled.set()
        if self._client is not None and self._client.stage is not Stage.ENDED:
            self._hub.leave(self._client)
            self._hub.metrics.closed.labels(str(code)).inc()
