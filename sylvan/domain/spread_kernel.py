"""The compiled heart of spread: when a fire first reaches each cell (minimum arrival time).

Semi-Lagrangian: a cell's time is the least that a straight way takes from a point of the ring of 32
neighbours around it, T(x) = min over λ of T(λ) + τ(q_λ), where T(λ) lies between the times of two
neighbours in the ring and τ is the time that the ellipse of the rates of spread needs.  So a front
takes every direction, where models that step from cell to cell keep eight and lose half of the
area.  Ways are walked through every cell and hour that they cross: water one cell wide is never
jumped, and a wind that turns turns the front at its hour.
"""

from itertools import pairwise
from math import atan2, gcd, inf
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I4 = npt.NDArray[np.int32]
I8 = npt.NDArray[np.int64]

BARRIER = -1
"""Class of a cell that never burns."""
HOUR = 60.0
"""Minutes for which a set of rates holds."""
REACH = 3
"""Cells from the middle to the sides of the far ring."""
TERMS = 5
"""Numbers by which an ellipse is told, see :func:`ellipses`."""
_TOLERANCE = 1e-4  # min; a smaller gain is not passed on
_MOST_TURNS = (
    100  # times that a cell may be bettered; 1.4 at most were seen, it makes sure of an end
)
_NEARER = 1.0 / 3.0  # λ of the places from which mixed ground is crossed
_NEWTON = 3  # steps; the third moves λ by less than 0.01
_SLOWEST = 1e-6  # m/min; slower is not spreading in that hour
_BLUNTEST = 1e-6  # back over head; an ellipse must reach a little behind where it was lit


def _neighbours() -> list[tuple[int, int]]:
    """The ring: steps (rows, columns) to 32 neighbours in as many directions, by angle."""
    steps = range(-REACH, REACH + 1)
    ring = [(i, j) for i in steps for j in steps if gcd(i, j) == 1]
    return sorted(ring, key=lambda step: atan2(step[0], step[1]))


def _crossings(i: int, j: int) -> list[float]:
    """Where the way from a neighbour to the middle passes from cell to cell, as shares of it."""
    sides = {
        abs(side / step) for step in (i, j) for side in np.arange(0.5, REACH) if side < abs(step)
    }
    return [0.0, *sorted(round(1.0 - share, 9) for share in sides), 1.0]


def _cell(i: int, j: int, share: float) -> tuple[int, int]:
    """The cell in which a place on the way lies."""
    return round(i * (1.0 - share)), round(j * (1.0 - share))


def _ways(ring: list[tuple[int, int]]) -> tuple[I8, F8, I8]:
    """Cells that each way crosses, the share of the way in each, and the pairs beside a corner.

    Where a way passes exactly between two cells, it is closed if both of them are.
    """
    most = 2 * REACH
    cells = np.zeros((len(ring), most, 2), np.int64)
    shares = np.zeros((len(ring), most))
    beside = np.zeros((len(ring), 2, 2), np.int64)  # the middle itself where there is no corner
    for k, (i, j) in enumerate(ring):
        ends = _crossings(i, j)
        for n, (begin, end) in enumerate(pairwise(ends)):
            cells[k, n] = _cell(i, j, (begin + end) / 2)
            shares[k, n] = end - begin
            if n and np.abs(cells[k, n] - cells[k, n - 1]).sum() > 1:
                before, after = cells[k, n - 1], cells[k, n]
                beside[k] = (before[0], after[1]), (after[0], before[1])
    return cells, shares, beside


_RING = np.array(_neighbours(), np.int64)
_CELLS, _SHARES, _BESIDE = _ways(_neighbours())


class Ground(NamedTuple):
    """A window of cells; rows run northward, columns eastward."""

    kind: I4  # (rows, columns) class of each cell, a row of ``rates``, or BARRIER
    east_m: F8  # (rows,) width of the cells of each row, m
    north_m: float  # height of a cell, m
    rates: F8  # (classes, hours, 5) :func:`ellipses`; the first hour begins at minute 0


class Front(NamedTuple):
    """What is known of the fire so far."""

    times: F8  # (rows, columns) minutes; infinite where it has not come
    slopes: F8  # (rows, columns, 2) their gradient eastward and northward, min/m; NaN at the start


