"""The compiled heart of edges: footprints → cells → closed gaps → filled holes.

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


class Prints(NamedTuple):
    """Footprints: centres, and halves of their sides, degrees."""

    lon: F8
    lat: F8
    half_lon: F8
    half_lat: F8


class Joining(NamedTuple):
    """How footprints are joined."""

    reach: float  # cells; half the width of the gaps that count as burnt
    smallest_hole_ha: float  # what is enclosed and smaller counts as burnt


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
def _window(lon: F8, lat: F8, half_lon: F8, half_lat: F8, net: Net, room: int) -> Net:
    """The part of a net in which footprints lie, with ``room`` cells around as far as it goes."""
    west, east, south, north = net.columns, 0, net.rows, 0
    for k in range(len(lon)):
        left, right = _span(lon[k], half_lon[k], net.width, net.west)
        low, high = _span(lat[k], half_lat[k], net.height, net.south)
        west, east = min(west, left), max(east, right)
        south, north = min(south, low), max(north, high)
    west, east = max(west - room, 0), min(east + room, net.columns)
    south, north = max(south - room, 0), min(north + room, net.rows)
    columns, rows = east - west, north - south
    return Net(net.west + west, net.south + south, columns, rows, net.width, net.height)


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
def _disc(reach: float, rows: int) -> I8:
    """How far a disc goes sideways, by rows off its middle, no more than ``rows``; in cells."""
    high = min(int(np.floor(reach)), rows)
    wide = np.empty(high + 1, np.int64)
    for off in range(high + 1):
        side = int(np.floor(np.sqrt(reach * reach - off * off)))
        while (side + 1) * (side + 1) + off * off <= reach * reach:
            side += 1
        while side * side + off * off > reach * reach:
            side -= 1
        wide[off] = side
    return wide


@compiled
def dilated(mask: Mask, reach: float) -> Mask:
    """Cells whose centres lie within ``reach`` cells of that of a marked one.

    The same as thresholding :func:`distances`, at a tenth of its cost: each run of marked cells
    adds a run to every row in reach, and one pass over the raster sums them up.
    """
    rows, columns = mask.shape
    wide = _disc(reach, rows)
    step = np.zeros((rows, columns + 1), np.int32)
    for i in range(rows):
        j = 0
        while j < columns:
            if not mask[i, j]:
                j += 1
                continue
            first = j
            while j < columns and mask[i, j]:
                j += 1
            for other in range(max(i - len(wide) + 1, 0), min(i + len(wide), rows)):
                side = wide[abs(other - i)]
                step[other, max(first - side, 0)] += 1
                step[other, min(j + side, columns)] -= 1
    covered = np.empty((rows, columns), np.bool_)
    for i in range(rows):
        over = 0  # runs over the cell
        for j in range(columns):
            over += step[i, j]
            covered[i, j] = over > 0
    return covered


@compiled
def close_gaps(mask: Mask, reach: float) -> Mask:
    """Everything but what a disc of ``reach`` cells can sweep without meeting a marked cell.

    The raster must go on for ``reach`` beyond what is marked.
    """
    kept: Mask = ~dilated(~dilated(mask, reach), reach)
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
def burnt(prints: Prints, net: Net, cell_ha: F8, rule: Joining, lakes: Mask) -> Mask:
    """Cells of footprints with the gaps between them, without lakes on which nothing was seen.

    ``lakes`` are cells of water; none at all where there are no lakes.  A raster has room for the
    farthest gap that is ever closed; what is needed for this one is all that is looked at.
    """
    lon, lat, half_lon, half_lat = prints
    part = _window(lon, lat, half_lon, half_lat, net, int(rule.reach) + 2)
    low, left = part.south - net.south, part.west - net.west
    painted = paint(lon, lat, half_lon, half_lat, part)
    closed = close_gaps(painted, rule.reach) if rule.reach > 0.0 else painted
    filled = fill_small_holes(closed, cell_ha[low : low + part.rows], rule.smallest_hole_ha)
    filled = bridge_corners(filled)
    whole = np.zeros((net.rows, net.columns), np.bool_)
    for i in range(part.rows):
        for j in range(part.columns):
            dry = lakes.size == 0 or not lakes[low + i, left + j]
            whole[low + i, left + j] = (filled[i, j] and dry) or painted[i, j]
    return whole


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


class Crowds(NamedTuple):
    """How crowded detections are."""

    many: F8  # for each detection, how many places of its part were seen burning
    places: int  # of all parts
    ground_ha: float  # that lies near them


@compiled
def crowds(lon: F8, lat: F8, first: Mask, net: Net, cell_ha: F8, near_cells: float) -> Crowds:
    """Count detections on the ground that they link: what lies within ``near_cells`` of them.

    ``first`` marks one detection of each place.
    """
    nothing = np.zeros(len(lon))
    part = _window(lon, lat, nothing, nothing, net, int(near_cells) + 1)
    row, column = np.empty(len(lon), np.int64), np.empty(len(lon), np.int64)
    seen = np.zeros((part.rows, part.columns), np.bool_)
    for k in range(len(lon)):
        row[k] = int(np.floor(lat[k] / net.height)) - part.south
        column[k] = int(np.floor(lon[k] / net.width)) - part.west
        seen[row[k], column[k]] = True
    near = dilated(seen, near_cells)
    label = parts(near)
    count = np.zeros(label.max() + 1)
    places = 0
    for k in range(len(lon)):
        if first[k]:
            count[label[row[k], column[k]]] += 1
            places += 1
    many = np.empty(len(lon))
    for k in range(len(lon)):
        many[k] = count[label[row[k], column[k]]]
    low = part.south - net.south
    return Crowds(many, places, area_ha(near, cell_ha[low : low + part.rows]))


@compiled
def extents(lon: F8, lat: F8, half_lon: F8, half_lat: F8, starts: I8) -> F8:
    """Extents of fires, each of which has footprints, as :class:`Extent`, one a row."""
    found = np.empty((len(starts) - 1, 7))
    for fire in range(len(found)):
        a, b = starts[fire], starts[fire + 1]
        west, east, first, last = lon[a], lon[a], lon[a], lon[a]
        south, north, low, high = lat[a], lat[a], lat[a], lat[a]
        half = half_lat[a]
        for k in range(a, b):
            west, east = min(west, lon[k] - half_lon[k]), max(east, lon[k] + half_lon[k])
            south, north = min(south, lat[k] - half_lat[k]), max(north, lat[k] + half_lat[k])
            first, last = min(first, lon[k]), max(last, lon[k])
            low, high = min(low, lat[k]), max(high, lat[k])
            half = max(half, half_lat[k])
        box = found[fire]
        box[0], box[1], box[2], box[3] = west, south, east, north
        box[4], box[5], box[6] = last - first, high - low, half
    return found


class Extent(NamedTuple):
    """The box around footprints, degrees, and around their centres."""

    west: float
    south: float
    east: float
    north: float
    lon_span: float
    lat_span: float
    half_lat: float  # the largest


@compiled
def size_classes(half_lon: F8, half_lat: F8, east_km: F8, north_km: F8, octaves: float) -> I8:
    """Class of each footprint's area: twice its binary logarithm per octave, km²."""
    size = np.empty(len(half_lon), np.int64)
    for k in range(len(half_lon)):
        km2 = 4.0 * half_lon[k] * east_km[k] * half_lat[k] * north_km[k]
        size[k] = int(np.floor(np.log2(km2) * 2.0 / octaves))
    return size
