"""One HTTP answer, fetched with limits on time and size, and with secrets kept out of messages.

A feed may hang, drip a byte a second, swell a kilobyte to a gigabyte, or promise more than it
sends. Each of these becomes a :class:`FeedError` in bounded time and memory.
"""

import logging
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import MIB

_GZIP_OR_ZLIB = 47  # zlib window bits: 15, with the header found out
_STEP = MIB
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


@dataclass(frozen=True)
class FetchLimits:
    """How long and how much."""

    connect_s: float = 10.0
    read_s: float = 30.0
    # s, of silence between two pieces
    deadline_s: float = 180.0
    # s, for the whole answer: a source that drips is a source that hangs
    body_bytes: int = 64 * MIB
    # bytes, after unpacking


def mask(text: str, secret: str) -> str:
    """The text without the secret."""
    return text.replace(secret, "***") if secret else text


class SecretFilter(logging.Filter):
    """Takes a secret out of log records; libraries log the URLs that they ask."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; it is never dropped."""
        record.msg, record.args = mask(record.getMessage(), self._secret), ()
        return True


def mask_logs(secret: str) -> SecretFilter:
    """Mask the secret in everything that the HTTP libraries log."""
    secret_filter = SecretFilter(secret)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(secret_filter)
    return secret_filter


def unmask_logs(secret_filter: SecretFilter) -> None:
    """Take the filter off again."""
    for name in _LOGGERS:
        logging.getLogger(name).removeFilter(secret_filter)


@dataclass(frozen=True)
class Answer:
    """Status and whole body."""

    status: int
    body: bytes


def make_client(limits: FetchLimits, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client that follows no redirects: a redirect would carry the key to another host."""
    return httpx.Client(
        timeout=httpx.Timeout(limits.read_s, connect=limits.connect_s),
        follow_redirects=False,
        headers={"Accept-Encoding": "gzip", "User-Agent": "sylvan"},
        transport=transport,
    )


def fetch(
    client: httpx.Client,
    url: str,
    limits: FetchLimits,
    clock: Callable[[], float] = time.monotonic,
) -> Answer:
    """Get one answer.

    Raises:
        FeedError: ``feed.timeout``, ``feed.network``, ``feed.cut``, ``feed.redirect``,
            ``feed.too_large``, ``feed.encoding``.
    """
    # The library's errors hold the URL and so the key: nothing of them may hang on ours, which
    # is why it is raised after the handler and not inside it.
    try:
        return _streamed(client, url, limits, clock)
    except httpx.TimeoutException:
        failure = FeedError("feed.timeout", seconds=limits.read_s)
    except httpx.RemoteProtocolError:
        failure = FeedError("feed.cut")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        failure = FeedError("feed.network", detail=type(error).__name__)
    raise failure


def _streamed(
    client: httpx.Client, url: str, limits: FetchLimits, clock: Callable[[], float]
) -> Answer:
    until = clock() + limits.deadline_s
    with client.stream("GET", url) as response:
        if response.is_redirect:
            raise FeedError("feed.redirect", status=response.status_code)
        inflate = _inflater(response.headers.get("content-encoding", "identity"))
        body = bytearray()
        for piece in response.iter_raw():
            for part in inflate(piece):
                body += part
                if len(body) > limits.body_bytes:
                    raise FeedError("feed.too_large", limit=limits.body_bytes)
            if clock() > until:
                raise FeedError("feed.timeout", seconds=limits.deadline_s)
        if inflate.is_cut:
            raise FeedError("feed.cut")
        return Answer(response.status_code, bytes(body))


class _Inflate:
    """Unpacks in pieces of bounded size, whatever the ratio."""

    def __init__(self, *, packed: bool) -> None:
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB) if packed else None

    @property
    def is_cut(self) -> bool:
        """Whether the packed stream ended before its end."""
        return self._stream is not None and not self._stream.eof

    def __call__(self, piece: bytes) -> "list[bytes] | _Parts":
        return [piece] if self._stream is None else _Parts(self._stream, piece)


class _Parts:
    """Unpacked parts of one piece, made one at a time."""

    def __init__(self, stream: "zlib._Decompress", piece: bytes) -> None:
        self._stream, self._rest = stream, piece

    def __iter__(self) -> "_Parts":
        return self

    def __next__(self) -> bytes:
        if not self._rest or self._stream.eof:
            raise StopIteration
        try:
            part = self._stream.decompress(self._rest, _STEP)
        except zlib.error:
            part = None
        if part is None:
            raise FeedError("feed.encoding", encoding="gzip")
        self._rest = self._stream.unconsumed_tail
        return part


def _inflater(encoding: str) -> _Inflate:
    if encoding in {"", "identity"}:
        return _Inflate(packed=False)
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return _Inflate(packed=True)
    raise FeedError("feed.encoding", encoding=encoding[:20])


def is_success(status: int) -> bool:
    """200 and nothing else: a feed has no business with other successes."""
    return status == HTTPStatus.OK
