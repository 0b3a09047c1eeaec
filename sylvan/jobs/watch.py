"""By the clock: the drop folder, FIRMS polling, silence made visible, what waits for grouping."""

import gc
import time
from dataclasses import dataclass
from random import Random
from threading import Event
from typing import Any, Final

import structlog

from sylvan.domain.actors import Actor, system
from sylvan.domain.cap.reading import is_cap
from sylvan.domain.codes import Coded, Conflict, Invalid, Refusal
from sylvan.domain.elements import is_elements
from sylvan.domain.feeding import Wish
from sylvan.feeds.drop import DropFolder
from sylvan.feeds.errors import FeedError, HeldError
from sylvan.feeds.firms import FirmsClient, FirmsConfig, FirmsPoller
from sylvan.feeds.lightning import is_lightning
from sylvan.feeds.orbits import KIND, OrbitsConfig, OrbitsPoller
from sylvan.feeds.rejected import STROKES
from sylvan.feeds.weather import is_weather
from sylvan.services.house import House
from sylvan.settings import Settings

log = structlog.get_logger()
AGES_S: Final = 60.0
"""How often silence is looked for; feeds are late after hours."""
PENDING_S: Final = 20.0
"""How often detections without a fire are looked for; there are none unless grouping failed or
was put off."""
MARGIN_DEG: Final = 2.0
"""Degrees around the region's box that are asked for: more than 100 km up to 62° N, and what lies
farther is counted as outside."""


DROPPED: Final = {"drop": "weather"}
"""Feeds whose files count for the feed of what they hold."""


@dataclass(frozen=True, slots=True)
class Live:
    """The doors of the live world, as feeds see them."""

    house: House

    @property
    def actor(self) -> Actor:
        """The installation itself, in the live world."""
        return system(self.house.worlds.live())

    def take(self, name: str, body: bytes, feed: str) -> Any:
        """A file came; what it holds says where it goes.

        Raises:
            FeedError: it can't be used.
            HeldError: the feed that it counts for is held back.
        """
        if is_elements(body):
            self._require_open(KIND)
            return self.orbits(name, body, feed)
        if is_cap(body):
            return self._alert(name, body)
        if is_lightning(name, body):
            self._require_open(STROKES)
            return self._strokes(name, body, feed)
        if is_weather(body):
            self._require_open(DROPPED.get(feed, feed))
            return self.weather(name, body, feed)
        taken = self.house.intake.take(self.actor, name, body, feed)
        stages = {stage: round(seconds, 4) for stage, seconds in taken.stages_s.items()}
        log.info("feed.taken", feed=feed, batch=taken.batch, **taken.counts, stages_s=stages)
        return taken

    def _require_open(self, feed: str) -> None:
        try:
            self.house.feeds.require_open(self.actor, feed)
        except Conflict:
            raise HeldError(feed) from None

    def orbits(self, name: str, body: bytes, feed: str) -> Any:
        """Orbital elements came; they count for a feed of their own."""
        del feed
        try:
            told = self.house.passes.load(self.actor, name, body)
        except Invalid as error:
            raise FeedError(error.code, **error.params) from None
        log.info("orbits.taken", **{key: told[key] for key in ("file", "accepted", "rejected")})
        return told

    def _strokes(self, name: str, body: bytes, feed: str) -> Any:
        """Lightning strokes came; they count for a feed of their own."""
        del feed
        taken = self.house.lightning.take(self.actor, name, body)
        log.info("lightning.taken", file=name, batch=taken.batch, **taken.counts)
        return taken

    def _alert(self, name: str, body: bytes) -> Any:
        """Another system's alert came."""
        try:
            taken = self.house.cap_intake.take(self.actor, body)
        except Refusal as error:
            first = error.errors[0] if error.errors else error
            raise FeedError(first.code, **first.params) from None
        log.info("cap.file", file=name, **taken.disposition.as_dict())
        return taken

    def weather(self, name: str, body: bytes, feed: str) -> Any:
        """Weather came; what comes as a file counts for a feed of its own."""
        taken = self.house.weather.take(self.actor, name, body, DROPPED.get(feed, feed))
        log.info("weather.taken", file=name, places=taken.places, **taken.counts)
        return taken

    def polled(self, feed: str, kind: str) -> None:
        """Asked, nothing new."""
        self.house.feeds.polled(self.actor, feed, kind)

    def failed(self, feed: str, kind: str, error: Coded, *, opened: bool) -> None:
        """Could not be read."""
        self.house.feeds.failed(self.actor, feed, kind, error, opened=opened)

    def wishes(self) -> dict[str, Wish]:
        """What people want of feeds."""
        return self.house.feeds.wishes(self.actor)

    def planned(self, feed: str, kind: str, in_s: float, every_s: float) -> None:
        """When a feed is asked next."""
        self.house.feeds.planned(self.actor, feed, kind, in_s, every_s)


def warm_up(house: House) -> None:
    """Do now what the first batch would have to wait for."""
    house.intake.warm_up()
    for world in house.worlds.listed():
        house.intake.remember(system(world))
    # Modules, tables and the region's shapes live as long as the process: looking through them for
    # garbage would hold up a batch by 0.2 s every now and then.
    gc.collect()
    gc.freeze()


def drop_folder(settings: Settings, house: House, stop: Event) -> None:
    """Take every file that appears in the drop folder, until told to stop."""
    live = Live(house)
    DropFolder(settings.drop_dir, live.take, live, desk=live).run(stop)


def firms(settings: Settings, house: House, stop: Event) -> None:
    """Poll FIRMS for the region, until told to stop."""
    if settings.firms_map_key is None:
        return
    west, south, east, north = house.picture.config("live")["region"]["bbox"]
    box = (
        max(west - MARGIN_DEG, -180.0),
        max(south - MARGIN_DEG, -90.0),
        min(east + MARGIN_DEG, 180.0),
        min(north + MARGIN_DEG, 90.0),
    )
    config = FirmsConfig(
        map_key=settings.firms_map_key.get_secret_value(),
        bbox=box,
        base_url=settings.firms_url,
        every_s=settings.poll_minutes * 60,
    )
    client = FirmsClient(config)
    live = Live(house)
    poller = FirmsPoller(config, client, live.take, live, Random(), live)  # noqa: S311 - jitter only
    try:
        poller.run(stop, time.monotonic)
    finally:
        client.close()


def orbits(settings: Settings, house: House, stop: Event) -> None:
    """Ask for orbital elements, until told to stop; fresh ones are not asked for at each start."""
    every_s = settings.orbits_hours * 3600
    config = OrbitsConfig(tuple(settings.orbits_urls.split()), every_s)
    live = Live(house)
    left = every_s - house.feeds.silence_s(live.actor, KIND)
    first_at = time.monotonic() + max(left, 0.0)
    jitter = Random()  # noqa: S311 - jitter only
    poller = OrbitsPoller(config, live.orbits, live, jitter, first_at=first_at, desk=live)
    try:
        poller.run(stop, time.monotonic)
    finally:
        poller.close()


def ages(house: House, stop: Event) -> None:
    """Mark feeds that fell silent, in every open world, until told to stop."""
    while not stop.wait(AGES_S):
        for world in house.worlds.listed():
            house.feeds.refresh(system(world))


def pending(house: House, stop: Event) -> None:
    """Group what was stored without being grouped, in every open world, until told to stop."""
    while not stop.wait(PENDING_S):
        for world in house.worlds.listed():
            house.intake.remember(system(world))
            grouped = house.intake.assess_pending(system(world))
            if grouped:
                log.info("assess.caught_up", world=world.name, rows=grouped)
