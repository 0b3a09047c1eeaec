"""What follows when partners' things change: the fires around them are marked and measured anew.

It happens right behind the change, in a transaction for each world; what a process left that died
in between is told by the next one, and by the clock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from math import cos, radians
from typing import Any, Final
from uuid import UUID

import orjson
import structlog
from shapely.geometry import shape
from sqlalchemy import Connection

from sylvan.domain.actors import Actor, system
from sylvan.domain.codes import Coded
from sylvan.domain.fires import SETTLED, SLEEPING, Fire
from sylvan.services.assess import Assessor
from sylvan.services.base import Base, whole_again, world_lock
from sylvan.services.geography import Geography
from sylvan.store import assets, fires, worlds
from sylvan.store.assets import Box
from sylvan.store.limits import reading_as

log = structlog.get_logger()
AT_ONCE: Final = 200
"""Fires of one transaction: a pass must not wait for long."""
KM_PER_DEG: Final = 110.5
MARGIN_KM: Final = 35.0
"""Around a thing that does not say how far it is watched: the region's rule and a cell."""
CELLS_KM: Final = 5.0
LEAST_COS: Final = 0.02
HALF_TURN: Final = 180.0
SEEN_BY: Final = "fire.seen_by_others"


@dataclass(frozen=True, slots=True)
class AssetFollower(Base):
    """Brings fires up to date with what partners own."""

    geography: Geography
    assessor: Assessor

    def catch_up(self) -> int:
        """Follow all changes that nobody has followed; how many fires were told anew.

        A fault is logged, and the change stays to be followed: it is stored already.
        """
        with as_installation():
            try:
                return self._follow()
            except Exception:
                log.exception("asset.follow_failed")
                return 0

    def _follow(self) -> int:
        with self.engine.begin() as conn:
            batches = assets.unfollowed(conn, self.geography.code)
            if not batches:
                return 0
            ids = [one.id for one in batches]
            boxes = boxes_of(assets.cards_around(conn, ids))
            open_ones = worlds.all_open(conn)
            told = sum(self.in_world(system(world), boxes) for world in open_ones)
            assets.followed(conn, ids, self.clock())
        log.info("asset.followed", batches=len(ids), fires=told)
        return told

    def in_world(self, actor: Actor, boxes: Sequence[Box], why: str = SEEN_BY) -> int:
        """Tell a world's fires within boxes anew; how many there are.

        ``why`` is the code of their new versions; unless only who sees them has changed, their
        address counts too.
        """
        now = self.clock()
        since = actor.world.now(now) - SLEEPING
        with self.engine.connect() as conn:
            ids = assets.fires_within(conn, actor, boxes, since)
        for start in range(0, len(ids), AT_ONCE):
            self._tell(actor, ids[start : start + AT_ONCE], now, why)
        return len(ids)

    @whole_again
    def _tell(self, actor: Actor, ids: Sequence[UUID], now: datetime, why: str) -> None:
        """Marks of fires that changed become new versions; all of them get new answers."""
        with self.engine.begin() as conn:
            world_lock(conn, actor.world.id)
            known = fires.many(conn, actor, ids, lock=True)
            states = [one for one in known.values() if one.merged_into is None]
            marked = self._marked(conn, states, placed=why != SEEN_BY)
            changed = [
                replace(after, version=after.version + 1, changed=(Coded(why),))
                for before, after in zip(states, marked, strict=True)
                if _differs(before, after)
            ]
            mine = {one.id for one in changed}
            rest = [one for one in states if one.id not in mine and one.status not in SETTLED]
            self.assessor.write(conn, actor, changed, now)
            self.assessor.exposures.follow(conn, actor, rest, now)
            assets.spread_marks(conn, [one.id for one in changed])

    def _marked(self, conn: Connection, states: Sequence[Fire], *, placed: bool) -> list[Fire]:
        seen = [one.measured for one in states]
        region = self.geography.region(conn)
        addresses = region.addresses([one.point for one in seen], [one.edge for one in seen])
        return [
            replace(
                fire,
                territories=address.territories,
                address=address.as_dict() if placed else fire.address,
            )
            for fire, address in zip(states, addresses, strict=True)
        ]


def _differs(before: Fire, after: Fire) -> bool:
    if set(before.territories) != set(after.territories):
        return True
    # lists and tuples are the same to the database
    return bool(orjson.dumps(dict(before.address)) != orjson.dumps(dict(after.address)))


@contextmanager
def as_installation() -> Iterator[None]:
    """Read everything, whoever's request this is."""
    reading = reading_as.set(None)
    try:
        yield
    finally:
        reading_as.reset(reading)


def boxes_of(cards: Sequence[dict[str, Any]]) -> list[Box]:
    """Boxes around things and as far as they are watched; cut at 180°."""
    found: list[Box] = []
    for card in cards:
        west, south, east, north = shape(card["geometry"]).bounds
        found += around(
            (west, south, east, north), max(card["watch_km"] or 0.0, MARGIN_KM) + CELLS_KM
        )
    return found


def around(box: Box, km: float) -> list[Box]:
    """A box and what lies within a distance of it; cut at 180°."""
    west, south, east, north = box
    margin = km / KM_PER_DEG
    steepest = max(cos(radians(min(90.0, max(abs(south), abs(north)) + margin))), LEAST_COS)
    wide = margin / steepest
    low, high = max(-90.0, south - margin), min(90.0, north + margin)
    found: list[Box] = []
    for turn in (-360.0, 0.0, 360.0):
        left = max(-HALF_TURN, west - wide + turn)
        right = min(HALF_TURN, east + wide + turn)
        if left < right:
            found.append((left, low, right, high))
    return found
