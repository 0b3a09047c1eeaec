"""The edge of a fire and its area, drawn from the footprints of its detections.

Footprints are painted on a raster of longitude and latitude; ground that no disc can sweep without
meeting one burnt between them, the farther the fewer detections there are to fill it.  The raster
hangs on a fixed net, so that the same detections give the same polygon to the byte, in whatever
order they come; cells are counted with their true size in each row, so that the area is right at
any latitude.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from math import ceil, cos, exp, floor, hypot, log2, radians, sqrt

import numpy as np
import numpy.typing as npt
from rasterio.features import rasterize
from rasterio.transform import Affine
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain import edge_kernel as kernel
from sylvan.domain import footprints_kernel as degrees
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.edge_kernel import Extent, Net
from sylvan.domain.edge_outline import HALF_TURN, POLE, TURN, outline
from sylvan.domain.footprints import Footprints, degree_lengths, footprints, lengths_at
from sylvan.domain.grouping_kernel import length_table

HA_PER_KM2 = 100.0
F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class EdgeParameters:
    """How footprints become an outline."""

    version: str = "edge-2"
    cell_deg: float = 0.1875 / 111.2
    # degrees of latitude; 187.5 m, half a VIIRS pixel: Chen et al. 2022 (FEDS pixel buffer)
    finest: int = 16
    # parts of a cell; the finest that is of use and fits is taken; engineering
    cells_per_pixel: float = 16.0
    # of half the largest footprint's side: one pixel's area is then right to 5 %
    fine_cells: int = 16_000
    # cells of a refined raster; engineering: half a millisecond
    max_cells: int = 1_000_000
    # cells of the raster; above, cells are doubled until they fit; engineering: 60 ms
    finer_octaves: float = 1.0
    # halvings of area by which a footprint must be finer to explain a wider one that it meets (half
    # of that in the worst case); geometry: neighbours in one swath differ by a few per cent
    crowding: float = 0.25
    # power of the number of detections in a part by which footprints shrink: the outermost of many
    # pixel centres lie the farther beyond the edge the more there are; `sylvan bench perimeters`
    least_share: float = 0.25
    # of a footprint's side that is left; engineering: its centre stays inside
    near_km: float = 1.0
    # km; ground that near a detection is what detections are counted on, and what it joins is one
    # part: the distance that links VIIRS detections
    spacings: float = 4.0
    # mean spacings of detections that burn unseen between two of them: sparse ones tell of a fast
    # fire between rare passes, dense ones of what did not burn; `sylvan bench perimeters`
    farthest_km: float = 4.0
    # km; never more than this: the reach of a large boreal fire between passes in FEDS (1.0–4.2 km)
    extents: float = 2.0
    # of the fire's own length: a rounder disc adds nothing; geometry
    smallest_hole_km2: float = 1.0
    # km²; a MODIS pixel: what is unseen inside a fire and smaller than that counts as burnt
    spread: float = 0.4
    # natural logarithm of the factor by which a large fire's area may be wrong: with it four in
    # five US perimeters of 2022 lie within the interval, see `sylvan bench perimeters`
    spread_one: float = 2.5
    # what of it a single detection adds; falls with the root of their number; the same
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
    area_lo_ha: float
    area_hi_ha: float  # the true area lies between the two for four fires in five


@dataclass(frozen=True)
class Drawing:
    """Footprints of a fire on the raster, and how they are joined."""

    prints: Footprints
    acquired: I8  # when each was seen, seconds since 1970
    net: Net
    cell_ha: F8  # area of a cell in each row
    cell_km: float  # side of a cell
    reach: float  # cells; half the width of the gaps that count as burnt
    detections: int  # places that were seen burning
    lakes: Mask | None  # cells of water

    def burnt(self, until: int | None = None, params: EdgeParameters = DEFAULT) -> Mask:
        """Cells that count as burnt, by what was seen at ``until`` (seconds) or before."""
        if until is None:
            return self._final if params is DEFAULT else self._all_of_it(params)
        seen = self.acquired <= until
        prints = Footprints(*(column[seen] for column in self.prints))
        return self.joined(kernel.paint(*prints, self.net), params)

    @cached_property
    def _final(self) -> Mask:
        """Asked for by the edge and by the growth."""
        return self._all_of_it(DEFAULT)

    def _all_of_it(self, params: EdgeParameters) -> Mask:
        return self.joined(kernel.paint(*self.prints, self.net), params)

    def joined(self, painted: Mask, params: EdgeParameters = DEFAULT) -> Mask:
        """Cells with the gaps between them, and without the lakes on which nothing was seen."""
        closed = painted
        if self.reach > 0.0:
            closed = kernel.close_gaps(painted, self.reach)
        smallest = params.smallest_hole_km2 * HA_PER_KM2
        filled = kernel.fill_small_holes(closed, self.cell_ha, smallest)
        filled = kernel.bridge_corners(filled)
        return filled if self.lakes is None else filled & ~self.lakes | painted

    def as_of(self, final: Mask, moment: int, params: EdgeParameters = DEFAULT) -> Mask:
        """What of the final fire was enclosed by what had been seen at a moment."""
        if not (self.acquired <= moment).any():
            return np.zeros_like(final)
        return self.burnt(moment, params) & final

    def gained_ha(self, since: int, params: EdgeParameters = DEFAULT) -> float:
        """Area that the fire gained after a moment (seconds since 1970)."""
        final = self.burnt(params=params)
        return self.area_ha(final & ~self.as_of(final, since, params))

    def area_ha(self, mask: Mask) -> float:
        """Area of cells."""
        return float(kernel.area_ha(mask, self.cell_ha))

    def outline(self, mask: Mask, params: EdgeParameters = DEFAULT) -> MultiPolygon:
        """The polygon around cells."""
        step = params.tolerance * params.cell_deg / self.net.height
        return outline(mask, self.net, step, params.max_vertices, params.precision_deg)


def edge_of(
    rows: Detections, params: EdgeParameters = DEFAULT, water: Sequence[BaseGeometry] = ()
) -> Edge:
    """Edge and area of one fire.

    Args:
        rows: at least one detection; geostationary ones are left out where there are others.
        params: how it is drawn.
        water: lakes near it; they stay unburnt, except where something was seen burning.

    Returns:
        The outline; ``area_lo_ha`` ≤ ``area_ha`` ≤ ``area_hi_ha``.

    Raises:
        ValueError: there are no detections.
    """
    return edge_from(drawing_of(rows, params, water), params)


def edge_from(drawing: Drawing, params: EdgeParameters = DEFAULT) -> Edge:
    """Edge and area of a fire whose footprints are on the raster already."""
    burnt = drawing.burnt(params=params)
    area = drawing.area_ha(burnt)
    factor = exp(params.spread + params.spread_one / sqrt(drawing.detections))
    return Edge(drawing.outline(burnt, params), area, area / factor, area * factor)


def area_of(rows: Detections, params: EdgeParameters = DEFAULT) -> float:
    """Area within the edge, ha, without drawing it."""
    drawing = drawing_of(rows, params)
    return drawing.area_ha(drawing.burnt(params=params))


def drawing_of(
    rows: Detections, params: EdgeParameters = DEFAULT, water: Sequence[BaseGeometry] = ()
) -> Drawing:
    """Footprints that tell something, the cells on which they are drawn, and how they are joined.

    Raises:
        ValueError: there are no detections.
    """
    rows = _drawable(rows)
    prints, tells = _telling(_unwrapped(footprints(rows)), params)
    extent = kernel.extent(*prints)
    net = _net(extent, params)
    cell_ha = cell_areas(net)
    cell_km = net.height * lengths_at(_middle(extent))[1]
    near_cells = params.near_km / cell_km
    crowds = kernel.crowds(prints.lon, prints.lat, _places(prints), net, cell_ha, near_cells)
    spacing = sqrt(crowds.ground_ha / HA_PER_KM2 / crowds.places)
    reach = min(params.spacings * spacing, _farthest(extent, params)) / cell_km
    shares = np.maximum(crowds.many**-params.crowding, params.least_share)
    lakes = on_net(water, net) if water else None
    drawn = _scaled(prints, shares)
    acquired = rows["acq_at"][tells]
    return Drawing(drawn, acquired, net, cell_ha, cell_km, reach, crowds.places, lakes)


def cell_areas(net: Net) -> F8:
    """Area of a cell in each row, ha."""
    km2 = degrees.cell_areas(net.south, net.rows, net.height, net.width, length_table())
    return HA_PER_KM2 * km2


def on_net(shapes: Sequence[BaseGeometry], net: Net) -> Mask:
    """Cells whose centres lie in shapes (longitudes as those of the net)."""
    transform = Affine(
        net.width, 0.0, net.west * net.width, 0.0, net.height, net.south * net.height
    )
    if not shapes:
        return np.zeros((net.rows, net.columns), np.bool_)
    cells = rasterize(shapes, (net.rows, net.columns), transform=transform, dtype="uint8")
    return np.asarray(cells, np.bool_)


def net_of(prints: Footprints, params: EdgeParameters = DEFAULT) -> Net:
    """The finest window on the net that is of use, holds the footprints and is not too large.

    Around them it leaves room for the farthest disc that may join them.
    """
    return _net(kernel.extent(*prints), params)


def _net(extent: Extent, params: EdgeParameters) -> Net:
    middle = _middle(extent)
    east_km, north_km = lengths_at(middle)
    farthest = _farthest(extent, params)
    useful = extent.half_lat / params.cells_per_pixel
    height_km = (extent.north - extent.south) * north_km + 2 * farthest
    width_km = (extent.east - extent.west) * east_km + 2 * farthest
    fits = sqrt(height_km * width_km / params.fine_cells) / north_km
    halvings = floor(log2(params.cell_deg / max(useful, fits, params.cell_deg / params.finest)))
    for power in count(max(halvings, 0), -1):
        height = params.cell_deg / 2.0**power
        width = height / cos(radians(middle))
        margin = ceil(farthest / (height * north_km)) + 1
        left, low = floor(extent.west / width) - margin, floor(extent.south / height) - margin
        columns = floor(extent.east / width) + margin + 1 - left
        rows = floor(extent.north / height) + margin + 1 - low
        if columns * rows <= params.max_cells:
            return Net(left, low, columns, rows, width, height)
    raise AssertionError("unreachable: cells grow until they fit")


def _farthest(extent: Extent, params: EdgeParameters) -> float:
    """The farthest that gaps are ever closed, km; nothing where there is one place only."""
    east_km, north_km = lengths_at(_middle(extent))
    length = hypot(extent.lon_span * east_km, extent.lat_span * north_km)
    return min(params.farthest_km, params.extents * length)


def _telling(prints: Footprints, params: EdgeParameters) -> tuple[Footprints, Mask]:
    """Footprints that finer ones do not explain, and which these are."""
    lengths = degree_lengths(prints.lat)
    size = kernel.size_classes(prints.half_lon, prints.half_lat, *lengths, params.finer_octaves)
    if size.max() < size.min() + 2:
        return prints, np.ones(len(size), np.bool_)
    tells = kernel.telling(*prints, size, net_of(prints, params))
    return Footprints(*(column[tells] for column in prints)), tells


def _places(prints: Footprints) -> I8:
    """One detection of each place; the same place seen again counts once."""
    scale = 1e5  # 1 m: the decimals of the finest product
    lon, lat = np.rint(prints.lon * scale), np.rint(prints.lat * scale)
    key = lon.astype(np.int64) * 2**32 + lat.astype(np.int64)
    return np.unique(key, return_index=True)[1]


def _scaled(prints: Footprints, scale: F8) -> Footprints:
    return prints._replace(half_lon=scale * prints.half_lon, half_lat=scale * prints.half_lat)


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


def _middle(extent: Extent) -> float:
    """Rounded latitude in the middle, whose degrees of longitude the net goes by."""
    return min(abs(round(extent.south + extent.north)) / 2, POLE - 1.0)
