"""Slope and aspect of the ground from heights."""

from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.edge_kernel import Net
from sylvan.domain.footprints import degree_lengths

F4 = npt.NDArray[np.float32]
_METRES: Final = 1000.0  # per km
_PERCENT: Final = 100.0
_TURN: Final = 360.0  # degrees
_WEIGHTS: Final = 8.0  # sum of the weights on either side: 1, 2, 1 over two cells


def slope_and_aspect(heights: F4, net: Net) -> tuple[F4, F4]:
    """How steep the ground is, and whither it falls.

    Third-order differences over the eight neighbours (Horn 1981, Proc. IEEE 69, 14-47).

    Args:
        heights: (rows, columns) m, rows run northward; NaN where unknown: flat there and beside.
        net: where the cells lie.

    Returns:
        Rise over run in %, and degrees clockwise from north.
    """
    z = np.pad(np.asarray(heights, np.float64), 1, mode="edge")
    north, middle, south = z[2:], z[1:-1], z[:-2]
    eastward = north[:, 2:] + 2 * middle[:, 2:] + south[:, 2:]
    westward = north[:, :-2] + 2 * middle[:, :-2] + south[:, :-2]
    upward = north[:, 2:] + 2 * north[:, 1:-1] + north[:, :-2]
    downward = south[:, 2:] + 2 * south[:, 1:-1] + south[:, :-2]
    lat = (net.south + np.arange(net.rows) + 0.5) * net.height
    east_km, north_km = degree_lengths(lat)
    width = (east_km * net.width * _METRES)[:, None]
    height = (north_km * net.height * _METRES)[:, None]
    by_east = (eastward - westward) / (_WEIGHTS * width)
    by_north = (upward - downward) / (_WEIGHTS * height)
    slope = np.nan_to_num(_PERCENT * np.hypot(by_east, by_north))
    aspect = np.nan_to_num(np.degrees(np.arctan2(-by_east, -by_north)) % _TURN)
    return slope.astype(np.float32), aspect.astype(np.float32)
