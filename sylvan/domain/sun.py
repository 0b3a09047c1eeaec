"""Where the sun stands, and how near its mirror image lay to the line of sight of a pixel.

Hotspot files carry no view geometry. It follows from what they do carry: the pixel's size tells
how far from nadir it was seen, the satellite's orbit in which direction.
"""

import math
from dataclasses import dataclass
from typing import Final

from sylvan.domain.detections import Satellite
from sylvan.domain.screening_kernel import sun_direction

EARTH_KM: Final = 6371.0
EARTH_KMH_AT_EQUATOR: Final = 1670.0
HOURS: Final = 24.0
DEGREES_PER_HOUR: Final = 15.0
HOUR_S: Final = 3600.0
ROUNDING_KM: Final = 0.005
"""Files round pixel sizes to 0.01 km, which near nadir leaves some degrees open."""


@dataclass(frozen=True, slots=True)
class Orbit:
    """A sun-synchronous orbit and the pixel straight below it."""

    height_km: float
    track_km: float
    """Pixel along the flight at nadir, as files tell it."""
    northward_h: float
    """Local solar time at which it crosses the equator northward, hours."""
    inclination_deg: float = 98.7


_VIIRS: Final = Orbit(833.0, 0.36, 13.5)
ORBITS: Final = {
    Satellite.SNPP: _VIIRS,
    Satellite.NOAA20: _VIIRS,
    Satellite.NOAA21: _VIIRS,
    Satellite.AQUA: Orbit(705.0, 1.0, 13.5, 98.2),
    Satellite.TERRA: Orbit(705.0, 1.0, 22.5, 98.2),
}
"""Nominal orbits (JPSS ATBD 474-00027; MODIS: NASA GSFC). Terra and Aqua have left their times by
up to two hours since 2020, which moves the line of sight little: only the half of the orbit is
taken from it."""


def position(lon: float, lat: float, at: float) -> tuple[float, float]:
    """The sun's zenith angle and azimuth (clockwise from north), degrees, at epoch seconds."""
    east, north, up = sun_direction(lon, lat, at)
    return math.degrees(math.acos(up)), math.degrees(math.atan2(east, north)) % 360.0


def glint_deg(lon: float, lat: float, at: float, satellite: int, track_km: float) -> float | None:
    """Least angle between the line of sight and the sun's mirror image on still water, degrees.

    The side of the track is not known, so the nearer one counts. ``None`` where the satellite or
    the pixel's size is unknown; 180 where the sun is down.
    """
    orbit = ORBITS.get(Satellite(satellite)) if satellite in set(Satellite) else None
    if orbit is None or not track_km > 0:
        return None
    east, north, up = sun_direction(lon, lat, at)
    if up <= 0:
        return 180.0
    heading = _heading(orbit, lat, _is_northward(orbit, lon, at))
    nearest = -1.0
    for zenith in _zeniths(orbit, track_km):
        for side in (math.pi / 2, -math.pi / 2):
            azimuth = heading + side
            sight = math.sin(zenith) * math.sin(azimuth), math.sin(zenith) * math.cos(azimuth)
            nearest = max(nearest, -east * sight[0] - north * sight[1] + up * math.cos(zenith))
    return math.degrees(math.acos(min(nearest, 1.0)))


def _is_northward(orbit: Orbit, lon: float, at: float) -> bool:
    """On which half of its orbit the satellite was, by the local time below it."""
    local = at / HOUR_S + lon / DEGREES_PER_HOUR
    return (local - orbit.northward_h + HOURS / 4) % HOURS < HOURS / 2


def _heading(orbit: Orbit, lat: float, northward: bool) -> float:  # noqa: FBT001 - a geometry's half
    """Azimuth of the ground track, radians; the earth turns away below it."""
    here = math.radians(lat)
    tilt = math.radians(orbit.inclination_deg)
    sine = max(-1.0, min(1.0, math.cos(tilt) / max(math.cos(here), abs(math.cos(tilt)))))
    around_h = 2 * math.pi * ((EARTH_KM + orbit.height_km) ** 3 / _MU_KM3_H2) ** 0.5
    speed = 2 * math.pi * EARTH_KM / around_h
    east = speed * sine - EARTH_KMH_AT_EQUATOR * math.cos(here)
    north = speed * math.sqrt(1.0 - sine * sine)
    return math.atan2(east, north if northward else -north)


_MU_KM3_H2: Final = 398_600.4418 * HOUR_S**2
"""Gravity times mass of the earth (WGS 84), km³/h²."""


def _zeniths(orbit: Orbit, track_km: float) -> tuple[float, ...]:
    """View zenith angles that fit a pixel's length: its distance against the height."""
    found = []
    for length in (track_km - ROUNDING_KM, track_km, track_km + ROUNDING_KM):
        away = orbit.height_km * max(length / orbit.track_km, 1.0)
        up = orbit.height_km**2 + 2 * EARTH_KM * orbit.height_km - away**2
        found.append(math.acos(max(0.0, min(1.0, up / (2 * EARTH_KM * away)))))
    return tuple(found)
