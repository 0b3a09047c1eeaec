"""Shapes of answers about what fires threaten."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.web.schemas_text import CodedText
from sylvan.web.schemas_threats import ShortThing, ThingName


class Reach(BaseModel):
    """When a thing is reached, by the members of the forecast's ensemble."""

    p10_at: datetime | None = Field(description="a tenth of the members have come")
    p50_at: datetime | None = Field(description="half of them; null: fewer come at all")
    p90_at: datetime | None
    probability: float = Field(description="share that comes within the forecast's hours, 0…1")


class ExposedThing(ShortThing):
    """A thing within its kind's distance bands."""

    people: int | None
    sample: bool = Field(description="invented for demonstration")
    bearing_deg: float | None = Field(description="from the edge; null where the fire touches it")
    point: tuple[float, float] = Field(description="its place nearest to the fire")
    band_km: float
    reach: Reach | None = Field(description="null: no forecast has looked at it yet")


class SmokeAt(ThingName):
    """Smoke that a fire may add at a settlement: screening."""

    people: int | None
    sample: bool
    km: float = Field(description="down the wind from the fire's middle")
    bearing_deg: float
    point: tuple[float, float]
    pm25_ug_m3: float = Field(description="PM2.5 that the fire adds, µg/m³")
    low_ug_m3: float
    high_ug_m3: float
    class_: str | None = Field(alias="class", description="by the operator's table")
    extrapolated: bool = Field(description="farther than the plume's curves were fitted for")


class Smoke(BaseModel):
    """A screening estimate from radiative power; no model of weather stands behind it."""

    screening: bool
    model: str
    pm25_g_s: float | None = Field(description="what the fire gives off; null: no power measured")
    places: list[SmokeAt]
    reasons: list[CodedText] = Field(description="why there is no estimate")


class ExposureWind(BaseModel):
    """The mean wind of the coming hours."""

    from_deg: float | None = Field(description="null: unknown, or calm")
    km_h: float | None
    reasons: list[CodedText]


class TermOf(BaseModel):
    """The thing that a term of the priority is about."""

    layer: str
    code: str
    name: dict[str, str]


class PriorityTerm(CodedText):
    """One named term of the priority."""

    points: float
    object: TermOf | None


class Priority(BaseModel):
    """The sum of its terms, at least 0."""

    score: float
    terms: list[PriorityTerm]


class FireExposure(BaseModel):
    """What a fire threatens, nearest first."""

    fire_id: UUID
    fire_version: int
    at: datetime | None = Field(description="by the world's clock; null: never told")
    forecast_at: datetime | None = Field(description="when the forecast behind the times was made")
    rules: str | None = Field(description="version of the operator's rules")
    wind: ExposureWind
    sector: dict[str, Any] | None = Field(description="MultiPolygon; null without a direction")
    objects: list[ExposedThing]
    more: int = Field(description="things within the bands beyond those listed")
    smoke: Smoke
    priority: Priority
    assumed: list[CodedText] = Field(description="what was assumed, left out or is not loaded")


class Threat(ShortThing):
    """A fire that threatens a thing."""

    fire_id: UUID
    number: str | None
    status: str
    bearing_deg: float | None
    at: datetime
    forecast_at: datetime | None
    reach: Reach | None
