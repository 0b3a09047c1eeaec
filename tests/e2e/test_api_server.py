"""The application behind its real server: bodies without a length, kept connections, live door."""

import json
import socket
from collections.abc import Iterator
from typing import Any, Self

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.e2e.served import served

LIMIT = 15_000_000
PIECE = b"x" * 100_000
REPORT = {"place": {"method": "coordinates", "point": [129.7, 62.0]}, "seen": "smoke"}


@pytest.fixture(scope="module")
def port(house) -> Iterator[int]:
    with served(house) as found:
        yield found


class Wire:
    """A connection on which every byte is ours."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def ask(self, line: str, **headers: str) -> None:
        told = {"Host": "localhost", **{name.replace("_", "-"): v for name, v in headers.items()}}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self.send(f"{line} HTTP/1.1\r\n{head}\r\n".encode())

    def answer(self, *, body: bool = True) -> tuple[int, dict[str, str], bytes]:
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", "0")) if body else 0
        return status, headers, self._file.read(length)


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def is_too_large(told: tuple[int, dict[str, str], bytes]) -> bool:
    status, headers, body = told
    assert headers["content-type"] == "application/problem+json"
    return (status, json.loads(body)["code"]) == (413, "problem.too_large")


@pytest.mark.parametrize("path", ["/api/v1/ingest?name=a.csv", "/api/v1/reports"])
def test_endless_body_is_answered_and_not_hung_up_on(port, path):
    with Wire(port) as wire:
        wire.ask(f"POST {path}", Transfer_Encoding="chunked", Content_Type="application/json")
        for _ in range(LIMIT // len(PIECE) + 2):
            wire.send(chunk(PIECE))
        wire.send(b"0\r\n\r\n")
        assert is_too_large(wire.answer())
        wire.ask("GET /livez")
        assert wire.answer()[0] == 200


def test_body_that_says_it_is_too_large_is_refused_before_it_comes(port):
    with Wire(port) as wire:
        wire.ask("POST /api/v1/ingest?name=a.csv", Content_Length=str(LIMIT + 1))
        assert is_too_large(wire.answer())


def test_large_body_within_the_bound_is_read(port):
    with Wire(port) as wire:
        wire.ask("POST /api/v1/ingest?name=a.csv", Transfer_Encoding="chunked")
        for _ in range(LIMIT // len(PIECE) - 1):
            wire.send(chunk(PIECE))
        wire.send(b"0\r\n\r\n")
        status, _, body = wire.answer()
        assert status == 422
        assert json.loads(body)["code"].startswith("file.")


def test_client_that_leaves_in_the_middle_leaves_the_server_well(port):
    for _ in range(5):
        with Wire(port) as wire:
            wire.ask("POST /api/v1/reports", Content_Length="1000", Content_Type="application/json")
            wire.send(b'{"place": ')
    assert httpx.get(f"http://localhost:{port}/livez").status_code == 200


def test_head_leaves_the_connection_in_step(port):
    with Wire(port) as wire:
        for path in ("/api/v1/config", "/api/v1/nothing"):
            wire.ask(f"HEAD {path}")
            status, headers, _ = wire.answer(body=False)
            assert int(headers["content-length"]) > 0
            wire.ask(f"GET {path}")
            again, same, body = wire.answer()
            assert (again, same["content-length"]) == (status, headers["content-length"])
            assert json.loads(body)


def test_path_is_not_tidied_up_before_it_is_judged(port):
    with Wire(port) as wire:
        for path in ("/../pyproject.toml", "/assets/../../app.py", "//etc/passwd"):
            wire.ask(f"GET {path}")
            status, headers, _ = wire.answer()
            assert (status, headers["content-type"]) == (404, "application/problem+json")


def greeting(port: int, **options: Any) -> dict[str, Any]:
    with connect(f"ws://localhost:{port}/api/v1/live?world=live", **options) as screen:
        found: dict[str, Any] = json.loads(screen.recv(timeout=20))
        return found


def test_live_channel_opens_from_our_own_page_and_for_programs(port, house):
    head = house.log.head()
    for options in ({}, {"origin": f"http://localhost:{port}"}):
        hello = greeting(port, **options)
        assert (hello["t"], hello["epoch"]) == ("hello", str(head.epoch))


@pytest.mark.parametrize(
    "options",
    [
        {"origin": "https://fires.example"},
        {"origin": "null"},
    ],
)
def test_live_channel_does_not_open_from_a_foreign_page(port, options):
    with pytest.raises(InvalidStatus) as refused:
        greeting(port, **options)
    assert refused.value.response.status_code == 403


def test_live_channel_does_not_open_under_a_foreign_name(port):
    with Wire(port) as wire:
        wire.ask(
            "GET /api/v1/live",
            Host="fires.example",
            Connection="Upgrade",
            Upgrade="websocket",
            Sec_WebSocket_Version="13",
            Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
        )
        assert wire.answer()[0] == 403


def test_readiness_follows_the_gateway(port):
    answer = httpx.get(f"http://localhost:{port}/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
