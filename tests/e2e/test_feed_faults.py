"""A feed may fail in every way that a network knows: nothing breaks, nothing is mistaken for data.

A small server on loopback misbehaves on purpose; every test ends in bounded time because the
client's own limits end it.
"""

import gzip
import logging
import random
import socket
import threading
import time
import tracemalloc
from contextlib import closing

import pytest
from structlog.testing import capture_logs

from sylvan.domain.breaker import Backoff, BreakerRules, BreakerState
from sylvan.feeds.download import FetchLimits
from sylvan.feeds.errors import FeedError
from sylvan.feeds.firms import FirmsClient, FirmsConfig, FirmsPoller
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file

KEY = "0123456789abcdef0123456789abcdef"
HEADER = b"latitude,longitude,acq_date,acq_time,satellite,confidence,version\n"
GOOD = HEADER + b"62.12345,129.54321,2021-08-07,0342,N,n,2.0NRT\n"
LIMITS = FetchLimits(connect_s=2, read_s=0.6, deadline_s=1.2, body_bytes=1 << 20)
BOMB = gzip.compress(bytes(100 << 20), 1)


def head(status="200 OK", **headers):
    lines = [f"HTTP/1.1 {status}", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return ("\r\n".join([*lines, "Connection: close", "", ""])).encode()


def whole(body, status="200 OK", **headers):
    return head(status, Content_Length=len(body), **headers) + body


def answer(data):
    return lambda connection: connection.sendall(data)


def hang(connection):
    connection.settimeout(LIMITS.deadline_s + 2)
    connection.recv(1)


def reset(connection):
    connection.sendall(head(Content_Length=1000) + GOOD)
    linger = b"\x01\0\0\0\0\0\0\0"
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)  # close by RST


def drip(connection):
    connection.sendall(head(Content_Length=10_000))
    for byte in (GOOD * 100)[:10_000]:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


HTML = b"<!DOCTYPE html><html><body>Scheduled maintenance</body></html>"
PACKED = gzip.compress(GOOD)

FAULTS = {
    "silence": (hang, "feed.timeout"),
    "reset in the middle": (reset, {"feed.network", "feed.cut"}),
    "a byte now and then": (drip, "feed.timeout"),
    "gzip bomb": (answer(whole(BOMB, Content_Encoding="gzip")), "feed.too_large"),
    "endless body": (answer(whole(GOOD * 30_000)), "feed.too_large"),
    "promises more than it sends": (answer(head(Content_Length=9999) + GOOD), "feed.cut"),
    "half of a gzip": (
        answer(whole(PACKED[:30], Content_Encoding="gzip")), "feed.cut"),
    "gzip that is none": (answer(whole(GOOD, Content_Encoding="gzip")), "feed.encoding"),
    "an unknown packing": (answer(whole(GOOD, Content_Encoding="br")), "feed.encoding"),
    "200 with HTML": (answer(whole(HTML)), "feed.upstream"),
    "200 with a bad key": (answer(whole(b"Invalid MAP_KEY.")), "feed.auth"),
    "400 with a bad key": (answer(whole(b"Invalid MAP_KEY.", "400 Bad Request")), "feed.auth"),
    "200 with a limit": (
        answer(whole(b"Exceeding allowed transaction limit.")), "feed.limit"),
    "200 with JSON": (answer(whole(b'{"error": "try later"}')), None),
    "401": (answer(whole(b"", "401 Unauthorized")), "feed.auth"),
    "429": (answer(whole(b"", "429 Too Many Requests")), "feed.limit"),
    "500": (answer(whole(b"oops", "500 Internal Server Error")), "feed.upstream"),
    "data with status 503": (answer(whole(GOOD, "503 Service Unavailable")), "feed.upstream"),
    "204": (answer(head("204 No Content")), "feed.upstream"),
    "empty": (answer(whole(b"")), "feed.empty"),
    "redirect loop": (answer(whole(b"", "302 Found", Location="/again")), "feed.redirect"),
    "no HTTP at all": (answer(b"\x16\x03\x01 garbage\r\n\r\n"), "feed.cut"),
    "hangs up at once": (lambda _: None, "feed.cut"),
}  # fmt: skip


