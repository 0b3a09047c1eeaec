"""Measuring a fire: everything that follows from its detections and the region."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain import grouping
from sylvan.domain.activity import activity_of_rows
from sylvan.domain.codes import Coded
from sylvan.domain.detections import Detections, empty
from sylvan.domain.edge import drawing_of, edge_from
from sylvan.domain.edge_front import front_of
from sylvan.domain.edge_growth import rate_ha_h
from sylvan.domain.edge_overrule import SATELLITE, PeoplesEdge, overruled
from sylvan.domain.fires import Measured
from sylvan.domain.heat import HeatRegister
from sylvan.domain.nearby import Lakes
from sylvan.domain.screening import Screening, screen
from sylvan.domain.surroundings import Surroundings

AREA_DECIMALS: Final = 2
FRP_DECIMALS: Final = 1
LIKELIHOOD_DECIMALS: Final = 4
PLACE_DECIMALS: Final = 6
HALF_TURN: Final = 180.0
EDGE_REASON: Final = "edge.from_footprints"


@dataclass(frozen=True, slots=True)
class Ruler:
    """What measuring needs of the region: its permanent heat sources."""

    register: HeatRegister | None
    lakes: Lakes | None = None

    def of_rows(
        self,
        rows: Detections,
        reports: Sequence[str] = (),
        linked: Sequence[Coded] = (),
        near: Surroundings | None = None,
        people: Sequence[PeoplesEdge] = (),
    ) -> Measured:
        """A fire with detections; ``linked`` says why they are one fire.

        ``near`` is what is known around it, its ``reports`` included; without it nothing is.
        ``people`` are the edges that people gave, in force.
        """
        water = self.water(rows)
        drawing = drawing_of(rows, water=water)
        edge = overruled(people, rows, water=water) if people else edge_from(drawing)
        course = activity_of_rows(rows, drawing=drawing)
        growth = rate_ha_h(rows, people, edge.area_ha) if people else course.growth_ha_h
        judged = screen(rows, self.register, near or Surroundings(reports=tuple(reports)))
        drawn = Coded(EDGE_REASON, {"count": len(rows), "passes": course.n_passes})
        source, at = _source(people, course.last_seen)
        return Measured(
            first_seen=course.first_seen,
            last_seen=course.last_seen,
            point=_label_point(edge.polygon),
            bbox=_bbox(edge.polygon),
            edge=edge.polygon,
            area_ha=round(edge.area_ha, AREA_DECIMALS),
            area_lo_ha=round(edge.area_lo_ha, AREA_DECIMALS),
            area_hi_ha=round(edge.area_hi_ha, AREA_DECIMALS),
            growth_ha_h=None if growth is None else round(growth, AREA_DECIMALS),
            frp_mw=round(course.frp_mw, FRP_DECIMALS),
            n_detections=course.n_detections,
            n_passes=course.n_passes,
            sensors=course.sensors,
            likelihood=round(judged.likelihood, LIKELIHOOD_DECIMALS),
            reasons=(*linked, drawn, *_said(people), *judged.coded()),
            frp_series=tuple(
                (moment.isoformat().replace("+00:00", "Z"), round(power, FRP_DECIMALS))
                for moment, power in course.frp_series
            ),
            parts=_parts(rows),
            front=front_of(edge.polygon, rows),
            edge_source=source,
            edge_at=at,
        )

    def water(self, rows: Detections) -> Sequence[BaseGeometry]:
        """Lakes near detections."""
        return self.lakes.near(rows["lon"], rows["lat"]) if self.lakes else ()

    def of_report(
        self,
        point: tuple[float, float],
        observed: datetime,
        reports: Sequence[str],
        near: Surroundings | None = None,
        people: Sequence[PeoplesEdge] = (),
    ) -> Measured:
        """A fire that nobody but people has seen yet: a place, and their edge if they gave one."""
        judged = screen(empty(), self.register, near or Surroundings(reports=tuple(reports)))
        if people:
            return self._of_people(observed, people, judged)
        return Measured(
            first_seen=observed,
            last_seen=observed,
            point=point,
            bbox=(*point, *point),
            edge=None,
            area_ha=0.0,
            area_lo_ha=0.0,
            area_hi_ha=0.0,
            growth_ha_h=None,
            frp_mw=0.0,
            n_detections=0,
            n_passes=0,
            sensors=(),
            likelihood=round(judged.likelihood, LIKELIHOOD_DECIMALS),
            reasons=judged.coded(),
            frp_series=(),
            parts=1,
        )

    def _of_people(
        self, observed: datetime, people: Sequence[PeoplesEdge], judged: Screening
    ) -> Measured:
        """A fire that no satellite has seen, within the edge that people gave."""
        edge = overruled(people, empty())
        source, at = _source(people, observed)
        return Measured(
            first_seen=observed,
            last_seen=observed,
            point=_label_point(edge.polygon),
            bbox=_bbox(edge.polygon),
            edge=edge.polygon,
            area_ha=round(edge.area_ha, AREA_DECIMALS),
            area_lo_ha=round(edge.area_lo_ha, AREA_DECIMALS),
            area_hi_ha=round(edge.area_hi_ha, AREA_DECIMALS),
            growth_ha_h=None,
            frp_mw=0.0,
            n_detections=0,
            n_passes=0,
            sensors=(),
            likelihood=round(judged.likelihood, LIKELIHOOD_DECIMALS),
            reasons=(*_said(people), *judged.coded()),
            frp_series=(),
            parts=1,
            edge_source=source,
            edge_at=at,
        )


def warm_up() -> None:
    """Compile what grouping and measuring need, or load it, before the first fire waits for it.

    Takes from ten seconds to two minutes of a processor once on a new machine, half a second
    later; safe in a thread.
    """
    grouping.warm_up()
    Ruler(None).of_rows(np.concatenate([empty(1), empty(1)]))


def _source(people: Sequence[PeoplesEdge], last_seen: datetime) -> tuple[str, datetime]:
    """What the edge goes by, and since when it is known."""
    if not people:
        return SATELLITE, last_seen
    newest = people[-1]
    return str(newest.kind), newest.at


def _said(people: Sequence[PeoplesEdge]) -> tuple[Coded, ...]:
    """Which edges of people are in force, newest last."""
    return tuple(
        Coded(f"edge.from_{one.kind}", {"at": one.at.isoformat().replace("+00:00", "Z")})
        for one in people
    )


def _parts(rows: Detections) -> int:
    """How many ignitions are visible in a fire."""
    return 1 if len(rows) == 1 else grouping.count_ignitions(grouping.points_of(rows))


def _label_point(edge: MultiPolygon) -> tuple[float, float]:
    """A point inside the largest part of the edge: where the number stands on the map."""
    parts = edge.geoms
    largest = parts[0] if len(parts) == 1 else max(parts, key=lambda one: (one.area, one.bounds))
    inside = largest.representative_point()
    return round(inside.x, PLACE_DECIMALS), round(inside.y, PLACE_DECIMALS)


def _bbox(edge: MultiPolygon) -> tuple[float, float, float, float]:
    """West, south, east, north; west > east where the edge lies on both sides of 180°."""
    west, south, east, north = edge.bounds
    if east - west <= HALF_TURN:
        return west, south, east, north
    western = max(part.bounds[2] for part in edge.geoms if part.bounds[2] < 0)
    eastern = min(part.bounds[0] for part in edge.geoms if part.bounds[0] > 0)
    return eastern, south, western, north
