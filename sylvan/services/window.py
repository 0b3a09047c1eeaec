"""The open window: what grouping may still change, held in memory by the process that takes it in.

A batch meets fires of the last weeks. Read from the store, they and their detections cost more than
grouping does; so a process remembers those that it wrote or read, each with the stamp of its row
(:mod:`sylvan.store.fire_stamps`). Every batch asks for the stamps first: what another process or a
person changed meanwhile is read again, what a transaction wrote that was rolled back is forgotten.
A process that dies loses nothing: the next one reads the window from the store when it starts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from threading import Lock
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.fires import Fire
from sylvan.domain.grouping import DEFAULT, Kind, Level, Points, join, points_of
from sylvan.services.stored import FromStore, Known, Numbered, Roots, Stored
from sylvan.store import fire_stamps, fires
from sylvan.store.detections import STORED
from sylvan.store.fire_stamps import Stamp

TAU_S: Final = DEFAULT.tau(Level.EVENT)
BACK_S: Final = 2 * TAU_S
"""s before the newest batch; what lies farther back is read from the store."""
AT_ONCE: Final = 20_000
"""Detections that a batch reads for the window before it is grouped; more are left to
:meth:`Window.rebuild`."""
MOST: Final = 1_000_000
"""Detections that are held: some 150 MB; with more there is no window."""
EARTH_KM: Final = 6_371.0
CELL_KM: Final = 1.02 * max(DEFAULT.radius_km(kind) for kind in Kind)
"""km; the longest link, and a little more since the Earth is no sphere: degrees are up to 0.6 %
shorter than on this one."""
_SIDE: Final = int(2 * EARTH_KM / CELL_KM) + 4
_AROUND: Final = np.array(
    [(x * _SIDE + y) * _SIDE + z for x, y, z in product((-1, 0, 1), repeat=3)]
)
Cells = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Held:
    """A fire with its detections, as of the transaction that wrote it."""

    stamp: Stamp
    fire: Fire
    rows: Stored
    cells: Cells
    """Where its detections lie."""
    last_s: int
    """When it was seen last."""


@dataclass(slots=True)
class _World:
    """What is remembered of one world."""

    held: dict[UUID, Held] = field(default_factory=dict)
    roots: dict[UUID, UUID] = field(default_factory=dict)
    """Every id that a fire ever had → the fire."""
    there: dict[int, set[UUID]] = field(default_factory=dict)
    """Fires with detections in each cell."""
    newest_s: int = 0
    """Of the batches so far."""
    size: int = 0
    """Detections."""
    cold: bool = False
    """Whether a batch found more unread than it could wait for."""
    lock: Lock = field(default_factory=Lock)

    def put(self, one: Held) -> None:
        self.drop(one.fire.id)
        self.held[one.fire.id] = one
        self.size += len(one.rows)
        for name in one.fire.ids:
            self.roots[name] = one.fire.id
        for cell in set(one.cells.tolist()):
            self.there.setdefault(cell, set()).add(one.fire.id)

    def drop(self, fire_id: UUID) -> None:
        old = self.held.pop(fire_id, None)
        if old is None:
            return
        self.size -= len(old.rows)
        for name in (fire_id, *old.fire.merged_ids):
            self.roots.pop(name, None)
        for cell in set(old.cells.tolist()):
            mine = self.there[cell]
            mine.discard(fire_id)
            if not mine:
                del self.there[cell]

    def forget(self, names: Iterable[UUID]) -> None:
        for one in list(names):
            self.drop(one)


class Window:
    """What a process remembers of the worlds into which it takes detections."""

    def __init__(self) -> None:
        self._worlds: dict[int, _World] = {}
        self._lock = Lock()

    def look(self, conn: Connection, actor: Actor, points: Points) -> "Look | FromStore":
        """What is stored around a batch: from memory, or from the store where that knows more.

        The caller holds the world's lock.
        """
        if not len(points.t):
            return FromStore(conn, actor)
        world, since_s = self._world(actor), int(points.t.min()) - TAU_S
        world.newest_s = max(world.newest_s, int(points.t.max()))
        if since_s < world.newest_s - BACK_S:
            return FromStore(conn, actor)
        with world.lock:
            if not _refresh(world, conn, actor, since_s, AT_ONCE):
                world.cold = True
                return FromStore(conn, actor)
        return Look(conn, actor, world, since_s)

    def rebuild(self, conn: Connection, actor: Actor) -> None:
        """Read what a batch that comes next may change; at once where all of it is known."""
        world, newest = self._world(actor), fires.newest(conn, actor)
        if newest is None:
            return
        world.newest_s = max(world.newest_s, int(newest.timestamp()))
        with world.lock:
            _refresh(world, conn, actor, world.newest_s - TAU_S, MOST)
            world.cold = False

    def is_cold(self, actor: Actor) -> bool:
        """Whether nothing has been read yet, or a batch had to do without."""
        world = self._world(actor)
        return world.cold or not world.newest_s

    def keep(
        self,
        actor: Actor,
        stamps: Mapping[UUID, Stamp],
        states: Mapping[UUID, Fire],
        rows: Mapping[UUID, Stored],
    ) -> None:
        """Remember fires as a transaction has just written them, whether or not it will commit."""
        world = self._world(actor)
        with world.lock:
            lasts = {one for one in states if one in stamps and one in rows}
            lasts = {one for one in lasts if states[one].merged_into is None}
            world.forget(states.keys() - lasts)
            for held in _held(stamps, {one: states[one] for one in lasts}, rows):
                if held.last_s >= world.newest_s - BACK_S:
                    world.put(held)
            if world.size > MOST:
                world.forget(world.held)

    def _world(self, actor: Actor) -> _World:
        with self._lock:
            return self._worlds.setdefault(actor.world.id, _World())


@dataclass(frozen=True, slots=True)
class Look:
    """What is stored around a batch, from memory (see :class:`FromStore`)."""

    conn: Connection
    actor: Actor
    world: _World
    since_s: int
    """What was seen last before that is linked to nothing in the batch."""

    @property
    def _store(self) -> FromStore:
        return FromStore(self.conn, self.actor)

    def near(self, points: Points) -> set[UUID]:
        """Fires with a detection in the neighbourhood of some points."""
        if not len(points.t):
            return set()
        found: set[UUID] = set()
        cells = np.unique(np.unique(_cells(points))[:, None] + _AROUND)
        for cell in cells.tolist():
            found |= self.world.there.get(cell, _NONE)
        late = {one for one in found if self.world.held[one].last_s >= self.since_s}
        # stored geostationary ones may be linked to what the batch itself is too late for
        early = int(points.t.min()) - TAU_S < self.since_s
        return late | self._store.near(points) if early else late

    def roots(self, ids: Iterable[UUID]) -> Roots:
        """Today's fires of these ids, each under all the ids that it ever had."""
        mine = {root for one in ids if (root := self.world.roots.get(one)) is not None}
        told = {
            name.bytes: root
            for root in mine
            for name in (root, *self.world.held[root].fire.merged_ids)
        }
        rest = {one for one in ids if one not in self.world.roots}
        return told | self._store.roots(rest) if rest else told

    def rows(self, roots: Roots) -> Numbered:
        """All detections of fires, each with the place of its fire among them, ascending."""
        today = sorted(set(roots.values()))
        held = [self.world.held.get(one) for one in today]
        unknown = {today[k] for k, one in enumerate(held) if one is None}
        parts = [one.rows for one in held if one is not None]
        place = [k for k, one in enumerate(held) if one is not None]
        fire = np.repeat(np.array(place, np.int64), [len(part) for part in parts])
        rows = np.concatenate(parts) if parts else np.empty(0, STORED)
        if not unknown:
            return rows, fire
        more = self._store.rows({raw: one for raw, one in roots.items() if one in unknown})
        names = sorted(unknown)
        where = np.array([today.index(one) for one in names], np.int64)
        return np.concatenate([rows, more[0]]), np.concatenate([fire, where[more[1]]])

    def known(self, ids: Iterable[UUID]) -> Known | None:
        """The fires, locked; None if one of them changed since it was looked at: look again."""
        stamps = fire_stamps.locked(self.conn, self.actor, ids)
        held = self.world.held
        unknown = {one for one in stamps if one not in held}
        if any(one in held and held[one].stamp != stamp for one, stamp in stamps.items()):
            # whoever changed it while the lock was waited for may have changed others with it
            with self.world.lock:
                _refresh(self.world, self.conn, self.actor, self.since_s, MOST)
            return None
        found = {one: held[one].fire for one in stamps if one in held}
        return found | fires.many(self.conn, self.actor, unknown) if unknown else found


