"""From orbit to view: where satellites are over the turning earth, and how they see a place.

A whisk-broom scanner sees a place at the moment when the place lies in the plane across the
flight; where in that plane gives the scan angle. Everything is in columns: hundreds of places and
days of orbit at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from sgp4.api import Satrec, SatrecArray

from sylvan.domain.detections import Instrument, Satellite

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SEMI_MAJOR_KM: Final = 6378.137
FLATTENING: Final = 1 / 298.257223563
"""WGS 84 (NGA.STND.0036)."""
UNIX_JD: Final = 2440587.5
J2000_JD: Final = 2451545.0
DAY_S: Final = 86_400.0
CENTURY_D: Final = 36_525.0
GMST_S: Final = (67_310.54841, 876_600.0 * 3600 + 8_640_184.812866, 0.093104, -6.2e-6)
"""Greenwich mean sidereal time, seconds by Julian centuries since J2000 (IAU 1982; Vallado,
Crawford, Hujsak and Kelso, AIAA 2006-6753, appendix C: the frame that SGP4's positions are in)."""
STEP_S: Final = 60.0
"""s between computed points of an orbit: in a minute a satellite flies 450 km and can pass the
plane across its flight over any place only once."""
_REFINEMENTS: Final = 2
"""Secant steps after the straight line between two minutes; what is left is below 0.01 s."""
_CHUNK: Final = 24
"""Places at a time: days of orbit over them fit into a core's cache, which halves the time."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """How far to the side an instrument looks."""

    half_angle_deg: float
    # degrees from straight down to the end of the scan


SCANNERS: Final = {
    Instrument.VIIRS: Scanner(56.28),
    Instrument.MODIS: Scanner(55.0),
}
"""VIIRS ±56.28°, 3,040–3,060 km from 830 km; MODIS ±55°, 2,330 km from 705 km (the instruments'
specifications). All of thousands of real hot spots lie inside (tests/unit/test_passes.py)."""

INSTRUMENT_OF: Final = {
    Satellite.TERRA: Instrument.MODIS,
    Satellite.AQUA: Instrument.MODIS,
    Satellite.SNPP: Instrument.VIIRS,
    Satellite.NOAA20: Instrument.VIIRS,
    Satellite.NOAA21: Instrument.VIIRS,
}
"""What looks for fires on each satellite."""


@dataclass(frozen=True, slots=True)
class Ephemeris:
    """A satellite at moments, in earth-fixed coordinates."""

    at: Floats  # epoch seconds, (n,)
    position: Floats  # km, (n, 3)
    ahead: Floats  # unit vector along the flight, level, (n, 3)


@dataclass(frozen=True, slots=True)
class Sights:
    """Moments at which places lay across a satellite's flight, in front of the earth."""

    place: npt.NDArray[np.int64]  # index of the place
    at: Floats  # epoch seconds
    scan: Floats  # degrees from straight down, negative left of the flight
    zenith: Floats  # degrees between the place's zenith and the satellite


def gmst(at: Floats) -> Floats:
    """Greenwich mean sidereal angle in radians; UTC stands for UT1 (they differ by < 0.9 s)."""
    centuries = (at / DAY_S + UNIX_JD - J2000_JD) / CENTURY_D
    seconds = np.polynomial.polynomial.polyval(centuries, GMST_S)
    return np.asarray(np.mod(seconds, DAY_S) * (2 * np.pi / DAY_S))


def earth_fixed(vectors: Floats, at: Floats) -> Floats:
    """Vectors of SGP4's frame (TEME) turned into the earth's (without polar motion, < 15 m)."""
    angle = gmst(at)
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.stack([c * x + s * y, c * y - s * x, z], axis=-1)


def place_xyz(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Earth-fixed positions (km) of places on the ellipsoid, and their upward unit vectors."""
    lam, phi = np.radians(lon), np.radians(lat)
    up = np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    squared = FLATTENING * (2 - FLATTENING)
    normal = SEMI_MAJOR_KM / np.sqrt(1 - squared * np.sin(phi) ** 2)
    return up * normal[:, None] * np.array([1, 1, 1 - squared]), up


def propagate(records: Sequence[Satrec], at: Floats) -> list[Ephemeris]:
    """All satellites at common moments.

    Where sgp4 cannot follow an orbit the position is NaN, and nothing is seen from there.
    """
    jd, fraction = _julian(at)
    error, position, velocity = SatrecArray(list(records)).sgp4(jd, fraction)
    position[error != 0] = np.nan
    return [_ephemeris(at, place, speed) for place, speed in zip(position, velocity, strict=True)]


def _ephemeris(at: Floats, position: Floats, velocity: Floats) -> Ephemeris:
    """Scanners turn in the plane across the inertial velocity.

    MODIS Level 1A Earth Location ATBD: it is held in the frame of position and velocity.
    """
    fixed = earth_fixed(position, at)
    down = -_unit(fixed)
    speed = earth_fixed(velocity, at)
    level = speed - np.einsum("ij,ij->i", speed, down)[:, None] * down
    return Ephemeris(at, fixed, _unit(level))


def _julian(at: Floats) -> tuple[Floats, Floats]:
    days = np.asarray(at) / DAY_S
    whole = np.floor(days)
    return whole + UNIX_JD, days - whole


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def sights(record: Satrec, orbit: Ephemeris, places: Floats, ups: Floats) -> Sights:
    """When each place lay across the flight with the satellite above its horizon."""
    level = np.einsum("ij,ij->i", orbit.position, orbit.ahead)
    parts = [
        _crossings(orbit, places[first : first + _CHUNK], level, first)
        for first in range(0, len(places), _CHUNK)
    ]
    place = np.concatenate([part[0] for part in parts] or [np.empty(0, np.int64)])
    at = np.concatenate([part[1] for part in parts] or [np.empty(0)])
    slope = np.concatenate([part[2] for part in parts] or [np.empty(0)])
    here = propagate([record], at)[0]
    for _ in range(_REFINEMENTS if len(at) else 0):
        distance = np.einsum("ij,ij->i", places[place] - here.position, here.ahead)
        at = at - distance / slope
        here = propagate([record], at)[0]
    return _visible(here, places, ups, place)


def _crossings(
    orbit: Ephemeris, places: Floats, level: Floats, first: int
) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Place, moment, and slope (km/s) of each change from lying ahead to lying behind."""
    ahead = orbit.ahead @ places.T - level[:, None]
    step, place = np.nonzero((ahead[:-1] > 0) & (ahead[1:] <= 0))
    before, after = ahead[step, place], ahead[step + 1, place]
    span = orbit.at[step + 1] - orbit.at[step]
    slope = (after - before) / span
    return place + first, orbit.at[step] - before / slope, slope


def _visible(here: Ephemeris, places: Floats, ups: Floats, place: npt.NDArray[np.int64]) -> Sights:
    """Angles of the sights, without those in which the earth is in the way."""
    down = -_unit(here.position)
    right = np.cross(down, here.ahead)
    sight = places[place] - here.position
    rise = -np.einsum("ij,ij->i", sight, ups[place]) / np.linalg.norm(sight, axis=1)
    side = np.einsum("ij,ij->i", sight, right)
    below = np.einsum("ij,ij->i", sight, down)
    seen = rise > 0
    return Sights(
        place[seen],
        here.at[seen],
        np.degrees(np.arctan2(side, below))[seen],
        np.degrees(np.arccos(np.clip(rise, -1, 1)))[seen],
    )


def grid(since: float, until: float) -> Floats:
    """Moments of an orbit that cover a span (epoch seconds) with a step to spare at both ends."""
    first = np.floor(since / STEP_S) - 1
    return np.arange(first, np.ceil(until / STEP_S) + 2) * STEP_S
