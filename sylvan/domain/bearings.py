"""A fire's place from what an observer can tell: a bearing and a distance, or two bearings.

Both are worked out on the ellipsoid and carry the ellipse in which the place lies with 95 %,
since a smoke placed by eye is known to hundreds of metres, not to the decimals of its coordinates.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Invalid
from sylvan.domain.places import GEOD, LonLat, bearing_deg, destination, distance_m


@dataclass(frozen=True, slots=True)
class SightingErrors:
    """How well people tell directions and distances; each ± holds 95 % of sightings."""

    bearing_deg: float = 1.0
    """Degrees; a tower's azimuth circle. Engineering prior: a fire finder is read to a fraction
    of a degree, the smoke's foot behind a ridge is not. By hand compass use about 5."""

    distance_fraction: float = 0.3
    """Share of the distance told by eye. Engineering prior."""

    least_m: float = 50.0
    """Metres; no sighting is better than the size of the smoke's foot. Engineering prior."""


@dataclass(frozen=True, slots=True)
class CrossingLimits:
    """When two bearings do not make a place."""

    least_angle_deg: float = 10.0
    """Degrees between the lines; below, one degree of error moves the place by a sixth of its
    distance. Engineering prior."""

    farthest_m: float = 150_000.0
    """Metres; a smoke column of 3 km height is below the horizon of an observer on the ground
    beyond some 200 km, and towers report to 50. Engineering prior."""

    nearest_m: float = 10.0
    """Metres; two observers nearer than that stand on one spot."""


ERRORS: Final = SightingErrors()
LIMITS: Final = CrossingLimits()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A bearing taken at a place, degrees clockwise from north.

    ``declination_deg`` (east positive) turns a compass reading into a true bearing; it is −20…+20°
    across northern Asia, so a hand compass without it misses by kilometres.
    """

    at: LonLat
    bearing: float
    error_deg: float = ERRORS.bearing_deg
    declination_deg: float = 0.0

    @property
    def true_bearing(self) -> float:
        """Degrees from true north, 0…360."""
        return (self.bearing + self.declination_deg) % 360.0


@dataclass(frozen=True, slots=True)
class Fix:
    """A place with the ellipse that holds it with 95 %."""

    place: LonLat
    semi_major_m: float
    semi_minor_m: float
    major_bearing_deg: float

    @property
    def accuracy_m(self) -> float:
        """Radius of a circle that holds the place with at least 95 %, metres."""
        return self.semi_major_m


_CHI_LINE: Final = 1.959964  # 95 % of a normal error lie within ± this many sigma
_CHI_PLANE: Final = (
    2.447747  # 95 % of a plane normal error lie within this many sigma: √(−2 ln .05)
)
_LEAST_RANGE_M: Final = 1.0  # keeps divisions finite while iterating
_ITERATIONS: Final = 20
_CONVERGED_M: Final = 1e-4

Matrix = npt.NDArray[np.float64]


def _require(*, ok: bool, code: str, field: str, **params: float) -> None:
    if not ok:
        raise Invalid(code, params, field)


def _checked(sighting: Sighting, field: str) -> None:
    for name, value in (("bearing", sighting.bearing), ("declination", sighting.declination_deg)):
        fine = math.isfinite(value) and -360.0 <= value <= 360.0  # noqa: PLR2004 - a full turn
        _require(ok=fine, code="bearing.out_of_range", field=f"{field}.{name}")
    error = sighting.error_deg
    _require(ok=0.0 < error < 90.0, code="bearing.error", field=f"{field}.error_deg")  # noqa: PLR2004 - a quarter turn says nothing


def _unit(bearing: float) -> Matrix:
    """East and north components of a direction."""
    turn = math.radians(bearing)
    return np.array([math.sin(turn), math.cos(turn)])


def _fix(place: LonLat, covariance: Matrix) -> Fix:
    """The 95 % ellipse of a one-sigma covariance (east, north; m²)."""
    values, vectors = np.linalg.eigh(covariance)
    minor, major = np.sqrt(np.maximum(values, 0.0)) * _CHI_PLANE
    east, north = vectors[:, 1]
    return Fix(place, float(major), float(minor), math.degrees(math.atan2(east, north)) % 180.0)


def by_distance(
    sighting: Sighting,
    distance: float,
    distance_error_m: float | None = None,
    errors: SightingErrors = ERRORS,
) -> Fix:
    """The place at a bearing and a distance (metres) from a tower, a village, an aircraft.

    Raises:
        Invalid: a bearing or distance that makes no sense, by field.
    """
    _checked(sighting, "sighting")
    farthest = LIMITS.farthest_m
    fine = math.isfinite(distance) and 0.0 <= distance <= farthest
    _require(ok=fine, code="bearing.distance", field="distance", limit_km=farthest / 1000)
    place = destination(sighting.at, sighting.true_bearing, distance)
    along = distance * errors.distance_fraction if distance_error_m is None else distance_error_m
    across = distance * math.radians(sighting.error_deg)
    sigmas = [max(size, errors.least_m) / _CHI_LINE for size in (along, across)]
    ahead = _arrival(sighting.at, place, sighting.true_bearing)
    axes = np.column_stack((_unit(ahead), _unit(ahead + 90.0)))
    return _fix(place, axes @ np.diag(np.square(sigmas)) @ axes.T)


def _arrival(start: LonLat, end: LonLat, otherwise: float) -> float:
    """The geodesic's direction where it arrives; meridians converge, so it is not the bearing."""
    if distance_m(start, end) < _LEAST_RANGE_M:
        return otherwise
    return (bearing_deg(end, start) + 180.0) % 360.0


