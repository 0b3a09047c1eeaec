"""Preliminary damage of a fire: every term with its factors, its sources and what is missing.

``Σ m³ × rate × multiplier × factor + suppression + clearing`` after Government decree 1730 of
29.12.2018; all factors are data. What is not known is told, and there is no total without it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import prod
from typing import Any, Final


class Size(StrEnum):
    """Classes of timber."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    FIREWOOD = "firewood"


class Degree(StrEnum):
    """What became of the trees."""

    DESTROYED = "destroyed"
    DAMAGED = "damaged"


class Category(StrEnum):
    """Purpose of the forest."""

    EXPLOITABLE = "exploitable"
    PROTECTIVE = "protective"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; ``value`` is none where nobody has put it in."""

    name: str
    value: float | None
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables. Rates are roubles for a cubic metre, named ``species/size``; the rest times."""

    version: str
    rates: tuple[Row, ...] = ()
    multipliers: tuple[Row, ...] = ()
    factors: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Volume:
    """Timber of one kind that was lost."""

    species: str
    size: Size
    degree: Degree
    m3: float


@dataclass(frozen=True, slots=True)
class Loss:
    """What is known of a fire's damage; roubles."""

    volumes: tuple[Volume, ...] = ()
    category: Category | None = None
    suppression_rub: float | None = None
    clearing_rub: float | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a term, with where it comes from."""

    what: str
    """``m3``, ``rate``, ``multiplier`` or ``factor``."""
    name: str
    value: float | None
    source: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One summand: a product, or an amount as it was told."""

    kind: str
    """``timber``, ``suppression`` or ``clearing``."""
    factors: tuple[Factor, ...] = ()
    told: float | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What has to be known for it."""
        if not self.factors:
            return () if self.told is not None else (self.kind,)
        return tuple(f"{one.what}:{one.name}" for one in self.factors if one.value is None)

    @property
    def rub(self) -> float | None:
        """Roubles; none where something is missing."""
        if self.missing:
            return None
        if not self.factors:
            return self.told
        return prod(one.value for one in self.factors if one.value is not None)


@dataclass(frozen=True, slots=True)
class Damage:
    """The estimate."""

    version: str
    terms: tuple[Term, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Everything that is missing, each once; timber itself where nobody told of any."""
        timber = () if any(one.kind == TIMBER for one in self.terms) else (TIMBER,)
        return tuple(
            dict.fromkeys([*timber, *(name for one in self.terms for name in one.missing)])
        )

    @property
    def known_rub(self) -> float:
        """Sum of the terms that are whole."""
        return sum(one.rub for one in self.terms if one.rub is not None)

    @property
    def total_rub(self) -> float | None:
        """The damage; none while anything is missing."""
        return None if self.missing else self.known_rub

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, with all terms."""
        return {
            "version": self.version,
            "total_rub": self.total_rub,
            "known_rub": self.known_rub,
            "missing": list(self.missing),
            "terms": [_term(one) for one in self.terms],
        }


TIMBER: Final = "timber"
ANY: Final = "?"
"""Name of a factor that nobody has chosen yet."""


def estimate(loss: Loss, tables: Tables, day: date) -> Damage:
    """The preliminary damage by the tables that are valid on a day."""
    timber = [_timber(one, loss.category, tables, day) for one in loss.volumes]
    others = [
        Term("suppression", told=loss.suppression_rub),
        Term("clearing", told=loss.clearing_rub),
    ]
    return Damage(tables.version, (*timber, *others))


def _timber(one: Volume, category: Category | None, tables: Tables, day: date) -> Term:
    name = f"{one.species}/{one.size.value}"
    return Term(
        TIMBER,
        (
            Factor("m3", f"{name}/{one.degree.value}", one.m3),
            _looked_up("rate", name, tables.rates, day),
            _looked_up("multiplier", one.degree.value, tables.multipliers, day),
            _looked_up("factor", category.value if category else ANY, tables.factors, day),
        ),
    )


def _looked_up(what: str, name: str, rows: Sequence[Row], day: date) -> Factor:
    row = valid(rows, name, day)
    if row is None:
        return Factor(what, name, None)
    return Factor(what, name, row.value, row.source, row.valid_from)


def valid(rows: Iterable[Row], name: str, day: date) -> Row | None:
    """The newest line of a name that is valid on a day."""
    found = [one for one in rows if one.name == name and one.valid_from <= day]
    return max(found, key=lambda one: one.valid_from, default=None)


def _term(one: Term) -> dict[str, Any]:
    by = {factor.what: factor for factor in one.factors}
    values = {what: by[what].value if what in by else None for what in ("m3", "rate")}
    sources = [f"{factor.source} ({factor.valid_from})" for factor in one.factors if factor.source]
    return {
        "kind": one.kind,
        "name": by["m3"].name if by else "",
        **values,
        "multiplier": by["multiplier"].value if by else None,
        "factor": by["factor"].value if by else None,
        "category": by["factor"].name if by else "",
        "rub": one.rub,
        "missing": list(one.missing),
        "sources": sources,
    }
