"""Travel times: 300 units × 50 fires with kept fields, and the search beside a reference.

On generated ground of the size of a republic: towns joined by roads, rivers, lakes and covers.  The
raster search is held beside scikit-image's ``MCP_Geometric``, for speed and for what it answers;
roads are searched by SciPy's Dijkstra itself.  Seconds are those of the processor.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from time import process_time
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from rich.table import Table
from scipy.spatial import KDTree
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from sylvan.domain.places import LonLat
from sylvan.domain.surroundings import LandCover
from sylvan.domain.travel import travel_kernel
from sylvan.domain.travel.fields import Fields
from sylvan.domain.travel.legs import legs
from sylvan.domain.travel.matrix import travel_matrix
from sylvan.domain.travel.mobility import Features, Mobility, land_of
from sylvan.domain.travel.movers import Air, Goal, Mover, Why
from sylvan.domain.travel.parameters import Mode, Season
from sylvan.domain.travel.plane import Plane
from sylvan.domain.travel.roads import road_graph

AT: Final = datetime(2026, 7, 14, 3, 0, tzinfo=UTC)
BOX: Final = (110.0, 57.0, 150.0, 70.0)
"""West, south, east, north, degrees."""
BASES, STRIPS, TOWNS, RIVERS, LAKES, COVERS = 60, 40, 200, 30, 150, 300
LIMITS: Final = {"matrix_s": 0.05}
WINDOW: Final = 400
"""Cells from side to side of the search that is held beside scikit-image's."""
MODES: Final = (Mode.TRUCK, Mode.TRACKED, Mode.BOAT, Mode.HELICOPTER, Mode.JUMP)
F8 = npt.NDArray[np.float64]


def _places(rng: np.random.Generator, count: int) -> list[LonLat]:
    west, south, east, north = BOX
    lon, lat = rng.uniform(west, east, count), rng.uniform(south, north, count)
    return [LonLat(float(a), float(b)) for a, b in zip(lon, lat, strict=True)]


def _roads(towns: list[LonLat], near: int = 3) -> list[BaseGeometry]:
    """Each town joined to its nearest ones."""
    _, others = KDTree(towns).query(towns, near + 1)
    pairs = {(min(a, int(b)), max(a, int(b))) for a, row in enumerate(others) for b in row[1:]}
    return [LineString([towns[a], towns[b]]) for a, b in sorted(pairs)]


def _river(rng: np.random.Generator, source: LonLat) -> BaseGeometry:
    steps = np.cumsum(rng.normal((0.0, 0.05), 0.05, (100, 2)), axis=0)
    return LineString(np.array(source) + steps)


def ground(seed: int) -> tuple[Fields, list[LonLat]]:
    """Generated ground in summer, and its towns: bases and airstrips are there."""
    rng = np.random.default_rng(seed)
    towns = _places(rng, TOWNS)
    words = [one.value for one in LandCover if one is not LandCover.WATER]
    features = Features(
        covers=[
            (Point(at).buffer(float(rng.uniform(0.3, 2.0))), str(rng.choice(words)))
            for at in _places(rng, COVERS)
        ],
        rivers=[_river(rng, at) for at in _places(rng, RIVERS)],
        lakes=[Point(at).buffer(float(rng.uniform(0.02, 0.15))) for at in _places(rng, LAKES)],
        roads=_roads(towns),
        settlements=[Point(at) for at in towns],
    )
    plane = Plane.over([shapely.box(*BOX)], 50.0, 1.0)
    roads = road_graph(plane, features.roads)
    return Fields(Mobility(land_of(plane, features), Season.OPEN_WATER), roads), towns


