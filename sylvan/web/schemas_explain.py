"""What the engine says for itself about one fire, as published."""

from datetime import datetime

from pydantic import BaseModel, Field

from sylvan.web.schemas_text import CodedText


class Why(BaseModel):
    """Why its detections are one fire."""

    reasons: list[CodedText]
    links: int = Field(description="links that hold it together")
    longest_km: float | None = Field(description="widest gap that had to be bridged")
    longest_hours: float | None = Field(description="longest silence that had to be bridged")


class Change(BaseModel):
    """What the latest pass that saw the fire changed."""

    since: datetime | None = Field(description="end of the pass before it")
    until: datetime
    satellite: str
    reasons: list[CodedText]
    new_detections: int
    area_gained_ha: float
    frp_change_mw: float | None


class Term(CodedText):
    """One term of the likelihood."""

    weight: float = Field(description="natural-log likelihood ratio; positive speaks for a fire")


class Likelihood(BaseModel):
    """How likely it is a vegetation fire: log-odds that can be added up by hand."""

    value: float
    log_odds: float
    prior: float
    version: str
    terms: list[Term] = Field(description="heaviest first")
    missing: list[CodedText] = Field(description="not known, counted as nothing")


class Explanation(BaseModel):
    """Why, what changed, how likely."""

    why: Why | None = Field(description="null for a fire that only people have seen")
    change: Change | None
    likelihood: Likelihood
