"""Things near fires in short, as snapshot and events bring them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

SECTOR = "whether any of it lies in the down-wind sector; null: the wind has no known direction"


class ThingName(BaseModel):
    """A thing of a layer."""

    layer: str
    code: str
    kind: str
    name: dict[str, str]
    owner: str | None = Field(None, description="partner whose own thing it is")


class ShortThing(ThingName):
    """A thing near a fire, in short."""

    km: float = Field(description="from the fire's edge; 0: touched, or burning inside")
    downwind: bool | None = Field(description=SECTOR)


class ExposureBrief(BaseModel):
    """What a fire threatens, in short: in the snapshot and in events."""

    fire_id: UUID
    fire_version: int
    at: datetime
    forecast_at: datetime | None
    score: float
    objects: int
    downwind: int
    nearest: list[ShortThing] = Field(description="of the region's layers")
    owned: list[ShortThing] = Field(
        default_factory=list, description="of partners; empty for those who are outside"
    )
