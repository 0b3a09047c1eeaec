"""Rasters of fire danger as files: a Cloud-Optimised GeoTIFF and a small picture for each day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import rasterio
from PIL import Image
from rasterio.transform import Affine

from sylvan.domain import danger_raster as raster
from sylvan.domain.address import Part
from sylvan.domain.danger import COLOURS, INDICES, Day
from sylvan.domain.danger_raster import MERCATOR, Grid, RasterParameters
from sylvan.domain.observed import Place
from sylvan.services.danger_rules import Advice
from sylvan.services.geography import Region

F4 = npt.NDArray[np.float32]
BANDS: Final = ("class", "nesterov", *INDICES[:6], "nearest_km")
"""Bands of a file, in this order."""
AROUND_DEG: Final = 2.0
"""Degrees around the places where no region is loaded."""


class Written(NamedTuple):
    """A file of a day."""

    file: str
    corners: list[list[float]]


@dataclass(slots=True)
class _Ground:
    """A region's cells, kept as long as its layers stay."""

    stamp: str
    grid: Grid
    mask: npt.NDArray[np.bool_]
    territory: dict[str, npt.NDArray[np.bool_]]


@dataclass(slots=True)
class Mapper:
    """Writes rasters into a folder; each takes its name only when it is whole."""

    folder: Path
    params: RasterParameters = raster.DEFAULT
    _ground: dict[str, _Ground] = field(default_factory=dict)

    def path(self, world_id: int, name: str) -> Path:
        """Where a world's file lies."""
        return self.folder / str(world_id) / Path(name).name

    def write(
        self, world_id: int, region: Region, advice: Advice, places: Sequence[Place], day: Day
    ) -> Written:
        """Write a day's raster and picture.

        Raises:
            OSError: the folder can't be written.
        """
        told = day.classes > 0
        lon = np.array([one.lon for one in places])[told]
        lat = np.array([one.lat for one in places])[told]
        ground = self._over(region, advice, lon, lat)
        by = raster.weights(ground.grid, lon, lat, ground.mask, self.params)
        bands = {"nesterov": day.nesterov[told]}
        bands |= {name: day.values[k, told] for k, name in enumerate(INDICES[:6])}
        found = {
            name: raster.spread(raster.interpolated(values, by), by, ground.grid)
            for name, values in bands.items()
        }
        found["nearest_km"] = raster.spread(by.nearest_km, by, ground.grid)
        classes = _classes(found["nesterov"], day, advice, ground)
        found["class"] = np.where(classes > 0, classes, np.nan).astype(np.float32)
        name = f"{day.day.isoformat()}-{uuid4().hex[:12]}.tif"
        target = self.path(world_id, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        _whole(target.with_suffix(".png"), lambda path: _picture(path, classes))
        _whole(target, lambda path: _geotiff(path, ground.grid, found, day))
        return Written(name, ground.grid.corners())

    def tidy(self, world_id: int, kept: set[str]) -> None:
        """Remove files that no map stands on any more."""
        stems = {Path(name).stem for name in kept}
        for path in (self.folder / str(world_id)).glob("*"):
            if path.stem not in stems:
                path.unlink(missing_ok=True)

    def _over(
        self,
        region: Region,
        advice: Advice,
        lon: npt.NDArray[np.float64],
        lat: npt.NDArray[np.float64],
    ) -> _Ground:
        bounds = region.index.bounds
        if bounds is None:  # no map must not mean no danger
            box = (lon.min(), lat.min(), lon.max(), lat.max())
            west, south, east, north = (float(one) for one in box)
            grid = raster.grid_over(
                (west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG),
                self.params,
            )
            return _Ground("", grid, np.ones(grid.rows * grid.columns, bool), {})
        known = self._ground.get(region.stamp)
        if known is None:
            known = _ground(region, advice, raster.grid_over(bounds, self.params))
            self._ground.clear()
            self._ground[region.stamp] = known
        return known


def _ground(region: Region, advice: Advice, grid: Grid) -> _Ground:
    """Cells inside the region, and those of territories with a scale of their own."""
    lon, lat = grid.centres()
    east = (np.tile(lon, grid.rows) + 180.0) % 360.0 - 180.0
    north = np.repeat(lat, grid.columns)
    mask = region.index.inside(east, north, 0.0)
    territory: dict[str, npt.NDArray[np.bool_]] = {}
    if advice.territories:
        for part in (Part.REGION, Part.MUNICIPALITY, Part.FORESTRY):
            codes = np.asarray(region.index.codes_of(part, east, north))
            for code in advice.territories & set(codes.tolist()):
                territory[code] = (codes == code).reshape(grid.rows, grid.columns)
    return _Ground(region.stamp, grid, mask, territory)


def _classes(index: F4, day: Day, advice: Advice, ground: _Ground) -> npt.NDArray[np.int8]:
    """Classes of cells by their own territory's scale, the narrowest last."""
    found = advice.table.scale("", day.day).classes(index)
    for code, cells in ground.territory.items():
        found[cells] = advice.table.scale(code, day.day).classes(index[cells])
    return found


def _whole(target: Path, write: Callable[[Path], None]) -> None:
    """Write beside the target, then take its name."""
    beside = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        write(beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _geotiff(path: Path, grid: Grid, found: dict[str, F4], day: Day) -> None:
    profile: dict[str, Any] = {
        "driver": "COG",
        "dtype": "float32",
        "count": len(BANDS),
        "width": grid.columns,
        "height": grid.rows,
        "crs": MERCATOR,
        "transform": Affine(*grid.transform),
        "nodata": float("nan"),
        "compress": "DEFLATE",
        "predictor": "YES",
        "overview_resampling": "NEAREST",
    }
    try:
        with rasterio.open(path, "w", **profile) as file:
            file.update_tags(day=day.day.isoformat(), method="inverse distance, Shepard 1968")
            for number, name in enumerate(BANDS, 1):
                file.write(found[name], number)
                file.set_band_description(number, name)
    except rasterio.errors.RasterioError as error:
        raise OSError(str(error)) from error


def _picture(path: Path, classes: npt.NDArray[np.int8]) -> None:
    """A cell a pixel, in the classes' colours; what is not known is transparent."""
    image = Image.fromarray(classes.astype(np.uint8), "P")
    palette = [0, 0, 0]
    for colour in COLOURS:
        palette += [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    image.putpalette(palette)
    image.save(path, format="PNG", transparency=0, optimize=True)
