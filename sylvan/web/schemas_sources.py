"""Shapes of requests and answers about feeds and what could not be used of them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from sylvan.domain.feeding import Way
from sylvan.web.bodies import Strict, Text
from sylvan.web.schemas import Feed, FeedError
from sylvan.web.schemas_text import CodedText


class FeedBatch(BaseModel):
    """A file or an answer that was taken in."""

    id: int
    feed: str
    name: str
    product: str
    received_at: datetime = Field(description="by the world's clock")
    counts: dict[str, int] = Field(description="what became of its rows")
    sha256: str


class FeedDay(BaseModel):
    """What came within a day."""

    batches: int
    counts: dict[str, int]


class DeskFeed(Feed):
    """A feed as whoever looks after it sees it."""

    way: Way
    set_up: bool = Field(description="whether the settings name it")
    age_s: int | None = Field(description="seconds since its newest data, by the world's clock")
    limit_s: int = Field(description="seconds that it may be silent")
    every_s: float | None = Field(description="seconds between two questions")
    next_poll: datetime | None
    asked_at: datetime | None = Field(description="somebody wants it asked now, and it was not yet")
    fault: FeedError | None = Field(description="the last one within a week, mended or not")
    day: FeedDay
    last_batch: FeedBatch | None
    may_ask: bool
    may_pause: bool


class FollowedLog(BaseModel):
    """A neighbour or a region whose log is followed."""

    code: str
    of: Literal["neighbour", "region"]
    state: str = Field(description="new, ok, away or refused")
    heard_at: datetime | None
    age_s: int | None
    error: CodedText | None
    holes: int = Field(description="how often it could no longer tell what came before")


class FeedDesk(BaseModel):
    """All feeds of a world."""

    world: str
    now: datetime
    played: bool = Field(description="from a record: nothing can be changed")
    changes: bool = Field(description="whether whoever asks may hold back and ask")
    feeds: list[DeskFeed]
    others: list[FollowedLog]


class RejectReason(BaseModel):
    """Rows refused for one reason in one field."""

    code: str = Field(description="key of the language catalogue")
    field: str
    rows: int


class RejectedRow(BaseModel):
    """A row that could not be used."""

    file: str
    line: int
    field: str
    code: str
    value: str
    row: str = Field(description="the line as it came; empty where the file has no lines")


class FeedRejects(BaseModel):
    """What of a batch could not be used."""

    batch: FeedBatch
    total: int
    told_then: int = Field(description="how many it were when the batch came")
    reasons: list[RejectReason]
    rows: list[RejectedRow] = Field(description="the first 200; the table holds all")


class FeedWord(Strict):
    """Why a feed is held back, or goes on."""

    reason: Text = Field(min_length=3, description="why; kept with your name, and shown")
