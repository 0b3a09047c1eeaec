"""Who reaches a place: the territories around it, neighbours at the border, owners near by.

What a row may be seen by is written beside it as *marks* (`domain.actors`): codes of the
territories that it lies in, `near:` those whose border is close, `rim:` a region close to whose
border it lies, `asset:` owners of what stands near. All of them are drawn once on one raster whose
cells hold the number of a set of marks, so that a million rows cost one look-up each. Cells are
about 2 km wide and belong to everything that touches them: at a border one sees a cell too much
rather than too little.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine
from pyproj import CRS, Transformer
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

from sylvan.domain.actors import ASSET, NEAR, RIM

Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CELL_LON, CELL_LAT = 0.05, 0.02
"""Degrees: 2.3 × 2.2 km at 65°."""
FULL_TURN: Final = 360.0
SIMPLE_M: Final = 500.0
"""Metres by which a border may be straightened before it is widened."""
SEAM_M: Final = 50.0
STRAIGHT_DEG: Final = 0.2
"""Degrees: what is straight in longitude and latitude bends on the cone."""
MOST_CELLS: Final = 40_000_000
"""A raster of 160 MB; a larger region gets wider cells."""
MOST_KEPT: Final = 20_000
"""Answers remembered; places repeat, so that most are given once."""
REGION: Final = "boundary"
TERRITORIES: Final = frozenset({REGION, "municipality", "forestry"})
"""Kinds of layers whose areas rights are given for."""
OWNER, RANGE_KM = "owner", "watch_km"
"""Properties of a layer's feature: whose it is, and how near to it a fire concerns the owner."""


class Item(Protocol):
    """A layer's feature."""

    @property
    def kind(self) -> str:
        """Kind of its layer."""

    @property
    def code(self) -> str:
        """Stable within its layer."""

    @property
    def geom(self) -> BaseGeometry:
        """WGS 84, longitude first."""

    @property
    def props(self) -> Mapping[str, Any]:
        """``owner`` and ``watch_km`` of what somebody owns."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """How far one sees beyond one's own, in kilometres."""

    border_km: float = 20.0
    # beyond the border of an own territory
    rim_km: float = 50.0
    # into a region from outside, for its neighbours
    asset_km: float = 30.0
    # around what somebody owns, where the thing does not say it itself


DEFAULT: Final = Ranges()


@dataclass(frozen=True, slots=True)
class Frame:
    """The raster's place: degrees from ``west`` eastwards, across 180° if need be."""

    west: float
    north: float
    columns: int
    rows: int
    lon_step: float
    lat_step: float

    @classmethod
    def around(cls, shapes: npt.NDArray[np.object_], margin_km: float) -> "Frame":
        """The least frame around shapes and a margin."""
        coordinates = shapely.get_coordinates(shapes)
        west, width = _arc(coordinates[:, 0])
        south, north = coordinates[:, 1].min(), coordinates[:, 1].max()
        lat_margin = margin_km / 111.2 + CELL_LAT
        top = min(90.0, north + lat_margin)
        bottom = max(-90.0, south - lat_margin)
        steepest = np.cos(np.radians(min(85.0, max(abs(top), abs(bottom)))))
        lon_margin = lat_margin / steepest
        width = min(FULL_TURN, width + 2 * lon_margin)
        wider = max(1.0, np.sqrt(width / CELL_LON * (top - bottom) / CELL_LAT / MOST_CELLS))
        lon_step, lat_step = CELL_LON * wider, CELL_LAT * wider
        columns, rows = int(width / lon_step) + 1, int((top - bottom) / lat_step) + 1
        return cls(float(west - lon_margin), float(top), columns, rows, lon_step, lat_step)

    def turned(self, lons: Floats) -> Floats:
        """Degrees eastwards of the frame's western side."""
        return np.mod(lons - self.west, FULL_TURN)

    def cells(self, lons: Floats, lats: Floats) -> tuple[npt.NDArray[np.intp], Flags]:
        """Index of each place's cell in the flat raster, and whether it lies inside."""
        column = np.floor(self.turned(lons) / self.lon_step).astype(np.intp)
        row = np.floor((self.north - lats) / self.lat_step).astype(np.intp)
        inside = (column < self.columns) & (row >= 0) & (row < self.rows)
        return np.where(inside, row * self.columns + column, 0), inside

    def burned(self, shape: BaseGeometry) -> tuple[tuple[slice, slice], Flags]:
        """The window around a shape (degrees), and which of its cells the shape touches."""
        moved = shapely.transform(shape, self._local)
        left, bottom, right, top = shapely.bounds(moved)
        first_column = max(0, int(left / self.lon_step) - 1)
        last_column = min(self.columns, int(right / self.lon_step) + 2)
        first_row = max(0, int(top / -self.lat_step) - 1) if top < 0 else 0
        last_row = min(self.rows, int(-bottom / self.lat_step) + 2)
        window = slice(first_row, last_row), slice(first_column, last_column)
        size = max(0, last_row - first_row), max(0, last_column - first_column)
        if not all(size):
            return window, np.zeros(size, np.bool_)
        place = Affine(
            self.lon_step, 0, first_column * self.lon_step,
            0, -self.lat_step, -first_row * self.lat_step,
        )  # fmt: skip
        drawn = rasterize([moved], size, transform=place, all_touched=True, dtype=np.uint8)
        return window, drawn.astype(np.bool_)

    def _local(self, coordinates: Floats) -> Floats:
        """Degrees from the north-western corner; what ends at a full turn is not wrapped to 0."""
        lons = self.turned(coordinates[:, 0])
        wrapped = (lons < self.lon_step) & (coordinates[:, 0] - self.west > FULL_TURN / 2)
        return np.column_stack([np.where(wrapped, FULL_TURN, lons), coordinates[:, 1] - self.north])


