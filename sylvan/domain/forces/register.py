"""Bases and units as the register keeps them: what somebody describes, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sylvan.domain.codes import Coded
from sylvan.domain.forces.duty import DutyClock
from sylvan.domain.forces.kinds import Mobility, Ownership, Spec, StationKind, Surface, UnitKind
from sylvan.domain.forces.positions import Position, Spot
from sylvan.domain.forces.status import Status


@dataclass(frozen=True, slots=True)
class StationCard:
    """A base as somebody describes it."""

    code: str
    """Its key in files; never changed."""
    kind: StationKind
    point: Spot
    """Longitude, latitude."""
    names: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    owned_by: Ownership = Ownership.AGENCY
    runway_m: float | None = None
    """Length; ``None``: nothing is known of one."""
    fuel_l: float | None = None
    """Aviation fuel on stock; ``None``: unknown, 0: none."""
    flight_h: float | None = None
    """Hours that its aircraft fly together within a day at most; ``None``: as many as they can."""
    contact: str = ""
    note: str = ""
    sample: bool = False
    """Invented for demonstration."""


@dataclass(frozen=True, slots=True)
class Station:
    """A base of the register."""

    id: UUID
    version: int
    card: StationCard
    remarks: tuple[Coded, ...] = ()
    """What was assumed or looks wrong."""
    territories: tuple[str, ...] = ()
    retired_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnitCard:
    """A unit as somebody describes it."""

    code: str
    """Its key in files and of its tracker; never changed."""
    kind: UnitKind
    station: str = ""
    """Code of its base; empty: none."""
    names: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    owned_by: Ownership = Ownership.AGENCY
    mobility: Mobility | None = None
    """``None``: as its kind."""
    qualifications: tuple[str, ...] = ()
    specs: Mapping[Spec, float] = field(default_factory=dict)
    """What it tells of itself; the norms of its kind fill the rest."""
    speeds: Mapping[Surface, float] = field(default_factory=dict)
    """km/h."""
    contact: str = ""
    note: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the register."""

    id: UUID
    version: int
    card: UnitCard
    status: Status = Status.AVAILABLE
    status_at: datetime | None = None
    """Since when; world time."""
    fire_id: UUID | None = None
    duty: DutyClock = field(default_factory=DutyClock)
    remarks: tuple[Coded, ...] = ()
    territories: tuple[str, ...] = ()
    retired_at: datetime | None = None
    changed_at: datetime | None = None
    position: Position | None = None
    """Its newest report."""
