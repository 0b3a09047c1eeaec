"""Where the satellites are: sun-synchronous two-line elements and their tracks over the earth.

The elements are made for the scenario's date from each mission's nominal orbit, kept in the
scenario, and propagated by the sgp4 library, the same way in which anybody would use published
ones.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from sgp4.api import WGS72, Satrec, jday
from sgp4.exporter import export_tle

from sylvan.domain.detections import Instrument, Satellite
from sylvan.scenario.fields import Floats
from sylvan.scenario.parameters import DAY_S

EARTH_A: Final = 6378.137
EARTH_B: Final = 6356.7523
"""Semi-axes of WGS 84, km."""
_SGP4_EPOCH_JD: Final = 2433281.5
"""1949-12-31 00:00 UT, from which sgp4 counts days."""
_UNIX_JD: Final = 2440587.5
_MINUTES_PER_DAY: Final = 1440.0


@dataclass(frozen=True, slots=True)
class Mission:
    """A satellite's nominal orbit."""

    satellite: Satellite
    instrument: Instrument
    catalogue: int
    # NORAD catalogue number
    designator: str
    # international designator
    node_hour: float
    # h, local mean solar time at the ascending node
    inclination: float
    # degrees
    revolutions: float
    # per day
    phase: float
    # share of an orbit ahead of the first mission of the same plane


MISSIONS: Final = (
    Mission(Satellite.SNPP, Instrument.VIIRS, 37849, "11061A", 13.42, 98.73, 14.19538, 0.0),
    Mission(Satellite.NOAA20, Instrument.VIIRS, 43013, "17073A", 13.42, 98.73, 14.19538, 0.5),
    Mission(Satellite.NOAA21, Instrument.VIIRS, 54234, "22150A", 13.42, 98.73, 14.19538, 0.25),
    Mission(Satellite.TERRA, Instrument.MODIS, 25994, "99068A", 21.3, 98.1, 14.6000, 0.1),
    Mission(Satellite.AQUA, Instrument.MODIS, 27424, "02022A", 14.9, 98.3, 14.6050, 0.6),
)
"""Nominal orbits: JPSS plane at 824 km and 13:25; Terra and Aqua drift from theirs since 2022."""


@dataclass(frozen=True, slots=True)
class Elements:
    """Two-line elements of one satellite."""

    satellite: Satellite
    instrument: Instrument
    line1: str
    line2: str