_NONE: Final[frozenset[UUID]] = frozenset()


def _cells(points: Points) -> Cells:
    """The cube of space in which each point of a sphere lies; no seam at 180°."""
    lon, lat = np.radians(points.lon), np.radians(points.lat)
    flat = np.cos(lat)
    x, y, z = (
        np.floor(EARTH_KM / CELL_KM * (1.0 + part)).astype(np.int64) + 1
        for part in (flat * np.cos(lon), flat * np.sin(lon), np.sin(lat))
    )
    return (x * _SIDE + y) * _SIDE + z


def _held(
    stamps: Mapping[UUID, Stamp], known: Mapping[UUID, Fire], rows: Mapping[UUID, Stored]
) -> list[Held]:
    """Fires that have detections, with the cells of these."""
    if not known:
        return []
    parts = [rows[one] for one in known]
    ends = np.cumsum([len(part) for part in parts])
    points = join(*(points_of(part) for part in parts))
    cells = np.split(_cells(points), ends[:-1])
    last = np.maximum.reduceat(points.t, ends - [len(part) for part in parts])
    return [
        Held(stamps[one], fire, part, cell, at)
        for (one, fire), part, cell, at in zip(
            known.items(), parts, cells, last.tolist(), strict=True
        )
    ]


def _refresh(world: _World, conn: Connection, actor: Actor, since_s: int, most: int) -> bool:
    """Know all fires last seen since then as they stand; False if that is too much to read."""
    found = fire_stamps.since(conn, actor, datetime.fromtimestamp(since_s, UTC))
    ids = [UUID(bytes=bytes(raw)) for raw in found["id"]]
    stamps = dict(
        zip(ids, map(Stamp, found["version"].tolist(), found["written"].tolist()), strict=True)
    )
    held = world.held
    gone = [one for one, mine in held.items() if mine.last_s >= since_s and one not in stamps]
    late = world.newest_s - BACK_S
    world.forget([*gone, *(one for one, mine in held.items() if mine.last_s < late)])
    other = {one: stamp for one, stamp in stamps.items() if not _stands(held.get(one), stamp)}
    n = dict(zip(ids, found["n"].tolist(), strict=True))
    if sum(n[one] for one in other) > most:
        return False
    _read(world, conn, actor, other)
    return True


def _stands(held: Held | None, stamp: Stamp) -> bool:
    return held is not None and held.stamp == stamp


def _read(world: _World, conn: Connection, actor: Actor, stamps: Mapping[UUID, Stamp]) -> None:
    """Read fires anew; each is believed as long as its row has the stamp."""
    if not stamps:
        return
    world.forget(stamps)
    known = fires.many(conn, actor, stamps)
    roots = {name.bytes: one.id for one in known.values() for name in one.ids}
    rows, fire = FromStore(conn, actor).rows(roots)
    order = np.argsort(fire, kind="stable")
    ends = np.searchsorted(fire[order], np.arange(len(known) + 1))
    mine = {one: rows[order[ends[k] : ends[k + 1]]] for k, one in enumerate(sorted(known))}
    stands = {
        one: fire for one, fire in known.items() if len(mine[one]) and fire.merged_into is None
    }
    for held in _held(stamps, stands, mine):
        world.put(held)
