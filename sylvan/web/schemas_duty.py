"""A shift at the desk, as asked for and as published."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from sylvan.domain.duty import Kind, Sheet
from sylvan.services.duty import MOST, Thing
from sylvan.web.bodies import Moment, Short, Strict, Text
from sylvan.web.schemas_text import CodedText


class CareTold(BaseModel):
    """Who takes care of a signal."""

    kind: Kind
    id: UUID = Field(description="the fire or report")
    version: int
    taken_by: str = Field(description="subject of the officer; empty: nobody")
    taken_name: str
    taken_at: datetime | None
    free_at: datetime | None = Field(description="free by itself then, unless touched again")
    put_off_until: datetime | None = Field(description="back in the queue then, world's clock")
    put_off_by: str
    note: str


class CareOutcome(BaseModel):
    """What became of one signal of a request."""

    kind: Kind
    id: UUID
    care: CareTold | None
    problem: CodedText | None = Field(description="why nothing changed")


class Officer(BaseModel):
    """Somebody at the desk."""

    subject: str
    name: str


class ThingAsked(Strict):
    """A signal of the queue."""

    kind: Kind
    id: UUID


Things = Annotated[list[ThingAsked], Field(min_length=1, max_length=MOST)]


class Chosen(Strict):
    """Signals that were chosen."""

    things: Things

    def told(self) -> list[Thing]:
        """As the use-case takes them."""
        return [Thing(one.kind, one.id) for one in self.things]


class TakeThem(Chosen):
    """Take signals."""

    over: bool = Field(False, description="also those that somebody else holds")


class HandThem(Chosen):
    """Give signals to a colleague."""

    to: Short


class PutThemOff(Chosen):
    """Take signals out of the queue for a while."""

    until: Moment
    note: Text = ""


class JournalLine(BaseModel):
    """A line of the duty journal."""

    id: str
    at: datetime
    by: str
    name: str
    written: bool = Field(description="by hand")
    action: str = Field(description="what was done, as the audit names it")
    text: str
    fire_id: UUID | None
    subject: str
    changes: dict[str, Any]


class JournalPage(BaseModel):
    """Lines, newest first."""

    lines: list[JournalLine]
    next: str | None = Field(description="cursor of the following page")


class WriteLine(Strict):
    """A line by hand."""

    text: Annotated[Text, Field(min_length=1)]
    fire: UUID | None = None


class OpenItems(BaseModel):
    """What is open at a moment."""

    at: datetime
    signals: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    fires: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    put_off: list[dict[str, Any]]
    feeds: list[dict[str, Any]]


class HandOverTold(BaseModel):
    """A shift's open items, signed by both."""

    id: UUID
    version: int
    state: Sheet
    at: datetime
    given_by: str
    given_name: str
    note: str
    items: OpenItems
    taken_by: str
    taken_name: str
    taken_at: datetime | None
    remark: str


class OfferShift(Strict):
    """Hand the shift over."""

    note: Text = ""


class SignShift(Strict):
    """Take the shift over."""

    remark: Text = ""
