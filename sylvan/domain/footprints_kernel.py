"""The compiled heart of footprints: how long a degree is, and how large a pixel."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
POLE, HALF_TURN = 90.0, 180.0  # degrees


class Sizes(NamedTuple):
    """What is believed of a pixel's size."""

    nominal_km: F8  # by instrument number
    smallest_km: float
    largest_km: float


@compiled
def lengths_at(lat: float, table: F8) -> tuple[float, float]:
    """Lengths of a degree of longitude and of latitude, km.

    ``table`` goes from −90° in equal steps to the one behind 90°.
    """
    per_degree = (len(table) - 2) / HALF_TURN
    place = min(max((lat + POLE) * per_degree, 1.0), len(table) - 3.0)
    k = int(place)
    w = place - k
    east = table[k, 0] + w * (table[k + 1, 0] - table[k, 0])
    north = table[k, 1] + w * (table[k + 1, 1] - table[k, 1])
    return east, north


@compiled
def degree_lengths(lat: F8, table: F8) -> tuple[F8, F8]:
    """:func:`lengths_at` of many latitudes."""
    east, north = np.empty(len(lat)), np.empty(len(lat))
    for i in range(len(lat)):
        east[i], north[i] = lengths_at(lat[i], table)
    return east, north


@compiled
def _size(given: float, nominal: float, sizes: Sizes) -> float:
    """The given size where it is believable, else the nominal one, km."""
    return given if sizes.smallest_km <= given <= sizes.largest_km else nominal


@compiled
def half_sides(
    lat: F8, scan: F8, track: F8, instrument: I8, sizes: Sizes, table: F8
) -> tuple[F8, F8]:
    """Halves of the sides of pixels, degrees of longitude and of latitude; sizes given in km."""
    half_lon, half_lat = np.empty(len(lat)), np.empty(len(lat))
    for i in range(len(lat)):
        one = min(max(instrument[i], 0), len(sizes.nominal_km) - 1)
        nominal = sizes.nominal_km[one]
        east, north = lengths_at(lat[i], table)
        half_lon[i] = 0.5 * _size(scan[i], nominal, sizes) / east
        half_lat[i] = 0.5 * _size(track[i], nominal, sizes) / north
    return half_lon, half_lat


@compiled
def cell_areas(south: int, rows: int, height: float, width: float, table: F8) -> F8:
    """Area of a cell of a net in each of its rows, km²; sides in degrees."""
    area = np.empty(rows)
    for i in range(rows):
        east, north = lengths_at((south + i + 0.5) * height, table)
        area[i] = east * north * width * height
    return area
