"""From orbit to pixels: scan lines, scan angles, true pixel sizes, one pixel per place.

A point on the ground is seen when it lies in the plane across the flight; where in that plane
gives the sample, when gives the scan line. Pixels grow with the scan angle as the real
instruments' do, VIIRS in its three aggregation zones; the overlap of neighbouring scans (bow tie)
is cut away, so that each place belongs to one pixel of a pass.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import Instrument
from sylvan.scenario.fields import Floats
from sylvan.scenario.orbits import EARTH_A, EARTH_B, Track, geodetic, unit

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scanner:
    """An instrument's scan geometry."""

    height_km: float
    # km, nominal height of the orbit
    period_s: float
    # s per scan
    lines: int
    # detectors along the flight
    track_km: float
    # km, pixel along the flight at nadir
    sample_km: float
    # km, unaggregated sample across the flight at nadir
    sample_rad: float
    # rad between unaggregated samples
    zones: tuple[tuple[float, int], ...]
    # (outer scan angle in degrees, samples joined there)
    granule_s: float
    # s of a granule; its beginning is the acquisition time of all its pixels

    @property
    def half_angle(self) -> float:
        """Largest scan angle, rad."""
        return float(np.radians(self.zones[-1][0]))


SCANNERS: Final = {
    Instrument.VIIRS: Scanner(
        833.0, 1.7864, 32, 0.36, 0.127, 0.127 / 833.0, ((31.59, 3), (44.68, 2), (56.06, 1)), 360.0
    ),
    Instrument.MODIS: Scanner(705.0, 1.4771, 10, 1.0, 1.0, 1.0 / 705.0, ((55.0, 1),), 300.0),
}
"""VIIRS I bands (JPSS ATBD 474-00027; FIRMS files show 0.38 × 0.36 … 0.80 × 0.78 km) and MODIS
1 km bands (1 × 1 … 4.8 × 2 km)."""

_NADIR_RAD: Final = 1e-4
"""Scan angle that stands for straight down, where the sine rule for distances has no answer."""
_ROW_BITS: Final = 6
_SAMPLE_BITS: Final = 16
_SAMPLE_ZERO: Final = 1 << (_SAMPLE_BITS - 1)


@dataclass(frozen=True, slots=True)
class View:
    """How a pass sees points: moments, scan angles; unseen ones are masked."""

    at: Floats  # epoch seconds of the scan line
    angle: Floats  # scan angle, rad, negative left of the flight
    seen: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Footprint:
    """Pixels of one pass; arrays of one length."""

    key: Ints
    at: Floats  # epoch seconds
    angle: Floats  # rad
    lon: Floats  # degrees, centre
    lat: Floats
    scan: Floats  # km
    track: Floats  # km
    zenith: Floats  # view zenith angle, rad


def view(track: Track, scanner: Scanner, points: Floats) -> View:
    """When and under which angle a stretch of orbit sees earth-fixed points (n, 3)."""
    i, ahead, behind = _bracket(track, points)
    share = np.where(ahead == behind, 0.0, ahead / np.where(ahead == behind, 1.0, ahead - behind))
    inside = (ahead >= 0) & (behind < 0)
    at = track.at[0] + (i + np.clip(share, 0, 1)) * (track.at[1] - track.at[0])
    position, down, across = track.at_moment(at)
    sight = points - position
    side = np.einsum("ij,ij->i", sight, across)
    below = np.einsum("ij,ij->i", sight, down)
    angle = np.arctan2(side, below)
    # A point behind the horizon lies in the plane too, but the earth is in the way.
    front = np.einsum("ij,ij->i", sight, points) < 0
    return View(at, angle, inside & front & (np.abs(angle) <= scanner.half_angle))


def _bracket(track: Track, points: Floats) -> tuple[Ints, Floats, Floats]:
    """Step in which each point crosses the plane across the flight, km ahead before and after.

    The distance ahead only shrinks along the track, so halving finds the step.
    """
    level = np.einsum("ij,ij->i", track.position, track.ahead)

    def before(step: Ints) -> Floats:
        return np.asarray(np.einsum("ij,ij->i", points, track.ahead[step]) - level[step])

    low = np.zeros(points.shape[0], np.int64)
    high = np.full(points.shape[0], track.at.size - 1, np.int64)
    for _ in range(int(np.ceil(np.log2(track.at.size)))):
        middle = (low + high) // 2
        ahead = before(middle) > 0
        low, high = np.where(ahead, middle, low), np.where(ahead, high, middle)
    low = np.minimum(low, track.at.size - 2)
    return low, before(low), before(low + 1)


def shares(scanner: Scanner, seen_at: Floats, angle: Floats) -> tuple[Ints, Floats]:
    """Pixels that share in each point's radiation, and how much: (n, 4) keys and weights.

    A sensor's response is not a box: a point between two centres shows in both pixels, which is
    why real fires wear a halo of weak ones.
    """
    joined, inner = _zone(scanner, np.abs(angle))
    steps = np.maximum((np.abs(angle) - inner) / (joined * scanner.sample_rad) - 0.5, 0.0)
    scans = seen_at / scanner.period_s
    keys, weights = [], []
    for side in (0, 1):
        sample = np.floor(steps) + side
        across = 1.0 - np.minimum(np.abs(steps - sample), 1.0)
        middle = np.minimum(
            inner + (sample + 0.5) * joined * scanner.sample_rad, scanner.half_angle
        )
        rows = _rows(scanner, middle)
        line = scans * rows - 0.5
        for step in (0, 1):
            row = np.floor(line) + step
            along = 1.0 - np.minimum(np.abs(line - row), 1.0)
            keys.append(_key(row, rows, sample, joined, angle))
            weights.append(across * along)
    return np.stack(keys, 1), np.stack(weights, 1)


