"""Whose word a field of a fire's record keeps: a lower source never overwrites a higher one.

The rule is IRWIN's (Integrated Reporting of Wildland-Fire Information: authoritative data sources
by field). Which source stands above which is data (`alerts/rights.yaml`, `authority`), and a field
may have an order of its own: who walks along a fire knows its edge better than an office.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sylvan.domain.actors import Actor
from sylvan.domain.codes import FieldError, Refusal
from sylvan.domain.instants import iso

ENGINE: Final = "engine"
"""The source that is no person: satellites, models, feeds."""
KEPT_IN: Final = "authority"
"""Where a fire's details hold the marks."""
EDGE: Final = "edge"
"""The field that people's edges set."""


class Outranked(Refusal):
    """Somebody above has said otherwise; nothing of the form is written."""

    status = 409


@dataclass(frozen=True, slots=True)
class Mark:
    """Who said what stands in a field."""

    by: str
    level: str
    at: datetime
    value: Any = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form in which it is kept."""
        return {"by": self.by, "level": self.level, "at": iso(self.at), "value": self.value}

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "Mark":
        """Read what :meth:`as_dict` wrote."""
        at = datetime.fromisoformat(str(body["at"]))
        return cls(str(body["by"]), str(body["level"]), at, body.get("value"))


@dataclass(frozen=True, slots=True)
class Order:
    """Sources from the lowest to the highest."""

    sources: tuple[str, ...]
    stands: timedelta | None = None
    """For how long a word keeps lower ones away; ``None``: for good."""

    def rank(self, source: str) -> int:
        """Its place; a source that is not named stands below all."""
        return self.sources.index(source) if source in self.sources else -1

    def holds(self, mark: Mark, source: str, at: datetime) -> bool:
        """Whether a word keeps a source away at a moment."""
        fresh = self.stands is None or at - mark.at <= self.stands
        return fresh and self.rank(source) < self.rank(mark.level)


@dataclass(frozen=True, slots=True)
class Authority:
    """The rule."""

    order: Order
    fields: Mapping[str, Order] = field(default_factory=dict)
    aside: frozenset[str] = frozenset()
    """Facts of a step that are no fields of the record: reasons, notes, numbers of acts."""

    def of(self, name: str) -> Order:
        """The order that a field goes by."""
        return self.fields.get(name, self.order)

    def after(
        self, held: Mapping[str, Mark], told: Mapping[str, Any], actor: Actor, at: datetime
    ) -> dict[str, Mark]:
        """The marks once ``actor`` has told these fields at a moment of the world's clock.

        What says the same as before changes nothing, and so needs no rank.

        Raises:
            Outranked: naming each field that somebody above has set, his level and who he is.
        """
        source = source_of(actor)
        new = {
            name: Mark(actor.subject, source, at, value)
            for name, value in told.items()
            if name not in self.aside and not (name in held and held[name].value == value)
        }
        refused = [
            _outranked(name, held[name])
            for name in new
            if name in held and self.of(name).holds(held[name], source, at)
        ]
        if refused:
            first = refused[0]
            raise Outranked(first.code, first.params, errors=tuple(refused))
        return {**held, **new}


def source_of(actor: Actor) -> str:
    """As what an actor speaks: at his level, or as the engine."""
    return ENGINE if actor.is_system else str(actor.level)


def marks(details: Mapping[str, Any]) -> dict[str, Mark]:
    """The marks that a fire's details hold."""
    return {name: Mark.from_dict(body) for name, body in details.get(KEPT_IN, {}).items()}


def kept(details: Mapping[str, Any], held: Mapping[str, Mark]) -> dict[str, Any]:
    """A fire's details with these marks."""
    others = {name: value for name, value in details.items() if name != KEPT_IN}
    told = {name: mark.as_dict() for name, mark in held.items()}
    return {**others, KEPT_IN: told} if told else others


def told(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By field, who set it, at which level and when."""
    return {
        name: {"by": mark.by, "level": mark.level, "at": iso(mark.at)}
        for name, mark in marks(details).items()
    }


def _outranked(name: str, mark: Mark) -> FieldError:
    params = {"field": name, "level": mark.level, "by": mark.by, "at": iso(mark.at)}
    return FieldError(name, "problem.outranked", params)
