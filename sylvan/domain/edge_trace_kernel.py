"""The compiled heart of outlines: burnt cells → rings around them.

Rows run northward, columns eastward; the outermost cells of a raster are never burnt.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


class Rings(NamedTuple):
    """Outlines of cells joined by their sides: what burnt lies to the left of the way."""

    corners: I4  # (m, 2) column and row of each turn, ring after ring
    ends: I8  # place behind each ring's last corner
    cells: I8  # row · columns + column of a burnt cell beside each ring
    hole: Mask  # which rings enclose what did not burn


EAST = 0  # ways along the sides of cells: east, north, west, south
_STEP_EAST, _STEP_NORTH = (1, 0, -1, 0), (0, 1, 0, -1)
_CELL_EAST, _CELL_NORTH = (0, -1, -1, 0), (0, 0, -1, -1)  # to the left, beyond a corner, by way
WAYS = 4
LEFT, STRAIGHT, RIGHT, KNOT = 1, 0, -1, 2


@compiled
def _turn(mask: Mask, column: int, row: int, way: int) -> int:
    """How the way goes on at a corner; a knot is a turn to the left where two cells touch."""
    other = (way - 1) % WAYS
    left = mask[row + _CELL_NORTH[way], column + _CELL_EAST[way]]
    right = mask[row + _CELL_NORTH[other], column + _CELL_EAST[other]]
    if left:
        return RIGHT if right else STRAIGHT
    return KNOT if right else LEFT


@compiled
def _follow(mask: Mask, seen: Mask, row: int, column: int, corners: I4, knotted: Mask) -> int:
    """Walk once around, from a cell's south-western corner eastward; how many turns there are."""
    way, n = EAST, 0
    while way != EAST or not seen[row, column]:
        if way == EAST:
            seen[row, column] = True
        column += _STEP_EAST[way]
        row += _STEP_NORTH[way]
        turn = _turn(mask, column, row, way)
        if turn != STRAIGHT:
            corners[n, 0], corners[n, 1], knotted[n] = column, row, turn == KNOT
            n += 1
            way = (way + min(turn, LEFT)) % WAYS
    return n


@compiled
def _twice_area(ring: I4) -> int:
    """Twice the area of a ring; below zero for one that runs clockwise."""
    total = 0
    before = ring[-1]
    for corner in ring:
        total += np.int64(before[0]) * corner[1] - np.int64(corner[0]) * before[1]
        before = corner
    return total


@compiled
def _parted(way: I4, knotted: Mask, into: I4, ends: I8, done: int) -> int:
    """Cut a way wherever it comes to a knot again; how many rings that makes.

    Rings are written behind each other from place ``done`` on; so are their ``ends``.
    """
    rings = top = knots = 0
    kept = np.empty_like(way)
    knot = np.empty(len(way), np.int64)  # places of open knots in ``kept``
    for k in range(len(way)):
        if knotted[k]:
            m = knots - 1
            while m >= 0 and (kept[knot[m], 0] != way[k, 0] or kept[knot[m], 1] != way[k, 1]):
                m -= 1
            if m >= 0:
                size = top - knot[m]
                into[done : done + size] = kept[knot[m] : top]
                top, knots = knot[m], m
                done += size
                ends[rings] = done
                rings += 1
            knot[knots] = top
            knots += 1
        kept[top] = way[k]
        top += 1
    into[done : done + top] = kept[:top]
    ends[rings] = done + top
    return rings + 1


@compiled
def trace(mask: Mask) -> Rings:
    """Rings around the marked cells.

    Where two cells touch at a corner only, the way keeps to its own cell; a way that comes to such
    a corner twice is parted there, so that no ring touches itself.
    """
    rows, columns = mask.shape
    most = 4 + 2 * np.sum(mask[1:] != mask[:-1])  # corners: two for each eastward side or less
    corners, way = np.empty((most, 2), np.int32), np.empty((most, 2), np.int32)
    knotted, seen = np.empty(most, np.bool_), np.zeros((rows, columns), np.bool_)
    ends, cells = np.empty(most, np.int64), np.empty(most, np.int64)
    done = rings = 0
    for i in range(1, rows):
        for j in range(columns):
            if mask[i, j] and not mask[i - 1, j] and not seen[i, j]:
                n = _follow(mask, seen, i, j, way, knotted)
                made = _parted(way[:n], knotted[:n], corners, ends[rings:], done)
                cells[rings : rings + made] = i * columns + j
                rings += made
                done = ends[rings - 1]
    hole = np.empty(rings, np.bool_)
    first = 0
    for k in range(rings):
        hole[k] = _twice_area(corners[first : ends[k]]) < 0
        first = ends[k]
    return Rings(corners[:done], ends[:rings], cells[:rings], hole)
