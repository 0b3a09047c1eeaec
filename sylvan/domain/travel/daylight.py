"""Between which hours there is light enough to fly, at many places at once.

A day's light is the time around its noon in which the sun stands above the height that civil
twilight ends with; how long that is follows from latitude and declination.
"""

from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.screening_kernel import sun_direction
from sylvan.domain.travel.sphere import Spots

F8 = npt.NDArray[np.float64]
DAYS: Final = (-1, 0, 1, 2, 3)
"""Noons that are looked at, counted from the one nearest to the order."""
HOUR_S: Final = 3_600.0
DAY_H: Final = 24.0
DEGREES_PER_HOUR: Final = 15.0
_HOURS: Final = DAY_H / 2 * np.arange(-4, 10)
"""Hours from the order between which the sun's declination is interpolated."""


class Light(NamedTuple):
    """Begin and end of light by place and day, hours from the order.

    Infinite both ways where the sun does not sink below twilight; the wrong way round where it
    does not rise to it.
    """

    begin: F8  # (places, days)
    end: F8


def light(places: Spots, at: datetime, twilight_deg: float, about_lon: float) -> Light:
    """Light at places around a moment.

    Args:
        places: where.
        at: the moment, with a zone.
        twilight_deg: height of the sun down to which there is light.
        about_lon: days are those of this longitude, so that places that lie on either side of
            anything have the same.

    Returns:
        Good to some minutes: declination and the equation of time are those of each noon.
    """
    epoch = at.timestamp()
    away = (places.lon - about_lon + 180.0) % 360.0 - 180.0
    first = -(_hour_angle(about_lon, epoch) + away) / DEGREES_PER_HOUR
    noon = first[:, None] + DAY_H * np.array(DAYS)
    known = np.array([_declination(epoch + hour * HOUR_S) for hour in _HOURS])
    declination = np.interp(noon, _HOURS, known)
    half = _half_day(np.radians(places.lat)[:, None], declination, float(np.radians(twilight_deg)))
    return Light(noon - half, noon + half)


def _half_day(phi: F8, declination: F8, height: float) -> F8:
    """Hours from noon until the sun stands at a height; ±∞ where it never does."""
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = (np.sin(height) - np.sin(phi) * np.sin(declination)) / (
            np.cos(phi) * np.cos(declination)
        )
    half = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))) / DEGREES_PER_HOUR
    return np.where(cosine <= -1.0, np.inf, np.where(cosine >= 1.0, -np.inf, half))


def _hour_angle(lon: float, epoch: float) -> float:
    """How far the sun has passed the meridian, degrees, −180…180."""
    east, _, up = sun_direction(lon, 0.0, epoch)
    return float(np.degrees(np.arctan2(-east, up)))


def _declination(epoch: float) -> float:
    """Of the sun, radians: at the equator, what of it points north."""
    _, north, _ = sun_direction(0.0, 0.0, epoch)
    return float(np.arcsin(north))
