"""Growth of a fire by hour and direction: what its edge enclosed as of each pass.

All steps are drawn on one raster with the final gaps, and none reaches beyond the final edge: so
areas only grow, and the last step is the edge itself.  A function of the set of detections alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import shapely
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry

from sylvan.domain.detections import Detections
from sylvan.domain.edge import DEFAULT as EDGE
from sylvan.domain.edge import Mask, drawing_of, net_of, on_net
from sylvan.domain.edge_outline import unrolled
from sylvan.domain.edge_overrule import PeoplesEdge, overruled
from sylvan.domain.footprints import Footprints, degree_lengths

HOUR_S = 3600
TURN = 360.0
F8 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class GrowthParameters:
    """How finely growth is told."""

    version: str = "growth-1"
    steps: int = 48
    # latest hours with a pass that are told; two days and more of five satellites at 62° N
    directions: int = 8
    # of the compass
    since_s: int = 24 * HOUR_S
    # s; the earlier edge is a whole day old, so that the daily course of fire evens out
    least_s: int = HOUR_S
    # s; over less, the shift of pixels between two satellites looks like growth
    cells: int = 100_000
    # of the raster; a larger fire's growth is drawn coarser than its edge; engineering: 10 ms each


DEFAULT = GrowthParameters()


@dataclass(frozen=True)
class Step:
    """The fire as of one pass."""

    at: datetime  # last detection of the hour
    area_ha: float
    gained_ha: float  # since the step before


@dataclass(frozen=True)
class Advance:
    """How far the edge went in one direction."""

    bearing_deg: float  # clockwise from north
    advance_km: float  # the farthest
    km_h: float


@dataclass(frozen=True)
class Growth:
    """Growth by hour, oldest first, and by direction from north; empty where it can't be told."""

    hours: tuple[Step, ...] = ()
    directions: tuple[Advance, ...] = ()


def growth_of(
    rows: Detections,
    params: GrowthParameters = DEFAULT,
    water: Sequence[BaseGeometry] = (),
    edges: Sequence[PeoplesEdge] = (),
) -> Growth:
    """Growth of one fire.

    Args:
        rows: its detections, at least one; geostationary ones tell only where there are no others.
        params: how finely.
        water: lakes.
        edges: people's, in force; from the newest on areas are those that it begins with, and a
            step tells when that was.

    Raises:
        ValueError: there are no detections.
    """
    drawing = drawing_of(rows, replace(EDGE, max_cells=params.cells), water)
    final = drawing.burnt()
    ends = hours_of(drawing.acquired)
    told = ends[-params.steps - 1 :]
    if edges:
        overrules = int(edges[-1].at.timestamp())
        later = ends[ends > overrules]
        told = np.append(ends[ends <= overrules], [overrules, *later])[-params.steps - 1 :]
    masks = {int(end): drawing.as_of(final, int(end)) for end in told}
    areas = [
        _area_by(edges, rows, end, water) or drawing.area_ha(mask) for end, mask in masks.items()
    ]
    before = [0.0, *areas[:-1]]
    steps = [
        Step(_moment(end), area, area - less)
        for end, area, less in zip(masks, areas, before, strict=True)
    ]
    base = base_of(ends, params, edges)
    directions: tuple[Advance, ...] = ()
    if base is not None:
        hours = (int(ends[-1]) - base) / HOUR_S
        earlier, later_mask, cell_km = (
            _people_grew(edges, rows, base, water)
            if edges
            else (drawing.as_of(final, base), final, drawing.cell_km)
        )
        directions = advances(earlier, later_mask, cell_km, hours, params.directions)
    return Growth(tuple(steps[-params.steps :]), directions)


def rate_ha_h(
    rows: Detections,
    edges: Sequence[PeoplesEdge],
    area_ha: float,
    params: GrowthParameters = DEFAULT,
) -> float | None:
    """Area gained per hour since people's edge, or over the last day if that is shorter."""
    ends = hours_of(rows["acq_at"])
    base = base_of(ends, params, edges)
    if base is None:
        return None
    gained = area_ha - (_area_by(edges, rows, base, ()) or 0.0)
    return max(gained, 0.0) * HOUR_S / (int(ends[-1]) - base)


def _by(rows: Detections, moment: int) -> Detections:
    seen: Detections = rows[rows["acq_at"] <= moment]
    return seen


def _area_by(
    edges: Sequence[PeoplesEdge], rows: Detections, moment: int, water: Sequence[BaseGeometry]
) -> float | None:
    """Area within people's edges as of a moment; None before the newest of them."""
    if not edges or moment < int(edges[-1].at.timestamp()):
        return None
    return overruled(edges, _by(rows, moment), water=water).area_ha


def _people_grew(
    edges: Sequence[PeoplesEdge], rows: Detections, base: int, water: Sequence[BaseGeometry]
) -> tuple[Mask, Mask, float]:
    """People's edges as of a moment and now, on one raster, and the side of its cells."""
    shapes = [
        unrolled(overruled(edges, some, water=water).polygon) for some in (_by(rows, base), rows)
    ]
    west, south, east, north = shapely.union_all(shapes).bounds
    middle, half = np.array([[west + east], [south + north]]) / 2, [[east - west], [north - south]]
    around = Footprints(*middle, *(np.array(half) / 2))
    net = net_of(around, replace(EDGE, cells_per_pixel=EDGE.fine_cells**0.5))
    earlier, later = (on_net([shape], net) for shape in shapes)
    return earlier, later, net.height * float(degree_lengths(middle[1])[1][0])


def hours_of(acquired: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Last detection of each hour in which there was any, ascending."""
    seen = np.unique(acquired)
    last = np.append(np.diff(seen // HOUR_S) > 0, values=True)
    ends: npt.NDArray[np.int64] = seen[last]
    return ends


def base_of(
    ends: npt.NDArray[np.int64],
    params: GrowthParameters = DEFAULT,
    edges: Sequence[PeoplesEdge] = (),
) -> int | None:
    """With which moment the last is compared; None if they are too near.

    A pass a day before, else the first one; never one before people's newest edge.
    """
    last = int(ends[-1])
    before = ends[ends <= last - params.since_s]
    base = int(before[-1] if len(before) else ends[0])
    if edges:
        base = max(base, int(edges[-1].at.timestamp()))
    return base if last - base >= params.least_s else None


def advances(
    earlier: Mask, later: Mask, cell_km: float, hours: float, directions: int
) -> tuple[Advance, ...]:
    """The farthest way from the earlier edge to what burnt since, by its direction."""
    farthest = np.zeros(directions)
    new = later & ~earlier
    if earlier.any() and new.any():
        from_row, from_column = distance_transform_edt(
            ~earlier, return_distances=False, return_indices=True
        )[:, new]
        row, column = np.nonzero(new)
        north, east = row - from_row, column - from_column
        width = TURN / directions
        sector = np.rint(np.degrees(np.arctan2(east, north)) / width).astype(np.int64) % directions
        np.maximum.at(farthest, sector, np.hypot(east, north) * cell_km)
    return tuple(
        Advance(k * TURN / directions, float(km), float(km) / hours)
        for k, km in enumerate(farthest)
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
