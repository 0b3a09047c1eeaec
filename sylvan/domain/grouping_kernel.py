"""The compiled heart of grouping: a cell grid, union-find over cells, nearest links.

Two detections are linked when they lie at most ε apart *and* at most τ apart in time (a cylinder,
not an ellipsoid).  Cells measure at most ε/√2 × ε/√2 × τ, so whatever shares a cell is linked
without a test, and only cells within reach are compared, while they still belong to different
groups.  Everything compiled stands in this one file, because Numba's cache watches only the file
in which a function is defined: a helper changed elsewhere would silently stay old.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]
U1 = npt.NDArray[np.uint8]

EARTH_A_KM = 6378.137  # semi-major axis of the ellipsoid; WGS 84
EARTH_E2 = 0.00669437999014  # its first eccentricity squared; WGS 84
LATITUDE_KM_MIN = (
    110.5742  # length of one degree of latitude at the equator, km; from the two above
)
LATITUDE_KM_MAX = 111.6940  # the same at the poles, km
TABLE_STEP = 0.005  # degrees between entries of the length table: interpolation errs by 1e-9
SLACK = 1e-9  # relative: keeps rounding on the safe side of a cell's size and reach
DIGIT_BITS = 11  # of one radix pass: 2048 counters stay in the first-level cache
COARSE = 1  # kind of detection: see grouping.Kind
POINTS_A_THREAD = 100_000  # fewer are grouped in less time than a second thread saves; engineering
LOOK = 4  # sorted points on either side that are asked before all that are near


class Points(NamedTuple):
    """Detections as the kernel takes them: contiguous, finite, all of one length."""

    lon: F8  # degrees
    lat: F8  # degrees
    t: I8  # seconds
    kind: U1  # grouping.Kind


class Reach(NamedTuple):
    """How far a link goes."""

    squared: F8  # (kinds, kinds): ε², km²
    tau: int  # seconds
    finest: float  # smallest ε among the kinds present, km: sets the cell
    farthest: float  # largest ε among them, km


PLACED = np.dtype(
    [
        ("lon", "f8"),  # degrees
        ("lat", "f8"),  # degrees
        ("t", "i8"),  # seconds
        ("order", "i4"),  # place in the input
        ("kind", "i4"),  # grouping.Kind
    ]
)
"""A point in its sorted place. Records, not columns: a pair test touches one cache line a point."""

CELL = np.dtype([("first", "i4"), ("end", "i4"), ("column", "i4"), ("coarse", "i4")])
"""Its points (from, to), its column in the band, and whether it holds a coarse detection."""

ROW = np.dtype([("key", "i8"), ("first", "i4"), ("end", "i4")])
"""Cells of one band and slot: band · slots + slot, and its cells (from, to)."""

Records = npt.NDArray[np.void]
Run = tuple[int, int]


class Grid(NamedTuple):
    """Points sorted into cells; cells sorted by row (band of latitude, slot of time), column."""

    points: Records  # PLACED
    cells: Records  # CELL
    rows: Records  # ROW
    columns: I8  # band → number of columns around the Earth
    band0: int  # number of the southernmost band
    slot0: int  # number of the earliest slot
    slots: int
    height: float  # of a band, degrees


class Sweep(NamedTuple):
    """One pass over the grid."""

    km: float  # how far to look
    coarse: bool  # only from cells that hold a coarse detection, and then to all sides


@lru_cache(maxsize=1)
def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@lru_cache(maxsize=1)
def length_table() -> F8:
    """Lengths of one degree of longitude and latitude, km, from −90° in steps of TABLE_STEP.

    Radii of curvature of the WGS 84 ellipsoid (Snyder 1987, USGS Professional Paper 1395, eq. 4-20
    and 4-18).
    """
    lat = np.radians(np.minimum(-90.0 + TABLE_STEP * np.arange(round(180 / TABLE_STEP) + 2), 90.0))
    root = np.sqrt(1.0 - EARTH_E2 * np.sin(lat) ** 2)
    east = EARTH_A_KM / root * np.cos(lat)
    north = EARTH_A_KM * (1.0 - EARTH_E2) / root**3
    return np.ascontiguousarray(np.radians(1.0) * np.stack([east, north], axis=1))


@compiled
def squared_km(table: F8, lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Squared distance of two near points, km²; the same to the bit both ways round."""
    place = (0.5 * (lat_a + lat_b) + 90.0) / TABLE_STEP
    k = int(place)
    w = place - k
    turn = abs(lon_a - lon_b)
    turn = min(turn, 360.0 - turn)
    east = turn * (table[k, 0] + w * (table[k + 1, 0] - table[k, 0]))
    north = (lat_a - lat_b) * (table[k, 1] + w * (table[k + 1, 1] - table[k, 1]))
    return float(east * east + north * north)


