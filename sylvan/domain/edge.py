"""The edge of a fire and its area, drawn from the footprints of its detections.

Footprints are painted on a raster of longitude and latitude, gaps that grouping bridges are closed,
and the outline is taken.  The raster hangs on a fixed net, so that the same detections give the
same polygon to the byte, in whatever order they come; cells are counted with their true size in
each row, so that the area is right at any latitude.
"""

from dataclasses import dataclass
from itertools import chain, count
from math import ceil, cos, floor, radians
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from rasterio.features import shapes
from scipy.ndimage import label, maximum_filter1d, minimum_filter1d
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.footprints import Footprints, degree_lengths, footprints

HA_PER_KM2 = 100.0
HALF_TURN, TURN, POLE = 180.0, 360.0, 90.0  # degrees
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class EdgeParameters:
    """How footprints become an outline."""

    version: str = "edge-1"
    cell_deg: float = 0.1875 / 111.2
    # degrees of latitude; 187.5 m, half a VIIRS pixel: Chen et al. 2022 (FEDS pixel buffer)
    refinements: tuple[int, ...] = (16, 8, 4, 2)
    # parts of a cell; the finest that is of use and fits is taken; engineering
    cells_per_pixel: float = 16.0
    # of the smallest footprint's side: one pixel's area is then right to 6 %; finer is of no use
    fine_cells: int = 60_000
    # cells of a refined raster; engineering: 3 ms
    max_cells: int = 4_000_000
    # cells of the raster; above, cells are doubled until they fit; engineering: 200 ms
    closing_km: float = 1.0
    # km; gaps up to twice as wide are closed: alpha shape of 1 km in Chen et al. 2022 (FEDS)
    smallest_hole_km2: float = 1.0
    # km²; a MODIS pixel: what is unseen inside a fire and smaller than that counts as burnt
    core: float = 0.5
    # of a footprint's sides: what surely burnt if the fire lies around the pixel's centre; geometry
    outer: float = 2.0
    # of a footprint's sides: half a pixel around it burnt unseen, between passes or under smoke:
    # Chen et al. 2022 (FEDS pixel buffer); checked on NIFC perimeters 2022, see area_hi_ha
    tolerance: float = 0.5
    # cells of 187.5 m that the outline may move when its steps are smoothed; engineering
    max_vertices: int = 8000
    # of the polygon; above, it is drawn coarser; engineering: 200 kB as GeoJSON
    precision_deg: float = 1e-6
    # degrees; 0.1 m: RFC 7946 §11.2


DEFAULT = EdgeParameters()


@dataclass(frozen=True)
class Edge:
    """Outline of a fire and its area, with the interval in which the true one is expected."""

    polygon: MultiPolygon  # WGS 84, cut at 180°, counter-clockwise (RFC 7946)
    area_ha: float  # within the outline
    area_lo_ha: float  # of the pixels' cores alone: the middle halves of the footprints
    area_hi_ha: float  # of footprints with half a pixel around, gaps closed.  Of 34 US fires of
    # 2022 that VIIRS saw well three quarters lie below it; fast grass fires burn more unseen


class Net(NamedTuple):
    """A window of the fixed net of cells."""

    west: int  # column number of the first column; column 0 begins at 0° of longitude
    south: int  # row number of the first row; row 0 begins at the equator
    columns: int
    rows: int
    width: float  # of a cell, degrees
    height: float  # of a cell, degrees
    closing: int  # cells

    def cell_ha(self) -> npt.NDArray[np.float64]:
        """Area of a cell in each row, ha."""
        east, north = degree_lengths((self.south + np.arange(self.rows) + 0.5) * self.height)
        return np.asarray(east * north * self.width * self.height * HA_PER_KM2)