class ChaosServer:
    """Answers every request as the present fault says."""

    def __init__(self):
        self.behave = answer(whole(GOOD))
        self.hear = lambda request: None
        self.asked = 0
        self._socket = self._bound()
        self._socket.listen(8)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @staticmethod
    def _bound():
        # below 32768: a client that tries an ephemeral port may connect to itself
        for _ in range(50):
            try:
                server = socket.socket()
                server.bind(("127.0.0.1", random.randrange(20_000, 32_000)))
            except OSError:
                server.close()
            else:
                return server
        raise RuntimeError("no free port between 20000 and 32000")

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.asked += 1
            with closing(connection):
                try:
                    connection.settimeout(5)
                    self.hear(connection.recv(65_536))
                    self.behave(connection)
                except OSError:
                    pass  # the client has given up, as it should

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)


@pytest.fixture
def server():
    server = ChaosServer()
    yield server
    server.close()


@pytest.fixture
def config(server):
    return FirmsConfig(
        KEY,
        (105, 55, 163, 77),
        sources=("VIIRS_SNPP_NRT",),
        base_url=f"http://127.0.0.1:{server.port}",
        limits=LIMITS,
        backoff=Backoff(base_s=1, cap_s=2),
        breaker=BreakerRules(failures_to_open=3, first_pause_s=60),
    )


@pytest.fixture
def client(config):
    client = FirmsClient(config)
    yield client
    client.close()


class Intake:
    """Takes bodies as the real one does, up to the database."""

    def __init__(self):
        self.rows = None
        self.failures = []
        self.quiet_polls = 0

    def take(self, name, body, feed):
        self.rows = read_file(name, body, ReadOptions(now=1_790_000_000)).rows

    def polled(self, feed, kind):
        self.quiet_polls += 1

    def failed(self, feed, kind, error, *, opened):
        self.failures.append((error.code, opened))


@pytest.fixture
def intake():
    return Intake()


@pytest.fixture
def poller(config, client, intake):
    return FirmsPoller(config, client, intake.take, intake, random.Random(1))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_an_error_in_bounded_time_and_the_last_good_data_stay(
    fault, server, poller, intake
):
    source = "VIIRS_SNPP_NRT"
    poller.poll(source, now=0)
    assert len(intake.rows) == 1

    server.behave, wanted = FAULTS[fault]
    since = time.monotonic()
    state = poller.poll(source, now=1000)
    assert time.monotonic() - since < 20  # a bound, not a measurement: the limits add up to 4 s

    assert state.last_error is not None
    codes = wanted if isinstance(wanted, set) else {wanted or "feed.upstream"}
    assert state.last_error.code in codes
    assert state.last_data == 0
    assert len(intake.rows) == 1

    server.behave = answer(whole(GOOD))
    state = poller.poll(source, now=2000)
    assert (state.last_error, state.last_data) == (None, 2000)


def test_a_gzip_bomb_costs_little_memory(server, client):
    server.behave = FAULTS["gzip bomb"][0]
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    with pytest.raises(FeedError, match=r"feed\.too_large"):
        client.ask("VIIRS_SNPP_NRT")
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert peak < 20 << 20  # of 100 MiB that it would swell to


def test_a_header_alone_is_good_data_and_no_fire(server, poller, intake):
    server.behave = answer(whole(HEADER))
    state = poller.poll("VIIRS_SNPP_NRT", now=0)
    assert state.last_error is None
    assert len(intake.rows) == 0


def test_whole_rows_of_a_cut_body_are_taken_and_the_source_is_asked_again(server, poller, intake):
    server.behave = answer(whole(GOOD + b"62.2,129.6,2021-0"))
    state = poller.poll("VIIRS_SNPP_NRT", now=0)
    assert len(intake.rows) == 1
    assert state.last_error.code == "feed.cut"
    assert state.next_at <= 2


