"""What if the wind were another one: how a fire's outlook follows, without a new forecast.

The head runs with the wind by the wind function of the Canadian system (Forestry Canada 1992,
ST-X-3: equations 53, 53a of the ISI; ROS goes with a power of it where it does not saturate), the
ellipse stretches by its length-to-breadth ratio (equation 79). It is an answer of a second for a
question, and no forecast: slopes, fuel and the hours of the day stay out of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Final

from sylvan.domain.behaviour import forest_length_to_breadth
from sylvan.domain.codes import Coded
from sylvan.domain.containment import Growing, Spread
from sylvan.domain.dispatch.model import CardLine
from sylvan.domain.dispatch.need import Outlook
from sylvan.domain.dispatch.outlooks import DEFAULT as OUTLOOK
from sylvan.domain.dispatch.outlooks import Near, Told, outlook_of

FULL_TURN: Final = 360.0
HALF_TURN: Final = 180.0


@dataclass(frozen=True)
class WindParameters:
    """How growth follows the wind."""

    version: str = "whatif-1"
    known_km_h: float = 15.0
    # km/h; the wind that an outlook stands for where nobody knows it: its ellipse is twice as long
    # as broad
    power: float = 1.5
    # of the wind function in the rate of spread: C-2 of ST-X-3 at small ISI
    sector_deg: float = 45.0
    # either side of the wind's way in which a thing lies downwind (engineering judgement)
    gust_km_h: float = 40.0
    # km/h; beyond, the wind function flattens: ST-X-3, equation 53a


DEFAULT: Final = WindParameters()


@dataclass(frozen=True, slots=True)
class Blow:
    """A wind; what is ``None`` is not known."""

    from_deg: float | None = None
    km_h: float | None = None


def wind_function(km_h: float, params: WindParameters = DEFAULT) -> float:
    """f(W) of the initial spread index."""
    if km_h <= params.gust_km_h:
        return exp(0.05039 * km_h)
    return 12.0 * (1.0 - exp(-0.0818 * (km_h - 28.0)))


def blown(
    told: Told,
    card: Sequence[CardLine],
    was: Blow,
    then: Blow,
    params: WindParameters = DEFAULT,
) -> tuple[Outlook, tuple[Coded, ...]]:
    """A fire's outlook under another wind, and what was assumed.

    Args:
        told: what was known of the fire.
        card: lines of its run card.
        was: the wind that its outlook stands for.
        then: the other one; what it leaves out stays as it was.
        params: of the wind.
    """
    before, reasons = outlook_of(told, card)
    old = params.known_km_h if was.km_h is None else was.km_h
    new = old if then.km_h is None else then.km_h
    faster = (wind_function(new, params) / wind_function(old, params)) ** params.power
    longer = float(forest_length_to_breadth(new) / forest_length_to_breadth(old))
    spread = Spread(
        *(
            _scaled(one, faster, longer)
            for one in (before.spread.p10, before.spread.p50, before.spread.p90)
        )
    )
    toward = _toward(was if then.from_deg is None else then)
    turned = then.from_deg is not None
    near = tuple(
        _near(one, toward if turned else None, faster, spread.p50.head_m_h, params)
        for one in told.near
    )
    after, _ = outlook_of(replace(told, near=near), card)
    notes = [*reasons, Coded("whatif.wind_scaled", {"times": round(faster, 2)})]
    if was.km_h is None:
        notes.append(Coded("whatif.wind_was_unknown", {"km_h": params.known_km_h}))
    return replace(after, spread=spread), tuple(notes)


def _scaled(one: Growing, faster: float, longer: float) -> Growing:
    head = max(one.head_m_h * faster, OUTLOOK.least_m_h)
    return Growing(one.area_ha, head, max(one.length_to_breadth * longer, 1.0))


def _toward(wind: Blow) -> float | None:
    return None if wind.from_deg is None else (wind.from_deg + HALF_TURN) % FULL_TURN


def _near(
    one: Near, toward: float | None, faster: float, head_m_h: float, params: WindParameters
) -> Near:
    """A thing near the fire: reached sooner or later, or no more, or now."""
    sooner = None if one.reached_h is None else one.reached_h / faster
    if toward is None or one.bearing_deg is None:
        return replace(one, reached_h=sooner)
    off = abs((one.bearing_deg - toward + HALF_TURN) % FULL_TURN - HALF_TURN)
    downwind = off <= params.sector_deg
    if not downwind:
        return replace(one, downwind=False, reached_h=None)
    straight = one.km * 1000.0 / head_m_h
    return replace(one, downwind=True, reached_h=straight if sooner is None else sooner)
