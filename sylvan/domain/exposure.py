"""What stands in a fire's way: distances from the edge, and what lies down the wind.

All fires of a batch are asked at once. Around each fire lies a plane that touches the earth in its
middle; places are seen on it as from far above. Within 100 km a length is short by at most 0.013 %
(d²/2R²) and a bearing is that of the meridian through the fire's middle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, inf, radians
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded
from sylvan.domain.edge_outline import cut_at_180
from sylvan.domain.exposure_rules import ExposureRules, ObjectRule, SectorRules
from sylvan.domain.exposure_things import Ints, Things, boxes_meeting, unwrapped
from sylvan.domain.places import GEOD, Floats, LonLat, earth_xyz

KM: Final = 1_000.0
TURN: Final = 360.0
HALF_TURN: Final = 180.0
KM_PER_DEG: Final = 110.5
"""Of latitude, at the equator, where it is shortest: a box made with it holds the circle."""
LEAST_COS: Final = 0.01
"""Near the poles a box goes round the world anyway."""
PRECISION_DEG: Final = 1e-5
_DECIMALS: Final = 5
_ARC: Final = 5
"""Places on the arc of a sector; between them it is cut short by 0.5 %."""


@dataclass(frozen=True, slots=True)
class Wind:
    """The wind that a sector is drawn for."""

    from_deg: float | None = None
    """Whence it blows, clockwise from north; ``None``: nobody knows, or it is calm."""
    km_h: float | None = None
    """Mean speed; ``None``: nobody knows."""
    reasons: tuple[Coded, ...] = ()
    """What was assumed, and why there is no direction."""

    def as_dict(self) -> dict[str, object]:
        """The JSON form."""
        reasons = [one.as_dict() for one in self.reasons]
        return {"from_deg": self.from_deg, "km_h": self.km_h, "reasons": reasons}


UNKNOWN: Final = Wind(reasons=(Coded("exposure.wind_unknown"),))


@dataclass(frozen=True, slots=True)
class Burning:
    """A fire as its surroundings are asked about."""

    middle: LonLat
    shape: BaseGeometry
    """Its edge, degrees; a point where there is none."""
    wind: Wind = UNKNOWN


@dataclass(frozen=True, slots=True)
class Exposed:
    """One thing near a fire."""

    thing: int
    """Its place among the things that were asked."""
    km: float
    """From the edge; 0 where the fire touches it or burns inside."""
    bearing_deg: float | None
    """From the nearest place of the edge to it; ``None`` at distance 0."""
    place: LonLat
    """Its place nearest to the fire."""
    downwind: bool | None
    """Whether any of it lies in the sector; ``None`` without a sector."""
    band_km: float
    """The band that it falls into."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is near one fire, nearest first."""

    wind: Wind
    exposed: tuple[Exposed, ...] = ()
    sector: MultiPolygon | None = field(default=None, compare=False)
    """The down-wind sector, degrees."""


class HourlyWind(NamedTuple):
    """Wind at one place, hour after hour; only hours that are known."""

    km_h: Floats
    from_deg: Floats
    """Whence it blows, degrees clockwise from north."""
    reasons: tuple[Coded, ...] = ()
    """What was assumed."""


def wind_of(told: HourlyWind | None, rules: SectorRules) -> Wind:
    """The mean wind of the coming hours, as a vector; calm or turning winds have no direction."""
    if told is None:
        return UNKNOWN
    speed, angle = told.km_h[: rules.hours], np.radians(told.from_deg[: rules.hours])
    east, north = float(np.mean(speed * np.sin(angle))), float(np.mean(speed * np.cos(angle)))
    mean = round(float(speed.mean()), 1)
    if hypot(east, north) < rules.calm_km_h:
        calm = Coded("exposure.calm", {"km_h": mean, "hours": len(speed)})
        return Wind(None, mean, (*told.reasons, calm))
    from_deg = round(float(np.degrees(np.arctan2(east, north))), 1) % TURN
    return Wind(from_deg, mean, told.reasons)


@dataclass(frozen=True)
class _Planes:
    """A plane for each fire, touching the earth in its middle."""

    origin: Floats
    """(fires, 3) m."""
    axes: Floats
    """(fires, 2, 3): east, north."""

    @classmethod
    def at(cls, lon: Floats, lat: Floats) -> "_Planes":
        lam, phi = np.radians(lon), np.radians(lat)
        zero = np.zeros_like(lam)
        east = np.column_stack([-np.sin(lam), np.cos(lam), zero])
        north = np.column_stack(
            [-np.sin(phi) * np.cos(lam), -np.sin(phi) * np.sin(lam), np.cos(phi)]
        )
        return cls(earth_xyz(lon, lat), np.stack([east, north], axis=1))

    def seen(self, xyz: Floats, fire: Ints) -> Floats:
        """(n, 2) metres east and north on the planes of those fires."""
        away = xyz - self.origin[fire]
        flat: Floats = np.einsum("nk,nak->na", away, self.axes[fire])
        return flat


