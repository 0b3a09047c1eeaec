"""Rides and walks as fields of hours, made once and kept.

A ride field tells when a unit's vehicle is in each cell, a walk field how long people walk from
each cell to a fire.  The least sum over all cells is the way: people leave a vehicle once and do
not find another one in the forest.  Bases do not move, so their rides are kept; for a unit that
does, the same is searched from the fire's side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from sylvan.domain.places import LonLat
from sylvan.domain.travel import travel_kernel as kernel
from sylvan.domain.travel.mobility import Mobility
from sylvan.domain.travel.parameters import Mode
from sylvan.domain.travel.plane import Window
from sylvan.domain.travel.roads import RoadGraph

F8 = npt.NDArray[np.float64]
F4 = npt.NDArray[np.float32]
I8 = npt.NDArray[np.int64]
Cell = tuple[int, int]
_Key = TypeVar("_Key")
_Kept = TypeVar("_Kept", bound=tuple[object, ...])
MOST_MB: Final = 200.0
"""What kept fields of a kind may take; 180 rides of 60 bases take some 70 MB."""


class Launch(NamedTuple):
    """Where a unit's vehicle begins: the nearest road, shore or open ground."""

    cell: Cell
    node: int  # of the road graph; −1 off roads
    km: float  # on the ground, from the unit
    hours: float


class Ride(NamedTuple):
    """When a unit's vehicle is in each cell of a window."""

    window: Window
    hours: F4  # (rows, columns); infinite where it does not get to
    launch: Launch | None  # nothing: no road or water near


class Walk(NamedTuple):
    """How long people walk to a fire."""

    window: Window
    hours: F8  # (rows, columns) from each cell
    cells: I8  # (n, 2) row and column on the plane, the nearest first
    nearest: F8  # (n,) hours from these
    box: tuple[int, int, int, int]  # first row and column of these, and those behind the last
    moved_km: float  # from the fire's middle to where one can stand; 0 where it is open


class Toward(NamedTuple):
    """How long it takes from each place to a fire, riding and then walking."""

    window: Window
    hours: F4  # (rows, columns), of vehicles across country
    nodes: F8  # (nodes,), of trucks


