"""What is stored around a batch: the fires that it may change, with all their detections."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.fires import CANDIDATE, Fire
from sylvan.domain.grouping import Points, join, points_of
from sylvan.domain.grouping_batches import concerned, neighbour_boxes
from sylvan.store import detections, fires

Stored = npt.NDArray[np.void]
Roots = dict[bytes, UUID]
"""Fire id (16 bytes) of a stored detection → the fire that it is today."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What of the store a batch may change."""

    rows: Stored
    """All detections of the fires concerned."""
    fire: npt.NDArray[np.int64]
    """The fire of each today, as its place in ``ids``."""
    ids: list[UUID]
    """These fires, ascending."""
    roots: Roots
    known: dict[UUID, Fire]
    """The fires, locked until the transaction ends."""
    thinned: frozenset[UUID]
    """Those that lost detections to better versions: they are grouped anew."""
    confirming: frozenset[UUID]
    """Candidates that geostationary satellites alone have seen: what these see is kilometres wide
    and may go over to a fire that a polar satellite sees later."""


def around(
    conn: Connection, actor: Actor, new: Detections, lost: list[UUID], *, beside: bool = False
) -> Neighbours:
    """What a batch may change, and the fires that ``lost`` detections to it.

    Fires are locked in order of id, as decisions lock them. While the locks are waited for, a
    person may merge one of them with another: then look again. ``beside`` looks also for what
    the fires that lost something may be linked to: nothing, unless grouping itself has changed.
    """
    while True:
        rows, roots = _concerned(conn, actor, points_of(new), lost, beside=beside)
        known = fires.many(conn, actor, set(roots.values()), lock=True)
        if not any(_changed(fire, roots) for fire in known.values()):
            break
    ids = sorted(known)
    fire = _numbered(rows, roots, ids)
    wide = rows["instrument"] == Instrument.GEOSTATIONARY
    only_wide = [ids[k] for k in np.setdiff1d(fire[wide], fire[~wide])]
    return Neighbours(
        rows,
        fire,
        ids,
        roots,
        known,
        thinned=frozenset(roots[one.bytes] for one in lost),
        confirming=frozenset(one for one in only_wide if known[one].status == CANDIDATE),
    )


def _changed(fire: Fire, roots: Roots) -> bool:
    """Was it merged away, or did it take in another one, since the roots were read?"""
    return fire.merged_into is not None or any(one.bytes not in roots for one in fire.merged_ids)


def _concerned(
    conn: Connection, actor: Actor, batch: Points, lost: list[UUID], *, beside: bool
) -> tuple[Stored, Roots]:
    """All detections of the fires that a batch may change, and who these are today.

    Detections that wait for their own assessment count as not there: their neighbours are others.
    What a fire that lost detections still has is looked at like the batch: what confirmed it may
    confirm another one now.
    """
    ids = {*lost, *_near(conn, actor, batch)}
    if beside:
        ids |= _near(conn, actor, points_of(_rows_of(conn, actor, set(lost))))
    while True:
        roots = _roots(conn, actor, ids)
        today = sorted(set(roots.values()))
        every = [UUID(bytes=raw) for raw in roots]
        rows = detections.of_fires(conn, actor.world.id, every)
        fire = _numbered(rows, roots, today)
        thinned = {roots[one.bytes] for one in lost}
        concern = np.array([one in thinned for one in today], bool)
        loose = concern[fire]
        kept = loose | concerned(points_of(rows), fire, join(batch, points_of(rows[loose])))
        wide = points_of(rows[kept & (rows["instrument"] == Instrument.GEOSTATIONARY)])
        more = _near(conn, actor, wide).difference(every)
        if not more:
            break
        ids |= more  # what confirms one fire may confirm another one beside it from now on
    concern[fire[kept]] = True
    stays = {today[k] for k in np.flatnonzero(concern)}
    return rows[kept], {raw: one for raw, one in roots.items() if one in stays}


def _numbered(rows: Stored, roots: Roots, ids: list[UUID]) -> npt.NDArray[np.int64]:
    """Place in ``ids`` of each detection's fire of today."""
    place = {one: k for k, one in enumerate(ids)}
    raw, which = np.unique(rows["fire_id"], return_inverse=True)
    return np.array([place[roots[bytes(one)]] for one in raw], np.int64)[which]


def _rows_of(conn: Connection, actor: Actor, ids: set[UUID]) -> Stored:
    """All detections of some fires, under whatever ids these ever had."""
    every = [UUID(bytes=raw) for raw in _roots(conn, actor, ids)]
    return detections.of_fires(conn, actor.world.id, every)


def _near(conn: Connection, actor: Actor, points: Points) -> set[UUID]:
    """Fires with a detection in the neighbourhood of some points, by the ids stored with it."""
    boxes = np.array(neighbour_boxes(points), np.float64).reshape(-1, 6)
    return detections.fires_in(conn, actor.world.id, boxes)


def _roots(conn: Connection, actor: Actor, ids: set[UUID]) -> Roots:
    """Today's fires of these ids, each under all the ids that it ever had."""
    step = {one: one for one in ids}
    while onward := fires.aliases(conn, actor, set(step.values())):
        step = {one: onward.get(root, root) for one, root in step.items()}
    roots = {one.bytes: root for one, root in step.items()}
    for root, merged in fires.merged_ids(conn, actor, set(step.values())).items():
        roots |= {one.bytes: root for one in (root, *merged)}
    return roots


def distinct(fire_ids: npt.NDArray[np.void]) -> list[UUID]:
    """Fires named in a column of 16-byte ids."""
    raw = {bytes(one) for one in np.unique(np.ascontiguousarray(fire_ids))}
    return sorted(UUID(bytes=one) for one in raw - {detections.NO_FIRE})
