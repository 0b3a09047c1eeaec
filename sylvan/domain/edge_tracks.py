"""From what people hand in to an edge: a drawn polygon, a closed track, an open one.

A track whose ends meet is the edge.  An open one is the edge along its course: the ring is closed
with the part of the known edge that lies away from it, between the places nearest to its ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LinearRing, LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from sylvan.domain.codes import Coded, Invalid
from sylvan.domain.edge_front import Plane
from sylvan.domain.edge_overrule import from_plane, on_plane, plane_of
from sylvan.domain.places import GEOD

F8 = npt.NDArray[np.float64]
HALF_TURN, TURN, POLE, HOUR_S, M_PER_KM = 180.0, 360.0, 90.0, 3600.0, 1000.0
FIELD = "geometry"


@dataclass(frozen=True)
class TrackParameters:
    """What is believed of a line or polygon that people hand in."""

    version: str = "tracks-1"
    least_points: int = 3
    # of a track, to enclose anything or to bend the edge; geometry
    most_points: int = 50_000
    # of all lines together; a day at one a second
    meet_km: float = 0.15
    # km between the ends of a track that counts as closed; the crew stops when it sees its start
    meet_share: float = 0.2
    # of the track's length at most: a short one that goes straight on is not closed; engineering
    fastest_kmh: float = 60.0
    # km/h between two points; a crew on foot or wheels, not a jump of the receiver
    farthest_step_km: float = 5.0
    # km between two points without times; the same
    farthest_km: float = 5.0
    # km from the fire's own edge; farther is another fire
    least_ha: float = 0.01
    # ha; 10 m by 10 m: less is no burnt ground
    widest_deg: float = 20.0
    # degrees from end to end; larger is no edge of a fire


DEFAULT = TrackParameters()


@dataclass(frozen=True, slots=True)
class Resolved:
    """Ground within an edge that people gave, and what was made of it."""

    ground: MultiPolygon
    remarks: tuple[Coded, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """Points in the order in which they were taken, several runs of them."""

    runs: tuple[F8, ...]
    """Longitude and latitude (n × 2)."""
    times: tuple[tuple[datetime | None, ...], ...] = ()

    @property
    def last_at(self) -> datetime | None:
        """When the last point was taken, where the track says so."""
        known = [moment for run in self.times for moment in run if moment is not None]
        return max(known) if known else None


def drawn(
    geometry: dict[str, Any], known: MultiPolygon, params: TrackParameters = DEFAULT
) -> Resolved:
    """The ground within a polygon that somebody drew.

    Args:
        geometry: RFC 7946 Polygon or MultiPolygon.
        known: the fire's edge, or ground around its point where it has none.
        params: what is believed.

    Raises:
        Invalid: it is none, too small, too wide or far from the fire; names ``geometry``.
    """
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    rings = [[_positions(ring) for ring in polygon] for polygon in polygons]
    plane = plane_of(known)
    _small_enough([ring for polygon in rings for ring in polygon], params)
    shapes = [
        Polygon(plane.km(*outer.T), [plane.km(*hole.T) for hole in holes])
        for outer, *holes in rings
    ]
    crossing = any(not shape.is_valid for shape in shapes)
    whole = shapely.union_all([shapely.make_valid(shape) for shape in shapes])
    return _resolved(whole, known, plane, params, crossing=crossing)


def tracked(track: Track, known: MultiPolygon, params: TrackParameters = DEFAULT) -> Resolved:
    """The ground within a walked edge.

    Args:
        track: as it was taken.
        known: the fire's edge until now, or ground around its point where it has none.
        params: what is believed.

    Raises:
        Invalid: too few points, a jump (with the point's number), too small, too wide, far from
            the fire; names ``geometry``.
    """
    count = sum(len(run) for run in track.runs)
    if count < params.least_points:
        raise Invalid("edge.too_few_points", {"count": count, "least": params.least_points}, FIELD)
    if count > params.most_points:
        raise Invalid("edge.too_many_points", {"count": count, "most": params.most_points}, FIELD)
    _small_enough(track.runs, params)
    _no_jumps(track, params)
    plane = plane_of(known)
    line = LineString(np.concatenate([plane.km(*run.T) for run in track.runs]))
    ends = float(np.hypot(*(np.array(line.coords[0]) - np.array(line.coords[-1]))))
    if ends <= min(params.meet_km, params.meet_share * line.length):
        ring = Polygon(line.coords)
        return _resolved(shapely.make_valid(ring), known, plane, params, crossing=not ring.is_valid)
    _near_enough(line, known, plane, params)
    return _completed(line, known, plane, params)


def _positions(ring: Sequence[Sequence[float]]) -> F8:
    return np.array([position[:2] for position in ring], np.float64)


def _small_enough(runs: Sequence[F8], params: TrackParameters) -> None:
    every = np.concatenate(runs)
    if (np.abs(every[:, 1]) > POLE).any() or not np.isfinite(every).all():
        raise Invalid("edge.off_the_earth", {}, FIELD)
    away = (every - every[0] + HALF_TURN) % TURN - HALF_TURN
    if np.ptp(away, axis=0).max() > params.widest_deg:
        raise Invalid("edge.too_wide", {"degrees": params.widest_deg}, FIELD)


def _no_jumps(track: Track, params: TrackParameters) -> None:
    """Refuse a step that no crew makes; points are numbered from 1 over all runs."""
    every = np.concatenate(track.runs)
    moments = [moment for run in track.times for moment in run] or [None] * len(every)
    km = GEOD.inv(every[:-1, 0], every[:-1, 1], every[1:, 0], every[1:, 1])[2] / M_PER_KM
    for number, (step, (begin, end)) in enumerate(zip(km, pairwise(moments), strict=True), 2):
        told = {"point": number, "km": round(float(step), 1)}
        if begin is None or end is None:
            if step > params.farthest_step_km:
                raise Invalid("edge.jump", told, FIELD)
            continue
        hours = (end - begin).total_seconds() / HOUR_S
        if hours < 0:
            raise Invalid("edge.time_runs_back", {"point": number}, FIELD)
        slack = params.fastest_kmh / HOUR_S  # times are whole seconds
        if step > params.fastest_kmh * hours + slack:
            speed = round(float(step) / max(hours, 1 / HOUR_S))
            raise Invalid("edge.too_fast", {**told, "km_h": speed}, FIELD)


def _completed(
    line: LineString, known: MultiPolygon, plane: Plane, params: TrackParameters
) -> Resolved:
    """An open track, closed with the known edge between the places nearest to its ends."""
    parts = shapely.get_parts(on_plane(known, plane))
    nearest = min(parts, key=lambda part: (shapely.distance(part.exterior, line), part.wkb))
    ring = LinearRing(nearest.exterior.coords)
    begin, end = (ring.project(shapely.Point(line.coords[k])) for k in (0, -1))
    arcs = [_arc(ring, end, begin), _arc(ring, begin, end)[::-1]]
    kept = max(arcs, key=lambda arc: _away(arc, line))  # the other one is what was walked anew
    closed = Polygon(np.concatenate([np.array(line.coords), kept]))
    made = shapely.make_valid(closed)
    holes = [Polygon(hole) for hole in nearest.interiors]
    rest = [part for part in parts if part is not nearest]
    whole = shapely.union_all([shapely.difference(made, shapely.union_all(holes)), *rest])
    resolved = _resolved(whole, known, plane, params, crossing=not closed.is_valid)
    walked = round(line.length, 1)
    return Resolved(resolved.ground, (Coded("edge.completed", {"km": walked}), *resolved.remarks))


def _arc(ring: LinearRing, begin: float, end: float) -> F8:
    """Corners along a ring from one place to another, on its way."""
    if begin <= end:
        return np.array(substring(ring, begin, end).coords)
    first, second = substring(ring, begin, ring.length), substring(ring, 0.0, end)
    return np.concatenate([np.array(first.coords), np.array(second.coords)])


def _away(arc: F8, line: LineString) -> float:
    """How far an arc lies from a line on average, km."""
    if len(arc) < 2:  # noqa: PLR2004 - a line has two ends
        return 0.0
    steps = shapely.segmentize(LineString(arc), 0.1)
    return float(np.mean(shapely.distance(shapely.points(steps.coords), line)))


def _near_enough(
    shape: BaseGeometry, known: MultiPolygon, plane: Plane, params: TrackParameters
) -> None:
    away = float(shapely.distance(shape, on_plane(known, plane)))
    if away > params.farthest_km:
        told = {"km": round(away, 1), "most": params.farthest_km}
        raise Invalid("edge.far_from_fire", told, FIELD)


def _resolved(
    whole: BaseGeometry,
    known: MultiPolygon,
    plane: Plane,
    params: TrackParameters,
    *,
    crossing: bool,
) -> Resolved:
    """Ground as it is kept, or why it can't be an edge of this fire."""
    hectares = 100.0 * whole.area
    if hectares < params.least_ha:
        raise Invalid("edge.encloses_nothing", {"ha": round(hectares, 4)}, FIELD)
    _near_enough(whole, known, plane, params)
    remarks = (Coded("edge.repaired", {}),) if crossing else ()
    return Resolved(from_plane(whole, plane), remarks)
