"""Replay: recorded or generated deliveries through the same door as live feeds, in their own time.

The player obeys its world's clock: whoever slows, stops or speeds that clock steers the replay.
It hands out one thing after the other and skips nothing; a slow receiver only makes it late, and
how late is part of its state. After a restart it goes on where it was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from threading import Event
from typing import Any, Final, Protocol, Self

import structlog

from sylvan.domain.worlds import WorldClock

log = structlog.get_logger()


class ItemKind(StrEnum):
    """Which door a thing goes through."""

    DETECTIONS = "detections"
    LIGHTNING = "lightning"
    REPORT = "report"
    ORBITS = "orbits"
    WEATHER = "weather"


Content = bytes | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to hand out."""

    at: datetime
    # when it became known, world time
    kind: ItemKind
    feed: str
    name: str
    read: Callable[[], Content]
    # bytes of a file, or a report as the API takes it


class TakeFile(Protocol):
    """The door for files."""

    def __call__(self, name: str, body: bytes, feed: str, received_at: datetime) -> None:
        """Take a file in."""


class TakeReport(Protocol):
    """The door for reports; ``key`` makes a repeated hand-over harmless."""

    def __call__(self, body: dict[str, Any], key: str, received_at: datetime) -> None:
        """Take a report in."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Where things go. A kind without a door is counted and left out."""

    take: TakeFile
    report: TakeReport | None = None
    lightning: TakeFile | None = None
    orbits: TakeFile | None = None
    weather: TakeFile | None = None


@dataclass(frozen=True, slots=True)
class WorldTime:
    """The world's clock as others see it too, and the real one."""

    read: Callable[[], WorldClock]
    write: Callable[[WorldClock], None]
    real: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, and how patient."""

    rate: float | None = 60.0
    # world seconds per real second; None: as fast as things are taken
    tick_s: float = 0.5
    # s, longest sleep before the clock is looked at again: a pause takes effect within it
    beat_s: float = 5.0
    # s between two notes of where the world's clock stands, kept for a restart
    tries: int = 3
    # hand-overs of one thing before it is put aside, as for poison files of live feeds
    again_s: float = 1.0
    # s before such a repetition

    def __post_init__(self) -> None:
        if self.rate is not None and not 0 < self.rate <= MAX_RATE:
            raise ValueError(f"rate must lie in 0…{MAX_RATE:g}, got {self.rate}")


MAX_RATE: Final = 86_400.0
"""A day per second; beyond, "as fast as possible" is meant."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a replay stands; kept by the caller and handed in again after a restart."""

    next: int = 0
    # index of the next thing
    world_at: datetime | None = None
    # world time at the last note
    rate: float | None = None
    # rate at which it played; None before it started, or as fast as possible
    lag_s: float = 0.0
    # world seconds by which the last thing came late
    refused: tuple[str, ...] = ()
    # names of things put aside after all tries
    unheard: int = 0
    # things of kinds that have no door here
    done: bool = False

    def as_dict(self) -> dict[str, Any]:
        """JSON form; :meth:`from_dict` reads it back."""
        body = asdict(self)
        body["world_at"] = self.world_at.isoformat() if self.world_at else None
        return body

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Self:
        """Read what :meth:`as_dict` wrote."""
        at = body.get("world_at")
        known = {**body, "refused": tuple(body.get("refused", ()))}
        return cls(**{**known, "world_at": datetime.fromisoformat(at) if at else None})