def make_elements(at: datetime, missions: tuple[Mission, ...] = MISSIONS) -> tuple[Elements, ...]:
    """Two-line elements with their epoch at that day's midnight (UTC)."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return tuple(_elements(mission, midnight) for mission in missions)


def _elements(mission: Mission, at: datetime) -> Elements:
    jd, fraction = jday(at.year, at.month, at.day, 0, 0, 0.0)
    node = np.mod(mean_sun_ra(at.timestamp()) + 15.0 * (mission.node_hour - 12.0), 360.0)
    record = Satrec()
    record.sgp4init(
        WGS72,
        "i",
        mission.catalogue,
        jd + fraction - _SGP4_EPOCH_JD,
        3.0e-5,  # drag term, 1/earth radii, usual for 700–830 km
        0.0,
        0.0,
        1.2e-4,  # eccentricity of a frozen orbit
        np.radians(90.0),
        np.radians(mission.inclination),
        np.radians(np.mod(270.0 + 360.0 * mission.phase, 360.0)),
        mission.revolutions * 2 * np.pi / _MINUTES_PER_DAY,
        np.radians(node),
    )
    record.classification = "U"
    record.intldesg = mission.designator
    record.ephtype, record.elnum, record.revnum = 0, 999, 1
    line1, line2 = export_tle(record)
    return Elements(mission.satellite, mission.instrument, line1, line2)


@dataclass(frozen=True, slots=True)
class Track:
    """A stretch of orbit in earth-fixed coordinates, equally spaced in time."""

    at: Floats  # epoch seconds, (n,)
    position: Floats  # km, (n, 3)
    down: Floats  # unit vector to the earth's centre, (n, 3)
    across: Floats  # unit vector to the right of the flight, (n, 3)
    ahead: Floats  # unit vector along the flight, level, (n, 3)

    def index(self, at: Floats) -> tuple[Floats, Floats]:
        """Whole step and share of the next one at moments."""
        step = (np.asarray(at) - self.at[0]) / (self.at[1] - self.at[0])
        whole = np.clip(np.floor(step), 0, self.at.size - 2).astype(int)
        return whole, step - whole

    def between(self, start: float, end: float) -> "Track":
        """The part from ``start`` to ``end`` (epoch seconds), at least two steps."""
        first = max(int(np.searchsorted(self.at, start)) - 1, 0)
        last = min(int(np.searchsorted(self.at, end)) + 2, self.at.size)
        part = slice(min(first, self.at.size - 2), max(last, first + 2))
        return Track(
            self.at[part],
            self.position[part],
            self.down[part],
            self.across[part],
            self.ahead[part],
        )

    def at_moment(self, at: Floats) -> tuple[Floats, Floats, Floats]:
        """Position, down and across at moments, each (n, 3), between the steps by lines."""
        i, share = self.index(at)
        w = share[:, None]
        made = [
            table[i] * (1 - w) + table[i + 1] * w
            for table in (self.position, self.down, self.across)
        ]
        return made[0], unit(made[1]), unit(made[2])


def track(elements: Elements, start: float, end: float, step: float) -> Track:
    """Propagate from epoch second ``start`` to ``end`` in steps (s).

    Raises:
        ValueError: sgp4 refuses the elements (decayed or broken).
    """
    record = Satrec.twoline2rv(elements.line1, elements.line2)
    at = np.arange(start, end + step, step)
    days = at / DAY_S
    jd = np.floor(days) + _UNIX_JD
    error, position, _ = record.sgp4_array(jd, days - np.floor(days))
    if error.any():
        raise ValueError(f"{elements.satellite.name}: elements cannot be propagated")
    fixed = _rotate(position, -gmst(at))
    down = -unit(fixed)
    velocity = np.gradient(fixed, step, axis=0)
    across = unit(np.cross(velocity, -down))
    return Track(at, fixed, down, across, np.cross(-down, across))


def gmst(at: Floats) -> Floats:
    """Greenwich mean sidereal angle, radians (IAU 1982, to a second of arc here)."""
    days = np.asarray(at) / DAY_S + _UNIX_JD - 2451545.0
    return np.asarray(np.radians(np.mod(280.46061837 + 360.98564736629 * days, 360.0)))


def mean_sun_ra(at: float) -> float:
    """Right ascension of the mean sun, degrees (mean longitude)."""
    days = at / DAY_S + _UNIX_JD - 2451545.0
    return float(np.mod(280.460 + 0.9856474 * days, 360.0))


def sun_direction(at: float) -> Floats:
    """Earth-fixed unit vector to the sun (low-precision formula, ±0.01°), shape (3,)."""
    days = at / DAY_S + _UNIX_JD - 2451545.0
    anomaly = np.radians(357.528 + 0.9856003 * days)
    longitude = np.radians(
        280.460 + 0.9856474 * days + 1.915 * np.sin(anomaly) + 0.02 * np.sin(2 * anomaly)
    )
    tilt = np.radians(23.439)
    inertial = np.array(
        [[np.cos(longitude), np.cos(tilt) * np.sin(longitude), np.sin(tilt) * np.sin(longitude)]]
    )
    return np.asarray(_rotate(inertial, -gmst(np.array([at])))[0])


def surface(lon: Floats, lat: Floats) -> Floats:
    """Earth-fixed position of places on the ellipsoid, km, (n, 3)."""
    lam, phi = np.radians(lon), np.radians(lat)
    squash = 1 - (EARTH_B / EARTH_A) ** 2
    n = EARTH_A / np.sqrt(1 - squash * np.sin(phi) ** 2)
    return np.column_stack(
        [
            n * np.cos(phi) * np.cos(lam),
            n * np.cos(phi) * np.sin(lam),
            n * (1 - squash) * np.sin(phi),
        ]
    )


def geodetic(position: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of places on the ellipsoid given in km, (n, 3)."""
    flat = np.hypot(position[:, 0], position[:, 1])
    lat = np.degrees(np.arctan2(position[:, 2] * (EARTH_A / EARTH_B) ** 2, flat))
    return np.degrees(np.arctan2(position[:, 1], position[:, 0])), lat


def unit(vectors: Floats) -> Floats:
    """Vectors of length 1, (n, 3)."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def _rotate(vectors: Floats, angle: Floats) -> Floats:
    """Turn about the polar axis."""
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = vectors.T
    return np.column_stack([c * x - s * y, s * x + c * y, z])
