"""Worlds: live work, replays and drills, each with a clock of its own.

Everything that is stored belongs to one world, and every statement about time ("burning now",
"47 minutes old", "in the future") is made by that world's clock, so that a replayed August of
2017 looks as alive in it as today does in the live world.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

LIVE_ID: Final = 1
"""World 1 is always the live one."""

CLOCK_SKEW: Final = timedelta(minutes=10)
"""How far ahead of the world's clock a time may lie before it counts as "in the future": honest
senders' clocks drift by minutes, and minutes are the resolution of satellite products."""


class WorldKind(StrEnum):
    """What a world is for; only ``live`` may reach real people by default."""

    LIVE = "live"
    REPLAY = "replay"
    DRILL = "drill"


def _aware(moment: datetime, name: str) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{name} must carry a time zone, got {moment.isoformat()}")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class WorldClock:
    """A clock that showed ``base`` at the real moment ``anchor`` and runs ``rate`` times as fast.

    ``rate`` 1 is real time, 0 stands still; it never runs backwards, since "seen before" must
    stay true. Moments are aware; a naive one raises ``ValueError``.
    """

    base: datetime
    anchor: datetime
    rate: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", _aware(self.base, "base"))
        object.__setattr__(self, "anchor", _aware(self.anchor, "anchor"))
        if not 0.0 <= self.rate < float("inf"):
            raise ValueError(f"rate must be a finite number ≥ 0, got {self.rate}")

    @property
    def paused(self) -> bool:
        """Whether the clock stands still."""
        return self.rate == 0.0

    @property
    def is_real(self) -> bool:
        """Whether this clock simply shows the real time."""
        return self.rate == 1.0 and self.base == self.anchor

    def now(self, real_now: datetime) -> datetime:
        """What this clock shows at the real moment ``real_now`` (UTC)."""
        real = _aware(real_now, "real_now")
        return real if self.is_real else self.base + (real - self.anchor) * self.rate

    def real(self, moment: datetime) -> datetime | None:
        """The real moment at which this clock shows ``moment``; ``None`` while it stands still."""
        if self.paused:
            return None
        return self.anchor + (_aware(moment, "moment") - self.base) / self.rate

    def at_rate(self, rate: float, real_now: datetime) -> "WorldClock":
        """The same clock, running at another rate from ``real_now`` on, without a jump."""
        return WorldClock(self.now(real_now), real_now, rate)

    def set_to(self, moment: datetime, real_now: datetime) -> "WorldClock":
        """The same clock put to ``moment`` at ``real_now``, at the same rate."""
        return WorldClock(moment, real_now, self.rate)

    def as_dict(self) -> dict[str, Any]:
        """JSON form; :meth:`from_dict` reads it back."""
        return {
            "base": self.base.isoformat(),
            "anchor": self.anchor.isoformat(),
            "rate": self.rate,
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "WorldClock":
        """Read what :meth:`as_dict` wrote."""
        return cls(
            datetime.fromisoformat(body["base"]),
            datetime.fromisoformat(body["anchor"]),
            float(body["rate"]),
        )


REAL_TIME: Final = WorldClock(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), 1)
"""The live world's clock: base equals anchor, so it shows the real time exactly."""


@dataclass(frozen=True, slots=True)
class World:
    """One world. Nothing crosses from one to another."""

    id: int
    kind: WorldKind
    name: str
    clock: WorldClock

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", WorldKind(self.kind))
        if self.id < 1:
            raise ValueError(f"world id must be ≥ 1, got {self.id}")
        if (self.id == LIVE_ID) != (self.kind is WorldKind.LIVE):
            raise ValueError(f"world {LIVE_ID}, and no other, is live; got {self.id} {self.kind}")
        if self.kind is WorldKind.LIVE and not self.clock.is_real:
            raise ValueError("the live world's clock shows the real time")

    @property
    def is_live(self) -> bool:
        """Whether this is the live world."""
        return self.kind is WorldKind.LIVE

    def now(self, real_now: datetime) -> datetime:
        """The world's time at the real moment ``real_now``."""
        return self.clock.now(real_now)

    def with_clock(self, clock: WorldClock) -> "World":
        """The same world under another clock (the live world refuses)."""
        return replace(self, clock=clock)


def live_world(name: str = "live") -> World:
    """World 1."""
    return World(LIVE_ID, WorldKind.LIVE, name, REAL_TIME)


def age(world: World, moment: datetime, real_now: datetime) -> timedelta:
    """How old ``moment`` is by the world's clock; negative when it still lies ahead."""
    return world.now(real_now) - _aware(moment, "moment")


def is_future(
    world: World, moment: datetime, real_now: datetime, skew: timedelta = CLOCK_SKEW
) -> bool:
    """Whether ``moment`` lies ahead of the world's clock by more than honest clocks drift."""
    return age(world, moment, real_now) < -skew
