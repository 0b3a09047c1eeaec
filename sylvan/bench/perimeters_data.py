"""Official US perimeters and the satellite points that were known before each of their versions.

Perimeters are those of NIFC's WFIGS as published, version by version; points are NOAA's HMS with
the hour in which each became public.  Which versions count is decided by place and time alone,
before any method has drawn anything.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain import detections
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.edge_front import Plane, plane_at

PERIMETERS = "reference/nifc_wfigs*/perimeters*.parquet"
POINTS = "firms/replay/hms*.parquet"
EARLIER = pd.Timedelta(days=1)  # detections before the official hour of discovery
GEOSTATIONARY = ("GOES", "HIMAWARI", "METEOSAT")
F8 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """Which versions count and which points belong to them; fixed before methods are compared."""

    reach_km: float = 1.0
    # km around the perimeter in which points are its own; the distance that links detections
    least: int = 10
    # points of polar satellites; fewer outline nothing
    first_half: str = "0123456789abcdef"[:8]
    # first digit of the SHA-256 of the incident's id: the half that parameters were chosen on


@dataclass(frozen=True)
class Version:
    """One version of a fire's perimeter with the points known before it, on a plane in km."""

    incident: str
    name: str
    truth: BaseGeometry  # km
    points: F8  # of polar satellites, km, n × 2
    rows: Detections  # all of them, geostationary ones too, with nominal pixels
    plane: Plane
    tuned: bool  # whether it is of the half that parameters were chosen on


@dataclass(frozen=True)
class Reference:
    """Versions that count, and how many were left out for what."""

    versions: list[Version]
    told: dict[str, int]


def load(folder: Path, rule: Rule) -> Reference:
    """Read perimeters and points and put them together.

    Raises:
        FileNotFoundError: a file is missing under ``folder``.
    """
    points = _points(_one(folder, POINTS))
    every = _perimeters(_one(folder, PERIMETERS))
    told = {"versions": len(every), "invalid_versions": int(every.broken.sum())}
    told["invalid_rings"] = int(every.rings.sum())
    wild = every[every.category.str.startswith("Wildfire") & (every.type_kind != "RX")]
    since = points.acq_dt.min()
    seen = wild[(wild.found > since) & ~wild.shape_wgs.map(lambda shape: shape.is_empty)]
    told["not_wildfire"] = len(every) - len(wild)
    told["before_the_points_begin"] = len(wild) - len(seen)
    fresh = seen.assign(key=seen.shape_wgs.map(shapely.to_wkb)).drop_duplicates(["irwin_id", "key"])
    told["repeated"] = len(seen) - len(fresh)
    fields = points.sort_values("lat", ignore_index=True)
    found = [_version(row, fields, rule) for row in fresh.itertuples()]
    versions = [one for one in found if one is not None]
    told["too_few_points"] = len(found) - len(versions)
    told["repaired_among_those_used"] = int(
        sum(row.broken for row, one in zip(fresh.itertuples(), found, strict=True) if one)
    )
    told["used"], told["fires"] = len(versions), len({one.incident for one in versions})
    return Reference(versions, told)


def _one(folder: Path, pattern: str) -> Path:
    files = sorted(folder.glob(pattern))
    if not files:
        raise FileNotFoundError(f"nothing like {pattern} under {folder}")
    return files[0]


def _perimeters(path: Path) -> pd.DataFrame:
    """All versions in order of publication; invalid rings are repaired."""
    told = pd.read_parquet(path)
    for column, name in (("first_seen", "published"), ("discovery", "found")):
        told[name] = pd.to_datetime(told[column], format="mixed", utc=True, errors="coerce")
    shapes = shapely.from_wkb(told.geometry.to_numpy())
    broken = ~shapely.is_valid(shapes)
    repaired = np.where(broken, shapely.make_valid(shapes), shapes)
    rings = [sum(not Polygon(ring).is_valid for ring in _rings(shape)) for shape in shapes]
    made = told.assign(shape_wgs=repaired, broken=broken, rings=rings)
    return made.sort_values("published", kind="stable", ignore_index=True)


def _rings(shape: BaseGeometry) -> Any:
    return shapely.get_rings(shapely.get_parts(shape))


def _points(path: Path) -> pd.DataFrame:
    told = pd.read_parquet(path)
    fixed = told.satellite.str.upper().str.startswith(GEOSTATIONARY) | (told.method == "FDC")
    modis = told.satellite.str.upper().str.startswith("MODIS")
    instrument = np.where(
        fixed, Instrument.GEOSTATIONARY, np.where(modis, Instrument.MODIS, Instrument.VIIRS)
    )
    return told.assign(instrument=instrument)


def _version(row: Any, points: pd.DataFrame, rule: Rule) -> Version | None:
    """A version with its points; None if there are too few."""
    west, south, east, north = row.shape_wgs.bounds
    plane = plane_at((west + east) / 2, (south + north) / 2)
    margin = 2 * rule.reach_km / plane.north_km
    first, end = points.lat.searchsorted([south - margin, north + margin])
    near = points.iloc[first:end]
    wide = 2 * rule.reach_km / plane.east_km
    near = near[near.lon.between(west - wide, east + wide)]
    known = near[(near.first_seen < row.published) & (near.acq_dt >= row.found - EARLIER)]
    truth = shapely.transform(row.shape_wgs, lambda lonlat: plane.km(*lonlat.T))
    places = plane.km(known.lon.to_numpy(), known.lat.to_numpy())
    own = np.asarray(shapely.dwithin(truth, shapely.points(places), rule.reach_km), np.bool_)
    rows = _rows(known[own])
    polar = rows["instrument"] != Instrument.GEOSTATIONARY
    if polar.sum() < rule.least:
        return None
    tuned = sha256(str(row.irwin_id).encode()).hexdigest()[0] in rule.first_half
    return Version(row.irwin_id, row.name, truth, places[own][polar], rows, plane, tuned)


def _rows(points: pd.DataFrame) -> Detections:
    """Points as detections whose pixel sizes nobody told."""
    rows = detections.empty(len(points))
    rows["lon"], rows["lat"] = points.lon, points.lat
    rows["acq_at"] = points.acq_dt.astype("datetime64[s, UTC]").astype("int64")
    rows["instrument"] = points.instrument
    return rows
