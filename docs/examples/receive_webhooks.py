"""Receives webhooks: verifies each, takes each once, and answers before it does anything with it.

    SYLVAN_HOOK_SECRET=whsec_… python receive_webhooks.py 8899

Needs nothing but Sylvan's client. Put it behind your own https.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sylvan.client import BadSignatureError, verify

SECRETS = os.environ["SYLVAN_HOOK_SECRET"].split()
LARGEST = 2_000_000
had: set[str] = set()  # a real receiver keeps these in its database, with what it did


class Hook(BaseHTTPRequestHandler):
    """Where Sylvan posts to."""

    def do_POST(self) -> None:
        """One event."""
        length = int(self.headers.get("content-length", "0"))
        if length > LARGEST:
            self.answer(413)
            return
        try:
            event = verify(SECRETS, dict(self.headers), self.rfile.read(length))
        except BadSignatureError as error:
            print("refused:", error, flush=True)
            self.answer(400)
            return
        if event["id"] not in had:  # it may come twice, under the same id
            had.add(event["id"])
            print(event["type"], event["subject"], event.get("sequence", "-"), flush=True)
        self.answer(204)

    def answer(self, status: int) -> None:
        """A status and nothing else."""
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        """What is told is told above."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Hook)
    print("listening", server.server_port, flush=True)
    server.serve_forever()
