"""A circuit breaker and a back-off: how to treat a source that fails, as pure values.

A dead source must neither be hammered nor forgotten. Time is an argument, so that an hour of
outage is tested in a microsecond.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from random import Random


class BreakerState(StrEnum):
    """Whether a source is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class BreakerRules:
    """When a source is left alone, and for how long."""

    failures_to_open: int = 3
    # failures in a row: two may be a hiccup
    first_pause_s: float = 60.0
    # s, before the first try after opening
    longest_pause_s: float = 1800.0
    # s; a NRT file lives for hours, half an hour of silence loses nothing


@dataclass(frozen=True)
class Breaker:
    """Closed: asks. Open: waits. Half open: one try decides."""

    rules: BreakerRules = field(default_factory=BreakerRules)
    failures: int = 0
    # in a row
    trips: int = 0
    # openings since the last success
    opened_at: float | None = None
    # s, on the caller's clock

    @property
    def pause_s(self) -> float:
        """How long this opening lasts; each one doubles."""
        doubled = self.rules.first_pause_s * 2.0 ** min(max(self.trips - 1, 0), 30)
        return min(doubled, self.rules.longest_pause_s)

    def state(self, now: float) -> BreakerState:
        """The state at a moment."""
        if self.opened_at is None:
            return BreakerState.CLOSED
        if now >= self.opened_at + self.pause_s:
            return BreakerState.HALF_OPEN
        return BreakerState.OPEN

    def allows(self, now: float) -> bool:
        """Whether the source may be asked now."""
        return self.state(now) is not BreakerState.OPEN

    def succeeded(self) -> "Breaker":
        """Closed again, all forgotten."""
        return Breaker(self.rules)

    def failed(self, now: float) -> "Breaker":
        """One more failure; the limit, or a failed try while half open, opens it."""
        failures = self.failures + 1
        if self.opened_at is not None or failures >= self.rules.failures_to_open:
            return replace(self, failures=failures, trips=self.trips + 1, opened_at=now)
        return replace(self, failures=failures)


@dataclass(frozen=True)
class Backoff:
    """Waiting between tries, spread at random so that many clients do not come back together."""

    base_s: float = 5.0
    cap_s: float = 300.0

    def delay_s(self, failures: int, random: Random) -> float:
        """Seconds to wait after so many failures in a row: half to all of a doubling span."""
        span: float = min(self.cap_s, self.base_s * 2.0 ** min(max(failures - 1, 0), 30))
        return span * random.uniform(0.5, 1.0)


@dataclass(frozen=True)
class Budget:
    """A sliding window of transactions, as FIRMS counts them per map key."""

    limit: int = 5000
    # transactions (FIRMS: 5,000 in 10 minutes)
    window_s: float = 600.0
    spent: tuple[tuple[float, int], ...] = ()
    # when, how many

    def _recent(self, now: float) -> tuple[tuple[float, int], ...]:
        return tuple((at, cost) for at, cost in self.spent if now < at + self.window_s)

    def left(self, now: float) -> int:
        """Transactions that may still be spent."""
        return self.limit - sum(cost for _, cost in self._recent(now))

    def spend(self, cost: int, now: float) -> "Budget":
        """The budget after a query."""
        return replace(self, spent=(*self._recent(now), (now, cost)))

    def free_at(self, cost: int, now: float) -> float:
        """When ``cost`` will be affordable."""
        short = cost - self.left(now)
        moment = now
        for at, freed in self._recent(now):
            if short <= 0:
                break
            short -= freed
            moment = at + self.window_s
        return moment
