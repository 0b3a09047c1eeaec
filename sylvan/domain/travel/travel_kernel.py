"""The compiled heart of ways across country: least hours to each cell, and the way back.

Dial's bucket search (Dial 1969, doi:10.1145/363269.363610) on the eight neighbours of a cell.  A
step costs its length times the mean friction of both cells, as ``MCP_Geometric`` of scikit-image
reckons.  A bucket is emptied until nothing in it gets better, so that times are exact whatever its
width; the width only decides the speed.
"""

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
F4 = npt.NDArray[np.float32]
I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_MOST_BUCKETS = 200_000
_EPS = 1e-6  # of a time; fields are kept in single precision
_ROW = np.array([-1, -1, -1, 0, 0, 1, 1, 1], np.int64)
_COLUMN = np.array([-1, 0, 1, -1, 1, -1, 0, 1], np.int64)
_FAR = np.array([2**0.5, 1.0, 2**0.5, 1.0, 1.0, 2**0.5, 1.0, 2**0.5])


@compiled
def _put(cell: int, bucket: int, head: I4, after: I4, before: I4, whose: I4) -> None:
    """Move a cell into a bucket, out of the one in which it is."""
    old = whose[cell]
    if old >= 0:
        if before[cell] >= 0:
            after[before[cell]] = after[cell]
        else:
            head[old] = after[cell]
        if after[cell] >= 0:
            before[after[cell]] = before[cell]
    first = head[bucket]
    after[cell], before[cell], whose[cell] = first, -1, bucket
    if first >= 0:
        before[first] = cell
    head[bucket] = cell


@compiled
def _least(friction: F8) -> float:
    """The least friction of the cells that are open."""
    least = np.inf
    for i in range(friction.shape[0]):
        for j in range(friction.shape[1]):
            if 0.0 < friction[i, j] < least:
                least = friction[i, j]
    return least


@compiled
def grow(  # noqa: C901 - a step in a function of its own takes twice the time
    friction: F8, start: F8, cell_km: float, limit: float
) -> F8:
    """Least hours to each cell.

    Args:
        friction: (rows, columns) h/km, more than 0; infinite where nobody goes.
        start: (rows, columns) hours at which each cell is reached by other means; infinite where
            it is not. Closed cells start nothing.
        cell_km: side of a cell, km.
        limit: hours; nothing later is searched.

    Returns:
        (rows, columns) hours; infinite where nobody gets within the limit.
    """
    rows, columns = friction.shape
    times = np.full((rows, columns), np.inf)
    least = _least(friction)
    if not least < np.inf:
        return times
    width = max(least * cell_km, limit / _MOST_BUCKETS)
    head = np.full(int(limit / width) + 2, -1, np.int32)
    after, before = np.empty(rows * columns, np.int32), np.empty(rows * columns, np.int32)
    whose = np.full(rows * columns, -1, np.int32)
    for i in range(rows):
        for j in range(columns):
            if start[i, j] <= limit and friction[i, j] < np.inf:
                times[i, j] = start[i, j]
                _put(i * columns + j, int(start[i, j] / width), head, after, before, whose)
    for bucket in range(len(head)):
        while head[bucket] >= 0:
            cell = head[bucket]
            head[bucket], whose[cell] = after[cell], -1
            if after[cell] >= 0:
                before[after[cell]] = -1
            i, j = cell // columns, cell % columns
            for k in range(8):
                row, column = i + _ROW[k], j + _COLUMN[k]
                if not (0 <= row < rows and 0 <= column < columns):
                    continue
                step = cell_km * _FAR[k] * 0.5 * (friction[i, j] + friction[row, column])
                t = times[i, j] + step
                if t < times[row, column] and t <= limit:
                    times[row, column] = t
                    at = max(int(t / width), bucket)
                    _put(row * columns + column, at, head, after, before, whose)
    return times


