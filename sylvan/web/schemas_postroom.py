"""Alerts on their way, as asked for and as published."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from sylvan.domain.alerting.alerts import DeliveryState, How
from sylvan.domain.alerting.letters import Grade
from sylvan.domain.alerting.rules import Kind
from sylvan.services.push import Agreed
from sylvan.web.bodies import Strict

MOST_TEXT: Final = 2000
Address = Annotated[str, StringConstraints(min_length=9, max_length=2048)]
PushSecret = Annotated[
    str, StringConstraints(min_length=16, max_length=120, pattern=r"^[A-Za-z0-9_=-]+$")
]
State = Literal["told", "asked", "unreached", "answered"]


class AlertTold(BaseModel):
    """An alert as its recipient sees it."""

    id: UUID
    thread: str = Field(description="what belongs together: a fire, a feed, a territory")
    fire_id: UUID | None
    rule: str = Field(description="name of the rule that holds")
    grade: Grade
    subject: str
    text: str
    language: str
    drill: bool
    state: State
    asks: bool = Field(description="whether it waits for an answer")
    at: datetime = Field(description="when what it tells came true")
    made_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    answered_by: str
    answered_how: How | None


class Inbox(BaseModel):
    """What the asker was told."""

    reader: str = Field(description="the mark of one's own alerts in events `alert.changed`")
    waiting: int = Field(description="how many wait for an answer, all pages together")
    put_off: int = Field(description="letters that wait for the end of quiet hours or a digest")
    alerts: list[AlertTold]
    next: str | None


class MessageTold(BaseModel):
    """A message to one address by one channel."""

    id: int
    alert_id: UUID
    channel: str
    recipient: str
    address: str = Field(description="in part, to be recognised")
    state: DeliveryState
    maybe_twice: bool = Field(
        description="a try had no answer, or its sender died before it wrote one down, and the"
        " channel cannot tell a repetition"
    )
    tries: int
    round: int = Field(description="how often it was sent on its way")
    answer: str = Field(description="what the other side said last")
    subject: str
    thread: str
    rule: str
    grade: Grade
    fire_id: UUID | None
    drill: bool
    made_at: datetime = Field(description="when it came into the queue")
    sent_at: datetime | None
    next_at: datetime | None = Field(description="when it is tried next")
    again: bool = Field(description="whether it may be sent once more")


class Messages(BaseModel):
    """A page of the log."""

    messages: list[MessageTold]
    next: int | None = Field(description="`before` of the page that follows")


class Try(BaseModel):
    """One try to send a message."""

    number: int
    begun_at: datetime
    ended_at: datetime | None = Field(description="null: under way, or its sender died")
    outcome: Literal["sent", "again", "never"] | None
    answer: str


class MessageWhole(MessageTold):
    """A message with its words and tries."""

    text: str
    answered_at: datetime | None
    answered_by: str
    answered_how: How | None
    tries_made: list[Try]


class ChannelTold(BaseModel):
    """A way by which alerts leave the house."""

    channel: str
    kind: Kind
    on: bool
    missing: list[str] = Field(description="environment variables that it needs and that are unset")
    dedupes: bool = Field(description="whether its other side shows a repetition once")
    counts: dict[str, int] = Field(description="by state, messages of the last day and open ones")
    oldest_s: int | None = Field(description="for how long the oldest open one has been waiting")


class PushKey(BaseModel):
    """This installation's name to push services."""

    key: str


class Browsers(BaseModel):
    """How many browsers of the asker may be woken."""

    browsers: int


class Agree(Strict):
    """A browser's subscription."""

    endpoint: Address
    p256dh: PushSecret
    auth: PushSecret

    def told(self) -> Agreed:
        """As the use-case takes it."""
        return Agreed(self.endpoint, self.p256dh, self.auth)


class TakeBack(Strict):
    """The browser that is to be left alone."""

    endpoint: Address


class ReplyBody(Strict):
    """A reply as JSON."""

    sender: Annotated[str, StringConstraints(max_length=200)] = Field("", alias="from")
    text: Annotated[str, StringConstraints(max_length=MOST_TEXT)] = ""


class ReplyTaken(BaseModel):
    """What a reply did."""

    result: Literal[
        "answered",
        "already",
        "not_understood",
        "ambiguous",
        "nothing_waits",
        "automatic",
        "other_sender",
    ]
    alert_id: UUID | None
