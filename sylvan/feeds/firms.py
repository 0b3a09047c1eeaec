"""NASA FIRMS' area API: asked politely, believed only when what it sends is data.

The map key stands in the URL's path, so nothing that shows a URL may leave this module. One empty
answer is not "no fires": the state of each source says when it last gave something.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from math import inf
from random import Random
from urllib.parse import urlsplit

import httpx
import structlog

from sylvan.domain.breaker import Backoff, Breaker, BreakerRules, BreakerState, Budget
from sylvan.domain.codes import Coded
from sylvan.feeds.download import (
    Answer,
    FetchLimits,
    fetch,
    is_success,
    make_client,
    mask,
    mask_logs,
    unmask_logs,
)
from sylvan.feeds.errors import FeedError
from sylvan.feeds.heed import Desk, Heed, NoDesk
from sylvan.feeds.pages import refuse_error_page
from sylvan.feeds.reporting import Careful, Report, Take

KIND = "satellite"
SOURCES = (
    "VIIRS_SNPP_NRT", "VIIRS_NOAA20_NRT", "VIIRS_NOAA21_NRT", "MODIS_NRT",
    "VIIRS_SNPP_SP", "VIIRS_NOAA20_SP", "VIIRS_NOAA21_SP", "MODIS_SP",
)  # fmt: skip
"""Data sets of the area API that the reader understands."""
ASKED = SOURCES[:4]
"""Those that are asked: near real time."""
_LONGEST_DAYS = 5
_AUTH_STATUS = frozenset({401, 403})
_LIMIT_STATUS = 429

log = structlog.get_logger()


@dataclass(frozen=True)
class FirmsConfig:
    """What to ask, how often, and with which key."""

    map_key: str = field(repr=False)
    bbox: tuple[float, float, float, float]
    # west, south, east, north in degrees
    sources: tuple[str, ...] = ASKED
    days: int = 1
    # day range of a query, 1–5
    every_s: float = 300.0
    # s between polls of a source; a pass becomes public about every 100 minutes per satellite
    base_url: str = "https://firms.modaps.eosdis.nasa.gov"
    limits: FetchLimits = field(default_factory=FetchLimits)
    backoff: Backoff = field(default_factory=Backoff)
    breaker: BreakerRules = field(default_factory=BreakerRules)

    def __post_init__(self) -> None:
        unknown = [source for source in self.sources if source not in SOURCES]
        if unknown:
            raise FeedError("feed.source", source=unknown[0], known=", ".join(SOURCES))
        if not 1 <= self.days <= _LONGEST_DAYS:
            raise FeedError("feed.days", days=self.days, limit=_LONGEST_DAYS)
        if not self.map_key.isalnum():
            raise FeedError("feed.auth", detail="the map key must be letters and digits")
        if urlsplit(self.base_url).scheme != "https" and not _is_loopback(self.base_url):
            raise FeedError("feed.plain_http", url=self.base_url)

    def url(self, source: str) -> str:
        """The query; holds the key."""
        west, south, east, north = self.bbox
        area = f"{west:g},{south:g},{east:g},{north:g}"
        return f"{self.base_url}/api/area/csv/{self.map_key}/{source}/{area}/{self.days}"


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class FeedState:
    """What the poller knows of one source; times on its clock, in seconds."""

    feed: str
    source: str
    breaker: Breaker
    next_at: float = 0.0
    last_poll: float | None = None
    last_data: float | None = None
    last_error: Coded | None = None
    last_digest: bytes = b""


def feed_name(source: str) -> str:
    """``VIIRS_SNPP_NRT`` → ``firms-viirs-snpp-nrt``."""
    return "firms-" + source.lower().replace("_", "-")


class FirmsClient:
    """Asks for one source's data; knows nothing of schedules."""

    def __init__(self, config: FirmsConfig, transport: httpx.BaseTransport | None = None) -> None:
        self._config = config
        self._client = make_client(config.limits, transport)
        self._filter = mask_logs(config.map_key)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        unmask_logs(self._filter)

    def ask(self, source: str) -> bytes:
        """The source's CSV: at least a header.

        Raises:
            FeedError: ``feed.*``; its text never holds the key.
        """
        try:
            return _believed(fetch(self._client, self._config.url(source), self._config.limits))
        except FeedError as error:
            failure = self._masked(error)
        raise failure

    def _masked(self, error: FeedError) -> FeedError:
        key = self._config.map_key
        clean = {k: mask(v, key) if isinstance(v, str) else v for k, v in error.params.items()}
        return FeedError(error.code, **clean)


