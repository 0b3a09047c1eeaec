"""Rows of published lists as entries of the register: added once, changed when the list changes."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Protocol

from uuid_utils.compat import uuid7

from sylvan.domain.heat import HeatKind
from sylvan.domain.heat_entries import Entry, Origin
from sylvan.domain.heat_evidence import CATALOGUE, LEARNED
from sylvan.domain.places import LonLat, distance_m


class Listed(Protocol):
    """A source of a list (``feeds`` reads them)."""

    ref: str
    kind: HeatKind
    point: tuple[float, float]
    radius_km: float
    confidence: float
    source: str
    name: str
    months: frozenset[int]
    hours: frozenset[int]
    valid_until: datetime | None
    facts: dict[str, Any]


def imported(row: Listed, before: Entry | None) -> Entry:
    """The entry of a list's row; what was learned and said of it before stays."""
    facts = {**row.facts, "confidence": row.confidence}
    evidence = {**(before.evidence if before else {}), CATALOGUE: facts}
    names = {"ru": row.name, "en": row.name} if row.name else {}
    base = before or Entry(
        id=uuid7(),
        version=1,
        origin=Origin.IMPORT,
        kind=row.kind,
        point=row.point,
        radius_km=row.radius_km,
        confidence=row.confidence,
        ref=row.ref,
    )
    return replace(
        base,
        kind=row.kind,
        point=row.point,
        radius_km=row.radius_km,
        confidence=max(row.confidence, base.confidence if LEARNED in evidence else 0.0),
        names=names,
        months=row.months,
        hours=row.hours,
        source=row.source,
        valid_until=row.valid_until,
        evidence=evidence,
    )


def same(a: Entry, b: Entry) -> bool:
    """Whether an import changes nothing; single precision on the way through the database."""
    plain = replace(b, radius_km=a.radius_km, confidence=a.confidence, point=a.point)
    near = (
        abs(a.radius_km - b.radius_km) < ROUNDING
        and abs(a.confidence - b.confidence) < ROUNDING
        and distance_m(LonLat(*a.point), LonLat(*b.point)) < 1.0
    )
    return near and a == plain


ROUNDING: Final = 1e-6
