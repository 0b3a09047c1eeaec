# ruff: noqa: FBT001, PLR0913, PLR0917 - compiled code is called by position
"""The compiled part of containment: the walk of line builders along a growing ellipse."""

import math

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
LEAST_STEPS = 8  # between two changes of the rate
MOST_TURN = 0.1  # radians in a step
CONTAINED, OVERRUN, TOO_LATE = 0, 1, 2


@compiled
def _radius(phi: float, head: float, e: float, back: float) -> float:
    return head * (1.0 - e) / (1.0 - e * math.cos(phi) * back)


@compiled
def _at(phi: float, rate: float, head: float, e: float, back: float) -> float:
    """dφ/d(ln t), φ counted from head (back 1) or rear (back -1)."""
    bottom = 1.0 - e * math.cos(phi) * back
    r = head * (1.0 - e) / bottom
    slope = -r * e * math.sin(phi) * back / bottom
    both = r * r + slope * slope
    inside = (r * slope) ** 2 - both * (r * r - rate * rate)
    if inside < 0.0:
        return -1.0
    return (-r * slope + math.sqrt(inside)) / both


@compiled
def contain_ellipse(
    head: float,
    e: float,
    age: float,
    times: F8,
    rates: F8,
    from_rear: bool,
    horizon: float,
    steps: int,
) -> tuple[int, float, float, float]:
    """Line from head or rear until both sides meet.

    Args:
        head: m/h; rate of spread of the head.
        e: eccentricity; the fire began in the rear focus.
        age: h since then, now.
        times: h from now, rising, at which the rate changes.
        rates: m/h of one flank from each of them on.
        from_rear: where line begins.
        horizon: h from now.
        steps: of equal logarithm of time from the first arrival to the horizon; shorter ones where
            line runs round the fire faster.

    Returns:
        Outcome, hours from now, m² within the line, m of line on both flanks.
    """
    started = False
    phi, area, line = 0.0, 0.0, 0.0
    back = 1.0
    if from_rear:
        back = -1.0
    for part in range(len(times)):
        begin, rate = age + times[part], rates[part]
        end = age + horizon
        if part + 1 < len(times):
            end = min(age + times[part + 1], end)
        if rate <= 0.0:
            if started:
                return OVERRUN, times[part], math.nan, line
            continue
        if begin >= end:
            continue
        started = True
        whole = math.log((age + horizon) / (age + times[0]))
        many = max(math.ceil(steps * math.log(end / begin) / whole), LEAST_STEPS)
        longest = math.log(end / begin) / many
        t1 = begin
        while end - t1 > 1e-12 * end:
            t0 = t1
            # Runge-Kutta of fourth order in ln t; φ is counted from where line begins.
            a = _at(phi, rate, head, e, back)
            # A strong force goes round a small fire within one of the steps that hours ask for.
            step = min(longest, MOST_TURN / max(a, MOST_TURN / longest), math.log(end / t0))
            t1 = t0 * math.exp(step)
            b = _at(phi + 0.5 * step * a, rate, head, e, back)
            c = _at(phi + 0.5 * step * b, rate, head, e, back)
            d = _at(phi + step * c, rate, head, e, back)
            if a < 0.0 or b < 0.0 or c < 0.0 or d < 0.0:
                return OVERRUN, t0 - age, math.nan, line
            gain = step * (a + 2.0 * b + 2.0 * c + d) / 6.0
            share = min((math.pi - phi) / gain, 1.0) if gain > 0.0 else 1.0
            t2 = t0 + share * (t1 - t0)
            r0 = _radius(phi, head, e, back) * t0
            rm = _radius(phi + 0.5 * share * gain, head, e, back) * 0.5 * (t0 + t2)
            r1 = _radius(phi + share * gain, head, e, back) * t2
            area += share * gain * (r0 * r0 + 4.0 * rm * rm + r1 * r1) / 6.0
            line += 2.0 * rate * (t2 - t0)
            phi += share * gain
            if phi >= math.pi - 1e-9:
                return CONTAINED, t2 - age, area, line
    return TOO_LATE, horizon, math.nan, line
