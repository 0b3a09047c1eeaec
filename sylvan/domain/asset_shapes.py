"""Is a drawn shape fit to be watched over? Each fault by name, with the mended shape offered.

Nothing is mended in silence: what would be taken after mending stands beside the fault, and whoever
sent it agrees, or sends another one. What repeated points add is nothing, so they are left out.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from shapely.geometry import MultiLineString, MultiPoint, MultiPolygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded

Floats = npt.NDArray[np.float64]
HALF, TURN, POLE = 180.0, 360.0, 90.0
"""Degrees: where longitudes turn over, a full turn, the ends of latitude."""
MOST_VERTICES: Final = 50_000
"""Above this the database works on one shape for seconds."""
MOST_KM2: Final = 500_000.0
"""A thing larger than most countries is a slip of the pen."""
MOST_KM: Final = 20_000.0
LEAST_RING: Final = 3
"""Different corners of an area."""
LEAST_LINE: Final = 2
_MOST_NUMBERS: Final = 3
_GEOD: Final = Geod(ellps="WGS84")
_DEPTH: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_POINTS, _LINES = frozenset({"Point", "MultiPoint"}), frozenset({"LineString", "MultiLineString"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a kind of thing may be drawn as."""

    points: bool = False
    lines: bool = False
    areas: bool = False

    def takes(self, kind: str) -> bool:
        """Whether a type of geometry is among them."""
        if kind in _POINTS:
            return self.points
        return self.lines if kind in _LINES else self.areas


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found: the shape as it came, or faults and perhaps a mended one."""

    shape: BaseGeometry | None
    faults: tuple[Coded, ...] = ()
    repaired: BaseGeometry | None = None


class _HopelessError(Exception):
    """A fault that nothing mends."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.fault = Coded(code, params)


def judge(told: Any, allowed: Allowed) -> Judged:
    """Judge an RFC 7946 geometry.

    Returns:
        The shape in WGS 84, longitudes −180…180, two dimensions; or what is wrong with it.
    """
    try:
        kind, parts = _read(told, allowed)
        faults: list[Coded] = []
        mended = [_mended(ring, kind, faults) for ring in parts]
        shape = _built(kind, mended, faults)
        _sized(shape)
    except _HopelessError as error:
        return Judged(None, (error.fault,))
    if faults:
        once = tuple({one.code: one for one in faults}.values())
        return Judged(None, once, shape)
    return Judged(shape)


@dataclass(frozen=True, slots=True)
class _Course:
    """A run of places: which part and which ring of it."""

    part: int
    ring: int
    places: Floats


def _read(told: Any, allowed: Allowed) -> tuple[str, list[_Course]]:
    if not isinstance(told, dict):
        raise _HopelessError("asset.no_geometry")
    kind = told.get("type")
    if not isinstance(kind, str) or kind not in _DEPTH:
        raise _HopelessError("asset.geometry_type", found=str(kind)[:40])
    if not allowed.takes(kind):
        raise _HopelessError("asset.geometry_of_kind", found=kind)
    coordinates = told.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        raise _HopelessError("asset.no_geometry")
    courses = list(_courses(coordinates, kind))
    count = sum(len(one.places) for one in courses)
    if count > MOST_VERTICES:
        raise _HopelessError("asset.many_vertices", count=count, limit=MOST_VERTICES)
    _check_range(np.vstack([one.places for one in courses]))
    return kind, courses


def _courses(coordinates: list[Any], kind: str) -> Iterator[_Course]:
    depth = _DEPTH[kind]
    if depth == 0:
        yield _Course(0, 0, _places([coordinates], "coordinates"))
    elif depth == 1:
        yield _Course(0, 0, _places(coordinates, "coordinates"))
    elif kind == "MultiLineString":
        for part, line in enumerate(coordinates):
            yield _Course(part, 0, _places(line, f"coordinates.{part}"))
    else:
        areas = [coordinates] if kind == "Polygon" else coordinates
        for part, area in enumerate(areas):
            where = "coordinates" if kind == "Polygon" else f"coordinates.{part}"
            if not isinstance(area, list) or not area:
                raise _HopelessError("asset.coordinates", where=where)
            for ring, places in enumerate(area):
                yield _Course(part, ring, _places(places, f"{where}.{ring}"))


def _places(told: Any, where: str) -> Floats:
    if not isinstance(told, list) or not told:
        raise _HopelessError("asset.coordinates", where=where)
    if len(told) > MOST_VERTICES:
        raise _HopelessError("asset.many_vertices", count=len(told), limit=MOST_VERTICES)
    found = np.empty((len(told), 2))
    for number, place in enumerate(told):
        if not _is_place(place):
            raise _HopelessError("asset.coordinates", where=f"{where}.{number}")
        found[number] = place[0], place[1]
    return found


def _is_place(place: Any) -> bool:
    if not isinstance(place, (list, tuple)) or not LEAST_LINE <= len(place) <= _MOST_NUMBERS:
        return False
    return all(
        isinstance(one, (int, float))
        and not isinstance(one, bool)
        and abs(one) < 1e300  # noqa: PLR2004 - a whole number too long for a float
        and math.isfinite(one)
        for one in place
    )


