"""Orbital elements asked from where they are published: seldom, and politely.

CelesTrak publishes new sets every few hours and shuts out who asks oftener; elements hold for a
week, so twice a day is plenty and a day of silence loses nothing.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf
from random import Random

import httpx
import structlog

from sylvan.domain.breaker import Backoff
from sylvan.domain.codes import Coded
from sylvan.feeds.download import FetchLimits, fetch, is_success, make_client
from sylvan.feeds.errors import FeedError
from sylvan.feeds.heed import Desk, Heed, NoDesk
from sylvan.feeds.options import MIB
from sylvan.feeds.pages import refuse_error_page
from sylvan.feeds.reporting import Careful, Report, Take

FEED = KIND = "orbits"
log = structlog.get_logger()


@dataclass(frozen=True)
class OrbitsConfig:
    """What to ask, and how often."""

    urls: tuple[str, ...]
    # lists of elements, TLE or OMM in JSON
    every_s: float = 43_200.0
    # s between two questions for a list
    limits: FetchLimits = field(default_factory=lambda: FetchLimits(body_bytes=16 * MIB))
    # all active satellites are 4 MiB as TLE, 12 MiB as JSON
    backoff: Backoff = field(default_factory=lambda: Backoff(base_s=600.0, cap_s=21_600.0))
    # after failures: ten minutes to six hours


@dataclass(frozen=True)
class ListState:
    """What the poller knows of one list; times on its clock, in seconds."""

    next_at: float
    failures: int = 0
    last_error: Coded | None = None


class OrbitsPoller:
    """Asks for each list when it is due and hands it over."""

    def __init__(
        self,
        config: OrbitsConfig,
        take: Take,
        report: Report,
        random: Random,
        *,
        first_at: float = 0.0,
        desk: Desk | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._config = config
        self._take = take
        self._report = Careful(report)
        self._random = random
        self._heed = Heed(desk or NoDesk())
        self._client = make_client(config.limits, transport)
        self.states = {url: ListState(first_at) for url in config.urls}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def poll(self, url: str, now: float) -> ListState:
        """Ask for one list; whatever goes wrong ends in its state, not in an exception."""
        state = self.states[url]
        try:
            self._take(name_of(url), self._ask(url), FEED)
        except FeedError as error:
            state = self._failed(state, error.as_coded(), now)
        except Exception:
            # the database is at fault: the list is asked for again, nothing is lost
            log.exception("orbits.take_failed", list=name_of(url))
            state = replace(state, next_at=now + self._config.backoff.delay_s(1, self._random))
        else:
            state = ListState(now + self._config.every_s * self._random.uniform(0.95, 1.05))
        self.states[url] = state
        return state

    def _ask(self, url: str) -> bytes:
        answer = fetch(self._client, url, self._config.limits)
        refuse_error_page(answer.body)
        if not is_success(answer.status):
            raise FeedError("feed.upstream", detail=f"status {answer.status}")
        return answer.body

    def _failed(self, state: ListState, error: Coded, now: float) -> ListState:
        failures = state.failures + 1
        wait = self._config.backoff.delay_s(failures, self._random)
        log.warning("orbits.failed", code=error.code, failures=failures)
        self._report.failed(FEED, KIND, error, opened=False)
        return ListState(now + wait, failures, error)

    def run(self, stop: threading.Event, clock: Callable[[], float]) -> None:
        """Poll until told to stop."""
        self._heed.tell(FEED, KIND, self._soonest() - clock(), self._config.every_s)
        while not stop.is_set():
            self.turn(stop, clock)
            soonest = inf if self._heed.paused(FEED) else self._soonest()
            stop.wait(self._heed.wait_s(soonest, clock()))

    def turn(self, stop: threading.Event, clock: Callable[[], float]) -> int:
        """Ask for every list that is due, or for all of them if somebody wants it; how many."""
        self._heed.look(clock())
        due = [url for url, one in self.states.items() if self._is_due(one, clock())]
        for number, url in enumerate(due):
            if stop.is_set():
                return number
            self.poll(url, clock())
        if due:
            self._heed.done(FEED, KIND, self._soonest() - clock(), self._config.every_s)
        return len(due)

    def _is_due(self, state: ListState, now: float) -> bool:
        return self._heed.due(FEED, state.next_at, now)

    def _soonest(self) -> float:
        return min(state.next_at for state in self.states.values())


def name_of(url: str) -> str:
    """What a list is called in the account: its address without scheme and user."""
    return url.partition("://")[2].rpartition("@")[2][:200]