@dataclass(frozen=True)
class _Pairs:
    """Fires and things near them; one row for each piece of a thing."""

    fire: Ints
    thing: Ints
    m: Floats
    start: Floats
    end: Floats
    """Nearest places on the fire's plane: of the edge, of the thing; m."""
    downwind: npt.NDArray[np.bool_]


def exposures(fires: Sequence[Burning], things: Things, rules: ExposureRules) -> list[Exposure]:
    """What is near each of some fires.

    Args:
        fires: with edges in degrees; longitudes on either side of 180° are fine.
        things: what may be threatened.
        rules: which kinds count, and how far.

    Returns:
        One exposure for each fire; things of kinds without a rule are left out.
    """
    if not fires:
        return []
    lon, lat = (np.array([one.middle[axis] for one in fires]) for axis in (0, 1))
    planes = _Planes.at(lon, lat)
    shapes = _flat(fires, planes)
    sectors = np.array(
        [
            _sector(shape, one.wind, rules.sector.half_angle_deg, rules.reach_km)
            for shape, one in zip(shapes, fires, strict=True)
        ],
        object,
    )
    pairs = _nearest(_measured(fires, shapes, sectors, planes, things, rules.reach_km))
    found = _told(pairs, fires, (lon, lat), things, rules.objects)
    return [
        Exposure(one.wind, tuple(found.get(at, ())), _degrees(sectors[at], one.middle))
        for at, one in enumerate(fires)
    ]


def _flat(fires: Sequence[Burning], planes: _Planes) -> npt.NDArray[np.object_]:
    """Edges on their fires' planes, prepared."""
    shapes = np.array([one.shape for one in fires], object)
    lonlat, whose = shapely.get_coordinates(shapes, return_index=True)
    flat = planes.seen(earth_xyz(lonlat[:, 0], lonlat[:, 1]), whose)
    made: npt.NDArray[np.object_] = shapely.set_coordinates(shapes, flat)
    shapely.prepare(made)
    return made


def _sector(
    shape: BaseGeometry, wind: Wind, half_angle: float, reach_km: float
) -> BaseGeometry | None:
    """All ground that wind within the angle blows over the fire's hull to, m on its plane."""
    if wind.from_deg is None:
        return None
    hull = shapely.get_coordinates(shape.convex_hull)
    away = np.radians(wind.from_deg + HALF_TURN + np.linspace(-half_angle, half_angle, _ARC))
    arc = np.column_stack([np.sin(away), np.cos(away)]) * reach_km * KM
    wedge = np.vstack([np.zeros((1, 2)), arc])
    swept = (hull[:, None, :] + wedge[None, :, :]).reshape(-1, 2)
    whole: BaseGeometry = shapely.multipoints(swept).convex_hull
    shapely.prepare(whole)
    return whole


def _boxes(fires: Sequence[Burning], reach_km: float) -> Floats:
    """West, south, east, north around each fire; longitudes may run on beyond 180°."""
    boxes = []
    for one in fires:
        lonlat = shapely.get_coordinates(one.shape)
        lon = unwrapped(lonlat[:, 0])
        south, north = lonlat[:, 1].min(), lonlat[:, 1].max()
        margin = reach_km / KM_PER_DEG
        farthest = min(max(abs(south), abs(north)) + margin, 90.0)
        wide = min(margin / max(cos(radians(farthest)), LEAST_COS), HALF_TURN)
        boxes.append((lon.min() - wide, south - margin, lon.max() + wide, north + margin))
    return np.array(boxes, np.float64).reshape(-1, 4)


def _measured(
    fires: Sequence[Burning],
    shapes: npt.NDArray[np.object_],
    sectors: npt.NDArray[np.object_],
    planes: _Planes,
    things: Things,
    reach_km: float,
) -> _Pairs:
    """Every piece whose box a fire's meets, with its distance; and areas that a fire is inside."""
    boxes, pieces = _boxes(fires, reach_km), things.pieces
    fire, piece = boxes_meeting(things.tree, boxes)
    count = pieces.count[piece]
    row = np.repeat(np.arange(len(piece)), count)
    begins = np.repeat(np.cumsum(count) - count, count)
    vertex = np.repeat(pieces.first[piece], count) + np.arange(len(row)) - begins
    flat = planes.seen(pieces.xyz[vertex], fire[row])
    drawn = _drawn(flat, row, count)
    between = shapely.get_coordinates(shapely.shortest_line(shapes[fire], drawn)).reshape(-1, 2, 2)
    apart = between[:, 1] - between[:, 0]
    inside = _inside(fires, boxes, things)
    middle = np.zeros((len(inside), 2))
    return _Pairs(
        np.concatenate([fire, np.array([at for at, _ in inside], np.intp)]),
        np.concatenate([pieces.owner[piece], np.array([of for _, of in inside], np.intp)]),
        np.concatenate([np.hypot(apart[:, 0], apart[:, 1]), np.zeros(len(inside))]),
        np.concatenate([between[:, 0], middle]),
        np.concatenate([between[:, 1], middle]),
        np.concatenate([shapely.intersects(sectors[fire], drawn), np.ones(len(inside), np.bool_)]),
    )


