"""When units come and how much line they have built by when: duty, rest, the next days' shifts."""

import numpy as np
import numpy.typing as npt

from sylvan.domain.dispatch.model import Problem
from sylvan.domain.dispatch.params import DispatchParameters

F8 = npt.NDArray[np.float64]
_ROUNDING_H = 6  # decimals of hours within which arrivals are equal
_NEVER_H = 1e9  # stands for "does not come" where infinity can't be reckoned with
_LEAST_CYCLE_H = 1e-9  # of a unit that neither rests nor works


def arrivals(problem: Problem) -> tuple[F8, F8]:
    """Hours until each unit works at each fire, and its duty left from now, both (units, fires).

    A unit whose duty ends before it would arrive rests first, where it stands, and goes then.
    """
    eta = np.where(np.isnan(problem.eta_h), np.inf, problem.eta_h).round(_ROUNDING_H)
    left = np.array([one.duty_left_h for one in problem.units]).reshape(-1, 1)
    rest = np.array([one.rest_h for one in problem.units]).reshape(-1, 1)
    tired = eta >= left
    eta = np.where(tired, eta + rest, eta)
    eta[[at for at, one in enumerate(problem.units) if one.out is not None]] = np.inf
    return eta, np.where(tired, 0.0, left)


def on_duty(x: F8, left: F8, rest: F8, shift: F8) -> F8:
    """Hours on duty within the first ``x`` hours: what is left, then rest and shift in turn."""
    later = np.maximum(x - left, 0.0)
    cycle = np.maximum(rest + shift, _LEAST_CYCLE_H)
    whole = np.floor(later / cycle)
    part = np.maximum(later - whole * cycle - rest, 0.0)
    return np.asarray(np.minimum(x, left) + whole * shift + part)


def lines(problem: Problem, come: F8, left: F8, params: DispatchParameters) -> F8:
    """(units, fires, levels) m of line that each unit has built by each level."""
    units = problem.units
    times = np.array(problem.times_h)[None, None, :]
    rest = np.array([one.rest_h for one in units]).reshape(-1, 1, 1)
    shift = np.array([one.shift_h for one in units]).reshape(-1, 1, 1)
    begin, duty = np.minimum(come, _NEVER_H)[:, :, None], left[:, :, None]
    worked = on_duty(times, duty, rest, shift) - on_duty(begin, duty, rest, shift)
    rate = np.array([max(one.rate_m_h, 0.0) for one in units]).reshape(-1, 1)
    if problem.effect is not None:
        rate = rate * problem.effect
    rate = np.broadcast_to(rate, come.shape) * params.line_share
    return np.asarray(np.maximum(worked, 0.0) * rate[:, :, None])
