"""The net of square cells on which ways across country are searched.

Cells lie on Lambert's conformal cone around the region's middle: there is no seam at 180°, and how
much longer a way is on the map than on the ground (the scale) depends on latitude alone, so that
lengths are put right cell by cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Proj
from shapely.geometry.base import BaseGeometry

from sylvan.domain.places import LonLat

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
_KM: Final = 1_000.0
_TURN: Final = 360.0
_STRAIGHT_DEG: Final = 0.05
"""Lines are straight in degrees: cut to such pieces, they are off by some metres on the cone."""
_FLATTEST: Final = 1.0
_STEEPEST: Final = 89.0
"""Degrees; the cone of a region on the equator or at a pole would not be one."""
_SAMPLES: Final = 721
"""Latitudes between which the scale is interpolated."""


class Window(NamedTuple):
    """A part of the plane."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """To cut it out of an array of the plane."""
        across = slice(self.column, self.column + self.columns)
        return slice(self.row, self.row + self.rows), across

    def on_plane(self, cells: I8) -> I8:
        """(n, 2) rows and columns of the plane of those of the window."""
        return np.asarray(cells + np.array((self.row, self.column)), np.int64)


@dataclass(frozen=True)
class Plane:
    """Cells over a region; rows run northward."""

    lon: float
    """Middle of the region, degrees."""
    lat: float
    west_m: float
    south_m: float
    """Lower left corner on the cone, m from the middle."""
    rows: int
    columns: int
    cell_km: float

    @classmethod
    def over(cls, shapes: Sequence[BaseGeometry], margin_km: float, cell_km: float) -> "Plane":
        """Cells around shapes (degrees; either side of 180° is fine).

        Raises:
            ValueError: there are no shapes.
        """
        lonlat = shapely.get_coordinates(np.array(shapes, object))
        if not len(lonlat):
            raise ValueError("a plane needs shapes to lie over")
        turn = np.radians(lonlat[:, 0])
        middle = float(np.degrees(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean())))
        lat = float(lonlat[:, 1].min() + lonlat[:, 1].max()) / 2
        bare = cls(middle, lat, 0.0, 0.0, 1, 1, cell_km)
        x, y = bare.flat(lonlat[:, 0], lonlat[:, 1])
        west, south = (float(axis.min()) - margin_km * _KM for axis in (x, y))
        east, north = (float(axis.max()) + margin_km * _KM for axis in (x, y))
        size = cell_km * _KM
        rows, columns = ceil((north - south) / size), ceil((east - west) / size)
        return cls(middle, lat, west, south, max(rows, 1), max(columns, 1), cell_km)

    @property
    def definition(self) -> str:
        """The projection, as PROJ reads it."""
        sign = 1.0 if self.lat >= 0 else -1.0
        on = sign * min(max(abs(self.lat), _FLATTEST), _STEEPEST)
        place = f"+lat_1={on:.6f} +lat_0={on:.6f} +lon_0={self.lon:.6f}"
        return f"+proj=lcc {place} +ellps=WGS84 +units=m +no_defs"

    @cached_property
    def _proj(self) -> Proj:
        return Proj(self.definition)

    def flat(self, lon: F8, lat: F8) -> tuple[F8, F8]:
        """Metres east and north of the middle."""
        x, y = self._proj(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        return np.asarray(x, np.float64), np.asarray(y, np.float64)

    def drawn(self, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        """Shapes on the plane, m; what is straight in degrees stays where it is on the ground."""
        cut = shapely.segmentize(np.array(shapes, object), _STRAIGHT_DEG)
        lonlat = shapely.get_coordinates(cut)
        flat = np.column_stack(self.flat(lonlat[:, 0], lonlat[:, 1]))
        return list(shapely.set_coordinates(cut, flat))

    def cells(self, places: Sequence[LonLat]) -> I8:
        """(n, 2) row and column of places; may lie outside."""
        lonlat = np.array(places, np.float64).reshape(-1, 2)
        x, y = self.flat(lonlat[:, 0], lonlat[:, 1])
        size = self.cell_km * _KM
        rows, columns = np.floor((y - self.south_m) / size), np.floor((x - self.west_m) / size)
        return np.column_stack([rows, columns]).astype(np.int64)

    def inside(self, cell: tuple[int, int]) -> bool:
        """Whether a cell lies on the plane."""
        return 0 <= cell[0] < self.rows and 0 <= cell[1] < self.columns

    def places(self, cells: I8) -> list[LonLat]:
        """Degrees of the middles of (n, 2) cells."""
        return self.lonlat(np.column_stack(self._middles(cells[:, 0], cells[:, 1])))

    def lonlat(self, xy: F8) -> list[LonLat]:
        """Degrees of (n, 2) places on the plane, m."""
        lon, lat = self._proj(xy[:, 0], xy[:, 1], inverse=True)
        return [LonLat(float(a), float(b)) for a, b in zip(lon, lat, strict=True)]

    def _middles(self, rows: I8, columns: I8) -> tuple[F8, F8]:
        size = self.cell_km * _KM
        x = self.west_m + (np.asarray(columns, np.float64) + 0.5) * size
        y = self.south_m + (np.asarray(rows, np.float64) + 0.5) * size
        return x, y

    def around(self, cell: tuple[int, int], reach_km: float) -> Window:
        """The part of the plane within a reach of a cell."""
        reach = ceil(reach_km / self.cell_km)
        first, left = max(cell[0] - reach, 0), max(cell[1] - reach, 0)
        end, right = min(cell[0] + reach + 1, self.rows), min(cell[1] + reach + 1, self.columns)
        return Window(first, left, max(end - first, 0), max(right - left, 0))

    @cached_property
    def _scales(self) -> tuple[float, F8, F8]:
        """Northing of the cone's tip; distances from it and the scale there."""
        sign = 1.0 if self.lat >= 0 else -1.0
        lat = sign * np.linspace(90.0, -60.0, _SAMPLES)[1:]
        lon = np.full(len(lat), self.lon)
        _, y = self.flat(lon, lat)
        _, tip = self.flat(np.array([self.lon]), np.array([sign * 90.0]))
        factors = self._proj.get_factors(lon, lat)
        return float(tip[0]), np.abs(y - tip[0]), np.asarray(factors.parallel_scale, np.float64)

    def scale(self, window: Window) -> F8:
        """(rows, columns) length on the plane over length on the ground."""
        x, y = self._middles(
            np.arange(window.row, window.row + window.rows),
            np.arange(window.column, window.column + window.columns),
        )
        return self.scale_at(x[None, :], y[:, None])

    def scale_at(self, x: F8, y: F8) -> F8:
        """The same at places on the plane, m."""
        tip, away, scale = self._scales
        return np.asarray(np.interp(np.hypot(x, y - tip), away, scale), np.float64)