@compiled
def way_back(times: F8, friction: F8, cell_km: float, row: int, column: int) -> I8:
    """Cells of the way on which a cell was reached, from that cell to where the way began.

    Args:
        times: (rows, columns) hours, as :func:`grow` gives; single precision will do.
        friction: (rows, columns) h/km.
        cell_km: side of a cell, km.
        row: of the cell; its time is finite.
        column: the same.

    Returns:
        (n, 2) rows and columns, n ≥ 1.
    """
    rows, columns = times.shape
    cells = np.empty((rows * columns, 2), np.int64)
    n, i, j = 1, row, column
    cells[0, 0], cells[0, 1] = i, j
    while n < rows * columns:
        best, to_i, to_j = np.inf, -1, -1
        for k in range(8):
            a, b = i + _ROW[k], j + _COLUMN[k]
            if not (0 <= a < rows and 0 <= b < columns) or not times[a, b] < times[i, j]:
                continue
            t = times[a, b] + cell_km * _FAR[k] * 0.5 * (friction[i, j] + friction[a, b])
            if t < best:
                best, to_i, to_j = t, a, b
        if best > times[i, j] * (1.0 + _EPS) + _EPS:
            break
        i, j = to_i, to_j
        cells[n, 0], cells[n, 1] = i, j
        n += 1
    return cells[:n].copy()


@compiled
def ashore(times: F8, friction: F8, beyond: F8, cell_km: float) -> F8:
    """Hours to cells that lie beside those reached, where others go on: from a boat to the bank.

    Half of the step is as slow as the ground that is left, half as that which is entered.

    Args:
        times: (rows, columns) hours on the ground that is left.
        friction: (rows, columns) h/km there; infinite elsewhere.
        beyond: (rows, columns) h/km of the ground that is entered; infinite elsewhere.
        cell_km: side of a cell, km.

    Returns:
        (rows, columns) hours; infinite on cells that are open to both, or to neither.
    """
    rows, columns = times.shape
    found = np.full((rows, columns), np.inf)
    for i in range(rows):
        for j in range(columns):
            if friction[i, j] < np.inf or not beyond[i, j] < np.inf:
                continue
            for k in range(8):
                a, b = i + _ROW[k], j + _COLUMN[k]
                if 0 <= a < rows and 0 <= b < columns:
                    step = cell_km * _FAR[k] * 0.5 * (friction[a, b] + beyond[i, j])
                    found[i, j] = min(found[i, j], times[a, b] + step)
    return found


@compiled
def join(
    ride: F4, corner: tuple[int, int], pace: float, near: Mask, spans: I8, cells: I8, walks: F8
) -> tuple[F8, I8]:
    """Where to leave the vehicle: least sum of the ride to a cell and the walk from there.

    Args:
        ride: (r, c) hours by vehicle from one unit to the cells of its window.
        corner: first row and column of the window on the plane.
        pace: how many times as fast this unit is.
        near: (fires,) which fires are asked about.
        spans: (fires, 6) first of each fire's cells and the one behind the last; first row and
            column of these, and those behind the last.
        cells: (n, 2) row and column on the plane of cells near fires, for each the nearest first.
        walks: (n,) hours on foot from these to the fire.

    Returns:
        (fires,) hours, infinite where there is no such cell; and which of ``cells`` it is, or −1.
    """
    count = len(spans)
    best, which = np.full(count, np.inf), np.full(count, -1, np.int64)
    end_row, end_column = corner[0] + ride.shape[0], corner[1] + ride.shape[1]
    for fire in range(count):
        rows = spans[fire, 2] < end_row and corner[0] < spans[fire, 4]
        columns = spans[fire, 3] < end_column and corner[1] < spans[fire, 5]
        if not (near[fire] and rows and columns):
            continue
        for n in range(spans[fire, 0], spans[fire, 1]):
            if walks[n] >= best[fire]:
                break
            i, j = cells[n, 0] - corner[0], cells[n, 1] - corner[1]
            if not (0 <= i < ride.shape[0] and 0 <= j < ride.shape[1]):
                continue
            if ride[i, j] < np.inf:
                t = ride[i, j] / pace + walks[n]
                if t < best[fire]:
                    best[fire], which[fire] = t, n
    return best, which