def _believed(answer: Answer) -> bytes:
    """The body, if it is data; the text of an error says more than its status."""
    refuse_error_page(answer.body)
    _refuse_status(answer.status)
    if not answer.body.strip():
        raise FeedError("feed.empty")
    return answer.body


def _refuse_cut(body: bytes) -> None:
    """FIRMS ends its last line: without that the rest is missing, what is here was taken."""
    if not body.endswith(b"\n"):
        raise FeedError("feed.cut")


def _refuse_status(status: int) -> None:
    if status in _AUTH_STATUS:
        raise FeedError("feed.auth", detail=f"status {status}")
    if status == _LIMIT_STATUS:
        raise FeedError("feed.limit", detail=f"status {status}")
    if not is_success(status):
        raise FeedError("feed.upstream", detail=f"status {status}")


class FirmsPoller:
    """Asks every source when it is due and hands what comes to the intake."""

    def __init__(
        self,
        config: FirmsConfig,
        client: FirmsClient,
        take: Take,
        report: Report,
        random: Random,
        desk: Desk | None = None,
    ) -> None:
        self._config = config
        self._client = client
        self._heed = Heed(desk or NoDesk())
        self._take = take
        self._report = Careful(report)
        self._random = random
        self._budget = Budget()
        self.states = {
            source: FeedState(feed_name(source), source, Breaker(config.breaker))
            for source in config.sources
        }

    def due(self, now: float) -> list[str]:
        """Sources to be asked now, in their turn or because somebody wants it."""
        self._heed.look(now)
        return [s for s, one in self.states.items() if self._heed.due(one.feed, one.next_at, now)]

    def next_at(self) -> float:
        """When the next source is due that nobody holds back."""
        going = (one for one in self.states.values() if not self._heed.paused(one.feed))
        return min((one.next_at for one in going), default=inf)

    def poll(self, source: str, now: float) -> FeedState:
        """Ask one source; whatever goes wrong ends in its state, not in an exception."""
        state = self.states[source]
        if not state.breaker.allows(now) and not self._heed.asked(state.feed):
            opened_at = state.breaker.opened_at or now
            state = replace(state, next_at=opened_at + state.breaker.pause_s)
        elif self._budget.left(now) < self._config.days:
            state = replace(state, next_at=self._budget.free_at(self._config.days, now))
            self._report.failed(state.feed, KIND, Coded("feed.budget"), opened=False)
        else:
            self._budget = self._budget.spend(self._config.days, now)
            state = self._ask(replace(state, last_poll=now), now)
        self.states[source] = state
        self._heed.done(state.feed, KIND, state.next_at - now, self._config.every_s)
        return state

    def _ask(self, state: FeedState, now: float) -> FeedState:
        try:
            body = self._client.ask(state.source)
            digest = hashlib.sha256(body).digest()
            if digest == state.last_digest:
                self._report.polled(state.feed, KIND)
            else:
                self._take(f"{state.feed}.csv", body, state.feed)
            _refuse_cut(body)
        except FeedError as error:
            return self._failed(state, error.as_coded(), now)
        except Exception:
            # the intake or the database is at fault: the source is asked again, nothing is lost
            log.exception("feed.take_failed", feed=state.feed)
            return replace(state, next_at=now + self._config.backoff.delay_s(1, self._random))
        due = now + self._config.every_s * self._random.uniform(0.9, 1.1)
        return replace(
            state,
            breaker=state.breaker.succeeded(),
            next_at=due,
            last_data=now,
            last_error=None,
            last_digest=digest,
        )

    def _failed(self, state: FeedState, error: Coded, now: float) -> FeedState:
        breaker = state.breaker.failed(now)
        opened = breaker.state(now) is BreakerState.OPEN
        wait = breaker.pause_s if opened else 0.0
        wait = max(wait, self._config.backoff.delay_s(breaker.failures, self._random))
        log.warning("feed.failed", feed=state.feed, code=error.code, opened=opened)
        self._report.failed(state.feed, KIND, error, opened=opened)
        return replace(state, breaker=breaker, next_at=now + wait, last_error=error)

    def run(self, stop: threading.Event, clock: Callable[[], float]) -> None:
        """Poll until told to stop."""
        while not stop.is_set():
            for source in self.due(clock()):
                if stop.is_set():
                    return
                self.poll(source, clock())
            stop.wait(self._heed.wait_s(self.next_at(), clock()))
