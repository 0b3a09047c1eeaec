"""GeoPackages and shapefiles of partners as rows and shapes in WGS 84.

GDAL reads them in a confined process (`services.gdal_child`) within bounds that are tighter than
those of an operator's own layers; what comes back is counted before anything is made of it.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from sylvan.feeds.errors import FeedError
from sylvan.services import packs_gdal
from sylvan.services.gdal_child import Bounds
from sylvan.services.packs import PackError

TIGHT: Final = Bounds(memory_bytes=2 << 30, cpu_s=20, wall_s=60.0, answer_bytes=200_000_000)
_WGS84: Final = "EPSG:4326"
_MOST_DEGREES: Final = 540.0


@dataclass(frozen=True, slots=True)
class Most:
    """How much of it is taken."""

    features: int = 20_000
    vertices: int = 2_000_000


ENOUGH: Final = Most()


@dataclass(frozen=True, slots=True)
class ShapeTable:
    """Rows and their shapes in WGS 84, flat; ``None`` where there is none or it cannot be read."""

    rows: Sequence[dict[str, Any]]
    shapes: Sequence[Any]
    notes: tuple[str, ...] = ()


def read_shapes(
    main: str, files: Mapping[str, bytes], *, bounds: Bounds = TIGHT, most: Most = ENOUGH
) -> ShapeTable:
    """Read a vector file that GDAL knows.

    Args:
        main: name of the file that is opened, one of ``files``: ``x.shp``, ``x.gpkg``.
        files: plain names and bodies; sidecars of a shapefile lie beside it.
        bounds: what the process may use that reads it.
        most: how much of it is taken.

    Raises:
        FeedError: a code of ``layer.*``, ``archive.*``, ``asset.*`` or ``confined.*``.
    """
    for name in files:
        if Path(name).name != name or name.startswith("."):
            raise FeedError("archive.path", member=name[:80])
    with tempfile.TemporaryDirectory(prefix="sylvan-read-") as scratch:
        for name, body in files.items():
            Path(scratch, name).write_bytes(body)
        try:
            path = Path(scratch, main)
            table = packs_gdal.read(path, layer=None, encoding=None, bounds=bounds)
        except PackError as error:
            params = {str(k): v for k, v in dict(error.params).items() if k != "file"}
            raise FeedError(error.code, file=main, **params) from None
    return _placed(table, most)


def _placed(table: packs_gdal.Table, most: Most) -> ShapeTable:
    if len(table.rows) > most.features:
        raise FeedError("confined.too_many_features", features=len(table.rows), limit=most.features)
    shapes = shapely.force_2d(shapely.from_wkb(table.wkb, on_invalid="ignore"))
    count = int(shapely.get_num_coordinates(shapes).sum())
    if count > most.vertices:
        raise FeedError("asset.many_vertices", count=count, limit=most.vertices)
    try:
        shapes, notes = _turned(np.asarray(shapes, dtype=object), table.crs)
    except (CRSError, ProjError) as error:
        raise FeedError("asset.projection_broken", detail=str(error)[:120]) from None
    return ShapeTable(table.rows, list(shapes), (*table.notes, *notes))


def _turned(shapes: np.ndarray, crs: str | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """The shapes in WGS 84, and what had to be done or guessed for that."""
    if crs is None:
        places = shapely.get_coordinates(shapes)
        if len(places) and abs(places).max() > _MOST_DEGREES:
            raise FeedError("asset.projection_unknown")
        return shapes, ("asset.no_projection",)
    if CRS.from_user_input(crs).equals(CRS.from_epsg(4326), ignore_axis_order=True):
        return shapes, ()
    turn = Transformer.from_crs(crs, _WGS84, always_xy=True)
    return shapely.transform(shapes, turn.transform, interleaved=False), ("asset.reprojected",)