class Heap(NamedTuple):
    """Cells from which the fire goes on, the earliest first."""

    cells: I4
    place: I4  # of each cell among them, −1 for none
    key: F8  # time of each cell


def ellipses(head: F8, back: F8, length_to_breadth: F8, toward_deg: F8) -> F8:
    """The rates as the solver reads them: the form √(qᵀMq) − p·q of the time that q takes.

    With a = (H+B)/2, b = a/LB, c = (H−B)/2, u along the heading and v across it, the time τ that
    solves ((u − cτ)/a)² + (v/b)² = τ² is (√(a²u² + (a²HB/b²)v²) − cu)/(HB).

    Args:
        head: rate of spread H ahead, m/min, of any shape.
        back: the same against the heading, B.
        length_to_breadth: LB of the ellipse, 1 and more.
        toward_deg: heading, degrees clockwise from north.

    Returns:
        (…, 5): M in east-east, east-north, north-north, p eastward and northward, min/m; all
        infinite where nothing spreads.
    """
    moving = head > _SLOWEST
    h = np.where(moving, head, 1.0)
    b = np.minimum(np.maximum(back, h * _BLUNTEST), h)
    along, across = (h + b) / 2 / (h * b), length_to_breadth / np.sqrt(h * b)
    sine, cosine = np.sin(np.radians(toward_deg)), np.cos(np.radians(toward_deg))
    shift = (h - b) / 2 / (h * b)
    form = np.stack(
        (
            along**2 * sine**2 + across**2 * cosine**2,
            (along**2 - across**2) * sine * cosine,
            along**2 * cosine**2 + across**2 * sine**2,
            shift * sine,
            shift * cosine,
        ),
        axis=-1,
    )
    return np.where(moving[..., None], form, inf)


@compiled
def _time(form: F8, east: float, north: float) -> float:
    """Minutes that a displacement in metres takes."""
    square = (form[0] * east + 2.0 * form[1] * north) * east + form[2] * north * north
    minutes: float = np.sqrt(max(square, 0.0)) - form[3] * east - form[4] * north
    return minutes


@compiled
def _walk(t: float, east: float, north: float, way: int, i: int, j: int, ground: Ground) -> float:
    """When a way to cell (i, j) ends that begins at ``t``, through all cells and hours on it."""
    one, other = _BESIDE[way, 0], _BESIDE[way, 1]
    kind, rates = ground.kind, ground.rates
    if kind[i + one[0], j + one[1]] < 0 and kind[i + other[0], j + other[1]] < 0:
        return np.inf
    for n in range(_SHARES.shape[1]):
        left = _SHARES[way, n]
        if left == 0.0:
            break
        k = kind[i + _CELLS[way, n, 0], j + _CELLS[way, n, 1]]
        if k < 0:
            return np.inf
        while True:
            hour = int(t / HOUR)
            if hour >= rates.shape[1]:
                return np.inf
            end = (hour + 1) * HOUR
            if rates[k, hour, 0] < np.inf:
                whole = _time(rates[k, hour], east, north)
                if t + left * whole <= end:
                    t += left * whole
                    break
                left -= (end - t) / whole
            t = end
    return t


@compiled
def _sag(share: float, rise: float, first: float, last: float) -> tuple[float, float, float]:
    """How far T(λ) lies below the straight line between two neighbours' times; two derivatives.

    The cubic with the slopes at both ends, where these say that it sags, but not below the
    tangents; else nothing.  Straight lines alone would blunt the head of a narrow ellipse.
    """
    if not first <= rise <= last:
        return 0.0, 0.0, 0.0
    rest, begin, end = 1.0 - share, first - rise, rise - last
    depth = max(share * rest * (rest * begin + share * end), share * begin, rest * end)
    slope = rest * (1.0 - 3.0 * share) * begin + share * (2.0 - 3.0 * share) * end
    return depth, slope, (6.0 * share - 4.0) * begin + (2.0 - 6.0 * share) * end