def footprint(track: Track, scanner: Scanner, key: Ints) -> Footprint:
    """Centre, size and view of pixels by their keys."""
    at, angle = _unkey(scanner, key)
    position, down, across = track.at_moment(at)
    sight = np.cos(angle)[:, None] * down + np.sin(angle)[:, None] * across
    ground, distance = _meet(position, sight)
    lon, lat = geodetic(ground)
    zenith = np.arccos(np.clip(-np.einsum("ij,ij->i", sight, unit(ground)), -1, 1))
    joined, _ = _zone(scanner, np.abs(angle))
    scan, along = pixel_size(scanner, joined, distance, _height(position), zenith)
    return Footprint(key, at, angle, lon, lat, scan, along, zenith)


def pixel_size(
    scanner: Scanner, joined: Floats, distance: Floats, height: Floats, zenith: Floats
) -> tuple[Floats, Floats]:
    """Scan × track of pixels, km: grows with distance, and across also with the slant."""
    stretch = distance / height
    return joined * scanner.sample_km * stretch / np.cos(zenith), scanner.track_km * stretch


def _zone(scanner: Scanner, angle: Floats) -> tuple[Floats, Floats]:
    """Samples joined at a scan angle, and the zone's inner edge (rad)."""
    outer = np.radians([edge for edge, _ in scanner.zones])
    zone = np.minimum(np.searchsorted(outer, angle), outer.size - 1)
    joined = np.array([n for _, n in scanner.zones], "f8")
    return joined[zone], np.concatenate([[0.0], outer[:-1]])[zone]


def _rows(scanner: Scanner, angle: Floats) -> Floats:
    """Rows of a scan left at an angle, once what neighbouring scans see too is cut away."""
    angle = np.maximum(angle, _NADIR_RAD)
    nadir = EARTH_A + scanner.height_km
    zenith = np.arcsin(np.minimum(nadir / EARTH_A * np.sin(angle), 1.0))
    distance = EARTH_A * np.sin(zenith - angle) / np.sin(angle)
    return np.asarray(np.maximum(np.rint(scanner.lines * scanner.height_km / distance), 1.0))


def _key(row: Floats, rows: Floats, sample: Floats, joined: Floats, angle: Floats) -> Ints:
    """Number of a pixel: scan, row in the scan, zone, sample, side."""
    scan = np.floor_divide(row, rows).astype(np.int64)
    inside = np.mod(row, rows).astype(np.int64)
    place = (sample.astype(np.int64) << 2) | joined.astype(np.int64)
    signed = np.where(angle < 0, -place - 1, place) + _SAMPLE_ZERO
    return np.asarray((scan << (_ROW_BITS + _SAMPLE_BITS)) | (inside << _SAMPLE_BITS) | signed)


def _unkey(scanner: Scanner, key: Ints) -> tuple[Floats, Floats]:
    signed = (key & ((1 << _SAMPLE_BITS) - 1)) - _SAMPLE_ZERO
    place = np.where(signed < 0, -signed - 1, signed)
    joined, sample = place & 3, place >> 2
    inner = np.zeros(key.size)
    for (edge, _), (_, n) in zip(scanner.zones[:-1], scanner.zones[1:], strict=True):
        inner[joined == n] = np.radians(edge)
    angle = np.minimum(inner + (sample + 0.5) * joined * scanner.sample_rad, scanner.half_angle)
    row = (key >> _SAMPLE_BITS) & ((1 << _ROW_BITS) - 1)
    scan = key >> (_ROW_BITS + _SAMPLE_BITS)
    at = (scan + (row + 0.5) / _rows(scanner, angle)) * scanner.period_s
    return at, np.where(signed < 0, -angle, angle)


def _height(position: Floats) -> Floats:
    lat = np.arcsin(position[:, 2] / np.linalg.norm(position, axis=1))
    radius = 1.0 / np.sqrt((np.cos(lat) / EARTH_A) ** 2 + (np.sin(lat) / EARTH_B) ** 2)
    return np.asarray(np.linalg.norm(position, axis=1) - radius)


def _meet(position: Floats, sight: Floats) -> tuple[Floats, Floats]:
    """Where lines of sight meet the ellipsoid, and how far that is (km)."""
    scale = np.array([1 / EARTH_A, 1 / EARTH_A, 1 / EARTH_B])
    p, s = position * scale, sight * scale
    a = np.einsum("ij,ij->i", s, s)
    b = np.einsum("ij,ij->i", p, s)
    c = np.einsum("ij,ij->i", p, p) - 1.0
    far = (-b - np.sqrt(np.maximum(b * b - a * c, 0.0))) / a
    return position + far[:, None] * sight, far