def units(bases: list[LonLat], count: int) -> list[Mover]:
    """Units of five modes at bases."""
    flying = {Mode.HELICOPTER: (210.0, 3.0), Mode.JUMP: (180.0, 5.0)}
    found = []
    for at in range(count):
        mode = MODES[at % len(MODES)]
        speed, aloft = flying.get(mode, (None, None))
        point = bases[at // len(MODES) % BASES]
        found.append(Mover(f"unit {at}", point, mode, 0.3, speed, endurance_h=aloft))
    return found


def fires(rng: np.random.Generator, bases: list[LonLat], count: int) -> list[Goal]:
    """Fires within some hundred kilometres of bases."""
    found = []
    for at in range(count):
        lon, lat = np.array(bases[at % BASES]) + rng.normal(0.0, (0.8, 0.4))
        found.append(Goal(f"fire {at}", LonLat(float(lon), float(np.clip(lat, 57.0, 70.0)))))
    return found


def _cpu(work: Callable[[], object], repeat: int) -> float:
    """Seconds of the processor, the median."""
    taken = []
    for _ in range(repeat):
        before = process_time()
        work()
        taken.append(process_time() - before)
    return median(taken)


def _matrix(
    fields: Fields, bases: list[LonLat], repeat: int, size: tuple[int, int]
) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    strips = bases[:STRIPS]
    air = Air(AT, tuple(strips), 300.0, 20.0)
    movers, goals = units(bases, size[0]), fires(rng, bases, size[1])
    first = _cpu(lambda: travel_matrix(movers, goals, fields, air), 1)
    kept = _cpu(lambda: travel_matrix(movers, goals, fields, air), repeat)
    found = travel_matrix(movers, goals, fields, air)
    pairs = np.argwhere(found.reached)[:: max(int(found.reached.sum()) // 20, 1)]
    told = _cpu(lambda: [legs(found, int(a), int(b)) for a, b in pairs], 1)
    new = fires(rng, bases, 1)
    return {
        "units": size[0],
        "fires": size[1],
        "first_s": first,
        "matrix_s": kept,
        "new_fire_s": _cpu(lambda: travel_matrix(movers, new, fields, air), 1),
        "legs_of_a_pair_s": told / len(pairs),
        "why": {one.name.lower(): int((found.why == one).sum()) for one in Why},
        "kept_megabytes": fields.megabytes,
        "ground_megabytes": fields.ground.land.megabytes,
        "cells": int(fields.ground.land.surface.size),
    }


def _raster(fields: Fields, base: LonLat, repeat: int) -> dict[str, Any]:
    """A tracked vehicle's field in a window, beside scikit-image's."""
    try:
        from skimage.graph import MCP_Geometric  # noqa: PLC0415 - a reference that may be absent
    except ModuleNotFoundError:
        return {"not_measured": "scikit-image is not installed"}
    window = fields.ground.land.plane.around(fields.cell(base), WINDOW / 2)
    friction = fields.ground.friction(Mode.TRACKED, window)
    middle = tuple(int(axis) for axis in np.array(friction.shape) // 2)
    friction[middle] = 0.1
    start = np.full(friction.shape, np.inf)
    start[middle] = 0.0
    walls = np.where(np.isfinite(friction), friction, -1.0)

    def ours() -> F8:
        return travel_kernel.grow(friction, start, 1.0, 1e3)

    def theirs() -> F8:
        return np.asarray(MCP_Geometric(walls).find_costs([middle])[0], np.float64)

    mine, other = ours(), theirs()
    both = np.isfinite(mine) & np.isfinite(other)
    return {
        "cells": int(both.sum()),
        "ours_s": _cpu(ours, repeat),
        "mcp_geometric_s": _cpu(theirs, repeat),
        "largest_difference_h": float(np.abs(mine[both] - other[both]).max()),
        "same_cells": bool(np.array_equal(np.isfinite(mine), np.isfinite(other))),
    }


def _graph(fields: Fields, bases: list[LonLat], repeat: int) -> dict[str, Any]:
    """Trucks from twenty bases on the road graph, SciPy's Dijkstra; and as a field of cells."""
    launches = [fields.launch(Mode.TRUCK, one) for one in bases[:20]]
    found = [one for one in launches if one is not None]
    return {
        "nodes": len(fields.roads),
        "edges": len(fields.roads.ends),
        "source_s": _cpu(lambda: [fields.road_times(one) for one in found], repeat) / len(found),
    }


def run(repeat: int = 5, seed: int = 5, size: tuple[int, int] = (300, 50)) -> dict[str, Any]:
    """Measure travel times.

    Args:
        repeat: runs; medians are told.
        seed: of the generated ground.
        size: units and fires of the matrix.

    Returns:
        Seconds of the processor beside their limits, and how far references differ.
    """
    before = process_time()
    fields, bases = ground(seed)
    made = process_time() - before
    result: dict[str, Any] = {
        "limits": LIMITS,
        "ground_s": made,
        "matrix": _matrix(fields, bases, repeat, size),
        "raster": _raster(fields, bases[0], repeat),
        "roads": _graph(fields, bases, repeat),
        "load_average": os.getloadavg()[0],
    }
    raster = result["raster"]
    if "ours_s" in raster:
        result["ratios"] = {"mcp_geometric": raster["mcp_geometric_s"] / raster["ours_s"]}
    return result


def table(result: dict[str, Any]) -> Table:
    """The result for a person."""
    shown = Table(title="Travel times (seconds of the processor)")
    for column in ("what", "measured", "limit"):
        shown.add_column(column, justify="left" if column == "what" else "right")
    matrix, raster, roads = result["matrix"], result["raster"], result["roads"]
    pairs = f"{matrix['units']} units × {matrix['fires']} fires"
    limit = f"{result['limits']['matrix_s'] * 1e3:.0f} ms"
    shown.add_row(f"{pairs}, fields kept", _ms(matrix["matrix_s"]), limit)
    shown.add_row(f"{pairs}, all fields searched", f"{matrix['first_s']:.1f} s", "")
    shown.add_row(f"{matrix['units']} units to a new fire", _ms(matrix["new_fire_s"]), "")
    shown.add_row("legs of one pair", _ms(matrix["legs_of_a_pair_s"]), "")
    cells = f"{matrix['cells']:,} cells, {matrix['ground_megabytes']:.0f} MB"
    shown.add_row(f"ground of {cells}", f"{result['ground_s']:.1f} s", "")
    shown.add_row("fields kept", f"{matrix['kept_megabytes']:.0f} MB", "")
    if "not_measured" in raster:
        shown.add_row(f"raster search: {raster['not_measured']}", "", "")
    else:
        shown.add_row(f"raster search, {raster['cells']:,} cells", _ms(raster["ours_s"]), "")
        shown.add_row("  scikit-image MCP_Geometric", _ms(raster["mcp_geometric_s"]), "")
        shown.add_row("  largest difference", f"{raster['largest_difference_h']:.1e} h", "")
    shown.add_row(f"road graph of {roads['nodes']:,} nodes, one base", _ms(roads["source_s"]), "")
    return shown


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"
