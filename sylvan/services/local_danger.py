"""Classes of fire danger at places and in areas, day by day, from the places that know weather."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.places import earth_xyz
from sylvan.services.weather_series import FARTHEST_KM
from sylvan.store import danger


@dataclass(frozen=True)
class DangerDays:
    """What was computed for some days, asked by place."""

    rows: list[list[dict[str, Any]]]
    """Of each day, the oldest first."""

    def at(self, points: Sequence[tuple[float, float]]) -> list[int]:
        """Class I–V (1…5) of the last day at each point, by the nearest place within 150 km.

        0 where no such place is known.
        """
        return [days[-1] for days in self._nearest(points)] if points else []

    def within(self, areas: Sequence[BaseGeometry]) -> list[list[int]]:
        """Classes of each area day by day, the oldest first: the highest of its places.

        An area without a place has the class of the nearest one; 0 where that is unknown, too.
        """
        spots = [one.representative_point() for one in areas]
        near = self._nearest([(one.x, one.y) for one in spots])
        return [self._inside(area) or days for area, days in zip(areas, near, strict=True)]

    def _inside(self, area: BaseGeometry) -> list[int]:
        found = []
        for rows in self.rows:
            if not rows:
                return []
            lon, lat = np.array([(one["lon"], one["lat"]) for one in rows], np.float64).T
            mine = shapely.contains_xy(area, lon, lat)
            if not mine.any():
                return []
            found.append(max(rows[k]["danger_class"] for k in np.flatnonzero(mine)))
        return found

    def _nearest(self, points: Sequence[tuple[float, float]]) -> list[list[int]]:
        classes = [[0] * len(self.rows) for _ in points]
        if not points:
            return classes
        asked = earth_xyz(*np.array(points, np.float64).T)
        for day, rows in enumerate(self.rows):
            if not rows:
                continue
            lon, lat = np.array([(one["lon"], one["lat"]) for one in rows], np.float64).T
            away, at = cKDTree(earth_xyz(lon, lat)).query(
                asked, distance_upper_bound=FARTHEST_KM * 1e3
            )
            for number in np.flatnonzero(np.isfinite(away)).tolist():
                classes[number][day] = rows[int(at[number])]["danger_class"]
        return classes


def danger_days(conn: Connection, actor: Actor, today: date, days: int = 1) -> DangerDays:
    """What was computed for the last days, today's the last."""
    span = [today - timedelta(days=back) for back in reversed(range(days))]
    return DangerDays([danger.on_day(conn, actor, day) for day in span])
