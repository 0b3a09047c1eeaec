"""Bases and units as lists, snapshot and events tell them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.forces.duty import DutyState
from sylvan.domain.forces.kinds import Mobility, Ownership, StationKind, UnitKind
from sylvan.domain.forces.positions import PositionSource
from sylvan.domain.forces.status import Status
from sylvan.web.schemas_text import CodedText


class UnitPosition(BaseModel):
    """Where a unit is taken to be."""

    point: tuple[float, float]
    source: PositionSource
    at: datetime | None = Field(description="of the report; null where it is assumed")
    age_min: float | None
    accuracy_m: float | None
    stale: bool
    reason: CodedText | None = Field(description="what is assumed, or how old it is")


class DutyTold(BaseModel):
    """The clock of duty."""

    state: DutyState
    hours_left: float = Field(description="of this shift; below zero it is over")
    began_at: datetime | None
    rested_at: datetime | None = Field(description="when the rest that is owed is whole")
    days_left: float = Field(description="until days off are due")


class UnitSummary(BaseModel):
    """A unit as lists, snapshots and events show it."""

    id: UUID
    world: str
    version: int
    code: str
    kind: UnitKind
    name: dict[str, str] | None = Field(description="by language")
    station: str | None = Field(description="code of its base")
    owner: str
    owned_by: Ownership
    mobility: Mobility
    people: int | None
    qualifications: list[str]
    sample: bool
    status: Status
    status_at: datetime | None
    fire_id: UUID | None
    position: UnitPosition | None
    duty: DutyTold
    remarks: list[CodedText]
    retired_at: datetime | None


class StationTold(BaseModel):
    """A base."""

    id: UUID
    world: str
    version: int
    code: str
    kind: StationKind
    name: dict[str, str] | None = Field(description="by language")
    point: tuple[float, float]
    owner: str
    owned_by: Ownership
    runway_m: float | None
    fuel_l: float | None
    flight_h: float | None
    contact: str
    note: str
    sample: bool
    remarks: list[CodedText]
    retired_at: datetime | None