def test_the_same_body_is_not_taken_twice(server, poller, intake):
    poller.poll("VIIRS_SNPP_NRT", now=0)
    intake.rows = None
    poller.poll("VIIRS_SNPP_NRT", now=300)
    assert intake.rows is None
    assert intake.quiet_polls == 1


def test_the_breaker_opens_after_three_failures_and_closes_on_the_first_success(
    server, poller, intake
):
    source = "VIIRS_SNPP_NRT"
    server.behave = answer(whole(b"", "500 Internal Server Error"))
    states = [poller.poll(source, now) for now in (0, 10, 20)]
    assert [opened for _, opened in intake.failures] == [False, False, True]
    assert states[-1].breaker.state(20) is BreakerState.OPEN

    asked = server.asked
    assert poller.poll(source, now=30).next_at == 80  # left alone: opened at 20 for 60 s
    assert server.asked == asked

    server.behave = answer(whole(GOOD))
    state = poller.poll(source, now=80)
    assert server.asked == asked + 1
    assert state.breaker.state(80) is BreakerState.CLOSED
    assert len(intake.rows) == 1


def test_an_intake_that_fails_does_not_blame_the_source(config, client, intake):
    def broken(name, body, feed):
        raise ConnectionError("database away")

    poller = FirmsPoller(config, client, broken, intake, random.Random(1))
    with capture_logs() as told:
        state = poller.poll("VIIRS_SNPP_NRT", now=0)
    assert [entry["event"] for entry in told] == ["feed.take_failed"]
    assert state.breaker.failures == 0
    assert state.last_digest == b""  # so the body is taken again
    assert 0 < state.next_at <= 2


def test_a_poll_survives_a_database_that_is_away_while_the_source_fails(server, poller, intake):
    server.behave = answer(whole(b"", "500 Internal Server Error"))
    intake.failures = None  # whoever is told breaks
    with capture_logs() as told:
        state = poller.poll("VIIRS_SNPP_NRT", now=0)
    assert state.last_error.code == "feed.upstream"
    assert "feed.report_failed" in [entry["event"] for entry in told]


def test_the_query_is_what_firms_documents(server, client):
    asked = []
    server.hear = asked.append
    assert client.ask("VIIRS_SNPP_NRT") == GOOD
    (request,) = asked
    path = f"/api/area/csv/{KEY}/VIIRS_SNPP_NRT/105,55,163,77/1"
    assert request.startswith(f"GET {path} HTTP/1.1".encode())


@pytest.mark.parametrize(
    "fault", ["silence", "500", "redirect loop", "no HTTP at all", "200 with HTML"]
)
def test_the_key_shows_in_no_error_and_no_log(fault, server, client, config, caplog):
    server.behave = FAULTS[fault][0]
    with caplog.at_level(logging.DEBUG), pytest.raises(FeedError) as refused:
        client.ask("VIIRS_SNPP_NRT")
    chain, error = [], refused.value
    while error is not None:
        chain.append(repr(error) + str(error.args))
        error = error.__cause__ or error.__context__
    told = "\n".join([*chain, *(record.getMessage() for record in caplog.records), repr(config)])
    assert KEY not in told
    assert caplog.records  # the libraries did log, masked


def test_the_key_never_travels_unencrypted_beyond_this_machine():
    with pytest.raises(FeedError, match="plain_http"):
        FirmsConfig(KEY, (105, 55, 163, 77), base_url="http://firms.example.org")


def test_polling_stops_when_told(server, poller, intake):
    stop = threading.Event()
    thread = threading.Thread(target=poller.run, args=(stop, time.monotonic))
    thread.start()
    until = time.monotonic() + 10
    while intake.rows is None and time.monotonic() < until:
        time.sleep(0.01)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert len(intake.rows) == 1