def _check_range(places: Floats) -> None:
    lon, lat = places[:, 0], places[:, 1]
    outside = (np.abs(lat) > POLE) | (lon < -HALF) | (lon > TURN)
    if not outside.any():
        return
    worst = places[int(np.argmax(outside))]
    swapped = bool((np.abs(lon) <= POLE).all() and (np.abs(lat) <= HALF).all())
    code = "asset.axes_swapped" if swapped else "asset.out_of_range"
    raise _HopelessError(code, lon=float(worst[0]), lat=float(worst[1]))


def _mended(course: _Course, kind: str, faults: list[Coded]) -> _Course:
    """Rings closed, longitudes running on over 180° instead of jumping; faults are noted."""
    places = _without_repeats(course.places) if kind not in _POINTS else course.places
    if places[:, 0].max() > HALF:
        faults.append(Coded("asset.lon_over_180", {"lon": float(places[:, 0].max())}))
    if kind in _POINTS:
        return _Course(course.part, course.ring, places)
    area = kind not in _LINES
    least = LEAST_RING if area else LEAST_LINE
    if len(np.unique(places, axis=0)) < least:
        raise _HopelessError("asset.too_few_points", least=least)
    widest = float(np.abs(np.diff(places[:, 0])).max())
    if widest > HALF:
        faults.append(Coded("asset.antimeridian", {"degrees": round(widest, 3)}))
        places = np.column_stack([np.unwrap(places[:, 0], period=TURN), places[:, 1]])
    if area and not np.array_equal(places[0], places[-1]):
        if abs(places[0, 0] - places[-1, 0]) > HALF:
            raise _HopelessError("asset.around_pole")
        faults.append(Coded("asset.unclosed_ring", {"ring": course.ring}))
        places = np.vstack([places, places[:1]])
    return _Course(course.part, course.ring, places)


def _without_repeats(places: Floats) -> Floats:
    kept = np.ones(len(places), np.bool_)
    kept[1:] = (places[1:] != places[:-1]).any(axis=1)
    return places[kept]


def _built(kind: str, courses: list[_Course], faults: list[Coded]) -> BaseGeometry:
    if kind in _POINTS:
        flat = np.vstack([one.places for one in courses])
        flat[:, 0] = (flat[:, 0] + HALF) % TURN - HALF if flat[:, 0].max() > HALF else flat[:, 0]
        points = np.unique(flat, axis=0)
        return shapely.points(points[0]) if len(points) == 1 else MultiPoint(points)
    if kind in _LINES:
        lines = [shapely.linestrings(one.places) for one in courses]
        made: BaseGeometry = lines[0] if len(lines) == 1 else MultiLineString(lines)
        return _home(made)
    areas = [_area(courses, part) for part in sorted({one.part for one in courses})]
    whole: BaseGeometry = areas[0] if len(areas) == 1 else MultiPolygon(areas)
    if not whole.is_valid:
        reason = str(shapely.is_valid_reason(whole)).partition("[")[0]
        faults.append(Coded("asset.self_crossing", {"reason": reason}))
        whole = _flat_areas(shapely.make_valid(whole))
    return _home(whole)


def _area(courses: list[_Course], part: int) -> BaseGeometry:
    rings = [one.places for one in courses if one.part == part]
    try:
        holes = [shapely.linearrings(one) for one in rings[1:]]
        area: BaseGeometry = shapely.polygons(rings[0], holes=holes or None)
    except (ValueError, shapely.errors.GEOSException):
        raise _HopelessError("asset.too_few_points", least=LEAST_RING) from None
    return area


def _flat_areas(shape: BaseGeometry) -> BaseGeometry:
    """Only what is an area: mending leaves lines where something was folded flat."""
    return _of_dimension(shape, 2)


def _of_dimension(shape: BaseGeometry, dimension: int) -> BaseGeometry:
    parts = [one for one in _leaves(shape) if shapely.get_dimensions(one) == dimension]
    if not parts:
        raise _HopelessError("asset.no_extent")
    if len(parts) == 1:
        return parts[0]
    return MultiPolygon(parts) if dimension == LEAST_LINE else MultiLineString(parts)


def _leaves(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts(shape):
        if hasattr(part, "geoms"):
            yield from _leaves(part)
        else:
            yield part


def _home(shape: BaseGeometry) -> BaseGeometry:
    """Longitudes brought into −180…180, cut where the shape crosses 180°."""
    west, _, east, _ = shape.bounds
    if west >= -HALF and east <= HALF:
        return shape
    turns = range(math.floor((west + HALF) / TURN), math.ceil((east - HALF) / TURN) + 1)
    parts = []
    for turn in turns:
        window = shapely.box(-HALF + turn * TURN, -POLE, HALF + turn * TURN, POLE)
        inside = shapely.intersection(shape, window)
        parts.append(shapely.transform(inside, lambda at, t=turn: at - [t * TURN, 0.0]))
    return _of_dimension(shapely.union_all(parts), int(shapely.get_dimensions(shape)))


def _sized(shape: BaseGeometry) -> None:
    """Refuse what has no extent though it should, and what is as large as a country."""
    dimension = int(shapely.get_dimensions(shape))
    if dimension == 0:
        return
    area, length = _GEOD.geometry_area_perimeter(shape)
    size, most, unit = (
        (abs(area) / 1e6, MOST_KM2, "km²") if dimension > 1 else (length / 1e3, MOST_KM, "km")
    )
    if size <= 0:
        raise _HopelessError("asset.no_extent")
    if size > most:
        raise _HopelessError("asset.too_large", size=round(size), most=most, unit=unit)
