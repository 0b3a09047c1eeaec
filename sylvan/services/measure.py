"""Measuring a fire: everything that follows from its detections and the region."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import shapely
from shapely.geometry import MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain import grouping
from sylvan.domain.activity import Courses, courses_of
from sylvan.domain.codes import Coded
from sylvan.domain.detections import Detections, empty
from sylvan.domain.edge import Edge, drawings_of, edges_from
from sylvan.domain.edge_front import fronts_of
from sylvan.domain.edge_growth import rate_ha_h
from sylvan.domain.edge_overrule import SATELLITE, PeoplesEdge, overruled
from sylvan.domain.fires import Measured
from sylvan.domain.heat import HeatRegister
from sylvan.domain.instants import iso
from sylvan.domain.nearby import Lakes
from sylvan.domain.screening import Screening, screen, screen_all
from sylvan.domain.surroundings import Surroundings
from sylvan.domain.together import Together, together

AREA_DECIMALS: Final = 2
FRP_DECIMALS: Final = 1
LIKELIHOOD_DECIMALS: Final = 4
PLACE_DECIMALS: Final = 6
HALF_TURN: Final = 180.0
EDGE_REASON: Final = "edge.from_footprints"
Place = tuple[float, float]
Box = tuple[float, float, float, float]
Series = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One fire that is to be measured."""

    rows: Detections
    reports: tuple[str, ...]
    near: Surroundings
    people: Sequence[PeoplesEdge]

    def done(self, ruler: "Ruler") -> Measured:
        """The fire measured."""
        return ruler.of_many([self])[0]


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
        around = near or Surroundings(reports=tuple(reports))
        (found,) = self.of_many([Job(rows, tuple(reports), around, people)])
        return replace(found, reasons=(*linked, *found.reasons)) if linked else found

    def of_many(self, jobs: Sequence[Job]) -> list[Measured]:
        """Fires with detections, in their order; each step is made for all of them at once."""
        if not jobs:
            return []
        fires = together([one.rows for one in jobs])
        ordered = fires.sorted_by("satellite", "acq_at", "lat", "lon")
        courses = courses_of(ordered)
        grounds = self._grounds(jobs, fires, courses)
        polygons = [one.edge.polygon for one in grounds]
        judged = screen_all(ordered, self.register, [one.near for one in jobs])
        found = zip(
            grounds,
            judged,
            fronts_of(polygons, fires),
            _label_points(polygons),
            _boxes(polygons),
            _series(courses),
            grouping.count_all_ignitions(grouping.points_of(fires.rows), fires.starts),
            strict=True,
        )
        return [_measured(jobs[k], courses, k, _Found(*one)) for k, one in enumerate(found)]

    def _grounds(self, jobs: Sequence[Job], fires: Together, courses: Courses) -> list["_Ground"]:
        """What each fire covers: as satellites saw it, or as people say."""
        waters = [self.water(one.rows) for one in jobs]
        found = [
            _people_say(*both) if both[0].people else None
            for both in zip(jobs, waters, strict=True)
        ]
        seen = [k for k, one in enumerate(found) if one is None]
        if len(seen) < len(jobs):
            fires = together([jobs[k].rows for k in seen])
        drawings = drawings_of(fires, [waters[k] for k in seen])
        for k, drawing, edge in zip(seen, drawings, edges_from(drawings), strict=True):
            found[k] = _Ground(edge, courses.growth_ha_h(k, drawing))
        return [one for one in found if one is not None]

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
            point=_label_points([edge.polygon])[0],
            bbox=_boxes([edge.polygon])[0],
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
    return tuple(Coded(f"edge.from_{one.kind}", {"at": iso(one.at)}) for one in people)


class _Ground(NamedTuple):
    edge: Edge
    growth_ha_h: float | None


class _Found(NamedTuple):
    ground: _Ground
    judged: Screening
    front: MultiLineString | None
    point: Place
    bbox: Box
    series: Series
    parts: int


def _people_say(job: Job, water: Sequence[BaseGeometry]) -> _Ground:
    """People's edges with what satellites saw since."""
    edge = overruled(job.people, job.rows, water=water)
    return _Ground(edge, rate_ha_h(job.rows, job.people, edge.area_ha))


def _measured(job: Job, courses: Courses, which: int, found: _Found) -> Measured:
    """All that was found of one fire."""
    edge, growth = found.ground
    drawn = Coded(EDGE_REASON, {"count": len(job.rows), "passes": courses.n_passes[which]})
    last_seen = datetime.fromtimestamp(courses.last[which], UTC)
    source, at = _source(job.people, last_seen)
    return Measured(
        first_seen=datetime.fromtimestamp(courses.first[which], UTC),
        last_seen=last_seen,
        point=found.point,
        bbox=found.bbox,
        edge=edge.polygon,
        area_ha=round(edge.area_ha, AREA_DECIMALS),
        area_lo_ha=round(edge.area_lo_ha, AREA_DECIMALS),
        area_hi_ha=round(edge.area_hi_ha, AREA_DECIMALS),
        growth_ha_h=None if growth is None else round(growth, AREA_DECIMALS),
        frp_mw=found.series[-1][1] if found.series else 0.0,
        n_detections=len(job.rows),
        n_passes=courses.n_passes[which],
        sensors=courses.sensors[which],
        likelihood=round(found.judged.likelihood, LIKELIHOOD_DECIMALS),
        reasons=(drawn, *_said(job.people), *found.judged.coded()),
        frp_series=found.series,
        parts=found.parts,
        front=found.front,
        edge_source=source,
        edge_at=at,
    )


def _series(courses: Courses) -> list[Series]:
    """Fire power as it is told: moments as texts, MW rounded."""
    at, mw, starts = courses.series
    moments = np.datetime_as_string(at.astype("datetime64[s]"), timezone="UTC").tolist()
    told = list(zip(moments, (round(one, FRP_DECIMALS) for one in mw.tolist()), strict=True))
    return [tuple(told[start:end]) for start, end in pairwise(starts.tolist())]


def _label_points(edges: Sequence[MultiPolygon]) -> list[Place]:
    """A point inside the largest part of each edge: where the number stands on the map."""
    inside = shapely.point_on_surface([_largest(one) for one in edges])
    lonlat = shapely.get_coordinates(inside).tolist()
    return [(round(lon, PLACE_DECIMALS), round(lat, PLACE_DECIMALS)) for lon, lat in lonlat]


def _largest(edge: MultiPolygon) -> Polygon:
    parts = edge.geoms
    return parts[0] if len(parts) == 1 else max(parts, key=lambda one: (one.area, one.bounds))


def _boxes(edges: Sequence[MultiPolygon]) -> list[Box]:
    """West, south, east, north; west > east where an edge lies on both sides of 180°."""
    found = []
    bounds = shapely.bounds(list(edges)).tolist()
    for edge, (west, south, east, north) in zip(edges, bounds, strict=True):
        if east - west <= HALF_TURN:
            found.append((west, south, east, north))
            continue
        western = max(part.bounds[2] for part in edge.geoms if part.bounds[2] < 0)
        eastern = min(part.bounds[0] for part in edge.geoms if part.bounds[0] > 0)
        found.append((eastern, south, western, north))
    return found
