"""The region in the process: addresses, the outside rule, permanent heat sources.

Asking PostGIS for each batch costs 10–40 × as much as asking an index in memory; the index is
built from the stored layers and built anew when their stamp changes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
import structlog
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from sylvan.domain.address import Address, AddressIndex
from sylvan.domain.assets import LAYER
from sylvan.domain.codes import Invalid
from sylvan.domain.detections import Detections
from sylvan.domain.exposure_things import Thing, Things
from sylvan.domain.heat import HeatRegister
from sylvan.domain.heat_entries import Entry, of_layer
from sylvan.domain.nearby import Cover, Lakes, Nearby
from sylvan.domain.sight import (
    DEFAULT,
    OWNER,
    RANGE_KM,
    TERRITORIES,
    Drawn,
    Ranges,
    Sight,
)
from sylvan.domain.surroundings import LandCover
from sylvan.services.measure import Ruler
from sylvan.store import assets, layers, place_marks
from sylvan.store.layers import Item
from sylvan.store.limits import reading_as

log = structlog.get_logger()
HEAT: Final = "heat_source"
LAKE: Final = "lake"
WATERS: Final = frozenset({LAKE, "river"})
SETTLEMENT: Final = "settlement"
COVER: Final = "land_cover"
OUTSIDE_MARGIN_KM: Final = 100.0
"""Rows farther than this from the region are counted and not stored: neighbours' fires near the
border matter, the rest of the world does not."""


@dataclass(frozen=True, slots=True)
class Around:
    """What fires are near to or lie on."""

    water: Nearby
    settlements: Nearby
    cover: Cover


@dataclass(frozen=True, slots=True)
class Region:
    """What is known of the region at one stamp of its layers."""

    stamp: str
    index: AddressIndex
    ruler: Ruler
    """What measures fires here: it knows the permanent heat sources of the layers."""
    manifest: dict[str, Any] = field(default_factory=dict)
    heat: tuple[Entry, ...] = ()
    """Heat sources that stand in layers."""
    nearby: Around = field(default_factory=lambda: Around(Nearby([]), Nearby([]), Cover([])))
    things: Things = field(default_factory=lambda: Things([]))
    """What fires may threaten."""
    sight: Callable[[], Sight] = field(default=Sight)
    """Who reaches which places; drawn when it is first asked for."""
    items: tuple[Item, ...] = ()
    """What of the layers things and sight are made of: partners' own are added to these."""
    ground: Callable[[], Sight] = field(default=Sight)
    """Marks of the layers alone, drawn once."""
    owned: int = -1
    """The stamp of partners' own things that are among them."""

    def inside(self, rows: Detections) -> npt.NDArray[np.bool_]:
        """Which detections lie in the region or close enough to its border."""
        lons = np.ascontiguousarray(rows["lon"])
        lats = np.ascontiguousarray(rows["lat"])
        return self.index.inside(lons, lats, OUTSIDE_MARGIN_KM)

    def addresses(
        self,
        points: Sequence[tuple[float, float]],
        edges: Sequence[BaseGeometry | None] | None = None,
    ) -> list[Address]:
        """Addresses of many points at once, with who else reaches the points or the edges."""
        found = self.index.address_of(points)
        if not found:
            return found
        sight = self.sight()
        lons, lats = np.ascontiguousarray(np.asarray(points, np.float64).T)
        touched: list[set[int]] = [{number} for number in sight.numbers(lons, lats).tolist()]
        if edges is not None:
            shapes = np.array(edges, dtype=object)
            corners, of = shapely.get_coordinates(shapes, return_index=True)
            numbers = sight.numbers(corners[:, 0], corners[:, 1])
            for row, number in np.unique(np.column_stack([of, numbers]), axis=0).tolist():
                touched[row].add(number)
        return [
            replace(one, beyond=sight.beyond(numbers, one.own))
            for one, numbers in zip(found, touched, strict=True)
        ]


