"""The compiled heart of edges: footprints → cells → closed gaps → filled holes → rings.

A fire's raster has some ten thousand cells and a batch touches hundreds of fires, so that calls of
general image functions would cost more than the work.  Rows run northward, columns eastward; the
outermost cells of a raster are never burnt.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


class Net(NamedTuple):
    """A window of the fixed net of cells."""

    west: int  # column number of the first column; column 0 begins at 0° of longitude
    south: int  # row number of the first row; row 0 begins at the equator
    columns: int
    rows: int
    width: float  # of a cell, degrees
    height: float  # of a cell, degrees


class Rings(NamedTuple):
    """Outlines of cells joined by their sides: what burnt lies to the left of the way."""

    corners: I4  # (m, 2) column and row of each turn, ring after ring
    ends: I8  # place behind each ring's last corner
    cells: I8  # row · columns + column of a burnt cell beside each ring
    hole: Mask  # which rings enclose what did not burn


@compiled
def _span(middle: float, half: float, size: float, origin: int) -> tuple[int, int]:
    """First cell and the one behind the last whose centres a stretch covers; its own at least."""
    first = int(np.floor((middle - half) / size + 0.5))
    end = int(np.ceil((middle + half) / size - 0.5))
    own = int(np.floor(middle / size))
    return min(first, own) - origin, max(end, own + 1) - origin


@compiled
def paint(lon: F8, lat: F8, half_lon: F8, half_lat: F8, net: Net) -> Mask:
    """Cells whose centres lie in a footprint, at least one for each."""
    step = np.zeros((net.rows + 1, net.columns + 1), np.int32)
    for k in range(len(lon)):
        left, right = _span(lon[k], half_lon[k], net.width, net.west)
        low, high = _span(lat[k], half_lat[k], net.height, net.south)
        step[low, left] += 1
        step[low, right] -= 1
        step[high, left] -= 1
        step[high, right] += 1
    covered = np.zeros((net.rows, net.columns), np.bool_)
    above = np.zeros(net.columns, np.int32)  # footprints over the cell of this row
    for i in range(net.rows):
        along = 0
        for j in range(net.columns):
            along += step[i, j]
            above[j] += along
            covered[i, j] = above[j] > 0
    return covered


@compiled
def telling(lon: F8, lat: F8, half_lon: F8, half_lat: F8, size: I8, net: Net) -> Mask:
    """Footprints that say more of the place than finer ones do.

    A wide pixel tells that something burnt within it.  Where finer pixels have found what, it adds
    nothing: painted whole, it would draw ground that nobody saw burning.  ``size`` is the class of
    each footprint's area; it is explained by classes that lie two and more below its own.
    """
    tells = np.ones(len(lon), np.bool_)
    first, last = size.min(), size.max()
    if last < first + 2:
        return tells
    found = np.zeros((net.rows, net.columns), np.bool_)
    total = np.zeros((net.rows + 1, net.columns + 1), np.int32)  # found south-west of a corner
    for wide in range(first, last + 1):
        fine = np.flatnonzero((size == wide - 2) & tells)
        if len(fine):
            found |= paint(lon[fine], lat[fine], half_lon[fine], half_lat[fine], net)
            for i in range(net.rows):
                along = 0
                for j in range(net.columns):
                    along += found[i, j]
                    total[i + 1, j + 1] = total[i, j + 1] + along
        for k in np.flatnonzero(size == wide):
            left, right = _span(lon[k], half_lon[k], net.width, net.west)
            low, high = _span(lat[k], half_lat[k], net.height, net.south)
            inside = total[high, right] - total[low, right] - total[high, left] + total[low, left]
            tells[k] = inside == 0
    return tells


@compiled
def _along_columns(mask: Mask) -> I4:
    """Distance of each cell to the nearest marked one of its column, in cells."""
    rows, columns = mask.shape
    far = rows + columns
    along = np.empty((rows, columns), np.int32)
    for j in range(columns):
        along[0, j] = 0 if mask[0, j] else far
    for i in range(1, rows):
        for j in range(columns):
            along[i, j] = 0 if mask[i, j] else min(along[i - 1, j] + 1, far)
    for i in range(rows - 2, -1, -1):
        for j in range(columns):
            along[i, j] = min(along[i, j], along[i + 1, j] + 1)
    return along


@compiled
def _envelope(row: I4, foot: I4, begin: I4) -> int:
    """Columns whose parabolas are lowest somewhere, and from where on; place of the last one."""
    last = 0
    foot[0], begin[0] = 0, 0
    for j in range(1, len(row)):
        here = row[j] * row[j]
        while last >= 0:
            k, at = foot[last], begin[last]
            if (at - k) * (at - k) + row[k] * row[k] <= (at - j) * (at - j) + here:
                break
            last -= 1
        if last < 0:
            last = 0
            foot[0] = j
            continue
        k = foot[last]
        cross = 1 + (j * j - k * k + here - row[k] * row[k]) // (2 * (j - k))
        if cross < len(row):
            last += 1
            foot[last], begin[last] = j, cross
    return last


@compiled
def distances(mask: Mask) -> I4:
    """Squared distance of each cell's centre to that of the nearest marked one, in cells.

    Exact: Meijster, Roerdink, Hesselink 2000 (columns first, then the lower envelope of parabolas
    along each row).  Where nothing is marked, larger than any distance.
    """
    rows, columns = mask.shape
    along = _along_columns(mask)
    found = np.empty((rows, columns), np.int32)
    foot, begin = np.empty(columns, np.int32), np.empty(columns, np.int32)
    for i in range(rows):
        row = along[i]
        last = _envelope(row, foot, begin)
        for j in range(columns - 1, -1, -1):
            k = foot[last]
            found[i, j] = (j - k) * (j - k) + row[k] * row[k]
            if j == begin[last]:
                last -= 1
    return found


@compiled
def close_gaps(away: I4, reach: float) -> Mask:
    """Everything but what a disc of ``reach`` cells can sweep without meeting a marked cell.

    ``away`` are the squared :func:`distances` to what is marked; the raster must go on for
    ``reach`` beyond it.
    """
    within = reach * reach
    kept: Mask = distances(away > within) > within
    return kept


@compiled
def bridge_corners(mask: Mask) -> Mask:
    """The cells, and one more wherever two of them touch at a corner only.

    A thin ring of fire that runs askew over the raster would fall into pieces otherwise.
    """
    joined = mask.copy()
    rows, columns = mask.shape
    for i in range(rows - 1):
        for j in range(columns - 1):
            one, other = joined[i, j], joined[i, j + 1]
            if one != other and one == joined[i + 1, j + 1] and other == joined[i + 1, j]:
                joined[i + 1, j] = joined[i + 1, j + 1] = True
    return joined


@compiled
def _find(parent: I4, k: int) -> int:
    """Root of a tree of runs, halving the way."""
    while parent[k] != k:
        parent[k] = parent[parent[k]]
        k = parent[k]
    return k


@compiled
def _runs(mask: Mask, value: bool) -> tuple[I4, I4]:  # noqa: FBT001 - compiled code is called by position
    """Runs of equal cells (row, first, end), and the first run of the part that each belongs to.

    Parts are joined by sides.
    """
    rows, columns = mask.shape
    n = 0
    for i in range(rows):
        for j in range(columns):
            n += mask[i, j] == value and (j == 0 or mask[i, j - 1] != value)
    runs = np.empty((n, 3), np.int32)
    parent = np.arange(n).astype(np.int32)
    k = 0
    below = 0  # first run of the row below that may still touch
    begin = 0  # first run of this row
    for i in range(rows):
        before, begin = begin, k
        below = before
        j = 0
        while j < columns:
            if mask[i, j] != value:
                j += 1
                continue
            first = j
            while j < columns and mask[i, j] == value:
                j += 1
            runs[k, 0], runs[k, 1], runs[k, 2] = i, first, j
            while below < begin and runs[below, 2] <= first:
                below += 1
            touching = below
            while touching < begin and runs[touching, 1] < j:
                one, other = _find(parent, k), _find(parent, touching)
                parent[max(one, other)] = min(one, other)
                touching += 1
            k += 1
    for m in range(n):
        parent[m] = parent[parent[m]]  # a parent comes first, so its root is known already
    return runs, parent


@compiled
def fill_small_holes(mask: Mask, cell_ha: F8, smallest_ha: float) -> Mask:
    """Count what is enclosed as burnt, unless it measures ``smallest_ha`` hectares or more."""
    filled = mask.copy()
    runs, part = _runs(mask, False)  # what did not burn
    size = np.zeros(len(runs), np.float64)
    for k in range(len(runs)):
        size[part[k]] += (runs[k, 2] - runs[k, 1]) * cell_ha[runs[k, 0]]
    for k in range(len(runs)):
        if part[k] != 0 and size[part[k]] < smallest_ha:  # part 0 is the ground around
            filled[runs[k, 0], runs[k, 1] : runs[k, 2]] = True
    return filled


@compiled
def area_ha(mask: Mask, cell_ha: F8) -> float:
    """Area of the marked cells, given that of a cell in each row."""
    total = 0.0
    for i in range(len(cell_ha)):
        total += np.sum(mask[i]) * cell_ha[i]
    return total


@compiled
def parts(mask: Mask) -> I4:
    """Number of the part that each cell belongs to, −1 where nothing burnt."""
    label = np.full(mask.shape, -1, np.int32)
    runs, part = _runs(mask, True)  # what burnt
    for k in range(len(runs)):
        label[runs[k, 0], runs[k, 1] : runs[k, 2]] = part[k]
    return label


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
