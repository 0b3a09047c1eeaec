"""What a fire needs: containment of an ellipse by crews that build line along its growing edge.

Fried and Fried (1996): line and fire act on each other, since what is behind the line grows no
more; models without that nearly always overestimate fires. Two halves of the forces begin at the
head or at the rear and follow the edge until they meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf, pi, sqrt
from typing import Final

import numpy as np

from sylvan.domain.codes import Coded
from sylvan.domain.containment_kernel import contain_ellipse

_HA_M2 = 10_000.0


class Tactic(StrEnum):
    """Where line begins."""

    HEAD = "head"
    REAR = "rear"


class Outcome(StrEnum):
    """How an attack ends."""

    CONTAINED = "contained"
    OVERRUN = "overrun"  # the edge runs faster than line is built
    TOO_LATE = "too_late"  # not within the hours that are looked at


@dataclass(frozen=True)
class ContainmentParameters:
    """How the equation is solved and how forces are asked for."""

    version: str = "containment-1"
    horizon_h: float = 144.0
    # h; beyond, nothing is planned
    steps: int = 2_000
    # of the half-ellipse's angle in the adaptive walk, at least; errors stay below 1e-3
    line_share: float = 0.6
    # of clock time in which line is built (unverified; 0.5-0.7 in practice of shifts)
    most_m_h: float = 60_000.0
    # m/h; more line is never asked for
    close: float = 0.005
    # relative; how exactly the needed rate is found


DEFAULT: Final = ContainmentParameters()


@dataclass(frozen=True, slots=True)
class Growing:
    """A fire that grows as an ellipse from its rear focus at a steady rate."""

    area_ha: float
    """Now."""
    head_m_h: float
    """m/h; rate of spread of the head."""
    length_to_breadth: float

    def __post_init__(self) -> None:
        if not (self.area_ha > 0.0 and self.head_m_h > 0.0 and self.length_to_breadth >= 1.0):
            raise ValueError("an ellipse needs area, rate and a length of at least its breadth")

    @property
    def eccentricity(self) -> float:
        """Of the ellipse."""
        return sqrt(1.0 - 1.0 / self.length_to_breadth**2)

    @property
    def age_h(self) -> float:
        """Hours in which it would have grown to its area."""
        e = self.eccentricity
        head_m = sqrt(self.area_ha * _HA_M2 / (pi * sqrt(1.0 - e * e))) * (1.0 + e)
        return head_m / self.head_m_h

    def axes_m(self, hours: float) -> tuple[float, float]:
        """Half-axes after some hours of free growth."""
        e = self.eccentricity
        long = self.head_m_h * (self.age_h + hours) / (1.0 + e)
        return long, long / self.length_to_breadth


@dataclass(frozen=True, slots=True)
class Arriving:
    """Forces that work at the edge from some hour on."""

    hour: float
    rate_m_h: float
    """m/h of line, of all of them."""
    until_h: float = inf
    """Their duty ends."""


@dataclass(frozen=True, slots=True)
class Containment:
    """How an attack goes."""

    outcome: Outcome
    hours: float
    """From now until the line is closed, or until it is clear that it will not be."""
    area_ha: float
    """Within the line; NaN unless contained."""
    line_m: float
    """Built by then."""


def contain(
    fire: Growing,
    forces: Sequence[Arriving],
    tactic: Tactic = Tactic.HEAD,
    params: ContainmentParameters = DEFAULT,
) -> Containment:
    """Whether and when forces contain a fire.

    Each flank has half of the rate. The angle φ up to which line is built follows
    ``t²(R²+R'²)φ̇² + 2tRR'φ̇ + R² - p² = 0`` with ``R(φ) = R_h(1-e)/(1-e·cos φ)``
    (Fried and Fried 1996, Forest Science 42:267-281; in this form Albini, Korovin and Gorovaya
    1978, INT-RP-207). Without line the fire is overrun where the equation has no solution.

    Args:
        fire: now.
        forces: in any order; those without a rate count nothing.
        tactic: where they begin; all of them the same.
        params: horizon and steps.
    """
    useful = [one for one in forces if one.rate_m_h > 0.0 and one.until_h > one.hour]
    if not useful:
        return Containment(Outcome.TOO_LATE, params.horizon_h, inf, 0.0)
    times = sorted({one.hour for one in useful} | {one.until_h for one in useful})
    times = [hour for hour in times if hour < params.horizon_h] or [params.horizon_h]
    rates = [sum(o.rate_m_h for o in useful if o.hour <= hour < o.until_h) for hour in times]
    code, hours, area, line = contain_ellipse(
        fire.head_m_h, fire.eccentricity, fire.age_h, np.array(times), np.array(rates) / 2.0,
        tactic == Tactic.REAR, params.horizon_h, params.steps,
    )  # fmt: skip
    outcome = (Outcome.CONTAINED, Outcome.OVERRUN, Outcome.TOO_LATE)[code]
    known = area / _HA_M2 if outcome == Outcome.CONTAINED else float("nan")
    return Containment(outcome, hours, known, line)


def needed_rate(
    fire: Growing,
    by_h: float,
    arrive_h: float,
    tactic: Tactic = Tactic.HEAD,
    params: ContainmentParameters = DEFAULT,
) -> float:
    """m/h of line, from one arrival on, that contain a fire by some hour; inf: none does.

    Raises:
        ValueError: if they arrive after the hour.
    """
    if arrive_h >= by_h:
        raise ValueError("forces arrive after the fire is to be contained")

    def enough(rate: float) -> bool:
        found = contain(fire, [Arriving(arrive_h, rate)], tactic, params)
        return found.outcome == Outcome.CONTAINED and found.hours <= by_h

    low, high = 0.0, 100.0
    while not enough(high):
        low, high = high, 2.0 * high
        if high > params.most_m_h:
            return inf
    while high - low > params.close * high:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Team:
    """A kind of force that can be asked for."""

    kind: str
    people: int
    rate_m_h: float
    """m/h of line while it works, on this fuel and slope."""
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """How a fire may grow: a quantile of the ensemble each, the slowest first."""

    p10: Growing
    p50: Growing
    p90: Growing


@dataclass(frozen=True, slots=True)
class Needed:
    """What it takes, as told to people: least, likely and most by the spread's quantiles."""

    by_h: float
    rate_m_h: tuple[float, float, float]
    """m/h of line on the clock; infinite where no force would do."""
    teams: tuple[tuple[int | None, ...], ...]
    """For each kind of team how many of it alone, by quantile; ``None``: not by any number."""
    people: tuple[int | None, int | None, int | None]
    """Of the first kind of team that is not a machine."""
    reasons: tuple[Coded, ...]


def needed(
    spread: Spread,
    teams: Sequence[Team],
    by_h: float,
    arrive_h: float,
    tactic: Tactic = Tactic.HEAD,
    params: ContainmentParameters = DEFAULT,
) -> Needed:
    """How many people and machines, by when, with an interval from the spread's quantiles."""
    fires = (spread.p10, spread.p50, spread.p90)
    rates = [needed_rate(one, by_h, arrive_h, tactic, params) for one in fires]
    counts = tuple(tuple(_count(rate, one, params) for rate in rates) for one in teams)
    crew = next((at for at, one in enumerate(teams) if not one.machine), None)
    people: list[int | None] = [None, None, None]
    if crew is not None:
        people = [None if n is None else n * teams[crew].people for n in counts[crew]]
    reasons = [Coded("containment.assumed_share", {"percent": round(100 * params.line_share)})]
    if rates[-1] == inf:
        reasons.append(Coded("containment.no_force", {"hours": round(by_h, 1)}))
    return Needed(
        by_h,
        (rates[0], rates[1], rates[2]),
        counts,
        (people[0], people[1], people[2]),
        tuple(reasons),
    )


def _count(rate: float, team: Team, params: ContainmentParameters) -> int | None:
    each = team.rate_m_h * params.line_share
    return None if rate == inf or each <= 0.0 else ceil(rate / each)


@dataclass(frozen=True, slots=True)
class Threatened:
    """An object that the fire may reach."""

    id: str
    name: str
    reached_h: float | None
    """Hours until half of the ensemble reaches it; ``None``: it does not."""
    value: float
    """How much it counts; the greatest first among those reached at about the same time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether what can arrive contains the fire, and what to protect if not."""

    by_quantile: tuple[Containment, Containment, Containment]
    """With everything that can arrive, for the slow, the likely and the fast fire."""
    contained: bool
    """At the likely spread."""
    protect: tuple[Threatened, ...]
    """Objects that are reached before the line is closed, in order."""
    reasons: tuple[Coded, ...]


def answer(
    spread: Spread,
    arriving: Sequence[Arriving],
    objects: Sequence[Threatened],
    tactic: Tactic = Tactic.HEAD,
    params: ContainmentParameters = DEFAULT,
) -> Answer:
    """What all that can arrive achieves; "cannot be contained: protect these objects"."""
    forces = [Arriving(o.hour, o.rate_m_h * params.line_share, o.until_h) for o in arriving]
    fires = (spread.p10, spread.p50, spread.p90)
    slow, likely, fast = (contain(one, forces, tactic, params) for one in fires)
    held = likely.outcome == Outcome.CONTAINED
    until = likely.hours if held else inf
    reached = [o for o in objects if o.reached_h is not None and o.reached_h < until]
    reached.sort(key=lambda one: (one.reached_h or 0.0, -one.value, one.id))
    reasons = []
    if not held:
        reasons.append(Coded("containment.cannot", {"objects": len(reached)}))
    elif fast.outcome != Outcome.CONTAINED:
        reasons.append(Coded("containment.not_if_fast", {"hours": round(likely.hours, 1)}))
    return Answer((slow, likely, fast), held, tuple(reached), tuple(reasons))