@dataclass(frozen=True, eq=False)
class Fields:
    """The ground of a region in a season, with what was searched on it."""

    ground: Mobility
    roads: RoadGraph
    _rides: dict[tuple[Mode, LonLat], Ride] = field(default_factory=dict, init=False)
    _walks: dict[LonLat, Walk] = field(default_factory=dict, init=False)
    _towards: dict[tuple[Mode, LonLat, float], Toward] = field(default_factory=dict, init=False)

    @property
    def megabytes(self) -> float:
        """What the kept fields take in memory."""
        walks, towards = _megabytes(self._walks), _megabytes(self._towards)
        return _megabytes(self._rides) + walks + towards

    def ride(self, mode: Mode, point: LonLat) -> Ride:
        """The ride from a place; kept."""
        key = (mode, point)
        if key not in self._rides:
            _make_room(self._rides)
            self._rides[key] = self._ride(mode, point)
        return self._rides[key]

    def walk(self, point: LonLat) -> Walk:
        """The walks to a fire; kept."""
        if point not in self._walks:
            _make_room(self._walks)
            self._walks[point] = self._walk(point)
        return self._walks[point]

    def toward(self, mode: Mode, point: LonLat, pace: float = 1.0) -> Toward:
        """Rides and walks to a fire from everywhere, at a pace; kept."""
        key = (mode, point, pace)
        if key not in self._towards:
            _make_room(self._towards)
            self._towards[key] = self._toward(mode, point, pace)
        return self._towards[key]

    def cell(self, point: LonLat) -> Cell:
        """The cell of a place; may lie outside the plane."""
        row, column = self.ground.land.plane.cells([point])[0]
        return int(row), int(column)

    def launch(self, mode: Mode, point: LonLat) -> Launch | None:
        """Where a vehicle begins that stands at a place."""
        if mode is Mode.TRUCK:
            return self._on_road(point)
        return self._on_open(mode, self.cell(point), self.ground.params.launch_km)

    def _on_road(self, point: LonLat) -> Launch | None:
        params = self.ground.params
        node, apart = self.roads.nearest(point)
        if not apart <= params.launch_km:
            return self._over_land(point) if apart <= params.stretch_km else None
        km = apart * params.launch_detour
        row, column = self.roads.cells[node]
        return Launch((int(row), int(column)), node, km, km / params.launch_km_h)

    def _over_land(self, point: LonLat) -> Launch | None:
        """The road that is reached first over land, on tracks that the map does not know."""
        params, plane = self.ground.params, self.ground.land.plane
        stand = self._on_open(Mode.ON_FOOT, self.cell(point), params.launch_km)
        if stand is None:
            return None
        window = plane.around(stand.cell, params.stretch_km)
        is_land = np.isfinite(self.ground.friction(Mode.ON_FOOT, window))
        slow = params.launch_detour / params.stretch_km_h
        friction = np.where(is_land, slow, np.inf)
        longest = params.stretch_km * slow
        hours = kernel.grow(friction, _seed(window, stand.cell, 0.0), plane.cell_km, longest)
        at = self.roads.cells - (window.row, window.column)
        inside = ((at >= 0) & (at < (window.rows, window.columns))).all(axis=1)
        nodes = np.flatnonzero(inside)
        there = hours[at[nodes, 0], at[nodes, 1]]
        if not np.isfinite(there).any():
            return None
        node = int(nodes[np.argmin(there)])
        row, column = self.roads.cells[node]
        took = float(there.min())
        return Launch((int(row), int(column)), node, took * params.stretch_km_h, took)

    def _on_open(self, mode: Mode, cell: Cell, reach_km: float) -> Launch | None:
        plane, params = self.ground.land.plane, self.ground.params
        window = plane.around(cell, reach_km)
        if window.rows * window.columns == 0:
            return None
        open_cells = np.argwhere(np.isfinite(self.ground.friction(mode, window)))
        if not len(open_cells):
            return None
        away = window.on_plane(open_cells) - np.array(cell)
        apart = np.hypot(away[:, 0], away[:, 1]) * plane.cell_km
        best = int(np.argmin(apart))
        if apart[best] > reach_km:
            return None
        row, column = open_cells[best]
        found = (window.row + int(row), window.column + int(column))
        km = float(apart[best]) * params.launch_detour
        return Launch(found, -1, km, km / params.launch_km_h)

    def _ride(self, mode: Mode, point: LonLat) -> Ride:
        params, plane = self.ground.params, self.ground.land.plane
        cell = self.cell(point)
        window = plane.around(cell, params.reach_km[mode])
        launch = self.launch(mode, point)
        if launch is None:
            hours = np.full((window.rows, window.columns), np.inf)
        elif mode is Mode.TRUCK:
            hours = self._driven(self.road_times(launch)[0], window)
        else:
            start = _seed(window, launch.cell, launch.hours)
            friction = self.ground.friction(mode, window)
            hours = kernel.grow(friction, start, plane.cell_km, params.travel_most_h)
            if mode is Mode.BOAT:
                on_foot = self.ground.friction(Mode.ON_FOOT, window)
                bank = kernel.ashore(hours, friction, on_foot, plane.cell_km)
                hours = np.minimum(hours, bank)
        if plane.inside(cell):  # whoever is near enough walks all the way
            hours[cell[0] - window.row, cell[1] - window.column] = 0.0
        return _cut(window, hours, launch)

    def road_times(self, launch: Launch) -> tuple[F8, I8]:
        """Hours of a truck to each node of the road graph, and the node before it."""
        start = np.full(len(self.roads), np.inf)
        start[launch.node] = launch.hours
        return self.roads.times(start, self.ground.params.travel_most_h)

    def _driven(self, times: F8, window: Window) -> F8:
        """The earliest hour at a node in each cell."""
        hours = np.full((window.rows, window.columns), np.inf)
        at = self.roads.cells - (window.row, window.column)
        size = (window.rows, window.columns)
        inside = ((at >= 0) & (at < size)).all(axis=1) & np.isfinite(times)
        np.minimum.at(hours, (at[inside, 0], at[inside, 1]), times[inside])
        return hours

    def _walk(self, point: LonLat) -> Walk:
        params, plane = self.ground.params, self.ground.land.plane
        cell = self.cell(point)
        stand = self._on_open(Mode.ON_FOOT, cell, params.launch_km)
        reach = params.walk_most_h * max(self.ground.speeds(Mode.ON_FOOT).values())
        window = plane.around(cell, reach)
        hours = np.full((window.rows, window.columns), np.inf)
        if stand is not None:
            start = _seed(window, stand.cell, 0.0)
            friction = self.ground.friction(Mode.ON_FOOT, window)
            hours = kernel.grow(friction, start, plane.cell_km, params.walk_most_h)
        near = np.argwhere(np.isfinite(hours))
        nearest = hours[near[:, 0], near[:, 1]]
        order = np.argsort(nearest, kind="stable")
        moved = 0.0 if stand is None else stand.km / params.launch_detour
        cells = np.ascontiguousarray(window.on_plane(near[order]))
        return Walk(window, hours, cells, nearest[order], _box(cells), moved)

    def _toward(self, mode: Mode, point: LonLat, pace: float) -> Toward:
        params, plane = self.ground.params, self.ground.land.plane
        walk = self.walk(point)
        if mode is Mode.TRUCK:
            return Toward(
                Window(0, 0, 0, 0), np.empty((0, 0), np.float32), self._rolled(walk, pace)
            )
        window = plane.around(self.cell(point), params.reach_km[mode])
        start = np.full((window.rows, window.columns), np.inf)
        at = walk.cells - (window.row, window.column)
        inside = ((at >= 0) & (at < (window.rows, window.columns))).all(axis=1)
        start[at[inside, 0], at[inside, 1]] = walk.nearest[inside]
        friction = self.ground.friction(mode, window) / pace
        if mode is Mode.BOAT:
            on_foot = self.ground.friction(Mode.ON_FOOT, window)
            start = np.minimum(start, kernel.ashore(start, on_foot, friction, plane.cell_km))
        hours = kernel.grow(friction, start, plane.cell_km, params.travel_most_h)
        return Toward(window, hours.astype(np.float32), np.empty(0))

    def _rolled(self, walk: Walk, pace: float) -> F8:
        """Hours from each node of the road graph: the graph is the same both ways."""
        start = np.full(len(self.roads), np.inf)
        if len(self.roads):
            start = _of_cells(walk, self.roads.cells) * pace
        times, _ = self.roads.times(start, self.ground.params.travel_most_h * pace)
        return times / pace


