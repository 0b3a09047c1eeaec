"""How the whole does, as published."""

from datetime import datetime

from pydantic import BaseModel, Field

from sylvan.services.health import Rung, State
from sylvan.web.schemas_text import CodedText


class PartTold(BaseModel):
    """One part of the whole."""

    part: str = Field(description="database, live, log, audit, grouping, feed or batches")
    name: str = Field(description="of a feed; else empty")
    world: str = Field(description="of a feed; else empty")
    state: State
    reason: CodedText | None
    facts: dict[str, float | str | None]


class Overview(BaseModel):
    """Everything at one moment."""

    at: datetime
    rung: Rung = Field(description="what still works, from `whole` down")
    parts: list[PartTold]
    queues: dict[str, int] = Field(description="how much waits, by what it is")
