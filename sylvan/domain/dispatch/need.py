"""A fire of the suggestion from how it spreads: line by each level, damage, loss if it escapes.

Levels go farther than forecasts do: the ellipses of the ensemble's quantiles are carried on at
their mean rates, and an escape lasts until rain. What is behind line grows no more, so that a fire
that is being contained grows like a free one whose clock runs slower.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import pi, sqrt
from typing import Final

from sylvan.domain.containment import Growing, Spread, Threatened
from sylvan.domain.dispatch.model import TIMES_H, CardLine, Fire
from sylvan.domain.dispatch.params import Tier

_HA_M2 = 10_000.0


def _tier_weights() -> dict[Tier, float]:
    return {Tier.A: 10.0, Tier.B: 4.0, Tier.C: 1.0, Tier.D: 0.2}


@dataclass(frozen=True)
class NeedParameters:
    """How a fire's numbers follow from its spread."""

    version: str = "need-2"
    quantile: str = "p50"
    # of the spread for line; p90 asks for more. Making rates larger by a third instead made plans
    # worse by a fifth in simulated seasons
    curbed: float = 0.7
    # share of the hours after which a free fire has as much edge as line is built until it closes:
    # median 0.68, 0.47 to 0.85 in the middle half, over 768 cases of Fried and Fried (1996) as
    # `containment` solves them, from the head and from the rear
    rain_h: float = 192.0
    # h; mean wait for rain that ends an escaped fire: 8 days (unverified)
    edge_m: float = 150.0
    # of edge that one unit takes up (unverified)
    places: tuple[int, int] = (4, 40)
    # fewest and most units at one fire
    first_places: int = 3
    # beside those that the edge gives
    weights: dict[Tier, float] = field(default_factory=_tier_weights)
    # ha's worth of a ha by tier (unverified)
    score: tuple[float, float] = (0.5, 100.0)
    # a ha counts (first + score/second) times that: between half and three halves


DEFAULT: Final = NeedParameters()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of a fire when forces are asked for."""

    id: str
    spread: Spread
    """Mean rates of the coming days, not of the afternoon's peak."""
    tier: Tier = Tier.C
    score: float = 50.0
    """0 to 100: place within its tier."""
    objects: tuple[Threatened, ...] = ()
    """What it may reach; values are ha's worth."""
    card: tuple[CardLine, ...] = ()
    held_by_h: float | None = None
    fought: bool = True


def perimeter_m(fire: Growing, hours: float) -> float:
    """Perimeter of the free ellipse (Ramanujan 1914, second formula)."""
    long, short = fire.axes_m(hours)
    h = ((long - short) / (long + short)) ** 2
    return pi * (long + short) * (1.0 + 3.0 * h / (10.0 + sqrt(4.0 - 3.0 * h)))


def area_ha(fire: Growing, hours: float) -> float:
    """Area of the free ellipse."""
    long, short = fire.axes_m(hours)
    return pi * long * short / _HA_M2


def escaped_ha(fire: Growing, rain_h: float) -> float:
    """Mean area when rain comes after a wait that is exponential with that mean.

    ``E[π/LW·(a₀ + vT)²] = π/LW·(a₀² + 2a₀vτ + 2v²τ²)``.
    """
    now, later = fire.axes_m(0.0)[0], fire.axes_m(1.0)[0]
    grown = (later - now) * rain_h
    square = now * now + 2.0 * now * grown + 2.0 * grown * grown
    return pi / fire.length_to_breadth * square / _HA_M2


def fire_of(
    outlook: Outlook,
    times_h: Sequence[float] = TIMES_H,
    params: NeedParameters = DEFAULT,
) -> Fire:
    """The fire as the suggestion sees it."""
    growing: Growing = getattr(outlook.spread, params.quantile)
    weight = params.weights[outlook.tier] * (params.score[0] + outlook.score / params.score[1])
    now = area_ha(growing, 0.0)
    curbed = [params.curbed * t for t in times_h]
    damage = [
        weight * (area_ha(growing, slow) - now) + _reached(outlook.objects, t)
        for t, slow in zip(times_h, curbed, strict=True)
    ]
    season = escaped_ha(growing, params.rain_h) - now
    escape = weight * season + sum(one.value for one in outlook.objects)
    low, high = params.places
    places = int(perimeter_m(growing, 0.0) / params.edge_m) + params.first_places
    return Fire(
        outlook.id,
        outlook.tier,
        tuple(perimeter_m(growing, slow) for slow in curbed),
        tuple(damage),
        max(escape, *damage),
        min(max(places, low), high),
        outlook.card,
        outlook.held_by_h,
        outlook.fought,
    )


def _reached(objects: Sequence[Threatened], hours: float) -> float:
    return sum(o.value for o in objects if o.reached_h is not None and o.reached_h < hours)
