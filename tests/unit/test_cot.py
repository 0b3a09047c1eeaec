"""Cursor on Target: events that TAK's own reading understands, and the sender's way to a server."""

import json
import os
import socket
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sylvan.domain import cot
from sylvan.domain.codes import Invalid
from sylvan.domain.cot import How, Marker
from sylvan.domain.forces.kinds import Mobility
from sylvan.notify.cot import Sender, Target, connect, send

NOW = datetime(2026, 7, 17, 5, 14, 9, tzinfo=UTC)
FIRE = Marker(
    "sylvan.fire.1", cot.FIRE, How.SENSOR, NOW - timedelta(hours=1), NOW + timedelta(hours=12),
    (129.5, 62.25), "SA-2026-00017", "fighting; 240 ha",
)  # fmt: skip


def event(body: bytes):
    return etree.fromstring(body)


def test_an_event_says_what_where_and_until_when():
    told = event(cot.sent(FIRE, NOW))
    assert dict(told.attrib) == {
        "version": "2.0",
        "uid": "sylvan.fire.1",
        "type": "b-l-f",
        "how": "m-f",
        "time": "2026-07-17T05:14:09.000Z",
        "start": "2026-07-17T04:14:09.000Z",
        "stale": "2026-07-17T17:14:09.000Z",
    }
    point = told.find("point")
    assert (point.get("lat"), point.get("lon")) == ("62.250000", "129.500000")
    assert told.find("detail/contact").get("callsign") == "SA-2026-00017"


def test_nothing_is_ever_hostile():
    kinds = {cot.FIRE, cot.ON_FOOT, *cot.CREW.values()}
    assert all(kind.startswith(("b-", "a-f-")) for kind in kinds)
    assert set(cot.CREW) <= set(Mobility)


@given(st.text(max_size=50), st.text(max_size=100), st.floats(-180, 180), st.floats(-90, 90))
def test_any_name_makes_one_event(callsign, remarks, lon, lat):
    marker = Marker("u", cot.FIRE, How.PERSON, NOW, NOW, (lon, lat), callsign, remarks)
    told = event(cot.sent(marker, NOW))
    assert [one.tag for one in told] == ["point", "detail"]
    assert len(told.find("detail")) <= 2


def test_what_is_stale_never_ends_before_it_began():
    marker = Marker("u", cot.FIRE, How.PERSON, NOW, NOW - timedelta(days=1), (0, 0), "a")
    told = event(cot.sent(marker, NOW))
    assert told.get("stale") == told.get("start")


READER = """
import json, sys, warnings
warnings.simplefilter("ignore")
import takproto
body = sys.stdin.buffer.read()
packed = takproto.xml2proto(body)
told = takproto.parse_proto(packed).cotEvent
print(json.dumps([told.uid, told.type, told.how, round(told.lat, 6), round(told.lon, 6),
                  told.staleTime - told.startTime, told.detail.contact.callsign]))
"""


def test_takproto_reads_the_same():
    """In an environment of its own, named by SYLVAN_TAK_PYTHON: it is no part of Sylvan's."""
    python = os.environ.get("SYLVAN_TAK_PYTHON")
    if not python:
        pytest.skip("SYLVAN_TAK_PYTHON names no Python with takproto")
    body = cot.sent(FIRE, NOW)
    told = subprocess.run([python, "-c", READER], input=body, capture_output=True, check=True)
    assert json.loads(told.stdout) == [
        "sylvan.fire.1", "b-l-f", "m-f", 62.25, 129.5, 13 * 3600 * 1000, "SA-2026-00017",
    ]  # fmt: skip


# --- the sender ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "tak.example:8087", "http://tak.example:1", "tcp://tak.example", "tcp://:8087",
     "tcp://tak.example:99999", "tcp://a@tak.example:1", "tcp://tak.example:1/x"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(text):
    with pytest.raises(Invalid, match=r"cot\.target"):
        Target.read(text)


def test_an_address_is_read():
    assert Target.read("tls://tak.example:8089") == Target("tls", "tak.example", 8089)


def test_events_come_over_tcp_one_by_one():
    with socket.create_server(("127.0.0.1", 0)) as server:
        wire = connect(Target("tcp", "127.0.0.1", server.getsockname()[1]))
        peer, _ = server.accept()
        peer.sendall(b"<event/>" * 1000)  # a server that tells us of others
        send(wire, [FIRE, FIRE], NOW)
        wire.close()
        told = b""
        while part := peer.recv(65536):
            told += part
        peer.close()
    lines = told.split(b"<?xml")[1:]
    assert [event(b"<?xml" + one).get("uid") for one in lines] == ["sylvan.fire.1"] * 2


def test_events_come_over_udp_each_in_a_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(20)
        wire = connect(Target("udp", "127.0.0.1", server.getsockname()[1]))
        send(wire, [FIRE], NOW)
        assert event(server.recv(65536)).get("type") == "b-l-f"
        wire.close()


class Deaf:
    """A connection that breaks after so many events."""

    def __init__(self, most: int, sent: list[bytes]) -> None:
        self.left, self.told = most, sent

    def send(self, body: bytes) -> None:
        if not self.left:
            raise ConnectionResetError("gone")
        self.left -= 1
        self.told.append(body)

    def close(self) -> None:
        self.told.append(b"closed")


def test_a_broken_connection_begins_with_everything_again(monkeypatch):
    monkeypatch.setattr("sylvan.notify.cot.RETRY_S", 0.0)
    stop, told = threading.Event(), []

    class Standing:
        log = None

        def head(self):
            return type("Head", (), {"seq": 0})

        def markers(self, _actor):
            return [FIRE, FIRE], NOW

        def read(self, _after, _most):
            stop.set()
            return []

        def now(self, _actor):
            return NOW

    wires = [Deaf(1, told), Deaf(9, told)]
    standing = Standing()
    Sender(standing, standing, None, lambda: wires.pop(0)).run(stop)
    assert [one == b"closed" for one in told] == [False, True, False, False, True]
