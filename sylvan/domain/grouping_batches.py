"""Grouping as the data come in: batch after batch, and back out again.

A link never spans more than ε and τ, so only what lies that near to a batch can change; the groups
after any sequence of batches equal those of everything grouped at once.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain import grouping_kernel as kernel
from sylvan.domain.grouping import (
    DEFAULT,
    HALF_TURN,
    I8,
    NO_GROUP,
    POLE,
    GroupingParameters,
    Kind,
    Level,
    Points,
    join,
    joined_groups,
    nearest_links,
)

TURN = 360.0  # degrees
_FIRST_BLOCK_DEG = 0.1  # side of the first blocks tried by neighbour_boxes, degrees


class Box(NamedTuple):
    """A piece of space and time; never crosses 180°, there it is cut in two."""

    west: float
    south: float
    east: float
    north: float
    t0: int
    t1: int


@dataclass(frozen=True)
class Linked:
    """What a batch changes in groups that exist."""

    labels: I8  # batch row → old group (the smallest united), or −1 − place of the earliest member
    united: tuple[tuple[int, ...], ...]  # old groups that are one now, ascending
    moved: I8  # places of old geostationary detections that now confirm another group
    moved_to: I8  # labels of these, as in ``labels``
    thinned: tuple[int, ...]  # geostationary-only groups that lost members: regroup what is left


_NOTHING_MOVED = (np.empty(0, np.int64), np.empty(0, np.int64), ())


def link_batch(
    existing: Points,
    groups: I8,
    batch: Points,
    params: GroupingParameters = DEFAULT,
    level: Level = Level.EVENT,
    confirming_groups: npt.ArrayLike = (),
) -> Linked:
    """Fold a batch into existing groups; equal to grouping everything at once.

    Args:
        existing: old detections near the batch: all in ``neighbour_boxes(batch)``, and in
            ``neighbour_boxes`` of the geostationary ones among them.
        groups: group of each, small numbers from 0.
        batch: new detections.
        params: lengths of the links.
        level: events or episodes.
        confirming_groups: groups that consist of geostationary detections only.
    """
    old = len(existing.lon)
    every = join(existing, batch)
    known = np.concatenate([groups, np.full(len(batch.lon), NO_GROUP)]).astype(np.int64)
    label = known.copy()
    linking = np.flatnonzero(~every.geostationary)
    united = _name(label, every, linking, known, old, params, level)
    if len(linking) == len(known):
        return Linked(label[old:], tuple(sorted(united)), *_NOTHING_MOVED)
    asked = _to_confirm(every, linking, old, params, level)
    at, _ = nearest_links(every.take(asked), every.take(linking), params=params, level=level)
    attached = at != NO_GROUP
    label[asked[attached]] = label[linking[at[attached]]]
    loose = every.geostationary & np.isin(known, np.asarray(confirming_groups, np.int64))
    loose[asked] = ~attached
    united |= _name(label, every, np.flatnonzero(loose), known, old, params, level)
    moved = np.flatnonzero(every.geostationary[:old] & (label[:old] != known[:old]) & ~loose[:old])
    thinned = np.intersect1d(known[moved], np.asarray(confirming_groups, np.int64))
    return Linked(label[old:], tuple(sorted(united)), moved, label[moved], tuple(map(int, thinned)))


def _name(
    label: I8,
    every: Points,
    places: npt.NDArray[np.intp],
    known: I8,
    old: int,
    params: GroupingParameters,
    level: Level,
) -> set[tuple[int, ...]]:
    """Write the labels of linked ``places``; returns which known groups are one now."""
    group = known[places]
    root = joined_groups(every.take(places), group, params, level)
    old_rows = np.flatnonzero(group != NO_GROUP)
    row_of = np.full(int(group.max(initial=-1)) + 1, NO_GROUP)
    row_of[group[old_rows]] = old_rows
    groups = np.flatnonzero(row_of != NO_GROUP)
    root_of = root[row_of[groups]]  # a group's rows all have the same root
    name = -1 - (places - old)
    name[root_of[::-1]] = groups[::-1]  # the smallest group is written last
    label[places] = name[root]
    order = np.argsort(root_of, kind="stable")
    members = np.split(groups[order], np.flatnonzero(np.diff(root_of[order])) + 1)
    return {tuple(map(int, united)) for united in members if len(united) > 1}


def _to_confirm(
    every: Points, linking: npt.NDArray[np.intp], old: int, params: GroupingParameters, level: Level
) -> npt.NDArray[np.intp]:
    """Geostationary detections whose nearest group may have changed: new, or near new ones."""
    confirming = np.flatnonzero(every.geostationary)
    arrived = every.take(linking[linking >= old])
    near, _ = nearest_links(every.take(confirming), arrived, params=params, level=level)
    asked: npt.NDArray[np.intp] = confirming[(confirming >= old) | (near != NO_GROUP)]
    return asked


def concerned(
    stored: Points,
    groups: I8,
    batch: Points,
    params: GroupingParameters = DEFAULT,
    level: Level = Level.EVENT,
) -> npt.NDArray[np.bool_]:
    """Which stored detections are of groups that a batch may change; the others may be left out.

    These are groups linked to the batch, also by way of others: what confirms one group may confirm
    another one afterwards.

    Args:
        stored: any detections.
        groups: group (≥ 0) of each.
        batch: new detections.
        params: lengths of the links.
        level: events or episodes.
    """
    kept = _chained(stored, groups, batch, params, level)
    if not stored.geostationary.any() and not batch.geostationary.any():
        return kept
    seeds = join(batch, stored.take(kept & stored.geostationary))
    while True:
        asked = np.flatnonzero(~kept)
        at, _ = nearest_links(stored.take(asked), seeds, params=params, level=level)
        hit = np.isin(groups, groups[asked[at != NO_GROUP]])
        if not hit.any():
            return kept
        kept |= hit
        seeds = stored.take(hit & stored.geostationary)


def _chained(
    stored: Points, groups: I8, batch: Points, params: GroupingParameters, level: Level
) -> npt.NDArray[np.bool_]:
    """Which stored detections are of groups that polar links join with the batch."""
    every = join(stored, batch)
    known = np.concatenate([groups, np.full(len(batch.lon), NO_GROUP)])
    linking = np.flatnonzero(~every.geostationary)
    root = joined_groups(every.take(linking), known[linking], params, level)
    mine = linking < len(groups)
    joined = np.isin(root[mine], root[~mine])
    return np.isin(groups, groups[linking[mine][joined]])


def neighbour_boxes(
    points: Points, params: GroupingParameters = DEFAULT, level: Level = Level.EVENT
) -> list[Box]:
    """Few boxes that hold everything these detections can be linked to.

    Blocks of the Earth's surface are made larger until there are at most ``max_boxes`` of them
    (twice as many if some are cut at 180°).
    """
    if not len(points.lon):
        return []
    size = _FIRST_BLOCK_DEG
    while True:
        block = np.stack([np.floor(points.lon / size), np.floor(points.lat / size)], axis=1)
        _, member = np.unique(block, axis=0, return_inverse=True)
        if member.max() < params.max_boxes:
            break
        size *= 2
    boxes: list[Box] = []
    for k in range(int(member.max()) + 1):
        boxes += _padded(points.take(np.flatnonzero(member.ravel() == k)), params, level)
    return boxes


def _padded(points: Points, params: GroupingParameters, level: Level) -> list[Box]:
    """The bounding box of some detections, larger by their longest link; cut at 180°."""
    km = max(params.radius_km(Kind(int(k))) for k in np.unique(points.kind))
    km = max(km, params.geostationary_km)  # an old geostationary one may reach for a new one
    up = km / kernel.LATITUDE_KM_MIN
    south, north = float(points.lat.min()) - up, float(points.lat.max()) + up
    tau = params.tau(level)
    t0, t1 = int(points.t.min()) - tau, int(points.t.max()) + tau
    degree = kernel.LATITUDE_KM_MAX * np.cos(np.radians(min(max(abs(south), abs(north)), POLE)))
    side = min(km / max(float(degree), km / TURN), TURN) * (1.0 + kernel.SLACK)
    west, east = float(points.lon.min()) - side, float(points.lon.max()) + side
    south, north = max(south, -POLE), min(north, POLE)
    if east - west >= TURN:
        return [Box(-HALF_TURN, south, HALF_TURN, north, t0, t1)]
    boxes = [Box(max(west, -HALF_TURN), south, min(east, HALF_TURN), north, t0, t1)]
    if west <= -HALF_TURN:
        boxes.append(Box(west + TURN, south, HALF_TURN, north, t0, t1))
    if east >= HALF_TURN:
        boxes.append(Box(-HALF_TURN, south, east - TURN, north, t0, t1))
    return boxes
