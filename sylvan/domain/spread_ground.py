"""The ground on which a fire runs, in classes: cells whose rates of spread are the same.

A class is a fuel bed on a step of slope and aspect.  There are a thousand at most, however many
cells there are, and behaviour is computed for those within reach of the fire alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, cos, floor, radians
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from rasterio.features import rasterize
from rasterio.transform import Affine
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from sylvan.domain.behaviour import Behaviour, Conditions, behaviour
from sylvan.domain.codes import Coded
from sylvan.domain.edge_kernel import Net
from sylvan.domain.footprints import degree_lengths
from sylvan.domain.fuel import BEDS, Bed
from sylvan.domain.spread_kernel import BARRIER, REACH
from sylvan.domain.spread_weather import HourlyWeather

F4 = npt.NDArray[np.float32]
F8 = npt.NDArray[np.float64]
I1 = npt.NDArray[np.int8]
I4 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
_METRES = 1000.0  # per km
_TURN = 360.0  # degrees
_TERRAIN = "spread.dem_"  # codes that say why there is no terrain


@dataclass(frozen=True)
class GroundParameters:
    """How ground is divided into classes."""

    slope_step_pct: float = 10.0
    # %; half a step, the most that a cell is off, is a fifth of the rate at 60 %: ST-X-3 eq. 39
    steepest_pct: float = 70.0
    # %; beyond, the slope factor stays: ST-X-3 eq. 39
    aspects: int = 16
    # directions; 11° from the middle of one to its end, half of what forecasts of wind are wrong


DEFAULT: Final = GroundParameters()


class Window(NamedTuple):
    """A part of the ground around the fire."""

    row: int  # of the first row, in the padded ground
    column: int
    kind: I4  # (rows, columns) place in ``codes``, or BARRIER
    codes: I4  # classes that occur
    east_m: F8  # width of the cells of each row, m
    north_m: float
    whole: bool  # whether there is no more ground


@dataclass(frozen=True, eq=False)
class SpreadGround:
    """Fuel and terrain on a net of cells."""

    net: Net
    bed: I1
    """(rows, columns) :class:`Bed`; what has burnt out already is ``Bed.NONE`` too."""
    slope_pct: F4 | None = None
    """(rows, columns) rise over run, %; ``None``: no terrain model."""
    aspect_deg: F4 | None = None
    """(rows, columns) whither the slope falls, degrees clockwise from north."""
    reasons: tuple[Coded, ...] = ()
    """What was assumed of it, as ``fuel.beds_of`` tells."""
    params: GroundParameters = DEFAULT
    _windows: dict[tuple[int, int, int, int], Window] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        shape = (self.net.rows, self.net.columns)
        if (self.slope_pct is None) != (self.aspect_deg is None):
            raise ValueError("slope and aspect come together")
        given = (self.bed, self.slope_pct, self.aspect_deg)
        if any(layer is not None and layer.shape != shape for layer in given):
            raise ValueError(f"bed, slope and aspect need the shape of the net, {shape}")
        if self.bed.min() < min(Bed) or self.bed.max() > max(Bed):
            raise ValueError(f"beds are numbered {min(Bed)}…{max(Bed)}")

    @cached_property
    def assumed(self) -> tuple[Coded, ...]:
        """Everything that was assumed of the ground."""
        told = any(reason.code.startswith(_TERRAIN) for reason in self.reasons)
        flat = () if self.slope_pct is not None or told else (Coded("spread.no_dem", {}),)
        return (*self.reasons, *flat)

    @cached_property
    def _codes(self) -> I4:
        """Class of each cell, BARRIER where nothing burns, with a rim of barriers."""
        steps = round(self.params.steepest_pct / self.params.slope_step_pct) + 1
        steep, toward = np.zeros(self.bed.shape, np.int32), np.zeros(self.bed.shape, np.int32)
        if self.slope_pct is not None and self.aspect_deg is not None:
            slope = np.nan_to_num(self.slope_pct) / self.params.slope_step_pct
            steep = np.clip(np.rint(slope), 0, steps - 1).astype(np.int32)
            turn = np.nan_to_num(self.aspect_deg) / _TURN * self.params.aspects
            toward = np.where(steep > 0, np.rint(turn), 0).astype(np.int32) % self.params.aspects
        codes = (self.bed * np.int32(steps) + steep) * np.int32(self.params.aspects) + toward
        return np.pad(
            np.where(self.bed == Bed.NONE, BARRIER, codes), REACH, constant_values=BARRIER
        )

    @cached_property
    def _widths(self) -> tuple[F8, float]:
        """Width of the cells of each padded row and height of a cell, m."""
        rows = np.arange(-REACH, self.net.rows + REACH)
        lat = (self.net.south + rows + 0.5) * self.net.height
        east, north = degree_lengths(lat)
        height = float(north[len(north) // 2]) * self.net.height
        return np.asarray(east * self.net.width * _METRES), height * _METRES

    def window(self, mask: Mask, margin: int) -> Window:
        """What lies within ``margin`` cells of the marked ones; made once for each margin."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        codes = self._codes
        first, left = max(rows[0] - margin + REACH, 0), max(columns[0] - margin + REACH, 0)
        end = min(rows[-1] + 1 + margin + REACH, codes.shape[0])
        right = min(columns[-1] + 1 + margin + REACH, codes.shape[1])
        key = (int(first), int(left), int(end), int(right))
        if key not in self._windows:
            self._windows[key] = self._cut(*key)
        return self._windows[key]

    def _cut(self, first: int, left: int, end: int, right: int) -> Window:
        part = self._codes[first:end, left:right]
        found, place = np.unique(part, return_inverse=True)
        closed = int(found[0] == BARRIER)
        kind: I4 = np.asarray(place.reshape(part.shape) - closed, np.int32)
        codes: I4 = np.asarray(found[closed:], np.int32)
        east, north = self._widths
        whole = part.shape == self._codes.shape
        return Window(first, left, kind, codes, east[first:end].copy(), north, whole)

    def behaviour(
        self, codes: I4, weather: HourlyWeather, swapped: Mapping[Bed, Bed] | None = None
    ) -> Behaviour:
        """Behaviour of classes in each hour, (classes, hours).

        Args:
            codes: the classes.
            weather: of the hours.
            swapped: beds that are taken for others.
        """
        steps = round(self.params.steepest_pct / self.params.slope_step_pct) + 1
        rest, toward = np.divmod(codes, self.params.aspects)
        bed, steep = np.divmod(rest, steps)
        beds = [BEDS[(swapped or {}).get(Bed(b), Bed(b))] for b in bed]
        given = Conditions(
            fuel=np.array([row.fuel for row in beds], np.int8)[:, None],
            ffmc=weather.ffmc,
            bui=weather.bui,
            wind_km_h=weather.wind_km_h,
            wind_from_deg=weather.wind_from_deg,
            slope_pct=(steep * self.params.slope_step_pct)[:, None],
            aspect_deg=(toward * (_TURN / self.params.aspects))[:, None],
            conifer_pct=np.array([row.conifer_pct for row in beds])[:, None],
            curing_pct=np.array([row.curing_pct for row in beds])[:, None],
            grass_kg_m2=np.array([row.grass_kg_m2 for row in beds])[:, None],
        )
        return behaviour(given)


