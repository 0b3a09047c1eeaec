"""In which order fires are looked at: a sum of named terms, each of which can be argued with.

No term is hidden and none is multiplied: what stands in the card adds up to the score. The points
are data of the operator (``alerts/exposure.yaml``), engineering judgement until then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sylvan.domain.codes import Coded, Scalar
from sylvan.domain.exposure import Exposed
from sylvan.domain.exposure_rules import ExposureRules, ObjectRule, Step
from sylvan.domain.exposure_things import Thing, Things

HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Reached:
    """When a thing is reached, by the ensemble's members. Moments of the world's clock."""

    p10_at: datetime | None
    p50_at: datetime | None
    p90_at: datetime | None
    probability: float
    """Share of members that come within the hours that were looked at."""


@dataclass(frozen=True, slots=True)
class Term:
    """One reason with its points."""

    points: float
    reason: Coded
    thing: Thing | None = None
    """The thing that it is about."""

    def as_dict(self) -> dict[str, object]:
        """The JSON form."""
        thing = self.thing
        named = None
        if thing is not None:
            named = {"layer": thing.layer, "code": thing.code, "name": dict(thing.names)}
        return {"points": self.points, **self.reason.as_dict(), "object": named}


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a fire itself counts."""

    growth_ha_h: float | None
    frp_mw: float
    area_ha: float
    likelihood: float
    zone: str | None = None
    """Zone of protection in which it burns."""


@dataclass(frozen=True, slots=True)
class Priority:
    """A score and what it is made of, the heaviest first."""

    score: float
    terms: tuple[Term, ...]

    def as_dict(self) -> dict[str, object]:
        """The JSON form."""
        return {"score": self.score, "terms": [one.as_dict() for one in self.terms]}


def priority(
    facts: Facts,
    exposed: Sequence[Exposed],
    things: Things,
    rules: ExposureRules,
    reached: Mapping[int, Reached] | None = None,
    at: datetime | None = None,
) -> Priority:
    """The score of a fire: the sum of its terms, at least 0.

    Args:
        facts: of the fire itself.
        exposed: things near it, as :func:`sylvan.domain.exposure.exposures` tells them.
        things: which they are places of.
        rules: points.
        reached: when things are reached, by their place; only counted with ``at``.
        at: the moment from which hours are counted.
    """
    terms: list[Term] = []
    for kind, rule in rules.objects.items():
        mine = [one for one in exposed if things.all[one.thing].kind == kind]
        if mine:
            terms += _of_kind(rule, mine, things, rules)
            terms += _in_time(rule, mine, things, reached or {}, at)
    terms += _of_fire(facts, rules)
    terms = sorted((one for one in terms if one.points), key=lambda one: -abs(one.points))
    return Priority(round(max(sum(one.points for one in terms), 0.0), 1), tuple(terms))


def _of_kind(
    rule: ObjectRule, mine: Sequence[Exposed], things: Things, rules: ExposureRules
) -> list[Term]:
    """The nearest of a kind, one in the sector, the others, and how many people live there."""
    nearest = min(mine, key=lambda one: one.km)
    band = rule.band(nearest.km)
    said: dict[str, Scalar] = {"thing": rule.kind, "km": nearest.km, "band_km": nearest.band_km}
    terms = [
        Term(band.points if band else 0.0, Coded("priority.near", said), things.all[nearest.thing])
    ]
    downwind = [one for one in mine if one.downwind]
    if downwind:
        first = min(downwind, key=lambda one: one.km)
        told = Coded("priority.downwind", {"thing": rule.kind, "km": first.km})
        terms.append(Term(rule.downwind, told, things.all[first.thing]))
    others = len(mine) - 1
    if others:
        points = min(rule.further * others, rules.priority.further_most)
        terms.append(Term(points, Coded("priority.further", {"thing": rule.kind, "n": others})))
    peopled = [things.all[one.thing] for one in mine if things.all[one.thing].people]
    if peopled:
        largest = max(peopled, key=lambda one: one.people or 0)
        people = largest.people or 0
        points = _from(rule.people, people)
        terms.append(Term(points, Coded("priority.people", {"people": people}), largest))
    return terms


def _in_time(
    rule: ObjectRule,
    mine: Sequence[Exposed],
    things: Things,
    reached: Mapping[int, Reached],
    at: datetime | None,
) -> list[Term]:
    """The first of a kind that half of the members reach."""
    coming = [
        (when.p50_at, one)
        for one in mine
        if (when := reached.get(one.thing)) is not None and when.p50_at is not None
    ]
    if at is None or not coming:
        return []
    moment, first = min(coming, key=lambda pair: pair[0])
    hours = max((moment - at).total_seconds() / HOUR_S, 0.0)
    points = next((step.points for step in rule.reached if hours <= step.value), 0.0)
    told: dict[str, Scalar] = {"thing": rule.kind, "hours": round(hours, 1)}
    return [Term(points, Coded("priority.reached", told), things.all[first.thing])]


def _of_fire(facts: Facts, rules: ExposureRules) -> list[Term]:
    """What the fire itself adds or takes off."""
    table = rules.priority
    terms = []
    if facts.growth_ha_h is not None:
        told = Coded("priority.growth", {"ha_h": round(facts.growth_ha_h, 1)})
        terms.append(Term(_from(table.growth_ha_h, facts.growth_ha_h), told))
    told = Coded("priority.power", {"mw": round(facts.frp_mw)})
    terms.append(Term(_from(table.frp_mw, facts.frp_mw), told))
    told = Coded("priority.area", {"ha": round(facts.area_ha, 1)})
    terms.append(Term(_from(table.area_ha, facts.area_ha), told))
    below = next((s.points for s in table.likelihood if facts.likelihood < s.value), 0.0)
    told = Coded("priority.doubtful", {"percent": round(100 * facts.likelihood)})
    terms.append(Term(below, told))
    if facts.zone is not None:
        told = Coded("priority.zone", {"zone": facts.zone})
        terms.append(Term(table.zones.get(facts.zone, 0.0), told))
    return terms


def _from(steps: Sequence[Step], value: float) -> float:
    """Points of the last line that a value reaches."""
    return next((step.points for step in reversed(steps) if value >= step.value), 0.0)
