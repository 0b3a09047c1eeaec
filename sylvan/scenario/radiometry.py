"""What a sensor makes of a pixel's fire: brightness temperatures, chance to be seen, confidence.

The mid-infrared radiance method ties radiative power to brightness; whether the algorithm finds
the pixel depends on its power against its size, on day and night, and on cloud.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import Instrument, NativeConfidence
from sylvan.scenario.fields import Floats

_SIGMA: Final = 5.670374e-8
_PLANCK_C1: Final = 1.191043e8
_PLANCK_C2: Final = 14387.77
"""First and second radiation constants, W·µm⁴/(m²·sr) and µm·K."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """Channels and sensitivity of an instrument's fire product."""

    mid_um: float
    # µm, fire channel (I4; 21/22)
    long_um: float
    # µm, long channel (I5; 31)
    saturation_k: float
    # K, where the fire channel ends
    half_night_mw: float
    half_day_mw: float
    # MW at which half of nadir pixels are found by night and by day
    slope: float
    # steepness of the chance over ln(power)
    radiance_per_power: float
    # W/(m²·sr·µm·K⁴), coefficient of the mid-infrared radiance method; 3.0e-9 by Wooster et al.
    # 2003; VIIRS power comes from M13, and with half of it I4 saturates as often as in real files
    noise: float
    # standard deviation of ln(power) as published against the truth


SENSORS: Final = {
    Instrument.VIIRS: Sensor(3.74, 11.45, 367.0, 1.1, 3.2, 2.3, 1.6e-9, 0.2),
    Instrument.MODIS: Sensor(3.96, 11.03, 506.0, 7.0, 10.0, 2.6, 3.0e-9, 0.25),
}
"""Half-power values: weakest tenth of published pixels, by day and night (FIRMS 2017–2023)."""

GLINT_ANOMALY_K: Final = 13.0
"""K above background under which a daylight VIIRS pixel is classed low (product guide: 15 K)."""
_TRANSMISSION: Final = 1.6
"""Loss of radiation per unit of cloud depth."""


def radiance(um: float, kelvin: Floats) -> Floats:
    """Planck, W/(m²·sr·µm)."""
    return np.asarray(_PLANCK_C1 / um**5 / np.expm1(_PLANCK_C2 / (um * kelvin)))


def brightness(um: float, emitted: Floats) -> Floats:
    """The reverse of :func:`radiance`, K."""
    return np.asarray(_PLANCK_C2 / (um * np.log1p(_PLANCK_C1 / um**5 / emitted)))


def transmitted(depth: Floats, opaque: float) -> Floats:
    """Share of fire radiation that passes cloud of an optical depth; 0 from ``opaque`` on."""
    return np.where(depth < opaque, np.exp(-_TRANSMISSION * depth), 0.0)


def chance(sensor: Sensor, power: Floats, day: npt.NDArray[np.bool_], size: Floats) -> Floats:
    """Probability that a pixel is published; ``size`` is its area over that at nadir."""
    half = np.where(day, sensor.half_day_mw, sensor.half_night_mw) * size**0.7
    odds = sensor.slope * (np.log(np.maximum(power, 1e-6)) - np.log(half))
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def temperatures(
    sensor: Sensor, power: Floats, area_km2: Floats, background: Floats
) -> tuple[Floats, Floats]:
    """Brightness temperatures (K) of the fire and the long channel over a pixel of power in MW."""
    extra = power * sensor.radiance_per_power / (_SIGMA * area_km2)
    mid = brightness(sensor.mid_um, radiance(sensor.mid_um, background) + extra)
    long = brightness(sensor.long_um, radiance(sensor.long_um, background - 3.0) + 0.035 * extra)
    return np.minimum(mid, sensor.saturation_k), long


def confidence(
    instrument: Instrument,
    rng: np.random.Generator,
    anomaly: Floats,
    found: Floats,
    saturated: npt.NDArray[np.bool_],
    day: npt.NDArray[np.bool_],
    glint: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int16]:
    """Native confidence: VIIRS classes by the product's own rule, MODIS 0…100 by strength.

    ``anomaly`` is K above background, ``found`` the chance of detection 0…1.
    """
    if instrument == Instrument.MODIS:
        value = 96.0 * found**0.6 + rng.normal(0, 14.0, found.size) - np.where(glint, 45.0, 0.0)
        return np.clip(np.rint(value), 0, 100).astype("i2")
    classes = np.full(anomaly.size, NativeConfidence.NOMINAL, "i2")
    classes[saturated & (rng.random(anomaly.size) < _HIGH_OF_SATURATED)] = NativeConfidence.HIGH
    weak = anomaly < GLINT_ANOMALY_K + rng.normal(0, 2.0, anomaly.size)
    classes[day & (glint | weak)] = NativeConfidence.LOW
    return classes


_HIGH_OF_SATURATED: Final = 0.45
"""Share of saturated pixels that the product calls high; the rest fails its neighbour tests."""
