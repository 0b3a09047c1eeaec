"""How this installation speaks CAP: who sends, how urgent what is, for how long it holds.

All of it is data (``alerts/cap.yaml``); what stands here is its shape, and the choice of a level.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sylvan.domain.cap.values import Category, Certainty, Pair, Response, Severity, Urgency

HOUR_S = 3600.0


class Theme(StrEnum):
    """What an alert is about."""

    FIRE = "fire"
    REGIME = "regime"
    DANGER = "danger"


class State(StrEnum):
    """How a fire stands, as the public is told."""

    BURNING = "burning"
    HELD = "held"
    """Contained: it burns and does not grow."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Level:
    """How urgent, bad and sure something is, and what people should do."""

    code: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    responses: tuple[Response, ...] = ()
    tell: bool = True
    """Whether the public is told at all; an alert that stands is cancelled otherwise."""


@dataclass(frozen=True, slots=True)
class FireLevel(Level):
    """A level of fires, with what must all hold for it; what is left out is not asked."""

    state: State | None = None
    settlement_km: float | None = None
    """A settlement is at most so far, km."""
    reach_h: float | None = None
    """A forecast reaches a settlement (median) within so many hours."""
    area_ha: float | None = None
    danger_class: int | None = None
    """Fire danger class at the fire, 1…5, at least."""


@dataclass(frozen=True, slots=True)
class FireProfile:
    """Alerts about fires."""

    categories: tuple[Category, ...]
    event_codes: tuple[Pair, ...]
    hours: float
    """For how long a message holds."""
    renew_h: float
    """How long before that it is sent anew while the fire burns."""
    growth: float
    """An update is worth sending when the area has grown so many times …"""
    growth_ha: float
    """… and by at least so much, ha."""
    near_km: float
    """Settlements that are named, and whose coming nearer is worth an update, km."""
    levels: tuple[FireLevel, ...]
    """The first that holds counts."""


@dataclass(frozen=True, slots=True)
class TerritoryProfile:
    """Alerts about regimes and danger, for one municipality or the whole region."""

    categories: tuple[Category, ...]
    event_codes: tuple[Pair, ...]
    hours: float
    renew_h: float
    level: Level


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that the file says."""

    version: str
    sender: str
    oid: str
    """Arc of object identifiers under which messages are named: ``2.49.0.1.643.7``."""
    sender_names: Mapping[str, str]
    languages: Mapping[str, str]
    """Language of the catalogues → tag in the message: ru → ru-RU."""
    fire: FireProfile
    regimes: Mapping[str, TerritoryProfile] = field(default_factory=dict)
    """By kind of regime; kinds that are left out are not told."""
    danger: TerritoryProfile | None = None
    danger_class: int = 5
    """From which class on."""
    web: str = ""
    """Public address of this installation; links in messages and feeds begin with it."""
    contact: str = ""
    must_sign: frozenset[str] = frozenset()
    """Senders whose alerts are taken with a valid signature alone."""


@dataclass(frozen=True, slots=True)
class NearSettlement:
    """A settlement near a fire."""

    code: str
    names: Mapping[str, str]
    km: float
    reached_at: datetime | None = None
    """When the median of the forecast reaches it."""


def level_of(
    levels: tuple[FireLevel, ...],
    state: State,
    settlements: tuple[NearSettlement, ...],
    area_ha: float,
    danger_class: int,
    now: datetime,
) -> tuple[int, FireLevel] | None:
    """The first level that holds and its place (the smaller, the worse); ``None`` for none."""
    nearest = min((one.km for one in settlements), default=None)
    moments = [one.reached_at for one in settlements if one.reached_at is not None]
    hours = (min(moments) - now).total_seconds() / HOUR_S if moments else None
    for place, one in enumerate(levels):
        if (
            one.state in (None, state)
            and _within(nearest, one.settlement_km)
            and _within(hours, one.reach_h)
            and (one.area_ha is None or area_ha >= one.area_ha)
            and (one.danger_class is None or danger_class >= one.danger_class)
        ):
            return place, one
    return None


def _within(value: float | None, most: float | None) -> bool:
    return most is None or (value is not None and value <= most)
