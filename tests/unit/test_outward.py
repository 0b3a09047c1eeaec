"""Addresses that others give us: none leads into this house, however it is spelled."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sylvan.domain.codes import Invalid
from sylvan.domain.outward import Trusted, chosen, is_outside, place
from sylvan.services.outward import KEPT_BYTES, Outward

PUBLIC = "93.184.215.14"
INSIDE = (
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "fc00::1",
    "fe80::1",
    "fe80::1%lo",
    "ff02::1",
)
SPELLED = (
    "https://127.0.0.1/",
    "https://localhost/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.1/",
    "https://2130706433/",
    "https://127.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://①②⑦.0.0.1/",
    "https://127。0。0。1/",
    "https://0/",
    "https://127.0.0.1./",
)
NO_ADDRESS = (
    "",
    "hook",
    "//host/path",
    "ftp://host/",
    "file:///etc/passwd",
    "gopher://host:70/",
    "https://",
    "https:///path",
    "https://host:99999/",
    "https://ho st/",
    "https://host/\r\nX-Forged: 1",
    "https://host\\@127.0.0.1/",
    "https://" + "a" * 300 + ".example/",
    "https://host/" + "a" * 2048,
)


@pytest.mark.parametrize("address", INSIDE)
def test_inner_addresses_are_told_from_outer_ones(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_outer_addresses_may_be_called(address: str) -> None:
    assert is_outside(address)


@pytest.mark.parametrize("url", SPELLED)
def test_no_spelling_of_this_machine_is_called(url: str) -> None:
    answer = Outward().post(url, b"{}", {})
    assert (answer.status, answer.told) in {(None, "inside"), (None, "address")}


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_address_is_refused_by_its_field(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        place(url, "endpoint")
    assert refused.value.field == "endpoint"
    assert refused.value.code == "problem.outward_address"


def test_a_password_in_an_address_is_refused() -> None:
    with pytest.raises(Invalid, match="outward_user"):
        place("https://user:secret@host.example/")


def test_one_inner_address_among_outer_ones_refuses_the_name() -> None:
    with pytest.raises(Invalid, match="outward_inside"):
        chosen(place("https://rebound.example/"), [PUBLIC, "127.0.0.1"], Trusted())


def test_others_are_called_with_https_only() -> None:
    with pytest.raises(Invalid, match="outward_plain"):
        chosen(place("http://partner.example/"), [PUBLIC], Trusted())


def test_a_trusted_network_may_be_called_plainly() -> None:
    trusted = Trusted.read("10.1.0.0/16, 192.168.7.9")
    assert chosen(place("http://siren.local/"), ["10.1.2.3"], trusted) == ("10.1.2.3",)
    with pytest.raises(Invalid, match="outward_inside"):
        chosen(place("http://siren.local/"), ["10.2.2.3"], trusted)


class Sink(BaseHTTPRequestHandler):
    """Answers as its path says."""

    seen: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append((self.headers["Host"], body))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (4 * KEPT_BYTES if self.path == "/much" else 2))

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def sink() -> Iterator[tuple[int, type[Sink]]]:
    kind = type("Own", (Sink,), {"seen": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, kind
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


OWN = Trusted.read("127.0.0.0/8")


def test_the_name_goes_out_and_the_judged_address_is_called() -> None:
    asked: list[str] = []

    def once(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with sink() as (port, seen):
        answer = Outward(OWN, look_up=once).post(f"http://hook.example:{port}/", b"{}", {})
        assert (answer.status, answer.told, answer.fine) == (200, "xx", True)
        assert asked == ["hook.example"]
        assert seen.seen == [(f"hook.example:{port}", b"{}")]


def test_redirects_are_not_followed_and_long_answers_are_cut() -> None:
    with sink() as (port, seen):
        away = Outward(OWN).post(f"http://127.0.0.1:{port}/away", b"{}", {})
        much = Outward(OWN).post(f"http://127.0.0.1:{port}/much", b"{}", {})
        assert (away.status, away.fine, len(seen.seen)) == (302, False, 2)
        assert (much.status, len(much.told)) == (200, KEPT_BYTES)


def test_who_does_not_answer_is_an_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        late = Outward(OWN, patience_s=0.2).post(url, b"", {})
    assert (late.status, late.told) == (None, "timeout")
    gone = Outward(OWN).post(url, b"", {})
    assert gone.status is None
    assert gone.told.startswith("network")
