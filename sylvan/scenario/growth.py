"""How true fires grow: a cellular dose model with ragged resistance, wind and ember throws.

Every unburnt cell collects a dose from burning neighbours, at a rate that depends on the hour's
weather and the direction of the wind, and ignites when the dose passes its own random resistance.
This shares neither code nor method with the engine's forecast, so that scoring one by the other
proves something.
"""

from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

NEVER: Final = np.float32(np.inf)
"""Arrival time of cells that never burnt."""

_DX = np.array([1, 1, 0, -1, -1, -1, 0, 1], np.int64)
_DY = np.array([0, 1, 1, 1, 0, -1, -1, -1], np.int64)
_GAIN: Final = 0.45
"""Several burning neighbours share in one ignition; chosen so that a straight front in still air
moves at about the fuel's rate."""
_STEP_H: Final = (0.1, 1.0)
"""Bounds of the time step, h."""
_COURANT: Final = 0.5
"""Share of a cell that the fastest front may cross in a step."""
_QUIET_M_H: Final = 2.0
"""m/h: below this head rate nothing moves and the hour is skipped."""


def grow(  # noqa: PLR0913 - the arrays of one simulation, named by keyword at the only call
    *,
    rate: npt.NDArray[np.float32],
    resistance: npt.NDArray[np.float32],
    ember: npt.NDArray[np.float32],
    linger: npt.NDArray[np.float32],
    seeds: npt.NDArray[np.int64],
    seed_h: npt.NDArray[np.float64],
    stop_h: npt.NDArray[np.float64],
    vigour: npt.NDArray[np.float64],
    wind_u: npt.NDArray[np.float64],
    wind_v: npt.NDArray[np.float64],
    cell_m: float,
    wind_response: float,
    spot_rate: float,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int16], bool]:
    """Burn a grid from its seeds.

    Args:
        rate: (rows, columns) m/h, rate of spread of the fuel at vigour 1; 0 does not burn.
        resistance: same shape, dose at which a cell ignites, mean 1.
        ember: same shape, throw of an ember in cells (0: none).
        linger: same shape, h for which a burning cell can set fire to its neighbours.
        seeds: flat cell index of each fire.
        seed_h: hours after the grid's clock starts, ascending.
        stop_h: when each fire is held.
        vigour: per hour, factor on the rate.
        wind_u: per hour, m/s towards east (columns).
        wind_v: per hour, m/s towards north (rows).
        cell_m: side of a cell, m.
        wind_response: per m/s.
        spot_rate: rate of the head above which embers fly, m/h.

    Returns:
        Arrival (h, inf never), owner (index of the fire, −1) and whether the edge was touched.
    """
    arrival = np.full(rate.shape, NEVER, np.float32)
    owner = np.full(rate.shape, -1, np.int16)
    touched = _grow(
        rate,
        resistance,
        ember,
        linger,
        seeds,
        seed_h,
        stop_h,
        vigour,
        wind_u,
        wind_v,
        np.array([cell_m, wind_response, spot_rate]),
        arrival,
        owner,
    )  # fmt: skip - one row of arrays reads better than thirteen lines
    return arrival, owner, bool(touched)


@numba.njit(cache=True)
def _grow(*arrays: Any) -> bool:
    """The hours one after another; ``arrays`` as :func:`grow` hands them over."""
    rate, resistance, ember, linger, seeds, seed_h, stop_h = arrays[:7]
    vigour, wind_u, wind_v, numbers, arrival, owner = arrays[7:]
    ground = (rate, resistance, ember, linger)
    dose = np.zeros(rate.shape, np.float32)
    front = np.empty(rate.size, np.int64)
    head = np.empty(8)
    state = (dose, front, arrival, owner, stop_h, head)
    live, seed, touched = 0, 0, False
    fastest = rate.max()
    for hour in range(vigour.size):
        while seed < seeds.size and seed_h[seed] < hour + 1:
            live = _set_fire(seeds[seed], seed_h[seed], seed, live, state)
            seed += 1
        _heads(head, vigour[hour], wind_u[hour], wind_v[hour], numbers[1])
        quickest = fastest * head.max()
        if live == 0 or quickest < _QUIET_M_H:
            continue
        step = min(max(_COURANT * numbers[0] / quickest, _STEP_H[0]), _STEP_H[1])
        steps = int(np.ceil(1.0 / step))
        for part in range(steps):
            now = (hour + (part + 1) / steps, 1.0 / steps, wind_u[hour], wind_v[hour])
            live, edge = _step(live, now, ground, state, numbers)
            touched = touched or edge
    return touched


