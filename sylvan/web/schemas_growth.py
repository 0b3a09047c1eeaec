"""Growth of a fire, as published."""

from datetime import datetime

from pydantic import BaseModel, Field


class GrowthStep(BaseModel):
    """The fire as of the last pass of an hour, or as of people's edge."""

    at: datetime
    area_ha: float
    gained_ha: float = Field(description="since the step before; less than 0 after people's edge")


class GrowthDirection(BaseModel):
    """How far the edge went in one direction since the earlier edge."""

    bearing_deg: float
    advance_km: float
    km_h: float


class Growth(BaseModel):
    """Growth by hour and by direction."""

    hours: list[GrowthStep]
    directions: list[GrowthDirection] = Field(
        description="from north clockwise; empty where it can't be told"
    )
