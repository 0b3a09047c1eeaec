"""A replay in a world of its own: items through the same doors as live feeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sylvan.domain.actors import Actor, local_operator, system
from sylvan.domain.codes import Coded, Conflict, Invalid
from sylvan.domain.worlds import World, WorldClock, WorldKind
from sylvan.feeds.errors import FeedError
from sylvan.jobs.replay import Doors, Item, Pace, Player, Progress, WorldTime
from sylvan.services.house import House

KIND: Final = "satellite"
ORBITS: Final = "orbits"
LIGHTNING: Final = "lightning"
WEATHER: Final = "weather"


@dataclass(frozen=True, slots=True)
class Stage:
    """A world and the doors into it."""

    house: House
    world: World

    @property
    def actor(self) -> Actor:
        """The installation itself, in this world as it is now."""
        return system(self.house.worlds.named(self.world.name))

    def take(self, name: str, body: bytes, feed: str, received_at: datetime) -> None:
        """A file: what can't be used shows on the feed, as it would live."""
        del received_at
        try:
            self.house.intake.take(self.actor, name, body, feed)
        except FeedError as error:
            told = Coded(error.code, {"file": name, **_scalars(error.params)})
            self.house.feeds.failed(self.actor, feed, KIND, told, opened=False)

    def report(self, body: dict[str, Any], key: str, received_at: datetime) -> None:
        """A report, as the API takes it."""
        observed = body.get("observed_at")
        moment = datetime.fromisoformat(observed) if isinstance(observed, str) else observed
        told = {**body, "observed_at": moment if moment and moment <= received_at else None}
        actor = local_operator(self.house.worlds.named(self.world.name))
        self.house.reports.submit(actor, told, f"replay/{key}")

    def orbits(self, name: str, body: bytes, feed: str, received_at: datetime) -> None:
        """Orbital elements: what can't be used shows on the feed."""
        del received_at
        try:
            self.house.passes.load(self.actor, name, body, feed)
        except Invalid as error:
            self.house.feeds.failed(self.actor, feed, ORBITS, error.as_coded(), opened=False)

    def lightning(self, name: str, body: bytes, feed: str, received_at: datetime) -> None:
        """Strokes: what can't be used shows on the feed."""
        del received_at
        try:
            self.house.lightning.take(self.actor, name, body, feed)
        except FeedError as error:
            told = Coded(error.code, {"file": name, **_scalars(error.params)})
            self.house.feeds.failed(self.actor, feed, LIGHTNING, told, opened=False)

    def weather(self, name: str, body: bytes, feed: str, received_at: datetime) -> None:
        """Reports or a forecast of weather: what can't be used shows on the feed."""
        del received_at
        try:
            self.house.weather.take(self.actor, name, body, feed)
        except FeedError as error:
            told = Coded(error.code, {"file": name, **_scalars(error.params)})
            self.house.feeds.failed(self.actor, feed, WEATHER, told, opened=False)

    def time(self) -> WorldTime:
        """The world's clock, as everybody sees it."""
        return WorldTime(
            read=lambda: self.house.worlds.named(self.world.name).clock,
            write=self._write,
            real=self.house.worlds.clock,
        )

    def _write(self, clock: WorldClock) -> None:
        self.house.worlds.set_clock(self.actor, clock)


def _scalars(params: dict[str, Any]) -> dict[str, Any]:
    plain = (str, int, float, bool, type(None))
    return {k: v if isinstance(v, plain) else str(v) for k, v in params.items()}


def open_world(house: House, name: str, start: datetime, kind: WorldKind) -> World:
    """A new world whose clock stands at ``start``; another name where this one is taken."""
    clock = WorldClock(start, house.worlds.clock(), 0.0)
    for number in range(1, MOST_NAMESAKES):
        try:
            return house.worlds.open(kind, name if number == 1 else f"{name}-{number}", clock)
        except Conflict:
            continue
    raise RuntimeError(f"{MOST_NAMESAKES} worlds are called {name}")


MOST_NAMESAKES: Final = 1000


def player(
    stage: Stage,
    items: Sequence[Item],
    pace: Pace,
    play_from: datetime | None,
    remember: Callable[[Progress], None] = lambda _: None,
) -> Player:
    """A player of items into a world."""
    doors = Doors(
        take=stage.take,
        report=stage.report,
        lightning=stage.lightning,
        orbits=stage.orbits,
        weather=stage.weather,
    )
    return Player(items, doors, stage.time(), pace, play_from, remember=remember)
