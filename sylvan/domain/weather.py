"""Noon weather of stations and grids: what every index of fire danger starts from.

A value that cannot be is worth less than none: kelvins read as degrees burn the whole map.  So the
impossible is named (field, how often, an example) and put out of use; what is unknown stays NaN.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

KELVIN: Final = 273.15
"""K at 0 °C."""
KMH_PER_MS: Final = 3.6
_MAGNUS: Final = (17.271, 237.7)
"""Coefficients of the Magnus form over water, –, °C; good to 0.4 °C between 0 and 60 °C (Barenbrug
1974)."""
_PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Noon:
    """Weather at noon, local standard time; arrays of one shape, NaN where unknown.

    Days, if there are several, run along the first axis.
    """

    temperature: F8
    # °C, in the shade at 2 m
    humidity: F8
    # %, relative
    wind: F8
    # km/h, mean of 10 minutes at 10 m in the open
    rain: F8
    # mm of water in the 24 hours before
    dew_point: F8 | None = None
    # °C; where absent or NaN it follows from temperature and humidity

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all fields."""
        return self.temperature.shape

    def as_days(self) -> "Noon":
        """The same as one day of several."""
        return self._each(lambda values: values[None])

    def day(self, number: int) -> "Noon":
        """One day of several."""
        return self._each(lambda values: values[number])

    def _each(self, change: Callable[[F8], F8]) -> "Noon":
        dew = self.dew_point
        return Noon(
            change(self.temperature),
            change(self.humidity),
            change(self.wind),
            change(self.rain),
            None if dew is None else change(dew),
        )


def noon(
    temperature: npt.ArrayLike,
    humidity: npt.ArrayLike,
    wind: npt.ArrayLike,
    rain: npt.ArrayLike,
    dew_point: npt.ArrayLike | None = None,
) -> Noon:
    """Weather from anything like arrays, spread to their common shape.

    Raises:
        ValueError: the shapes do not fit each other.
    """
    given = [temperature, humidity, wind, rain, *([] if dew_point is None else [dew_point])]
    arrays = [np.asarray(one, np.float64) for one in given]
    shape = np.broadcast_shapes(*(one.shape for one in arrays))
    return Noon(
        *(one if one.shape == shape else np.broadcast_to(one, shape).copy() for one in arrays)
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """Least and largest value that nature allows, by field."""

    temperature: tuple[float, float] = (-75.0, 60.0)
    # °C; Oymyakon −67.7, Death Valley 56.7 (WMO archive of extremes)
    humidity: tuple[float, float] = (0.0, 100.0)
    # %; sensors that show 101 are out of calibration, not wet
    wind: tuple[float, float] = (0.0, 250.0)
    # km/h, mean; the strongest 10-minute means of typhoons
    rain: tuple[float, float] = (0.0, 500.0)
    # mm in 24 h; largest in Russia some 440; engineering
    dew_point: tuple[float, float] = (-90.0, 36.0)
    # °C; highest measured 35 (Dhahran 2003)


LIMITS: Final = Limits()


class Impossible(NamedTuple):
    """Values of one field that cannot be."""

    field: str
    values: int
    example: float
    limits: tuple[float, float]

    def __str__(self) -> str:
        low, high = self.limits
        return (
            f"{self.field} {self.example:g} is not within {low:g}…{high:g} ({self.values} values)"
        )


def impossible(given: Noon, limits: Limits = LIMITS) -> tuple[Impossible, ...]:
    """Fields with values that nature does not allow; NaN is unknown, not impossible."""
    found = []
    for field in fields(limits):
        values, allowed = getattr(given, field.name), getattr(limits, field.name)
        if values is None or within(values, allowed):
            continue
        wrong = values[_outside(values, allowed)]
        found.append(Impossible(field.name, wrong.size, float(wrong.flat[0]), allowed))
    return tuple(found)


def within(values: F8, allowed: tuple[float, float]) -> bool:
    """Whether all known values are allowed: two walks, no mask, for a raster has millions."""
    if not values.size:
        return True
    low, high = values.min(), values.max()
    if np.isnan(low):  # slower: leaves NaN aside
        low, high = np.fmin.reduce(values, axis=None), np.fmax.reduce(values, axis=None)
    return not (low < allowed[0] or high > allowed[1])


def _outside(values: F8, allowed: tuple[float, float]) -> Mask:
    return np.asarray((values < allowed[0]) | (values > allowed[1]))


def sift(given: Noon, limits: Limits = LIMITS) -> tuple[Noon, tuple[Impossible, ...]]:
    """The weather with impossible values made unknown, and what was impossible."""
    found = impossible(given, limits)
    clean = {
        one.field: np.where(
            _outside(getattr(given, one.field), one.limits), np.nan, getattr(given, one.field)
        )
        for one in found
    }
    return replace(given, **clean), found


def refuse_impossible(given: Noon, limits: Limits = LIMITS) -> None:
    """Raises ValueError that names each field with impossible values."""
    found = impossible(given, limits)
    if found:
        raise ValueError("; ".join(str(one) for one in found))


def celsius(kelvin: npt.ArrayLike) -> F8:
    """°C from kelvins."""
    return np.asarray(kelvin, np.float64) - KELVIN


def kmh(metres_a_second: npt.ArrayLike) -> F8:
    """km/h from m/s."""
    return np.asarray(metres_a_second, np.float64) * KMH_PER_MS


def dew_point(temperature: npt.ArrayLike, humidity: npt.ArrayLike) -> F8:
    """Dew point by the Magnus form, °C.

    τ = b·γ/(a − γ), γ = a·t/(b + t) + ln(RH/100), a = 17.271, b = 237.7 °C (Barenbrug 1974); from
    °C and %, any shapes that fit each other. NaN where either is unknown or the air holds no water.
    """
    slope, origin = _MAGNUS
    t, share = np.asarray(temperature, np.float64), np.asarray(humidity, np.float64) / _PERCENT
    wet = np.where(share > 0, share, np.nan)
    gamma = slope * t / (origin + t) + np.log(wet)
    return np.asarray(origin * gamma / (slope - gamma))


def humidity(temperature: npt.ArrayLike, dew_point: npt.ArrayLike) -> F8:
    """Relative humidity, %, as forecasts give dew points (°C) instead; 100 at most.

    The inverse of :func:`dew_point`.
    """
    slope, origin = _MAGNUS
    t, tau = np.asarray(temperature, np.float64), np.asarray(dew_point, np.float64)
    share = np.exp(slope * tau / (origin + tau) - slope * t / (origin + t))
    return np.asarray(np.minimum(_PERCENT * share, _PERCENT))


def dew_points(given: Noon) -> F8:
    """Measured dew points, and computed ones where none was measured, °C."""
    computed = dew_point(given.temperature, given.humidity)
    if given.dew_point is None:
        return computed
    return np.where(np.isnan(given.dew_point), computed, given.dew_point)
