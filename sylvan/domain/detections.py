"""Detections in columns: the one shape in which satellite pixels walk through the house.

A batch is a NumPy structured array of :data:`DETECTION`; a million of them is the normal case,
so there is no object per detection anywhere.
"""

from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

DETECTION = np.dtype(
    [
        ("lon", "f8"),  # degrees east, WGS 84, −180…180: centre of the pixel
        ("lat", "f8"),  # degrees north, WGS 84
        ("acq_at", "i8"),  # acquisition, seconds since 1970-01-01 UTC
        ("satellite", "i2"),  # Satellite
        ("instrument", "i2"),  # Instrument
        ("scan", "f4"),  # pixel size across track, km; NaN if unknown
        ("track", "f4"),  # pixel size along track, km; NaN if unknown
        ("frp", "f4"),  # fire radiative power, MW; NaN if unknown
        ("bright", "f4"),  # brightness temperature of the fire channel (I4, 21/22), K; NaN
        ("bright_long", "f4"),  # brightness temperature of the long channel (I5, 31), K; NaN
        ("confidence_native", "i2"),  # MODIS 0…100; VIIRS see NativeConfidence; −1 unknown
        ("confidence", "f4"),  # normalised 0…1; NaN if unknown
        ("daynight", "i1"),  # DayNight
        ("type", "i1"),  # product's type flag 0 vegetation, 1 volcano, 2 static, 3 offshore; −1
        ("stage", "i1"),  # Stage: how final the product is
        ("collection", "i2"),  # product collection × 10 (61 = 6.1, 20 = 2.0); 0 unknown
        ("precision", "i1"),  # decimals of the coordinates in the source file
        ("line", "i4"),  # 1-based line (text) or 1-based feature number (other) in the source
    ]
)
"""Columns of a batch of detections, with units."""
COLUMNS: Final = list(DETECTION.names or ())
"""Their names."""

Detections = npt.NDArray[np.void]
"""A structured array of dtype :data:`DETECTION`."""


class Satellite(IntEnum):
    """Who saw it. Codes are stored; never renumber."""

    OTHER = 0
    TERRA = 1
    AQUA = 2
    SNPP = 3
    NOAA20 = 4
    NOAA21 = 5
    GOES_EAST = 6
    GOES_WEST = 7
    HIMAWARI = 8
    METEOSAT = 9
    LANDSAT = 10
    NOAA_AVHRR = 11
    METOP = 12


class Instrument(IntEnum):
    """With what it was seen. Codes are stored; never renumber."""

    OTHER = 0
    MODIS = 1
    VIIRS = 2
    GEOSTATIONARY = 3  # ABI, AHI, SEVIRI
    AVHRR = 4
    OLI = 5


class NativeConfidence(IntEnum):
    """Codes for class confidences in ``confidence_native`` (MODIS keeps its 0…100)."""

    UNKNOWN = -1
    LOW = 201
    NOMINAL = 202
    HIGH = 203


class DayNight(IntEnum):
    """The product's day/night flag."""

    UNKNOWN = 0
    DAY = 1
    NIGHT = 2


class Stage(IntEnum):
    """How final a product is; a higher stage supersedes a lower one."""

    UNKNOWN = 0
    URT = 1  # ultra real time
    RT = 2  # real time
    NRT = 3  # near real time
    STANDARD = 4  # standard (archive) processing


def plain(rows: npt.NDArray[Any]) -> Detections:
    """Detections alone, of rows that carry more columns."""
    found: Detections = rows[COLUMNS].astype(DETECTION)
    return found


def empty(n: int = 0) -> Detections:
    """``n`` detections with every optional column unknown (NaN, −1 or 0)."""
    rows = np.zeros(n, DETECTION)
    for name in ("scan", "track", "frp", "bright", "bright_long", "confidence"):
        rows[name] = np.nan
    rows["confidence_native"] = NativeConfidence.UNKNOWN
    rows["type"] = -1
    return rows


def concatenate(parts: list[Detections]) -> Detections:
    """Stack batches, also an empty list of them."""
    return np.concatenate(parts) if parts else empty()


def columns(rows: Detections, *names: str) -> tuple[npt.NDArray[Any], ...]:
    """Contiguous copies of some columns (structured fields are strided; Numba wants runs)."""
    return tuple(np.ascontiguousarray(rows[name]) for name in names)
