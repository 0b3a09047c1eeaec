"""Requests as bytes, handed to the application as the server would, without a client's manners."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Headers = Mapping[str, str | Sequence[str] | None]


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def problem(self) -> dict[str, Any]:
        """The body of a problem, which must be one."""
        assert self.headers["content-type"] == "application/problem+json", self.body[:300]
        found: dict[str, Any] = json.loads(self.body)
        assert found["status"] == self.status
        return found

    @property
    def codes(self) -> set[str]:
        """The problem's code and those of its errors."""
        return {self.problem["code"], *(one["code"] for one in self.problem["errors"])}

    @property
    def fields(self) -> set[str]:
        """The fields at fault."""
        return {one["field"] for one in self.problem["errors"]}


def _encoded(headers: Headers) -> Iterable[tuple[bytes, bytes]]:
    for name, told in headers.items():
        for value in [told] if isinstance(told, str) else told or ():
            yield name.lower().encode(), value.encode("utf-8")


def call(
    app: Any,
    method: str,
    address: str,
    headers: Headers | None = None,
    chunks: Iterable[bytes] = (),
) -> Answer:
    """One request; a header of ``None`` is left out, one with a list is sent several times."""
    told = {"host": "localhost", **{name.lower(): value for name, value in (headers or {}).items()}}
    path, _, query = address.partition("?")
    raw = path.encode("utf-8")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),  # as uvicorn does it
        "raw_path": raw,
        "query_string": query.encode("utf-8"),
        "root_path": "",
        "headers": list(_encoded(told)),
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 8321),
        "state": {},
    }
    answer = Answer()
    waiting = iter([*chunks, b""])

    async def receive() -> dict[str, Any]:
        piece = next(waiting, None)
        if piece is None:
            await asyncio.sleep(3600)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    asyncio.run(asyncio.wait_for(app(scope, receive, send), 60))
    return answer
