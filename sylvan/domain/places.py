"""Places on the ellipsoid: checked coordinates, true distances, bearings and compass names.

Everything is geodesic on WGS 84. Web-Mercator or plain degrees double lengths at 60–75° N and
break at 180°, which is where this system works.
"""

import math
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from sylvan.domain import places_kernel as kernel
from sylvan.domain.codes import Coded, FieldError, invalid

GEOD: Final = Geod(ellps="WGS84")
"""The earth. Geodesics by Karney's method (doi:10.1007/s00190-012-0578-z) through PROJ."""

Floats = npt.NDArray[np.float64]

MAX_LON: Final = 180.0
MAX_LAT: Final = 90.0

_A: Final = 6_378_137.0  # m, equatorial radius, WGS 84 (NGA.STND.0036)
_F: Final = 1 / 298.257223563  # flattening, WGS 84 (NGA.STND.0036)


class LonLat(NamedTuple):
    """A place: degrees east, degrees north, WGS 84; the order of GeoJSON."""

    lon: float
    lat: float


class Compass(StrEnum):
    """Eight winds, clockwise from north; the words stand in the catalogues (``wind.…``)."""

    N = "n"
    NE = "ne"
    E = "e"
    SE = "se"
    S = "s"
    SW = "sw"
    W = "w"
    NW = "nw"


def compass(bearing_deg: float) -> Compass:
    """The wind nearest to a bearing in degrees clockwise from true north."""
    winds = list(Compass)
    return winds[round(bearing_deg % 360 / (360 / len(winds))) % len(winds)]


def _axis_error(name: str, value: float, limit: float) -> FieldError | None:
    if not math.isfinite(value):
        return FieldError(name, "place.not_a_number")
    if abs(value) > limit:
        return FieldError(name, "place.out_of_range", {"value": value, "limit": limit})
    return None


def checked(lon: float, lat: float) -> LonLat:
    """A place from two numbers.

    Raises:
        Invalid: naming ``lon`` or ``lat`` when it is no number or out of range; where the two
            only make sense the other way round, ``place.perhaps_swapped`` says so and offers the
            likely reading instead of guessing.
    """
    found = [_axis_error("lon", lon, MAX_LON), _axis_error("lat", lat, MAX_LAT)]
    errors = [error for error in found if error]
    if not errors:
        return LonLat(float(lon), float(lat))
    if math.isfinite(lon) and abs(lon) <= MAX_LAT < abs(lat) <= MAX_LON:
        params = {"lat": lon, "lon": lat}
        errors = [FieldError("lat", "place.perhaps_swapped", params)]
    raise invalid(errors)


def swapped_reading(
    place: LonLat, bounds: tuple[float, float, float, float] | None
) -> Coded | None:
    """The other order, when only that one lies within ``bounds`` (west, south, east, north).

    West greater than east means bounds across 180°.
    """
    if bounds is None or within(place, bounds) or abs(place.lon) > MAX_LAT:
        return None
    other = LonLat(place.lat, place.lon)
    if not within(other, bounds):
        return None
    return Coded("place.perhaps_swapped", {"lat": other.lat, "lon": other.lon})


def within(place: LonLat, bounds: tuple[float, float, float, float]) -> bool:
    """Whether a place lies in (west, south, east, north); west > east crosses 180°."""
    west, south, east, north = bounds
    across = west > east
    beyond_west, before_east = place.lon >= west, place.lon <= east
    between = (beyond_west or before_east) if across else (beyond_west and before_east)
    return between and south <= place.lat <= north


def distance_m(start: LonLat, end: LonLat) -> float:
    """Geodesic distance, metres."""
    return float(GEOD.inv(*start, *end)[2])


def bearing_deg(start: LonLat, end: LonLat) -> float:
    """Bearing of ``end`` as seen from ``start``, degrees 0…360 clockwise from true north."""
    return float(GEOD.inv(*start, *end)[0]) % 360.0


def destination(start: LonLat, bearing: float, distance: float) -> LonLat:
    """The place ``distance`` metres from ``start`` along the geodesic leaving at ``bearing``."""
    lon, lat, _ = GEOD.fwd(*start, bearing, distance)
    return LonLat(float(lon), float(lat))


def distances_m(lons: Floats, lats: Floats, to_lons: Floats, to_lats: Floats) -> Floats:
    """Geodesic distances of pairs, metres."""
    return np.asarray(GEOD.inv(lons, lats, to_lons, to_lats)[2], dtype=np.float64)


def bearings_deg(lons: Floats, lats: Floats, to_lons: Floats, to_lats: Floats) -> Floats:
    """Bearings of the second of each pair as seen from the first, degrees 0…360."""
    return np.asarray(GEOD.inv(lons, lats, to_lons, to_lats)[0], dtype=np.float64) % 360.0


def earth_xyz(lons: Floats, lats: Floats) -> Floats:
    """Places as earth-centred metres, shape (n, 3), so that a k-d tree needs no projection.

    A chord is shorter than its arc by 1 m in 100 km; neighbours across 180° are neighbours.
    """
    lon, lat = (np.ascontiguousarray(one, np.float64) for one in (lons, lats))
    return kernel.earth_xyz(lon, lat, _A, _F)