@compiled
def _longitude_km(table: F8, lat: float) -> float:
    """Length of one degree of longitude, km; 0 beyond the poles."""
    place = (min(max(lat, -90.0), 90.0) + 90.0) / TABLE_STEP
    k = int(place)
    return float(table[k, 0] + (place - k) * (table[k + 1, 0] - table[k, 0]))


@compiled
def _column(lon: float, columns: int) -> int:
    """Column of a longitude; 180° and −180° fall into the same one."""
    return int((lon + 180.0) * columns / 360.0) % columns


def _columns_of_bands(table: F8, south: F8, height: float, side: float) -> I8:
    """How many columns each band has, so that none is wider than ``side`` km."""
    north = south + height
    widest = np.where((south < 0.0) & (north > 0.0), 0.0, np.minimum(abs(south), abs(north)))
    degree = np.interp(widest, TABLE_STEP * np.arange(len(table)) - 90.0, table[:, 0])
    return np.maximum(np.ceil(360.0 * degree / side), 1.0).astype(np.int64)


@compiled
def _radix_sort(key: I8, top: int) -> tuple[I8, I4]:
    """Sort keys in 0…top; returns them with their former places. Stable."""
    n = len(key)
    order = np.empty(n, np.int32)
    for i in range(n):
        order[i] = i
    spare_key = np.empty(n, np.int64)
    spare_order = np.empty(n, np.int32)
    shift = 0
    mask = (1 << DIGIT_BITS) - 1
    while top >> shift:
        count = np.zeros(mask + 2, np.int64)
        for i in range(n):
            count[((key[i] >> shift) & mask) + 1] += 1
        for d in range(mask):
            count[d + 1] += count[d]
        for i in range(n):
            digit = (key[i] >> shift) & mask
            to = count[digit]
            count[digit] += 1
            spare_key[to] = key[i]
            spare_order[to] = order[i]
        key, spare_key = spare_key, key
        order, spare_order = spare_order, order
        shift += DIGIT_BITS
    return key, order


@compiled
def _keys(
    points: Points, columns: I8, height: float, tau: int, origin: tuple[int, int, int, int]
) -> I8:
    """One number a point: band, then slot, then column; ``origin`` = band0, slot0, slots, width."""
    key = np.empty(len(points.lon), np.int64)
    for i in range(len(key)):
        band = int((points.lat[i] + 90.0) / height) - origin[0]
        slot = points.t[i] // tau - origin[1]
        column = _column(points.lon[i], columns[band])
        key[i] = (band * origin[2] + slot) * origin[3] + column
    return key


@compiled
def _split(key: I8, width: int, cells: Records, rows: Records) -> tuple[int, int]:
    """Write the boundaries of cells and rows in sorted keys, if there is room; count them."""
    c = 0
    r = 0
    for i in range(len(key)):
        if i > 0 and key[i] == key[i - 1]:
            continue
        if i == 0 or key[i] // width != key[i - 1] // width:
            if len(rows):
                rows[r].key = key[i] // width
                rows[r].first = c
                rows[r - 1].end = c
            r += 1
        if len(cells):
            cells[c].first = i
            cells[c - 1].end = i
            cells[c].column = key[i] % width
            cells[c].coarse = 0
        c += 1
    if len(cells):
        cells[c - 1].end = len(key)
        rows[r - 1].end = c
    return c, r


