"""Decisions on suggestions, constraints of the next ones, what-if, as asked and published."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.command.constraints import ConstraintKind, WhyKept
from sylvan.domain.command.verdicts import Verdict, WhyRejected
from sylvan.domain.dispatch.explain import Wish
from sylvan.domain.dispatch.params import Tier
from sylvan.domain.dispatch.whatif import Blow
from sylvan.services.constraints import Wanted
from sylvan.services.what_if import Placed, Question
from sylvan.web.bodies import Moment, Point, Strict, Text, Whole
from sylvan.web.schemas_orders import Code
from sylvan.web.schemas_suggestions import (
    ExpectedTold,
    FireSuggested,
    LeftTold,
    ShortTold,
    UnitGoing,
)
from sylvan.web.schemas_text import CodedText

MOST = 50
"""Units in one question."""


class RejectSuggestion(Strict):
    """Why what was suggested for a fire is not done."""

    suggestion: Whole = Field(description="number of the suggestion")
    why: WhyRejected
    note: Text = Field("", description="in words; asked for with `other`")


class ShownSuggestion(Strict):
    """Which suggestion somebody sees."""

    suggestion: Whole


class ShownTold(BaseModel):
    """When a suggestion was first seen."""

    suggestion: int
    shown_at: datetime = Field(description="real time")


class NewConstraint(Strict):
    """A word about a unit that the next suggestions obey."""

    kind: ConstraintKind
    unit: Code = Field(description="code in the register")
    fire_id: UUID | None = Field(None, description="left out: all fires; a pin names one")
    why: WhyKept
    note: Text = ""
    until: Moment | None = Field(None, description="when it ends by itself, by the world's clock")

    def wanted(self) -> Wanted:
        """As the use-case takes it."""
        return Wanted(self.kind, self.unit, self.fire_id, self.why, self.note, self.until)


class ConstraintTold(BaseModel):
    """A word in force about a unit."""

    id: UUID
    version: int
    kind: ConstraintKind
    unit: str
    fire_id: UUID | None
    why: WhyKept
    note: str
    by: str
    level: str
    at: datetime
    until: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None


class VerdictTold(BaseModel):
    """What was decided on a suggestion for one fire."""

    id: int
    suggestion: int
    fire_id: UUID
    verdict: Verdict
    suggested: list[str] = Field(description="units that were offered")
    sent: list[str]
    added: list[str]
    removed: list[str]
    wish: Wish | None
    why: str | None
    note: str
    by: str
    level: str
    at: datetime = Field(description="by the world's clock")
    decided_at: datetime = Field(description="real time")
    shown_at: datetime | None
    seconds: float | None = Field(description="from shown to decided")


class DecidedTold(VerdictTold):
    """The newest decision about a fire."""

    same: bool = Field(description="it is about what stands now: this number, or the same units")


class FireSuggestion(BaseModel):
    """What was suggested for a fire last, and what people said of it; nulls where nothing was."""

    number: int | None
    at: datetime | None
    stale: bool
    gap: float | None
    fire: FireSuggested | None
    decision: DecidedTold | None
    constraints: list[ConstraintTold] = Field(description="words in force that concern the fire")
    bared: list[LeftTold] = Field(description="bases of its units that somebody could cover")


class Scores(BaseModel):
    """How suggestions did."""

    decisions: int
    accepted: int
    alternatives: int = Field(description="of the accepted ones: another package was taken")
    edited: int
    rejected: int
    accepted_share: float | None
    edited_share: float | None
    rejected_share: float | None
    seconds: float | None = Field(description="median from shown to decided")
    added: float | None = Field(description="mean units that an edit adds")
    removed: float | None = Field(description="mean units that an edit takes out")
    why: dict[str, int] = Field(description="rejections by reason")
    arrivals: int = Field(description="that had been planned and came")
    late_min: float | None = Field(description="median of real less planned arrival")
    off_min: float | None = Field(description="median of the same without its sign")


class Followed(BaseModel):
    """Containment as expected when the first suggestion was taken, and as it came."""

    suggestion: int
    expected_at: datetime | None
    expected_ha: float | None
    contained_at: datetime | None
    area_ha: float
    late_h: float | None


class FireScores(Scores):
    """How suggestions did at one fire."""

    followed: Followed | None = Field(description="null: none was taken")


class WindAsked(Strict):
    """Another wind at the fire; what is left out stays."""

    from_deg: Annotated[float, Field(ge=0, le=360, allow_inf_nan=False)] | None = None
    km_h: Annotated[float, Field(ge=0, le=150, allow_inf_nan=False)] | None = None


class PlacedAsked(Strict):
    """A unit that is thought to stand elsewhere."""

    unit: Code
    point: Point


class AskWhatIf(Strict):
    """What is different."""

    without: list[Code] = Field(default_factory=list, max_length=MOST)
    placed: list[PlacedAsked] = Field(default_factory=list, max_length=MOST)
    wind: WindAsked | None = None

    def question(self) -> Question:
        """As the use-case takes it."""
        wind = None if self.wind is None else Blow(self.wind.from_deg, self.wind.km_h)
        placed = tuple(Placed(one.unit, one.point) for one in self.placed)
        return Question(tuple(self.without), placed, wind)


class StandsNow(BaseModel):
    """What the standing suggestion says of the fire."""

    tier: Tier
    contained_h: float | None
    expected: ExpectedTold


class StandsIf(StandsNow):
    """What would be suggested for it."""

    units: list[UnitGoing]
    short: list[ShortTold]


class HoursIf(BaseModel):
    """Hours until contained; null: not."""

    before: float | None
    after: float | None


class OtherIf(BaseModel):
    """What changes for another fire."""

    fire_id: UUID
    added: list[str]
    removed: list[str]
    contained_h: HoursIf


class LossIf(BaseModel):
    """Objective of the whole plan, in hectares' worth."""

    before: float
    after: float


class WhatIfTold(BaseModel):
    """What would be suggested if something were different; nothing of it is kept."""

    number: int = Field(description="of the suggestion that it is compared with")
    at: datetime
    fire_id: UUID
    before: StandsNow
    after: StandsIf
    added: list[str]
    removed: list[str]
    others: list[OtherIf]
    loss_ha: LossIf
    assumed: list[CodedText]
    seconds: float
