"""The fire: one value with one id from the first hotspot to the closing report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shapely.geometry import MultiLineString, MultiPolygon, mapping

from sylvan.domain.codes import Coded
from sylvan.domain.instants import iso

CANDIDATE = "signal"
"""Status of a fire that nobody has decided on yet."""
BURNING, ACTIVE, SLEEPING = timedelta(hours=24), timedelta(days=5), timedelta(days=20)
"""Age of the last sight up to which a fire burns now, is active, sleeps (FEDS: 5 d, 20 d)."""
SETTLED = frozenset({"rejected", "merged", "out", "transferred"})
"""Statuses in which a fire asks nothing more of a dispatcher."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the engine says of a fire, from its detections alone; order-free."""

    first_seen: datetime
    last_seen: datetime
    point: tuple[float, float]
    bbox: tuple[float, float, float, float]
    edge: MultiPolygon | None
    area_ha: float
    area_lo_ha: float
    area_hi_ha: float
    growth_ha_h: float | None
    frp_mw: float
    n_detections: int
    n_passes: int
    sensors: tuple[str, ...]
    likelihood: float
    reasons: tuple[Coded, ...]
    frp_series: tuple[tuple[str, float], ...]
    parts: int
    front: MultiLineString | None = None
    """Parts of the edge where the latest passes saw fire."""
    edge_source: str | None = None
    """``satellite``, ``drawn`` or ``track``: what the edge goes by; None without an edge."""
    edge_at: datetime | None = None
    """Since when it is known: of the last detection, or of people's edge."""


@dataclass(frozen=True, slots=True)
class Fire:
    """A fire as it stands in one version. Times are those of its world's clock, UTC."""

    id: UUID
    version: int
    status: str
    received_at: datetime
    measured: Measured
    address: Mapping[str, Any]
    territories: tuple[str, ...] = ()
    source_kinds: tuple[str, ...] = ("satellite",)
    previous_status: str | None = None
    number: str | None = None
    shown_at: datetime | None = None
    registered_at: datetime | None = None
    closed_at: datetime | None = None
    merged_into: UUID | None = None
    merged_ids: tuple[UUID, ...] = ()
    proposals: tuple[UUID, ...] = ()
    changed: tuple[Coded, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ids(self) -> list[UUID]:
        """Its own id and those of all that merged into it: rows of the past stand under each."""
        return [self.id, *self.merged_ids]

    @property
    def municipality(self) -> str:
        """Code of the municipality in which it burns; empty where none is known."""
        return str((self.address.get("municipality") or {}).get("code") or "")

    @property
    def is_candidate(self) -> bool:
        """Whether nobody has decided on it yet, so that the engine may still merge it."""
        return self.status == CANDIDATE


def activity_of(status: str, last_seen: datetime, now: datetime) -> str:
    """``burning``, ``active``, ``sleeping`` or ``out``: burning now is not "has burnt"."""
    age = now - last_seen
    if status in SETTLED or age > SLEEPING:
        return "out"
    if age <= BURNING:
        return "burning"
    return "active" if age <= ACTIVE else "sleeping"


def summary(fire: Fire, world_name: str, now: datetime) -> dict[str, Any]:
    """The JSON summary that REST, events and snapshot share; activity by the world's ``now``."""
    m = fire.measured
    return {
        "id": str(fire.id),
        "world": world_name,
        "version": fire.version,
        "number": fire.number,
        "status": fire.status,
        "previous_status": fire.previous_status,
        "merged_into": str(fire.merged_into) if fire.merged_into else None,
        "ids_merged": [str(other) for other in fire.merged_ids],
        "first_seen": iso(m.first_seen),
        "last_seen": iso(m.last_seen),
        "received_at": iso(fire.received_at),
        "shown_at": iso(fire.shown_at),
        "registered_at": iso(fire.registered_at),
        "closed_at": iso(fire.closed_at),
        "point": list(m.point),
        "bbox": list(m.bbox),
        "area_ha": m.area_ha,
        "area_lo_ha": m.area_lo_ha,
        "area_hi_ha": m.area_hi_ha,
        "edge_source": m.edge_source,
        "growth_ha_h": m.growth_ha_h,
        "frp_mw": m.frp_mw,
        "n_detections": m.n_detections,
        "n_passes": m.n_passes,
        "sensors": list(m.sensors),
        "activity": activity_of(fire.status, m.last_seen, now),
        "likelihood": m.likelihood,
        "reasons": [reason.as_dict() for reason in (*fire.changed, *m.reasons)],
        "address": dict(fire.address),
        "source_kinds": list(fire.source_kinds),
        "frp_series": [list(pair) for pair in m.frp_series],
        "proposals": [str(proposal) for proposal in fire.proposals],
        "parts": m.parts,
        "details": dict(fire.details),
    }


def edge_geojson(fire: Fire) -> dict[str, Any] | None:
    """The edge as an RFC 7946 geometry."""
    return dict(mapping(fire.measured.edge)) if fire.measured.edge else None


def front_geojson(fire: Fire) -> dict[str, Any] | None:
    """The active front as an RFC 7946 geometry."""
    return dict(mapping(fire.measured.front)) if fire.measured.front else None
