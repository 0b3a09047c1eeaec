"""Alerts, as asked for and as published."""

from datetime import datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from sylvan.domain.alerting.people import Subscription
from sylvan.domain.codes import Scalar
from sylvan.web.bodies import Latitude, Longitude, Moment, Short, Strict

Grade = Literal["info", "warning", "alarm"]
Watch = Literal["place", "asset", "territory"]
OfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
NOBODY = UUID(int=0)


class LateTold(BaseModel):
    """One thing that has not happened in time."""

    clock: str
    names: dict[str, str]
    thread: str
    object: str
    fire_id: UUID | None
    since: datetime
    due_at: datetime
    late_min: float
    step: int = Field(description="which step of the clock is reached; each further one is worse")
    about: dict[str, Scalar] = Field(description="what is known of it")
    place: dict[str, str]
    point: list[float] | None


class Late(BaseModel):
    """The red list, the longest first."""

    at: datetime
    late: list[LateTold]
    behind: int | None = Field(description="events not looked at yet; null: nobody looks")


class WhomTold(BaseModel):
    """One group of those who are told."""

    roles: list[str]
    levels: list[str]
    inside: bool
    owner: bool
    contacts: list[str]
    subscribers: Watch | None
    least: Grade


class RuleTold(BaseModel):
    """A rule in force."""

    rule: str
    file: str
    names: dict[str, str]
    about: str
    tell: Literal["worsening", "change", "each"]
    grades: list[Grade]
    to: list[WhomTold]
    template: str
    quiet: bool
    collected: bool
    answer_min: float | None
    letters_24h: int
    last_hour: datetime | None


class ClockTold(BaseModel):
    """A norm in force."""

    clock: str
    names: dict[str, str]
    about: str
    steps_min: list[float]
    source: str


class FaultTold(BaseModel):
    """What is wrong in a file that was refused."""

    field: str
    code: str
    params: dict[str, Scalar]


class Rules(BaseModel):
    """The rules in force; newer ones with faults change nothing."""

    version: str
    faults: list[FaultTold]
    behind: int | None
    rules: list[RuleTold]
    clocks: list[ClockTold]


class TryRule(Strict):
    """Rules to be tried on a past time."""

    yaml: Annotated[str, StringConstraints(min_length=1, max_length=60_000, pattern=r"^[^\x00]*$")]
    since: Moment | None = Field(None, description="by the world's clock; default: a day back")
    until: Moment | None = None


class CountedTimes(BaseModel):
    """Letters by something."""

    name: str
    letters: int


class Busiest(BaseModel):
    """A recipient's fullest hour; what is collected arrives as one."""

    recipient: str
    hour: str
    arrivals: int


class TriedLetter(BaseModel):
    """A letter that would have been sent."""

    id: UUID
    rule: str
    recipient: str
    grade: Grade
    thread: str
    template: str
    at: datetime
    due_at: datetime
    digest: str
    channels: list[str]
    fields: dict[str, Scalar]


class Tried(BaseModel):
    """What would have been sent."""

    world: str
    since: datetime
    until: datetime
    events: int
    total: int
    by_rule: list[CountedTimes]
    by_grade: list[CountedTimes]
    by_recipient: list[CountedTimes]
    by_hour: list[CountedTimes]
    busiest: list[Busiest]
    letters: list[TriedLetter]
    more: int


class Subscribe(Strict):
    """What to be told of."""

    name: Short = ""
    watch: Watch
    point: tuple[Longitude, Latitude] | None = Field(None, description="of a place")
    radius_km: Annotated[float, Field(ge=0, le=200, allow_inf_nan=False)] = 10.0
    layer: Short = Field("", description="of an asset: its layer, and its code there")
    code: Short = ""
    territory: Short = ""
    least: Grade = Field("info", description="the least grade that is told")
    channels: Annotated[list[Channel], Field(max_length=10)] = Field(
        default_factory=list, description="in the order in which they are tried; none: all"
    )
    quiet_from: OfDay | None = Field(None, description="an alarm breaks quiet hours")
    quiet_to: OfDay | None = None

    def asked(self) -> Subscription:
        """As the use-case takes it."""
        return Subscription(
            NOBODY,
            "",
            self.watch,
            self.point,
            self.radius_km,
            self.layer,
            self.code,
            self.territory,
            self.least,
            tuple(self.channels),
            time.fromisoformat(self.quiet_from) if self.quiet_from else None,
            time.fromisoformat(self.quiet_to) if self.quiet_to else None,
        )


class Subscribed(BaseModel):
    """One of the own subscriptions."""

    id: UUID
    name: str
    watch: Watch
    point: list[float] | None
    radius_km: float
    layer: str
    code: str
    territory: str
    least: Grade
    channels: list[str]
    quiet_from: str | None
    quiet_to: str | None
    made_at: datetime


class Unsubscribed(BaseModel):
    """It is no more."""

    ended: bool
