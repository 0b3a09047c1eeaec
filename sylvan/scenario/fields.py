"""Smooth random fields of place and time in closed form, and named random streams.

A field is a sum of drifting plane waves: it needs no grid, so that weather, cloud and ground can
be asked anywhere, at any time, in any order, and always answer the same.
"""

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

KM_PER_DEGREE: Final = 111.195
"""Length of a degree of latitude on a sphere of 6,371 km."""


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A random stream of its own for each name: a new consumer never shifts the others."""
    words = [seed, *(zlib.crc32(str(name).encode()) for name in names)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


@dataclass(frozen=True, slots=True)
class Plane:
    """A local plane in km; distorted far from its centre, which random fields do not mind."""

    lon0: float
    lat0: float

    def xy(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """East and north of the centre, km."""
        east = np.mod(np.asarray(lon) - self.lon0 + 180.0, 360.0) - 180.0
        shrink = np.cos(np.radians(self.lat0))
        return east * shrink * KM_PER_DEGREE, (np.asarray(lat) - self.lat0) * KM_PER_DEGREE

    def lonlat(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """The reverse of :meth:`xy`, longitude in −180…180."""
        shrink = np.cos(np.radians(self.lat0))
        lon = self.lon0 + np.asarray(x) / (KM_PER_DEGREE * shrink)
        return np.mod(lon + 180.0, 360.0) - 180.0, self.lat0 + np.asarray(y) / KM_PER_DEGREE


@dataclass(frozen=True, slots=True)
class WaveField:
    """A zero-mean field of unit variance: Σ aᵢ cos(kᵢ·x − ωᵢ t + φᵢ)."""

    kx: Floats  # rad/km
    ky: Floats  # rad/km
    omega: Floats  # rad/h
    phase: Floats  # rad
    amplitude: Floats

    def _angle(self, x: Floats, y: Floats, t: Floats | float) -> Floats:
        x, y = np.asarray(x, "f8"), np.asarray(y, "f8")
        t = np.asarray(t, "f8")
        turn = np.multiply.outer(x, self.kx) + np.multiply.outer(y, self.ky)
        angle: Floats = turn - np.multiply.outer(t, self.omega) + self.phase
        return angle

    def at(self, x: Floats, y: Floats, t: Floats | float = 0.0) -> Floats:
        """Value at east x, north y (km) and time t (h); x, y and t broadcast from the left."""
        value: Floats = np.cos(self._angle(x, y, t)) @ self.amplitude
        return value

    def over(self, x: Floats, y: Floats) -> Floats:
        """Values on a grid with columns at ``x`` and rows at ``y`` (km), at time 0.

        The cosine of a sum splits into products, which turns the whole grid into one matrix
        product: a hundred times faster than asking point by point.
        """
        east, north = np.multiply.outer(x, self.kx), np.multiply.outer(y, self.ky) + self.phase
        weighted = self.amplitude * np.cos(north), self.amplitude * np.sin(north)
        value: Floats = weighted[0] @ np.cos(east).T - weighted[1] @ np.sin(east).T
        return value

    def gradient(self, x: Floats, y: Floats, t: Floats | float = 0.0) -> tuple[Floats, Floats]:
        """∂/∂x and ∂/∂y per km."""
        slope = -np.sin(self._angle(x, y, t)) * self.amplitude
        return slope @ self.kx, slope @ self.ky


@dataclass(frozen=True, slots=True)
class Spectrum:
    """What a field is made of."""

    length_km: tuple[float, float]
    # km, shortest and longest wave
    drift_kmh: float = 0.0
    # km/h eastward
    lifetime_h: float = float("inf")
    # h, time scale of change of shape
    roughness: float = 0.7
    # exponent of amplitude over wave length; 0 is grainy, 1 is smooth
    waves: int = 40
    # number of plane waves


def wave_field(rng: np.random.Generator, spectrum: Spectrum) -> WaveField:
    """Draw a field with that spectrum."""
    low, high = np.log(spectrum.length_km)
    length = np.exp(rng.uniform(low, high, spectrum.waves))
    heading = rng.uniform(0.0, 2 * np.pi, spectrum.waves)
    kx, ky = 2 * np.pi / length * np.cos(heading), 2 * np.pi / length * np.sin(heading)
    own = rng.standard_normal(spectrum.waves) / spectrum.lifetime_h
    amplitude = length**spectrum.roughness
    amplitude *= np.sqrt(2.0 / np.sum(amplitude**2))
    phase = rng.uniform(0.0, 2 * np.pi, spectrum.waves)
    return WaveField(kx, ky, kx * spectrum.drift_kmh + own, phase, amplitude)
