"""The terrain model: a GeoTIFF of heights in metres, read in windows.

A region has one, beside its pack or in the data folder.  Any projection will do; ground that it
does not cover is taken as flat, and that is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import rasterio
import structlog
from rasterio.errors import RasterioError
from rasterio.transform import Affine
from rasterio.warp import Resampling, reproject, transform_bounds

from sylvan.domain.codes import Coded, Invalid
from sylvan.domain.edge_kernel import Net
from sylvan.domain.travel.plane import Plane

log = structlog.get_logger()
F4 = npt.NDArray[np.float32]
FILE: Final = "terrain.tif"
"""Its name, in a region pack and in the data folder's folder of the region."""
WGS84: Final = "EPSG:4326"
LOWEST, HIGHEST = -500.0, 9000.0
"""m; what lies beyond is no height of this planet's land, but a mark for "unknown"."""
_TURN, _HALF_TURN = 360.0, 180.0  # degrees


@dataclass(frozen=True, slots=True)
class Terrain:
    """Where a terrain model may lie; the first that is there counts."""

    places: tuple[Path, ...] = ()

    def file(self) -> Path | None:
        """The terrain model, if there is one."""
        return next((place for place in self.places if place.is_file()), None)


def heights(file: Path | None, net: Net) -> tuple[F4 | None, tuple[Coded, ...]]:
    """Heights of the cells of a net.

    Args:
        file: the terrain model, if there is one.
        net: cells; may run on beyond 180°.

    Returns:
        (rows, columns) m, rows northward, NaN where unknown, or nothing; and why nothing.
    """
    if file is None:
        return None, ()
    try:
        with rasterio.open(file) as source:
            _check(source)
            found = _read(source, net)
    except Invalid as refused:
        log.warning("terrain.unusable", file=str(file), why=refused.code)
        return None, (Coded("spread.dem_broken", {}),)
    except (RasterioError, OSError) as error:
        log.warning("terrain.unreadable", file=str(file), why=_first_line(error))
        return None, (Coded("spread.dem_broken", {}),)
    if np.isnan(found).all():
        return None, (Coded("spread.dem_elsewhere", {}),)
    return found, ()


def heights_on(file: Path | None, plane: Plane) -> tuple[F4 | None, tuple[Coded, ...]]:
    """Heights of the cells of a plane, as :func:`heights` gives them for a net."""
    if file is None:
        return None, ()
    size = plane.cell_km * 1_000.0
    north = plane.south_m + plane.rows * size
    found = np.full((plane.rows, plane.columns), np.nan, np.float32)
    try:
        with rasterio.open(file) as source:
            _check(source)
            reproject(
                rasterio.band(source, 1),
                found,
                dst_transform=Affine(size, 0.0, plane.west_m, 0.0, -size, north),
                dst_crs=plane.definition,
                dst_nodata=np.nan,
                init_dest_nodata=True,
                resampling=Resampling.average,
            )
    except (Invalid, RasterioError, OSError) as error:
        log.warning("terrain.unusable", file=str(file), why=_first_line(error))
        return None, (Coded("spread.dem_broken", {}),)
    found[(found < LOWEST) | (found > HIGHEST)] = np.nan
    if np.isnan(found).all():
        return None, (Coded("spread.dem_elsewhere", {}),)
    return found[::-1], ()


def check(file: Path) -> tuple[float, float, float, float]:
    """What a terrain model covers: west, south, east, north, degrees.

    Raises:
        Invalid: it cannot be used.
    """
    try:
        with rasterio.open(file) as source:
            _check(source)
            west, south, east, north = transform_bounds(source.crs, WGS84, *source.bounds)
            return west, south, east, north
    except (RasterioError, OSError) as error:
        told = {"file": file.name, "why": _first_line(error)}
        raise Invalid("terrain.unreadable", told) from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _check(source: rasterio.DatasetReader) -> None:
    if source.crs is None:
        raise Invalid("terrain.no_projection", {"file": Path(source.name).name})
    if source.count != 1:
        raise Invalid("terrain.bands", {"file": Path(source.name).name, "bands": source.count})


def _read(source: rasterio.DatasetReader, net: Net) -> F4:
    found = np.full((net.rows, net.columns), np.nan, np.float32)
    north = (net.south + net.rows) * net.height
    for left, right, turn in _spans(net):
        part = np.full((net.rows, right - left), np.nan, np.float32)
        west = (net.west + left) * net.width - turn
        reproject(
            rasterio.band(source, 1),
            part,
            dst_transform=Affine(net.width, 0.0, west, 0.0, -net.height, north),
            dst_crs=WGS84,
            dst_nodata=np.nan,
            init_dest_nodata=True,
            resampling=Resampling.average if _finer(source, net) else Resampling.bilinear,
        )
        found[:, left:right] = part[::-1]
    found[(found < LOWEST) | (found > HIGHEST)] = np.nan
    return found


def _spans(net: Net) -> Iterator[tuple[int, int, float]]:
    """Columns that lie on one turn of the globe, and the turn in degrees."""
    for turn in (-_TURN, 0.0, _TURN):
        left = int(np.ceil((turn - _HALF_TURN) / net.width - net.west - 0.5))
        right = int(np.ceil((turn + _HALF_TURN) / net.width - net.west - 0.5))
        left, right = max(left, 0), min(right, net.columns)
        if left < right:
            yield left, right, turn


def _finer(source: rasterio.DatasetReader, net: Net) -> bool:
    """Whether several of its cells lie in one of ours."""
    west, south, east, north = transform_bounds(source.crs, WGS84, *source.bounds)
    cell = max((east - west) / source.width, (north - south) / source.height)
    return bool(cell < min(net.width, net.height) / 2)