@dataclass(slots=True)
class Player:
    """Plays items in order of time. One thread runs it; any thread may look at ``progress``."""

    items: Sequence[Item]
    doors: Doors
    time: WorldTime
    pace: Pace = field(default_factory=Pace)
    play_from: datetime | None = None
    # world time at which playing starts; what is due before is handed out at once
    progress: Progress = field(default_factory=Progress)
    remember: Callable[[Progress], None] = lambda _: None
    wait: Callable[[float], object] | None = None
    # real sleep in seconds; unset: the stop flag's own, so that a stop is heard at once
    _beat_at: datetime | None = None

    def __post_init__(self) -> None:
        self.items = sorted(self.items, key=lambda item: item.at)

    @property
    def total(self) -> int:
        """Number of things in the replay."""
        return len(self.items)

    def run(self, stop: Event) -> None:
        """Play until the end or until ``stop``; both leave the world's clock standing."""
        if self.progress.done or not self.items:
            self._finish()
            return
        self._start(stop)
        while not stop.is_set() and self.progress.next < self.total:
            item = self.items[self.progress.next]
            if self._due(item, stop):
                self._hand_out(item, stop)
        if self.progress.next >= self.total:
            self._finish()
        else:
            self._halt()

    def _start(self, stop: Event) -> None:
        """Set the clock, hand out what lies before it while it stands, then let it run.

        After a kill the world's clock ran on unattended; it goes on from where the player last
        saw it, plus what may have passed unnoted, and so never behind what anybody was shown.
        """
        here = self.progress.world_at or self.play_from or self.items[0].at
        self.time.write(WorldClock(here, self.time.real(), 0.0))
        self._note(world_at=here)
        while not stop.is_set() and self.progress.next < self.total:
            item = self.items[self.progress.next]
            if item.at > here:
                break
            self._hand_out(item, stop)
        if self.pace.rate is not None and not stop.is_set():
            rate = self.progress.rate or self.pace.rate
            self.time.write(WorldClock(here, self.time.real(), rate))
            self._note(rate=rate)

    def _due(self, item: Item, stop: Event) -> bool:
        """Whether an item's time has come; sleeps a little where it has not."""
        real = self.time.real()
        clock = self.time.read()
        if self.pace.rate is None:
            if item.at > clock.now(real):
                self.time.write(WorldClock(item.at, real, 0.0))
            return True
        now = clock.now(real)
        self._beat(clock, real)
        if now >= item.at:
            return True
        left = self.pace.tick_s if clock.paused else (item.at - now).total_seconds() / clock.rate
        self._sleep(min(left, self.pace.tick_s), stop)
        return False

    def _hand_out(self, item: Item, stop: Event) -> None:
        """Give one thing to its door, a few times if need be, and note that it was given."""
        for attempt in range(1, self.pace.tries + 1):
            try:
                heard = self._give(item)
            except Exception as error:  # noqa: BLE001 - whatever a door raises, the rest must come
                log.warning(
                    "replay.refused", name=item.name, attempt=attempt, error=repr(error)[:300]
                )
                if attempt == self.pace.tries:
                    self._past(item, refused=(*self.progress.refused, item.name))
                    return
                self._sleep(self.pace.again_s, stop)
                if stop.is_set():
                    return
            else:
                self._past(item, unheard=self.progress.unheard + (not heard))
                return

    def _give(self, item: Item) -> bool:
        """Hand over; whether there was a door for it."""
        content = item.read()
        if item.kind == ItemKind.REPORT:
            if self.doors.report is None or isinstance(content, bytes):
                return False
            self.doors.report(dict(content), item.name, item.at)
            return True
        files = {
            ItemKind.DETECTIONS: self.doors.take,
            ItemKind.LIGHTNING: self.doors.lightning,
            ItemKind.ORBITS: self.doors.orbits,
            ItemKind.WEATHER: self.doors.weather,
        }
        door = files[item.kind]
        if door is None or not isinstance(content, bytes):
            return False
        door(item.name, content, item.feed, item.at)
        return True

    def _past(self, item: Item, **changes: Any) -> None:
        clock, real = self.time.read(), self.time.real()
        now = clock.now(real)
        # What was due before the clock started is not late: nobody could have had it sooner.
        started = self.progress.rate is not None
        lag = max((now - item.at).total_seconds(), 0.0) if started and not clock.paused else 0.0
        ahead = clock.now(real + timedelta(seconds=self.pace.beat_s))
        self._note(next=self.progress.next + 1, lag_s=lag, world_at=ahead, **changes)
        self._beat_at = real

    def _beat(self, clock: WorldClock, real: datetime) -> None:
        """Note from time to time where the clock stands, and how fast others made it."""
        beat = timedelta(seconds=self.pace.beat_s)
        if self._beat_at is not None and real - self._beat_at < beat:
            return
        self._beat_at = real
        # A whole beat ahead: after a kill nothing may start before what people were shown.
        rate = self.progress.rate if clock.paused else clock.rate
        self._note(world_at=clock.now(real + beat), rate=rate)

    def _halt(self) -> None:
        """Stopped on purpose: the clock waits for the player, at its present moment."""
        clock, real = self.time.read(), self.time.real()
        rate = clock.rate if self.pace.rate is not None and not clock.paused else self.progress.rate
        self.time.write(clock.at_rate(0.0, real))
        self._note(world_at=clock.now(real), rate=rate)

    def _finish(self) -> None:
        """All is handed out: time stands, so that the last picture stays as it was."""
        clock = self.time.read()
        if not clock.paused:
            self.time.write(clock.at_rate(0.0, self.time.real()))
        self._note(done=True)

    def _note(self, **changes: Any) -> None:
        self.progress = replace(self.progress, **changes)
        self.remember(self.progress)

    def _sleep(self, seconds: float, stop: Event) -> None:
        (self.wait or stop.wait)(seconds)
