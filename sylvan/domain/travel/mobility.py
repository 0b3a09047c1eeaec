"""What each cell costs whom: friction rasters by mode of travel and season.

Covers, waters and roads are burned into one byte for each cell; a mode's table of speeds makes
hours per kilometre of it.  So one raster serves all modes, and a season is another table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from rasterio.features import rasterize
from rasterio.transform import Affine
from scipy import ndimage
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded
from sylvan.domain.edge_kernel import bridge_corners
from sylvan.domain.travel.parameters import (
    DEFAULT,
    Mode,
    Season,
    Speeds,
    Surface,
    TravelParameters,
)
from sylvan.domain.travel.plane import Plane, Window

F4 = npt.NDArray[np.float32]
F8 = npt.NDArray[np.float64]
U1 = npt.NDArray[np.uint8]
_KM: Final = 1_000.0
_PERCENT: Final = 100.0
_STEEPEST: Final = 255
"""%; the steepest slope that fits in a byte."""
_NEAR: Final = np.ones((3, 3), np.bool_)
"""A road's cells over water count as a crossing beside the place where the lines meet too."""
_OF_COVER: Final[Mapping[str, Surface]] = {
    **{one.name.lower(): one for one in Surface if one.value <= Surface.ICE},
    "water": Surface.LAKE,
}


@dataclass(frozen=True)
class Features:
    """What lies on the land, in degrees."""

    covers: Sequence[tuple[BaseGeometry, str]] = ()
    """Areas and words of :class:`sylvan.domain.surroundings.LandCover`."""
    rivers: Sequence[BaseGeometry] = ()
    lakes: Sequence[BaseGeometry] = ()
    roads: Sequence[BaseGeometry] = ()
    winter_roads: Sequence[BaseGeometry] = ()
    settlements: Sequence[BaseGeometry] = ()


@dataclass(frozen=True, eq=False)
class Land:
    """The ground of a region, a byte for each cell, two with slopes."""

    plane: Plane
    surface: U1
    """(rows, columns) :class:`Surface`."""
    slope_pct: U1 | None = None
    """(rows, columns) rise over run, %, at most 255; ``None``: taken as flat."""
    reasons: tuple[Coded, ...] = ()
    """What was assumed of it."""

    def __post_init__(self) -> None:
        shape = (self.plane.rows, self.plane.columns)
        given = (self.surface, self.slope_pct)
        if any(layer is not None and layer.shape != shape for layer in given):
            raise ValueError(f"surface and slope need the shape of the plane, {shape}")
        if self.surface.max() > max(Surface):
            raise ValueError(f"surfaces are numbered {min(Surface)}…{max(Surface)}")

    @property
    def megabytes(self) -> float:
        """What it takes in memory."""
        slope = 0 if self.slope_pct is None else self.slope_pct.nbytes
        return (self.surface.nbytes + slope) / 1e6


def land_of(plane: Plane, features: Features, heights_m: F4 | F8 | None = None) -> Land:
    """Burn what lies on the land into cells; what cannot be told is said.

    Args:
        plane: the cells.
        features: covers, then water, then roads: the later wins, but roads lie over water only
            where they cross it.
        heights_m: (rows, columns) m, NaN where unknown; ``None``: no terrain model.
    """
    surface = np.zeros((plane.rows, plane.columns), np.uint8)
    known = [(area, _OF_COVER[word]) for area, word in features.covers if word in _OF_COVER]
    if known:
        surface = _burned(plane.drawn([area for area, _ in known]), plane, [of for _, of in known])
    surface[_burned(plane.drawn(features.settlements), plane) > 0] = Surface.URBAN
    waters = _waters(surface, plane, features)
    _roads(surface, waters, plane, features)
    reasons = [] if known else [_UNCOVERED]
    slope = None if heights_m is None else _slope(heights_m, plane)
    reasons += [_FLAT] if slope is None else []
    return Land(plane, surface, slope, tuple(reasons))


_UNCOVERED: Final = Coded("travel.cover_unknown")
_FLAT: Final = Coded("travel.flat_ground")


def _burned(
    shapes: Sequence[BaseGeometry], plane: Plane, values: Sequence[Surface] | None = None
) -> U1:
    """Cells that shapes (m on the plane) touch: 1 there, or what each is worth; 0 elsewhere."""
    size = plane.cell_km * _KM
    worth = [1] * len(shapes) if values is None else [int(one) for one in values]
    whole = [pair for pair in zip(shapes, worth, strict=True) if not pair[0].is_empty]
    if not whole:
        return np.zeros((plane.rows, plane.columns), np.uint8)
    cells = rasterize(
        whole,
        (plane.rows, plane.columns),
        transform=Affine(size, 0.0, plane.west_m, 0.0, size, plane.south_m),
        all_touched=True,
        dtype="uint8",
    )
    return np.asarray(cells, np.uint8)