def _drawn(flat: Floats, row: Ints, count: Ints) -> npt.NDArray[np.object_]:
    """Pieces as points and lines on the planes."""
    made = np.empty(len(count), object)
    single = count == 1
    made[single] = shapely.points(flat[single[row]])
    if not single.all():
        lines = ~single[row]
        _, place = np.unique(row[lines], return_inverse=True)
        made[~single] = shapely.linestrings(flat[lines], indices=place)
    return made


def _inside(fires: Sequence[Burning], boxes: Floats, things: Things) -> list[tuple[int, int]]:
    """Fires that burn inside an area: their outlines may be far from its own."""
    fire, area = boxes_meeting(things.area_tree, boxes)
    if not len(fire):
        return []
    spots = np.array([shapely.get_coordinates(one.shape)[0] for one in fires])[fire]
    shapes = things.areas.shapes[area]
    hit = np.zeros(len(fire), np.bool_)
    for turn in (-TURN, 0.0, TURN):
        hit |= shapely.intersects_xy(shapes, spots[:, 0] + turn, spots[:, 1])
    return sorted(
        {(int(f), int(things.areas.owner[a])) for f, a in zip(fire[hit], area[hit], strict=True)}
    )


def _nearest(pairs: _Pairs) -> _Pairs:
    """One row for each fire and thing: its nearest piece, down-wind if any of its pieces is."""
    order = np.lexsort((pairs.m, pairs.thing, pairs.fire))
    fire, thing = pairs.fire[order], pairs.thing[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (fire[1:] != fire[:-1]) | (thing[1:] != thing[:-1])
    starts = np.flatnonzero(new)
    first = order[starts]
    any_of_it = pairs.downwind[first]
    if len(starts):
        any_of_it = np.logical_or.reduceat(pairs.downwind[order], starts)
    return _Pairs(
        pairs.fire[first],
        pairs.thing[first],
        pairs.m[first],
        pairs.start[first],
        pairs.end[first],
        any_of_it,
    )


def _told(
    pairs: _Pairs,
    fires: Sequence[Burning],
    middles: tuple[Floats, Floats],
    things: Things,
    rules: Mapping[str, ObjectRule],
) -> dict[int, list[Exposed]]:
    """Things within the bands of their kinds, by fire, nearest first."""
    reach = {kind: rule.reach_km for kind, rule in rules.items()}
    within = np.array([reach.get(one.kind, -inf) for one in things.all])[pairs.thing]
    lon, lat = (one[pairs.fire] for one in middles)
    to_lon, to_lat = _places(pairs.end, lon, lat)
    apart = pairs.end - pairs.start
    bearing = np.degrees(np.arctan2(apart[:, 0], apart[:, 1])) % TURN
    found: dict[int, list[Exposed]] = {}
    for at in np.lexsort((pairs.thing, pairs.m)):
        km = round(float(pairs.m[at]) / KM, 3)
        fire, thing = int(pairs.fire[at]), int(pairs.thing[at])
        band = rules[things.all[thing].kind].band(km) if km <= within[at] else None
        if band is None:
            continue
        found.setdefault(fire, []).append(
            Exposed(
                thing,
                km,
                round(float(bearing[at]), 1) % TURN if km else None,
                LonLat(round(float(to_lon[at]), 5), round(float(to_lat[at]), 5)),
                None if fires[fire].wind.from_deg is None else bool(pairs.downwind[at]),
                band.value,
            )
        )
    return found


def _places(flat: Floats, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Degrees of places on the planes of fires in these middles."""
    bearing = np.degrees(np.arctan2(flat[:, 0], flat[:, 1]))
    east, north, _ = GEOD.fwd(lon, lat, bearing, np.hypot(flat[:, 0], flat[:, 1]))
    return np.asarray(east, np.float64), np.asarray(north, np.float64)


def _degrees(sector: BaseGeometry | None, middle: LonLat) -> MultiPolygon | None:
    """A sector in degrees, cut where it crosses 180°."""
    if sector is None:
        return None
    flat = shapely.get_coordinates(sector)
    lon, lat = _places(flat, *(np.full(len(flat), one) for one in middle))
    ring = np.column_stack([unwrapped(lon), lat])
    if abs(ring[:, 0]).max() > HALF_TURN:
        return cut_at_180(shapely.polygons(ring), PRECISION_DEG)
    return MultiPolygon([shapely.polygons(ring.round(_DECIMALS))])


def burning(middle: tuple[float, float], edge: BaseGeometry | None, wind: Wind) -> Burning:
    """A fire with its edge, or as a point where it has none."""
    place = LonLat(*middle)
    has_edge = edge is not None and not edge.is_empty
    return Burning(place, edge if has_edge and edge is not None else Point(place), wind)
