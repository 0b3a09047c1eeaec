"""What is known around fires: water, plants, villages, strokes, the register of heat sources.

Fires of a batch are asked about at once: one query of a tree for each layer, one of the database
for strokes. What no layer and no feed tells stays unknown, and the fire says so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Final

import numpy as np
from shapely.geometry import Point
from sqlalchemy import Connection

from sylvan.domain import lightning as strokes_of
from sylvan.domain.actors import Actor
from sylvan.domain.detections import Detections
from sylvan.domain.fires import Fire
from sylvan.domain.heat import HeatKind, HeatRegister
from sylvan.domain.heat_entries import Entry
from sylvan.domain.lifecycle import Status
from sylvan.domain.lightning import PARAMETERS, Candidate, Origin
from sylvan.domain.nearby import Nearby
from sylvan.domain.places import Floats
from sylvan.domain.surroundings import LandCover, Surroundings, Word
from sylvan.services.geography import Geography, Region
from sylvan.services.measure import Ruler
from sylvan.store import heat, lightning

INDUSTRY: Final = frozenset(
    {HeatKind.FLARE, HeatKind.PLANT, HeatKind.INDUSTRY, HeatKind.BOILER, HeatKind.MINE}
)
"""Kinds of sources whose neighbourhood makes a hot roof or a stack likelier than a fire."""
KM_DECIMALS: Final = 2
HOUR_S: Final = 3_600.0
FIRST_PASS_S: Final = 1_800
"""s; what the satellite that saw a fire first saw of it in that pass."""
KM_PER_DEG: Final = 111.0
"""Of latitude; a little too small, so that a box made with it holds the circle."""
FOUGHT: Final = frozenset({Status.FIGHTING, Status.CONTAINED, Status.MOPUP, Status.OUT})
"""Statuses in which somebody stands or stood beside the fire."""
_SAID: Final = {"not_found": Word.NOT_FOUND, "technogenic": Word.TECHNOGENIC}


@dataclass(frozen=True, slots=True)
class Asked:
    """One fire that is to be measured."""

    rows: Detections
    """All its detections; none for one that only people saw."""
    reports: tuple[str, ...] = ()
    """Source kinds of its reports."""
    verdicts: tuple[str, ...] = ()
    point: tuple[float, float] | None = None
    """Where people saw it, for one without detections."""
    at: datetime | None = None
    """When they did."""

    def origin(self) -> Origin:
        """Where and when it was first seen."""
        rows = self.rows
        if not len(rows):
            place = self.point or (0.0, 0.0)
            at = self.at.timestamp() if self.at else 0.0
            return Origin(np.array([place[0]]), np.array([place[1]]), at)
        begun = int(rows["acq_at"].min())
        first = rows[rows["acq_at"] <= begun + FIRST_PASS_S]
        lons, lats = (np.ascontiguousarray(first[name]) for name in ("lon", "lat"))
        return Origin(lons, lats, float(begun))


def said_of(fire: Fire) -> tuple[str, ...]:
    """What people's decisions say of a fire."""
    if fire.status in FOUGHT:
        return (Word.FIRE,)
    reason = fire.details.get(Status.REJECTED, {}).get("reject_reason")
    word = _SAID.get(str(reason)) if fire.status == Status.REJECTED else None
    return (word,) if word else ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A world's register at one stamp."""

    stamp: str
    register: HeatRegister | None
    works: Nearby


