"""The compiled part of roads: least hours from places on a graph, with an early stop."""

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]


@compiled
def _up(heap: I8, place: I8, key: F8, at: int) -> None:
    """Move an entry toward the root until its time fits."""
    node = heap[at]
    while at > 0:
        above = (at - 1) // 2
        if key[heap[above]] <= key[node]:
            break
        heap[at] = heap[above]
        place[heap[at]] = at
        at = above
    heap[at] = node
    place[node] = at


@compiled
def _take(heap: I8, place: I8, key: F8, size: int) -> int:
    """Take the earliest node off a heap of ``size`` entries."""
    first: int = heap[0]
    node = heap[size - 1]
    at, last = 0, size - 1
    while 2 * at + 1 < last:
        below = 2 * at + 1
        if below + 1 < last and key[heap[below + 1]] < key[heap[below]]:
            below += 1
        if key[node] <= key[heap[below]]:
            break
        heap[at] = heap[below]
        place[heap[at]] = at
        at = below
    heap[at] = node
    place[node] = at
    place[first] = -1
    return first


@compiled
def shortest(first: I8, ends: I8, hours: F8, start: F8, limit: float) -> tuple[F8, I8]:
    """Least hours to each node (Dijkstra 1959, with a binary heap).

    Args:
        first: (nodes + 1,) where each node's edges begin.
        ends: (edges,) node to which each leads.
        hours: (edges,) what each takes, 0 or more.
        start: (nodes,) hours at which each node is reached by other means; infinite where not.
        limit: hours; nothing later is searched.

    Returns:
        (nodes,) hours, infinite where nobody gets within the limit; the node before each, −1
        where the way begins.
    """
    count = len(first) - 1
    times, previous = np.full(count, np.inf), np.full(count, -1, np.int64)
    heap, place = np.empty(count, np.int64), np.full(count, -1, np.int64)
    size = 0
    for node in range(count):
        if start[node] <= limit:
            times[node] = start[node]
            heap[size] = node
            _up(heap, place, times, size)
            size += 1
    while size > 0:
        node = _take(heap, place, times, size)
        size -= 1
        for edge in range(first[node], first[node + 1]):
            other = ends[edge]
            t = times[node] + hours[edge]
            if t < times[other] and t <= limit:
                if place[other] < 0:
                    heap[size] = other
                    place[other] = size
                    size += 1
                times[other], previous[other] = t, node
                _up(heap, place, times, place[other])
    return times, previous
