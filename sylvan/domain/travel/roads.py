"""The road graph: lines of a map, noded where they meet, with hours between places.

Lines are cut to pieces no longer than a cell, so that each node stands for the cell that it lies
in: there a crew leaves the truck and walks on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from sylvan.domain.places import LonLat
from sylvan.domain.travel.parameters import DEFAULT, Season, TravelParameters
from sylvan.domain.travel.plane import Plane

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
_KM: Final = 1_000.0
GRID_M: Final = 1.0
"""Ends of lines this near are one node: noding rounds, and maps are drawn no finer."""


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """Nodes on the plane and the edges between them, both ways."""

    plane: Plane
    xy: F8 = field(default_factory=lambda: np.empty((0, 2)))
    """(nodes, 2) m on the plane."""
    first: I8 = field(default_factory=lambda: np.zeros(1, np.int64))
    """(nodes + 1,) where each node's edges begin."""
    ends: I8 = field(default_factory=lambda: np.empty(0, np.int64))
    """(edges,) node to which each leads."""
    km: F8 = field(default_factory=lambda: np.empty(0))
    """(edges,) length on the ground, with the bends that the map leaves out."""
    hours: F8 = field(default_factory=lambda: np.empty(0))
    """(edges,) of a truck."""

    def __len__(self) -> int:
        return len(self.xy)

    @cached_property
    def cells(self) -> I8:
        """(nodes, 2) row and column of the cell in which each node lies."""
        size = self.plane.cell_km * _KM
        corner = np.array([self.plane.south_m, self.plane.west_m])
        return np.asarray(np.floor((self.xy[:, ::-1] - corner) / size), np.int64)

    @cached_property
    def tree(self) -> KDTree:
        """To find the node nearest to a place on the plane."""
        return KDTree(self.xy)

    def nearest(self, point: LonLat) -> tuple[int, float]:
        """The node nearest to a place and the straight way there, km; −1 where there are none."""
        if not len(self):
            return -1, inf
        x, y = self.plane.flat(np.array([point[0]]), np.array([point[1]]))
        apart, node = self.tree.query((x[0], y[0]))
        scale = float(self.plane.scale_at(x, y)[0])
        return int(node), float(apart) / _KM / scale

    def times(self, start: F8, limit: float) -> tuple[F8, I8]:
        """Least hours to each node, Dijkstra's way.

        Args:
            start: (nodes,) hours at which each node is reached by other means; infinite where not.
            limit: hours; nothing later is searched.

        Returns:
            (nodes,) hours, infinite where nobody gets within the limit; and the node before each,
            −1 where a way begins.
        """
        count = len(self)
        seeds = np.flatnonzero(np.isfinite(start))
        first = np.append(self.first, self.first[-1] + len(seeds))
        ends, hours = np.append(self.ends, seeds), np.append(self.hours, start[seeds])
        graph = csr_matrix((hours, ends, first), shape=(count + 1, count + 1))
        times, before = dijkstra(graph, indices=count, limit=limit, return_predecessors=True)
        found = np.where(before[:count] == count, -1, np.maximum(before[:count], -1))
        return np.asarray(times[:count], np.float64), found.astype(np.int64)

    def way(self, node: int, previous: I8) -> tuple[list[int], float]:
        """Nodes of the way on which a node was reached, from its beginning; and its km."""
        nodes = [node]
        while previous[nodes[-1]] >= 0:
            nodes.append(int(previous[nodes[-1]]))
        nodes.reverse()
        return nodes, sum(self._length(a, b) for a, b in pairwise(nodes))

    def _length(self, start: int, end: int) -> float:
        edges = slice(self.first[start], self.first[start + 1])
        return float(self.km[edges][self.ends[edges] == end].min())

    def places(self, nodes: Sequence[int]) -> list[LonLat]:
        """Degrees of nodes."""
        return self.plane.lonlat(self.xy[list(nodes)])


def road_graph(
    plane: Plane,
    roads: Sequence[BaseGeometry],
    winter_roads: Sequence[BaseGeometry] = (),
    season: Season = Season.OPEN_WATER,
    params: TravelParameters = DEFAULT,
) -> RoadGraph:
    """The graph of a season.

    Args:
        plane: where cells are.
        roads: lines in degrees; lines that cross are taken to meet.
        winter_roads: the same; they are there in winter only.
        season: of the year.
        params: speeds.
    """
    drawn = [*roads, *(winter_roads if season is Season.WINTER else ())]
    lines = [one for one in plane.drawn(drawn) if one.length > 0] if drawn else []
    if not lines:
        return RoadGraph(plane)
    icy = np.arange(len(drawn)) >= len(roads)
    pieces = _pieces(lines, plane.cell_km * _KM)
    slow = _on_winter_road(pieces, plane, drawn, icy)
    return _graph(plane, pieces, slow, params)


def _pieces(lines: list[BaseGeometry], longest_m: float) -> F8:
    """(pieces, 2, 2) m: straight stretches from node to node."""
    noded = shapely.node(shapely.union_all(shapely.set_precision(lines, GRID_M)))
    cut = shapely.get_parts(shapely.segmentize(noded, longest_m))
    xy, line = shapely.get_coordinates(cut, return_index=True)
    same = line[1:] == line[:-1]
    found: F8 = np.stack([xy[:-1][same], xy[1:][same]], axis=1)
    return found


def _on_winter_road(
    pieces: F8, plane: Plane, drawn: Sequence[BaseGeometry], icy: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Which stretches lie on no other road than a winter one."""
    if not icy.any():
        return np.zeros(len(pieces), np.bool_)
    tree = shapely.STRtree(plane.drawn(drawn))
    nearest = tree.nearest(shapely.points(pieces.mean(axis=1)))
    return np.asarray(icy[nearest], np.bool_)


def _graph(
    plane: Plane, pieces: F8, slow: npt.NDArray[np.bool_], params: TravelParameters
) -> RoadGraph:
    spots = np.rint(pieces.reshape(-1, 2) / GRID_M).astype(np.int64)
    xy, node = np.unique(spots, axis=0, return_inverse=True)
    pairs = node.reshape(-1, 2)
    apart = pieces[:, 1] - pieces[:, 0]
    middle = pieces.mean(axis=1)
    scale = plane.scale_at(middle[:, 0], middle[:, 1])
    km = np.hypot(apart[:, 0], apart[:, 1]) / _KM / scale * params.road_detour
    hours = km / np.where(slow, params.winter_road_km_h, params.road_km_h)
    begin, end = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.lexsort((end, begin))
    first = np.searchsorted(begin[order], np.arange(len(xy) + 1))
    km, hours = np.tile(km, 2)[order], np.tile(hours, 2)[order]
    return RoadGraph(
        plane, xy.astype(np.float64) * GRID_M, first.astype(np.int64), end[order], km, hours
    )
