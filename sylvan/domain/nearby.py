"""How far thousands of places are from the nearest water, plant or village: one tree each.

Lines and shores become points a few hundred metres apart in earth-centred metres, so that no
projection is needed and one query answers for all fires of a batch.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from sylvan.domain.places import Floats, earth_xyz

STEP_DEG: Final = 0.004
"""Degrees between points of a line: 0.45 km at most, so distances err by 0.22 km at most."""
POINTS: Final = 3_000_000
"""Of one layer; a longer network is taken with as wide a step as keeps it below (72 MB)."""
HALF_TURN: Final = 180.0
LAKES_DEG: Final = 0.1
"""Degrees around a fire in which lakes matter: what an edge reaches beyond its detections."""


class Nearby:
    """Geometries of one kind, ready to be asked for distances. Immutable."""

    def __init__(self, geometries: Iterable[BaseGeometry]) -> None:
        shapes = [one for one in geometries if not one.is_empty]
        areas = [part for one in shapes for part in _areas(one)]
        self._areas = shapely.STRtree(areas) if areas else None
        lonlat = _points(shapes)
        self._tree = cKDTree(earth_xyz(lonlat[:, 0], lonlat[:, 1])) if len(lonlat) else None

    @property
    def known(self) -> bool:
        """Whether there is anything to be near to."""
        return self._tree is not None

    def km(self, lons: Floats, lats: Floats) -> Floats:
        """Distance of each place to the nearest; 0 inside an area, infinite without any."""
        if self._tree is None:
            return np.full(len(lons), np.inf)
        away: Floats = self._tree.query(earth_xyz(lons, lats))[0] / 1e3
        if self._areas is not None and len(lons):
            inside = self._areas.query(shapely.points(lons, lats), predicate="intersects")[0]
            away[np.unique(inside)] = 0.0
        return away


class Lakes:
    """Lakes, asked for those around a fire: its edge leaves them out. Immutable."""

    def __init__(self, geometries: Iterable[BaseGeometry]) -> None:
        self._areas = [part for one in geometries for part in _areas(one)]
        self._tree = shapely.STRtree(self._areas) if self._areas else None

    def near(self, lons: Floats, lats: Floats) -> list[BaseGeometry]:
        """Lakes that meet the box around places; of places on both sides of 180° none."""
        if self._tree is None or not len(lons) or np.ptp(lons) > HALF_TURN:
            return []
        west, south, east, north = lons.min(), lats.min(), lons.max(), lats.max()
        around = shapely.box(
            west - LAKES_DEG, south - LAKES_DEG, east + LAKES_DEG, north + LAKES_DEG
        )
        return [self._areas[place] for place in sorted(self._tree.query(around).tolist())]


def _areas(shape: BaseGeometry) -> Sequence[BaseGeometry]:
    parts = shapely.get_parts(shape)
    return [part for part in parts if part.geom_type == "Polygon"]


def _points(shapes: list[BaseGeometry]) -> npt.NDArray[np.float64]:
    """Points along all lines and shores."""
    if not shapes:
        return np.empty((0, 2))
    step = max(STEP_DEG, float(shapely.length(shapes).sum()) / POINTS)
    return np.asarray(shapely.get_coordinates(shapely.segmentize(shapes, step)), np.float64)


class Cover:
    """Areas of land cover, asked what lies at places."""

    def __init__(self, areas: Sequence[tuple[BaseGeometry, str]]) -> None:
        self._words = [word for _, word in areas]
        self._tree = shapely.STRtree([shape for shape, _ in areas]) if areas else None

    @property
    def known(self) -> bool:
        """Whether any land cover is loaded."""
        return self._tree is not None

    def most(self, lons: Floats, lats: Floats, owner: npt.NDArray[np.int64], n: int) -> list[str]:
        """For each of ``n`` owners the word under most of its places; empty where there is none.

        Of equally frequent ones the first by the alphabet.
        """
        counts: list[dict[str, int]] = [{} for _ in range(n)]
        if self._tree is not None and len(lons):
            place, area = self._tree.query(shapely.points(lons, lats), predicate="intersects")
            for fire, shape in zip(owner[place].tolist(), area.tolist(), strict=True):
                word = self._words[shape]
                counts[fire][word] = counts[fire].get(word, 0) + 1
        return [max(sorted(one), key=one.__getitem__) if one else "" for one in counts]