class Surveyor:
    """Looks around fires; keeps each world's register until something in it changes."""

    def __init__(self, geography: Geography) -> None:
        self._geography = geography
        self._lock = Lock()
        self._kept: dict[int, _Kept] = {}

    def entries(self, conn: Connection, actor: Actor, region: Region) -> list[Entry]:
        """The register: entries of layers, and the world's own in their place or beside them."""
        own = heat.listed(conn, actor)
        known = {one.id for one in own}
        return [*(one for one in region.heat if one.id not in known), *own]

    def register(
        self, conn: Connection, actor: Actor, region: Region, now: datetime
    ) -> HeatRegister | None:
        """The sources that count now; ``None`` where no register is loaded."""
        return self._of_world(conn, actor, region, now).register

    def _of_world(self, conn: Connection, actor: Actor, region: Region, now: datetime) -> "_Kept":
        at = actor.world.now(now)
        # a source may expire without a change; within a day nobody minds
        stamp = f"{region.stamp}|{heat.stamp(conn, actor)}|{at:%Y-%m-%d}"
        with self._lock:
            kept = self._kept.get(actor.world.id)
        if kept is not None and kept.stamp == stamp:
            return kept
        entries = self.entries(conn, actor, region)
        found = [source for one in entries if (source := one.as_source(at)) is not None]
        works = [Point(one.lon, one.lat) for one in found if one.kind in INDUSTRY]
        made = _Kept(stamp, HeatRegister(found) if entries else None, Nearby(works))
        with self._lock:
            self._kept[actor.world.id] = made
        return made

    def ruler(self, conn: Connection, actor: Actor, region: Region, now: datetime) -> Ruler:
        """The region's ruler with the world's register."""
        return replace(region.ruler, register=self.register(conn, actor, region, now))

    def around(
        self,
        conn: Connection,
        actor: Actor,
        region: Region,
        asked: Sequence[Asked],
        now: datetime,
    ) -> list[Surroundings]:
        """What is known around each of some fires."""
        if not asked:
            return []
        origins = [one.origin() for one in asked]
        lon, lat = np.array([_middle(one) for one in origins]).T.copy()
        water = _near(region.nearby.water, lon, lat)
        towns = _near(region.nearby.settlements, lon, lat)
        works = _near(self._of_world(conn, actor, region, now).works, lon, lat)
        covers = self._covers(region, asked, origins)
        causes = self.causes(conn, actor, origins)
        watched = lightning.watched(conn, actor.world.id, _spans(origins))
        return [
            Surroundings(
                reports=one.reports,
                verdicts=one.verdicts,
                water_km=water[at],
                land_cover=covers[at],
                industry_km=works[at],
                settlement_km=towns[at],
                lightning=causes[at][0].stroke if causes[at] else None,
                lightning_watched=bool(watched[at]),
            )
            for at, one in enumerate(asked)
        ]

    def causes(
        self, conn: Connection, actor: Actor, origins: Sequence[Origin]
    ) -> list[list[Candidate]]:
        """Strokes that may have lit each of some fires, the likeliest first."""
        found = lightning.around(conn, actor.world.id, _boxes(origins))
        return strokes_of.candidates(origins, found)

    def watched(self, conn: Connection, actor: Actor, origin: Origin) -> bool:
        """Whether strokes of that time are known at all."""
        return bool(lightning.watched(conn, actor.world.id, _spans([origin]))[0])

    def _covers(
        self, region: Region, asked: Sequence[Asked], origins: Sequence[Origin]
    ) -> list[LandCover | None]:
        """What lies under most of each fire's detections."""
        cover = region.nearby.cover
        if not cover.known:
            return [None] * len(asked)
        places = [
            (np.ascontiguousarray(one.rows["lon"]), np.ascontiguousarray(one.rows["lat"]))
            if len(one.rows)
            else (origin.lon, origin.lat)
            for one, origin in zip(asked, origins, strict=True)
        ]
        owner = np.repeat(np.arange(len(asked)), [len(lon) for lon, _ in places])
        lons, lats = (np.concatenate([one[axis] for one in places]) for axis in (0, 1))
        return [
            LandCover(word) if word else None for word in cover.most(lons, lats, owner, len(asked))
        ]


def _middle(origin: Origin) -> tuple[float, float]:
    """One of its first detections, always the same one, whatever their order."""
    at = np.lexsort((origin.lat, origin.lon))[len(origin.lon) // 2]
    return float(origin.lon[at]), float(origin.lat[at])


def _near(layer: Nearby, lon: Floats, lat: Floats) -> list[float | None]:
    """Distances, or nothing where no such layer is loaded."""
    if not layer.known:
        return [None] * len(lon)
    return [round(float(km), KM_DECIMALS) for km in layer.km(lon, lat)]


def _spans(origins: Sequence[Origin]) -> Floats:
    """When strokes count for each fire, epoch seconds."""
    seen = np.array([one.at for one in origins])
    return np.column_stack([seen - PARAMETERS.holdover_h * HOUR_S, seen])


def _boxes(origins: Sequence[Origin]) -> Floats:
    """West, south, east, north, since, until around each fire; two boxes where 180° cuts it."""
    boxes: list[tuple[float, ...]] = []
    for one, span in zip(origins, _spans(origins), strict=True):
        across = np.ptp(one.lon) > HALF_TURN
        for side in (one.lon < 0, one.lon >= 0) if across else (np.ones(len(one.lon), np.bool_),):
            boxes += _boxes_around(one.lon[side], one.lat[side], (span[0], span[1]))
    return np.array(boxes, np.float64).reshape(-1, 6)


def _boxes_around(lon: Floats, lat: Floats, span: tuple[float, float]) -> list[tuple[float, ...]]:
    margin = PARAMETERS.reach_km / KM_PER_DEG
    south, north = float(lat.min()) - margin, float(lat.max()) + margin
    wide = margin / max(math.cos(math.radians(min(max(abs(south), abs(north)), POLE))), LEAST_COS)
    west, east = float(lon.min()) - wide, float(lon.max()) + wide
    boxes: list[tuple[float, ...]] = [
        (max(west, -HALF_TURN), south, min(east, HALF_TURN), north, *span)
    ]
    if west < -HALF_TURN:
        boxes.append((west + 2 * HALF_TURN, south, HALF_TURN, north, *span))
    if east > HALF_TURN:
        boxes.append((-HALF_TURN, south, east - 2 * HALF_TURN, north, *span))
    return boxes


HALF_TURN: Final = 180.0
POLE: Final = 90.0
LEAST_COS: Final = 0.01
"""Near the poles a box goes round the world anyway."""
