"""The forecast API's poller against a server that misbehaves in every known way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from sylvan.domain.breaker import BreakerState
from sylvan.feeds.download import FetchLimits
from sylvan.feeds.forecast_api import MOST_PLACES, ForecastConfig, ForecastPoller

GOOD = {
    "latitude": 62.0,
    "longitude": 129.7,
    "hourly": {"time": ["2026-07-20T12:00"], "temperature_2m": [21.0]},
}


class Told:
    """What the poller tells about its feed."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, bool]] = []

    def polled(self, feed, kind):
        raise AssertionError("a forecast is never without news")

    def failed(self, feed, kind, error, *, opened):
        self.failures.append((error.code, opened))


@contextmanager
def server(answer) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            status, headers, body = answer(len(asked))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}/v1/forecast", asked
    finally:
        made.shutdown()
        made.server_close()
        thread.join()


def poller(url, points=((129.7, 62.0),), **limits):
    taken: list[bytes] = []
    told = Told()
    config = ForecastConfig(url, limits=FetchLimits(read_s=2.0, deadline_s=3.0, **limits))
    made = ForecastPoller(
        config, lambda: list(points), lambda name, body, feed: taken.append(body), told, Random(1)
    )
    return made, taken, told


def ok(body: bytes):
    return 200, {"Content-Length": str(len(body))}, body


def test_every_point_is_asked_in_questions_of_bounded_length():
    points = [(120.0 + k / 100.0, 62.0) for k in range(MOST_PLACES + 20)]
    with server(lambda _: ok(orjson.dumps([GOOD]))) as (url, asked):
        made, taken, _ = poller(url, points)
        state = made.poll(0.0)
        made.close()
    queries = [parse_qs(urlsplit(path).query) for path in asked]
    assert [len(one["longitude"][0].split(",")) for one in queries] == [MOST_PLACES, 20]
    assert all("temperature_2m" in one["hourly"][0] for one in queries)
    assert len(taken) == 2
    assert (state.last_data, state.last_error) == (0.0, None)
    assert state.next_at > 3600.0


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((503, {"Content-Length": "0"}, b""), "feed.upstream"),
        ((302, {"Location": "http://127.0.0.1:9/", "Content-Length": "0"}, b""), "feed.redirect"),
        (ok(b"<!DOCTYPE html><html><title>busy</title></html>"), None),
        (ok(b'{"error": true, "reason": "too many requests"}'), "feed.limit"),
        ((200, {"Content-Length": "5000"}, b'{"latitude": 62.0, "hourly"'), "feed.cut"),
        (ok(b'{"hourly": {}, "latitude": ' + b" " * 5000 + b"1}"), "feed.too_large"),
    ],
)
def test_what_is_no_forecast_is_refused_and_nothing_is_taken(answer, code):
    with server(lambda _: answer) as (url, _):
        made, taken, told = poller(url, body_bytes=4000)
        state = made.poll(0.0)
        made.close()
    assert taken == []
    ((told_code, opened),) = told.failures
    assert told_code == code or (code is None and told_code.startswith("feed."))
    assert not opened
    assert state.next_at > 0.0


def test_after_three_failures_it_is_left_alone_and_tried_again_later():
    with server(
        lambda n: (500, {"Content-Length": "0"}, b"") if n <= 3 else ok(orjson.dumps(GOOD))
    ) as (
        url,
        asked,
    ):
        made, taken, told = poller(url)
        for number in range(3):
            made.poll(float(number))
        assert made.state.breaker.state(2.0) is BreakerState.OPEN
        made.poll(3.0)
        assert len(asked) == 3
        made.poll(made.state.next_at + 1.0)
        made.close()
    assert len(taken) == 1
    assert [opened for _, opened in told.failures] == [False, False, True]
    assert made.state.last_error is None