def _turn(angle: float) -> float:
    """An angle as −180…180."""
    return (angle + 180.0) % 360.0 - 180.0


def _start(first: Sighting, second: Sighting) -> LonLat:
    """The crossing on a plane around the first observer: good enough to begin from."""
    gap = distance_m(first.at, second.at)
    toward = bearing_deg(first.at, second.at)
    at_first = math.radians(_turn(first.true_bearing - toward))
    at_second = math.radians(_turn(second.true_bearing - _arrival(first.at, second.at, toward)))
    sine = math.sin(at_second - at_first)
    least = math.sin(math.radians(LIMITS.least_angle_deg))
    angle = math.degrees(math.asin(min(1.0, abs(sine))))
    _require(ok=abs(sine) >= least, code="bearing.parallel", field="second.bearing", angle=angle)
    reach = gap * math.sin(at_second) / sine
    _require(ok=reach > 0, code="bearing.behind", field="first.bearing")
    _require(ok=gap * math.sin(at_first) / sine > 0, code="bearing.behind", field="second.bearing")
    far = reach <= LIMITS.farthest_m
    _require(ok=far, code="bearing.too_far", field="first.bearing", km=reach / 1000)
    return destination(first.at, first.true_bearing, reach)


def _misses(sighting: Sighting, place: LonLat) -> tuple[float, Matrix]:
    """How far a place lies right of the line of sight, metres, and the direction of "right"."""
    azimuth, _, distance = GEOD.inv(*sighting.at, *place)
    aside = _turn(azimuth - sighting.true_bearing)
    normal = _unit(_arrival(sighting.at, place, azimuth) + 90.0)
    return max(distance, _LEAST_RANGE_M) * math.sin(math.radians(aside)), normal


def by_crossing(first: Sighting, second: Sighting) -> Fix:
    """Where two lines of sight cross on the ellipsoid, by Newton's method.

    Raises:
        Invalid: observers on one spot, lines near-parallel, crossing behind an observer, or
            farther away than a smoke can be seen.
    """
    _checked(first, "first")
    _checked(second, "second")
    gap = distance_m(first.at, second.at)
    _require(ok=gap >= LIMITS.nearest_m, code="bearing.one_spot", field="second.at")
    place = _start(first, second)
    for _ in range(_ITERATIONS):
        (miss_1, normal_1), (miss_2, normal_2) = _misses(first, place), _misses(second, place)
        step = np.linalg.solve(np.stack([normal_1, normal_2]), -np.array([miss_1, miss_2]))
        size = float(np.hypot(*step))
        place = destination(place, math.degrees(math.atan2(*step)), size)
        if size < _CONVERGED_M:
            break
    return _crossing_fix(first, second, place)


def _crossing_fix(first: Sighting, second: Sighting, place: LonLat) -> Fix:
    information: Matrix = np.zeros((2, 2))
    for sighting in (first, second):
        _, normal = _misses(sighting, place)
        across = distance_m(sighting.at, place) * math.radians(sighting.error_deg)
        sigma = max(across, ERRORS.least_m) / _CHI_LINE
        information += np.outer(normal / sigma, normal / sigma)
    return _fix(place, np.asarray(np.linalg.inv(information), dtype=np.float64))
