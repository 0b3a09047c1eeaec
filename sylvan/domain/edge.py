"""The edge of a fire and its area, drawn from the footprints of its detections.

Footprints are painted on a raster of longitude and latitude, gaps that grouping bridges are closed,
and the outline is taken.  The raster hangs on a fixed net, so that the same detections give the
same polygon to the byte, in whatever order they come; cells are counted with their true size in
each row, so that the area is right at any latitude.
"""

from dataclasses import dataclass
from itertools import chain, count
from math import ceil, cos, floor, radians

import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from sylvan.domain import edge_kernel as kernel
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.edge_kernel import Net
from sylvan.domain.footprints import Footprints, degree_lengths, footprints

HA_PER_KM2 = 100.0
HALF_TURN, TURN, POLE = 180.0, 360.0, 90.0  # degrees
F8 = npt.NDArray[np.float64]
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
    finer_octaves: float = 1.0
    # halvings of area by which a footprint must be finer to explain a wider one that it meets (half
    # of that in the worst case); geometry: neighbours in one swath differ by a few per cent
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
    prints, net = _laid_out(rows, params)
    cell_ha = _cell_ha(net)
    burnt = _burnt(prints, net, cell_ha, params)
    possible = _burnt(_scaled(prints, params.outer), net, cell_ha, params)
    cores = kernel.paint(*_scaled(prints, params.core), net)
    return Edge(
        _outline(burnt, net, params),
        kernel.area_ha(burnt, cell_ha),
        kernel.area_ha(cores & burnt, cell_ha),
        kernel.area_ha(possible | burnt, cell_ha),
    )


def area_of(rows: Detections, params: EdgeParameters = DEFAULT) -> float:
    """Area within the edge, ha, without drawing it."""
    prints, net = _laid_out(rows, params)
    cell_ha = _cell_ha(net)
    return float(kernel.area_ha(_burnt(prints, net, cell_ha, params), cell_ha))


def _laid_out(rows: Detections, params: EdgeParameters) -> tuple[Footprints, Net]:
    """Footprints that tell something, and the cells on which they are drawn."""
    prints = _unwrapped(footprints(_drawable(rows)))
    net = _net(prints, params)
    size = np.floor(np.log2(_km2(prints)) * 2.0 / params.finer_octaves).astype(np.int64)
    tells = kernel.telling(*prints, size, net)
    if tells.all():
        return prints, net
    prints = Footprints(*(column[tells] for column in prints))
    return prints, _net(prints, params)


def _km2(prints: Footprints) -> F8:
    """Areas of footprints."""
    east, north = degree_lengths(prints.lat)
    return np.asarray(4.0 * prints.half_lon * east * prints.half_lat * north)


def _burnt(prints: Footprints, net: Net, cell_ha: F8, params: EdgeParameters) -> Mask:
    """Cells that count as burnt when these footprints did."""
    closed = kernel.close_gaps(kernel.paint(*prints, net), net.closing)
    return kernel.fill_small_holes(closed, cell_ha, params.smallest_hole_km2 * HA_PER_KM2)


def _scaled(prints: Footprints, scale: float) -> Footprints:
    return prints._replace(half_lon=scale * prints.half_lon, half_lat=scale * prints.half_lat)


def _cell_ha(net: Net) -> F8:
    """Area of a cell in each row, ha."""
    east, north = degree_lengths((net.south + np.arange(net.rows) + 0.5) * net.height)
    return np.asarray(east * north * net.width * net.height * HA_PER_KM2)


def _drawable(rows: Detections) -> Detections:
    if not len(rows):
        raise ValueError("an edge needs at least one detection")
    fine = rows["instrument"] != Instrument.GEOSTATIONARY
    if fine.all() or not fine.any():
        return rows
    finer: Detections = rows[fine]
    return finer


def _unwrapped(prints: Footprints) -> Footprints:
    """The same footprints with longitudes that run on beyond 180°, if they lie on both sides."""
    if prints.lon.max() - prints.lon.min() <= HALF_TURN:
        return prints
    return prints._replace(lon=np.where(prints.lon < 0.0, prints.lon + TURN, prints.lon))