@numba.njit(cache=True)
def _set_fire(cell: int, at: float, fire: int, live: int, state: Any) -> int:
    """Ignite an unburnt cell; the new length of the front."""
    _, front, arrival, owner, _, _ = state
    row, column = cell // arrival.shape[1], cell % arrival.shape[1]
    if arrival[row, column] != np.inf:
        return live
    arrival[row, column], owner[row, column] = at, fire
    front[live] = cell
    return live + 1


@numba.njit(cache=True)
def _heads(head: Any, vigour: float, u: float, v: float, response: float) -> None:
    """Factor on the fuel's rate in each of the eight directions."""
    for d in range(8):
        along = (_DX[d] * u + _DY[d] * v) / np.hypot(_DX[d], _DY[d])
        head[d] = vigour * np.exp(response * along)


@numba.njit(cache=True)
def _step(live: int, now: Any, ground: Any, state: Any, numbers: Any) -> tuple[int, bool]:
    """One time step of all burning edges: the new length of the front, and whether it met the rim.

    New cells queue behind the live ones and move up once all of those had their turn.
    """
    _, front, arrival, owner, stop_h, _ = state
    linger = ground[3]
    columns = arrival.shape[1]
    kept, queued, touched = 0, live, False
    for i in range(live):
        row, column = front[i] // columns, front[i] % columns
        age = now[0] - arrival[row, column]
        if now[0] > stop_h[owner[row, column]] or age > linger[row, column]:
            continue
        open_sides = 1
        if age >= now[1]:
            open_sides, queued, rim = _press(front[i], queued, now, ground, state, numbers)
            touched = touched or rim
        if open_sides:
            front[kept] = front[i]
            kept += 1
    for i in range(live, queued):
        front[kept] = front[i]
        kept += 1
    return kept, touched


@numba.njit(cache=True)
def _press(
    cell: int, queued: int, now: Any, ground: Any, state: Any, numbers: Any
) -> tuple[int, int, bool]:
    """Let a burning cell work on its neighbours: how many may still burn, queue, rim met."""
    rate, resistance, _, _ = ground
    dose, _, arrival, owner, _, head = state
    rows, columns = rate.shape
    row, column = cell // columns, cell % columns
    open_sides, touched = 0, False
    for d in range(8):
        r, c = row + _DY[d], column + _DX[d]
        if r < 0 or c < 0 or r >= rows or c >= columns:
            touched = True
            continue
        if rate[r, c] <= 0 or arrival[r, c] != np.inf:
            continue
        open_sides += 1
        reach = numbers[0] * np.hypot(_DX[d], _DY[d])
        dose[r, c] += _GAIN * rate[r, c] * head[d] * now[1] / reach
        if dose[r, c] >= resistance[r, c]:
            fire = owner[row, column]
            reached = r * columns + c
            queued = _set_fire(reached, now[0], fire, queued, state)
            queued = _throw(reached, fire, queued, now, ground, state, numbers)
    return open_sides, queued, touched


@numba.njit(cache=True)
def _throw(
    cell: int, fire: int, queued: int, now: Any, ground: Any, state: Any, numbers: Any
) -> int:
    """A cell that a fast head reached may throw an ember down the wind."""
    rate, _, ember, _ = ground
    r, c = cell // rate.shape[1], cell % rate.shape[1]
    speed = np.hypot(now[2], now[3])
    if ember[r, c] == 0 or speed == 0 or rate[r, c] * state[5].max() <= numbers[2]:
        return queued
    er = r + int(np.rint(ember[r, c] * now[3] / speed))
    ec = c + int(np.rint(ember[r, c] * now[2] / speed))
    if 0 <= er < rate.shape[0] and 0 <= ec < rate.shape[1] and rate[er, ec] > 0:
        return int(_set_fire(er * rate.shape[1] + ec, now[0], fire, queued, state))
    return queued
