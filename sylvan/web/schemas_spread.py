"""Forecasts as the snapshot and the live channel tell them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class ForecastArea(BaseModel):
    """Hectares burnt by an hour, what burns already included."""

    hour: int = Field(description="after `at`")
    p90_ha: float = Field(description="of the ground that burns with 90 % probability or more")
    p50_ha: float
    p10_ha: float


class ForecastTold(BaseModel):
    """A forecast in the snapshot and as the event `fire.forecast`; contours are asked for."""

    id: UUID
    fire: UUID
    world: str
    at: datetime = Field(description="when it was made; hours count from here")
    starts_at: datetime = Field(description="when the fire's edge was known, from which it runs")
    hours: int
    fire_version: int
    areas: list[ForecastArea]
