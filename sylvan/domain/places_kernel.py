"""The compiled part of places: longitude and latitude → a point in space."""

import math

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]


@compiled
def earth_xyz(lon: F8, lat: F8, axis_m: float, flattening: float) -> F8:
    """Earth-centred metres (n × 3) on an ellipsoid; a fire of one pixel is asked for as well."""
    places = np.empty((len(lon), 3))
    e2 = flattening * (2.0 - flattening)
    for i in range(len(lon)):
        lam, phi = math.radians(lon[i]), math.radians(lat[i])
        normal = axis_m / math.sqrt(1.0 - e2 * math.sin(phi) ** 2)
        places[i, 0] = normal * math.cos(phi) * math.cos(lam)
        places[i, 1] = normal * math.cos(phi) * math.sin(lam)
        places[i, 2] = normal * (1.0 - e2) * math.sin(phi)
    return places
