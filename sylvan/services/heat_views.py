"""How heat sources are told and described: the forms of the API, and boxes around them."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sylvan.domain.actors import Actor
from sylvan.domain.heat import ALL_HOURS, ALL_MONTHS, FARTHEST_KM, HeatKind
from sylvan.domain.heat_entries import Entry, Verdict
from sylvan.domain.instants import iso

Box = tuple[float, float, float, float]
KM_PER_DEG: Final = 111.0
TURN: Final = 360.0
LEAST_COS: Final = 0.01
"""Near the poles a box goes round the world anyway."""


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source as somebody describes it."""

    kind: HeatKind
    point: tuple[float, float]
    radius_km: float
    name: str = ""
    months: frozenset[int] = ALL_MONTHS
    hours: frozenset[int] = ALL_HOURS
    valid_until: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": self.kind.value,
            "point": list(self.point),
            "radius_km": self.radius_km,
            "name": self.name,
            "months": sorted(self.months),
            "hours": sorted(self.hours),
            "valid_until": iso(self.valid_until),
        }


def as_dict(entry: Entry, actor: Actor, at: datetime) -> dict[str, Any]:
    """The JSON form of a source at a moment of the world's clock."""
    return {
        "id": str(entry.id),
        "world": actor.world.name,
        "version": entry.version,
        "state": entry.state(at).value,
        "origin": entry.origin.value,
        "kind": entry.kind.value,
        "name": dict(entry.names) or None,
        "point": list(entry.point),
        "radius_km": round(entry.radius_km, 3),
        "months": sorted(entry.months),
        "hours": sorted(entry.hours),
        "confidence": round(entry.confidence, 2),
        "weight": round(entry.weight(at), 2),
        "source": entry.source,
        "last_seen": iso(entry.last_seen),
        "period_days": entry.period_days,
        "valid_until": iso(entry.valid_until),
    }


def verdict_as_dict(one: Verdict, entry: Entry) -> dict[str, Any]:
    """The JSON form of what somebody said of a source."""
    return {
        "id": one.id,
        "verdict": one.word.value,
        "at": iso(one.at),
        "actor": one.actor,
        "level": one.level,
        "note": one.note,
        "undone_at": iso(one.undone_at),
        "undone_by": one.undone_by,
        "in_force": one.stands and one.at == entry.word_at,
    }


def in_box(place: tuple[float, float], box: Box) -> bool:
    """Whether a place lies in a box; west > east crosses 180°."""
    west, south, east, north = box
    lon, lat = place
    between = west <= lon <= east if west <= east else lon >= west or lon <= east
    return between and south <= lat <= north


def box_around(place: tuple[float, float], km: float) -> Box:
    """A box that holds the circle; across 180° its west is greater than its east."""
    tall = min(km, FARTHEST_KM) / KM_PER_DEG
    wide = tall / max(math.cos(math.radians(place[1])), LEAST_COS)
    west, east = place[0] - wide, place[0] + wide
    west = west + TURN if west < -TURN / 2 else west
    east = east - TURN if east > TURN / 2 else east
    return west, max(place[1] - tall, -TURN / 4), east, min(place[1] + tall, TURN / 4)