def net_around(lon: float, lat: float, reach_km: float, cell_m: float) -> Net:
    """Cells of about ``cell_m`` metres for ``reach_km`` kilometres in each direction of a place."""
    return net_over((lon, lat, lon, lat), reach_km, cell_m)


def net_over(box: tuple[float, float, float, float], reach_km: float, cell_m: float) -> Net:
    """The same around a box.

    Args:
        box: west, south, east, north, degrees; longitudes run on beyond 180°.
        reach_km: how far the net goes beyond the box.
        cell_m: side of a cell in the middle of the box, m.
    """
    lat = (box[1] + box[3]) / 2
    _, north_km = (float(km) for km in degree_lengths(lat))
    height = cell_m / _METRES / north_km
    width = height / cos(radians(lat))
    more = ceil(reach_km * _METRES / cell_m)
    west, south = floor(box[0] / width) - more, floor(box[1] / height) - more
    columns = floor(box[2] / width) + more + 1 - west
    rows = floor(box[3] / height) + more + 1 - south
    return Net(west, south, columns, rows, width, height)


def touched(shape: BaseGeometry, net: Net) -> Mask:
    """Cells that a point, line or polygon (degrees) touches; none outside the net.

    A net may run on beyond 180°, and a shape may lie on either side of it.
    """
    if shape.is_empty:
        return np.zeros((net.rows, net.columns), np.bool_)
    west, south = net.west * net.width, net.south * net.height
    transform = Affine(net.width, 0.0, west, 0.0, net.height, south)
    size = (net.rows, net.columns)
    shapes = [translate(shape, turn) for turn in (-_TURN, 0.0, _TURN)]
    cells = rasterize(shapes, size, transform=transform, all_touched=True, dtype="uint8")
    return np.asarray(cells, np.bool_)