def hours_to(walk: Walk, toward: Toward, launch: Launch | None, cell: Cell) -> tuple[float, float]:
    """Hours from a unit's place to a fire, all on foot, and by vehicle without the launch."""
    on_foot = float(_of_cells(walk, np.array([cell]))[0])
    if launch is None:
        return on_foot, inf
    if launch.node >= 0:
        return on_foot, float(toward.nodes[launch.node])
    row, column = launch.cell[0] - toward.window.row, launch.cell[1] - toward.window.column
    inside = 0 <= row < toward.window.rows and 0 <= column < toward.window.columns
    return on_foot, float(toward.hours[row, column]) if inside else inf


def _of_cells(walk: Walk, cells: I8) -> F8:
    """Hours on foot from cells of the plane; infinite outside the walk's window."""
    at = cells - (walk.window.row, walk.window.column)
    inside = ((at >= 0) & (at < (walk.window.rows, walk.window.columns))).all(axis=1)
    found = np.full(len(cells), np.inf)
    found[inside] = walk.hours[at[inside, 0], at[inside, 1]]
    return found


def _cut(window: Window, hours: F8, launch: Launch | None) -> Ride:
    """The part of a ride that gets anywhere: roads and rivers fill little of their window."""
    rows = np.flatnonzero(np.isfinite(hours).any(axis=1))
    columns = np.flatnonzero(np.isfinite(hours).any(axis=0))
    if not len(rows):
        return Ride(Window(window.row, window.column, 0, 0), np.empty((0, 0), np.float32), launch)
    first, left = int(rows[0]), int(columns[0])
    height, width = int(rows[-1]) + 1 - first, int(columns[-1]) + 1 - left
    part = hours[first : first + height, left : left + width].astype(np.float32)
    return Ride(Window(window.row + first, window.column + left, height, width), part, launch)


def _box(cells: I8) -> tuple[int, int, int, int]:
    if not len(cells):
        return 0, 0, 0, 0
    low, high = cells.min(axis=0), cells.max(axis=0) + 1
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _seed(window: Window, cell: Cell, hours: float) -> F8:
    start = np.full((window.rows, window.columns), np.inf)
    row, column = cell[0] - window.row, cell[1] - window.column
    if 0 <= row < window.rows and 0 <= column < window.columns:
        start[row, column] = hours
    return start


def _make_room(kept: dict[_Key, _Kept]) -> None:
    """Drop the oldest fields where they take too much."""
    while kept and _megabytes(kept) > MOST_MB:
        del kept[next(iter(kept))]


def _megabytes(kept: Mapping[_Key, _Kept]) -> float:
    """What fields take: all of their arrays."""
    arrays = (part for one in kept.values() for part in one if isinstance(part, np.ndarray))
    return sum(part.nbytes for part in arrays) / 1e6
