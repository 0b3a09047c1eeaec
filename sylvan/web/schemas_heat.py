"""Heat sources and lightning, as asked for and as published."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.heat import ALL_HOURS, ALL_MONTHS, FARTHEST_KM, HeatKind
from sylvan.services.heat_views import NewSource
from sylvan.web.bodies import Moment, Point, Short, Strict, Text
from sylvan.web.schemas_text import CodedText

State = Literal["proposed", "confirmed", "denied", "expired"]
Origin = Literal["learned", "import", "person", "partner", "layer"]
Radius = Annotated[float, Field(gt=0, le=FARTHEST_KM, allow_inf_nan=False)]
Month = Annotated[int, Field(ge=1, le=12)]
Hour = Annotated[int, Field(ge=0, le=23)]


class NewHeatSource(Strict):
    """A place that burns by trade."""

    kind: HeatKind
    point: Point
    radius_km: Radius = 1.0
    name: Short = ""
    months: Annotated[list[Month], Field(min_length=1, max_length=12)] | None = Field(
        None, description="UTC months in which it burns; none: all year"
    )
    hours: Annotated[list[Hour], Field(min_length=1, max_length=24)] | None = Field(
        None, description="UTC hours in which it burns; none: all day"
    )
    valid_until: Moment | None = None

    def described(self) -> NewSource:
        """As the use-case takes it."""
        return NewSource(
            kind=self.kind,
            point=self.point,
            radius_km=self.radius_km,
            name=self.name,
            months=frozenset(self.months) if self.months else ALL_MONTHS,
            hours=frozenset(self.hours) if self.hours else ALL_HOURS,
            valid_until=self.valid_until,
        )


class HeatVerdict(Strict):
    """What somebody who knows the place says."""

    verdict: Literal["confirm", "deny"]
    note: Text = ""


class HeatUndo(Strict):
    """Why the newest word is taken back."""

    note: Text = ""


class HeatSummary(BaseModel):
    """A source as lists and events show it."""

    id: UUID
    world: str
    version: int
    state: State
    origin: Origin
    kind: HeatKind
    name: dict[str, str] | None = Field(description="by language")
    point: tuple[float, float]
    radius_km: float
    months: list[int]
    hours: list[int]
    confidence: float = Field(description="0…1, of the evidence")
    weight: float = Field(description="0…1, what it counts for now; 0 denied or expired")
    source: str
    last_seen: datetime | None
    period_days: int | None = Field(description="silence after which it expires")
    valid_until: datetime | None


class SaidVerdict(BaseModel):
    """One word of one person or partner, taken back or not."""

    id: int
    verdict: Literal["confirm", "deny"]
    at: datetime
    actor: str
    level: str
    note: str
    undone_at: datetime | None
    undone_by: str | None
    in_force: bool


class HeatDetail(HeatSummary):
    """One source with everything that speaks for or against it."""

    evidence: list[CodedText]
    facts: dict[str, Any] = Field(description="the same in numbers, by where it comes from")
    verdicts: list[SaidVerdict]


class HeatChanged(BaseModel):
    """The source as it stands after the change."""

    id: UUID
    version: int
    state: State


class BadRow(BaseModel):
    """A row that could not be used."""

    line: int = Field(description="line of the text, or number in the list")
    field: str
    code: str
    value: str


class TakenStrokes(BaseModel):
    """What became of strokes; ``rows = accepted + duplicates + outside + rejected``."""

    file: str
    product: str
    rows: int
    accepted: int
    duplicates: int
    outside: int
    rejected: int
    batch: int = Field(description="number in the ledger")
    fires: int = Field(description="fires that changed")
    bad: list[BadRow] = Field(description="the first hundred of the rejected")


class Cause(BaseModel):
    """A stroke that may have lit the fire."""

    cause: Literal["lightning"]
    at: datetime
    point: tuple[float, float]
    distance_km: float = Field(description="from the nearest of its first detections")
    hours_before: float = Field(description="before it was first seen")
    peak_ka: float | None
    weight: float = Field(description="0…1, by distance, time and polarity; no probability")


class Causes(BaseModel):
    """Candidates, the likeliest first, and what is not known."""

    candidates: list[Cause]
    missing: list[CodedText]
