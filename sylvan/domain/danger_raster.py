"""Danger between the places that know it: inverse distance, on the map's own projection.

Shepard 1968 (A two-dimensional interpolation function for irregularly-spaced data, Proc. 23rd ACM
National Conference): weights 1/d² of the nearest places, which never leave the range of what was
measured, as splines do at the edges of a sparse network.  Each value is interpolated by itself, as
it stands at the places.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from scipy.spatial import cKDTree

F4 = npt.NDArray[np.float32]
F8 = npt.NDArray[np.float64]
EARTH_M: Final = 6_371_000.0
MERCATOR: Final = "EPSG:3857"


@dataclass(frozen=True, slots=True)
class RasterParameters:
    """How fine, how far, how many."""

    version: str = "danger-raster-1"
    cell_m: float = 10_000.0
    # m of the projection; 4.7 km on the ground at 62° N; engineering: far below the distance
    # between stations
    neighbours: int = 8
    # nearest places that count; engineering
    farthest_km: float = 300.0
    # km from the nearest place beyond which nothing is said; engineering
    nearest_km: float = 2.0
    # km below which a place's own value holds
    most_cells: int = 2_000_000
    # a larger region gets larger cells


DEFAULT: Final = RasterParameters()


class Grid(NamedTuple):
    """Cells in EPSG:3857; a region across 180° runs on past it."""

    west: float  # m
    north: float  # m
    cell_m: float
    rows: int
    columns: int

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """Affine, as rasterio takes it."""
        return (self.cell_m, 0.0, self.west, 0.0, -self.cell_m, self.north)

    def corners(self) -> list[list[float]]:
        """Longitude and latitude of the four corners, clockwise from the north-west."""
        east, south = (
            self.west + self.columns * self.cell_m,
            self.north - self.rows * self.cell_m,
        )
        x = np.array([self.west, east, east, self.west])
        y = np.array([self.north, self.north, south, south])
        lon, lat = _degrees(x, y)
        return [[round(float(a), 6), round(float(b), 6)] for a, b in zip(lon, lat, strict=True)]

    def centres(self) -> tuple[F8, F8]:
        """Longitude of columns and latitude of rows."""
        x = self.west + (np.arange(self.columns) + 0.5) * self.cell_m
        y = self.north - (np.arange(self.rows) + 0.5) * self.cell_m
        lon, _ = _degrees(x, np.zeros(x.shape))
        _, lat = _degrees(np.zeros(y.shape), y)
        return lon, lat


def _degrees(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[F8, F8]:
    """Longitude runs on past 180° with the projection's x."""
    _, lat = Transformer.from_crs(MERCATOR, "EPSG:4326", always_xy=True).transform(
        np.zeros(np.shape(y)), y
    )
    return np.degrees(np.asarray(x) / SPHERE_M), np.asarray(lat)


SPHERE_M: Final = 6_378_137.0
"""Radius of EPSG:3857."""


def grid_over(
    bounds: tuple[float, float, float, float], params: RasterParameters = DEFAULT
) -> Grid:
    """Cells over west, south, east, north in degrees; ``east`` < ``west`` crosses 180°."""
    west, south, east, north = bounds
    if east < west:
        east += 360.0
    south, north = max(south, -85.0), min(north, 85.0)
    x0, x1 = np.radians(west) * SPHERE_M, np.radians(east) * SPHERE_M
    _, (y0, y1) = Transformer.from_crs("EPSG:4326", MERCATOR, always_xy=True).transform(
        np.zeros(2), np.array([south, north])
    )
    cell = max(params.cell_m, float(np.sqrt((x1 - x0) * (y1 - y0) / params.most_cells)))
    columns, rows = (max(int(np.ceil(span / cell)), 1) for span in (x1 - x0, y1 - y0))
    return Grid(float(x0), float(y1), cell, rows, columns)


class Weights(NamedTuple):
    """For each cell the places that count and how much."""

    inside: npt.NDArray[np.intp]  # cells, flat numbers
    place: npt.NDArray[np.intp]  # (cells, k)
    weight: F8  # (cells, k), 0 beyond reach
    nearest_km: F4  # (cells)


def weights(
    grid: Grid,
    lon: F8,
    lat: F8,
    mask: npt.NDArray[np.bool_] | None = None,
    params: RasterParameters = DEFAULT,
) -> Weights:
    """Weights of the places for the cells of ``mask`` that are near enough to any."""
    east, north = grid.centres()
    flat = np.arange(grid.rows * grid.columns) if mask is None else np.flatnonzero(mask)
    k = min(params.neighbours, len(lon))
    if not k or not flat.size:
        none = np.zeros((0, max(k, 1)))
        return Weights(flat[:0], none.astype(np.intp), none, np.zeros(0, np.float32))
    cells = _xyz(east[flat % grid.columns], north[flat // grid.columns])
    chord, place = cKDTree(_xyz(lon, lat)).query(cells, k=[*range(1, k + 1)])
    km = 2.0 * EARTH_M / 1000.0 * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0))
    near = km[:, 0] <= params.farthest_km
    km, place = km[near], place[near]
    weight = np.where(km <= params.farthest_km, 1.0 / np.maximum(km, params.nearest_km) ** 2, 0.0)
    own = km[:, 0] <= params.nearest_km
    weight[own, 1:] = 0.0
    return Weights(flat[near], place, weight, km[:, 0].astype(np.float32))


def interpolated(values: F8, by: Weights) -> F4:
    """A value at the cells of ``by``; places that do not know it do not count."""
    at = values[by.place]
    weight = np.where(np.isnan(at), 0.0, by.weight)
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore"):
        found = (weight * np.nan_to_num(at)).sum(axis=1) / total
    return np.asarray(np.where(total > 0.0, found, np.nan), np.float32)


def spread(found: F4, by: Weights, grid: Grid) -> F4:
    """Values of cells as a raster, NaN elsewhere."""
    made = np.full(grid.rows * grid.columns, np.nan, np.float32)
    made[by.inside] = found
    return made.reshape(grid.rows, grid.columns)


def _xyz(lon: F8, lat: F8) -> F8:
    east, north = np.radians(lon), np.radians(lat)
    flat = np.cos(north)
    return np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])