def _net(prints: Footprints, params: EdgeParameters) -> Net:
    """The finest window on the net that is of use, holds the footprints and is not too large."""
    west, east = _span(prints.lon, params.outer * prints.half_lon)
    south, north = _span(prints.lat, params.outer * prints.half_lat)
    middle = min(abs(round(south + north)) / 2, POLE - 1.0)
    north_km = float(degree_lengths(middle)[1])
    useful = 2 * float(prints.half_lat.min()) / params.cells_per_pixel
    parts = [part for part in params.refinements if params.cell_deg / part > useful / 2]
    for part in chain(parts, (0.5**k for k in count())):
        height = params.cell_deg / part
        width = height / cos(radians(middle))
        closing = round(params.closing_km / (height * north_km))
        left, low = floor(west / width) - closing - 1, floor(south / height) - closing - 1
        columns = floor(east / width) + closing + 2 - left
        rows = floor(north / height) + closing + 2 - low
        if columns * rows <= (params.fine_cells if part > 1 else params.max_cells):
            return Net(left, low, columns, rows, width, height, closing)
    raise AssertionError("unreachable: cells grow until they fit")


def _span(middle: npt.NDArray[np.float64], half: npt.NDArray[np.float64]) -> tuple[float, float]:
    return float((middle - half).min()), float((middle + half).max())


def _smoothed(mask: Mask, step: float) -> BaseGeometry:
    """Polygons around cells, their stairs made slopes, in cells."""
    smooth = MultiPolygon(list(shapely.simplify(_polygons(mask), step)))
    return smooth if smooth.is_valid else shapely.union_all(shapely.make_valid(smooth))


def _polygons(mask: Mask) -> npt.NDArray[np.object_]:
    """One polygon for each part of the cells that is joined by sides."""
    corners, ends, cells, hole = kernel.trace(mask)
    ring_of = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    rings = shapely.linearrings(corners.astype(np.float64), indices=ring_of)
    polygons: npt.NDArray[np.object_]
    if not hole.any():
        polygons = shapely.polygons(rings)
        return polygons
    _, part = np.unique(kernel.parts(mask).ravel()[cells], return_inverse=True)
    order = np.lexsort((hole, part))  # of each part the outer ring first
    polygons = shapely.polygons(rings[order], indices=part[order])
    return polygons


def _outline(mask: Mask, net: Net, params: EdgeParameters) -> MultiPolygon:
    """The polygon around burnt cells, in degrees; where it has too many corners, drawn coarser."""
    step = params.tolerance * params.cell_deg / net.height
    smooth = _smoothed(mask, step)
    while shapely.get_num_coordinates(smooth) > params.max_vertices:
        step *= 2
        smooth = _smoothed(kernel.close_gaps(mask, ceil(step)), step)
    corner = np.array([net.west, net.south])
    size = np.array([net.width, net.height])
    on_map = shapely.transform(smooth, lambda xy: (xy + corner) * size)
    return _cut_at_180(on_map, params.precision_deg)


def _cut_at_180(outline: BaseGeometry, precision: float) -> MultiPolygon:
    """Pieces on either side of 180°, each with its own longitudes (RFC 7946 §3.1.9), canonical."""
    west, _, east, _ = outline.bounds
    pieces = [outline]
    if west < -HALF_TURN or east > HALF_TURN:
        pieces = [_in_turn(outline, turn) for turn in (-TURN, 0.0, TURN)]
    snapped = shapely.get_parts(shapely.set_precision(pieces, precision))
    parts = [part for part in snapped if isinstance(part, Polygon) and part.area > 0.0]
    whole: MultiPolygon = shapely.orient_polygons(shapely.normalize(MultiPolygon(parts)))
    return whole


def _in_turn(outline: BaseGeometry, turn: float) -> BaseGeometry:
    """What of an outline lies on one turn of longitudes, as longitudes of −180…180°."""
    world = box(turn - HALF_TURN, -POLE, turn + HALF_TURN, POLE)
    return translate(outline.intersection(world), -turn)