def edge_of(rows: Detections, params: EdgeParameters = DEFAULT) -> Edge:
    """Edge and area of one fire.

    Args:
        rows: at least one detection; geostationary ones are left out where there are others.
        params: how it is drawn.

    Returns:
        The outline; ``area_lo_ha`` ≤ ``area_ha`` ≤ ``area_hi_ha``.

    Raises:
        ValueError: there are no detections.
    """
    rows = _drawable(rows)
    outer = _unwrapped(footprints(rows, scale=params.outer))
    net = _net(outer, params)
    cell_ha = net.cell_ha()
    burnt = _burnt(_unwrapped(footprints(rows)), net, cell_ha, params)
    possible = _burnt(outer, net, cell_ha, params)
    cores = _paint(_unwrapped(footprints(rows, scale=params.core)), net)
    return Edge(
        _outline(burnt, net, params),
        _area(burnt, cell_ha),
        _area(cores & burnt, cell_ha),
        _area(possible | burnt, cell_ha),
    )


def area_of(rows: Detections, params: EdgeParameters = DEFAULT) -> float:
    """Area within the edge, ha, without drawing it."""
    rows = _drawable(rows)
    net = _net(_unwrapped(footprints(rows, scale=params.outer)), params)
    cell_ha = net.cell_ha()
    return _area(_burnt(_unwrapped(footprints(rows)), net, cell_ha, params), cell_ha)


def _burnt(
    prints: Footprints, net: Net, cell_ha: npt.NDArray[np.float64], params: EdgeParameters
) -> Mask:
    """Cells that count as burnt when these footprints did."""
    return _without_small_holes(_closed(_paint(prints, net), net.closing), cell_ha, params)


def _drawable(rows: Detections) -> Detections:
    if not len(rows):
        raise ValueError("an edge needs at least one detection")
    fine: Detections = rows[rows["instrument"] != Instrument.GEOSTATIONARY]
    return fine if len(fine) else rows


def _unwrapped(prints: Footprints) -> Footprints:
    """The same footprints with longitudes that run on beyond 180°, if they lie on both sides."""
    if np.ptp(prints.lon) <= HALF_TURN:
        return prints
    return prints._replace(lon=np.where(prints.lon < 0.0, prints.lon + TURN, prints.lon))


def _net(outer: Footprints, params: EdgeParameters) -> Net:
    """The finest window on the net that is of use, holds the footprints and is not too large."""
    west, east = _span(outer.lon, outer.half_lon)
    south, north = _span(outer.lat, outer.half_lat)
    middle = min(abs(round(south + north)) / 2, POLE - 1.0)
    useful = 2 * float(outer.half_lat.min()) / params.outer / params.cells_per_pixel
    parts = [part for part in params.refinements if params.cell_deg / part > useful / 2]
    for part in chain(parts, (0.5**k for k in count())):
        height = params.cell_deg / part
        width = height / cos(radians(middle))
        closing = round(params.closing_km / (height * float(degree_lengths(middle)[1])))
        left, low = floor(west / width) - closing - 1, floor(south / height) - closing - 1
        columns = floor(east / width) + closing + 2 - left
        rows = floor(north / height) + closing + 2 - low
        if columns * rows <= (params.fine_cells if part > 1 else params.max_cells):
            return Net(left, low, columns, rows, width, height, closing)
    raise AssertionError("unreachable: cells grow until they fit")


def _span(middle: npt.NDArray[np.float64], half: npt.NDArray[np.float64]) -> tuple[float, float]:
    return float((middle - half).min()), float((middle + half).max())


def _paint(prints: Footprints, net: Net) -> Mask:
    """Cells whose centres lie in a footprint, at least one for each."""
    left, right = _cells(prints.lon, prints.half_lon, net.width)
    low, high = _cells(prints.lat, prints.half_lat, net.height)
    corner = np.zeros((net.rows + 1) * (net.columns + 1), np.int32)
    for row, column, sign in ((low, left, 1), (low, right, -1), (high, left, -1), (high, right, 1)):
        place = (row - net.south) * (net.columns + 1) + column - net.west
        corner += sign * np.bincount(place, minlength=len(corner)).astype(np.int32)
    hits = corner.reshape(net.rows + 1, net.columns + 1).cumsum(axis=0).cumsum(axis=1)
    covered: Mask = hits[:-1, :-1] > 0
    return covered


