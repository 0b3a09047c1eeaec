"""What is published for people without an account."""

from datetime import date, datetime

from pydantic import BaseModel, Field

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
