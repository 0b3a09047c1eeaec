"""A fire's outlook from what is told of it: forecast, growth, what it threatens, cards.

Hours without a forecast, or beyond it, are the fire's own growth carried on; what was assumed is a
code beside the numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import pi, sqrt
from types import MappingProxyType
from typing import Final

from sylvan.domain.codes import Coded
from sylvan.domain.containment import Growing, Spread, Threatened
from sylvan.domain.dispatch.model import CardLine
from sylvan.domain.dispatch.need import Outlook
from sylvan.domain.dispatch.params import Tier

HA_M2: Final = 10_000.0
SETTLEMENT: Final = "settlement"


def _values() -> Mapping[str, float]:
    return MappingProxyType(
        {
            SETTLEMENT: 400.0,
            "partner_asset": 150.0,
            "power_line": 80.0,
            "pipeline": 120.0,
            "tower": 60.0,
            "airstrip": 60.0,
            "farm": 60.0,
            "road": 20.0,
            "protected_area": 20.0,
        }
    )


@dataclass(frozen=True)
class OutlookParameters:
    """How near is near, and what things count."""

    version: str = "outlook-1"
    near_km: float = 5.0
    # km; a settlement so near makes tier A unless the wind is known to blow elsewhere (unverified)
    middle_km: float = 10.0
    # km; one so near makes tier B (unverified)
    soon_h: float = 24.0
    # h; reached within them by half of the ensemble: tier A for people, B for what others depend on
    later_h: float = 72.0
    # h; a settlement reached within them: tier B
    values: Mapping[str, float] = field(default_factory=_values)
    # ha's worth of each kind of thing that is reached (engineering judgement, unverified)
    person: float = 0.5
    # ha's worth of each inhabitant (unverified)
    length_to_breadth: float = 2.0
    # of an ellipse whose wind is not looked at: FBP's at about 15 km/h
    least_ha: float = 0.1
    # ha; smaller fires grow as this one: a pixel says no less
    least_m_h: float = 5.0
    # m/h; slower heads are taken as this: a fire that does not move is not known to be out
    slow: float = 0.4
    # of the likely growth, where no ensemble tells (unverified)
    fast: float = 2.0
    # of the likely growth, where no ensemble tells (unverified)


DEFAULT: Final = OutlookParameters()
CRITICAL: Final = frozenset({"partner_asset", "power_line", "pipeline", "tower", "airstrip"})
"""Kinds that others depend on."""


@dataclass(frozen=True, slots=True)
class Near:
    """One thing near a fire, as exposure tells it."""

    id: str
    name: str
    kind: str
    km: float
    downwind: bool | None
    reached_h: float | None
    """Hours until half of the ensemble reaches it; ``None``: not within the forecast."""
    people: int = 0
    bearing_deg: float | None = None
    """From the fire."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a fire."""

    id: str
    area_ha: float
    growth_ha_h: float | None
    forecast_h: float | None = None
    """Hours of the forecast's last contour; ``None``: there is none."""
    grown_ha: tuple[float, float, float] | None = None
    """Area by then that nine of ten, half, and one of ten members reach."""
    near: tuple[Near, ...] = ()
    score: float = 50.0
    """Of priority, 0 to 100."""
    suspended: bool = False
    """Left to itself by decision of the commission."""


def outlook_of(
    told: Told, card: Sequence[CardLine] = (), params: OutlookParameters = DEFAULT
) -> tuple[Outlook, tuple[Coded, ...]]:
    """The outlook, and what was assumed."""
    spread, reasons = _spread(told, params)
    tier, held_by = _tier(told, params)
    threatened = tuple(
        Threatened(one.id, one.name, one.reached_h, _value(one, params)) for one in told.near
    )
    score = min(max(told.score, 0.0), 100.0)
    outlook = Outlook(
        told.id,
        spread,
        tier,
        score,
        threatened,
        tuple(card),
        held_by,
        fought=not told.suspended,
    )
    return outlook, reasons


def _value(one: Near, params: OutlookParameters) -> float:
    return params.values.get(one.kind, 0.0) + params.person * one.people


def _tier(told: Told, params: OutlookParameters) -> tuple[Tier, float | None]:
    """The tier, and by when the fire has to be held for it."""
    if told.suspended:
        return Tier.D, None
    homes = [one for one in told.near if one.kind == SETTLEMENT]
    soon = [one.reached_h for one in homes if _within(one, params.soon_h)]
    close = [one for one in homes if one.km <= params.near_km and one.downwind is not False]
    if soon or close:
        return Tier.A, min((h for h in soon if h is not None), default=params.soon_h)
    critical = [
        one.reached_h
        for one in told.near
        if (one.kind in CRITICAL and _within(one, params.soon_h))
        or (one.kind == SETTLEMENT and _within(one, params.later_h))
    ]
    if critical or any(one.km <= params.middle_km for one in homes):
        return Tier.B, min((h for h in critical if h is not None), default=None)
    return Tier.C, None


def _within(one: Near, hours: float) -> bool:
    return one.reached_h is not None and one.reached_h <= hours


def _spread(told: Told, params: OutlookParameters) -> tuple[Spread, tuple[Coded, ...]]:
    now = max(told.area_ha, params.least_ha)
    if told.grown_ha is not None and told.forecast_h:
        slow, likely, fast = (max(one, now) for one in told.grown_ha)
        hours, reasons = told.forecast_h, tuple[Coded, ...]()
    else:
        hours = 24.0
        growth = max(told.growth_ha_h or 0.0, 0.0) * hours
        slow, likely, fast = (now + share * growth for share in (params.slow, 1.0, params.fast))
        code = "outlook.by_growth" if told.growth_ha_h is not None else "outlook.growth_unknown"
        reasons = (Coded(code),)
    grown = [_growing(now, area, hours, params) for area in (slow, likely, fast)]
    return Spread(*grown), reasons


def _growing(now_ha: float, then_ha: float, hours: float, params: OutlookParameters) -> Growing:
    """The ellipse that has one area now and the other after some hours at a steady rate.

    Half-axes grow evenly: ``a = √(A·LB/π)``; the head runs at ``(1 + e)·da/dt``.
    """
    breadth = params.length_to_breadth
    now, then = (sqrt(area * HA_M2 * breadth / pi) for area in (now_ha, then_ha))
    e = sqrt(1.0 - 1.0 / breadth**2)
    head = (1.0 + e) * (then - now) / hours
    return Growing(now_ha, max(head, params.least_m_h), breadth)
