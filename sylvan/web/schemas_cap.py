"""CAP messages as they are listed, and what became of others' ones."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.cap.profile import Theme
from sylvan.domain.cap.values import MsgType, Status
from sylvan.web.schemas import Mistake
from sylvan.web.schemas_text import CodedText


class FeedTerritory(BaseModel):
    """A territory with a feed of its own."""

    code: str
    kind: Literal["boundary", "municipality", "forestry"]
    name: dict[str, str]


class CapMessage(BaseModel):
    """One message of ours."""

    number: int
    identifier: str
    sent: datetime
    type: MsgType
    status: Status
    theme: Theme
    subject: str = Field(description="id of the fire or regime, code of the municipality")
    level: str = Field(description="row of alerts/cap.yaml")
    headline: dict[str, str]
    expires: datetime
    holds: bool = Field(description="the newest about its thing, and not expired")
    references: list[str]
    territories: list[str]


class CapMessages(BaseModel):
    """A page of messages."""

    messages: list[CapMessage]
    next: int | None


class CapTaken(BaseModel):
    """What became of another system's message."""

    sender: str
    identifier: str
    sent: str
    type: MsgType
    signature: Literal["good", "unchecked", "none"]
    disposition: CodedText
    report: UUID | None
    remarks: list[Mistake] = Field(description="what could be better and did no harm")