@compiled
def _place(points: Points, order: I4, cells: Records, placed: Records, run: Run) -> None:
    """Copy the points of cells (from, to) into their sorted places, and mark coarse cells."""
    for c in range(run[0], run[1]):
        for i in range(cells[c].first, cells[c].end):
            k = order[i]
            placed[i].lon = points.lon[k]
            placed[i].lat = points.lat[k]
            placed[i].t = points.t[k]
            placed[i].order = k
            placed[i].kind = points.kind[k]
            if points.kind[k] == COARSE:
                cells[c].coarse = 1


def _runs(ends: I4, points: int) -> list[Run]:
    """Runs (from, to) of about as many points each: one for each thread that is worth starting.

    ``ends`` says for each thing (a cell, a row) how much of the whole lies before its end.
    """
    threads = max(1, min(processors(), points // POINTS_A_THREAD))
    cuts = np.searchsorted(ends, np.arange(1, threads) * int(ends[-1]) / threads)
    return list(pairwise([0, *cuts.tolist(), len(ends)]))


def _in_threads(work: Callable[[Run], None], runs: list[Run]) -> None:
    """Do all runs at once; compiled code lets other threads work."""
    if len(runs) == 1:
        work(runs[0])
        return
    with ThreadPoolExecutor(len(runs)) as threads:
        list(threads.map(work, runs))


def build_grid(points: Points, table: F8, tau: int, finest: float) -> Grid:
    """Sort points into cells no larger than finest/√2 × finest/√2 km × ``tau`` s."""
    side = finest / 2.0**0.5 * (1.0 - SLACK)
    height = side / LATITUDE_KM_MAX
    band0 = int((points.lat.min() + 90.0) / height)
    bands = int((points.lat.max() + 90.0) / height) - band0 + 1
    slot0 = int(points.t.min()) // tau
    slots = int(points.t.max()) // tau - slot0 + 1
    south = (band0 + np.arange(bands)) * height - 90.0
    columns = _columns_of_bands(table, south, height, side)
    width = int(columns.max())
    key = _keys(points, columns, height, tau, (band0, slot0, slots, width))
    key, order = _radix_sort(key, bands * slots * width)
    n_cells, n_rows = _split(key, width, np.empty(0, CELL), np.empty(0, ROW))
    cells = np.empty(n_cells, CELL)
    rows = np.empty(n_rows, ROW)
    _split(key, width, cells, rows)
    placed = np.empty(len(order), PLACED)
    _in_threads(
        lambda run: _place(points, order, cells, placed, run), _runs(cells["end"], len(order))
    )
    return Grid(placed, cells, rows, columns, band0, slot0, slots, height)


@compiled
def _find(parent: I4, i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@compiled
def _touch(points: Records, table: F8, reach: Reach, a: Any, b: Any) -> bool:
    """Is any detection of cell ``a`` linked to any of cell ``b``?"""
    for i in range(a.first, a.end):
        p = points[i]
        for j in range(b.first, b.end):
            q = points[j]
            if abs(p.t - q.t) > reach.tau:
                continue
            if squared_km(table, p.lon, p.lat, q.lon, q.lat) <= reach.squared[p.kind, q.kind]:
                return True
    return False


@compiled
def _pad_degrees(grid: Grid, table: F8, band: int, other: int, km: float) -> float:
    """How far in longitude a link of ``km`` can go between two bands; −1 if it can't."""
    gap = max(abs(band - other) - 1, 0) * grid.height * LATITUDE_KM_MIN * (1.0 - SLACK)
    if gap > km:
        return -1.0
    south = (grid.band0 + min(band, other)) * grid.height - 90.0
    north = (grid.band0 + max(band, other) + 1) * grid.height - 90.0
    degree = min(_longitude_km(table, south), _longitude_km(table, north))
    return float(min(np.sqrt(km * km - gap * gap) * (1.0 + SLACK) / max(degree, SLACK), 360.0))


@compiled
def _columns_within(column: int, columns: int, around: int, pad: float) -> tuple[int, int]:
    """First and last column, of ``around``, that lie within ``pad`` degrees of a cell.

    They may be negative or beyond the last one: then the search goes on behind 180°.
    """
    width = 360.0 / columns
    low = int(np.floor((column * width - pad) * around / 360.0))
    high = int(np.floor(((column + 1) * width + pad) * around / 360.0))
    if high - low >= around:
        return 0, around - 1
    return low, high


@compiled
def _link_range(
    grid: Grid, table: F8, reach: Reach, parent: I4, a: int, span: tuple[int, int, int, int]
) -> int:
    """Join cell ``a`` with the linked ones of span = (cell from, to, column from, to).

    Returns the first cell in the span of columns.
    """
    p, end, low, high = span
    while p < end and grid.cells[p].column < low:
        p += 1
    q = p
    while q < end and grid.cells[q].column <= high:
        root_a = _find(parent, a)
        root_q = _find(parent, q)
        if root_a != root_q and _touch(grid.points, table, reach, grid.cells[a], grid.cells[q]):
            parent[max(root_a, root_q)] = min(root_a, root_q)
        q += 1
    return p


@compiled
def _link_rows(
    grid: Grid, table: F8, reach: Reach, parent: I4, rows: tuple[int, int], sweep: Sweep
) -> None:
    """Compare the cells of one row with those within reach in another, around the Earth."""
    band = grid.rows[rows[0]].key // grid.slots
    other = grid.rows[rows[1]].key // grid.slots
    pad = _pad_degrees(grid, table, band, other, sweep.km)
    if pad < 0.0:
        return
    around = grid.columns[other]
    start = int(grid.rows[rows[1]].first)  # int: one type of span, one compilation
    end = int(grid.rows[rows[1]].end)
    p = start
    for a in range(grid.rows[rows[0]].first, grid.rows[rows[0]].end):
        if sweep.coarse and not grid.cells[a].coarse:
            continue
        low, high = _columns_within(grid.cells[a].column, grid.columns[band], around, pad)
        p = _link_range(grid, table, reach, parent, a, (p, end, low, high))
        if low < 0:
            _link_range(grid, table, reach, parent, a, (start, end, low + around, around))
        if high >= around:
            _link_range(grid, table, reach, parent, a, (start, end, -around, high - around))


@compiled
def _link_all(grid: Grid, table: F8, reach: Reach, parent: I4, sweep: Sweep, rows: Run) -> None:
    """Compare rows (from, to) with all others at one offset after the other, near offsets first.

    The near ones join most cells, and joined cells need no more tests.
    """
    for d in range(_bands_within(grid, sweep.km) + 1):
        for sign in range(-1 if sweep.coarse and d else 1, 2, 2):
            for s in range(-1 if d or sweep.coarse else 0, 2):
                p = 0
                for r in range(rows[0], rows[1]):
                    if not 0 <= grid.rows[r].key % grid.slots + s < grid.slots:
                        continue
                    wanted = grid.rows[r].key + sign * d * grid.slots + s
                    while p < len(grid.rows) and grid.rows[p].key < wanted:
                        p += 1
                    if p < len(grid.rows) and grid.rows[p].key == wanted:
                        _link_rows(grid, table, reach, parent, (r, p), sweep)


@compiled
def _unite_known(grid: Grid, group: I8, known: I4, parent: I4) -> None:
    """Join the cells of points that are known to belong together (group ≥ 0); known: −1 each."""
    for c in range(len(grid.cells)):
        for i in range(grid.cells[c].first, grid.cells[c].end):
            g = group[grid.points[i].order]
            if g < 0:
                continue
            if known[g] >= 0:
                a = _find(parent, known[g])
                b = _find(parent, c)
                parent[max(a, b)] = min(a, b)
            known[g] = c


@compiled
def _earlier(p: Any, q: Any) -> bool:
    """Does one point come before another by time, longitude, latitude, place in the input?"""
    if p.t != q.t:
        return bool(p.t < q.t)
    if p.lon != q.lon:
        return bool(p.lon < q.lon)
    if p.lat != q.lat:
        return bool(p.lat < q.lat)
    return bool(p.order < q.order)


def components(points: Points, table: F8, reach: Reach, group: I8, groups: int) -> I4:
    """Label of each point: the input place of the earliest member of its component.

    ``group`` (same length or empty) names points already known to be together: 0…groups − 1, or
    −1 for none.
    """
    grid = build_grid(points, table, reach.tau, reach.finest)
    parent = np.arange(len(grid.cells), dtype=np.int32)
    if len(group):
        _unite_known(grid, group, np.full(groups, -1, np.int32), parent)
    runs = _runs(grid.rows["end"], len(grid.points))
    forests = {run: np.arange(len(parent), dtype=np.int32) for run in runs[1:]}
    forests[runs[0]] = parent
    _in_threads(lambda run: _link(grid, table, reach, forests[run], run), runs)
    for run in runs[1:]:
        _unite_forests(parent, forests[run])
    return _earliest_members(grid, parent)


def _link(grid: Grid, table: F8, reach: Reach, parent: I4, rows: Run) -> None:
    """Join what is linked to cells of some rows; in threads, each with a forest of its own."""
    _link_all(grid, table, reach, parent, Sweep(reach.finest, False), rows)
    if reach.farthest > reach.finest:
        _link_all(grid, table, reach, parent, Sweep(reach.farthest, True), rows)


@compiled
def _unite_forests(parent: I4, other: I4) -> None:
    """Join in one forest what is joined in another."""
    for c in range(len(parent)):
        a = _find(parent, c)
        b = _find(parent, _find(other, c))
        if a != b:
            parent[max(a, b)] = min(a, b)


@compiled
def _earliest_members(grid: Grid, parent: I4) -> I4:
    """Label of each point, from the roots of the cells."""
    best = np.empty(len(parent), np.int32)
    best[:] = -1
    for c in range(len(parent)):
        root = _find(parent, c)
        for i in range(grid.cells[c].first, grid.cells[c].end):
            if best[root] < 0 or _earlier(grid.points[i], grid.points[best[root]]):
                best[root] = i
    labels = np.empty(len(grid.points), np.int32)
    for c in range(len(parent)):
        label = grid.points[best[_find(parent, c)]].order
        for i in range(grid.cells[c].first, grid.cells[c].end):
            labels[grid.points[i].order] = label
    return labels


@compiled
def _row_at(rows: Records, key: int) -> int:
    """First row whose key is not below ``key``."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        if rows[middle].key < key:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _cell_at(cells: Records, first: int, end: int, column: int) -> int:
    """First cell of cells[first:end] whose column is not below ``column``."""
    while first < end:
        middle = (first + end) // 2
        if cells[middle].column < column:
            first = middle + 1
        else:
            end = middle
    return first


@compiled
def _add_span(grid: Grid, row: Any, low: int, high: int, spans: I8, count: int) -> int:
    """Append the run of sorted points in columns low…high of a row."""
    a = _cell_at(grid.cells, int(row.first), int(row.end), low)
    b = _cell_at(grid.cells, int(row.first), int(row.end), high + 1)
    if a == b:
        return count
    spans[count, 0] = grid.cells[a].first
    spans[count, 1] = grid.cells[b - 1].end
    return count + 1


@compiled
def _bands_within(grid: Grid, km: float) -> int:
    return int(km * (1.0 + SLACK) / (grid.height * LATITUDE_KM_MIN)) + 1


@compiled
def _spans_near(
    grid: Grid, table: F8, place: tuple[float, float, int], km: float, spans: I8
) -> int:
    """Runs of sorted points that may lie within ``km`` of place = (lon, lat, slot); their count."""
    lon, lat, slot = place
    band = int((lat + 90.0) / grid.height) - grid.band0
    bands = _bands_within(grid, km)
    count = 0
    for b in range(max(band - bands, 0), min(band + bands + 1, len(grid.columns))):
        pad = _pad_degrees(grid, table, band, b, km)
        around = grid.columns[b]
        low = int(np.floor((lon + 180.0 - pad) * around / 360.0))
        high = int(np.floor((lon + 180.0 + pad) * around / 360.0))
        if pad < 0.0:
            continue
        if high - low >= around:
            low, high = 0, around - 1
        for s in range(max(slot - 1, 0), min(slot + 2, grid.slots)):
            r = _row_at(grid.rows, b * grid.slots + s)
            if r == len(grid.rows) or grid.rows[r].key != b * grid.slots + s:
                continue
            row = grid.rows[r]
            count = _add_span(grid, row, low, high, spans, count)
            if low < 0:
                count = _add_span(grid, row, low + around, around, spans, count)
            if high >= around:
                count = _add_span(grid, row, -around, high - around, spans, count)
    return count


def _most_spans(grid: Grid, km: float) -> int:
    """How many runs there can be: three slots a band, each of them cut at most twice at 180°."""
    return (2 * int(_bands_within(grid, km)) + 1) * 9


def nearest(
    targets: Points, group: I8, query: Points, barred: I8, table: F8, reach: Reach
) -> tuple[I4, F8]:
    """For each query the nearest linked target (−1 if none) and its distance, km.

    Targets of the query's ``barred`` group (−1: none) are passed over; of equally near targets the
    one with the smaller ``group``, then the earlier one, is taken.
    """
    grid = build_grid(targets, table, reach.tau, reach.finest)
    spans = np.empty((_most_spans(grid, reach.farthest), 2), np.int64)
    found = np.full(len(query.lon), -1, np.int32)
    km2 = np.full(len(query.lon), np.inf)
    _nearest(grid, (group, barred), query, table, reach, spans, (found, km2))
    return found, np.sqrt(km2)


@compiled
def _nearest(
    grid: Grid,
    groups: tuple[I8, I8],
    query: Points,
    table: F8,
    reach: Reach,
    spans: I8,
    answer: tuple[I4, F8],
) -> None:
    """See :func:`nearest`; groups = (of targets, barred), answer = (found, squared km)."""
    group, barred = groups
    found, km = answer
    for i in range(len(found)):
        slot = query.t[i] // reach.tau - grid.slot0
        place = (query.lon[i], query.lat[i], slot)
        best = -1
        for s in range(_spans_near(grid, table, place, reach.farthest, spans)):
            for j in range(spans[s, 0], spans[s, 1]):
                q = grid.points[j]
                if abs(q.t - query.t[i]) > reach.tau or group[q.order] == barred[i]:
                    continue
                d2 = squared_km(table, query.lon[i], query.lat[i], q.lon, q.lat)
                if d2 > reach.squared[query.kind[i], q.kind] or d2 > km[i]:
                    continue
                if d2 == km[i]:
                    held = grid.points[best]
                    if group[held.order] < group[q.order] or (
                        group[held.order] == group[q.order] and _earlier(held, q)
                    ):
                        continue
                best = j
                km[i] = d2
        if best >= 0:
            found[i] = grid.points[best].order


@compiled
def _links_before(
    grid: Grid,
    table: F8,
    reach: Reach,
    k: int,
    ranks: tuple[I4, I4],
    spans: I8,
    forest: tuple[I4, I4, I4],
) -> tuple[int, int]:
    """Collect what the k-th point in time is linked to among the points before it.

    ranks = (rank of each place, place of each rank); forest = (parent, last asker, roots met).
    Returns the rank of the nearest of them (−1 if none) and the number of roots met.
    """
    rank, place = ranks
    parent, asker, met = forest
    me = grid.points[place[k]]
    at = (me.lon, me.lat, me.t // reach.tau - grid.slot0)
    near = np.inf
    near_rank = -1
    roots = 0
    for s in range(_spans_near(grid, table, at, reach.farthest, spans)):
        for j in range(spans[s, 0], spans[s, 1]):
            q = grid.points[j]
            if rank[j] >= k or me.t - q.t > reach.tau:
                continue
            d2 = squared_km(table, me.lon, me.lat, q.lon, q.lat)
            if d2 > reach.squared[me.kind, q.kind]:
                continue
            if d2 < near or (d2 == near and rank[j] < near_rank):
                near = d2
                near_rank = rank[j]
            root = _find(parent, rank[j])
            if asker[root] != k:
                asker[root] = k
                met[roots] = root
                roots += 1
    return near_rank, roots


@compiled
def _roots_among(
    grid: Grid,
    table: F8,
    reach: Reach,
    k: int,
    ranks: tuple[I4, I4],
    run: tuple[int, int, int],
    forest: tuple[I4, I4, I4],
) -> int:
    """Roots met by the k-th point, those among sorted points run = (from, to, met before) too."""
    rank, place = ranks
    parent, asker, met = forest
    first, end, roots = run
    me = grid.points[place[k]]
    for j in range(first, end):
        q = grid.points[j]
        if rank[j] >= k or me.t - q.t > reach.tau:
            continue
        root = _find(parent, rank[j])
        if asker[root] == k:
            continue  # where many pixels overlap this spares nearly all distances
        d2 = squared_km(table, me.lon, me.lat, q.lon, q.lat)
        if d2 <= reach.squared[me.kind, q.kind]:
            asker[root] = k
            met[roots] = root
            roots += 1
    return roots


@compiled
def _roots_before(
    grid: Grid,
    table: F8,
    reach: Reach,
    asked: tuple[int, int],
    ranks: tuple[I4, I4],
    spans: I8,
    forest: tuple[I4, I4, I4],
) -> int:
    """How many roots a point meets among those before it; asked = (its rank, roots there are).

    Like :func:`_links_before` without the nearest; the points sorted beside it are asked first.
    """
    k, living = asked
    beside = ranks[1][k]
    run = max(beside - LOOK, 0), min(beside + LOOK + 1, len(grid.points)), 0
    roots = _roots_among(grid, table, reach, k, ranks, run, forest)
    if roots == living:
        return roots
    me = grid.points[beside]
    at = (me.lon, me.lat, me.t // reach.tau - grid.slot0)
    for s in range(_spans_near(grid, table, at, reach.farthest, spans)):
        run = spans[s, 0], spans[s, 1], roots
        roots = _roots_among(grid, table, reach, k, ranks, run, forest)
        if roots == living:
            break
    return roots


def ignitions(
    points: Points, sequence: I4, table: F8, reach: Reach, min_age: int, *, exact: bool
) -> I4:
    """Which ignition each point of a fire came from: the input place of the ignition's first point.

    Points are taken as they were seen (``sequence``: places in order of time).  A point without an
    earlier linked one is a new ignition; where two meet, the younger one lives on as a part of its
    own only if it is at least ``min_age`` seconds old.  Unless ``exact``, only the set of ignitions
    is right: a point may be given to any that it is linked to.
    """
    grid = build_grid(points, table, reach.tau, reach.finest)
    n = len(sequence)
    rank_of_input = np.empty(n, np.int32)
    rank_of_input[sequence] = np.arange(n, dtype=np.int32)
    rank = rank_of_input[grid.points["order"]]
    place = np.empty(n, np.int32)
    place[rank] = np.arange(n, dtype=np.int32)
    spans = np.empty((_most_spans(grid, reach.farthest), 2), np.int64)
    forest = np.arange(n, dtype=np.int32), np.full(n, -1, np.int32), np.empty(n, np.int32)
    first = _ignitions(grid, table, reach, (rank, place), spans, forest, (min_age, exact))
    labels = np.empty(n, np.int32)
    labels[sequence] = sequence[first]
    return labels


@compiled
def count_ignitions(
    points: Points, sequence: I4, starts: I8, table: F8, reach: Reach, min_age: int
) -> I8:
    """How many :func:`ignitions` each of many small fires has, by comparing every two points.

    ``sequence`` goes fire by fire, each in order of time, from its place in ``starts``.
    """
    found = np.empty(len(starts) - 1, np.int64)
    for fire in range(len(found)):
        mine = sequence[starts[fire] : starts[fire + 1]]
        found[fire] = _count_ignitions(points, mine, table, reach, min_age)
    return found


@compiled
def _count_ignitions(points: Points, sequence: I4, table: F8, reach: Reach, min_age: int) -> int:
    n = len(sequence)
    count = living = 0  # ignitions, and roots
    parent, asker = np.arange(n, dtype=np.int32), np.full(n, -1, np.int32)
    met = np.empty(n, np.int32)  # roots
    for k in range(n):
        roots = _roots_seen(points, sequence, table, reach, k, living, (parent, asker, met))
        if roots == 0:
            count += 1
            living += 1
            continue
        living -= roots - 1
        eldest = met[:roots].min()
        parent[k] = eldest
        for root in met[:roots]:
            parent[root] = eldest
            age = points.t[sequence[k]] - points.t[sequence[root]]
            count -= root != eldest and age < min_age
    return count


@compiled
def _roots_seen(
    points: Points,
    sequence: I4,
    table: F8,
    reach: Reach,
    k: int,
    living: int,
    forest: tuple[I4, I4, I4],
) -> int:
    """How many of the ``living`` roots the k-th point meets; those just before it come first."""
    parent, asker, met = forest
    me, roots = sequence[k], 0
    for j in range(k - 1, -1, -1):
        other = sequence[j]
        if roots == living or points.t[me] - points.t[other] > reach.tau:
            break
        root = _find(parent, j)
        if asker[root] == k:
            continue
        d2 = squared_km(table, points.lon[me], points.lat[me], points.lon[other], points.lat[other])
        if d2 <= reach.squared[points.kind[me], points.kind[other]]:
            asker[root] = k
            met[roots] = root
            roots += 1
    return roots


@compiled
def _ignitions(
    grid: Grid,
    table: F8,
    reach: Reach,
    ranks: tuple[I4, I4],
    spans: I8,
    forest: tuple[I4, I4, I4],
    rule: tuple[int, bool],
) -> I4:
    """Rank of the first point of each point's ignition; rule = (min_age, exact)."""
    min_age, exact = rule
    place = ranks[1]
    n = len(place)
    ignition = np.empty(n, np.int32)  # of what was absorbed
    own = np.empty(n, np.int32)
    living = 0  # roots
    for k in range(n):
        ignition[k] = k
        own[k] = k
        if exact:
            near, roots = _links_before(grid, table, reach, k, ranks, spans, forest)
        else:
            roots = _roots_before(grid, table, reach, (k, living), ranks, spans, forest)
            near = forest[2][0]
        if roots == 0:
            living += 1
            continue
        living -= roots - 1
        own[k] = own[near]
        eldest = forest[2][0]
        for m in range(1, roots):
            eldest = min(eldest, forest[2][m])
        forest[0][k] = eldest
        for m in range(roots):
            young = forest[2][m]
            forest[0][young] = eldest
            age = grid.points[place[k]].t - grid.points[place[young]].t
            if young != eldest and age < min_age:
                ignition[young] = eldest
    for k in range(n):
        own[k] = _find(ignition, own[k])
    return own
