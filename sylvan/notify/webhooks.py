"""Tells endpoints what the log says: each in order, none waiting for another.

One process of an installation sends (advisory lock). An endpoint is served by one thread at a time,
so its events arrive in the order of their numbers. Those that failed or answer slowly are served by
threads of their own: a dead address costs the others nothing, and is asked with its oldest event
only, at growing intervals, until it answers.
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from time import monotonic
from typing import Final
from uuid import UUID

import structlog

from sylvan.domain.actors import Actor
from sylvan.domain.webhooks import Endpoint, Message, State, Why
from sylvan.services.listening import HeardPage
from sylvan.services.webhook_posts import PAGE, Head, Posts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """How the sender goes about it."""

    look_s: float = 0.25
    """Between two looks at the log."""
    quick: int = 16
    """Threads for endpoints that answer."""
    slow: int = 16
    """Threads for those that failed or were slow the last time."""
    slow_ms: int = 1000
    """From here on an answer counts as slow."""
    portion_s: float = 5.0
    """How long one endpoint keeps a thread before others get their turn."""
    asked_s: float = 2.0
    """How old what is known of somebody's rights may be."""
    skip_s: float = 10.0
    """How often a position is written that moved over events of others alone."""
    prune_s: float = 3600.0


PAGES: Final = 32
"""Pages in memory: endpoints that stand at the same number share them."""


class Sender:
    """The one who sends."""

    def __init__(self, posts: Posts, stop: Event, pace: Pace | None = None) -> None:
        self.posts = posts
        self.pace = pace or Pace()
        self._stop = stop
        self._lock = Lock()
        self._busy: set[UUID] = set()
        self._skipped: dict[UUID, tuple[int, int, float]] = {}
        self._pages: OrderedDict[tuple[UUID, int, int], tuple[HeardPage, int]] = OrderedDict()
        self._actors: dict[tuple[str, int], tuple[float, Actor | None]] = {}
        self._pruned_at = float("-inf")

    def run(self, still: Callable[[], None]) -> None:
        """Send until told to stop, as the leader alone; ``still`` raises where it is none now."""
        quick = ThreadPoolExecutor(self.pace.quick, "webhook")
        slow = ThreadPoolExecutor(self.pace.slow, "webhook-slow")
        try:
            while not self._stop.wait(self.pace.look_s):
                still()
                self.turn(quick, slow)
        finally:
            for pool in (quick, slow):
                pool.shutdown(wait=not self._stop.is_set(), cancel_futures=True)

    def turn(self, quick: ThreadPoolExecutor, slow: ThreadPoolExecutor) -> None:
        """Give every endpoint that has something to hear, and is not being told, a thread."""
        head, now = self.posts.head(), self.posts.clock()
        for endpoint in self.posts.endpoints():
            waits = endpoint.next_at is not None and endpoint.next_at > now
            level = endpoint.epoch == head.epoch and self._reached(endpoint) == head.seq
            if waits or level:
                continue
            with self._lock:
                if endpoint.id in self._busy:
                    continue
                self._busy.add(endpoint.id)
            limps = endpoint.tries > 0 or endpoint.took_ms >= self.pace.slow_ms
            (slow if limps else quick).submit(self._serve, endpoint.id, head)
        if monotonic() - self._pruned_at > self.pace.prune_s:
            self._pruned_at = monotonic()
            self.posts.prune()

    def _serve(self, endpoint_id: UUID, head: Head) -> None:
        until = monotonic() + self.pace.portion_s
        try:
            while monotonic() < until and not self._stop.is_set():
                if not self._step(endpoint_id, head):
                    return
        except Exception:  # the next turn tries again, from what is written
            log.exception("webhook.failed", endpoint=str(endpoint_id))
        finally:
            with self._lock:
                self._busy.discard(endpoint_id)

    def _step(self, endpoint_id: UUID, head: Head) -> bool:
        """Tell one endpoint its next event; whether there may be another one at once."""
        endpoint = self.posts.fresh(endpoint_id)
        if endpoint is None or endpoint.state is not State.ACTIVE:
            return False
        actor = self._actor(endpoint)
        if actor is None:
            self.posts.end(endpoint, Why.OWNER)
            return False
        if self.posts.lost(endpoint, head):
            message = self.posts.resync(endpoint, head)
            return self._sent(endpoint, message, (head.epoch, head.seq))
        reached = self._reached(endpoint)
        page, last = self._page(reached, head)
        if last <= reached:
            return False
        event = next(page.heard(actor, endpoint.filter, reached), None)
        if event is None:
            self._skip(endpoint, last)
            return last < head.seq
        message = self.posts.message(endpoint, event)
        return self._sent(endpoint, message, (endpoint.epoch, int(event["seq"])))

    def _sent(self, endpoint: Endpoint, message: Message, to: tuple[UUID, int]) -> bool:
        answer = self.posts.post(endpoint, message)
        if answer is None:
            self.posts.end(endpoint, Why.SECRET)
            return False
        return self.posts.settle(endpoint, message, answer, to)

    def _reached(self, endpoint: Endpoint) -> int:
        """Up to where it was told or had nothing to hear."""
        turn, position, _ = self._skipped.get(endpoint.id, (-1, 0, 0.0))
        return max(endpoint.position, position) if turn == endpoint.turn else endpoint.position

    def _skip(self, endpoint: Endpoint, position: int) -> None:
        """Nothing was for it; written now and then only, since looking again costs little."""
        _, _, written = self._skipped.get(endpoint.id, (-1, 0, 0.0))
        if monotonic() - written > self.pace.skip_s:
            written = monotonic()
            self.posts.skip(endpoint, position)
        self._skipped[endpoint.id] = (endpoint.turn, position, written)

    def _page(self, after: int, head: Head) -> tuple[HeardPage, int]:
        """The page that holds what follows a number; pages are aligned, so that many share one."""
        start = after // PAGE * PAGE
        key = (head.epoch, start, head.seq)
        with self._lock:
            found = self._pages.get(key)
        if found is None:
            found = self.posts.page(start, head)
            with self._lock:
                self._pages[key] = found
                while len(self._pages) > PAGES:
                    self._pages.popitem(last=False)
        return found

    def _actor(self, endpoint: Endpoint) -> Actor | None:
        """Who hears; asked again every other second, so that a revocation ends it."""
        key = (endpoint.subject, endpoint.world_id)
        found = self._actors.get(key)
        if found is None or monotonic() - found[0] > self.pace.asked_s:
            found = self._actors[key] = (monotonic(), self.posts.actor(endpoint))
        return found[1]


def keep(posts: Posts, stop: Event, pace: Pace | None = None) -> None:
    """Send as the leader, or wait to lead, until told to stop."""
    while not stop.is_set():
        with posts.leading() as still:
            if still is not None:
                Sender(posts, stop, pace).run(still)
        stop.wait(1.0)
