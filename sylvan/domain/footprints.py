"""Footprints: the piece of ground that one detection speaks of.

FIRMS gives a pixel's centre and its size across (scan) and along (track) the flight, not how it
lies.  At 62° N a polar orbit crosses the meridian at about 19°, so scan runs nearly east–west, and
the footprint is taken as an upright rectangle.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain import footprints_kernel as kernel
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.grouping_kernel import length_table

F8 = npt.NDArray[np.float64]
LAST = max(Instrument)


@dataclass(frozen=True)
class FootprintParameters:
    """Sizes of pixels where the product does not tell."""

    version: str = "footprint-1"
    viirs_km: float = 0.375
    # km; I-band at nadir: Schroeder et al. 2014
    modis_km: float = 1.0
    # km; at nadir: Giglio et al. 2016
    avhrr_km: float = 1.1
    # km; at nadir: NOAA KLM User's Guide
    oli_km: float = 0.03
    # km; Landsat 8/9 SWIR: Schroeder et al. 2016
    geostationary_km: float = 2.0
    # km; AHI and ABI at the sub-satellite point: Bessho et al. 2016
    smallest_km: float = 0.01
    # km; a smaller given size is an error of the file; engineering
    largest_km: float = 12.0
    # km; a larger one too: AVHRR and MODIS at the swath's end reach 6 km; engineering

    @lru_cache(maxsize=8)  # noqa: B019 - of the few that there are
    def nominal(self) -> F8:
        """Size by instrument number, km."""
        sizes = np.full(LAST + 1, self.modis_km)
        sizes[Instrument.VIIRS] = self.viirs_km
        sizes[Instrument.GEOSTATIONARY] = self.geostationary_km
        sizes[Instrument.AVHRR] = self.avhrr_km
        sizes[Instrument.OLI] = self.oli_km
        return sizes


DEFAULT = FootprintParameters()


class Footprints(NamedTuple):
    """Upright rectangles: centres, and halves of their sides in degrees."""

    lon: F8
    lat: F8
    half_lon: F8
    half_lat: F8


def footprints(
    rows: Detections, params: FootprintParameters = DEFAULT, scale: float = 1.0
) -> Footprints:
    """Footprints of detections, their sides multiplied by ``scale``."""
    lon, lat = rows["lon"].astype(np.float64), rows["lat"].astype(np.float64)
    sizes = kernel.Sizes(params.nominal(), params.smallest_km, params.largest_km)
    scan, track = rows["scan"].astype(np.float64), rows["track"].astype(np.float64)
    instrument = rows["instrument"].astype(np.int64)
    half_lon, half_lat = kernel.half_sides(lat, scan, track, instrument, sizes, length_table())
    return Footprints(lon, lat, scale * half_lon, scale * half_lat)


def degree_lengths(lat: npt.ArrayLike) -> tuple[F8, F8]:
    """Lengths of one degree of longitude and of latitude at given latitudes, km (WGS 84).

    At the poles the former is that of the last table entry before them, so that one may divide.
    """
    given = np.asarray(lat, np.float64)
    east, north = kernel.degree_lengths(np.ascontiguousarray(given).ravel(), length_table())
    return east.reshape(given.shape), north.reshape(given.shape)


@lru_cache(maxsize=1024)
def lengths_at(lat: float) -> tuple[float, float]:
    """:func:`degree_lengths` at one latitude."""
    return kernel.lengths_at(float(lat), length_table())
