"""Shapes of a national hub's answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from sylvan.web.schemas_text import CodedText


class Strict(BaseModel):
    """Fields are all there is."""

    model_config = ConfigDict(extra="forbid")


class HubHole(Strict):
    """Numbers that a region could not tell any more."""

    epoch: UUID
    first: int
    last: int | None = Field(description="null: nobody knows, the numbering ended")


class HubSource(Strict):
    """How far a region is read."""

    code: str
    state: Literal["new", "ok", "away", "refused"]
    epoch: UUID | None
    seq: int = Field(description="looked through up to this number of the region's own log")
    began_after: int = Field(description="what the region did not tell any more at the first time")
    events: int = Field(description="events held, of this and earlier numberings")
    holes: list[HubHole]
    error: CodedText | None
    asked_at: datetime | None
    heard_at: datetime | None
    age_s: int | None


class HubSources(Strict):
    """All regions that are read."""

    now: datetime
    sources: list[HubSource]


class HubRegion(Strict):
    """A region in the picture of the country."""

    code: str
    state: Literal["new", "ok", "away", "refused"]
    heard_at: datetime | None
    age_s: int | None
    fires: dict[str, int] = Field(description="how many of each status, ended ones left out")


class HubFire(Strict):
    """A fire as its region told it last."""

    region: str
    id: str
    seq: int
    at: datetime
    status: str
    point: tuple[float, float] | None
    number: str | None
    last_seen: datetime | None
    area_ha: float | None
    activity: str | None
    likelihood: float | None
    address: dict[str, Any] | None


class HubPicture(Strict):
    """The picture of the country."""

    now: datetime
    regions: list[HubRegion]
    fires: list[HubFire]
