"""Lengths and bearings between many places at once, on a sphere: half a per cent off at most."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.places import LonLat

F8 = npt.NDArray[np.float64]
EARTH_KM: Final = 6_371.0088
"""Mean radius of the earth (IUGG)."""


class Spots(NamedTuple):
    """Places, degrees."""

    lon: F8
    lat: F8


def spots(places: Sequence[LonLat]) -> Spots:
    """Places in columns."""
    found = np.array(places, np.float64).reshape(-1, 2)
    return Spots(found[:, 0], found[:, 1])


def apart(start: Spots, end: Spots) -> tuple[F8, F8]:
    """Great-circle lengths, km, and initial bearings, degrees from north, of all pairs.

    Haversine (Sinnott 1984). Shapes broadcast as those of the columns do.
    """
    lam = np.radians(end.lon - start.lon)
    phi, to = np.radians(start.lat), np.radians(end.lat)
    half = np.sin((to - phi) / 2) ** 2 + np.cos(phi) * np.cos(to) * np.sin(lam / 2) ** 2
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    east = np.sin(lam) * np.cos(to)
    north = np.cos(phi) * np.sin(to) - np.sin(phi) * np.cos(to) * np.cos(lam)
    return km, np.degrees(np.arctan2(east, north)) % 360.0


def crossed(start: Spots, end: Spots) -> tuple[F8, F8]:
    """The same of each of the first with each of the second: (first, second)."""
    return apart(Spots(start.lon[:, None], start.lat[:, None]), end)
