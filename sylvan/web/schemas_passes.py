"""Shapes of answers about passes and orbits."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from sylvan.web.schemas_text import CodedText

VIEW = "view zenith angle: 0 from straight above, about 70 at the end of the scan"


class Elements(BaseModel):
    """The orbital elements that passes were computed with."""

    satellite: str
    epoch: datetime
    age_days: float
    source: str


class Pass(BaseModel):
    """A pass over the fire and what it says."""

    satellite: str
    at: datetime
    view_deg: float | None = Field(description=VIEW + "; null without a known orbit")
    weak: bool = Field(description="so slanting that small fires drown in the pixel")
    saw: Literal["fire", "nothing", "cloud", "cloud_unknown", "no_data", "awaited"]
    detections: int
    frp_mw: float | None


class NextPass(BaseModel):
    """A pass that is expected."""

    satellite: str
    at: datetime
    view_deg: float = Field(description=VIEW)
    weak: bool


class Gap(BaseModel):
    """A time in which nobody looked."""

    from_: datetime = Field(alias="from")
    to: datetime
    reason: CodedText


class FirePasses(BaseModel):
    """Who looked at a fire, newest first, and who comes next, soonest first."""

    passes: list[Pass]
    next: list[NextPass]
    gaps: list[Gap]
    elements: list[Elements]
    missing: list[CodedText] = Field(description="what could not be known, and why")


class RegionPass(BaseModel):
    """A pass over the region."""

    satellite: str
    from_: datetime = Field(alias="from")
    to: datetime
    share: float = Field(description="of the region that lies in the swath, 0…1")


class RegionPasses(BaseModel):
    """Who comes next over the region, soonest first."""

    passes: list[RegionPass]
    elements: list[Elements]
    missing: list[CodedText]
