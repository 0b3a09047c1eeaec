"""The other sides of channels: real protocol servers on loopback that can fail on purpose."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from sylvan import wiring_alerts
from sylvan.services.postroom import Postroom

WAIT_S = 60.0
"""For all that should happen; it is a fault to get there, not a measurement."""


@dataclass
class Mailbox:
    """An SMTP server's mails; ``refuse`` gives the answer to a recipient, or none."""

    mails: list[EmailMessage] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    refuse: Callable[[str], str | None] = lambda _address: None
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, _options):  # noqa: N802
        refused = self.refuse(address)
        if refused is not None:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        mail["X-To"] = ",".join(envelope.rcpt_tos)
        self.mails.append(mail)
        self.over_tls.append(session.ssl is not None)
        return "250 queued"


def _knows(_server, _session, _envelope, _mechanism, told):
    right = isinstance(told, LoginPassword) and (told.login, told.password) == (b"sylvan", b"word")
    return AuthResult(success=right)


@contextmanager
def smtp(box: Mailbox, tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """An SMTP server; with a context it offers STARTTLS and wants it, and a password."""
    strict = {"require_starttls": True, "auth_required": True, "authenticator": _knows}
    server = Controller(
        box, hostname="127.0.0.1", port=free_port(), tls_context=tls, **(strict if tls else {})
    )
    server.start()
    box.port = server.port
    try:
        yield box
    finally:
        server.stop()


@dataclass
class Request:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: told[0] for name, told in parse_qs(self.body.decode()).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Sink:
    """An HTTP server's requests; ``answer`` says what comes back."""

    answer: Callable[[Request], tuple[int, str]] = lambda _request: (200, "OK")
    requests: list[Request] = field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@contextmanager
def http(sink: Sink, host: str = "127.0.0.1") -> Iterator[Sink]:
    """A threaded HTTP server."""
    sink.host = host

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            parts = urlsplit(self.path)
            size = int(self.headers.get("content-length") or 0)
            query = {name: told[0] for name, told in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            came = Request(self.command, parts.path, query, headers, self.rfile.read(size))
            status, text = sink.answer(came)
            sink.requests.append(came)
            body = text.encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _take  # noqa: N815

        def log_message(self, *_args: Any) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 200

        def handle_error(self, *_args: Any) -> None:
            """A client that left is no fault of the test's."""

    server = Server((host, 0), Handler)
    sink.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def sending(post: Postroom) -> Iterator[None]:
    """The channels at work."""
    stop = threading.Event()
    sender = wiring_alerts.sender(post)
    thread = threading.Thread(target=sender.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def until(what: Callable[[], Any], told: str = "it never happened") -> Any:
    """Wait for something to be so."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(told)
