"""The fine fuel moisture code hour by hour, from a day's code and the hourly weather.

The daily code stands for the late afternoon; fires run at night and in the morning too.  Van Wagner
1977 (A method of computing fine fuel moisture content throughout the diurnal cycle, Canadian
Forestry Service PS-X-69) moves the moisture on by an hour at a time, with the daily system's
equilibria and a tenth of its rate; equations as in NRCan's cffdrs (``hffmc``).
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.fwi import FfmcConstant

F8 = npt.NDArray[np.float64]
I4 = npt.NDArray[np.int32]

_K: Final = FfmcConstant.CFFDRS.value_pct
_LARGEST, _ZERO, _OFFSET = 250.0, 101.0, 59.5
_HEAVY_PCT: Final = 150.0
"""Moisture beyond which rain wets more: equation 3b of the daily system."""


class Hours(NamedTuple):
    """Codes hour after hour."""

    ffmc: F8  # (hours, …), at the end of each hour
    held: I4  # (…), hours without weather, which changed nothing


def hourly_ffmc(
    before: npt.ArrayLike,
    temperature: npt.ArrayLike,
    humidity: npt.ArrayLike,
    wind: npt.ArrayLike,
    rain: npt.ArrayLike,
) -> Hours:
    """Fine fuel moisture code of successive hours.

    Args:
        before: code before the first hour, 0…101, of the points' shape.
        temperature: °C, (hours, …); an hour of which a value is NaN changes nothing.
        humidity: %.
        wind: km/h at 10 m.
        rain: mm in the hour.
    """
    t, share, blow, wet = (
        np.asarray(one, np.float64) for one in (temperature, humidity, wind, rain)
    )
    share = np.clip(share, 0.0, 100.0)
    moisture = _K * (_ZERO - np.asarray(before, np.float64)) / (_OFFSET + np.asarray(before))
    codes = np.empty(t.shape)
    known = ~np.isnan(t + share + blow + wet)
    for hour in range(len(t)):
        moved = _an_hour(_rained_on(moisture, wet[hour]), t[hour], share[hour], blow[hour])
        moisture = np.where(known[hour], moved, moisture)
        codes[hour] = _OFFSET * (_LARGEST - moisture) / (_K + moisture)
    return Hours(np.clip(codes, 0.0, _ZERO), (~known).sum(axis=0).astype(np.int32))


def _rained_on(moisture: F8, rain: F8) -> F8:
    """Moisture after the hour's rain, without the canopy's 0.5 mm that a day's rain loses."""
    some = np.where(rain > 0.0, rain, np.nan)
    gain = 42.5 * some * np.exp(-100.0 / (251.0 - moisture)) * (1.0 - np.exp(-6.93 / some))
    more = np.where(
        moisture > _HEAVY_PCT, 0.0015 * (moisture - _HEAVY_PCT) ** 2 * np.sqrt(some), 0.0
    )
    return np.where(rain > 0.0, np.minimum(moisture + gain + more, _LARGEST), moisture)


def _an_hour(moisture: F8, t: F8, share: F8, wind: F8) -> F8:
    """Towards the equilibrium of drying or of wetting; between them nothing moves."""
    warmth = 0.18 * (21.1 - t) * (1.0 - np.exp(-0.115 * share))
    damp = np.exp((share - 100.0) / 10.0)
    dry = 0.942 * share**0.679 + 11.0 * damp + warmth
    wet = 0.618 * share**0.753 + 10.0 * damp + warmth
    drying = dry + (moisture - dry) * 10.0 ** -_rate(share / 100.0, wind, t)
    wetting = wet - (wet - moisture) * 10.0 ** -_rate(1.0 - share / 100.0, wind, t)
    return np.where(moisture > dry, drying, np.where(moisture < wet, wetting, moisture))


def _rate(share: F8, wind: F8, t: F8) -> F8:
    """Logarithmic rate, 1/h."""
    still = 0.424 * (1.0 - share**1.7) + 0.0694 * np.sqrt(wind) * (1.0 - share**8)
    return np.asarray(still * 0.0579 * np.exp(0.0365 * t))