def _arc(lons: Floats) -> tuple[float, float]:
    """Start and width of the least arc that holds longitudes."""
    found = np.unique(np.mod(lons, FULL_TURN))
    gaps = np.diff(np.r_[found, found[0] + FULL_TURN])
    widest = int(np.argmax(gaps))
    west = found[(widest + 1) % len(found)]
    return float(west), float(FULL_TURN - gaps[widest])


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where something that is owned reaches on a raster: kept, since most of it stays as it is."""

    mark: str
    window: tuple[slice, slice]
    packed: npt.NDArray[np.uint8]
    """One bit a cell of the window."""

    @property
    def mask(self) -> Flags:
        """Which cells of the window."""
        size = tuple(part.stop - part.start for part in self.window)
        flat = np.unpackbits(self.packed, count=size[0] * size[1]).astype(np.bool_)
        return flat.reshape(size)


class Sight:
    """Sets of marks by place. Immutable: build a new one when a layer changes."""

    def __init__(
        self, items: Iterable[Item] = (), ranges: Ranges = DEFAULT, margin_km: float = 0.0
    ) -> None:
        """Marks of a region.

        Args:
            items: its territories, and what is owned there.
            ranges: how far one sees.
            margin_km: how far around all of it places are asked for.
        """
        kept = [one for one in items if not one.geom.is_empty]
        self._ranges = ranges
        self._areas = [one for one in kept if one.kind in TERRITORIES]
        owned = [one for one in kept if one.props.get(OWNER)]
        self.sets: list[tuple[str, ...]] = [()]
        """Marks of each number; 0 is none at all."""
        self._beyond: dict[tuple[frozenset[int], tuple[str, ...]], tuple[str, ...]] = {}
        self._numbers: Numbers = np.zeros(1, np.int32)
        self._frame: Frame | None = None
        if not self._areas and not owned:
            return
        shapes = np.array([one.geom for one in (*self._areas, *owned)], dtype=object)
        widest = max(ranges.border_km, margin_km, *(_range(one, ranges) for one in owned), 0.0)
        self._frame = Frame.around(shapes, widest)
        self._wide = _Widener(shapes)
        grid = np.zeros((self._frame.rows, self._frame.columns), np.int32)
        for area in self._areas:
            self._draw_area(grid, area, ranges)
        for one in owned:
            drawn = self.drawn(one)
            self._add(grid, drawn.mark, drawn.window, drawn.mask)
        self._numbers = grid.ravel()

    @property
    def covers_ground(self) -> bool:
        """Whether there is a raster at all."""
        return self._frame is not None

    def drawn(self, one: Item) -> Drawn:
        """How far an owner sees around a thing of his; what lies beyond the raster is cut off."""
        assert self._frame is not None  # noqa: S101 - the caller has looked
        window, mask = self._frame.burned(self._wide(one.geom, _range(one, self._ranges)))
        return Drawn(ASSET + str(one.props[OWNER]), window, np.packbits(mask))

    def with_owned(self, drawn: Iterable[Drawn]) -> "Sight":
        """The same with things of owners added; the territories are not drawn again."""
        assert self._frame is not None  # noqa: S101 - the caller has looked
        made = Sight()
        made._ranges, made._frame, made._wide = self._ranges, self._frame, self._wide
        made.sets = list(self.sets)
        grid = self._numbers.reshape(self._frame.rows, self._frame.columns).copy()
        for one in drawn:
            made._add(grid, one.mark, one.window, one.mask)
        made._numbers = grid.ravel()
        return made

    def _draw_area(self, grid: Numbers, area: Item, ranges: Ranges) -> None:
        assert self._frame is not None  # noqa: S101 - set before anything is drawn
        window, inside = self._frame.burned(area.geom)
        self._add(grid, area.code, window, inside)
        around, near = self._frame.burned(self._wide(area.geom, ranges.border_km))
        mask = np.zeros(grid.shape, np.bool_)
        mask[around] = near
        mask[window] &= ~inside
        self._add(grid, NEAR + area.code, around, mask[around])
        if area.kind == REGION and ranges.rim_km:
            core = self._wide(area.geom, -ranges.rim_km)
            deep = np.zeros(grid.shape, np.bool_)
            if not core.is_empty:
                part, held = self._frame.burned(core)
                deep[part] = held
            self._add(grid, RIM + area.code, window, inside & ~deep[window])

    def _add(self, grid: Numbers, mark: str, window: tuple[slice, slice], mask: Flags) -> None:
        """Add a mark to the sets of the cells of a window."""
        part = grid[window]
        before = part[mask]
        for number in np.unique(before).tolist():
            marks = self.sets[number]
            if mark not in marks:
                self.sets.append((*marks, mark))
                before[before == number] = len(self.sets) - 1
        part[mask] = before

    def numbers(self, lons: Floats, lats: Floats) -> Numbers:
        """The number in :attr:`sets` of each place (degrees)."""
        if self._frame is None:
            return np.zeros(len(lons), np.int32)
        cell, inside = self._frame.cells(np.asarray(lons, np.float64), np.asarray(lats, np.float64))
        return np.where(inside, self._numbers[cell], 0)

    def beyond(self, numbers: Iterable[int], own: tuple[str, ...]) -> tuple[str, ...]:
        """Who else reaches places with these numbers, of something that lies in ``own``.

        A territory that a fire has spread into, or a cell away from, counts as near.
        """
        key = frozenset(numbers), own
        known = self._beyond.get(key)
        if known is None:
            marks = {mark for number in key[0] for mark in self.sets[number]}
            named = {NEAR + mark if ":" not in mark else mark for mark in marks if mark not in own}
            known = tuple(sorted(named - {NEAR + code for code in own}))
            if len(self._beyond) < MOST_KEPT:
                self._beyond[key] = known
        return known


class _Widener:
    """Widens shapes by kilometres on Lambert's conformal cone around all of them."""

    def __init__(self, shapes: npt.NDArray[np.object_]) -> None:
        coordinates = shapely.get_coordinates(shapes)
        west, width = _arc(coordinates[:, 0])
        south, north = float(coordinates[:, 1].min()), float(coordinates[:, 1].max())
        sixth = (north - south) / 6 or 0.5
        middle = (west + width / 2 + FULL_TURN / 2) % FULL_TURN - FULL_TURN / 2
        cone = CRS.from_proj4(
            f"+proj=lcc +lat_1={south + sixth} +lat_2={north - sixth}"
            f" +lat_0={(south + north) / 2} +lon_0={middle} +datum=WGS84 +units=m"
        )
        self._there = Transformer.from_crs("EPSG:4326", cone, always_xy=True)
        self._back = Transformer.from_crs(cone, "EPSG:4326", always_xy=True)

    def __call__(self, shape: BaseGeometry, km: float) -> BaseGeometry:
        fine = shapely.segmentize(shape, STRAIGHT_DEG)
        flat = shapely.transform(fine, lambda at: np.column_stack(self._there.transform(*at.T)))
        flat = shapely.simplify(flat, SIMPLE_M)
        if km < 0:  # a seam at 180° closes, so that narrowing does not begin there
            flat = shapely.buffer(flat, SEAM_M, quad_segs=2)
        wide = shapely.buffer(flat, km * 1000.0, quad_segs=6)
        return shapely.transform(wide, lambda at: np.column_stack(self._back.transform(*at.T)))


def _range(one: Item, ranges: Ranges) -> float:
    """How near to a thing a fire concerns its owner; what is no number tells nothing."""
    try:
        return min(500.0, max(0.0, float(one.props.get(RANGE_KM) or ranges.asset_km)))
    except (TypeError, ValueError):
        return ranges.asset_km
