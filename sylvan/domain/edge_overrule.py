"""An edge that people drew or walked overrules the satellites from its time on.

What satellites saw by then says nothing more of the ground for which the edge speaks: what it
encloses, what the satellite's edge enclosed when it came, and a kilometre around both.  What they
see later and outside extends it by the usual method.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain.detections import Detections
from sylvan.domain.edge import DEFAULT as EDGE
from sylvan.domain.edge import Edge, edge_of
from sylvan.domain.edge_front import Plane, plane_at
from sylvan.domain.edge_outline import cut_at_180, unrolled
from sylvan.domain.places import GEOD

M2_PER_HA = 10_000.0
Mask = npt.NDArray[np.bool_]


class EdgeKind(StrEnum):
    """How people came by an edge."""

    DRAWN = "drawn"
    TRACK = "track"


SATELLITE = "satellite"
"""The source of an edge that nobody has overruled."""


@dataclass(frozen=True)
class OverruleParameters:
    """How people's edges and satellites go together."""

    version: str = "overrule-1"
    realm_km: float = 1.0
    # km around an edge for which it speaks; the distance that links VIIRS detections
    bridge_km: float = 0.5
    # km; gaps up to twice as wide between the edge and later detections count as burnt; the same
    track_error_m: float = 10.0
    # m to either side of a walked line; hand-held GPS under trees
    drawn_error_m: float = 50.0
    # m to either side of a drawn line; a finger's breadth on the map at zoom 14, engineering


DEFAULT = OverruleParameters()


@dataclass(frozen=True, slots=True)
class PeoplesEdge:
    """An edge as people gave it, completed and cut at 180°; in force from ``at`` on."""

    id: UUID
    kind: EdgeKind
    at: datetime
    ground: MultiPolygon
    realm: MultiPolygon
    """What it speaks for besides: the edge that it took the place of."""


def in_force(edges: Sequence[tuple[UUID, PeoplesEdge]]) -> tuple[PeoplesEdge, ...]:
    """Of each fire (its own id) the edge of the newest time, ordered by time.

    Fires that became one keep the edge of each: every one speaks for its own ground.
    """
    by_age = sorted(edges, key=lambda pair: _age(pair[1]))
    newest = dict(by_age)  # of one fire the last stays
    return tuple(sorted(newest.values(), key=_age))


def _age(edge: PeoplesEdge) -> tuple[datetime, UUID]:
    return edge.at, edge.id


def overruled(
    edges: Sequence[PeoplesEdge],
    rows: Detections,
    params: OverruleParameters = DEFAULT,
    water: Sequence[BaseGeometry] = (),
) -> Edge:
    """People's edges with what satellites saw since.

    Args:
        edges: those in force, at least one.
        rows: all detections of the fire, or none.
        params: how they go together.
        water: lakes; they stay unburnt in what satellites add.
    """
    plane = plane_of(edges[0].ground)
    ground = shapely.union_all([on_plane(edge.ground, plane) for edge in edges])
    said = [edge_of_people(edge, params) for edge in edges]
    added = rows[_adds(edges, ground, rows, plane, params)]
    if not len(added):
        if len(said) == 1:
            return said[0]
        return _edge(plane, ground, said, None)
    seen = edge_of(added, EDGE, water)
    return _edge(plane, _joined(ground, on_plane(seen.polygon, plane), params), said, seen)


def edge_of_people(edge: PeoplesEdge, params: OverruleParameters = DEFAULT) -> Edge:
    """One edge of people alone: its area is right but for the breadth of the line."""
    area = area_of_shape(edge.ground)
    error_m = params.track_error_m if edge.kind is EdgeKind.TRACK else params.drawn_error_m
    line_m = abs(GEOD.geometry_length(edge.ground.boundary))
    error = line_m * error_m / M2_PER_HA
    return Edge(edge.ground, area, max(area - error, 0.0), area + error)


def area_of_shape(shape: BaseGeometry) -> float:
    """Area on the ellipsoid, ha."""
    parts = shapely.get_parts(shapely.orient_polygons(shape))
    return float(sum(abs(GEOD.geometry_area_perimeter(part)[0]) for part in parts)) / M2_PER_HA


def plane_of(shape: BaseGeometry) -> Plane:
    """The plane around the middle of a shape."""
    west, south, east, north = unrolled(shape).bounds
    return plane_at((west + east) / 2, (south + north) / 2)


def on_plane(shape: BaseGeometry, plane: Plane) -> BaseGeometry:
    """A shape cut at 180°, in km and whole."""
    moved = shapely.transform(shape, lambda lonlat: plane.km(*lonlat.T))
    return shapely.make_valid(shapely.union_all(shapely.get_parts(moved)))


def from_plane(shape: BaseGeometry, plane: Plane) -> MultiPolygon:
    """The polygons of a shape in km, as degrees cut at 180°."""
    size = np.array([plane.east_km, plane.north_km])
    corner = np.array([plane.lon, plane.lat])
    lonlat = shapely.transform(shape, lambda xy: xy / size + corner)
    # united on the grid: what is valid as it comes may cross itself once it is rounded
    areas = _areas(shapely.make_valid(lonlat))
    return cut_at_180(shapely.union_all(areas, grid_size=EDGE.precision_deg), EDGE.precision_deg)


def _areas(shape: BaseGeometry) -> list[BaseGeometry]:
    """All polygons in a collection of anything; unions leave collections within collections."""
    if shape.geom_type == "Polygon":
        return [shape]
    parts = getattr(shape, "geoms", ())
    return [polygon for part in parts for polygon in _areas(part)]


def _adds(
    edges: Sequence[PeoplesEdge],
    ground: BaseGeometry,
    rows: Detections,
    plane: Plane,
    params: OverruleParameters,
) -> Mask:
    """Which detections say something that the edges do not: later or elsewhere, and outside."""
    places = shapely.points(plane.km(rows["lon"], rows["lat"]))
    shapely.prepare(ground)
    adds: Mask = ~shapely.intersects(ground, places)
    for edge in edges:
        speaks = shapely.union_all([on_plane(edge.ground, plane), on_plane(edge.realm, plane)])
        shapely.prepare(speaks)
        by_then = rows["acq_at"] <= int(edge.at.timestamp())
        adds &= ~(by_then & shapely.dwithin(speaks, places, params.realm_km))
    return adds


def _joined(ground: BaseGeometry, seen: BaseGeometry, params: OverruleParameters) -> BaseGeometry:
    """People's ground and the satellites' beside it; between the two, not within, gaps close."""
    both = shapely.union(ground, seen)
    apart = [_closed(one, params.bridge_km) for one in (ground, seen)]
    bridges = shapely.difference(_closed(both, params.bridge_km), shapely.union_all(apart))
    return shapely.union(both, bridges)


def _closed(shape: BaseGeometry, km: float) -> BaseGeometry:
    return shape.buffer(km, quad_segs=4).buffer(-km, quad_segs=4)


def _edge(plane: Plane, shape: BaseGeometry, said: Sequence[Edge], seen: Edge | None) -> Edge:
    """The whole, with the interval of people's ground and that of what satellites added."""
    polygon = from_plane(shape, plane)
    area = area_of_shape(polygon)
    low = sum(one.area_lo_ha for one in said)
    more = sum(one.area_hi_ha - one.area_ha for one in said)
    if seen is not None:
        more += seen.area_hi_ha - seen.area_ha
    return Edge(polygon, area, min(low, area), area + more)