def _waters(surface: U1, plane: Plane, features: Features) -> list[BaseGeometry]:
    """Burn water in, so that nobody slips between two cells of a river that touch at a corner."""
    rivers, lakes = plane.drawn(features.rivers), plane.drawn(features.lakes)
    wet, river = _burned(lakes, plane) > 0, _burned(rivers, plane) > 0
    closed = bridge_corners(wet | river)
    surface[closed] = Surface.RIVER
    surface[wet & ~river] = Surface.LAKE
    return [*rivers, *lakes]


def _roads(surface: U1, waters: list[BaseGeometry], plane: Plane, features: Features) -> None:
    """Burn roads in; over water only where they cross it, not where they run along a bank."""
    wet = (surface == Surface.RIVER) | (surface == Surface.LAKE)
    winter, roads = plane.drawn(features.winter_roads), plane.drawn(features.roads)
    for lines, kind in ((winter, Surface.WINTER_ROAD), (roads, Surface.ROAD)):
        cells = _burned(lines, plane) > 0
        surface[cells & ~wet] = kind
    cells = _burned(roads, plane) > 0
    if waters and cells.any():
        meet = _burned(_crossings(roads, waters), plane) > 0
        surface[ndimage.binary_dilation(meet, _NEAR) & cells & wet] = Surface.CROSSING


def _crossings(roads: list[BaseGeometry], waters: list[BaseGeometry]) -> list[BaseGeometry]:
    """Where roads meet water: points, and stretches through lakes."""
    tree = shapely.STRtree(waters)
    road, water = tree.query(roads, predicate="intersects")
    lines, wet = np.array(roads, object)[road], np.array(waters, object)[water]
    return list(shapely.intersection(lines, shapely.make_valid(wet)))


def _slope(heights_m: F4 | F8, plane: Plane) -> U1:
    """Slope of cells by central differences; flat where heights are unknown."""
    if min(heights_m.shape) < 2:  # noqa: PLR2004 - a difference needs two
        return np.zeros(heights_m.shape, np.uint8)
    run = plane.cell_km * _KM
    northward, eastward = np.gradient(heights_m, run)
    slope = np.nan_to_num(_PERCENT * np.hypot(northward, eastward))
    return np.asarray(np.clip(np.rint(slope), 0, _STEEPEST), np.uint8)


@dataclass(frozen=True, eq=False)
class Mobility:
    """Who gets over the land in a season, and how fast."""

    land: Land
    season: Season
    params: TravelParameters = DEFAULT
    _tables: dict[Mode, F8] = field(default_factory=dict, init=False)

    def speeds(self, mode: Mode) -> Speeds:
        """km/h by surface; a surface that is not named is closed."""
        return speeds(mode, self.season, self.params)

    def friction(self, mode: Mode, window: Window) -> F8:
        """Hours per kilometre on the plane; infinite where a mode cannot go.

        Args:
            mode: of travel on the ground.
            window: the part of the plane.

        Returns:
            (rows, columns) h/km of the plane: a way's hours are those of its true length.
        """
        table = self._tables.setdefault(mode, hours_per_km(self.speeds(mode)))
        found = table[self.land.surface[window.slices]]
        if self.land.slope_pct is not None and mode in self.params.steepest_pct:
            slope = self.land.slope_pct[window.slices]
            found = found * slowed(slope, self.land.surface[window.slices], mode, self.params)
        made: F8 = found / self.land.plane.scale(window)
        return made


def hours_per_km(km_h: Speeds) -> F8:
    """(256,) friction by surface."""
    table = np.full(_STEEPEST + 1, inf)
    for surface, speed in km_h.items():
        table[surface] = 1.0 / speed if speed > 0 else inf
    return table


def slowed(slope_pct: U1, surface: U1, mode: Mode, params: TravelParameters = DEFAULT) -> F8:
    """Factor on the friction of slopes; infinite where it is too steep. Roads go round them."""
    factor = np.exp(params.slope_decay * slope_pct / _PERCENT)
    factor[slope_pct > params.steepest_pct[mode]] = inf
    built = (surface == Surface.ROAD) | (surface == Surface.CROSSING)
    factor[built] = 1.0
    return np.asarray(factor, np.float64)


def speeds(mode: Mode, season: Season, params: TravelParameters = DEFAULT) -> Speeds:
    """km/h of a mode of travel on the ground in a season, by surface.

    Raises:
        ValueError: the mode flies, or runs on the road graph.
    """
    winter = season is Season.WINTER
    match mode:
        case Mode.ON_FOOT:
            return {**params.foot_km_h, **(params.foot_on_ice_km_h if winter else {})}
        case Mode.TRACKED:
            return {**params.tracked_km_h, **(params.tracked_on_ice_km_h if winter else {})}
        case Mode.BOAT:
            return params.boat_km_h if season is Season.OPEN_WATER else {}
        case Mode.SNOWMOBILE:
            return params.sled_km_h if winter else {}
        case _:
            raise ValueError(f"{mode} has no friction on the ground")
