"""Receivers of webhooks as partners really have them: slow, broken, moved away, back again."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_S = 20


@dataclass
class Got:
    """One request that came in."""

    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def seq(self) -> int | None:
        told = self.event.get("sequence")
        return None if told is None else int(told)


@dataclass
class Receiver:
    """Answers with what ``behave`` says of each request: a status, or status and headers."""

    port: int = 0
    path: str = "/hook"
    behave: Callable[[Got], int | tuple[int, dict[str, str]]] = lambda _got: 204
    got: list[Got] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def taken(self) -> list[Got]:
        """What it said yes to, without tests."""
        return [one for one in self.got if one.status < 300 and one.seq is not None]

    def wait(self, ready: Callable[[], bool], why: str = "") -> None:
        """Until something has come in."""
        until = time.monotonic() + PATIENCE_S
        with self.changed:
            while not ready():
                left = until - time.monotonic()
                assert left > 0, why or f"nothing came: {[(g.seq, g.status) for g in self.got]}"
                self.changed.wait(min(left, 0.2))

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        got = Got(headers, body, 0)
        said = self.behave(got)
        got.status, more = said if isinstance(said, tuple) else (said, {})
        with self.changed:
            self.got.append(got)
            self.changed.notify_all()
        return got.status, more


@contextmanager
def receiving(**options: Any) -> Iterator[Receiver]:
    """A receiver on loopback."""
    receiver = Receiver(**options)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told = {name.lower(): value for name, value in self.headers.items()}
            status, more = receiver.take(told, body)
            text = b"thank you" if status == 200 else b""
            try:
                self.send_response(status)
                for name, value in {**more, "content-length": str(len(text))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)
            except OSError:
                pass  # the sender lost patience

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_told: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler)
    server.daemon_threads = True
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
