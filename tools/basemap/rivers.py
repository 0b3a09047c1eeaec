"""River lines with names: the world's databank has lines without names, we have names and ends.

Every vertex of the river lines becomes a node; where a tributary stops short of its river, or
where a wide river is only a polygon and Natural Earth's axis has to stand in, near nodes are
joined at a price. The cheapest way from a river's source to its mouth is then that river.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from tools.basemap import sources

TABLE = Path(__file__).with_name("rivers.csv")

EARTH_KM = 6371.0
JOIN_KM = 3.5  # how far a tributary may stop short of its river; axes lie up to 3 km beside it
SNAP_KM = 90.0  # how far the nearest node may be from an end in the table
JOIN_PRICE = 8.0  # × the gap: jumps are a last resort
AXIS_PRICE = 4.0  # × the length: Natural Earth only where the databank has a polygon
SHARED_KM = 15.0  # named rivers meet at mouths; more in common is a wrong end in the table
STEP_DEG = 0.02  # axes get vertices this often, so that joins find them


@dataclass(frozen=True)
class River:
    """A stretch of river for the map: ``axis`` runs inside a polygon of water."""

    line: BaseGeometry
    code: str | None
    name_ru: str | None
    name_en: str | None
    rank: int
    axis: bool


def named_in_table(area: str) -> list[dict[str, str]]:
    """Rows of the table of names for one area."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["area"] == area]


@cache
def rivers(area: str, box: sources.Box) -> tuple[River, ...]:
    """All rivers of a box, the named ones of ``area`` in the table by name.

    Raises:
        SystemExit: a name whose ends do not lie on any river, or are not connected.
    """
    network = _Network(sources.river_lines(box), _axes(box))
    found: list[River] = []
    used: set[frozenset[int]] = set()
    for row in named_in_table(area):
        path = network.path(_stops(row), row["code"])
        found += list(_stretches(network, path, row))
        edges = {frozenset(pair) for pair in pairwise(path)}
        if network.length_km(edges & used) > SHARED_KM:
            message = f"rivers.csv: {row['code']}: runs along another river, check its ends"
            raise SystemExit(message)
        used |= edges
    return (*found, *_nameless(network, used))


def courses(area: str, box: sources.Box) -> list[tuple[str, str, int, BaseGeometry]]:
    """Names, rank and whole course of each river in the table: what a label is written along."""
    named: dict[str, list[River]] = {}
    for river in rivers(area, box):
        if river.code:
            named.setdefault(river.code, []).append(river)
    found = []
    for parts in named.values():
        points = np.vstack([shapely.get_coordinates(part.line) for part in parts])
        first = parts[0]
        line = shapely.LineString(points)
        found.append((str(first.name_ru), str(first.name_en), first.rank, line))
    return found


def calmed(line: BaseGeometry, tolerance: float) -> BaseGeometry:
    """A line without its meanders, corners cut (Chaikin 1974): letters can stand along it."""
    points = shapely.get_coordinates(line.simplify(tolerance))
    for _ in range(3):
        a, b = points[:-1], points[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], cut, points[-1:]])
    return shapely.LineString(points)


def _stops(row: dict[str, str]) -> list[tuple[float, float]]:
    via = [tuple(map(float, pair.split())) for pair in row["via"].split(";") if pair.strip()]
    start = (float(row["from_lon"]), float(row["from_lat"]))
    end = (float(row["to_lon"]), float(row["to_lat"]))
    return [start, *((lon, lat) for lon, lat in via), end]


def _axes(box: sources.Box) -> list[npt.NDArray[np.float64]]:
    area = shapely.box(*box)
    lines = [line for _, _, line in sources.world_rivers() if line.intersects(area)]
    dense = shapely.segmentize(np.array(lines, dtype=object), STEP_DEG)
    return [shapely.get_coordinates(part) for part in shapely.get_parts(dense)]


