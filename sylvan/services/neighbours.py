"""What is stored around a batch: the fires that it may change, with all their detections."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.fires import CANDIDATE, Fire
from sylvan.domain.grouping import Points, join, points_of
from sylvan.domain.grouping_batches import concerned
from sylvan.services.stored import FromStore, Roots, Stored
from sylvan.services.window import Look
from sylvan.store import detections

Source = Look | FromStore


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
    source: Source, new: Detections, lost: list[UUID], *, beside: bool = False
) -> Neighbours:
    """What a batch may change, and the fires that ``lost`` detections to it.

    Fires are locked in order of id, as decisions lock them. While the locks are waited for, a
    person may change one of them or merge it with another: then look again. ``beside`` looks also
    for what the fires that lost something may be linked to: nothing, unless grouping itself has
    changed.
    """
    while True:
        rows, fire, roots = _concerned(source, points_of(new), lost, beside=beside)
        known = source.known(set(roots.values()))
        if known is not None and not any(_changed(one, roots) for one in known.values()):
            break
    ids = sorted(known)
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
    source: Source, batch: Points, lost: list[UUID], *, beside: bool
) -> tuple[Stored, npt.NDArray[np.int64], Roots]:
    """All detections of the fires that a batch may change, their fires, and who these are today.

    Detections that wait for their own assessment count as not there: their neighbours are others.
    What a fire that lost detections still has is looked at like the batch: what confirmed it may
    confirm another one now.
    """
    ids = {*lost, *source.near(batch)}
    if beside:
        ids |= source.near(points_of(source.rows(source.roots(set(lost)))[0]))
    while True:
        roots = source.roots(ids)
        today = sorted(set(roots.values()))
        rows, fire = source.rows(roots)
        thinned = {roots[one.bytes] for one in lost}
        concern = np.array([one in thinned for one in today], bool)
        loose = concern[fire]
        kept = loose | concerned(points_of(rows), fire, join(batch, points_of(rows[loose])))
        wide = points_of(rows[kept & (rows["instrument"] == Instrument.GEOSTATIONARY)])
        more = source.near(wide).difference(UUID(bytes=raw) for raw in roots)
        if not more:
            break
        ids |= more  # what confirms one fire may confirm another one beside it from now on
    concern[fire[kept]] = True
    place = np.cumsum(concern) - 1
    stays = {today[k] for k in np.flatnonzero(concern)}
    mine = {raw: one for raw, one in roots.items() if one in stays}
    return rows[kept], place[fire[kept]], mine


def distinct(fire_ids: npt.NDArray[np.void]) -> list[UUID]:
    """Fires named in a column of 16-byte ids."""
    raw = {bytes(one) for one in np.unique(np.ascontiguousarray(fire_ids))}
    return sorted(UUID(bytes=one) for one in raw - {detections.NO_FIRE})
