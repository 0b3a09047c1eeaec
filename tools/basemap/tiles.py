"""Features into tiles, and tiles into one PMTiles file; the same input gives the same bytes."""

import gzip
import json
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tools.basemap import sources

LAYERS = ("land", "water", "rivers", "admin", "places")
WORLD_ZOOM = 4  # the deepest zoom of the whole world
REGION_ZOOM = 7  # the deepest zoom around the regions
ATTRIBUTION = "Natural Earth · GSHHG · DCW · GeoNames (CC BY 4.0)"

Tile = tuple[int, int, int]
Feature = dict[str, Any]


def tippecanoe(
    layers: dict[str, list[Feature]], zooms: tuple[int, int], folder: Path
) -> dict[Tile, bytes]:
    """Tiles of some layers at some zooms; one thread, so that two runs agree."""
    folder.mkdir()
    for name in LAYERS:
        lines = [json.dumps(f, ensure_ascii=False, sort_keys=True) for f in layers[name]]
        (folder / f"{name}.geojson").write_text("\n".join(lines) + "\n", "utf-8")
    binary = sources.package_folder("tippecanoe") / "bin" / "tippecanoe"
    command: list[str | Path] = [
        binary, "--quiet", "--force", "-o", folder / "tiles.mbtiles",
        f"-Z{zooms[0]}", f"-z{zooms[1]}", "-r1", "--no-feature-limit", "--no-tile-size-limit",
        "--no-tiny-polygon-reduction", "--simplification=3", "--buffer=8",
        "--no-simplification-of-shared-nodes",
    ]  # fmt: skip
    command += [arg for name in LAYERS for arg in ("-L", f"{name}:{folder / name}.geojson")]
    threads = {"TIPPECANOE_MAX_THREADS": "1", "PATH": "/usr/bin:/bin"}
    subprocess.run(command, check=True, env=threads)
    query = "select zoom_level, tile_column, tile_row, tile_data from tiles"
    with closing(sqlite3.connect(folder / "tiles.mbtiles")) as db:
        return {(z, x, (1 << z) - 1 - y): data for z, x, y, data in db.execute(query)}


def within(tile: Tile, boxes: Iterable[sources.Box]) -> bool:
    """Whether the tile's z5 ancestor touches one of the boxes: quarters stay together."""
    z, x, y = tile
    up = z - (WORLD_ZOOM + 1)
    bounds = tile_bounds(WORLD_ZOOM + 1, x >> up, y >> up)
    return any(shapely.box(*bounds).intersects(shapely.box(*box)) for box in boxes)


def tile_bounds(z: int, x: int, y: int) -> sources.Box:
    """West, south, east, north of a Web Mercator tile."""
    size = 1 << z
    north, south = (
        float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / size))))) for row in (y, y + 1)
    )
    return (x / size * 360 - 180, south, (x + 1) / size * 360 - 180, north)


def write(tiles: dict[Tile, bytes], path: Path) -> None:
    """One PMTiles file; equal tiles are stored once."""
    from pmtiles.tile import Compression, TileType, zxy_to_tileid  # noqa: PLC0415 a tools-only package
    from pmtiles.writer import Writer  # noqa: PLC0415 a tools-only package

    packed = {
        tile: gzip.compress(gzip.decompress(data), 9, mtime=0) for tile, data in tiles.items()
    }
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]  # the package has no types
        for tile in sorted(packed, key=lambda tile: zxy_to_tileid(*tile)):
            writer.write_tile(zxy_to_tileid(*tile), packed[tile])
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_zoom": 0,
            "max_zoom": REGION_ZOOM,
            "min_lon_e7": -1_800_000_000,
            "min_lat_e7": -850_000_000,
            "max_lon_e7": 1_800_000_000,
            "max_lat_e7": 850_000_000,
            "center_zoom": 3,
            "center_lon_e7": 1_300_000_000,
            "center_lat_e7": 640_000_000,
        }
        writer.finalize(header, metadata())


def metadata() -> dict[str, Any]:
    """What the file says about itself (TileJSON's vector_layers among it)."""
    names = {"name_ru": "String", "name_en": "String"}
    fields: dict[str, dict[str, str]] = {
        "land": {},
        "water": {"kind": "String", **names},
        "rivers": {"kind": "String", "rank": "Number", **names},
        "admin": {"kind": "String", "region": "String"},
        "places": {"kind": "String", "rank": "Number", "population": "Number", **names},
    }
    layers = [
        {"id": name, "fields": fields[name], "minzoom": 0, "maxzoom": REGION_ZOOM}
        for name in LAYERS
    ]
    return {
        "name": "Sylvan base map",
        "description": "World z0–4, regions z5–7",
        "attribution": ATTRIBUTION,
        "type": "baselayer",
        "vector_layers": layers,
    }
