"""Figures as published."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.figures.days import Step
from sylvan.domain.figures.model import Kind, State, Take

Names = dict[str, str]


class FigureDefinition(BaseModel):
    """What a figure means."""

    code: str
    kind: Kind
    unit: str = Field(description="`s`, `ha` or `share` (0 to 1)")
    names: Names
    text: Names = Field(description="what counts and what is left out, by language")
    better: str = Field(description="`lower` or `higher`: the good end of the ranking")
    begins: str | None
    ends: str | None
    take: Take = Field(description="which of several ends counts")
    left_out: list[str] = Field(description="statuses of fires that are not asked")
    reasons: list[str] = Field(description="reasons of rejection that make a false alarm")
    aside: list[str] = Field(description="reasons by which a signal is not asked")
    norm_s: float | None
    norm_source: Names | None


class DefinitionsTold(BaseModel):
    """All definitions in force."""

    version: str
    ranked_from: int = Field(description="things counted in a municipality before it is ranked")
    figures: list[FigureDefinition]


class FigureResult(BaseModel):
    """A figure over some rows; `rows` is the sum of all states."""

    rows: int
    counted: int
    missing: int = Field(description="a stamp that should be there is not")
    contradictory: int = Field(description="the later stamp lies before the earlier one")
    waiting: int = Field(description="it has not come to that yet")
    left_out: dict[str, int] = Field(description="by reason")
    median: float | None
    p90: float | None
    mean: float | None
    good: int | None = Field(description="kept the norm, or meets the condition")
    share: float | None


class FigureGroup(BaseModel):
    """A figure in one municipality, zone or source; the code is empty where none is known."""

    code: str
    rank: int | None = Field(description="of municipalities with enough things")
    result: FigureResult


class FigureOfSpan(BaseModel):
    """One figure of a span."""

    definition: FigureDefinition
    total: FigureResult
    before: FigureResult
    year_ago: FigureResult
    municipality: list[FigureGroup]
    zone: list[FigureGroup]
    source: list[FigureGroup]


class DaySpan(BaseModel):
    """Reporting days, both within."""

    since: date
    until: date


class FiguresTold(BaseModel):
    """All figures of a span."""

    version: str
    world: str
    made_at: datetime
    today: date = Field(description="reporting day of the world's clock")
    since: date
    until: date
    before: DaySpan
    year_ago: DaySpan
    day_zone: str
    day_begins: str = Field(description="by that zone's clock")
    ranked_from: int
    names: dict[str, Names] = Field(description="of municipalities by code")
    figures: list[FigureOfSpan]


class TrendPoint(BaseModel):
    """One period."""

    since: date
    until: date
    result: FigureResult


class TrendLine(BaseModel):
    """The periods of one year's span."""

    years_ago: int
    points: list[TrendPoint]


class TrendTold(BaseModel):
    """A figure period by period."""

    definition: FigureDefinition
    step: Step
    day_zone: str
    lines: list[TrendLine]


class FigureThing(BaseModel):
    """One fire or report in a figure."""

    id: UUID
    kind: str = Field(description="`fire` or `report`")
    number: str | None
    status: str
    municipality: str
    zone: str
    source: str
    at: datetime = Field(description="by which it falls into a period")
    state: State
    why: str = Field(description="what is missing, or what it was left out by")
    value: float | None
    good: bool | None


class ThingsTold(BaseModel):
    """The things behind a number."""

    definition: FigureDefinition
    total: int
    rows: list[FigureThing]
