"""Weather and fire danger, as published."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from sylvan.web.schemas_heat import BadRow
from sylvan.web.schemas_text import CodedText

PlaceKind = Literal["station", "grid", "point"]


class TakenWeather(BaseModel):
    """What became of a file; ``rows = accepted + duplicates + outside + rejected``."""

    file: str
    product: str
    issued: datetime | None = Field(description="newest issue in it; null: measured")
    rows: int
    accepted: int
    duplicates: int
    outside: int
    rejected: int
    places: int
    batch: int = Field(description="number in the ledger")
    assumed: list[CodedText] = Field(description="what the file does not say")
    bad: list[BadRow] = Field(description="the first hundred of the rejected")


class DangerInputs(BaseModel):
    """What a map rests on."""

    places: int
    stale: int = Field(description="whose weather of that day is not known")
    neighbours: int = Field(description="filled from neighbours")
    grid: int = Field(description="nodes of grids among them")
    forecast: bool
    issued: datetime | None


class DangerDay(BaseModel):
    """A day that may have a map."""

    day: date
    kind: Literal["today", "forecast"]
    map: bool
    made_at: datetime | None
    corners: list[tuple[float, float]] | None = Field(
        description="of the picture, clockwise from the north-west"
    )
    inputs: DangerInputs | None
    assumed: list[CodedText]


class Measure(BaseModel):
    """What follows from a class: advice, not an order."""

    kind: Literal["air_patrol", "ground_patrol", "duty", "warning", "ban"]
    text: dict[str, str] = Field(description="by language")
    source: str
    verified: bool = Field(description="false: from a repealed act or from practice")


class ClassAdvice(BaseModel):
    """A class, its colour on maps, and what follows from it."""

    number: int = Field(alias="class", ge=1, le=5)
    name: dict[str, str]
    colour: str
    measures: list[Measure]


class Scale(BaseModel):
    """Limits of the classes I–IV, °C²."""

    territory: str = Field(description="empty: wherever no other scale holds")
    upper: tuple[int, int, int, int]
    source: str


class WeatherAge(BaseModel):
    """How old the weather is."""

    report_at: datetime | None
    issued: datetime | None
    age_h: float | None


class Danger(BaseModel):
    """Today and the days to come."""

    now: datetime
    today: date
    days: list[DangerDay]
    classes: list[ClassAdvice]
    scales: list[Scale]
    weather: WeatherAge
    assumed: list[CodedText]


class Noon(BaseModel):
    """Weather at noon, local standard time."""

    temperature: float | None = Field(description="°C")
    humidity: float | None = Field(description="%")
    dew_point: float | None = Field(description="°C")
    wind: float | None = Field(description="km/h at 10 m")
    rain: float | None = Field(description="mm in the 24 hours before")
    snow: float | None = Field(description="m")


class PlaceDay(BaseModel):
    """Danger of a place on a day; numbers are null outside the season."""

    day: date
    number: int | None = Field(alias="class", description="1…5")
    ffmc: float | None
    dmc: float | None
    dc: float | None
    isi: float | None
    bui: float | None
    fwi: float | None
    dsr: float | None
    nesterov: float | None = Field(description="КППО, °C²")
    noon: Noon
    origin: Literal["unknown", "measured", "forecast", "neighbours"]
    issued: datetime | None
    season: bool
    assumed: list[CodedText]


class PlaceHistory(BaseModel):
    """A place and its days, oldest first."""

    code: str
    name: str
    kind: PlaceKind
    point: tuple[float, float]
    today: date
    days: list[PlaceDay]