@compiled
def _best_share(
    east: float, north: float, d_east: float, d_north: float, form: F8, ends: tuple[float, ...]
) -> float:
    """λ of the earliest way from between two neighbours: Newton's steps for T(λ) + τ(q + λd)."""
    ahead_east = form[0] * d_east + form[1] * d_north
    ahead_north = form[1] * d_east + form[2] * d_north
    a = d_east * ahead_east + d_north * ahead_north
    b = east * ahead_east + north * ahead_north
    c = (form[0] * east + 2.0 * form[1] * north) * east + form[2] * north * north
    drift = form[3] * d_east + form[4] * d_north
    rise, first, last = ends
    share = 0.5
    for _ in range(_NEWTON):
        root = np.sqrt((a * share + 2.0 * b) * share + c)
        _, slope, curve = _sag(share, rise, first, last)
        curve += (a * c - b * b) / root**3
        if not curve > 0.0:
            break
        step = (rise + slope - drift + (a * share + b) / root) / curve
        share = min(max(share - step, 0.0), 1.0)
    return share


@compiled
def _uniform(way: int, i: int, j: int, kind: I4) -> bool:
    """Whether a way to cell (i, j) crosses cells of one class only.

    Where the ground changes, times have kinks, and a slope says nothing of what lies beside it.
    """
    for n in range(_SHARES.shape[1]):
        if _SHARES[way, n] == 0.0:
            break
        if kind[i + _CELLS[way, n, 0], j + _CELLS[way, n, 1]] != kind[i, j]:
            return False
    return True


@compiled
def _between(
    k: int, m: int, i: int, j: int, front: Front, ground: Ground, best: float
) -> tuple[float, float, float, int]:
    """The earliest way to (i, j) from between its neighbours k and m: end, displacement, cells."""
    row, column = i + _RING[k, 0], j + _RING[k, 1]
    next_row, next_column = i + _RING[m, 0], j + _RING[m, 1]
    here, there = front.times[row, column], front.times[next_row, next_column]
    soonest = min(here, there)
    if soonest >= best or max(here, there) == np.inf:
        return np.inf, 0.0, 0.0, k
    hour = int(soonest / HOUR)
    if hour >= ground.rates.shape[1] or ground.rates[ground.kind[i, j], hour, 0] == np.inf:
        return np.inf, 0.0, 0.0, k
    width, height = ground.east_m[i], ground.north_m
    east, north = -_RING[k, 1] * width, -_RING[k, 0] * height
    d_east, d_north = -_RING[m, 1] * width - east, -_RING[m, 0] * height - north
    if not (_uniform(k, i, j, ground.kind) and _uniform(m, i, j, ground.kind)):
        return _on_mixed(k, m, i, j, (here, there), (east, north, d_east, d_north), ground)
    begin, end = front.slopes[row, column], front.slopes[next_row, next_column]
    ends = (
        there - here,  # the way's end stays, so that its beginning moves by −d
        -begin[0] * d_east - begin[1] * d_north,
        -end[0] * d_east - end[1] * d_north,
    )
    form = ground.rates[ground.kind[i, j], hour]
    share = _best_share(east, north, d_east, d_north, form, ends)
    if not 0.0 < share < 1.0:
        return np.inf, 0.0, 0.0, k  # the neighbours themselves are asked on their own
    t = here + share * ends[0] + _sag(share, ends[0], ends[1], ends[2])[0]
    east, north = east + share * d_east, north + share * d_north
    return _walk(t, east, north, k, i, j, ground), east, north, k


@compiled
def _on_mixed(
    k: int, m: int, i: int, j: int, times: tuple[float, ...], way: tuple[float, ...], ground: Ground
) -> tuple[float, float, float, int]:
    """The same where the ways cross more than one class: from fixed places, through fixed cells.

    A place that follows from the times would be the best for another ground than is crossed, and
    the result would hang on the order in which cells come.
    """
    east, north = way[0] + _NEARER * way[2], way[1] + _NEARER * way[3]
    t = times[0] + _NEARER * (times[1] - times[0])
    t = _walk(t, east, north, k, i, j, ground)
    to_east, to_north = way[0] + (1.0 - _NEARER) * way[2], way[1] + (1.0 - _NEARER) * way[3]
    other = times[1] + _NEARER * (times[0] - times[1])
    other = _walk(other, to_east, to_north, m, i, j, ground)
    if other < t:
        return other, to_east, to_north, m
    return t, east, north, k


