"""Suggestions of forces, as published."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.command.ladder import Rung
from sylvan.domain.dispatch.explain import Wish
from sylvan.domain.dispatch.guard import Role
from sylvan.domain.dispatch.params import Tier
from sylvan.domain.forces.kinds import UnitKind
from sylvan.domain.travel.movers import Step
from sylvan.domain.travel.parameters import Mode
from sylvan.web.schemas_text import CodedText


class LegTold(BaseModel):
    """One stretch of a way."""

    step: Step
    mode: Mode
    km: float
    hours: float
    reasons: list[CodedText]
    line: list[tuple[float, float]]


class UnitKnown(BaseModel):
    """One unit of the register."""

    unit: str = Field(description="code in the register")
    kind: UnitKind
    name: dict[str, str] | None = Field(description="by language")
    base: str = Field(description="that it counts for, and stands at unless it is under way")


class UnitGoing(UnitKnown):
    """One unit with when it comes."""

    arrive_h: float | None = Field(
        description="hours from `at`, rest included; null: no way of ours leads there"
    )
    eta_at: datetime | None


class UnitSuggested(UnitGoing):
    """One unit with its way and what it is good for."""

    role: Role
    worth_ha: float | None = Field(description="what the plan loses without it, in hectares' worth")
    reason: CodedText
    legs: list[LegTold]
    assumed: list[CodedText]


class ShortTold(BaseModel):
    """What a fire lacks, and whom to ask."""

    reason: CodedText
    ask: Rung


class ChangeTold(BaseModel):
    """What an alternative changes."""

    arrive_h: float | None
    contained_h: float | None
    loss_ha: float


class AlternativeTold(BaseModel):
    """Another package."""

    wish: Wish
    units: list[UnitGoing]
    arrive_h: float | None
    contained_h: float | None
    loss_ha: float
    by: ChangeTold


class NotSentTold(UnitKnown):
    """Why a unit stays."""

    reason: CodedText


class ProtectTold(BaseModel):
    """A thing that is reached before the line is closed."""

    id: str
    name: str
    reached_h: float | None


class ExpectedTold(BaseModel):
    """What comes of it."""

    contained: bool
    hours: list[float | None] = Field(
        description="until contained, for the slow, the likely and the fast fire; null: it is not"
    )
    area_ha: float | None
    protect: list[ProtectTold]
    reasons: list[CodedText]


class PinTold(BaseModel):
    """A unit that somebody wants at the fire."""

    unit: str
    goes: bool
    said: CodedText = Field(description="whose word it is")
    reason: CodedText | None = Field(description="why it does not go")


class FireSuggested(BaseModel):
    """What is suggested for one fire."""

    fire_id: UUID
    tier: Tier
    fought: bool
    contained_h: float | None
    units: list[UnitSuggested]
    short: list[ShortTold]
    alternatives: list[AlternativeTold]
    not_sent: list[NotSentTold]
    pins: list[PinTold]
    expected: ExpectedTold
    assumed: list[CodedText]


class LeftTold(BaseModel):
    """What a base keeps of a kind."""

    base: str
    kind: str
    there: int
    left: int
    least: int
    move_up: str | None


class BelowTold(BaseModel):
    """A reserve that is drawn below its floor."""

    base: str
    kind: str
    left: int
    least: int


class OneMore(BaseModel):
    """What one more unit would be worth."""

    base: str
    kind: str
    worth_ha: float


class SuggestionTold(BaseModel):
    """A suggestion for all fires."""

    number: int
    at: datetime
    trigger: str
    stage: str
    gap: float | None = Field(description="no plan is better by more than this share")
    objective_ha: float
    seconds: float
    versions: dict[str, str]
    stale: bool
    fires: list[FireSuggested]
    left: list[LeftTold]
    below: list[BelowTold]
    one_more: list[OneMore]


class CardUnit(BaseModel):
    """A unit that fills a line of a run card."""

    unit: str
    eta_at: datetime


class CardLineTold(BaseModel):
    """So many units of a kind within so many hours."""

    kind: str | None = Field(description="`null`: any that builds line")
    count: int
    within_h: float
    units: list[CardUnit] = Field(description="the nearest free ones that come in time")
    missing: int


class RunCardTold(BaseModel):
    """What goes out first to a fire by the run cards."""

    version: str
    names: list[str] = Field(description="the card and its additions, as the file calls them")
    zone: str | None
    danger_class: int | None = Field(description="1 to 5; `null` where no weather is known")
    fought: bool
    lines: list[CardLineTold]
    on_call: list[str] = Field(description="kinds that are asked to stand by")
    alerts: list[str] = Field(description="who is told")
    verified: bool = Field(description="every value was checked against an act or norm")
    assumed: list[CodedText]