class Geography:
    """The region that this server watches, as loaded now."""

    def __init__(self, code: str, threatened: Sequence[str] = (), ranges: Ranges = DEFAULT) -> None:
        """The region of a pack.

        ``threatened`` are the kinds of things that exposure asks for, ``ranges`` say how far
        beyond their own people see.
        """
        self.code = code
        self._ranges = ranges
        self._threatened = threatened
        self._lock = Lock()
        self._region: Region | None = None
        self._stored_for: Sight | None = None
        self._stored: dict[int, int] = {}
        self._drawn: dict[tuple[Any, ...], Drawn] = {}

    def region(self, conn: Connection) -> Region:
        """The region; built again when a layer was loaded or a partner's thing changed since."""
        stamp, owned = layers.stamp(conn, self.code), assets.stamp(conn, self.code)
        with self._lock:
            if self._region is None or self._region.stamp != stamp:
                self._region = self._build(conn, stamp)
            if self._region.owned < owned:  # an older reader spoils nothing
                self._region = self._with_owned(conn, self._region)
            return self._region

    def places(self, conn: Connection, rows: Detections) -> npt.NDArray[np.int32]:
        """For each detection the stored number of the marks of its place.

        New sets of marks are stored in a transaction of their own, beside the one of ``conn``.
        """
        region = self.region(conn)
        sight = region.sight()
        lons, lats = np.ascontiguousarray(rows["lon"]), np.ascontiguousarray(rows["lat"])
        numbers = sight.numbers(lons, lats)
        used = np.unique(numbers).tolist()
        with self._lock:
            if self._stored_for is not sight:
                self._stored_for, self._stored = sight, {0: place_marks.NOWHERE}
            stored = self._stored
        missing = [number for number in used if number not in stored]
        if missing:
            with conn.engine.begin() as apart:
                made = place_marks.ids(apart, [sight.sets[number] for number in missing])
            stored.update(zip(missing, made, strict=True))
        table = np.zeros(max(used, default=0) + 1, np.int32)
        table[used] = [stored[number] for number in used]
        return table[numbers]

    def _build(self, conn: Connection, stamp: str) -> Region:
        items = [item for _, item in layers.features(conn, region_code=self.code)]
        manifest = layers.region(conn, self.code)
        sources = _heat(items)
        now = datetime.now(UTC)  # layers' sources do not expire
        counting = [source for one in sources if (source := one.as_source(now)) is not None]
        wanted = {*self._threatened, *TERRITORIES}
        self._drawn = {}  # on the raster of before
        return Region(
            stamp,
            AddressIndex(items),
            Ruler(
                HeatRegister(counting) if counting else None,
                Lakes(item.geom for item in items if item.kind == LAKE),
            ),
            manifest[0] if manifest else {},
            sources,
            _around(items),
            items=tuple(one for one in items if one.kind in wanted or one.props.get(OWNER)),
            ground=_once(lambda: Sight(items, self._ranges, OUTSIDE_MARGIN_KM)),
        )

    def _with_owned(self, conn: Connection, region: Region) -> Region:
        """The region with what partners own today.

        Read beside the transaction of ``conn``, whose reader may see a part of it only.
        """
        reading = reading_as.set(None)
        try:
            with conn.engine.connect() as apart:
                stamp, owned = assets.stamp(apart, self.code), assets.items(apart, self.code)
        finally:
            reading_as.reset(reading)
        every = [*region.items, *owned]
        return replace(
            region,
            things=_things(every, self._threatened),
            sight=_once(lambda: self._sight(region, owned)),
            owned=stamp,
        )

    def _sight(self, region: Region, owned: Sequence[Item]) -> Sight:
        """Marks with what partners own; only what is new of it is drawn."""
        ground = region.ground()
        if not ground.covers_ground:
            return Sight([*region.items, *owned], self._ranges)
        before, now = self._drawn, {}
        for one in owned:
            key = one.code, one.geom.wkb, one.props.get(RANGE_KM)
            now[key] = before.get(key) or ground.drawn(one)
        self._drawn = now
        return ground.with_owned(now.values())


def _once(make: Callable[[], Sight]) -> Callable[[], Sight]:
    """Made by the first who asks; others wait for it."""
    lock = Lock()
    made: list[Sight] = []

    def get() -> Sight:
        with lock:
            if not made:
                made.append(make())
            return made[0]

    return get


def _things(items: Sequence[Item], kinds: Sequence[str]) -> Things:
    """What fires may threaten; what cannot be understood is told and left out."""
    found = [
        Thing(
            item.layer,
            item.code,
            item.kind,
            item.names,
            item.geom,
            _people(item),
            item.sample,
            str(item.props[OWNER]) if item.layer == LAYER else "",
        )
        for item in items
        if item.kind in kinds
    ]
    things = Things(found, kinds)
    for note in things.faults:
        log.warning(note.code, **note.params)
    return things


def _people(item: Item) -> int | None:
    """Inhabitants; a column that holds anything but a number tells nothing."""
    try:
        return max(int(float(item.props.get("population") or "")), 0)
    except (TypeError, ValueError, OverflowError):
        return None


def _heat(items: list[Item]) -> tuple[Entry, ...]:
    """Heat sources, made ready once; one that can't be understood is told and left out."""
    found = []
    for item in items:
        if item.kind != HEAT:
            continue
        try:
            found.append(of_layer(item, item.layer))
        except Invalid as error:
            log.warning("heat.left_out", layer=item.layer, item=item.code, params=error.params)
    return tuple(found)


def _around(items: list[Item]) -> Around:
    """What fires are measured against besides addresses."""
    covers = [(item.geom, str(item.props.get("cover", ""))) for item in items if item.kind == COVER]
    return Around(
        Nearby(item.geom for item in items if item.kind in WATERS),
        Nearby(item.geom for item in items if item.kind == SETTLEMENT),
        Cover([one for one in covers if one[1] in set(LandCover)]),
    )
