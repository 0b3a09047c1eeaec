"""Forecasts of spread, as asked for and as published."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.web.bodies import Moment, Point, Strict
from sylvan.web.schemas import Feature
from sylvan.web.schemas_spread import ForecastArea
from sylvan.web.schemas_text import CodedText

MOST_HOURS = 24


class AskForecast(Strict):
    """A fire that would begin at a place."""

    point: Point
    start: Moment | None = Field(None, description="when; default: the world's now")
    hours: Annotated[int, Field(strict=True, ge=1, le=MOST_HOURS)] = MOST_HOURS


class ForecastWind(BaseModel):
    """Weather of an hour, as it was used."""

    at: datetime
    km_h: float = Field(description="at 10 m in the open")
    from_deg: int
    ffmc: float = Field(description="fine fuel moisture code, 0…101")


class ForecastFacts(BaseModel):
    """What a forecast says and rests on."""

    id: UUID | None
    fire: UUID | None
    point: Point | None = Field(description="where no fire but a place was asked about")
    world: str
    at: datetime = Field(description="when it was made; hours count from here")
    starts_at: datetime = Field(description="when the fire's edge was known, from which it runs")
    hours: int
    members: int = Field(description="runs with other wind, dryness and fuel, each as likely")
    seed: int
    version: str
    fire_version: int | None
    areas: list[ForecastArea]
    wind: list[ForecastWind]
    wind_known: bool = Field(description="false: the wind may blow from anywhere")
    reasons: list[CodedText] = Field(description="what was assumed, and what is doubtful")


class _Contours(BaseModel):
    type: Literal["FeatureCollection"]
    features: list[Feature]


class ForecastCollection(_Contours):
    """Contours by hour, the widest first: 10, 50 and 90 % probability."""

    forecast: ForecastFacts


class FireForecast(_Contours):
    """The same of a fire, of which there may be no forecast yet."""

    forecast: ForecastFacts | None = Field(description="null: none yet; one follows by itself")
