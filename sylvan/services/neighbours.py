"""What is stored around a batch: detections that it may be linked to, and their fires, locked."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.fires import CANDIDATE, Fire
from sylvan.domain.grouping import Points, points_of
from sylvan.domain.grouping_batches import concerned, neighbour_boxes
from sylvan.store import detections, fires

Stored = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What of the store a batch may change."""

    rows: Stored
    """Detections of all fires concerned, near the batch; of some fires all."""
    roots: dict[bytes, UUID]
    """Each stored fire id → the fire that it is today."""
    known: dict[UUID, Fire]
    """These fires, locked until the transaction ends."""
    thinned: frozenset[UUID]
    """Fires that lost detections."""
    confirming: frozenset[UUID]
    """Candidates that geostationary satellites alone have seen: all their rows are there."""


def around(conn: Connection, actor: Actor, new: Detections, lost: list[UUID]) -> Neighbours:
    """What is stored around a batch; of the fires that ``lost`` detections everything."""
    rows = _near(conn, actor, new, lost)
    roots, known = _standing(conn, actor, {*distinct(rows["fire_id"]), *lost})
    thinned = frozenset(roots[one.bytes] for one in lost)
    wide = np.unique(rows["fire_id"][rows["instrument"] == Instrument.GEOSTATIONARY])
    confirming = set()
    for fire in sorted({roots[bytes(one)] for one in wide}):
        every = detections.of_fires(conn, actor.world.id, [fire, *known[fire].merged_ids])
        only = bool((every["instrument"] == Instrument.GEOSTATIONARY).all())
        if only and known[fire].status == CANDIDATE:
            confirming.add(fire)
            rows = _once(np.concatenate([rows, every]))
            roots |= {one.bytes: fire for one in known[fire].merged_ids}
    return Neighbours(rows, roots, known, thinned, frozenset(confirming))


def _near(conn: Connection, actor: Actor, new: Detections, lost: list[UUID]) -> Stored:
    """Stored detections of all fires that a batch may change, and all of fires that lost some.

    Those that wait for their own assessment count as not there: their neighbours are others.
    """
    batch = points_of(new)
    rows = _around(conn, actor, batch)
    wide = rows[rows["instrument"] == Instrument.GEOSTATIONARY]
    if len(wide):  # they may confirm another fire from now on: whatever is near them counts too
        rows = _once(np.concatenate([rows, _around(conn, actor, points_of(wide))]))
    if len(rows):
        _, fire = np.unique(rows["fire_id"], return_inverse=True)
        rows = rows[concerned(points_of(rows), fire.astype(np.int64), batch)]
    if not lost:
        return rows
    today = {fires.resolve(conn, actor, one) for one in lost}
    family = set(lost) | today
    for fire_today in fires.many(conn, actor, today).values():
        family |= set(fire_today.merged_ids)
    every = detections.of_fires(conn, actor.world.id, list(family))
    return _once(np.concatenate([rows, every]))


def _around(conn: Connection, actor: Actor, points: Points) -> Stored:
    """Stored detections, each with its fire, in the neighbourhood of some points."""
    boxes = np.array(neighbour_boxes(points), np.float64).reshape(-1, 6)
    rows = detections.near(conn, actor.world.id, boxes)
    grouped: Stored = rows[rows["fire_id"] != np.void(detections.NO_FIRE)]
    return grouped


def _once(rows: Stored) -> Stored:
    """Each detection once, in a stable order."""
    _, first = np.unique(rows[["acq_at", "key"]], return_index=True)
    return rows[first]


def _standing(
    conn: Connection, actor: Actor, ids: set[UUID]
) -> tuple[dict[bytes, UUID], dict[UUID, Fire]]:
    """Which fires these ids are today, and those fires, locked.

    While the locks are waited for, a person may merge one of them away: then look again.
    """
    while True:
        roots = _roots(conn, actor, ids)
        known = fires.many(conn, actor, set(roots.values()), lock=True)
        if all(fire.merged_into is None for fire in known.values()):
            return roots, known


def _roots(conn: Connection, actor: Actor, ids: set[UUID]) -> dict[bytes, UUID]:
    """Each stored fire id → the fire that it is today."""
    step = {one: one for one in ids}
    while True:
        onward = fires.aliases(conn, actor, set(step.values()))
        if not onward:
            return {one.bytes: root for one, root in step.items()}
        step = {one: onward.get(root, root) for one, root in step.items()}


def distinct(fire_ids: npt.NDArray[np.void]) -> list[UUID]:
    """Fires named in a column of 16-byte ids."""
    raw: Iterable[bytes] = {bytes(one) for one in np.unique(np.ascontiguousarray(fire_ids))}
    return sorted(UUID(bytes=one) for one in raw if one != detections.NO_FIRE)