class _Network:
    """Rivers as a graph of vertices; edges weigh kilometres times a price."""

    def __init__(
        self,
        lines: Sequence[npt.NDArray[np.float64]],
        axes: Sequence[npt.NDArray[np.float64]],
    ) -> None:
        points = np.vstack([*lines, *axes])
        self.points, node = np.unique(points, axis=0, return_inverse=True)
        node = node.ravel()
        self.lines = _split(node, [len(line) for line in (*lines, *axes)])
        self.n_databank = len(lines)
        self.xyz = _on_sphere(self.points)
        self.tree = cKDTree(self.xyz)
        self.axis_edges: set[frozenset[int]] = set()
        self.graph = self._graph()

    def _graph(self) -> Any:
        tails, heads, costs = [], [], []
        for number, nodes in enumerate(self.lines):
            a, b = nodes[:-1], nodes[1:]
            price = 1.0 if number < self.n_databank else AXIS_PRICE
            tails.append(a)
            heads.append(b)
            costs.append(self._km(a, b) * price)
            if number >= self.n_databank:
                self.axis_edges |= {
                    frozenset(pair) for pair in zip(a.tolist(), b.tolist(), strict=True)
                }
        a, b = self._joins()
        tails.append(a)
        heads.append(b)
        costs.append(self._km(a, b) * JOIN_PRICE)
        tail, head, cost = map(np.concatenate, (tails, heads, costs))
        return _undirected(tail, head, cost, len(self.points))

    def _joins(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Ends of databank lines to what is near, and every axis vertex to the databank."""
        ends = {int(n) for line in self.lines[: self.n_databank] for n in (line[0], line[-1])}
        axis = {int(n) for line in self.lines[self.n_databank :] for n in line}
        starts = sorted(ends | axis)
        near = self.tree.query_ball_point(self.xyz[starts], JOIN_KM)
        pairs = [(a, b) for a, group in zip(starts, near, strict=True) for b in group if a != b]
        joined = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return joined[:, 0], joined[:, 1]

    def _km(self, a: Any, b: Any) -> npt.NDArray[np.float64]:
        return np.asarray(np.linalg.norm(self.xyz[a] - self.xyz[b], axis=-1))

    def length_km(self, edges: Iterable[frozenset[int]]) -> float:
        """Length of some edges together."""
        pairs = [sorted(edge) for edge in edges if len(edge) > 1]
        return float(sum(self._km(a, b) for a, b in pairs))

    def path(self, stops: Sequence[tuple[float, float]], code: str) -> list[int]:
        """Nodes of the cheapest way through the stops."""
        gaps, nodes = self.tree.query(_on_sphere(np.array(stops)))
        if max(gaps) > SNAP_KM:
            message = f"rivers.csv: {code}: no river within {SNAP_KM} km of {stops}"
            raise SystemExit(message)
        way: list[int] = []
        for start, end in pairwise(nodes):
            leg = self._leg(int(start), int(end), code)
            way += leg if not way else leg[1:]
        return way

    def _leg(self, start: int, end: int, code: str) -> list[int]:
        cost, before = dijkstra(self.graph, indices=start, return_predecessors=True)
        if not np.isfinite(cost[end]):
            message = f"rivers.csv: {code}: its ends are not connected"
            raise SystemExit(message)
        leg = [end]
        while leg[-1] != start:
            leg.append(int(before[leg[-1]]))
        return leg[::-1]


def _undirected(tail: Any, head: Any, cost: Any, size: int) -> Any:
    """The cheaper of parallel edges, both ways."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((cost, high, low))
    low, high, cost = low[order], high[order], cost[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    low, high, cost = low[first], high[first], np.maximum(cost[first], 1e-6)
    both = (np.concatenate([low, high]), np.concatenate([high, low]))
    return csr_matrix((np.concatenate([cost, cost]), both), (size, size))


def _split(values: npt.NDArray[Any], lengths: Sequence[int]) -> list[npt.NDArray[Any]]:
    return np.split(values, np.cumsum(lengths)[:-1])


def _on_sphere(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    lon, lat = np.radians(points).T
    unit = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    return np.asarray(EARTH_KM * unit)


def _stretches(network: _Network, path: list[int], row: dict[str, str]) -> Iterator[River]:
    """The path cut where it changes between the databank's line and the axis of a polygon."""
    pairs = list(pairwise(path))
    flags = [frozenset(pair) in network.axis_edges for pair in pairs]
    start = 0
    for index in range(1, len(pairs) + 1):
        if index < len(pairs) and flags[index] == flags[start]:
            continue
        line = shapely.LineString(network.points[path[start : index + 1]])
        names = (row["code"], row["name_ru"], row["name_en"])
        yield River(line, *names, int(row["rank"]), flags[start])
        start = index


def _nameless(network: _Network, used: set[frozenset[int]]) -> Iterator[River]:
    """What is left of the databank's lines; rank 5 for long ones, 6 for short ones."""
    for nodes in network.lines[: network.n_databank]:
        kept: list[list[int]] = [[int(nodes[0])]]
        for a, b in zip(nodes[:-1].tolist(), nodes[1:].tolist(), strict=True):
            if frozenset((a, b)) in used:
                kept.append([b])
            else:
                kept[-1].append(b)
        for run in kept:
            if len(run) > 1:
                line = shapely.LineString(network.points[run])
                yield River(line, None, None, None, _nameless_rank(line), axis=False)


LONG_KM = 60.0  # a nameless stretch this long is drawn a zoom earlier


def _nameless_rank(line: BaseGeometry) -> int:
    return 5 if _length_km(line) > LONG_KM else 6


def _length_km(line: BaseGeometry) -> float:
    points = _on_sphere(shapely.get_coordinates(line))
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
