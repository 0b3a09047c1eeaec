"""What is published for people without an account."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.answers import Outcome
from sylvan.domain.command.regimes import RegimeKind
from sylvan.domain.lifecycle import Status
from sylvan.web.schemas import Place


class PublicRegime(BaseModel):
    """A regime that holds at a place."""

    kind: RegimeKind
    since: date
    until: date | None
    act: str


class PublicFire(BaseModel):
    """A registered fire, as a neighbour is told of it."""

    number: str | None
    status: Status
    distance_km: int
    bearing_deg: int = Field(description="from the place that was asked for")
    point: tuple[float, float] = Field(description="to a hundredth of a degree")
    area_ha: int
    last_seen: datetime


class PublicNear(BaseModel):
    """Fire danger, regimes and fires at a place."""

    at: datetime
    municipality: Place | None
    danger_class: int | None = Field(description="1…5; null where no weather is known near by")
    regimes: list[PublicRegime]
    fires: list[PublicFire] = Field(description="within 50 km, the nearest first")


class PublicSeen(BaseModel):
    """A report that may be about the same smoke."""

    id: UUID = Field(description="to be sent as `same_as`")
    seen: str
    minutes_ago: int
    km: int
    also_seen: int


class AnswerFire(BaseModel):
    """The fire that a report became, or belongs to."""

    number: str | None
    status: Status


class PublicAnswer(BaseModel):
    """What became of a report."""

    outcome: Outcome
    seen: str
    received_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    late: bool
    fire: AnswerFire | None
    reason: str | None = Field(description="why it led to nothing")
    words: str = Field(description="of the dispatcher")
    also_seen: int
    joined: bool