@compiled
def _better(k: int, i: int, j: int, front: Front, ground: Ground) -> bool:
    """Better the time of cell (i, j) by ways from its k-th neighbour and from beside that."""
    best = front.times[i, j] - _TOLERANCE
    east, north = -_RING[k, 1] * ground.east_m[i], -_RING[k, 0] * ground.north_m
    t = front.times[i + _RING[k, 0], j + _RING[k, 1]]
    t = _walk(t, east, north, k, i, j, ground) if t < best else np.inf
    way = k
    for turn in (-1, 1):
        m = (k + turn) % len(_RING)
        row, column = i + _RING[m, 0], j + _RING[m, 1]
        if 0 <= row < front.times.shape[0] and 0 <= column < front.times.shape[1]:
            other, to_east, to_north, by = _between(k, m, i, j, front, ground, min(t, best))
            if other < t:
                t, east, north, way = other, to_east, to_north, by
    if not t < best:
        return False
    front.times[i, j] = t
    front.slopes[i, j] = np.nan
    hour = int(t / HOUR)
    if hour < ground.rates.shape[1] and _uniform(way, i, j, ground.kind):
        form = ground.rates[ground.kind[i, j], hour]
        front.slopes[i, j, 0], front.slopes[i, j, 1] = _slope(form, east, north)
    return True


@compiled
def _slope(form: F8, east: float, north: float) -> tuple[float, float]:
    """The gradient of the times where a way ends: that of τ by the way's displacement."""
    ahead_east = form[0] * east + form[1] * north
    ahead_north = form[1] * east + form[2] * north
    root = np.sqrt(east * ahead_east + north * ahead_north)
    return ahead_east / root - form[3], ahead_north / root - form[4]


@compiled
def _up(heap: Heap, at: int) -> None:
    """Move an entry toward the heap's root until its time fits."""
    cell = heap.cells[at]
    while at > 0:
        above = (at - 1) // 2
        if heap.key[heap.cells[above]] <= heap.key[cell]:
            break
        heap.cells[at] = heap.cells[above]
        heap.place[heap.cells[at]] = at
        at = above
    heap.cells[at] = cell
    heap.place[cell] = at


@compiled
def _take(heap: Heap, size: int) -> int:
    """Take the earliest cell off a heap of ``size`` entries."""
    first: int = heap.cells[0]
    cell = heap.cells[size - 1]
    at, last = 0, size - 1
    while 2 * at + 1 < last:
        below = 2 * at + 1
        if below + 1 < last and heap.key[heap.cells[below + 1]] < heap.key[heap.cells[below]]:
            below += 1
        if heap.key[cell] <= heap.key[heap.cells[below]]:
            break
        heap.cells[at] = heap.cells[below]
        heap.place[heap.cells[at]] = at
        at = below
    heap.cells[at] = cell
    heap.place[cell] = at
    heap.place[first] = -1
    return first


@compiled
def _begin(times: F8, heap: Heap) -> int:
    """Put into the heap what burns at the start and has unburnt cells beside it; how many."""
    rows, columns = times.shape
    size = 0
    for i in range(rows):
        for j in range(columns):
            if times[i, j] < np.inf:
                near = times[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
                if near.max() == np.inf:
                    heap.cells[size] = i * columns + j
                    _up(heap, size)
                    size += 1
    return size


@compiled
def solve(front: Front, ground: Ground, until: float) -> bool:
    """Let a fire run until a time; arrival times are written into ``front``.

    Args:
        front: times finite where it burns at the start, slopes NaN.
        ground: where it runs; of the same shape.
        until: minutes; what is reached later is left with some later time.

    Returns:
        Whether the fire stayed ``REACH`` cells inside; if not, it was left as it was then.
    """
    rows, columns = front.times.shape
    cells = rows * columns
    key = front.times.ravel()  # the same memory
    heap = Heap(np.empty(cells, np.int32), np.full(cells, -1, np.int32), key)
    turns = np.zeros(cells, np.int8)
    size = _begin(front.times, heap)
    while size:
        cell = _take(heap, size)
        size -= 1
        if key[cell] > until:
            break
        row, column = cell // columns, cell % columns
        if min(row, column, rows - 1 - row, columns - 1 - column) < REACH:
            return False
        for k in range(len(_RING)):
            i, j = row - _RING[k, 0], column - _RING[k, 1]
            other = i * columns + j
            if ground.kind[i, j] < 0 or turns[other] == _MOST_TURNS:
                continue
            if _better(k, i, j, front, ground):
                turns[other] += 1
                if heap.place[other] < 0:
                    heap.place[other] = size
                    heap.cells[size] = other
                    size += 1
                _up(heap, heap.place[other])
    return True
