"""What a unit can do: its own figures, and its kind's norms for the rest, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass

from sylvan.domain.codes import Coded
from sylvan.domain.forces.duty import DutyNorms
from sylvan.domain.forces.kinds import CREWS, Intensity, Method, Mobility, Spec, Surface, UnitKind
from sylvan.domain.forces.register import UnitCard
from sylvan.domain.forces.rules import Figure, ForceRules
from sylvan.domain.surroundings import LandCover

OWN = "unit"
"""Source of a figure that the unit tells of itself."""


@dataclass(frozen=True, slots=True)
class Capability:
    """All figures of one unit."""

    kind: UnitKind
    mobility: Mobility
    method: Method
    carried_by: tuple[UnitKind, ...]
    specs: Mapping[Spec, Figure]
    speeds: Mapping[Surface, Figure]
    """km/h; what is missing cannot be crossed."""

    def value(self, spec: Spec) -> float | None:
        """One figure; ``None`` where neither unit nor norm tells it."""
        found = self.specs.get(spec)
        return None if found is None else found.value

    def speed(self, surface: Surface) -> float:
        """km/h; 0 where it cannot go."""
        found = self.speeds.get(surface)
        return 0.0 if found is None else found.value


@dataclass(frozen=True, slots=True)
class LineRate:
    """How much line a unit makes in an hour."""

    m_h: float
    reasons: tuple[Coded, ...] = ()
    """What was assumed, and why it is nothing."""


def capability(card: UnitCard, rules: ForceRules) -> Capability:
    """All figures of a unit.

    A crew's rate is told for the people that its kind has by norm; a crew of more or fewer makes
    line in proportion, unless it tells a rate of its own.
    """
    norms = rules.of(card.kind)
    specs = dict(norms.specs) | {s: Figure(v, OWN, verified=True) for s, v in card.specs.items()}
    usual, rate = norms.specs.get(Spec.PEOPLE), norms.specs.get(Spec.RATE)
    people = card.specs.get(Spec.PEOPLE)
    scaled = card.kind in CREWS and people is not None and Spec.RATE not in card.specs
    if scaled and people is not None and usual is not None and usual.value and rate is not None:
        share = people / usual.value
        specs[Spec.RATE] = Figure(round(rate.value * share, 1), rate.source, rate.verified)
    return Capability(
        card.kind,
        card.mobility or norms.mobility,
        norms.method,
        norms.carried_by,
        specs,
        dict(norms.speeds) | {s: Figure(v, OWN, verified=True) for s, v in card.speeds.items()},
    )


def duty_norms(card: UnitCard, rules: ForceRules) -> DutyNorms:
    """What a unit may work: its own figures, those of its kind, else the general ones."""
    plain = DutyNorms()

    def of(spec: Spec, otherwise: float) -> float:
        own = card.specs.get(spec)
        norm = rules.norm(card.kind, spec) if own is None else own
        return otherwise if norm is None else norm

    return DutyNorms(
        of(Spec.SHIFT, plain.shift_h),
        of(Spec.REST, plain.rest_h),
        of(Spec.RUN, plain.run_days),
        of(Spec.OFF, plain.off_days),
        rules.work_per_rest.value,
    )


def line_rate(
    can: Capability,
    rules: ForceRules,
    cover: LandCover | None = None,
    intensity: Intensity | None = None,
) -> LineRate:
    """Line that a unit makes, m/h, while it works at the edge.

    Args:
        can: its figures.
        rules: factors of its method by land cover and by intensity.
        cover: what burns; ``None``: unknown, the rate is taken as it is told.
        intensity: of the edge; ``None``: unknown, taken as weak.
    """
    rate = can.value(Spec.RATE)
    if not rate or can.method is Method.NONE:
        return LineRate(0.0, (Coded("forces.no_line", {"kind": can.kind.value}),))
    table = rules.line.get(can.method)
    reasons: list[Coded] = []
    by_fuel = table.fuel.get(cover) if table and cover is not None else None
    if by_fuel is None:
        reasons.append(Coded("forces.fuel_assumed", {"cover": cover.value if cover else None}))
    strength = intensity or Intensity.WEAK
    if intensity is None:
        reasons.append(Coded("forces.intensity_assumed", {"intensity": strength.value}))
    by_strength = table.intensity.get(strength) if table else None
    factor = (by_fuel.value if by_fuel else 1.0) * (by_strength.value if by_strength else 1.0)
    if factor <= 0.0:
        told = {"cover": cover.value if cover else None, "intensity": strength.value}
        reasons.append(Coded("forces.no_line_here", told))
    return LineRate(round(rate * factor, 1), tuple(reasons))