def _cells(
    middle: npt.NDArray[np.float64], half: npt.NDArray[np.float64], size: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First cell and the one behind the last whose centres a stretch covers."""
    first = np.floor((middle - half) / size + 0.5).astype(np.int64)
    end = np.ceil((middle + half) / size - 0.5).astype(np.int64)
    own = np.floor(middle / size).astype(np.int64)
    return np.minimum(first, own), np.maximum(end, own + 1)


def _closed(mask: Mask, reach: int) -> Mask:
    """Fill gaps up to 2 · ``reach`` cells wide (dilation, then erosion, by a square)."""
    cells = mask.view(np.uint8)
    for axis in (0, 1):
        cells = maximum_filter1d(cells, 2 * reach + 1, axis=axis, mode="constant")
    for axis in (0, 1):
        cells = minimum_filter1d(cells, 2 * reach + 1, axis=axis, mode="constant")
    return cells.view(np.bool_) | mask


def _area(mask: Mask, cell_ha: npt.NDArray[np.float64]) -> float:
    return float(mask.sum(axis=1) @ cell_ha)


def _without_small_holes(
    mask: Mask, cell_ha: npt.NDArray[np.float64], params: EdgeParameters
) -> Mask:
    """Count what the fire encloses as burnt, unless it is large enough to have been seen."""
    hole, _ = label(~mask)  # joined by sides, as the polygons are
    size = np.bincount(hole.ravel(), np.repeat(cell_ha, mask.shape[1]))
    small = size < params.smallest_hole_km2 * HA_PER_KM2
    small[[0, hole[0, 0]]] = False  # the fire itself, and the ground around it
    filled: Mask = mask | small[hole]
    return filled


def _smoothed(mask: Mask, step: float) -> BaseGeometry:
    """Polygons around cells, their stairs made slopes, in cells."""
    parts = [shape(part) for part, burnt in shapes(mask.astype(np.uint8), mask=mask) if burnt]
    smooth = MultiPolygon(list(shapely.simplify(parts, step)))
    return smooth if smooth.is_valid else shapely.union_all(shapely.make_valid(smooth))


def _outline(mask: Mask, net: Net, params: EdgeParameters) -> MultiPolygon:
    """The polygon around burnt cells, in degrees; where it has too many corners, drawn coarser."""
    step = params.tolerance * params.cell_deg / net.height
    smooth = _smoothed(mask, step)
    while shapely.get_num_coordinates(smooth) > params.max_vertices:
        step *= 2
        smooth = _smoothed(_closed(mask, ceil(step)), step)
    corner = np.array([net.west, net.south])
    size = np.array([net.width, net.height])
    on_map = shapely.transform(smooth, lambda xy: (xy + corner) * size)
    return _cut_at_180(on_map, params.precision_deg)


def _cut_at_180(outline: BaseGeometry, precision: float) -> MultiPolygon:
    """Pieces on either side of 180°, each with its own longitudes (RFC 7946 §3.1.9), canonical."""
    pieces: list[Polygon] = []
    for turn in (-TURN, 0.0, TURN):
        world = box(turn - HALF_TURN, -POLE, turn + HALF_TURN, POLE)
        if not outline.intersects(world):
            continue
        piece = outline if world.contains(outline) else outline.intersection(world)
        snapped = shapely.set_precision(translate(piece, -turn), precision)
        pieces += [part for part in shapely.get_parts(snapped) if isinstance(part, Polygon)]
    whole = shapely.normalize(MultiPolygon([part for part in pieces if part.area > 0.0]))
    return MultiPolygon([orient(part) for part in whole.geoms])
