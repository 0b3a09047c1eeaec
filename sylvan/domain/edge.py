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
from sylvan.domain.detections import Detections, Instrument, empty
from sylvan.domain.edge_kernel import Extent, Net
from sylvan.domain.edge_outline import HALF_TURN, POLE, TURN, outlines
from sylvan.domain.footprints import Footprints, degree_lengths, footprints, lengths_at
from sylvan.domain.grouping_kernel import length_table
from sylvan.domain.together import Together, together

HA_PER_KM2 = 100.0
F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NO_LAKES = np.zeros((0, 0), np.bool_)
NO_ROWS = empty()


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
            return self._final if params is DEFAULT else self._joined(self.prints, params)
        seen = self.acquired <= until
        return self._joined(Footprints(*(column[seen] for column in self.prints)), params)

    @cached_property
    def _final(self) -> Mask:
        """Asked for by the edge and by the growth."""
        return self._joined(self.prints, DEFAULT)

    def _joined(self, prints: Footprints, params: EdgeParameters) -> Mask:
        rule = kernel.Joining(self.reach, params.smallest_hole_km2 * HA_PER_KM2)
        lakes = NO_LAKES if self.lakes is None else self.lakes
        return kernel.burnt(kernel.Prints(*prints), self.net, self.cell_ha, rule, lakes)

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
    return edges_from([drawing_of(rows, params, water)], params)[0]


def edges_from(drawings: Sequence[Drawing], params: EdgeParameters = DEFAULT) -> list[Edge]:
    """Edge and area of fires whose footprints are on their rasters already."""
    if not drawings:
        return []
    burnt = [one.burnt(params=params) for one in drawings]
    polygons = outlines(
        burnt,
        [one.net for one in drawings],
        [params.tolerance * params.cell_deg / one.net.height for one in drawings],
        params.max_vertices,
        params.precision_deg,
    )
    found = []
    for drawing, mask, polygon in zip(drawings, burnt, polygons, strict=True):
        area = drawing.area_ha(mask)
        factor = exp(params.spread + params.spread_one / sqrt(drawing.detections))
        found.append(Edge(polygon, area, area / factor, area * factor))
    return found


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
    return drawings_of(together([rows]), [water], params)[0]


def drawings_of(
    fires: Together,
    waters: Sequence[Sequence[BaseGeometry]],
    params: EdgeParameters = DEFAULT,
) -> list[Drawing]:
    """:func:`drawing_of` of many fires, each with the lakes near it."""
    if not len(fires):
        return []
    fires = _drawable(fires)
    fires, prints = _telling(fires, _unwrapped(fires, footprints(fires.rows)), params)
    extents = _extents(fires, prints)
    nets = [_net(one, params) for one in extents]
    cell_km = [
        net.height * lengths_at(_middle(one))[1] for net, one in zip(nets, extents, strict=True)
    ]
    rasters = list(zip(nets, [cell_areas(net) for net in nets], cell_km, strict=True))
    crowds = _crowds(fires, prints, rasters, params)
    many = np.concatenate([one.many for one in crowds])
    scaled = _scaled(prints, np.maximum(many**-params.crowding, params.least_share))
    acquired = fires.rows["acq_at"].astype(np.int64)
    drawings = []
    for k, ((start, end), (net, cell_ha, km)) in enumerate(zip(fires.spans, rasters, strict=True)):
        spacing = sqrt(crowds[k].ground_ha / HA_PER_KM2 / crowds[k].places)
        drawings.append(
            Drawing(
                prints=Footprints(*(column[start:end] for column in scaled)),
                acquired=acquired[start:end],
                net=net,
                cell_ha=cell_ha,
                cell_km=km,
                reach=min(params.spacings * spacing, _farthest(extents[k], params)) / km,
                detections=crowds[k].places,
                lakes=on_net(waters[k], net) if waters[k] else None,
            )
        )
    return drawings


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
    (extent,) = _extents(Together(NO_ROWS, np.array([0, len(prints.lon)])), prints)
    return _net(extent, params)


def _extents(fires: Together, prints: Footprints) -> list[Extent]:
    return [Extent(*one) for one in kernel.extents(*prints, fires.starts).tolist()]


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


def _telling(
    fires: Together, prints: Footprints, params: EdgeParameters
) -> tuple[Together, Footprints]:
    """Detections that finer ones do not explain, and their footprints."""
    lengths = degree_lengths(prints.lat)
    size = kernel.size_classes(prints.half_lon, prints.half_lat, *lengths, params.finer_octaves)
    tells = np.ones(len(size), np.bool_)
    for k in np.flatnonzero(fires.most(size) >= fires.least(size) + 2).tolist():
        mine = slice(*fires.spans[k])
        some = Footprints(*(column[mine] for column in prints))
        tells[mine] = kernel.telling(*some, size[mine], net_of(some, params))
    return fires.where(tells), Footprints(*(column[tells] for column in prints))


def _crowds(
    fires: Together,
    prints: Footprints,
    rasters: Sequence[tuple[Net, F8, float]],
    params: EdgeParameters,
) -> list[kernel.Crowds]:
    """How crowded the detections of each fire are, on the cells of its raster."""
    places = _places(fires, prints)
    found = []
    for (start, end), (net, cell_ha, cell_km) in zip(fires.spans, rasters, strict=True):
        lon, lat, first = prints.lon[start:end], prints.lat[start:end], places[start:end]
        found.append(kernel.crowds(lon, lat, first, net, cell_ha, params.near_km / cell_km))
    return found


def _places(fires: Together, prints: Footprints) -> Mask:
    """One detection of each place of a fire; the same place seen again counts once."""
    scale = 1e5  # 1 m: the decimals of the finest product
    lon, lat = np.rint(prints.lon * scale), np.rint(prints.lat * scale)
    key = lon.astype(np.int64) * 2**32 + lat.astype(np.int64)
    order = np.lexsort((key, fires.fire))
    key, fire = key[order], fires.fire[order]
    first = np.ones(len(order), np.bool_)
    first[order[1:]] = (key[1:] != key[:-1]) | (fire[1:] != fire[:-1])
    return first


def _scaled(prints: Footprints, scale: F8) -> Footprints:
    return prints._replace(half_lon=scale * prints.half_lon, half_lat=scale * prints.half_lat)


def _drawable(fires: Together) -> Together:
    """Detections but for geostationary ones of fires that have others."""
    if not fires.counts.all():
        raise ValueError("an edge needs at least one detection")
    fine = fires.rows["instrument"] != Instrument.GEOSTATIONARY
    if fine.all():
        return fires
    some = fires.most(fine.astype(np.int64)) > 0
    return fires.where(fine | ~some[fires.fire])


def _unwrapped(fires: Together, prints: Footprints) -> Footprints:
    """The same footprints with longitudes that run on beyond 180°, if they lie on both sides."""
    wide = fires.most(prints.lon) - fires.least(prints.lon) > HALF_TURN
    if not wide.any():
        return prints
    turned = wide[fires.fire] & (prints.lon < 0.0)
    return prints._replace(lon=np.where(turned, prints.lon + TURN, prints.lon))


def _middle(extent: Extent) -> float:
    """Rounded latitude in the middle, whose degrees of longitude the net goes by."""
    return min(abs(round(extent.south + extent.north)) / 2, POLE - 1.0)
